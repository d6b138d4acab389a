/* ocpp2_stream.c - periodic event streams in OCPP 2.1: opened and closed by the pile, looked at and
 * changed by the server, and their values, which nobody answers (see stream.h). */
#include "base/fault.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/stream.h"
#include "wire/ocpp2/stream.h"

static struct ocpp2_periodic_event_stream_params params_of(const struct pile_stream *stream)
{
	return (struct ocpp2_periodic_event_stream_params){.has_interval = stream->interval_s > 0,
		.interval = stream->interval_s,
		.has_values = stream->values > 0,
		.values = stream->values};
}

static struct ocpp2_constant_stream_data data_of(const struct pile_stream *stream)
{
	return (struct ocpp2_constant_stream_data){.id = stream->id,
		.params = params_of(stream),
		.variable_monitoring_id = stream->id};
}

static int say_open(struct talk *talk, void *out)
{
	struct ocpp2_open_periodic_event_stream_req *req = out;
	enum call_kind kind;
	const struct pile_stream *stream = stream_next(talk->pile, &kind);

	if (!stream || kind != CALL_STREAM_OPEN)
		return TALK_UNSAID;
	req->constant_stream_data = data_of(stream);
	talk->pile->link.stream = stream->id;
	return 0;
}

static bool hear_open(struct talk *talk, const void *in, struct talk_heard *ret)
{
	const struct ocpp2_open_periodic_event_stream_conf *conf = in;

	(void)ret;
	stream_answered(talk->pile, CALL_STREAM_OPEN, talk->pile->link.stream,
		conf->status == OCPP2_GENERIC_STATUS_ACCEPTED);
	return true;
}

static int say_close(struct talk *talk, void *out)
{
	struct ocpp2_close_periodic_event_stream_req *req = out;
	enum call_kind kind;
	const struct pile_stream *stream = stream_next(talk->pile, &kind);

	if (!stream || kind != CALL_STREAM_CLOSE)
		return TALK_UNSAID;
	req->id = stream->id;
	talk->pile->link.stream = stream->id;
	return 0;
}

static bool hear_close(struct talk *talk, const void *in, struct talk_heard *ret)
{
	(void)in;
	(void)ret;
	stream_answered(talk->pile, CALL_STREAM_CLOSE, talk->pile->link.stream, true);
	return true;
}

int ocpp2_stream_values(
	const struct pile_stream *stream, struct str id, struct arena *arena, struct buf *frame)
{
	struct ocpp2_notify_periodic_event_stream_req req = {
		.id = stream->id, .basetime_us = stream->list[0].at_us, .data_len = stream->len};
	struct record_error error;
	struct buf payload;
	int result;

	req.data = ARENA_ARRAY(arena, struct ocpp2_stream_data_element, stream->len);
	if (!req.data)
		return FAULT(FAULT_NOMEM, "values of a stream");
	for (size_t i = 0; i < stream->len; i++) {
		req.data[i].t_e6 = stream->list[i].at_us - req.basetime_us;
		req.data[i].v = str_from(stream->list[i].text);
	}
	buf_init(&payload, arena, LIMIT_FRAME_BYTES);
	result = record_encode(
		&ocpp2_notify_periodic_event_stream_req_21_record, &req, &payload, &error);
	if (result != 0)
		return FAULT(FAULT_BUG, "values of a stream (%d)", result);
	buf_format(frame, "[%d,\"%.*s\",\"NotifyPeriodicEventStream\",%.*s]", OCPP_SEND,
		STR_FMT(id), STR_FMT(buf_str(&payload)));
	return frame->failed ? FAULT(FAULT_NOMEM, "values of a stream") : 0;
}

static int order_adjust(struct talk *talk, const void *in, void *out)
{
	const struct ocpp2_adjust_periodic_event_stream_req *req = in;
	struct ocpp2_adjust_periodic_event_stream_conf *conf = out;
	int outcome = STREAM_E_UNKNOWN;

	if (stream_find(talk->pile, req->id))
		outcome = stream_set(talk->pile, (int32_t)req->id,
			req->params.has_interval ? req->params.interval : 0,
			req->params.has_values ? req->params.values : 0);
	TRY(outcome);
	conf->status = outcome == 0 ? OCPP2_GENERIC_STATUS_ACCEPTED : OCPP2_GENERIC_STATUS_REJECTED;
	conf->has_status_info = outcome != 0;
	conf->status_info.reason_code =
		outcome == STREAM_E_UNKNOWN ? STR("NotFound") : STR("InvalidValue");
	return 0;
}

static int order_get(struct talk *talk, const void *in, void *out)
{
	struct ocpp2_get_periodic_event_stream_conf *conf = out;
	const struct pile *pile = talk->pile;

	(void)in;
	conf->constant_stream_data =
		ARENA_ARRAY(talk->arena, struct ocpp2_constant_stream_data, STREAMS_MAX);
	if (!conf->constant_stream_data)
		return FAULT(FAULT_NOMEM, "streams");
	for (size_t i = 0; pile->streams && i < STREAMS_MAX; i++)
		if (pile->streams[i].state == STREAM_OPEN)
			conf->constant_stream_data[conf->constant_stream_data_len++] =
				data_of(&pile->streams[i]);
	conf->has_constant_stream_data = conf->constant_stream_data_len > 0;
	return 0;
}

static const struct talk_say stream_say_rows[] = {
	{CALL_STREAM_OPEN, "OpenPeriodicEventStream", say_open, hear_open},
	{CALL_STREAM_CLOSE, "ClosePeriodicEventStream", say_close, hear_close},
};
const struct talk_says ocpp2_stream_says = TALK_ROWS(stream_say_rows);

static const struct talk_order stream_order_rows[] = {
	{"AdjustPeriodicEventStream", order_adjust},
	{"GetPeriodicEventStream", order_get},
};
const struct talk_orders ocpp2_stream_orders = TALK_ROWS(stream_order_rows);
