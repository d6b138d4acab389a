/* html_template.h - what a parsed template is made of; shared by html_parse.c and html_render.c. */
#pragma once
#include "wire/html.h"

#define HTML_DEPTH_MAX 16 /* open sections, and partials in partials */

enum html_op_kind {
	HTML_OP_TEXT = 1,
	HTML_OP_VALUE,
	HTML_OP_RAW,
	HTML_OP_CATALOGUE,
	HTML_OP_SECTION,
	HTML_OP_INVERTED,
};
struct html_op {
	enum html_op_kind kind;
	struct str text; /* the text itself, a name, or a key */
	size_t end;      /* sections: the op behind their last */
};
struct html_template {
	struct html_op *ops;
	size_t len, cap;
};
