/* test_vault.c - files beside the database: one writer a file, whole or not at all, and nothing
 * that a dead process left stands in the way. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "server/vault.h"

struct house {
	char directory[64];
	struct vault *vault;
};

static int setup(void **state)
{
	static struct house house;

	snprintf(house.directory, sizeof(house.directory), "/tmp/test_vault_XXXXXX");
	assert_non_null(mkdtemp(house.directory));
	assert_int_equal(vault_new(str_from(house.directory), &house.vault), 0);
	*state = &house;
	return 0;
}

static int teardown(void **state)
{
	struct house *house = *state;
	char line[100];

	vault_free(house->vault);
	snprintf(line, sizeof(line), "rm -rf %s", house->directory);
	return system(line);
}

static bool holds(const struct house *house, const char *name, const char *want)
{
	int64_t bytes;
	char text[32] = "";
	int fd = vault_read(house->vault, str_from(name), &bytes);
	ssize_t got = fd >= 0 ? read(fd, text, sizeof(text) - 1) : -1;

	if (fd >= 0)
		close(fd);
	return got == (ssize_t)strlen(want) && bytes == got && strcmp(text, want) == 0;
}

static void whole_or_not_at_all(void **state)
{
	struct house *house = *state;
	int fd = vault_begin(house->vault, STR("aa"));

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "abc", 3), 3);
	assert_true(vault_begin(house->vault, STR("aa")) < 0); /* one writer */
	assert_false(holds(house, "aa", "abc"));
	assert_true(vault_end(house->vault, STR("aa"), fd, true));
	assert_true(holds(house, "aa", "abc"));
	fd = vault_begin(house->vault, STR("bb"));
	assert_true(vault_end(house->vault, STR("bb"), fd, false));
	assert_false(holds(house, "bb", ""));
	vault_forget(house->vault, STR("aa"));
	assert_false(holds(house, "aa", "abc"));
	assert_true(vault_begin(house->vault, STR("../aa")) < 0);
}

/* Killed in the middle of a file: after the restart its sender begins anew. */
static void begun_by_the_dead(void **state)
{
	struct house *house = *state;
	int fd = vault_begin(house->vault, STR("cc"));

	assert_true(fd >= 0);
	close(fd);
	fd = vault_begin(house->vault, STR("dd"));
	assert_true(vault_end(house->vault, STR("dd"), fd, true));
	vault_free(house->vault);
	assert_int_equal(vault_new(str_from(house->directory), &house->vault), 0);
	fd = vault_begin(house->vault, STR("cc"));
	assert_true(fd >= 0);
	assert_true(vault_end(house->vault, STR("cc"), fd, true));
	assert_true(holds(house, "dd", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whole_or_not_at_all, setup, teardown),
		cmocka_unit_test_setup_teardown(begun_by_the_dead, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
