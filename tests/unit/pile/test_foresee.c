/* test_foresee.c - the learned model of an outlet's heat: that it learns, what a day of charging
 * gains by it, that it is forgotten when it is wrong, kept over restarts, and that no weights
 * whatever pass a limit. */
#include "pile/foresee_keep.h"
#include "rig.h"
#include "wire/ocpp16/enums.h"

#define HOUR_S 3600

/* A plant of its own: contacts with a warmth of one minute, a sensor a minute behind, a cabinet. */
struct plant {
	int32_t ambient_mc, rise_mc, pin_mc, sensor_mc, cabinet_mc;
};

static void plant_step(struct plant *plant, int32_t ma)
{
	int64_t load = (int64_t)ma * 1000 / 32000;

	plant->pin_mc += (plant->ambient_mc + (int32_t)(load * load * plant->rise_mc / 1000000) -
				 plant->pin_mc) /
			 60;
	plant->sensor_mc += (plant->pin_mc - plant->sensor_mc) / 60;
	plant->cabinet_mc +=
		(plant->ambient_mc + (int32_t)(load * load * 12000 / 1000000) - plant->cabinet_mc) /
		60;
}

static struct foresee_felt felt(const struct plant *plant, int32_t ma)
{
	return (struct foresee_felt){
		.mc = {plant->sensor_mc, plant->cabinet_mc}, .ma = ma, .full_ma = 32000};
}

/* Cars of forty minutes an hour, each with a current of its own, on a day that warms up. */
static void live(struct foresee *foresee, struct plant *plant, struct rng *rng, int64_t *at_s,
	int64_t seconds)
{
	int32_t ma = 0;

	for (int64_t end_s = *at_s + seconds; *at_s < end_s; ++*at_s) {
		if (*at_s % HOUR_S == 0)
			ma = 16000 + (int32_t)rng_below(rng, 16001);
		if (*at_s % HOUR_S == 2400)
			ma = 0;
		plant->ambient_mc = 20000 + (int32_t)(*at_s % 86400) / 8;
		plant_step(plant, ma);
		struct foresee_felt now = felt(plant, ma);
		foresee_take(foresee, &now, *at_s * US_PER_S);
	}
}

static int percent(const struct foresee *foresee, enum foresee_part part)
{
	const struct foresee_score *score = &foresee->scores[part];

	return (int)((int64_t)score->error_mc * 100 / score->naive_mc);
}

static void test_learns(void **state)
{
	struct plant plant = {20000, 60000, 20000, 20000, 20000};
	struct foresee foresee;
	struct rng rng;
	int64_t at_s = HOUR_S;
	int first;

	(void)state;
	rng_init_seeded(&rng, 3);
	foresee_init(&foresee);
	live(&foresee, &plant, &rng, &at_s, 2 * HOUR_S);
	first = percent(&foresee, FORESEE_CONNECTOR);
	live(&foresee, &plant, &rng, &at_s, 22 * HOUR_S);
	print_message("error against the naive guess: %d %% after two hours, %d %% after a day "
		      "(connector), %d %% (cabinet)\n",
		first, percent(&foresee, FORESEE_CONNECTOR), percent(&foresee, FORESEE_CABINET));
	assert_true(percent(&foresee, FORESEE_CONNECTOR) < 20);
	assert_true(percent(&foresee, FORESEE_CONNECTOR) < first);
	assert_true(percent(&foresee, FORESEE_CABINET) < 50);
	assert_true(foresee_trusts(&foresee, FORESEE_CONNECTOR));
	assert_true(foresee.trusted);
	/* heat follows current, and it knows */
	assert_true(foresee.weights.of[FORESEE_CONNECTOR][1] > 10000 * 256);
}

static void test_same_samples_same_answer(void **state)
{
	struct plant plants[2] = {
		{20000, 90000, 20000, 20000, 20000}, {20000, 90000, 20000, 20000, 20000}};
	struct foresee two[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct rng rng;
		int64_t at_s = HOUR_S;
		rng_init_seeded(&rng, 5);
		foresee_init(&two[i]);
		live(&two[i], &plants[i], &rng, &at_s, 5 * HOUR_S);
	}
	assert_memory_equal(&two[0].weights, &two[1].weights, sizeof(two[0].weights));
	assert_int_equal(two[0].most_ma, two[1].most_ma);
}

/* The outlet becomes another one (a new cable, a fan): for an hour worse than the naive guess, and
 * all is forgotten and learned again. */
