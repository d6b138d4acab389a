/* test_feed_in.c - random charges that take and give back, through the nights when the clock
 * changes and while the price does: what is shown while it runs, what the bill says, what the books
 * say and what an auditor reckons from the rows alone are one amount. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "app/billing.h"
#include "app/givenback.h"
#include "app/step.h"
#include "base/clock.h"
#include "money_world.h"
#include "store/exported.h"
#include "store/ledger.h"
#include "store/order.h"
#include "store/surplus.h"
#include "store/tariff.h"

#define ROUNDS 24
#define MOST_W 22000

/* A new version in the same series: running orders keep theirs. */
static void new_price(struct money_world *w)
{
	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		w->tariff.energy_e5[i] = (int64_t)rng_below(&w->rng, 90000);
		w->tariff.back_e5[i] = (int64_t)rng_below(&w->rng, 160000);
	}
	w->tariff.back_vat_bp = rng_below(&w->rng, 2) == 0 ? 0 : 1900;
	assert_int_equal(store_tariff_add(w->ctx.db, &w->arena, CTX_ID(&w->ctx), w->ctx.now_us, 0,
				 w->ctx.now_us, &w->tariff),
		0);
}

static struct scene begin(struct money_world *w, enum order_source source, enum order_timing timing)
{
	struct scene scene = {.place = {.pile_id = 1,
				      .tenant_id = WORLD_TENANT,
				      .zone = STR("Europe/Berlin"),
				      .max_w = MOST_W}};
	struct session_world world = step_world(&w->ctx, &scene.place);

	scene.order = world_order(w, source, timing, 5000);
	if (timing != TIMING_CREDIT && source == SOURCE_CHANNEL)
		world_pay(w, &scene.order);
	else
		assert_int_equal(billing_secure(&w->ctx, &scene.order, 1), 0);
	scene.session = (struct session){.id = CTX_ID(&w->ctx),
		.tenant_id = WORLD_TENANT,
		.pile_id = 1,
		.connector_no = 1,
		.order_id = scene.order.id,
		.transaction_id = ++w->next_no,
		.start_key = scene.order.token,
		.version = 1};
	session_begin(&scene.session, &world, w->ctx.now_us, 1000);
	assert_int_equal(store_session_add(w->ctx.db, &scene.session), 0);
	scene.order.session_id = scene.session.id;
	world_move(&scene.order, ORDER_CHARGING, w->ctx.now_us);
	assert_int_equal(store_order_put(w->ctx.db, &scene.order), 0);
	return scene;
}

/* One reading of both registers, as the pile's messages bring it. */
static void meter(struct money_world *w, struct scene *scene, int64_t in_dwh, int64_t out_dwh)
{
	struct session_world world = step_world(&w->ctx, &scene->place);
	struct session_change change = {0};
	struct reading reading = {.at_us = w->ctx.now_us,
		.energy_dwh = in_dwh,
		.power_w = -1,
		.voltage_mv = -1,
		.current_ma = -1,
		.soc_pct = -1,
		.has_export = true,
		.export_dwh = out_dwh};
	struct usage *usage;
	size_t len;

	assert_int_equal(givenback_take(&w->ctx, scene, &reading, 1), 0);
	assert_int_equal(session_meter(&scene->session, &world, &reading, &w->arena, &change), 0);
	assert_int_equal(
		store_session_usage(w->ctx.db, &w->arena, scene->session.id, &usage, &len), 0);
	assert_int_equal(step_energy(&w->ctx, scene, &change, usage, len, scene->session.flags,
				 &usage, &len),
		0);
}

/* What the rows are worth, without any function under test but the reading of the price. */
static int64_t reckon(struct money_world *w, const struct order *order, bool back)
{
	struct tariff tariff;
	struct usage *usage;
	__int128 energy = 0, service = 0;
	size_t len;

	assert_int_equal(store_tariff_read(w->ctx.db, &w->arena, order->tariff_id, &tariff), 0);
	if (back)
		assert_int_equal(
			store_exported_usage(w->ctx.db, &w->arena, order->session_id, &usage, &len),
			0);
	else
		assert_int_equal(
			store_session_usage(w->ctx.db, &w->arena, order->session_id, &usage, &len),
			0);
	for (size_t i = 0; i < len; i++) {
		struct civil civil;

		assert_true(zone_civil(STR("Europe/Berlin"), usage[i].start_us, &civil));
		assert_int_equal(usage[i].slot, civil.hour * 2 + civil.minute / 30);
		energy += (__int128)usage[i].energy_dwh *
			  (back ? tariff.back_e5 : tariff.energy_e5)[usage[i].slot];
		service +=
			back ? 0 : (__int128)usage[i].energy_dwh * tariff.service_e5[usage[i].slot];
	}
	return (int64_t)((energy + 5000000) / 10000000) + (int64_t)((service + 5000000) / 10000000);
}

