/* api_actions.c - what an operator tells a pile, and the record of what was said. Every command is
 * stored, audited and answered with its number; the pile's answer is read from the command later.
 */
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/charging.h"
#include "app/devices.h"
#include "base/mask.h"
#include "domain/money.h"
#include "store/member.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/session.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})

static int audit_action(
	struct api_call *call, const char *action, int64_t pile_id, struct str detail)
{
	return auth_audit(call->ctx, &call->who, action,
		str_format(call->ctx->arena, "pile:%lld", (long long)pile_id), detail);
}

/* The record calls the deed `word`. */
static int say(struct api_call *call, const struct pile *pile, const char *action,
	struct str payload, const char *word)
{
	struct command_wish wish = {
		.pile_id = pile->id,
		.action = str_from(action),
		.payload = payload,
		.user_id = call->who.staff_id,
	};
	struct str shown;
	int64_t command_id;
	int result;

	if (!pile->online)
		return P_PILE_OFFLINE;
	result = devices_command(call->ctx, &wish, &command_id);
	TRY(result);
	if (result > 0)
		return result == DEVICES_E_FULL ? P_QUEUE_FULL : P_PILE_OFFLINE;
	if (!mask_secrets(call->ctx->arena, wish.payload, &shown)) /* the record lasts for ever */
		shown = wish.payload;
	TRY(audit_action(call, word, pile->id,
		str_format(call->ctx->arena, "{\"action\":\"%s\",\"payload\":%.*s}", action,
			STR_FMT(shown))));
	reply_begin(call);
	out_id(&call->out, "command_id", command_id);
	return reply_json(call, 202);
}

int action_say(
	struct api_call *call, const struct pile *pile, const char *action, struct str payload)
{
	return say(call, pile, action, payload, "pile.command");
}

/* The payload is what `call->out` holds as a closed object. */
static int send_as(
	struct api_call *call, const struct pile *pile, const char *action, const char *word)
{
	return say(call, pile, action, out_str(&call->out), word);
}

static int send(struct api_call *call, const struct pile *pile, const char *action)
{
	return send_as(call, pile, action, "pile.command");
}

/* Finds the pile and begins the payload. */
static int begin(struct api_call *call, struct pile *ret_pile)
{
	int result = call_pile(call, ret_pile);

	if (result != 0)
		return result;
	out_init(&call->out, call->ctx->arena);
	out_object(&call->out, NULL);
	return 0;
}

int action_unlock(struct api_call *call)
{
	const struct api_connector *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_number(&call->out, "connectorId", body->has_connector ? body->connector : 1);
	out_end(&call->out);
	return send(call, &pile, "UnlockConnector");
}

int action_reset(struct api_call *call)
{
	const struct api_reset *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_text(&call->out, "type",
		field_enum_name(
			&api_reset_type_names, body->has_type ? body->type : API_RESET_SOFT));
	out_end(&call->out);
	return send(call, &pile, "Reset");
}

int action_availability(struct api_call *call)
{
	const struct api_availability *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_number(&call->out, "connectorId", body->connector);
	out_text(&call->out, "type", field_enum_name(&api_availability_type_names, body->type));
	out_end(&call->out);
	return send(call, &pile, "ChangeAvailability");
}

int action_clear_cache(struct api_call *call)
{
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_end(&call->out);
	return send(call, &pile, "ClearCache");
}

int action_trigger(struct api_call *call)
{
	const struct api_trigger *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_text(&call->out, "requestedMessage",
		field_enum_name(&api_trigger_message_names, body->message));
	if (body->has_connector)
		out_number(&call->out, "connectorId", body->connector);
	out_end(&call->out);
	return send(call, &pile, "TriggerMessage");
}

int action_get_configuration(struct api_call *call)
{
	const struct api_get_configuration *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	if (body->keys_len) {
		out_list(&call->out, "key");
		for (size_t i = 0; i < body->keys_len; i++)
			out_text(&call->out, NULL, body->keys[i]);
		out_list_end(&call->out);
	}
	out_end(&call->out);
	return send(call, &pile, "GetConfiguration");
}

int action_change_configuration(struct api_call *call)
{
	const struct api_change_configuration *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_text(&call->out, "key", body->key);
	out_text(&call->out, "value", body->value);
	out_end(&call->out);
	return send(call, &pile, "ChangeConfiguration");
}

int action_data_transfer(struct api_call *call)
{
	const struct api_data_transfer *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_text(&call->out, "vendorId", body->vendor_id);
	if (body->has_message_id)
		out_text(&call->out, "messageId", body->message_id);
	if (body->has_data)
		out_text(&call->out, "data", body->data);
	out_end(&call->out);
	return send(call, &pile, "DataTransfer");
}