static void test_wrong_is_forgotten(void **state)
{
	struct plant plant = {20000, 60000, 20000, 20000, 20000};
	struct foresee foresee;
	struct rng rng;
	int64_t at_s = HOUR_S;
	bool doubted = false, forgotten = false, trusted = false;
	int32_t wander_mc[FORESEE_PARTS] = {40000, 40000};

	(void)state;
	rng_init_seeded(&rng, 4);
	foresee_init(&foresee);
	live(&foresee, &plant, &rng, &at_s, 8 * HOUR_S);
	assert_true(foresee.trusted);
	/* temperatures that go where they like: no guess is better than none */
	for (int64_t end_s = at_s + 48 * HOUR_S; at_s < end_s && !forgotten; at_s += 10) {
		enum foresee_news news;
		struct foresee_felt now = {.ma = at_s / 60 % 2 ? 32000 : 0, .full_ma = 32000};
		for (int part = 0; part < FORESEE_PARTS; part++) {
			wander_mc[part] += rng_below(&rng, 2) ? 700 : -700;
			now.mc[part] = wander_mc[part];
		}
		news = foresee_take(&foresee, &now, at_s * US_PER_S);
		doubted = doubted || news == FORESEE_DOUBTED;
		forgotten = news == FORESEE_FORGOTTEN;
	}
	assert_true(doubted);
	assert_true(forgotten);
	for (int i = 0; i < FORESEE_FEATURES; i++)
		assert_int_equal(foresee.weights.of[FORESEE_CONNECTOR][i], 0);
	assert_int_equal(foresee.most_ma, FORESEE_NO_MA);
	/* and the old outlet is learned anew */
	for (int i = 0; i < 10 && !trusted; i++) {
		live(&foresee, &plant, &rng, &at_s, HOUR_S);
		trusted = foresee.trusted;
	}
	assert_true(trusted);
}

/* A liar: weights turned around are doubted at once by their score, and forgotten or unlearned. */
static void test_turned_around(void **state)
{
	struct plant plant = {20000, 60000, 20000, 20000, 20000};
	struct foresee foresee;
	struct rng rng;
	int64_t at_s = HOUR_S;

	(void)state;
	rng_init_seeded(&rng, 8);
	foresee_init(&foresee);
	for (int part = 0; part < FORESEE_PARTS; part++)
		for (int i = 0; i < FORESEE_FEATURES; i++)
			foresee.weights.of[part][i] = foresee.waiting.of[part][i] =
				i % 2 ? FORESEE_WEIGHT_MAX : -FORESEE_WEIGHT_MAX;
	live(&foresee, &plant, &rng, &at_s, HOUR_S);
	assert_false(foresee.trusted);
	assert_int_equal(foresee.most_ma, FORESEE_NO_MA);
	live(&foresee, &plant, &rng, &at_s, 23 * HOUR_S);
	assert_true(foresee.trusted);
	assert_true(percent(&foresee, FORESEE_CONNECTOR) < 30);
}

/* No sensor, one that comes and goes, a program that stood still: nothing is learned from it. */
static void test_gaps(void **state)
{
	struct foresee foresee;
	struct foresee_felt none = {.mc = {HAL_ABSENT, HAL_ABSENT}, .ma = 32000, .full_ma = 32000};
	struct foresee_felt some = {.mc = {50000, 40000}, .ma = 32000, .full_ma = 32000};
	int64_t at_s = 1;

	(void)state;
	foresee_init(&foresee);
	for (; at_s < 4000; at_s++)
		foresee_take(&foresee, &none, at_s * US_PER_S);
	assert_false(foresee.learned);
	for (; at_s < 40000; at_s += 300) /* five minutes from look to look */
		foresee_take(&foresee, &some, at_s * US_PER_S);
	assert_false(foresee.learned);
	for (; at_s < 80000; at_s += 10) {
		struct foresee_felt now = at_s / 10 % 30 == 0 ? none : some;
		some.mc[0] = 50000 + (int32_t)(at_s % 1000);
		foresee_take(&foresee, &now, at_s * US_PER_S);
	}
	assert_in_range(foresee.foreseen_mc[FORESEE_CONNECTOR] == HAL_ABSENT
				? 50000
				: foresee.foreseen_mc[FORESEE_CONNECTOR],
		0, 120000);
}

static int32_t any_int(struct rng *rng)
{
	static const int32_t ends[] = {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX};

	switch (rng_below(rng, 3)) {
	case 0:
		return ends[rng_below(rng, 6)];
	case 1:
		return (int32_t)(uint32_t)rng_u64(rng);
	default:
		return (int32_t)rng_below(rng, 400000) - 200000;
	}
}

/* Whatever stands in the model, and whatever is felt: the current on offer is never above what the
 * limits allow without it, never below half the limit for its sake, and heat, grid and profile
 * lower as before. */
