/* exi_tree.c - trees of EXI documents by the names of their elements: making, asking, showing. */
#include <string.h>

#include "base/crypt.h"
#include "pile/exi.h"

static const struct exi_row *exi_row_of(const struct exi_node *parent, const char *name)
{
	const struct exi_type *type = parent->row->type;

	if (type->kind != EXI_GROUP)
		return NULL;
	for (size_t i = 0; i < type->len; i++)
		if (strcmp(type->rows[i].name, name) == 0)
			return type->rows[i].type ? &type->rows[i] : NULL;
	return NULL;
}

bool exi_knows(const struct exi_node *parent, const char *name)
{
	return parent && exi_row_of(parent, name);
}

struct exi_node *exi_begin(struct exi_doc *doc, const char *name)
{
	doc->root = NULL;
	for (size_t i = 0; i < doc->schema->len; i++)
		if (strcmp(doc->schema->roots[i].row.name, name) == 0) {
			doc->root = ARENA_NEW(doc->arena, struct exi_node);
			if (doc->root)
				doc->root->row = &doc->schema->roots[i].row;
		}
	doc->bad = doc->bad || !doc->root;
	return doc->root;
}

struct exi_node *exi_add(struct exi_doc *doc, struct exi_node *parent, const char *name)
{
	const struct exi_row *row = parent ? exi_row_of(parent, name) : NULL;
	struct exi_node *node = row ? ARENA_NEW(doc->arena, struct exi_node) : NULL;
	struct exi_node **at;

	if (!node) {
		doc->bad = true;
		return NULL;
	}
	node->row = row;
	for (at = &parent->first; *at && (*at)->row <= row; at = &(*at)->next)
		;
	node->next = *at;
	*at = node;
	return node;
}

void exi_add_number(struct exi_doc *doc, struct exi_node *parent, const char *name, int64_t number)
{
	struct exi_node *node = exi_add(doc, parent, name);

	if (!node)
		return;
	node->number = number;
	doc->bad = doc->bad || !exi_fits(node->row->type, number);
}

void exi_add_word(struct exi_doc *doc, struct exi_node *parent, const char *name, const char *word)
{
	struct exi_node *node = exi_add(doc, parent, name);

	if (!node)
		return;
	for (size_t i = 0; node->row->type->kind == EXI_WORD && i < node->row->type->len; i++)
		if (strcmp(node->row->type->words[i], word) == 0) {
			node->number = (int64_t)i;
			return;
		}
	doc->bad = true;
}

void exi_add_bytes(struct exi_doc *doc, struct exi_node *parent, const char *name, struct str bytes)
{
	struct exi_node *node = exi_add(doc, parent, name);
	const struct exi_type *type;
	ptrdiff_t len;

	if (!node)
		return;
	type = node->row->type;
	len = type->kind == EXI_TEXT ? str_utf8_len(bytes) : (ptrdiff_t)bytes.len;
	node->bytes = bytes;
	if ((type->kind != EXI_TEXT && type->kind != EXI_BYTES && type->kind != EXI_BIG) ||
		len < 0 || (type->kind != EXI_BIG && len > type->most) ||
		(type->kind == EXI_BIG && len < 2))
		doc->bad = true;
}

const struct exi_node *exi_get(const struct exi_node *parent, const char *name)
{
	const struct exi_node *node = parent ? parent->first : NULL;

	while (node && strcmp(node->row->name, name) != 0)
		node = node->next;
	return node;
}

int64_t exi_number(const struct exi_node *parent, const char *name, int64_t otherwise)
{
	const struct exi_node *node = exi_get(parent, name);

	return node ? node->number : otherwise;
}

const char *exi_word(const struct exi_node *parent, const char *name)
{
	const struct exi_node *node = exi_get(parent, name);

	return node && node->row->type->kind == EXI_WORD ? node->row->type->words[node->number]
							 : "";
}

struct str exi_bytes(const struct exi_node *parent, const char *name)
{
	const struct exi_node *node = exi_get(parent, name);

	return node ? node->bytes : STR("");
}

void exi_text(const struct exi_node *node, struct buf *ret)
{
	const struct exi_type *type = node->row->type;

	if (node->row->attribute)
		buf_put_char(ret, '@');
	buf_put_str(ret, str_from(node->row->name));
	if (type->kind == EXI_GROUP) {
		buf_put_char(ret, '{');
		for (const struct exi_node *child = node->first; child; child = child->next) {
			if (child != node->first)
				buf_put_char(ret, ' ');
			exi_text(child, ret);
		}
		buf_put_char(ret, '}');
		return;
	}
	buf_put_char(ret, '=');
	if (type->kind == EXI_WORD)
		buf_put_str(ret, str_from(type->words[node->number]));
	else if (type->kind == EXI_TEXT)
		buf_put_str(ret, node->bytes);
	else if (type->kind == EXI_BYTES || type->kind == EXI_BIG)
		hex_write(ret, node->bytes.ptr, node->bytes.len);
	else
		buf_put_i64(ret, node->number);
}
