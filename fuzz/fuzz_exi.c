/* fuzz_exi.c - any bytes as an EXI document of each schema (the first byte chooses), or as a
 * part of one as signatures count them: what can be read can be shown, and written again to what
 * reads the same; no signature in it is one of a key that signed nothing. */
#include <string.h>
#include "base/fault.h"
#include "fuzz.h"
#include "pile/exi_sign.h"

#define ROOM (1 << 16)

static struct str fuzz_shown(const struct exi_doc *doc)
{
	struct buf text;

	buf_init(&text, doc->arena, ROOM);
	exi_text(doc->root, &text);
	return buf_str(&text);
}

static void fuzz_signature(const struct exi_doc *doc)
{
	static const struct sign_secret secret = {.kind = SIGN_P256, .bytes = {1}};
	const struct exi_node *body = exi_get(doc->root, "Body");
	struct sign_key key;

	ASSERT(sign_key_of(&secret, &key));
	if (body && body->first)
		ASSERT(exi_sign_check(exi_get(doc->root, "Header"), body->first, &key) != 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct exi_schema *const schemas[] = {
		&exi_sap, &exi_din, &exi_iso2, &exi_iso2_parts, &exi_signed_info};
	static uint8_t again[ROOM];
	struct arena arena;
	struct exi_doc doc = {.arena = &arena};
	size_t len = 0;

	if (size == 0)
		return 0;
	doc.schema = schemas[data[0] % 5];
	arena_init(&arena, 1 << 22);
	if (exi_read(&doc, data + 1, size - 1) == 0) {
		struct str shown = fuzz_shown(&doc);
		ASSERT(doc.root);
		if (doc.schema == &exi_iso2)
			fuzz_signature(&doc);
		ASSERT(exi_write(&doc, again, sizeof(again), &len) == 0);
		ASSERT(exi_read(&doc, again, len) == 0);
		ASSERT(str_eq(fuzz_shown(&doc), shown));
	}
	arena_fini(&arena);
	return 0;
}
