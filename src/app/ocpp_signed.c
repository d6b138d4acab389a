/* ocpp_signed.c - signed readings: keys, verdicts, rows (see ocpp_signed.h). */
#include "app/ocpp_signed.h"

#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/exported.h"
#include "store/session.h"
#include "wire/ocmf.h"

#define KEYS_MOST 3   /* pinned, told with the reading, told by the settings */
#define SHORT_HEAD 54 /* digits of the structure before the point: the same in all keys */
#define SHORT_LEN 8
#define EARLY_KEPT_US (30 * US_PER_DAY)

/* A reading on its way to its row. */
struct judging {
	struct ctx *ctx;
	const struct session *session;
	struct meter_record record;
	struct meter_key pin; /* public_key empty: none yet */
	struct str keys[KEYS_MOST];
	size_t keys_len;
};

struct str ocpp_signed_short(struct arena *arena, struct str public_key)
{
	if (public_key.len < SHORT_HEAD + 2 * SHORT_LEN)
		return public_key;
	return str_format(arena, "%.*s…%.*s", SHORT_LEN, public_key.ptr + SHORT_HEAD, SHORT_LEN,
		public_key.ptr + public_key.len - SHORT_LEN);
}

/* In one form for comparing, when we can read it. */
static struct str normal_key(struct arena *arena, struct str text)
{
	struct sign_key key;

	return ocmf_key_read(text, &key) ? ocmf_key_text(arena, &key) : text;
}

static void add_key(struct judging *judging, struct str text)
{
	text = normal_key(judging->ctx->arena, text);
	for (size_t i = 0; i < judging->keys_len; i++) {
		if (str_eq(judging->keys[i], text))
			return;
	}
	if (text.len > 0)
		judging->keys[judging->keys_len++] = text;
}

static int find_keys(struct judging *judging)
{
	struct ctx *ctx = judging->ctx;
	const struct session *session = judging->session;
	struct str settings;
	int found = store_meter_key_get(
		ctx->db, ctx->arena, session->pile_id, session->connector_no, &judging->pin);

	TRY(found);
	if (found != 0)
		judging->pin = (struct meter_key){
			.pile_id = session->pile_id, .connector_no = session->connector_no};
	TRY(store_meter_record_key(
		ctx->db, ctx->arena, session->pile_id, session->connector_no, &settings));
	add_key(judging, judging->pin.public_key);
	add_key(judging, judging->record.public_key);
	add_key(judging, settings);
	return 0;
}

/* Does what was signed fit what is billed? Registers are told in whole watt-hours, cut off. An end
 * that names no beginning is compared with the end alone: the beginning has its own record. */
static bool one_fits(
	const struct ocmf *ocmf, bool back, bool end, int64_t start_dwh, int64_t stop_dwh)
{
	const struct ocmf_reading *first = ocmf_first(ocmf, back), *last = ocmf_last(ocmf, back);

	if (!first)
		return back; /* what flowed in is always signed */
	if (!(end && first == last && first->why == 'E') &&
		first->register_dwh / 10 != start_dwh / 10)
		return false;
	return !end ||
	       ((first != last || first->why == 'E') && last->register_dwh / 10 == stop_dwh / 10);
}

/* Both registers. The one of what was given back is compared where it was told besides. */
static int fits(const struct judging *judging, const struct ocmf *ocmf, bool *ret_fits)
{
	struct ctx *ctx = judging->ctx;
	const struct session *session = judging->session;
	bool end = str_is(judging->record.why, "end");
	struct exported exported;
	int found;

	*ret_fits = one_fits(ocmf, false, end, session->meter_start_dwh, session->meter_stop_dwh);
	if (!*ret_fits || ocmf_first(ocmf, true) == NULL)
		return 0;
	found = store_exported_get(ctx->db, ctx->arena, session->id, &exported);
	TRY(found);
	*ret_fits = found != 0 || one_fits(ocmf, true, end, exported.start_dwh, exported.last_dwh);
	return 0;
}

