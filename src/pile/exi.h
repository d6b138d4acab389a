/* exi.h - the binary XML of the charging cable (EXI 1.0 as SupportedAppProtocol, DIN 70121 and
 * ISO 15118-2 use it: bit-packed, informed by the schema, nothing optional) between bytes and a
 * tree of named values. There is no stored grammar: a schema is rows in the order of its elements,
 * and what may come next is computed from the place among them.
 *
 * Outside bytes are hostile: the depth is the schema's, the size of the tree the arena's, and what
 * the rows do not know ends the reading. What follows a whole document is passed over (cars pad).
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

enum exi_outcome {
	EXI_E_HEADER = 1,  /* does not begin as EXI does, or as no message of this schema */
	EXI_E_SHORT,       /* ends too early */
	EXI_E_CODE,        /* an event that cannot come here */
	EXI_E_VALUE,       /* a value that its type does not have */
	EXI_E_UNSUPPORTED, /* part of the standard that is not spoken here: DIN over AC, elements of
			      anybody's inside a signature */
	EXI_E_LARGE,       /* the tree does not fit the arena, or the document its buffer */
};

enum exi_kind {
	EXI_GROUP = 0, /* elements */
	EXI_BOOL,
	EXI_WORD,  /* one of a list */
	EXI_SMALL, /* so many bits, counted from `least` */
	EXI_UINT,
	EXI_INT,   /* `least` and `most` the same: any */
	EXI_BIG,   /* integer of any size: sign and groups of seven bits as bytes */
	EXI_BYTES, /* at most `most` */
	EXI_TEXT,  /* at most `most` characters; UTF-8 in the tree */
};

struct exi_type {
	enum exi_kind kind;
	uint8_t bits;
	int64_t least, most;
	const char *const *words;
	const struct exi_row *rows;
	size_t len; /* of words or rows */
	bool mixed; /* a group with text between its elements: a code of its own, not spoken here */
};

/* One element (or attribute) of a group. Rows with `also` are alternatives of the row before. */
struct exi_row {
	const char *name;
	const struct exi_type *type; /* NULL: not spoken here */
	uint16_t least, most;        /* how often; EXI_MANY: as often as it fits */
	bool attribute, also;
};
#define EXI_MANY UINT16_MAX

struct exi_root {
	uint8_t code;
	struct exi_row row;
};

struct exi_schema {
	uint8_t bits; /* of the document's first event */
	uint8_t end;  /* of fragments, which say that they end; 0: a whole document does not */
	const struct exi_root *roots;
	size_t len;
};

extern const struct exi_schema exi_sap, exi_din, exi_iso2;
/* Parts of a message by themselves, as a signature counts them: what ISO 15118-2 signs, and (as of
 * the schema of signatures alone) what is signed of those. */
extern const struct exi_schema exi_iso2_parts, exi_signed_info;

struct exi_node {
	const struct exi_row *row;
	struct exi_node *next, *first; /* of the same group; of its own */
	int64_t number;                /* booleans, words by index, numbers */
	struct str bytes;              /* bytes, texts */
};

/* A document under way; all its memory is the arena's. */
struct exi_doc {
	const struct exi_schema *schema;
	struct arena *arena;
	struct exi_node *root;
	bool bad; /* something was added that the schema does not know, or the arena is full */
};

/* `doc` has schema and arena; texts and bytes of the tree are in the arena, too. 0, or an
 * exi_outcome. */
int exi_read(struct exi_doc *doc, const uint8_t *bytes, size_t len);
/* 0, or EXI_E_VALUE when the tree is not complete, EXI_E_LARGE. */
int exi_write(const struct exi_doc *doc, uint8_t *ret, size_t cap, size_t *ret_len);
/* A part of a read or built message by itself, as one of the fragments of `schema`, by its name.
 * 0, EXI_E_VALUE when it is none of those or not complete, EXI_E_LARGE. */
int exi_write_part(const struct exi_schema *schema, const struct exi_node *node, uint8_t *ret,
	size_t cap, size_t *ret_len);
const char *exi_outcome_word(int outcome);

/* Building: children may be added in any order, the schema's is kept. A parent of NULL, a name that
 * is not of the parent or a value that is none of the type's make the document bad. */
struct exi_node *exi_begin(struct exi_doc *doc, const char *name);
struct exi_node *exi_add(struct exi_doc *doc, struct exi_node *parent, const char *name);
void exi_add_number(struct exi_doc *doc, struct exi_node *parent, const char *name, int64_t number);
void exi_add_word(struct exi_doc *doc, struct exi_node *parent, const char *name, const char *word);
/* Borrowed until it is written. */
void exi_add_bytes(
	struct exi_doc *doc, struct exi_node *parent, const char *name, struct str bytes);
/* Is the number one of its type's? */
bool exi_fits(const struct exi_type *type, int64_t number);
/* Has this group such an element? */
bool exi_knows(const struct exi_node *parent, const char *name);

/* Reading: the first child of that name; NULL without one, or without a parent. */
const struct exi_node *exi_get(const struct exi_node *parent, const char *name);
int64_t exi_number(const struct exi_node *parent, const char *name, int64_t otherwise);
/* "" when there is none. */
const char *exi_word(const struct exi_node *parent, const char *name);
struct str exi_bytes(const struct exi_node *parent, const char *name);
/* "SessionSetupReq{EVCCID=020000000001}": for people. */
void exi_text(const struct exi_node *node, struct buf *ret);
