/* cable.c - from the plug to the talk (drawing in cable.h). */
#include "pile/cable.h"

#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/tunnel.h"
#include "pile/v2gtp.h"

#define CABLE_PACKETS 64 /* at once: a flood must not hold the outlet up */
#define CABLE_LINK_US (20 * US_PER_S)
#define CABLE_ASK_US (10 * US_PER_S) /* alternating: who did not begin until then does not talk */
#define CABLE_REST_US (3 * US_PER_S)
#define CABLE_AGAIN_US (5 * US_PER_S) /* from a failure to the next try */
#define CABLE_TRIES 3

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

static void cable_send_bytes(
	struct cable *cable, const struct hal *hal, const uint8_t *bytes, size_t len)
{
	struct hal_packet packet = {.wire = HAL_WIRE_STREAM};

	for (size_t at = 0; at < len; at += packet.len) {
		packet.len = (uint16_t)(len - at < HAL_PACKET_MAX ? len - at : HAL_PACKET_MAX);
		memcpy(packet.bytes, bytes + at, packet.len);
		cable_send(cable, hal, &packet);
	}
}

/* What TLS has to say, to the line. */
static void cable_flush(struct cable *cable, const struct hal *hal)
{
	uint8_t bytes[HAL_PACKET_MAX];
	size_t len;

	while ((len = tunnel_next(cable->stream->tunnel, bytes, sizeof(bytes))) > 0)
		cable_send_bytes(cable, hal, bytes, len);
}

void cable_fini(struct cable *cable)
{
	if (!cable->stream)
		return;
	cable->hlc.contract.papers = NULL;
	cable->hlc.contract.ask = HLC_ASK_NOTHING;
	hlc_papers_fini(&cable->stream->papers);
	tunnel_free(cable->stream->tunnel);
	mem_free(cable->stream);
	cable->stream = NULL;
}

