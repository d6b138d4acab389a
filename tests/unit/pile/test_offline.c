/* test_offline.c - charging without network at the pile: codes that fit, a charge within each of
 * its limits, every refusal, power cuts at every point, and a camera that sees all kinds of things.
 */
#include "offline_bench.h"

/* --- sizes --- */

static int version_of(struct bench *bench, struct str text)
{
	size_t width;
	int version = 99;

	assert_non_null(qr_draw_modules(text, &bench->arena, &width, &version));
	return version;
}

static void test_sizes(void **state)
{
	int64_t runs[OFFLINE_RUNS_MAX];
	struct offline_settlement settlement = {.pile = STR("CN*LEY*E00012345*678901X"),
		.connector_no = 64,
		.order_id = INT64_MAX,
		.serial = UINT32_MAX,
		.begin_s = OFFLINE_TIME_MAX,
		.lasted_s = 2 * OFFLINE_LASTS_MAX_S,
		.register_dwh = OFFLINE_REGISTER_MAX,
		.runs_dwh = runs,
		.runs_dwh_len = 3,
		.has_amount_minor = true,
		.amount_minor = 2 * OFFLINE_AMOUNT_MAX,
		.tariff_mark = INT64_MAX,
		.reason = OFFLINE_END_UNUSED};
	struct offline_ident ident = {.pile = settlement.pile,
		.connector_no = 64,
		.nonce = INT64_MAX,
		.at_s = OFFLINE_TIME_MAX,
		.state = OFFLINE_OUT,
		.serial = UINT32_MAX,
		.has_latitude_e5 = true,
		.latitude_e5 = -9000000,
		.has_longitude_e5 = true,
		.longitude_e5 = -18000000};
	struct bench bench;
	struct str text;

	(void)state;
	bench_start(&bench, SIGN_SM2); /* the longest name of an algorithm */
	bench.offline.base = "https://charge.some-network.example:8443";
	bench.offline.secret.kind = SIGN_P256;
	bench_run(&bench, 200);
	for (size_t i = 0; i < 4; i++)
		runs[i] = 2 * OFFLINE_ENERGY_MAX;
	text = bench_make(&bench, OFFLINE_CODE_SETTLEMENT, &offline_settlement_record, &settlement);
	assert_in_range(version_of(&bench, text), 1, 10);
	/* a usual one has room for the prices of two days */
	settlement.pile = STR("A-06");
	settlement.register_dwh = 123456789;
	settlement.serial = 1234;
	settlement.lasted_s = 50000;
	settlement.amount_minor = 12345;
	settlement.runs_dwh_len = 13;
	for (size_t i = 0; i < 13; i++)
		runs[i] = 60000;
	text = bench_make(&bench, OFFLINE_CODE_SETTLEMENT, &offline_settlement_record, &settlement);
	assert_in_range(version_of(&bench, text), 1, 10);
	text = bench_make(&bench, OFFLINE_CODE_IDENT, &offline_ident_record, &ident);
	assert_in_range(version_of(&bench, text), 1, 10);

	bench_end(&bench);
}

/* Whatever a start code says, one that is not longer than the platform allows itself is no larger
 * than version 10, and without prices it always fits. */
