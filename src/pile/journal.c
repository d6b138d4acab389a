/* journal.c - the crash-safe log (format and promises in journal.h). */
#include "pile/journal.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rng.h"

#define JOURNAL_MAX (64 * 1024 * 1024)
static const char journal_magic[8] = {'L', 'E', 'Y', 'D', 'E', 'N', 'J', '1'};

static void journal_link(uint8_t link[SHA256_LEN], struct str payload, uint8_t ret[SHA256_LEN])
{
	uint8_t bytes[SHA256_LEN + 4 + JOURNAL_RECORD_MAX];
	uint32_t len = (uint32_t)payload.len;

	memcpy(bytes, link, SHA256_LEN);
	for (int i = 0; i < 4; i++)
		bytes[SHA256_LEN + i] = (uint8_t)(len >> (8 * i));
	memcpy(bytes + SHA256_LEN + 4, payload.ptr, payload.len);
	sha256(bytes, SHA256_LEN + 4 + payload.len, ret);
}

/* The record at the start of `bytes`; false when there is no whole and true one. */
static bool journal_read(struct str bytes, uint8_t link[SHA256_LEN], struct str *ret_payload)
{
	const uint8_t *at = (const uint8_t *)bytes.ptr;
	uint8_t expected[SHA256_LEN];
	struct str payload;
	uint32_t len;

	if (bytes.len < JOURNAL_FRAME_BYTES)
		return false;
	len = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	      (uint32_t)at[3] << 24;
	if (len == 0 || len > JOURNAL_RECORD_MAX || bytes.len < JOURNAL_FRAME_BYTES + len)
		return false;
	payload = (struct str){bytes.ptr + 4, len};
	journal_link(link, payload, expected);
	if (memcmp(expected, at + 4 + len, SHA256_LEN) != 0)
		return false;
	memcpy(link, expected, SHA256_LEN);
	*ret_payload = payload;
	return true;
}

static void journal_put_record(struct buf *buf, struct str payload, const uint8_t link[SHA256_LEN])
{
	for (int i = 0; i < 4; i++)
		buf_put_char(buf, (char)(uint8_t)(payload.len >> (8 * i)));
	buf_put_str(buf, payload);
	buf_put(buf, link, SHA256_LEN);
}

static void journal_put_head(struct buf *buf, uint64_t identity, const uint8_t link[SHA256_LEN])
{
	buf_put(buf, journal_magic, sizeof(journal_magic));
	for (int i = 0; i < 8; i++)
		buf_put_char(buf, (char)(uint8_t)(identity >> (8 * i)));
	buf_put(buf, link, SHA256_LEN);
}

/* Starts an empty journal. Its identity tells this journal's message numbers from those of one that
 * was lost. */
static int journal_create(struct journal *journal, struct rng *rng)
{
	uint8_t bytes[JOURNAL_HEAD_BYTES];
	struct buf head;
	struct arena arena;
	int result;

	journal->identity = rng_u64(rng);
	sha256(&journal->identity, sizeof(journal->identity), journal->link);
	arena_init(&arena, 4 * sizeof(bytes));
	buf_init(&head, &arena, sizeof(bytes));
	journal_put_head(&head, journal->identity, journal->link);
	ASSERT(head.len == JOURNAL_HEAD_BYTES);
	result = journal->disk.replace(journal->disk.context, head.ptr, head.len);
	arena_fini(&arena);
	journal->length = JOURNAL_HEAD_BYTES;
	return result;
}

static bool journal_read_head(struct journal *journal, struct str bytes)
{
	if (bytes.len < JOURNAL_HEAD_BYTES ||
		memcmp(bytes.ptr, journal_magic, sizeof(journal_magic)) != 0)
		return false;
	journal->identity = 0;
	for (int i = 0; i < 8; i++)
		journal->identity |= (uint64_t)(uint8_t)bytes.ptr[8 + i] << (8 * i);
	memcpy(journal->link, bytes.ptr + 16, SHA256_LEN);
	journal->length = JOURNAL_HEAD_BYTES;
	return true;
}

static int journal_visit(struct journal *journal, struct str bytes,
	int (*visit)(void *context, struct str payload), void *context)
{
	struct str rest = str_slice(bytes, JOURNAL_HEAD_BYTES, bytes.len);
	struct str payload;

	while (journal_read(rest, journal->link, &payload)) {
		TRY(visit(context, payload));
		journal->length += (int64_t)(JOURNAL_FRAME_BYTES + payload.len);
		journal->records++;
		rest = str_slice(rest, JOURNAL_FRAME_BYTES + payload.len, rest.len);
	}
	return 0;
}

