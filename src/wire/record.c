/* record.c - JSON objects into structs by field tables. Errors unwind through the levels, each
 * adding its step of the path. */
#include "wire/record.h"
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "wire/record_error.h"

#define LIST_FIRST 4

struct reading {
	struct json *json;
	enum record_mode mode;
	struct record_error *error;
};

static int read_object(struct reading *reading, const struct record *record, char *ret);

/* The reader stopped: its own reason, unless memory ran out, which is nobody's mistake in the text.
 */
static int json_failed(struct reading *reading)
{
	if (reading->json->arena->failed)
		return FAULT(FAULT_NOMEM, "no room to decode a message");
	record_error_set(reading->error, RECORD_E_JSON);
	reading->error->json = reading->json->error;
	return RECORD_E_JSON;
}

static int refuse(struct reading *reading, enum record_outcome kind)
{
	return record_error_set(reading->error, kind);
}

/* Characters can be at most as many as bytes, so most texts need no counting. */
static bool too_long(struct str text, int64_t max)
{
	return text.len > (size_t)max && str_utf8_len(text) > (ptrdiff_t)max;
}

static int read_str(struct reading *reading, int64_t max, struct str *ret)
{
	if (!json_str(reading->json, ret))
		return json_failed(reading);
	return too_long(*ret, max) ? refuse(reading, RECORD_E_LENGTH) : 0;
}

/* A number of digits only that is too large for 64 bits is out of bounds; one with a fraction is no
 * integer. */
static int read_int(struct reading *reading, int64_t min, int64_t max, int64_t *ret)
{
	struct str digits;

	if (!json_number(reading->json, &digits))
		return json_failed(reading);
	for (size_t i = 0; i < digits.len; i++)
		if (digits.ptr[i] == '.' || (digits.ptr[i] | 32) == 'e')
			return refuse(reading, RECORD_E_TYPE);
	if (!str_to_i64(digits, ret) || *ret < min || *ret > max)
		return refuse(reading, RECORD_E_BOUNDS);
	return 0;
}

static int read_fixed(struct reading *reading, const struct field *field, int64_t *ret)
{
	bool number = field->kind == FIELD_DEC;
	struct str text;

	if (number ? !json_number(reading->json, &text) : !json_str(reading->json, &text))
		return json_failed(reading);
	/* Numbers may carry digits beyond ours, from somebody's floating point; texts are exact. */
	if (!str_to_fixed(text, field->scale, number, ret))
		return refuse(reading, RECORD_E_FORMAT);
	return *ret < field->min || *ret > field->max ? refuse(reading, RECORD_E_BOUNDS) : 0;
}

static int read_id(struct reading *reading, int64_t *ret)
{
	struct str text;

	if (!json_str(reading->json, &text))
		return json_failed(reading);
	return str_to_i64(text, ret) && *ret > 0 ? 0 : refuse(reading, RECORD_E_FORMAT);
}

static int read_time(struct reading *reading, int64_t *ret_us)
{
	struct str text;

	if (!json_str(reading->json, &text))
		return json_failed(reading);
	return time_parse(text, ret_us, NULL) ? 0 : refuse(reading, RECORD_E_FORMAT);
}

static int read_enum(struct reading *reading, const struct field_names *names, int *ret)
{
	struct str text;

	if (!json_str(reading->json, &text))
		return json_failed(reading);
	*ret = field_enum_value(names, text);
	return *ret != 0 ? 0 : refuse(reading, RECORD_E_ENUM);
}

static int read_word(struct reading *reading, const struct field_names *names, struct str *ret)
{
	if (!json_str(reading->json, ret))
		return json_failed(reading);
	return field_enum_value(names, *ret) != 0 ? 0 : refuse(reading, RECORD_E_ENUM);
}

static int read_raw(struct reading *reading, int64_t max, struct str *ret)
{
	if (!json_skip(reading->json, ret))
		return json_failed(reading);
	return ret->len > (size_t)max ? refuse(reading, RECORD_E_LENGTH) : 0;
}

/* Size of an element of a list. */
static size_t element_size(const struct field *field)
{
	switch (field->kind) {
	case FIELD_LIST:
		return field->record->size;
	case FIELD_STRS:
	case FIELD_WORDS:
		return sizeof(struct str);
	default:
		return sizeof(int64_t);
	}
}

