/* offline.c - the life of offline charges at a pile (see offline.h): nonces, accepting a start
 * code, keeping to its limits. */
#include "pile/offline.h"

#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "base/signer.h"
#include "domain/money.h"
#include "pile/offline_scan.h"
#include "wire/cbor_record.h"
#include "wire/offline_code.h"

#define OFFLINE_SCRATCH (256 * 1024)
#define OFFLINE_ROTATE_US (OFFLINE_NONCE_S * US_PER_S / 2)
#define OFFLINE_REDRAW_US \
	(60 * US_PER_S)                 /* the time inside an identification is so old at most \
					 */
#define OFFLINE_FULL_US (60 * US_PER_S) /* a car that takes nothing for so long is full */
#define OFFLINE_REFUSAL_US (8 * US_PER_S)
#define OFFLINE_SIGN_S 20 /* a signature that takes longer is asked for anew */
#define OFFLINE_OTHER_DAY_S INT64_C(86400)

/* ---- nonces and the identification ---- */

static int64_t offline_nonce(struct rng *rng)
{
	int64_t nonce;

	do {
		nonce = (int64_t)(rng_u64(rng) & INT64_MAX);
	} while (nonce == 0);
	return nonce;
}

/* A new nonce; the one before stays good while its own time lasts, unless it was used. */
static void offline_rotate(struct offline *offline, struct offline_outlet *at, bool used)
{
	at->before = used ? 0 : at->nonce;
	at->before_us = at->nonce_us;
	at->nonce = offline_nonce(offline->pile->rng);
	at->nonce_us = offline->pile->ticks_us;
	at->ident[0] = '\0';
}

static enum offline_state offline_state(const struct offline_outlet *at)
{
	const struct evse *evse = &at->outlet->evse;

	if (!evse->operative || evse->protect.active)
		return OFFLINE_OUT;
	if (at->outlet->tx || at->outlet->claim != CLAIM_NONE)
		return OFFLINE_BUSY;
	return evse->plugged ? OFFLINE_PLUGGED : OFFLINE_FREE;
}

int offline_make(struct offline *offline, int kind, const struct cose_hand *hand,
	const struct record *record, const void *value, struct str *ret_text)
{
	struct arena *arena = &offline->scratch;
	struct buf payload, text;
	struct str bytes;
	int result;

	buf_init(&payload, arena, OFFLINE_CODE_TEXT_MAX);
	buf_init(&text, arena, OFFLINE_CODE_TEXT_MAX);
	if (cbor_record_write(record, value, &payload) != 0)
		return FAULT(FAULT_BUG, "code of kind %d cannot be written", kind);
	result = offline_code_sign_by(
		(enum offline_code_kind)kind, hand, STR(""), buf_str(&payload), arena, &bytes);
	if (result != 0)
		return result;
	offline_code_text((enum offline_code_kind)kind, str_from(offline->base), bytes, &text);
	if (text.failed || text.len >= OFFLINE_TEXT_MAX)
		return FAULT(FAULT_BUG, "code of kind %d is too long", kind);
	*ret_text = buf_str(&text);
	return 0;
}

/* A TPM takes its time: until the new one is signed the one before is shown, unless what it says of
 * the outlet is not so any more. */
static void offline_draw(struct offline *offline, struct offline_outlet *at)
{
	const struct pile *pile = offline->pile;
	enum offline_state state = offline_state(at);
	int64_t now_s = pile->now_us / US_PER_S;
	struct offline_ident ident = {.pile = pile->config.name,
		.connector_no = at->outlet->number,
		.nonce = at->nonce,
		.state = state,
		.serial = at->serial,
		.has_latitude_e5 = offline->has_place,
		.latitude_e5 = offline->latitude_e5,
		.has_longitude_e5 = offline->has_place,
		.longitude_e5 = offline->longitude_e5};
	struct str text = STR_NULL;

	if (at->ident[0] != '\0' && state == at->ident_state &&
		pile->ticks_us - at->ident_us < OFFLINE_REDRAW_US)
		return;
	if (at->drawing_s == 0 || now_s - at->drawing_s > OFFLINE_SIGN_S || at->drawing_s > now_s)
		at->drawing_s = now_s;
	ident.at_s = at->drawing_s;
	if (offline_make(offline, OFFLINE_CODE_IDENT, &offline->hand, &offline_ident_record, &ident,
		    &text) == SIGNER_E_LATER) {
		if (state != at->ident_state)
			at->ident[0] = '\0';
		return;
	}
	memset(at->ident, 0, sizeof(at->ident));
	if (text.ptr)
		memcpy(at->ident, text.ptr, text.len);
	at->ident_state = state;
	at->ident_us = pile->ticks_us;
	at->drawing_s = 0;
}

