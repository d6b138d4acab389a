/* act.c - what people and payment channels do in a transcript: the $ lines. */
#include <string.h>
#include "app/cards.h"
#include "app/charging.h"
#include "app/devices.h"
#include "app/locallists.h"
#include "app/payments.h"
#include "app/reservations.h"
#include "app/updates.h"
#include "app/uploads.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "domain/station.h"
#include "domain/token.h"
#include "flow.h"
#include "store/member.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/pile.h"
#include "store/site.h"
#include "store/tariff.h"

/* What a line asks for, on its way into the lane and back. */
struct deed {
	struct flow *flow;
	struct str words;
	int64_t id;
	struct order order;
	struct payment payment;
};

static struct str word(struct deed *deed, const char *key, const char *otherwise)
{
	return words_get(deed->flow, deed->words, key, otherwise);
}

static int64_t number(struct deed *deed, const char *key, const char *otherwise)
{
	int64_t value = 0;

	if (!str_to_i64(word(deed, key, otherwise), &value))
		flow_fail(deed->flow, "%s is no number", key);
	return value;
}

static int pile_id(struct ctx *ctx, struct deed *deed, int64_t *ret_id)
{
	struct pile pile;
	int found = store_pile_by_code(ctx->db, ctx->arena, word(deed, "pile", ""), &pile);

	TRY(found);
	if (found != 0)
		flow_fail(deed->flow, "no such pile");
	*ret_id = found == 0 ? pile.id : 0;
	return 0;
}

/* $ site Lakeside zone=Asia/Shanghai currency=CNY limit=30.00 timing=prepay */
static int do_site(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct flow *flow = deed->flow;
	struct site site = {.id = CTX_ID(ctx),
		.name = words_next(&deed->words),
		.zone = word(deed, "zone", "UTC"),
		.currency = word(deed, "currency", "CNY"),
		.timing = word(deed, "timing", "prepay"),
		.default_limit_minor = words_money(flow, deed->words, "limit", "30.00"),
		.created_us = ctx->now_us};

	site.tenant_id = CTX_ID(ctx);
	TRY(store_tenant_add(ctx->db, site.tenant_id, STR("Operator"), site.currency, ctx->now_us));
	flow->tenant_id = site.tenant_id;
	flow->site_id = site.id;
	flow->series_id = 0;
	flow->tariff = (struct tariff){.tenant_id = site.tenant_id, .currency = site.currency};
	return store_site_add(ctx->db, &site);
}

/* $ tariff energy=1.12000 service=0.40000 [back=0.60000] [from=08:00 to=22:00]
 * [idle=0.50000 grace=900 cap=20.00] [valid] Sets slots of the tariff being written; with the word
 * `valid` it becomes the site's price from now on. */
static int do_tariff(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct flow *flow = deed->flow;
	struct tariff *tariff = &flow->tariff;
	struct str from = word(deed, "from", "00:00"), to = word(deed, "to", "24:00");
	int64_t energy = 0, service = 0, back = 0, hour, slot_from, slot_to;
	struct site site;
	int64_t id;

	str_to_fixed(word(deed, "energy", "0"), 5, false, &energy);
	str_to_fixed(word(deed, "service", "0"), 5, false, &service);
	str_to_fixed(word(deed, "back", "0"), 5, false, &back);
	str_to_i64(str_slice(from, 0, 2), &hour);
	slot_from = hour * 2 + (from.ptr[3] == '3');
	str_to_i64(str_slice(to, 0, 2), &hour);
	slot_to = hour * 2 + (to.ptr[3] == '3');
	for (int64_t i = slot_from; i < slot_to; i++) {
		tariff->energy_e5[i] = energy;
		tariff->service_e5[i] = service;
		tariff->back_e5[i] = back;
	}
	str_to_fixed(word(deed, "idle", "0"), 5, false, &tariff->idle_e5);
	tariff->idle_grace_s = number(deed, "grace", "0");
	tariff->idle_cap_minor = words_money(flow, deed->words, "cap", "0.00");
	if (!words_has(deed->words, "valid"))
		return 0;
	tariff->name = STR("Price");
	tariff->series_id = flow->series_id;
	id = CTX_ID(ctx);
	if (store_tariff_add(ctx->db, ctx->arena, id, ctx->now_us, 0, ctx->now_us, tariff) != 0)
		return FAULT(FAULT_BUG, "tariff not added");
	tariff->hash = str_dup(&flow->arena, tariff->hash);
	if (flow->series_id != 0)
		return 0;
	flow->series_id = tariff->series_id;
	TRY(store_site_get(ctx->db, ctx->arena, flow->site_id, &site));
	site.tariff_series_id = flow->series_id;
	return store_site_put(ctx->db, &site);
}

