/* client.c - the connection's life and the order in which things are sent (see client.h). Payloads
 * are made and read by the tables of talk.h. */
#include "pile/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/offline.h"
#include "pile/ocpp2.h"
#include "pile/ocpp2_parts.h"
#include "pile/report.h"
#include "pile/stream.h"
#include "pile/talk.h"
#include "pile/told.h"
#include "wire/ocpp.h"
#include "wire/ocpp16/enums.h"

#define CLIENT_BACKOFF_MAX_US (1 * US_PER_DAY) /* whatever is configured */
#define CLIENT_BOOT_RETRY_US (30 * US_PER_S)
#define CLIENT_FAILURE_MAX_US (600 * US_PER_S)

/* Of calls that are about no outlet. */
static const struct talk_about client_nothing;

void client_init(struct pile *pile, const struct uplink *uplink)
{
	pile->link.uplink = *uplink;
	pile->link.state = LINK_DOWN;
	/* piles that start together do not knock together */
	pile->link.next_connect_us =
		pile->ticks_us + (int64_t)rng_below(pile->rng, 300 * US_PER_MS);
}

/* As OCPP-J wants it: the least pause and a random part; after each failure twice the pause before,
 * so many times, and a random part again. */
static void client_schedule_connect(struct pile *pile)
{
	struct link *link = &pile->link;
	int64_t range_us = pile->keys.values[KEY_BACKOFF_RANDOM] * US_PER_S;
	int64_t repeats = pile->keys.values[KEY_BACKOFF_REPEATS];
	int64_t pause_us = pile->keys.values[KEY_BACKOFF_LEAST] * US_PER_S;

	pause_us <<= link->tries < repeats ? link->tries : repeats;
	if (pause_us > CLIENT_BACKOFF_MAX_US)
		pause_us = CLIENT_BACKOFF_MAX_US;
	link->tries++;
	link->next_connect_us = pile->ticks_us + pause_us;
	if (range_us > 0)
		link->next_connect_us += (int64_t)rng_below(pile->rng, (uint64_t)range_us);
}

/* The outlet that the outstanding question about a token was for, if it still wants to know: the
 * car may be gone, or somebody else have come. */
static struct outlet *client_asked(struct pile *pile)
{
	struct outlet *outlet = pile_outlet(pile, pile->link.call.connector);

	return outlet && strcasecmp(outlet->claim_tag, pile->link.call.tag) == 0 ? outlet : NULL;
}

static void client_forget_call(struct pile *pile)
{
	struct link *link = &pile->link;

	if (link->call.kind == CALL_PAPER)
		contract_came(pile_outlet(pile, link->call.connector), STR(""));
	if (link->call.kind == CALL_AUTHORIZE) {
		struct outlet *outlet = client_asked(pile);
		if (outlet)
			pile_authorized(pile, outlet, false, 0);
	}
	memset(&link->call, 0, sizeof(link->call));
}

/* The server takes what we say: what it may have missed is told first. After a short absence those
 * states that changed meanwhile, else all (B04). */
static void client_welcome(struct pile *pile)
{
	struct link *link = &pile->link;
	int64_t away_us = link->lost_us ? pile->ticks_us - link->lost_us : INT64_MAX;

	link->tries = 0;
	link->spool_retry_us = 0;
	link->next_heartbeat_us =
		pile->ticks_us + pile->keys.values[KEY_HEARTBEAT_INTERVAL] * US_PER_S;
	care_accepted(pile);
	if (away_us > pile->keys.values[KEY_OFFLINE_THRESHOLD] * US_PER_S)
		pile_report_all(pile);
	for (size_t i = 0; i < pile->outlets_len; i++)
		pile_report(pile, pile->outlets[i].number);
}

/* A boot is told once. When the connection only broke it is not told again, unless something that
 * it stands for is new: the version, or the credentials on trial. */
static bool client_known(const struct pile *pile)
{
	return pile->link.registered == pile->link.talk && !pile->access.trial;
}

