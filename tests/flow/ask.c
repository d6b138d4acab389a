/* ask.c - what a transcript asserts: the ? lines. */
#include <glob.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>
#include "base/fault.h"
#include "domain/money.h"
#include "flow.h"

static struct str peek_sqlite(struct flow *flow, const char *sql, const char *path)
{
	struct str value = STR_NULL;
	sqlite3_stmt *stmt = NULL;
	sqlite3 *raw = NULL;

	if (sqlite3_open_v2(path, &raw, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
		sqlite3_prepare_v2(raw, sql, -1, &stmt, NULL) != SQLITE_OK)
		flow_fail(flow, "%s", raw ? sqlite3_errmsg(raw) : path);
	else if (sqlite3_step(stmt) == SQLITE_ROW && sqlite3_column_text(stmt, 0))
		value = str_dup(&flow->arena, str_from((const char *)sqlite3_column_text(stmt, 0)));
	sqlite3_finalize(stmt);
	sqlite3_close(raw);
	return value;
}

static struct str peek_postgres(struct flow *flow, const char *sql)
{
	PGconn *raw = PQconnectdb(flow->stage.url);
	PGresult *result = PQexec(raw, sql);
	struct str value = STR_NULL;

	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		flow_fail(flow, "%s", PQerrorMessage(raw));
	else if (PQntuples(result) > 0 && !PQgetisnull(result, 0, 0))
		value = str_dup(&flow->arena, str_from(PQgetvalue(result, 0, 0)));
	PQclear(result);
	PQfinish(raw);
	return value;
}

struct str peek(struct flow *flow, const char *sql, bool journal)
{
	char path[512];
	glob_t found;
	struct str value;

	if (flow->stage.engine == DB_POSTGRES)
		return peek_postgres(flow, sql);
	if (!journal) {
		snprintf(path, sizeof(path), "%s/leyden.db", flow->stage.dir);
		return peek_sqlite(flow, sql, path);
	}
	snprintf(path, sizeof(path), "%s/journal-*.db", flow->stage.dir);
	if (glob(path, 0, NULL, &found) != 0) {
		flow_fail(flow, "no journal");
		return STR_NULL;
	}
	value = peek_sqlite(flow, sql, found.gl_pathv[found.gl_pathc - 1]);
	globfree(&found);
	return value;
}

static void compare(struct flow *flow, const char *what, struct str found, struct str expected)
{
	flow->asked++;
	if (!str_eq(found, expected))
		flow_fail(
			flow, "%s is %.*s, expected %.*s", what, STR_FMT(found), STR_FMT(expected));
}

/* ? sql SELECT ... = value      ? log SELECT ... = value */
static void ask_sql(struct flow *flow, struct str words, bool journal)
{
	struct str filled = words_fill(flow, words);
	size_t cut = filled.len;

	while (cut > 0 && filled.ptr[cut - 1] != '=')
		cut--;
	if (cut == 0) {
		flow_fail(flow, "what is expected?");
		return;
	}
	compare(flow, "it",
		peek(flow, str_dup_z(&flow->arena, str_slice(filled, 0, cut - 1)), journal),
		str_trim(str_slice(filled, cut, filled.len)));
}

/* Fields of an order, and where they stand; money in the order's own digits, energy in Wh. */
static const struct {
	const char *name, *column;
	int scale; /* digits after the point; -1: text as it is; -2: a state */
} order_fields[] = {
	{"state", "state", -2},
	{"reason", "reason", -1},
	{"energy", "energy_dwh", 1},
	{"total", "total_minor", 2},
	{"fee", "energy_minor", 2},
	{"service", "service_minor", 2},
	{"idle", "idle_minor", 2},
	{"paid", "paid_minor", 2},
	{"refund", "refund_minor", 2},
	{"limit", "limit_minor", 2},
	{"hold", "hold_id", -1},
};

static struct str order_field(struct flow *flow, int64_t id, size_t field)
{
	struct str text = peek(flow,
		str_format(&flow->arena, "SELECT %s FROM orders WHERE id = %lld%c",
			order_fields[field].column, (long long)id, '\0')
			.ptr,
		false);
	struct buf buf;
	int64_t value;

