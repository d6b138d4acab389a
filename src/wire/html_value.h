/* html_value.h - the tree of values behind a page; shared by html_value.c and html_render.c. */
#pragma once
#include "wire/html.h"

enum html_value_kind {
	HTML_STR = 1,
	HTML_SAFE,
	HTML_INT,
	HTML_BOOL,
	HTML_OBJECT,
	HTML_LIST,
};
struct html_value {
	enum html_value_kind kind;
	struct str name;         /* in its object; empty in lists */
	struct html_value *next; /* sibling */
	struct arena *arena;
	union {
		struct str text;
		int64_t number;
		bool yes;
		struct {
			struct html_value *first, *last;
		};
	};
};

/* A member of an object, or NULL. */
const struct html_value *html_member(const struct html_value *object, struct str name);
