/* db.h - the storage port. Two engines stand behind it (SQLite, PostgreSQL); nobody above knows
 * which. One struct db is one connection and belongs to one thread. SQL lives in
 * sql/queries/<noun>.sql as
 *     -- name: order_by_token
 *     SELECT ... WHERE token = $1;
 * and reaches C as the enum SQL_ORDER_BY_TOKEN (generated "db/sql.h"). Statements are prepared once
 * per connection. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "db/sql.h" /* generated: enum sql_id, SQL_COUNT */

struct db;

enum db_mode {
	DB_WRITE = 0,
	DB_READ = 1, /* read-only connection: a write is a FAULT_BUG */
};
enum db_engine { DB_SQLITE = 0, DB_POSTGRES = 1 };
/* which set of tables: sql/migrations (truth) or sql/journal (frames and samples) */
enum db_schema { DB_MAIN = 0, DB_JOURNAL = 1 };

/* Positive outcomes. */
enum db_outcome {
	DB_E_UNIQUE = 1, /* a UNIQUE or PRIMARY KEY forbids the row; the transaction goes on (both
			    engines) */
};

/* Opens one connection. url: "sqlite:/path/file.db" or a libpq "postgresql://..." URL. `node` goes
 * into ids. Caller owns *ret_db, db_close accepts NULL. */
int db_open(const char *url, enum db_schema schema, enum db_mode mode, struct db **ret_db);
void db_close(struct db *db);
enum db_engine db_engine(const struct db *db);

/* Brings the schema up to date: numbered forward-only migrations, each in its transaction, recorded
 * with its SHA-256. A changed, missing or newer recorded migration is FAULT_CORRUPT with the reason
 * in fault_text(). */
int db_migrate(struct db *db, int64_t now_us);

/* One transaction at a time. Begin is BEGIN IMMEDIATE on a write connection. Commit may give
 * FAULT_BUSY (run again). */
int db_begin(struct db *db);
int db_commit(struct db *db);
void db_rollback(struct db *db);
/* Commits of this write connection no longer wait for the disk: db_commit only stores, and db_sync,
 * which another thread may call meanwhile, makes durable what was committed before it. A commit is
 * seen by readers at once: whoever answers from it waits for db_sync first. After a fault of
 * db_sync nobody can say what the disk holds: the process must end and read it again. PostgreSQL
 * goes on committing durably and db_sync does nothing. */
int db_commit_lazily(struct db *db);
int db_sync(struct db *db);
/* The per-job savepoint inside a batch. */
int db_savepoint(struct db *db);
int db_savepoint_release(struct db *db);
int db_savepoint_undo(struct db *db);

/* The statement's row walk. Bind parameters 1..n first (unbound ones are NULL); texts and blobs are
 * borrowed until the first step. stmt_step: 1 a row is there, 0 finished, DB_E_UNIQUE is reported
 * by stmt_run only; < 0 fault. After 0 or a fault the statement is reset by itself; leaving a walk
 * early needs stmt_reset. */
struct stmt;
struct stmt *stmt_of(struct db *db, enum sql_id id);
void stmt_bind_i64(struct stmt *stmt, int index, int64_t value);
void stmt_bind_str(struct stmt *stmt, int index, struct str value); /* NULL ptr binds NULL */
void stmt_bind_blob(struct stmt *stmt, int index, struct str bytes);
void stmt_bind_null(struct stmt *stmt, int index);
int stmt_step(struct stmt *stmt);
void stmt_reset(struct stmt *stmt);
/* Runs a statement that gives no rows; *ret_changed (may be NULL) is the number of rows it changed.
 * Outcome DB_E_UNIQUE when a unique constraint refused it (nothing changed). */
int stmt_run(struct stmt *stmt, int64_t *ret_changed);
/* Columns of the current row from 0. Text and blob views live until the next step: copy into the
 * arena to keep. */
int64_t stmt_i64(struct stmt *stmt, int column);
struct str stmt_str(struct stmt *stmt, int column);
struct str stmt_blob(struct stmt *stmt, int column);
bool stmt_is_null(struct stmt *stmt, int column);
/* stmt_str copied into the arena. */
struct str stmt_dup(struct stmt *stmt, int column, struct arena *arena);

/* Moves WAL content into the file without stopping writers (SQLite; a no-op on PostgreSQL).
 * `truncate` finishes the job from the writer's own connection. *ret_wal_bytes is the size of the
 * WAL before. */
int db_checkpoint(struct db *db, bool truncate, int64_t *ret_wal_bytes);
/* Bytes in the WAL after this connection's last commit, without a system call; 0 on PostgreSQL. */
int64_t db_wal_bytes(const struct db *db);

/* While on (default off), PostgreSQL may queue writes whose result is not asked for and learn late
 * that one failed. A unique constraint then shows as FAULT_BUSY: undo the job and run it again with
 * this off, when stmt_run reports DB_E_UNIQUE at once. The lanes do so. No difference on SQLite. */
void db_optimistic(struct db *db, bool on);

/* After a fault inside a transaction: false when nothing but a rollback of the whole transaction
 * helps (the connection is gone, the disk was full, another transaction won); true when undoing to
 * the savepoint is enough. */
bool db_alive(const struct db *db);
