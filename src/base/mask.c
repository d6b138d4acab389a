/* mask.c - one pass over the tokens of a JSON text. A setting and its value may stand in either
 * order, and in OCPP 2 the name stands one object deeper than the value, in reports both do: so an
 * object is judged when it closes, one that names a secret but holds no value hands its suspicion
 * to its parent, and an attribute of a variable hands it its value.
 */
#include "base/mask.h"

#include "base/arena.h"

#define DEPTH_MAX 33
#define ATTRIBUTES "variableAttribute"
#define VALUES_MAX 4 /* attributes of one variable */

struct object {
	struct str values[VALUES_MAX]; /* of "value" or "attributeValue"; its attributes' too */
	size_t values_len;
	bool names_secret;
	bool is_vpn, is_attribute;
};
struct scan {
	struct object objects[DEPTH_MAX];
	size_t depth;   /* open objects, also those too deep to be kept */
	struct str key; /* the member whose value comes next */
	char *out;      /* the copy */
	const char *from;
	bool found;
};

static bool is_one_of(struct str text, const char *const *names, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (str_eq_nocase(text, str_from(names[i])))
			return true;
	return false;
}

bool mask_is_secret(struct str text)
{
	static const char *const names[] = {"AuthorizationKey", "BasicAuthPassword", "SharedSecret",
		"WebPaymentsCtrlr.SharedSecret"};

	return is_one_of(text, names, sizeof(names) / sizeof(names[0]));
}

static bool is_secret_member(struct str key)
{
	static const char *const names[] = {"password", "basicAuthPassword", "apnPassword"};

	return is_one_of(key, names, 3);
}

static void hide(struct scan *scan, struct str text)
{
	for (size_t i = 0; i < text.len; i++)
		scan->out[text.ptr - scan->from + (ptrdiff_t)i] = '*';
	scan->found |= text.len > 0;
}

static void keep_value(struct object *object, struct str value)
{
	if (object->values_len < VALUES_MAX)
		object->values[object->values_len++] = value;
}

static void open_object(struct scan *scan)
{
	if (scan->depth < DEPTH_MAX)
		scan->objects[scan->depth] = (struct object){.is_vpn = str_is(scan->key, "vpn"),
			.is_attribute = str_is(scan->key, ATTRIBUTES)};
	scan->depth++;
	scan->key = STR_NULL;
}

static void close_object(struct scan *scan)
{
	struct object *object;

	if (scan->depth == 0 || --scan->depth >= DEPTH_MAX)
		return;
	object = &scan->objects[scan->depth];
	if (object->is_attribute && scan->depth > 0) {
		for (size_t i = 0; i < object->values_len; i++)
			keep_value(&scan->objects[scan->depth - 1], object->values[i]);
		scan->key = STR(ATTRIBUTES); /* of the next one of the list */
	}
	if (!object->names_secret)
		return;
	for (size_t i = 0; i < object->values_len; i++)
		hide(scan, object->values[i]);
	if (object->values_len == 0 && scan->depth > 0)
		scan->objects[scan->depth - 1].names_secret = true;
}

static void string_value(struct scan *scan, struct str text)
{
	struct object *object = scan->depth > 0 && scan->depth <= DEPTH_MAX
					? &scan->objects[scan->depth - 1]
					: NULL;

	if (is_secret_member(scan->key))
		hide(scan, text);
	if (object == NULL)
		return;
	if (object->is_vpn && str_is(scan->key, "key"))
		hide(scan, text);
	if (str_is(scan->key, "value") || str_is(scan->key, "attributeValue"))
		keep_value(object, text);
	else if (mask_is_secret(text))
		object->names_secret = true;
}

/* The inside of the string that opens at `at`; *ret_next is behind its closing quote. */
static struct str read_string(struct str json, size_t at, size_t *ret_next)
{
	size_t end = at + 1;

	while (end < json.len && json.ptr[end] != '"')
		end += json.ptr[end] == '\\' ? 2 : 1;
	if (end > json.len)
		end = json.len;
	*ret_next = end + 1;
	return str_slice(json, at + 1, end);
}

static bool is_key(struct str json, size_t at)
{
	while (at < json.len && (json.ptr[at] == ' ' || json.ptr[at] == '\t' ||
					json.ptr[at] == '\n' || json.ptr[at] == '\r'))
		at++;
	return at < json.len && json.ptr[at] == ':';
}

static void walk(struct scan *scan, struct str json)
{
	size_t next;

	for (size_t at = 0; at < json.len; at = next) {
		struct str text;

		next = at + 1;
		if (json.ptr[at] == '{') {
			open_object(scan);
		} else if (json.ptr[at] == '}') {
			close_object(scan);
		} else if (json.ptr[at] == '"') {
			text = read_string(json, at, &next);
			if (is_key(json, next))
				scan->key = text;
			else
				string_value(scan, text);
		}
	}
	while (scan->depth > 0) /* cut off in the middle: what is open counts as closed */
		close_object(scan);
}

bool mask_secrets(struct arena *arena, struct str json, struct str *ret_shown)
{
	struct scan scan = {.from = json.ptr};

	if (json.len == 0)
		return false;
	scan.out = arena_copy(arena, json.ptr, json.len);
	if (scan.out == NULL) {
		*ret_shown = STR_NULL;
		return true;
	}
	walk(&scan, json);
	if (scan.found)
		*ret_shown = (struct str){scan.out, json.len};
	return scan.found;
}