/* $ pile A-07 [connectors=1] [max=22000] [password=...] [state=approved] */
static int do_pile(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct str code = words_next(&deed->words), password = word(deed, "password", "");
	struct pile pile = {.id = CTX_ID(ctx),
		.tenant_id = deed->flow->tenant_id,
		.site_id = deed->flow->site_id,
		.code = code,
		.name = code,
		.state = PILE_APPROVED,
		.created_us = ctx->now_us};

	if (password.len > 0)
		pile.secret_hash =
			pile_secret_hash(ctx->arena, ctx->config->server_key, code, password);
	TRY(store_pile_add(ctx->db, &pile));
	for (int64_t no = 1; no <= number(deed, "connectors", "1"); no++) {
		struct connector plate = {.pile_id = pile.id,
			.no = no,
			.plug = STR("Type 2"),
			.max_w = number(deed, "max", "22000")};

		TRY(store_connector_plate(ctx->db, &plate));
	}
	return 0;
}

/* $ member Member1 [tag=CARD1] [blocked] [expires=2026-..] (money comes by `topup`) */
static int do_member(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct member member = {.id = CTX_ID(ctx),
		.tenant_id = deed->flow->tenant_id,
		.name = words_next(&deed->words),
		.wallet_token = rng_token(ctx->rng, ctx->arena, 16),
		.created_us = ctx->now_us};
	struct token token = {.id = CTX_ID(ctx),
		.tenant_id = deed->flow->tenant_id,
		.state = words_has(deed->words, "blocked") ? STR("blocked") : STR("active"),
		.created_us = ctx->now_us};
	struct str expires = word(deed, "expires", "");

	TRY(store_member_add(ctx->db, deed->flow->tariff.currency, CTX_ID(ctx), &member));
	words_set(deed->flow, member.name, str_format(ctx->arena, "%lld", (long long)member.id));
	token.member_id = member.id;
	token.id_tag = token_normal(ctx->arena, word(deed, "tag", ""));
	if (expires.len > 0 && !time_parse(expires, &token.expires_us, NULL))
		flow_fail(deed->flow, "expires is no time");
	member.priority = words_has(deed->words, "priority");
	TRY(store_member_put(ctx->db, &member));
	return token.id_tag.len > 0 ? store_member_tag_add(ctx->db, &token) : 0;
}

static int64_t member_id(struct deed *deed, struct str name)
{
	int64_t id = 0;

	str_to_i64(words_fill(deed->flow, str_format(&deed->flow->arena, "$%.*s", STR_FMT(name))),
		&id);
	return id;
}

/* What the channel says of a payment; then charging goes on, as the courier does it. */
static int channel_says(struct ctx *ctx, const struct payment *payment, enum payment_state state)
{
	struct payment_news news = {.key = payment->key,
		.state = state,
		.channel_ref = STR("ref"),
		.currency = payment->currency,
		.amount_minor = payment->amount_minor};
	struct payment now;
	bool changed;

	if (payments_apply(ctx, &news, &now, &changed) != 0)
		return FAULT(FAULT_BUG, "the payment was refused");
	if (changed)
		TRY(charging_payment(ctx, &now));
	return 0;
}

/* $ topup member1 25.00 */
static int do_topup(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	int64_t member = member_id(deed, words_next(&deed->words)), amount = 0;
	struct payment payment;

	str_to_fixed(words_next(&deed->words), 2, false, &amount);
	if (payments_topup(ctx, deed->flow->tenant_id, member, STR("sandbox"), amount, &payment) !=
		0)
		return FAULT(FAULT_BUG, "no top-up");
	return channel_says(ctx, &payment, PAYMENT_SUCCEEDED);
}

