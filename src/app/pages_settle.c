/* pages_settle.c - the page behind a settlement code: any phone opens it; the charge is settled by
 * looking, shown with its bill, and what is still owed can be paid by whoever stands there: the
 * payment is begun at once, so that the button leads to the cashier itself. An attempt takes
 * nobody's money; looking again finds the same one. */
#include "app/api_handlers.h"
#include "app/api_offline.h"
#include "app/api_public.h"
#include "app/pages.h"
#include "app/reads.h"
#include "store/order.h"

/* Looking is telling: the code is a signed fact, and told twice it changes nothing. While the
 * cashier's address is waited for the order is only read. 0, OFFLINE_E_* or a fault. */
static int settle(struct api_call *call, const struct offline_settlement *settlement,
	const struct offline_seal *seal, struct order *ret)
{
	int result;

	if (call->response->carry) {
		result =
			store_order_get(call->ctx->db, call->ctx->arena, settlement->order_id, ret);
		TRY(result);
		if (result == 0 && ret->state != ORDER_STARTING)
			return 0; /* else what was done before had to be undone */
	}
	result = offline_order_settle(call->ctx, settlement, seal, ret);
	TRY(result);
	if (result == 0 && ret->state == ORDER_UNPAID)
		TRY(public_pay(call, ret)); /* without a channel the bill is shown all the same */
	return result;
}

int page_settle(struct api_call *call)
{
	struct offline_settlement settlement;
	struct reads_order facts;
	struct html_value *view;
	struct order order;
	struct offline_seal seal;
	int result = api_offline_settlement(call->ctx, call->params[0], &settlement, &seal);

	TRY(result);
	if (result != 0)
		return page_offline_refused(call, api_offline_word(result));
	result = settle(call, &settlement, &seal, &order);
	TRY(result);
	if (result != 0)
		return page_offline_refused(call, offline_word(result));
	TRY(reads_order(call->ctx, &order, &facts));
	if (pages_await_cashier(call, &facts))
		return 0;
	view = pages_order_view(call, &facts, false);
	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	html_set_str(view, "end_text",
		pages_text(call, "reason.offline_",
			offline_end_name((enum offline_end)settlement.reason), ""));
	html_set_int(view, "serial", settlement.serial);
	return pages_render(call, 200, "settle", view);
}
