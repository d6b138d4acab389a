/* fuzz_base64.c - any bytes as base64, base64url and hex; what decodes encodes to the same text. */
#include "base/arena.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct arena arena;
	uint8_t *bytes;
	struct buf buf;
	size_t len;

	arena_init(&arena, 64 << 20);
	buf_init(&buf, &arena, 8 << 20);
	/* No byte more than the text can hold: a write past it would be seen. */
	bytes = arena_alloc(&arena, size / 4 * 3 + 2);
	if (base64_read(text, bytes, size / 4 * 3 + 2, &len)) {
		base64_write(&buf, bytes, len);
		ASSERT(str_eq(buf_str(&buf), text));
	}
	buf_clear(&buf);
	if (base64url_read(text, bytes, size / 4 * 3 + 2, &len)) {
		base64url_write(&buf, bytes, len);
		ASSERT(str_eq(buf_str(&buf), text));
	}
	buf_clear(&buf);
	if (hex_read(text, bytes, size / 2)) {
		hex_write(&buf, bytes, size / 2);
		ASSERT(str_eq_nocase(buf_str(&buf), text));
	}
	arena_fini(&arena);
	return 0;
}
