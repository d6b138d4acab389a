/* gateway_calls.c - frames of a pile in order, calls in both directions one at a time, and the log
 * of both. */
#include <string.h>
#include "app/devices.h"
#include "app/ocpp.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mask.h"
#include "server/gateway_parts.h"
#include "wire/json.h"

static void send(struct gateway *gateway, struct station *station, struct str text)
{
	if (!station->link)
		return;
	gateway->stats.messages_out++;
	gateway->config.ops.send(gateway->config.ops.context, station->link->id, text);
}

/* Any bytes as a JSON string, so that the log's columns always hold JSON. */
static struct str as_json(struct arena *arena, struct str text)
{
	struct json_out out;
	struct buf buf;

	buf_init(&buf, arena, LOGGED_MOST * 8);
	json_out_init(&out, &buf);
	json_put_str(
		&out, NULL, str_slice(text, 0, text.len < LOGGED_MOST ? text.len : LOGGED_MOST));
	return buf_str(&buf);
}

/* --- what the pile says --- */

static void remember(struct station *station, const struct frame *frame, struct str text)
{
	struct answer *answer = &station->answers[station->answers_at];

	if (text.len > STATION_ANSWER_MAX || frame->message.id.len > OCPP_ID_MAX)
		return;
	station->answers_at = (station->answers_at + 1) % STATION_ANSWERS;
	memcpy(answer->id, frame->message.id.ptr, frame->message.id.len);
	answer->id_len = (uint8_t)frame->message.id.len;
	answer->frame_hash = frame->hash;
	answer->text = mem_grow(answer->text, text.len);
	memcpy(answer->text, text.ptr, text.len);
	answer->text_len = text.len;
}

static const struct answer *remembered(const struct station *station, const struct frame *frame)
{
	for (size_t i = 0; i < STATION_ANSWERS; i++) {
		const struct answer *answer = &station->answers[i];

		if (answer->text && answer->frame_hash == frame->hash &&
			str_eq((struct str){answer->id, answer->id_len}, frame->message.id))
			return answer;
	}
	return NULL;
}

static bool same_call(const struct gateway_job *job, const struct frame *frame)
{
	const struct frame *other = job->data;

	return other->hash == frame->hash && str_eq(other->message.id, frame->message.id);
}

/* Is the same frame being answered already? Then the answer goes to where it was asked last. */
static bool in_work(struct station *station, const struct frame *frame)
{
	if (station->running && same_call(station->running, frame)) {
		((struct frame *)station->running->data)->link = frame->link;
		return true;
	}
	for (const struct gateway_job *job = station->inbox; job; job = job->next_frame) {
		if (same_call(job, frame))
			return true;
	}
	for (const struct gateway_job *job = station->away; job; job = job->next_frame) {
		if (same_call(job, frame)) {
			((struct frame *)job->data)->link = frame->link;
			return true;
		}
	}
	return false;
}

static void answer_error(struct gateway *gateway, struct station *station, struct arena *arena,
	struct str id, enum ocpp_code code, struct str text)
{
	struct buf buf;

	buf_init(&buf, arena, LIMIT_FRAME_BYTES);
	ocpp_write_error(&buf, id, code, station->desk->version, text, STR_NULL);
	gateway->stats.errors_out++;
	send(gateway, station, buf_str(&buf));
}

/* Refused at the door: an error goes out, a row goes to the log, nothing else happens. */
static void refuse(
	struct gateway *gateway, struct gateway_job *job, enum ocpp_code code, struct str text)
{
	struct frame *frame = job->data;
	struct journal_row row = {.from_pile = true,
		.action = frame->message.action,
		.message_id = frame->message.id,
		.request = frame->message.payload,
		.answer = as_json(&job->job.arena, text),
		.error = ocpp_code_name(code, job->station->desk->version)};

	/* What was sent without wanting an answer gets none, not even this one. */
	if (frame->message.kind == OCPP_CALL)
		answer_error(gateway, job->station, &job->job.arena, frame->message.id, code, text);
	gateway_log(gateway, job->station, row, false);
	gateway_job_free(job);
}