static const struct {
	const char *word;
	int state;
} channel_words[] = {{"ok", PAYMENT_SUCCEEDED}, {"failed", PAYMENT_FAILED},
	{"closed", PAYMENT_CLOSED}, {"unknown", PAYMENT_UNKNOWN}, {"waiting", PAYMENT_WAITING}};

/* $ pay ok | capture ok | release ok | refund ok: the channel's word on the newest such payment of
 * the order */
static int do_channel(struct ctx *ctx, void *arg, enum payment_kind first, enum payment_kind last)
{
	struct deed *deed = arg;
	struct str verdict = words_next(&deed->words);
	struct payment *payments;
	size_t len;

	TRY(store_payment_of_order(
		ctx->db, ctx->arena, words_order(deed->flow, deed->words), 64, &payments, &len));
	for (size_t i = len; i > 0; i--) {
		const struct payment *payment = &payments[i - 1];

		if (payment->kind < first || payment->kind > last)
			continue;
		for (size_t w = 0; w < sizeof(channel_words) / sizeof(channel_words[0]); w++) {
			if (str_is(verdict, channel_words[w].word))
				return channel_says(
					ctx, payment, (enum payment_state)channel_words[w].state);
		}
	}
	flow_fail(deed->flow, "no such payment, or no such word");
	return 0;
}

static int do_pay(struct ctx *ctx, void *arg)
{
	return do_channel(ctx, arg, PAYMENT_PAY, PAYMENT_PREAUTH);
}

static int do_capture(struct ctx *ctx, void *arg)
{
	return do_channel(ctx, arg, PAYMENT_CAPTURE, PAYMENT_CAPTURE);
}

static int do_release(struct ctx *ctx, void *arg)
{
	return do_channel(ctx, arg, PAYMENT_RELEASE, PAYMENT_RELEASE);
}

static int do_refund(struct ctx *ctx, void *arg)
{
	return do_channel(ctx, arg, PAYMENT_REFUND, PAYMENT_REFUND);
}

/* $ open web pile=A-07 connector=1 amount=30.00 [wh=5000] [seconds=600] [soc=80] [timing=hold]
 * [hash=seen|old] [as=name] $ open operator pile=A-07 connector=1 [member=member1]. The word
 * `reserved`: for the reservation made last. */
static int do_open(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	bool web = str_is(words_next(&deed->words), "web");
	struct str member = word(deed, "member", "");
	struct open_cmd cmd = {.starter = web ? STARTER_WEB : STARTER_OPERATOR,
		.connector_no = number(deed, "connector", "1"),
		.timing = str_is(word(deed, "timing", "prepay"), "hold") ? TIMING_HOLD
									 : TIMING_PREPAY,
		.source = web              ? SOURCE_CHANNEL
			  : member.len > 0 ? SOURCE_WALLET
					   : SOURCE_HOUSE,
		.channel = web ? word(deed, "channel", "sandbox") : STR_NULL,
		.limit_minor = words_money(deed->flow, deed->words, "amount", "0.00"),
		.limit_dwh = number(deed, "wh", "0") * 10,
		.limit_s = number(deed, "seconds", "0"),
		.limit_soc = number(deed, "soc", "0"),
		.language = STR("en")};

	TRY(pile_id(ctx, deed, &cmd.pile_id));
	if (member.len > 0)
		cmd.member_id = member_id(deed, member);
	if (cmd.source == SOURCE_WALLET)
		cmd.timing = TIMING_HOLD;
	if (words_has(deed->words, "reserved"))
		cmd.reservation = words_fill(deed->flow, STR("$reservation"));
	if (str_is(word(deed, "hash", ""), "seen"))
		cmd.tariff_hash = deed->flow->tariff.hash;
	if (str_is(word(deed, "hash", ""), "old"))
		cmd.tariff_hash = STR("0000");
	return charging_open(ctx, &cmd, &deed->order);
}

/* $ settle [wallet=member1] [order=name]   pays what is open: begins a payment, or from the wallet
 */
