/* spool.c - transactions and unsent messages over the journal: the state is what replaying the
 * records gives, and every change is a record first (see spool.h). The records' bytes are
 * spool_record.c's. */
#include "pile/spool.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "pile/spool_record.h"

#define SPOOL_COMPACT_BYTES (256 * 1024) /* a journal below it is never rewritten */

struct spool_note {
	struct str key, value;
	char bytes[];
};

static struct spool_entry *spool_slot(const struct spool *spool, size_t index)
{
	return &spool->entries[(spool->head + index) % spool->cap];
}

static void spool_push(struct spool *spool, const struct spool_entry *entry)
{
	if (spool->count == spool->cap) {
		size_t cap = spool->cap ? spool->cap * 2 : 8;
		struct spool_entry *grown = mem_alloc(cap * sizeof(*grown));
		for (size_t i = 0; i < spool->count; i++)
			grown[i] = *spool_slot(spool, i);
		mem_free(spool->entries);
		spool->entries = grown;
		spool->cap = cap;
		spool->head = 0;
	}
	spool->count++;
	*spool_slot(spool, spool->count - 1) = *entry;
}

struct spool_tx *spool_tx(const struct spool *spool, int64_t tx)
{
	for (size_t i = 0; i < spool->txs_len; i++)
		if (spool->txs[i].id == tx)
			return &spool->txs[i];
	return NULL;
}

struct spool_tx *spool_tx_running(const struct spool *spool, uint8_t connector)
{
	for (size_t i = 0; i < spool->txs_len; i++)
		if (spool->txs[i].connector == connector && !spool->txs[i].stopped)
			return &spool->txs[i];
	return NULL;
}

struct spool_tx *spool_tx_of_server(const struct spool *spool, int64_t server_id)
{
	for (size_t i = 0; i < spool->txs_len; i++)
		if (spool->txs[i].confirmed && spool->txs[i].server_id == server_id)
			return &spool->txs[i];
	return NULL;
}

static struct spool_tx *spool_tx_add(struct spool *spool, int64_t id)
{
	struct spool_tx *tx = spool_tx(spool, id);

	if (tx)
		return tx;
	if (spool->txs_len == spool->txs_cap) {
		spool->txs_cap = spool->txs_cap ? spool->txs_cap * 2 : 2;
		spool->txs = mem_grow(spool->txs, spool->txs_cap * sizeof(*spool->txs));
	}
	tx = &spool->txs[spool->txs_len++];
	memset(tx, 0, sizeof(*tx));
	tx->id = id;
	tx->limit = (struct spool_limit){-1, -1, -1, -1};
	if (id >= spool->next_tx)
		spool->next_tx = id + 1;
	return tx;
}

static void spool_tx_remove(struct spool *spool, int64_t id)
{
	struct spool_tx *tx = spool_tx(spool, id);

	if (tx)
		*tx = spool->txs[--spool->txs_len];
}

static void spool_note_put(struct spool *spool, struct str key, struct str value)
{
	struct spool_note *note, *old;

	if (value.len == 0) {
		old = map_del(&spool->notes, key);
	} else {
		note = mem_alloc(sizeof(*note) + key.len + value.len);
		memcpy(note->bytes, key.ptr, key.len);
		memcpy(note->bytes + key.len, value.ptr, value.len);
		note->key = (struct str){note->bytes, key.len};
		note->value = (struct str){note->bytes + key.len, value.len};
		spool->notes_bytes += key.len + value.len;
		old = map_put(&spool->notes, key, note);
	}
	if (old)
		spool->notes_bytes -= old->key.len + old->value.len;
	mem_free(old);
}

static void spool_apply_entry(struct spool *spool, const struct spool_entry *read)
{
	struct spool_entry entry = *read;
	struct spool_tx *tx = spool_tx_add(spool, entry.tx);

	entry.seq = spool->next_seq++;
	if (entry.kind == SPOOL_START) {
		tx->connector = entry.connector;
		tx->started_us = entry.at_us;
		tx->start_dwh = entry.register_dwh;
		tx->token = entry.facts.token;
		tx->choice = entry.facts.choice;
		memcpy(tx->tag, entry.tag, sizeof(tx->tag));
	} else if (entry.number == 0)
		entry.number = tx->next_number; /* journalled before messages were numbered */
	if (entry.number >= tx->next_number)
		tx->next_number = entry.number + 1;
	if (entry.at_us >= tx->last_us) {
		tx->last_us = entry.at_us;
		tx->last_dwh = entry.register_dwh;
	}
	tx->stopped = tx->stopped || entry.kind == SPOOL_STOP;
	spool_push(spool, &entry);
}

