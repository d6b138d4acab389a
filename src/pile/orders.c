/* orders.c - carrying out the server's OCPP 1.6 calls (see orders.h). Each handler gets its checked
 * request and fills its answer; the table names the records, so decoding and encoding are written
 * once. */
#include "pile/orders.h"

#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/tags.h"
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/trigger.h"

struct order_ctx {
	struct pile *pile;
	struct arena *arena;
};

static void order_tag(char ret[HAL_TAG_MAX + 1], struct str tag)
{
	memset(ret, 0, HAL_TAG_MAX + 1);
	memcpy(ret, tag.ptr, tag.len < HAL_TAG_MAX ? tag.len : HAL_TAG_MAX);
}

static int order_remote_start(struct order_ctx *ctx, const void *in, void *out)
{
	const struct ocpp16_remote_start_transaction_req *req = in;
	struct ocpp16_remote_start_transaction_conf *conf = out;
	int64_t connector = req->has_connector_id ? req->connector_id : 0;
	char tag[HAL_TAG_MAX + 1];

	order_tag(tag, req->id_tag);
	/* connector 0 is no place to charge; leaving it out means any */
	conf->status = (req->has_connector_id && connector == 0) || req->id_tag.len == 0 ||
				       !pile_remote_start(ctx->pile, connector, tag)
			       ? OCPP16_REMOTE_START_STOP_STATUS_REJECTED
			       : OCPP16_REMOTE_START_STOP_STATUS_ACCEPTED;
	return 0;
}

static int order_remote_stop(struct order_ctx *ctx, const void *in, void *out)
{
	const struct ocpp16_remote_stop_transaction_req *req = in;
	struct ocpp16_remote_stop_transaction_conf *conf = out;

	conf->status = pile_remote_stop(ctx->pile, req->transaction_id)
			       ? OCPP16_REMOTE_START_STOP_STATUS_ACCEPTED
			       : OCPP16_REMOTE_START_STOP_STATUS_REJECTED;
	return 0;
}

static int order_unlock(struct order_ctx *ctx, const void *in, void *out)
{
	static const int answers[] = {
		[PILE_UNLOCKED] = OCPP16_UNLOCK_STATUS_UNLOCKED,
		[PILE_UNLOCK_FAILED] = OCPP16_UNLOCK_STATUS_UNLOCK_FAILED,
		[PILE_UNLOCK_UNKNOWN] = OCPP16_UNLOCK_STATUS_NOT_SUPPORTED,
	};
	const struct ocpp16_unlock_connector_req *req = in;
	struct ocpp16_unlock_connector_conf *conf = out;

	conf->status = answers[pile_unlock(ctx->pile, req->connector_id)];
	return 0;
}

static int order_reset(struct order_ctx *ctx, const void *in, void *out)
{
	const struct ocpp16_reset_req *req = in;
	struct ocpp16_reset_conf *conf = out;

	pile_reset(ctx->pile, req->type == OCPP16_RESET_TYPE_HARD);
	conf->status = OCPP16_RESET_STATUS_ACCEPTED;
	return 0;
}

static int order_availability(struct order_ctx *ctx, const void *in, void *out)
{
	static const int answers[] = {
		[PILE_NOW] = OCPP16_AVAILABILITY_STATUS_ACCEPTED,
		[PILE_LATER] = OCPP16_AVAILABILITY_STATUS_SCHEDULED,
		[PILE_REFUSED] = OCPP16_AVAILABILITY_STATUS_REJECTED,
	};
	const struct ocpp16_change_availability_req *req = in;
	struct ocpp16_change_availability_conf *conf = out;

	conf->status = answers[pile_operate(
		ctx->pile, req->connector_id, req->type == OCPP16_AVAILABILITY_TYPE_OPERATIVE)];
	return 0;
}

static int order_clear_cache(struct order_ctx *ctx, const void *in, void *out)
{
	struct ocpp16_clear_cache_conf *conf = out;

	(void)in;
	conf->status =
		ctx->pile->keys.values[KEY_CACHE_ENABLED] && tags_clear(&ctx->pile->spool) == 0
			? OCPP16_CLEAR_CACHE_STATUS_ACCEPTED
			: OCPP16_CLEAR_CACHE_STATUS_REJECTED;
	return 0;
}

