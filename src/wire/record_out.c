/* record_out.c - structs into JSON objects by field tables; checks the same rules as the way in
 * (declared in record.h). */
#include "base/clock.h"
#include "base/fault.h"
#include "wire/record.h"
#include "wire/record_error.h"

static int write_object(const struct record *record, const char *value, struct json_out *out,
	struct record_error *error);

static int write_str(struct json_out *out, struct str text, int64_t max, struct record_error *error)
{
	ptrdiff_t points = str_utf8_len(text);

	if (points < 0)
		return record_error_set(error, RECORD_E_FORMAT);
	if (points > (ptrdiff_t)max)
		return record_error_set(error, RECORD_E_LENGTH);
	json_put_str(out, NULL, text);
	return 0;
}

static int write_word(struct json_out *out, const struct field_names *names, struct str word,
	struct record_error *error)
{
	if (field_enum_value(names, word) == 0)
		return record_error_set(error, RECORD_E_ENUM);
	json_put_str(out, NULL, word);
	return 0;
}

static int write_int(
	struct json_out *out, const struct field *field, int64_t value, struct record_error *error)
{
	if (value < field->min || value > field->max)
		return record_error_set(error, RECORD_E_BOUNDS);
	if (field->kind == FIELD_DEC)
		json_put_fixed(out, NULL, value, field->scale);
	else if (field->kind == FIELD_DECTEXT)
		json_put_fixed_text(out, NULL, value, field->scale);
	else
		json_put_int(out, NULL, value);
	return 0;
}

static int write_element(struct json_out *out, const struct field *field, const char *elements,
	size_t index, struct record_error *error)
{
	switch (field->kind) {
	case FIELD_LIST:
		if (out->comma)
			buf_put_char(out->buf, ',');
		return write_object(
			field->record, elements + index * field->record->size, out, error);
	case FIELD_STRS:
		return write_str(out, ((const struct str *)(const void *)elements)[index],
			field->max, error);
	case FIELD_WORDS:
		return write_word(out, field->names,
			((const struct str *)(const void *)elements)[index], error);
	default:
		return write_int(
			out, field, ((const int64_t *)(const void *)elements)[index], error);
	}
}

static int write_list(struct json_out *out, const struct field *field, const char *value,
	struct record_error *error)
{
	const char *elements = *(const char *const *)(const void *)(value + field->offset);
	size_t count = *(const size_t *)(const void *)(value + field->len_offset);

	if (count < field->count_min || count > field->count_max)
		return record_error_set(error, RECORD_E_COUNT);
	json_open_array(out, NULL);
	for (size_t i = 0; i < count; i++) {
		int outcome = write_element(out, field, elements, i, error);

		if (outcome != 0)
			return record_error_index(error, outcome, i);
	}
	json_close_array(out);
	return 0;
}

static int write_enum(
	struct json_out *out, const struct field *field, int value, struct record_error *error)
{
	struct str name = field_enum_name(field->names, value);

	if (name.len == 0)
		return record_error_set(error, RECORD_E_ENUM);
	json_put_str(out, NULL, name);
	return 0;
}

/* Times outside of 1970 to 2200 could not be read back. */
static int write_time(struct json_out *out, int64_t at_us, struct record_error *error)
{
	if (at_us < 0 || at_us >= TIME_END_US)
		return record_error_set(error, RECORD_E_BOUNDS);
	json_put_time(out, NULL, at_us);
	return 0;
}

static int write_raw(
	struct json_out *out, const struct field *field, struct str raw, struct record_error *error)
{
	if (raw.len == 0)
		return record_error_set(error, RECORD_E_FORMAT);
	if (raw.len > (size_t)field->max)
		return record_error_set(error, RECORD_E_LENGTH);
	json_put_raw(out, NULL, raw);
	return 0;
}

static int write_value(const struct field *field, const char *value, struct json_out *out,
	struct record_error *error)
{
	const void *at = value + field->offset;

	switch (field->kind) {
	case FIELD_STR:
		return write_str(out, *(const struct str *)at, field->max, error);
	case FIELD_INT:
	case FIELD_DEC:
	case FIELD_DECTEXT:
		return write_int(out, field, *(const int64_t *)at, error);
	case FIELD_BOOL:
		json_put_bool(out, NULL, *(const bool *)at);
		return 0;
	case FIELD_TIME:
		return write_time(out, *(const int64_t *)at, error);
	case FIELD_ID:
		if (*(const int64_t *)at <= 0)
			return record_error_set(error, RECORD_E_FORMAT);
		json_put_id(out, NULL, *(const int64_t *)at);
		return 0;
	case FIELD_ENUM:
		return write_enum(out, field, *(const int *)at, error);
	case FIELD_OBJ:
		return write_object(field->record, at, out, error);
	case FIELD_RAW:
		return write_raw(out, field, *(const struct str *)at, error);
	case FIELD_WORD:
		return write_word(out, field->names, *(const struct str *)at, error);
	default:
		return write_list(out, field, value, error);
	}
}

static bool is_present(const struct field *field, const char *value)
{
	if (field->presence == FIELD_REQ || field->presence == FIELD_MUST ||
		*(const bool *)(const void *)(value + field->has_offset))
		return true;
	return (field->kind == FIELD_LIST || field->kind == FIELD_STRS ||
		       field->kind == FIELD_INTS || field->kind == FIELD_WORDS) &&
	       *(const size_t *)(const void *)(value + field->len_offset) > 0;
}

static int write_object(const struct record *record, const char *value, struct json_out *out,
	struct record_error *error)
{
	buf_put_char(out->buf, '{');
	out->comma = false;
	for (size_t i = 0; i < record->fields_len; i++) {
		const struct field *field = &record->fields[i];
		struct str name = {field->name, field->name_len};
		int outcome;

		if (!is_present(field, value))
			continue;
		json_put_plain_key(out, name);
		outcome = write_value(field, value, out, error);
		if (outcome != 0)
			return record_error_field(error, outcome, name);
		out->comma = true;
	}
	json_close_object(out);
	return 0;
}

int record_write(const struct record *record, const void *value, struct json_out *out,
	const char *key, struct record_error *ret_error)
{
	struct record_error unseen;
	int outcome;

	if (key != NULL)
		json_put_key(out, str_from(key));
	else if (out->comma)
		buf_put_char(out->buf, ',');
	outcome = write_object(record, value, out, ret_error != NULL ? ret_error : &unseen);
	if (outcome == 0 && out->buf->failed)
		return FAULT(FAULT_NOMEM, "no room to encode %s", record->name);
	return outcome;
}

int record_encode(const struct record *record, const void *value, struct buf *buf,
	struct record_error *ret_error)
{
	struct json_out out;

	json_out_init(&out, buf);
	return record_write(record, value, &out, NULL, ret_error);
}
