/* test_db.c - the storage port's promises, on both engines: values come back as they went,
 * transactions and savepoints undo what they should, a refused row leaves the transaction alive,
 * misuse is a fault. Uses the tables tenant and alarm through their own statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "db/engine.h"
#include "engines.h"
#include "pg.h"

static void expect_done(int result)
{
	if (result != 0)
		fail_msg("result %d: %s", result, fault_text());
}

static int add(struct db *db, const char *key, int64_t status, struct str body)
{
	struct stmt *stmt = stmt_of(db, SQL_IDEMPOTENCY_ADD);

	stmt_bind_str(stmt, 1, str_from(key));
	stmt_bind_str(stmt, 2, STR("hash"));
	stmt_bind_i64(stmt, 3, status);
	stmt_bind_str(stmt, 4, body);
	stmt_bind_i64(stmt, 5, INT64_C(1790000000000000));
	return stmt_run(stmt, NULL);
}

/* The status stored under a key, or -1. */
static int64_t status_of(struct db *db, const char *key)
{
	struct stmt *stmt = stmt_of(db, SQL_IDEMPOTENCY_GET);
	int64_t status = -1;

	stmt_bind_str(stmt, 1, str_from(key));
	switch (stmt_step(stmt)) {
	case 1:
		status = stmt_i64(stmt, 1);
		stmt_reset(stmt);
		break;
	case 0:
		break;
	default:
		fail_msg("%s", fault_text());
	}
	return status;
}

static void test_values_return(void **state)
{
	struct test_db *test = *state;
	static const char text[] = "Ladesäule 充电桩 \xf0\x9f\x94\x8c 'quoted' \\ $1 ?2";
	struct stmt *stmt;
	struct arena arena;
	struct str copy;

	arena_init(&arena, 4096);
	expect_done(db_begin(test->db));
	expect_done(add(test->db, "max", INT64_MAX, str_from(text)));
	expect_done(add(test->db, "min", INT64_MIN, STR("")));
	expect_done(db_commit(test->db));
	stmt = stmt_of(test->db, SQL_IDEMPOTENCY_GET);
	stmt_bind_str(stmt, 1, STR("max"));
	assert_int_equal(stmt_step(stmt), 1);
	assert_true(stmt_i64(stmt, 1) == INT64_MAX);
	copy = stmt_dup(stmt, 2, &arena);
	assert_false(stmt_is_null(stmt, 2));
	assert_int_equal(stmt_step(stmt), 0);
	assert_true(str_is(copy, text));
	assert_true(status_of(test->db, "min") == INT64_MIN);
	arena_fini(&arena);
}

static void test_lent_text_may_change_after_first_step(void **state)
{
	struct test_db *test = *state;
	struct stmt *stmt = stmt_of(test->db, SQL_MIGRATION_LIST);
	char part[] = "main";
	int rows = 0;

	stmt_bind_str(stmt, 1, str_from(part));
	while (stmt_step(stmt) == 1) {
		rows++;
		memset(part, 'x', sizeof(part) - 1);
	}
	assert_true(rows >= 2);
}

static void test_rollback(void **state)
{
	struct test_db *test = *state;

	expect_done(db_begin(test->db));
	expect_done(add(test->db, "gone", 1, STR("x")));
	db_rollback(test->db);
	assert_int_equal(status_of(test->db, "gone"), -1);
	db_rollback(test->db); /* without a transaction: nothing */
	expect_done(db_begin(test->db));
	expect_done(add(test->db, "kept", 1, STR("x")));
	expect_done(db_commit(test->db));
	assert_int_equal(status_of(test->db, "kept"), 1);
}

static void test_unique_leaves_transaction_alive(void **state)
{
	struct test_db *test = *state;

	expect_done(db_begin(test->db));
	expect_done(add(test->db, "a", 1, STR("x")));
	assert_int_equal(add(test->db, "a", 2, STR("y")), DB_E_UNIQUE);
	assert_int_equal(add(test->db, "a", 3, STR("z")), DB_E_UNIQUE);
	assert_true(db_alive(test->db));
	expect_done(add(test->db, "b", 4, STR("x")));
	expect_done(db_commit(test->db));
	assert_int_equal(status_of(test->db, "a"), 1);
	assert_int_equal(status_of(test->db, "b"), 4);
	assert_int_equal(
		add(test->db, "b", 5, STR("x")), DB_E_UNIQUE); /* outside a transaction too */
}

