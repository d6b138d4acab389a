/* setups.c - wanted settings of piles (see setups.h). What the pile answers is kept twice: as the
 * result of the push, and, when it accepted, as its setting (by the front desk). */
#include "app/setups.h"

#include "app/tell.h"
#include "base/fault.h"
#include "store/pile.h"
#include "store/setup.h"

int setups_push(
	struct ctx *ctx, int64_t tenant_id, int64_t pile_id, int64_t user_id, int64_t *ret_sent)
{
	struct drift *drift;
	struct pile pile;
	size_t len;
	int64_t id;
	int result = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	TRY(result);
	*ret_sent = 0;
	if (result != 0 || pile.tenant_id != tenant_id)
		return SETUPS_E_UNKNOWN;
	if (!pile.online)
		return SETUPS_E_OFFLINE;
	TRY(store_drift(ctx->db, ctx->arena, pile_id, &drift, &len));
	for (size_t i = 0; i < len; i++) {
		struct ask ask = {.kind = ASK_SETTING,
			.pile_id = pile_id,
			.about_id = pile_id,
			.user_id = user_id,
			.name = drift[i].name,
			.value = drift[i].wanted};

		if (drift[i].known &&
			(drift[i].readonly || str_eq(drift[i].wanted, drift[i].actual)))
			continue;
		result = ask_pile(ctx, &ask, &id);
		TRY(result);
		if (result != 0)
			return SETUPS_E_FULL;
		TRY(store_setup_pushed(ctx->db, pile_id, drift[i].name, drift[i].wanted,
			STR("sent"), ctx->now_us));
		(*ret_sent)++;
	}
	return 0;
}

int setups_answered(struct ctx *ctx, const struct ask_answer *answer)
{
	struct pile pile;
	int result = store_pile_get(ctx->db, ctx->arena, answer->pile_id, &pile);

	TRY(result);
	if (result != 0)
		return 0;
	TRY(store_setup_push_result(ctx->db, answer->pile_id, answer->text,
		str_from(ask_verdict_name(answer->verdict)), ctx->now_us));
	return tell(ctx, pile.tenant_id, "pile", pile.id,
		str_format(ctx->arena, "pile:%.*s", STR_FMT(pile.code)));
}
