/* test_journal.c - the journal loses nothing it acknowledged and invents nothing, wherever the
 * power fails: every byte of a scenario is tried as the point of death, with four kinds of torn
 * tail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/rng.h"
#include "disk_sim.h"
#include "pile/journal.h"

struct seen {
	int count;
	int values[64];
	int stop_at; /* visit fails there; 0 never */
};

static int see(void *context, struct str payload)
{
	struct seen *seen = context;

	assert_true(payload.len >= sizeof(int));
	assert_true(seen->count < 64);
	memcpy(&seen->values[seen->count++], payload.ptr, sizeof(int));
	if (seen->stop_at && seen->count == seen->stop_at)
		return FAULT(FAULT_CORRUPT, "enough");
	return 0;
}

static int append(struct journal *journal, int value, size_t len, bool sync)
{
	char bytes[JOURNAL_RECORD_MAX];

	memset(bytes, 'x', sizeof(bytes));
	memcpy(bytes, &value, sizeof(value));
	return journal_append(journal, (struct str){bytes, len}, sync);
}

static int open_sim(struct journal *journal, struct disk_sim *sim, struct journal_recovery *ret,
	struct seen *seen)
{
	struct disk disk = disk_sim_port(sim);
	struct rng rng;

	rng_init_seeded(&rng, 7);
	memset(seen, 0, sizeof(*seen));
	return journal_open(journal, &disk, &rng, ret, see, seen);
}

static void test_keeps_records_in_order(void **state)
{
	struct disk_sim sim;
	struct journal journal;
	struct journal_recovery recovery;
	struct seen seen;
	uint64_t identity;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
	assert_true(recovery.fresh);
	identity = journal.identity;
	for (int i = 1; i <= 20; i++)
		assert_int_equal(append(&journal, i, (size_t)i * 40, i % 2), 0);
	journal_close(&journal);
	assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
	assert_false(recovery.fresh);
	assert_int_equal(recovery.cut_bytes, 0);
	assert_int_equal(seen.count, 20);
	for (int i = 0; i < 20; i++)
		assert_int_equal(seen.values[i], i + 1);
	assert_true(journal.identity == identity);
	assert_int_equal(journal.records, 20);
	journal_close(&journal);
	buf_fini(&sim.content);
}

/* A scenario of synced and unsynced appends with a rewrite in the middle. Returns how many records
 * were acknowledged as durable; *ret_tried how many were begun. The rewrite keeps the records from
 * `first` on. */
static int scenario(struct disk_sim *sim, int *ret_tried, int *ret_first)
{
	struct journal journal;
	struct journal_recovery recovery;
	struct journal_image image;
	struct seen seen;
	int acked = 0;

	*ret_tried = 0;
	*ret_first = 1;
	if (open_sim(&journal, sim, &recovery, &seen) != 0)
		return 0;
	for (int i = 1; i <= 8; i++) {
		bool sync = i != 3 && i != 7;
		*ret_tried = i;
		if (append(&journal, i, 8 + (size_t)i, sync) == 0 && sync)
			acked = i;
		if (i != 5)
			continue;
		journal_image_begin(&journal, &image);
		for (int kept = 4; kept <= 5; kept++) {
			char bytes[16] = {0};
			memcpy(bytes, &kept, sizeof(kept));
			journal_image_add(&image, (struct str){bytes, sizeof(bytes)});
		}
		*ret_first = 4;
		if (journal_rewrite(&journal, &image) != 0)
			break;
	}
	return acked;
}

static void test_every_point_of_death(void **state)
{
	int deaths = 0;

	(void)state;
	for (int tail = 0; tail < DISK_SIM_TAILS; tail++) {
		for (int64_t budget = 0;; budget++) {
			struct disk_sim sim;
			struct journal journal;
			struct journal_recovery recovery;
			struct seen seen;
			int tried, first, acked, last;
			bool died;

			disk_sim_init(&sim);
			sim.budget = budget;
			sim.tail = (enum disk_sim_tail)tail;
			acked = scenario(&sim, &tried, &first);
			died = sim.dead;
			disk_sim_revive(&sim);
			assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
			assert_false(recovery.damaged);
			last = seen.count ? seen.values[seen.count - 1] : 0;
			assert_in_range(last, acked, tried);
			/* what is there is there without a gap, from the first or from the
			 * rewrite's first */
			for (int i = 1; i < seen.count; i++)
				assert_int_equal(seen.values[i], seen.values[i - 1] + 1);
			if (seen.count)
				assert_true(seen.values[0] == 1 || seen.values[0] == first);
			/* and the journal goes on */
			assert_int_equal(append(&journal, last + 1, 8, true), 0);
			journal_close(&journal);
			assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
			assert_int_equal(recovery.cut_bytes, 0);
			assert_int_equal(seen.values[seen.count - 1], last + 1);
			journal_close(&journal);
			buf_fini(&sim.content);
			if (!died)
				break;
			deaths++;
		}
	}
	assert_true(deaths > 1000);
	print_message("%d points of death\n", deaths);
}

