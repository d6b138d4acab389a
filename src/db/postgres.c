/* postgres.c - the engine for several nodes, over libpq in pipeline mode.
 *
 * Writes whose result nobody asked for are only queued; the next read, savepoint release or commit
 * sends them all with its own request and takes all answers in one round trip. A job of three reads
 * and six writes costs four trips.
 *
 * A refused statement aborts PostgreSQL's transaction, so a statement that may meet a unique
 * constraint is guarded by a savepoint of its own. The guard costs two more requests in the same
 * trip. The lanes switch it off (db_optimistic): a violation then comes back as FAULT_BUSY, and the
 * lane runs that one job again with guards.
 *
 * A lost connection is FAULT_IO for whatever is under way; the next begin connects again. */
#include <libpq-fe.h>
#include <stdio.h>
#include <string.h>
#include "base/fault.h"
#include "db/engine.h"
#include "db/postgres_value.h"

#define QUEUE_MAX 128 /* unanswered requests: their answers must fit the socket's buffer */
#define NAME_LEN 24
#define SETTINGS "SET synchronous_commit=on; SET jit=off; SET lock_timeout='2s'"
#define READ_ONLY "; SET default_transaction_read_only=on"

/* What is on its way, in order. */
struct pg_stmt;
struct request {
	const char *what;
	struct pg_stmt *prepares; /* this statement, unless NULL */
};
struct pg_db {
	struct db db;
	PGconn *conn;
	char *url;
	struct request queue[QUEUE_MAX];
	int queued;
	uint64_t connection; /* counts connections: prepared statements belong to one */
	bool lost;
	bool doomed; /* the transaction met a conflict that only its end can cure */
};
struct pg_stmt {
	struct stmt stmt;
	uint64_t connection; /* prepared there; 0 never */
	int generation;      /* prepared again when a parameter's type became known */
	char name[NAME_LEN];
	bool can_conflict; /* INSERT or UPDATE */
	Oid *types;
	const char **values;
	int *lengths, *formats;
	char (*ints)[8];
	PGresult *result;
	int row, rows;
};

/* The outcome of one round trip. */
struct answer {
	PGresult *last; /* of the last request, when all went well; to be cleared by the taker */
	int fault;      /* 0, fault, or DB_E_UNIQUE */
};

static struct pg_db *pg(struct db *db)
{
	return (struct pg_db *)db;
}

static struct pg_stmt *pg_of(struct stmt *stmt)
{
	return (struct pg_stmt *)stmt;
}

static int connection_fault(struct pg_db *self)
{
	struct str text = str_trim(str_from(PQerrorMessage(self->conn)));

	self->lost = true;
	self->queued = 0;
	return FAULT(FAULT_IO, "PostgreSQL: %.*s", STR_FMT(text));
}

static bool state_is(const char *state, const char *const *list)
{
	for (; *list; list++)
		if (strncmp(state, *list, strlen(*list)) == 0)
			return true;
	return false;
}

/* Translates an error answer by its SQLSTATE. */
static int result_fault(struct pg_db *self, const struct request *request, const PGresult *result)
{
	static const char *const busy[] = {"40", "55P03", "57014", NULL};
	static const char *const gone[] = {"08", "57P", "53300", NULL};
	static const char *const disk[] = {"53", "58", NULL};
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	int fault = FAULT_BUG;

	if (!state) /* made by libpq itself: the connection broke */
		return connection_fault(self);
	if (strcmp(state, "23505") == 0)
		return DB_E_UNIQUE;
	if (state_is(state, busy))
		fault = FAULT_BUSY, self->doomed = true;
	else if (state_is(state, gone))
		fault = FAULT_IO, self->lost = true;
	else if (state_is(state, disk))
		fault = FAULT_IO;
	else if (strncmp(state, "XX001", 5) == 0 || strncmp(state, "XX002", 5) == 0)
		fault = FAULT_CORRUPT;
	return FAULT(fault, "%s: %s (PostgreSQL %s)", request->what, message ? message : "no text",
		state);
}

