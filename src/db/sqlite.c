/* sqlite.c - the embedded engine. WAL with synchronous=FULL: a commit is durable when it returns,
 * unless it was asked to be lazy: then the log is synced by db_sync.
 * The writer never checkpoints by itself (bench/limits: automatic checkpoints stall it for 13-20
 * ms); see db_checkpoint. */
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include "base/fault.h"
#include "db/engine.h"

#define BUSY_TIMEOUT_MS 100
#define PAGE_SIZE 2048 /* half the written bytes of 4096 at equal speed */
/* Small on purpose: SQLite 3.40 walks its whole cache at the end of each commit that split a page,
 * which at 64 MB cost more than everything else a journal row needs. Misses come from the system's
 * page cache. */
#define CACHE_KIB_WRITE 16384
#define CACHE_KIB_JOURNAL 4096
#define CACHE_KIB_READ 16384
/* Small memory of a connection's own; the library as packaged has it off. */
#define LOOKASIDE_BYTES 1200
#define LOOKASIDE_SLOTS 128
#define WAL_KEEP_BYTES (64 * 1024 * 1024) /* a WAL that grew beyond is cut back to this */

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

struct sqlite_db {
	struct db db;
	sqlite3 *conn;
	sqlite3_file *log; /* of a lazy writer, for db_sync */
	int64_t wal_bytes;
	sqlite3_stmt *begin, *commit, *savepoint, *release, *undo;
};
struct sqlite_stmt {
	struct stmt stmt;
	sqlite3_stmt *raw;
	char *copy; /* texts and blobs of a walk's parameters: lent to us only until the first step
		     */
	size_t copy_cap;
};

static struct sqlite_db *lite(struct db *db)
{
	return (struct sqlite_db *)db;
}

static sqlite3_stmt *raw_of(struct stmt *stmt)
{
	return ((struct sqlite_stmt *)stmt)->raw;
}

/* Translates an error of SQLite into a fault with the library's words. */
static int lite_fault(struct sqlite_db *self, int code, const char *what)
{
	int fault;

	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		fault = FAULT_BUSY;
		break;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_PROTOCOL:
		fault = FAULT_IO;
		break;
	case SQLITE_READONLY:
		fault = self->db.mode == DB_READ ? FAULT_BUG : FAULT_IO;
		break;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		fault = FAULT_CORRUPT;
		break;
	case SQLITE_NOMEM:
	case SQLITE_TOOBIG:
		fault = FAULT_NOMEM;
		break;
	default:
		fault = FAULT_BUG;
	}
	return FAULT(fault, "%s: %s (SQLite %d)", what,
		self->conn ? sqlite3_errmsg(self->conn) : "no memory", code);
}

static int lite_exec(struct db *db, const char *script)
{
	int code = sqlite3_exec(lite(db)->conn, script, NULL, NULL, NULL);

	return code == SQLITE_OK ? 0 : lite_fault(lite(db), code, "script");
}

/* Runs one of the fixed statements, preparing it at first use. */
static int run_fixed(struct sqlite_db *self, sqlite3_stmt **stmt, const char *text)
{
	int code;

	if (!*stmt) {
		code = sqlite3_prepare_v3(
			self->conn, text, -1, SQLITE_PREPARE_PERSISTENT, stmt, NULL);
		if (code != SQLITE_OK)
			return lite_fault(self, code, text);
	}
	code = sqlite3_step(*stmt);
	if (code != SQLITE_DONE) {
		int result = lite_fault(self, code, text);

		sqlite3_reset(*stmt);
		return result;
	}
	sqlite3_reset(*stmt);
	return 0;
}

static int lite_begin(struct db *db)
{
	return run_fixed(
		lite(db), &lite(db)->begin, db->mode == DB_WRITE ? "BEGIN IMMEDIATE" : "BEGIN");
}

static int lite_commit(struct db *db)
{
	return run_fixed(lite(db), &lite(db)->commit, "COMMIT");
}

/* Full disks and I/O errors may already have ended the transaction; then there is nothing to do. */
static void lite_rollback(struct db *db)
{
	if (!sqlite3_get_autocommit(lite(db)->conn))
		sqlite3_exec(lite(db)->conn, "ROLLBACK", NULL, NULL, NULL);
}

/* With NORMAL a commit writes its frames and syncs nothing; checkpoints and a log that begins anew
 * are still synced by SQLite itself, so a crash at any moment leaves whole transactions from the
 * first to some last one. The log is SQLite's own open file, which stays as long as the connection
 * (a name could lead to another one). */
