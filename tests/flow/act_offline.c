/* act_offline.c - what is carried to and from a pile without network in a transcript: the $
 * offline- lines. The pile's codes are really signed and read, so that altered ones can be tried.
 */
#include <string.h>
#include "app/api_offline.h"
#include "app/charging.h"
#include "app/pile_keys.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "flow.h"
#include "store/order.h"
#include "store/pile.h"
#include "wire/cbor_record.h"
#include "wire/offline_code.h"

#define REFUSED 100 /* + enum api_offline_outcome */

struct carried {
	struct flow *flow;
	struct str words;
	int64_t order_id;
};

/* Every pile of a transcript has a key made of its name. */
static void key_of(struct str pile, struct sign_secret *ret_secret, struct sign_key *ret_key)
{
	struct rng rng;

	rng_init_seeded(&rng, str_hash(pile));
	sign_make(SIGN_P256, &rng, ret_secret);
	ASSERT(sign_key_of(ret_secret, ret_key));
}

static struct str word(struct carried *at, const char *key, const char *otherwise)
{
	return words_get(at->flow, at->words, key, otherwise);
}

static int64_t number(struct carried *at, const char *key, const char *otherwise)
{
	int64_t value = 0;

	if (!str_to_i64(word(at, key, otherwise), &value))
		flow_fail(at->flow, "%s is no number", key);
	return value;
}

static int find_pile(struct ctx *ctx, struct carried *at, struct pile *ret_pile)
{
	int found = store_pile_by_code(ctx->db, ctx->arena, word(at, "pile", "A-07"), ret_pile);

	TRY(found);
	if (found != 0)
		flow_fail(at->flow, "no such pile");
	return 0;
}

/* Our keys: $ offline-key ours=2 gives the platform a second one, the newest first. */
static void our_keys(struct carried *at, struct app_offline *ours)
{
	static const char *const names[] = {"platform", "platform2", "platform3"};
	static const char *const kids[] = {"k001", "k002", "k003"};
	size_t len = (size_t)number(at, "ours", "1"), first = (size_t)number(at, "gone", "0");

	ASSERT(len <= 3 && first < len);
	ours->keys_len = len - first;
	for (size_t i = 0; i < ours->keys_len; i++) {
		key_of(str_from(names[len - 1 - i]), &ours->keys[i].secret, &ours->keys[i].public);
		ours->keys[i].kid = str_from(kids[len - 1 - i]);
	}
}

/* The word of `voucher` that `next` comes after it at this pile, as hex in the offer. */
static int put_next(struct ctx *ctx, struct carried *at, struct str voucher, struct buf *offer)
{
	struct pile_key row = {.kind = STR("es256")};
	struct offline_handover handover = {.pile = word(at, "named", "A-07")};
	struct sign_secret secret, unused;
	struct buf hex, payload;
	struct sign_key key;
	struct str bytes;

	key_of(word(at, "next", ""), &unused, &key);
	buf_init(&hex, ctx->arena, 200);
	hex_write(&hex, key.bytes, key.len);
	row.public = buf_str(&hex);
	words_set(at->flow, STR("next"), pile_keys_print(ctx->arena, &row));
	handover.key = pile_keys_hash(ctx->arena, &row);
	buf_init(&payload, ctx->arena, 300);
	ASSERT(cbor_record_write(&offline_handover_record, &handover, &payload) == 0);
	key_of(voucher, &secret, &key);
	TRY(offline_code_sign(
		OFFLINE_CODE_KEY, &secret, STR(""), buf_str(&payload), ctx->arena, &bytes));
	buf_format(offer, ",\"next\":{\"kind\":\"es256\",\"public\":\"%.*s\",\"proof\":\"",
		STR_FMT(row.public));
	hex_write(offer, bytes.ptr, bytes.len);
	buf_put_str(offer, STR("\"}"));
	return 0;
}

/* $ offline-key pile=A-07: platform and pile know each other's keys. key=NAME: the pile's is
 * another one; next=NAME: and that one comes after it, by=NAME: vouched for by another, named=B-01:
 * for another pile; trusts="..." in hex: which of ours it has. $print and $next are fingerprints.
 */
