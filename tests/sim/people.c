/* people.c - who uses the network: drivers over the web, members with cards, operators, and the
 * payment channel with its courier between. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "app/books.h"
#include "app/cards.h"
#include "app/charging.h"
#include "app/payments.h"
#include "base/clock.h"
#include "base/fault.h"
#include "faults.h"
#include "sim.h"
#include "store/member.h"
#include "store/pile.h"
#include "store/site.h"
#include "store/tariff.h"
#include "web.h"
#include "wire/json.h"

#define FAR_AWAY 100 /* every so many steps, at most, a price changes */

/* --- how it begins --- */

struct founding {
	struct sim *sim;
	struct sim_site *site;
};

static void price(struct sim *sim, struct sim_site *site, int64_t level)
{
	struct tariff *tariff = &site->tariff;

	*tariff = (struct tariff){.tenant_id = site->tenant,
		.series_id = site->series,
		.name = STR("Price"),
		.currency = str_from(site->currency),
		.idle_e5 = 33333,
		.idle_grace_s = 300,
		.idle_cap_minor = 1500,
		.vat_bp = 1300};
	for (int i = 0; i < LIMIT_TARIFF_SLOTS; i++) {
		tariff->energy_e5[i] = level + 1234 * (i % 7) + sim_below(sim, 3);
		tariff->service_e5[i] = 20001 + 77 * (i % 5);
	}
}

static int add_tariff(struct ctx *ctx, void *arg)
{
	const struct founding *founding = arg;
	struct sim_site *site = founding->site;
	struct tariff tariff = site->tariff;
	int64_t id = CTX_ID(ctx);
	int result =
		store_tariff_add(ctx->db, ctx->arena, id, ctx->now_us, 0, ctx->now_us, &tariff);

	TRY(result);
	ASSERT(result == 0);
	site->series = tariff.series_id;
	snprintf(site->hash, sizeof(site->hash), "%.*s", STR_FMT(tariff.hash));
	audit_tariff(founding->sim, id, &tariff);
	return 0;
}

static int add_site(struct ctx *ctx, void *arg)
{
	const struct founding *founding = arg;
	struct sim_site *site = founding->site;
	struct site row = {.id = CTX_ID(ctx),
		.tenant_id = CTX_ID(ctx),
		.name = STR("Site"),
		.zone = str_from(site->zone),
		.currency = str_from(site->currency),
		.timing = site == &founding->sim->sites[0] ? STR("prepay") : STR("hold"),
		.default_limit_minor = 3000,
		.created_us = ctx->now_us};

	site->id = row.id;
	site->tenant = row.tenant_id;
	price(founding->sim, site, 112000);
	TRY(store_tenant_add(ctx->db, site->tenant, STR("Operator"), row.currency, ctx->now_us));
	TRY(add_tariff(ctx, arg));
	row.tariff_series_id = site->series;
	return store_site_add(ctx->db, &row);
}

static int add_members(struct ctx *ctx, void *arg)
{
	const struct founding *founding = arg;
	struct sim_site *site = founding->site;

	for (int i = 0; i < SIM_MEMBERS; i++) {
		struct member member = {.id = CTX_ID(ctx),
			.tenant_id = site->tenant,
			.name = str_format(ctx->arena, "Member %d", i + 1),
			.wallet_token = rng_token(ctx->rng, ctx->arena, 16),
			.created_us = ctx->now_us};
		struct token token = {.id = CTX_ID(ctx),
			.tenant_id = site->tenant,
			.state = i % 11 == 10 ? STR("blocked") : STR("active"),
			.id_tag = str_format(ctx->arena, "CARD%d", i),
			.kind = i % 4 == 3 ? CARD_COMMERCIAL : CARD_PERSONAL,
			.expires_us = i % 13 == 12 ? ctx->now_us + US_PER_DAY : 0,
			.created_us = ctx->now_us};

		TRY(store_member_add(ctx->db, str_from(site->currency), CTX_ID(ctx), &member));
		site->members[i] = token.member_id = member.id;
		ASSERT(cards_add(ctx, str_from(site->currency), &token) <= 0);
		site->cards[i] = token.id;
	}
	return 0;
}

