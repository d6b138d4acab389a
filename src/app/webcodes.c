/* webcodes.c - codes that change with the time on piles' screens (see webcodes.h).
 *
 *   none --an operator switches it on--> waiting --pile online: SetVariables--> sending
 *   sending --all taken--> current (mode off: none)
 *   sending --refused, no answer--> failed, and again after a pause that doubles
 *   current --renewed, mode changed, found switched off--> waiting
 *
 * A pile nobody switched on is never told anything: it may work with somebody else's pages. */
#include "app/webcodes.h"

#include "app/step.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/totp.h"
#include "store/pile.h"
#include "store/transaction.h"

#define SECRET_LEN 32
#define TICK_SCREENS 64
#define ANSWER_US (90 * US_PER_S)
#define PAUSE_US (60 * US_PER_S)
#define PAUSE_DOUBLINGS 6
#define ALARM_FAILURES 3
#define WRONG_MOST 10 /* of an address in a minute */
#define KEEP_SCANS_US US_PER_DAY

const char *webcodes_word(int outcome)
{
	static const char *const words[] = {
		[WEBCODES_E_NONE] = "none",
		[WEBCODES_E_VERSION] = "version",
		[WEBCODES_E_OLD] = "old",
		[WEBCODES_E_USED] = "used",
		[WEBCODES_E_RATE] = "rate",
		[WEBCODES_E_MODE] = "mode",
	};

	ASSERT(outcome > 0 && (size_t)outcome < sizeof(words) / sizeof(words[0]));
	return words[outcome];
}

/* The secret of a screen, made anew from what is known whenever it is needed. */
static struct str secret_of(struct ctx *ctx, const struct webcode *code, int64_t generation)
{
	char seed[TOTP_LEN_MAX + 1];
	struct str what = str_format(ctx->arena, "%.*s:web-code:%lld:%lld",
		STR_FMT(ctx->config->server_key), (long long)code->pile_id, (long long)code->evse);

	totp_write(what, generation, SECRET_LEN, seed);
	return str_format(ctx->arena, "%s", seed);
}

static int save(struct ctx *ctx, struct webcode *code)
{
	int result = store_webcode_put(ctx->db, code);

	TRY(result);
	return result == 0 ? 0 : FAULT(FAULT_BUSY, "a screen's code was changed meanwhile");
}

static int wait(struct ctx *ctx, struct webcode *code)
{
	code->state = STR("waiting");
	code->failures = 0;
	code->due_us = ctx->now_us;
	return save(ctx, code);
}

static int fail(struct ctx *ctx, struct webcode *code, struct str error)
{
	code->due_us =
		ctx->now_us +
		(PAUSE_US << (code->failures < PAUSE_DOUBLINGS ? code->failures : PAUSE_DOUBLINGS));
	code->failures++;
	code->state = STR("failed");
	code->error = error;
	if (code->failures == ALARM_FAILURES)
		TRY(tell_alarm(ctx, code->tenant_id, "web_code",
			str_format(ctx->arena, "pile:%lld", (long long)code->pile_id), STR("")));
	return save(ctx, code);
}

/* --- telling the pile --- */

static int send(struct ctx *ctx, struct webcode *code)
{
	struct ask ask = {.kind = ASK_WEB_CODE,
		.pile_id = code->pile_id,
		.about_id = code->id,
		.number = code->evse,
		.full = !str_is(code->mode, "off"),
		.url = str_format(ctx->arena, "%.*s/p/{chargingstationid}/{evse}/{totp}/{version}",
			STR_FMT(ctx->config->public_url)),
		.timeout_s = WEBCODES_VALID_S};
	int64_t id;
	int result;

	if (code->generation == code->told && code->told == 0)
		code->generation = 1;
	ask.value = secret_of(ctx, code, code->generation);
	result = ask_pile(ctx, &ask, &id);
	TRY(result);
	if (result != 0)
		return fail(
			ctx, code, result == ASK_E_UNSUPPORTED ? STR("protocol") : STR("queue"));
	code->state = STR("sending");
	code->due_us = ctx->now_us + ANSWER_US;
	return save(ctx, code);
}

