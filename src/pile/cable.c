/* cable.c - from the plug to the talk (drawing in cable.h). */
#include "pile/cable.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/v2gtp.h"

#define CABLE_PACKETS 64 /* at once: a flood must not hold the outlet up */
#define CABLE_LINK_US (20 * US_PER_S)
#define CABLE_ASK_US (10 * US_PER_S) /* alternating: who did not begin until then does not talk */
#define CABLE_REST_US (3 * US_PER_S)
#define CABLE_AGAIN_US (5 * US_PER_S) /* from a failure to the next try */
#define CABLE_TRIES 3
#define CABLE_ANSWER (HAL_PACKET_MAX - V2GTP_HEAD)

const char *cable_word(enum cable_phase phase)
{
	static const char *const words[] = {"off", "match", "link", "talk", "done", "deaf"};

	ASSERT(phase <= CABLE_DEAF);
	return words[phase];
}

void cable_init(struct cable *cable, struct rng *rng)
{
	memset(cable, 0, sizeof(*cable));
	cable->rng = rng;
	hlc_init(&cable->hlc);
}

static void cable_go(struct cable *cable, enum cable_phase phase, int64_t ticks_us)
{
	cable->phase = phase;
	cable->since_us = ticks_us;
}

static void cable_send(struct cable *cable, const struct hal *hal, const struct hal_packet *packet)
{
	if (hal->ops->line_send(hal->context, packet) != 0)
		cable->lost = true;
}

static void cable_hang_up(struct cable *cable, const struct hal *hal)
{
	const struct hal_packet packet = {.wire = HAL_WIRE_CLOSED};

	if (cable->connected)
		cable_send(cable, hal, &packet);
	cable->connected = false;
	cable->len = 0;
}

/* A new network for whoever is plugged in now. */
static void cable_match(struct cable *cable, const struct hal *hal, int64_t ticks_us)
{
	cable_hang_up(cable, hal);
	hlc_init(&cable->hlc);
	if (hal->ops->line_look(hal->context, &cable->line) != 0) {
		cable->lost = true;
		return;
	}
	slac_begin(&cable->slac, cable->line.mac, cable->rng, ticks_us);
	cable_go(cable, CABLE_MATCH, ticks_us);
}

/* Once more from the beginning, with a car that is woken up; in the end it is deaf. */
static void cable_again(struct cable *cable, const struct hal *hal, int64_t ticks_us)
{
	if (++cable->tries >= CABLE_TRIES) {
		cable_hang_up(cable, hal);
		slac_end(&cable->slac);
		cable_go(cable, CABLE_DEAF, ticks_us);
		return;
	}
	cable->wake = true;
	cable_match(cable, hal, ticks_us);
}

/* ---- what arrives ---- */

static void cable_question(
	struct cable *cable, const struct hal *hal, const struct hal_packet *packet)
{
	struct hal_packet answer = {.wire = HAL_WIRE_QUESTION, .port = packet->port};
	bool tls;

	/* TLS is not offered: who wants it and nothing else does not come */
	if (!sdp_read(packet->bytes, packet->len, &tls) ||
		hal->ops->line_look(hal->context, &cable->line) != 0)
		return;
	memcpy(answer.address, packet->address, sizeof(answer.address));
	answer.len = SDP_ANSWER;
	sdp_write(cable->line.address, cable->line.port, answer.bytes);
	cable_send(cable, hal, &answer);
}

static void cable_opened(struct cable *cable, const struct hal_packet *packet,
	struct vehicle *vehicle, int64_t ticks_us)
{
	cable->len = 0;
	vehicle_set_address(vehicle, packet->address);
	hlc_open(&cable->hlc, ticks_us);
	cable_go(cable, CABLE_TALK, ticks_us);
}

static void cable_stream(
	struct cable *cable, const struct hal *hal, const struct hal_packet *packet)
{
	if (!cable->connected)
		return;
	if (packet->len > sizeof(cable->in) - cable->len) {
		LOG_WARN("a car's request is too long", "bytes=%zu", cable->len + packet->len);
		hlc_close(&cable->hlc);
		cable_hang_up(cable, hal);
		return;
	}
	memcpy(cable->in + cable->len, packet->bytes, packet->len);
	cable->len += packet->len;
}