static int do_key(struct ctx *ctx, void *arg)
{
	struct carried *at = arg;
	struct app_offline *ours = &at->flow->stage.app.offline;
	struct pile_key row = {.kind = STR("es256")};
	struct str name, answer, trusts = word(at, "trusts", "");
	struct sign_secret secret;
	struct sign_key key;
	struct buf offer, hex;
	struct pile pile;

	our_keys(at, ours);
	ours->max_minor = number(at, "max", "20000");
	ours->credit_max_minor = number(at, "credit", "10000");
	ours->valid_s = 300;
	ours->lasts_s = 86400;
	ours->wait_us = 7 * US_PER_DAY;
	TRY(find_pile(ctx, at, &pile));
	name = word(at, "key", "");
	name = name.len > 0 ? name : pile.code;
	key_of(name, &secret, &key);
	buf_init(&hex, ctx->arena, 200);
	hex_write(&hex, key.bytes, key.len);
	row.public = buf_str(&hex);
	words_set(at->flow, STR("print"), pile_keys_print(ctx->arena, &row));
	buf_init(&offer, ctx->arena, 3000);
	buf_format(&offer, "{\"kind\":\"es256\",\"public\":\"%.*s\"", STR_FMT(row.public));
	if (trusts.len > 0)
		buf_format(&offer, ",\"trusts\":\"%.*s\"", STR_FMT(trusts));
	if (word(at, "next", "").len > 0)
		TRY(put_next(ctx, at, word(at, "by", str_dup_z(ctx->arena, name)), &offer));
	buf_put_char(&offer, '}');
	return api_offline_exchange(ctx, pile.id, buf_str(&offer), &answer);
}

/* $ offline-ident pile=A-07 [signer=NAME]: would the driver's page take what the pile shows? */
static int do_ident(struct ctx *ctx, void *arg)
{
	struct carried *at = arg;
	struct offline_ident ident = {.pile = word(at, "pile", "A-07"),
		.connector_no = 1,
		.nonce = 4711,
		.at_s = ctx->now_us / US_PER_S,
		.state = OFFLINE_PLUGGED};
	struct str bytes, signer = word(at, "signer", "");
	struct reads_place place;
	struct sign_secret secret;
	struct buf payload, text;
	struct sign_key key;
	int result;

	key_of(signer.len ? signer : ident.pile, &secret, &key);
	buf_init(&payload, ctx->arena, 1000);
	buf_init(&text, ctx->arena, 1000);
	ASSERT(cbor_record_write(&offline_ident_record, &ident, &payload) == 0);
	TRY(offline_code_sign(
		OFFLINE_CODE_IDENT, &secret, STR(""), buf_str(&payload), ctx->arena, &bytes));
	offline_code_text(OFFLINE_CODE_IDENT, STR("http://x"), bytes, &text);
	result = api_offline_ident(ctx, buf_str(&text), &ident, &place);
	return result > 0 ? REFUSED + result : result;
}

/* $ offline-open pile=A-07 amount=30.00 timing=credit driver=one [wh=5000] [minutes=30] */
static int do_open(struct ctx *ctx, void *arg)
{
	struct carried *at = arg;
	struct offline_wish wish = {.connector_no = number(at, "connector", "1"),
		.nonce = number(at, "nonce", "4711"),
		.driver = word(at, "driver", "one"),
		.timing = str_is(word(at, "timing", "prepay"), "credit") ? TIMING_CREDIT
									 : TIMING_PREPAY,
		.channel = STR("sandbox"),
		.language = STR("en"),
		.limit_minor = words_money(at->flow, at->words, "amount", "30.00"),
		.limit_dwh = number(at, "wh", "0") * 10,
		.limit_s = number(at, "minutes", "0") * 60};
	struct pile pile;
	struct order order = {0};
	int result;

	TRY(find_pile(ctx, at, &pile));
	wish.pile_id = pile.id;
	result = offline_order_open(ctx, &wish, &order);
	at->order_id = order.id;
	return result;
}

/* $ offline-code: the driver's page shows the start code; $tag is then what the pile will tell. */
static int do_code(struct ctx *ctx, void *arg)
{
	struct carried *at = arg;
	struct order order;
	int64_t until_us;
	struct str text;
	int result;

	TRY(store_order_get(ctx->db, ctx->arena, words_order(at->flow, at->words), &order));
	result = api_offline_code(ctx, &order, &text, &until_us);
	TRY(result);
	if (result == 0 && (until_us == 0) != words_has(at->words, "expired"))
		flow_fail(at->flow, "the code is%s valid", until_us ? "" : " not");
	if (result == 0)
		words_set(at->flow, STR("tag"), order.start_tag);
	if (result == 0 && text.len > OFFLINE_CODE_START_MAX)
		flow_fail(at->flow, "the code has %zu characters", text.len);
	return result;
}

/* By its word; what used nothing says so by itself. */
static enum offline_end end_of(struct carried *at, struct str wh)
{
	struct str name = word(at, "end", wh.len == 1 && wh.ptr[0] == '0' ? "unused" : "driver");

	for (int end = OFFLINE_END_DRIVER; end <= OFFLINE_END_UNUSED; end++)
		if (str_is(name, offline_end_name((enum offline_end)end)))
			return (enum offline_end)end;
	flow_fail(at->flow, "no such end: %.*s", STR_FMT(name));
	return OFFLINE_END_DRIVER;
}