/* The head was answered. With its stop a transaction is over and forgotten. */
static void spool_apply_done(struct spool *spool, uint64_t seq)
{
	struct spool_entry *head = spool->count ? spool_slot(spool, 0) : NULL;

	if (!head || head->seq != seq)
		return;
	if (head->kind == SPOOL_STOP)
		spool_tx_remove(spool, head->tx);
	spool->head = (spool->head + 1) % spool->cap;
	spool->count--;
}

static void spool_apply_register(struct spool *spool, const struct spool_record *record)
{
	struct spool_register *kept;
	struct spool_tx *tx;

	if (record->connector == 0 || record->connector > spool->registers_len)
		return;
	kept = &spool->registers[record->connector - 1];
	*kept = record->reg;
	tx = spool_tx_running(spool, record->connector);
	if (tx && kept->at_us >= tx->last_us) {
		tx->last_us = kept->at_us;
		tx->last_dwh = kept->register_dwh;
	}
}

static void spool_apply(struct spool *spool, const struct spool_record *record)
{
	struct spool_tx *tx;

	switch (record->type) {
	case SPOOL_RECORD_ENTRY:
		spool_apply_entry(spool, &record->entry);
		return;
	case SPOOL_RECORD_DONE:
		spool_apply_done(spool, (uint64_t)record->number);
		return;
	case SPOOL_RECORD_CONFIRM:
		tx = spool_tx(spool, record->tx.id);
		if (!tx)
			return;
		tx->confirmed = record->tx.confirmed;
		tx->server_id = record->tx.server_id;
		tx->refused = record->tx.refused;
		tx->abandoned = record->tx.abandoned;
		return;
	case SPOOL_RECORD_TX:
		*spool_tx_add(spool, record->tx.id) = record->tx;
		return;
	case SPOOL_RECORD_REGISTER:
		spool_apply_register(spool, record);
		return;
	case SPOOL_RECORD_NOTE:
		spool_note_put(spool, record->key, record->value);
		return;
	case SPOOL_RECORD_COUNTERS:
		spool->next_seq = (uint64_t)record->number;
		spool->next_tx = record->tx.id;
		return;
	}
}

static int spool_visit(void *context, struct str payload)
{
	struct spool_record record;

	if (!spool_record_read(payload, &record))
		return FAULT(FAULT_CORRUPT, "journal record of %zu bytes is not understood",
			payload.len);
	spool_apply(context, &record);
	return 0;
}

int spool_open(struct spool *spool, const struct disk *disk, size_t connectors, struct rng *rng,
	struct journal_recovery *ret_recovery)
{
	int result;

	ASSERT(connectors > 0 && connectors <= LIMIT_CONNECTORS);
	memset(spool, 0, sizeof(*spool));
	spool->next_seq = 1;
	spool->next_tx = 1;
	map_init(&spool->notes);
	spool->registers = mem_alloc(connectors * sizeof(*spool->registers));
	spool->registers_len = connectors;
	result = journal_open(&spool->journal, disk, rng, ret_recovery, spool_visit, spool);
	if (result < 0) {
		spool_close(spool);
		return fault_trace(result, __FILE__, __LINE__);
	}
	return 0;
}

void spool_close(struct spool *spool)
{
	size_t cursor = 0;
	struct spool_note *note;

	while ((note = map_next(&spool->notes, &cursor)))
		mem_free(note);
	map_fini(&spool->notes);
	mem_free(spool->entries);
	mem_free(spool->txs);
	mem_free(spool->registers);
	journal_close(&spool->journal);
	memset(spool, 0, sizeof(*spool));
}

/* ---- compaction ---- */

static void spool_image_record(struct journal_image *image, const struct spool_record *record)
{
	struct spool_bytes bytes;

	journal_image_add(image, spool_record_write(record, &bytes));
}

/* Transactions whose start is still in the queue come back with it; the others need a record of
 * their own. */
static void spool_image_txs(const struct spool *spool, struct journal_image *image)
{
	for (size_t i = 0; i < spool->txs_len; i++) {
		struct spool_record record = {.type = SPOOL_RECORD_TX, .tx = spool->txs[i]};
		record.tx.stopped = false; /* its stop, if any, is in the queue and sets it again */
		spool_image_record(image, &record);
	}
}