static void test_any_start_fits(void **state)
{
	int with_prices = 0, most = 0;
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 200);
	for (int try = 0; try < 150; try++) {
		struct offline_start start = bench_order(&bench, 1);
		struct rng *rng = &bench.rig.rng;
		int rates = 1 + (int)rng_below(rng, 12), version;
		struct str text;

		for (int slot = 0; slot < 48; slot++) {
			bench.tariff.energy_e5[slot] =
				100 * (int64_t)rng_below(rng, (uint64_t)rates) + 12345;
			bench.tariff.service_e5[slot] = 4321;
		}
		start.order_id = (int64_t)(rng_u64(rng) >> 1) | 1;
		start.tariff_mark = (int64_t)(rng_u64(rng) >> 1) | 1;
		start.has_limit_dwh = rng_below(rng, 2) == 0;
		start.limit_dwh = 1 + (int64_t)rng_below(rng, OFFLINE_ENERGY_MAX);
		start.has_limit_minor = rng_below(rng, 2) == 0;
		start.limit_minor = 1 + (int64_t)rng_below(rng, OFFLINE_AMOUNT_MAX);
		assert_int_equal(
			offline_tariff_pack(&bench.tariff, 480, &bench.arena, &start.tariff), 0);
		text = bench_sign(&bench, &start);
		version = version_of(&bench, text);
		assert_true(text.len > OFFLINE_CODE_START_MAX || version <= 10);
		with_prices += text.len <= OFFLINE_CODE_START_MAX;
		most = text.len <= OFFLINE_CODE_START_MAX && version > most ? version : most;
		start.has_tariff = false;
		text = bench_sign(&bench, &start);
		assert_true(text.len <= OFFLINE_CODE_START_MAX);
		assert_in_range(version_of(&bench, text), 1, 10);
	}
	assert_in_range(with_prices, 10, 149); /* both ways were seen */
	assert_int_equal(most, 10);
	bench_end(&bench);
}

/* Codes of a pile with anything in their numbers fit too. */
static void test_any_pile_code_fits(void **state)
{
	struct bench bench;
	int most[2] = {0};

	(void)state;
	bench_start(&bench, SIGN_SM2);
	bench.offline.base = "https://charge.some-network.example:8443";
	bench_run(&bench, 200);
	for (int try = 0; try < 150; try++) {
		struct rng *rng = &bench.rig.rng;
		int64_t runs[3];
		struct offline_ident ident = {.pile = STR("CN*LEY*E00012345*678901X"),
			.connector_no = 1 + (int64_t)rng_below(rng, 64),
			.nonce = (int64_t)(rng_u64(rng) >> 1) | 1,
			.at_s = (int64_t)rng_below(rng, OFFLINE_TIME_MAX),
			.state = OFFLINE_PLUGGED,
			.serial = (int64_t)rng_below(rng, UINT32_MAX),
			.has_latitude_e5 = true,
			.latitude_e5 = (int64_t)rng_below(rng, 18000000) - 9000000,
			.has_longitude_e5 = true,
			.longitude_e5 = (int64_t)rng_below(rng, 36000000) - 18000000};
		struct offline_settlement settlement = {.pile = ident.pile,
			.connector_no = ident.connector_no,
			.order_id = ident.nonce,
			.serial = ident.serial + 1,
			.begin_s = ident.at_s,
			.lasted_s = (int64_t)rng_below(rng, 2 * OFFLINE_LASTS_MAX_S),
			.register_dwh = (int64_t)rng_below(rng, OFFLINE_REGISTER_MAX),
			.runs_dwh = runs,
			.runs_dwh_len = 1 + rng_below(rng, 3),
			.has_amount_minor = true,
			.amount_minor = (int64_t)rng_below(rng, 2 * OFFLINE_AMOUNT_MAX),
			.tariff_mark = (int64_t)(rng_u64(rng) >> 1) | 1,
			.reason = OFFLINE_END_UNUSED};
		int version;

		for (size_t i = 0; i < 3; i++)
			runs[i] = (int64_t)rng_below(rng, 2 * OFFLINE_ENERGY_MAX);
		version = version_of(&bench,
			bench_make(&bench, OFFLINE_CODE_IDENT, &offline_ident_record, &ident));
		most[0] = version > most[0] ? version : most[0];
		version = version_of(&bench, bench_make(&bench, OFFLINE_CODE_SETTLEMENT,
						     &offline_settlement_record, &settlement));
		most[1] = version > most[1] ? version : most[1];
		arena_reset(&bench.offline.scratch);
	}
	print_message("# largest: identification %d, settlement %d\n", most[0], most[1]);
	assert_in_range(most[0], 1, 10);
	assert_in_range(most[1], 1, 10);
	bench_end(&bench);
}

