/* test_charging.c - regression row "live cost == receipt == ledger for 10,000 random sessions
 * across midnight, daylight saving, tariff change, idle with grace": whole charges through the
 * doors the OCPP desks use, with random prices, times, readings and manners; every number about one
 * charge must be the same number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "app/billing.h"
#include "app/charging.h"
#include "app/devices.h"
#include "base/clock.h"
#include "domain/token.h"
#include "money_world.h"
#include "store/ledger.h"
#include "store/member.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/site.h"
#include "store/tariff.h"

#define ROUNDS_SQLITE 10000
#define ROUNDS_POSTGRES 200
#define GIVEN INT64_C(100000000) /* 1,000,000.00 in the wallet */

struct charge_world {
	struct money_world w;
	struct arena arena; /* of one charge */
	int64_t site_id, pile_id, series_id;
	int64_t spent; /* what all settled charges cost */
};

static void new_price(struct charge_world *c)
{
	struct tariff tariff = {.tenant_id = WORLD_TENANT,
		.name = STR("Random"),
		.currency = STR("CNY"),
		.series_id = c->series_id,
		.idle_e5 = (int64_t)rng_below(&c->w.rng, 3) * 25000,
		.idle_grace_s = (int64_t)rng_below(&c->w.rng, 3) * 600,
		.idle_cap_minor = (int64_t)rng_below(&c->w.rng, 2) * 1500};

	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		tariff.energy_e5[i] = (int64_t)rng_below(&c->w.rng, 200000);
		tariff.service_e5[i] = (int64_t)rng_below(&c->w.rng, 90000);
	}
	assert_int_equal(store_tariff_add(c->w.ctx.db, &c->arena, CTX_ID(&c->w.ctx),
				 c->w.ctx.now_us, 0, c->w.ctx.now_us, &tariff),
		0);
	c->series_id = tariff.series_id;
}

static void charge_world_open(struct charge_world *c, void **state)
{
	struct site site = {.tenant_id = WORLD_TENANT,
		.name = STR("Hafen"),
		.zone = STR("Europe/Berlin"),
		.currency = STR("CNY"),
		.default_limit_minor = 500000};
	struct pile pile = {.tenant_id = WORLD_TENANT,
		.code = STR("A-07"),
		.name = STR("A-07"),
		.state = PILE_APPROVED};
	struct connector plate = {.no = 1, .max_w = 350000};
	struct token token = {
		.tenant_id = WORLD_TENANT, .id_tag = STR("CARD1"), .state = STR("active")};

	world_open(&c->w, state);
	arena_init(&c->arena, 16 << 20);
	c->w.ctx.arena = &c->arena;
	/* four days before the clocks go back in Berlin */
	c->w.ctx.now_us = INT64_C(1792540800) * US_PER_S;
	c->series_id = 0;
	new_price(c);
	site.id = CTX_ID(&c->w.ctx);
	site.tariff_series_id = c->series_id;
	assert_int_equal(store_site_add(c->w.ctx.db, &site), 0);
	pile.id = CTX_ID(&c->w.ctx);
	pile.site_id = site.id;
	assert_int_equal(store_pile_add(c->w.ctx.db, &pile), 0);
	plate.pile_id = pile.id;
	assert_int_equal(store_connector_plate(c->w.ctx.db, &plate), 0);
	token.id = CTX_ID(&c->w.ctx);
	token.member_id = c->w.member_id;
	assert_int_equal(store_member_tag_add(c->w.ctx.db, &token), 0);
	c->pile_id = pile.id;
	c->spent = 0;
	world_give(&c->w, GIVEN);
	assert_int_equal(devices_connected(&c->w.ctx, pile.id, STR("ocpp1.6")), 0);
}

static void status(struct charge_world *c, const char *word)
{
	struct connector connector = {.pile_id = c->pile_id,
		.no = 1,
		.status = str_from(word),
		.status_us = c->w.ctx.now_us};

	assert_int_equal(devices_status(&c->w.ctx, &connector), 0);
	assert_int_equal(
		charging_connector(&c->w.ctx, c->pile_id, 1, connector.status, c->w.ctx.now_us), 0);
}

static struct order order_now(struct charge_world *c, int64_t order_id)
{
	struct order order;

	assert_int_equal(store_order_get(c->w.ctx.db, &c->arena, order_id, &order), 0);
	return order;
}