static enum json_kind element_kind(const struct field *field)
{
	switch (field->kind) {
	case FIELD_LIST:
		return JSON_OBJECT;
	case FIELD_STRS:
	case FIELD_WORDS:
		return JSON_STRING;
	default:
		return JSON_NUMBER;
	}
}

static int read_element(struct reading *reading, const struct field *field, char *ret)
{
	enum json_kind kind = json_peek(reading->json);

	if (kind != element_kind(field))
		return kind == JSON_NONE ? json_failed(reading) : refuse(reading, RECORD_E_TYPE);
	switch (field->kind) {
	case FIELD_LIST:
		return read_object(reading, field->record, ret);
	case FIELD_STRS:
		return read_str(reading, field->max, (struct str *)(void *)ret);
	case FIELD_WORDS:
		return read_word(reading, field->names, (struct str *)(void *)ret);
	default:
		return read_int(reading, field->min, field->max, (int64_t *)(void *)ret);
	}
}

/* Reads the elements of an entered array into a block that doubles as needed. */
static int read_list(struct reading *reading, const struct field *field, char *ret)
{
	size_t size = element_size(field);
	size_t count = 0, cap = LIST_FIRST;
	char *elements = arena_array(reading->json->arena, cap, size);

	if (!json_array(reading->json))
		return json_failed(reading);
	while (elements != NULL && json_next(reading->json)) {
		int outcome;

		if (count == field->count_max)
			return refuse(reading, RECORD_E_COUNT);
		if (count == cap) {
			char *grown = arena_array(reading->json->arena, cap * 2, size);

			if (grown == NULL)
				return json_failed(reading);
			memcpy(grown, elements, count * size);
			elements = grown;
			cap *= 2;
		}
		outcome = read_element(reading, field, elements + count * size);
		if (outcome != 0)
			return record_error_index(reading->error, outcome, count);
		count++;
	}
	if (elements == NULL || reading->json->error != 0)
		return json_failed(reading);
	*(void **)(void *)(ret + field->offset) = elements;
	*(size_t *)(void *)(ret + field->len_offset) = count;
	return count < field->count_min ? refuse(reading, RECORD_E_COUNT) : 0;
}

/* The JSON kind each kind of field wants; RAW takes any. */
static const uint8_t wanted_kind[] = {
	[FIELD_STR] = JSON_STRING,
	[FIELD_INT] = JSON_NUMBER,
	[FIELD_BOOL] = JSON_BOOL,
	[FIELD_TIME] = JSON_STRING,
	[FIELD_DEC] = JSON_NUMBER,
	[FIELD_DECTEXT] = JSON_STRING,
	[FIELD_ID] = JSON_STRING,
	[FIELD_ENUM] = JSON_STRING,
	[FIELD_OBJ] = JSON_OBJECT,
	[FIELD_LIST] = JSON_ARRAY,
	[FIELD_STRS] = JSON_ARRAY,
	[FIELD_INTS] = JSON_ARRAY,
	[FIELD_RAW] = JSON_NONE,
	[FIELD_WORD] = JSON_STRING,
	[FIELD_WORDS] = JSON_ARRAY,
};

static int read_value(struct reading *reading, const struct field *field, char *ret)
{
	void *at = ret + field->offset;

	switch (field->kind) {
	case FIELD_STR:
		return read_str(reading, field->max, at);
	case FIELD_INT:
		return read_int(reading, field->min, field->max, at);
	case FIELD_BOOL:
		return json_bool(reading->json, at) ? 0 : json_failed(reading);
	case FIELD_TIME:
		return read_time(reading, at);
	case FIELD_DEC:
	case FIELD_DECTEXT:
		return read_fixed(reading, field, at);
	case FIELD_ID:
		return read_id(reading, at);
	case FIELD_ENUM:
		return read_enum(reading, field->names, at);
	case FIELD_OBJ:
		return read_object(reading, field->record, at);
	case FIELD_RAW:
		return read_raw(reading, field->max, at);
	case FIELD_WORD:
		return read_word(reading, field->names, at);
	default:
		return read_list(reading, field, ret);
	}
}

