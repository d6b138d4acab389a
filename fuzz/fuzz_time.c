/* fuzz_time.c - any bytes as a time; what is one reads back from its own text. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool lenient = false;
	struct arena arena;
	int64_t at_us, back_us;
	struct buf buf;

	if (!time_parse((struct str){(const char *)data, size}, &at_us, &lenient))
		return 0;
	ASSERT(at_us >= 0 && at_us < TIME_END_US);
	arena_init(&arena, 4096);
	buf_init(&buf, &arena, 100);
	time_write(&buf, at_us, true);
	ASSERT(time_parse(buf_str(&buf), &back_us, &lenient) && !lenient);
	ASSERT(back_us == at_us - at_us % US_PER_MS);
	arena_fini(&arena);
	return 0;
}
