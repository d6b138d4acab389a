/* pages_settle.c - the page behind a settlement code: any phone opens it; the charge is settled by
 * looking, shown with its bill, and what is still owed can be paid by whoever stands there. */
#include "app/api_handlers.h"
#include "app/api_offline.h"
#include "app/pages.h"
#include "app/reads.h"

/* Looking is telling: the code is a signed fact, and told twice it changes nothing. */
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
	result = offline_order_settle(call->ctx, &settlement, &seal, &order);
	TRY(result);
	if (result != 0)
		return page_offline_refused(call, offline_word(result));
	TRY(reads_order(call->ctx, &order, &facts));
	view = pages_order_view(call, &facts, false);
	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	html_set_str(view, "end_text",
		pages_text(call, "reason.offline_",
			offline_end_name((enum offline_end)settlement.reason), ""));
	html_set_int(view, "serial", settlement.serial);
	return pages_render(call, 200, "settle", view);
}
