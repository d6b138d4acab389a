/* faults.c - an engine of the storage port that passes everything on to the real one, until it does
 * not. */
#include "faults.h"
#include "base/fault.h"
#include "db/engine.h"
#include "disk.h"

#define CONNECTIONS_MOST 16

struct faults faults;

static const struct engine *real[2]; /* by enum db_engine */
static struct engine bent[2];
/* Connections whose transaction was taken away. */
static const struct db *lost[CONNECTIONS_MOST];

void faults_arm(enum fault_kind kind, uint64_t writes)
{
	faults.armed = kind;
	faults.countdown = writes;
}

void faults_revive(void)
{
	faults.armed = FAULTS_NONE;
	faults.dead = faults.full = false;
	faults.clock_us = NULL;
}

static const struct engine *real_of(const struct db *db)
{
	return real[db->engine->kind];
}

static void lose(const struct db *db, bool is_lost)
{
	for (int i = 0; i < CONNECTIONS_MOST; i++)
		if (lost[i] == db)
			lost[i] = NULL;
	for (int i = 0; is_lost && i < CONNECTIONS_MOST; i++)
		if (!lost[i]) {
			lost[i] = db;
			return;
		}
	ASSERT(!is_lost);
}

static bool is_lost(const struct db *db)
{
	for (int i = 0; i < CONNECTIONS_MOST; i++)
		if (lost[i] == db)
			return true;
	return false;
}

static bool of_disk(enum fault_kind kind)
{
	return kind >= FAULTS_DISK_STOP;
}

enum fault_kind faults_disk(bool sync)
{
	enum fault_kind kind = faults.armed;

	if (faults.dead)
		return FAULTS_DISK_STOP;
	if (!of_disk(kind))
		return FAULTS_NONE;
	if (faults.countdown > 0)
		faults.countdown--;
	if (faults.countdown > 0 || (kind == FAULTS_DISK_SYNC && !sync) ||
		(kind == FAULTS_DISK_FULL && sync))
		return FAULTS_NONE;
	faults.armed = FAULTS_NONE;
	faults.struck[kind]++;
	if (kind == FAULTS_DISK_STOP)
		faults.dead = true;
	return kind;
}

static bool of_commit(enum fault_kind kind)
{
	return kind == FAULTS_COMMIT_UNDONE || kind == FAULTS_COMMIT_DONE ||
	       kind == FAULTS_CRASH_DONE;
}

/* Does the armed fault strike at this write? Those of commits wait for the next commit. */
static enum fault_kind strike(bool commit)
{
	enum fault_kind kind = faults.armed;

	if (kind == FAULTS_NONE || of_disk(kind))
		return FAULTS_NONE;
	if (faults.countdown > 0)
		faults.countdown--;
	if (faults.countdown > 0 || (of_commit(kind) && !commit))
		return FAULTS_NONE;
	faults.armed = FAULTS_NONE;
	faults.struck[kind]++;
	if (kind == FAULTS_CRASH)
		faults.dead = true;
	return kind;
}

static int gone(struct db *db)
{
	(void)db;
	return FAULT(FAULT_IO, "the machine is off");
}

/* Before a statement of a write connection: 0 to go on, or its fault. */
static int before_write(struct db *db)
{
	if (faults.dead)
		return gone(db);
	if (db->mode != DB_WRITE)
		return 0;
	if (faults.full) {
		lose(db, true);
		return FAULT(FAULT_IO, "the disk is full");
	}
	switch (strike(false)) {
	case FAULTS_BUSY:
		return FAULT(FAULT_BUSY, "somebody else was faster");
	case FAULTS_STATEMENT:
		return FAULT(FAULT_IO, "a statement failed");
	case FAULTS_TRANSACTION:
		lose(db, true);
		return FAULT(FAULT_IO, "the transaction was lost");
	case FAULTS_CRASH:
		return gone(db);
	case FAULTS_NONE:
	case FAULTS_COMMIT_UNDONE:
	case FAULTS_COMMIT_DONE:
	case FAULTS_CRASH_DONE:
	default:
		break;
	}
	return 0;
}

