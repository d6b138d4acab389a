/* html_parse.c - templates into a flat list of operations. */
#include <string.h>
#include "base/fault.h"
#include "wire/html_template.h"

struct parser {
	struct html_template *page;
	const struct html_loader *loader;
	struct arena *arena;
	struct html_error *error;
	size_t open[HTML_DEPTH_MAX]; /* sections that wait for their end */
	size_t depth;
	size_t partials;
};
/* One text being parsed: the page or a partial. */
struct source {
	struct str text;
	size_t at;    /* what is left begins here */
	size_t depth; /* sections open when it began */
};
/* A tag as found: {{mark name}} */
struct tag {
	char mark; /* one of # ^ / > ! { or 0 */
	struct str name;
	size_t from, to; /* in the text, braces included */
};

static int parse_text(struct parser *parser, struct str text);

static int refuse(struct parser *parser, const struct source *source, const struct tag *tag,
	enum html_outcome outcome)
{
	int line = 1;

	for (size_t i = 0; i < tag->from; i++)
		line += source->text.ptr[i] == '\n';
	*parser->error = (struct html_error){line, str_slice(source->text, tag->from, tag->to)};
	return (int)outcome;
}

static int add(struct parser *parser, enum html_op_kind kind, struct str text)
{
	struct html_template *page = parser->page;

	if (page->len == page->cap) {
		size_t cap = page->cap > 0 ? page->cap * 2 : 64;
		struct html_op *ops = ARENA_ARRAY(parser->arena, struct html_op, cap);

		if (ops == NULL)
			return FAULT(FAULT_NOMEM, "no room for a template");
		if (page->len > 0)
			memcpy(ops, page->ops, page->len * sizeof(*ops));
		page->ops = ops;
		page->cap = cap;
	}
	page->ops[page->len++] = (struct html_op){.kind = kind, .text = text};
	return 0;
}

static size_t find_text(struct str s, size_t from, const char *needle)
{
	size_t len = strlen(needle);
	const char *found = from <= s.len ? memmem(s.ptr + from, s.len - from, needle, len) : NULL;

	return found != NULL ? (size_t)(found - s.ptr) : s.len;
}

static bool name_is_legal(struct str name)
{
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			    c == '_' || c == '-' || c == '.' || c == '$'))
			return false;
	}
	return name.len > 0;
}

/* Finds the next tag; *ret_found is false when there is none. */
static int next_tag(
	struct parser *parser, struct source *source, struct tag *ret_tag, bool *ret_found)
{
	struct str text = source->text;
	struct tag tag = {.from = find_text(text, source->at, "{{")};
	const char *closing = "}}";
	size_t end;

	*ret_found = tag.from < text.len;
	if (!*ret_found)
		return 0;
	tag.to = tag.from + 2;
	if (tag.to < text.len && text.ptr[tag.to] != '\0' &&
		strchr("#^/>!{", text.ptr[tag.to]) != NULL)
		tag.mark = text.ptr[tag.to++];
	if (tag.mark == '{')
		closing = "}}}";
	end = find_text(text, tag.to, closing);
	if (end == text.len)
		return refuse(parser, source, &tag, HTML_E_TAG);
	tag.name = str_trim(str_slice(text, tag.to, end));
	tag.to = end + strlen(closing);
	if (tag.mark != '!' && !name_is_legal(tag.name))
		return refuse(parser, source, &tag, HTML_E_NAME);
	*ret_tag = tag;
	return 0;
}

/* A line with nothing but such a tag leaves nothing behind: then *from and *to cover the whole
 * line. */
static void widen_to_line(struct str text, size_t *from, size_t *to)
{
	size_t start = *from, end = *to;

	while (start > 0 && (text.ptr[start - 1] == ' ' || text.ptr[start - 1] == '\t'))
		start--;
	while (end < text.len &&
		(text.ptr[end] == ' ' || text.ptr[end] == '\t' || text.ptr[end] == '\r'))
		end++;
	if ((start == 0 || text.ptr[start - 1] == '\n') &&
		(end == text.len || text.ptr[end] == '\n')) {
		*from = start;
		*to = end < text.len ? end + 1 : end;
	}
}

