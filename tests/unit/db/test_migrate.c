/* test_migrate.c - migrations on both engines: fresh, again, changed, newer, missing, broken in the
 * middle. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "base/fault.h"
#include "db/engine.h"
#include "engines.h"

static const struct migration one = {1, "0001_one",
	"CREATE TABLE one (id {ID}, bytes {BLOB} NOT NULL);\nCREATE INDEX one_bytes ON one "
	"(bytes);"};
static const struct migration two = {
	2, "0002_two", "CREATE TABLE two (id {ID}, note TEXT NOT NULL);"};
static const struct migration two_changed = {
	2, "0002_two", "CREATE TABLE two (id {ID}, note TEXT);"};
static const struct migration broken = {
	2, "0002_two", "CREATE TABLE two (id {ID}); INSERT INTO missing VALUES (1);"};
static const struct migration odd_word = {1, "0001_one", "CREATE TABLE one (id {IDX});"};

static int64_t count_recorded(struct db *db, const char *part)
{
	struct stmt *stmt = stmt_of(db, SQL_MIGRATION_LIST);
	int64_t count = 0;

	stmt_bind_str(stmt, 1, str_from(part));
	while (stmt_step(stmt) == 1)
		count++;
	return count;
}

static bool table_exists(struct test_db *test, const char *name)
{
	char script[80];

	snprintf(script, sizeof(script), "DELETE FROM %s", name);
	return test->db->engine->exec(test->db, script) == 0;
}

static void test_fresh_and_again(void **state)
{
	struct test_db *test = *state;
	int64_t before = count_recorded(test->db, "main");

	assert_true(before >= 2);
	assert_int_equal(db_migrate(test->db, 2), 0);
	assert_int_equal(count_recorded(test->db, "main"), before);
	assert_true(table_exists(test, "orders"));
	assert_false(table_exists(test, "frame"));
}

static void test_journal_tables(void **state)
{
	struct test_db *test = *state;
	struct db *journal = test_db_open(test, DB_JOURNAL, DB_WRITE);

	assert_int_equal(db_migrate(journal, 1), 0);
	assert_int_equal(db_migrate(journal, 1), 0);
	assert_true(count_recorded(journal, "journal") >= 1);
	db_close(journal);
	assert_true(table_exists(test, "frame"));
}

static void test_steps_forward(void **state)
{
	struct test_db *test = *state;
	const struct migration first[] = {one, {0}};
	const struct migration both[] = {one, two, {0}};

	assert_int_equal(db_migrate_list(test->db, "part", first, 1), 0);
	assert_true(table_exists(test, "one"));
	assert_false(table_exists(test, "two"));
	assert_int_equal(db_migrate_list(test->db, "part", both, 2), 0);
	assert_true(table_exists(test, "two"));
	assert_int_equal(count_recorded(test->db, "part"), 2);
}

static void expect_corrupt(struct test_db *test, const struct migration *list, const char *words)
{
	assert_int_equal(db_migrate_list(test->db, "part", list, 3), FAULT_CORRUPT);
	assert_non_null(strstr(fault_text(), words));
	/* The connection is fit for use afterwards. */
	assert_int_equal(db_begin(test->db), 0);
	assert_int_equal(db_commit(test->db), 0);
}

static void test_changed(void **state)
{
	struct test_db *test = *state;
	const struct migration both[] = {one, two, {0}};
	const struct migration changed[] = {one, two_changed, {0}};

	assert_int_equal(db_migrate_list(test->db, "part", both, 1), 0);
	expect_corrupt(test, changed, "was changed after it ran");
	assert_int_equal(count_recorded(test->db, "part"), 2);
}

static void test_newer_database(void **state)
{
	struct test_db *test = *state;
	const struct migration both[] = {one, two, {0}};
	const struct migration older[] = {one, {0}};

	assert_int_equal(db_migrate_list(test->db, "part", both, 1), 0);
	expect_corrupt(test, older, "newer than this program");
}

static void test_missing_record(void **state)
{
	struct test_db *test = *state;
	const struct migration both[] = {one, two, {0}};

	assert_int_equal(db_migrate_list(test->db, "part", both, 1), 0);
	test_db_exec(test, "DELETE FROM migration WHERE part = 'part' AND version = 1");
	expect_corrupt(test, both, "is not recorded but a later one is");
}

static void test_broken_leaves_the_version_before(void **state)
{
	struct test_db *test = *state;
	const struct migration bad[] = {one, broken, {0}};
	const struct migration good[] = {one, two, {0}};

	assert_true(db_migrate_list(test->db, "part", bad, 1) < 0);
	assert_int_equal(count_recorded(test->db, "part"), 1);
	assert_true(table_exists(test, "one"));
	assert_false(table_exists(test, "two"));
	assert_int_equal(db_migrate_list(test->db, "part", good, 2), 0);
	assert_true(table_exists(test, "two"));
}

static void test_unknown_word(void **state)
{
	struct test_db *test = *state;
	const struct migration list[] = {odd_word, {0}};

	assert_int_equal(db_migrate_list(test->db, "part", list, 1), FAULT_BUG);
	assert_non_null(strstr(fault_text(), "{IDX}"));
}

static void test_read_connection(void **state)
{
	struct test_db *test = *state;
	struct db *reader = test_db_open(test, DB_MAIN, DB_READ);

	assert_int_equal(db_migrate(reader, 1), FAULT_BUG);
	db_close(reader);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_fresh_and_again),
		ON_BOTH_ENGINES(test_journal_tables),
		ON_BOTH_ENGINES(test_steps_forward),
		ON_BOTH_ENGINES(test_changed),
		ON_BOTH_ENGINES(test_newer_database),
		ON_BOTH_ENGINES(test_missing_record),
		ON_BOTH_ENGINES(test_broken_leaves_the_version_before),
		ON_BOTH_ENGINES(test_unknown_word),
		ON_BOTH_ENGINES(test_read_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
