/* network.c - the network simulator: hundreds of piles, their drivers, and a payment channel
 * against the whole server, with links that break, databases that fail and machines that stop at
 * any write; all from one seed. After every step what changed is checked, every N steps and at the
 * end everything is (audit.c). The same seed gives the same log.
 *
 *     sim-network [--seed N] [--steps N] [--check-every N] [--piles N] [--engine sqlite|postgres]
 *                 [--once] */
#include "sim.h"
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "disk.h"
#include "faults.h"

#define CALM_ROUNDS 4000
#define FULL_US (200 * US_PER_S) /* a disk is full for so long, at most */
#define LOUD_FAULTS 8            /* of a hundred steps, how many go wrong at the start */

static uint64_t struck_before;

_Noreturn void sim_die(const struct sim *sim, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "sim-network: step %" PRIu64 ": ", sim->step);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fprintf(stderr, "\n");
	exit(1);
}

void sim_log(struct sim *sim, const char *what, struct str text)
{
	struct buf buf;

	buf_init(&buf, &sim->arena, text.len + 256);
	buf_put(&buf, sim->log, SHA256_LEN);
	buf_put_str(&buf, str_from(what));
	buf_put_str(&buf, text);
	sha256(buf.ptr, buf.len, sim->log);
}

bool sim_chance(struct sim *sim, int percent)
{
	return (int)rng_below(&sim->rng, 100) < percent;
}

int64_t sim_below(struct sim *sim, int64_t below)
{
	return (int64_t)rng_below(&sim->rng, (uint64_t)below);
}

static uint64_t struck(void)
{
	uint64_t sum = 0;

	for (int i = 0; i < FAULTS_KINDS; i++)
		sum += faults.struck[i];
	return sum;
}

bool sim_in_trouble(const struct sim *sim)
{
	(void)sim;
	return faults.dead || faults.full || struck() != struck_before;
}

int sim_act(struct sim *sim, int (*run)(struct ctx *ctx, void *arg), void *arg)
{
	int result = stage_act(&sim->stage, LANE_WRITE, run, arg);

	if (result < 0 && !sim_in_trouble(sim))
		sim_die(sim, "a fault out of nothing: %s", fault_text());
	return result;
}

void sim_pump(struct sim *sim)
{
	if (stage_pump(&sim->stage) < 0)
		sim_die(sim, "the lanes stopped: %s", fault_text());
}

/* --- trouble --- */

static void start_server(struct sim *sim)
{
	if (stage_open(&sim->stage) != 0)
		sim_die(sim, "the server does not start: %s", fault_text());
}

/* The machine stops and comes back, or the server is only restarted. */
static void restart(struct sim *sim)
{
	bool dead = faults.dead;

	piles_cut(sim);
	ask_close(sim->ask);
	stage_close(&sim->stage);
	if (dead && sim->stage.engine == DB_SQLITE)
		sim->stats.lost += disk_power_cut(&sim->rng);
	faults_revive();
	start_server(sim);
	sim->ask = ask_open(&sim->stage);
}

static void trouble(struct sim *sim)
{
	if (!sim_chance(sim, sim->trouble_pct))
		return;
	if (sim_chance(sim, 4)) {
		sim->stats.restarts++;
		restart(sim);
	} else if (sim_chance(sim, 4)) {
		faults.full = true;
		sim->full_until_us = sim->stage.clock.at_us + sim_below(sim, FULL_US);
	} else {
		int64_t kinds = sim->stage.engine == DB_SQLITE ? FAULTS_KINDS : FAULTS_DISK_STOP;

		faults_arm((enum fault_kind)(1 + sim_below(sim, kinds - 1)),
			(uint64_t)(1 + sim_below(sim, 60)));
	}
}

static void heal(struct sim *sim)
{
	if (faults.full && sim->stage.clock.at_us >= sim->full_until_us)
		faults.full = false;
	if (!faults.dead)
		return;
	sim->stats.crashes++;
	sim_log(sim, "crash", STR(""));
	restart(sim);
}

/* --- time --- */

/* Before much time passes, whoever can speak does: a message does not lie about for hours while the
 * link is fine. */
static void speak_out(struct sim *sim)
{
	for (int i = 0; i < SIM_SPOOL * 4 && piles_talk(sim, 100); i++) {
		piles_reply(sim);
		heal(sim);
	}
}