static bool is_good(const PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

/* Takes the answer of one queued request; keeps the first failure. */
static void take_answer(struct pg_db *self, const struct request *request, struct answer *answer)
{
	PGresult *result = PQgetResult(self->conn);
	PGresult *end;

	if (!result) {
		if (!answer->fault)
			answer->fault = connection_fault(self);
		return;
	}
	PQclear(answer->last);
	answer->last = NULL;
	if (is_good(result)) {
		answer->last = result;
	} else {
		if (!answer->fault && PQresultStatus(result) != PGRES_PIPELINE_ABORTED)
			answer->fault = result_fault(self, request, result);
		if (request->prepares)
			request->prepares->connection = 0;
		PQclear(result);
	}
	while (!self->lost && (end = PQgetResult(self->conn)))
		PQclear(end);
}

/* Sends what is queued and takes all answers. */
static int sync_queue(struct pg_db *self, PGresult **ret_last)
{
	struct answer answer = {0};
	int queued = self->queued;
	PGresult *result;

	self->queued = 0;
	if (PQpipelineSync(self->conn) != 1)
		return connection_fault(self);
	for (int i = 0; i < queued && !self->lost; i++)
		take_answer(self, &self->queue[i], &answer);
	if (!self->lost) {
		result = PQgetResult(self->conn);
		if (PQresultStatus(result) != PGRES_PIPELINE_SYNC && !answer.fault)
			answer.fault = connection_fault(self);
		PQclear(result);
	}
	if (answer.fault || !ret_last) {
		PQclear(answer.last);
		answer.last = NULL;
	}
	if (answer.fault)
		return answer.fault;
	if (ret_last)
		*ret_last = answer.last;
	return 0;
}

static int queue_request(struct pg_db *self, const char *what, struct pg_stmt *prepares)
{
	ASSERT(self->queued < QUEUE_MAX);
	self->queue[self->queued++] = (struct request){what, prepares};
	return 0;
}

/* A unique violation of a queued write, learnt when the job has gone on: it must run again with
 * guards. */
static int late_violation(struct pg_db *self, int result)
{
	if (result != DB_E_UNIQUE)
		return result;
	if (!self->db.optimistic)
		return FAULT(FAULT_BUG, "a queued write met a unique constraint");
	return FAULT(
		FAULT_BUSY, "a queued write met a unique constraint: to be run again with care");
}

static int make_room(struct pg_db *self, int requests)
{
	if (self->queued + requests <= QUEUE_MAX)
		return 0;
	return late_violation(self, sync_queue(self, NULL));
}

/* Queues one of the transaction's fixed words; they are prepared under their own text. */
static int queue_fixed(struct pg_db *self, const char *text)
{
	if (PQsendQueryPrepared(self->conn, text, 0, NULL, NULL, NULL, 1) != 1)
		return connection_fault(self);
	return queue_request(self, text, NULL);
}

static const char *begin_text(const struct db *db)
{
	if (db->mode == DB_READ)
		return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
	/* Conversations read, decide and write as if alone; several lanes or nodes must not break
	 * that. Frames and samples are only ever added. */
	return db->schema == DB_MAIN ? "BEGIN ISOLATION LEVEL SERIALIZABLE" : "BEGIN";
}

static int prepare_fixed(struct pg_db *self)
{
	const char *const words[] = {begin_text(&self->db), "COMMIT", "ROLLBACK", "SAVEPOINT job",
		"RELEASE job", "ROLLBACK TO job", "SAVEPOINT guard", "RELEASE guard",
		"ROLLBACK TO guard"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (PQsendPrepare(self->conn, words[i], words[i], 0, NULL) != 1)
			return connection_fault(self);
		queue_request(self, words[i], NULL);
	}
	return sync_queue(self, NULL);
}

static void ignore_notice(void *context, const char *message)
{
	(void)context;
	(void)message;
}

static int connect_now(struct pg_db *self)
{
	static const char *const keys[] = {"dbname", "client_encoding", "application_name",
		"connect_timeout", "keepalives_idle", "keepalives_interval", "keepalives_count",
		"tcp_user_timeout", NULL};
	const char *const values[] = {
		self->url, "UTF8", "leyden", "5", "10", "5", "3", "15000", NULL};
	PGresult *result;
	bool good;

	PQfinish(self->conn);
	self->queued = 0;
	self->lost = true;
	self->connection++;
	self->conn = PQconnectdbParams(keys, values, 1);
	if (PQstatus(self->conn) != CONNECTION_OK)
		return connection_fault(self);
	PQsetNoticeProcessor(self->conn, ignore_notice, NULL);
	result = PQexec(self->conn, self->db.mode == DB_READ ? SETTINGS READ_ONLY : SETTINGS);
	good = PQresultStatus(result) == PGRES_COMMAND_OK;
	PQclear(result);
	if (!good || PQenterPipelineMode(self->conn) != 1)
		return connection_fault(self);
	self->lost = false;
	return prepare_fixed(self);
}

/* Outside a transaction a lost connection is made again. */
static int be_connected(struct pg_db *self)
{
	if (!self->lost)
		return 0;
	if (self->db.in_tx)
		return FAULT(FAULT_IO, "PostgreSQL: the connection was lost in this transaction");
	return connect_now(self);
}

static int pg_begin(struct db *db)
{
	TRY(be_connected(pg(db)));
	pg(db)->doomed = false;
	return queue_fixed(pg(db), begin_text(db));
}

static int pg_commit(struct db *db)
{
	struct pg_db *self = pg(db);

	TRY(be_connected(self));
	TRY(make_room(self, 1));
	TRY(queue_fixed(self, "COMMIT"));
	TRY(late_violation(self, sync_queue(self, NULL)));
	if (PQtransactionStatus(self->conn) != PQTRANS_IDLE)
		return FAULT(FAULT_IO, "PostgreSQL: the transaction did not end");
	return 0;
}

static void pg_rollback(struct db *db)
{
	struct pg_db *self = pg(db);

	/* Answers of queued writes no longer matter; their failure is what a rollback is for. */
	if (self->queued && !self->lost)
		(void)sync_queue(self, NULL);
	if (self->lost || PQtransactionStatus(self->conn) == PQTRANS_IDLE)
		return;
	if (queue_fixed(self, "ROLLBACK") < 0 || sync_queue(self, NULL) != 0)
		self->lost = true;
}

static int pg_savepoint(struct db *db)
{
	TRY(be_connected(pg(db)));
	TRY(make_room(pg(db), 1));
	return queue_fixed(pg(db), "SAVEPOINT job");
}

/* Waits for the job's queued writes: their failure must be this job's, not the next one's. */
static int pg_savepoint_release(struct db *db)
{
	TRY(be_connected(pg(db)));
	TRY(make_room(pg(db), 1));
	TRY(queue_fixed(pg(db), "RELEASE job"));
	return late_violation(pg(db), sync_queue(pg(db), NULL));
}

static int pg_savepoint_undo(struct db *db)
{
	struct pg_db *self = pg(db);
	int result;

	TRY(be_connected(self));
	if (self->queued)
		(void)sync_queue(self, NULL);
	TRY(be_connected(self));
	TRY(queue_fixed(self, "ROLLBACK TO job"));
	TRY(queue_fixed(self, "RELEASE job"));
	TRY(result = sync_queue(self, NULL));
	return result == 0 ? 0 : FAULT(FAULT_BUG, "rolling back met a unique constraint");
}

/* Scripts (migrations) hold several statements: only the simple protocol takes them. */
static int pg_exec(struct db *db, const char *script)
{
	struct pg_db *self = pg(db);
	struct request request = {"script", NULL};
	PGresult *result;
	int fault = 0;

	TRY(late_violation(self, sync_queue(self, NULL)));
	if (PQexitPipelineMode(self->conn) != 1)
		return connection_fault(self);
	result = PQexec(self->conn, script);
	if (!is_good(result))
		fault = result_fault(self, &request, result);
	PQclear(result);
	if (!self->lost && PQenterPipelineMode(self->conn) != 1)
		return connection_fault(self);
	return fault == DB_E_UNIQUE ? FAULT(FAULT_BUG, "script met a unique constraint") : fault;
}

static void pg_close(struct db *db)
{
	PQfinish(pg(db)->conn);
	mem_free(pg(db)->url);
	mem_free(db);
}

static bool begins_with_word(const char *text, const char *word)
{
	return strncmp(text, word, strlen(word)) == 0;
}

static struct stmt *pg_stmt_new(struct db *db, enum sql_id id)
{
	struct pg_stmt *stmt = mem_alloc(sizeof(*stmt));
	const struct sql_text *sql = &sql_texts[id];
	size_t params = (size_t)sql->params + 1;

	(void)db;
	stmt->types = mem_alloc(sizeof(Oid) * params);
	stmt->values = mem_alloc(sizeof(char *) * params);
	stmt->lengths = mem_alloc(sizeof(int) * params);
	stmt->formats = mem_alloc(sizeof(int) * params);
	stmt->ints = mem_alloc(8 * params);
	stmt->can_conflict = begins_with_word(sql->text[DB_POSTGRES], "INSERT") ||
			     begins_with_word(sql->text[DB_POSTGRES], "UPDATE");
	return &stmt->stmt;
}

static void pg_stmt_free(struct stmt *stmt)
{
	struct pg_stmt *self = pg_of(stmt);

	PQclear(self->result);
	mem_free(self->types);
	mem_free(self->values);
	mem_free(self->lengths);
	mem_free(self->formats);
	mem_free(self->ints);
	mem_free(self);
}

/* Fills the wire form of the parameters. *ret_new_type: a type is known now that was not when it
 * was prepared. */
static int fill_params(struct pg_stmt *self, bool *ret_new_type)
{
	static const Oid oids[] = {0, PG_OID_INT8, PG_OID_TEXT, PG_OID_BYTEA};

	for (int i = 0; i < self->stmt.sql->params; i++) {
		const struct param *param = &self->stmt.params[i];
		Oid oid = oids[param->kind];

		self->formats[i] = 1;
		self->values[i] = NULL;
		self->lengths[i] = 0;
		if (!(self->stmt.sql->used >> i & 1)) {
			self->types[i] = PG_OID_TEXT; /* any will do, but none cannot be guessed */
			continue;
		}
		if (param->kind == PARAM_I64) {
			pg_write_i64(self->ints[i], param->i64);
			self->values[i] = self->ints[i];
			self->lengths[i] = 8;
		} else if (param->kind != PARAM_NULL) {
			if (param->bytes.len > INT32_MAX)
				return FAULT(FAULT_NOMEM, "%s: parameter too long",
					self->stmt.sql->name);
			self->values[i] = param->bytes.ptr;
			self->lengths[i] = (int)param->bytes.len;
		}
		if (!oid || self->types[i] == oid)
			continue;
		if (self->types[i])
			return FAULT(FAULT_BUG, "%s: parameter %d changed its type",
				self->stmt.sql->name, i + 1);
		self->types[i] = oid;
		*ret_new_type = true;
	}
	return 0;
}

/* Queues the preparation when the statement is new on this connection, or when a parameter that was
 * always NULL before now shows its type. Types come from what is bound, so that "$1 + 1" is
 * computed in 64 bits. */
static int queue_prepare(struct pg_db *db, struct pg_stmt *self, bool new_type)
{
	const struct sql_text *sql = self->stmt.sql;

	if (self->connection == db->connection && !new_type)
		return 0;
	self->generation++;
	snprintf(self->name, sizeof(self->name), "s%d_%d", (int)self->stmt.id, self->generation);
	if (PQsendPrepare(db->conn, self->name, sql->text[DB_POSTGRES], sql->params, self->types) !=
		1)
		return connection_fault(db);
	self->connection = db->connection;
	return queue_request(db, sql->name, self);
}

static int queue_stmt(struct pg_db *db, struct pg_stmt *self)
{
	if (PQsendQueryPrepared(db->conn, self->name, self->stmt.sql->params, self->values,
		    self->lengths, self->formats, 1) != 1)
		return connection_fault(db);
	return queue_request(db, self->stmt.sql->name, NULL);
}

static int ready(struct pg_db *db, struct pg_stmt *self)
{
	bool new_type = false;

	TRY(be_connected(db));
	TRY(make_room(db, 4));
	TRY(fill_params(self, &new_type));
	return queue_prepare(db, self, new_type);
}

static int pg_stmt_prepare(struct stmt *stmt)
{
	TRY(ready(pg(stmt->db), pg_of(stmt)));
	return sync_queue(pg(stmt->db), NULL);
}

static int pg_stmt_start(struct stmt *stmt)
{
	struct pg_db *db = pg(stmt->db);
	struct pg_stmt *self = pg_of(stmt);

	TRY(ready(db, self));
	TRY(queue_stmt(db, self));
	TRY(late_violation(db, sync_queue(db, &self->result)));
	self->row = 0;
	self->rows = PQntuples(self->result);
	if (self->rows > 0)
		return 1;
	PQclear(self->result);
	self->result = NULL;
	return 0;
}

static int pg_stmt_next(struct stmt *stmt)
{
	return ++pg_of(stmt)->row < pg_of(stmt)->rows ? 1 : 0;
}

static void pg_stmt_reset(struct stmt *stmt)
{
	PQclear(pg_of(stmt)->result);
	pg_of(stmt)->result = NULL;
}

static void set_changed(const PGresult *result, int64_t *ret_changed)
{
	if (ret_changed &&
		!str_to_i64(str_from(PQcmdTuples((PGresult *)(uintptr_t)result)), ret_changed))
		*ret_changed = 0;
}

/* The statement behind a savepoint of its own, in one trip. Only fixed texts can be queued before
 * it (writes are queued in optimistic mode alone), so a violation is its own. */
static int run_guarded(struct pg_db *db, struct pg_stmt *self, int64_t *ret_changed)
{
	PGresult *last = NULL;
	int result;

	TRY(queue_fixed(db, "SAVEPOINT guard"));
	TRY(ready(db, self));
	TRY(queue_stmt(db, self));
	result = sync_queue(db, &last);
	if (result == 0) {
		set_changed(last, ret_changed);
		PQclear(last);
		return queue_fixed(db, "RELEASE guard");
	}
	if (result != DB_E_UNIQUE)
		return result;
	TRY(queue_fixed(db, "ROLLBACK TO guard"));
	TRY(queue_fixed(db, "RELEASE guard"));
	TRY(late_violation(db, sync_queue(db, NULL)));
	return DB_E_UNIQUE;
}

static int pg_stmt_run(struct stmt *stmt, int64_t *ret_changed)
{
	struct pg_db *db = pg(stmt->db);
	struct pg_stmt *self = pg_of(stmt);
	PGresult *last = NULL;
	int result;

	TRY(be_connected(db));
	if (db->db.in_tx && self->can_conflict && !db->db.optimistic)
		return run_guarded(db, self, ret_changed);
	TRY(ready(db, self));
	TRY(queue_stmt(db, self));
	if (db->db.in_tx && !ret_changed && db->db.optimistic)
		return 0;
	result = sync_queue(db, &last);
	if (result == DB_E_UNIQUE && !db->db.in_tx)
		return result;
	TRY(late_violation(db, result));
	set_changed(last, ret_changed);
	PQclear(last);
	return 0;
}

static int64_t pg_i64(struct stmt *stmt, int column)
{
	struct pg_stmt *self = pg_of(stmt);

	if (PQgetisnull(self->result, self->row, column))
		return 0;
	return pg_read_i64(PQftype(self->result, column),
		PQgetvalue(self->result, self->row, column),
		PQgetlength(self->result, self->row, column));
}

static struct str view(struct pg_stmt *self, int column)
{
	if (PQgetisnull(self->result, self->row, column))
		return STR_NULL;
	return (struct str){PQgetvalue(self->result, self->row, column),
		(size_t)PQgetlength(self->result, self->row, column)};
}

static struct str pg_str(struct stmt *stmt, int column)
{
	Oid type = PQftype(pg_of(stmt)->result, column);

	ASSERT(type == PG_OID_TEXT || type == PG_OID_VARCHAR || type == PG_OID_NAME ||
		type == PG_OID_UNKNOWN);
	return view(pg_of(stmt), column);
}

static struct str pg_blob(struct stmt *stmt, int column)
{
	ASSERT(PQftype(pg_of(stmt)->result, column) == PG_OID_BYTEA);
	return view(pg_of(stmt), column);
}

static bool pg_is_null(struct stmt *stmt, int column)
{
	return PQgetisnull(pg_of(stmt)->result, pg_of(stmt)->row, column) == 1;
}

static int pg_checkpoint(struct db *db, bool truncate, int64_t *ret_wal_bytes)
{
	(void)db;
	(void)truncate;
	*ret_wal_bytes = 0;
	return 0;
}

static bool pg_alive(const struct db *db)
{
	const struct pg_db *self = (const struct pg_db *)db;

	return !self->lost && !self->doomed;
}

static int64_t pg_wal_bytes(const struct db *db)
{
	(void)db;
	return 0;
}

static const struct engine postgres_engine = {
	.kind = DB_POSTGRES,
	.close = pg_close,
	.exec = pg_exec,
	.begin = pg_begin,
	.commit = pg_commit,
	.rollback = pg_rollback,
	.savepoint = pg_savepoint,
	.savepoint_release = pg_savepoint_release,
	.savepoint_undo = pg_savepoint_undo,
	.stmt_new = pg_stmt_new,
	.stmt_free = pg_stmt_free,
	.stmt_prepare = pg_stmt_prepare,
	.stmt_start = pg_stmt_start,
	.stmt_next = pg_stmt_next,
	.stmt_reset = pg_stmt_reset,
	.stmt_run = pg_stmt_run,
	.column_i64 = pg_i64,
	.column_str = pg_str,
	.column_blob = pg_blob,
	.column_is_null = pg_is_null,
	.checkpoint = pg_checkpoint,
	.wal_bytes = pg_wal_bytes,
	.alive = pg_alive,
};

int postgres_open(const char *url, enum db_schema schema, enum db_mode mode, struct db **ret_db)
{
	struct pg_db *self = mem_alloc(sizeof(*self));
	size_t len = strlen(url);
	int result;

	self->db = (struct db){.engine = &postgres_engine, .schema = schema, .mode = mode};
	self->url = mem_alloc(len + 1);
	memcpy(self->url, url, len);
	result = connect_now(self);
	if (result != 0) {
		pg_close(&self->db);
		return result < 0
			       ? result
			       : FAULT(FAULT_BUG, "PostgreSQL: connecting met a unique constraint");
	}
	*ret_db = &self->db;
	return 0;
}