static int add_piles(struct ctx *ctx, void *arg)
{
	struct sim *sim = ((const struct founding *)arg)->sim;

	for (size_t i = 0; i < sim->piles_len; i++) {
		struct sim_pile *pile = &sim->piles[i];
		struct pile row = {.id = CTX_ID(ctx),
			.tenant_id = sim->sites[pile->site].tenant,
			.site_id = sim->sites[pile->site].id,
			.code = str_from(pile->code),
			.name = str_from(pile->code),
			.state = PILE_APPROVED,
			.created_us = ctx->now_us};

		pile->id = row.id;
		TRY(store_pile_add(ctx->db, &row));
		for (int64_t no = 1; no <= SIM_CONNECTORS; no++)
			TRY(store_connector_plate(ctx->db, &(struct connector){.pile_id = row.id,
								   .no = no,
								   .plug = STR("Type 2"),
								   .max_w = 22000}));
	}
	return 0;
}

void people_found(struct sim *sim)
{
	static const struct {
		const char *currency, *zone;
	} places[SIM_SITES] = {{"CNY", "Asia/Shanghai"}, {"EUR", "Europe/Berlin"}};
	struct founding founding = {.sim = sim};

	for (int i = 0; i < SIM_SITES; i++) {
		founding.site = &sim->sites[i];
		founding.site->currency = places[i].currency;
		founding.site->zone = places[i].zone;
		sim_act(sim, add_site, &founding);
		sim_act(sim, add_members, &founding);
	}
	sim_act(sim, add_piles, &founding);
}

/* --- drivers over the web --- */

static struct sim_wish *some_wish(struct sim *sim)
{
	uint64_t kept = sim->wishes_made < SIM_WISHES ? sim->wishes_made : SIM_WISHES;

	return kept > 0 ? &sim->wishes[sim_below(sim, (int64_t)kept)] : NULL;
}

/* The same question has the same answer, however often it is asked. */
static void remember(struct sim *sim, struct sim_wish *wish, struct str body)
{
	struct str token = STR_NULL, owner = STR_NULL;

	if (!json_get_str(body, "token", &sim->arena, &token) ||
		!json_get_str(body, "owner_key", &sim->arena, &owner))
		sim_die(sim, "an order without token or owner key: %.*s", STR_FMT(body));
	if (wish->answered && (!str_is(token, wish->token) || !str_is(owner, wish->owner)))
		sim_die(sim, "one wish, two orders: %s and %.*s", wish->token, STR_FMT(token));
	sim->wishes_opened += !wish->answered;
	wish->answered = true;
	snprintf(wish->token, sizeof(wish->token), "%.*s", STR_FMT(token));
	snprintf(wish->owner, sizeof(wish->owner), "%.*s", STR_FMT(owner));
}

static void ask_wish(struct sim *sim, struct sim_wish *wish)
{
	struct web_answer answer = web_ask(
		sim, "POST", STR("/v1/public/orders"), str_from(wish->body), wish->key, NULL);

	/* the answer may be lost on the way, then it is asked again some time */
	if (answer.status != 201 || (!sim->calm && sim_chance(sim, 10)))
		return;
	remember(sim, wish, answer.body);
}

/* Where somebody stands who wants to charge: mostly before a car that is plugged in. */
static struct sim_pile *stand(struct sim *sim, int *ret_no)
{
	struct sim_pile *pile = NULL;

	for (int i = 0; i < 12; i++) {
		pile = &sim->piles[sim_below(sim, (int64_t)sim->piles_len)];
		*ret_no = (int)sim_below(sim, SIM_CONNECTORS);
		if (pile->up && pile->connectors[*ret_no].plugged &&
			!pile->connectors[*ret_no].charge)
			break;
	}
	return pile;
}

static void open_web(struct sim *sim)
{
	struct sim_wish *wish = &sim->wishes[sim->wishes_made % SIM_WISHES];
	int no;
	struct sim_pile *pile = stand(sim, &no);
	struct sim_site *site = &sim->sites[pile->site];

	memset(wish, 0, sizeof(*wish));
	snprintf(wish->key, sizeof(wish->key), "wish-%012" PRIu64, ++sim->wishes_made);
	snprintf(wish->body, sizeof(wish->body),
		"{\"pile\":\"%s\",\"connector\":%d,\"limit\":{\"minor\":%" PRId64
		"},\"tariff_hash\":\"%s\"%s}",
		pile->code, no + 1, 200 + sim_below(sim, 6000), site->hash,
		sim_chance(sim, 20) ? ",\"limit_wh\":7000" : "");
	ask_wish(sim, wish);
}

