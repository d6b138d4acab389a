/* config.c - one row per setting; reading, checking and describing them all walk the same table. */
#include "server/config.h"
#include "base/fault.h"
#include "base/log.h"
#include "server/forwarded.h"
#include <ini.h>
#include <string.h>

#define FILE_MAX (64 * 1024)
#define LINE_MAX_BYTES 190 /* the INI reader cuts longer lines without a word */
#define NAME_MAX_BYTES 64

enum setting_kind { SETTING_TEXT = 1, SETTING_INT = 2, SETTING_BOOL = 3, SETTING_WORD = 4 };
struct setting {
	const char *section, *name, *standard, *help;
	const char *words; /* WORD: "a, b, c" */
	size_t offset;
	int64_t min, max;
	enum setting_kind kind;
};

#define BOUNDS_TEXT(least, most) .min = least, .max = most
#define BOUNDS_INT(least, most) .min = least, .max = most
#define BOUNDS_BOOL(least, most) .min = least, .max = most
#define BOUNDS_WORD(...) .words = #__VA_ARGS__
#define ROW(kind_, section_, name_, value, bounds, help_) \
	{.section = #section_, \
		.name = #name_, \
		.standard = value, \
		.help = help_, \
		.offset = offsetof(struct config, name_), \
		.kind = SETTING_##kind_, \
		BOUNDS_##kind_ bounds},
static const struct setting settings[] = {CONFIG_ROWS(ROW)};
#define SETTINGS (sizeof(settings) / sizeof(*settings))

static bool same_name(struct str given, const char *name)
{
	size_t len = strlen(name);

	if (given.len != len)
		return false;
	for (size_t i = 0; i < len; i++)
		if ((given.ptr[i] == '-' ? '_' : given.ptr[i]) != name[i])
			return false;
	return true;
}

static const struct setting *find(struct str name)
{
	for (size_t i = 0; i < SETTINGS; i++)
		if (same_name(name, settings[i].name))
			return &settings[i];
	return NULL;
}

/* --- the nearest name, for those who mistype --- */

static size_t least3(size_t a, size_t b, size_t c)
{
	size_t least = a < b ? a : b;

	return least < c ? least : c;
}

static size_t edit_distance(struct str a, const char *b)
{
	size_t row[NAME_MAX_BYTES + 1], len = strlen(b);

	ASSERT(len <= NAME_MAX_BYTES);
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.len; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			char c = a.ptr[i - 1] == '-' ? '_' : a.ptr[i - 1];
			size_t above = row[j];

			row[j] = least3(above + 1, row[j - 1] + 1, corner + (c != b[j - 1]));
			corner = above;
		}
	}
	return row[len];
}

static const char *nearest(struct str name)
{
	const char *best = settings[0].name;
	size_t best_distance = SIZE_MAX;

	if (name.len > NAME_MAX_BYTES)
		name.len = NAME_MAX_BYTES;
	for (size_t i = 0; i < SETTINGS; i++) {
		size_t distance = edit_distance(name, settings[i].name);

		if (distance < best_distance) {
			best_distance = distance;
			best = settings[i].name;
		}
	}
	return best;
}

/* --- values --- */

static bool read_bool(struct str value, bool *ret)
{
	static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false",
									     "off", "0"};

	for (size_t i = 0; i < 4; i++) {
		if (str_eq_nocase(value, str_from(yes[i])) ||
			str_eq_nocase(value, str_from(no[i]))) {
			*ret = str_eq_nocase(value, str_from(yes[i]));
			return true;
		}
	}
	return false;
}

static bool read_word(struct str value, const char *words, int *ret)
{
	struct str rest = str_from(words);

	for (int place = 0; rest.len > 0; place++) {
		if (str_eq_nocase(str_trim(str_cut(&rest, ',')), value)) {
			*ret = place;
			return true;
		}
	}
	return false;
}

static bool has_control(struct str value)
{
	for (size_t i = 0; i < value.len; i++)
		if ((unsigned char)value.ptr[i] < 0x20 || value.ptr[i] == 0x7f)
			return true;
	return false;
}

