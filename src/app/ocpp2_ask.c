/* ocpp2_ask.c - asks in the words of OCPP 2.0.1 and 2.1: a table from the kind to the call. */
#include "app/ocpp2_ask.h"

#include "app/devices.h"
#include "base/fault.h"
#include "base/limits.h"
#include "domain/profile.h"
#include "store/display.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/transaction.h"
#include "wire/ocpp2/action.h"
#include "wire/ocpp2/display.h"
#include "wire/ocpp2/firmware.h"
#include "wire/ocpp2/smart.h"

#define PUBLISH_RETRIES 3
#define PUBLISH_RETRY_S 60

int ocpp2_word(struct ctx *ctx, const struct pile *pile, const char *action, const void *req,
	struct command_wish *wish, struct record_error *ret_error)
{
	enum ocpp_version version = ocpp_version_of(pile->protocol);
	const struct ocpp2_action *row = version == OCPP_201 || version == OCPP_21
						 ? ocpp2_action_find(version, str_from(action))
						 : NULL;
	struct buf buf;
	int result;

	*ret_error = (struct record_error){.path = ""};
	if (!row)
		return ASK_E_UNSUPPORTED;
	buf_init(&buf, ctx->arena, LIMIT_FRAME_BYTES);
	result = record_encode(ocpp2_action_req(version, row), req, &buf, ret_error);
	TRY(result);
	if (result != 0)
		return ASK_E_UNSUPPORTED;
	wish->action = str_from(action);
	wish->payload = buf_str(&buf);
	wish->protocol = pile->protocol;
	return 0;
}

/* --- the asks --- */

struct asking {
	struct ctx *ctx;
	const struct pile *pile;
	const struct ask *ask;
	struct command_wish *wish;
};

static int put(struct asking *asking, const char *action, const void *req)
{
	struct record_error error;

	return ocpp2_word(asking->ctx, asking->pile, action, req, asking->wish, &error);
}

int ocpp2_charge_name(struct ctx *ctx, int64_t order_id, struct str *ret_name)
{
	struct session session;
	struct order order;
	int found = store_order_get(ctx->db, ctx->arena, order_id, &order);

	if (found == 0)
		found = store_session_get(ctx->db, ctx->arena, order.session_id, &session);
	if (found == 0)
		found = store_transaction_name(
			ctx->db, ctx->arena, session.pile_id, session.transaction_id, ret_name);
	TRY(found);
	return found == 0 ? 0 : ASK_E_UNKNOWN;
}

static int put_display(struct asking *asking)
{
	const struct display *display = asking->ask->display;
	struct ocpp2_set_display_message_req req = {0};
	struct ocpp2_message_info *info = &req.message;
	int result;

	info->id = display->number;
	info->priority = field_enum_value(&ocpp2_message_priority_enum_21_names, display->priority);
	info->has_state = display->shown_while.len > 0;
	info->state = field_enum_value(&ocpp2_message_state_enum_21_names, display->shown_while);
	info->has_start_date_time = display->from_us != 0;
	info->start_date_time_us = display->from_us;
	info->has_end_date_time = display->until_us != 0;
	info->end_date_time_us = display->until_us;
	info->message.format =
		field_enum_value(&ocpp2_message_format_enum_21_names, display->format);
	info->message.content = display->content;
	info->message.has_language = display->language.len > 0;
	info->message.language = display->language;
	info->has_transaction_id = display->order_id != 0;
	if (info->has_transaction_id) {
		result = ocpp2_charge_name(asking->ctx, display->order_id, &info->transaction_id);
		if (result != 0)
			return result;
	}
	return put(asking, "SetDisplayMessage", &req);
}

static int put_display_clear(struct asking *asking)
{
	struct ocpp2_clear_display_message_req req = {.id = asking->ask->number};

	return put(asking, "ClearDisplayMessage", &req);
}

static int put_publish(struct asking *asking)
{
	struct ocpp2_publish_firmware_req req = {.location = asking->ask->url,
		.checksum = asking->ask->value,
		.request_id = asking->ask->number,
		.has_retries = true,
		.retries = PUBLISH_RETRIES,
		.has_retry_interval = true,
		.retry_interval = PUBLISH_RETRY_S};

	return put(asking, "PublishFirmware", &req);
}

static int put_publish_end(struct asking *asking)
{
	struct ocpp2_unpublish_firmware_req req = {.checksum = asking->ask->value};

	return put(asking, "UnpublishFirmware", &req);
}

/* --- profiles that the house's words cannot say --- */

static int fill_schedule(
	struct asking *asking, const struct profile *from, struct ocpp2_charging_profile *to)
{
	struct ocpp2_charging_schedule *schedule =
		ARENA_NEW(asking->ctx->arena, struct ocpp2_charging_schedule);
	struct ocpp2_charging_schedule_period *period =
		ARENA_NEW(asking->ctx->arena, struct ocpp2_charging_schedule_period);

