/* fuzz_offline.c - any bytes as a scanned text, as signed bytes, and as each kind of code. What is
 * read is written to the same bytes again: there is one form of each code. */
#include <string.h>
#include "base/arena.h"
#include "base/fault.h"
#include "domain/offline.h"
#include "fuzz.h"
#include "wire/cbor_io.h"
#include "wire/cbor_record.h"
#include "wire/cose.h"
#include "wire/offline_code.h"
#include "wire/qr_text.h"

static void record_of(
	const struct record *record, struct str bytes, void *room, struct arena *arena)
{
	struct buf buf;

	if (cbor_record_read(record, bytes, arena, room) != 0)
		return;
	buf_init(&buf, arena, 1 << 16);
	ASSERT(cbor_record_write(record, room, &buf) == 0);
	ASSERT(str_eq(buf_str(&buf), bytes));
}

static void payload_of(struct str bytes, struct arena *arena)
{
	struct offline_settlement settlement;
	struct offline_ident ident;
	struct offline_start start;
	struct tariff tariff;

	record_of(&offline_ident_record, bytes, &ident, arena);
	record_of(&offline_settlement_record, bytes, &settlement, arena);
	record_of(&offline_start_record, bytes, &start, arena);
	if (cbor_record_read(&offline_start_record, bytes, arena, &start) == 0 && start.has_tariff)
		(void)offline_tariff_unpack(&start.tariff, &tariff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct cose_sign1 message;
	struct arena arena;
	struct cbor_in in;
	int kind;

	arena_init(&arena, 16 << 20);
	cbor_open(&in, text);
	(void)cbor_skip(&in);
	payload_of(text, &arena);
	if (cose_read(text, &message) == 0)
		payload_of(message.payload, &arena);
	kind = offline_code_kind(text);
	if (kind != 0) {
		struct str bytes = offline_code_bytes((enum offline_code_kind)kind, text, &arena);

		if (bytes.ptr && cose_read(bytes, &message) == 0)
			payload_of(message.payload, &arena);
	}
	arena_fini(&arena);
	return 0;
}
