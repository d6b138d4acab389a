/* ocpp16_orders.c - carrying out the server's OCPP 1.6 calls (see talk.h): one handler each, and
 * the table of them. */

#include <string.h>

#include "base/fault.h"
#include "pile/ocpp16.h"
#include "pile/tags.h"
#include "pile/vendor.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/trigger.h"

static int order_remote_start(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_remote_start_transaction_req *req = in;
	struct ocpp16_remote_start_transaction_conf *conf = out;
	int64_t connector = req->has_connector_id ? req->connector_id : 0;
	char tag[HAL_TAG_MAX + 1];

	talk_tag(tag, req->id_tag);
	/* connector 0 is no place to charge; leaving it out means any */
	conf->status = (req->has_connector_id && connector == 0) || req->id_tag.len == 0 ||
				       !pile_remote_start(talk->pile, connector, tag)
			       ? OCPP16_REMOTE_START_STOP_STATUS_REJECTED
			       : OCPP16_REMOTE_START_STOP_STATUS_ACCEPTED;
	return 0;
}

static int order_remote_stop(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_remote_stop_transaction_req *req = in;
	struct ocpp16_remote_stop_transaction_conf *conf = out;

	conf->status = pile_remote_stop(talk->pile, req->transaction_id)
			       ? OCPP16_REMOTE_START_STOP_STATUS_ACCEPTED
			       : OCPP16_REMOTE_START_STOP_STATUS_REJECTED;
	return 0;
}

static int order_unlock(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[PILE_UNLOCKED] = OCPP16_UNLOCK_STATUS_UNLOCKED,
		[PILE_UNLOCK_FAILED] = OCPP16_UNLOCK_STATUS_UNLOCK_FAILED,
		[PILE_UNLOCK_UNKNOWN] = OCPP16_UNLOCK_STATUS_NOT_SUPPORTED,
	};
	const struct ocpp16_unlock_connector_req *req = in;
	struct ocpp16_unlock_connector_conf *conf = out;

	conf->status = answers[pile_unlock(talk->pile, req->connector_id)];
	return 0;
}

static int order_reset(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_reset_req *req = in;
	struct ocpp16_reset_conf *conf = out;

	pile_reset(talk->pile, req->type == OCPP16_RESET_TYPE_HARD);
	conf->status = OCPP16_RESET_STATUS_ACCEPTED;
	return 0;
}

static int order_availability(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[PILE_NOW] = OCPP16_AVAILABILITY_STATUS_ACCEPTED,
		[PILE_LATER] = OCPP16_AVAILABILITY_STATUS_SCHEDULED,
		[PILE_REFUSED] = OCPP16_AVAILABILITY_STATUS_REJECTED,
	};
	const struct ocpp16_change_availability_req *req = in;
	struct ocpp16_change_availability_conf *conf = out;

	conf->status = answers[pile_operate(
		talk->pile, req->connector_id, req->type == OCPP16_AVAILABILITY_TYPE_OPERATIVE)];
	return 0;
}

static int order_clear_cache(struct talk *talk, const void *in, void *out)
{
	struct ocpp16_clear_cache_conf *conf = out;

	(void)in;
	conf->status =
		talk->pile->keys.values[KEY_CACHE_ENABLED] && tags_clear(&talk->pile->spool) == 0
			? OCPP16_CLEAR_CACHE_STATUS_ACCEPTED
			: OCPP16_CLEAR_CACHE_STATUS_REJECTED;
	return 0;
}

static int order_change_key(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_change_configuration_req *req = in;
	struct ocpp16_change_configuration_conf *conf = out;
	int result = pile_set_key(talk->pile, req->key, req->value);

	TRY(result);
	conf->status = result;
	return 0;
}

static void order_put_key(
	struct talk *talk, struct ocpp16_get_configuration_conf *conf, enum key_id id)
{
	struct ocpp16_key_value *one = &conf->configuration_key[conf->configuration_key_len++];
	struct str value = id == KEY_METER_PUBLIC_KEY
				   ? attest_key(talk->pile, talk->arena)
				   : keys_text(&talk->pile->keys, id, talk->arena);

	one->key = str_from(key_row(id)->name);
	one->readonly = key_row(id)->readonly;
	one->has_value = value.ptr != NULL;
	one->value = value;
}

static int order_get_keys(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_get_configuration_req *req = in;
	struct ocpp16_get_configuration_conf *conf = out;
	bool given[KEYS] = {false};

	conf->configuration_key = ARENA_ARRAY(talk->arena, struct ocpp16_key_value, KEYS);
	conf->unknown_key = ARENA_ARRAY(talk->arena, struct str, req->key_len + 1);
	if (!conf->configuration_key || !conf->unknown_key)
		return FAULT(FAULT_NOMEM, "too many keys");
	for (size_t i = 0; i < req->key_len; i++) {
		enum key_id id = key_find(req->key[i]);
		if (id == KEYS)
			conf->unknown_key[conf->unknown_key_len++] = req->key[i];
		else if (!given[id])
			order_put_key(talk, conf, id), given[id] = true;
	}
	for (int id = 0; req->key_len == 0 && id < KEYS; id++)
		order_put_key(talk, conf, (enum key_id)id);
	conf->has_configuration_key = true;
	conf->has_unknown_key = conf->unknown_key_len > 0;
	return 0;
}

static int order_data_transfer(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_data_transfer_req *req = in;
	struct ocpp16_data_transfer_conf *conf = out;

	conf->status =
		vendor_take(talk->pile, req->vendor_id, req->message_id, req->data, talk->arena);
	return 0;
}

int ocpp16_trigger(struct pile *pile, int what, int64_t connector)
{
	if (connector && !pile_outlet(pile, connector))
		return OCPP16_TRIGGER_MESSAGE_STATUS_REJECTED;
	switch (what) {
	case OCPP16_MESSAGE_TRIGGER_BOOT_NOTIFICATION:
		pile->link.boot_wish = true;
		break;
	case OCPP16_MESSAGE_TRIGGER_HEARTBEAT:
		pile->link.heartbeat_wish = true;
		break;
	case OCPP16_MESSAGE_TRIGGER_METER_VALUES:
		pile->triggered_meter |= pile_connectors(pile, connector, false);
		break;
	case OCPP16_MESSAGE_TRIGGER_STATUS_NOTIFICATION:
		pile->triggered_status |= pile_connectors(pile, connector, true);
		break;
	case OCPP16_MESSAGE_TRIGGER_FIRMWARE_STATUS_NOTIFICATION:
		firmware_tell(pile, true);
		break;
	case OCPP16_MESSAGE_TRIGGER_DIAGNOSTICS_STATUS_NOTIFICATION:
		logs_tell(pile, true);
		break;
	default:
		return OCPP16_TRIGGER_MESSAGE_STATUS_NOT_IMPLEMENTED;
	}
	return OCPP16_TRIGGER_MESSAGE_STATUS_ACCEPTED;
}

static int order_trigger(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_trigger_message_req *req = in;
	struct ocpp16_trigger_message_conf *conf = out;

	conf->status = ocpp16_trigger(
		talk->pile, req->requested_message, req->has_connector_id ? req->connector_id : 0);
	return 0;
}

static const struct talk_order ocpp16_order_rows[] = {
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
const struct talk_orders ocpp16_orders = TALK_ROWS(ocpp16_order_rows);
