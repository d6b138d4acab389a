/* html_value.c - building the values of a page (declared in html.h). */
#include "wire/html_value.h"
#include "base/fault.h"

/* Appends a child, or gives a throw-away value when the arena is full: callers need not check,
 * arena->failed tells. */
static struct html_value *append(
	struct html_value *parent, enum html_value_kind kind, const char *name)
{
	static _Thread_local struct html_value nowhere;
	struct html_value *value = ARENA_NEW(parent->arena, struct html_value);

	if (value == NULL) {
		nowhere = (struct html_value){.kind = kind, .arena = parent->arena};
		return &nowhere;
	}
	value->kind = kind;
	value->name = str_from(name);
	value->arena = parent->arena;
	if (parent->last != NULL)
		parent->last->next = value;
	else
		parent->first = value;
	parent->last = value;
	return value;
}

static struct html_value *set(
	struct html_value *object, enum html_value_kind kind, const char *name)
{
	ASSERT(object->kind == HTML_OBJECT);
	return append(object, kind, name);
}

struct html_value *html_new(struct arena *arena)
{
	struct html_value outside = {.kind = HTML_LIST, .arena = arena};

	return append(&outside, HTML_OBJECT, NULL);
}

void html_set_str(struct html_value *object, const char *name, struct str text)
{
	set(object, HTML_STR, name)->text = text;
}

void html_set_safe(struct html_value *object, const char *name, struct str markup)
{
	set(object, HTML_SAFE, name)->text = markup;
}

void html_set_int(struct html_value *object, const char *name, int64_t number)
{
	set(object, HTML_INT, name)->number = number;
}

void html_set_bool(struct html_value *object, const char *name, bool yes)
{
	set(object, HTML_BOOL, name)->yes = yes;
}

struct html_value *html_set_object(struct html_value *object, const char *name)
{
	return set(object, HTML_OBJECT, name);
}

struct html_value *html_set_list(struct html_value *object, const char *name)
{
	return set(object, HTML_LIST, name);
}

struct html_value *html_add(struct html_value *list)
{
	ASSERT(list->kind == HTML_LIST);
	return append(list, HTML_OBJECT, NULL);
}

void html_add_str(struct html_value *list, struct str text)
{
	ASSERT(list->kind == HTML_LIST);
	append(list, HTML_STR, NULL)->text = text;
}

const struct html_value *html_member(const struct html_value *object, struct str name)
{
	if (object->kind != HTML_OBJECT)
		return NULL;
	for (const struct html_value *value = object->first; value != NULL; value = value->next)
		if (str_eq(value->name, name))
			return value;
	return NULL;
}
