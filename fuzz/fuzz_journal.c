/* fuzz_journal.c - any bytes as a pile's journal: opening never crashes, what it read can be
 * written to and read again with the same result, and one byte more at the end never takes anything
 * away. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/rng.h"
#include "fuzz.h"
#include "pile/spool.h"

static int load(struct spool *spool, const struct buf *bytes, struct buf *ret_after)
{
	struct journal_recovery recovery;
	struct disk disk;
	struct rng rng;
	int result;

	rng_init_seeded(&rng, 1);
	disk_open_memory(&disk);
	ASSERT(disk.append(disk.context, 0, bytes->ptr, bytes->len) == 0);
	result = spool_open(spool, &disk, 2, &rng, &recovery);
	if (result == 0 && ret_after)
		ASSERT(disk.load(disk.context, ret_after) == 0);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct spool spool, again;
	struct buf bytes, after;

	log_setup(LOG_LEVEL_ERROR + 1, false);
	buf_init(&bytes, NULL, 1 << 20);
	buf_init(&after, NULL, 1 << 20);
	buf_put(&bytes, data, size);
	if (load(&spool, &bytes, &after) == 0) {
		ASSERT(load(&again, &after, NULL) == 0);
		ASSERT(again.count == spool.count && again.txs_len == spool.txs_len);
		ASSERT(again.next_seq == spool.next_seq && again.next_tx == spool.next_tx);
		while (spool_head(&again))
			ASSERT(spool_done(&again) == 0);
		spool_close(&again);
		spool_close(&spool);
	}
	buf_fini(&bytes);
	buf_fini(&after);
	return 0;
}
