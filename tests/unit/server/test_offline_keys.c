/* test_offline_keys.c - the file of the keys that sign start codes: made once, a newer one signs,
 * one that was lost goes, the last one stays, and what is no key is not taken for one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/crypt.h"
#include "base/fault.h"
#include "server/offline_keys.h"

struct desk {
	char dir[32], file[64];
	struct config config;
	struct arena arena;
	struct rng rng;
};

static void open_desk(struct desk *desk)
{
	memset(desk, 0, sizeof(*desk));
	strcpy(desk->dir, "/tmp/test_okeys.XXXXXX");
	assert_non_null(mkdtemp(desk->dir));
	snprintf(desk->file, sizeof(desk->file), "%s/offline.keys", desk->dir);
	desk->config.data = str_from(desk->dir);
	arena_init(&desk->arena, 1 << 20);
	rng_init_seeded(&desk->rng, 7);
}

static void close_desk(struct desk *desk)
{
	assert_int_equal(remove(desk->file), 0);
	assert_int_equal(remove(desk->dir), 0);
	arena_fini(&desk->arena);
}

static struct app_offline read_all(struct desk *desk)
{
	struct app_offline offline = {0};

	assert_int_equal(offline_keys_read(&desk->config, &desk->arena, &desk->rng, &offline), 0);
	return offline;
}

static struct str kid_of(struct desk *desk, const struct app_offline_key *key)
{
	struct buf hex;

	buf_init(&hex, &desk->arena, 2 * key->kid.len);
	hex_write(&hex, key->kid.ptr, key->kid.len);
	return buf_str(&hex);
}

static void test_life(void **state)
{
	struct app_offline first, offline;
	struct desk desk;
	struct stat facts;
	bool gone;

	(void)state;
	open_desk(&desk);
	first = read_all(&desk);
	assert_int_equal(first.keys_len, 1);
	assert_int_equal(stat(desk.file, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0600);
	offline = first;
	assert_int_equal(offline_keys_rotate(&desk.config, &desk.arena, &desk.rng, &offline), 0);
	offline = read_all(&desk);
	assert_int_equal(offline.keys_len, 2);
	assert_true(str_eq(offline.keys[1].kid, first.keys[0].kid));
	/* nobody's key, half a name, a name of nothing */
	assert_int_equal(
		offline_keys_revoke(&desk.config, &desk.arena, STR("00000000"), &offline, &gone),
		0);
	assert_false(gone);
	assert_int_equal(
		offline_keys_revoke(&desk.config, &desk.arena, STR("0000"), &offline, &gone), 0);
	assert_false(gone);
	assert_int_equal(
		offline_keys_revoke(&desk.config, &desk.arena, STR(""), &offline, &gone), 0);
	assert_false(gone);
	assert_int_equal(offline_keys_revoke(&desk.config, &desk.arena,
				 kid_of(&desk, &first.keys[0]), &offline, &gone),
		0);
	assert_true(gone);
	offline = read_all(&desk);
	assert_int_equal(offline.keys_len, 1);
	assert_false(str_eq(offline.keys[0].kid, first.keys[0].kid));
	/* without any key nothing could be started: the last one stays */
	assert_int_equal(offline_keys_revoke(&desk.config, &desk.arena,
				 kid_of(&desk, &offline.keys[0]), &offline, &gone),
		0);
	assert_false(gone);
	assert_int_equal(read_all(&desk).keys_len, 1);
	close_desk(&desk);
}

static void test_nonsense(void **state)
{
	struct app_offline offline = {0};
	struct desk desk;
	FILE *file;

	(void)state;
	open_desk(&desk);
	file = fopen(desk.file, "w");
	fputs("es256 00ff\n", file);
	fclose(file);
	assert_true(offline_keys_read(&desk.config, &desk.arena, &desk.rng, &offline) < 0);
	close_desk(&desk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life),
		cmocka_unit_test(test_nonsense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
