/* html_render.c - a template and values into a page. */
#include "base/fault.h"
#include "wire/html_template.h"
#include "wire/html_value.h"

#define KEY_MAX 128

/* Objects entered by sections, innermost first. */
struct scope {
	const struct html_value *value;
	const struct scope *outer;
};
struct rendering {
	const struct html_template *page;
	const struct html_texts *texts;
	struct buf *buf;
};

void html_escape(struct buf *buf, struct str text)
{
	size_t plain = 0;

	for (size_t at = 0; at < text.len; at++) {
		const char *entity = NULL;

		switch (text.ptr[at]) {
		case '&':
			entity = "&amp;";
			break;
		case '<':
			entity = "&lt;";
			break;
		case '>':
			entity = "&gt;";
			break;
		case '"':
			entity = "&quot;";
			break;
		case '\'':
			entity = "&#39;";
			break;
		default:
			continue;
		}
		buf_put(buf, text.ptr + plain, at - plain);
		buf_put_str(buf, str_from(entity));
		plain = at + 1;
	}
	buf_put_str(buf, str_slice(text, plain, text.len));
}

/* The first part of a dotted name is looked up from the innermost object outwards, the rest inside
 * of what was found. */
static const struct html_value *find(const struct scope *scope, struct str name)
{
	const struct html_value *value = NULL;
	struct str first;

	if (str_is(name, "."))
		return scope->value;
	first = str_cut(&name, '.');
	for (; scope != NULL && value == NULL; scope = scope->outer)
		value = html_member(scope->value, first);
	while (value != NULL && name.len > 0)
		value = html_member(value, str_cut(&name, '.'));
	return value;
}

static void put_value(struct buf *buf, const struct html_value *value, bool raw)
{
	if (value == NULL)
		return;
	switch (value->kind) {
	case HTML_SAFE:
		if (raw)
			buf_put_str(buf, value->text);
		else
			html_escape(buf, value->text);
		break;
	case HTML_STR:
		html_escape(buf, value->text);
		break;
	case HTML_INT:
		buf_put_i64(buf, value->number);
		break;
	case HTML_BOOL:
		buf_put_str(buf, value->yes ? STR("true") : STR("false"));
		break;
	case HTML_OBJECT:
	case HTML_LIST:
		break;
	}
}

/* Length of the {word} at the start of `text`, 0 when there is none. */
static size_t placeholder_len(struct str text)
{
	ptrdiff_t end = str_find(text, '}');

	if (text.len == 0 || text.ptr[0] != '{' || end < 2)
		return 0;
	for (ptrdiff_t i = 1; i < end; i++) {
		char c = text.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    c == '_' || c == '.'))
			return 0;
	}
	return (size_t)end + 1;
}

/* A text of the catalogue with its placeholders filled; one that names no value stays as it is. */
static void put_filled(struct rendering *rendering, const struct scope *scope, struct str text)
{
	size_t plain = 0;

	for (size_t at = 0; at < text.len;) {
		struct str rest = str_slice(text, at, text.len);
		size_t len = placeholder_len(rest);
		const struct html_value *value =
			len > 0 ? find(scope, str_slice(rest, 1, len - 1)) : NULL;

		if (value == NULL) {
			at++;
			continue;
		}
		html_escape(rendering->buf, str_slice(text, plain, at));
		put_value(rendering->buf, value, false);
		at += len;
		plain = at;
	}
	html_escape(rendering->buf, str_slice(text, plain, text.len));
}

/* Replaces the $parts of a key by their values. */
static void build_key(const struct scope *scope, struct str pattern, struct buf *key)
{
	while (pattern.len > 0) {
		struct str part = str_cut(&pattern, '.');

		if (key->len > 0)
			buf_put_char(key, '.');
		if (part.len > 1 && part.ptr[0] == '$') {
			const struct html_value *value = find(scope, str_slice(part, 1, part.len));

			if (value != NULL && value->kind == HTML_STR)
				buf_put_str(key, value->text);
			else
				put_value(key, value, false);
		} else {
			buf_put_str(key, part);
		}
	}
}

static void put_catalogue(
	struct rendering *rendering, const struct scope *scope, struct str pattern)
{
	char space[KEY_MAX];
	struct buf key = {.ptr = space, .cap = sizeof(space) - 1, .max = sizeof(space) - 1};
	struct str text = STR_NULL;

	if (str_find(pattern, '$') >= 0) {
		build_key(scope, pattern, &key);
		pattern = buf_str(&key);
	}
	if (rendering->texts != NULL)
		text = rendering->texts->find(rendering->texts->context, pattern);
	if (text.ptr != NULL)
		put_filled(rendering, scope, text);
	else
		html_escape(rendering->buf, pattern);
}

static bool is_true(const struct html_value *value)
{
	if (value == NULL)
		return false;
	switch (value->kind) {
	case HTML_STR:
	case HTML_SAFE:
		return value->text.len > 0;
	case HTML_INT:
		return value->number != 0;
	case HTML_BOOL:
		return value->yes;
	case HTML_LIST:
		return value->first != NULL;
	case HTML_OBJECT:
	default:
		return true;
	}
}

static void render(struct rendering *rendering, size_t from, size_t to, const struct scope *scope);

static void put_section(struct rendering *rendering, size_t at, const struct scope *scope)
{
	const struct html_op *op = &rendering->page->ops[at];
	const struct html_value *value = find(scope, op->text);
	struct scope inner = {value, scope};

	if (!is_true(value))
		return;
	if (value->kind == HTML_LIST) {
		for (inner.value = value->first; inner.value != NULL;
			inner.value = inner.value->next)
			render(rendering, at + 1, op->end, &inner);
	} else {
		render(rendering, at + 1, op->end, value->kind == HTML_OBJECT ? &inner : scope);
	}
}

/* Recursion is bounded by the sections a template may nest. */
static void render(struct rendering *rendering, size_t from, size_t to, const struct scope *scope)
{
	/* A page that is too large already is not worth finishing. */
	for (size_t at = from; at < to && !rendering->buf->failed;) {
		const struct html_op *op = &rendering->page->ops[at];

		switch (op->kind) {
		case HTML_OP_TEXT:
			buf_put_str(rendering->buf, op->text);
			break;
		case HTML_OP_VALUE:
		case HTML_OP_RAW:
			put_value(rendering->buf, find(scope, op->text), op->kind == HTML_OP_RAW);
			break;
		case HTML_OP_CATALOGUE:
			put_catalogue(rendering, scope, op->text);
			break;
		case HTML_OP_SECTION:
			put_section(rendering, at, scope);
			break;
		case HTML_OP_INVERTED:
			if (!is_true(find(scope, op->text)))
				render(rendering, at + 1, op->end, scope);
			break;
		}
		at = op->end > 0 ? op->end : at + 1;
	}
}

int html_render(const struct html_template *page, const struct html_value *value,
	const struct html_texts *texts, struct buf *buf)
{
	struct rendering rendering = {page, texts, buf};
	struct scope scope = {value, NULL};

	render(&rendering, 0, page->len, &scope);
	return buf->failed ? FAULT(FAULT_NOMEM, "no room for a page") : 0;
}