static bool offline_possible(const struct offline *offline)
{
	return offline->base && offline->trust_len > 0 &&
	       offline->pile->config.name.len <= OFFLINE_PILE_MAX;
}

const char *offline_showing(struct offline *offline, size_t index)
{
	const struct offline_outlet *at = &offline->outlets[index];

	if (at->settlement[0] != '\0')
		return "settlement";
	return at->ident[0] != '\0' && !offline->pile->link.accepted ? "ident" : "";
}

struct str offline_shown(struct offline *offline, size_t index)
{
	const char *what = offline_showing(offline, index);

	if (what[0] == '\0')
		return STR_NULL;
	return str_from(what[0] == 's' ? offline->outlets[index].settlement
				       : offline->outlets[index].ident);
}

/* ---- a start code ---- */

/* Time by the pile's own clock, or 0 when that cannot be right: more than a day away from a signed
 * code for a nonce that is minutes old. Then the platform's time is taken, which is better. */
static int64_t offline_now_s(struct offline *offline, const struct offline_start *start)
{
	struct pile *pile = offline->pile;
	int64_t now_s = pile->now_us / US_PER_S;
	int64_t away_s = now_s > start->from_s ? now_s - start->from_s : start->from_s - now_s;

	return away_s > OFFLINE_OTHER_DAY_S ? 0 : now_s;
}

static int offline_check(
	struct offline *offline, const struct offline_outlet *at, const struct offline_start *start)
{
	const struct pile *pile = offline->pile;
	struct offline_here here = {.pile = pile->config.name,
		.connector_no = at->outlet->number,
		.last_order_id = at->last_order_id,
		.now_s = offline_now_s(offline, start)};

	if (pile->ticks_us - at->nonce_us < OFFLINE_NONCE_S * US_PER_S)
		here.nonces[0] = at->nonce;
	if (at->before && pile->ticks_us - at->before_us < OFFLINE_NONCE_S * US_PER_S)
		here.nonces[1] = at->before;
	return offline_start_check(start, &here);
}

static int64_t offline_next_serial(const struct offline *offline)
{
	int64_t most = 0;

	for (size_t i = 0; i < offline->outlets_len; i++)
		if (offline->outlets[i].serial > most)
			most = offline->outlets[i].serial;
	return most + 1;
}

bool offline_price(struct offline_outlet *at)
{
	struct str currency = at->start.tariff.currency;

	at->tariff = (struct tariff){0};
	if (!at->start.has_tariff)
		return true;
	if (offline_tariff_unpack(&at->start.tariff, &at->tariff) != 0 ||
		currency.len >= sizeof(at->currency))
		return false;
	memset(at->currency, 0, sizeof(at->currency));
	memcpy(at->currency, currency.ptr, currency.len);
	at->tariff.currency = str_from(at->currency);
	return true;
}

