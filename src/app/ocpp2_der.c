/* ocpp2_der.c - the grid's controls at a pile (block R of 2.1): what it accepted is kept, and what
 * it tells of them. Every message is kept whole as a notice as well. */
#include "app/ocpp2_command.h"
#include "app/ocpp2_parts.h"
#include "app/step.h"
#include "base/fault.h"
#include "store/command.h"
#include "store/gridcontrol.h"
#include "wire/ocpp2/der.h"

static int superseded(struct ctx *ctx, int64_t pile_id, const struct str *names, size_t len)
{
	for (size_t i = 0; i < len; i++)
		TRY(store_grid_control_state(
			ctx->db, pile_id, names[i], STR("superseded"), ctx->now_us));
	return 0;
}

int ocpp2_keep_control(struct saying *saying, const void *answer)
{
	const struct ocpp2_set_der_control_req *req = saying->req;
	const struct ocpp2_set_der_control_conf *conf = answer;
	const struct grid_control control = {.pile_id = saying->command->pile_id,
		.name = req->control_id,
		.kind = field_enum_name(&ocpp2_der_control_enum_21_names, req->control_type),
		.is_default = req->is_default,
		.state = STR("set"),
		.body = saying->command->payload,
		.at_us = saying->ctx->now_us};

	if (conf->status != OCPP2_DER_CONTROL_STATUS_ACCEPTED)
		return 0;
	TRY(store_grid_control_put(saying->ctx->db, &control));
	return superseded(
		saying->ctx, control.pile_id, conf->superseded_ids, conf->superseded_ids_len);
}

/* What the pile does not find is not there: it is forgotten here as well. */
int ocpp2_forget_control(struct saying *saying, const void *answer)
{
	const struct ocpp2_clear_der_control_req *req = saying->req;
	const struct ocpp2_clear_der_control_conf *conf = answer;
	struct str kind = req->has_control_type ? field_enum_name(&ocpp2_der_control_enum_21_names,
							  req->control_type)
						: STR("");

	if (conf->status != OCPP2_DER_CONTROL_STATUS_ACCEPTED &&
		conf->status != OCPP2_DER_CONTROL_STATUS_NOT_FOUND)
		return 0;
	return store_grid_control_clear(
		saying->ctx->db, saying->command->pile_id, req->is_default, req->control_id, kind);
}

int ocpp2_on_notify_der_start_stop(struct desk *desk)
{
	const struct ocpp2_notify_der_start_stop_req *req = desk->req;

	TRY(ocpp2_keep_notice(desk, 0));
	TRY(store_grid_control_state(desk->ctx->db, desk->pile_id, req->control_id,
		req->started ? STR("started") : STR("ended"), desk->now_us));
	return superseded(desk->ctx, desk->pile_id, req->superseded_ids, req->superseded_ids_len);
}

/* The grid at a pile is out of its bounds: an operator's business until it ends. */
int ocpp2_on_notify_der_alarm(struct desk *desk)
{
	const struct ocpp2_notify_der_alarm_req *req = desk->req;
	struct place place;

	TRY(ocpp2_keep_notice(desk, 0));
	if (req->has_alarm_ended && req->alarm_ended)
		return 0;
	TRY(step_must(
		store_pile_place(desk->ctx->db, desk->arena, desk->pile_id, 0, &place), "a pile"));
	return step_alarm(desk->ctx, &place, "pile_event", STR(""));
}
