/* chunked.h - the chunked transfer coding of a request body (RFC 9112 7.1), decoded in place,
 * strictly. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum chunked_outcome {
	CHUNKED_E_MORE = 1, /* not complete yet */
	CHUNKED_E_BAD = 2,  /* malformed */
	CHUNKED_E_LARGE =
		3, /* decoded body larger than allowed, or endless extensions or trailers */
};
struct chunked {
	uint64_t left; /* bytes of the current chunk still to come */
	uint8_t state;
	uint8_t digits; /* of the chunk size read so far */
	uint16_t extra; /* bytes of extensions and trailers seen */
};
/* Decodes `bytes[0..*len)`; decoded bytes are moved to its front. *ret_decoded of them; what was
 * not used follows them directly and *len shrinks to decoded + unused. 0 at the end of the body, or
 * an outcome. `max`: most bytes the decoded body may still take. */
int chunked_decode(
	struct chunked *chunked, char *bytes, size_t *len, size_t max, size_t *ret_decoded);