static void start_next(struct gateway *gateway, struct station *station);

static void answer_light(struct gateway *gateway, struct gateway_job *job)
{
	struct station *station = job->station;
	struct frame *frame = job->data;
	struct journal_row row = {.from_pile = true,
		.action = frame->message.action,
		.message_id = frame->message.id,
		.request = frame->message.payload};
	struct buf buf;

	if (ocpp_run_light(frame->route, clock_now_us(gateway->config.clock), &job->job.arena,
		    &frame->reply) != 0) {
		refuse(gateway, job, OCPP_CODE_INTERNAL, STR(""));
		return;
	}
	buf_init(&buf, &job->job.arena, LIMIT_FRAME_BYTES);
	ocpp_write_result(&buf, frame->message.id, frame->reply.payload);
	send(gateway, station, buf_str(&buf));
	row.answer = frame->reply.payload;
	row.latency_us = gateway_ticks(gateway) - frame->arrived_ticks_us;
	gateway_log(gateway, station, row, true);
	gateway_job_free(job);
}

/* Without the password it may carry. */
static struct str shown(struct arena *arena, struct str payload)
{
	struct str masked;

	return mask_secrets(arena, payload, &masked) ? masked : payload;
}

/* One that asks outside first is logged with its answer. */
static void log_call(struct gateway_job *job, struct ctx *ctx)
{
	const struct frame *frame = job->data;
	struct journal_row *row;

	if (frame->reply.inquiry)
		return;
	row = effects_add_row(ctx->effects);
	row->pile_id = job->pile_id;
	row->tenant_id = job->tenant_id;
	row->at_us = ctx->now_us;
	row->order_id = frame->reply.order_id;
	row->connector_no = frame->reply.connector_no;
	row->from_pile = true;
	row->action = frame->message.action;
	row->message_id = frame->message.id;
	/* some piles report what is to be written only */
	row->request = str_is(frame->message.action, "NotifyReport")
			       ? shown(ctx->arena, frame->message.payload)
			       : frame->message.payload;
	row->answer = frame->reply.code == 0 ? frame->reply.payload
					     : as_json(ctx->arena, frame->reply.text);
	row->error = frame->reply.code == 0
			     ? frame->reply.note
			     : ocpp_code_name(frame->reply.code, frame->desk->version);
	row->latency_us = gateway_ticks(job->gateway) - frame->arrived_ticks_us;
}

static int run_call(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;
	struct frame *frame = job->data;

	TRY(ocpp_run(ctx, frame->desk->version, frame->route, job->pile_id, frame->request,
		&frame->reply));
	log_call(job, ctx);
	return 0;
}

/* The second half of one whose inquiry came back. */
static int run_resumed(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;
	struct frame *frame = job->data;

	TRY(ocpp_resume(ctx, frame->desk->version, frame->route, job->pile_id, frame->request,
		frame->resume, &frame->outside, &frame->reply));
	log_call(job, ctx);
	return 0;
}

/* What is said to the pile, now that the facts are durable. */
static void answer_call(struct gateway_job *job)
{
	struct gateway *gateway = job->gateway;
	struct station *station = job->station;
	struct frame *frame = job->data;
	bool here = station->link && station->link->id == frame->link &&
		    frame->message.kind == OCPP_CALL;
	struct buf buf;

	if (job->job.result < 0) {
		struct journal_row row = {.from_pile = true,
			.action = frame->message.action,
			.message_id = frame->message.id,
			.request = frame->message.payload,
			.answer = STR("{}"),
			.error = ocpp_code_name(OCPP_CODE_INTERNAL, frame->desk->version)};

		/* Not remembered: when the pile asks again it is tried again. */
		if (here)
			answer_error(gateway, station, &job->job.arena, frame->message.id,
				OCPP_CODE_INTERNAL, STR("could not be stored, please repeat"));
		gateway_log(gateway, station, row, false);
	} else if (frame->reply.code != 0) {
		if (here)
			answer_error(gateway, station, &job->job.arena, frame->message.id,
				frame->reply.code, frame->reply.text);
	} else {
		if (frame->reply.admitted != REPLY_AS_BEFORE)
			station->held = frame->reply.admitted == REPLY_HELD;
		buf_init(&buf, &job->job.arena, LIMIT_FRAME_BYTES);
		ocpp_write_result(&buf, frame->message.id, frame->reply.payload);
		if (frame->message.kind == OCPP_CALL)
			remember(station, frame, buf_str(&buf));
		if (here)
			send(gateway, station, buf_str(&buf));
	}
}