/* A pile that knows where it stands says so, signed. */
static void test_place(void **state)
{
	struct offline_ident ident;
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 200);
	bench_read(&bench, 1, OFFLINE_CODE_IDENT, &offline_ident_record, &ident);
	assert_false(ident.has_latitude_e5 || ident.has_longitude_e5);
	bench.offline.has_place = true;
	bench.offline.latitude_e5 = -3385670;
	bench.offline.longitude_e5 = 15120930;
	bench_run(&bench, 61000);
	bench_read(&bench, 1, OFFLINE_CODE_IDENT, &offline_ident_record, &ident);
	assert_true(ident.has_latitude_e5 && ident.has_longitude_e5);
	assert_int_equal(ident.latitude_e5, -3385670);
	assert_int_equal(ident.longitude_e5, 15120930);
	bench_end(&bench);
}

static void test_start_sizes(void **state)
{
	struct offline_start start;
	struct bench bench;
	struct str text;

	(void)state;
	bench_start(&bench, SIGN_SM2);
	bench_run(&bench, 200);
	start = bench_order(&bench, 1);
	start.has_limit_dwh = start.has_limit_minor = true;
	start.limit_dwh = OFFLINE_ENERGY_MAX;
	start.limit_minor = OFFLINE_AMOUNT_MAX;
	start.order_id = start.nonce = start.tariff_mark = INT64_MAX;
	start.from_s = OFFLINE_TIME_MAX;
	start.limit_s = OFFLINE_LASTS_MAX_S;
	start.pile = STR("CN*LEY*E00012345*678901X");
	start.connector_no = 64;
	start.valid_s = OFFLINE_VALID_MAX_S;
	start.has_tariff = false; /* what the platform falls back to when prices do not fit */
	text = bench_sign(&bench, &start);
	assert_true(text.len <= OFFLINE_CODE_START_MAX);
	assert_in_range(version_of(&bench, text), 1, 10);
	/* four prices, seven changes a day, all limits: inside */
	for (int slot = 0; slot < 48; slot++) {
		static const int rate[] = {0, 1, 2, 1, 3, 1, 2, 0};
		int64_t energy[] = {38000, 72000, 112000, 135000};

		bench.tariff.energy_e5[slot] = energy[rate[slot / 6]];
		bench.tariff.service_e5[slot] = 40000;
	}
	assert_int_equal(offline_tariff_pack(&bench.tariff, 480, &bench.arena, &start.tariff), 0);
	start.has_tariff = true;
	start.pile = STR("A-06");
	text = bench_sign(&bench, &start);
	assert_true(text.len <= OFFLINE_CODE_START_MAX);
	assert_in_range(version_of(&bench, text), 1, 10);
	bench_end(&bench);
}

/* --- a charge --- */

static int64_t price_of(struct bench *bench, const struct offline_settlement *settlement)
{
	struct bill bill;

	assert_int_equal(
		offline_bill(&bench->tariff, 480, settlement->begin_s, settlement->runs_dwh,
			settlement->runs_dwh_len, &bench->arena, &bill),
		0);
	return bill.total_minor;
}

