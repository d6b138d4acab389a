/* embed.c - build-time program: turns sql/ into C data. Named statements of sql/queries become an
 * enum and two texts each (SQLite, PostgreSQL); the numbered files of sql/migrations and
 * sql/journal become tables of migrations. embed QUERIES_DIR MIGRATIONS_DIR JOURNAL_DIR OUT_H OUT_C
 * DEPFILE Directories are read here, not listed in the build: the dependency file names each file
 * and each directory, so that a new file is picked up. Outputs are rewritten only when they differ.
 * Any mistake in the SQL files fails the build. */
#include <ctype.h>
#include <dirent.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FILES 512
#define MAX_STATEMENTS 4096
#define MAX_NAME 96
#define MAX_PATH_LEN 1024
#define MAX_TEXT (8 * 1024 * 1024)

enum flavour { BOTH = 0, SQLITE = 1, POSTGRES = 2 };

struct source {
	char path[MAX_PATH_LEN];
	char name[256];
};
struct text {
	size_t at, len; /* within pool */
	int line;
	int file;
};
struct statement {
	char name[MAX_NAME];
	struct text by[3]; /* by enum flavour; len 0: absent */
	int params;
};

static struct source sources[MAX_FILES];
static int sources_len;
static struct statement statements[MAX_STATEMENTS];
static int statements_len;
static char pool[MAX_TEXT]; /* cleaned statement texts */
static size_t pool_len;
static char input[MAX_TEXT];
static char output[3 * MAX_TEXT];
static size_t output_len;

static _Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void out(const char *format, ...) __attribute__((format(printf, 1, 2)));

