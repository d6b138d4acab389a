/* test_plans.c - every statement that meets a table which grows with the years walks an index: no
 * full scan and no sort of what was found, at whatever page. Both planners are asked, not a clock:
 * with a million orders a scan is the difference between 1 ms and a second.
 *
 * SQLite is asked as it runs here, without statistics. PostgreSQL chooses by statistics that an
 * empty database does not have, so scans and sorts are forbidden to it: what it then plans all the
 * same, it has no index for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include "base/fault.h"
#include "db/engine.h"
#include "engines.h"

#define PLAN_MAX 16384

/* Statements that may scan or sort: what they look at is small, or bounded, or they are not asked
 * by anybody who waits. Whoever adds one here says why; a list that grows with the years gets an
 * index instead. */
static const struct {
	const char *name, *why;
} exempt[] = {
	{"attention_certificates", "certificates in use that end soon"},
	{"attention_counts", "the same looks as the lists, only counted"},
	{"attention_faulted", "walks connectors at fault"},
	{"attention_refusals", "refusals are trimmed to 200"},
	{"attention_stuck", "walks the open transactions: as many as cars charge"},
	{"campaign", "the piles of one campaign, found by index; the campaigns that run"},
	{"certificate_", "an operator's certificates"},
	{"count_piles", "counts piles"},
	{"dash_faulted", "counts piles"},
	{"dash_hours", "sums one day"},
	{"dash_power", "walks the open transactions"},
	{"drift", "the settings of one pile"},
	{"list_accounts", "the house's own accounts, a dozen"},
	{"list_campaign_", "the piles of one campaign, found by index"},
	{"list_pile_named", "two rows, each found by index"},
	{"list_pile_success", "counts at most 500 rows of one pile, found by index"},
	{"list_refusals", "refusals are trimmed to 200"},
	{"list_reports", "the reports of one pile, of which 50 are kept"},
	{"list_setup_piles", "the piles of one setup, found by index"},
	{"list_tags_member", "a member's cards"},
	{"login_lock_prune", "locked logins are pruned"},
	{"migration_", "at the start"},
	{"outlet_no", "the outlets of one pile"},
	{"pile_all_offline", "at the start"},
	{"pile_list", "the command line"},
	{"read_demo_piles", "the demo"},
	{"read_wallet_moves", "the transfers of one wallet; PostgreSQL sorts one of its two sides"},
	{"refusal_all", "the command line; refusals are trimmed to 200"},
	{"refusal_trim", "refusals are trimmed to 200"},
	{"report_trim", "the reports of one pile, of which 50 are kept"},
	{"session_scene_any", "the open transactions of one pile"},
	{"session_scene_of_tag", "the open transactions of one pile"},
	{"site_first", "operators and sites"},
	{"staff_list", "the command line"},
	{"tariff_current", "versions of one price, found by index"},
	{"verify_", "the verification distrusts every index"},
};

static bool is_exempt(const char *name)
{
	for (size_t i = 0; i < sizeof(exempt) / sizeof(exempt[0]); i++)
		if (strncmp(name, exempt[i].name, strlen(exempt[i].name)) == 0)
			return true;
	return false;
}

/* Lines like "SCAN o USING INDEX x", "SEARCH o USING ...", "USE TEMP B-TREE FOR ORDER BY". */
static bool bad_line_lite(const char *line)
{
	/* a row made up for a join to begin with */
	if (strstr(line, "CONSTANT ROW") || strcmp(line, "SCAN x") == 0)
		return false;
	return strncmp(line, "SCAN ", 5) == 0 || strstr(line, "TEMP B-TREE") != NULL;
}

static int check_lite(sqlite3 *raw, const struct sql_text *sql)
{
	char text[PLAN_MAX];
	sqlite3_stmt *stmt = NULL;
	int bad = 0;

	snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql->text[DB_SQLITE]);
	assert_int_equal(sqlite3_prepare_v2(raw, text, -1, &stmt, NULL), SQLITE_OK);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *line = (const char *)sqlite3_column_text(stmt, 3);

		if (!line || !bad_line_lite(line))
			continue;
		print_error("SQLite %s: %s\n", sql->name, line);
		bad++;
	}
	sqlite3_finalize(stmt);
	return bad;
}

static int check_all_lite(struct test_db *test)
{
	char path[300];
	sqlite3 *raw = NULL;
	int bad = 0;

	snprintf(path, sizeof(path), "%s/leyden.db", test->dir);
	assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
	for (int id = 0; id < SQL_COUNT; id++)
		if (!is_exempt(sql_texts[id].name))
			bad += check_lite(raw, &sql_texts[id]);
	sqlite3_close(raw);
	return bad;
}

/* --- PostgreSQL --- */