static void pass(struct sim *sim)
{
	static const struct {
		int64_t most, us;
	} jumps[] = {{90, US_PER_S}, {150, 5 * US_PER_S}, {180, 30 * US_PER_S},
		{193, 90 * US_PER_S}, {197, 5 * US_PER_MIN}, {199, 30 * US_PER_MIN},
		{200, 4 * US_PER_HOUR}};
	int64_t what = sim_below(sim, 200), us;
	size_t at = 0;

	while (what >= jumps[at].most)
		at++;
	us = sim_below(sim, jumps[at].us);
	if (us > 20 * US_PER_S && faults.full)
		us = 20 * US_PER_S;
	if (us > 20 * US_PER_S)
		speak_out(sim);
	piles_turn(sim, us);
	sim->stage.clock.at_us += us;
	if (stage_tick(&sim->stage) < 0 && !sim_in_trouble(sim))
		sim_die(sim, "the timers stopped: %s", fault_text());
}

/* --- life --- */

static void begin_step(struct sim *sim)
{
	arena_reset(&sim->arena);
	struck_before = struck();
}

static void step(struct sim *sim)
{
	int64_t things = 1 + sim_below(sim, 2 + (int64_t)sim->piles_len / 10);

	begin_step(sim);
	trouble(sim);
	for (int64_t i = 0; i < things; i++)
		piles_act(sim);
	sim_pump(sim);
	heal(sim);
	for (int64_t i = 0; i < 1 + things / 3; i++) {
		people_act(sim);
		heal(sim);
	}
	piles_talk(sim, 60);
	piles_reply(sim);
	heal(sim);
	if (sim_chance(sim, 40))
		pass(sim);
	heal(sim);
	audit_step(sim);
}

static void live(struct sim *sim, uint64_t steps, uint64_t check_every)
{
	for (sim->step = 1; sim->step <= steps; sim->step++) {
		step(sim);
		if (sim->step % check_every == 0 && !faults.full)
			audit_all(sim);
	}
}

/* Nothing goes wrong any more, nobody begins anything, and time passes until all is told, stopped,
 * paid and given back. */
static void calm_down(struct sim *sim)
{
	bool busy = true;

	faults_revive();
	sim->calm = true;
	sim->channel.fault_pct = 0;
	for (int i = 0; i < CALM_ROUNDS && (busy || i < 60); i++, sim->step++) {
		begin_step(sim);
		piles_calm(sim);
		busy = piles_talk(sim, 100);
		busy |= piles_reply(sim);
		for (int n = 0; n < 64 && people_courier(sim); n++)
			busy = true;
		for (int n = 0; n < 64 && people_notify(sim); n++)
			busy = true;
		sim->stage.clock.at_us += i < 40 ? 20 * US_PER_S : busy ? US_PER_MIN : US_PER_HOUR;
		if (stage_tick(&sim->stage) < 0)
			sim_die(sim, "the timers stopped: %s", fault_text());
		if (i == 50)
			people_force(sim);
		audit_step(sim);
		busy |= ask_number(sim->ask, "SELECT COUNT(*) FROM payment WHERE next_us > $1", 0) >
				0 ||
			ask_number(sim->ask,
				"SELECT COUNT(*) FROM orders WHERE state < 8 AND id > $1", 0) > 0;
	}
}

/* Other zones, dead batteries, and a little off. */
static const int64_t odd_clocks_us[8] = {US_PER_HOUR, -8 * US_PER_HOUR, -1000 * US_PER_DAY,
	4000 * US_PER_DAY, -20 * US_PER_MIN, 250 * US_PER_S, -400 * US_PER_S, 20 * US_PER_DAY};

static void open_world(struct sim *sim, uint64_t seed, enum db_engine engine, size_t piles)
{
	memset(sim, 0, sizeof(*sim));
	map_fix_key(seed);
	faults = (struct faults){0};
	arena_init(&sim->arena, 64 << 20);
	arena_init(&sim->life, 1 << 30);
	rng_init_seeded(&sim->rng, seed);
	stage_prepare(&sim->stage, engine);
	sim->stage.seed = seed * 1000 + 1;
	sim->stage.ops = (struct stage_ops){piles_send, piles_close, piles_verdict, NULL, sim};
	sim->channel.fault_pct = 20;
	sim->trouble_pct = LOUD_FAULTS;
	sim->piles_len = piles;
	for (size_t i = 0; i < piles; i++) {
		struct sim_pile *pile = &sim->piles[i];

		pile->at = (int)i;
		pile->site = (int)(i % SIM_SITES);
		pile->version = i % 3 == 0 ? OCPP_16 : i % 3 == 1 ? OCPP_201 : OCPP_21;
		pile->temper = i % 10 < 6 ? SIM_HONEST : (enum sim_temper)(i % 10 - 6);
		if (pile->temper == SIM_CLOCK)
			pile->clock_off_us = odd_clocks_us[sim_below(sim, 8)];
		snprintf(pile->code, sizeof(pile->code), "P-%03zu", i);
		for (int no = 0; no < SIM_CONNECTORS; no++)
			pile->connectors[no].dwh = sim_below(sim, 100000000);
	}
	audit_open(sim);
	start_server(sim);
	sim->ask = ask_open(&sim->stage);
	people_found(sim);
	piles_boot(sim);
}