static int spool_compact(struct spool *spool)
{
	struct journal_image image;
	struct spool_record record = {.type = SPOOL_RECORD_COUNTERS, .tx.id = spool->next_tx};
	size_t cursor = 0;
	struct spool_note *note;

	record.number = (int64_t)(spool->next_seq - spool->count);
	journal_image_begin(&spool->journal, &image);
	spool_image_record(&image, &record);
	spool_image_txs(spool, &image);
	for (size_t i = 0; i < spool->registers_len; i++) {
		record = (struct spool_record){.type = SPOOL_RECORD_REGISTER,
			.connector = (uint8_t)(i + 1),
			.reg = spool->registers[i]};
		spool_image_record(&image, &record);
	}
	while ((note = map_next(&spool->notes, &cursor))) {
		record = (struct spool_record){
			.type = SPOOL_RECORD_NOTE, .key = note->key, .value = note->value};
		spool_image_record(&image, &record);
	}
	for (size_t i = 0; i < spool->count; i++) {
		record = (struct spool_record){
			.type = SPOOL_RECORD_ENTRY, .entry = *spool_slot(spool, i)};
		spool_image_record(&image, &record);
	}
	return journal_rewrite(&spool->journal, &image);
}

int spool_rewrite(struct spool *spool)
{
	return spool_compact(spool);
}

/* What a rewritten journal would hold, roughly: the reason to rewrite is that most of it is
 * history. */
static int64_t spool_live_bytes(const struct spool *spool)
{
	return (int64_t)(spool->count * SPOOL_RECORD_BYTES_MAX + spool->notes_bytes + 4096);
}

static int spool_write(struct spool *spool, const struct spool_record *record, bool sync)
{
	struct spool_bytes bytes;

	TRY(journal_append(&spool->journal, spool_record_write(record, &bytes), sync));
	spool_apply(spool, record);
	if (spool->journal.length > SPOOL_COMPACT_BYTES &&
		spool->journal.length > 2 * spool_live_bytes(spool) && spool_compact(spool) != 0)
		LOG_WARN("journal not compacted", "why=\"%s\"", fault_text());
	return 0;
}

/* ---- changes ---- */

static void spool_tag(char ret_tag[HAL_TAG_MAX + 1], const char *tag)
{
	memset(ret_tag, 0, HAL_TAG_MAX + 1);
	strncpy(ret_tag, tag, HAL_TAG_MAX);
}

bool spool_full(const struct spool *spool)
{
	const struct disk *disk = &spool->journal.disk;

	return disk->free_bytes(disk->context) < SPOOL_RESERVE_BYTES;
}

static void spool_facts(struct spool_entry *entry, const struct spool_facts *facts)
{
	if (facts)
		entry->facts = *facts;
}

int spool_start(struct spool *spool, uint8_t connector, const char *tag, int64_t register_dwh,
	int64_t at_us, int32_t reservation, const struct spool_facts *facts, int64_t *ret_tx)
{
	struct spool_record record = {.type = SPOOL_RECORD_ENTRY};

	if (spool_full(spool))
		return SPOOL_E_FULL;
	record.entry = (struct spool_entry){.kind = SPOOL_START,
		.tx = spool->next_tx,
		.connector = connector,
		.at_us = at_us,
		.register_dwh = register_dwh,
		.reservation = reservation};
	spool_tag(record.entry.tag, tag);
	spool_facts(&record.entry, facts);
	TRY(spool_write(spool, &record, true));
	*ret_tx = record.entry.tx;
	return 0;
}

/* What may be left out when there is no room: samples and states. */
static int spool_put_minor(struct spool *spool, struct spool_entry *entry)
{
	struct spool_record record = {.type = SPOOL_RECORD_ENTRY};
	const struct spool_tx *running = spool_tx(spool, entry->tx);

	if (!running || running->stopped || running->abandoned)
		return 0;
	if (spool->count >= SPOOL_ENTRIES_MAX) {
		spool->dropped_samples++;
		return 0;
	}
	entry->connector = running->connector;
	entry->number = running->next_number;
	record.entry = *entry;
	TRY(spool_write(spool, &record, true));
	return 0;
}

int spool_sample(struct spool *spool, int64_t tx, enum spool_context context, int64_t at_us,
	int64_t register_dwh, const struct hal_meter *meter, int32_t temperature_mc,
	const struct spool_facts *facts)
{
	struct spool_entry entry = {.kind = SPOOL_SAMPLE,
		.tx = tx,
		.at_us = at_us,
		.register_dwh = register_dwh,
		.meter = *meter,
		.temperature_mc = temperature_mc,
		.why = (uint8_t)context};

	spool_facts(&entry, facts);
	return spool_put_minor(spool, &entry);
}

int spool_state(struct spool *spool, int64_t tx, enum state_cause cause, int64_t at_us,
	int64_t register_dwh, const struct spool_facts *facts)
{
	struct spool_entry entry = {.kind = SPOOL_STATE,
		.tx = tx,
		.at_us = at_us,
		.register_dwh = register_dwh,
		.why = (uint8_t)cause};

	spool_facts(&entry, facts);
	return spool_put_minor(spool, &entry);
}

