/* ocpp2_orders.c - carrying out the server's calls of OCPP 2.x about charging and the pile itself
 * (see talk.h). The model's, monitors', messages' and tariffs' calls have files of their own. */
#include <string.h>

#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"
#include "pile/tags.h"
#include "pile/vendor.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/remote.h"

static struct ocpp2_status_info order_why(const char *code)
{
	return (struct ocpp2_status_info){.reason_code = str_from(code)};
}

/* A remote start may bring the profile of its transaction, which has no name yet. */
static bool order_start_profile(struct talk *talk,
	const struct ocpp2_request_start_transaction_req *req, struct profile *ret)
{
	const struct ocpp2_charging_profile *from = &req->charging_profile;

	return req->has_evse_id && !from->has_transaction_id &&
	       ocpp2_take_profile(talk, req->evse_id, from, ret) && ret->purpose == PROFILE_TX &&
	       profile_check(ret) == 0;
}

static int order_start(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_request_start_transaction_req *req = in;
	struct ocpp2_request_start_transaction_conf *conf = out;
	int kind = ocpp2_token_kind(req->id_token.type);
	char tag[HAL_TAG_MAX + 1];
	struct outlet *outlet = NULL;
	struct profile profile;

	conf->status = OCPP2_REQUEST_START_STOP_STATUS_REJECTED;
	if (req->id_token.id_token.len > HAL_TAG_MAX ||
		(req->id_token.id_token.len == 0 && kind != TOKEN_NONE)) {
		conf->has_status_info = true;
		conf->status_info = order_why("InvalidIdToken");
		return 0;
	}
	talk_tag(tag, req->id_token.id_token);
	if (req->has_charging_profile && !order_start_profile(talk, req, &profile)) {
		conf->has_status_info = true;
		conf->status_info = order_why("InvalidProfile");
		return 0;
	}
	if (!talk->pile->reset_wish)
		outlet = pile_remote_start(talk->pile, req->has_evse_id ? req->evse_id : 0, tag);
	if (!outlet)
		return 0;
	outlet->claim_from.token = (uint8_t)kind;
	outlet->claim_from.numbered = true;
	outlet->claim_from.remote_id = (int32_t)req->remote_start_id;
	if (req->has_charging_profile) {
		outlet->start_profile = mem_alloc(sizeof(profile));
		*outlet->start_profile = profile;
	}
	if (req->has_group_id_token)
		talk_tag(outlet->claim_parent, req->group_id_token.id_token);
	conf->status = OCPP2_REQUEST_START_STOP_STATUS_ACCEPTED;
	return 0;
}

static int order_stop(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_request_stop_transaction_req *req = in;
	struct ocpp2_request_stop_transaction_conf *conf = out;
	struct outlet *outlet =
		pile_outlet_of(talk->pile, ocpp2_tx(talk->pile, req->transaction_id));

	conf->status = outlet && !outlet->stop.owed ? OCPP2_REQUEST_START_STOP_STATUS_ACCEPTED
						    : OCPP2_REQUEST_START_STOP_STATUS_REJECTED;
	if (outlet)
		pile_stop(talk->pile, outlet, STOP_REMOTE, "");
	return 0;
}

static int order_unlock(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_unlock_connector_req *req = in;
	struct ocpp2_unlock_connector_conf *conf = out;
	const struct ocpp2_evse evse = {
		.id = req->evse_id, .has_connector_id = true, .connector_id = req->connector_id};
	struct outlet *outlet = ocpp2_outlet(talk->pile, &evse);

	if (!outlet)
		conf->status = OCPP2_UNLOCK_STATUS_UNKNOWN_CONNECTOR;
	else if (outlet->tx)
		conf->status = OCPP2_UNLOCK_STATUS_ONGOING_AUTHORIZED_TRANSACTION;
	else
		conf->status = pile_unlock(talk->pile, outlet->number) == PILE_UNLOCKED
				       ? OCPP2_UNLOCK_STATUS_UNLOCKED
				       : OCPP2_UNLOCK_STATUS_UNLOCK_FAILED;
	return 0;
}