static void close_world(struct sim *sim)
{
	ask_close(sim->ask);
	stage_close(&sim->stage);
	audit_close(sim);
	stage_remove(&sim->stage);
	arena_fini(&sim->arena);
	arena_fini(&sim->life);
}

struct wish {
	uint64_t seed, steps, check_every, piles;
	enum db_engine engine;
	bool once;
};

static void take_state(void *context, const int64_t columns[ASK_COLUMNS])
{
	(void)context;
	printf("  %" PRId64 " orders %s\n", columns[1],
		order_state_name((enum order_state)columns[0]));
}

/* What became of all orders: a simulation in which nothing happens proves nothing. */
static void tell_states(struct sim *sim)
{
	ask_rows(sim->ask,
		"SELECT state, COUNT(*) FROM orders WHERE id > $1 GROUP BY state ORDER BY state",
		&(int64_t){0}, 1, take_state, NULL);
}

static void run(const struct wish *wish, uint8_t ret_log[SHA256_LEN])
{
	static struct sim sim;

	open_world(&sim, wish->seed, wish->engine, (size_t)wish->piles);
	live(&sim, wish->steps, wish->check_every);
	calm_down(&sim);
	audit_end(&sim);
	memcpy(ret_log, sim.log, SHA256_LEN);
	tell_states(&sim);
	printf("seed %" PRIu64 ": %" PRIu64 " steps, %zu piles, %" PRIu64 " frames, %" PRIu64
	       " answers (%" PRIu64 " repeated), %" PRIu64
	       " orders, %zu channel operations, %" PRIu64 " requests, %" PRIu64 " faults, %" PRIu64
	       " crashes, %" PRIu64 " writes lost, log %02x%02x%02x%02x\n",
		wish->seed, sim.step, sim.piles_len, sim.stats.frames, sim.stats.answers,
		sim.stats.repeats, sim.stats.orders, sim.channel.len, sim.stats.requests, struck(),
		sim.stats.crashes, sim.stats.lost, sim.log[0], sim.log[1], sim.log[2], sim.log[3]);
	close_world(&sim);
}

static bool read_wish(int argc, char **argv, struct wish *wish)
{
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : "";

		if (strcmp(argv[i], "--once") == 0) {
			wish->once = true;
			continue;
		}
		i++;
		if (strcmp(argv[i - 1], "--seed") == 0)
			wish->seed = strtoull(value, NULL, 10);
		else if (strcmp(argv[i - 1], "--steps") == 0)
			wish->steps = strtoull(value, NULL, 10);
		else if (strcmp(argv[i - 1], "--check-every") == 0)
			wish->check_every = strtoull(value, NULL, 10);
		else if (strcmp(argv[i - 1], "--piles") == 0)
			wish->piles = strtoull(value, NULL, 10);
		else if (strcmp(argv[i - 1], "--engine") == 0)
			wish->engine = strcmp(value, "postgres") == 0 ? DB_POSTGRES : DB_SQLITE;
		else
			return false;
	}
	return wish->steps > 0 && wish->check_every > 0 && wish->piles > 0 &&
	       wish->piles <= SIM_PILES;
}

int main(int argc, char **argv)
{
	struct wish wish = {.seed = 1, .steps = 400, .check_every = 100, .piles = SIM_PILES};
	uint8_t first[SHA256_LEN], second[SHA256_LEN];

	if (!read_wish(argc, argv, &wish)) {
		fprintf(stderr, "usage: sim-network [--seed N] [--steps N] [--check-every N] "
				"[--piles 1..240] [--engine sqlite|postgres] [--once]\n");
		return 2;
	}
	disk_install();
	log_setup(getenv("SIM_LOG") ? LOG_LEVEL_DEBUG : LOG_LEVEL_ERROR + 1, false);
	run(&wish, first);
	if (wish.once)
		return 0;
	run(&wish, second);
	if (memcmp(first, second, SHA256_LEN) != 0) {
		fprintf(stderr, "sim-network: seed %" PRIu64 " gives two different logs\n",
			wish.seed);
		return 1;
	}
	return 0;
}
