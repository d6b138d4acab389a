/* chunked.c - the chunked transfer coding, one byte class at a time. Extensions are skipped,
 * trailers are dropped; both are bounded. A bare LF, a missing digit or a stray byte is refused:
 * that is where requests are smuggled. */
#include "net/chunked.h"
#include <string.h>

#define CHUNKED_EXTRA_MAX 1024
#define CHUNKED_DIGITS_MAX 8

enum chunked_state {
	CHUNKED_SIZE = 0,
	CHUNKED_EXTENSION = 1,
	CHUNKED_SIZE_LF = 2,
	CHUNKED_DATA = 3,
	CHUNKED_DATA_CR = 4,
	CHUNKED_DATA_LF = 5,
	CHUNKED_TRAILER_START = 6,
	CHUNKED_TRAILER = 7,
	CHUNKED_TRAILER_LF = 8,
	CHUNKED_END_LF = 9,
	CHUNKED_DONE = 10,
};

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int size_byte(struct chunked *chunked, char c)
{
	int digit = hex_digit(c);

	if (digit >= 0) {
		if (++chunked->digits > CHUNKED_DIGITS_MAX)
			return CHUNKED_E_LARGE;
		chunked->left = chunked->left * 16 + (uint64_t)digit;
		return 0;
	}
	if (chunked->digits == 0)
		return CHUNKED_E_BAD;
	if (c == ';' || c == ' ' || c == '\t')
		chunked->state = CHUNKED_EXTENSION;
	else if (c == '\r')
		chunked->state = CHUNKED_SIZE_LF;
	else
		return CHUNKED_E_BAD;
	return 0;
}

/* A byte of text nobody reads: printable or a tab. `end` is the state behind its CR. */
static int skipped_byte(struct chunked *chunked, char c, enum chunked_state end)
{
	if (c == '\r') {
		chunked->state = (uint8_t)end;
		return 0;
	}
	if ((unsigned char)c < 0x20 && c != '\t')
		return CHUNKED_E_BAD;
	return ++chunked->extra > CHUNKED_EXTRA_MAX ? CHUNKED_E_LARGE : 0;
}

static int expect_byte(struct chunked *chunked, char c, char wanted, enum chunked_state next)
{
	if (c != wanted)
		return CHUNKED_E_BAD;
	chunked->state = (uint8_t)next;
	return 0;
}

static int frame_byte(struct chunked *chunked, char c)
{
	switch ((enum chunked_state)chunked->state) {
	case CHUNKED_SIZE:
		return size_byte(chunked, c);
	case CHUNKED_EXTENSION:
		return skipped_byte(chunked, c, CHUNKED_SIZE_LF);
	case CHUNKED_SIZE_LF:
		chunked->digits = 0;
		return expect_byte(
			chunked, c, '\n', chunked->left > 0 ? CHUNKED_DATA : CHUNKED_TRAILER_START);
	case CHUNKED_DATA_CR:
		return expect_byte(chunked, c, '\r', CHUNKED_DATA_LF);
	case CHUNKED_DATA_LF:
		return expect_byte(chunked, c, '\n', CHUNKED_SIZE);
	case CHUNKED_TRAILER_START:
		if (c == '\r') {
			chunked->state = CHUNKED_END_LF;
			return 0;
		}
		chunked->state = CHUNKED_TRAILER;
		return skipped_byte(chunked, c, CHUNKED_TRAILER_LF);
	case CHUNKED_TRAILER:
		return skipped_byte(chunked, c, CHUNKED_TRAILER_LF);
	case CHUNKED_TRAILER_LF:
		return expect_byte(chunked, c, '\n', CHUNKED_TRAILER_START);
	case CHUNKED_END_LF:
		return expect_byte(chunked, c, '\n', CHUNKED_DONE);
	case CHUNKED_DATA:
	case CHUNKED_DONE:
		break;
	}
	return CHUNKED_E_BAD;
}

int chunked_decode(
	struct chunked *chunked, char *bytes, size_t *len, size_t max, size_t *ret_decoded)
{
	size_t from = 0, to = 0;
	int outcome = 0;

	while (from < *len && chunked->state != CHUNKED_DONE && outcome == 0) {
		if (chunked->state == CHUNKED_DATA) {
			size_t take = *len - from;

			if (take > chunked->left)
				take = (size_t)chunked->left;
			memmove(bytes + to, bytes + from, take);
			from += take;
			to += take;
			chunked->left -= take;
			if (chunked->left == 0)
				chunked->state = CHUNKED_DATA_CR;
			continue;
		}
		outcome = frame_byte(chunked, bytes[from++]);
		if (outcome == 0 && chunked->state == CHUNKED_DATA && chunked->left > max - to)
			outcome = CHUNKED_E_LARGE;
	}
	memmove(bytes + to, bytes + from, *len - from);
	*len = to + (*len - from);
	*ret_decoded = to;
	if (outcome != 0)
		return outcome;
	return chunked->state == CHUNKED_DONE ? 0 : CHUNKED_E_MORE;
}