static void test_savepoints(void **state)
{
	struct test_db *test = *state;

	expect_done(db_begin(test->db));
	expect_done(db_savepoint(test->db));
	expect_done(add(test->db, "first", 1, STR("x")));
	expect_done(db_savepoint_release(test->db));
	expect_done(db_savepoint(test->db));
	expect_done(add(test->db, "second", 2, STR("x")));
	assert_int_equal(add(test->db, "first", 2, STR("x")), DB_E_UNIQUE);
	expect_done(db_savepoint_undo(test->db));
	expect_done(db_savepoint(test->db));
	assert_int_equal(status_of(test->db, "second"), -1);
	expect_done(add(test->db, "third", 3, STR("x")));
	expect_done(db_savepoint_release(test->db));
	expect_done(db_commit(test->db));
	assert_int_equal(status_of(test->db, "first"), 1);
	assert_int_equal(status_of(test->db, "second"), -1);
	assert_int_equal(status_of(test->db, "third"), 3);
}

static void test_fault_is_undone_by_savepoint(void **state)
{
	struct test_db *test = *state;
	struct stmt *stmt;

	expect_done(db_begin(test->db));
	expect_done(db_savepoint(test->db));
	expect_done(add(test->db, "good", 1, STR("x")));
	expect_done(db_savepoint_release(test->db));
	expect_done(db_savepoint(test->db));
	stmt = stmt_of(test->db, SQL_IDEMPOTENCY_ADD); /* nothing bound: NOT NULL forbids it */
	assert_int_equal(stmt_run(stmt, NULL), FAULT_BUG);
	assert_non_null(strstr(fault_text(), "idempotency_add"));
	assert_true(db_alive(test->db));
	expect_done(db_savepoint_undo(test->db));
	expect_done(db_savepoint(test->db));
	expect_done(add(test->db, "after", 2, STR("x")));
	expect_done(db_savepoint_release(test->db));
	expect_done(db_commit(test->db));
	assert_int_equal(status_of(test->db, "good"), 1);
	assert_int_equal(status_of(test->db, "after"), 2);
}

static void test_changed_rows(void **state)
{
	struct test_db *test = *state;
	struct stmt *stmt;
	int64_t changed = -1;

	expect_done(db_begin(test->db));
	expect_done(add(test->db, "a", 1, STR("x")));
	expect_done(add(test->db, "b", 1, STR("x")));
	stmt = stmt_of(test->db, SQL_IDEMPOTENCY_PRUNE);
	stmt_bind_i64(stmt, 1, INT64_C(1790000000000000) - 1);
	expect_done(stmt_run(stmt, &changed));
	assert_int_equal(changed, 0);
	stmt = stmt_of(test->db, SQL_IDEMPOTENCY_PRUNE);
	stmt_bind_i64(stmt, 1, INT64_C(1790000000000000));
	expect_done(stmt_run(stmt, &changed));
	assert_int_equal(changed, 2);
	expect_done(db_commit(test->db));
}

static void test_bad_text_is_refused(void **state)
{
	struct test_db *test = *state;

	assert_int_equal(add(test->db, "bad", 1, STR("\xff\xfe")), FAULT_BUG);
	assert_int_equal(add(test->db, "nul", 1, (struct str){"a\0b", 3}), FAULT_BUG);
	assert_int_equal(status_of(test->db, "bad"), -1);
	expect_done(add(test->db, "good", 1, STR("x")));
}

static void test_reader_cannot_write(void **state)
{
	struct test_db *test = *state;
	struct db *reader = test_db_open(test, DB_MAIN, DB_READ);

	expect_done(add(test->db, "seen", 7, STR("x")));
	expect_done(db_begin(reader));
	assert_int_equal(status_of(reader, "seen"), 7);
	assert_int_equal(add(reader, "no", 1, STR("x")), FAULT_BUG);
	expect_done(db_commit(reader));
	db_close(reader);
	assert_int_equal(status_of(test->db, "no"), -1);
}

/* A reader sees one state of the world from its first statement to its commit, and never
 * uncommitted rows. */
static void test_reader_sees_a_snapshot(void **state)
{
	struct test_db *test = *state;
	struct db *reader = test_db_open(test, DB_MAIN, DB_READ);

	expect_done(db_begin(test->db));
	expect_done(add(test->db, "new", 1, STR("x")));
	expect_done(db_begin(reader));
	assert_int_equal(status_of(reader, "new"), -1);
	expect_done(db_commit(test->db));
	assert_int_equal(status_of(reader, "new"), -1);
	expect_done(db_commit(reader));
	assert_int_equal(status_of(reader, "new"), 1);
	db_close(reader);
}