static int do_settle(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct str member = word(deed, "wallet", "");
	int64_t id = words_order(deed->flow, deed->words);

	if (member.len > 0)
		return charging_pay_wallet(ctx, id, member_id(deed, member), &deed->order);
	return charging_pay(ctx, id, STR("sandbox"), &deed->order);
}

/* $ stop by=driver [order=name] [force] */
static int do_stop(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct close_cmd cmd = {.order_id = words_order(deed->flow, deed->words),
		.reason = word(deed, "by", "driver"),
		.force = words_has(deed->words, "force")};

	return charging_close(ctx, &cmd, &deed->order);
}

/* $ command pile=A-07 action=Reset payload={"type":"Soft"} [valid=60] [protocol=ocpp2.0.1] */
static int do_command(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct command_wish wish = {.action = word(deed, "action", ""),
		.payload = word(deed, "payload", "{}"),
		.protocol = word(deed, "protocol", ""),
		.valid_us = number(deed, "valid", "60") * US_PER_S};

	TRY(pile_id(ctx, deed, &wish.pile_id));
	return devices_command(ctx, &wish, &deed->id);
}

static int do_approve(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	int64_t id;

	TRY(pile_id(ctx, deed, &id));
	return devices_approve(ctx, deed->flow->tenant_id, id, 0, 0);
}

static int do_reject(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	int64_t id;

	TRY(pile_id(ctx, deed, &id));
	return devices_reject(ctx, deed->flow->tenant_id, id, 0);
}

/* $ write-off [order=name] */
static int do_write_off(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;

	return charging_write_off(ctx, words_order(deed->flow, deed->words), 0);
}

/* $ reserve pile=A-07 connector=1 minutes=15 [tag=CARD1] [from=1.2.3.4] [most=30]: its number
 * becomes $number, its page $reservation. The word `holding`: by the browser that made the last. */
static int do_reserve(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct reservation_wish wish = {.connector_no = number(deed, "connector", "1"),
		.id_tag = word(deed, "tag", ""),
		.until_us = ctx->now_us + number(deed, "minutes", "15") * US_PER_MIN,
		.longest_us = number(deed, "most", "0") * US_PER_MIN,
		.remote = word(deed, "from", "")};
	struct reservation reservation;
	int result;

	TRY(pile_id(ctx, deed, &wish.pile_id));
	if (words_has(deed->words, "holding"))
		wish.held = words_fill(deed->flow, STR("$reservation"));
	result = reservations_open(ctx, &wish, &reservation);
	if (result != 0)
		return result;
	words_set(deed->flow, STR("number"),
		str_format(ctx->arena, "%lld", (long long)reservation.number));
	words_set(deed->flow, STR("reservation"), reservation.token);
	words_set(deed->flow, STR("reserved_for"), reservation.id_tag);
	return 0;
}

/* $ unreserve: the one made last */
static int do_unreserve(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct reservation reservation;

	return reservations_cancel(
		ctx, 0, 0, words_fill(deed->flow, STR("$reservation")), &reservation);
}

/* $ card member1 tag=CARD1 [commercial] [blocked]: a new card, or a change of an old one; its
 * number is kept under the name `as`. */
static int do_card(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct token token = {.id = CTX_ID(ctx),
		.tenant_id = deed->flow->tenant_id,
		.member_id = member_id(deed, words_next(&deed->words)),
		.id_tag = token_normal(ctx->arena, word(deed, "tag", "")),
		.kind = words_has(deed->words, "commercial") ? CARD_COMMERCIAL : CARD_PERSONAL,
		.created_us = ctx->now_us};
	struct token old;
	int found = store_member_tag_find(ctx->db, ctx->arena, token.tenant_id, token.id_tag, &old);

	TRY(found);
	if (found == 0)
		token = old;
	token.state = words_has(deed->words, "blocked") ? STR("blocked") : STR("active");
	if (found != 0) {
		words_set(deed->flow, word(deed, "as", "card"),
			str_format(ctx->arena, "%lld", (long long)token.id));
		return cards_add(ctx, deed->flow->tariff.currency, &token);
	}
	TRY(store_member_tag_put(ctx->db, &token));
	return locallists_cards_changed(ctx, token.tenant_id);
}

