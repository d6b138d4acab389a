/* test_memo.c - what a connection remembers is a copy, is told apart by kind and key, is forgotten
 * when anything is undone, and never outgrows its bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "db/memo.h"
#include "engines.h"

static int64_t recall(struct db *db, char kind, const char *key)
{
	const int64_t *value = db_recall(db, kind, str_from(key));

	return value ? *value : -1;
}

static void remember(struct db *db, char kind, const char *key, int64_t value)
{
	db_remember(db, kind, str_from(key), &value, sizeof(value));
}

static void test_remembers(void **state)
{
	struct db *db = ((struct test_db *)*state)->db;

	assert_int_equal(recall(db, 'a', "x"), -1);
	remember(db, 'a', "x", 1);
	remember(db, 'b', "x", 2);
	remember(db, 'a', "", 3);
	assert_int_equal(recall(db, 'a', "x"), 1);
	assert_int_equal(recall(db, 'b', "x"), 2);
	assert_int_equal(recall(db, 'a', ""), 3);
	assert_int_equal(recall(db, 'a', "xx"), -1);
	remember(db, 'a', "x", 4);
	assert_int_equal(recall(db, 'a', "x"), 4);
}

static void test_undoing_forgets(void **state)
{
	struct db *db = ((struct test_db *)*state)->db;

	assert_int_equal(db_begin(db), 0);
	remember(db, 'a', "x", 1);
	assert_int_equal(db_commit(db), 0);
	assert_int_equal(recall(db, 'a', "x"), 1);
	assert_int_equal(db_begin(db), 0);
	remember(db, 'a', "y", 2);
	db_rollback(db);
	assert_int_equal(recall(db, 'a', "y"), -1);
	assert_int_equal(db_begin(db), 0);
	assert_int_equal(db_savepoint(db), 0);
	remember(db, 'a', "z", 3);
	assert_int_equal(db_savepoint_undo(db), 0);
	assert_int_equal(recall(db, 'a', "z"), -1);
	assert_int_equal(db_commit(db), 0);
}

static void test_is_bounded(void **state)
{
	struct db *db = ((struct test_db *)*state)->db;
	char key[200], value[1000] = "";

	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "key %d", i);
		db_remember(db, 'a', str_from(key), value, sizeof(value));
	}
	assert_null(db_recall(db, 'a', STR("key 0")));
	memset(key, 'k', sizeof(key));
	db_remember(db, 'a', (struct str){key, sizeof(key)}, value, 1);
	assert_null(db_recall(db, 'a', (struct str){key, sizeof(key)}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_remembers),
		ON_BOTH_ENGINES(test_undoing_forgets),
		ON_BOTH_ENGINES(test_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
