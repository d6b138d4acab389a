/* engines.c - a fresh database of either engine for one test. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "db/engine.h"
#include "engines.h"
#include "pg.h"

#define TEST_TIME_US INT64_C(1790000000000000)

enum db_engine test_on_sqlite = DB_SQLITE, test_on_postgres = DB_POSTGRES;

static void expect_done(int result)
{
	if (result != 0)
		fail_msg("result %d: %s", result, fault_text());
}

struct db *test_db_open(struct test_db *test, enum db_schema schema, enum db_mode mode)
{
	struct db *db = NULL;

	expect_done(db_open(test->url, schema, mode, &db));
	return db;
}

void test_db_exec(struct test_db *test, const char *script)
{
	expect_done(test->db->engine->exec(test->db, script));
}

int test_db_setup(void **state)
{
	struct test_db *test = mem_alloc(sizeof(*test));
	const char *base = getenv("TMPDIR");

	test->engine = *(enum db_engine *)*state;
	snprintf(test->dir, sizeof(test->dir), "%s/leyden-db-XXXXXX", base ? base : "/tmp");
	assert_non_null(mkdtemp(test->dir));
	if (test->engine == DB_SQLITE)
		snprintf(test->url, sizeof(test->url), "sqlite:%s/leyden.db", test->dir);
	else
		pg_url_fresh(test->url, sizeof(test->url));
	test->db = test_db_open(test, DB_MAIN, DB_WRITE);
	expect_done(db_migrate(test->db, TEST_TIME_US));
	*state = test;
	return 0;
}

int test_db_teardown(void **state)
{
	struct test_db *test = *state;
	pid_t pid;

	db_close(test->db);
	pid = fork();
	if (pid == 0) {
		execlp("rm", "rm", "-rf", test->dir, NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	mem_free(test);
	return 0;
}
