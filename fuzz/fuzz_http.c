/* fuzz_http.c - any bytes as a request head, a query and an escaped text. */
#include <string.h>
#include "base/fault.h"
#include "base/limits.h"
#include "fuzz.h"
#include "wire/http.h"

static void check_inside(struct str part, struct str whole)
{
	ASSERT(part.len == 0 ||
		(part.ptr >= whole.ptr && part.ptr + part.len <= whole.ptr + whole.len));
	ASSERT(memchr(part.ptr != NULL ? part.ptr : "", '\r', part.len) == NULL);
	ASSERT(memchr(part.ptr != NULL ? part.ptr : "", '\n', part.len) == NULL);
}

static void check_head(
	const struct http_head *head, struct str bytes, size_t used, struct arena *arena)
{
	struct http_head again;
	size_t used_again;

	ASSERT(used > 0 && used <= bytes.len && used <= LIMIT_HTTP_HEAD_BYTES);
	check_inside(head->method, bytes);
	check_inside(head->path, bytes);
	check_inside(head->query, bytes);
	for (size_t i = 0; i < head->headers_len; i++) {
		check_inside(head->headers[i].name, bytes);
		check_inside(head->headers[i].value, bytes);
	}
	ASSERT(!(head->chunked && head->content_length >= 0));
	/* The head alone gives the same, and one byte less is never a head. */
	ASSERT(http_head_parse(str_slice(bytes, 0, used), &again, &used_again) == 0);
	ASSERT(used_again == used && again.headers_len == head->headers_len);
	ASSERT(http_head_parse(str_slice(bytes, 0, used - 1), &again, &used_again) == HTTP_E_MORE);
	http_cookie(head, "session");
	http_param(arena, head->query, "a");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str bytes = {(const char *)data, size}, decoded;
	struct http_head head;
	struct arena arena;
	size_t used;

	arena_init(&arena, 64 << 20);
	if (http_head_parse(bytes, &head, &used) == 0)
		check_head(&head, bytes, used, &arena);
	http_param(&arena, bytes, "a");
	decoded = http_decode(&arena, bytes, size % 2 == 0);
	ASSERT(decoded.len <= size && str_utf8_len(decoded) >= 0);
	arena_fini(&arena);
	return 0;
}