static void test_no_weights_pass_a_limit(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 21);
	for (int i = 0; i < 4000; i++) {
		struct strategy one = {.cooling = rng_below(&rng, 2)}, two = one;
		struct strategy_input without = {.limit_ma = (int32_t)rng_below(&rng, 600000),
			.least_ma = rng_below(&rng, 2) ? 6000 : 0,
			.base_ma = (int32_t)rng_below(&rng, 100000),
			.connector_mc = any_int(&rng),
			.cabinet_mc = any_int(&rng),
			.battery_mc = any_int(&rng),
			.grid_permille = (int32_t)rng_below(&rng, 1001),
			.profile_ma = (int32_t)rng_below(&rng, 600001) - 1,
			.frequency_mhz = (int32_t)rng_below(&rng, 70000)};
		struct strategy_input with = without;
		struct strategy_output a, b;
		struct foresee foresee;
		int32_t floor_ma = without.limit_ma / 2 > without.least_ma ? without.limit_ma / 2
									   : without.least_ma;
		foresee_init(&foresee);
		for (int part = 0; part < FORESEE_PARTS; part++) {
			for (int k = 0; k < FORESEE_FEATURES; k++)
				foresee.weights.of[part][k] = foresee.waiting.of[part][k] =
					any_int(&rng);
			foresee.scores[part] = (struct foresee_score){
				.error_mc = 0, .naive_mc = 1600000, .seen = UINT32_MAX};
		}
		for (int64_t at_s = 10; at_s <= 40 * 10; at_s += 10) {
			struct foresee_felt now = {.mc = {any_int(&rng), any_int(&rng)},
				.ma = any_int(&rng),
				.full_ma = any_int(&rng),
				.fans_percent = any_int(&rng)};
			foresee_take(&foresee, &now, at_s * US_PER_S);
		}
		with.foreseen_ma = i % 4 ? foresee.most_ma : any_int(&rng);
		a = strategy_decide(&one, &without);
		b = strategy_decide(&two, &with);
		assert_true(b.ma <= a.ma);
		assert_true(b.ma >= (a.ma < floor_ma ? a.ma : floor_ma));
		assert_int_equal(a.cool_percent, b.cool_percent);
	}
}

/* ---- days of charging in the simulator ---- */

struct day {
	int64_t energy_dwh;
	int coolings, lowered; /* times the cooling step began; steps of 500 ms under foresight */
};

/* Cars for some hours, forty minutes each, on one outlet: contacts of `contact_mc`. */
static struct day charge_for(int hours, bool foresight, int32_t contact_mc, int32_t ambient_mc)
{
	struct day day = {0};
	struct sim sim;
	struct evse evse;
	bool cooling = false;

	sim_init(&sim, NULL, 32000, 3);
	sim.contact_mc = contact_mc;
	sim.sensor_slow_s = 60;
	sim.ambient_mc = sim.pin_mc = sim.connector_mc = sim.cabinet_mc = ambient_mc;
	evse_init(&evse, &sim.hal);
	evse.foresight = foresight;
	meter_init(&evse.meter, 0, 0, 30000000);
	for (int64_t half = 0; half < hours * 7200; half++) {
		int64_t ticks_us = US_PER_S + half * 500 * US_PER_MS;
		if (half % 7200 == 0)
			sim_plug(&sim, 2000000, 10);
		sim_step(&sim, 500 * US_PER_MS);
		evse_step(&evse, ticks_us);
		if (half % 7200 == 4) {
			evse_claim(&evse, true, ticks_us);
			assert_true(evse_begin(&evse, ticks_us));
		}
		if (half % 7200 == 4800)
			evse_end(&evse, ticks_us);
		if (half % 7200 == 4820)
			sim_unplug(&sim);
		day.coolings += evse.strategy.cooling && !cooling;
		day.lowered += evse.running && evse.offer.reason == STRATEGY_FORESIGHT;
		cooling = evse.strategy.cooling;
		assert_true(evse.offer.ma <= evse.limit_ma);
	}
	day.energy_dwh = evse.meter.register_dwh;
	return day;
}

/* Worn contacts: without foresight each car runs into the cooling step, which halves its current
 * until all is cold. */
static void test_a_day_with_worn_contacts(void **state)
{
	struct day without = charge_for(10, false, 150000, 22000);
	struct day with = charge_for(10, true, 150000, 22000);

	(void)state;
	print_message(
		"worn contacts: %lld.%lld kWh and %d cooling steps without, %lld.%lld kWh and "
		"%d with\n",
		(long long)without.energy_dwh / 10000, (long long)without.energy_dwh / 1000 % 10,
		without.coolings, (long long)with.energy_dwh / 10000,
		(long long)with.energy_dwh / 1000 % 10, with.coolings);
	assert_true(without.coolings >= 8);
	assert_true(with.coolings <= without.coolings / 2);
	assert_true(with.energy_dwh > without.energy_dwh);
	assert_true(with.lowered > 0);
	assert_int_equal(without.lowered, 0);
}