static int read_field(struct reading *reading, const struct field *field, char *ret)
{
	enum json_kind kind = json_peek(reading->json);

	if (kind == JSON_NULL && field->presence == FIELD_NIL)
		return json_null(reading->json) ? 0 : json_failed(reading);
	if (field->presence != FIELD_REQ)
		*(bool *)(void *)(ret + field->has_offset) = true;
	if (kind == JSON_NULL && field->presence == FIELD_CLR)
		return json_null(reading->json) ? 0 : json_failed(reading);
	if (kind != wanted_kind[field->kind] && field->kind != FIELD_RAW) {
		if (kind == JSON_NONE)
			json_skip(reading->json, NULL); /* sets the reader's error */
		return kind == JSON_NONE ? json_failed(reading) : refuse(reading, RECORD_E_TYPE);
	}
	return read_value(reading, field, ret);
}

/* Fields mostly come in the order of the table, so the search begins where the last one ended. */
static size_t find_field(const struct record *record, struct str key, size_t hint)
{
	for (size_t i = 0; i < record->fields_len; i++) {
		size_t at =
			hint + i < record->fields_len ? hint + i : hint + i - record->fields_len;
		const struct field *field = &record->fields[at];

		if (field->name_len == key.len && memcmp(field->name, key.ptr, key.len) == 0)
			return at;
	}
	return record->fields_len;
}

static int check_missing(struct reading *reading, const struct record *record, uint64_t seen)
{
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];

		if ((field->presence == FIELD_REQ || field->presence == FIELD_MUST) &&
			(seen >> i & 1) == 0)
			return record_error_field(reading->error, refuse(reading, RECORD_E_MISSING),
				(struct str){field->name, field->name_len});
	}
	return 0;
}

/* Takes the value of one key. Duplicates of known fields show in *seen; unknown ones end the
 * reading, or, when lenient, went through the reader's own check. */
static int read_member(struct reading *reading, const struct record *record, struct str key,
	size_t at, uint64_t *seen, char *ret)
{
	int outcome;

	if (at == record->fields_len) {
		if (reading->mode == RECORD_STRICT && !record->open)
			return record_error_field(
				reading->error, refuse(reading, RECORD_E_UNKNOWN), key);
		return json_skip(reading->json, NULL) ? 0 : json_failed(reading);
	}
	if (*seen >> at & 1) {
		outcome = refuse(reading, RECORD_E_JSON);
		reading->error->json = JSON_E_DUPLICATE;
		return record_error_field(reading->error, outcome, key);
	}
	*seen |= UINT64_C(1) << at;
	return record_error_field(
		reading->error, read_field(reading, &record->fields[at], ret), key);
}

static int read_object(struct reading *reading, const struct record *record, char *ret)
{
	bool (*next_key)(struct json *, struct str *) =
		reading->mode == RECORD_STRICT && !record->open ? json_next_key_unchecked
								: json_next_key;
	uint64_t seen = 0;
	size_t hint = 0;
	struct str key;

	if (!json_object(reading->json))
		return json_failed(reading);
	while (next_key(reading->json, &key)) {
		size_t at = find_field(record, key, hint);
		int outcome = read_member(reading, record, key, at, &seen, ret);

		if (outcome != 0)
			return outcome;
		hint = at < record->fields_len ? at + 1 : hint;
	}
	if (reading->json->error != 0)
		return json_failed(reading);
	return check_missing(reading, record, seen);
}

int record_read(const struct record *record, struct json *json, enum record_mode mode, void *ret,
	struct record_error *ret_error)
{
	struct record_error unseen;
	struct reading reading = {json, mode, ret_error != NULL ? ret_error : &unseen};
	enum json_kind kind = json_peek(json);

	memset(ret, 0, record->size);
	if (kind != JSON_OBJECT && kind != JSON_NONE)
		return refuse(&reading, RECORD_E_OBJECT);
	return read_object(&reading, record, ret);
}

int record_decode(const struct record *record, struct str text, enum record_mode mode,
	struct arena *arena, void *ret, struct record_error *ret_error)
{
	struct json json;
	int outcome;

	json_init(&json, text, arena);
	outcome = record_read(record, &json, mode, ret, ret_error);
	if (outcome == 0 && !json_end(&json)) {
		struct record_error unseen;
		struct reading reading = {&json, mode, ret_error != NULL ? ret_error : &unseen};

		outcome = json_failed(&reading);
	}
	return outcome;
}
