/* test_spool.c - transactions survive: a whole life is run with the power failing at every byte,
 * resumed, and must end with exactly one start and one stop delivered in order. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/rng.h"
#include "disk_sim.h"
#include "pile/spool_record.h"

static int open_sim(struct spool *spool, struct disk_sim *sim)
{
	struct disk disk = disk_sim_port(sim);
	struct journal_recovery recovery;
	struct rng rng;

	rng_init_seeded(&rng, 11);
	return spool_open(spool, &disk, 2, &rng, &recovery);
}

static void test_life_of_a_transaction(void **state)
{
	struct hal_meter meter = {.power_mw = 7200000, .soc_percent = 40, .voltage_mv = {230000}};
	struct disk_sim sim;
	struct spool spool;
	const struct spool_entry *head;
	int64_t tx;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_int_equal(spool_start(&spool, 1, "TAG-1", 1000, 5, -1, NULL, &tx), 0);
	assert_int_equal(spool_sample(&spool, tx, SPOOL_PERIODIC, 6, 1010, &meter, 25000, NULL), 0);
	assert_int_equal(spool_stop(&spool, tx, "TAG-1", 1020, 7, STOP_LOCAL, NULL), 0);
	assert_int_equal(spool_stop(&spool, tx, "", 9999, 8, STOP_OTHER, NULL), 0); /* only once */
	spool_close(&spool);

	assert_int_equal(open_sim(&spool, &sim), 0);
	head = spool_head(&spool);
	assert_non_null(head);
	assert_int_equal(head->kind, SPOOL_START);
	assert_string_equal(head->tag, "TAG-1");
	assert_int_equal(head->reservation, -1);
	assert_true(spool_start_waits(&spool, tx));
	assert_null(spool_tx_running(&spool, 1)); /* stopped, only not sent */
	assert_int_equal(spool_confirm(&spool, tx, 777, true), 0);
	assert_int_equal(spool_done(&spool), 0);
	spool_close(&spool);

	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_int_equal(spool_tx(&spool, tx)->server_id, 777);
	assert_ptr_equal(spool_tx_of_server(&spool, 777), spool_tx(&spool, tx));
	head = spool_head(&spool);
	assert_int_equal(head->kind, SPOOL_SAMPLE);
	assert_int_equal(head->meter.power_mw, 7200000);
	assert_int_equal(head->meter.voltage_mv[0], 230000);
	assert_int_equal(head->meter.soc_percent, 40);
	assert_int_equal(spool_done(&spool), 0);
	head = spool_head(&spool);
	assert_int_equal(head->kind, SPOOL_STOP);
	assert_int_equal(head->register_dwh, 1020);
	assert_int_equal(head->why, STOP_LOCAL);
	assert_int_equal(spool_done(&spool), 0);
	assert_null(spool_head(&spool));
	assert_null(spool_tx(&spool, tx));
	spool_close(&spool);
	buf_fini(&sim.content);
}

/* How the car is charged stays with the transaction: from its start on, over restarts and
 * rewritten journals. */
static void test_choice_stays(void **state)
{
	const struct spool_facts facts = {
		.choice = {HAL_PLUG_IEC_TYPE2, MODE_AC_THREE, MODE_SIGNAL, MODE_METER_SUM}};
	struct hal_meter meter = {0};
	struct disk_sim sim;
	struct spool spool;
	int64_t tx;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_int_equal(spool_start(&spool, 1, "T", 0, 1, -1, &facts, &tx), 0);
	assert_int_equal(spool_head(&spool)->facts.choice.plug, HAL_PLUG_IEC_TYPE2);
	assert_int_equal(spool_done(&spool), 0);
	for (int i = 0; i < 4000; i++) { /* until the journal was rewritten */
		assert_int_equal(
			spool_sample(&spool, tx, SPOOL_PERIODIC, i, i, &meter, 0, NULL), 0);
		assert_int_equal(spool_done(&spool), 0);
	}
	assert_true(spool.journal.length < 300 * 1024);
	spool_close(&spool);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_memory_equal(&spool_tx(&spool, tx)->choice, &facts.choice, sizeof(facts.choice));
	spool_close(&spool);
	buf_fini(&sim.content);
}

/* Where the register of what flows back stands in a record of an entry, in layout 3. */
#define EXPORT_AT 41
#define EXPORT_BYTES 9