static int look(struct ctx *ctx, int64_t id)
{
	struct webcode code;
	struct pile pile;
	int found = store_webcode_get(ctx->db, ctx->arena, id, &code);

	TRY(found);
	if (found != 0)
		return 0;
	TRY(step_must(store_pile_get(ctx->db, ctx->arena, code.pile_id, &pile), "a pile"));
	if (!pile.online || pile.state != PILE_APPROVED) {
		code.due_us = 0; /* until it is back */
		return save(ctx, &code);
	}
	if (str_is(code.state, "sending"))
		return fail(ctx, &code, STR("timeout"));
	return send(ctx, &code);
}

int webcodes_tick(struct ctx *ctx)
{
	int64_t ids[TICK_SCREENS];
	size_t len;

	TRY(store_webcode_due(ctx->db, ctx->now_us, TICK_SCREENS, ids, &len));
	for (size_t i = 0; i < len; i++)
		TRY(look(ctx, ids[i]));
	return 0;
}

int webcodes_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct webcode code;
	int found = store_webcode_get(ctx->db, ctx->arena, answer->about_id, &code);

	TRY(found);
	if (found != 0 || !str_is(code.state, "sending"))
		return 0;
	if (answer->verdict == ASK_LOST)
		return fail(ctx, &code, answer->error);
	if (answer->verdict != ASK_ACCEPTED)
		return fail(ctx, &code, answer->text);
	code.state = str_is(code.mode, "off") ? STR("none") : STR("current");
	code.told = code.generation;
	code.error = STR("");
	code.failures = 0;
	code.due_us = 0;
	code.synced_us = ctx->now_us;
	return save(ctx, &code);
}

/* --- what starts it --- */

int webcodes_seen(struct ctx *ctx, int64_t pile_id, int64_t evse, bool on)
{
	struct webcode code = {.id = CTX_ID(ctx),
		.pile_id = pile_id,
		.evse = evse,
		.mode = STR("off"),
		.state = STR("none"),
		.revision = 1};
	struct place place;
	int found;

	TRY(step_must(store_pile_place(ctx->db, ctx->arena, pile_id, 0, &place), "a pile"));
	code.tenant_id = place.tenant_id;
	found = store_webcode_add(ctx->db, &code);
	TRY(found);
	if (found == 0 || on)
		return 0;
	found = store_webcode_at(ctx->db, ctx->arena, pile_id, evse, &code);
	TRY(found);
	if (found != 0 || code.evse != evse || !str_is(code.state, "current"))
		return 0;
	return wait(ctx, &code); /* somebody switched it off behind our back */
}

static int each(struct ctx *ctx, int64_t pile_id,
	int (*act)(struct ctx *ctx, struct webcode *code, struct str word), struct str word)
{
	struct webcode *codes = ARENA_ARRAY(ctx->arena, struct webcode, WEBCODES_SCREENS);
	size_t len;

	if (!codes)
		return FAULT(FAULT_NOMEM, "screens");
	TRY(store_webcode_of_pile(ctx->db, ctx->arena, pile_id, WEBCODES_SCREENS, codes, &len));
	for (size_t i = 0; i < len; i++)
		TRY(act(ctx, &codes[i], word));
	return len > 0 ? 0 : WEBCODES_E_NONE;
}

static int again(struct ctx *ctx, struct webcode *code, struct str word)
{
	(void)word;
	if (str_is(code->state, "none") || str_is(code->state, "current"))
		return 0;
	return wait(ctx, code);
}

int webcodes_pile_ready(struct ctx *ctx, int64_t pile_id)
{
	TRY(each(ctx, pile_id, again, STR("")));
	return 0;
}

static int set_mode(struct ctx *ctx, struct webcode *code, struct str mode)
{
	bool told = !str_is(code->state, "none"), off = str_is(mode, "off");

	if (str_eq(code->mode, mode))
		return 0;
	code->mode = mode;
	/* between offered and required only we change */
	if ((!told && off) || (!off && str_is(code->state, "current")))
		return save(ctx, code);
	return wait(ctx, code);
}

int webcodes_mode(struct ctx *ctx, int64_t pile_id, struct str mode)
{
	if (!str_is(mode, "off") && !str_is(mode, "offered") && !str_is(mode, "required"))
		return WEBCODES_E_MODE;
	return each(ctx, pile_id, set_mode, mode);
}

static int renew(struct ctx *ctx, struct webcode *code, struct str word)
{
	(void)word;
	if (str_is(code->mode, "off"))
		return 0;
	code->generation = code->told + 1;
	return wait(ctx, code);
}

