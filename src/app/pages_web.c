/* pages_web.c - the address behind a code that changes with the time on a pile's screen: whoever
 * comes with a right one goes on to the page of that outlet, known to stand before it; all others
 * are told to scan again. */
#include "app/api_handlers.h"
#include "app/api_public.h"
#include "app/pages.h"
#include "app/webcodes.h"
#include "domain/money.h"
#include "store/transaction.h"

#define LIMIT_WH_MOST INT64_C(1000000)
#define LIMIT_S_MOST INT64_C(604800)

/* A limit the driver chose at the pile; what is no number of ours is no limit. */
static int64_t limit_of(struct api_call *call, const char *name, int64_t most)
{
	int64_t value;

	return str_to_i64(call_query(call, name), &value) && value > 0 && value <= most ? value : 0;
}

static int64_t cost_of(struct api_call *call, struct str currency)
{
	struct str text = call_query(call, "maxcost");
	int64_t minor;

	return text.len > 0 && money_parse(text, currency, &minor) && minor <= MONEY_MAX ? minor
											 : 0;
}

static int render_again(struct api_call *call, const struct reads_place *place, int outcome)
{
	struct html_value *view = pages_view(call);
	const char *word = webcodes_word(outcome);

	if (!view)
		return FAULT(FAULT_NOMEM, "page");
	pages_place(view, place, call->ctx->arena);
	html_set_str(view, "word", str_from(word));
	html_set_str(view, "text", pages_text(call, "problem.code_", word, ""));
	return pages_render(call, outcome == WEBCODES_E_RATE ? 429 : 410, "code_again", view);
}

/* Piles count their equipment, we our connectors; what was never told has the same number. */
static int find_connector(struct api_call *call, struct webcodes_scan *scan)
{
	TRY(store_outlet_no(call->ctx->db, scan->pile_id, scan->evse, 1, &scan->connector_no));
	if (scan->connector_no == 0)
		scan->connector_no = scan->evse;
	return 0;
}

int page_web_code(struct api_call *call)
{
	struct webcodes_scan scan = {.code = call->params[2],
		.version = call->params[3],
		.remote = auth_address(call->request->remote),
		.ticket = public_ticket(call),
		.limit_dwh = limit_of(call, "maxenergy", LIMIT_WH_MOST) * DWH_PER_WH,
		.limit_s = limit_of(call, "maxtime", LIMIT_S_MOST)};
	struct reads_place place;
	struct str ticket;
	int result = reads_place_code(call->ctx, call->params[0], &place);

	TRY(result);
	if (result > 0 || !str_to_i64(call->params[1], &scan.evse) || scan.evse < 1 ||
		scan.evse > LIMIT_CONNECTORS)
		return P_NOT_FOUND;
	scan.pile_id = place.pile_id;
	scan.limit_minor = cost_of(call, place.currency);
	TRY(find_connector(call, &scan));
	result = webcodes_take(call->ctx, &scan, &ticket);
	TRY(result);
	if (result != 0)
		return render_again(call, &place, result);
	reply_cookie(call, STR(TICKET_COOKIE), ticket, WEBCODES_TICKET_S);
	return reply_redirect(call, str_format(call->ctx->arena, "/p/%.*s/%lld",
					    STR_FMT(place.code), (long long)scan.connector_no));
}
