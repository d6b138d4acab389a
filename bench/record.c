/* record.c - preloaded into the server, it writes down every prepared statement the server runs
 * with its values, one file per database connection, into RECORD_DIR. `leyden-bench replay` runs
 * them again without network, messages and rules: the same SQL is what the server is measured
 * against. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sqlite3.h>
#include "bench/record.h"

#define MAX_PARAMS 64
#define MAX_STMTS 8192 /* a power of two */
#define MAX_FILES 64
#define FILE_BUFFER (1 << 20)

struct value {
	unsigned char kind;
	int64_t number;
	const void *bytes; /* borrowed until the first step, as by the caller */
	uint32_t len;
};
struct known {
	sqlite3_stmt *stmt;
	FILE *file;
	uint32_t id;
	uint32_t steps; /* since the last reset */
	int params;
	struct value values[MAX_PARAMS];
	char *head; /* the record so far, made at the first step */
	size_t head_len;
};
static struct known *table[MAX_STMTS];
static struct {
	sqlite3 *conn;
	FILE *file;
} files[MAX_FILES];
static int files_len;
static uint32_t next_id;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static struct known *find(sqlite3_stmt *stmt)
{
	size_t at = ((uintptr_t)stmt >> 4) & (MAX_STMTS - 1);

	for (;; at = (at + 1) & (MAX_STMTS - 1)) {
		struct known *known = __atomic_load_n(&table[at], __ATOMIC_ACQUIRE);

		if (!known || known->stmt == stmt)
			return known;
	}
}

static FILE *file_of(sqlite3 *conn)
{
	const char *dir = getenv("RECORD_DIR"), *name = sqlite3_db_filename(conn, "main");
	char path[600];

	for (int i = 0; i < files_len; i++)
		if (files[i].conn == conn)
			return files[i].file;
	if (!dir || !name || files_len == MAX_FILES)
		return NULL;
	name = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
	snprintf(path, sizeof path, "%s/%03d-%s.sql", dir, files_len, name);
	files[files_len].conn = conn;
	files[files_len].file = fopen(path, "wb");
	if (files[files_len].file)
		setvbuf(files[files_len].file, NULL, _IOFBF, FILE_BUFFER);
	return files[files_len++].file;
}

static void remember(sqlite3 *conn, sqlite3_stmt *stmt, const char *text)
{
	size_t at = ((uintptr_t)stmt >> 4) & (MAX_STMTS - 1);
	struct known *known = calloc(1, sizeof *known);
	struct record_head head = {.kind = RECORD_TEXT, .len = (uint32_t)strlen(text)};

	pthread_mutex_lock(&mutex);
	known->stmt = stmt;
	known->file = file_of(conn);
	known->id = head.id = next_id++;
	known->params = sqlite3_bind_parameter_count(stmt);
	if (known->file) {
		fwrite(&head, sizeof head, 1, known->file);
		fwrite(text, 1, head.len, known->file);
	}
	/* A finalized statement's address may come again. */
	while (table[at] && table[at]->stmt != stmt)
		at = (at + 1) & (MAX_STMTS - 1);
	__atomic_store_n(&table[at], known, __ATOMIC_RELEASE);
	pthread_mutex_unlock(&mutex);
}

int sqlite3_prepare_v3(sqlite3 *conn, const char *text, int len, unsigned flags,
	sqlite3_stmt **stmt, const char **tail)
{
	static int (*real)(sqlite3 *, const char *, int, unsigned, sqlite3_stmt **, const char **);
	int code;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_prepare_v3");
	code = real(conn, text, len, flags, stmt, tail);
	if (code == SQLITE_OK && *stmt)
		remember(conn, *stmt, text);
	return code;
}

/* A closed connection's address may come again, for another file. */
int sqlite3_close(sqlite3 *conn)
{
	static int (*real)(sqlite3 *);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_close");
	pthread_mutex_lock(&mutex);
	for (int i = 0; i < files_len; i++)
		if (files[i].conn == conn)
			files[i].conn = NULL;
	pthread_mutex_unlock(&mutex);
	return real(conn);
}

static void set_value(sqlite3_stmt *stmt, int index, struct value value)
{
	struct known *known = find(stmt);

	if (known && index >= 1 && index <= MAX_PARAMS)
		known->values[index - 1] = value;
}

int sqlite3_bind_int64(sqlite3_stmt *stmt, int index, sqlite3_int64 number)
{
	static int (*real)(sqlite3_stmt *, int, sqlite3_int64);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_bind_int64");
	set_value(stmt, index, (struct value){.kind = RECORD_I64, .number = number});
	return real(stmt, index, number);
}

int sqlite3_bind_null(sqlite3_stmt *stmt, int index)
{
	static int (*real)(sqlite3_stmt *, int);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_bind_null");
	set_value(stmt, index, (struct value){.kind = RECORD_NULL});
	return real(stmt, index);
}

int sqlite3_bind_text64(sqlite3_stmt *stmt, int index, const char *text, sqlite3_uint64 len,
	void (*destroy)(void *), unsigned char encoding)
{
	static int (*real)(
		sqlite3_stmt *, int, const char *, sqlite3_uint64, void (*)(void *), unsigned char);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_bind_text64");
	set_value(stmt, index, (struct value){RECORD_STR, 0, text, (uint32_t)len});
	return real(stmt, index, text, len, destroy, encoding);
}

int sqlite3_bind_blob64(sqlite3_stmt *stmt, int index, const void *bytes, sqlite3_uint64 len,
	void (*destroy)(void *))
{
	static int (*real)(sqlite3_stmt *, int, const void *, sqlite3_uint64, void (*)(void *));

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_bind_blob64");
	set_value(stmt, index, (struct value){RECORD_BLOB, 0, bytes, (uint32_t)len});
	return real(stmt, index, bytes, len, destroy);
}

/* The values as they are at the first step, when texts are still there. */
static void freeze(struct known *known)
{
	size_t need = 0;
	char *at;

	for (int i = 0; i < known->params && i < MAX_PARAMS; i++)
		need += sizeof(struct record_value) + known->values[i].len;
	known->head = realloc(known->head, need + 1);
	known->head_len = need;
	at = known->head;
	for (int i = 0; i < known->params && i < MAX_PARAMS; i++) {
		const struct value *value = &known->values[i];
		struct record_value head = {value->number, value->len, value->kind};

		memcpy(at, &head, sizeof head);
		at += sizeof head;
		if (value->len)
			memcpy(at, value->bytes, value->len);
		at += value->len;
	}
}

int sqlite3_step(sqlite3_stmt *stmt)
{
	static int (*real)(sqlite3_stmt *);
	struct known *known = find(stmt);

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_step");
	if (known && known->steps++ == 0)
		freeze(known);
	return real(stmt);
}

int sqlite3_reset(sqlite3_stmt *stmt)
{
	static int (*real)(sqlite3_stmt *);
	struct known *known = find(stmt);
	struct record_head head = {.kind = RECORD_RUN};

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "sqlite3_reset");
	if (known && known->steps && known->file) {
		head.id = known->id;
		head.steps = known->steps;
		head.len = (uint32_t)known->head_len;
		fwrite(&head, sizeof head, 1, known->file);
		fwrite(known->head, 1, known->head_len, known->file);
	}
	if (known)
		known->steps = 0;
	return real(stmt);
}

__attribute__((destructor)) static void finish(void)
{
	for (int i = 0; i < files_len; i++)
		if (files[i].file)
			fclose(files[i].file);
}
