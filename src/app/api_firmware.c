/* api_firmware.c - firmware files and campaigns on the outside face. The bytes of a file come by a
 * door of their own (server/depot), since they are too large for a request in memory. */
#include "app/api_care.h"
#include "app/updates.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FAIL_PCT_DEFAULT 20
#define ROLLBACK_ROWS 100

/* --- files --- */

static const struct api_column firmware_columns[] = {
	{"id", SHOW_ID, NULL},
	{"name", SHOW_TEXT, NULL},
	{"version", SHOW_TEXT, NULL},
	{"vendor", SHOW_TEXT, NULL},
	{"model", SHOW_TEXT, NULL},
	{"bytes", SHOW_NUMBER, NULL},
	{"sha256", SHOW_TEXT, NULL},
	{"signed", SHOW_FLAG, NULL},
	{"state", SHOW_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
};

static int64_t before(const struct api_page *page)
{
	return page->cursor.id ? page->cursor.id : INT64_MAX;
}

static int firmware_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};

	return list_query(
		call, &list_firmware, SQL_LIST_FIRMWARE, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_firmware = {
	"firmware", firmware_columns, COUNT(firmware_columns), -1, -1, false, firmware_read, NULL};

int firmware_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id)
		       ? care_answer(call, &list_firmware, SQL_LIST_FIRMWARE_ONE, id, 200)
		       : P_NOT_FOUND;
}

int firmware_add(struct api_call *call)
{
	const struct api_firmware *body = call->body;
	struct ctx *ctx = call->ctx;
	struct firmware firmware = {.tenant_id = call->who.tenant_id,
		.name = str_trim(body->name),
		.version = str_trim(body->version),
		.vendor = body->has_vendor ? str_trim(body->vendor) : STR(""),
		.model = body->has_model ? str_trim(body->model) : STR(""),
		.token = rng_token(ctx->rng, ctx->arena, 24),
		.sha256 = STR(""),
		.md5 = STR(""),
		.certificate = body->has_certificate ? body->certificate : STR(""),
		.signature = body->has_signature ? str_trim(body->signature) : STR(""),
		.state = STR("empty"),
		.user_id = call->who.staff_id,
		.created_us = ctx->now_us};
	const struct list_cell *row;
	int result;

	if (firmware.name.len == 0)
		call_field(call, "name", "missing");
	if (firmware.version.len == 0)
		call_field(call, "version", "missing");
	/* one without the other proves nothing */
	if ((firmware.signature.len > 0) != (firmware.certificate.len > 0))
		call_field(
			call, firmware.signature.len > 0 ? "certificate" : "signature", "missing");
	if (call->fields_len)
		return P_FIELDS;
	firmware.id = CTX_ID(ctx);
	TRY(store_firmware_add(ctx->db, &firmware));
	TRY(care_audit(call, "firmware.add", "firmware", firmware.id, STR("{}")));
	result = list_one(call, &list_firmware, SQL_LIST_FIRMWARE_ONE, NUMBER(firmware.id), &row);
	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_firmware, row);
	/* where its bytes go, once: PUT */
	out_text(&call->out, "upload",
		str_format(ctx->arena, "%.*s/up/%.*s", STR_FMT(ctx->config->public_url),
			STR_FMT(firmware.token)));
	return reply_json(call, 201);
}

int firmware_delete(struct api_call *call)
{
	struct firmware firmware;
	struct effect *effect;
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_firmware_get(call->ctx->db, call->ctx->arena, id, &firmware);
	TRY(result);
	if (result != 0 || firmware.tenant_id != call->who.tenant_id ||
		str_is(firmware.state, "deleted"))
		return P_NOT_FOUND;
	firmware.state = STR("deleted");
	TRY(store_firmware_put(call->ctx->db, &firmware));
	effect = effects_add(call->ctx->effects, EFFECT_FORGET);
	effect->name = firmware.token;
	TRY(care_audit(call, "firmware.delete", "firmware", id, STR("{}")));
	return reply_empty(call, 200);
}

/* --- campaigns --- */

static const char *word_campaign(int64_t value)
{
	return value >= CAMPAIGN_RUNNING && value <= CAMPAIGN_CANCELLED
		       ? campaign_state_name((enum campaign_state)value)
		       : "";
}

static const char *word_update(int64_t value)
{
	return value >= UPDATE_WAITING && value <= UPDATE_SKIPPED
		       ? update_state_name((enum update_state)value)
		       : "";
}

static const struct api_column campaign_columns[] = {
	{"id", SHOW_ID, NULL},
	{"name", SHOW_TEXT, NULL},
	{"state", SHOW_WORD, word_campaign},
	{"reason", SHOW_TEXT, NULL},
	{"wave", SHOW_NUMBER, NULL},
	{"waves", SHOW_NUMBER, NULL},
	{"fail_pct", SHOW_NUMBER, NULL},
	{"firmware_id", SHOW_ID, NULL},
	{"firmware", SHOW_TEXT, NULL},
	{"version", SHOW_TEXT, NULL},
	{"rollback_of", SHOW_ID, NULL},
	{"created", SHOW_TIME, NULL},
	{"done", SHOW_TIME, NULL},
	{"piles", SHOW_NUMBER, NULL},
	{"installed", SHOW_NUMBER, NULL},
	{"failed", SHOW_NUMBER, NULL},
	{"open", SHOW_NUMBER, NULL},
};