static void cable_take(struct cable *cable, const struct hal *hal, const struct hal_packet *packet,
	struct vehicle *vehicle, int64_t ticks_us)
{
	switch (packet->wire) {
	case HAL_WIRE_FRAME:
		slac_take(&cable->slac, packet->bytes, packet->len, ticks_us);
		break;
	case HAL_WIRE_QUESTION:
		cable_question(cable, hal, packet);
		break;
	case HAL_WIRE_OPENED:
		cable->connected = true;
		if (cable->phase == CABLE_LINK || cable->phase == CABLE_TALK)
			cable_opened(cable, packet, vehicle, ticks_us);
		else
			cable_hang_up(cable, hal); /* whoever it is: it did not match */
		break;
	case HAL_WIRE_STREAM:
		cable_stream(cable, hal, packet);
		break;
	case HAL_WIRE_CLOSED:
		cable->connected = false;
		cable->len = 0;
		hlc_close(&cable->hlc);
		break;
	}
}

/* ---- the talk ---- */

/* The first whole request of the stream; 0 when there is none yet, -1 when it is none at all. */
static int cable_request(const struct cable *cable)
{
	struct v2gtp_head head;

	if (cable->len < V2GTP_HEAD)
		return 0;
	if (!v2gtp_read(cable->in, &head) || head.type != V2GTP_EXI ||
		head.len > sizeof(cable->in) - V2GTP_HEAD || head.len == 0)
		return -1;
	return cable->len - V2GTP_HEAD >= head.len ? (int)head.len : 0;
}

static void cable_answer(
	struct cable *cable, const struct hal *hal, size_t len, struct hal_packet *packet)
{
	const struct v2gtp_head head = {.type = V2GTP_EXI, .len = (uint32_t)len};

	packet->wire = HAL_WIRE_STREAM;
	packet->len = (uint16_t)(V2GTP_HEAD + len);
	v2gtp_write(&head, packet->bytes);
	cable_send(cable, hal, packet);
}

/* One request is answered; false when there is none, or it has to wait. */
static bool cable_talk(struct cable *cable, const struct hal *hal, const struct cable_input *input,
	struct vehicle *vehicle, int64_t ticks_us)
{
	int request = cable->connected ? cable_request(cable) : 0;
	struct hal_packet packet = {0};
	enum hlc_answer answer;
	size_t len = 0, used;

	if (request == 0)
		return false;
	if (request < 0) {
		hlc_close(&cable->hlc);
		cable_hang_up(cable, hal);
		return false;
	}
	answer = hlc_take(&cable->hlc, &input->outlet, vehicle, cable->rng, cable->in + V2GTP_HEAD,
		(size_t)request, packet.bytes + V2GTP_HEAD, CABLE_ANSWER, &len, ticks_us);
	if (answer == HLC_LATER)
		return false;
	used = V2GTP_HEAD + (size_t)request;
	cable->len -= used;
	memmove(cable->in, cable->in + used, cable->len);
	if (answer == HLC_ANSWERED)
		cable_answer(cable, hal, len, &packet);
	return answer == HLC_ANSWERED;
}

/* Does the outlet charge without a word, too? */
static bool cable_basic(const struct cable_input *input)
{
	return !input->outlet.direct || input->outlet.probe;
}

static void cable_talks(struct cable *cable, const struct hal *hal, const struct cable_input *input,
	struct vehicle *vehicle, int64_t ticks_us)
{
	while (cable_talk(cable, hal, input, vehicle, ticks_us))
		;
	hlc_late(&cable->hlc, ticks_us);
	if (cable->hlc.phase == HLC_LOOP)
		cable->tries = 0;
	if (cable->hlc.phase >= HLC_ENDED) {
		bool failed = cable->hlc.phase == HLC_FAILED, broke = failed && !cable->connected;
		if (failed && !input->outlet.probe)
			LOG_WARN("a car's talk failed", "why=\"%s\" protocol=%s", cable->hlc.why,
				hlc_protocol(&cable->hlc));
		cable_hang_up(cable, hal);
		if (input->outlet.probe) {
			cable_go(cable, CABLE_DEAF, ticks_us);
			return;
		}
		/* who pauses, or lost the line, comes again by itself */
		cable_go(cable, broke || cable->hlc.pausing ? CABLE_LINK : CABLE_DONE, ticks_us);
	}
}

/* ---- the phases ---- */

static void cable_matching(struct cable *cable, const struct hal *hal,
	const struct cable_input *input, struct vehicle *vehicle, int64_t ticks_us)
{
	bool silent = cable_basic(input) && !slac_heard(&cable->slac) &&
		      ticks_us - cable->since_us >= CABLE_ASK_US;

	if (cable->slac.phase == SLAC_MATCHED) {
		vehicle_set_mac(&vehicle->source, cable->slac.source);
		vehicle_set_mac(&vehicle->match, cable->slac.match);
		cable_go(cable, CABLE_LINK, ticks_us);
	} else if (silent) {
		cable->tries = CABLE_TRIES;
		cable_again(cable, hal, ticks_us);
	} else if (cable->slac.phase == SLAC_FAILED) {
		cable_again(cable, hal, ticks_us);
	}
}

