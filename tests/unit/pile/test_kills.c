/* test_kills.c - one journal through a thousand power losses at random points of its writes, on a
 * disk that loses, tears or garbles what was not synced. A server that counts keeps score: no
 * transaction is lost, none is told twice, and the chain is whole each time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/rng.h"
#include "disk_sim.h"
#include "pile/spool.h"

#define KILLS 1000
#define TXS_MAX 40000

/* What the spool promised (its call returned 0), and what the server was told. */
static struct score {
	bool started, stopped;        /* promised */
	uint64_t start_seq, stop_seq; /* told, 0 never */
	int64_t start_dwh, stop_dwh, told_start_dwh, told_stop_dwh;
	uint64_t state_seq; /* told last */
	int32_t state_number;
} scores[TXS_MAX];
/* The register each state was written with, by its time; 0 none was. */
#define MOMENTS 400000
static int64_t state_dwh[MOMENTS];
static int64_t states_told;
static struct rng rng;
static uint64_t identity;
static int64_t now_us, register_dwh, last_tx;

static void open_again(struct spool *spool, struct disk_sim *sim)
{
	struct journal_recovery recovery;
	struct disk disk = disk_sim_port(sim);
	struct spool_tx *running;

	assert_int_equal(spool_open(spool, &disk, 1, &rng, &recovery), 0);
	assert_false(recovery.damaged);
	assert_true(identity == 0 || identity == spool->journal.identity);
	identity = spool->journal.identity;
	running = spool_tx_running(spool, 1);
	if (running)
		assert_false(scores[running->id].stopped);
}

static void do_start(struct spool *spool)
{
	int64_t tx;

	if (spool_tx_running(spool, 1) ||
		spool_start(spool, 1, "T", register_dwh, now_us, -1, NULL, &tx) != 0)
		return;
	assert_true(tx > last_tx || !scores[tx].started); /* a number is given once */
	assert_true(tx < TXS_MAX);
	last_tx = tx;
	scores[tx].started = true;
	scores[tx].start_dwh = register_dwh;
}

static void do_stop(struct spool *spool)
{
	struct spool_tx *running = spool_tx_running(spool, 1);
	int64_t tx = running ? running->id : 0;

	if (!running || spool_stop(spool, tx, "", register_dwh, now_us, STOP_LOCAL, NULL) != 0)
		return;
	scores[tx].stopped = true;
	scores[tx].stop_dwh = register_dwh;
}

/* What 2.x hears between start and stop: in order, numbered upwards, and with what was true then.
 */
static void hear_state(struct score *score, const struct spool_entry *head)
{
	assert_in_range(head->at_us / 1000, 1, MOMENTS - 1);
	assert_int_equal(state_dwh[head->at_us / 1000], head->register_dwh + 1);
	assert_int_equal(head->why, head->at_us / 1000 % 3);
	if (head->seq + 1 > score->state_seq) {
		assert_true((int32_t)head->number > score->state_number);
		score->state_seq = head->seq + 1;
		score->state_number = (int32_t)head->number;
		states_told++;
	}
}

/* The server answers by the message's number: a repeated one is known by it. */
static void do_tell(struct spool *spool)
{
	const struct spool_entry *head = spool_head(spool);
	struct score *score;

	if (!head)
		return;
	score = &scores[head->tx];
	if (head->kind == SPOOL_START) {
		assert_true(score->start_seq == 0 || score->start_seq == head->seq + 1);
		score->start_seq = head->seq + 1;
		score->told_start_dwh = head->register_dwh;
		if (spool_confirm(spool, head->tx, head->tx + 1000, true) != 0)
			return;
	} else {
		assert_true(score->start_seq != 0);
		/* what comes after the stop was told before it: an answer's note was lost */
		assert_true(score->stop_seq == 0 || head->seq + 1 <= score->stop_seq);
	}
	if (head->kind == SPOOL_STATE)
		hear_state(score, head);
	if (head->kind == SPOOL_STOP) {
		assert_true(score->stop_seq == 0 || score->stop_seq == head->seq + 1);
		score->stop_seq = head->seq + 1;
		score->told_stop_dwh = head->register_dwh;
	}
	(void)spool_done(spool);
}

static void live(struct spool *spool, struct disk_sim *sim)
{
	const struct hal_meter meter = {0};

	for (int i = 0; i < 200 && !sim->dead; i++) {
		struct spool_tx *running = spool_tx_running(spool, 1);
		now_us += 1000;
		register_dwh += (int64_t)rng_below(&rng, 50);
		assert_true(now_us / 1000 < MOMENTS);
		switch (rng_below(&rng, 7)) {
		case 0:
			do_start(spool);
			break;
		case 1:
			do_stop(spool);
			break;
		case 2:
			if (running)
				(void)spool_sample(spool, running->id, SPOOL_PERIODIC, now_us,
					register_dwh, &meter, 0, NULL);
			break;
		case 3:
			state_dwh[now_us / 1000] = register_dwh + 1;
			if (running)
				(void)spool_state(spool, running->id,
					(enum state_cause)(now_us / 1000 % 3), now_us, register_dwh,
					NULL);
			break;
		case 4:
			(void)spool_register(
				spool, 1, register_dwh, register_dwh, now_us, rng_below(&rng, 2));
			break;
		default:
			do_tell(spool);
		}
	}
}

static void test_a_thousand_kills(void **state)
{
	struct disk_sim sim;
	struct spool spool;
	int64_t deaths = 0, told = 0;

	(void)state;
	rng_init_seeded(&rng, 20260302);
	disk_sim_init(&sim);
	while (deaths < KILLS) {
		open_again(&spool, &sim);
		sim.budget = (int64_t)rng_below(&rng, 4000);
		sim.tail = (enum disk_sim_tail)rng_below(&rng, DISK_SIM_TAILS);
		live(&spool, &sim);
		deaths += sim.dead;
		spool_close(&spool);
		disk_sim_revive(&sim);
	}
	open_again(&spool, &sim);
	do_stop(&spool);
	while (spool_head(&spool))
		do_tell(&spool);
	spool_close(&spool);
	for (int64_t tx = 1; tx < TXS_MAX; tx++) {
		const struct score *score = &scores[tx];
		assert_true(!score->started || score->start_seq != 0);
		assert_true(!score->stopped || score->stop_seq != 0);
		assert_int_equal(score->start_seq != 0, score->stop_seq != 0);
		if (score->started)
			assert_int_equal(score->told_start_dwh, score->start_dwh);
		if (score->stopped)
			assert_int_equal(score->told_stop_dwh, score->stop_dwh);
		told += score->stop_seq != 0;
	}
	printf("%lld deaths, %lld transactions, %lld states\n", (long long)deaths, (long long)told,
		(long long)states_told);
	assert_true(told > 1000);
	assert_true(states_told > 1000);
	buf_fini(&sim.content);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_a_thousand_kills)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
