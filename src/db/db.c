/* db.c - the storage port: what is the same for both engines. Keeps the rules of use (one
 * transaction at a time, no statement used inside its own walk, walks never outlive their
 * transaction) and hands the rest to the engine. */
#include <string.h>
#include "base/fault.h"
#include "db/engine.h"

int db_open(const char *url, enum db_schema schema, enum db_mode mode, struct db **ret_db)
{
	struct str text = str_from(url);

	if (str_starts(text, STR("sqlite:")))
		return sqlite_open(url + strlen("sqlite:"), schema, mode, ret_db);
	if (str_starts(text, STR("postgresql://")) || str_starts(text, STR("postgres://")))
		return postgres_open(url, schema, mode, ret_db);
	return FAULT(FAULT_BUG, "database URL begins with neither sqlite: nor postgresql://");
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_rollback(db);
	for (int i = 0; i < SQL_COUNT; i++) {
		if (!db->stmts[i])
			continue;
		mem_free(db->stmts[i]->params);
		db->engine->stmt_free(db->stmts[i]);
	}
	memo_forget(db);
	db->engine->close(db);
}

enum db_engine db_engine(const struct db *db)
{
	return db->engine->kind;
}

void db_optimistic(struct db *db, bool on)
{
	db->optimistic = on;
}

static void close_walks(struct db *db)
{
	while (db->open)
		stmt_reset(db->open);
}

int db_begin(struct db *db)
{
	ASSERT(!db->in_tx);
	close_walks(db);
	TRY(db->engine->begin(db));
	db->in_tx = true;
	return 0;
}

int db_commit(struct db *db)
{
	int result;

	ASSERT(db->in_tx);
	close_walks(db);
	result = db->engine->commit(db);
	if (result < 0) {
		db->engine->rollback(db);
		memo_forget(db);
	}
	db->in_tx = false;
	return result;
}

void db_rollback(struct db *db)
{
	close_walks(db);
	if (db->in_tx) {
		db->engine->rollback(db);
		memo_forget(db);
	}
	db->in_tx = false;
}

int db_commit_lazily(struct db *db)
{
	ASSERT(!db->in_tx && db->mode == DB_WRITE);
	return db->engine->lazy ? db->engine->lazy(db) : 0;
}

int db_sync(struct db *db)
{
	return db->engine->sync ? db->engine->sync(db) : 0;
}

int db_savepoint(struct db *db)
{
	ASSERT(db->in_tx);
	return db->engine->savepoint(db);
}

int db_savepoint_release(struct db *db)
{
	close_walks(db);
	return db->engine->savepoint_release(db);
}

int db_savepoint_undo(struct db *db)
{
	close_walks(db);
	memo_forget(db);
	return db->engine->savepoint_undo(db);
}

struct stmt *stmt_of(struct db *db, enum sql_id id)
{
	struct stmt *stmt = db->stmts[id];

	ASSERT((unsigned)id < SQL_COUNT);
	if (!stmt) {
		stmt = db->engine->stmt_new(db, id);
		stmt->db = db;
		stmt->id = id;
		stmt->sql = &sql_texts[id];
		stmt->params = mem_alloc(sizeof(struct param) * (size_t)(stmt->sql->params + 1));
		db->stmts[id] = stmt;
	}
	/* A statement used again inside its own walk would spoil the walk. */
	ASSERT(stmt->state == STMT_IDLE);
	return stmt;
}

static struct param *param_of(struct stmt *stmt, int index)
{
	ASSERT(index >= 1 && index <= stmt->sql->params);
	ASSERT(stmt->state == STMT_IDLE);
	return &stmt->params[index - 1];
}

void stmt_bind_i64(struct stmt *stmt, int index, int64_t value)
{
	*param_of(stmt, index) = (struct param){.kind = PARAM_I64, .i64 = value};
}

