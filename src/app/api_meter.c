/* api_meter.c - signed readings and the keys of meters at the operators' desk. */
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/ocpp_signed.h"
#include "store/meter_record.h"
#include "store/pile.h"

int meter_records_put(struct api_call *call, int64_t session_id)
{
	struct out *out = &call->out;
	struct meter_record *records = NULL;
	size_t len = 0;

	if (session_id != 0)
		TRY(store_meter_record_list(
			call->ctx->db, call->ctx->arena, session_id, &records, &len));
	out_list(out, "meter_records");
	for (size_t i = 0; i < len; i++) {
		out_object(out, NULL);
		out_text(out, "why", records[i].why);
		out_text(out, "state", records[i].state);
		out_text(out, "format", records[i].format);
		out_text(out, "method", records[i].method);
		out_text(out, "public_key", records[i].public_key);
		out_time(out, "at", records[i].at_us);
		out_end(out);
	}
	out_list_end(out);
	return 0;
}

static int answer_keys(struct api_call *call, const struct pile *pile)
{
	struct out *out = &call->out;
	struct meter_key *keys;
	size_t len;

	TRY(store_meter_key_list(call->ctx->db, call->ctx->arena, pile->id, &keys, &len));
	reply_begin(call);
	out_list(out, "items");
	for (size_t i = 0; i < len; i++) {
		out_object(out, NULL);
		out_number(out, "connector", keys[i].connector_no);
		out_text(out, "public_key", keys[i].public_key);
		out_text(out, "short", ocpp_signed_short(call->ctx->arena, keys[i].public_key));
		out_time(out, "since", keys[i].since_us);
		out_flag(out, "by_hand", keys[i].staff_id != 0);
		out_text(out, "other_key", keys[i].other_key);
		out_text(
			out, "other_short", ocpp_signed_short(call->ctx->arena, keys[i].other_key));
		out_time(out, "other_at", keys[i].other_us);
		out_end(out);
	}
	out_list_end(out);
	return reply_json(call, 200);
}

int pile_meter_keys(struct api_call *call)
{
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : answer_keys(call, &pile);
}

int pile_meter_key_trust(struct api_call *call)
{
	const struct api_meter_key *body = call->body;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = ocpp_signed_trust(
		call->ctx, pile.id, body->connector, body->public_key, call->who.staff_id);
	TRY(result);
	if (result != 0)
		return call_field(call, "public_key", "reference");
	TRY(auth_audit(call->ctx, &call->who, "pile.meter_key",
		str_format(call->ctx->arena, "pile:%lld", (long long)pile.id),
		str_format(call->ctx->arena, "{\"connector\":%lld}", (long long)body->connector)));
	return answer_keys(call, &pile);
}