void client_opened(struct pile *pile, enum ocpp_version version)
{
	struct link *link = &pile->link;

	ASSERT(talk_version(version));
	link->talk = talk_version(version);
	link->state = LINK_OPEN;
	link->accepted = link->rejected = link->pending = false;
	link->next_boot_us = pile->ticks_us;
	link->heard_us = pile->ticks_us;
	link->refusal[0] = 0;
	memset(&link->call, 0, sizeof(link->call));
	streams_connected(pile);
	report_drop_all(pile);
	link->accepted = client_known(pile);
	if (link->accepted)
		client_welcome(pile);
}

void client_closed(struct pile *pile, int http_status, struct str why)
{
	struct link *link = &pile->link;
	bool was_accepted = link->accepted;

	link->state = LINK_DOWN;
	link->accepted = false;
	client_forget_call(pile);
	if (!link->leaving)
		care_lost(pile, was_accepted, http_status, why);
	snprintf(link->refusal, sizeof(link->refusal), "%d %.*s", http_status, STR_FMT(why));
	if (was_accepted) {
		link->tries = 0;
		link->lost_us = pile->ticks_us;
	}
	client_schedule_connect(pile);
	LOG_INFO("link down", "pile=%.*s status=%d next_s=%lld", STR_FMT(pile->config.name),
		http_status, (long long)((link->next_connect_us - pile->ticks_us) / US_PER_S));
}

void client_leave(struct pile *pile, int code, struct str why)
{
	struct link *link = &pile->link;

	link->leaving = true;
	link->uplink.close(link->uplink.context, code, why);
	link->leaving = false;
}

/* ---- sending ---- */

static bool call_of_spool(enum call_kind kind)
{
	return kind == CALL_START || kind == CALL_SAMPLE || kind == CALL_STOP || kind == CALL_STATE;
}

/* Message ids: the spool's are made of the journal's identity and the record's number, so a
 * repeated message carries the id it had before; all others are counted. */
static void client_id(struct pile *pile, enum call_kind kind)
{
	struct link *link = &pile->link;
	unsigned long long identity = pile->spool.journal.identity & 0xffffffffffULL;

	if (call_of_spool(kind))
		snprintf(link->call.id, sizeof(link->call.id), "%llx-%llu", identity,
			(unsigned long long)spool_head(&pile->spool)->seq);
	else
		snprintf(link->call.id, sizeof(link->call.id), "%llx.%llx",
			(unsigned long long)rng_u64(pile->rng), (unsigned long long)link->number++);
}

/* Sends one call made by talk_call. A call that cannot be made (a bug of ours) is logged and
 * given up. */
static bool client_call(struct pile *pile, enum call_kind kind, const struct talk_about *about,
	struct arena *scratch)
{
	struct link *link = &pile->link;
	struct buf frame;
	int result;

	memset(&link->call, 0, sizeof(link->call));
	client_id(pile, kind);
	buf_init(&frame, scratch, LIMIT_FRAME_BYTES);
	result = talk_call(pile, kind, about, str_from(link->call.id), scratch, &frame);
	if (result == TALK_UNSAID)
		return false;
	if (result != 0) {
		LOG_ERROR("call not made", "pile=%.*s kind=%d result=%d",
			STR_FMT(pile->config.name), kind, result);
		link->call.kind = CALL_NONE;
		return false;
	}
	link->call.kind = kind;
	link->call.connector = about->connector;
	memcpy(link->call.tag, about->tag, sizeof(link->call.tag));
	link->call.sent_us = pile->ticks_us;
	link->uplink.send(link->uplink.context, buf_str(&frame));
	return true;
}

static int client_first_bit(uint64_t bits)
{
	return bits ? __builtin_ctzll(bits) : -1;
}

