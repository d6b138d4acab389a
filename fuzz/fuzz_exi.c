/* fuzz_exi.c - any bytes as an EXI document of each of the three schemas (the first byte chooses):
 * what can be read can be shown, and written again to what reads the same. */
#include <string.h>
#include "base/fault.h"
#include "fuzz.h"
#include "pile/exi.h"

#define ROOM (1 << 16)

static struct str fuzz_shown(const struct exi_doc *doc)
{
	struct buf text;

	buf_init(&text, doc->arena, ROOM);
	exi_text(doc->root, &text);
	return buf_str(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct exi_schema *const schemas[] = {&exi_sap, &exi_din, &exi_iso2};
	static uint8_t again[ROOM];
	struct arena arena;
	struct exi_doc doc = {.arena = &arena};
	size_t len = 0;

	if (size == 0)
		return 0;
	doc.schema = schemas[data[0] % 3];
	arena_init(&arena, 1 << 22);
	if (exi_read(&doc, data + 1, size - 1) == 0) {
		struct str shown = fuzz_shown(&doc);
		ASSERT(doc.root);
		ASSERT(exi_write(&doc, again, sizeof(again), &len) == 0);
		ASSERT(exi_read(&doc, again, len) == 0);
		ASSERT(str_eq(fuzz_shown(&doc), shown));
	}
	arena_fini(&arena);
	return 0;
}
