/* ask.c - reading behind the server's back. */
#include "ask.h"
#include <libpq-fe.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/fault.h"

#define STATEMENTS_MOST 64
#define PARAMS_MOST 4

struct ask {
	sqlite3 *lite; /* one of the two */
	PGconn *pg;
	const char *texts[STATEMENTS_MOST];
	sqlite3_stmt *stmts[STATEMENTS_MOST];
	size_t len;
};

static _Noreturn void die(const char *what, const char *why)
{
	fprintf(stderr, "ask: %s: %s\n", what, why);
	abort();
}

struct ask *ask_open(const struct stage *stage)
{
	struct ask *ask = mem_alloc(sizeof(*ask));
	char path[300];

	if (stage->engine == DB_POSTGRES) {
		ask->pg = PQconnectdb(stage->url);
		if (PQstatus(ask->pg) != CONNECTION_OK)
			die("connect", PQerrorMessage(ask->pg));
		return ask;
	}
	snprintf(path, sizeof(path), "%s/leyden.db", stage->dir);
	if (sqlite3_open_v2(path, &ask->lite, SQLITE_OPEN_READWRITE, "unix") != SQLITE_OK)
		die(path, sqlite3_errmsg(ask->lite));
	return ask;
}

void ask_close(struct ask *ask)
{
	for (size_t i = 0; i < ask->len; i++)
		sqlite3_finalize(ask->stmts[i]);
	sqlite3_close(ask->lite);
	if (ask->pg)
		PQfinish(ask->pg);
	mem_free(ask);
}

static size_t statement(struct ask *ask, const char *sql)
{
	char name[16];
	PGresult *result;

	for (size_t i = 0; i < ask->len; i++)
		if (ask->texts[i] == sql)
			return i;
	ASSERT(ask->len < STATEMENTS_MOST);
	ask->texts[ask->len] = sql;
	snprintf(name, sizeof(name), "s%zu", ask->len);
	if (ask->lite) {
		if (sqlite3_prepare_v2(ask->lite, sql, -1, &ask->stmts[ask->len], NULL) !=
			SQLITE_OK)
			die(sql, sqlite3_errmsg(ask->lite));
	} else {
		result = PQprepare(ask->pg, name, sql, 0, NULL);
		if (PQresultStatus(result) != PGRES_COMMAND_OK)
			die(sql, PQerrorMessage(ask->pg));
		PQclear(result);
	}
	return ask->len++;
}

static void rows_lite(sqlite3_stmt *stmt, const int64_t *params, int params_len,
	void (*take)(void *context, const int64_t columns[ASK_COLUMNS]), void *context)
{
	int64_t columns[ASK_COLUMNS] = {0};
	int code;

	for (int i = 0; i < params_len; i++)
		sqlite3_bind_int64(stmt, i + 1, params[i]);
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(stmt); i++)
			columns[i] = sqlite3_column_int64(stmt, i);
		take(context, columns);
	}
	if (code != SQLITE_DONE)
		die(sqlite3_sql(stmt), sqlite3_errstr(code));
	sqlite3_reset(stmt);
}

static void rows_pg(struct ask *ask, size_t at, const int64_t *params, int params_len,
	void (*take)(void *context, const int64_t columns[ASK_COLUMNS]), void *context)
{
	char name[16], texts[PARAMS_MOST][24];
	const char *values[PARAMS_MOST];
	int64_t columns[ASK_COLUMNS] = {0};
	PGresult *result;

	snprintf(name, sizeof(name), "s%zu", at);
	for (int i = 0; i < params_len; i++) {
		snprintf(texts[i], sizeof(texts[i]), "%lld", (long long)params[i]);
		values[i] = texts[i];
	}
	result = PQexecPrepared(ask->pg, name, params_len, values, NULL, NULL, 0);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		die(ask->texts[at], PQerrorMessage(ask->pg));
	for (int row = 0; row < PQntuples(result); row++) {
		for (int i = 0; i < PQnfields(result); i++)
			columns[i] = strtoll(PQgetvalue(result, row, i), NULL, 10);
		take(context, columns);
	}
	PQclear(result);
}

void ask_rows(struct ask *ask, const char *sql, const int64_t *params, int params_len,
	void (*take)(void *context, const int64_t columns[ASK_COLUMNS]), void *context)
{
	size_t at = statement(ask, sql);

	ASSERT(params_len <= PARAMS_MOST);
	if (ask->lite)
		rows_lite(ask->stmts[at], params, params_len, take, context);
	else
		rows_pg(ask, at, params, params_len, take, context);
}

struct first {
	bool found;
	int64_t *columns;
};

static void take_first(void *context, const int64_t columns[ASK_COLUMNS])
{
	struct first *first = context;

	if (!first->found)
		memcpy(first->columns, columns, ASK_COLUMNS * sizeof(*columns));
	first->found = true;
}

bool ask_row(struct ask *ask, const char *sql, const int64_t *params, int params_len,
	int64_t ret_columns[ASK_COLUMNS])
{
	struct first first = {.columns = ret_columns};

	ask_rows(ask, sql, params, params_len, take_first, &first);
	return first.found;
}

int64_t ask_number(struct ask *ask, const char *sql, int64_t param)
{
	int64_t columns[ASK_COLUMNS] = {0};

	return ask_row(ask, sql, &param, 1, columns) ? columns[0] : 0;
}