/* What is known of a car beside its token: in 1.6 before its token is asked about. */
static bool client_send_vehicle(struct pile *pile, bool asking, struct arena *scratch)
{
	struct outlet *outlet = autocharge_owed(pile, asking);
	struct talk_about about = {.connector = outlet ? outlet->number : 0};

	return outlet && talk_knows(pile->link.talk, CALL_VEHICLE) &&
	       client_call(pile, CALL_VEHICLE, &about, scratch);
}

/* A car waits five seconds for a contract of its own: before everything else. */
static bool client_send_paper(struct pile *pile, struct arena *scratch)
{
	struct outlet *outlet = contract_owed(pile);
	struct talk_about about = {.connector = outlet ? outlet->number : 0};

	return outlet && talk_knows(pile->link.talk, CALL_PAPER) &&
	       client_call(pile, CALL_PAPER, &about, scratch);
}

static bool client_send_asking(struct pile *pile, struct arena *scratch)
{
	if (pile->link.talk->version == OCPP_16 && client_send_vehicle(pile, true, scratch))
		return true;
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		struct talk_about about = {.connector = outlet->number};
		if (outlet->claim != CLAIM_ASKING)
			continue;
		memcpy(about.tag, outlet->claim_tag, sizeof(about.tag));
		return client_call(pile, CALL_AUTHORIZE, &about, scratch);
	}
	return false;
}

/* A status that tells of energy waits until the start of its transaction was delivered. */
static bool client_send_status(struct pile *pile, struct arena *scratch)
{
	struct talk_about about = {0};
	struct status_note note;
	int asked = client_first_bit(pile->triggered_status);

	if (pile->statuses_len > 0) {
		note = pile->statuses[0];
		if (note.tx && note.state != EVSE_STARTING &&
			spool_start_waits(&pile->spool, note.tx))
			return false;
		pile->statuses_len--;
		memmove(pile->statuses, pile->statuses + 1, pile->statuses_len * sizeof(note));
	} else if (asked >= 0) {
		struct outlet *outlet = pile_outlet(pile, asked);
		pile->triggered_status &= pile->triggered_status - 1;
		note = (struct status_note){.connector = (uint8_t)asked,
			.state = pile->inoperative ? EVSE_UNAVAILABLE : EVSE_AVAILABLE,
			.fault = PROTECT_KINDS,
			.at_us = pile->now_us};
		if (outlet) {
			note.state = (uint8_t)outlet->evse.state;
			note.fault = (uint8_t)protect_first(&outlet->evse.protect);
			note.easing = (uint8_t)outlet_easing(outlet);
		}
	} else {
		return false;
	}
	about.connector = note.connector;
	about.status = &note;
	return client_call(pile, CALL_STATUS, &about, scratch);
}

static bool client_send_meter(struct pile *pile, struct arena *scratch)
{
	int asked = client_first_bit(pile->triggered_meter);
	struct talk_about about = {.connector = (uint8_t)asked};

	if (asked < 0)
		return false;
	pile->triggered_meter &= pile->triggered_meter - 1;
	return pile_outlet(pile, asked) && client_call(pile, CALL_METER, &about, scratch);
}

static const enum call_kind client_spool_kinds[] = {
	[SPOOL_START] = CALL_START,
	[SPOOL_SAMPLE] = CALL_SAMPLE,
	[SPOOL_STOP] = CALL_STOP,
	[SPOOL_STATE] = CALL_STATE,
};

/* Messages of a transaction whose start the server never took cannot be told: it has no number for
 * them. What this version has no words for is passed over. */
static bool client_skip_orphan(struct pile *pile, const struct spool_entry *head)
{
	const struct spool_tx *tx = spool_tx(&pile->spool, head->tx);

	if (!talk_knows(pile->link.talk, client_spool_kinds[head->kind]))
		return spool_done(&pile->spool) == 0;
	if (head->kind == SPOOL_START || (tx && tx->confirmed))
		return false;
	LOG_ERROR("message given up", "pile=%.*s tx=%lld kind=%d register_dwh=%lld",
		STR_FMT(pile->config.name), (long long)head->tx, head->kind,
		(long long)head->register_dwh);
	return spool_done(&pile->spool) == 0;
}

