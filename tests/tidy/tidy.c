/* tidy.c - the house rules as a test: arrows between floors, line, function and file length, a
 * purpose comment at the head of each file, malloc only in base, no float where money or energy is,
 * no leftover marks, no machine paths, no bit of an enum twice. usage: tidy SOURCE_ROOT. Prints
 * TAP, one line a rule, with the places as comments. */
#include <ctype.h>
#include <dirent.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_COLUMNS 100
#define FUNCTION_MAX_LINES 70
#define FILE_MAX_LINES 700
#define MAX_FILES 4096

enum rule {
	RULE_ARROWS,
	RULE_LINE,
	RULE_FUNCTION,
	RULE_FILE,
	RULE_PURPOSE,
	RULE_MALLOC,
	RULE_FLOAT,
	RULE_MARKS,
	RULE_ONCE,
	RULE_BITS,
	RULE_COUNT,
};
static const char *const rule_names[RULE_COUNT] = {
	"arrows between floors point down",
	"lines fit 100 columns",
	"functions fit 70 lines",
	"files stay under 700 lines",
	"each file opens with its purpose",
	"malloc lives in base alone",
	"no float where money or energy is",
	"no leftover marks and no machine paths",
	"headers are read once",
	"each bit of an enum has one name",
};
static int broken[RULE_COUNT];

struct source {
	char path[512]; /* below the root */
	char floor[32]; /* "base" for src/base/..., "" outside src */
	const char *base;
};
static char files[MAX_FILES][512];
static int files_len;
static char arrows[4096];

static void complain(enum rule rule, const struct source *source, int line, const char *what)
{
	broken[rule]++;
	printf("# %s:%d: %s\n", source->path, line, what);
}

static void collect(const char *root, const char *below)
{
	char path[1024];
	snprintf(path, sizeof path, "%s/%s", root, below);
	DIR *dir = opendir(path);
	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", below, entry->d_name);
		size_t len = strlen(path);
		if (entry->d_type == DT_DIR)
			collect(root, path);
		else if (len > 2 && len < sizeof files[0] && path[len - 2] == '.' &&
			 strchr("ch", path[len - 1]) && files_len < MAX_FILES)
			memcpy(files[files_len++], path, len + 1);
	}
	closedir(dir);
}

/* The rule line of a floor in arrows.txt, as a blank-led, NUL terminated copy; false when it has
 * none. */
static bool arrow_line(const char *floor, char *ret_line, size_t size)
{
	size_t name = strlen(floor);
	for (const char *at = arrows; at && *at;
		at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL) {
		if (strncmp(at, floor, name) != 0 || at[name] != ':')
			continue;
		size_t len = strcspn(at + name + 1, "\n");
		snprintf(ret_line, size, " %.*s ", (int)len, at + name + 1);
		return true;
	}
	return false;
}

/* "+wire:ocpp16.c,api*" lets the named files of a floor see one more. */
static bool extra_arrow(const char *line, const char *file, const char *target)
{
	char copy[512], *save = NULL;
	const char *plus = strchr(line, '+');
	if (!plus)
		return false;
	snprintf(copy, sizeof copy, "%s", plus + 1);
	char *names = strchr(copy, ':');
	if (!names)
		return false;
	*names++ = '\0';
	if (strcmp(copy, target) != 0)
		return false;
	for (char *name = strtok_r(names, ", ", &save); name; name = strtok_r(NULL, ", ", &save)) {
		if (fnmatch(name, file, 0) == 0)
			return true;
	}
	return false;
}

static void check_include(const struct source *source, int number, const char *line)
{
	char target[64], allowed[1024], needle[80];
	const char *quote = strchr(line, '"');
	const char *slash = quote ? strchr(quote, '/') : NULL;
	if (strncmp(line, "#include \"", 10) != 0 || !slash || source->floor[0] == '\0')
		return;
	snprintf(target, sizeof target, "%.*s", (int)(slash - quote - 1), quote + 1);
	if (strcmp(target, source->floor) == 0 || strcmp(target, "base") == 0)
		return;
	if (!arrow_line(source->floor, allowed, sizeof allowed)) {
		complain(RULE_ARROWS, source, number, "this floor is not in tests/tidy/arrows.txt");
		return;
	}
	snprintf(needle, sizeof needle, " %s ", target);
	if (!strstr(allowed, needle) && !extra_arrow(allowed, source->base, target)) {
		char what[160];
		snprintf(what, sizeof what, "%s may not include %s", source->floor, target);
		complain(RULE_ARROWS, source, number, what);
	}
}

static bool word_in(const char *line, const char *word)
{
	size_t len = strlen(word);
	for (const char *at = line; (at = strstr(at, word)); at += len) {
		bool head = at == line || !(isalnum((unsigned char)at[-1]) || at[-1] == '_');
		bool tail = !(isalnum((unsigned char)at[len]) || at[len] == '_');
		if (head && tail)
			return true;
	}
	return false;
}

/* Blanks out comments and string contents, so that prose may speak of malloc. */
static void strip(char *line, bool *in_comment)
{
	char quote = '\0';
	for (char *at = line; *at; at++) {
		if (*in_comment) {
			if (at[0] == '*' && at[1] == '/') {
				*in_comment = false;
				at[1] = ' ';
			}
			*at = ' ';
		} else if (quote) {
			bool escaped = *at == '\\' && at[1];
			bool end = *at == quote;
			if (escaped)
				*at++ = ' ';
			*at = end ? *at : ' ';
			if (end)
				quote = '\0';
		} else if (at[0] == '/' && at[1] == '*') {
			*in_comment = true;
			*at = ' ';
		} else if (at[0] == '/' && at[1] == '/') {
			*at = '\0';
			return;
		} else if (*at == '"' || *at == '\'') {
			quote = *at;
		}
	}
}

