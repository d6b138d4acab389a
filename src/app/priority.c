/* priority.c - who may have priority, and who has (priority.h). */
#include "app/priority.h"

#include "app/smart.h"
#include "base/fault.h"
#include "store/member.h"
#include "store/session.h"

int priority_may(struct ctx *ctx, const struct order *order, bool *ret_may)
{
	struct member member;
	int found;

	*ret_may = false;
	if (order->member_id == 0)
		return 0;
	found = store_member_get(ctx->db, ctx->arena, order->member_id, &member);
	TRY(found);
	*ret_may = found == 0 && member.priority && !member.blocked;
	return 0;
}

/* The pile's number of the order's running charge; 0: none runs. */
static int charge_of(struct ctx *ctx, const struct order *order, int64_t *ret_transaction)
{
	struct session session;
	int found;

	*ret_transaction = 0;
	if (order->session_id == 0)
		return 0;
	found = store_session_get(ctx->db, ctx->arena, order->session_id, &session);
	TRY(found);
	if (found == 0 && session.open)
		*ret_transaction = session.transaction_id;
	return 0;
}

int priority_set(struct ctx *ctx, const struct order *order, bool on, bool by_driver)
{
	int64_t transaction;
	bool may = true;
	int outcome;

	if (by_driver)
		TRY(priority_may(ctx, order, &may));
	if (!may)
		return PRIORITY_E_FORBIDDEN;
	TRY(charge_of(ctx, order, &transaction));
	if (transaction == 0)
		return PRIORITY_E_STATE;
	outcome = smart_rush(ctx, order->pile_id, transaction, on);
	TRY(outcome);
	if (outcome == SMART_E_USELESS)
		return PRIORITY_E_USELESS;
	return outcome == 0 ? 0 : PRIORITY_E_STATE;
}

int priority_of(struct ctx *ctx, const struct order *order, struct priority *ret_priority)
{
	int64_t transaction;

	*ret_priority = (struct priority){0};
	TRY(charge_of(ctx, order, &transaction));
	if (transaction == 0)
		return 0;
	TRY(priority_may(ctx, order, &ret_priority->may));
	return smart_rushes(
		ctx, order->pile_id, transaction, &ret_priority->on, &ret_priority->can);
}