static void ask_again(struct sim *sim)
{
	struct sim_wish *wish = some_wish(sim);

	if (wish)
		ask_wish(sim, wish);
}

static void stop_web(struct sim *sim)
{
	struct sim_wish *wish = some_wish(sim);
	bool mine = sim_chance(sim, 70);
	struct web_answer answer;

	if (!wish || !wish->answered)
		return;
	answer = web_ask(sim, "POST",
		str_format(&sim->arena, "/v1/public/orders/%s/stop", wish->token), STR(""), NULL,
		mine ? wish->owner : "another key");
	if (answer.status != 0 && answer.status != (mine ? 200 : 403))
		sim_die(sim, "stop of %s order gave %d: %.*s", mine ? "one's own" : "another's",
			answer.status, STR_FMT(answer.body));
}

/* What was answered must be there. */
static void look(struct sim *sim)
{
	struct sim_wish *wish = some_wish(sim);
	struct web_answer answer;

	if (!wish || !wish->answered)
		return;
	answer = web_ask(sim, "GET", str_format(&sim->arena, "/v1/public/orders/%s", wish->token),
		STR(""), NULL, wish->owner);
	if (answer.status != 0 && answer.status != 200)
		sim_die(sim, "order %s was promised and is not there", wish->token);
}

/* --- operators --- */

struct deed {
	struct sim *sim;
	int64_t id, amount;
	struct open_cmd open;
	struct close_cmd close;
};

static int do_open(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct order order;

	return charging_open(ctx, &deed->open, &order);
}

static void open_operator(struct sim *sim)
{
	int no;
	struct sim_pile *pile = stand(sim, &no);
	struct sim_site *site = &sim->sites[pile->site];
	bool house = sim_chance(sim, 50);
	struct deed deed = {.sim = sim,
		.open = {.starter = STARTER_OPERATOR,
			.pile_id = pile->id,
			.connector_no = no + 1,
			.timing = TIMING_HOLD,
			.source = house ? SOURCE_HOUSE : SOURCE_WALLET,
			.member_id = house ? 0 : site->members[sim_below(sim, SIM_MEMBERS)],
			.limit_minor = house ? 0 : 100 + sim_below(sim, 4000),
			.language = STR("en")}};

	sim_act(sim, do_open, &deed);
}

static int do_close(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct order order;

	return charging_close(ctx, &deed->close, &order);
}

/* The end of a charge that its pile has forgotten, a careless one: a person decides. */
static void take_hanging(void *context, const int64_t columns[ASK_COLUMNS])
{
	struct sim *sim = context;
	struct deed deed = {.sim = sim,
		.close = {.order_id = columns[0], .reason = STR("operator"), .force = true}};

	for (size_t i = 0; i < sim->piles_len; i++)
		if (sim->piles[i].id == columns[1] && sim->piles[i].temper == SIM_CARELESS)
			sim_act(sim, do_close, &deed);
}

void people_force(struct sim *sim)
{
	ask_rows(sim->ask, "SELECT id, pile_id FROM orders WHERE state BETWEEN 4 AND 7 AND id > $1",
		&(int64_t){0}, 1, take_hanging, sim);
}

static int do_write_off(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;

	return charging_write_off(ctx, deed->id, 1);
}

/* A running one is stopped, one that hangs is forced, a debt is given up. */
static void operator_acts(struct sim *sim)
{
	int64_t running = ask_number(sim->ask,
		"SELECT id FROM orders WHERE state BETWEEN 3 AND 7 AND id > $1 ORDER BY id "
		"LIMIT 1",
		sim_below(sim, 2) ? 0
				  : ask_number(sim->ask, "SELECT MAX(id) - $1 FROM orders",
					    sim_below(sim, INT64_C(1) << 34)));
	struct deed deed = {.sim = sim,
		.close = {.order_id = running,
			.reason = STR("operator"),
			.force = sim_chance(sim, 15)}};

	if (running != 0)
		sim_act(sim, do_close, &deed);
	if (!sim_chance(sim, 20))
		return;
	deed.id = ask_number(
		sim->ask, "SELECT id FROM orders WHERE state = 11 AND id > $1 LIMIT 1", 0);
	if (deed.id != 0)
		sim_act(sim, do_write_off, &deed);
}