static int open_section(struct parser *parser, const struct source *source, const struct tag *tag)
{
	if (parser->depth == HTML_DEPTH_MAX)
		return refuse(parser, source, tag, HTML_E_SECTION);
	parser->open[parser->depth++] = parser->page->len;
	return add(parser, tag->mark == '#' ? HTML_OP_SECTION : HTML_OP_INVERTED, tag->name);
}

static int close_section(struct parser *parser, const struct source *source, const struct tag *tag)
{
	struct html_op *op;

	if (parser->depth == source->depth)
		return refuse(parser, source, tag, HTML_E_SECTION);
	op = &parser->page->ops[parser->open[parser->depth - 1]];
	if (!str_eq(op->text, tag->name))
		return refuse(parser, source, tag, HTML_E_SECTION);
	op->end = parser->page->len;
	parser->depth--;
	return 0;
}

static int put_partial(struct parser *parser, const struct source *source, const struct tag *tag)
{
	struct str text = STR_NULL;
	int outcome;

	if (parser->loader != NULL && parser->partials < HTML_DEPTH_MAX)
		text = parser->loader->load(parser->loader->context, tag->name);
	if (text.ptr == NULL)
		return refuse(parser, source, tag, HTML_E_PARTIAL);
	parser->partials++;
	outcome = parse_text(parser, text);
	parser->partials--;
	return outcome;
}

static int put_tag(struct parser *parser, const struct source *source, const struct tag *tag)
{
	switch (tag->mark) {
	case '#':
	case '^':
		return open_section(parser, source, tag);
	case '/':
		return close_section(parser, source, tag);
	case '>':
		return put_partial(parser, source, tag);
	case '!':
		return 0;
	default:
		break;
	}
	if (str_starts(tag->name, STR("t.")))
		return add(parser, HTML_OP_CATALOGUE, str_slice(tag->name, 2, tag->name.len));
	return add(parser, tag->mark == '{' ? HTML_OP_RAW : HTML_OP_VALUE, tag->name);
}

static int parse_text(struct parser *parser, struct str text)
{
	struct source source = {.text = text, .depth = parser->depth};

	for (;;) {
		struct tag tag = {0};
		size_t from, to;
		bool found;
		int outcome = next_tag(parser, &source, &tag, &found);

		if (outcome != 0)
			return outcome;
		from = found ? tag.from : text.len;
		to = found ? tag.to : text.len;
		if (found && tag.mark != 0 && tag.mark != '{')
			widen_to_line(text, &from, &to);
		if (from > source.at)
			TRY(add(parser, HTML_OP_TEXT, str_slice(text, source.at, from)));
		source.at = to;
		if (!found)
			break;
		outcome = put_tag(parser, &source, &tag);
		if (outcome != 0)
			return outcome;
	}
	if (parser->depth != source.depth) {
		struct str name = parser->page->ops[parser->open[parser->depth - 1]].text;

		*parser->error = (struct html_error){0, name};
		return HTML_E_SECTION;
	}
	return 0;
}

int html_parse(struct str text, const struct html_loader *loader, struct arena *arena,
	const struct html_template **ret_template, struct html_error *ret_error)
{
	struct html_error unseen;
	struct parser parser = {
		.page = ARENA_NEW(arena, struct html_template),
		.loader = loader,
		.arena = arena,
		.error = ret_error != NULL ? ret_error : &unseen,
	};
	int outcome;

	if (parser.page == NULL)
		return FAULT(FAULT_NOMEM, "no room for a template");
	outcome = parse_text(&parser, text);
	if (outcome == 0)
		*ret_template = parser.page;
	return outcome;
}

void html_visit_texts(const struct html_template *page,
	void (*visit)(void *context, struct str key), void *context)
{
	for (size_t i = 0; i < page->len; i++)
		if (page->ops[i].kind == HTML_OP_CATALOGUE)
			visit(context, page->ops[i].text);
}