/* $ fill card1 25.00 [channel]: at the desk, or through the payment channel */
static int do_fill(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	int64_t id = member_id(deed, words_next(&deed->words)), amount = 0;
	struct payment payment;
	struct token card;

	str_to_fixed(words_next(&deed->words), 2, false, &amount);
	TRY(store_member_tag_get(ctx->db, ctx->arena, id, &card));
	if (!words_has(deed->words, "channel"))
		return cards_fill(ctx, &card, amount);
	if (payments_topup_card(ctx, &card, STR("sandbox"), amount, &payment) != 0)
		return FAULT(FAULT_BUG, "no top-up");
	return channel_says(ctx, &payment, PAYMENT_SUCCEEDED);
}

/* $ diagnostics pile=A-07 [security] */
static int do_diagnostics(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct upload_wish wish = {
		.tenant_id = deed->flow->tenant_id, .security = words_has(deed->words, "security")};
	struct upload upload;
	int result;

	TRY(pile_id(ctx, deed, &wish.pile_id));
	result = uploads_ask(ctx, &wish, &upload);
	if (result == 0)
		words_set(deed->flow, STR("upload"), upload.token);
	return result;
}

/* $ firmware version=2.0 [signed]: a file that is there; its number becomes $file */
static int do_firmware(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	bool with_signature = words_has(deed->words, "signed");
	struct firmware firmware = {.id = CTX_ID(ctx),
		.tenant_id = deed->flow->tenant_id,
		.name = STR("Release"),
		.version = word(deed, "version", ""),
		.token = rng_token(ctx->rng, ctx->arena, 24),
		.bytes = 1000,
		.certificate = with_signature ? STR("-----BEGIN CERTIFICATE-----") : STR(""),
		.signature = with_signature ? STR("c2lnbmF0dXJl") : STR(""),
		.sha256 = STR(""),
		.md5 = STR("0123456789abcdef0123456789abcdef"),
		.state = STR("ready"),
		.created_us = ctx->now_us};

	words_set(deed->flow, STR("file"), str_format(ctx->arena, "%lld", (long long)firmware.id));
	return store_firmware_add(ctx->db, &firmware);
}

/* $ campaign piles=A-07,A-08 waves=50,100 [fail=20] */
static int do_campaign(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct str piles = word(deed, "piles", ""), waves = word(deed, "waves", "100");
	int64_t ids[16], percents[CAMPAIGN_WAVES_MAX];
	struct campaign_wish wish = {.tenant_id = deed->flow->tenant_id,
		.name = STR("Spring"),
		.piles = ids,
		.waves_pct = percents,
		.fail_pct = number(deed, "fail", "20")};
	struct campaign campaign;
	int result;

	str_to_i64(words_fill(deed->flow, STR("$file")), &wish.firmware_id);
	while (piles.len > 0) {
		struct pile pile;

		TRY(store_pile_by_code(ctx->db, ctx->arena, str_cut(&piles, ','), &pile));
		ids[wish.piles_len++] = pile.id;
	}
	while (waves.len > 0)
		str_to_i64(str_cut(&waves, ','), &percents[wish.waves_len++]);
	result = updates_start(ctx, &wish, &campaign);
	if (result == 0)
		words_set(deed->flow, STR("campaign"),
			str_format(ctx->arena, "%lld", (long long)campaign.id));
	return result;
}

/* $ campaign-set running|paused|cancelled      $ rollback */
static int do_campaign_set(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	enum campaign_state state = CAMPAIGN_RUNNING;
	struct str wanted = words_next(&deed->words);
	int64_t id = 0;

	while (state < CAMPAIGN_CANCELLED && !str_is(wanted, campaign_state_name(state)))
		state++;
	str_to_i64(words_fill(deed->flow, STR("$campaign")), &id);
	return updates_set(ctx, deed->flow->tenant_id, id, state);
}

static int do_rollback(struct ctx *ctx, void *arg)
{
	struct deed *deed = arg;
	struct campaign campaign;
	int64_t id = 0;

	str_to_i64(words_fill(deed->flow, STR("$campaign")), &id);
	return updates_rollback(ctx, deed->flow->tenant_id, id, 0, &campaign);
}