	if (order_fields[field].scale == -1 || !str_to_i64(text, &value))
		return text;
	if (order_fields[field].scale == -2)
		return str_from(order_state_name((enum order_state)value));
	buf_init(&buf, &flow->arena, 64);
	buf_put_fixed(&buf, value, order_fields[field].scale);
	return buf_str(&buf);
}

/* ? order [order=name] state=charging total=12.34 ... */
static void ask_order(struct flow *flow, struct str words)
{
	int64_t id = words_order(flow, words);

	while (words.len > 0 && !flow->failed) {
		struct str expected = words_next(&words);
		struct str name = str_cut(&expected, '=');
		bool known = str_is(name, "order");

		for (size_t i = 0; i < sizeof(order_fields) / sizeof(order_fields[0]); i++) {
			if (!str_is(name, order_fields[i].name))
				continue;
			known = true;
			compare(flow, order_fields[i].name, order_field(flow, id, i),
				words_fill(flow, expected));
		}
		if (!known)
			flow_fail(flow, "an order has no %.*s", STR_FMT(name));
	}
}

static const struct {
	const char *name;
	int kind;
	int sign; /* +1: credits less debits */
} account_names[] = {{"wallet", 1, 1}, {"order", 2, 1}, {"channel", 3, -1}, {"energy", 4, 1},
	{"service", 5, 1}, {"idle", 6, 1}, {"house", 7, -1}, {"unpaid", 8, -1}, {"bonus", 9, -1},
	{"card", 10, 1}, {"till", 11, -1}, {"surplus", 12, 1}, {"bought", 13, -1}};

/* ? balance wallet:member1 = 25.00      ? held wallet:member1 = 5.00      ? balance energy = 3.10
 */
static void ask_money(struct flow *flow, struct str words, bool held)
{
	struct str who = words_next(&words), owner_word, text;
	struct str kind = str_cut(&who, ':');
	struct buf buf;
	int64_t value = 0;

	owner_word = who.len > 0 ? words_fill(flow, str_format(&flow->arena, "$%.*s", STR_FMT(who)))
				 : STR("0");
	words_next(&words); /* = */
	for (size_t i = 0; i < sizeof(account_names) / sizeof(account_names[0]); i++) {
		if (!str_is(kind, account_names[i].name))
			continue;
		text = peek(flow,
			str_format(&flow->arena,
				"SELECT COALESCE(CAST(SUM(%s) AS BIGINT), 0) FROM balance b JOIN "
				"account a "
				"ON a.id = b.account_id WHERE a.kind = %d AND (%.*s = 0 OR "
				"a.owner_id = "
				"%.*s)%c",
				held                        ? "debits_pending"
				: account_names[i].sign > 0 ? "credits_posted - debits_posted"
							    : "debits_posted - credits_posted",
				account_names[i].kind, STR_FMT(owner_word), STR_FMT(owner_word),
				'\0')
				.ptr,
			false);
		str_to_i64(text, &value);
		buf_init(&buf, &flow->arena, 64);
		buf_put_fixed(&buf, value, 2);
		compare(flow, held ? "held" : "balance", buf_str(&buf), words_next(&words));
		return;
	}
	flow_fail(flow, "no such account: %.*s", STR_FMT(kind));
}

/* ? timeline [order=name] created authorised starting ...: these words in this order, others may
 * lie between */
static void ask_timeline(struct flow *flow, struct str words)
{
	int64_t order = words_order(flow, words), after = 0;

	while (words.len > 0 && !flow->failed) {
		struct str word = words_next(&words);
		struct str found;

		if (str_find(word, '=') >= 0)
			continue;
		found = peek(flow,
			str_format(&flow->arena,
				"SELECT MIN(id) FROM order_event WHERE order_id = %lld AND id > "
				"%lld AND "
				"word = '%.*s'%c",
				(long long)order, (long long)after, STR_FMT(word), '\0')
				.ptr,
			false);
		flow->asked++;
		if (!str_to_i64(found, &after))
			flow_fail(flow, "the timeline has no %.*s here", STR_FMT(word));
	}
}

/* ? alarms late_start = 1 */
static void ask_alarms(struct flow *flow, struct str words)
{
	struct str kind = words_next(&words);

	words_next(&words); /* = */
	compare(flow, "alarms",
		peek(flow,
			str_format(&flow->arena, "SELECT COUNT(*) FROM alarm WHERE kind = '%.*s'%c",
				STR_FMT(kind), '\0')
				.ptr,
			false),
		words_next(&words));
}

void ask(struct flow *flow, struct str words)
{
	struct str what = words_next(&words);

	if (str_is(what, "sql"))
		ask_sql(flow, words, false);
	else if (str_is(what, "log"))
		ask_sql(flow, words, true);
	else if (str_is(what, "order"))
		ask_order(flow, words);
	else if (str_is(what, "balance"))
		ask_money(flow, words, false);
	else if (str_is(what, "held"))
		ask_money(flow, words, true);
	else if (str_is(what, "timeline"))
		ask_timeline(flow, words);
	else if (str_is(what, "alarms"))
		ask_alarms(flow, words);
	else
		flow_fail(flow, "what is %.*s?", STR_FMT(what));
}