/* What the value should have been, into `errors`. */
static int complain(
	const struct setting *setting, struct str value, const char *where, struct buf *errors)
{
	buf_format(errors, "%s: %s = %.*s: ", where, setting->name,
		(int)(value.len < 80 ? value.len : 80), value.ptr ? value.ptr : "");
	switch (setting->kind) {
	case SETTING_INT:
		buf_format(errors, "must be a whole number from %lld to %lld\n",
			(long long)setting->min, (long long)setting->max);
		break;
	case SETTING_BOOL:
		buf_put_str(errors, STR("must be yes or no\n"));
		break;
	case SETTING_WORD:
		buf_format(errors, "must be one of: %s\n", setting->words);
		break;
	case SETTING_TEXT:
		buf_format(errors,
			"must be text of %lld to %lld characters without control characters\n",
			(long long)setting->min, (long long)setting->max);
		break;
	}
	return CONFIG_E_BAD;
}

static int assign(struct config *config, const struct setting *setting, struct str value,
	const char *where, struct buf *errors)
{
	char *member = (char *)config + setting->offset;
	int64_t number;
	bool ok = false;

	switch (setting->kind) {
	case SETTING_INT:
		ok = str_to_i64(value, &number) && number >= setting->min && number <= setting->max;
		if (ok)
			*(int64_t *)(void *)member = number;
		break;
	case SETTING_BOOL:
		ok = read_bool(value, (bool *)(void *)member);
		break;
	case SETTING_WORD:
		ok = read_word(value, setting->words, (int *)(void *)member);
		break;
	case SETTING_TEXT:
		ok = (int64_t)value.len >= setting->min && (int64_t)value.len <= setting->max &&
		     !has_control(value) && str_utf8_len(value) >= 0;
		if (ok)
			*(struct str *)(void *)member = str_dup(config->arena, value);
		break;
	}
	return ok ? 0 : complain(setting, value, where, errors);
}

void config_init(struct config *config, struct arena *arena)
{
	struct buf errors;

	buf_init(&errors, arena, 1024);
	*config = (struct config){.arena = arena};
	for (size_t i = 0; i < SETTINGS; i++) {
		int outcome = assign(
			config, &settings[i], str_from(settings[i].standard), "default", &errors);

		ASSERT(outcome == 0);
	}
}

int config_set(struct config *config, struct str name, struct str value, const char *where,
	struct buf *errors)
{
	const struct setting *setting = find(name);

	if (setting != NULL)
		return assign(config, setting, value, where, errors);
	buf_format(errors, "%s: unknown setting \"%.*s\"; did you mean \"%s\"?\n", where,
		(int)(name.len < NAME_MAX_BYTES ? name.len : NAME_MAX_BYTES),
		name.ptr ? name.ptr : "", nearest(name));
	return CONFIG_E_BAD;
}

bool config_is_switch(struct str name)
{
	const struct setting *setting = find(name);

	return setting != NULL && setting->kind == SETTING_BOOL;
}

/* --- the file --- */

struct reading {
	struct config *config;
	const char *file;
	struct buf *errors;
	bool seen[SETTINGS];
	int outcome;
};

static int on_setting(void *user, const char *section, const char *name, const char *value)
{
	struct reading *reading = user;
	const struct setting *setting = find(str_from(name));
	size_t row = setting != NULL ? (size_t)(setting - settings) : 0;

	if (setting == NULL) {
		reading->outcome = config_set(reading->config, str_from(name), str_from(value),
			reading->file, reading->errors);
	} else if (strcmp(section, setting->section) != 0) {
		buf_format(reading->errors, "%s: %s belongs into section [%s], not [%s]\n",
			reading->file, setting->name, setting->section, section);
		reading->outcome = CONFIG_E_BAD;
	} else if (reading->seen[row]) {
		buf_format(
			reading->errors, "%s: %s is given twice\n", reading->file, setting->name);
		reading->outcome = CONFIG_E_BAD;
	} else {
		reading->seen[row] = true;
		if (assign(reading->config, setting, str_from(value), reading->file,
			    reading->errors) != 0)
			reading->outcome = CONFIG_E_BAD;
	}
	return 1;
}

/* What the INI reader would cut or misread without a word. */
static int check_lines(struct str text, const char *file, struct buf *errors)
{
	int number = 0;

	if (text.len > FILE_MAX) {
		buf_format(errors, "%s: larger than %d bytes\n", file, FILE_MAX);
		return CONFIG_E_BAD;
	}
	if (memchr(text.ptr, '\0', text.len) != NULL || str_utf8_len(text) < 0) {
		buf_format(errors, "%s: not UTF-8 text\n", file);
		return CONFIG_E_BAD;
	}
	while (text.len > 0) {
		struct str line = str_cut(&text, '\n');

		number++;
		if (line.len > LINE_MAX_BYTES) {
			buf_format(errors, "%s: line %d is longer than %d bytes\n", file, number,
				LINE_MAX_BYTES);
			return CONFIG_E_BAD;
		}
	}
	return 0;
}

