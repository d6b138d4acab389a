/* http.c - strict HTTP/1.1 request heads. What two parsers could read in two ways is refused, not
 * repaired. */
#include "wire/http.h"
#include <string.h>
#include "base/limits.h"

/* Bodies are far smaller; this keeps the number itself from overflowing. */
#define CONTENT_LENGTH_DIGITS 15

static bool is_token_char(char c)
{
	if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'))
		return true;
	return c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL;
}

static bool is_token(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!is_token_char(s.ptr[i]))
			return false;
	return s.len > 0;
}

static struct str trim_blanks(struct str s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = str_slice(s, 1, s.len);
	while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
		s.len--;
	return s;
}

/* Length of the head including its empty line; 0 when it is not complete, HTTP_E_BAD in *outcome
 * when it cannot become one: every LF follows a CR, every CR precedes a LF, and there is no NUL. */
static size_t head_len(struct str bytes, int *outcome)
{
	size_t line = 0;

	for (size_t at = 0; at < bytes.len; at++) {
		char c = bytes.ptr[at];

		if (c == '\0' || (c == '\n' && (at == 0 || bytes.ptr[at - 1] != '\r')) ||
			(at > 0 && bytes.ptr[at - 1] == '\r' && c != '\n')) {
			*outcome = HTTP_E_BAD;
			return 0;
		}
		if (c != '\n')
			continue;
		/* One empty line before the request is the leftover of a careless client. */
		if (at == line + 1 && line > 0)
			return at + 1;
		line = at + 1;
	}
	return 0;
}

static int parse_version(struct str text, int *ret_minor)
{
	if (text.len != 8 || memcmp(text.ptr, "HTTP/", 5) != 0 || text.ptr[6] != '.')
		return HTTP_E_BAD;
	if (text.ptr[5] < '0' || text.ptr[5] > '9' || text.ptr[7] < '0' || text.ptr[7] > '9')
		return HTTP_E_BAD;
	if (text.ptr[5] != '1')
		return HTTP_E_VERSION;
	*ret_minor = text.ptr[7] == '0' ? 0 : 1;
	return 0;
}

/* "/path?query", "*" for OPTIONS, or "http://host/path" as proxies send it. */
static int parse_target(struct http_head *head)
{
	struct str rest = head->target;

	for (size_t i = 0; i < rest.len; i++)
		if (rest.ptr[i] <= ' ' || rest.ptr[i] >= 0x7f || rest.ptr[i] == '#')
			return HTTP_E_BAD;
	if (str_starts(rest, STR("http://")) || str_starts(rest, STR("https://"))) {
		rest = str_slice(rest, rest.ptr[4] == 's' ? 8 : 7, rest.len);
		if (str_find(rest, '/') <= 0)
			return HTTP_E_BAD;
		rest = str_slice(rest, (size_t)str_find(rest, '/'), rest.len);
	} else if (!str_starts(rest, STR("/")) &&
		   !(str_is(rest, "*") && str_is(head->method, "OPTIONS"))) {
		return HTTP_E_BAD;
	}
	head->path = str_cut(&rest, '?');
	head->query = rest;
	return 0;
}

static int parse_request_line(struct http_head *head, struct str line)
{
	int outcome;

	head->method = str_cut(&line, ' ');
	head->target = str_cut(&line, ' ');
	if (!is_token(head->method) || head->target.len == 0)
		return HTTP_E_BAD;
	outcome = parse_version(line, &head->minor);
	return outcome != 0 ? outcome : parse_target(head);
}