static bool client_send_spool(struct pile *pile, struct arena *scratch)
{
	struct link *link = &pile->link;
	struct talk_about about = {0};
	const struct spool_entry *head;

	if (link->spool_retry_us && pile->ticks_us < link->spool_retry_us)
		return false;
	while ((head = spool_head(&pile->spool)) && client_skip_orphan(pile, head))
		;
	if (!head || (head->kind == SPOOL_STOP && !attest_ready(pile, head->tx)))
		return false;
	about.connector = head->connector;
	about.entry = head;
	return client_call(pile, client_spool_kinds[head->kind], &about, scratch);
}

static bool client_send_care(struct pile *pile, struct arena *scratch)
{
	enum call_kind kind = care_next(pile);

	if (kind == CALL_NONE)
		return false;
	if (client_call(pile, kind, &client_nothing, scratch))
		return true;
	care_failed(pile, kind, OCPP_CODE_GENERIC);
	return false;
}

static bool client_send_alert(struct pile *pile, struct arena *scratch)
{
	if (pile->alerts_len == 0 || pile->ticks_us < pile->alert_retry_us)
		return false;
	if (talk_knows(pile->link.talk, CALL_ALERT))
		return client_call(pile, CALL_ALERT, &client_nothing, scratch);
	pile->alerts_len = 0;
	return false;
}

static bool client_send_reservation(struct pile *pile, struct arena *scratch)
{
	return pile->reserve.ends_len > 0 && talk_knows(pile->link.talk, CALL_RESERVATION) &&
	       client_call(pile, CALL_RESERVATION, &client_nothing, scratch);
}

static bool client_send_report(struct pile *pile, struct arena *scratch)
{
	if (pile->reports_len == 0)
		return false;
	if (client_call(pile, (enum call_kind)pile->reports[0].kind, &client_nothing, scratch))
		return true;
	report_drop(pile);
	return false;
}

/* Values of a stream are said without waiting for anything, its begin and end are calls. */
static bool client_send_stream(struct pile *pile, struct arena *scratch)
{
	struct link *link = &pile->link;
	struct pile_stream *stream;
	enum call_kind kind;
	struct buf frame;

	if (link->talk->version != OCPP_21)
		return false;
	stream = stream_next(pile, &kind);
	if (!stream)
		return false;
	if (kind != CALL_NONE)
		return client_call(pile, kind, &client_nothing, scratch);
	client_id(pile, CALL_NONE);
	buf_init(&frame, scratch, LIMIT_FRAME_BYTES);
	if (ocpp2_stream_values(stream, str_from(link->call.id), scratch, &frame) == 0)
		link->uplink.send(link->uplink.context, buf_str(&frame));
	stream_sent(pile, stream);
	return true;
}

static bool client_send_energy(struct pile *pile, struct arena *scratch)
{
	enum ocpp_version version = pile->link.talk->version;
	enum call_kind kind = version == OCPP_16 ? CALL_NONE : ocpp2_needs_due(pile);

	if (kind == CALL_NONE && version == OCPP_21)
		kind = ocpp2_energy_due(pile);

	return kind != CALL_NONE && client_call(pile, kind, &client_nothing, scratch);
}