static void test_charge(void **state)
{
	struct offline_settlement settlement;
	struct offline_start start;
	const struct spool_entry *head;
	struct bench bench;
	char tag[HAL_TAG_MAX + 1];
	int64_t waited_ms = 0;
	struct str text;

	(void)state;
	for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
		bench_start(&bench, (enum sign_kind)kind);
		bench_run(&bench, 500);
		assert_string_equal(offline_showing(&bench.offline, 0), "ident");
		rig_plug(&bench.rig, 1, 40);
		bench_run(&bench, 300);
		start = bench_order(&bench, 1);
		start.has_limit_dwh = true;
		start.limit_dwh = 20000;
		text = bench_sign(&bench, &start);
		assert_string_equal(bench_show(&bench, text), "");
		for (waited_ms = 100; !bench.rig.pile.outlets[0].evse.closed; waited_ms += 100)
			bench_run(&bench, 100);
		assert_true(waited_ms < 2000); /* from the code to the contactor */
		head = spool_head(&bench.rig.pile.spool);
		assert_int_equal(head->kind, SPOOL_START);
		memcpy(tag, head->tag, sizeof(tag));
		assert_true(token_is_start(str_from(tag)));
		bench_run(&bench, 1000);
		assert_string_equal(
			bench_show(&bench, text), ""); /* shown again: the driver ends */
		bench_run(&bench, 3000);
		settlement = bench_settlement(&bench, 1);
		assert_int_equal(settlement.reason, OFFLINE_END_DRIVER);
		assert_int_equal(settlement.order_id, start.order_id);
		assert_int_equal(settlement.serial, 1);
		assert_int_equal(settlement.tariff_mark, 99);
		assert_true(settlement.has_amount_minor);
		assert_int_equal(settlement.amount_minor, price_of(&bench, &settlement));
		assert_string_equal(bench_show(&bench, text), "used");
		bench_end(&bench);
	}
}

/* Runs a charge until it ends by itself, and gives its settlement. */
static struct offline_settlement run_out(struct bench *bench, const struct offline_start *start)
{
	assert_string_equal(bench_show(bench, bench_sign(bench, start)), "");
	for (int i = 0; i < 200 && bench->offline.outlets[0].phase != OFFLINE_IDLE; i++)
		bench_run(bench, 60000);
	return bench_settlement(bench, 1);
}

static void test_limits(void **state)
{
	struct offline_settlement settlement;
	struct offline_start start;
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 300);
	rig_plug(&bench.rig, 1, 20);
	bench_run(&bench, 300);
	start = bench_order(&bench, 1);
	start.has_limit_dwh = true;
	start.limit_dwh = 55000;
	settlement = run_out(&bench, &start);
	assert_int_equal(settlement.reason, OFFLINE_END_ENERGY);
	assert_in_range(offline_energy(&settlement), 54500, 55000);

	/* half an hour later the price is another one: two runs, and money that is never passed */
	bench_run(&bench, 31 * 60000);
	assert_string_equal(offline_showing(&bench.offline, 0), "ident");
	start = bench_order(&bench, 1);
	start.has_limit_minor = true;
	start.limit_minor = 2000;
	settlement = run_out(&bench, &start);
	assert_int_equal(settlement.reason, OFFLINE_END_AMOUNT);
	assert_in_range(settlement.runs_dwh_len, 2, 4);
	assert_in_range(settlement.amount_minor, 1990, 2000);
	assert_int_equal(settlement.amount_minor, price_of(&bench, &settlement));
	assert_int_equal(settlement.serial, 2);

	bench_run(&bench, 31 * 60000);
	start = bench_order(&bench, 1);
	start.limit_s = 600;
	settlement = run_out(&bench, &start);
	assert_int_equal(settlement.reason, OFFLINE_END_TIME);
	assert_in_range(settlement.lasted_s, 600, 603);

	bench_run(&bench, 31 * 60000);
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 5000);
	bench.rig.sims[0].wants_energy = false;
	bench_run(&bench, 120000);
	settlement = bench_settlement(&bench, 1);
	assert_int_equal(settlement.reason, OFFLINE_END_FULL);

	bench_run(&bench, 31 * 60000);
	bench.rig.sims[0].wants_energy = true;
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 5000);
	sim_unplug(&bench.rig.sims[0]);
	bench_run(&bench, 5000);
	assert_int_equal(bench_settlement(&bench, 1).reason, OFFLINE_END_UNPLUGGED);
	bench_end(&bench);
}

