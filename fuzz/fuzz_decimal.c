/* fuzz_decimal.c - any bytes as a number; the first byte chooses the digits after the point. */
#include "base/arena.h"
#include "base/fault.h"
#include "base/str.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	int64_t value, rounded, back;
	struct arena arena;
	struct buf buf;
	int scale;

	str_to_i64(text, &value);
	if (size == 0)
		return 0;
	scale = data[0] % 19;
	text = str_slice(text, 1, size);
	if (!str_to_fixed(text, scale, false, &value))
		return 0;
	/* An exact value is not changed by rounding, and survives its own text. */
	ASSERT(str_to_fixed(text, scale, true, &rounded) && rounded == value);
	arena_init(&arena, 4096);
	buf_init(&buf, &arena, 100);
	buf_put_fixed(&buf, value, scale);
	ASSERT(str_to_fixed(buf_str(&buf), scale, false, &back) && back == value);
	arena_fini(&arena);
	return 0;
}