/* Good contacts on a mild day: there is nothing to foresee, and not a watt-hour is lost. */
static void test_a_mild_day(void **state)
{
	struct day without = charge_for(3, false, 30000, 20000);
	struct day with = charge_for(3, true, 30000, 20000);

	(void)state;
	assert_int_equal(with.lowered, 0);
	assert_int_equal(with.energy_dwh, without.energy_dwh);
	assert_int_equal(with.coolings, 0);
}

/* ---- kept ---- */

static void teach(struct rig *rig)
{
	struct foresee *foresee = &rig->pile.outlets[1].evse.foresee;

	for (int i = 0; i < FORESEE_FEATURES; i++)
		foresee->waiting.of[FORESEE_CONNECTOR][i] = (i - 3) * 1000000;
	foresee->scores[FORESEE_CONNECTOR] =
		(struct foresee_score){.error_mc = 160, .naive_mc = 16000, .seen = 1000};
	foresee->learned = true;
}

static void test_kept_over_a_restart(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	rig.refuse = true;
	teach(&rig);
	rig.pile.next_foresee_us = rig.pile.ticks_us;
	rig_run(&rig, 200);
	assert_false(rig.pile.outlets[1].evse.foresee.learned);
	rig_kill(&rig);
	rig_open(&rig);
	for (int i = 0; i < FORESEE_FEATURES; i++)
		assert_int_equal(rig.pile.outlets[1].evse.foresee.weights.of[FORESEE_CONNECTOR][i],
			(i - 3) * 1000000);
	assert_true(rig.pile.outlets[1].evse.foresee.trusted);
	assert_false(rig.pile.outlets[0].evse.foresee.trusted);
	assert_int_equal(rig.pile.outlets[0].evse.foresee.weights.of[0][1], 0);
	rig_end(&rig);
}

/* Every byte of the file altered once: never is anything of it believed. */
static void test_damage_is_seen(void **state)
{
	struct rig rig;
	struct buf kept;
	char *text;
	size_t len;

	(void)state;
	rig_start(&rig);
	rig.refuse = true;
	teach(&rig);
	assert_int_equal(foresee_save(&rig.pile), 0);
	buf_init(&kept, NULL, SHELF_FILE_MAX);
	assert_int_equal(shelf_get(&rig.shelf, "foresight", &kept), 0);
	len = buf_str(&kept).len;
	text = mem_alloc(len + 1);
	memcpy(text, buf_str(&kept).ptr, len);
	for (size_t i = 0; i <= len; i++) {
		bool whole = i == len;
		if (!whole)
			text[i] ^= 1;
		assert_int_equal(shelf_put(&rig.shelf, "foresight", (struct str){text, len}), 0);
		rig_kill(&rig);
		rig_open(&rig);
		assert_int_equal(rig.pile.outlets[1].evse.foresee.trusted, whole);
		assert_int_equal(
			rig.pile.outlets[1].evse.foresee.weights.of[0][6], whole ? 3000000 : 0);
		if (!whole)
			text[i] ^= 1;
	}
	/* and cut short, or of another kind */
	assert_int_equal(shelf_put(&rig.shelf, "foresight", (struct str){text, len / 2}), 0);
	rig_kill(&rig);
	rig_open(&rig);
	assert_false(rig.pile.outlets[1].evse.foresee.trusted);
	mem_free(text);
	buf_fini(&kept);
	rig_end(&rig);
}

/* The operator's switch. */
static void test_switched_off(void **state)
{
	struct rig rig;

	(void)state;
	rig_start(&rig);
	assert_true(rig.pile.outlets[0].evse.foresight);
	assert_int_equal(pile_set_key(&rig.pile, STR("LeydenForesight"), STR("false")),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_false(rig.pile.outlets[0].evse.foresight);
	rig_kill(&rig);
	rig_open(&rig);
	assert_false(rig.pile.outlets[1].evse.foresight);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_learns),
		cmocka_unit_test(test_same_samples_same_answer),
		cmocka_unit_test(test_wrong_is_forgotten),
		cmocka_unit_test(test_turned_around),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_no_weights_pass_a_limit),
		cmocka_unit_test(test_a_day_with_worn_contacts),
		cmocka_unit_test(test_a_mild_day),
		cmocka_unit_test(test_kept_over_a_restart),
		cmocka_unit_test(test_damage_is_seen),
		cmocka_unit_test(test_switched_off),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