/* Another key than the one the meter is known by signs now. */
static int other_key(struct judging *judging)
{
	struct ctx *ctx = judging->ctx;
	struct meter_key *pin = &judging->pin;

	judging->record.state = STR("changed_key");
	if (str_eq(pin->other_key, judging->record.public_key))
		return 0;
	pin->other_key = judging->record.public_key;
	pin->other_us = ctx->now_us;
	TRY(store_meter_key_put(ctx->db, pin));
	return tell_alarm(ctx, judging->session->tenant_id, "meter_key_changed",
		str_format(ctx->arena, "pile:%lld", (long long)pin->pile_id),
		str_format(ctx->arena, "{\"connector\":%lld,\"text\":\"#%lld %.*s → %.*s\"}",
			(long long)pin->connector_no, (long long)pin->connector_no,
			STR_FMT(ocpp_signed_short(ctx->arena, pin->public_key)),
			STR_FMT(ocpp_signed_short(ctx->arena, pin->other_key))));
}

/* The signature is good and the numbers fit. */
static int genuine(struct judging *judging)
{
	struct ctx *ctx = judging->ctx;
	bool seen;

	TRY(store_meter_record_seen(ctx->db, &judging->record, &seen));
	if (seen && judging->record.counter != 0) {
		judging->record.state = STR("replayed");
		return 0;
	}
	judging->record.state = STR("valid");
	if (judging->pin.public_key.len == 0) {
		judging->pin.public_key = judging->record.public_key;
		judging->pin.since_us = ctx->now_us;
		return store_meter_key_put(ctx->db, &judging->pin);
	}
	return str_eq(judging->pin.public_key, judging->record.public_key) ? 0 : other_key(judging);
}

static int judge(struct judging *judging)
{
	struct meter_record *record = &judging->record;
	struct ocmf ocmf;
	bool good;
	int outcome = OCMF_E_KEY;

	if (!str_starts(record->line, STR("OCMF|"))) {
		record->state = STR("foreign");
		return 0;
	}
	TRY(find_keys(judging));
	for (size_t i = 0; i < judging->keys_len && outcome != 0; i++) {
		struct sign_key key;

		if (!ocmf_key_read(judging->keys[i], &key))
			continue;
		outcome = ocmf_verify(judging->ctx->arena, record->line, &key, &ocmf);
		if (outcome == 0)
			record->public_key = judging->keys[i];
	}
	if (outcome != 0) {
		if (record->public_key.len == 0 && judging->keys_len > 0)
			record->public_key = judging->keys[0];
		record->state = str_from(ocmf_word(outcome));
		return 0;
	}
	record->counter = ocmf.counter <= INT64_MAX ? (int64_t)ocmf.counter : 0;
	record->state = STR("differs");
	TRY(fits(judging, &ocmf, &good));
	return good ? genuine(judging) : 0;
}

int ocpp_signed_keep(
	struct ctx *ctx, const struct session *session, const struct meter_record *told)
{
	struct judging judging = {.ctx = ctx, .session = session, .record = *told};
	struct meter_record *record = &judging.record;

	record->session_id = session->id;
	record->pile_id = session->pile_id;
	record->connector_no = session->connector_no;
	record->counter = 0;
	record->public_key = normal_key(ctx->arena, record->public_key);
	TRY(judge(&judging));
	if (!str_is(record->state, "valid"))
		LOG_WARN("signed reading not valid", "session=%lld why=%.*s state=%.*s",
			(long long)session->id, STR_FMT(record->why), STR_FMT(record->state));
	return store_meter_record_add(ctx->db, record);
}

int ocpp_signed_trust(struct ctx *ctx, int64_t pile_id, int64_t connector_no, struct str public_key,
	int64_t staff_id)
{
	struct meter_key key;
	int found = store_meter_key_get(ctx->db, ctx->arena, pile_id, connector_no, &key);

	TRY(found);
	if (found != 0 || public_key.len == 0 ||
		!str_eq(key.other_key, normal_key(ctx->arena, public_key)))
		return SIGNED_E_KEY;
	key.public_key = key.other_key;
	key.since_us = ctx->now_us;
	key.staff_id = staff_id;
	key.other_key = STR("");
	key.other_us = 0;
	TRY(store_meter_key_put(ctx->db, &key));
	return store_meter_key_trust(ctx->db, &key);
}

int ocpp_signed_tick(struct ctx *ctx)
{
	return store_meter_early_forget(ctx->db, ctx->now_us - EARLY_KEPT_US);
}
