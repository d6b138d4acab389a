/* exi.c - documents in and out by the rows of a schema (exi.h). */
#include "pile/exi.h"

#include <string.h>

#include "base/crypt.h"
#include "base/fault.h"
#include "pile/exi_bits.h"

#define EXI_HEADER 0x80
#define EXI_OFFERS 48 /* of one place: the 35 bodies are the most */
#define EXI_BIG_MAX 64
#define EXI_POINTS_MAX 4096 /* characters of a text */

const char *exi_outcome_word(int outcome)
{
	static const char *const words[] = {"well", "no document of this kind", "ends too early",
		"an element that cannot come here", "a value its type does not have",
		"a part that is not spoken here", "too large"};

	ASSERT(outcome >= 0 && outcome <= EXI_E_LARGE);
	return words[outcome];
}

/* ---- what may come next ---- */

/* A place in a group: at which row (the first of its alternatives), how often it was there. */
struct exi_place {
	const struct exi_type *type;
	size_t row, count;
};

struct exi_offers {
	const struct exi_row *rows[EXI_OFFERS];
	size_t len;
	bool end;  /* the group may end here: the event after all rows ... */
	bool text; /* ... and the one after it. Mixed groups may begin with text as soon as their
		      attributes came; those spoken here may end there, too */
};

static void exi_offer(const struct exi_place *place, struct exi_offers *ret)
{
	const struct exi_row *rows = place->type->rows;
	size_t row = place->row, count = place->count;

	ret->len = 0;
	ret->end = ret->text = false;
	while (row < place->type->len) {
		const struct exi_row *head = &rows[row];
		size_t next = row;
		do {
			ASSERT(ret->len < EXI_OFFERS);
			if (count < head->most || head->most == EXI_MANY)
				ret->rows[ret->len++] = &rows[next];
			next++;
		} while (next < place->type->len && rows[next].also);
		if (count < head->least)
			return;
		row = next;
		count = 0;
	}
	ret->end = true;
	ret->text = place->type->mixed;
}

/* One code is left for what deviates from the schema. */
static unsigned exi_code_bits(const struct exi_offers *offers)
{
	size_t codes = offers->len + offers->end + offers->text + 1;
	unsigned bits = 0;

	while ((size_t)1 << bits < codes)
		bits++;
	return bits;
}

static void exi_move(struct exi_place *place, const struct exi_row *taken)
{
	size_t row = (size_t)(taken - place->type->rows);

	while (place->type->rows[row].also)
		row--;
	place->count = row == place->row ? place->count + 1 : 1;
	place->row = row;
}

/* ---- reading ---- */

struct exi_look {
	struct exi_reader reader;
	struct arena *arena;
};

static size_t exi_utf8(uint32_t point, char ret[4])
{
	if (point < 0x80) {
		ret[0] = (char)point;
		return 1;
	}
	if (point < 0x800) {
		ret[0] = (char)(0xc0 | point >> 6);
		ret[1] = (char)(0x80 | (point & 0x3f));
		return 2;
	}
	if (point < 0x10000) {
		ret[0] = (char)(0xe0 | point >> 12);
		ret[1] = (char)(0x80 | (point >> 6 & 0x3f));
		ret[2] = (char)(0x80 | (point & 0x3f));
		return 3;
	}
	ret[0] = (char)(0xf0 | point >> 18);
	ret[1] = (char)(0x80 | (point >> 12 & 0x3f));
	ret[2] = (char)(0x80 | (point >> 6 & 0x3f));
	ret[3] = (char)(0x80 | (point & 0x3f));
	return 4;
}

/* Length and bytes, or (text) length + 2 and characters. No more than there still are bytes is ever
 * made room for. */
