/* engine.h - inside the storage port only: what db.c asks of an engine, and what the build embeds
 * from sql/. */
#pragma once
#include "base/map.h"
#include "db/db.h"

/* Embedded by tools/embed.c (sql.c). */
struct sql_text {
	const char *name;
	int params;
	uint64_t used;       /* bit n - 1: PostgreSQL's text uses $n */
	const char *text[2]; /* by enum db_engine */
};
struct migration {
	int version;
	const char *name;
	const char *text;
};
extern const struct sql_text sql_texts[];
extern const struct migration migrations_main[]; /* ends with version 0 */
extern const struct migration migrations_journal[];

enum param_kind { PARAM_NULL = 0, PARAM_I64 = 1, PARAM_TEXT = 2, PARAM_BLOB = 3 };
struct param {
	enum param_kind kind;
	int64_t i64;
	struct str bytes;
};
enum stmt_state {
	STMT_IDLE = 0,
	STMT_ROW = 1, /* a walk is under way */
};
/* Engines put their own struct around this one. */
struct stmt {
	struct db *db;
	const struct sql_text *sql;
	enum sql_id id;
	enum stmt_state state;
	bool bad_text;          /* a bound text is no UTF-8 */
	struct param *params;   /* sql->params of them */
	struct stmt *next_open; /* the connection's walks under way */
};
struct engine {
	enum db_engine kind;
	void (*close)(struct db *db);
	int (*exec)(struct db *db, const char *script); /* several statements without parameters */
	int (*begin)(struct db *db);
	int (*commit)(struct db *db);
	void (*rollback)(struct db *db);
	int (*lazy)(struct db *db); /* NULL with sync: commits are always durable */
	int (*sync)(struct db *db);
	int (*savepoint)(struct db *db);
	int (*savepoint_release)(struct db *db);
	int (*savepoint_undo)(struct db *db);
	struct stmt *(*stmt_new)(
		struct db *db, enum sql_id id); /* zeroed but for the engine's part */
	void (*stmt_free)(struct stmt *stmt);
	int (*stmt_prepare)(struct stmt *stmt); /* without running it (tests) */
	int (*stmt_start)(
		struct stmt *stmt); /* binds and takes the first step of a walk: 1, 0, fault */
	int (*stmt_next)(struct stmt *stmt);
	void (*stmt_reset)(struct stmt *stmt);
	int (*stmt_run)(struct stmt *stmt, int64_t *ret_changed);
	int64_t (*column_i64)(struct stmt *stmt, int column);
	struct str (*column_str)(struct stmt *stmt, int column);
	struct str (*column_blob)(struct stmt *stmt, int column);
	bool (*column_is_null)(struct stmt *stmt, int column);
	int (*checkpoint)(struct db *db, bool truncate, int64_t *ret_wal_bytes);
	int64_t (*wal_bytes)(const struct db *db);
	bool (*alive)(const struct db *db); /* in a transaction: can it still commit? */
};
struct db {
	const struct engine *engine;
	enum db_schema schema;
	enum db_mode mode;
	bool in_tx;
	bool optimistic;
	struct stmt *stmts[SQL_COUNT + 1]; /* made at first use */
	struct stmt *open;                 /* walks under way */
	struct {
		struct map map;
		struct arena arena;
		bool used;
	} memo; /* db/memo.h */
};

/* memo.c: everything kept is gone. */
void memo_forget(struct db *db);

/* Fill engine, schema and mode of a new connection. */
int sqlite_open(const char *path, enum db_schema schema, enum db_mode mode, struct db **ret_db);
int postgres_open(const char *url, enum db_schema schema, enum db_mode mode, struct db **ret_db);

/* db_migrate with another list (tests). `part` names the list in the table of done migrations. */
int db_migrate_list(struct db *db, const char *part, const struct migration *list, int64_t now_us);
