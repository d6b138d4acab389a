/* cbor_record.c - field tables over cbor_io.c (see cbor_record.h). */
#include "wire/cbor_record.h"

#include <string.h>

#include "base/fault.h"
#include "wire/cbor_io.h"

struct record_in {
	struct cbor_in cbor;
	struct arena *arena;
};

static int read_map(struct record_in *in, const struct record *record, char *ret);

static bool in_bounds(const struct field *field, int64_t value)
{
	if (field->kind == FIELD_ID)
		return value > 0;
	return value >= field->min && value <= field->max;
}

static int read_int(struct record_in *in, const struct field *field, int64_t *ret)
{
	if (!cbor_take_int(&in->cbor, ret))
		return CBOR_RECORD_E_FORM;
	return in_bounds(field, *ret) ? 0 : CBOR_RECORD_E_BOUNDS;
}

static int read_str(struct record_in *in, const struct field *field, struct str *ret)
{
	if (!cbor_take_text(&in->cbor, ret))
		return CBOR_RECORD_E_FORM;
	return ret->len > 0 && str_utf8_len(*ret) <= (ptrdiff_t)field->max ? 0
									   : CBOR_RECORD_E_BOUNDS;
}

static int read_ints(struct record_in *in, const struct field *field, char *ret)
{
	size_t count;
	int64_t *values;

	if (!cbor_take_array(&in->cbor, &count))
		return CBOR_RECORD_E_FORM;
	if (count < field->count_min || count > field->count_max)
		return CBOR_RECORD_E_BOUNDS;
	values = ARENA_ARRAY(in->arena, int64_t, count > 0 ? count : 1);
	if (!values)
		return FAULT(FAULT_NOMEM, "no room to decode a code");
	for (size_t i = 0; i < count; i++) {
		int result = read_int(in, field, &values[i]);

		if (result != 0)
			return result;
	}
	memcpy(ret + field->offset, &values, sizeof(values));
	memcpy(ret + field->len_offset, &count, sizeof(count));
	return 0;
}

static int read_field(struct record_in *in, const struct field *field, char *ret)
{
	char *at = ret + field->offset;

	switch ((enum field_kind)field->kind) {
	case FIELD_INT:
	case FIELD_ID:
		return read_int(in, field, (int64_t *)(void *)at);
	case FIELD_STR:
		return read_str(in, field, (struct str *)(void *)at);
	case FIELD_INTS:
		return read_ints(in, field, ret);
	case FIELD_OBJ:
		return read_map(in, field->record, at);
	default:
		return FAULT(FAULT_BUG, "field %s is of no kind for a code", field->name);
	}
}

static int read_map(struct record_in *in, const struct record *record, char *ret)
{
	int64_t key = CBOR_NO_KEY;
	uint64_t seen = 0;
	size_t count;

	memset(ret, 0, record->size);
	if (!cbor_take_map(&in->cbor, &count))
		return CBOR_RECORD_E_FORM;
	for (size_t i = 0; i < count; i++) {
		const struct field *field;
		int result;

		if (!cbor_take_key(&in->cbor, &key))
			return CBOR_RECORD_E_FORM;
		if (key < 1 || key > (int64_t)record->fields_len)
			return CBOR_RECORD_E_UNKNOWN;
		field = &record->fields[key - 1];
		result = read_field(in, field, ret);
		TRY(result);
		if (result != 0)
			return result;
		seen |= UINT64_C(1) << (key - 1);
		if (field->presence != FIELD_REQ)
			*(bool *)(ret + field->has_offset) = true;
	}
	for (size_t i = 0; i < record->fields_len; i++)
		if (record->fields[i].presence == FIELD_REQ && !(seen >> i & 1))
			return CBOR_RECORD_E_MISSING;
	return 0;
}

int cbor_record_read(const struct record *record, struct str bytes, struct arena *arena, void *ret)
{
	struct record_in in = {.arena = arena};
	int result;

	cbor_open(&in.cbor, bytes);
	result = read_map(&in, record, ret);
	if (result == 0 && !cbor_end(&in.cbor))
		return CBOR_RECORD_E_FORM;
	return result;
}

/* --- writing --- */

static int write_map(const struct record *record, const char *value, struct buf *buf);

static bool is_there(const struct field *field, const char *value)
{
	return field->presence == FIELD_REQ || *(const bool *)(value + field->has_offset);
}

static int write_int(const struct field *field, int64_t number, struct buf *buf)
{
	cbor_put_int(buf, number);
	return in_bounds(field, number) ? 0 : CBOR_RECORD_E_BOUNDS;
}

static int write_str(const struct field *field, const struct str *text, struct buf *buf)
{
	ptrdiff_t len = str_utf8_len(*text);

	cbor_put_text(buf, *text);
	return text->len > 0 && len > 0 && len <= (ptrdiff_t)field->max ? 0 : CBOR_RECORD_E_BOUNDS;
}

static int write_ints(const struct field *field, const char *value, struct buf *buf)
{
	const int64_t *values;
	size_t count;
	int result = 0;

	memcpy(&values, value + field->offset, sizeof(values));
	memcpy(&count, value + field->len_offset, sizeof(count));
	if (count < field->count_min || count > field->count_max)
		return CBOR_RECORD_E_BOUNDS;
	cbor_put_array(buf, count);
	for (size_t i = 0; i < count && result == 0; i++)
		result = write_int(field, values[i], buf);
	return result;
}

static int write_field(const struct field *field, const char *value, struct buf *buf)
{
	const char *at = value + field->offset;

	switch ((enum field_kind)field->kind) {
	case FIELD_INT:
	case FIELD_ID:
		return write_int(field, *(const int64_t *)(const void *)at, buf);
	case FIELD_STR:
		return write_str(field, (const struct str *)(const void *)at, buf);
	case FIELD_INTS:
		return write_ints(field, value, buf);
	case FIELD_OBJ:
		return write_map(field->record, at, buf);
	default:
		return FAULT(FAULT_BUG, "field %s is of no kind for a code", field->name);
	}
}

static int write_map(const struct record *record, const char *value, struct buf *buf)
{
	size_t count = 0;

	for (size_t i = 0; i < record->fields_len; i++)
		count += is_there(&record->fields[i], value);
	cbor_put_map(buf, count);
	for (size_t i = 0; i < record->fields_len; i++) {
		int result;

		if (!is_there(&record->fields[i], value))
			continue;
		cbor_put_int(buf, (int64_t)i + 1);
		result = write_field(&record->fields[i], value, buf);
		TRY(result);
		if (result != 0)
			return result;
	}
	return 0;
}

int cbor_record_write(const struct record *record, const void *value, struct buf *buf)
{
	int result = write_map(record, value, buf);

	if (result == 0 && buf->failed)
		return FAULT(FAULT_NOMEM, "no room for a code");
	return result;
}