/* Prices that change too often for one code: the charge ends while its settlement still fits. */
static void test_many_prices(void **state)
{
	struct offline_settlement settlement;
	struct offline_start start;
	struct bench bench;
	struct str text;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench.rig.sims[0].car_max_ma = 6000;
	/* a long address leaves little room, so that the test need not charge for days */
	bench.offline.base = "https://charging-in-the-quiet-valley-of-the-long-names.some-network"
			     "-between-the-hills-and-the-lake.whatever"
			     ".operators.example:8443";
	bench_run(&bench, 300);
	sim_plug(&bench.rig.sims[0], 6000000, 5);
	bench_run(&bench, 500);
	start = bench_order(&bench, 1);
	start.limit_s = OFFLINE_LASTS_MAX_S;
	settlement = run_out(&bench, &start);
	assert_int_equal(settlement.reason, OFFLINE_END_TIME);
	assert_in_range(settlement.runs_dwh_len, 1, 5);
	text = offline_shown(&bench.offline, 0);
	assert_in_range(version_of(&bench, text), 1, 10);
	assert_int_equal(settlement.amount_minor, price_of(&bench, &settlement));
	bench_end(&bench);
}

static void test_unused(void **state)
{
	struct offline_settlement settlement;
	struct offline_start start;
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 300);
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, bench.rig.pile.keys.values[KEY_CONNECTION_TIMEOUT] * 1000 + 2000);
	settlement = bench_settlement(&bench, 1);
	assert_int_equal(settlement.reason, OFFLINE_END_UNUSED);
	assert_int_equal(offline_energy(&settlement), 0);
	assert_int_equal(bench.rig.pile.spool.count, 0);
	bench_end(&bench);
}

/* --- refusals --- */

static void test_refusals(void **state)
{
	struct offline_start start, good;
	struct sign_secret forger;
	struct bench bench;
	struct str text;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 300);
	rig_plug(&bench.rig, 1, 40);
	bench_run(&bench, 300);
	good = bench_order(&bench, 1);

	start = good;
	start.pile = STR("RIG-2");
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "pile");
	start = good;
	start.connector_no = 9;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "connector");
	start = good;
	start.connector_no = 2; /* its nonce is the other outlet's */
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "nonce");
	start = good;
	start.nonce ^= 1;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "nonce");
	start = good;
	start.from_s -= 1000;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "expired");
	start = good;
	start.from_s += 1000;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "early");
	start = good;
	start.has_tariff = false;
	start.has_limit_minor = true;
	start.limit_minor = 1000;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "tariff");

	forger = bench.platform;
	sign_make(SIGN_P256, &bench.rig.rng, &bench.platform);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &good)), "forged");
	bench.platform = forger;
	assert_string_equal(bench_show(&bench, STR("LY1:")), "form");
	assert_string_equal(bench_show(&bench, STR("https://charge.example.com/p/RIG-1")), "form");
	assert_string_equal(
		bench_show(&bench, offline_shown(&bench.offline, 0)), "form"); /* its own */
	text = bench_sign(&bench, &good);
	assert_string_equal(bench_show(&bench, str_slice(text, 0, text.len / 2)), "form");

	assert_int_equal(bench.rig.pile.spool.count, 0);
	assert_string_equal(bench_show(&bench, text), "");
	bench_run(&bench, 2000);
	assert_int_equal(bench.rig.pile.spool.txs_len, 1);
	/* another driver while it charges */
	start = good;
	start.order_id++;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "nonce");
	start.nonce = bench.offline.outlets[0].nonce;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "busy");
	bench_end(&bench);
}

