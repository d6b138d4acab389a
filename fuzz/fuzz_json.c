/* fuzz_json.c - any bytes through the JSON reader; what is valid is written again, and that reads
 * back to the same. */
#include "base/fault.h"
#include "fuzz.h"
#include "wire/json.h"

static void copy_value(struct json *json, struct json_out *out)
{
	struct str text;
	bool yes;

	switch (json_peek(json)) {
	case JSON_OBJECT:
		ASSERT(json_object(json));
		json_open_object(out, NULL);
		while (json_next_key(json, &text)) {
			json_put_key(out, text);
			copy_value(json, out);
		}
		json_close_object(out);
		break;
	case JSON_ARRAY:
		ASSERT(json_array(json));
		json_open_array(out, NULL);
		while (json_next(json))
			copy_value(json, out);
		json_close_array(out);
		break;
	case JSON_STRING:
		ASSERT(json_str(json, &text));
		ASSERT(str_utf8_len(text) >= 0);
		json_put_str(out, NULL, text);
		break;
	case JSON_NUMBER:
		ASSERT(json_number(json, &text));
		json_put_raw(out, NULL, text);
		break;
	case JSON_BOOL:
		ASSERT(json_bool(json, &yes));
		json_put_bool(out, NULL, yes);
		break;
	case JSON_NULL:
		ASSERT(json_null(json));
		json_put_null(out, NULL);
		break;
	case JSON_NONE:
		ASSERT(false);
	}
}

static struct str copy(struct str text, struct arena *arena)
{
	struct json_out out;
	struct json json;
	struct buf buf;

	buf_init(&buf, arena, 8 << 20);
	json_init(&json, text, arena);
	json_out_init(&out, &buf);
	copy_value(&json, &out);
	ASSERT(json_end(&json));
	ASSERT(!buf.failed);
	return buf_str(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct arena arena;

	arena_init(&arena, 64 << 20);
	if (json_valid(text, &arena)) {
		struct str once = copy(text, &arena);

		ASSERT(json_valid(once, &arena));
		ASSERT(str_eq(once, copy(once, &arena)));
	}
	json_get(text, "a.0.b", &arena);
	arena_fini(&arena);
	return 0;
}