static int exi_read_text(struct exi_look *look, const struct exi_type *type, struct str *ret)
{
	struct exi_reader *reader = &look->reader;
	int64_t points = exi_take_unsigned(reader) - 2;
	size_t len = 0;
	char *text;

	if (reader->bad)
		return EXI_E_SHORT;
	if (points < 0 || points > type->most || points > EXI_POINTS_MAX)
		return EXI_E_VALUE;
	if ((size_t)points > reader->len)
		return EXI_E_SHORT;
	text = arena_alloc(look->arena, (size_t)points * 4 + 1);
	if (!text)
		return EXI_E_LARGE;
	for (int64_t i = 0; i < points; i++) {
		int64_t point = exi_take_unsigned(reader);
		if (reader->bad)
			return EXI_E_SHORT;
		if (point == 0 || point > 0x10ffff || (point >= 0xd800 && point < 0xe000))
			return EXI_E_VALUE;
		len += exi_utf8((uint32_t)point, text + len);
	}
	*ret = (struct str){text, len};
	return 0;
}

static int exi_read_bytes(struct exi_look *look, const struct exi_type *type, struct str *ret)
{
	struct exi_reader *reader = &look->reader;
	int64_t len = exi_take_unsigned(reader);
	uint8_t *bytes;

	if (reader->bad)
		return EXI_E_SHORT;
	if (len > type->most)
		return EXI_E_VALUE;
	if ((size_t)len > reader->len)
		return EXI_E_SHORT;
	bytes = arena_alloc(look->arena, (size_t)len + 1);
	if (!bytes)
		return EXI_E_LARGE;
	for (int64_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)exi_take(reader, 8);
	*ret = (struct str){(const char *)bytes, (size_t)len};
	return reader->bad ? EXI_E_SHORT : 0;
}

/* An integer of any size: kept as it came, the sign as the first byte. */
static int exi_read_big(struct exi_look *look, struct str *ret)
{
	uint8_t *bytes = arena_alloc(look->arena, EXI_BIG_MAX);
	size_t len = 0;

	if (!bytes)
		return EXI_E_LARGE;
	bytes[len++] = (uint8_t)exi_take(&look->reader, 1);
	do {
		if (len == EXI_BIG_MAX)
			return EXI_E_VALUE;
		bytes[len++] = (uint8_t)exi_take(&look->reader, 8);
	} while (bytes[len - 1] & 0x80);
	*ret = (struct str){(const char *)bytes, len};
	return look->reader.bad ? EXI_E_SHORT : 0;
}

static unsigned exi_word_bits(const struct exi_type *type)
{
	unsigned bits = 0;

	while ((size_t)1 << bits < type->len)
		bits++;
	return bits;
}

bool exi_fits(const struct exi_type *type, int64_t number)
{
	switch (type->kind) {
	case EXI_BOOL:
		return number == 0 || number == 1;
	case EXI_WORD:
		return number >= 0 && (size_t)number < type->len;
	case EXI_UINT:
		return number >= 0;
	case EXI_SMALL:
		return number >= type->least && number <= type->most;
	case EXI_INT:
		return type->least == type->most || (number >= type->least && number <= type->most);
	default:
		return false;
	}
}

static int exi_read_value(struct exi_look *look, struct exi_node *node)
{
	const struct exi_type *type = node->row->type;
	struct exi_reader *reader = &look->reader;

	switch (type->kind) {
	case EXI_BOOL:
		node->number = exi_take(reader, 1);
		break;
	case EXI_WORD:
		node->number = exi_take(reader, exi_word_bits(type));
		break;
	case EXI_SMALL:
		node->number = (int64_t)exi_take(reader, type->bits) + type->least;
		break;
	case EXI_UINT:
		node->number = exi_take_unsigned(reader);
		break;
	case EXI_INT:
		node->number = exi_take_signed(reader);
		break;
	case EXI_BIG:
		return exi_read_big(look, &node->bytes);
	case EXI_BYTES:
		return exi_read_bytes(look, type, &node->bytes);
	default:
		return exi_read_text(look, type, &node->bytes);
	}
	if (reader->bad)
		return EXI_E_SHORT;
	return exi_fits(type, node->number) ? 0 : EXI_E_VALUE;
}

