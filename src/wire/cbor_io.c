/* cbor_io.c - strict CBOR on top of libcbor's stream decoder and encoders, which allocate nothing:
 * one head at a time is taken and judged (see cbor_io.h). */
#include "wire/cbor_io.h"

#include <cbor.h>
#include <string.h>

#define CBOR_HEAD_MAX 9

/* One head as libcbor's callbacks tell it. */
struct cbor_head {
	enum cbor_kind kind;
	uint64_t value; /* number, length, count or tag */
	bool negative;
	const uint8_t *bytes; /* content of a string */
};

/* clang-format off */
#define HEAD(context, ...) (*(struct cbor_head *)(context) = (struct cbor_head){__VA_ARGS__})
/* clang-format on */

static void on_u8(void *context, uint8_t value)
{
	HEAD(context, CBOR_INT, value);
}
static void on_u16(void *context, uint16_t value)
{
	HEAD(context, CBOR_INT, value);
}
static void on_u32(void *context, uint32_t value)
{
	HEAD(context, CBOR_INT, value);
}
static void on_u64(void *context, uint64_t value)
{
	HEAD(context, CBOR_INT, value);
}
static void on_n8(void *context, uint8_t value)
{
	HEAD(context, CBOR_INT, value, true);
}
static void on_n16(void *context, uint16_t value)
{
	HEAD(context, CBOR_INT, value, true);
}
static void on_n32(void *context, uint32_t value)
{
	HEAD(context, CBOR_INT, value, true);
}
static void on_n64(void *context, uint64_t value)
{
	HEAD(context, CBOR_INT, value, true);
}
static void on_bytes(void *context, cbor_data data, size_t len)
{
	HEAD(context, CBOR_BYTES, len, false, data);
}
static void on_text(void *context, cbor_data data, size_t len)
{
	HEAD(context, CBOR_TEXT, len, false, data);
}
static void on_array(void *context, size_t count)
{
	HEAD(context, CBOR_ARRAY, count);
}
static void on_map(void *context, size_t count)
{
	HEAD(context, CBOR_MAP, count);
}
static void on_tag(void *context, uint64_t tag)
{
	HEAD(context, CBOR_TAG, tag);
}
static void on_bool(void *context, bool value)
{
	HEAD(context, CBOR_BOOL, value);
}
static void on_null(void *context)
{
	HEAD(context, CBOR_NULL);
}

/* What we refuse leaves the head empty: floats, undefined, everything of indefinite length. */
static const struct cbor_callbacks head_callbacks = {
	.uint8 = on_u8,
	.uint16 = on_u16,
	.uint32 = on_u32,
	.uint64 = on_u64,
	.negint8 = on_n8,
	.negint16 = on_n16,
	.negint32 = on_n32,
	.negint64 = on_n64,
	.byte_string_start = cbor_null_byte_string_start_callback,
	.byte_string = on_bytes,
	.string = on_text,
	.string_start = cbor_null_string_start_callback,
	.indef_array_start = cbor_null_indef_array_start_callback,
	.array_start = on_array,
	.indef_map_start = cbor_null_indef_map_start_callback,
	.map_start = on_map,
	.tag = on_tag,
	.float2 = cbor_null_float2_callback,
	.float4 = cbor_null_float4_callback,
	.float8 = cbor_null_float8_callback,
	.undefined = cbor_null_undefined_callback,
	.null = on_null,
	.boolean = on_bool,
	.indef_break = cbor_null_indef_break_callback,
};

/* The bytes a head with this number needs: anything longer is not deterministic. */
static size_t head_len(uint64_t value)
{
	if (value < 24)
		return 1;
	if (value <= UINT8_MAX)
		return 2;
	if (value <= UINT16_MAX)
		return 3;
	return value <= UINT32_MAX ? 5 : 9;
}

static bool refuse(struct cbor_in *in)
{
	in->bad = true;
	return false;
}

/* Decodes the next head without moving; *ret_len is what it takes, a string's content included. */
static bool look(struct cbor_in *in, struct cbor_head *ret_head, size_t *ret_len)
{
	struct cbor_decoder_result result;
	size_t left = (size_t)(in->end - in->at), want;

	*ret_head = (struct cbor_head){0};
	if (in->bad || left == 0)
		return refuse(in);
	if (*in->at >= 0xc0 && *in->at < 0xc0 + 24) {
		/* this libcbor knows the tags of its day only, and refuses COSE's */
		*ret_head = (struct cbor_head){CBOR_TAG, *in->at - 0xc0u};
		*ret_len = 1;
		return true;
	}
	result = cbor_stream_decode(in->at, left, &head_callbacks, ret_head);
	if (result.status != CBOR_DECODER_FINISHED || ret_head->kind == CBOR_NONE)
		return refuse(in);
	want = ret_head->kind == CBOR_BOOL || ret_head->kind == CBOR_NULL
		       ? 1
		       : head_len(ret_head->value);
	if (ret_head->kind == CBOR_BYTES || ret_head->kind == CBOR_TEXT)
		want += ret_head->value;
	*ret_len = result.read;
	return result.read == want ? true : refuse(in);
}

static bool take(struct cbor_in *in, enum cbor_kind kind, struct cbor_head *ret_head)
{
	size_t len;

	if (!look(in, ret_head, &len))
		return false;
	if (ret_head->kind != kind)
		return refuse(in);
	in->at += len;
	return true;
}

void cbor_open(struct cbor_in *in, struct str bytes)
{
	*in = (struct cbor_in){
		.at = (const uint8_t *)bytes.ptr, .end = (const uint8_t *)bytes.ptr + bytes.len};
}