/* A changed key takes effect at once where something runs by it. */
static void order_apply_key(struct pile *pile, enum key_id id)
{
	int64_t value = pile->keys.values[id];

	if (id == KEY_AUTHORIZATION_KEY)
		pile->link.reconnect_wish = true;
	if (id == KEY_HEARTBEAT_INTERVAL)
		pile->link.next_heartbeat_us = pile->ticks_us + value * US_PER_S;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		if (id == KEY_SAMPLE_INTERVAL)
			outlet->next_sample_us = pile->ticks_us + value * US_PER_S;
		if (id == KEY_ALIGNED_INTERVAL)
			outlet->next_aligned_us = meter_next_aligned(pile->now_us, value);
		if (id == KEY_BASE_CURRENT)
			outlet->evse.base_ma = (int32_t)value * 1000;
		if (id == KEY_MAX_CURRENT)
			outlet->evse.limit_ma = value > 0 && value * 1000 < outlet->hal.max_ma
							? (int32_t)value * 1000
							: outlet->hal.max_ma;
	}
}

static int order_change_key(struct order_ctx *ctx, const void *in, void *out)
{
	const struct ocpp16_change_configuration_req *req = in;
	struct ocpp16_change_configuration_conf *conf = out;
	int result = keys_set(&ctx->pile->keys, &ctx->pile->spool, req->key, req->value);

	TRY(result);
	if (result == OCPP16_CONFIGURATION_STATUS_ACCEPTED)
		order_apply_key(ctx->pile, key_find(req->key));
	conf->status = result;
	return 0;
}

static void order_put_key(
	struct order_ctx *ctx, struct ocpp16_get_configuration_conf *conf, enum key_id id)
{
	struct ocpp16_key_value *one = &conf->configuration_key[conf->configuration_key_len++];
	struct str value = id == KEY_METER_PUBLIC_KEY ? attest_key(ctx->pile, ctx->arena)
						      : keys_text(&ctx->pile->keys, id, ctx->arena);

	one->key = str_from(key_row(id)->name);
	one->readonly = key_row(id)->readonly;
	one->has_value = value.ptr != NULL;
	one->value = value;
}

static int order_get_keys(struct order_ctx *ctx, const void *in, void *out)
{
	const struct ocpp16_get_configuration_req *req = in;
	struct ocpp16_get_configuration_conf *conf = out;
	bool given[KEYS] = {false};

	conf->configuration_key = ARENA_ARRAY(ctx->arena, struct ocpp16_key_value, KEYS);
	conf->unknown_key = ARENA_ARRAY(ctx->arena, struct str, req->key_len + 1);
	if (!conf->configuration_key || !conf->unknown_key)
		return FAULT(FAULT_NOMEM, "too many keys");
	for (size_t i = 0; i < req->key_len; i++) {
		enum key_id id = key_find(req->key[i]);
		if (id == KEYS)
			conf->unknown_key[conf->unknown_key_len++] = req->key[i];
		else if (!given[id])
			order_put_key(ctx, conf, id), given[id] = true;
	}
	for (int id = 0; req->key_len == 0 && id < KEYS; id++)
		order_put_key(ctx, conf, (enum key_id)id);
	conf->has_configuration_key = true;
	conf->has_unknown_key = conf->unknown_key_len > 0;
	return 0;
}

/* Our own server tells the running cost this way: data is {"connector":1,"cost":"..."}. */
static int order_data_transfer(struct order_ctx *ctx, const void *in, void *out)
{
	const struct ocpp16_data_transfer_req *req = in;
	struct ocpp16_data_transfer_conf *conf = out;
	struct outlet *outlet;
	int64_t connector = 0;
	struct str cost;
	bool on;

	if (!str_is(req->vendor_id, "leyden")) {
		conf->status = OCPP16_DATA_TRANSFER_STATUS_UNKNOWN_VENDOR_ID;
		return 0;
	}
	if (str_is(req->message_id, "emergency")) {
		on = !str_is(json_get(req->data, "on", ctx->arena), "false");
		(void)json_get_int(req->data, "connector", ctx->arena, &connector);
		conf->status = pile_emergency(ctx->pile, connector, on)
				       ? OCPP16_DATA_TRANSFER_STATUS_ACCEPTED
				       : OCPP16_DATA_TRANSFER_STATUS_REJECTED;
		return 0;
	}
	if (!str_is(req->message_id, "display")) {
		conf->status = OCPP16_DATA_TRANSFER_STATUS_UNKNOWN_MESSAGE_ID;
		return 0;
	}
	conf->status = OCPP16_DATA_TRANSFER_STATUS_REJECTED;
	if (!json_get_int(req->data, "connector", ctx->arena, &connector) ||
		!json_get_str(req->data, "cost", ctx->arena, &cost))
		return 0;
	outlet = pile_outlet(ctx->pile, connector);
	if (!outlet || cost.len >= sizeof(outlet->cost))
		return 0;
	memset(outlet->cost, 0, sizeof(outlet->cost));
	memcpy(outlet->cost, cost.ptr, cost.len);
	conf->status = OCPP16_DATA_TRANSFER_STATUS_ACCEPTED;
	return 0;
}

