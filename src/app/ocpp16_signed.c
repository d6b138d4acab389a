/* ocpp16_signed.c - the signed readings of a stop's transactionData. */
#include "app/ocpp16_signed.h"

#include "app/ocpp_signed.h"
#include "base/fault.h"
#include "store/session.h"
#include "wire/ocmf.h"

static bool signed_is_line(const struct ocpp16_sampled_value *value)
{
	return value->has_format && value->format == OCPP16_VALUE_FORMAT_SIGNED_DATA &&
	       value->value.len <= OCMF_TEXT_MAX && str_starts(value->value, STR("OCMF|"));
}

int ocpp16_signed(struct ctx *ctx, int64_t pile_id, const struct ocpp16_stop_transaction_req *req)
{
	struct meter_record told = {.format = STR("OCMF"), .at_us = ctx->now_us};
	struct scene scene = {0};
	int found = 1;

	for (size_t i = 0; i < req->transaction_data_len; i++) {
		const struct ocpp16_meter_value *moment = &req->transaction_data[i];
		for (size_t v = 0; v < moment->sampled_value_len; v++) {
			const struct ocpp16_sampled_value *value = &moment->sampled_value[v];
			bool end = value->context == OCPP16_READING_CONTEXT_TRANSACTION_END;

			if (!signed_is_line(value) ||
				(!end &&
					value->context != OCPP16_READING_CONTEXT_TRANSACTION_BEGIN))
				continue;
			if (scene.session.id == 0) {
				found = store_scene_by_transaction(
					ctx->db, ctx->arena, pile_id, req->transaction_id, &scene);
				TRY(found);
				if (found != 0)
					return 0; /* of a transaction nobody knows */
			}
			told.why = end ? STR("end") : STR("begin");
			told.line = value->value;
			TRY(ocpp_signed_keep(ctx, &scene.session, &told));
		}
	}
	return 0;
}
