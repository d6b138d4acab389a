/* http.h - strict HTTP/1.1 request heads (RFC 9112), pure. Bare LF, folded lines, blanks before the
 * colon, a repeated Content-Length or Host, Transfer-Encoding together with Content-Length: all
 * refused. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

#define HTTP_MAX_HEADERS 64
#define HTTP_MAX_PARAMS 32

struct http_header {
	struct str name, value;
};
struct http_head {
	struct str method;
	struct str target; /* as sent */
	struct str path;   /* before '?', percent-decoded by http_path_decode only */
	struct str query;  /* after '?' */
	struct http_header headers[HTTP_MAX_HEADERS];
	size_t headers_len;
	int64_t content_length; /* -1 absent */
	bool chunked;
	bool keep_alive;
	bool expect_continue;
	int minor; /* 0 or 1 */
};
enum http_outcome {
	HTTP_E_MORE = 1, /* head not complete yet */
	HTTP_E_BAD = 400,
	HTTP_E_TOO_LARGE = 431,
	HTTP_E_VERSION = 505,
	HTTP_E_NOT_IMPLEMENTED = 501,
};
/* Parses one head at the start of `bytes`. 0 and *ret_used bytes consumed, or an outcome. Views
 * into `bytes`. */
int http_head_parse(struct str bytes, struct http_head *ret_head, size_t *ret_used);
struct str http_header(const struct http_head *head, const char *name); /* STR_NULL when absent */
/* Does a comma separated header hold `token` (case-insensitive)? */
bool http_header_has(const struct http_head *head, const char *name, const char *token);
/* Percent-decodes a path segment or a query/form value ('+' is a blank only in forms). STR_NULL on
 * bad escapes, NUL or bad UTF-8. */
struct str http_decode(struct arena *arena, struct str text, bool form);
/* Value of `name` in a query or form text, decoded; STR_NULL when absent or bad. */
struct str http_param(struct arena *arena, struct str query, const char *name);
struct str http_cookie(const struct http_head *head, const char *name);