/* A start as layouts 1 and 2 wrote it (before the choice, and the register of what flows back, were
 * kept) is read; one with a plug that nobody knows is none. */
static void test_older_and_odd_records(void **state)
{
	struct spool_record record = {.type = SPOOL_RECORD_ENTRY,
		.entry = {.kind = SPOOL_START, .tx = 3, .connector = 1, .tag = "T"}};
	struct spool_bytes room;
	struct spool_record read;
	struct str bytes;

	(void)state;
	record.entry.facts.choice.plug = HAL_PLUG_CCS2;
	record.entry.facts.exports = true;
	record.entry.facts.export_dwh = 4711;
	bytes = spool_record_write(&record, &room);
	assert_true(spool_record_read(bytes, &read));
	assert_int_equal(read.entry.facts.choice.plug, HAL_PLUG_CCS2);
	assert_true(read.entry.facts.exports);
	assert_int_equal(read.entry.facts.export_dwh, 4711);
	bytes.len -= EXPORT_BYTES;
	memmove(room.bytes + EXPORT_AT, room.bytes + EXPORT_AT + EXPORT_BYTES,
		bytes.len - EXPORT_AT);
	room.bytes[0] = (char)(SPOOL_RECORD_ENTRY | 2 << 4);
	assert_true(spool_record_read(bytes, &read));
	assert_int_equal(read.entry.facts.choice.plug, HAL_PLUG_CCS2);
	assert_false(read.entry.facts.exports);
	room.bytes[bytes.len - 4] = HAL_PLUGS;
	assert_false(spool_record_read(bytes, &read));
	room.bytes[0] = (char)(SPOOL_RECORD_ENTRY | 1 << 4);
	assert_false(spool_record_read(bytes, &read)); /* four bytes too many for that layout */
	bytes.len -= 4;
	assert_true(spool_record_read(bytes, &read));
	assert_int_equal(read.entry.facts.choice.plug, HAL_PLUG_NONE);
	assert_string_equal(read.entry.tag, "T");
}

/* The world of the model check: what the program before the crash had been told, and what the
 * server got. */
struct life {
	int64_t tx;
	bool started, stopped, confirmed;
	int delivered; /* messages answered for sure */
};

static void live(struct disk_sim *sim, struct life *life)
{
	struct hal_meter meter = {0};
	struct spool spool;

	if (open_sim(&spool, sim) != 0)
		return;
	life->started = spool_start(&spool, 1, "T", 100, 1, -1, NULL, &life->tx) == 0;
	if (life->started) {
		(void)spool_sample(&spool, life->tx, SPOOL_PERIODIC, 2, 110, &meter, 0, NULL);
		(void)spool_register(&spool, 1, 115, 115, 3, true);
		life->confirmed = spool_confirm(&spool, life->tx, 55, true) == 0;
		if (life->confirmed && spool_done(&spool) == 0)
			life->delivered = 1;
		life->stopped = spool_stop(&spool, life->tx, "", 120, 4, STOP_LOCAL, NULL) == 0;
	}
	spool_close(&spool);
}

/* After the crash: an open transaction is ended, everything is delivered, and counted. */
static void finish(struct disk_sim *sim, const struct life *life)
{
	struct spool spool;
	const struct spool_entry *head;
	struct spool_tx *open;
	int starts = 0, stops = 0, last_kind = 0;

	disk_sim_revive(sim);
	assert_int_equal(open_sim(&spool, sim), 0);
	open = spool_tx_running(&spool, 1);
	if (life->stopped)
		assert_null(open);
	if (open) {
		assert_true(open->last_dwh >= 100);
		assert_int_equal(spool_stop(&spool, open->id, "", open->last_dwh, open->last_us,
					 STOP_POWER_LOSS, NULL),
			0);
	}
	while ((head = spool_head(&spool))) {
		assert_int_equal(head->tx, 1);
		assert_true(head->kind >= last_kind); /* start, samples, stop */
		last_kind = head->kind;
		starts += head->kind == SPOOL_START;
		stops += head->kind == SPOOL_STOP;
		if (head->kind == SPOOL_STOP && life->stopped)
			assert_int_equal(head->register_dwh, 120);
		if (head->kind == SPOOL_STOP && life->confirmed)
			assert_int_equal(spool_tx(&spool, head->tx)->server_id, 55);
		assert_int_equal(spool_done(&spool), 0);
	}
	if (life->started) {
		assert_int_equal(stops, 1);
		/* the start was answered before, or is sent (again) now; never twice in one queue
		 */
		assert_true(starts == 1 || life->confirmed);
	}
	assert_true(starts <= 1 && stops <= 1);
	assert_null(spool_tx(&spool, 1));
	spool_close(&spool);
}