static int64_t bought(struct money_world *w, int64_t order_id)
{
	struct transfer_list list;
	int64_t sum = 0;

	assert_int_equal(store_ledger_transfers(
				 w->ctx.db, &w->arena, TRANSFERS_OF_ORDER, order_id, 0, 100, &list),
		0);
	for (size_t i = 0; i < list.len; i++)
		if (list.rows[i].code == TRANSFER_FEED_IN &&
			list.rows[i].debit_account == world_account(w, ACCOUNT_BOUGHT, 0))
			sum += list.rows[i].amount_minor;
	return sum;
}

/* Random use for four hours; the price and the right to give back change now and then. */
static void drive(struct money_world *w, struct scene *scene, int64_t *in_dwh, int64_t *out_dwh)
{
	struct exported_right right = {.from_us = w->ctx.now_us};
	bool may = false;

	for (int i = 0; i < 30; i++) {
		int64_t span_s = 60 + (int64_t)rng_below(&w->rng, 840);
		int64_t most_dwh = span_s * MOST_W / 360;

		if (rng_below(&w->rng, 6) == 0) {
			may = !may;
			right = may ? (struct exported_right){w->ctx.now_us, 0}
				    : (struct exported_right){right.from_us, w->ctx.now_us};
			assert_int_equal(
				store_exported_right_put(w->ctx.db, scene->session.id, &right), 0);
		}
		if (rng_below(&w->rng, 10) == 0)
			new_price(w);
		w->ctx.now_us += span_s * US_PER_S;
		if (may)
			*out_dwh += (int64_t)rng_below(&w->rng, (uint64_t)most_dwh);
		else
			*in_dwh += (int64_t)rng_below(&w->rng, (uint64_t)most_dwh);
		meter(w, scene, *in_dwh, *out_dwh);
	}
}

static const struct {
	enum order_source source;
	enum order_timing timing;
} ways[] = {{SOURCE_WALLET, TIMING_HOLD}, {SOURCE_CHANNEL, TIMING_PREPAY},
	{SOURCE_CHANNEL, TIMING_HOLD}, {SOURCE_CHANNEL, TIMING_CREDIT},
	{SOURCE_HOUSE, TIMING_CREDIT}};

/* Where the over went, and that it went once. */
static void check_over(struct money_world *w, const struct order *order, int64_t purse_before)
{
	int64_t over = order_over_minor(order);
	struct surplus surplus;
	int found = store_surplus_of_order(w->ctx.db, &w->arena, order->id, &surplus);

	if (order->source == SOURCE_WALLET)
		assert_int_equal(world_available(w, w->wallet_id),
			purse_before + order->credit_minor - order->total_minor +
				order_open_minor(order));
	assert_int_equal(found == 0, over > 0 && order->source == SOURCE_CHANNEL);
	if (found == 0)
		assert_int_equal(surplus.amount_minor, over);
	assert_true(order->state == ORDER_SETTLED || over == 0);
}

static void charge(struct money_world *w, size_t way)
{
	int64_t in_dwh = 1000, out_dwh = 700, purse = world_available(w, w->wallet_id);
	struct scene scene = begin(w, ways[way].source, ways[way].timing);
	struct bill live, last;

	meter(w, &scene, in_dwh, out_dwh);
	drive(w, &scene, &in_dwh, &out_dwh);
	assert_int_equal(billing_compute(&w->ctx, &scene.order, &live), 0);
	meter(w, &scene, in_dwh, out_dwh); /* told again at the end */
	world_move(&scene.order, ORDER_ENDED, w->ctx.now_us);
	assert_int_equal(billing_compute(&w->ctx, &scene.order, &last), 0);
	assert_int_equal(last.total_minor, live.total_minor);
	assert_int_equal(last.credit_minor, live.credit_minor);
	assert_int_equal(billing_settle(&w->ctx, &scene.order, &last), 0);
	assert_int_equal(store_order_put(w->ctx.db, &scene.order), 0);
	assert_int_equal(scene.order.credit_minor, live.credit_minor);
	assert_int_equal(live.credit_minor, reckon(w, &scene.order, true));
	assert_int_equal(live.total_minor, reckon(w, &scene.order, false));
	assert_int_equal(live.credit_minor, bought(w, scene.order.id));
	check_over(w, &scene.order, purse);
}

static void test_live_is_bill_is_books(void **state)
{
	/* The hours before the clock of Berlin goes forward and back, and a plain one. */
	static const int64_t nights[] = {1774738800, 1792879200, 1780000000};
	int64_t credits;
	struct money_world w;

	world_open(&w, state);
	world_give(&w, 100000);
	for (size_t i = 0; i < ROUNDS; i++) {
		w.ctx.now_us = (nights[i % 3] + (int64_t)i) * US_PER_S;
		new_price(&w);
		charge(&w, i % (sizeof(ways) / sizeof(ways[0])));
	}
	world_verify(&w);
	credits = -world_balance(&w, world_account(&w, ACCOUNT_BOUGHT, 0));
	assert_true(credits > 1000);
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {ON_BOTH_ENGINES(test_live_is_bill_is_books)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
