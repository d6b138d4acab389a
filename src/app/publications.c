/* publications.c - firmware that a pile gives on to its neighbours (see publications.h). */
#include "app/publications.h"

#include "app/tell.h"
#include "app/updates.h"
#include "base/clock.h"
#include "base/fault.h"
#include "store/firmware.h"
#include "store/pile.h"

#define WAIT_US (10 * US_PER_MIN)

static int move(
	struct ctx *ctx, struct publication *publication, const char *state, struct str error)
{
	struct pile pile;
	int result = store_pile_get(ctx->db, ctx->arena, publication->pile_id, &pile);

	TRY(result);
	publication->state = str_from(state);
	publication->error = error;
	publication->done_us = ctx->now_us;
	TRY(store_publication_put(ctx->db, publication));
	if (result != 0)
		return 0;
	return tell(ctx, pile.tenant_id, "pile", pile.id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile.code)));
}

static int outcome_of(int result)
{
	return result == ASK_E_FULL      ? PUBLICATIONS_E_FULL
	       : result == ASK_E_UNKNOWN ? PUBLICATIONS_E_UNKNOWN
					 : PUBLICATIONS_E_VERSION;
}

/* Asks about a publication with the checksum of its file. */
static int ask_about(struct ctx *ctx, enum ask_kind kind, const struct publication *publication,
	const struct firmware *firmware, int64_t user_id)
{
	struct ask ask = {.kind = kind,
		.pile_id = publication->pile_id,
		.about_id = publication->id,
		.user_id = user_id,
		.valid_us = WAIT_US,
		.number = publication->number,
		.url = updates_url(ctx, firmware->token),
		.value = firmware->md5};
	int64_t id;

	return ask_pile(ctx, &ask, &id);
}

static int load_file(
	struct ctx *ctx, int64_t tenant_id, int64_t firmware_id, struct firmware *ret_firmware)
{
	int result = store_firmware_get(ctx->db, ctx->arena, firmware_id, ret_firmware);

	TRY(result);
	if (result != 0 || ret_firmware->tenant_id != tenant_id || ret_firmware->md5.len == 0)
		return PUBLICATIONS_E_FILE;
	return 0;
}

int publications_ask(struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t firmware_id,
	int64_t user_id, struct publication *ret_publication)
{
	struct publication publication = {.tenant_id = tenant_id,
		.pile_id = pile_id,
		.firmware_id = firmware_id,
		.state = STR("asked"),
		.user_id = user_id,
		.created_us = ctx->now_us};
	struct firmware firmware;
	struct pile pile;
	int result = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	TRY(result);
	if (result != 0 || pile.tenant_id != tenant_id)
		return PUBLICATIONS_E_UNKNOWN;
	result = load_file(ctx, tenant_id, firmware_id, &firmware);
	if (result == 0 && !str_is(firmware.state, "ready"))
		result = PUBLICATIONS_E_FILE;
	if (result != 0)
		return result;
	publication.id = CTX_ID(ctx);
	publication.number = publication.id & INT32_MAX;
	result = store_publication_add(ctx->db, &publication);
	TRY(result);
	if (result != 0)
		return FAULT(FAULT_BUSY, "two requests of one number");
	result = ask_about(ctx, ASK_PUBLISH, &publication, &firmware, user_id);
	TRY(result);
	if (result != 0) {
		TRY(move(ctx, &publication, "failed",
			result == ASK_E_FULL ? STR("queue") : STR("version")));
		return outcome_of(result);
	}
	*ret_publication = publication;
	return 0;
}

int publications_withdraw(struct ctx *ctx, int64_t tenant_id, int64_t id, int64_t user_id)
{
	struct publication publication;
	struct firmware firmware;
	int result = store_publication_get(ctx->db, ctx->arena, id, &publication);

	TRY(result);
	if (result != 0 || publication.tenant_id != tenant_id)
		return PUBLICATIONS_E_UNKNOWN;
	if (!str_is(publication.state, "published") && !str_is(publication.state, "loading"))
		return PUBLICATIONS_E_STATE;
	result = load_file(ctx, tenant_id, publication.firmware_id, &firmware);
	if (result != 0)
		return result;
	result = ask_about(ctx, ASK_PUBLISH_END, &publication, &firmware, user_id);
	TRY(result);
	return result != 0 ? outcome_of(result) : move(ctx, &publication, "withdrawing", STR(""));
}

int publications_reported(struct ctx *ctx, int64_t pile_id, int64_t number, const char *state,
	struct str error, struct str place)
{
	struct publication publication;
	int result =
		store_publication_by_number(ctx->db, ctx->arena, pile_id, number, &publication);

	TRY(result);
	/* What was withdrawn or has failed is not brought back by a late word. */
	if (result != 0 ||
		(!str_is(publication.state, "asked") && !str_is(publication.state, "loading")))
		return 0;
	publication.place = place;
	return move(ctx, &publication, state, error);
}

int publications_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	bool accepted = answer->verdict == ASK_ACCEPTED;
	struct str why = answer->verdict == ASK_LOST ? answer->error : answer->text;
	struct publication publication;
	int result = store_publication_get(ctx->db, ctx->arena, answer->about_id, &publication);

	TRY(result);
	if (result != 0)
		return 0;
	if (answer->kind == ASK_PUBLISH) {
		if (!str_is(publication.state, "asked"))
			return 0; /* its first report was quicker than its answer */
		return move(ctx, &publication, accepted ? "loading" : "failed",
			accepted ? STR("") : why);
	}
	if (!str_is(publication.state, "withdrawing"))
		return 0;
	if (accepted || answer->verdict == ASK_MISSING)
		return move(ctx, &publication, "withdrawn", STR(""));
	return move(ctx, &publication, "published", why);
}