/* --- what is asked outside first --- */

static void finish_resumed(struct gateway_job *job);

/* An inquiry came back, or could not be run: its call goes through the lane once more. */
static void inquiry_done(void *arg, const struct inquiry_answer *answer)
{
	struct gateway_job *job = arg;
	struct frame *frame = job->data;

	frame->outside = *answer;
	frame->outside.body = str_dup(&job->job.arena, answer->body);
	if (!frame->outside.body.ptr && answer->body.len > 0)
		frame->outside = (struct inquiry_answer){.why = "too large"};
	job->job.run = run_resumed;
	job->finish = finish_resumed;
	gateway_submit(job->gateway, job);
}

static void inquiry_send(struct gateway_job *job)
{
	const struct inquiry_runner *runner = &job->gateway->config.inquiries;
	struct station *station = job->station;
	struct frame *frame = job->data;
	size_t away = 0;

	for (struct gateway_job *other = station->away; other; other = other->next_frame)
		away++;
	job->next_frame = station->away;
	station->away = job;
	frame->resume = frame->reply.resume;
	if (runner->run && away < STATION_AWAY)
		runner->run(runner->context, frame->reply.inquiry, inquiry_done, job);
	else
		inquiry_done(job, &(struct inquiry_answer){
					  .why = runner->run ? "too many" : "not connected"});
}

static void finish_resumed(struct gateway_job *job)
{
	struct station *station = job->station;
	struct frame *frame = job->data;
	struct gateway_job **at = &station->away;

	while (*at != job)
		at = &(*at)->next_frame;
	*at = job->next_frame;
	job->next_frame = NULL;
	if (job->job.result >= 0 && frame->reply.inquiry) {
		inquiry_send(job);
		return;
	}
	answer_call(job);
	gateway_job_free(job);
}

static void finish_call(struct gateway_job *job)
{
	struct gateway *gateway = job->gateway;
	struct station *station = job->station;
	const struct frame *frame = job->data;

	station->running = NULL;
	if (job->job.result >= 0 && frame->reply.inquiry) {
		inquiry_send(job); /* meanwhile the pile may say and be told other things */
	} else {
		answer_call(job);
		gateway_job_free(job);
	}
	station_send_next(gateway, station);
	start_next(gateway, station);
}

/* Schema check of the next waiting call, and off into the lane. */
static void start_call(struct gateway *gateway, struct gateway_job *job)
{
	struct frame *frame = job->data;
	struct record_error error = {0};
	enum ocpp_code code = OCPP_CODE_NOT_IMPLEMENTED;
	int result;

	frame->desk = job->station->desk;
	frame->route = ocpp_route(frame->desk, frame->message.action, &code);
	/* Some actions are only sent, all others only called. */
	if (frame->route && (frame->route->conf == NULL) != (frame->message.kind == OCPP_SEND)) {
		frame->route = NULL;
		code = OCPP_CODE_NOT_SUPPORTED;
	}
	if (!frame->route) {
		refuse(gateway, job, code, STR("action"));
		return;
	}
	if (job->station->held && !ocpp_while_held(frame->desk, frame->message.action)) {
		refuse(gateway, job, OCPP_CODE_SECURITY, STR("the boot was not accepted"));
		return;
	}
	result = ocpp_decode(
		frame->route, frame->message.payload, &job->job.arena, &frame->request, &error);
	if (result != 0) {
		refuse(gateway, job, result < 0 ? OCPP_CODE_INTERNAL : ocpp_code_of_record(result),
			result < 0 ? STR("too large") : record_error_text(&error, &job->job.arena));
		return;
	}
	if (frame->route->light) {
		answer_light(gateway, job);
		return;
	}
	job->station->running = job;
	job->job.run = run_call;
	job->finish = finish_call;
	gateway_submit(gateway, job);
}