/* The order is the outlet's: first the journal, then the claim. */
static const char *offline_accept(struct offline *offline, struct offline_outlet *at,
	const struct offline_start *start, struct str text, const char *tag)
{
	struct offline_outlet before = *at;
	struct pile *pile = offline->pile;

	at->start = *start;
	at->last_order_id = start->order_id;
	at->serial = offline_next_serial(offline);
	at->phase = OFFLINE_CLAIMED;
	at->end = 0;
	at->runs_len = 0;
	at->settlement[0] = '\0';
	memcpy(at->tag, tag, sizeof(at->tag));
	memset(at->code, 0, sizeof(at->code));
	memcpy(at->code, text.ptr, text.len);
	(void)offline_price(at); /* looked at by the check already */
	at->begin_s = pile->now_us / US_PER_S;
	at->register_dwh = at->outlet->evse.meter.register_dwh;
	if (offline_note_write(offline, at) < 0) {
		LOG_ERROR("offline order not journalled", "pile=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), fault_text());
		*at = before;
		return "storage";
	}
	if (offline_now_s(offline, start) == 0) {
		LOG_WARN("clock set by a start code", "pile=%.*s", STR_FMT(pile->config.name));
		pile->link.offset_us = start->from_s * US_PER_S - clock_now_us(pile->clock);
	}
	offline_rotate(offline, at, true);
	if (!pile_claim(pile, at->outlet, at->tag))
		LOG_ERROR("claim refused", "pile=%.*s", STR_FMT(pile->config.name));
	LOG_INFO("offline start", "pile=%.*s connector=%d order=%lld serial=%lld",
		STR_FMT(pile->config.name), at->outlet->number, (long long)start->order_id,
		(long long)at->serial);
	return NULL;
}

static const char *offline_take(struct offline *offline, struct offline_outlet *at,
	const struct offline_start *start, struct str text, const char *tag)
{
	int outcome;

	if (at->phase == OFFLINE_RUNNING && start->order_id == at->last_order_id) {
		pile_stop(offline->pile, at->outlet, STOP_LOCAL, "");
		return NULL; /* its own code again: the driver ends the charge */
	}
	if (at->phase == OFFLINE_CLAIMED && start->order_id == at->last_order_id)
		return NULL; /* the camera still sees it */
	if (at->settling_us)
		return "busy"; /* the settlement of the one before is being signed */
	outcome = offline_check(offline, at, start);
	if (outcome != 0)
		return offline_word(outcome);
	/* before the order counts as used: the driver can charge elsewhere with a new one */
	if (spool_full(&offline->pile->spool))
		return "storage";
	switch (offline_state(at)) {
	case OFFLINE_OUT:
		return "out";
	case OFFLINE_BUSY:
		return "busy";
	case OFFLINE_FREE:
	case OFFLINE_PLUGGED:
		break;
	}
	return offline_accept(offline, at, start, text, tag);
}

const char *offline_show(struct offline *offline, struct str text)
{
	char tag[HAL_TAG_MAX + 1];
	struct offline_start start;
	const char *word;
	struct offline_outlet *at = &offline->outlets[0];

	while (text.len > 0 && strchr("\r\n\t", text.ptr[text.len - 1]))
		text.len--; /* a scanner that types ends its line; a blank may belong to the code */
	word = offline_read(offline, text, &start, tag);
	if (!word && start.connector_no >= 1 && start.connector_no <= (int64_t)offline->outlets_len)
		at = &offline->outlets[start.connector_no - 1];
	if (!word)
		word = offline_take(offline, at, &start, text, tag);
	arena_reset(&offline->scratch);
	at->refusal = word;
	at->refusal_until_us = offline->pile->ticks_us + OFFLINE_REFUSAL_US;
	if (word)
		LOG_WARN("start code refused", "pile=%.*s reason=%s",
			STR_FMT(offline->pile->config.name), word);
	return word;
}

/* ---- while it charges ---- */

static struct spool_tx *offline_tx(const struct offline *offline, const struct offline_outlet *at)
{
	const struct spool *spool = &offline->pile->spool;

	for (size_t i = 0; i < spool->txs_len; i++)
		if (strcmp(spool->txs[i].tag, at->tag) == 0)
			return &spool->txs[i];
	return NULL;
}

static int64_t offline_offset(const struct offline_outlet *at)
{
	return at->start.tariff.offset_min;
}

static void offline_begin(
	struct offline *offline, struct offline_outlet *at, const struct spool_tx *tx)
{
	at->phase = OFFLINE_RUNNING;
	at->begin_s = tx->started_us / US_PER_S;
	at->register_dwh = at->run_from_dwh = tx->start_dwh;
	at->next_edge_s = at->start.has_tariff
				  ? offline_next_edge(&at->tariff, offline_offset(at), at->begin_s)
				  : 0;
	at->full_since_us = 0;
	if (at->start.has_tariff)
		price_of_tariff(
			&at->outlet->price, &at->tariff, offline_offset(at), offline->pile->now_us);
	if (offline_note_write(offline, at) < 0)
		LOG_WARN("offline start not journalled", "why=\"%s\"", fault_text());
}

/* The price changed: what was charged so far is a run of its own. */
static void offline_edge(struct offline *offline, struct offline_outlet *at, int64_t register_dwh)
{
	bool changed = false;

	while (at->next_edge_s != 0 && offline->pile->now_us / US_PER_S >= at->next_edge_s &&
		at->runs_len + 1 < OFFLINE_RUNS_MAX) {
		at->runs_dwh[at->runs_len++] = register_dwh - at->run_from_dwh;
		at->run_from_dwh = register_dwh;
		at->next_edge_s =
			offline_next_edge(&at->tariff, offline_offset(at), at->next_edge_s);
		changed = true;
	}
	if (changed && offline_note_write(offline, at) < 0)
		LOG_WARN("change of price not journalled", "why=\"%s\"", fault_text());
	if (!changed || at->outlet->stop.owed || !at->outlet->tx || offline_fits(offline, at))
		return;
	/* a code that no phone can read would settle nothing */
	at->end = OFFLINE_END_TIME;
	pile_stop(offline->pile, at->outlet, STOP_LOCAL, "");
}

/* What it costs with `more_dwh` on top; -1 when the price is not known here. */
static int64_t offline_cost(
	struct offline *offline, struct offline_outlet *at, int64_t register_dwh, int64_t more_dwh)
{
	struct bill bill;
	int result;

	if (!at->start.has_tariff)
		return -1;
	at->runs_dwh[at->runs_len] = register_dwh - at->run_from_dwh + more_dwh;
	result = offline_bill(&at->tariff, offline_offset(at), at->begin_s, at->runs_dwh,
		at->runs_len + 1, &offline->scratch, &bill);
	return result == 0 ? bill.total_minor : -1;
}

static enum offline_end offline_limit(
	struct offline *offline, struct offline_outlet *at, int64_t register_dwh)
{
	const struct evse *evse = &at->outlet->evse;
	struct hal_meter values = meter_values(&evse->meter, offline->pile->ticks_us);
	/* what flows until the contactor is open: a second at the present power, in 1/10 Wh */
	int64_t more_dwh = values.power_mw / 360000 + 1;
	int64_t cost_minor;

	if (offline->pile->now_us / US_PER_S - at->begin_s >= at->start.limit_s)
		return OFFLINE_END_TIME;
	if (at->start.has_limit_dwh &&
		register_dwh + more_dwh - at->register_dwh > at->start.limit_dwh)
		return OFFLINE_END_ENERGY;
	cost_minor = offline_cost(offline, at, register_dwh, more_dwh);
	if (at->start.has_limit_minor && cost_minor > at->start.limit_minor)
		return OFFLINE_END_AMOUNT;
	if (evse->state != EVSE_SUSPENDED_EV) {
		at->full_since_us = offline->pile->ticks_us;
		return 0;
	}
	return offline->pile->ticks_us - at->full_since_us >= OFFLINE_FULL_US ? OFFLINE_END_FULL
									      : 0;
}

/* The running cost on the screen, once a second. */
static void offline_tell_cost(
	struct offline *offline, struct offline_outlet *at, int64_t register_dwh)
{
	int64_t cost_minor;
	struct buf text;

	if (offline->pile->ticks_us - at->priced_us < US_PER_S)
		return;
	at->priced_us = offline->pile->ticks_us;
	cost_minor = offline_cost(offline, at, register_dwh, 0);
	if (cost_minor < 0)
		return;
	buf_init(&text, &offline->scratch, sizeof(at->outlet->cost));
	money_write(&text, cost_minor, at->tariff.currency);
	buf_format(&text, " %.*s", STR_FMT(at->tariff.currency));
	if (text.failed || text.len >= sizeof(at->outlet->cost))
		return;
	memset(at->outlet->cost, 0, sizeof(at->outlet->cost));
	memcpy(at->outlet->cost, text.ptr, text.len);
	at->outlet->cost_at_us = offline->pile->now_us;
}

static enum offline_end offline_end_of(enum stop_reason reason)
{
	switch (reason) {
	case STOP_LOCAL:
	case STOP_REMOTE:
	case STOP_UNLOCK:
	case STOP_MASTER:
		return OFFLINE_END_DRIVER;
	case STOP_EV_DISCONNECTED:
		return OFFLINE_END_UNPLUGGED;
	default:
		return OFFLINE_END_FAULT;
	}
}

/* Why a transaction stopped, when that was over before it could be seen. */
static enum offline_end offline_told_end(const struct spool *spool, int64_t tx)
{
	for (size_t i = 0; i < spool->count; i++) {
		const struct spool_entry *entry = &spool->entries[(spool->head + i) % spool->cap];

		if (entry->tx == tx && entry->kind == SPOOL_STOP)
			return offline_end_of((enum stop_reason)entry->why);
	}
	return OFFLINE_END_FAULT;
}

static void offline_run(
	struct offline *offline, struct offline_outlet *at, const struct spool_tx *tx)
{
	int64_t register_dwh = at->outlet->evse.meter.register_dwh;

	if (tx->stopped) {
		if (at->end == 0)
			at->end = offline_told_end(&offline->pile->spool, tx->id);
		offline_edge(offline, at, tx->last_dwh);
		offline_settle(offline, at, tx->last_us, tx->last_dwh);
		return;
	}
	if (at->outlet->stop.owed && at->end == 0)
		at->end = offline_end_of(at->outlet->stop.reason);
	if (at->outlet->stop.owed || register_dwh < at->run_from_dwh)
		return;
	offline_edge(offline, at, register_dwh);
	offline_tell_cost(offline, at, register_dwh);
	if (at->end == 0)
		at->end = offline_limit(offline, at, register_dwh);
	if (at->end != 0)
		pile_stop(offline->pile, at->outlet, STOP_LOCAL, "");
}

/* The outlet's own camera, or a scanner that types. What cannot be meant is told at this outlet. */
static void offline_look(struct offline *offline, struct offline_outlet *at)
{
	const struct hal *hal = &at->outlet->hal;
	char code[HAL_CODE_MAX + 1] = "";
	struct str texts[OFFLINE_SCAN_MAX], rest, start = STR_NULL;
	const char *word;
	size_t count = 0;

	if (!hal->ops->camera_read || hal->ops->camera_read(hal->context, code) != 0 || !code[0])
		return;
	rest = str_from(code);
	while (rest.len > 0 && count < OFFLINE_SCAN_MAX)
		texts[count++] = str_cut(&rest, '\n');
	word = offline_scan_choose(texts, count, &start);
	if (!word) {
		(void)offline_show(offline, start);
		return;
	}
	at->refusal = word;
	at->refusal_until_us = offline->pile->ticks_us + OFFLINE_REFUSAL_US;
	LOG_WARN("start code refused", "pile=%.*s reason=%s", STR_FMT(offline->pile->config.name),
		word);
}

/* The settlement has been shown long enough, or the server has the whole transaction. */
static void offline_withdraw(struct offline *offline, struct offline_outlet *at)
{
	const struct pile *pile = offline->pile;
	bool known = pile->link.accepted && !offline_tx(offline, at);

	if (at->settlement[0] == '\0' || (pile->now_us < at->settlement_until_us && !known))
		return;
	at->settlement[0] = '\0';
	if (offline_note_write(offline, at) < 0)
		LOG_WARN("withdrawn settlement not journalled", "why=\"%s\"", fault_text());
}

static void offline_step_outlet(struct offline *offline, struct offline_outlet *at)
{
	const struct spool_tx *tx = at->phase != OFFLINE_IDLE ? offline_tx(offline, at) : NULL;
	const struct pile *pile = offline->pile;

	if (pile->ticks_us - at->nonce_us >= OFFLINE_ROTATE_US)
		offline_rotate(offline, at, false);
	offline_look(offline, at);
	if (at->phase == OFFLINE_CLAIMED && tx)
		offline_begin(offline, at, tx);
	else if (at->phase == OFFLINE_CLAIMED &&
		 (at->outlet->claim == CLAIM_NONE || at->settling_us))
		offline_settle(offline, at, pile->now_us, at->register_dwh);
	if (at->phase == OFFLINE_RUNNING && tx)
		offline_run(offline, at, tx);
	else if (at->phase == OFFLINE_RUNNING)
		at->phase = OFFLINE_IDLE, at->settling_us = 0; /* the server has all of it */
	offline_withdraw(offline, at);
	if (at->refusal && pile->ticks_us >= at->refusal_until_us)
		at->refusal = NULL;
	if (offline_possible(offline))
		offline_draw(offline, at);
	arena_reset(&offline->scratch);
}

void offline_step(struct offline *offline)
{
	if (!offline->pile->link.accepted)
		offline->told = false;
	if (offline->again_us && offline->pile->ticks_us >= offline->again_us) {
		offline->again_us = 0;
		offline->told = false;
	}
	offline_tpm_step(offline);
	for (size_t i = 0; i < offline->outlets_len; i++)
		offline_step_outlet(offline, &offline->outlets[i]);
}

/* ---- opening ---- */

int offline_open(struct offline *offline, struct pile *pile, const char *base, enum sign_kind kind)
{
	memset(offline, 0, sizeof(*offline));
	offline->pile = pile;
	offline->base = base;
	arena_init(&offline->scratch, OFFLINE_SCRATCH);
	TRY(offline_keys_open(offline, kind));
	offline->outlets = mem_alloc(pile->outlets_len * sizeof(*offline->outlets));
	offline->outlets_len = pile->outlets_len;
	for (size_t i = 0; i < offline->outlets_len; i++) {
		struct offline_outlet *at = &offline->outlets[i];

		at->outlet = &pile->outlets[i];
		at->nonce = offline_nonce(pile->rng);
		at->nonce_us = pile->ticks_us;
		if (!offline_note_read(offline, at))
			LOG_ERROR("offline note not understood", "pile=%.*s outlet=%zu",
				STR_FMT(pile->config.name), i + 1);
		arena_reset(&offline->scratch);
	}
	return 0;
}

void offline_close(struct offline *offline)
{
	offline_tpm_close(offline);
	mem_free(offline->outlets);
	arena_fini(&offline->scratch);
	memset(offline, 0, sizeof(*offline));
}