static void client_send(struct pile *pile, struct arena *scratch)
{
	struct link *link = &pile->link;

	if (!link->accepted || link->boot_wish) {
		/* 2.x: while the server has not accepted us it may still ask for reports */
		if (!link->boot_wish && !link->rejected && pile->ticks_us < link->next_boot_us &&
			client_send_report(pile, scratch))
			return;
		if (link->pending && pile->certs.wish && talk_knows(link->talk, CALL_SIGN) &&
			pile->ticks_us < link->next_boot_us && !link->boot_wish) {
			if (!client_call(pile, CALL_SIGN, &client_nothing, scratch))
				care_failed(pile, CALL_SIGN, OCPP_CODE_GENERIC);
			return;
		}
		if (pile->ticks_us >= link->next_boot_us || link->boot_wish)
			client_call(pile, CALL_BOOT, &client_nothing, scratch);
		link->boot_wish = false;
		return;
	}
	if (client_send_paper(pile, scratch) || client_send_asking(pile, scratch) ||
		client_send_status(pile, scratch) || client_send_spool(pile, scratch) ||
		client_send_meter(pile, scratch) || client_send_care(pile, scratch) ||
		client_send_alert(pile, scratch) || client_send_reservation(pile, scratch) ||
		client_send_report(pile, scratch) || client_send_energy(pile, scratch) ||
		client_send_stream(pile, scratch) || client_send_vehicle(pile, false, scratch))
		return;
	if (pile->offline && !pile->offline->told && talk_knows(link->talk, CALL_OFFLINE)) {
		client_call(pile, CALL_OFFLINE, &client_nothing, scratch);
		return;
	}
	if (pile->ticks_us >= link->next_heartbeat_us || link->heartbeat_wish) {
		link->heartbeat_wish = false;
		client_call(pile, CALL_HEARTBEAT, &client_nothing, scratch);
		link->next_heartbeat_us =
			pile->ticks_us + pile->keys.values[KEY_HEARTBEAT_INTERVAL] * US_PER_S;
	}
}

void client_step(struct pile *pile, struct arena *scratch)
{
	struct link *link = &pile->link;

	if (link->state == LINK_DOWN && pile->ticks_us >= link->next_connect_us) {
		link->state = LINK_CONNECTING;
		if (!link->uplink.connect(link->uplink.context))
			client_closed(pile, 0, STR("cannot connect"));
		return;
	}
	if (link->state != LINK_OPEN)
		return;
	if (link->call.kind != CALL_NONE &&
		pile->ticks_us - link->call.sent_us > network_timeout_us(pile)) {
		/* an answer that does not come means a connection that is none */
		LOG_WARN("no answer", "pile=%.*s id=%s", STR_FMT(pile->config.name), link->call.id);
		client_forget_call(pile);
		link->uplink.close(link->uplink.context, 1001, STR("no answer"));
		return;
	}
	if (link->call.kind == CALL_NONE && link->reconnect_wish) {
		link->reconnect_wish = false;
		client_leave(pile, 1000, STR("new key"));
		return;
	}
	if (link->call.kind == CALL_NONE)
		client_send(pile, scratch);
}

/* ---- receiving ---- */

/* A CALLERROR (or an answer that is none) to the spool's head. "Never" codes are counted until the
 * configured number of attempts; all others, where the server only could not, are tried for ever,
 * ever more slowly. */
static void client_spool_refused(struct pile *pile, enum ocpp_code code)
{
	struct link *link = &pile->link;
	bool never = code != OCPP_CODE_INTERNAL && code != OCPP_CODE_GENERIC;
	int64_t pause_us = pile->keys.values[KEY_RETRY_INTERVAL] * US_PER_S;
	const struct spool_entry *head = spool_head(&pile->spool);

	if (never)
		link->spool_refusals++;
	else
		link->spool_failures++;
	pause_us *= link->spool_refusals + link->spool_failures;
	link->spool_retry_us =
		pile->ticks_us +
		(pause_us < CLIENT_FAILURE_MAX_US ? pause_us : CLIENT_FAILURE_MAX_US);
	if ((int64_t)link->spool_refusals < pile->keys.values[KEY_ATTEMPTS])
		return;
	LOG_ERROR("message refused for good", "pile=%.*s tx=%lld kind=%d",
		STR_FMT(pile->config.name), (long long)head->tx, head->kind);
	if (head->kind == SPOOL_START && spool_abandon(&pile->spool, head->tx) < 0)
		return;
	if (spool_done(&pile->spool) == 0)
		link->spool_refusals = link->spool_failures = 0, link->spool_retry_us = 0;
}