static void run(PGconn *raw, const char *text)
{
	PGresult *result = PQexec(raw, text);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(raw));
	PQclear(result);
}

/* PREPARE p (types) AS ...; a parameter the text leaves out has no type to be found. */
static void prepare(PGconn *raw, const struct sql_text *sql, char *text)
{
	size_t at = (size_t)snprintf(text, PLAN_MAX, "PREPARE p");

	for (int i = 0; sql->used >> i != 0; i++)
		at += (size_t)snprintf(text + at, PLAN_MAX - at, "%c%s", i == 0 ? '(' : ',',
			(sql->used >> i & 1) != 0 ? "unknown" : "text");
	at += (size_t)snprintf(text + at, PLAN_MAX - at, "%s AS %s", sql->used != 0 ? ")" : "",
		sql->text[DB_POSTGRES]);
	assert_true(at < PLAN_MAX);
	run(raw, text);
}

/* Sorting rows that come presorted only orders ties. */
static bool bad_line_pg(const char *line, const char *next)
{
	if (strstr(line, "Seq Scan on"))
		return true;
	return strstr(line, "Sort Key") && !(next && strstr(next, "Presorted Key"));
}

static int check_pg(PGconn *raw, const struct sql_text *sql)
{
	char text[PLAN_MAX];
	PGresult *result;
	size_t at;
	int bad = 0;

	prepare(raw, sql, text);
	at = (size_t)snprintf(text, sizeof(text), "EXPLAIN (COSTS OFF) EXECUTE p");
	for (int i = 0; sql->used >> i != 0; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%cNULL", i == 0 ? '(' : ',');
	snprintf(text + at, sizeof(text) - at, "%s", sql->used != 0 ? ")" : "");
	result = PQexec(raw, text);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql->name, PQerrorMessage(raw));
	for (int row = 0; row < PQntuples(result); row++) {
		const char *next =
			row + 1 < PQntuples(result) ? PQgetvalue(result, row + 1, 0) : NULL;

		if (!bad_line_pg(PQgetvalue(result, row, 0), next))
			continue;
		print_error("PostgreSQL %s: %s\n", sql->name, PQgetvalue(result, row, 0));
		bad++;
	}
	PQclear(result);
	run(raw, "DEALLOCATE p");
	return bad;
}

static int check_all_pg(struct test_db *test)
{
	PGconn *raw = PQconnectdb(test->url);
	int bad = 0;

	assert_int_equal(PQstatus(raw), CONNECTION_OK);
	run(raw, "SET plan_cache_mode = force_generic_plan");
	run(raw, "SET enable_seqscan = off");
	run(raw, "SET enable_sort = off");
	run(raw, "SET enable_bitmapscan = off");
	run(raw, "SET enable_hashjoin = off");
	run(raw, "SET enable_mergejoin = off");
	for (int id = 0; id < SQL_COUNT; id++)
		if (!is_exempt(sql_texts[id].name))
			bad += check_pg(raw, &sql_texts[id]);
	PQfinish(raw);
	return bad;
}

static void test_plans(void **state)
{
	struct test_db *test = *state;

	assert_int_equal(db_migrate_list(test->db, "journal", migrations_journal, 1), 0);
	assert_int_equal(test->engine == DB_SQLITE ? check_all_lite(test) : check_all_pg(test), 0);
}

/* The net has no holes that a scan or a sort would slip through. */
static void test_a_scan_is_seen(void **state)
{
	static const struct sql_text bad[] = {
		{.name = "scan",
			.text = {"SELECT id FROM orders WHERE reason = 'x'",
				"SELECT id FROM orders WHERE reason = 'x'"}},
		{.name = "sort",
			.text = {"SELECT id FROM orders WHERE pile_id = 1 ORDER BY total_minor",
				"SELECT id FROM orders WHERE pile_id = 1 ORDER BY total_minor"}},
	};
	struct test_db *test = *state;
	char path[300];
	sqlite3 *lite = NULL;
	PGconn *pg;

	if (test->engine == DB_SQLITE) {
		snprintf(path, sizeof(path), "%s/leyden.db", test->dir);
		assert_int_equal(sqlite3_open(path, &lite), SQLITE_OK);
		assert_int_equal(check_lite(lite, &bad[0]), 1);
		assert_int_equal(check_lite(lite, &bad[1]), 1);
		sqlite3_close(lite);
		return;
	}
	pg = PQconnectdb(test->url);
	run(pg, "SET enable_bitmapscan = off");
	assert_int_equal(check_pg(pg, &bad[0]), 1);
	assert_int_equal(check_pg(pg, &bad[1]), 1);
	PQfinish(pg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		ON_BOTH_ENGINES(test_plans), ON_BOTH_ENGINES(test_a_scan_is_seen)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
