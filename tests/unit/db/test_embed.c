/* test_embed.c - the build tool that turns sql/ into C: what it accepts, and that mistakes fail the
 * build. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static char dir[] = "/tmp/leyden-embed-XXXXXX";

static int run(const char *const *args, const char *complaints)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (chdir(dir) || !freopen(complaints, "w", stderr))
			_exit(98);
		execvp(args[0], (char *const *)(const void *)args);
		_exit(97);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WEXITSTATUS(status);
}

static int embed(void)
{
	return run((const char *const[]){EMBED, "queries", "migrations", "journal", "out.h",
			   "out.c", "out.d", NULL},
		"complaints");
}

static void put(const char *name, const char *text)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static const char *get(const char *name)
{
	static char text[20000];
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	return text;
}

static bool holds(const char *name, const char *words)
{
	return strstr(get(name), words) != NULL;
}

static int make_dirs(void **state)
{
	static const char *const names[] = {"queries", "migrations", "journal"};
	char path[200];

	(void)state;
	strcpy(dir, "/tmp/leyden-embed-XXXXXX");
	assert_non_null(mkdtemp(dir));
	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, names[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	return 0;
}

static int remove_dirs(void **state)
{
	(void)state;
	return run((const char *const[]){"rm", "-rf", dir, NULL}, "/dev/null");
}

static void test_nothing_at_all(void **state)
{
	(void)state;
	assert_int_equal(embed(), 0);
	assert_true(holds("out.h", "enum sql_id {\n\tSQL_COUNT\n};"));
}

static void test_statements(void **state)
{
	(void)state;
	put("queries/b.sql", "-- b.sql - a comment\n\n-- name: b_two\nSELECT '-- $1; ?' || $2, $1 "
			     "-- said\nFROM t;\n"
			     "-- name: b_one\nDELETE FROM t;\n");
	put("queries/a.sql", "-- name: a\nSELECT 1;");
	assert_int_equal(embed(), 0);
	assert_true(holds("out.h", "\tSQL_A = 0,\n\tSQL_B_ONE,\n\tSQL_B_TWO,\n\tSQL_COUNT\n"));
	assert_true(holds("out.c", "{\"b_two\", 2, 0x3, {\"SELECT '-- $1; ?' || ?2, ?1 FROM t\""));
	assert_true(holds("out.c", "\"SELECT '-- $1; ?' || $2, $1 FROM t\"}}"));
	assert_true(holds("out.d", "queries/a.sql"));
	assert_true(holds("out.d", ": queries migrations journal"));
}

static void test_engines_differ(void **state)
{
	(void)state;
	put("queries/t.sql", "-- name: t_common\nSELECT 1;\n-- name: t_both\nSELECT 2;\n");
	put("queries/t.pg.sql", "-- name: t_both\nSELECT 3;\n-- name: t_apart\nSELECT 4;\n");
	put("queries/t.sqlite.sql", "-- name: t_apart\nSELECT 5;\n");
	assert_int_equal(embed(), 0);
	assert_true(holds("out.c", "{\"t_both\", 0, 0x0, {\"SELECT 2\",\n\t\t\"SELECT 3\"}}"));
	assert_true(holds("out.c", "{\"t_apart\", 0, 0x0, {\"SELECT 5\",\n\t\t\"SELECT 4\"}}"));
}

static void expect_complaint(const char *words)
{
	assert_int_equal(embed(), 1);
	if (!holds("complaints", words))
		fail_msg("complained otherwise: %s", get("complaints"));
}

static void test_mistakes_fail_the_build(void **state)
{
	static const struct {
		const char *text, *words;
	} mistakes[] = {
		{"-- name: a\nSELECT 1;\n-- name: a\nSELECT 2;\n",
			"a is already defined at queries/x.sql:1"},
		{"-- name: Bad\nSELECT 1;\n", "x.sql:1: a name is snake_case"},
		{"-- name: a b\nSELECT 1;\n", "nothing may follow the name"},
		{"-- name:\nSELECT 1;\n", "a name is snake_case"},
		{"SELECT 1;\n", "SQL before the first"},
		{"-- name: a\n-- only a comment\n", "a has no text"},
		{"-- name: a\nSELECT 1; SELECT 2;\n", "more than one statement"},
		{"-- name: a\nSELECT ?;\n", "parameters are written $1"},
		{"-- name: a\nSELECT $65;\n", "bad parameter number"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		put("queries/x.sql", mistakes[i].text);
		expect_complaint(mistakes[i].words);
	}
}

static void test_names_clash_between_files(void **state)
{
	(void)state;
	put("queries/a.sql", "-- name: same\nSELECT 1;\n");
	put("queries/b.sql", "-- name: same\nSELECT 1;\n");
	expect_complaint("same is already defined at queries/a.sql:1");
}

static void test_missing_for_an_engine(void **state)
{
	(void)state;
	put("queries/a.pg.sql", "-- name: a\nSELECT 1;\n");
	expect_complaint("a: has no text for SQLite");
}

static void test_parameters_differ(void **state)
{
	(void)state;
	put("queries/a.pg.sql", "-- name: a\nSELECT $1;\n");
	put("queries/a.sqlite.sql", "-- name: a\nSELECT $1, $2;\n");
	expect_complaint("the engines differ in parameters");
}

static void test_migrations_are_numbered(void **state)
{
	(void)state;
	put("migrations/0001_first.sql", "CREATE TABLE a (id {ID});\n-- it's \"quoted\"\n");
	assert_int_equal(embed(), 0);
	assert_true(holds("out.c", "{1, \"0001_first\""));
	assert_true(holds("out.c", "-- it's \\\"quoted\\\"\\n"));
	put("migrations/0003_third.sql", "CREATE TABLE b (id {ID});\n");
	expect_complaint("expected 0002_<name>.sql");
}

/* An unchanged output keeps its time, so that a new text does not compile the whole house again. */
static void test_unchanged_header_is_left_alone(void **state)
{
	struct stat before, after;
	char path[200];

	(void)state;
	put("queries/a.sql", "-- name: a\nSELECT 1;\n");
	assert_int_equal(embed(), 0);
	snprintf(path, sizeof(path), "%s/out.h", dir);
	assert_int_equal(stat(path, &before), 0);
	put("queries/a.sql", "-- name: a\nSELECT 2;\n");
	assert_int_equal(embed(), 0);
	assert_int_equal(stat(path, &after), 0);
	assert_memory_equal(&before.st_mtim, &after.st_mtim, sizeof(before.st_mtim));
	assert_true(holds("out.c", "SELECT 2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_at_all, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(test_statements, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(test_engines_differ, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(
			test_mistakes_fail_the_build, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(
			test_names_clash_between_files, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(test_missing_for_an_engine, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(test_parameters_differ, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(
			test_migrations_are_numbered, make_dirs, remove_dirs),
		cmocka_unit_test_setup_teardown(
			test_unchanged_header_is_left_alone, make_dirs, remove_dirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