static int lite_lazy(struct db *db)
{
	struct sqlite_db *self = lite(db);
	int code =
		sqlite3_file_control(self->conn, "main", SQLITE_FCNTL_JOURNAL_POINTER, &self->log);

	if (code != SQLITE_OK)
		return lite_fault(self, code, "lazy commits");
	if (!self->log || !self->log->pMethods) {
		self->log = NULL;
		return FAULT(FAULT_BUG, "lazy commits: nothing was read yet, the log is not open");
	}
	return lite_exec(db, "PRAGMA synchronous=NORMAL");
}

/* Another thread's: the sync of an open file touches nothing else of the connection. */
static int lite_sync(struct db *db)
{
	struct sqlite_db *self = lite(db);
	int code =
		self->log ? self->log->pMethods->xSync(self->log, SQLITE_SYNC_NORMAL) : SQLITE_OK;

	return code == SQLITE_OK ? 0
				 : FAULT(FAULT_IO, "syncing the write-ahead log (SQLite %d)", code);
}

static int lite_savepoint(struct db *db)
{
	return run_fixed(lite(db), &lite(db)->savepoint, "SAVEPOINT job");
}

static int lite_savepoint_release(struct db *db)
{
	return run_fixed(lite(db), &lite(db)->release, "RELEASE job");
}

static int lite_savepoint_undo(struct db *db)
{
	TRY(run_fixed(lite(db), &lite(db)->undo, "ROLLBACK TO job"));
	return run_fixed(lite(db), &lite(db)->release, "RELEASE job");
}

static void lite_close(struct db *db)
{
	struct sqlite_db *self = lite(db);

	sqlite3_finalize(self->begin);
	sqlite3_finalize(self->commit);
	sqlite3_finalize(self->savepoint);
	sqlite3_finalize(self->release);
	sqlite3_finalize(self->undo);
	sqlite3_close(self->conn);
	mem_free(self);
}

static struct stmt *lite_stmt_new(struct db *db, enum sql_id id)
{
	struct sqlite_stmt *stmt = mem_alloc(sizeof(*stmt));

	(void)db;
	(void)id;
	return &stmt->stmt;
}

static void lite_stmt_free(struct stmt *stmt)
{
	struct sqlite_stmt *self = (struct sqlite_stmt *)stmt;

	sqlite3_finalize(self->raw);
	mem_free(self->copy);
	mem_free(self);
}

/* Prepares at first use, so that a statement may name tables of a later migration. */
static int prepare(struct stmt *stmt)
{
	struct sqlite_stmt *self = (struct sqlite_stmt *)stmt;
	struct sqlite_db *db = lite(stmt->db);
	int code;

	if (self->raw)
		return 0;
	code = sqlite3_prepare_v3(db->conn, stmt->sql->text[DB_SQLITE], -1,
		SQLITE_PREPARE_PERSISTENT, &self->raw, NULL);
	return code == SQLITE_OK ? 0 : lite_fault(db, code, stmt->sql->name);
}

static void bind_all(struct stmt *stmt)
{
	sqlite3_stmt *raw = raw_of(stmt);

	for (int i = 0; i < stmt->sql->params; i++) {
		const struct param *param = &stmt->params[i];
		int code = SQLITE_OK;

		switch (param->kind) {
		case PARAM_NULL:
			code = sqlite3_bind_null(raw, i + 1);
			break;
		case PARAM_I64:
			code = sqlite3_bind_int64(raw, i + 1, param->i64);
			break;
		case PARAM_TEXT:
			code = sqlite3_bind_text64(raw, i + 1, param->bytes.ptr, param->bytes.len,
				SQLITE_STATIC, SQLITE_UTF8);
			break;
		case PARAM_BLOB:
			code = sqlite3_bind_blob64(
				raw, i + 1, param->bytes.ptr, param->bytes.len, SQLITE_STATIC);
			break;
		}
		ASSERT(code == SQLITE_OK);
	}
}

/* Moves lent texts and blobs into our own memory for the length of a walk. */
static void copy_params(struct stmt *stmt)
{
	struct sqlite_stmt *self = (struct sqlite_stmt *)stmt;
	size_t need = 0, at = 0;

	for (int i = 0; i < stmt->sql->params; i++)
		need += stmt->params[i].bytes.len;
	if (need > self->copy_cap) {
		self->copy = mem_grow(self->copy, need);
		self->copy_cap = need;
	}
	for (int i = 0; i < stmt->sql->params; i++) {
		struct str *bytes = &stmt->params[i].bytes;

		if (!bytes->len)
			continue;
		memcpy(self->copy + at, bytes->ptr, bytes->len);
		bytes->ptr = self->copy + at;
		at += bytes->len;
	}
}