static void check_words(const struct source *source, int number, const char *code)
{
	static const char *const heap[] = {
		"malloc", "calloc", "realloc", "free", "strdup", "asprintf"};
	bool ours = source->floor[0] != '\0';
	for (size_t i = 0; i < sizeof heap / sizeof *heap; i++) {
		if (ours && strcmp(source->floor, "base") != 0 && word_in(code, heap[i]))
			complain(RULE_MALLOC, source, number, heap[i]);
	}
	if (ours && strcmp(source->floor, "bench") != 0 &&
		(word_in(code, "float") || word_in(code, "double")))
		complain(RULE_FLOAT, source, number, "float or double");
}

static void check_marks(const struct source *source, int number, const char *line)
{
	static const char *const marks[] = {"TO"
					    "DO",
		"FIX"
		"ME",
		"X"
		"XX",
		"/wo"
		"rk/"};
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		bool found = marks[i][0] == '/' ? strstr(line, marks[i]) != NULL
						: word_in(line, marks[i]);
		if (found)
			complain(RULE_MARKS, source, number, marks[i]);
	}
}

static int columns(const char *line)
{
	int column = 0;
	for (const unsigned char *at = (const unsigned char *)line; *at; at++) {
		if (*at == '\t')
			column += 8 - column % 8;
		else if ((*at & 0xC0) != 0x80)
			column++;
	}
	return column;
}

static void check_head(const struct source *source, const char *line)
{
	char want[128];
	snprintf(want, sizeof want, "/* %s - ", source->base);
	if (strncmp(line, want, strlen(want)) != 0)
		complain(RULE_PURPOSE, source, 1, "the first line should be \"/* name - purpose\"");
}

struct walk {
	int number, function_from;
	bool in_comment, once, in_enum;
	unsigned long long bits; /* of the enum so far */
};

/* Two names of one bit are what is left when two people each took the next free one. */
static void check_bits(const struct source *source, struct walk *walk, const char *line)
{
	const char *shift = walk->in_enum ? strstr(line, "= 1 << ") : NULL;
	unsigned long bit = shift ? strtoul(shift + 7, NULL, 10) : 0;

	if (shift && bit < 64) {
		if (walk->bits >> bit & 1)
			complain(RULE_BITS, source, walk->number, "a bit that has a name already");
		walk->bits |= 1ULL << bit;
	}
	if (strchr(line, '}'))
		walk->in_enum = false;
	if (strncmp(line, "enum ", 5) == 0 && strchr(line, '{')) {
		walk->in_enum = true;
		walk->bits = 0;
	}
}

static void check_line(const struct source *source, struct walk *walk, char *line)
{
	walk->number++;
	if (walk->number == 1)
		check_head(source, line);
	if (columns(line) > LINE_MAX_COLUMNS && !strstr(line, "http"))
		complain(RULE_LINE, source, walk->number, "longer than 100 columns");
	if (strncmp(line, "#pragma once", 12) == 0)
		walk->once = true;
	if (line[0] == '{' && line[1] == '\0')
		walk->function_from = walk->number;
	if (line[0] == '}' && line[1] == '\0' && walk->function_from) {
		if (walk->number - walk->function_from - 1 > FUNCTION_MAX_LINES)
			complain(
				RULE_FUNCTION, source, walk->function_from, "longer than 70 lines");
		walk->function_from = 0;
	}
	check_include(source, walk->number, line);
	check_marks(source, walk->number, line);
	strip(line, &walk->in_comment);
	check_words(source, walk->number, line);
	check_bits(source, walk, line);
}

static void check_file(const char *root, const char *path)
{
	struct source source = {0};
	struct walk walk = {0};
	char full[1024], line[4096];
	snprintf(source.path, sizeof source.path, "%s", path);
	source.base = strrchr(source.path, '/') + 1;
	if (strncmp(path, "src/", 4) == 0)
		snprintf(source.floor, sizeof source.floor, "%.*s", (int)strcspn(path + 4, "/"),
			path + 4);
	snprintf(full, sizeof full, "%s/%s", root, path);
	FILE *file = fopen(full, "r");
	if (!file)
		return;
	while (fgets(line, sizeof line, file)) {
		line[strcspn(line, "\n")] = '\0';
		check_line(&source, &walk, line);
	}
	fclose(file);
	if (walk.number > FILE_MAX_LINES)
		complain(RULE_FILE, &source, walk.number, "longer than 700 lines");
	if (source.base[strlen(source.base) - 1] == 'h' && !walk.once && !strstr(path, ".def.h"))
		complain(RULE_ONCE, &source, 1, "no #pragma once");
}

int main(int argc, char **argv)
{
	static const char *const places[] = {"src", "tests", "fuzz", "tools", "bench"};
	char path[1024];
	if (argc < 2)
		return 2;
	snprintf(path, sizeof path, "%s/tests/tidy/arrows.txt", argv[1]);
	FILE *file = fopen(path, "r");
	if (!file)
		return 2;
	arrows[fread(arrows, 1, sizeof arrows - 1, file)] = '\0';
	fclose(file);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		collect(argv[1], places[i]);
	for (int i = 0; i < files_len; i++)
		check_file(argv[1], files[i]);
	int bad = 0;
	printf("1..%d\n", RULE_COUNT);
	for (int rule = 0; rule < RULE_COUNT; rule++) {
		printf("%sok %d - %s\n", broken[rule] ? "not " : "", rule + 1, rule_names[rule]);
		bad += broken[rule] > 0;
	}
	printf("# %d files read\n", files_len);
	return bad || files_len == 0 ? 1 : 0;
}
