/* ocpp16_lists.c - the local list and reservations as OCPP 1.6 asks for them. */
#include "base/fault.h"
#include "pile/ocpp16.h"
#include "wire/ocpp16/locallist.h"
#include "wire/ocpp16/reservation.h"

/* -1 and NotSupported while lists are switched off. */
static int order_list_version(struct talk *talk, const void *in, void *out)
{
	struct ocpp16_get_local_list_version_conf *conf = out;
	const struct pile *pile = talk->pile;

	(void)in;
	conf->list_version = pile->keys.values[KEY_LOCAL_LIST_ENABLED] ? pile->list.version : -1;
	return 0;
}

static void order_list_change(
	const struct ocpp16_authorization_data *data, struct locallist_change *ret)
{
	*ret = (struct locallist_change){.tag = data->id_tag, .gone = !data->has_id_tag_info};
	if (ret->gone)
		return;
	ret->verdict.status = data->id_tag_info.status;
	ret->verdict.expiry_us =
		data->id_tag_info.has_expiry_date ? data->id_tag_info.expiry_date_us : INT64_MAX;
	if (data->id_tag_info.has_parent_id_tag)
		talk_tag(ret->verdict.parent, data->id_tag_info.parent_id_tag);
}

static int order_send_list(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP16_UPDATE_STATUS_ACCEPTED,
		[LOCALLIST_E_VERSION] = OCPP16_UPDATE_STATUS_VERSION_MISMATCH,
		[LOCALLIST_E_REFUSED] = OCPP16_UPDATE_STATUS_FAILED,
	};
	const struct ocpp16_send_local_list_req *req = in;
	struct ocpp16_send_local_list_conf *conf = out;
	struct pile *pile = talk->pile;
	size_t len = req->local_authorization_list_len;
	struct locallist_change *changes =
		ARENA_ARRAY(talk->arena, struct locallist_change, len + 1);
	int result;

	if (!changes)
		return FAULT(FAULT_NOMEM, "a list of %zu cards", len);
	conf->status = OCPP16_UPDATE_STATUS_NOT_SUPPORTED;
	if (!pile->keys.values[KEY_LOCAL_LIST_ENABLED])
		return 0;
	for (size_t i = 0; i < len; i++)
		order_list_change(&req->local_authorization_list[i], &changes[i]);
	result = locallist_update(&pile->list, req->update_type == OCPP16_UPDATE_TYPE_FULL,
		req->list_version, changes, len);
	/* a disk that fails is the list's own trouble, and the old one still counts */
	conf->status = result < 0 ? OCPP16_UPDATE_STATUS_FAILED : answers[result];
	return 0;
}

static int order_reserve(struct talk *talk, const void *in, void *out)
{
	static const int answers[] = {
		[0] = OCPP16_RESERVATION_STATUS_ACCEPTED,
		[RESERVE_E_REJECTED] = OCPP16_RESERVATION_STATUS_REJECTED,
		[RESERVE_E_OCCUPIED] = OCPP16_RESERVATION_STATUS_OCCUPIED,
		[RESERVE_E_UNAVAILABLE] = OCPP16_RESERVATION_STATUS_UNAVAILABLE,
		[RESERVE_E_FAULTED] = OCPP16_RESERVATION_STATUS_FAULTED,
	};
	const struct ocpp16_reserve_now_req *req = in;
	struct ocpp16_reserve_now_conf *conf = out;
	struct reservation wish = {.id = req->reservation_id,
		.connector = (uint8_t)req->connector_id,
		.until_us = req->expiry_date_us};
	int result;

	conf->status = OCPP16_RESERVATION_STATUS_REJECTED;
	if (req->connector_id >= LIMIT_CONNECTORS)
		return 0;
	talk_tag(wish.tag, req->id_tag);
	if (req->has_parent_id_tag)
		talk_tag(wish.parent, req->parent_id_tag);
	result = reserve_now(talk->pile, &wish);
	if (result >= 0)
		conf->status = answers[result];
	return 0;
}

static int order_cancel_reservation(struct talk *talk, const void *in, void *out)
{
	const struct ocpp16_cancel_reservation_req *req = in;
	struct ocpp16_cancel_reservation_conf *conf = out;

	conf->status = reserve_cancel(talk->pile, req->reservation_id)
			       ? OCPP16_CANCEL_RESERVATION_STATUS_ACCEPTED
			       : OCPP16_CANCEL_RESERVATION_STATUS_REJECTED;
	return 0;
}

static const struct talk_order ocpp16_list_rows[] = {
	{"GetLocalListVersion", order_list_version},
	{"SendLocalList", order_send_list},
	{"ReserveNow", order_reserve},
	{"CancelReservation", order_cancel_reservation},
};
const struct talk_orders ocpp16_lists = TALK_ROWS(ocpp16_list_rows);