static void start_next(struct gateway *gateway, struct station *station)
{
	while (station->inbox && !station->running) {
		struct gateway_job *job = station->inbox;

		station->inbox = job->next_frame;
		if (!station->inbox)
			station->inbox_tail = &station->inbox;
		station->inbox_len--;
		start_call(gateway, job);
	}
	if (station->paused && !gateway->stalled && station->inbox_len < STATION_INBOX / 2)
		station_pause(gateway, station, false);
}

static void take_call(struct gateway *gateway, struct gateway_job *job)
{
	struct station *station = job->station;
	struct frame *frame = job->data;
	const struct answer *answer = remembered(station, frame);

	if (answer || in_work(station, frame)) {
		if (answer)
			send(gateway, station, (struct str){answer->text, answer->text_len});
		gateway_job_free(job);
		return;
	}
	*station->inbox_tail = job;
	station->inbox_tail = &job->next_frame;
	station->inbox_len++;
	start_next(gateway, station);
	if (station->inbox_len >= STATION_INBOX)
		station_pause(gateway, station, true);
}

void station_forget_frames(struct station *station)
{
	while (station->inbox) {
		struct gateway_job *job = station->inbox;

		station->inbox = job->next_frame;
		gateway_job_free(job);
	}
	station->inbox_tail = &station->inbox;
	station->inbox_len = 0;
}

/* --- what we say --- */

static void call_free(struct call *call)
{
	if (!call)
		return;
	mem_free(call->action);
	mem_free(call->payload);
	mem_free(call);
}

void station_forget_calls(struct station *station)
{
	while (station->outbox) {
		struct call *call = station->outbox;

		station->outbox = call->next;
		call_free(call);
	}
	station->outbox_tail = &station->outbox;
	call_free(station->open);
	station->open = NULL;
}

static char *own_text(struct str text)
{
	char *copy = mem_alloc(text.len + 1);

	if (text.len > 0)
		memcpy(copy, text.ptr, text.len);
	return copy;
}

void station_add_call(struct station *station, const struct effect *effect, int64_t now_ticks_us)
{
	struct call *call;

	if (station->open && station->open->command_id == effect->id)
		return;
	/* Worded for another version: the handshake brings it again in this one's words. */
	if (ocpp_version_of(effect->topic) != 0 &&
		ocpp_version_of(effect->topic) != station->desk->version)
		return;
	for (call = station->outbox; call; call = call->next) {
		if (call->command_id == effect->id)
			return;
	}
	call = mem_alloc(sizeof(*call));
	call->command_id = effect->id;
	call->action = own_text(effect->name);
	call->payload = own_text(effect->payload);
	call->expires_us = effect->expires_us;
	call->sent_ticks_us = now_ticks_us;
	*station->outbox_tail = call;
	station->outbox_tail = &call->next;
}

void station_send_next(struct gateway *gateway, struct station *station)
{
	int64_t now_us = clock_now_us(gateway->config.clock);
	struct arena arena;
	struct buf buf;

	/* While a call of the pile is in the lane its answer goes first: a stop that the same
	 * commit asks for means nothing to a pile that has not been told the transaction's number
	 * yet. */
	while (station->link && !station->running && !station->open && station->outbox) {
		struct call *call = station->outbox;

		station->outbox = call->next;
		if (!station->outbox)
			station->outbox_tail = &station->outbox;
		call->next = NULL;
		if (call->expires_us != 0 && call->expires_us <= now_us) {
			call_free(call); /* the timer ends it in the database */
			continue;
		}
		call->sent_ticks_us = gateway_ticks(gateway);
		station->open = call;
		gateway->stats.calls_open++;
		arena_init(&arena, LIMIT_FRAME_BYTES * 2);
		buf_init(&buf, &arena, LIMIT_FRAME_BYTES);
		ocpp_write_call(&buf, str_format(&arena, "%lld", (long long)call->command_id),
			str_from(call->action), str_from(call->payload));
		send(gateway, station, buf_str(&buf));
		arena_fini(&arena);
	}
}