static int journal_recover(struct journal *journal, struct str bytes, struct rng *rng,
	struct journal_recovery *recovery, int (*visit)(void *context, struct str payload),
	void *context)
{
	struct disk *disk = &journal->disk;

	if (bytes.len == 0) {
		recovery->fresh = true;
		return journal_create(journal, rng);
	}
	if (!journal_read_head(journal, bytes)) {
		recovery->damaged = true;
		recovery->cut_bytes = (int64_t)bytes.len;
		TRY(disk->keep(disk->context, "damaged"));
		return journal_create(journal, rng);
	}
	TRY(journal_visit(journal, bytes, visit, context));
	recovery->cut_bytes = (int64_t)bytes.len - journal->length;
	if (recovery->cut_bytes == 0)
		return 0;
	if (recovery->cut_bytes > JOURNAL_RECORD_MAX + JOURNAL_FRAME_BYTES) {
		recovery->damaged = true;
		/* the copy shares the file, so the good part moves to a new one instead of cutting
		 */
		TRY(disk->keep(disk->context, "damaged"));
		return disk->replace(disk->context, bytes.ptr, (size_t)journal->length);
	}
	return disk->cut(disk->context, journal->length);
}

int journal_open(struct journal *journal, const struct disk *disk, struct rng *rng,
	struct journal_recovery *ret_recovery, int (*visit)(void *context, struct str payload),
	void *context)
{
	struct journal_recovery recovery = {0};
	struct buf bytes;
	int result;

	memset(journal, 0, sizeof(*journal));
	journal->disk = *disk;
	buf_init(&bytes, NULL, JOURNAL_MAX);
	result = disk->load(disk->context, &bytes);
	if (result == 0)
		result = journal_recover(journal, buf_str(&bytes), rng, &recovery, visit, context);
	buf_fini(&bytes);
	TRY(result);
	*ret_recovery = recovery;
	return 0;
}

void journal_close(struct journal *journal)
{
	if (journal->disk.close)
		journal->disk.close(journal->disk.context);
	memset(journal, 0, sizeof(*journal));
}

int journal_append(struct journal *journal, struct str payload, bool sync)
{
	struct disk *disk = &journal->disk;
	uint8_t link[SHA256_LEN];
	struct buf record;
	int result;

	ASSERT(payload.len > 0 && payload.len <= JOURNAL_RECORD_MAX);
	if (journal->dirty_tail) {
		TRY(disk->cut(disk->context, journal->length));
		journal->dirty_tail = false;
	}
	journal_link(journal->link, payload, link);
	buf_init(&record, NULL, JOURNAL_RECORD_MAX + JOURNAL_FRAME_BYTES);
	journal_put_record(&record, payload, link);
	result = disk->append(disk->context, journal->length, record.ptr, record.len);
	if (result == 0 && sync)
		result = disk->sync(disk->context);
	if (result == 0) {
		memcpy(journal->link, link, SHA256_LEN);
		journal->length += (int64_t)record.len;
		journal->records++;
	} else {
		journal->dirty_tail = true;
	}
	buf_fini(&record);
	return result < 0 ? fault_trace(result, __FILE__, __LINE__) : 0;
}

void journal_image_begin(const struct journal *journal, struct journal_image *image)
{
	buf_init(&image->bytes, NULL, JOURNAL_MAX);
	memcpy(image->link, journal->link, SHA256_LEN);
	image->records = 0;
	journal_put_head(&image->bytes, journal->identity, journal->link);
}

void journal_image_add(struct journal_image *image, struct str payload)
{
	uint8_t link[SHA256_LEN];

	ASSERT(payload.len > 0 && payload.len <= JOURNAL_RECORD_MAX);
	journal_link(image->link, payload, link);
	journal_put_record(&image->bytes, payload, link);
	memcpy(image->link, link, SHA256_LEN);
	image->records++;
}

int journal_rewrite(struct journal *journal, struct journal_image *image)
{
	struct disk *disk = &journal->disk;
	int result = image->bytes.failed ? FAULT(FAULT_NOMEM, "journal image too large") : 0;

	if (result == 0)
		result = disk->replace(disk->context, image->bytes.ptr, image->bytes.len);
	if (result == 0) {
		memcpy(journal->link, image->link, SHA256_LEN);
		journal->length = (int64_t)image->bytes.len;
		journal->records = image->records;
		journal->dirty_tail = false;
	}
	buf_fini(&image->bytes);
	return result;
}
