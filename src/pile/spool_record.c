/* spool_record.c - journal records as bytes. One walk (`spool_walk`) describes each type's fields
 * in order; it is run with a cursor that writes or one that reads, so the two directions cannot
 * drift apart. */
#include "pile/spool_record.h"

#include <string.h>

#include "base/fault.h"
#include "pile/evse.h"

/* Records are written in the newest layout and read in every one there was: the type's high four
 * bits tell which. Layout 0 had cards of 20 characters and knew only what OCPP 1.6 is told; layout
 * 1 did not know how the car was charged, layout 2 of no energy that flows back. */
#define SPOOL_LAYOUT 3
#define SPOOL_TAG_0 20

struct cursor {
	char *at;
	char *end;
	bool reading;
	bool failed;
	int layout;
};

static char *cursor_take(struct cursor *cursor, size_t len)
{
	char *at = cursor->at;

	if (cursor->failed || (size_t)(cursor->end - cursor->at) < len) {
		cursor->failed = true;
		return NULL;
	}
	cursor->at += len;
	return at;
}

static void walk_int(struct cursor *cursor, int64_t *value, size_t len)
{
	uint64_t bits = (uint64_t)*value;
	char *at = cursor_take(cursor, len);

	if (!at)
		return;
	if (!cursor->reading) {
		for (size_t i = 0; i < len; i++)
			at[i] = (char)(uint8_t)(bits >> (8 * i));
		return;
	}
	bits = (uint8_t)at[len - 1] & 0x80 && len < 8 ? ~UINT64_C(0) << (8 * len) : 0;
	for (size_t i = 0; i < len; i++)
		bits |= (uint64_t)(uint8_t)at[i] << (8 * i);
	*value = (int64_t)bits;
}

static void walk_i32(struct cursor *cursor, int32_t *value)
{
	int64_t wide = *value;

	walk_int(cursor, &wide, 4);
	*value = (int32_t)wide;
}

static void walk_u8(struct cursor *cursor, uint8_t *value)
{
	int64_t wide = *value;

	walk_int(cursor, &wide, 1);
	*value = (uint8_t)wide;
}

static void walk_bool(struct cursor *cursor, bool *value)
{
	uint8_t byte = *value;

	walk_u8(cursor, &byte);
	*value = byte != 0;
}

static void walk_tag(struct cursor *cursor, char tag[HAL_TAG_MAX + 1])
{
	size_t len = cursor->layout == 0 ? SPOOL_TAG_0 : HAL_TAG_MAX;
	char *at = cursor_take(cursor, len);

	if (!at)
		return;
	if (cursor->reading) {
		memset(tag, 0, HAL_TAG_MAX + 1);
		memcpy(tag, at, len);
	} else {
		memcpy(at, tag, len);
	}
}

static void walk_str(struct cursor *cursor, struct str *text)
{
	int64_t len = (int64_t)text->len;
	char *at;

	walk_int(cursor, &len, 2);
	len &= 0xffff;
	at = cursor_take(cursor, (size_t)len);
	if (!at)
		return;
	if (cursor->reading)
		*text = (struct str){at, (size_t)len};
	else if (len > 0)
		memcpy(at, text->ptr, (size_t)len);
}

static void walk_meter(struct cursor *cursor, struct hal_meter *meter)
{
	walk_int(cursor, &meter->register_dwh, 8);
	walk_int(cursor, &meter->power_mw, 8);
	for (int i = 0; i < HAL_PHASES; i++) {
		walk_i32(cursor, &meter->voltage_mv[i]);
		walk_i32(cursor, &meter->current_ma[i]);
	}
	walk_i32(cursor, &meter->frequency_mhz);
	walk_i32(cursor, &meter->soc_percent);
}

static void walk_facts(struct cursor *cursor, struct spool_facts *facts)
{
	walk_u8(cursor, &facts->state);
	walk_u8(cursor, &facts->cause);
	walk_u8(cursor, &facts->token);
	walk_bool(cursor, &facts->offline);
	walk_bool(cursor, &facts->remote);
	walk_i32(cursor, &facts->remote_id);
	if (cursor->layout < 3)
		return;
	walk_bool(cursor, &facts->exports);
	walk_int(cursor, &facts->export_dwh, 8);
}

static void walk_choice(struct cursor *cursor, struct mode_choice *choice)
{
	if (cursor->layout < 2)
		return;
	walk_u8(cursor, &choice->plug);
	walk_u8(cursor, &choice->current);
	walk_u8(cursor, &choice->charging);
	walk_u8(cursor, &choice->metering);
}

