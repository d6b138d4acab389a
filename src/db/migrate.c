/* migrate.c - brings the schema up to date: numbered files, forward only, each in its own
 * transaction together with the row that records it, so that a crash or a mistake in the middle
 * leaves the version before. */
#include <stdio.h>
#include "base/crypt.h"
#include "base/fault.h"
#include "db/engine.h"

#define SCRIPT_MAX (1024 * 1024)
#define HASH_TEXT (2 * SHA256_LEN)

static void script_hash(const struct migration *migration, char ret[HASH_TEXT + 1])
{
	struct str text = str_from(migration->text);
	uint8_t hash[SHA256_LEN];

	sha256(text.ptr, text.len, hash);
	for (size_t i = 0; i < SHA256_LEN; i++)
		snprintf(ret + 2 * i, 3, "%02x", hash[i]);
}

/* Fills in the two words that differ between the engines. */
static int expand(struct buf *buf, struct str text, enum db_engine engine)
{
	ptrdiff_t open, close;

	while ((open = str_find(text, '{')) >= 0) {
		struct str word;

		buf_put(buf, text.ptr, (size_t)open);
		text = str_slice(text, (size_t)open + 1, text.len);
		close = str_find(text, '}');
		word = str_slice(text, 0, close < 0 ? text.len : (size_t)close);
		if (str_is(word, "ID"))
			buf_put_str(buf, engine == DB_SQLITE ? STR("INTEGER PRIMARY KEY")
							     : STR("BIGINT PRIMARY KEY"));
		else if (str_is(word, "BLOB"))
			buf_put_str(buf, engine == DB_SQLITE ? STR("BLOB") : STR("BYTEA"));
		else
			return FAULT(FAULT_BUG, "migration: unknown word {%.*s}", STR_FMT(word));
		text = str_slice(text, word.len + 1, text.len);
	}
	buf_put_str(buf, text);
	buf_put_char(buf, '\0');
	return buf->failed ? FAULT(FAULT_BUG, "migration: too long") : 0;
}

static int run_script(struct db *db, const struct migration *migration)
{
	struct buf buf;
	int result;

	buf_init(&buf, NULL, SCRIPT_MAX);
	result = expand(&buf, str_from(migration->text), db_engine(db));
	if (result == 0)
		result = db->engine->exec(db, buf.ptr);
	buf_fini(&buf);
	return result;
}

/* Compares what is recorded with the list; *ret_done is how many of the list are done. */
static int check_done(struct db *db, const char *part, const struct migration *list, int *ret_done)
{
	struct stmt *stmt = stmt_of(db, SQL_MIGRATION_LIST);
	int done = 0, step;

	stmt_bind_str(stmt, 1, str_from(part));
	while ((step = stmt_step(stmt)) == 1) {
		int64_t version = stmt_i64(stmt, 0);
		char hash[HASH_TEXT + 1];

		if (!list[done].version)
			return FAULT(FAULT_CORRUPT,
				"the database is newer than this program: it has %s migration %lld "
				"(%.*s)",
				part, (long long)version, STR_FMT(stmt_str(stmt, 1)));
		if (version != list[done].version)
			return FAULT(FAULT_CORRUPT,
				"%s migration %d is not recorded but a later one is", part,
				list[done].version);
		script_hash(&list[done], hash);
		if (!str_is(stmt_str(stmt, 2), hash))
			return FAULT(FAULT_CORRUPT,
				"%s migration %d (%s) was changed after it ran here", part,
				list[done].version, list[done].name);
		done++;
	}
	TRY(step);
	*ret_done = done;
	return 0;
}

static int record(
	struct db *db, const char *part, const struct migration *migration, int64_t now_us)
{
	struct stmt *stmt = stmt_of(db, SQL_MIGRATION_ADD);
	char hash[HASH_TEXT + 1];
	int result;

	script_hash(migration, hash);
	stmt_bind_str(stmt, 1, str_from(part));
	stmt_bind_i64(stmt, 2, migration->version);
	stmt_bind_str(stmt, 3, str_from(migration->name));
	stmt_bind_str(stmt, 4, str_from(hash));
	stmt_bind_i64(stmt, 5, now_us);
	TRY(result = stmt_run(stmt, NULL));
	return result == 0 ? 0
			   : FAULT(FAULT_CORRUPT, "%s migration %d is recorded twice", part,
				     migration->version);
}

/* Inside a transaction: does the next migration, if any is left. */
static int migrate_one(struct db *db, const char *part, const struct migration *list,
	int64_t now_us, bool *ret_more)
{
	struct stmt *lock = stmt_of(db, SQL_MIGRATION_LOCK);
	int done = 0;

	TRY(stmt_step(lock));
	stmt_reset(lock);
	TRY(stmt_run(stmt_of(db, SQL_MIGRATION_CREATE), NULL));
	TRY(check_done(db, part, list, &done));
	*ret_more = list[done].version != 0;
	if (!*ret_more)
		return 0;
	TRY(run_script(db, &list[done]));
	return record(db, part, &list[done], now_us);
}

int db_migrate_list(struct db *db, const char *part, const struct migration *list, int64_t now_us)
{
	bool more = true;

	if (db->mode != DB_WRITE)
		return FAULT(FAULT_BUG, "migration on a read-only connection");
	while (more) {
		int result;

		TRY(db_begin(db));
		result = migrate_one(db, part, list, now_us, &more);
		if (result < 0) {
			db_rollback(db);
			return result;
		}
		TRY(db_commit(db));
	}
	return 0;
}

int db_migrate(struct db *db, int64_t now_us)
{
	if (db->schema == DB_MAIN)
		return db_migrate_list(db, "main", migrations_main, now_us);
	return db_migrate_list(db, "journal", migrations_journal, now_us);
}
