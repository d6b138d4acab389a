/* test_sql.c - every statement of sql/queries is understood by both engines on the migrated schema.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "base/fault.h"
#include "db/engine.h"
#include "engines.h"

static void test_every_statement_prepares(void **state)
{
	struct test_db *test = *state;
	int bad = 0;

	assert_int_equal(db_migrate_list(test->db, "journal", migrations_journal, 1), 0);
	for (int id = 0; id < SQL_COUNT; id++) {
		struct stmt *stmt = stmt_of(test->db, (enum sql_id)id);

		if (test->db->engine->stmt_prepare(stmt) == 0)
			continue;
		print_error("%s: %s\n", sql_texts[id].name, fault_text());
		bad++;
	}
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_BOTH_ENGINES(test_every_statement_prepares)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