void stmt_bind_str(struct stmt *stmt, int index, struct str value)
{
	*param_of(stmt, index) =
		(struct param){.kind = value.ptr ? PARAM_TEXT : PARAM_NULL, .bytes = value};
	/* PostgreSQL refuses such text; SQLite would keep it. Both shall refuse. */
	if (value.len && (str_utf8_len(value) < 0 || memchr(value.ptr, '\0', value.len)))
		stmt->bad_text = true;
}

void stmt_bind_blob(struct stmt *stmt, int index, struct str bytes)
{
	*param_of(stmt, index) =
		(struct param){.kind = bytes.ptr ? PARAM_BLOB : PARAM_NULL, .bytes = bytes};
}

void stmt_bind_null(struct stmt *stmt, int index)
{
	*param_of(stmt, index) = (struct param){.kind = PARAM_NULL};
}

/* What a statement was given is used up by running it. */
static void forget_params(struct stmt *stmt)
{
	if (stmt->sql->params)
		memset(stmt->params, 0, sizeof(struct param) * (size_t)stmt->sql->params);
	stmt->bad_text = false;
}

static int refuse_bad_text(struct stmt *stmt)
{
	forget_params(stmt);
	return FAULT(FAULT_BUG, "%s: a text is not UTF-8", stmt->sql->name);
}

int stmt_step(struct stmt *stmt)
{
	int result;

	if (stmt->state == STMT_ROW) {
		result = stmt->db->engine->stmt_next(stmt);
	} else {
		if (stmt->bad_text)
			return refuse_bad_text(stmt);
		result = stmt->db->engine->stmt_start(stmt);
		forget_params(stmt);
		if (result == 1) {
			stmt->state = STMT_ROW;
			stmt->next_open = stmt->db->open;
			stmt->db->open = stmt;
		}
	}
	if (result != 1)
		stmt_reset(stmt);
	return result;
}

void stmt_reset(struct stmt *stmt)
{
	forget_params(stmt);
	if (stmt->state == STMT_IDLE)
		return;
	stmt->state = STMT_IDLE;
	for (struct stmt **at = &stmt->db->open; *at; at = &(*at)->next_open) {
		if (*at == stmt) {
			*at = stmt->next_open;
			break;
		}
	}
	stmt->db->engine->stmt_reset(stmt);
}

int stmt_run(struct stmt *stmt, int64_t *ret_changed)
{
	int result;

	ASSERT(stmt->state == STMT_IDLE);
	if (stmt->bad_text)
		return refuse_bad_text(stmt);
	if (stmt->db->mode == DB_READ) {
		forget_params(stmt);
		return FAULT(FAULT_BUG, "%s: a write on a read-only connection", stmt->sql->name);
	}
	result = stmt->db->engine->stmt_run(stmt, ret_changed);
	forget_params(stmt);
	return result;
}

int64_t stmt_i64(struct stmt *stmt, int column)
{
	ASSERT(stmt->state == STMT_ROW);
	return stmt->db->engine->column_i64(stmt, column);
}

struct str stmt_str(struct stmt *stmt, int column)
{
	ASSERT(stmt->state == STMT_ROW);
	return stmt->db->engine->column_str(stmt, column);
}

struct str stmt_blob(struct stmt *stmt, int column)
{
	ASSERT(stmt->state == STMT_ROW);
	return stmt->db->engine->column_blob(stmt, column);
}

bool stmt_is_null(struct stmt *stmt, int column)
{
	ASSERT(stmt->state == STMT_ROW);
	return stmt->db->engine->column_is_null(stmt, column);
}

struct str stmt_dup(struct stmt *stmt, int column, struct arena *arena)
{
	return str_dup(arena, stmt_str(stmt, column));
}

int db_checkpoint(struct db *db, bool truncate, int64_t *ret_wal_bytes)
{
	ASSERT(!db->in_tx);
	return db->engine->checkpoint(db, truncate, ret_wal_bytes);
}

int64_t db_wal_bytes(const struct db *db)
{
	return db->engine->wal_bytes(db);
}

bool db_alive(const struct db *db)
{
	return db->in_tx && db->engine->alive(db);
}
