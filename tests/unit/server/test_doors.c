/* test_doors.c - two doors that strangers reach: wrong passwords cost time, and names of files
 * never leave their directory. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/arena.h"
#include "base/clock.h"
#include "server/throttle.h"
#include "server/vault.h"

#define NOW INT64_C(1795089600000000)

/* --- the throttle --- */

static struct throttle *fresh_throttle(void)
{
	return mem_alloc(sizeof(struct throttle));
}

static void fail_times(struct throttle *throttle, const char *pile, const char *remote, int times)
{
	for (int i = 0; i < times; i++)
		throttle_failed(throttle, str_from(pile), str_from(remote), NOW);
}

static void test_pair(void **state)
{
	struct throttle *throttle = fresh_throttle();
	struct str pile = STR("P-1"), remote = STR("192.0.2.1:5000");

	(void)state;
	fail_times(throttle, "P-1", "192.0.2.1:5000", THROTTLE_PAIR - 1);
	assert_false(throttle_waits(throttle, pile, remote, NOW));
	fail_times(throttle, "P-1", "192.0.2.1:6000", 1); /* the port is not the address */
	assert_true(throttle_waits(throttle, pile, remote, NOW));
	assert_true(throttle_waits(throttle, pile, STR("192.0.2.1:7000"), NOW));
	/* another pile there, and this pile from elsewhere, are not hindered */
	assert_false(throttle_waits(throttle, STR("P-2"), remote, NOW));
	assert_false(throttle_waits(throttle, pile, STR("192.0.2.2:5000"), NOW));
	assert_true(throttle_waits(throttle, pile, remote, NOW + US_PER_MIN - 1));
	assert_false(throttle_waits(throttle, pile, remote, NOW + US_PER_MIN));
	mem_free(throttle);
}

static void test_address(void **state)
{
	struct throttle *throttle = fresh_throttle();
	char name[20];

	(void)state;
	for (int i = 0; i < THROTTLE_ADDRESS; i++) {
		assert_false(throttle_waits(throttle, STR("NEW"), STR("[2001:db8::1]:9"), NOW));
		snprintf(name, sizeof(name), "P-%d", i);
		fail_times(throttle, name, "[2001:db8::1]:9", 1);
	}
	assert_true(throttle_waits(throttle, STR("NEW"), STR("[2001:db8::1]:9"), NOW));
	assert_false(throttle_waits(throttle, STR("NEW"), STR("[2001:db8::2]:9"), NOW));
	mem_free(throttle);
}

/* Whoever tries a name from everywhere does not keep the pile itself out: its address never failed.
 */
static void test_flood_of_one_name(void **state)
{
	struct throttle *throttle = fresh_throttle();
	char remote[40];

	(void)state;
	for (int i = 0; i < THROTTLE_PILE; i++) {
		snprintf(remote, sizeof(remote), "192.0.2.%d:1", i + 1);
		fail_times(throttle, "P-1", remote, 1);
	}
	assert_true(throttle_waits(throttle, STR("P-1"), STR("192.0.2.1:1"), NOW));
	assert_false(throttle_waits(throttle, STR("P-1"), STR("198.51.100.1:1"), NOW));
	mem_free(throttle);
}

static void test_told_once(void **state)
{
	struct throttle *throttle = fresh_throttle();

	(void)state;
	assert_true(throttle_first(throttle, STR("P-1"), STR("192.0.2.1:1"), NOW));
	assert_false(throttle_first(throttle, STR("P-1"), STR("192.0.2.1:2"), NOW));
	assert_true(throttle_first(throttle, STR("P-2"), STR("192.0.2.1:1"), NOW));
	assert_true(throttle_first(throttle, STR("P-1"), STR("192.0.2.1:1"), NOW + US_PER_MIN));
	mem_free(throttle);
}

/* --- the vault --- */

static char root[] = "/tmp/leyden-doors-XXXXXX";

static struct vault *fresh_vault(void)
{
	struct vault *vault;

	assert_int_equal(vault_new(str_from(root), &vault), 0);
	return vault;
}

static void test_path_tricks(void **state)
{
	static const char *const tricks[] = {"", ".", "..", "../server.key", "a/b", "/etc/passwd",
		"a.part", "a%2f..", "a b", "a\nb", "caf\xc3\xa9", "..\\x", "~root",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"};
	struct vault *vault = fresh_vault();
	char secret[100];
	int64_t bytes = 0;
	FILE *file;

	(void)state;
	snprintf(secret, sizeof(secret), "%s/server.key", root);
	file = fopen(secret, "w");
	assert_non_null(file);
	fclose(file);
	for (size_t i = 0; i < sizeof(tricks) / sizeof(tricks[0]); i++) {
		assert_int_equal(vault_read(vault, str_from(tricks[i]), &bytes), -1);
		assert_int_equal(vault_begin(vault, str_from(tricks[i])), -1);
		vault_forget(vault, str_from(tricks[i]));
	}
	assert_int_equal(vault_read(vault, (struct str){"a\0b", 3}, &bytes), -1);
	assert_int_equal(access(secret, F_OK), 0);
	unlink(secret);
	vault_free(vault);
}

static void test_whole_or_nothing(void **state)
{
	struct vault *vault = fresh_vault();
	struct str token = STR("Abc-_19");
	struct stat status;
	int64_t bytes = 0;
	int fd;

	(void)state;
	fd = vault_begin(vault, token);
	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	/* nobody sees it before it is whole, and nobody else writes into it */
	assert_int_equal(vault_read(vault, token, &bytes), -1);
	assert_int_equal(vault_begin(vault, token), -1);
	assert_int_equal(errno, EEXIST);
	assert_int_equal(write(fd, "half", 4), 4);
	assert_true(vault_end(vault, token, fd, false));
	assert_int_equal(vault_read(vault, token, &bytes), -1);
	fd = vault_begin(vault, token);
	assert_int_equal(write(fd, "whole!", 6), 6);
	assert_true(vault_end(vault, token, fd, true));
	fd = vault_read(vault, token, &bytes);
	assert_true(fd >= 0);
	assert_int_equal(bytes, 6);
	close(fd);
	vault_forget(vault, token);
	vault_forget(vault, token); /* gone already: no harm */
	assert_int_equal(vault_read(vault, token, &bytes), -1);
	vault_free(vault);
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static int drop_root(void **state)
{
	char path[100];

	(void)state;
	snprintf(path, sizeof(path), "%s/files", root);
	return rmdir(path) == 0 && rmdir(root) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pair),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_flood_of_one_name),
		cmocka_unit_test(test_told_once),
		cmocka_unit_test(test_path_tricks),
		cmocka_unit_test(test_whole_or_nothing),
	};

	return cmocka_run_group_tests(tests, make_root, drop_root);
}