static int campaigns_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};

	return list_query(
		call, &list_campaigns, SQL_LIST_CAMPAIGNS, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_campaigns = {"campaigns", campaign_columns, COUNT(campaign_columns), -1,
	-1, false, campaigns_read, NULL};

static const struct api_column campaign_pile_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"online", SHOW_FLAG, NULL},
	{"wave", SHOW_NUMBER, NULL},
	{"state", SHOW_WORD, word_update},
	{"step", SHOW_TEXT, NULL},
	{"error", SHOW_TEXT, NULL},
	{"from_version", SHOW_TEXT, NULL},
	{"to_version", SHOW_TEXT, NULL},
	{"version_now", SHOW_TEXT, NULL},
	{"asked", SHOW_TIME, NULL},
	{"done", SHOW_TIME, NULL},
};

static int campaign_piles_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	int64_t id = 0;
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(page->cursor.id),
		NUMBER((int64_t)page->most), NUMBER(call_id(call, 0, &id) ? id : 0)};

	return list_query(call, &list_campaign_piles, SQL_LIST_CAMPAIGN_PILES, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_campaign_piles = {"campaign-piles", campaign_pile_columns,
	COUNT(campaign_pile_columns), -1, -1, true, campaign_piles_read, NULL};

/* Where its piles came from, and whether a file of that version is kept to go back to. */
static int put_rollback(struct api_call *call, int64_t id)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(id), NUMBER(ROLLBACK_ROWS)};
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_CAMPAIGN_ROLLBACK, args, COUNT(args), "sii",
		ROLLBACK_ROWS, call->ctx->arena, &rows));
	out_list(&call->out, "rollback");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		out_text(&call->out, "version", row[0].text);
		out_number(&call->out, "piles", row[1].number);
		out_id(&call->out, "firmware_id", row[2].number);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

static int answer_campaign(struct api_call *call, int64_t id, int status)
{
	const struct list_cell *row;
	int result = list_one(call, &list_campaigns, SQL_LIST_CAMPAIGN_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_campaigns, row);
	TRY(put_rollback(call, id));
	return reply_json(call, status);
}

int campaign_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_campaign(call, id, 200) : P_NOT_FOUND;
}

/* The ids of the body, or all piles of its site, or all of the operator. */
static int wished_piles(
	struct api_call *call, const struct api_campaign *body, struct campaign_wish *wish)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(body->site_id), NUMBER(LIMIT_CAMPAIGN_PILES)};
	struct list_rows rows = {.rows_len = body->piles_len};
	int64_t *ids;

	if (body->piles_len == 0)
		TRY(store_list(call->ctx->db, SQL_LIST_PILE_IDS, args, COUNT(args), "i",
			LIMIT_CAMPAIGN_PILES, call->ctx->arena, &rows));
	ids = ARENA_ARRAY(call->ctx->arena, int64_t, rows.rows_len + 1);
	if (!ids)
		return FAULT(FAULT_NOMEM, "piles");
	for (size_t i = 0; i < rows.rows_len; i++) {
		if (body->piles_len == 0)
			ids[i] = list_row(&rows, i)[0].number;
		else if (!str_to_i64(body->piles[i], &ids[i]))
			return call_field(call, "piles", "format");
	}
	wish->piles = ids;
	wish->piles_len = rows.rows_len;
	return 0;
}

static int problem_of_update(struct api_call *call, int outcome)
{
	switch (outcome) {
	case UPDATES_E_FILE:
		return call_field(call, "firmware_id", "reference");
	case UPDATES_E_PILES:
		return call_field(call, "piles", "reference");
	case UPDATES_E_WAVES:
		return call_field(call, "waves", "format");
	case UPDATES_E_STATE:
	case UPDATES_E_NONE:
		return P_STATE;
	default:
		return P_NOT_FOUND;
	}
}

int campaign_add(struct api_call *call)
{
	static const int64_t usual[] = {10, 50, 100};
	const struct api_campaign *body = call->body;
	struct campaign_wish wish = {.tenant_id = call->who.tenant_id,
		.user_id = call->who.staff_id,
		.firmware_id = body->firmware_id,
		.name = str_trim(body->name),
		.waves_pct = body->waves_len ? body->waves : usual,
		.waves_len = body->waves_len ? body->waves_len : COUNT(usual),
		.fail_pct = body->has_fail_pct ? body->fail_pct : FAIL_PCT_DEFAULT};
	struct campaign campaign;
	int result;

	if (wish.name.len == 0)
		return call_field(call, "name", "missing");
	result = wished_piles(call, body, &wish);
	if (result != 0)
		return result;
	result = updates_start(call->ctx, &wish, &campaign);
	TRY(result);
	if (result != 0)
		return problem_of_update(call, result);
	TRY(care_audit(call, "campaign.start", "campaign", campaign.id, STR("{}")));
	return answer_campaign(call, campaign.id, 201);
}

static int set_campaign(struct api_call *call, enum campaign_state state, const char *action)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = updates_set(call->ctx, call->who.tenant_id, id, state);
	TRY(result);
	if (result != 0)
		return problem_of_update(call, result);
	TRY(care_audit(call, action, "campaign", id, STR("{}")));
	return answer_campaign(call, id, 200);
}

int campaign_pause(struct api_call *call)
{
	return set_campaign(call, CAMPAIGN_PAUSED, "campaign.pause");
}

int campaign_resume(struct api_call *call)
{
	return set_campaign(call, CAMPAIGN_RUNNING, "campaign.resume");
}

int campaign_cancel(struct api_call *call)
{
	return set_campaign(call, CAMPAIGN_CANCELLED, "campaign.cancel");
}

int campaign_rollback(struct api_call *call)
{
	struct campaign campaign;
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result =
		updates_rollback(call->ctx, call->who.tenant_id, id, call->who.staff_id, &campaign);
	TRY(result);
	if (result != 0)
		return problem_of_update(call, result);
	TRY(care_audit(call, "campaign.rollback", "campaign", campaign.id, STR("{}")));
	return answer_campaign(call, campaign.id, 201);
}