static int step(struct stmt *stmt)
{
	int code = sqlite3_step(raw_of(stmt));
	int result;

	if (code == SQLITE_ROW)
		return 1;
	result = code == SQLITE_DONE ? 0 : lite_fault(lite(stmt->db), code, stmt->sql->name);
	sqlite3_reset(raw_of(stmt));
	return result;
}

static int lite_stmt_start(struct stmt *stmt)
{
	TRY(prepare(stmt));
	if (stmt->db->mode == DB_READ && !sqlite3_stmt_readonly(raw_of(stmt)))
		return FAULT(FAULT_BUG, "%s: a write on a read-only connection", stmt->sql->name);
	copy_params(stmt);
	bind_all(stmt);
	return step(stmt);
}

static void lite_stmt_reset(struct stmt *stmt)
{
	sqlite3_reset(raw_of(stmt));
}

static int lite_stmt_run(struct stmt *stmt, int64_t *ret_changed)
{
	struct sqlite_db *db = lite(stmt->db);
	int code, result;

	TRY(prepare(stmt));
	bind_all(stmt);
	do
		code = sqlite3_step(raw_of(stmt));
	while (code == SQLITE_ROW);
	if (code == SQLITE_DONE) {
		if (ret_changed)
			*ret_changed = sqlite3_changes64(db->conn);
		sqlite3_reset(raw_of(stmt));
		return 0;
	}
	code = sqlite3_extended_errcode(db->conn);
	if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY ||
		code == SQLITE_CONSTRAINT_ROWID)
		result = DB_E_UNIQUE;
	else
		result = lite_fault(db, code, stmt->sql->name);
	sqlite3_reset(raw_of(stmt));
	return result;
}

static int64_t lite_i64(struct stmt *stmt, int column)
{
	int type = sqlite3_column_type(raw_of(stmt), column);

	ASSERT(type == SQLITE_INTEGER || type == SQLITE_NULL);
	return sqlite3_column_int64(raw_of(stmt), column);
}

static struct str lite_str(struct stmt *stmt, int column)
{
	sqlite3_stmt *raw = raw_of(stmt);
	int type = sqlite3_column_type(raw, column);

	ASSERT(type == SQLITE_TEXT || type == SQLITE_NULL);
	if (type == SQLITE_NULL)
		return STR_NULL;
	const char *text = (const char *)sqlite3_column_text(raw, column);

	return (struct str){text ? text : "", (size_t)sqlite3_column_bytes(raw, column)};
}

static struct str lite_blob(struct stmt *stmt, int column)
{
	sqlite3_stmt *raw = raw_of(stmt);
	int type = sqlite3_column_type(raw, column);

	ASSERT(type == SQLITE_BLOB || type == SQLITE_NULL);
	if (type == SQLITE_NULL)
		return STR_NULL;
	const void *bytes = sqlite3_column_blob(raw, column);

	return (struct str){bytes ? bytes : "", (size_t)sqlite3_column_bytes(raw, column)};
}

static bool lite_is_null(struct stmt *stmt, int column)
{
	return sqlite3_column_type(raw_of(stmt), column) == SQLITE_NULL;
}

static int on_wal(void *context, sqlite3 *conn, const char *name, int pages)
{
	struct sqlite_db *self = context;

	(void)conn;
	(void)name;
	self->wal_bytes = (int64_t)pages * PAGE_SIZE;
	return SQLITE_OK;
}

/* From the writer (`truncate`) the WAL starts again at its beginning when no reader is in the way;
 * the file keeps its size, because syncing a file that does not grow is twice as fast. It never
 * waits: the next commit tries again. */
static int lite_checkpoint(struct db *db, bool truncate, int64_t *ret_wal_bytes)
{
	struct sqlite_db *self = lite(db);
	int pages = 0, done = 0, code;

	if (truncate)
		sqlite3_busy_timeout(self->conn, 0);
	code = sqlite3_wal_checkpoint_v2(self->conn, NULL,
		truncate ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE, &pages, &done);
	if (truncate)
		sqlite3_busy_timeout(self->conn, BUSY_TIMEOUT_MS);
	if (code != SQLITE_OK && code != SQLITE_BUSY)
		return lite_fault(self, code, "checkpoint");
	*ret_wal_bytes = pages > 0 ? (int64_t)pages * PAGE_SIZE : 0;
	if (truncate && code == SQLITE_OK)
		self->wal_bytes = 0;
	return 0;
}

static int64_t lite_wal_bytes(const struct db *db)
{
	return ((const struct sqlite_db *)db)->wal_bytes;
}

/* A full disk may have ended the transaction by itself. */
static bool lite_alive(const struct db *db)
{
	return !sqlite3_get_autocommit(((const struct sqlite_db *)db)->conn);
}