static void cable_hang_up(struct cable *cable, const struct hal *hal)
{
	const struct hal_packet packet = {.wire = HAL_WIRE_CLOSED};

	if (cable->stream && cable->stream->tunnel) {
		tunnel_end(cable->stream->tunnel);
		cable_flush(cable, hal);
	}
	if (cable->stream)
		cable_send(cable, hal, &packet);
	cable_fini(cable);
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

static void cable_question(struct cable *cable, const struct hal *hal,
	const struct cable_input *input, const struct hal_packet *packet)
{
	struct hal_packet answer = {.wire = HAL_WIRE_QUESTION, .port = packet->port};
	bool tls;

	if (!sdp_read(packet->bytes, packet->len, &tls) ||
		hal->ops->line_look(hal->context, &cable->line) != 0)
		return;
	memcpy(answer.address, packet->address, sizeof(answer.address));
	answer.len = SDP_ANSWER;
	/* without a certificate there is no TLS: who wants nothing else does not come */
	sdp_write(cable->line.address, cable->line.port, tls && input->paper, answer.bytes);
	cable_send(cable, hal, &answer);
}

static void cable_opened(struct cable *cable, const struct hal_packet *packet,
	struct vehicle *vehicle, int64_t ticks_us)
{
	vehicle_set_address(vehicle, packet->address);
	hlc_open(&cable->hlc, ticks_us);
	cable->hlc.contract.papers = &cable->stream->papers;
	cable_go(cable, CABLE_TALK, ticks_us);
}

static void cable_refuse(struct cable *cable, const struct hal *hal, const char *why, size_t len)
{
	LOG_WARN("a car is not listened to", "why=\"%s\" bytes=%zu", why, len);
	hlc_close(&cable->hlc);
	cable_hang_up(cable, hal);
}

static void cable_stream_tls(
	struct cable *cable, const struct hal *hal, const struct hal_packet *packet)
{
	struct cable_stream *stream = cable->stream;
	bool good = tunnel_take(stream->tunnel, packet->bytes, packet->len);
	size_t got;

	cable_flush(cable, hal);
	do {
		got = tunnel_read(
			stream->tunnel, stream->in + stream->len, sizeof(stream->in) - stream->len);
		stream->len += got;
	} while (got > 0);
	if (!good || tunnel_why(stream->tunnel)[0] || stream->len == sizeof(stream->in))
		cable_refuse(
			cable, hal, good ? "too long" : tunnel_why(stream->tunnel), stream->len);
}

/* The first byte tells whether it is TLS: the question before is no promise. */
static void cable_stream(struct cable *cable, const struct hal *hal,
	const struct cable_input *input, const struct hal_packet *packet)
{
	struct cable_stream *stream = cable->stream;

	if (!stream || packet->len == 0)
		return;
	if (!stream->begun && packet->bytes[0] == TUNNEL_FIRST && input->paper)
		stream->tunnel = tunnel_new(input->paper);
	stream->begun = true;
	if (stream->tunnel) {
		cable_stream_tls(cable, hal, packet);
		return;
	}
	if (packet->len > sizeof(stream->in) - stream->len) {
		cable_refuse(cable, hal, "too long", stream->len + packet->len);
		return;
	}
	memcpy(stream->in + stream->len, packet->bytes, packet->len);
	stream->len += packet->len;
}

static void cable_take(struct cable *cable, const struct hal *hal, const struct cable_input *input,
	const struct hal_packet *packet, struct vehicle *vehicle, int64_t ticks_us)
{
	switch (packet->wire) {
	case HAL_WIRE_FRAME:
		slac_take(&cable->slac, packet->bytes, packet->len, ticks_us);
		break;
	case HAL_WIRE_QUESTION:
		cable_question(cable, hal, input, packet);
		break;
	case HAL_WIRE_OPENED:
		cable_fini(cable); /* a new connection ends the old */
		cable->stream = mem_alloc(sizeof(*cable->stream));
		hlc_papers_init(&cable->stream->papers);
		if (cable->phase == CABLE_LINK || cable->phase == CABLE_TALK)
			cable_opened(cable, packet, vehicle, ticks_us);
		else
			cable_hang_up(cable, hal); /* whoever it is: it did not match */
		break;
	case HAL_WIRE_STREAM:
		cable_stream(cable, hal, input, packet);
		break;
	case HAL_WIRE_CLOSED:
		cable_fini(cable);
		hlc_close(&cable->hlc);
		break;
	}
}

/* ---- the talk ---- */

/* The first whole request of the stream; 0 when there is none yet, -1 when it is none at all. */
static int cable_request(const struct cable_stream *stream)
{
	struct v2gtp_head head;

	if (stream->len < V2GTP_HEAD)
		return 0;
	if (!v2gtp_read(stream->in, &head) || head.type != V2GTP_EXI ||
		head.len > sizeof(stream->in) - V2GTP_HEAD || head.len == 0)
		return -1;
	return stream->len - V2GTP_HEAD >= head.len ? (int)head.len : 0;
}

static void cable_answer(struct cable *cable, const struct hal *hal, size_t len)
{
	const struct v2gtp_head head = {.type = V2GTP_EXI, .len = (uint32_t)len};
	struct cable_stream *stream = cable->stream;

	v2gtp_write(&head, stream->out);
	if (!stream->tunnel) {
		cable_send_bytes(cable, hal, stream->out, V2GTP_HEAD + len);
		return;
	}
	tunnel_write(stream->tunnel, stream->out, V2GTP_HEAD + len);
	cable_flush(cable, hal);
}

/* One request is answered; false when there is none, or it has to wait. */
static bool cable_talk(struct cable *cable, const struct hal *hal, const struct cable_input *input,
	struct vehicle *vehicle, int64_t ticks_us)
{
	struct cable_stream *stream = cable->stream;
	int request = stream ? cable_request(stream) : 0;
	struct hlc_input outlet = input->outlet;
	enum hlc_answer answer;
	size_t len = 0, used;

	if (request == 0)
		return false;
	if (request < 0) {
		hlc_close(&cable->hlc);
		cable_hang_up(cable, hal);
		return false;
	}
	outlet.contract = outlet.contract && stream->tunnel;
	answer = hlc_take(&cable->hlc, &outlet, vehicle, cable->rng, stream->in + V2GTP_HEAD,
		(size_t)request, stream->out + V2GTP_HEAD, CABLE_OUT - V2GTP_HEAD, &len, ticks_us);
	if (answer == HLC_LATER)
		return false;
	used = V2GTP_HEAD + (size_t)request;
	stream->len -= used;
	memmove(stream->in, stream->in + used, stream->len);
	if (answer == HLC_ANSWERED)
		cable_answer(cable, hal, len);
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
		bool failed = cable->hlc.phase == HLC_FAILED, broke = failed && !cable->stream;
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
	cable->slac.busy = cable->stream != NULL;
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
			cable_take(cable, hal, input, &packet, vehicle, ticks_us);
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

bool cable_closed(const struct cable *cable)
{
	return cable->stream && cable->stream->tunnel;
}
