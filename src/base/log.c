/* log.c - one line per event, written to stderr in one piece so that threads do not mix. */
#include "base/log.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/clock.h"

#define LOG_LINE_MAX 4096
#define LOG_QUOTE_MAX 200
#define LOG_QUOTE_SLOTS 8

static enum log_level log_least = LOG_LEVEL_INFO;
static bool log_json;

void log_setup(enum log_level least, bool json)
{
	log_least = least;
	log_json = json;
}

static void put_escaped(struct buf *line, struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		if (c == '"' || c == '\\')
			buf_format(line, "\\%c", c);
		else if (c == '\n')
			buf_put(line, "\\n", 2);
		else if (c < 0x20 || c == 0x7f)
			buf_format(line, "\\u%04x", c);
		else
			buf_put_char(line, (char)c);
	}
}

const char *log_quote(struct str text)
{
	static _Thread_local char slots[LOG_QUOTE_SLOTS][LOG_QUOTE_MAX * 6 + 8];
	static _Thread_local unsigned next;
	char *slot = slots[next++ % LOG_QUOTE_SLOTS];
	struct buf buf = {.ptr = slot, .cap = sizeof(slots[0]) - 1, .max = sizeof(slots[0]) - 1};
	bool plain = text.len > 0;

	text = str_slice(text, 0, LOG_QUOTE_MAX);
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.ptr[i];

		plain = plain && c > ' ' && c != '"' && c != '\\' && c != '=' && c != 0x7f;
	}
	if (plain) {
		buf_put_str(&buf, text);
	} else {
		buf_put_char(&buf, '"');
		put_escaped(&buf, text);
		buf_put_char(&buf, '"');
	}
	slot[buf.len] = '\0';
	return slot;
}

/* Length of the value at the start of `s`: to the closing quote, or to the next blank. */
static size_t value_len(struct str s)
{
	size_t at = 1;

	if (s.len == 0 || s.ptr[0] != '"') {
		ptrdiff_t blank = str_find(s, ' ');

		return blank < 0 ? s.len : (size_t)blank;
	}
	while (at < s.len && s.ptr[at] != '"')
		at += s.ptr[at] == '\\' ? 2 : 1;
	return at < s.len ? at + 1 : s.len;
}

/* Turns key=value pairs into members; a word without '=' is joined to "text". */
static void put_members(struct buf *line, struct str pairs)
{
	while ((pairs = str_trim(pairs)).len > 0) {
		ptrdiff_t equals = str_find(pairs, '=');
		ptrdiff_t blank = str_find(pairs, ' ');
		struct str key = STR("text"), value = pairs;

		if (equals > 0 && (blank < 0 || equals < blank)) {
			key = str_slice(pairs, 0, (size_t)equals);
			value = str_slice(pairs, (size_t)equals + 1, pairs.len);
			value.len = value_len(value);
		}
		buf_put(line, ",\"", 2);
		put_escaped(line, key);
		buf_put(line, "\":", 2);
		if (value.len > 1 && value.ptr[0] == '"' && value.ptr[value.len - 1] == '"') {
			buf_put_str(line, value);
		} else {
			buf_put_char(line, '"');
			put_escaped(line, value);
			buf_put_char(line, '"');
		}
		pairs = str_slice(pairs, (size_t)(value.ptr - pairs.ptr) + value.len, pairs.len);
	}
}

/* Control characters in the pairs would start lines of their own. */
static void put_logfmt(struct buf *line, struct str pairs)
{
	for (size_t i = 0; i < pairs.len; i++) {
		unsigned char c = (unsigned char)pairs.ptr[i];

		if (c < 0x20 || c == 0x7f)
			buf_format(line, "\\u%04x", c);
		else
			buf_put_char(line, (char)c);
	}
}

static void write_all(const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t written = write(STDERR_FILENO, bytes, len);

		if (written <= 0)
			return; /* nobody listens; there is nowhere to tell */
		bytes += written;
		len -= (size_t)written;
	}
}

void log_write(enum log_level level, const char *event, const char *format, ...)
{
	static const char *const names[] = {"debug", "info", "warn", "error"};
	char pairs_text[LOG_LINE_MAX / 2], text[LOG_LINE_MAX];
	struct buf line = {.ptr = text, .cap = sizeof(text) - 8, .max = sizeof(text) - 8};
	struct str pairs = {.ptr = pairs_text};
	va_list args;
	int len;

	if (level < log_least)
		return;
	va_start(args, format);
	len = vsnprintf(pairs_text, sizeof(pairs_text), format, args);
	va_end(args);
	if (len > 0)
		pairs.len = (size_t)len < sizeof(pairs_text) ? (size_t)len : sizeof(pairs_text) - 1;
	buf_put_str(&line, log_json ? STR("{\"time\":\"") : STR("time="));
	time_write(&line, clock_now_us(&clock_system), true);
	if (log_json) {
		buf_format(&line, "\",\"level\":\"%s\",\"event\":\"", names[level]);
		put_escaped(&line, str_from(event));
		buf_put_char(&line, '"');
		put_members(&line, pairs);
	} else {
		buf_format(&line, " level=%s event=\"", names[level]);
		put_escaped(&line, str_from(event));
		buf_put_str(&line, pairs.len > 0 ? STR("\" ") : STR("\""));
		put_logfmt(&line, pairs);
	}
	/* The last bytes of `text` are kept for the end of the line, whatever the length of the
	 * rest. */
	if (log_json)
		text[line.len++] = '}';
	text[line.len++] = '\n';
	write_all(text, line.len);
}
