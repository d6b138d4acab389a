/* json_get.c - single values out of a JSON text by path. */
#include "wire/json.h"

/* Stands before the value that `step` names in the value ahead. */
static bool walk(struct json *json, struct str step)
{
	int64_t index;
	struct str key;

	if (json_peek(json) == JSON_OBJECT) {
		if (!json_object(json))
			return false;
		while (json_next_key(json, &key)) {
			if (str_eq(key, step))
				return true;
			if (!json_skip(json, NULL))
				return false;
		}
		return false;
	}
	if (json_peek(json) != JSON_ARRAY || !str_to_i64(step, &index) || index < 0)
		return false;
	if (!json_array(json))
		return false;
	while (json_next(json)) {
		if (index-- == 0)
			return true;
		if (!json_skip(json, NULL))
			return false;
	}
	return false;
}

struct str json_get(struct str text, const char *path, struct arena *arena)
{
	struct str rest = str_from(path), raw;
	struct json json;

	if (!json_valid(text, arena))
		return STR_NULL;
	json_init(&json, text, arena);
	while (rest.len > 0)
		if (!walk(&json, str_cut(&rest, '.')))
			return STR_NULL;
	return json_skip(&json, &raw) ? raw : STR_NULL;
}

bool json_get_str(struct str text, const char *path, struct arena *arena, struct str *ret)
{
	struct json json;

	json_init(&json, json_get(text, path, arena), arena);
	return json_str(&json, ret);
}

bool json_get_int(struct str text, const char *path, struct arena *arena, int64_t *ret)
{
	struct json json;

	json_init(&json, json_get(text, path, arena), arena);
	return json_int(&json, ret);
}
