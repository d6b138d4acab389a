/* html.h - pages from templates: a small, logic-light mustache. Everything put in is escaped unless
 * it was marked safe. */

/* clang-format off */
/*
 *	{{name}}	escaped value; dotted names go into objects; {{.}} is the element of
 *			a list of texts
 *	{{{name}}}	raw, only for values set with html_set_safe; anything else is escaped
 *	{{#name}}..{{/name}}	once for true, a non-empty text, a number but 0 or an object (which
 *			is entered); once per element of a list
 *	{{^name}}..{{/name}}	when the above would write nothing
 *	{{t.key}}	text of the catalogue; {word} in that text is replaced by the value `word`,
 *			escaped. A part of the key that begins with $ stands for that value:
 *			{{t.state.$state}}
 *	{{>name}}	another template, put in when parsing
 *	{{!...}}	comment
 *
 * Names are looked up in the innermost object first, then outwards; a name that is not there writes
 * nothing. A line that holds nothing but a section tag, partial or comment leaves no line. */
/* clang-format on */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

struct html_template;
enum html_outcome {
	HTML_E_TAG = 1, /* unclosed or malformed tag */
	HTML_E_NAME,    /* empty or illegal name */
	HTML_E_SECTION, /* sections not closed or crossed */
	HTML_E_PARTIAL, /* unknown, or nested too deep */
};
struct html_error {
	int line;         /* of the text, 1 first */
	struct str where; /* the tag */
};
/* Where partials come from: the text of a template by name, STR_NULL when there is none. */
struct html_loader {
	struct str (*load)(void *context, struct str name);
	void *context;
};
/* Texts by key in the caller's language; STR_NULL when there is none (the key itself is then
 * shown). */
struct html_texts {
	struct str (*find)(void *context, struct str key);
	void *context;
};

/* Parses a template, which then lives in the arena and keeps views into `text`. `loader` may be
 * NULL. Returns 0, HTML_E_* with *ret_error set, or FAULT_NOMEM. */
int html_parse(struct str text, const struct html_loader *loader, struct arena *arena,
	const struct html_template **ret_template, struct html_error *ret_error);
/* Calls `visit` for every catalogue key the template uses: tests compare them with the catalogues.
 */
void html_visit_texts(const struct html_template *page,
	void (*visit)(void *context, struct str key), void *context);

/* Values: an object and what hangs on it, all in the arena. Texts and names are borrowed, not
 * copied. When the arena is full the value is left out and arena->failed tells. */
struct html_value;
struct html_value *html_new(struct arena *arena);
void html_set_str(struct html_value *object, const char *name, struct str text);
void html_set_safe(struct html_value *object, const char *name, struct str markup);
void html_set_int(struct html_value *object, const char *name, int64_t number);
void html_set_bool(struct html_value *object, const char *name, bool yes);
struct html_value *html_set_object(struct html_value *object, const char *name);
struct html_value *html_set_list(struct html_value *object, const char *name);
struct html_value *html_add(struct html_value *list); /* appends an object */
void html_add_str(struct html_value *list, struct str text);

/* Appends the page. `texts` may be NULL. Returns 0 or FAULT_NOMEM when the buffer is full. */
int html_render(const struct html_template *page, const struct html_value *value,
	const struct html_texts *texts, struct buf *buf);
/* Appends text with & < > " ' escaped. */
void html_escape(struct buf *buf, struct str text);