enum cbor_kind cbor_peek(struct cbor_in *in)
{
	struct cbor_head head;
	size_t len;

	return look(in, &head, &len) ? head.kind : CBOR_NONE;
}

bool cbor_take_int(struct cbor_in *in, int64_t *ret_value)
{
	struct cbor_head head;

	if (!take(in, CBOR_INT, &head))
		return false;
	if (head.value > INT64_MAX)
		return refuse(in);
	*ret_value = head.negative ? -1 - (int64_t)head.value : (int64_t)head.value;
	return true;
}

static bool take_string(struct cbor_in *in, enum cbor_kind kind, struct str *ret)
{
	struct cbor_head head;

	if (!take(in, kind, &head))
		return false;
	*ret = (struct str){(const char *)head.bytes, (size_t)head.value};
	return true;
}

bool cbor_take_bytes(struct cbor_in *in, struct str *ret_bytes)
{
	return take_string(in, CBOR_BYTES, ret_bytes);
}

bool cbor_take_text(struct cbor_in *in, struct str *ret_text)
{
	if (!take_string(in, CBOR_TEXT, ret_text))
		return false;
	return ret_text->len == 0 || str_utf8_len(*ret_text) >= 0 ? true : refuse(in);
}

/* An item takes at least one byte, so a count above what is left is a lie. */
static bool take_list(struct cbor_in *in, enum cbor_kind kind, size_t each, size_t *ret_count)
{
	struct cbor_head head;

	if (!take(in, kind, &head))
		return false;
	if (head.value > (uint64_t)(in->end - in->at) / each)
		return refuse(in);
	*ret_count = (size_t)head.value;
	return true;
}

bool cbor_take_array(struct cbor_in *in, size_t *ret_count)
{
	return take_list(in, CBOR_ARRAY, 1, ret_count);
}

bool cbor_take_map(struct cbor_in *in, size_t *ret_count)
{
	return take_list(in, CBOR_MAP, 2, ret_count);
}

bool cbor_take_tag(struct cbor_in *in, uint64_t *ret_tag)
{
	struct cbor_head head;

	if (!take(in, CBOR_TAG, &head))
		return false;
	*ret_tag = head.value;
	return true;
}

/* Deterministic order is that of the encoded bytes: 0, 1, 2 .. then -1, -2 .. */
static bool key_above(int64_t key, int64_t last)
{
	if (last == CBOR_NO_KEY)
		return true;
	if ((key < 0) != (last < 0))
		return key < 0;
	return key < 0 ? key < last : key > last;
}

bool cbor_take_key(struct cbor_in *in, int64_t *last)
{
	int64_t key;

	if (!cbor_take_int(in, &key))
		return false;
	if (!key_above(key, *last))
		return refuse(in);
	*last = key;
	return true;
}

bool cbor_skip(struct cbor_in *in)
{
	struct cbor_head head;
	struct str text = STR_NULL;
	size_t len, items = 0;

	if (!look(in, &head, &len))
		return false;
	if (head.kind == CBOR_TEXT)
		return cbor_take_text(in, &text);
	in->at += len;
	if (head.kind == CBOR_ARRAY || head.kind == CBOR_TAG)
		items = head.kind == CBOR_TAG ? 1 : (size_t)head.value;
	if (head.kind == CBOR_MAP)
		items = head.value <= (size_t)(in->end - in->at) ? 2 * (size_t)head.value
								 : SIZE_MAX;
	if (items == 0)
		return true;
	if (items > (size_t)(in->end - in->at) || ++in->depth > CBOR_DEPTH)
		return refuse(in);
	for (size_t i = 0; i < items; i++)
		if (!cbor_skip(in))
			return false;
	in->depth--;
	return true;
}

bool cbor_end(const struct cbor_in *in)
{
	return !in->bad && in->at == in->end;
}

/* --- writing --- */

static void put_head(
	struct buf *buf, size_t (*encode)(uint64_t, unsigned char *, size_t), uint64_t value)
{
	unsigned char head[CBOR_HEAD_MAX];

	buf_put(buf, head, encode(value, head, sizeof(head)));
}

/* libcbor takes counts as size_t; one shape for all keeps put_head small. */
static size_t encode_bytes(uint64_t value, unsigned char *head, size_t size)
{
	return cbor_encode_bytestring_start((size_t)value, head, size);
}
static size_t encode_text(uint64_t value, unsigned char *head, size_t size)
{
	return cbor_encode_string_start((size_t)value, head, size);
}
static size_t encode_array(uint64_t value, unsigned char *head, size_t size)
{
	return cbor_encode_array_start((size_t)value, head, size);
}
static size_t encode_map(uint64_t value, unsigned char *head, size_t size)
{
	return cbor_encode_map_start((size_t)value, head, size);
}

void cbor_put_int(struct buf *buf, int64_t value)
{
	if (value < 0)
		put_head(buf, cbor_encode_negint, (uint64_t)(-1 - value));
	else
		put_head(buf, cbor_encode_uint, (uint64_t)value);
}

void cbor_put_bytes(struct buf *buf, struct str bytes)
{
	put_head(buf, encode_bytes, bytes.len);
	buf_put_str(buf, bytes);
}

void cbor_put_text(struct buf *buf, struct str text)
{
	put_head(buf, encode_text, text.len);
	buf_put_str(buf, text);
}

void cbor_put_array(struct buf *buf, size_t count)
{
	put_head(buf, encode_array, count);
}

void cbor_put_map(struct buf *buf, size_t count)
{
	put_head(buf, encode_map, count);
}

void cbor_put_tag(struct buf *buf, uint64_t tag)
{
	put_head(buf, cbor_encode_tag, tag);
}