static void test_every_point_of_death(void **state)
{
	int deaths = 0;

	(void)state;
	for (int tail = 0; tail < DISK_SIM_TAILS; tail++) {
		bool died = true;
		for (int64_t budget = 0; died; budget++) {
			struct life life = {0};
			struct disk_sim sim;

			disk_sim_init(&sim);
			sim.budget = budget;
			sim.tail = (enum disk_sim_tail)tail;
			live(&sim, &life);
			died = sim.dead;
			finish(&sim, &life);
			deaths += died;
			buf_fini(&sim.content);
		}
	}
	assert_true(deaths > 1500);
	print_message("%d points of death\n", deaths);
}

static void test_notes_and_registers(void **state)
{
	struct disk_sim sim;
	struct spool spool;
	size_t cursor = 0, count = 0;
	struct str key, value;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_int_equal(spool_note(&spool, STR("key:HeartbeatInterval"), STR("30")), 0);
	assert_int_equal(spool_note(&spool, STR("key:HeartbeatInterval"), STR("60")), 0);
	assert_int_equal(spool_note(&spool, STR("gone"), STR("x")), 0);
	assert_int_equal(spool_note(&spool, STR("gone"), STR_NULL), 0);
	assert_int_equal(spool_note(&spool, STR("tag:A"), STR("Accepted")), 0);
	assert_int_equal(spool_register(&spool, 2, 5000, 300, 9, true), 0);
	assert_int_equal(spool_register(&spool, 0, 1, 1, 9, true), 0); /* no such connector */
	assert_true(spool_note(&spool, STR_NULL, STR("x")) < 0);
	spool_close(&spool);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_true(str_is(spool_note_get(&spool, STR("key:HeartbeatInterval")), "60"));
	assert_null(spool_note_get(&spool, STR("gone")).ptr);
	while (spool_note_next(&spool, &cursor, &key, &value))
		count++;
	assert_int_equal(count, 2);
	assert_int_equal(spool.registers[1].register_dwh, 5000);
	assert_int_equal(spool.registers[1].raw_dwh, 300);
	assert_int_equal(spool.registers[0].register_dwh, 0);
	spool_close(&spool);
	buf_fini(&sim.content);
}

/* A long offline time: the journal is rewritten now and then, numbers go on, the order stays. */
static void test_compaction_keeps_everything(void **state)
{
	struct hal_meter meter = {0};
	struct disk_sim sim;
	struct spool spool;
	const struct spool_entry *head;
	uint64_t last_seq = 0;
	int64_t tx, second;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_int_equal(spool_note(&spool, STR("n"), STR("v")), 0);
	assert_int_equal(spool_start(&spool, 1, "T", 0, 1, -1, NULL, &tx), 0);
	assert_int_equal(spool_confirm(&spool, tx, 9, false), 0);
	assert_int_equal(spool_done(&spool), 0);
	for (int i = 0; i < 4000; i++) { /* sent and answered at once: history only */
		assert_int_equal(
			spool_sample(&spool, tx, SPOOL_PERIODIC, i, i, &meter, 0, NULL), 0);
		assert_int_equal(spool_done(&spool), 0);
	}
	assert_true(spool.journal.length < 300 * 1024);
	assert_int_equal(spool_start(&spool, 2, "U", 0, 1, 4, NULL, &second), 0);
	assert_int_equal(second, tx + 1);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(
			spool_sample(&spool, tx, SPOOL_PERIODIC, i, i, &meter, 0, NULL), 0);
	for (int i = 0; i < 2900; i++)
		assert_int_equal(spool_done(&spool), 0);
	spool_close(&spool);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_true(spool_tx(&spool, tx)->refused);
	assert_int_equal(spool_tx(&spool, tx)->server_id, 9);
	assert_false(spool_tx(&spool, second)->confirmed);
	assert_true(str_is(spool_note_get(&spool, STR("n")), "v"));
	assert_int_equal(spool.count, 101);
	while ((head = spool_head(&spool))) {
		assert_true(head->seq > last_seq);
		last_seq = head->seq;
		assert_int_equal(spool_done(&spool), 0);
	}
	assert_int_equal(spool_start(&spool, 1, "V", 0, 1, -1, NULL, &second), 0);
	assert_int_equal(second, tx + 2);
	spool_close(&spool);
	buf_fini(&sim.content);
}