static int exi_read_group(struct exi_look *look, struct exi_node *node);

/* The content of an element: its elements, or the one event of its text, the value, the end. */
static int exi_read_content(struct exi_look *look, struct exi_node *node)
{
	int outcome;

	if (!node->row->type)
		return EXI_E_UNSUPPORTED;
	if (node->row->type->kind == EXI_GROUP)
		return exi_read_group(look, node);
	if (node->row->attribute)
		return exi_read_value(look, node);
	if (exi_take(&look->reader, 1) != 0)
		return EXI_E_CODE;
	outcome = exi_read_value(look, node);
	if (outcome != 0)
		return outcome;
	if (exi_take(&look->reader, 1) != 0)
		return EXI_E_CODE;
	return look->reader.bad ? EXI_E_SHORT : 0;
}

static int exi_read_group(struct exi_look *look, struct exi_node *node)
{
	struct exi_place place = {.type = node->row->type};
	struct exi_node **tail = &node->first;
	struct exi_offers offers;

	for (;;) {
		struct exi_node *child;
		uint32_t code;
		int outcome;
		exi_offer(&place, &offers);
		code = exi_take(&look->reader, exi_code_bits(&offers));
		if (look->reader.bad)
			return EXI_E_SHORT;
		if (code == offers.len && offers.end)
			return 0;
		if (code == offers.len + 1 && offers.text)
			return EXI_E_UNSUPPORTED;
		if (code >= offers.len)
			return EXI_E_CODE;
		child = ARENA_NEW(look->arena, struct exi_node);
		if (!child)
			return EXI_E_LARGE;
		child->row = offers.rows[code];
		*tail = child;
		tail = &child->next;
		exi_move(&place, child->row);
		outcome = exi_read_content(look, child);
		if (outcome != 0)
			return outcome;
	}
}

int exi_read(struct exi_doc *doc, const uint8_t *bytes, size_t len)
{
	struct exi_look look = {.reader = {.bytes = bytes, .len = len}, .arena = doc->arena};
	uint32_t code;

	doc->root = NULL;
	if (exi_take(&look.reader, 8) != EXI_HEADER)
		return EXI_E_HEADER;
	code = exi_take(&look.reader, doc->schema->bits);
	if (look.reader.bad)
		return EXI_E_SHORT;
	for (size_t i = 0; i < doc->schema->len; i++) {
		struct exi_node *root;
		int outcome;
		if (doc->schema->roots[i].code != code)
			continue;
		root = ARENA_NEW(doc->arena, struct exi_node);
		if (!root)
			return EXI_E_LARGE;
		root->row = &doc->schema->roots[i].row;
		outcome = exi_read_content(&look, root);
		if (outcome == 0 && doc->schema->end &&
			exi_take(&look.reader, doc->schema->bits) != doc->schema->end)
			outcome = look.reader.bad ? EXI_E_SHORT : EXI_E_CODE;
		if (outcome == 0)
			doc->root = root;
		return outcome;
	}
	return EXI_E_HEADER;
}

/* ---- writing ---- */

static void exi_put_text(struct exi_writer *writer, struct str text)
{
	const uint8_t *at = (const uint8_t *)text.ptr;
	size_t left = text.len;

	exi_put_unsigned(writer, (uint64_t)str_utf8_len(text) + 2);
	while (left) {
		size_t step = str_utf8_step((const char *)at, left);
		uint32_t point = step == 1 ? at[0] : at[0] & (0xffu >> (step + 1));
		for (size_t i = 1; i < step; i++)
			point = point << 6 | (at[i] & 0x3f);
		exi_put_unsigned(writer, point);
		at += step;
		left -= step;
	}
}