int spool_stop(struct spool *spool, int64_t tx, const char *tag, int64_t register_dwh,
	int64_t at_us, enum stop_reason reason, const struct spool_facts *facts)
{
	struct spool_record record = {.type = SPOOL_RECORD_ENTRY};
	const struct spool_tx *running = spool_tx(spool, tx);

	if (!running || running->stopped)
		return 0;
	record.entry = (struct spool_entry){.kind = SPOOL_STOP,
		.tx = tx,
		.connector = running->connector,
		.number = running->next_number,
		.at_us = at_us,
		.register_dwh = register_dwh,
		.why = (uint8_t)reason};
	spool_tag(record.entry.tag, tag);
	spool_facts(&record.entry, facts);
	TRY(spool_write(spool, &record, true));
	return 0;
}

int spool_limit(struct spool *spool, int64_t tx, const struct spool_limit *limit)
{
	struct spool_record record = {.type = SPOOL_RECORD_TX};
	const struct spool_tx *known = spool_tx(spool, tx);

	if (!known || memcmp(&known->limit, limit, sizeof(*limit)) == 0)
		return 0;
	record.tx = *known;
	record.tx.limit = *limit;
	return spool_write(spool, &record, true);
}

int spool_confirm(struct spool *spool, int64_t tx, int64_t server_id, bool accepted)
{
	struct spool_record record = {.type = SPOOL_RECORD_CONFIRM};

	record.tx.id = tx;
	record.tx.server_id = server_id;
	record.tx.confirmed = true;
	record.tx.refused = !accepted;
	return spool_write(spool, &record, true);
}

int spool_abandon(struct spool *spool, int64_t tx)
{
	struct spool_record record = {.type = SPOOL_RECORD_CONFIRM};

	record.tx.id = tx;
	record.tx.abandoned = true;
	return spool_write(spool, &record, true);
}

const struct spool_entry *spool_head(const struct spool *spool)
{
	return spool->count ? spool_slot(spool, 0) : NULL;
}

int spool_done(struct spool *spool)
{
	struct spool_record record = {.type = SPOOL_RECORD_DONE};
	const struct spool_entry *head = spool_head(spool);

	ASSERT(head);
	record.number = (int64_t)head->seq;
	/* A lost answer only repeats the message, which its id makes harmless: no need to wait for
	 * the disk. */
	return spool_write(spool, &record, false);
}

const struct spool_entry *spool_entry_of(
	const struct spool *spool, int64_t tx, enum spool_kind kind)
{
	for (size_t i = 0; i < spool->count; i++) {
		const struct spool_entry *entry = spool_slot(spool, i);
		if (entry->tx == tx && entry->kind == kind)
			return entry;
	}
	return NULL;
}

int64_t spool_newest_us(const struct spool *spool)
{
	int64_t newest_us = 0;

	for (size_t i = 0; i < spool->txs_len; i++)
		if (spool->txs[i].last_us > newest_us)
			newest_us = spool->txs[i].last_us;
	for (size_t i = 0; i < spool->registers_len; i++)
		if (spool->registers[i].at_us > newest_us)
			newest_us = spool->registers[i].at_us;
	return newest_us;
}

bool spool_start_waits(const struct spool *spool, int64_t tx)
{
	return spool_entry_of(spool, tx, SPOOL_START) != NULL;
}

int spool_register(struct spool *spool, uint8_t connector, int64_t register_dwh, int64_t raw_dwh,
	int64_t at_us, bool sync)
{
	struct spool_record record = {.type = SPOOL_RECORD_REGISTER,
		.connector = connector,
		.reg = {register_dwh, raw_dwh, at_us}};

	return spool_write(spool, &record, sync);
}

int spool_note(struct spool *spool, struct str key, struct str value)
{
	struct spool_record record = {.type = SPOOL_RECORD_NOTE, .key = key, .value = value};

	if (key.len == 0 || key.len > 255 || value.len > SPOOL_NOTE_MAX)
		return FAULT(FAULT_BUG, "note of %zu and %zu bytes", key.len, value.len);
	if (str_eq(spool_note_get(spool, key), value))
		return 0;
	return spool_write(spool, &record, true);
}

struct str spool_note_get(const struct spool *spool, struct str key)
{
	const struct spool_note *note = map_get(&spool->notes, key);

	return note ? note->value : STR_NULL;
}

bool spool_note_next(
	const struct spool *spool, size_t *cursor, struct str *ret_key, struct str *ret_value)
{
	const struct spool_note *note = map_next(&spool->notes, cursor);

	if (!note)
		return false;
	*ret_key = note->key;
	*ret_value = note->value;
	return true;
}
