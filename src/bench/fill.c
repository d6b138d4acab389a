/* fill.c - data at size, by the shortest way: plain SQL on a database nobody has open. The wallets'
 * money is posted as real transfers from the bonus account, so that the books still balance. */
#include "bench/fill.h"
#include <sqlite3.h>
#include <stdio.h>

/* ?1 = how many, ?2 = prefix. One id space far below what the server makes today. */
static const char *const members_sql[] = {
	"INSERT INTO account (id, tenant_id, kind, owner_id, name, currency, flags, created_us) "
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
	"SELECT 1000000 + i, t.id, 1, 2000000 + i, '', t.currency, 1, 0 FROM n, (SELECT id, "
	"currency FROM tenant LIMIT 1) t",
	"INSERT INTO member (id, tenant_id, name, wallet_token, account_id, created_us) "
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
	"SELECT 2000000 + i, t.id, 'Member ' || i, 'bench-wallet-' || i, 1000000 + i, 0 FROM n, "
	"(SELECT id FROM tenant LIMIT 1) t",
	"INSERT INTO tag (id, tenant_id, id_tag, member_id, state, created_us) "
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
	"SELECT 3000000 + i, t.id, ?2 || printf('%05d', i), 2000000 + i, 'active', 0 FROM n, "
	"(SELECT id FROM tenant LIMIT 1) t",
	"INSERT OR IGNORE INTO account (id, tenant_id, kind, owner_id, name, currency, flags, "
	"created_us) "
	"SELECT 1000000, t.id, 9, 0, '', t.currency, 2, ?1 * 0 FROM (SELECT id, currency FROM "
	"tenant LIMIT 1) t",
	"INSERT INTO transfer (id, key, tenant_id, kind, code, debit_account, credit_account, "
	"amount_minor, currency, at_us) "
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
	"SELECT 4000000 + i, 'bench:' || i, t.id, 1, 1, b.id, 1000000 + i, 100000000, t.currency, "
	"0 "
	"FROM n, (SELECT id, currency FROM tenant LIMIT 1) t, (SELECT id FROM account WHERE kind = "
	"9 LIMIT 1) b",
	"INSERT INTO balance (account_id, shard, credits_posted) "
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) SELECT "
	"1000000 + i, 0, 100000000 FROM n",
	"INSERT INTO balance (account_id, shard, debits_posted) SELECT id, 0, ?1 * 100000000 FROM "
	"account WHERE kind = 9 "
	"ON CONFLICT (account_id, shard) DO UPDATE SET debits_posted = balance.debits_posted + "
	"excluded.debits_posted",
};
static const char orders_sql[] =
	"INSERT INTO orders (id, tenant_id, site_id, pile_id, connector_no, state, reason, "
	"starter, timing, source, token, owner_key, "
	"start_tag, currency, tariff_id, created_us, authorised_us, starting_us, started_us, "
	"stopped_us, ended_us, settled_us) "
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) "
	"SELECT 10000000 + i, p.tenant_id, p.site_id, p.id, 1, CASE i % 50 WHEN 0 THEN 9 WHEN 1 "
	"THEN 10 ELSE 8 END, 'driver', 1, 1, 1, "
	"'bench-order-' || i, 'x', ?2 || 'T' || i, 'CNY', 0, 1700000000000000 + i * 1000000, 1, 1, "
	"1, 1, 1, 1700000000000000 + i * 1000000 "
	"FROM n JOIN (SELECT row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS "
	"many, * FROM pile) p ON p.place = i % p.many";

static int run(sqlite3 *db, const char *sql, int count, const char *prefix)
{
	sqlite3_stmt *stmt = NULL;
	int result = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	if (result == SQLITE_OK) {
		sqlite3_bind_int(stmt, 1, count);
		if (sqlite3_bind_parameter_count(stmt) > 1)
			sqlite3_bind_text(stmt, 2, prefix, -1, SQLITE_STATIC);
		result = sqlite3_step(stmt);
	}
	sqlite3_finalize(stmt);
	if (result == SQLITE_DONE)
		return 0;
	fprintf(stderr, "leyden-bench fill: %s\n", sqlite3_errmsg(db));
	return 1;
}

static int fill(sqlite3 *db, const struct fill_config *config)
{
	size_t steps = sizeof members_sql / sizeof *members_sql;
	if (sqlite3_exec(db, "PRAGMA synchronous=OFF; BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return 1;
	for (size_t i = 0; config->cards > 0 && i < steps; i++) {
		if (run(db, members_sql[i], config->cards, config->prefix) != 0)
			return 1;
	}
	if (config->orders > 0 && run(db, orders_sql, config->orders, config->prefix) != 0)
		return 1;
	return sqlite3_exec(db, "COMMIT; ANALYZE", NULL, NULL, NULL) == SQLITE_OK ? 0 : 1;
}

int fill_run(const struct fill_config *config)
{
	sqlite3 *db = NULL;
	int result = 1;
	if (sqlite3_open(config->db, &db) == SQLITE_OK)
		result = fill(db, config);
	if (result != 0)
		fprintf(stderr, "leyden-bench fill: %s: %s\n", config->db, sqlite3_errmsg(db));
	sqlite3_close(db);
	return result;
}