int webcodes_renew(struct ctx *ctx, int64_t pile_id)
{
	return each(ctx, pile_id, renew, STR(""));
}

/* --- what phones bring --- */

/* While a new secret is under way the pile may show codes of either. */
static bool is_right(
	struct ctx *ctx, const struct webcode *code, struct str text, int64_t *ret_step)
{
	int64_t step = totp_step(ctx->now_us, WEBCODES_VALID_S);

	if (text.len != WEBCODES_LEN)
		return false;
	if (code->told > 0 && totp_match(secret_of(ctx, code, code->told), step, text, ret_step))
		return true;
	return code->generation > code->told &&
	       totp_match(secret_of(ctx, code, code->generation), step, text, ret_step);
}

static int wrong(struct ctx *ctx, const struct webcodes_scan *scan, int outcome)
{
	struct webscan row = {.id = CTX_ID(ctx),
		.pile_id = scan->pile_id,
		.connector_no = scan->connector_no,
		.ticket = STR(""),
		.remote = scan->remote,
		.at_us = ctx->now_us};

	TRY(store_webscan_add(ctx->db, &row));
	return outcome;
}

static int take_right(
	struct ctx *ctx, const struct webcodes_scan *scan, int64_t step, struct str *ret_ticket)
{
	struct webscan row = {.id = CTX_ID(ctx),
		.pile_id = scan->pile_id,
		.connector_no = scan->connector_no,
		.step = step,
		.remote = scan->remote,
		.at_us = ctx->now_us,
		.limit_minor = scan->limit_minor,
		.limit_dwh = scan->limit_dwh,
		.limit_s = scan->limit_s};
	struct webscan before;
	int found = store_webscan_at(
		ctx->db, ctx->arena, scan->pile_id, scan->connector_no, step, &before);

	TRY(found);
	if (found == 0) {
		*ret_ticket = before.ticket;
		return scan->ticket.len > 0 && str_eq(scan->ticket, before.ticket)
			       ? 0
			       : WEBCODES_E_USED;
	}
	row.ticket = rng_token(ctx->rng, ctx->arena, 16);
	*ret_ticket = row.ticket;
	TRY(store_webscan_forget(ctx->db, ctx->now_us - KEEP_SCANS_US));
	return store_webscan_add(ctx->db, &row);
}

int webcodes_take(struct ctx *ctx, const struct webcodes_scan *scan, struct str *ret_ticket)
{
	struct webcode code;
	int64_t wrongs, step;
	int found;

	TRY(store_webscan_wrong(ctx->db, scan->remote, ctx->now_us - US_PER_MIN, &wrongs));
	if (wrongs >= WRONG_MOST)
		return WEBCODES_E_RATE;
	found = store_webcode_at(ctx->db, ctx->arena, scan->pile_id, scan->evse, &code);
	TRY(found);
	if (found != 0 || str_is(code.mode, "off"))
		return wrong(ctx, scan, WEBCODES_E_NONE);
	if (!str_is(scan->version, TOTP_VERSION))
		return wrong(ctx, scan, WEBCODES_E_VERSION);
	if (!is_right(ctx, &code, scan->code, &step))
		return wrong(ctx, scan, WEBCODES_E_OLD);
	return take_right(ctx, scan, step, ret_ticket);
}

int webcodes_bound(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str ticket,
	bool *ret_required, struct webscan *ret_scan)
{
	struct webcode code;
	int64_t evse, outlet;
	int found;

	*ret_scan = (struct webscan){0};
	TRY(store_outlet_at(ctx->db, pile_id, connector_no, &evse, &outlet));
	found = store_webcode_at(ctx->db, ctx->arena, pile_id, evse, &code);
	TRY(found);
	*ret_required = found == 0 && str_is(code.mode, "required");
	if (ticket.len == 0 || found != 0)
		return 0;
	found = store_webscan_by_ticket(ctx->db, ctx->arena, ticket, ret_scan);
	TRY(found);
	if (found != 0 || ret_scan->pile_id != pile_id || ret_scan->connector_no != connector_no ||
		ret_scan->at_us < ctx->now_us - WEBCODES_TICKET_S * US_PER_S)
		*ret_scan = (struct webscan){0};
	return 0;
}