static int do_topup(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct payment payment;
	struct sim_site *site = &deed->sim->sites[deed->amount % SIM_SITES];

	return payments_topup(ctx, site->tenant, deed->id, STR("sandbox"), deed->amount, &payment);
}

/* A commercial card is filled, at the desk or through the channel; a personal one cannot be. */
static int do_fill(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct payment payment;
	struct token card;
	int found = store_member_tag_get(ctx->db, ctx->arena, deed->id, &card), outcome;

	TRY(found);
	ASSERT(found == 0);
	outcome = deed->open.limit_minor % 2
			  ? cards_fill(ctx, &card, deed->amount)
			  : payments_topup_card(ctx, &card, STR("sandbox"), deed->amount, &payment);
	TRY(outcome);
	if ((outcome == 0) != (card.kind == CARD_COMMERCIAL))
		sim_die(deed->sim, "filling a card of kind %d gave %d", (int)card.kind, outcome);
	return outcome;
}

static void fill(struct sim *sim)
{
	const struct sim_site *site = &sim->sites[sim_below(sim, SIM_SITES)];
	struct deed deed = {.sim = sim,
		.amount = 300 + sim_below(sim, 6000),
		.open = {.limit_minor = sim_below(sim, 2)}};

	deed.id = site->cards[sim_chance(sim, 90) ? 3 + 4 * sim_below(sim, SIM_MEMBERS / 4)
						  : sim_below(sim, SIM_MEMBERS)];
	sim_act(sim, do_fill, &deed);
}

static void topup(struct sim *sim)
{
	struct deed deed = {.sim = sim, .amount = 500 + sim_below(sim, 9000)};
	struct sim_site *site = &sim->sites[deed.amount % SIM_SITES];

	deed.id = site->members[sim_below(sim, SIM_MEMBERS)];
	if (sim_act(sim, do_topup, &deed) > 0)
		sim_die(sim, "a top-up was refused");
}

static void new_price(struct sim *sim)
{
	struct founding founding = {.sim = sim, .site = &sim->sites[sim_below(sim, SIM_SITES)]};

	if (sim->step % FAR_AWAY != 0)
		return;
	price(sim, founding.site, 90000 + sim_below(sim, 60000));
	sim_act(sim, add_tariff, &founding);
}

/* A key is used again: with the same content it gives the same transfer, with other content a
 * conflict; nothing moves. */
static int do_repost(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct ledger_receipt receipt;
	struct transfer transfer;
	int found = store_ledger_transfer_get(ctx->db, ctx->arena, deed->id, &transfer, NULL);
	int result;

	TRY(found);
	ASSERT(found == 0);
	result = books_post(ctx, transfer, &receipt);
	TRY(result);
	if (result != 0 || !receipt.repeated || receipt.id != deed->id)
		sim_die(deed->sim, "a transfer posted again gave %d", result);
	transfer.amount_minor++;
	result = books_post(ctx, transfer, &receipt);
	TRY(result);
	if (result != LEDGER_E_CONFLICT)
		sim_die(deed->sim, "a key with another amount gave %d", result);
	return 0;
}

static void repost(struct sim *sim)
{
	struct deed deed = {.sim = sim};

	deed.id = ask_number(sim->ask,
		"SELECT MAX(id) FROM transfer WHERE id < (SELECT MAX(id) - $1 FROM transfer)",
		sim_below(sim, INT64_C(1) << 34));
	if (deed.id != 0)
		sim_act(sim, do_repost, &deed);
}

/* --- the channel and its courier --- */

struct errand {
	struct sim *sim;
	int64_t id;
	struct payment payment, parent;
	bool query, due;
	struct payment_news news;
	int result;
};