/* Any flipped bit ends the readable part there, and says so. */
static void test_flipped_bits_are_seen(void **state)
{
	struct disk_sim sim;
	struct journal journal;
	struct journal_recovery recovery;
	struct seen seen;

	(void)state;
	for (size_t at = 0; at < JOURNAL_HEAD_BYTES + 2 * (JOURNAL_FRAME_BYTES + 12); at++) {
		disk_sim_init(&sim);
		assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
		for (int i = 1; i <= 2; i++)
			assert_int_equal(append(&journal, i, 12, true), 0);
		journal_close(&journal);
		if (at >= 8 && at < 16) {
			buf_fini(&sim.content);
			continue; /* the identity is only a name */
		}
		sim.content.ptr[at] ^= 1;
		assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
		assert_true(recovery.cut_bytes > 0);
		assert_true(seen.count < 2);
		if (at < 8)
			assert_true(recovery.damaged && sim.kept);
		journal_close(&journal);
		buf_fini(&sim.content);
	}
}

static void test_damage_is_kept_aside(void **state)
{
	struct disk_sim sim;
	struct journal journal;
	struct journal_recovery recovery;
	struct seen seen;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
	for (int i = 1; i <= 6; i++)
		assert_int_equal(append(&journal, i, 2000, true), 0);
	journal_close(&journal);
	sim.content.ptr[JOURNAL_HEAD_BYTES + 100] ^= 4;
	assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
	assert_true(recovery.damaged);
	assert_true(sim.kept);
	assert_int_equal(seen.count, 0);
	assert_int_equal(append(&journal, 9, 8, true), 0);
	journal_close(&journal);
	buf_fini(&sim.content);
}

static void test_failed_write_is_as_if_never(void **state)
{
	struct disk_sim sim;
	struct journal journal;
	struct journal_recovery recovery;
	struct seen seen;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
	assert_int_equal(append(&journal, 1, 8, true), 0);
	sim.budget =
		10; /* the disk is full in the middle of the record, and has room again later */
	sim.tail = DISK_SIM_KEPT;
	assert_true(append(&journal, 2, 8, true) < 0);
	disk_sim_revive(&sim);
	assert_int_equal(append(&journal, 3, 8, true), 0);
	journal_close(&journal);
	assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.values[1], 3);
	journal_close(&journal);
	buf_fini(&sim.content);
}

static void test_visitor_can_refuse(void **state)
{
	struct disk_sim sim;
	struct journal journal;
	struct journal_recovery recovery;
	struct seen seen;
	struct disk disk;
	struct rng rng;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&journal, &sim, &recovery, &seen), 0);
	assert_int_equal(append(&journal, 1, 8, true), 0);
	journal_close(&journal);
	disk = disk_sim_port(&sim);
	rng_init_seeded(&rng, 1);
	memset(&seen, 0, sizeof(seen));
	seen.stop_at = 1;
	assert_int_equal(journal_open(&journal, &disk, &rng, &recovery, see, &seen), FAULT_CORRUPT);
	journal_close(&journal);
	buf_fini(&sim.content);
}

/* The real file: created, appended, rewritten, cut, and found again. */
static void test_real_file(void **state)
{
	char dir[] = "/tmp/leyden-journal-XXXXXX";
	char path[64];
	struct journal journal;
	struct journal_recovery recovery;
	struct journal_image image;
	struct seen seen = {0};
	struct disk disk;
	struct rng rng;
	int value = 42;

	(void)state;
	rng_init_seeded(&rng, 3);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(disk_open_file(&disk, dir, "journal"), 0);
	assert_int_equal(journal_open(&journal, &disk, &rng, &recovery, see, &seen), 0);
	assert_int_equal(append(&journal, 1, 8, true), 0);
	journal_image_begin(&journal, &image);
	journal_image_add(&image, (struct str){(char *)&value, sizeof(value)});
	assert_int_equal(journal_rewrite(&journal, &image), 0);
	assert_int_equal(append(&journal, 43, 8, true), 0);
	journal_close(&journal);
	snprintf(path, sizeof(path), "%s/journal", dir);
	assert_int_equal(truncate(path, JOURNAL_HEAD_BYTES + 40 + 10), 0);
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(disk_open_file(&disk, dir, "journal"), 0);
	assert_int_equal(journal_open(&journal, &disk, &rng, &recovery, see, &seen), 0);
	assert_int_equal(recovery.cut_bytes, 10);
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.values[0], 42);
	journal_close(&journal);
	assert_true(disk_open_file(&disk, "/nonexistent/dir", "journal") < 0);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_keeps_records_in_order),
		cmocka_unit_test(test_every_point_of_death),
		cmocka_unit_test(test_flipped_bits_are_seen),
		cmocka_unit_test(test_damage_is_kept_aside),
		cmocka_unit_test(test_failed_write_is_as_if_never),
		cmocka_unit_test(test_visitor_can_refuse),
		cmocka_unit_test(test_real_file),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