static int bent_begin(struct db *db)
{
	return faults.dead ? gone(db) : real_of(db)->begin(db);
}

static int bent_commit(struct db *db)
{
	if (faults.dead)
		return gone(db);
	if (db->mode != DB_WRITE)
		return real_of(db)->commit(db);
	if (faults.clock_us)
		*faults.clock_us += faults.slow_us;
	if (faults.full || is_lost(db))
		return FAULT(FAULT_IO, "the transaction was lost before its commit");
	switch (strike(true)) {
	case FAULTS_CRASH:
	case FAULTS_COMMIT_UNDONE:
	case FAULTS_TRANSACTION:
	case FAULTS_STATEMENT:
		return FAULT(FAULT_IO, "the commit failed");
	case FAULTS_BUSY:
		return FAULT(FAULT_BUSY, "somebody else committed first");
	case FAULTS_COMMIT_DONE:
		TRY(real_of(db)->commit(db));
		return FAULT(FAULT_IO, "nobody knows whether this was committed");
	case FAULTS_CRASH_DONE:
		TRY(real_of(db)->commit(db));
		faults.dead = true;
		return gone(db);
	case FAULTS_NONE:
	default:
		break;
	}
	return real_of(db)->commit(db);
}

/* The lane's own sync of the log, on SQLite. It may not fail: the server ends when it does. So the
 * machine stops there, and whatever is said afterwards is heard by nobody. */
static int bent_sync(struct db *db)
{
	(void)db;
	if (!faults.dead && faults_disk(true) != FAULTS_NONE)
		faults.dead = true;
	if (!faults.dead)
		disk_synced("/leyden.db-wal");
	return 0;
}

/* On a dead machine the open transaction ends with its connection. */
static void bent_rollback(struct db *db)
{
	lose(db, false);
	real_of(db)->rollback(db);
}

static int bent_stmt_start(struct stmt *stmt)
{
	TRY(before_write(stmt->db));
	return real_of(stmt->db)->stmt_start(stmt);
}

static int bent_stmt_run(struct stmt *stmt, int64_t *ret_changed)
{
	TRY(before_write(stmt->db));
	return real_of(stmt->db)->stmt_run(stmt, ret_changed);
}

static int bent_savepoint(struct db *db)
{
	TRY(before_write(db));
	return real_of(db)->savepoint(db);
}

static bool bent_alive(const struct db *db)
{
	return !faults.dead && !is_lost(db) && real_of(db)->alive(db);
}

static int bent_checkpoint(struct db *db, bool truncate, int64_t *ret_wal_bytes)
{
	return faults.dead ? gone(db) : real_of(db)->checkpoint(db, truncate, ret_wal_bytes);
}

static void bent_close(struct db *db)
{
	lose(db, false);
	real_of(db)->close(db);
}

int __real_db_open(const char *url, enum db_schema schema, enum db_mode mode, struct db **ret_db);
int __wrap_db_open(const char *url, enum db_schema schema, enum db_mode mode, struct db **ret_db);

int __wrap_db_open(const char *url, enum db_schema schema, enum db_mode mode, struct db **ret_db)
{
	enum db_engine kind;

	if (faults.dead)
		return FAULT(FAULT_IO, "the machine is off");
	TRY(__real_db_open(url, schema, mode, ret_db));
	kind = (*ret_db)->engine->kind;
	real[kind] = (*ret_db)->engine;
	bent[kind] = *real[kind];
	bent[kind].close = bent_close;
	bent[kind].begin = bent_begin;
	bent[kind].commit = bent_commit;
	bent[kind].rollback = bent_rollback;
	bent[kind].savepoint = bent_savepoint;
	if (kind == DB_SQLITE)
		bent[kind].sync = bent_sync;
	bent[kind].stmt_start = bent_stmt_start;
	bent[kind].stmt_run = bent_stmt_run;
	bent[kind].checkpoint = bent_checkpoint;
	bent[kind].alive = bent_alive;
	(*ret_db)->engine = &bent[kind];
	return 0;
}
