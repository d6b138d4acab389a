/* ocpp2_signed.c - the signed readings of a TransactionEvent: out of their base64, to the session
 * they belong to, or aside until there is one. A transaction is told in any order, so its beginning
 * may come signed before anybody is known who pays. */
#include "app/ocpp2_parts.h"
#include "app/ocpp_signed.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "store/session.h"
#include "wire/ocmf.h"

static bool is_text(struct str line)
{
	return str_utf8_len(line) >= 0 && str_find(line, '\0') < 0;
}

/* The line, when it is text of ours behind base64 or as it is; else what came. */
static int data_of(struct arena *arena, struct str data, struct str *ret_line)
{
	uint8_t *bytes;
	size_t len;

	*ret_line = data;
	if (data.len > OCMF_TEXT_MAX * 2 || str_starts(data, STR("OCMF|")))
		return 0;
	bytes = arena_alloc(arena, data.len + 1);
	if (!bytes)
		return FAULT(FAULT_NOMEM, "signed reading");
	if (base64_read(data, bytes, data.len, &len) && len <= OCMF_TEXT_MAX &&
		str_starts((struct str){(const char *)bytes, len}, STR("OCMF|")) &&
		is_text((struct str){(const char *)bytes, len}))
		*ret_line = (struct str){(const char *)bytes, len};
	return 0;
}

/* Nothing to compare it with yet. */
static bool is_early(const struct session *session, const struct meter_record *record)
{
	return session->id == 0 || (session->open && str_is(record->why, "end"));
}

/* Reads the charge once, and only for a signed reading that is to be compared with it. */
static int charge_of(struct desk *desk, const struct pile_transaction *known, struct scene *scene)
{
	int found = 0;

	if (known->session_id != 0 && scene->session.id == 0)
		found = store_scene_get(desk->ctx->db, desk->arena, known->session_id, scene);
	return found < 0 ? found : 0;
}

static int take(struct desk *desk, const struct pile_transaction *known, struct scene *scene,
	const struct ocpp2_sampled_value *value)
{
	const struct ocpp2_signed_meter_value *told = &value->signed_meter_value;
	bool end = value->context == OCPP2_READING_CONTEXT_TRANSACTION_END;
	struct meter_record record = {.pile_id = desk->pile_id,
		.why = end ? STR("end") : STR("begin"),
		.format = told->encoding_method,
		.method = told->signing_method,
		.public_key = told->public_key,
		.at_us = desk->now_us};

	TRY(charge_of(desk, known, scene));
	TRY(data_of(desk->arena, told->signed_meter_data, &record.line));
	if (is_early(&scene->session, &record))
		return store_meter_early_add(desk->ctx->db, known->name, &record);
	return ocpp_signed_keep(desk->ctx, &scene->session, &record);
}

static bool is_kept(const struct ocpp2_sampled_value *value)
{
	return value->has_signed_meter_value && value->signed_meter_value.signed_meter_data.len &&
	       value->has_context &&
	       (value->context == OCPP2_READING_CONTEXT_TRANSACTION_BEGIN ||
		       value->context == OCPP2_READING_CONTEXT_TRANSACTION_END);
}

/* What waited for the session, and for its end: nearly always nothing. */
static int take_early(struct desk *desk, const struct pile_transaction *known, struct scene *scene)
{
	struct db *db = desk->ctx->db;
	struct meter_record *early;
	size_t len;

	TRY(store_meter_early_list(db, desk->arena, desk->pile_id, known->name, &early, &len));
	if (len == 0)
		return 0;
	TRY(charge_of(desk, known, scene));
	TRY(store_meter_early_drop(db, desk->pile_id, known->name));
	for (size_t i = 0; i < len; i++)
		TRY(is_early(&scene->session, &early[i])
				? store_meter_early_add(db, known->name, &early[i])
				: ocpp_signed_keep(desk->ctx, &scene->session, &early[i]));
	return 0;
}

int ocpp2_signed(struct desk *desk, const struct pile_transaction *known, bool waited)
{
	const struct ocpp2_transaction_event_req *req = desk->req;
	struct scene scene = {0};

	if (known->session_id != 0 && waited)
		TRY(take_early(desk, known, &scene));
	for (size_t i = 0; i < req->meter_value_len; i++)
		for (size_t v = 0; v < req->meter_value[i].sampled_value_len; v++)
			if (is_kept(&req->meter_value[i].sampled_value[v]))
				TRY(take(desk, known, &scene,
					&req->meter_value[i].sampled_value[v]));
	return 0;
}
