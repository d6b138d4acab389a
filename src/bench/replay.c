/* replay.c - the raw limit the server is compared with: the statements a server ran for its calls
 * are run again, `batch` calls in one commit, the journal's beside the ledger's on a second thread,
 * each file with its own sync. Each call left one frame, so the frames count the calls; both tapes
 * are cut into equal shares of statements. */
#include "bench/replay.h"
#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include "bench/record.h"
#include "base/arena.h"

#define MAX_STMTS 8192
#define WAL_FINISH_PAGES 16384 /* 32 MB */

/* One recorded connection. */
struct tape {
	char path[600];
	char *bytes;
	size_t len, at;
	sqlite3 *conn;
	sqlite3_stmt *stmts[MAX_STMTS];
	const char *texts[MAX_STMTS];
	uint32_t text_lens[MAX_STMTS];
	size_t runs;   /* statements, without those that only frame transactions */
	size_t frames; /* calls, on the journal's tape */
	size_t errors;
	int wal_pages;
};
struct replay {
	const struct replay_config *config;
	struct tape truth, journal;
	sem_t go, done;
	size_t truth_share, journal_share; /* statements of a batch */
	bool stop;
};

static double now_s(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static bool text_is(const struct tape *tape, uint32_t id, const char *text)
{
	return id < MAX_STMTS && tape->texts[id] && tape->text_lens[id] == strlen(text) &&
	       memcmp(tape->texts[id], text, strlen(text)) == 0;
}

static bool text_begins(const struct tape *tape, uint32_t id, const char *text)
{
	return tape->texts[id] && tape->text_lens[id] >= strlen(text) &&
	       memcmp(tape->texts[id], text, strlen(text)) == 0;
}

static bool is_frame_word(const struct tape *tape, uint32_t id)
{
	static const char *const words[] = {"BEGIN IMMEDIATE", "BEGIN", "COMMIT", "SAVEPOINT job",
		"RELEASE job", "ROLLBACK TO job"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (text_is(tape, id, words[i]))
			return true;
	return false;
}

/* The next record; false at the end. */
static bool next(struct tape *tape, struct record_head *ret_head, const char **ret_body)
{
	if (tape->at + sizeof *ret_head > tape->len)
		return false;
	memcpy(ret_head, tape->bytes + tape->at, sizeof *ret_head);
	if (tape->at + sizeof *ret_head + ret_head->len > tape->len || ret_head->id >= MAX_STMTS)
		return false;
	*ret_body = tape->bytes + tape->at + sizeof *ret_head;
	tape->at += sizeof *ret_head + ret_head->len;
	return true;
}

/* Learns the texts and counts; the tape is rewound. */
static void survey(struct tape *tape)
{
	struct record_head head;
	const char *body;

	tape->at = 0;
	while (next(tape, &head, &body)) {
		if (head.kind == RECORD_TEXT) {
			tape->texts[head.id] = body;
			tape->text_lens[head.id] = head.len;
		} else {
			tape->frames += text_begins(tape, head.id, "INSERT INTO frame");
			tape->runs += !is_frame_word(tape, head.id);
		}
	}
	tape->errors += tape->at != tape->len; /* damaged */
	tape->at = 0;
}

static void run_record(struct tape *tape, const struct record_head *head, const char *body)
{
	sqlite3_stmt **stmt = &tape->stmts[head->id];
	const char *end = body + head->len;
	int code = SQLITE_ROW;

	if (!*stmt &&
		sqlite3_prepare_v3(tape->conn, tape->texts[head->id],
			(int)tape->text_lens[head->id], SQLITE_PREPARE_PERSISTENT, stmt, NULL)) {
		tape->errors++;
		return;
	}
	for (int i = 1; body < end; i++) {
		struct record_value value;

		memcpy(&value, body, sizeof value);
		body += sizeof value;
		if (value.kind == RECORD_I64)
			sqlite3_bind_int64(*stmt, i, value.number);
		else if (value.kind == RECORD_STR)
			sqlite3_bind_text(*stmt, i, body, (int)value.len, SQLITE_STATIC);
		else if (value.kind == RECORD_BLOB)
			sqlite3_bind_blob(*stmt, i, body, (int)value.len, SQLITE_STATIC);
		else
			sqlite3_bind_null(*stmt, i);
		body += value.len;
	}
	for (uint32_t i = 0; i < head->steps && code == SQLITE_ROW; i++)
		code = sqlite3_step(*stmt);
	tape->errors += code != SQLITE_ROW && code != SQLITE_DONE;
	sqlite3_reset(*stmt);
}

static void exec(struct tape *tape, const char *text)
{
	tape->errors += sqlite3_exec(tape->conn, text, NULL, NULL, NULL) != SQLITE_OK;
}

static void commit(struct tape *tape)
{
	exec(tape, "COMMIT");
	if (tape->wal_pages > WAL_FINISH_PAGES)
		sqlite3_wal_checkpoint_v2(tape->conn, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL);
}

static void run_some(struct tape *tape, size_t count)
{
	struct record_head head;
	const char *body;

	while (count && next(tape, &head, &body)) {
		if (head.kind != RECORD_RUN || is_frame_word(tape, head.id))
			continue;
		run_record(tape, &head, body);
		count--;
	}
}

static void *journal_thread(void *arg)
{
	struct replay *replay = arg;

	for (;;) {
		sem_wait(&replay->go);
		if (replay->stop)
			return NULL;
		exec(&replay->journal, "BEGIN IMMEDIATE");
		run_some(&replay->journal, replay->journal_share);
		commit(&replay->journal);
		sem_post(&replay->done);
	}
}

static int on_wal(void *arg, sqlite3 *conn, const char *name, int pages)
{
	(void)conn;
	(void)name;
	((struct tape *)arg)->wal_pages = pages;
	return SQLITE_OK;
}

/* As the server opens its files. */
static bool open_tape(struct tape *tape, const char *db, const char *cache)
{
	FILE *file = fopen(tape->path, "rb");
	struct stat stat_;

	if (!file || fstat(fileno(file), &stat_) != 0)
		return false;
	tape->len = (size_t)stat_.st_size;
	tape->bytes = mem_alloc(tape->len + 1);
	bool read = fread(tape->bytes, 1, tape->len, file) == tape->len;
	fclose(file);
	if (!read || sqlite3_open(db, &tape->conn) != SQLITE_OK)
		return false;
	exec(tape, "PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0; PRAGMA temp_store=MEMORY;"
		   "PRAGMA secure_delete=FAST");
	exec(tape, cache);
	sqlite3_wal_hook(tape->conn, on_wal, tape);
	survey(tape);
	return true;
}

static void close_tape(struct tape *tape)
{
	for (size_t i = 0; i < MAX_STMTS; i++)
		sqlite3_finalize(tape->stmts[i]);
	sqlite3_close(tape->conn);
	mem_free(tape->bytes);
}

/* The recording of a file's connection that ran most: the writer's. */
static bool find_tape(struct tape *tape, const char *dir, const char *infix, char name[256])
{
	DIR *list = opendir(dir);
	off_t most = -1;

	for (struct dirent *entry; list && (entry = readdir(list));) {
		char path[600];
		struct stat stat_;

		snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
		if (!strstr(entry->d_name, infix) || strlen(entry->d_name) < 9 ||
			stat(path, &stat_) != 0 || stat_.st_size <= most)
			continue;
		most = stat_.st_size;
		memcpy(tape->path, path, sizeof path);
		/* NNN-FILE.sql */
		snprintf(name, 256, "%.*s", (int)strlen(entry->d_name) - 8, entry->d_name + 4);
	}
	if (list)
		closedir(list);
	return most >= 0;
}

static bool open_all(struct replay *replay)
{
	char name[256], db[900];

	if (!find_tape(&replay->truth, replay->config->records, "leyden.db", name))
		return false;
	snprintf(db, sizeof db, "%s/%s", replay->config->dir, name);
	if (!open_tape(&replay->truth, db, "PRAGMA cache_size=-16384"))
		return false;
	if (!find_tape(&replay->journal, replay->config->records, "journal-", name))
		return false;
	snprintf(db, sizeof db, "%s/%s", replay->config->dir, name);
	if (!open_tape(&replay->journal, db, "PRAGMA cache_size=-4096"))
		return false;
	return replay->journal.frames > 0;
}

static size_t run_batches(struct replay *replay)
{
	const struct replay_config *config = replay->config;
	double until = now_s() + (config->seconds > 0 ? config->seconds : 1e9);
	size_t batches = replay->journal.frames / (size_t)config->batch, done = 0;

	while (done < batches && now_s() < until) {
		sem_post(&replay->go);
		exec(&replay->truth, "BEGIN IMMEDIATE");
		run_some(&replay->truth, replay->truth_share);
		commit(&replay->truth);
		sem_wait(&replay->done);
		done++;
	}
	return done * (size_t)config->batch;
}

/* Runs everything and prints what it came to. */
static void measure(struct replay *replay)
{
	size_t batch = (size_t)replay->config->batch, calls = replay->journal.frames;
	pthread_t thread;
	double from, took;

	replay->truth_share = replay->truth.runs * batch / calls;
	replay->journal_share = replay->journal.runs * batch / calls;
	sem_init(&replay->go, 0, 0);
	sem_init(&replay->done, 0, 0);
	pthread_create(&thread, NULL, journal_thread, replay);
	from = now_s();
	calls = run_batches(replay);
	took = now_s() - from;
	replay->stop = true;
	sem_post(&replay->go);
	pthread_join(thread, NULL);
	printf("{\"calls_per_s\":%.0f,\"calls\":%zu,\"recorded\":%zu,\"seconds\":%.2f,\"batch\":%"
	       "zu,"
	       "\"statements_per_call\":%.1f,\"errors\":%zu}\n",
		(double)calls / took, calls, replay->journal.frames, took, batch,
		(double)replay->truth.runs / (double)replay->journal.frames,
		replay->truth.errors + replay->journal.errors);
	sem_destroy(&replay->go);
	sem_destroy(&replay->done);
}

int replay_run(const struct replay_config *config)
{
	struct replay *replay = mem_alloc(sizeof *replay);
	bool good;

	replay->config = config;
	good = open_all(replay);
	if (good)
		measure(replay);
	else
		fprintf(stderr, "leyden-bench replay: no usable recording in %s for %s\n",
			config->records, config->dir);
	close_tape(&replay->truth);
	close_tape(&replay->journal);
	mem_free(replay);
	return good ? 0 : 1;
}
