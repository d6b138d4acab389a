/* api_ledger.c - do the books agree with themselves? The same checks as `leyden verify`. */
#include "app/api_handlers.h"
#include "app/verify.h"

int ledger_check(struct api_call *call)
{
	struct verify_check *checks = NULL;
	size_t len = 0;

	TRY(verify_run(call->ctx, call->who.tenant_id, &checks, &len));
	reply_begin(call);
	out_flag(&call->out, "ok", verify_ok(checks, len));
	out_list(&call->out, "checks");
	for (size_t i = 0; i < len; i++) {
		out_object(&call->out, NULL);
		out_word(&call->out, "name", checks[i].name);
		out_word(&call->out, "about", checks[i].about);
		out_flag(&call->out, "ok", checks[i].ok);
		out_number(&call->out, "bad", checks[i].bad);
		out_text(&call->out, "detail", checks[i].detail.ptr ? checks[i].detail : STR(""));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}