/* Matched and not connected: it will, or it begins anew by itself, or we do. */
static void cable_linking(struct cable *cable, const struct hal *hal, int64_t ticks_us)
{
	if (cable->slac.phase != SLAC_MATCHED)
		cable_go(cable, CABLE_MATCH, ticks_us);
	else if (!cable->hlc.pausing && ticks_us - cable->since_us >= CABLE_LINK_US)
		cable_again(cable, hal, ticks_us);
}

/* Nobody talks. A charge that begins now wakes the car; one that failed is tried again. */
static void cable_resting(struct cable *cable, const struct hal *hal,
	const struct cable_input *input, int64_t ticks_us)
{
	bool begins = input->wanted && !cable->wanted;
	bool failed = input->wanted && cable->phase == CABLE_DONE &&
		      cable->hlc.phase == HLC_FAILED && cable->tries < CABLE_TRIES &&
		      ticks_us - cable->since_us >= CABLE_AGAIN_US;

	/* alternating current flows without a word, too */
	if (cable->phase == CABLE_DEAF && cable_basic(input))
		return;
	if (begins) {
		cable->tries = 0;
		cable->wake = true;
		cable_match(cable, hal, ticks_us);
	} else if (failed) {
		cable_again(cable, hal, ticks_us);
	}
}

static void cable_step(struct cable *cable, const struct hal *hal, const struct cable_input *input,
	struct vehicle *vehicle, int64_t ticks_us)
{
	cable->slac.busy = cable->connected;
	slac_step(&cable->slac, ticks_us);
	switch (cable->phase) {
	case CABLE_OFF:
		if (input->fit)
			cable_match(cable, hal, ticks_us);
		break;
	case CABLE_MATCH:
		cable_matching(cable, hal, input, vehicle, ticks_us);
		break;
	case CABLE_LINK:
		cable_linking(cable, hal, ticks_us);
		break;
	case CABLE_TALK:
		cable_talks(cable, hal, input, vehicle, ticks_us);
		break;
	case CABLE_DONE:
	case CABLE_DEAF:
		cable_resting(cable, hal, input, ticks_us);
		break;
	}
	cable->wanted = input->wanted;
}

static void cable_frames(struct cable *cable, const struct hal *hal)
{
	struct hal_packet packet = {.wire = HAL_WIRE_FRAME};
	struct slac_frame frame;

	while (slac_next(&cable->slac, &frame)) {
		packet.len = (uint16_t)frame.len;
		memcpy(packet.bytes, frame.bytes, frame.len);
		cable_send(cable, hal, &packet);
	}
}

void cable_run(struct cable *cable, const struct hal *hal, const struct cable_input *input,
	struct vehicle *vehicle, int64_t ticks_us)
{
	struct hal_packet packet;
	bool got = true;

	cable->lost = false;
	if (!input->plugged) {
		if (cable->phase != CABLE_OFF) {
			cable_hang_up(cable, hal);
			cable_init(cable, cable->rng);
		}
		return;
	}
	for (int i = 0; i < CABLE_PACKETS && got; i++) {
		if (hal->ops->line_receive(hal->context, &packet, &got) != 0) {
			cable->lost = true;
			got = false;
		}
		if (got)
			cable_take(cable, hal, &packet, vehicle, ticks_us);
		cable_frames(cable, hal);
		if (cable->phase == CABLE_TALK)
			cable_talks(cable, hal, input, vehicle, ticks_us);
	}
	/* what was left on the line by who was here before is read away first */
	if (cable->phase == CABLE_OFF && got)
		return;
	cable_step(cable, hal, input, vehicle, ticks_us);
	cable_frames(cable, hal);
}

bool cable_signals(const struct cable *cable)
{
	return cable->phase >= CABLE_MATCH && cable->phase <= CABLE_TALK;
}

bool cable_rests(const struct cable *cable, int64_t ticks_us)
{
	return cable->phase == CABLE_DEAF && ticks_us - cable->since_us < CABLE_REST_US;
}

bool cable_preparing(const struct cable *cable)
{
	if (cable->phase == CABLE_TALK)
		return hlc_preparing(&cable->hlc);
	return cable_signals(cable) && !cable->hlc.pausing;
}

bool cable_failed(const struct cable *cable)
{
	bool gave_up = cable->phase == CABLE_DEAF ||
		       (cable->phase == CABLE_DONE && cable->hlc.phase == HLC_FAILED &&
			       cable->tries >= CABLE_TRIES);

	return cable->wanted && gave_up;
}