static int parse_header_line(struct http_head *head, struct str line)
{
	ptrdiff_t colon = str_find(line, ':');
	struct http_header *header;

	if (colon <= 0)
		return HTTP_E_BAD;
	if (head->headers_len == HTTP_MAX_HEADERS)
		return HTTP_E_TOO_LARGE;
	header = &head->headers[head->headers_len++];
	header->name = str_slice(line, 0, (size_t)colon);
	header->value = trim_blanks(str_slice(line, (size_t)colon + 1, line.len));
	/* A blank before the colon, or a folded line, shows as a name that is no token. */
	if (!is_token(header->name))
		return HTTP_E_BAD;
	for (size_t i = 0; i < header->value.len; i++) {
		unsigned char c = (unsigned char)header->value.ptr[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			return HTTP_E_BAD;
	}
	return 0;
}

/* The value of a header that may stand there once at most. False when it stands there twice. */
static bool single(const struct http_head *head, const char *name, struct str *ret_value)
{
	struct str wanted = str_from(name);
	size_t found = 0;

	*ret_value = STR_NULL;
	for (size_t i = 0; i < head->headers_len; i++) {
		if (!str_eq_nocase(head->headers[i].name, wanted))
			continue;
		*ret_value = head->headers[i].value;
		found++;
	}
	return found <= 1;
}

static bool check_host(const struct http_head *head)
{
	struct str host;

	if (!single(head, "Host", &host) || (host.ptr == NULL && head->minor == 1))
		return false;
	for (size_t i = 0; i < host.len; i++) {
		char c = host.ptr[i];

		if (!is_token_char(c) && c != ':' && c != '[' && c != ']')
			return false;
	}
	return true;
}

static int parse_framing(struct http_head *head)
{
	struct str length, coding;

	head->content_length = -1;
	if (!single(head, "Content-Length", &length) || !single(head, "Transfer-Encoding", &coding))
		return HTTP_E_BAD;
	if (coding.ptr != NULL) {
		if (length.ptr != NULL || head->minor == 0)
			return HTTP_E_BAD;
		if (!str_eq_nocase(coding, STR("chunked")))
			return HTTP_E_NOT_IMPLEMENTED;
		head->chunked = true;
	}
	if (length.ptr != NULL) {
		if (length.len > CONTENT_LENGTH_DIGITS || length.len == 0 || length.ptr[0] == '-' ||
			!str_to_i64(length, &head->content_length))
			return HTTP_E_BAD;
	}
	return 0;
}

static int interpret(struct http_head *head)
{
	struct str expect;
	int outcome = check_host(head) ? parse_framing(head) : HTTP_E_BAD;

	if (outcome != 0)
		return outcome;
	head->keep_alive = head->minor == 1 ? !http_header_has(head, "Connection", "close")
					    : http_header_has(head, "Connection", "keep-alive");
	if (!single(head, "Expect", &expect))
		return HTTP_E_BAD;
	head->expect_continue = head->minor == 1 && str_eq_nocase(expect, STR("100-continue"));
	return expect.ptr != NULL && !str_eq_nocase(expect, STR("100-continue")) ? HTTP_E_BAD : 0;
}

/* Cuts the next line off; lines end with CRLF, as head_len has made sure. */
static struct str next_line(struct str *rest)
{
	struct str line = str_cut(rest, '\n');

	line.len--;
	return line;
}

int http_head_parse(struct str bytes, struct http_head *ret_head, size_t *ret_used)
{
	struct str window = str_slice(bytes, 0, LIMIT_HTTP_HEAD_BYTES);
	int outcome = HTTP_E_MORE;
	size_t used = head_len(window, &outcome);
	struct str rest, line;

	if (used == 0)
		return outcome == HTTP_E_MORE && window.len == LIMIT_HTTP_HEAD_BYTES
			       ? HTTP_E_TOO_LARGE
			       : outcome;
	*ret_head = (struct http_head){.content_length = -1};
	rest = str_slice(window, 0, used);
	line = next_line(&rest);
	if (line.len == 0)
		line = next_line(&rest);
	outcome = parse_request_line(ret_head, line);
	while (outcome == 0 && (line = next_line(&rest)).len > 0)
		outcome = parse_header_line(ret_head, line);
	if (outcome == 0)
		outcome = interpret(ret_head);
	if (outcome == 0)
		*ret_used = used;
	return outcome;
}

struct str http_header(const struct http_head *head, const char *name)
{
	struct str wanted = str_from(name);

	for (size_t i = 0; i < head->headers_len; i++)
		if (str_eq_nocase(head->headers[i].name, wanted))
			return head->headers[i].value;
	return STR_NULL;
}

bool http_header_has(const struct http_head *head, const char *name, const char *token)
{
	struct str wanted = str_from(name), word = str_from(token);

	for (size_t i = 0; i < head->headers_len; i++) {
		struct str rest = head->headers[i].value;

		if (!str_eq_nocase(head->headers[i].name, wanted))
			continue;
		while (rest.len > 0)
			if (str_eq_nocase(trim_blanks(str_cut(&rest, ',')), word))
				return true;
	}
	return false;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 32) >= 'a' && (c | 32) <= 'f')
		return (c | 32) - 'a' + 10;
	return -1;
}

struct str http_decode(struct arena *arena, struct str text, bool form)
{
	char *decoded = arena_alloc(arena, text.len + 1);
	size_t len = 0;

	if (decoded == NULL)
		return STR_NULL;
	for (size_t at = 0; at < text.len; at++) {
		char c = text.ptr[at];

		if (c == '%') {
			int high = at + 2 < text.len ? hex_digit(text.ptr[at + 1]) : -1;
			int low = high >= 0 ? hex_digit(text.ptr[at + 2]) : -1;

			if (low < 0)
				return STR_NULL;
			c = (char)(high << 4 | low);
			at += 2;
		} else if (c == '+' && form) {
			c = ' ';
		}
		if (c == '\0')
			return STR_NULL;
		decoded[len++] = c;
	}
	if (str_utf8_len((struct str){decoded, len}) < 0)
		return STR_NULL;
	return (struct str){decoded, len};
}

struct str http_param(struct arena *arena, struct str query, const char *name)
{
	for (int i = 0; i < HTTP_MAX_PARAMS && query.len > 0; i++) {
		struct str value = str_cut(&query, '&');
		struct str key = str_cut(&value, '=');

		/* Most names are plain; only one with escapes needs decoding before it is compared.
		 */
		if (str_find(key, '%') >= 0 || str_find(key, '+') >= 0)
			key = http_decode(arena, key, true);
		if (key.ptr != NULL && str_is(key, name))
			return http_decode(arena, value, true);
	}
	return STR_NULL;
}

struct str http_cookie(const struct http_head *head, const char *name)
{
	for (size_t i = 0; i < head->headers_len; i++) {
		struct str rest = head->headers[i].value;

		if (!str_eq_nocase(head->headers[i].name, STR("Cookie")))
			continue;
		while (rest.len > 0) {
			struct str value = trim_blanks(str_cut(&rest, ';'));
			struct str key = str_cut(&value, '=');

			if (!str_is(key, name))
				continue;
			if (value.len >= 2 && value.ptr[0] == '"' &&
				value.ptr[value.len - 1] == '"')
				value = str_slice(value, 1, value.len - 1);
			return value;
		}
	}
	return STR_NULL;
}
