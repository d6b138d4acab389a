/* words.c - the small language of transcripts: key=value words, names, patterns. */
#include <string.h>
#include "base/fault.h"
#include "domain/money.h"
#include "flow.h"

struct str words_next(struct str *words)
{
	struct str left = str_trim(*words);
	size_t at = 0;
	bool quoted = false;

	while (at < left.len && (quoted || left.ptr[at] != ' ')) {
		if (left.ptr[at] == '"')
			quoted = !quoted;
		at++;
	}
	*words = str_trim(str_slice(left, at, left.len));
	return str_slice(left, 0, at);
}

static struct str unquote(struct str text)
{
	if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
		return str_slice(text, 1, text.len - 1);
	return text;
}

struct str words_get(struct flow *flow, struct str words, const char *key, const char *otherwise)
{
	while (words.len > 0) {
		struct str word = words_next(&words);
		struct str name = str_cut(&word, '=');

		if (str_is(name, key))
			return words_fill(flow, unquote(word));
	}
	return str_from(otherwise);
}

int64_t words_money(struct flow *flow, struct str words, const char *key, const char *otherwise)
{
	struct str text = words_get(flow, words, key, otherwise);
	int64_t minor = 0;

	if (text.len > 0 && !str_to_fixed(text, 2, false, &minor))
		flow_fail(flow, "%s=%.*s is no amount", key, STR_FMT(text));
	return minor;
}

bool words_has(struct str words, const char *word)
{
	while (words.len > 0) {
		if (str_is(words_next(&words), word))
			return true;
	}
	return false;
}

static struct flow_var *find(struct flow *flow, struct str name)
{
	for (size_t i = 0; i < flow->vars_len; i++) {
		if (str_is(name, flow->vars[i].name))
			return &flow->vars[i];
	}
	return NULL;
}

void words_set(struct flow *flow, struct str name, struct str value)
{
	struct flow_var *var = find(flow, name);

	if (!var) {
		ASSERT(flow->vars_len < FLOW_VARS);
		var = &flow->vars[flow->vars_len++];
		snprintf(var->name, sizeof(var->name), "%.*s", STR_FMT(name));
	}
	snprintf(var->value, sizeof(var->value), "%.*s", STR_FMT(value));
}

static struct str name_at(struct str text, size_t at)
{
	size_t end = at;

	while (end < text.len &&
		((text.ptr[end] >= 'a' && text.ptr[end] <= 'z') ||
			(text.ptr[end] >= '0' && text.ptr[end] <= '9') || text.ptr[end] == '_'))
		end++;
	return str_slice(text, at, end);
}

struct str words_fill(struct flow *flow, struct str text)
{
	struct buf buf;

	if (str_find(text, '$') < 0)
		return text;
	buf_init(&buf, &flow->arena, 1 << 20);
	for (size_t at = 0; at < text.len; at++) {
		struct str name;
		struct flow_var *var;

		if (text.ptr[at] != '$') {
			buf_put_char(&buf, text.ptr[at]);
			continue;
		}
		name = name_at(text, at + 1);
		var = find(flow, name);
		if (str_is(name, "now"))
			time_write(&buf, flow->stage.clock.at_us, false);
		else if (var)
			buf_put_str(&buf, str_from(var->value));
		else
			flow_fail(flow, "$%.*s has no value yet", STR_FMT(name));
		at += name.len;
	}
	return buf_str(&buf);
}

bool words_match(struct flow *flow, struct str pattern, struct str text)
{
	size_t at = 0, here = 0;

	while (at < pattern.len) {
		struct str name;
		struct flow_var *var;
		char stop;
		size_t from = here;

		if (pattern.ptr[at] != '$') {
			if (here >= text.len || text.ptr[here] != pattern.ptr[at])
				return false;
			at++;
			here++;
			continue;
		}
		name = name_at(pattern, at + 1);
		at += 1 + name.len;
		var = find(flow, name);
		if (var && !str_is(name, "_")) {
			struct str value = str_from(var->value);

			if (!str_starts(str_slice(text, here, text.len), value))
				return false;
			here += value.len;
			continue;
		}
		stop = at < pattern.len ? pattern.ptr[at] : '\0';
		while (here < text.len && text.ptr[here] != stop)
			here++;
		if (!str_is(name, "_"))
			words_set(flow, name, str_slice(text, from, here));
	}
	return here == text.len;
}

int64_t words_order(struct flow *flow, struct str words)
{
	struct str name = words_get(flow, words, "order", "order");

	for (size_t i = flow->orders_len; i > 0; i--) {
		if (str_is(name, flow->order_names[i - 1]))
			return flow->order_ids[i - 1];
	}
	flow_fail(flow, "no order called %.*s", STR_FMT(name));
	return 0;
}