static void test_walk_left_early(void **state)
{
	struct test_db *test = *state;
	struct stmt *stmt;

	expect_done(db_begin(test->db));
	stmt = stmt_of(test->db, SQL_MIGRATION_LIST);
	stmt_bind_str(stmt, 1, STR("main"));
	assert_int_equal(stmt_step(stmt), 1);
	expect_done(db_commit(test->db)); /* ends the walk */
	stmt = stmt_of(test->db, SQL_MIGRATION_LIST);
	assert_int_equal(stmt_step(stmt), 0); /* and nothing is bound any more */
}

static void test_optimistic_violation_is_busy(void **state)
{
	struct test_db *test = *state;
	int result;

	expect_done(db_begin(test->db));
	db_optimistic(test->db, true);
	expect_done(db_savepoint(test->db));
	expect_done(add(test->db, "first", 1, STR("x")));
	expect_done(db_savepoint_release(test->db));
	expect_done(db_savepoint(test->db));
	result = add(test->db, "first", 2, STR("x"));
	if (test->engine == DB_SQLITE) {
		assert_int_equal(result, DB_E_UNIQUE);
	} else {
		assert_int_equal(result, 0);
		assert_int_equal(db_savepoint_release(test->db), FAULT_BUSY);
		assert_true(db_alive(test->db));
	}
	expect_done(db_savepoint_undo(test->db));
	db_optimistic(test->db, false);
	expect_done(db_savepoint(test->db));
	assert_int_equal(add(test->db, "first", 2, STR("x")), DB_E_UNIQUE);
	expect_done(add(test->db, "second", 2, STR("x")));
	expect_done(db_savepoint_release(test->db));
	expect_done(db_commit(test->db));
	assert_int_equal(status_of(test->db, "first"), 1);
	assert_int_equal(status_of(test->db, "second"), 2);
}

/* More queued writes than the pipeline holds. */
static void test_many_queued_writes(void **state)
{
	struct test_db *test = *state;
	char key[24];

	expect_done(db_begin(test->db));
	db_optimistic(test->db, true);
	for (int i = 0; i < 1000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		expect_done(add(test->db, key, i, STR("body")));
	}
	expect_done(db_commit(test->db));
	assert_int_equal(status_of(test->db, "key0"), 0);
	assert_int_equal(status_of(test->db, "key999"), 999);
}

/* The same statement with a parameter that is NULL first and a value later. */
static void test_null_then_value(void **state)
{
	struct test_db *test = *state;
	struct stmt *stmt;

	expect_done(db_begin(test->db));
	expect_done(add(test->db, "k", 3, STR("x")));
	stmt = stmt_of(test->db, SQL_IDEMPOTENCY_GET);
	stmt_bind_str(stmt, 1, STR_NULL);
	assert_int_equal(stmt_step(stmt), 0);
	assert_int_equal(status_of(test->db, "k"), 3);
	stmt = stmt_of(test->db, SQL_IDEMPOTENCY_GET);
	assert_int_equal(stmt_step(stmt), 0); /* unbound is NULL again */
	expect_done(db_commit(test->db));
}

static void test_bad_urls(void **state)
{
	struct db *db = NULL;

	(void)state;
	assert_int_equal(db_open("mysql://x", DB_MAIN, DB_WRITE, &db), FAULT_BUG);
	assert_int_equal(db_open("sqlite:/nowhere/at/all.db", DB_MAIN, DB_WRITE, &db), FAULT_IO);
	assert_true(strlen(fault_text()) > 0);
	assert_int_equal(
		db_open("postgresql:///x?host=/nowhere/at/all", DB_MAIN, DB_WRITE, &db), FAULT_IO);
	assert_null(db);
}

static void test_not_a_database(void **state)
{
	struct test_db *test = *state;
	char path[300], url[320];
	struct db *db = NULL;
	FILE *file;

	snprintf(path, sizeof(path), "%s/text.db", test->dir);
	snprintf(url, sizeof(url), "sqlite:%s", path);
	file = fopen(path, "w");
	for (int i = 0; i < 1000; i++)
		fputs("this is no database at all\n", file);
	fclose(file);
	assert_int_equal(db_open(url, DB_MAIN, DB_WRITE, &db), FAULT_CORRUPT);
	assert_null(db);
}