/* The end of a call of ours: what the pile answered, or why it did not. */
struct outcome {
	const struct ocpp_desk *desk;
	int64_t command_id;
	struct str action, request, payload, error;
	int64_t latency_us;
};

static int run_answer(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;
	const struct outcome *outcome = job->data;
	struct journal_row *row;
	struct str error;
	int64_t order_id;

	TRY(outcome->desk->answered(ctx, outcome->command_id, outcome->payload, outcome->error,
		outcome->latency_us, &error, &order_id));
	TRY(ocpp_security_answered(
		ctx, outcome->command_id, outcome->action, outcome->payload, error));
	row = effects_add_row(ctx->effects);
	row->pile_id = job->pile_id;
	row->tenant_id = job->tenant_id;
	row->at_us = ctx->now_us - outcome->latency_us;
	row->order_id = order_id;
	row->action = outcome->action;
	row->message_id = str_format(ctx->arena, "%lld", (long long)outcome->command_id);
	row->request = shown(ctx->arena, outcome->request);
	row->answer = outcome->payload.len > 0 ? shown(ctx->arena, outcome->payload) : STR("{}");
	row->error = error;
	row->latency_us = outcome->latency_us;
	return 0;
}

static void finish_answer(struct gateway_job *job)
{
	const struct outcome *outcome = job->data;

	/* Not stored: the command stays queued and is told again at the next handshake, or runs out
	 * of time. */
	if (job->job.result < 0)
		LOG_WARN("answer lost", "pile=%lld command=%lld", (long long)job->pile_id,
			(long long)outcome->command_id);
	gateway_job_free(job);
}

static void end_open_call(
	struct gateway *gateway, struct station *station, struct str payload, struct str error)
{
	struct gateway_job *job =
		gateway_job_new(gateway, (uint64_t)station->pile_id, run_answer, finish_answer);
	struct outcome *outcome = ARENA_NEW(&job->job.arena, struct outcome);
	struct call *call = station->open;

	ASSERT(outcome);
	job->pile_id = station->pile_id;
	job->tenant_id = station->tenant_id;
	job->data = outcome;
	outcome->desk = station->desk;
	outcome->command_id = call->command_id;
	outcome->action = str_dup(&job->job.arena, str_from(call->action));
	outcome->request = str_dup(&job->job.arena, str_from(call->payload));
	outcome->payload = str_dup(&job->job.arena, payload);
	outcome->error = str_dup(&job->job.arena, error);
	outcome->latency_us = gateway_ticks(gateway) - call->sent_ticks_us;
	station->open = NULL;
	gateway->stats.calls_open--;
	call_free(call);
	gateway_submit(gateway, job);
	station_send_next(gateway, station);
}

void station_journal_lost(struct gateway *gateway, struct station *station)
{
	char id[32];
	struct buf buf = {.ptr = id, .cap = sizeof(id), .max = sizeof(id)};
	struct call *call = station->open;
	struct journal_row row = {.action = str_from(call->action),
		.answer = STR("{}"),
		.error = STR("offline"),
		.latency_us = gateway_ticks(gateway) - call->sent_ticks_us};
	struct arena arena;

	arena_init(&arena, LIMIT_FRAME_BYTES * 2);
	row.request = shown(&arena, str_from(call->payload));
	buf_put_i64(&buf, call->command_id);
	row.message_id = buf_str(&buf);
	gateway->stats.calls_open--;
	gateway_log(gateway, station, row, false);
	arena_fini(&arena);
}