/* No changed bit of a start code starts anything. */
static void test_altered(void **state)
{
	struct offline_start start;
	struct bench bench;
	struct str bytes;
	char *copy;

	(void)state;
	bench_start(&bench, SIGN_ED25519);
	bench_run(&bench, 300);
	rig_plug(&bench.rig, 1, 40);
	bench_run(&bench, 300);
	start = bench_order(&bench, 1);
	bytes = offline_code_bytes(OFFLINE_CODE_START, bench_sign(&bench, &start), &bench.arena);
	copy = str_dup_z(&bench.arena, bytes);
	for (size_t bit = 0; bit < bytes.len * 8; bit++) {
		struct buf text;

		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		buf_init(&text, &bench.arena, 1000);
		offline_code_text(
			OFFLINE_CODE_START, STR_NULL, (struct str){copy, bytes.len}, &text);
		assert_non_null(offline_show(&bench.offline, buf_str(&text)));
		copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
	}
	bench_run(&bench, 3000);
	assert_int_equal(bench.rig.pile.spool.txs_len, 0);
	bench_end(&bench);
}

/* A nonce is good for ten minutes, a used one never again, also after the power went. */
static void test_nonces(void **state)
{
	struct offline_start start, late;
	struct bench bench;
	struct str text;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 300);
	start = bench_order(&bench, 1);
	late = start;
	bench_run(&bench, 7 * 60000); /* shown anew once: the one before still counts */
	late.from_s = start.from_s + 400;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &late)), "");
	text = bench_sign(&bench, &late);
	bench_run(&bench, 300000);
	assert_string_equal(bench_show(&bench, text), "used");
	bench_power_cut(&bench);
	bench_run(&bench, 500);
	assert_string_equal(bench_show(&bench, text), "used");
	bench_run(&bench, 40 * 60000);
	start = bench_order(&bench, 1);
	bench_run(&bench, 11 * 60000);
	start.from_s += 650;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "nonce");
	bench_power_cut(&bench); /* nonces do not outlive it */
	bench_run(&bench, 500);
	start.nonce = 5;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "nonce");
	bench_end(&bench);
}

/* No room for a transaction: the code is refused before it counts as used, so it still starts when
 * there is room, and the charge that runs already ends with its settlement. */
static void test_full_disk(void **state)
{
	struct offline_settlement settlement;
	struct offline_start start;
	struct offline_ident ident;
	struct bench bench;
	struct str text;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 300);
	rig_plug(&bench.rig, 1, 40);
	rig_plug(&bench.rig, 2, 40);
	bench_run(&bench, 300);
	start = bench_order(&bench, 1);
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 5000);
	assert_true(bench.rig.sims[0].contactor_closed);
	start = bench_order(&bench, 2);
	text = bench_sign(&bench, &start);
	bench.rig.disk.free_bytes = 1000;
	assert_string_equal(bench_show(&bench, text), "storage");
	assert_int_equal(bench.offline.outlets[1].phase, OFFLINE_IDLE);
	bench_run(&bench, 6000);
	assert_false(bench.rig.sims[1].contactor_closed);
	/* the phone sees it before an order is made */
	bench_read(&bench, 2, OFFLINE_CODE_IDENT, &offline_ident_record, &ident);
	assert_int_equal(ident.state, OFFLINE_OUT);
	pile_stop(&bench.rig.pile, &bench.rig.pile.outlets[0], STOP_LOCAL, "");
	bench_run(&bench, 3000);
	settlement = bench_settlement(&bench, 1);
	assert_true(offline_energy(&settlement) > 0);
	bench.rig.disk.free_bytes = INT64_MAX;
	bench_run(&bench, 6000);
	assert_string_equal(bench_show(&bench, text), "");
	bench_run(&bench, 3000);
	assert_true(bench.rig.sims[1].contactor_closed);
	bench_end(&bench);
}