/* A second writer in the way: busy, with words, and the next attempt works. */
static void test_second_writer_is_busy(void **state)
{
	struct test_db *test = *state;
	struct db *other = test_db_open(test, DB_MAIN, DB_WRITE);

	expect_done(db_begin(other));
	expect_done(add(other, "other", 1, STR("x")));
	assert_int_equal(db_begin(test->db), FAULT_BUSY);
	assert_true(strlen(fault_text()) > 0);
	expect_done(db_commit(other));
	expect_done(db_begin(test->db));
	assert_int_equal(status_of(test->db, "other"), 1);
	expect_done(db_commit(test->db));
	db_close(other);
}

static void test_checkpoint(void **state)
{
	struct test_db *test = *state;
	int64_t before = -1, after = -1;

	expect_done(add(test->db, "a", 1, STR("x")));
	assert_true(db_wal_bytes(test->db) > 0);
	expect_done(db_checkpoint(test->db, false, &before));
	assert_true(before >= db_wal_bytes(test->db));
	expect_done(db_checkpoint(test->db, true, &before));
	expect_done(add(test->db, "b", 1, STR("x")));
	expect_done(db_checkpoint(test->db, false, &after));
	assert_true(after < before); /* the log began again */
}

/* Two serializable transactions that each decide on what the other changes: one must be told to run
 * again. */
static void test_conflict_is_busy(void **state)
{
	struct test_db *test = *state;
	struct db *other = test_db_open(test, DB_MAIN, DB_WRITE);
	int first, second;

	expect_done(db_begin(test->db));
	expect_done(db_begin(other));
	assert_int_equal(status_of(test->db, "theirs"), -1);
	assert_int_equal(status_of(other, "mine"), -1);
	expect_done(add(test->db, "mine", 1, STR("x")));
	expect_done(add(other, "theirs", 1, STR("x")));
	first = db_commit(test->db);
	second = db_commit(other);
	assert_true((first == 0 && second == FAULT_BUSY) || (first == FAULT_BUSY && second == 0));
	expect_done(db_begin(other));
	assert_int_equal(status_of(other, "mine"), first == 0 ? 1 : -1);
	expect_done(db_commit(other));
	db_close(other);
}

static void test_server_restart(void **state)
{
	struct test_db *test = *state;

	expect_done(add(test->db, "before", 1, STR("x")));
	expect_done(db_begin(test->db));
	expect_done(add(test->db, "lost", 1, STR("x")));
	pg_stop();
	assert_int_equal(add(test->db, "lost too", 1, STR("x")), FAULT_IO);
	assert_true(strlen(fault_text()) > 0);
	assert_false(db_alive(test->db));
	assert_int_equal(db_commit(test->db), FAULT_IO);
	assert_int_equal(db_begin(test->db), FAULT_IO); /* still down */
	pg_start();
	expect_done(db_begin(test->db));
	assert_int_equal(status_of(test->db, "before"), 1);
	assert_int_equal(status_of(test->db, "lost"), -1);
	expect_done(add(test->db, "after", 1, STR("x")));
	expect_done(db_commit(test->db));
	pg_stop();
	pg_start();
	assert_int_equal(add(test->db, "outside", 1, STR("x")), FAULT_IO); /* noticed here ... */
	expect_done(add(test->db, "outside", 1, STR("x")));                /* ... and cured */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_values_return),
		ON_BOTH_ENGINES(test_lent_text_may_change_after_first_step),
		ON_BOTH_ENGINES(test_rollback),
		ON_BOTH_ENGINES(test_unique_leaves_transaction_alive),
		ON_BOTH_ENGINES(test_savepoints),
		ON_BOTH_ENGINES(test_fault_is_undone_by_savepoint),
		ON_BOTH_ENGINES(test_changed_rows),
		ON_BOTH_ENGINES(test_bad_text_is_refused),
		ON_BOTH_ENGINES(test_reader_cannot_write),
		ON_BOTH_ENGINES(test_reader_sees_a_snapshot),
		ON_BOTH_ENGINES(test_walk_left_early),
		ON_BOTH_ENGINES(test_optimistic_violation_is_busy),
		ON_BOTH_ENGINES(test_many_queued_writes),
		ON_BOTH_ENGINES(test_null_then_value),
		cmocka_unit_test(test_bad_urls),
		ON_ENGINE(test_not_a_database, "SQLite", test_on_sqlite),
		ON_ENGINE(test_second_writer_is_busy, "SQLite", test_on_sqlite),
		ON_ENGINE(test_checkpoint, "SQLite", test_on_sqlite),
		ON_ENGINE(test_conflict_is_busy, "PostgreSQL", test_on_postgres),
		ON_ENGINE(test_server_restart, "PostgreSQL", test_on_postgres),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
