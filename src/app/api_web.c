/* api_web.c - codes that change with the time on a pile's screens, on the outside face: how they
 * stand, the mode, new secrets. */
#include "app/api_care.h"
#include "app/api_handlers.h"
#include "app/api_ocpp2.h"
#include "app/webcodes.h"
#include "store/pile.h"

FIELD_ENUM_DEFINE(api_web_mode, API_WEB_MODE, API_WEB_MODES)
FIELD_ROWS(api_web_code, API_WEB_CODE_FIELDS)

static int answer_screens(struct api_call *call, const struct pile *pile, int status)
{
	struct webcode *codes = ARENA_ARRAY(call->ctx->arena, struct webcode, WEBCODES_SCREENS);
	size_t len;

	if (!codes)
		return FAULT(FAULT_NOMEM, "screens");
	TRY(store_webcode_of_pile(
		call->ctx->db, call->ctx->arena, pile->id, WEBCODES_SCREENS, codes, &len));
	reply_begin(call);
	out_text(&call->out, "mode", len > 0 ? codes[0].mode : STR_NULL);
	out_list(&call->out, "screens");
	for (size_t i = 0; i < len; i++) {
		out_object(&call->out, NULL);
		out_number(&call->out, "evse", codes[i].evse);
		out_text(&call->out, "state", codes[i].state);
		out_text(&call->out, "error", codes[i].error);
		out_number(&call->out, "failures", codes[i].failures);
		out_time(&call->out, "synced", codes[i].synced_us);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, status);
}

int web_code_get(struct api_call *call)
{
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : answer_screens(call, &pile, 200);
}

int web_code_put(struct api_call *call)
{
	const struct api_web_code *body = call->body;
	struct str mode = field_enum_name(&api_web_mode_names, (int)body->mode);
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = webcodes_mode(call->ctx, pile.id, mode);
	TRY(result);
	if (result != 0)
		return P_STATE;
	TRY(care_audit(call, "pile.web_code", "pile", pile.id,
		str_format(call->ctx->arena, "{\"mode\":\"%.*s\"}", STR_FMT(mode))));
	return answer_screens(call, &pile, 200);
}

int web_code_renew(struct api_call *call)
{
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = webcodes_renew(call->ctx, pile.id);
	TRY(result);
	if (result != 0)
		return P_STATE;
	TRY(care_audit(call, "pile.web_code_renew", "pile", pile.id, STR("{}")));
	return answer_screens(call, &pile, 202);
}