/* A journal just below the size at which it is rewritten, made once. */
static void grow_to_edge(struct disk_sim *sim)
{
	struct hal_meter meter = {0};
	struct spool spool;
	int64_t tx;

	disk_sim_init(sim);
	assert_int_equal(open_sim(&spool, sim), 0);
	assert_int_equal(spool_start(&spool, 1, "T", 0, 1, -1, NULL, &tx), 0);
	assert_int_equal(spool_done(&spool), 0);
	for (int i = 0; spool.journal.length < 255 * 1024; i++) {
		assert_int_equal(
			spool_sample(&spool, tx, SPOOL_PERIODIC, i, i, &meter, 0, NULL), 0);
		assert_int_equal(spool_done(&spool), 0);
	}
	spool_close(&spool);
}

/* The disk dies at each step of a rewrite: old or new content, the same meaning. */
static void test_rewrite_dies_anywhere(void **state)
{
	struct hal_meter meter = {0};
	struct disk_sim edge, sim;
	struct spool spool;
	int64_t acked;

	(void)state;
	grow_to_edge(&edge);
	for (int64_t budget = 0; budget < 3600; budget += budget < 40 ? 1 : 37) {
		disk_sim_init(&sim);
		buf_put_str(&sim.content, buf_str(&edge.content));
		sim.synced = sim.content.len;
		assert_int_equal(open_sim(&spool, &sim), 0);
		sim.budget = budget;
		sim.tail = DISK_SIM_KEPT;
		acked = 0;
		for (int i = 1; i < 20 && !sim.dead; i++)
			if (spool_sample(&spool, 1, SPOOL_CLOCK, i, i, &meter, 0, NULL) == 0)
				acked = i;
		spool_close(&spool);
		disk_sim_revive(&sim);
		assert_int_equal(open_sim(&spool, &sim), 0);
		assert_non_null(spool_tx_running(&spool, 1));
		assert_true((int64_t)spool.count >= acked);
		spool_close(&spool);
		buf_fini(&sim.content);
	}
	buf_fini(&edge.content);
}

static void test_full_disk_and_bounds(void **state)
{
	struct hal_meter meter = {0};
	struct disk_sim sim;
	struct spool spool;
	int64_t tx, none;

	(void)state;
	disk_sim_init(&sim);
	assert_int_equal(open_sim(&spool, &sim), 0);
	assert_int_equal(spool_start(&spool, 1, "T", 0, 1, -1, NULL, &tx), 0);
	sim.free_bytes = 1000;
	assert_int_equal(spool_start(&spool, 2, "T", 0, 1, -1, NULL, &none), SPOOL_E_FULL);
	/* the running one still ends */
	assert_int_equal(spool_stop(&spool, tx, "", 5, 2, STOP_OTHER, NULL), 0);
	sim.free_bytes = INT64_MAX;
	assert_int_equal(spool_start(&spool, 2, "T", 0, 1, -1, NULL, &tx), 0);
	for (int i = 0; i < SPOOL_ENTRIES_MAX + 5; i++)
		assert_int_equal(
			spool_sample(&spool, tx, SPOOL_PERIODIC, i, i, &meter, 0, NULL), 0);
	assert_int_equal(spool.dropped_samples, 8);
	assert_int_equal(spool_stop(&spool, tx, "", 5, 2, STOP_OTHER, NULL), 0); /* never dropped */
	assert_int_equal(spool_abandon(&spool, tx), 0);
	assert_true(spool_tx(&spool, tx)->abandoned);
	spool_close(&spool);
	buf_fini(&sim.content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_life_of_a_transaction),
		cmocka_unit_test(test_choice_stays),
		cmocka_unit_test(test_older_and_odd_records),
		cmocka_unit_test(test_every_point_of_death),
		cmocka_unit_test(test_notes_and_registers),
		cmocka_unit_test(test_compaction_keeps_everything),
		cmocka_unit_test(test_rewrite_dies_anywhere),
		cmocka_unit_test(test_full_disk_and_bounds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