/* A clock years off learns the time from a code that can only be minutes old. */
static void test_clock(void **state)
{
	struct offline_settlement settlement;
	struct offline_start start;
	struct bench bench;

	(void)state;
	bench_start(&bench, SIGN_P256);
	bench_run(&bench, 300);
	rig_plug(&bench.rig, 1, 40);
	bench_run(&bench, 300);
	start = bench_order(&bench, 1);
	start.from_s += INT64_C(3) * 365 * 86400;
	assert_string_equal(bench_show(&bench, bench_sign(&bench, &start)), "");
	bench_run(&bench, 5000);
	pile_stop(&bench.rig.pile, &bench.rig.pile.outlets[0], STOP_LOCAL, "");
	bench_run(&bench, 5000);
	settlement = bench_settlement(&bench, 1);
	assert_in_range(settlement.begin_s, start.from_s, start.from_s + 10);
	bench_end(&bench);
}

/* --- power --- */

/* Cut at any point, the charge is settled once, with all its energy, and starts only once. */
static void test_power_cuts(void **state)
{
	(void)state;
	for (int64_t cut_ms = 0; cut_ms < 6000; cut_ms += 300) {
		struct offline_settlement settlement;
		struct offline_start start;
		struct bench bench;
		int64_t end_dwh;
		struct str text;

		bench_start(&bench, SIGN_P256);
		bench_run(&bench, 300);
		rig_plug(&bench.rig, 1, 40);
		bench_run(&bench, 300);
		start = bench_order(&bench, 1);
		text = bench_sign(&bench, &start);
		assert_string_equal(bench_show(&bench, text), "");
		bench_run(&bench, cut_ms);
		if (cut_ms > 4000) {
			pile_stop(&bench.rig.pile, &bench.rig.pile.outlets[0], STOP_LOCAL, "");
			bench_run(&bench, cut_ms - 4000);
		}
		bench_power_cut(&bench);
		bench_run(&bench, 5000);
		assert_string_equal(offline_showing(&bench.offline, 0), "settlement");
		settlement = bench_settlement(&bench, 1);
		end_dwh = bench.rig.pile.outlets[0].evse.meter.register_dwh;
		assert_int_equal(settlement.order_id, start.order_id);
		assert_int_equal(settlement.serial, 1);
		if (bench.rig.pile.spool.txs_len == 0)
			assert_int_equal(settlement.reason, OFFLINE_END_UNUSED);
		else
			assert_int_equal(
				settlement.register_dwh + offline_energy(&settlement), end_dwh);
		assert_string_equal(bench_show(&bench, text), "used");
		bench_power_cut(&bench); /* and it is still shown */
		bench_run(&bench, 500);
		assert_string_equal(offline_showing(&bench.offline, 0), "settlement");
		bench_end(&bench);
	}
}

/* --- keys --- */

static void test_keys(void **state)
{
	struct bench bench;
	struct str offer;
	struct sign_key before;

	(void)state;
	bench_start(&bench, SIGN_P256);
	before = bench.offline.public;
	offer = offline_offer(&bench.offline, &bench.arena);
	assert_true(json_valid(offer, &bench.arena));
	bench_power_cut(&bench);
	assert_memory_equal(&before, &bench.offline.public, sizeof(before));
	assert_int_equal(bench.offline.trust_len, 1); /* kept for days without network */
	assert_false(offline_answered(&bench.offline, STR("{\"keys\":[]}"), &bench.arena));
	assert_false(offline_answered(&bench.offline, STR("nonsense"), &bench.arena));
	assert_int_equal(bench.offline.trust_len, 1);
	/* the platform changed its key: the old one is forgotten */
	sign_make(SIGN_ED25519, &bench.rig.rng, &bench.platform);
	assert_true(sign_key_of(&bench.platform, &bench.platform_key));
	bench_trust(&bench);
	assert_int_equal(bench.offline.trust_len, 1);
	assert_int_equal(bench.offline.trust[0].key.kind, SIGN_ED25519);
	bench_end(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_start_sizes),
		cmocka_unit_test(test_any_start_fits),
		cmocka_unit_test(test_any_pile_code_fits),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_charge),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_many_prices),
		cmocka_unit_test(test_unused),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_altered),
		cmocka_unit_test(test_nonces),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_power_cuts),
		cmocka_unit_test(test_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