static void walk_entry(struct cursor *cursor, struct spool_entry *entry)
{
	walk_u8(cursor, &entry->kind);
	walk_u8(cursor, &entry->connector);
	walk_u8(cursor, &entry->why);
	walk_int(cursor, &entry->tx, 8);
	walk_int(cursor, &entry->at_us, 8);
	walk_int(cursor, &entry->register_dwh, 8);
	if (cursor->layout > 0) {
		walk_i32(cursor, &entry->number);
		walk_facts(cursor, &entry->facts);
	}
	if (entry->kind == SPOOL_STATE)
		return;
	if (entry->kind == SPOOL_SAMPLE) {
		walk_meter(cursor, &entry->meter);
		walk_i32(cursor, &entry->temperature_mc);
		return;
	}
	walk_i32(cursor, &entry->reservation);
	walk_tag(cursor, entry->tag);
	if (entry->kind == SPOOL_START)
		walk_choice(cursor, &entry->facts.choice);
}

static void walk_tx(struct cursor *cursor, struct spool_tx *tx)
{
	walk_int(cursor, &tx->id, 8);
	walk_int(cursor, &tx->server_id, 8);
	walk_int(cursor, &tx->started_us, 8);
	walk_int(cursor, &tx->start_dwh, 8);
	walk_int(cursor, &tx->last_us, 8);
	walk_int(cursor, &tx->last_dwh, 8);
	walk_u8(cursor, &tx->connector);
	walk_bool(cursor, &tx->confirmed);
	walk_bool(cursor, &tx->refused);
	walk_bool(cursor, &tx->abandoned);
	walk_bool(cursor, &tx->stopped);
	walk_tag(cursor, tx->tag);
	if (cursor->layout == 0) {
		tx->limit = (struct spool_limit){-1, -1, -1, -1};
		return;
	}
	walk_u8(cursor, &tx->token);
	walk_i32(cursor, &tx->next_number);
	walk_int(cursor, &tx->limit.cost_e5, 8);
	walk_int(cursor, &tx->limit.energy_dwh, 8);
	walk_int(cursor, &tx->limit.seconds, 8);
	walk_int(cursor, &tx->limit.soc_percent, 8);
	walk_choice(cursor, &tx->choice);
}

static void spool_walk(struct cursor *cursor, struct spool_record *record)
{
	uint8_t type = (uint8_t)(record->type | SPOOL_LAYOUT << 4);

	walk_u8(cursor, &type);
	record->type = (enum spool_record_type)(type & 0x0f);
	cursor->layout = type >> 4;
	cursor->failed = cursor->failed || cursor->layout > SPOOL_LAYOUT;
	switch (record->type) {
	case SPOOL_RECORD_ENTRY:
		walk_entry(cursor, &record->entry);
		return;
	case SPOOL_RECORD_CONFIRM:
	case SPOOL_RECORD_TX:
		walk_tx(cursor, &record->tx);
		return;
	case SPOOL_RECORD_REGISTER:
		walk_u8(cursor, &record->connector);
		walk_int(cursor, &record->reg.register_dwh, 8);
		walk_int(cursor, &record->reg.raw_dwh, 8);
		walk_int(cursor, &record->reg.at_us, 8);
		return;
	case SPOOL_RECORD_NOTE:
		walk_str(cursor, &record->key);
		walk_str(cursor, &record->value);
		return;
	case SPOOL_RECORD_COUNTERS:
		walk_int(cursor, &record->tx.id, 8);
		walk_int(cursor, &record->number, 8);
		return;
	case SPOOL_RECORD_DONE:
		walk_int(cursor, &record->number, 8);
		return;
	}
	cursor->failed = true;
}

struct str spool_record_write(const struct spool_record *record, struct spool_bytes *room)
{
	struct spool_record copy = *record;
	struct cursor cursor = {room->bytes, room->bytes + sizeof(room->bytes), .reading = false};

	spool_walk(&cursor, &copy);
	ASSERT(!cursor.failed);
	return (struct str){room->bytes, (size_t)(cursor.at - room->bytes)};
}

static bool spool_entry_sane(const struct spool_entry *entry)
{
	const struct spool_facts *facts = &entry->facts;

	if (entry->number < 0 || facts->state >= EVSE_STATES || facts->token >= TOKEN_KINDS ||
		facts->cause > START_REMOTE || !mode_choice_ok(&facts->choice))
		return false;
	switch (entry->kind) {
	case SPOOL_START:
		return true;
	case SPOOL_STATE:
		return entry->why < STATE_CAUSES;
	case SPOOL_SAMPLE:
		return entry->why <= SPOOL_INTERRUPT_END;
	case SPOOL_STOP:
		return entry->why < STOP_REASONS;
	}
	return false;
}

bool spool_record_read(struct str payload, struct spool_record *ret)
{
	struct spool_record record = {0};
	/* a reading cursor never writes through its pointer */
	struct cursor cursor = {(char *)(uintptr_t)payload.ptr,
		(char *)(uintptr_t)payload.ptr + payload.len, .reading = true};

	spool_walk(&cursor, &record);
	if (cursor.failed || cursor.at != cursor.end)
		return false;
	if (record.type == SPOOL_RECORD_ENTRY && !spool_entry_sane(&record.entry))
		return false;
	if (!mode_choice_ok(&record.tx.choice))
		return false;
	*ret = record;
	return true;
}