static void fill_settlement(struct ctx *ctx, struct carried *at, const struct order *order,
	int64_t *runs, struct offline_settlement *ret)
{
	int64_t ago_s = number(at, "ago", "600");
	struct str wh = word(at, "wh", "6000");

	*ret = (struct offline_settlement){.pile = word(at, "pile", "A-07"),
		.connector_no = number(at, "connector", "1"),
		.order_id = order->id,
		.serial = number(at, "serial", "1"),
		.begin_s = ctx->now_us / US_PER_S - ago_s,
		.lasted_s = number(at, "lasted", "500"),
		.register_dwh = number(at, "register", "1000") * 10,
		.runs_dwh = runs,
		.tariff_mark = offline_mark(order->tariff_hash),
		.reason = end_of(at, wh)};
	while (wh.len > 0 && ret->runs_dwh_len < OFFLINE_RUNS_MAX) {
		int64_t run;

		if (!str_to_i64(str_cut(&wh, '+'), &run))
			flow_fail(at->flow, "wh is no list of numbers");
		runs[ret->runs_dwh_len++] = run * 10;
	}
	if (words_has(at->words, "tariff"))
		ret->tariff_mark ^= 1;
	ret->has_amount_minor = words_has(at->words, "told");
	ret->amount_minor = words_money(at->flow, at->words, "told", "0.00");
}

/* $ offline-settle wh=3000+3000 serial=1 [ago=600] [lasted=500] [told=9.12] [flip=17] [tariff]
 * [end=time] */
static int do_settle(struct ctx *ctx, void *arg)
{
	struct carried *at = arg;
	struct offline_settlement settlement;
	int64_t runs[OFFLINE_RUNS_MAX], flip = number(at, "flip", "-1");
	struct offline_seal seal;
	struct str bytes, signer = word(at, "signer", "");
	struct sign_secret secret;
	struct buf payload, text;
	struct sign_key key;
	struct order order;
	int result;

	TRY(store_order_get(ctx->db, ctx->arena, words_order(at->flow, at->words), &order));
	fill_settlement(ctx, at, &order, runs, &settlement);
	key_of(signer.len ? signer : settlement.pile, &secret, &key);
	buf_init(&payload, ctx->arena, 1000);
	buf_init(&text, ctx->arena, 1000);
	ASSERT(cbor_record_write(&offline_settlement_record, &settlement, &payload) == 0);
	TRY(offline_code_sign(
		OFFLINE_CODE_SETTLEMENT, &secret, STR(""), buf_str(&payload), ctx->arena, &bytes));
	if (flip >= 0)
		((char *)(uintptr_t)bytes.ptr)[(size_t)(flip / 8) % bytes.len] ^=
			(char)(1 << flip % 8);
	offline_code_text(OFFLINE_CODE_SETTLEMENT, STR("http://x"), bytes, &text);
	result = api_offline_settlement(ctx, buf_str(&text), &settlement, &seal);
	TRY(result);
	if (result != 0)
		return REFUSED + result;
	return offline_order_settle(ctx, &settlement, &seal, &order);
}

/* $ offline-flips: a settlement with each of its bits changed in turn; none may pass. */
static int do_flips(struct ctx *ctx, void *arg)
{
	struct carried *at = arg;
	struct str words = at->words;

	for (int bit = 0; bit < 8 * 150; bit++) {
		int result;

		at->words = str_format(ctx->arena, "%.*s flip=%d", STR_FMT(words), bit);
		result = do_settle(ctx, at);
		TRY(result);
		if (result < REFUSED)
			flow_fail(at->flow, "bit %d was not seen", bit);
	}
	return 0;
}

static const struct {
	const char *verb;
	int (*run)(struct ctx *ctx, void *arg);
} verbs[] = {{"offline-key", do_key}, {"offline-ident", do_ident}, {"offline-open", do_open},
	{"offline-code", do_code}, {"offline-settle", do_settle}, {"offline-flips", do_flips}};

int64_t act_offline(struct flow *flow, struct str verb, struct str words, struct str expect)
{
	struct carried at = {.flow = flow, .words = words};
	int64_t wanted = 0;

	if (!str_is(expect, "ok") && !str_to_i64(expect, &wanted))
		flow_fail(flow, "outcomes of codes are numbers");
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		int result;

		if (!str_is(verb, verbs[i].verb))
			continue;
		result = world_act(flow, verbs[i].run, &at);
		if (!flow->failed && result != wanted)
			flow_fail(flow, "outcome %d, expected %lld", result, (long long)wanted);
		return result == 0 ? at.order_id : 0;
	}
	flow_fail(flow, "no such deed: %.*s", STR_FMT(verb));
	return 0;
}
