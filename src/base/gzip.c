/* gzip.c - compressing answers on the way out, in memory of the job's arena. */
#include "base/gzip.h"

#include <zlib.h>
#include "base/limits.h"

#define GZIP_LEVEL 6
#define GZIP_WINDOW (13 + 16) /* 8 KB window, gzip framing: pages are small, so is the memory */
#define GZIP_MEMORY 6

static voidpf take(voidpf arena, uInt count, uInt size)
{
	return arena_array(arena, count, size);
}

static void give(voidpf arena, voidpf memory)
{
	(void)arena; /* dies with the job */
	(void)memory;
}

struct str gzip_text(struct str text, struct arena *arena)
{
	z_stream stream = {.zalloc = take, .zfree = give, .opaque = arena};
	bool failed = arena->failed;
	char *packed;
	int result;

	if (text.len == 0 || text.len > LIMIT_HTTP_REPLY_BYTES)
		return STR_NULL;
	packed = arena_alloc(arena, text.len);
	if (!packed || deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW, GZIP_MEMORY,
			       Z_DEFAULT_STRATEGY) != Z_OK) {
		arena->failed = failed;
		return STR_NULL;
	}
	stream.next_in = (z_const Bytef *)text.ptr;
	stream.avail_in = (uInt)text.len;
	stream.next_out = (Bytef *)packed;
	stream.avail_out = (uInt)text.len - 1;
	result = deflate(&stream, Z_FINISH);
	deflateEnd(&stream);
	return result == Z_STREAM_END ? (struct str){packed, stream.total_out} : STR_NULL;
}