/* One outlet cannot be reset alone. With LeydenPowerLossResume charges go on after a reset, so the
 * server may ask for that. */
static int order_reset(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_reset_req *req = in;
	struct ocpp2_reset_conf *conf = out;
	struct pile *pile = talk->pile;

	conf->status = OCPP2_RESET_STATUS_REJECTED;
	conf->has_status_info = req->has_evse_id && req->evse_id > 0;
	conf->status_info = order_why("NotSupported");
	if (conf->has_status_info)
		return 0;
	conf->status = OCPP2_RESET_STATUS_ACCEPTED;
	if (req->type == OCPP2_RESET_IMMEDIATE_AND_RESUME) {
		conf->has_status_info = !pile->keys.values[KEY_POWER_LOSS_RESUME];
		if (conf->has_status_info)
			conf->status = OCPP2_RESET_STATUS_REJECTED;
		else
			pile->reset = RESET_HARD;
	} else if (req->type == OCPP2_RESET_IMMEDIATE || pile_quiet(pile)) {
		pile_reset(pile, req->type == OCPP2_RESET_IMMEDIATE);
	} else {
		pile->reset_wish = true;
		conf->status = OCPP2_RESET_STATUS_SCHEDULED;
	}
	return 0;
}

static int order_availability(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[PILE_NOW] = OCPP2_CHANGE_AVAILABILITY_STATUS_ACCEPTED,
		[PILE_LATER] = OCPP2_CHANGE_AVAILABILITY_STATUS_SCHEDULED,
		[PILE_REFUSED] = OCPP2_CHANGE_AVAILABILITY_STATUS_REJECTED,
	};
	const struct ocpp2_change_availability_req *req = in;
	struct ocpp2_change_availability_conf *conf = out;
	bool operative = req->operational_status == OCPP2_OPERATIONAL_STATUS_OPERATIVE;
	bool whole = !req->has_evse || req->evse.id == 0;
	struct outlet *outlet = whole ? NULL : ocpp2_outlet(talk->pile, &req->evse);

	conf->status = OCPP2_CHANGE_AVAILABILITY_STATUS_REJECTED;
	if (whole || outlet)
		conf->status =
			answers[pile_operate(talk->pile, outlet ? outlet->number : 0, operative)];
	return 0;
}

static int order_clear_cache(struct talk *talk, const void *in, void *out)
{
	struct ocpp2_clear_cache_conf *conf = out;

	(void)in;
	conf->status =
		talk->pile->keys.values[KEY_CACHE_ENABLED] && tags_clear(&talk->pile->spool) == 0
			? OCPP2_CLEAR_CACHE_STATUS_ACCEPTED
			: OCPP2_CLEAR_CACHE_STATUS_REJECTED;
	return 0;
}

static void trigger_samples(struct pile *pile, const struct outlet *only)
{
	for (size_t i = 0; i < pile->outlets_len; i++)
		if (!only || only == &pile->outlets[i])
			pile_sample(pile, &pile->outlets[i], SPOOL_TRIGGER);
}