/* The emergency stop from afar, and its release, in the one word our piles know in every version of
 * OCPP. It lasts at the pile, over restarts, until it is released: coming back is a deed of its
 * own, never a side effect. */
static int emergency(struct api_call *call, bool on)
{
	const struct api_whole *body = call->body;
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_text(&call->out, "vendorId", STR("leyden"));
	out_text(&call->out, "messageId", STR("emergency"));
	out_text(&call->out, "data",
		body->has_connector
			? str_format(call->ctx->arena, "{\"on\":%s,\"connector\":%lld}",
				  on ? "true" : "false", (long long)body->connector)
			: str_format(call->ctx->arena, "{\"on\":%s}", on ? "true" : "false"));
	out_end(&call->out);
	return send_as(
		call, &pile, "DataTransfer", on ? "pile.emergency" : "pile.emergency_release");
}

int action_emergency(struct api_call *call)
{
	return emergency(call, true);
}

int action_emergency_release(struct api_call *call)
{
	return emergency(call, false);
}

/* A new key for its offline codes, made by the pile itself; it comes with the old one's word. */
int action_offline_key(struct api_call *call)
{
	struct pile pile;
	int result = begin(call, &pile);

	if (result != 0)
		return result;
	out_text(&call->out, "vendorId", STR("leyden"));
	out_text(&call->out, "messageId", STR("offline-key-renew"));
	out_end(&call->out);
	return send_as(call, &pile, "DataTransfer", "pile.offline_key_renew");
}

static int answer_start(struct api_call *call, const struct order *order)
{
	reply_begin(call);
	out_id(&call->out, "order_id", order->id);
	out_text(&call->out, "token", order->token);
	out_word(&call->out, "state", order_state_name(order->state));
	return reply_json(call, 202);
}

/* On a member's wallet, or on the house. */
int action_start(struct api_call *call)
{
	const struct api_start *body = call->body;
	struct open_cmd cmd = {
		.starter = STARTER_OPERATOR,
		.connector_no = body->has_connector ? body->connector : 1,
		.timing = body->member_id ? TIMING_HOLD : TIMING_CREDIT,
		.source = body->member_id ? SOURCE_WALLET : SOURCE_HOUSE,
		.member_id = body->member_id,
		.user_id = call->who.staff_id,
		.limit_minor = body->limit.minor,
		.limit_dwh = body->limit_wh * DWH_PER_WH,
		.most_w = body->most_w,
		.language = call->lang,
	};
	struct member member;
	struct order order;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (body->member_id) {
		result =
			store_member_get(call->ctx->db, call->ctx->arena, body->member_id, &member);
		TRY(result);
		if (result > 0 || member.tenant_id != call->who.tenant_id)
			return call_field(call, "member_id", "reference");
	}
	cmd.tenant_id = call->who.tenant_id;
	cmd.pile_id = pile.id;
	result = charging_open(call->ctx, &cmd, &order);
	TRY(result);
	if (result > 0)
		return (int)problem_of_charging(result);
	TRY(audit_action(call, "pile.start", pile.id,
		str_format(call->ctx->arena, "{\"order\":\"%lld\",\"most_w\":%lld}",
			(long long)order.id, (long long)body->most_w)));
	return answer_start(call, &order);
}

/* Stops what runs on a connector: its order, or a transaction nobody pays for. */
int action_stop(struct api_call *call)
{
	const struct api_connector *body = call->body;
	int64_t connector = body->has_connector ? body->connector : 1;
	struct close_cmd cmd = {.reason = STR("operator"), .user_id = call->who.staff_id};
	struct order order;
	struct scene scene;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = store_order_on_connector(
		call->ctx->db, call->ctx->arena, pile.id, connector, &order);
	TRY(result);
	if (result == 0) {
		cmd.order_id = order.id;
		result = charging_close(call->ctx, &cmd, &order);
		TRY(result);
		if (result > 0)
			return (int)problem_of_charging(result);
		TRY(audit_action(call, "pile.stop", pile.id,
			str_format(call->ctx->arena, "{\"order\":\"%lld\"}", (long long)order.id)));
		return answer_start(call, &order);
	}
	result = store_scene_open(call->ctx->db, call->ctx->arena, pile.id, connector, &scene);
	TRY(result);
	if (result > 0)
		return P_STATE;
	out_init(&call->out, call->ctx->arena);
	out_object(&call->out, NULL);
	out_number(&call->out, "transactionId", scene.session.transaction_id);
	out_end(&call->out);
	return send(call, &pile, "RemoteStopTransaction");
}

int command_get(struct api_call *call)
{
	const struct list_cell *row;
	int64_t id;
	int result = call_id(call, 0, &id) ? list_one(call, &list_commands, SQL_LIST_COMMAND_ONE,
						     NUMBER(id), &row)
					   : P_NOT_FOUND;

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_commands, row);
	return reply_json(call, 200);
}
