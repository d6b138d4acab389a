/* money_world.h - a small operator with one member, one tariff and a payment channel, on the engine
 * of the test: what the tests of billing, payments and verify play in. Include after cmocka.h. */
#pragma once
#include "app/ctx.h"
#include "app/payments.h"
#include "domain/ledger.h"
#include "domain/order.h"
#include "domain/tariff.h"
#include "engines.h"

#define WORLD_TENANT 7
#define WORLD_START_US INT64_C(1800000000000000)

struct money_world {
	struct test_db *test;
	struct arena arena;
	struct effects effects;
	struct rng rng;
	struct id_maker ids;
	struct app_config config;
	struct ctx ctx;
	struct tariff tariff; /* 0.50 energy, 0.30 service, 1.00 back per kWh; idle 0.50 a minute
				 after 15 minutes, cap 20.00 */
	int64_t member_id, wallet_id;
	int64_t next_no;
};
/* Opens the world in a transaction; world_close commits it. */
void world_open(struct money_world *w, void **state);
void world_close(struct money_world *w);
/* Money into the member's wallet, out of nowhere. */
void world_give(struct money_world *w, int64_t amount_minor);
/* A new order in state created, stored. */
struct order world_order(struct money_world *w, enum order_source source, enum order_timing timing,
	int64_t limit_minor);
/* Energy flows (a session of the order with one half hour) and the order ends. */
void world_charge(struct money_world *w, struct order *order, int64_t energy_dwh);
/* Moves the order to a state by the shortest legal way. */
void world_move(struct order *order, enum order_state to, int64_t now_us);
/* Bill and settle an ended order; stores it. */
void world_settle(struct money_world *w, struct order *order);
/* What the channel says about a payment. */
struct payment_news world_news(const struct payment *payment, enum payment_state state);
/* payments_apply that must go well; true when the payment moved. */
bool world_apply(
	struct money_world *w, const struct payment_news *news, struct payment *ret_payment);
struct payment world_payment(struct money_world *w, int64_t id);
/* A channel payment for an order, begun and succeeded, and received by billing. */
struct payment world_pay(struct money_world *w, struct order *order);
int64_t world_balance(struct money_world *w, int64_t account_id);
int64_t world_available(struct money_world *w, int64_t account_id);
/* The house's account of a kind (channel: "sandbox"). */
int64_t world_account(struct money_world *w, enum account_kind kind, int64_t owner_id);
/* Every check of verify holds. */
void world_verify(struct money_world *w);
int64_t world_transfers(struct money_world *w, int64_t order_id);