static uint64_t order_connectors(const struct pile *pile, int64_t connector, bool whole)
{
	uint64_t bits = 0;

	if (connector)
		return UINT64_C(1) << connector;
	for (size_t i = whole ? 0 : 1; i <= pile->outlets_len; i++)
		bits |= UINT64_C(1) << i;
	return bits;
}

static int order_trigger(struct order_ctx *ctx, const void *in, void *out)
{
	const struct ocpp16_trigger_message_req *req = in;
	struct ocpp16_trigger_message_conf *conf = out;
	struct pile *pile = ctx->pile;
	int64_t connector = req->has_connector_id ? req->connector_id : 0;

	conf->status = OCPP16_TRIGGER_MESSAGE_STATUS_REJECTED;
	if (connector && !pile_outlet(pile, connector))
		return 0;
	conf->status = OCPP16_TRIGGER_MESSAGE_STATUS_ACCEPTED;
	switch (req->requested_message) {
	case OCPP16_MESSAGE_TRIGGER_BOOT_NOTIFICATION:
		pile->link.boot_wish = true;
		return 0;
	case OCPP16_MESSAGE_TRIGGER_HEARTBEAT:
		pile->link.heartbeat_wish = true;
		return 0;
	case OCPP16_MESSAGE_TRIGGER_METER_VALUES:
		pile->triggered_meter |= order_connectors(pile, connector, false);
		return 0;
	case OCPP16_MESSAGE_TRIGGER_STATUS_NOTIFICATION:
		pile->triggered_status |= order_connectors(pile, connector, true);
		return 0;
	default:
		conf->status = OCPP16_TRIGGER_MESSAGE_STATUS_NOT_IMPLEMENTED;
		return 0;
	}
}

static const struct order_row {
	const char *action;
	int (*handle)(struct order_ctx *ctx, const void *in, void *out);
} order_rows[] = {
	{"RemoteStartTransaction", order_remote_start},
	{"RemoteStopTransaction", order_remote_stop},
	{"UnlockConnector", order_unlock},
	{"Reset", order_reset},
	{"ChangeAvailability", order_availability},
	{"ClearCache", order_clear_cache},
	{"ChangeConfiguration", order_change_key},
	{"GetConfiguration", order_get_keys},
	{"DataTransfer", order_data_transfer},
	{"TriggerMessage", order_trigger},
};

static const struct order_row *order_find(struct str action)
{
	for (size_t i = 0; i < sizeof(order_rows) / sizeof(order_rows[0]); i++)
		if (str_is(action, order_rows[i].action))
			return &order_rows[i];
	return NULL;
}

enum ocpp_code orders_take(struct pile *pile, struct str action, struct str payload,
	struct arena *scratch, struct buf *ret_payload, struct str *ret_text)
{
	const struct ocpp16_action *known = ocpp16_action_find(action);
	const struct order_row *row = order_find(action);
	struct order_ctx ctx = {pile, scratch};
	struct record_error error;
	void *req, *conf;
	int result;

	if (!row || !known) {
		*ret_text = STR("this pile does not know the action");
		return known ? OCPP_CODE_NOT_SUPPORTED : OCPP_CODE_NOT_IMPLEMENTED;
	}
	req = arena_alloc(scratch, known->req->size);
	conf = arena_alloc(scratch, known->conf->size);
	if (!req || !conf)
		return OCPP_CODE_INTERNAL;
	result = ocpp_payload(known->req, payload, scratch, req, &error);
	if (result > 0) {
		*ret_text = record_error_text(&error, scratch);
		return ocpp_code_of_record(result);
	}
	if (result < 0 || row->handle(&ctx, req, conf) < 0 ||
		record_encode(known->conf, conf, ret_payload, &error) != 0) {
		LOG_ERROR("order failed", "pile=%.*s action=%.*s why=\"%s\"",
			STR_FMT(pile->config.name), STR_FMT(action), fault_text());
		*ret_text = STR("failed here");
		return OCPP_CODE_INTERNAL;
	}
	return 0;
}