void station_tick(struct gateway *gateway, struct station *station, int64_t now_ticks_us)
{
	if (station->open &&
		now_ticks_us - station->open->sent_ticks_us >= gateway->config.call_timeout_us)
		end_open_call(gateway, station, STR_NULL, STR("timeout"));
	station_send_next(gateway, station);
}

/* --- frames --- */

static void take_answer(struct gateway *gateway, struct station *station,
	const struct ocpp_message *message, struct arena *arena)
{
	int64_t id;

	/* Late, or to nothing we asked: no one waits for it. */
	if (!station->open || !str_to_i64(message->id, &id) || id != station->open->command_id)
		return;
	if (message->kind == OCPP_RESULT)
		end_open_call(gateway, station, message->payload, STR_NULL);
	else
		end_open_call(gateway, station, STR_NULL,
			str_format(arena, "CALLERROR:%.*s", STR_FMT(message->code)));
}

/* Not a frame of OCPP-J. A call whose id can be read is answered; another message type is passed
 * over, as the standard wants; anything else gets an error with the id -1, so that whoever wrote
 * the pile sees it. */
static void broken_frame(
	struct gateway *gateway, struct gateway_job *job, int result, struct str text)
{
	struct frame *frame = job->data;
	struct str id = frame->message.id.len > 0 ? frame->message.id : STR("-1");
	enum ocpp_code code = ocpp_code_of_frame(result);
	struct journal_row row = {.from_pile = true,
		.action = STR("?"),
		.message_id = id,
		.request = as_json(&job->job.arena, text),
		.answer = STR("{}"),
		.error = ocpp_code_name(code, job->station->desk->version)};

	if (result != OCPP_E_KIND && frame->message.kind != OCPP_RESULT &&
		frame->message.kind != OCPP_ERROR)
		answer_error(gateway, job->station, &job->job.arena, id, code,
			STR("not a frame of OCPP-J"));
	gateway_log(gateway, job->station, row, false);
	gateway_job_free(job);
}

/* An answer of ours that the pile could not read: nothing can be said to that, but whoever looks at
 * the log shall see it. */
static void disliked_answer(struct gateway *gateway, struct gateway_job *job)
{
	struct frame *frame = job->data;
	struct journal_row row = {.from_pile = true,
		.action = STR("?"),
		.message_id = frame->message.id,
		.request = as_json(&job->job.arena, frame->message.text),
		.answer = STR("{}"),
		.error = frame->message.code};

	gateway_log(gateway, job->station, row, false);
	gateway_job_free(job);
}

void gateway_text(struct gateway *gateway, uint64_t id, struct str text)
{
	struct link *link = map_get_i64(&gateway->links, (int64_t)id);
	struct station *station = link ? link->station : NULL;
	struct gateway_job *job;
	struct frame *frame;
	struct str copy;
	int result;

	if (!station || station->link != link)
		return; /* an old link, or one that is not let in yet */
	gateway->stats.messages_in++;
	job = gateway_job_new(gateway, (uint64_t)station->pile_id, NULL, NULL);
	job->station = station;
	job->pile_id = station->pile_id;
	job->tenant_id = station->tenant_id;
	frame = ARENA_NEW(&job->job.arena, struct frame);
	copy = str_dup(&job->job.arena, text);
	ASSERT(frame);
	job->data = frame;
	frame->hash = str_hash(text);
	frame->link = link->id;
	frame->arrived_ticks_us = gateway_ticks(gateway);
	result = copy.ptr || text.len == 0 ? ocpp_parse_in(station->desk->version, copy,
						     &job->job.arena, &frame->message)
					   : OCPP_E_JSON;
	if (result != 0) {
		broken_frame(gateway, job, result, text);
	} else if (frame->message.kind == OCPP_CALL || frame->message.kind == OCPP_SEND) {
		take_call(gateway, job);
	} else if (frame->message.kind == OCPP_RESULT_ERROR) {
		disliked_answer(gateway, job);
	} else {
		take_answer(gateway, station, &frame->message, &job->job.arena);
		gateway_job_free(job);
	}
}
