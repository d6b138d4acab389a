/* json.c - the strict JSON pull reader. One pass over the text; the only copies are texts that hold
 * escapes. */
#include "wire/json.h"
#include <string.h>
#include "wire/scan.h"

void json_init(struct json *json, struct str text, struct arena *arena)
{
	static const char nothing[] = "";

	json->at = text.ptr != NULL ? text.ptr : nothing;
	json->end = json->at + text.len;
	json->arena = arena;
	json->error = 0;
	json->depth = 0;
	json->first = 0;
	json->keys = json->keys_inline;
	json->keys_len = 0;
	json->keys_cap = JSON_KEYS_INLINE;
	json->keys_base[0] = 0;
}

static bool fail(struct json *json, enum json_outcome outcome)
{
	if (json->error == 0)
		json->error = (int)outcome;
	/* With nothing left to read, every later call fails too. */
	json->at = json->end;
	return false;
}

/* Passes over blanks; the next character, or 0 at the end. */
static inline char next_char(struct json *json)
{
	const char *at = json->at;

	while (at < json->end && (unsigned char)*at <= ' ' &&
		(*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	json->at = at;
	return at < json->end ? *at : '\0';
}

enum json_kind json_peek(struct json *json)
{
	char c = next_char(json);

	switch (c) {
	case '"':
		return JSON_STRING;
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case 't':
	case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return c == '-' || (c >= '0' && c <= '9') ? JSON_NUMBER : JSON_NONE;
	}
}

/* Fails unless the next value is of this kind. */
static bool expect(struct json *json, enum json_kind kind)
{
	enum json_kind found = json_peek(json);

	if (found == kind)
		return true;
	return fail(json, found == JSON_NONE ? JSON_E_SYNTAX : JSON_E_KIND);
}

static bool enter(struct json *json)
{
	if (json->depth >= LIMIT_JSON_DEPTH)
		return fail(json, JSON_E_DEPTH);
	json->at++;
	json->depth++;
	json->first |= UINT64_C(1) << json->depth;
	json->keys_base[json->depth] = json->keys_len;
	return true;
}

bool json_object(struct json *json)
{
	return expect(json, JSON_OBJECT) && enter(json);
}

bool json_array(struct json *json)
{
	return expect(json, JSON_ARRAY) && enter(json);
}

/* Stands before an element, or leaves at `close` and is false. */
static inline bool next_element(struct json *json, char close)
{
	uint64_t bit = UINT64_C(1) << json->depth;
	char c = next_char(json);

	if (json->depth == 0 || c == '\0')
		return fail(json, JSON_E_SYNTAX);
	if (c == close) {
		json->at++;
		json->keys_len = json->keys_base[json->depth];
		json->depth--;
		return false;
	}
	if (json->first & bit) {
		json->first &= ~bit;
		return true;
	}
	if (c != ',')
		return fail(json, JSON_E_SYNTAX);
	json->at++;
	return next_char(json) != close || fail(json, JSON_E_SYNTAX);
}

bool json_next(struct json *json)
{
	return next_element(json, ']');
}

static int hex_value(const char *at)
{
	int value = 0;

	for (int i = 0; i < 4; i++) {
		char c = at[i];

		if (c >= '0' && c <= '9')
			value = value * 16 + (c - '0');
		else if ((c | 32) >= 'a' && (c | 32) <= 'f')
			value = value * 16 + ((c | 32) - 'a' + 10);
		else
			return -1;
	}
	return value;
}

/* Length of the \u escape at `at` (a pair counts as one) and its code point. 0 when malformed;
 * *ret_point is -1 for a code point we refuse. */
static size_t unicode_escape(const char *at, const char *end, int32_t *ret_point)
{
	int high = end - at >= 6 ? hex_value(at + 2) : -1;
	int low;

	if (high < 0)
		return 0;
	*ret_point = high != 0 ? high : -1;
	if (high < 0xD800 || high > 0xDFFF)
		return 6;
	*ret_point = -1;
	if (high > 0xDBFF || end - at < 12 || at[6] != '\\' || at[7] != 'u')
		return 6;
	low = hex_value(at + 8);
	if (low >= 0xDC00 && low <= 0xDFFF)
		*ret_point = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
	return 12;
}

/* Passes over the escape at json->at. */
static bool pass_escape(struct json *json)
{
	size_t len = 2;
	int32_t point;

	if (json->end - json->at < 2)
		return fail(json, JSON_E_SYNTAX);
	if (json->at[1] == 'u') {
		len = unicode_escape(json->at, json->end, &point);
		if (len == 0)
			return fail(json, JSON_E_SYNTAX);
		if (point < 0)
			return fail(json, JSON_E_UTF8);
	} else if (json->at[1] == '\0' || strchr("\"\\/bfnrt", json->at[1]) == NULL) {
		return fail(json, JSON_E_SYNTAX);
	}
	json->at += len;
	return true;
}

/* Reads a string up to its closing quote: the text between the quotes as it stands. */
static inline bool scan_string(struct json *json, struct str *ret_raw, bool *ret_escaped)
{
	const char *start = ++json->at;

	*ret_escaped = false;
	for (;;) {
		const char *at = scan_plain(json->at, json->end);
		size_t step;

		json->at = at;
		if (at == json->end)
			return fail(json, JSON_E_SYNTAX);
		if (*at == '"') {
			*ret_raw = (struct str){start, (size_t)(at - start)};
			json->at++;
			return true;
		}
		if (*at == '\\') {
			*ret_escaped = true;
			if (!pass_escape(json))
				return false;
			continue;
		}
		if ((unsigned char)*at < 0x20)
			return fail(json, JSON_E_SYNTAX);
		step = str_utf8_step(at, (size_t)(json->end - at));
		if (step == 0)
			return fail(json, JSON_E_UTF8);
		json->at += step;
	}
}

static char *put_point(char *out, int32_t point)
{
	uint32_t p = (uint32_t)point;

	if (p < 0x80) {
		*out++ = (char)p;
	} else if (p < 0x800) {
		*out++ = (char)(0xC0 | p >> 6);
		*out++ = (char)(0x80 | (p & 0x3F));
	} else if (p < 0x10000) {
		*out++ = (char)(0xE0 | p >> 12);
		*out++ = (char)(0x80 | (p >> 6 & 0x3F));
		*out++ = (char)(0x80 | (p & 0x3F));
	} else {
		*out++ = (char)(0xF0 | p >> 18);
		*out++ = (char)(0x80 | (p >> 12 & 0x3F));
		*out++ = (char)(0x80 | (p >> 6 & 0x3F));
		*out++ = (char)(0x80 | (p & 0x3F));
	}
	return out;
}

/* Replaces the escapes of a scanned text; the result is never longer. */
static bool unescape(struct json *json, struct str *text)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *at = text->ptr, *end = at + text->len;
	char *start = arena_alloc(json->arena, text->len);
	char *out = start;

	if (start == NULL)
		return fail(json, JSON_E_LARGE);
	while (at < end) {
		const char *found;
		int32_t point;

		if (*at != '\\') {
			*out++ = *at++;
			continue;
		}
		if (at[1] == 'u') {
			at += unicode_escape(at, end, &point);
			out = put_point(out, point);
			continue;
		}
		found = strchr(from, at[1]);
		*out++ = found != NULL ? to[found - from] : at[1];
		at += 2;
	}
	*text = (struct str){start, (size_t)(out - start)};
	return true;
}

static inline bool read_string(struct json *json, struct str *ret_text)
{
	struct str text;
	bool escaped;

	if (!scan_string(json, &text, &escaped) || (escaped && !unescape(json, &text)))
		return false;
	*ret_text = text;
	return true;
}

bool json_str(struct json *json, struct str *ret_text)
{
	return expect(json, JSON_STRING) && read_string(json, ret_text);
}

bool json_next_key_unchecked(struct json *json, struct str *ret_key)
{
	if (!next_element(json, '}'))
		return false;
	if (next_char(json) != '"')
		return fail(json, JSON_E_SYNTAX);
	if (!read_string(json, ret_key))
		return false;
	if (next_char(json) != ':')
		return fail(json, JSON_E_SYNTAX);
	json->at++;
	return true;
}

static uint32_t key_hash(struct str key)
{
	uint64_t hash = key.len;
	size_t at = 0;

	for (; at + 8 <= key.len; at += 8) {
		uint64_t word;

		memcpy(&word, key.ptr + at, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 29;
	}
	for (; at < key.len; at++)
		hash = (hash ^ (unsigned char)key.ptr[at]) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(hash >> 32);
}

static bool keys_grow(struct json *json)
{
	struct json_key *keys = ARENA_ARRAY(json->arena, struct json_key, json->keys_cap * 2);

	if (keys == NULL)
		return fail(json, JSON_E_LARGE);
	memcpy(keys, json->keys, json->keys_len * sizeof(*keys));
	json->keys = keys;
	json->keys_cap *= 2;
	return true;
}

bool json_next_key(struct json *json, struct str *ret_key)
{
	uint32_t hash;
	size_t base;

	if (!json_next_key_unchecked(json, ret_key))
		return false;
	base = json->keys_base[json->depth];
	hash = key_hash(*ret_key);
	for (size_t i = base; i < json->keys_len; i++) {
		const struct json_key *key = &json->keys[i];

		if (key->hash == hash && key->len == ret_key->len &&
			memcmp(key->ptr, ret_key->ptr, key->len) == 0)
			return fail(json, JSON_E_DUPLICATE);
	}
	if (json->keys_len - base >= LIMIT_JSON_KEYS || ret_key->len > UINT32_MAX)
		return fail(json, JSON_E_LARGE);
	if (json->keys_len == json->keys_cap && !keys_grow(json))
		return false;
	json->keys[json->keys_len++] =
		(struct json_key){ret_key->ptr, (uint32_t)ret_key->len, hash};
	return true;
}

static inline const char *pass_digits(const char *at, const char *end)
{
	while (at < end && *at >= '0' && *at <= '9')
		at++;
	return at;
}

bool json_number(struct json *json, struct str *ret_digits)
{
	const char *start, *at, *digits;

	if (!expect(json, JSON_NUMBER))
		return false;
	start = json->at;
	at = start + (*start == '-');
	digits = at;
	at = pass_digits(at, json->end);
	if (at == digits || (*digits == '0' && at - digits > 1))
		return fail(json, JSON_E_SYNTAX);
	if (at < json->end && *at == '.') {
		digits = ++at;
		at = pass_digits(at, json->end);
		if (at == digits)
			return fail(json, JSON_E_SYNTAX);
	}
	if (at < json->end && (*at | 32) == 'e') {
		at++;
		if (at < json->end && (*at == '+' || *at == '-'))
			at++;
		digits = at;
		at = pass_digits(at, json->end);
		if (at == digits)
			return fail(json, JSON_E_SYNTAX);
	}
	json->at = at;
	*ret_digits = (struct str){start, (size_t)(at - start)};
	return true;
}

bool json_int(struct json *json, int64_t *ret_value)
{
	struct str digits;

	if (!json_number(json, &digits))
		return false;
	return str_to_i64(digits, ret_value) || fail(json, JSON_E_KIND);
}

static bool pass_word(struct json *json, struct str word)
{
	if ((size_t)(json->end - json->at) < word.len || memcmp(json->at, word.ptr, word.len) != 0)
		return fail(json, JSON_E_SYNTAX);
	json->at += word.len;
	return true;
}

bool json_bool(struct json *json, bool *ret_value)
{
	bool yes;

	if (!expect(json, JSON_BOOL))
		return false;
	yes = *json->at == 't';
	if (!pass_word(json, yes ? STR("true") : STR("false")))
		return false;
	*ret_value = yes;
	return true;
}

bool json_null(struct json *json)
{
	return expect(json, JSON_NULL) && pass_word(json, STR("null"));
}

/* Recursion is bounded by LIMIT_JSON_DEPTH. */
static bool pass_value(struct json *json)
{
	struct str text;
	bool yes;

	switch (json_peek(json)) {
	case JSON_STRING:
		return scan_string(json, &text, &yes);
	case JSON_NUMBER:
		return json_number(json, &text);
	case JSON_BOOL:
		return json_bool(json, &yes);
	case JSON_NULL:
		return json_null(json);
	case JSON_OBJECT:
		if (!enter(json))
			return false;
		while (json_next_key(json, &text))
			if (!pass_value(json))
				return false;
		return json->error == 0;
	case JSON_ARRAY:
		if (!enter(json))
			return false;
		while (json_next(json))
			if (!pass_value(json))
				return false;
		return json->error == 0;
	case JSON_NONE:
	default:
		return fail(json, JSON_E_SYNTAX);
	}
}

bool json_skip(struct json *json, struct str *ret_raw)
{
	const char *start;

	next_char(json);
	start = json->at;
	if (!pass_value(json))
		return false;
	if (ret_raw != NULL)
		*ret_raw = (struct str){start, (size_t)(json->at - start)};
	return true;
}

bool json_end(struct json *json)
{
	if (json->error != 0)
		return false;
	next_char(json);
	return (json->depth == 0 && json->at == json->end) || fail(json, JSON_E_SYNTAX);
}

const char *json_error_text(int outcome)
{
	switch (outcome) {
	case JSON_E_SYNTAX:
		return "is not JSON";
	case JSON_E_UTF8:
		return "has bytes or escapes that are no text";
	case JSON_E_DEPTH:
		return "is nested too deep";
	case JSON_E_DUPLICATE:
		return "names a field twice";
	case JSON_E_KIND:
		return "has a value of another kind";
	case JSON_E_LARGE:
		return "is too large";
	default:
		return "is right";
	}
}

bool json_valid(struct str text, struct arena *arena)
{
	struct json json;

	json_init(&json, text, arena);
	return json_skip(&json, NULL) && json_end(&json);
}
