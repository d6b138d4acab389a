/* api_vehicles.c - cars as keys at the operators' desk: the list, what can be done to one, and what
 * an address is trusted with. */
#include "app/api_vehicles.h"

#include "app/api_lists.h"
#include "app/vehicles.h"
#include "store/member.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

FIELD_ROWS(api_vehicle, API_VEHICLE_FIELDS)
FIELD_ROWS(api_vehicle_policy, API_VEHICLE_POLICY_FIELDS)

/* --- the list --- */

static const char *word_vehicle_state(int64_t value)
{
	return value >= VID_SUSPENDED && value <= VID_BLOCKED
		       ? vid_state_name((enum vid_state)value)
		       : "";
}

/* What the second identity is stays here: shown, it could be copied. */
static const struct api_column vehicle_columns[] = {
	{"id", SHOW_ID, NULL},
	{"vid", SHOW_TEXT, NULL},
	{"state", SHOW_WORD, word_vehicle_state},
	{"member_id", SHOW_ID, NULL},
	{"member", SHOW_TEXT, NULL},
	{"charge_cap", SHOW_MONEY, NULL},
	{"day_cap", SHOW_MONEY, NULL},
	{"currency", SHOW_HIDDEN_TEXT, NULL},
	{"second_kind", SHOW_TEXT, NULL},
	{"second", SHOW_HIDDEN_TEXT, NULL},
	{"second_learned", SHOW_TIME, NULL},
	{"contradicted", SHOW_TIME, NULL},
	{"seen", SHOW_TIME, NULL},
	{"seen_pile_id", SHOW_ID, NULL},
	{"seen_pile", SHOW_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
	{"version", SHOW_NUMBER, NULL},
};

static int64_t state_number(struct str word)
{
	for (int64_t state = VID_SUSPENDED; state <= VID_BLOCKED; state++)
		if (str_is(word, word_vehicle_state(state)))
			return state;
	return 0;
}

static int vehicles_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str state = call_query(call, "state");
	int64_t member = call_query_id(call, "member");
	const struct list_arg args[] = {NUMBER(call->who.tenant_id),
		NUMBER(page->cursor.id ? page->cursor.id : INT64_MAX), NUMBER((int64_t)page->most),
		NUMBER(member ? member : state_number(state))};

	if (state.len && !state_number(state))
		return P_BAD_REQUEST;
	return list_query(call, &list_vehicles,
		member ? SQL_LIST_VEHICLES_MEMBER : SQL_LIST_VEHICLES, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_vehicles = {
	.name = "vehicles",
	.columns = vehicle_columns,
	.columns_len = COUNT(vehicle_columns),
	.currency_column = 7,
	.cursor_name = -1,
	.read = vehicles_read,
};

/* --- one of them --- */

static int answer_vehicle(struct api_call *call, int64_t id, int status)
{
	const struct list_cell *row;
	int result = list_one(call, &list_vehicles, SQL_LIST_VEHICLE_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_vehicles, row);
	return reply_json(call, status);
}

static int audit(struct api_call *call, const char *action, int64_t id)
{
	return auth_audit(call->ctx, &call->who, action,
		str_format(call->ctx->arena, "vehicle:%lld", (long long)id), STR("{}"));
}

static int problem_of(int outcome)
{
	switch ((enum vehicles_outcome)outcome) {
	case VEHICLES_E_NONE:
		return P_NOT_FOUND;
	case VEHICLES_E_TAKEN:
		return P_NAME_TAKEN;
	case VEHICLES_E_AMOUNT:
		return P_AMOUNT;
	case VEHICLES_E_FULL:
	case VEHICLES_E_FORMAT:
	case VEHICLES_E_STATE:
		return P_STATE;
	}
	return P_UNAVAILABLE;
}

int vehicle_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_vehicle(call, id, 200) : P_NOT_FOUND;
}

int vehicle_add(struct api_call *call)
{
	const struct api_vehicle *body = call->body;
	struct member member;
	int64_t member_id, id;
	int result;

	if (!call_id(call, 0, &member_id))
		return P_NOT_FOUND;
	result = store_member_get(call->ctx->db, call->ctx->arena, member_id, &member);
	TRY(result);
	if (result != 0 || member.tenant_id != call->who.tenant_id)
		return P_NOT_FOUND;
	result = vehicles_add(call->ctx, call->who.tenant_id, member_id, body->mac, &id);
	TRY(result);
	if (result == VEHICLES_E_FORMAT)
		return call_field(call, "mac", "format");
	if (result != 0)
		return problem_of(result);
	TRY(audit(call, "vehicle.add", id));
	return answer_vehicle(call, id, 201);
}

static int set_blocked(struct api_call *call, bool blocked, const char *action)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = vehicles_block(call->ctx, call->who.tenant_id, id, blocked);
	TRY(result);
	if (result != 0)
		return problem_of(result);
	TRY(audit(call, action, id));
	return answer_vehicle(call, id, 200);
}

int vehicle_block(struct api_call *call)
{
	return set_blocked(call, true, "vehicle.block");
}

int vehicle_unblock(struct api_call *call)
{
	return set_blocked(call, false, "vehicle.unblock");
}

int vehicle_delete(struct api_call *call)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = vehicles_drop(call->ctx, call->who.tenant_id, id);
	TRY(result);
	if (result != 0)
		return problem_of(result);
	TRY(audit(call, "vehicle.delete", id));
	return reply_empty(call, 204);
}

/* --- what an address is trusted with --- */

int vehicle_policy_get(struct api_call *call)
{
	struct vid_policy policy;

	TRY(store_vehicle_policy(call->ctx->db, call->who.tenant_id, &policy));
	if (policy.single_minor == 0)
		policy.single_minor = VEHICLES_SINGLE_MINOR;
	reply_begin(call);
	out_word(&call->out, "mode", vid_mode_name(policy.mode));
	out_money(&call->out, "single", policy.single_minor, call->who.currency);
	return reply_json(call, 200);
}

int vehicle_policy_put(struct api_call *call)
{
	const struct api_vehicle_policy *body = call->body;
	struct vid_policy policy = {.single_minor = body->has_single_minor ? body->single_minor
									   : VEHICLES_SINGLE_MINOR};
	int result;

	if (!vid_mode_parse(body->mode, &policy.mode))
		return call_field(call, "mode", "format");
	result = vehicles_set_policy(call->ctx, call->who.tenant_id, &policy);
	TRY(result);
	if (result != 0)
		return problem_of(result);
	TRY(auth_audit(call->ctx, &call->who, "vehicle.policy", STR("tenant"),
		str_format(call->ctx->arena, "{\"mode\":\"%s\",\"single_minor\":%lld}",
			vid_mode_name(policy.mode), (long long)policy.single_minor)));
	return vehicle_policy_get(call);
}