/* A call that was refused, or answered with nonsense: what is not kept for ever is given up, so
 * that it is not said over and over. */
static void client_refused(struct pile *pile, enum call_kind kind, enum ocpp_code code)
{
	bool never = code != OCPP_CODE_INTERNAL && code != OCPP_CODE_GENERIC;

	if (call_of_spool(kind))
		client_spool_refused(pile, code);
	else if (kind == CALL_ALERT)
		pile_alert_refused(pile, never);
	else if (pile->reports_len > 0 && kind == (enum call_kind)pile->reports[0].kind)
		report_drop(pile);
	else if (kind == CALL_NEEDS) /* the car goes by what there is */
		needs_profiled(pile, pile->needs_asked_for);
	care_failed(pile, kind, code);
}

static void client_spool_answered(struct pile *pile)
{
	struct link *link = &pile->link;

	if (spool_done(&pile->spool) < 0) {
		LOG_WARN("answer not journalled", "pile=%.*s", STR_FMT(pile->config.name));
		link->spool_retry_us = pile->ticks_us + US_PER_S;
		return;
	}
	link->spool_refusals = link->spool_failures = 0;
	link->spool_retry_us = 0;
}

static void client_booted(struct pile *pile, const struct talk_heard *answer)
{
	struct link *link = &pile->link;
	int64_t pause_us =
		answer->interval_s > 0 ? answer->interval_s * US_PER_S : CLIENT_BOOT_RETRY_US;
	bool first = !link->accepted;

	link->accepted = answer->boot == OCPP16_REGISTRATION_STATUS_ACCEPTED;
	link->rejected = answer->boot == OCPP16_REGISTRATION_STATUS_REJECTED;
	link->pending = !link->accepted && !link->rejected;
	link->next_boot_us = pile->ticks_us + pause_us;
	link->registered = link->accepted ? link->talk : NULL;
	if (!link->accepted)
		return;
	if (answer->interval_s > 0)
		pile->keys.values[KEY_HEARTBEAT_INTERVAL] = answer->interval_s;
	link->next_heartbeat_us =
		pile->ticks_us + pile->keys.values[KEY_HEARTBEAT_INTERVAL] * US_PER_S;
	if (!first)
		return;
	LOG_INFO("accepted by server", "pile=%.*s", STR_FMT(pile->config.name));
	link->lost_us = 0;
	client_welcome(pile);
}

/* The server's clock rules when ours is off by more than the answer's way can explain. */
static void client_set_clock(struct pile *pile, int64_t server_us)
{
	int64_t offset_us = server_us - clock_now_us(pile->clock);
	int64_t interval_s = pile->keys.values[KEY_ALIGNED_INTERVAL];

	pile->link.clock_told = true;
	if (offset_us < 5 * US_PER_S && offset_us > -5 * US_PER_S)
		offset_us = 0;
	/* the way of an answer takes a different time each time: only a real step counts */
	if (llabs(offset_us - pile->link.offset_us) < US_PER_S)
		return;
	events_add(pile, "SettingSystemTime", "by %lld s",
		(long long)((offset_us - pile->link.offset_us) / US_PER_S));
	pile->link.offset_us = offset_us;
	for (size_t i = 0; i < pile->outlets_len; i++)
		pile->outlets[i].next_aligned_us =
			meter_next_aligned(clock_now_us(pile->clock) + offset_us, interval_s);
}

static void client_result(
	struct pile *pile, const struct ocpp_message *message, struct arena *scratch)
{
	struct link *link = &pile->link;
	enum call_kind kind = link->call.kind;
	struct outlet *outlet = client_asked(pile);
	struct talk_heard answer;

