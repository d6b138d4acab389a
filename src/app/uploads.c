/* uploads.c - files piles send (see uploads.h).
 *
 *   asked --pile says so--> uploading --> uploaded        (its own words; they may come late or
 * never) asked, uploading, uploaded --the file is here--> received --retention--> deleted asked,
 * uploading, uploaded --refused, failed, time--> failed */
#include "app/uploads.h"

#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "store/pile.h"

#define OPEN_US (60 * US_PER_MIN)
#define TICK_UPLOADS 32

static bool is_open(const struct upload *upload)
{
	return str_is(upload->state, "asked") || str_is(upload->state, "uploading") ||
	       str_is(upload->state, "uploaded");
}

static int put(struct ctx *ctx, struct upload *upload)
{
	TRY(store_upload_put(ctx->db, upload));
	return tell(ctx, upload->tenant_id, "upload", upload->id,
		str_format(ctx->arena, "upload:%lld", (long long)upload->id));
}

static int fail(struct ctx *ctx, struct upload *upload, struct str error)
{
	upload->state = STR("failed");
	upload->error = error;
	upload->done_us = ctx->now_us;
	return put(ctx, upload);
}

int uploads_ask(struct ctx *ctx, const struct upload_wish *wish, struct upload *ret_upload)
{
	struct upload upload = {.tenant_id = wish->tenant_id,
		.pile_id = wish->pile_id,
		.kind = wish->security ? STR("security") : STR("diagnostics"),
		.token = rng_token(ctx->rng, ctx->arena, 24),
		.state = STR("asked"),
		.user_id = wish->user_id,
		.created_us = ctx->now_us,
		.until_us = ctx->now_us + OPEN_US};
	struct ask ask = {.kind = ASK_LOG,
		.pile_id = wish->pile_id,
		.user_id = wish->user_id,
		.security_log = wish->security,
		.from_us = wish->from_us,
		.until_us = wish->until_us};
	struct pile pile;
	int64_t command_id;
	int result = store_pile_get(ctx->db, ctx->arena, wish->pile_id, &pile);

	TRY(result);
	if (result != 0 || pile.tenant_id != wish->tenant_id)
		return UPLOADS_E_PILE;
	upload.id = CTX_ID(ctx);
	upload.number = upload.id & INT32_MAX;
	ask.about_id = upload.id;
	ask.number = upload.number;
	ask.url = str_format(ctx->arena, "%.*s/up/%.*s", STR_FMT(ctx->config->public_url),
		STR_FMT(upload.token));
	result = ask_pile(ctx, &ask, &command_id);
	TRY(result);
	if (result != 0)
		return result == ASK_E_FULL ? UPLOADS_E_FULL : UPLOADS_E_UNSUPPORTED;
	TRY(store_upload_add(ctx->db, &upload));
	*ret_upload = upload;
	return 0;
}

int uploads_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct upload upload;
	int result = store_upload_get(ctx->db, ctx->arena, answer->about_id, &upload);

	TRY(result);
	if (result != 0 || !is_open(&upload))
		return 0;
	upload.file_name = answer->text.ptr ? answer->text : STR("");
	if (answer->verdict == ASK_ACCEPTED)
		return put(ctx, &upload);
	return fail(ctx, &upload,
		answer->verdict == ASK_LOST ? answer->error
					    : str_from(ask_verdict_name(answer->verdict)));
}

int uploads_reported(struct ctx *ctx, int64_t pile_id, int64_t number, enum upload_step step)
{
	struct upload upload;
	int result = store_upload_open(ctx->db, ctx->arena, pile_id, number, &upload);

	TRY(result);
	if (result != 0 || step == UPLOAD_IDLE)
		return 0;
	if (step == UPLOAD_FAILED || step == UPLOAD_REFUSED)
		return fail(ctx, &upload, step == UPLOAD_FAILED ? STR("pile") : STR("refused"));
	/* "Uploaded" before the file is here: it went elsewhere, or is still on its way. */
	upload.state = step == UPLOAD_SENT ? STR("uploaded") : STR("uploading");
	return put(ctx, &upload);
}

int uploads_begin(struct ctx *ctx, struct str token, struct upload *ret_upload)
{
	int result = store_upload_by_token(ctx->db, ctx->arena, token, ret_upload);

	TRY(result);
	if (result != 0)
		return UPLOADS_E_UNKNOWN;
	return is_open(ret_upload) && ret_upload->until_us > ctx->now_us ? 0 : UPLOADS_E_STATE;
}

int uploads_end(struct ctx *ctx, int64_t upload_id, int64_t bytes, struct str error)
{
	struct upload upload;
	int result = store_upload_get(ctx->db, ctx->arena, upload_id, &upload);

	TRY(result);
	/* Two connections with one token: the first to end has it. */
	if (result != 0 || !is_open(&upload))
		return UPLOADS_E_STATE;
	if (error.len > 0)
		return fail(ctx, &upload, error);
	upload.state = STR("received");
	upload.error = STR("");
	upload.bytes = bytes;
	upload.done_us = ctx->now_us;
	return put(ctx, &upload);
}

int uploads_tick(struct ctx *ctx)
{
	struct upload *list;
	size_t len;

	TRY(store_uploads_due(ctx->db, ctx->arena, ctx->now_us, TICK_UPLOADS, &list, &len));
	for (size_t i = 0; i < len; i++)
		TRY(fail(ctx, &list[i], STR("timeout")));
	if (ctx->config->keep_uploads_us <= 0)
		return 0;
	TRY(store_uploads_old(ctx->db, ctx->arena, ctx->now_us - ctx->config->keep_uploads_us,
		TICK_UPLOADS, &list, &len));
	for (size_t i = 0; i < len; i++) {
		struct effect *effect = effects_add(ctx->effects, EFFECT_FORGET);

		effect->name = list[i].token;
		list[i].state = STR("deleted");
		TRY(put(ctx, &list[i]));
	}
	return 0;
}
