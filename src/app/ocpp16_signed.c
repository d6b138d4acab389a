/* ocpp16_signed.c - signed readings: from the pile's message to a row with its verdict. */
#include "app/ocpp16_signed.h"

#include "base/fault.h"
#include "base/log.h"
#include "store/meter_record.h"
#include "store/session.h"
#include "wire/ocmf.h"

/* Does what was signed fit what is billed? Registers are told in whole watt-hours, cut off. */
static bool signed_fits(const struct ocmf *ocmf, const struct session *session, bool end)
{
	const struct ocmf_reading *first = &ocmf->readings[0];
	const struct ocmf_reading *last = &ocmf->readings[ocmf->readings_len - 1];

	if (first->register_dwh / 10 != session->meter_start_dwh / 10)
		return false;
	return !end ||
	       (ocmf->readings_len >= 2 && last->register_dwh / 10 == session->meter_stop_dwh / 10);
}

static struct str signed_state(
	struct ctx *ctx, const struct session *session, struct meter_record *record, bool end)
{
	struct ocmf ocmf;
	struct sign_key key;
	int outcome;

	if (record->public_key.len == 0 || !ocmf_key_read(record->public_key, &key))
		return STR("key");
	outcome = ocmf_verify(ctx->arena, record->line, &key, &ocmf);
	if (outcome != 0)
		return str_from(ocmf_word(outcome));
	record->counter = ocmf.counter <= INT64_MAX ? (int64_t)ocmf.counter : 0;
	return signed_fits(&ocmf, session, end) ? STR("valid") : STR("differs");
}

static int signed_keep(struct ctx *ctx, const struct session *session, struct str line, bool end)
{
	struct meter_record record = {.session_id = session->id,
		.pile_id = session->pile_id,
		.why = end ? STR("end") : STR("begin"),
		.line = line,
		.at_us = ctx->now_us};
	bool seen;

	TRY(store_meter_record_key(ctx->db, ctx->arena, session->pile_id, &record.public_key));
	record.state = signed_state(ctx, session, &record, end);
	if (str_is(record.state, "valid")) {
		TRY(store_meter_record_seen(ctx->db, &record, &seen));
		if (seen)
			record.state = STR("replayed");
	}
	if (!str_is(record.state, "valid"))
		LOG_WARN("signed reading not valid", "session=%lld why=%.*s state=%.*s",
			(long long)session->id, STR_FMT(record.why), STR_FMT(record.state));
	return store_meter_record_add(ctx->db, &record);
}

static bool signed_is_line(const struct ocpp16_sampled_value *value)
{
	return value->has_format && value->format == OCPP16_VALUE_FORMAT_SIGNED_DATA &&
	       value->value.len <= OCMF_TEXT_MAX && str_starts(value->value, STR("OCMF|"));
}

int ocpp16_signed(struct ctx *ctx, int64_t pile_id, const struct ocpp16_stop_transaction_req *req)
{
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
			TRY(signed_keep(ctx, &scene.session, value->value, end));
		}
	}
	return 0;
}