	if (!schedule || !period)
		return FAULT(FAULT_NOMEM, "a profile");
	period->has_limit_milli = true;
	period->limit_milli = from->periods[0].limit * (from->unit == PROFILE_W ? 1000 : 1);
	period->has_number_phases = from->periods[0].phases > 0;
	period->number_phases = from->periods[0].phases;
	schedule->id = from->id;
	schedule->charging_rate_unit =
		from->unit == PROFILE_W ? OCPP2_CHARGING_RATE_UNIT_W : OCPP2_CHARGING_RATE_UNIT_A;
	schedule->charging_schedule_period = period;
	schedule->charging_schedule_period_len = 1;
	to->charging_schedule = schedule;
	to->charging_schedule_len = 1;
	return 0;
}

static int put_profile(struct asking *asking)
{
	const struct profile *from = asking->ask->profile;
	bool tx = from->purpose == PROFILE_TX, dynamic = from->kind == PROFILE_DYNAMIC;
	struct ocpp2_set_charging_profile_req req = {
		.charging_profile = {.id = from->id,
			.stack_level = from->stack_level,
			.charging_profile_purpose =
				tx ? OCPP2_CHARGING_PROFILE_PURPOSE_TX_PROFILE
				   : OCPP2_CHARGING_PROFILE_PURPOSE_PRIORITY_CHARGING,
			.charging_profile_kind = dynamic ? OCPP2_CHARGING_PROFILE_KIND_DYNAMIC
							 : OCPP2_CHARGING_PROFILE_KIND_RELATIVE,
			.has_dyn_update_interval = from->interval_s > 0,
			.dyn_update_interval = from->interval_s,
			.has_transaction_id = tx}};
	int64_t outlet;

	if (tx) {
		int found = store_transaction_name(asking->ctx->db, asking->ctx->arena,
			asking->pile->id, from->transaction_id,
			&req.charging_profile.transaction_id);

		TRY(found);
		if (found != 0)
			return ASK_E_UNKNOWN; /* a charge this pile never began */
	}
	TRY(store_outlet_at(asking->ctx->db, asking->pile->id, asking->ask->connector_no,
		&req.evse_id, &outlet));
	TRY(fill_schedule(asking, from, &req.charging_profile));
	return put(asking, "SetChargingProfile", &req);
}

static int put_dynamic(struct asking *asking)
{
	const struct profile *profile = asking->ask->profile;
	struct ocpp2_update_dynamic_schedule_req req = {.charging_profile_id = profile->id,
		.schedule_update = {.has_limit_milli = true,
			.limit_milli = profile->periods[0].limit *
				       (profile->unit == PROFILE_W ? 1000 : 1)}};

	return put(asking, "UpdateDynamicSchedule", &req);
}

static int put_take(struct asking *asking)
{
	struct ocpp2_clear_charging_profile_req req = {
		.has_charging_profile_id = true, .charging_profile_id = asking->ask->number};

	return put(asking, "ClearChargingProfile", &req);
}

static int put_rush(struct asking *asking)
{
	struct ocpp2_use_priority_charging_req req = {.activate = asking->ask->full};
	int found = store_transaction_name(asking->ctx->db, asking->ctx->arena, asking->pile->id,
		asking->ask->number, &req.transaction_id);

	TRY(found);
	return found == 0 ? put(asking, "UsePriorityCharging", &req) : ASK_E_UNKNOWN;
}

static const struct {
	enum ask_kind kind;
	int (*put)(struct asking *asking);
} calls[] = {
	{ASK_DISPLAY_SHOW, put_display},
	{ASK_DISPLAY_CLEAR, put_display_clear},
	{ASK_PUBLISH, put_publish},
	{ASK_PUBLISH_END, put_publish_end},
	{ASK_PROFILE_OWN, put_profile},
	{ASK_PROFILE_TAKE, put_take},
	{ASK_DYNAMIC, put_dynamic},
	{ASK_RUSH, put_rush},
};

int ocpp2_ask(struct ctx *ctx, const struct ask *ask, struct command_wish *wish)
{
	struct pile pile;
	struct asking asking = {.ctx = ctx, .pile = &pile, .ask = ask, .wish = wish};
	int result = store_pile_get(ctx->db, ctx->arena, ask->pile_id, &pile);

	TRY(result);
	if (result != 0)
		return ASK_E_UNKNOWN;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (calls[i].kind == ask->kind)
			return calls[i].put(&asking);
	}
	return ASK_E_UNSUPPORTED;
}

/* --- the answers --- */

enum ask_verdict ocpp2_verdict(struct str status)
{
	static const struct {
		const char *status;
		enum ask_verdict verdict;
	} rows[] = {
		{"Accepted", ASK_ACCEPTED},
		{"Unpublished", ASK_ACCEPTED},
		{"Unknown", ASK_MISSING},
		{"NoFirmware", ASK_MISSING},
		{"DownloadOngoing", ASK_OCCUPIED},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_is(status, rows[i].status))
			return rows[i].verdict;
	}
	return ASK_REJECTED;
}