int config_read(struct config *config, struct str text, const char *file, struct buf *errors)
{
	struct reading reading = {.config = config, .file = file, .errors = errors};
	char *copy;
	int bad_line;

	if (text.len == 0)
		return 0;
	if (check_lines(text, file, errors) != 0)
		return CONFIG_E_BAD;
	copy = str_dup_z(config->arena, text);
	if (copy == NULL) {
		buf_format(errors, "%s: too large\n", file);
		return CONFIG_E_BAD;
	}
	bad_line = ini_parse_string(copy, on_setting, &reading);
	if (bad_line != 0) {
		buf_format(errors, "%s: line %d is neither a section nor name = value\n", file,
			bad_line);
		return CONFIG_E_BAD;
	}
	return reading.outcome;
}

int config_environment(struct config *config, char *const *environment, struct buf *errors)
{
	int outcome = 0;

	for (; *environment != NULL; environment++) {
		struct str value = str_from(*environment), name = str_cut(&value, '=');
		char lower[NAME_MAX_BYTES];

		if (!str_starts(name, STR("LEYDEN_")) || name.len - 7 > sizeof(lower))
			continue;
		name = str_slice(name, 7, name.len);
		for (size_t i = 0; i < name.len; i++)
			lower[i] =
				(char)(name.ptr[i] >= 'A' && name.ptr[i] <= 'Z' ? name.ptr[i] + 32
										: name.ptr[i]);
		name.ptr = lower;
		if (find(name) != NULL &&
			config_set(config, name, value, "environment", errors) != 0)
			outcome = CONFIG_E_BAD;
	}
	return outcome;
}

/* --- what belongs together --- */

static bool holds_password(struct str url)
{
	struct str rest = url;
	ptrdiff_t at;

	str_cut(&rest, ':'); /* the scheme */
	if (!str_starts(rest, STR("//")))
		return false;
	rest = str_slice(rest, 2, rest.len);
	at = str_find(rest, '@');
	return at >= 0 && str_find(str_slice(rest, 0, (size_t)at), ':') >= 0;
}

static int check_url(struct str url, const char *name, struct buf *errors)
{
	if (url.len == 0)
		return 0;
	if ((str_starts(url, STR("http://")) || str_starts(url, STR("https://"))) &&
		url.ptr[url.len - 1] != '/' && str_find(url, ' ') < 0)
		return 0;
	buf_format(errors, "%s must begin with http:// or https:// and not end with /\n", name);
	return CONFIG_E_BAD;
}

static int check_database(struct config *config, struct buf *errors)
{
	struct str url = config->db_url;

	if (url.len == 0) {
		config->db_url =
			str_format(config->arena, "sqlite:%.*s/leyden.db", STR_FMT(config->data));
		url = config->db_url;
	}
	if (str_starts(url, STR("sqlite:"))) {
		if (config->db_writers == 1)
			return 0;
		buf_put_str(errors, STR("db_writers: SQLite has exactly one writer\n"));
		return CONFIG_E_BAD;
	}
	if (!str_starts(url, STR("postgresql://")) && !str_starts(url, STR("postgres://"))) {
		buf_put_str(errors, STR("db_url must begin with sqlite: or postgresql://\n"));
		return CONFIG_E_BAD;
	}
	if (holds_password(url)) {
		buf_put_str(errors,
			STR("db_url: a password belongs into a file, named by ?passfile=FILE\n"));
		return CONFIG_E_BAD;
	}
	return 0;
}