static _Noreturn void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("embed: ", stderr);
	vfprintf(stderr, format, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

static void out(const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(output + output_len, sizeof(output) - output_len, format, args);
	va_end(args);
	if (len < 0 || (size_t)len >= sizeof(output) - output_len)
		die("output too large");
	output_len += (size_t)len;
}

/* Reads a whole file into `input`, NUL terminated. */
static size_t read_file(const char *path, bool must_exist)
{
	FILE *file = fopen(path, "rb");
	size_t len;

	if (!file) {
		if (must_exist)
			die("%s: cannot open", path);
		input[0] = '\0';
		return 0;
	}
	len = fread(input, 1, sizeof(input) - 1, file);
	if (ferror(file) || len == sizeof(input) - 1)
		die("%s: cannot read, or too large", path);
	fclose(file);
	input[len] = '\0';
	if (strlen(input) != len)
		die("%s: holds a NUL byte", path);
	return len;
}

/* Writes `output` to the path unless it already holds exactly that; empties `output`. */
static void write_output(const char *path)
{
	size_t old = read_file(path, false);
	FILE *file;

	if (old != output_len || memcmp(input, output, old) != 0) {
		file = fopen(path, "wb");
		if (!file || fwrite(output, 1, output_len, file) != output_len || fclose(file))
			die("%s: cannot write", path);
	}
	output_len = 0;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && strcmp(text + len - end_len, end) == 0;
}

static int source_order(const void *a, const void *b)
{
	return strcmp(((const struct source *)a)->name, ((const struct source *)b)->name);
}

/* Appends the directory's .sql files to `sources`, sorted by name; returns the index of the first.
 */
static int list_directory(const char *directory)
{
	int first = sources_len;
	DIR *dir = opendir(directory);
	struct dirent *entry;

	if (!dir)
		die("%s: cannot list", directory);
	while ((entry = readdir(dir))) {
		struct source *source = &sources[sources_len];

		if (entry->d_name[0] == '.' || !ends_with(entry->d_name, ".sql"))
			continue;
		if (sources_len == MAX_FILES)
			die("%s: too many files", directory);
		snprintf(source->name, sizeof(source->name), "%s", entry->d_name);
		if (snprintf(source->path, sizeof(source->path), "%s/%s", directory,
			    entry->d_name) >= (int)sizeof(source->path))
			die("%s: path too long", directory);
		sources_len++;
	}
	closedir(dir);
	qsort(sources + first, (size_t)(sources_len - first), sizeof(sources[0]), source_order);
	return first;
}

static void pool_put(char c)
{
	if (pool_len == sizeof(pool))
		die("statements too large");
	pool[pool_len++] = c;
}

/* Copies one statement from `at` to `end` into the pool without comments, blanks folded, string
 * literals untouched, up to its semicolon. *ret_more: something stands behind the semicolon. */
static struct text clean(const char *at, const char *end, bool *ret_more)
{
	struct text text = {.at = pool_len};
	bool ended = false;
	char quote = '\0';

	for (; at < end; at++) {
		if (!quote && at[0] == '-' && at + 1 < end && at[1] == '-') {
			while (at + 1 < end && at[1] != '\n')
				at++;
		} else if (!quote && isspace((unsigned char)*at)) {
			if (pool_len > text.at && pool[pool_len - 1] != ' ')
				pool_put(' ');
		} else if (ended) {
			*ret_more = true;
		} else if (!quote && *at == ';') {
			ended = true;
		} else {
			if (quote && *at == quote)
				quote = '\0';
			else if (!quote && (*at == '\'' || *at == '"'))
				quote = *at;
			pool_put(*at);
		}
	}
	while (pool_len > text.at && pool[pool_len - 1] == ' ')
		pool_len--;
	text.len = pool_len - text.at;
	return text;
}

static struct statement *find_statement(const char *name)
{
	for (int i = 0; i < statements_len; i++)
		if (strcmp(statements[i].name, name) == 0)
			return &statements[i];
	if (statements_len == MAX_STATEMENTS)
		die("too many statements");
	snprintf(statements[statements_len].name, MAX_NAME, "%s", name);
	return &statements[statements_len++];
}

/* The name behind "-- name:", checked; *ret_next is the start of the following line. */
static void read_name(
	const char *path, int line, const char *at, char ret_name[MAX_NAME], const char **ret_next)
{
	size_t len = 0;

	at += strspn(at, " \t");
	while (islower((unsigned char)at[len]) || isdigit((unsigned char)at[len]) || at[len] == '_')
		len++;
	if (len == 0 || len >= MAX_NAME || !islower((unsigned char)at[0]))
		die("%s:%d: a name is snake_case and starts with a letter", path, line);
	memcpy(ret_name, at, len);
	ret_name[len] = '\0';
	at += len;
	at += strspn(at, " \t\r");
	if (*at != '\n' && *at != '\0')
		die("%s:%d: nothing may follow the name", path, line);
	*ret_next = *at ? at + 1 : at;
}

static void add_statement(int file, int line, enum flavour flavour, const char *name,
	const char *from, const char *to)
{
	struct statement *statement = find_statement(name);
	struct text *slot = &statement->by[flavour];
	bool more = false;

	if (slot->len)
		die("%s:%d: %s is already defined at %s:%d", sources[file].path, line, name,
			sources[slot->file].path, slot->line);
	*slot = clean(from, to, &more);
	slot->file = file;
	slot->line = line;
	if (slot->len == 0)
		die("%s:%d: %s has no text", sources[file].path, line, name);
	if (more)
		die("%s:%d: %s holds more than one statement", sources[file].path, line, name);
}

static void read_queries(int file)
{
	const char *path = sources[file].path, *at = input, *from = NULL, *next;
	enum flavour flavour = ends_with(path, ".pg.sql")       ? POSTGRES
			       : ends_with(path, ".sqlite.sql") ? SQLITE
								: BOTH;
	char name[MAX_NAME] = "";
	int line = 1, name_line = 0;

	read_file(path, true);
	for (; *at; at = next, line++) {
		next = strchr(at, '\n');
		next = next ? next + 1 : at + strlen(at);
		if (strncmp(at, "-- name:", 8) == 0) {
			if (from)
				add_statement(file, name_line, flavour, name, from, at);
			name_line = line;
			read_name(path, line, at + 8, name, &from);
		} else if (!from && strncmp(at, "--", 2) != 0 &&
			   at[strspn(at, " \t\r\n")] != '\0' &&
			   at + strspn(at, " \t\r") + 1 < next) {
			die("%s:%d: SQL before the first \"-- name:\"", path, line);
		}
	}
	if (from)
		add_statement(file, name_line, flavour, name, from, at);
}

/* Writes text as a C string; SQLite gets ?N for $N, since it would number $N by first appearance.
 */
static void out_string(const char *text, size_t len, bool sqlite)
{
	char quote = '\0';

	out("\"");
	for (size_t i = 0; i < len; i++) {
		char c = text[i];

		if (quote && c == quote)
			quote = '\0';
		else if (!quote && (c == '\'' || c == '"'))
			quote = c;
		if (c == '\n')
			out("\\n\"\n\t\t\"");
		else if (c == '"' || c == '\\')
			out("\\%c", c);
		else if (c == '\t')
			out("\\t");
		else if (sqlite && !quote && c == '$' && i + 1 < len &&
			 isdigit((unsigned char)text[i + 1]))
			out("?");
		else if ((unsigned char)c < 32 || (unsigned char)c > 126)
			out("\\%03o", (unsigned)(unsigned char)c);
		else
			out("%c", c);
	}
	out("\"");
}

/* Number of parameters, that is, the highest number used; *ret_used has a bit for each one used. */
static int count_params(const char *name, struct text text, unsigned long long *ret_used)
{
	int most = 0;
	char quote = '\0';

	for (size_t i = 0; i < text.len; i++) {
		char c = pool[text.at + i];

		if (quote && c == quote) {
			quote = '\0';
		} else if (!quote && (c == '\'' || c == '"')) {
			quote = c;
		} else if (!quote && c == '?') {
			die("%s: parameters are written $1, $2 ...", name);
		} else if (!quote && c == '$') {
			int number = atoi(&pool[text.at + i + 1]);

			if (number < 1 || number > 64)
				die("%s: bad parameter number", name);
			most = number > most ? number : most;
			*ret_used |= 1ULL << (number - 1);
		}
	}
	return most;
}

static int statement_order(const void *a, const void *b)
{
	return strcmp(((const struct statement *)a)->name, ((const struct statement *)b)->name);
}

static void emit_enum(void)
{
	out("/* sql.h - generated from sql/queries by tools/embed.c: the names of all statements. "
	    "*/\n"
	    "#pragma once\n\nenum sql_id {\n");
	for (int i = 0; i < statements_len; i++) {
		out("\tSQL_");
		for (const char *at = statements[i].name; *at; at++)
			out("%c", toupper((unsigned char)*at));
		out(i == 0 ? " = 0,\n" : ",\n");
	}
	out("\tSQL_COUNT\n};\n");
}

static void emit_statements(void)
{
	out("/* sql.c - generated from sql/ by tools/embed.c. */\n#include \"db/engine.h\"\n\n"
	    "const struct sql_text sql_texts[SQL_COUNT + 1] = {\n");
	for (int i = 0; i < statements_len; i++) {
		struct statement *statement = &statements[i];
		unsigned long long used = 0;
		struct text lite =
			statement->by[SQLITE].len ? statement->by[SQLITE] : statement->by[BOTH];
		struct text pg =
			statement->by[POSTGRES].len ? statement->by[POSTGRES] : statement->by[BOTH];

		if (!lite.len || !pg.len)
			die("%s: has no text for %s", statement->name,
				lite.len ? "PostgreSQL" : "SQLite");
		statement->params = count_params(statement->name, lite, &used);
		used = 0;
		if (count_params(statement->name, pg, &used) != statement->params)
			die("%s: the engines differ in parameters", statement->name);
		out("\t{\"%s\", %d, 0x%llx, {", statement->name, statement->params, used);
		out_string(pool + lite.at, lite.len, true);
		out(",\n\t\t");
		out_string(pool + pg.at, pg.len, false);
		out("}},\n");
	}
	out("\t{0},\n};\n");
}

/* Files NNNN_name.sql from 0001 without gaps. */
static void emit_migrations(const char *table, int first, int end)
{
	out("\nconst struct migration %s[] = {\n", table);
	for (int i = first; i < end; i++) {
		const char *name = sources[i].name;
		int number = atoi(name);

		if (strlen(name) < 10 || strspn(name, "0123456789") != 4 || name[4] != '_' ||
			number != i - first + 1)
			die("%s: expected %04d_<name>.sql", sources[i].path, i - first + 1);
		size_t len = read_file(sources[i].path, true);
		out("\t{%d, \"%.*s\",\n\t\t", number, (int)strlen(name) - 4, name);
		out_string(input, len, false);
		out("},\n");
	}
	out("\t{0},\n};\n");
}

int main(int argc, char **argv)
{
	int queries_end, main_end;

	if (argc != 7)
		die("usage: embed QUERIES_DIR MIGRATIONS_DIR JOURNAL_DIR OUT_H OUT_C DEPFILE");
	list_directory(argv[1]);
	queries_end = sources_len;
	list_directory(argv[2]);
	main_end = sources_len;
	list_directory(argv[3]);
	for (int i = 0; i < queries_end; i++)
		read_queries(i);
	qsort(statements, (size_t)statements_len, sizeof(statements[0]), statement_order);
	emit_enum();
	write_output(argv[4]);
	emit_statements();
	emit_migrations("migrations_main", queries_end, main_end);
	emit_migrations("migrations_journal", main_end, sources_len);
	write_output(argv[5]);
	out("%s %s: %s %s %s", argv[4], argv[5], argv[1], argv[2], argv[3]);
	for (int i = 0; i < sources_len; i++)
		out(" %s", sources[i].path);
	out("\n");
	write_output(argv[6]);
	return 0;
}