static int do_due(struct ctx *ctx, void *arg)
{
	struct errand *errand = arg;
	struct payment *due;
	size_t count;

	TRY(payments_due(ctx, 8, &due, &count));
	errand->due = count > 0;
	if (count > 0)
		errand->id = due[(size_t)errand->id % count].id;
	return 0;
}

static struct payment keep(struct sim *sim, struct payment payment)
{
	payment.key = str_dup(&sim->arena, payment.key);
	payment.currency = str_dup(&sim->arena, payment.currency);
	return payment;
}

static int do_claim(struct ctx *ctx, void *arg)
{
	struct errand *errand = arg;
	int result =
		payments_claim(ctx, errand->id, &errand->payment, &errand->parent, &errand->query);

	TRY(result);
	errand->payment = keep(errand->sim, errand->payment);
	errand->parent = keep(errand->sim, errand->parent);
	return result;
}

static int do_apply(struct ctx *ctx, void *arg)
{
	struct errand *errand = arg;
	struct payment payment;
	bool changed = false;
	int result = payments_apply(ctx, &errand->news, &payment, &changed);

	TRY(result);
	errand->result = result;
	if (result == 0 && changed && payment.order_id != 0)
		TRY(charging_payment(ctx, &payment));
	return 0;
}

bool people_courier(struct sim *sim)
{
	struct errand errand = {.sim = sim, .id = sim_below(sim, 8)};

	if (stage_act(&sim->stage, LANE_READ, do_due, &errand) < 0 || !errand.due)
		return false;
	/* What is not durable is not sent. */
	if (sim_act(sim, do_claim, &errand) != 0 || faults.dead)
		return true;
	if (!channel_call(&sim->channel, &errand.payment, &errand.parent, errand.query,
		    sim->stage.clock.at_us, &sim->rng, &errand.news))
		errand.news =
			(struct payment_news){.state = PAYMENT_UNKNOWN, .error = STR("no_answer")};
	errand.news.key = errand.payment.key;
	sim_act(sim, do_apply, &errand);
	if (errand.result != 0)
		sim_die(sim, "the channel's own answer was refused: %d", errand.result);
	return true;
}

bool people_notify(struct sim *sim)
{
	struct errand errand = {.sim = sim};

	if (sim->channel.notes_len == 0)
		return false;
	if (!channel_notify(&sim->channel, sim->stage.clock.at_us, &sim->rng, &errand.news))
		return true;
	sim_act(sim, do_apply, &errand);
	if (errand.result != 0)
		sim_die(sim, "a true notification was refused: %d", errand.result);
	return true;
}

/* A success over another amount, currency or number is not believed. */
static void forge(struct sim *sim)
{
	struct errand errand = {.sim = sim};
	const struct channel_op *op;

	if (sim->channel.len == 0)
		return;
	op = &sim->channel.ops[sim_below(sim, (int64_t)sim->channel.len)];
	errand.news = (struct payment_news){.key = str_from(op->number),
		.state = PAYMENT_SUCCEEDED,
		.channel_ref = str_from(op->number),
		.currency = str_from(op->currency),
		.amount_minor = op->amount_minor + 1};
	if (sim_chance(sim, 50)) {
		errand.news.amount_minor--;
		errand.news.currency = STR("USD");
	}
	if (sim_act(sim, do_apply, &errand) == 0 && !faults.dead &&
		errand.result != PAYMENTS_E_MISMATCH)
		sim_die(sim, "a forged notification gave %d", errand.result);
}

void people_act(struct sim *sim)
{
	int64_t what = sim_below(sim, 100);

	if (what < 14)
		open_web(sim);
	else if (what < 17)
		ask_again(sim);
	else if (what < 20)
		stop_web(sim);
	else if (what < 22)
		look(sim);
	else if (what < 25)
		open_operator(sim);
	else if (what < 27)
		operator_acts(sim);
	else if (what < 30)
		topup(sim);
	else if (what < 32)
		fill(sim);
	else if (what < 62)
		people_courier(sim);
	else if (what < 82)
		channel_driver(&sim->channel, sim->stage.clock.at_us, &sim->rng);
	else if (what < 96)
		people_notify(sim);
	else if (what < 97)
		forge(sim);
	else if (what < 99)
		repost(sim);
	else
		new_price(sim);
}