static const struct engine sqlite_engine = {
	.kind = DB_SQLITE,
	.close = lite_close,
	.exec = lite_exec,
	.begin = lite_begin,
	.commit = lite_commit,
	.rollback = lite_rollback,
	.lazy = lite_lazy,
	.sync = lite_sync,
	.savepoint = lite_savepoint,
	.savepoint_release = lite_savepoint_release,
	.savepoint_undo = lite_savepoint_undo,
	.stmt_new = lite_stmt_new,
	.stmt_free = lite_stmt_free,
	.stmt_prepare = prepare,
	.stmt_start = lite_stmt_start,
	.stmt_next = step,
	.stmt_reset = lite_stmt_reset,
	.stmt_run = lite_stmt_run,
	.column_i64 = lite_i64,
	.column_str = lite_str,
	.column_blob = lite_blob,
	.column_is_null = lite_is_null,
	.checkpoint = lite_checkpoint,
	.wal_bytes = lite_wal_bytes,
	.alive = lite_alive,
};

static int set_pragma(struct sqlite_db *self, const char *name, const char *value)
{
	char text[96];

	sqlite3_snprintf(sizeof(text), text, "PRAGMA %s=%s", name, value);
	return lite_exec(&self->db, text);
}

static int set_pragma_int(struct sqlite_db *self, const char *name, int value)
{
	char text[16];

	sqlite3_snprintf(sizeof(text), text, "%d", value);
	return set_pragma(self, name, text);
}

/* The journal mode is asked back: a file system without shared memory silently stays with another
 * one. */
static int check_wal(struct sqlite_db *self)
{
	sqlite3_stmt *stmt = NULL;
	bool wal = false;

	if (sqlite3_prepare_v2(self->conn, "PRAGMA journal_mode", -1, &stmt, NULL) == SQLITE_OK &&
		sqlite3_step(stmt) == SQLITE_ROW)
		wal = sqlite3_stricmp((const char *)sqlite3_column_text(stmt, 0), "wal") == 0;
	sqlite3_finalize(stmt);
	return wal ? 0 : FAULT(FAULT_IO, "this file system cannot keep a write-ahead log");
}

static int cache_kib(const struct db *db)
{
	if (db->mode == DB_READ)
		return CACHE_KIB_READ;
	return db->schema == DB_MAIN ? CACHE_KIB_WRITE : CACHE_KIB_JOURNAL;
}

static int configure(struct sqlite_db *self)
{
	bool write = self->db.mode == DB_WRITE;

	sqlite3_extended_result_codes(self->conn, 1);
	sqlite3_busy_timeout(self->conn, BUSY_TIMEOUT_MS);
	sqlite3_db_config(self->conn, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(
		self->conn, SQLITE_DBCONFIG_LOOKASIDE, NULL, LOOKASIDE_BYTES, LOOKASIDE_SLOTS);
	if (write) {
		TRY(set_pragma_int(self, "page_size", PAGE_SIZE));
		TRY(set_pragma(self, "journal_mode", "WAL"));
		TRY(check_wal(self));
		TRY(set_pragma(self, "synchronous", "FULL"));
		TRY(set_pragma(self, "secure_delete", "FAST"));
		TRY(set_pragma_int(self, "journal_size_limit", WAL_KEEP_BYTES));
	} else {
		TRY(set_pragma(self, "query_only", "ON"));
	}
	TRY(set_pragma_int(self, "wal_autocheckpoint", 0));
	TRY(set_pragma_int(self, "cache_size", -cache_kib(&self->db)));
	TRY(set_pragma(self, "temp_store", "MEMORY"));
	TRY(set_pragma(self, "trusted_schema", "OFF"));
	sqlite3_wal_hook(self->conn, on_wal, self);
	return 0;
}

/* Without counting memory the connections of several threads share no lock. */
static void set_up_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

int sqlite_open(const char *path, enum db_schema schema, enum db_mode mode, struct db **ret_db)
{
	struct sqlite_db *self = mem_alloc(sizeof(*self));
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int result;

	pthread_once(&library_once, set_up_library);
	self->db = (struct db){.engine = &sqlite_engine, .schema = schema, .mode = mode};
	if (mode == DB_WRITE)
		flags |= SQLITE_OPEN_CREATE;
	result = sqlite3_open_v2(path, &self->conn, flags, NULL);
	result = result == SQLITE_OK ? configure(self) : lite_fault(self, result, path);
	if (result < 0) {
		lite_close(&self->db);
		return result;
	}
	*ret_db = &self->db;
	return 0;
}