static void exi_write_value(struct exi_writer *writer, const struct exi_node *node)
{
	const struct exi_type *type = node->row->type;

	switch (type->kind) {
	case EXI_BOOL:
		exi_put(writer, (uint32_t)node->number, 1);
		break;
	case EXI_WORD:
		exi_put(writer, (uint32_t)node->number, exi_word_bits(type));
		break;
	case EXI_SMALL:
		exi_put(writer, (uint32_t)(node->number - type->least), type->bits);
		break;
	case EXI_UINT:
		exi_put_unsigned(writer, (uint64_t)node->number);
		break;
	case EXI_INT:
		exi_put_signed(writer, node->number);
		break;
	case EXI_BIG:
		exi_put(writer, (uint8_t)node->bytes.ptr[0], 1);
		for (size_t i = 1; i < node->bytes.len; i++)
			exi_put(writer, (uint8_t)node->bytes.ptr[i], 8);
		break;
	case EXI_BYTES:
		exi_put_unsigned(writer, node->bytes.len);
		for (size_t i = 0; i < node->bytes.len; i++)
			exi_put(writer, (uint8_t)node->bytes.ptr[i], 8);
		break;
	default:
		exi_put_text(writer, node->bytes);
		break;
	}
}

static int exi_write_group(struct exi_writer *writer, const struct exi_node *node);

static int exi_write_content(struct exi_writer *writer, const struct exi_node *node)
{
	if (node->row->type->kind == EXI_GROUP)
		return exi_write_group(writer, node);
	if (!node->row->attribute)
		exi_put(writer, 0, 1);
	exi_write_value(writer, node);
	if (!node->row->attribute)
		exi_put(writer, 0, 1);
	return 0;
}

static int exi_write_group(struct exi_writer *writer, const struct exi_node *node)
{
	struct exi_place place = {.type = node->row->type};
	struct exi_offers offers;

	for (const struct exi_node *child = node->first; child; child = child->next) {
		size_t code = 0;
		int outcome;
		exi_offer(&place, &offers);
		while (code < offers.len && offers.rows[code] != child->row)
			code++;
		if (code == offers.len)
			return EXI_E_VALUE; /* something before it is missing, or too many */
		exi_put(writer, (uint32_t)code, exi_code_bits(&offers));
		exi_move(&place, child->row);
		outcome = exi_write_content(writer, child);
		if (outcome != 0)
			return outcome;
	}
	exi_offer(&place, &offers);
	if (!offers.end)
		return EXI_E_VALUE;
	exi_put(writer, (uint32_t)offers.len, exi_code_bits(&offers));
	return 0;
}

static int exi_write_root(const struct exi_schema *schema, const struct exi_root *root,
	const struct exi_node *node, struct exi_writer *writer)
{
	int outcome;

	exi_put(writer, EXI_HEADER, 8);
	exi_put(writer, root->code, schema->bits);
	outcome = exi_write_content(writer, node);
	if (outcome != 0)
		return outcome;
	if (schema->end)
		exi_put(writer, schema->end, schema->bits);
	return writer->full ? EXI_E_LARGE : 0;
}

int exi_write_part(const struct exi_schema *schema, const struct exi_node *node, uint8_t *ret,
	size_t cap, size_t *ret_len)
{
	struct exi_writer writer = {.bytes = ret, .cap = cap};
	int outcome = EXI_E_VALUE;

	for (size_t i = 0; node && i < schema->len; i++)
		if (schema->roots[i].row.type == node->row->type &&
			strcmp(schema->roots[i].row.name, node->row->name) == 0)
			outcome = exi_write_root(schema, &schema->roots[i], node, &writer);
	if (outcome == 0)
		*ret_len = exi_written(&writer);
	return outcome;
}

int exi_write(const struct exi_doc *doc, uint8_t *ret, size_t cap, size_t *ret_len)
{
	return doc->bad ? EXI_E_VALUE : exi_write_part(doc->schema, doc->root, ret, cap, ret_len);
}