static int order_trigger(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_trigger_message_req *req = in;
	struct ocpp2_trigger_message_conf *conf = out;
	struct pile *pile = talk->pile;
	bool one = req->has_evse && req->evse.id != 0;
	struct outlet *outlet = one ? ocpp2_outlet(pile, &req->evse) : NULL;
	int64_t connector = outlet ? outlet->number : 0;

	conf->status = OCPP2_TRIGGER_MESSAGE_STATUS_REJECTED;
	if (one && !outlet)
		return 0;
	conf->status = OCPP2_TRIGGER_MESSAGE_STATUS_ACCEPTED;
	switch (req->requested_message) {
	case OCPP2_MESSAGE_TRIGGER_BOOT_NOTIFICATION:
		/* one that was accepted is not asked for again */
		if (pile->link.accepted)
			conf->status = OCPP2_TRIGGER_MESSAGE_STATUS_REJECTED;
		else
			pile->link.boot_wish = true;
		return 0;
	case OCPP2_MESSAGE_TRIGGER_HEARTBEAT:
		pile->link.heartbeat_wish = true;
		return 0;
	case OCPP2_MESSAGE_TRIGGER_METER_VALUES:
		pile->triggered_meter |= pile_connectors(pile, connector, false);
		return 0;
	case OCPP2_MESSAGE_TRIGGER_STATUS_NOTIFICATION:
		pile->triggered_status |= pile_connectors(pile, connector, false);
		return 0;
	case OCPP2_MESSAGE_TRIGGER_SIGN_CHARGING_STATION_CERTIFICATE:
		certs_wish(pile);
		return 0;
	case OCPP2_MESSAGE_TRIGGER_SIGN_V2_G_CERTIFICATE:
		secc_wish(pile);
		return 0;
	case OCPP2_MESSAGE_TRIGGER_FIRMWARE_STATUS_NOTIFICATION:
		firmware_tell(pile, false);
		return 0;
	case OCPP2_MESSAGE_TRIGGER_LOG_STATUS_NOTIFICATION:
		logs_tell(pile, false);
		return 0;
	case OCPP2_MESSAGE_TRIGGER_TRANSACTION_EVENT:
		trigger_samples(pile, outlet);
		return 0;
	default:
		conf->status = OCPP2_TRIGGER_MESSAGE_STATUS_NOT_IMPLEMENTED;
		return 0;
	}
}

static int order_transaction_status(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_get_transaction_status_req *req = in;
	struct ocpp2_get_transaction_status_conf *conf = out;
	const struct spool *spool = &talk->pile->spool;
	int64_t tx = ocpp2_tx(talk->pile, req->transaction_id);

	conf->messages_in_queue = spool->count > 0;
	if (!req->has_transaction_id)
		return 0;
	conf->messages_in_queue = false;
	for (int kind = SPOOL_START; kind <= SPOOL_STATE; kind++)
		conf->messages_in_queue =
			conf->messages_in_queue || spool_entry_of(spool, tx, (enum spool_kind)kind);
	conf->has_ongoing_indicator = true;
	conf->ongoing_indicator = pile_outlet_of(talk->pile, tx) != NULL;
	return 0;
}

static int order_data_transfer(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_data_transfer_req *req = in;
	struct ocpp2_data_transfer_conf *conf = out;
	int house = vendor_take(talk->pile, req->vendor_id, req->message_id,
		ocpp2_data_text(req->data, talk->arena), talk->arena);

	conf->status = field_enum_value(&ocpp2_data_transfer_status_enum_21_names,
		field_enum_name(&ocpp16_data_transfer_status_names, house));
	return 0;
}

/* A number that means nothing here has no answer that says so: it is passed over. */
static int order_cost_updated(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_cost_updated_req *req = in;
	struct outlet *outlet =
		pile_outlet_of(talk->pile, ocpp2_tx(talk->pile, req->transaction_id));

	(void)out;
	if (outlet)
		ocpp2_show_cost(talk->pile, outlet, req->total_cost_e5);
	return 0;
}

static const struct talk_order order_rows[] = {
	{"RequestStartTransaction", order_start},
	{"RequestStopTransaction", order_stop},
	{"UnlockConnector", order_unlock},
	{"Reset", order_reset},
	{"ChangeAvailability", order_availability},
	{"ClearCache", order_clear_cache},
	{"TriggerMessage", order_trigger},
	{"GetTransactionStatus", order_transaction_status},
	{"DataTransfer", order_data_transfer},
	{"CostUpdated", order_cost_updated},
};
const struct talk_orders ocpp2_orders = TALK_ROWS(order_rows);