static const struct {
	const char *verb;
	int (*run)(struct ctx *ctx, void *arg);
	bool names_order;
} verbs[] = {
	{"site", do_site, false},
	{"tariff", do_tariff, false},
	{"pile", do_pile, false},
	{"member", do_member, false},
	{"topup", do_topup, false},
	{"pay", do_pay, false},
	{"capture", do_capture, false},
	{"release", do_release, false},
	{"refund", do_refund, false},
	{"open", do_open, true},
	{"stop", do_stop, false},
	{"settle", do_settle, false},
	{"command", do_command, false},
	{"approve", do_approve, false},
	{"reject", do_reject, false},
	{"write-off", do_write_off, false},
	{"reserve", do_reserve, false},
	{"unreserve", do_unreserve, false},
	{"card", do_card, false},
	{"fill", do_fill, false},
	{"diagnostics", do_diagnostics, false},
	{"firmware", do_firmware, false},
	{"campaign", do_campaign, false},
	{"campaign-set", do_campaign_set, false},
	{"rollback", do_rollback, false},
};

/* Outcomes of charging by name, for `-> busy` at the end of a line. */
static const char *const outcomes[] = {"ok", "pile", "offline", "connector", "busy", "tariff",
	"token", "blocked", "expired", "concurrent", "funds", "amount", "state", "unknown",
	"foreign"};

static void name_order(struct flow *flow, struct str name, int64_t id)
{
	ASSERT(flow->orders_len < FLOW_ORDERS);
	snprintf(flow->order_names[flow->orders_len], 32, "%.*s", STR_FMT(name));
	flow->order_ids[flow->orders_len++] = id;
}

static void act_policy(struct flow *flow, struct str policy)
{
	flow->stage.app.unknown_piles = str_is(policy, "hold")     ? UNKNOWN_HOLD
					: str_is(policy, "accept") ? UNKNOWN_ACCEPT
								   : UNKNOWN_REJECT;
}

void act(struct flow *flow, struct str words)
{
	struct deed deed = {.flow = flow};
	struct str expect = STR("ok");
	struct str verb, line = words;
	int64_t wanted;
	int result;

	for (size_t i = 0; i + 3 < words.len; i++) {
		if (memcmp(words.ptr + i, "-> ", 3) != 0)
			continue;
		expect = str_trim(str_slice(words, i + 3, words.len));
		line = str_trim(str_slice(words, 0, i));
	}
	verb = words_next(&line);
	deed.words = line;
	if (str_is(verb, "policy")) {
		act_policy(flow, words_next(&line));
		return;
	}
	if (str_is(verb, "outside")) {
		act_outside(flow, line);
		return;
	}
	if (str_is(verb, "api")) {
		act_api_line(flow, line, expect);
		return;
	}
	if (str_is(verb, "autocharge") || str_is(verb, "vehicle")) {
		act_vehicle(flow, verb, line, expect);
		return;
	}
	if (str_starts(verb, STR("offline-"))) {
		int64_t id = act_offline(flow, verb, line, expect);

		if (id != 0)
			name_order(flow, words_get(flow, line, "as", "order"), id);
		return;
	}
	if (str_is(verb, "power")) {
		result = act_smart(flow, line);
		if (!flow->failed && !(str_to_i64(expect, &wanted) && wanted == result) &&
			(result != 0 || !str_is(expect, "ok")))
			flow_fail(flow, "outcome %d, expected %.*s", result, STR_FMT(expect));
		return;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!str_is(verb, verbs[i].verb))
			continue;
		result = world_act(flow, verbs[i].run, &deed);
		if (flow->failed)
			return;
		/* Other conversations' outcomes are given by number. */
		if (str_to_i64(expect, &wanted) && wanted == result)
			return;
		if (result < 0 || (size_t)result >= sizeof(outcomes) / sizeof(outcomes[0]) ||
			!str_is(expect, outcomes[result]))
			flow_fail(flow, "outcome %d (%s), expected %.*s", result,
				result >= 0 && result < 15 ? outcomes[result] : "?",
				STR_FMT(expect));
		else if (verbs[i].names_order && result == 0)
			name_order(flow, words_get(flow, line, "as", "order"), deed.order.id);
		return;
	}
	flow_fail(flow, "no such deed: %.*s", STR_FMT(verb));
}