int config_finish(struct config *config, struct buf *errors)
{
	int outcome = 0;

	if ((config->tls_cert.len > 0) != (config->tls_key.len > 0)) {
		buf_put_str(errors, STR("tls_cert and tls_key belong together\n"));
		outcome = CONFIG_E_BAD;
	}
	if (config->tls_client_ca.len > 0 && config->tls_cert.len == 0) {
		buf_put_str(errors, STR("tls_client_ca needs tls_cert\n"));
		outcome = CONFIG_E_BAD;
	}
	if (config->sandbox_url.len > 0 && config->sandbox_key_file.len == 0) {
		buf_put_str(errors, STR("sandbox_url needs sandbox_key_file\n"));
		outcome = CONFIG_E_BAD;
	}
	if (!forwarded_rules_ok(config->trusted_proxies)) {
		buf_put_str(errors, STR("trusted_proxies: no list of addresses or networks\n"));
		outcome = CONFIG_E_BAD;
	}
	if (check_url(config->public_url, "public_url", errors) != 0 ||
		check_url(config->sandbox_url, "sandbox_url", errors) != 0 ||
		check_database(config, errors) != 0)
		outcome = CONFIG_E_BAD;
	return outcome;
}

/* --- descriptions --- */

static void put_flag(struct buf *out, const struct setting *setting)
{
	buf_put_str(out, STR("--"));
	for (const char *c = setting->name; *c != '\0'; c++)
		buf_put_char(out, *c == '_' ? '-' : *c);
}

static void put_kind(struct buf *out, const struct setting *setting)
{
	switch (setting->kind) {
	case SETTING_INT:
		buf_format(out, "%lld to %lld", (long long)setting->min, (long long)setting->max);
		break;
	case SETTING_BOOL:
		buf_put_str(out, STR("yes or no"));
		break;
	case SETTING_WORD:
		buf_put_str(out, str_from(setting->words));
		break;
	case SETTING_TEXT:
		buf_put_str(out, STR("text"));
		break;
	}
}

static bool opens_section(size_t row)
{
	return row == 0 || strcmp(settings[row].section, settings[row - 1].section) != 0;
}

void config_help(struct buf *out)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		size_t start = out->len;

		buf_put_str(out, STR("  "));
		put_flag(out, &settings[i]);
		do {
			buf_put_char(out, ' ');
		} while (out->len - start < 26 && !out->failed);
		buf_put_str(out, str_from(settings[i].help));
		buf_format(out, " [%s]\n", settings[i].standard);
	}
}

void config_sample(struct buf *out)
{
	buf_put_str(out, STR("; Settings of leyden. A line that begins with ; is a comment; what "
			     "is shown is the default.\n"));
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *setting = &settings[i];

		if (opens_section(i))
			buf_format(out, "\n[%s]\n", setting->section);
		buf_format(out, "; %s (", setting->help);
		put_kind(out, setting);
		buf_format(out, ")\n;%s = %s\n", setting->name, setting->standard);
	}
}

void config_manual(struct buf *out)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		const struct setting *setting = &settings[i];

		if (opens_section(i))
			buf_format(out, "[%s]\n\n", setting->section);
		buf_format(out, "  %s\n      %s.\n      Value: ", setting->name, setting->help);
		put_kind(out, setting);
		buf_format(out, ". Default: %s.\n      Flag: ",
			setting->standard[0] != '\0' ? setting->standard : "(empty)");
		put_flag(out, setting);
		buf_put_str(out, STR(". Environment: LEYDEN_"));
		for (const char *c = setting->name; *c != '\0'; c++)
			buf_put_char(out, (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c));
		buf_put_str(out, STR(".\n\n"));
	}
}

static void put_value(struct buf *out, const struct setting *setting, const struct config *config)
{
	const char *member = (const char *)config + setting->offset;
	struct str words;

	switch (setting->kind) {
	case SETTING_INT:
		buf_put_i64(out, *(const int64_t *)(const void *)member);
		break;
	case SETTING_BOOL:
		buf_put_str(out, *(const bool *)(const void *)member ? STR("yes") : STR("no"));
		break;
	case SETTING_WORD:
		words = str_from(setting->words);
		for (int i = 0; i < *(const int *)(const void *)member; i++)
			str_cut(&words, ',');
		buf_put_str(out, str_trim(str_cut(&words, ',')));
		break;
	case SETTING_TEXT:
		buf_put_str(out, *(const struct str *)(const void *)member);
		break;
	}
}

void config_show(const struct config *config, struct buf *out)
{
	for (size_t i = 0; i < SETTINGS; i++) {
		if (opens_section(i))
			buf_format(out, "%s[%s]\n", i == 0 ? "" : "\n", settings[i].section);
		buf_format(out, "%s = ", settings[i].name);
		put_value(out, &settings[i], config);
		buf_put_char(out, '\n');
	}
}
