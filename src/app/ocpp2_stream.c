/* ocpp2_stream.c - what 2.1 piles tell in streams: values of monitored variables, one stream a
 * monitor; and batteries that were swapped. Bounded: streams of a pile, values kept of each. */
#include "app/ocpp2_command.h"
#include "app/ocpp2_parts.h"
#include "app/step.h"
#include "base/fault.h"
#include "store/pile.h"
#include "store/stream.h"
#include "wire/ocpp2/battery.h"
#include "wire/ocpp2/stream.h"

#define STREAMS_MOST 64
#define VALUES_MOST 200 /* of one message that are kept */

static int tenant_of(struct ctx *ctx, int64_t pile_id, int64_t *ret_tenant)
{
	struct place place;

	TRY(step_must(store_pile_place(ctx->db, ctx->arena, pile_id, 0, &place), "a pile"));
	*ret_tenant = place.tenant_id;
	return 0;
}

static void set_params(
	struct event_stream *stream, const struct ocpp2_periodic_event_stream_params *params)
{
	stream->every_s = params->has_interval ? params->interval : -1;
	stream->most_values = params->has_values ? params->values : -1;
}

/* Opens a stream, or tells again what an open one is. *ret_kept: there was room for it. */
static int keep_stream(struct ctx *ctx, int64_t pile_id,
	const struct ocpp2_constant_stream_data *data, bool fresh, bool *ret_kept)
{
	struct event_stream stream = {.pile_id = pile_id, .stream_id = data->id};
	int64_t count;
	int found = store_stream_get(ctx->db, pile_id, data->id, &stream);

	TRY(found);
	TRY(store_stream_count(ctx->db, pile_id, &count));
	*ret_kept = found == 0 || count < STREAMS_MOST;
	if (!*ret_kept)
		return 0;
	if (found != 0 || fresh) {
		stream.received = 0;
		stream.opened_us = ctx->now_us;
	}
	TRY(tenant_of(ctx, pile_id, &stream.tenant_id));
	stream.monitor_id = data->variable_monitoring_id;
	stream.open = true;
	stream.at_us = ctx->now_us;
	set_params(&stream, &data->params);
	return store_stream_put(ctx->db, &stream);
}

int ocpp2_on_open_periodic_event_stream(struct desk *desk)
{
	const struct ocpp2_open_periodic_event_stream_req *req = desk->req;
	struct ocpp2_open_periodic_event_stream_conf *conf = desk->conf;
	bool kept;

	TRY(keep_stream(desk->ctx, desk->pile_id, &req->constant_stream_data, true, &kept));
	conf->status = kept ? OCPP2_GENERIC_STATUS_ACCEPTED : OCPP2_GENERIC_STATUS_REJECTED;
	conf->has_status_info = !kept;
	conf->status_info.reason_code = STR("TooManyStreams");
	return ocpp2_keep_notice(desk, 0);
}

int ocpp2_on_close_periodic_event_stream(struct desk *desk)
{
	const struct ocpp2_close_periodic_event_stream_req *req = desk->req;
	struct event_stream stream;
	int found = store_stream_get(desk->ctx->db, desk->pile_id, req->id, &stream);

	TRY(found);
	if (found != 0) {
		desk->reply->note = STR("foreign");
		return 0;
	}
	stream.open = false;
	stream.pending = 0;
	stream.at_us = desk->now_us;
	TRY(store_stream_put(desk->ctx->db, &stream));
	return ocpp2_keep_notice(desk, 0);
}

/* Values of a stream nobody opened are not kept: it may have been closed a moment ago. */
int ocpp2_on_notify_periodic_event_stream(struct desk *desk)
{
	const struct ocpp2_notify_periodic_event_stream_req *req = desk->req;
	struct event_stream stream;
	int found = store_stream_get(desk->ctx->db, desk->pile_id, req->id, &stream);

	TRY(found);
	if (found != 0 || !stream.open) {
		desk->reply->note = STR("foreign");
		return 0;
	}
	for (size_t i = req->data_len > VALUES_MOST ? req->data_len - VALUES_MOST : 0;
		i < req->data_len; i++) {
		struct event_value value = {.id = CTX_ID(desk->ctx),
			.pile_id = desk->pile_id,
			.stream_id = req->id,
			.at_us = req->basetime_us,
			.value = req->data[i].v};

		if (req->data[i].t_e6 > -INT64_C(86400000000) &&
			req->data[i].t_e6 < INT64_C(86400000000))
			value.at_us += req->data[i].t_e6;
		TRY(store_stream_value(desk->ctx->db, &value));
	}
	TRY(store_stream_trim(desk->ctx->db, desk->pile_id, req->id));
	stream.pending = req->pending;
	stream.received += (int64_t)req->data_len;
	stream.at_us = desk->now_us;
	return store_stream_put(desk->ctx->db, &stream);
}

/* --- answers to what we asked of streams --- */

int ocpp2_keep_streams(struct saying *saying, const void *answer)
{
	const struct ocpp2_get_periodic_event_stream_conf *conf = answer;
	bool kept;

	for (size_t i = 0; i < conf->constant_stream_data_len; i++)
		TRY(keep_stream(saying->ctx, saying->command->pile_id,
			&conf->constant_stream_data[i], false, &kept));
	return 0;
}

int ocpp2_keep_adjusted(struct saying *saying, const void *answer)
{
	const struct ocpp2_adjust_periodic_event_stream_req *req = saying->req;
	const struct ocpp2_adjust_periodic_event_stream_conf *conf = answer;
	struct event_stream stream;
	int found = store_stream_get(saying->ctx->db, saying->command->pile_id, req->id, &stream);

	TRY(found);
	if (found != 0 || conf->status != OCPP2_GENERIC_STATUS_ACCEPTED)
		return 0;
	set_params(&stream, &req->params);
	return store_stream_put(saying->ctx->db, &stream);
}

/* --- batteries --- */

int ocpp2_on_battery_swap(struct desk *desk)
{
	const struct ocpp2_battery_swap_req *req = desk->req;
	struct battery_swap swap = {.pile_id = desk->pile_id,
		.at_us = desk->now_us,
		.request_id = req->request_id,
		.event = field_enum_name(&ocpp2_battery_swap_event_enum_21_names, req->event_type),
		.id_tag = ocpp2_tag(desk, &req->id_token)};

	TRY(tenant_of(desk->ctx, desk->pile_id, &swap.tenant_id));
	for (size_t i = 0; i < req->battery_data_len && i < VALUES_MOST; i++) {
		const struct ocpp2_battery_data *battery = &req->battery_data[i];

		swap.id = CTX_ID(desk->ctx);
		swap.evse = battery->evse_id;
		swap.serial = battery->serial_number;
		swap.soc_e6 = battery->so_c_e6;
		swap.soh_e6 = battery->so_h_e6;
		swap.info = battery->vendor_info;
		TRY(store_swap_add(desk->ctx->db, &swap));
	}
	return ocpp2_keep_notice(desk, 0);
}