	if (!talk_answer(pile, message->payload, scratch, &answer)) {
		LOG_WARN("bad answer", "pile=%.*s kind=%d", STR_FMT(pile->config.name), kind);
		client_refused(pile, kind, OCPP_CODE_GENERIC);
		if (kind == CALL_BOOT)
			link->next_boot_us = pile->ticks_us + CLIENT_BOOT_RETRY_US;
		client_forget_call(pile);
		return;
	}
	if (kind == CALL_BOOT)
		client_booted(pile, &answer);
	if (answer.time_us)
		client_set_clock(pile, answer.time_us);
	if (call_of_spool(kind))
		client_spool_answered(pile);
	if (kind == CALL_AUTHORIZE && outlet)
		pile_authorized(pile, outlet, true, answer.tag_status);
	memset(&link->call, 0, sizeof(link->call));
}

static void client_error(struct pile *pile, const struct ocpp_message *message)
{
	struct link *link = &pile->link;
	enum call_kind kind = link->call.kind;

	LOG_WARN("call refused", "pile=%.*s id=%s code=%.*s", STR_FMT(pile->config.name),
		link->call.id, STR_FMT(message->code));
	client_refused(pile, kind, ocpp_code_find(message->code));
	if (kind == CALL_BOOT)
		link->next_boot_us = pile->ticks_us + CLIENT_BOOT_RETRY_US;
	if (kind == CALL_STREAM_OPEN || kind == CALL_STREAM_CLOSE)
		stream_answered(pile, kind, link->stream, false);
	if (kind == CALL_OFFLINE)
		pile->offline->told = true; /* a server that does not know this way */
	client_forget_call(pile);
}

static void client_reply_error(struct pile *pile, struct str id, enum ocpp_code code,
	struct str text, struct arena *scratch)
{
	struct buf frame;

	buf_init(&frame, scratch, LIMIT_FRAME_BYTES);
	ocpp_write_error(&frame, id, code, pile->link.talk->version, text, STR_NULL);
	if (!frame.failed)
		pile->link.uplink.send(pile->link.uplink.context, buf_str(&frame));
}

static void client_called(
	struct pile *pile, const struct ocpp_message *message, struct arena *scratch)
{
	struct buf payload, frame;
	struct str text = STR_NULL;
	enum ocpp_code code;

	if (pile->link.rejected)
		return;
	buf_init(&payload, scratch, LIMIT_FRAME_BYTES);
	code = talk_take(pile, message->action, message->payload, scratch, &payload, &text);
	if (code != 0) {
		client_reply_error(pile, message->id, code, text, scratch);
		return;
	}
	buf_init(&frame, scratch, LIMIT_FRAME_BYTES + 128);
	ocpp_write_result(&frame, message->id, buf_str(&payload));
	pile->link.uplink.send(pile->link.uplink.context, buf_str(&frame));
}

void client_message(struct pile *pile, struct str text, struct arena *scratch)
{
	struct link *link = &pile->link;
	struct ocpp_message message;
	int outcome;

	if (link->state != LINK_OPEN)
		return;
	link->heard_us = pile->ticks_us;
	outcome = ocpp_parse_in(link->talk->version, text, scratch, &message);
	if (outcome != 0) {
		LOG_WARN("bad frame", "pile=%.*s outcome=%d bytes=%zu", STR_FMT(pile->config.name),
			outcome, text.len);
		events_add(pile, "InvalidMessages", "frame of %zu bytes", text.len);
		if (outcome > 0 && message.kind == OCPP_CALL && message.id.len && !link->rejected)
			client_reply_error(pile, message.id, ocpp_code_of_frame(outcome),
				STR("frame not understood"), scratch);
		return;
	}
	if (message.kind == OCPP_CALL) {
		client_called(pile, &message, scratch);
		return;
	}
	if (link->call.kind == CALL_NONE || !str_is(message.id, link->call.id)) {
		LOG_WARN("answer to nothing", "pile=%.*s", STR_FMT(pile->config.name));
		return;
	}
	if (message.kind == OCPP_RESULT)
		client_result(pile, &message, scratch);
	else
		client_error(pile, &message);
}