/* Everything known about the finished charge says the same. */
static void agree(struct charge_world *c, const struct order *order, int64_t energy_dwh)
{
	struct transfer_list list;
	struct bill bill;
	int64_t fees = 0, lines_energy = 0, lines_minor = 0;

	assert_int_equal(order->state, ORDER_SETTLED);
	assert_int_equal(order->energy_dwh, energy_dwh);
	assert_int_equal(billing_compute(&c->w.ctx, order, &bill), 0);
	assert_int_equal(bill.total_minor, order->total_minor);
	assert_int_equal(
		bill.energy_minor + bill.service_minor + bill.idle_minor, bill.total_minor);
	for (size_t i = 0; i < bill.lines_len; i++) {
		lines_energy += bill.lines[i].energy_dwh;
		lines_minor += bill.lines[i].energy_minor + bill.lines[i].service_minor;
	}
	assert_int_equal(lines_energy, energy_dwh);
	assert_int_equal(lines_minor + bill.idle_minor, order->total_minor);
	assert_int_equal(store_ledger_transfers(c->w.ctx.db, &c->arena, TRANSFERS_OF_ORDER,
				 order->id, 0, 100, &list),
		0);
	for (size_t i = 0; i < list.len; i++) {
		if (list.rows[i].code >= TRANSFER_ENERGY && list.rows[i].code <= TRANSFER_IDLE)
			fees += list.rows[i].amount_minor;
	}
	assert_int_equal(fees, order->total_minor);
	assert_int_equal(order->paid_minor, order->total_minor);
	c->spent += order->total_minor;
}

/* Readings until the car is full: *meter moves on; the price of the last one is the price of now.
 */
static void flow_energy(struct charge_world *c, const struct session *session, int64_t *meter)
{
	int readings = 1 + (int)rng_below(&c->w.rng, 6);

	for (int i = 0; i < readings; i++) {
		int64_t step_us = (int64_t)(1 + rng_below(&c->w.rng, 2400)) * US_PER_S;
		struct reading reading = {
			.power_w = -1, .voltage_mv = -1, .current_ma = -1, .soc_pct = -1};
		struct order order;
		struct bill bill;

		c->w.ctx.now_us += step_us;
		*meter += (int64_t)rng_below(&c->w.rng, 100000) * step_us / US_PER_HOUR * 10;
		reading.at_us = c->w.ctx.now_us;
		reading.energy_dwh = *meter;
		assert_int_equal(charging_metered(&c->w.ctx, c->pile_id, 1, session->transaction_id,
					 &reading, 1, NULL),
			0);
		order = order_now(c, session->order_id);
		assert_int_equal(billing_compute(&c->w.ctx, &order, &bill), 0);
		assert_int_equal(order.total_minor, bill.total_minor);
		assert_int_equal(order.energy_dwh, *meter - session->meter_start_dwh);
	}
}

static void one_charge(struct charge_world *c, int64_t *meter)
{
	struct start_facts start = {.pile_id = c->pile_id,
		.connector_no = 1,
		.id_tag = STR("CARD1"),
		.meter_dwh = *meter,
		.at_us = c->w.ctx.now_us};
	bool idles = rng_below(&c->w.rng, 3) == 0;
	struct stop_facts stop = {.pile_id = c->pile_id, .reason = STR("Local")};
	struct scene scene;
	struct session session;
	struct order before, order;

	status(c, "Preparing");
	assert_int_equal(charging_started(&c->w.ctx, &start, &scene), 0);
	session = scene.session;
	status(c, "Charging");
	if (rng_below(&c->w.rng, 4) == 0)
		new_price(c); /* nothing to do with this charge */
	flow_energy(c, &session, meter);
	before = order_now(c, session.order_id);
	if (idles) {
		status(c, "SuspendedEV");
		c->w.ctx.now_us += (int64_t)rng_below(&c->w.rng, 1800) * US_PER_S;
	}
	stop.transaction_id = session.transaction_id;
	stop.meter_dwh = *meter;
	stop.at_us = c->w.ctx.now_us;
	assert_int_equal(charging_stopped(&c->w.ctx, &stop, NULL), 0);
	c->w.ctx.now_us += (int64_t)rng_below(&c->w.rng, 3600) * US_PER_S;
	assert_int_equal(charging_tick(&c->w.ctx), 0);
	status(c, "Available");
	order = order_now(c, session.order_id);
	/* What the driver saw last is what the energy costs. */
	assert_int_equal(before.total_minor, order.energy_minor + order.service_minor);
	agree(c, &order, *meter - session.meter_start_dwh);
	c->w.ctx.now_us += (int64_t)(1 + rng_below(&c->w.rng, 7200)) * US_PER_S;
}

static void random_charges(void **state, int rounds)
{
	struct charge_world c;
	int64_t meter = 12345678;

	charge_world_open(&c, state);
	for (int i = 0; i < rounds; i++) {
		one_charge(&c, &meter);
		arena_reset(&c.arena);
		effects_init(&c.w.effects, &c.w.arena);
		arena_reset(&c.w.arena);
		if (i % 500 == 499) {
			assert_int_equal(db_commit(c.w.ctx.db), 0);
			assert_int_equal(db_begin(c.w.ctx.db), 0);
		}
	}
	assert_true(c.spent > 0);
	assert_int_equal(world_balance(&c.w, c.w.wallet_id), GIVEN - c.spent);
	assert_int_equal(world_available(&c.w, c.w.wallet_id), GIVEN - c.spent);
	world_verify(&c.w);
	world_close(&c.w);
	arena_fini(&c.arena);
}

static void live_receipt_ledger(void **state)
{
	struct test_db *test = *state;

	random_charges(state, test->engine == DB_SQLITE ? ROUNDS_SQLITE : ROUNDS_POSTGRES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_BOTH_ENGINES(live_receipt_ledger)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
