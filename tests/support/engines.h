/* engines.h - every database test runs on both engines, each test on a fresh, migrated database.
 *     static void test_x(void **state) { struct test_db *t = *state; ... t->db ... }
 *     const struct CMUnitTest tests[] = {ON_BOTH_ENGINES(test_x), ...};
 * Include after cmocka.h. */
#pragma once
#include "db/db.h"

struct test_db {
	enum db_engine engine;
	struct db *db; /* main schema, write, migrated, no transaction open */
	char url[512]; /* for further connections */
	char dir[256]; /* temporary directory of this test; holds the SQLite files */
};

int test_db_setup(
	void **state); /* *state: &test_on_sqlite or &test_on_postgres; becomes a struct test_db */
int test_db_teardown(void **state);
extern enum db_engine test_on_sqlite, test_on_postgres;

/* Another connection to the same database; asserts. */
struct db *test_db_open(struct test_db *test, enum db_schema schema, enum db_mode mode);
/* Runs a script of our own (tables of a test); asserts. */
void test_db_exec(struct test_db *test, const char *script);

#define ON_ENGINE(function, name, engine) \
	{ \
#function " on " name, function, test_db_setup, test_db_teardown, &engine \
	}
#define ON_BOTH_ENGINES(function) \
	ON_ENGINE(function, "SQLite", test_on_sqlite), \
		ON_ENGINE(function, "PostgreSQL", test_on_postgres)
