/* sim_ev.c - a simulated car and its modem on the line: SLAC, SDP, the connection (sim_ev.h). */
#include "pile/hal/sim_ev.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "pile/tunnel.h"

#define EV_WAKE_US (300 * US_PER_MS)
#define EV_ASK_US (200 * US_PER_MS)
#define EV_ASKS 3
#define EV_SOUND_US (30 * US_PER_MS)
#define EV_WAIT_US (1200 * US_PER_MS)
#define EV_JOIN_US (500 * US_PER_MS)
#define EV_SEEK_US (250 * US_PER_MS)
#define EV_SEEKS 50
#define EV_PACE_US (50 * US_PER_MS)
#define EV_LATE_US (5 * US_PER_S) /* for an answer */
#define EV_ONGOING_US US_PER_MIN  /* it is told to wait no longer than that */
#define EV_ARENA (64 * 1024)
#define EV_REQUEST 8192
#define EV_LOUD 20 /* dB lost on the way */

static const uint8_t ev_all[SLAC_MAC] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t ev_modem[SLAC_MAC] = {0x00, 0x01, 0x87, 0x00, 0x00, 0x01};

const char *sim_ev_word(enum sim_ev_phase phase)
{
	static const char *const words[] = {"asleep", "asking", "shouting", "waiting", "matching",
		"joining", "seeking", "talking", "done"};

	ASSERT(phase <= EV_DONE);
	return words[phase];
}

enum sim_ev_trick sim_ev_trick_find(struct str word)
{
	static const char *const words[EV_TRICKS] = {"", "mute", "hang-up", "sequence", "garbage",
		"stranger", "contract", "forged", "altered", "replay", "unsigned"};

	for (int i = 0; i < EV_TRICKS; i++)
		if (str_is(word, words[i]))
			return (enum sim_ev_trick)i;
	return EV_TRICKS;
}

unsigned sim_ev_speaks_find(struct str text)
{
	if (str_is(text, "din"))
		return EV_DIN;
	if (str_is(text, "iso2"))
		return EV_ISO2;
	return str_is(text, "din,iso2") || str_is(text, "iso2,din") ? EV_DIN | EV_ISO2 : 0;
}

void sim_ev_name(struct sim_ev *ev, const uint8_t mac[SLAC_MAC])
{
	memcpy(ev->mac, mac, SLAC_MAC);
	memcpy(ev->match, mac, SLAC_MAC);
	memcpy(ev->address, mac, SLAC_MAC);
	memcpy(ev->evccid, mac, SLAC_MAC);
	ev->evccid_len = SLAC_MAC;
}

void sim_ev_vehicle(struct sim_ev *ev, const struct vehicle *vehicle)
{
	if (vehicle->match.known)
		sim_ev_name(ev, vehicle->match.bytes);
	if (vehicle->address.known)
		memcpy(ev->address, vehicle->address.bytes, SLAC_MAC);
}

void sim_ev_init(struct sim_ev *ev)
{
	static const uint8_t mac[SLAC_MAC] = {0x02, 0, 0, 0, 0, 1};

	memset(ev, 0, sizeof(*ev));
	ev->speaks = EV_DIN | EV_ISO2;
	sim_ev_name(ev, mac);
}

static void ev_go(struct sim_ev *ev, enum sim_ev_phase phase)
{
	ev->phase = phase;
	ev->since_us = ev->ticks_us;
	ev->tries = 0;
}

/* ---- packets to the pile ---- */

static struct hal_packet *ev_put(struct sim_ev *ev, enum hal_wire wire)
{
	struct hal_packet *packet;

	if (ev->out_len == EV_QUEUE)
		return NULL;
	packet = &ev->out[ev->out_len++];
	memset(packet, 0, sizeof(*packet));
	packet->wire = wire;
	packet->address[0] = 0xfe;
	packet->address[1] = 0x80;
	memcpy(packet->address + 8, ev->address, 3);
	packet->address[8] ^= 2;
	packet->address[11] = 0xff;
	packet->address[12] = 0xfe;
	memcpy(packet->address + 13, ev->address + 3, 3);
	packet->port = 50000;
	return packet;
}

bool sim_ev_next(struct sim_ev *ev, struct hal_packet *ret)
{
	if (ev->out_len == 0)
		return false;
	*ret = ev->out[0];
	ev->out_len--;
	memmove(ev->out, ev->out + 1, ev->out_len * sizeof(ev->out[0]));
	return true;
}

static uint8_t *ev_frame(struct sim_ev *ev, const uint8_t to[SLAC_MAC],
	const uint8_t from[SLAC_MAC], enum slac_type type, size_t payload)
{
	struct hal_packet *packet = ev_put(ev, HAL_WIRE_FRAME);
	struct slac_frame frame;

	if (!packet)
		return NULL;
	slac_frame(&frame, to, from, type, payload);
	packet->len = (uint16_t)frame.len;
	memcpy(packet->bytes, frame.bytes, frame.len);
	return packet->bytes + SLAC_PAYLOAD;
}

/* ---- SLAC ---- */

static void ev_ask(struct sim_ev *ev)
{
	uint8_t *at = ev_frame(ev, ev_all, ev->mac, SLAC_PARM_REQ, 10);

	if (at)
		memcpy(at + 2, ev->run, sizeof(ev->run));
	ev->tries++;
	ev->said_us = ev->ticks_us;
}

static void ev_begin(struct sim_ev *ev)
{
	ev_go(ev, EV_ASKING);
	/* some cars put text here */
	snprintf((char *)ev->run, sizeof(ev->run), "EV%05lld",
		(long long)(ev->ticks_us / US_PER_MS % 100000));
	ev_ask(ev);
}

static void ev_announce(struct sim_ev *ev)
{
	uint8_t *at = ev_frame(ev, ev_all, ev->mac, SLAC_START_IND, 19);

	if (!at)
		return;
	at[2] = SLAC_SOUNDS;
	at[3] = 6;
	at[4] = 1;
	memcpy(at + 5, ev->pile, SLAC_MAC);
	memcpy(at + 11, ev->run, sizeof(ev->run));
}

/* A sound, and what the pile's modem tells of it. */
static void ev_shout(struct sim_ev *ev)
{
	uint8_t *at = ev_frame(ev, ev_all, ev->mac, SLAC_SOUND_IND, 52);

	if (at) {
		at[19] = (uint8_t)(SLAC_SOUNDS - 1 - ev->sounds);
		memcpy(at + 20, ev->run, sizeof(ev->run));
	}
	at = ev_frame(ev, ev->pile, ev_modem, SLAC_PROFILE_IND, 8 + SLAC_GROUPS);
	if (at) {
		memcpy(at, ev->mac, SLAC_MAC);
		at[6] = SLAC_GROUPS;
		memset(at + 8, EV_LOUD, SLAC_GROUPS);
	}
	ev->sounds++;
}

static void ev_match(struct sim_ev *ev)
{
	uint8_t *at = ev_frame(ev, ev->pile, ev->mac, SLAC_CHAR_RSP, 51);

	if (at) {
		memcpy(at + 2, ev->mac, SLAC_MAC);
		memcpy(at + 8, ev->run, sizeof(ev->run));
	}
	at = ev_frame(ev, ev->pile, ev->mac, SLAC_MATCH_REQ, 66);
	if (!at)
		return;
	at[2] = 0x3e;
	memcpy(at + 21, ev->match, SLAC_MAC);
	memcpy(at + 44, ev->pile, SLAC_MAC);
	memcpy(at + 50, ev->run, sizeof(ev->run));
	ev_go(ev, EV_MATCHING);
}

/* The pile's modem: keeps the key, and says that it did, with the number real ones say. */
static void ev_take_key(struct sim_ev *ev, const struct hal_packet *packet)
{
	uint8_t *at;

	memcpy(ev->network, packet->bytes + SLAC_PAYLOAD + 22, sizeof(ev->network));
	ev->keyed = true;
	at = ev_frame(ev, packet->bytes + 6, ev_modem, SLAC_SET_KEY_CNF, 14);
	if (at)
		at[0] = 1;
}

static void ev_take_frame(struct sim_ev *ev, const struct hal_packet *packet)
{
	const uint8_t *in = packet->bytes + SLAC_PAYLOAD;

	switch (slac_type(packet->bytes, packet->len)) {
	case SLAC_SET_KEY_REQ:
		ev_take_key(ev, packet);
		break;
	case SLAC_PARM_CNF:
		if (ev->phase != EV_ASKING || memcmp(in + 17, ev->run, sizeof(ev->run)) != 0)
			return;
		memcpy(ev->pile, packet->bytes + 6, SLAC_MAC);
		ev_go(ev, EV_SHOUTING);
		ev->sounds = 0;
		for (int i = 0; i < 3; i++)
			ev_announce(ev);
		break;
	case SLAC_CHAR_IND:
		if (ev->phase == EV_WAITING || ev->phase == EV_SHOUTING)
			ev_match(ev);
		break;
	case SLAC_MATCH_CNF:
		if (ev->phase != EV_MATCHING)
			return;
		memcpy(ev->key, in + 74, sizeof(ev->key));
		ev_go(ev, EV_JOINING);
		break;
	default:
		break;
	}
}

/* ---- SDP and the connection ---- */

static void ev_seek(struct sim_ev *ev)
{
	struct hal_packet *packet = ev_put(ev, HAL_WIRE_QUESTION);
	const struct v2gtp_head head = {.type = V2GTP_SDP_REQ, .len = 2};

	ev->tries++;
	ev->said_us = ev->ticks_us;
	if (!packet)
		return;
	v2gtp_write(&head, packet->bytes);
	packet->bytes[8] = ev->contract ? 0x00 : 0x10; /* TLS, or in clear */
	packet->bytes[9] = 0x00;
	packet->len = V2GTP_HEAD + 2;
}

static void ev_put_stream(struct sim_ev *ev, const uint8_t *bytes, size_t len)
{
	for (size_t at = 0; at < len;) {
		size_t part = len - at < HAL_PACKET_MAX ? len - at : HAL_PACKET_MAX;
		struct hal_packet *packet = ev_put(ev, HAL_WIRE_STREAM);
		if (!packet)
			return;
		packet->len = (uint16_t)part;
		memcpy(packet->bytes, bytes + at, part);
		at += part;
	}
}

static struct tunnel *ev_tunnel(const struct sim_ev *ev)
{
	return ev->contract ? ev->contract->tunnel : NULL;
}

static void ev_flush(struct sim_ev *ev)
{
	uint8_t bytes[HAL_PACKET_MAX];
	size_t len;

	while ((len = tunnel_next(ev_tunnel(ev), bytes, sizeof(bytes))) > 0)
		ev_put_stream(ev, bytes, len);
}

static void ev_forget_tunnel(struct sim_ev *ev)
{
	if (!ev->contract)
		return;
	tunnel_free(ev->contract->tunnel);
	ev->contract->tunnel = NULL;
}

/* Inside TLS where the pile said so. */
static void ev_connect(struct sim_ev *ev, bool tls)
{
	ev_put(ev, HAL_WIRE_OPENED);
	ev_forget_tunnel(ev);
	if (ev->contract) {
		ev->contract->offered = ev->contract->pays = false;
		ev->contract->tunnel = tls ? tunnel_new(ev->contract->paper) : NULL;
	}
	ev_go(ev, EV_TALKING);
	ev->say = EV_SAY_HELLO;
	ev->asks_us = ev->ticks_us;
	ev->waits = false;
	ev->schema = NULL;
	ev->len = 0;
	ev->stops = ev->closed = ev->asks = false;
	ev->why[0] = 0;
	memset(ev->session, 0, sizeof(ev->session));
	if (ev_tunnel(ev))
		ev_flush(ev);
}

static void ev_finish(struct sim_ev *ev)
{
	ev_forget_tunnel(ev);
	ev->closed = ev->asks = false;
	ev->told_ma = 0;
	ev_go(ev, EV_DONE);
}

/* What came, out of TLS: into `room`. False when it does not fit, or TLS is broken. */
static bool ev_take_bytes(
	struct sim_ev *ev, const struct hal_packet *packet, uint8_t *room, size_t cap)
{
	struct tunnel *tunnel = ev_tunnel(ev);
	bool good;
	size_t got;

	if (!tunnel) {
		if (packet->len > cap - ev->len)
			return false;
		memcpy(room + ev->len, packet->bytes, packet->len);
		ev->len += packet->len;
		return true;
	}
	good = tunnel_take(tunnel, packet->bytes, packet->len);
	ev_flush(ev);
	do {
		got = tunnel_read(tunnel, room + ev->len, cap - ev->len);
		ev->len += got;
	} while (got > 0);
	return good;
}

static void ev_give_up(struct sim_ev *ev, const char *why);

static void ev_take_stream(struct sim_ev *ev, const struct hal_packet *packet)
{
	uint8_t *room = ev->contract ? ev->contract->in : ev->in;
	size_t cap = ev->contract ? sizeof(ev->contract->in) : sizeof(ev->in);
	struct v2gtp_head head;
	enum sim_ev_say say;

	if (ev->phase != EV_TALKING)
		return;
	if (!ev_take_bytes(ev, packet, room, cap)) {
		ev_give_up(ev, ev_tunnel(ev) ? tunnel_why(ev_tunnel(ev)) : "too long");
		return;
	}
	if (ev->len < V2GTP_HEAD || !v2gtp_read(room, &head) || ev->len - V2GTP_HEAD < head.len)
		return;
	ev->len = 0;
	ev->waits = false;
	say = ev->say;
	sim_ev_answer(ev, room + V2GTP_HEAD, head.len);
	if (ev->say != say)
		ev->asks_us = ev->ticks_us;
	if (ev->phase == EV_DONE)
		ev_finish(ev);
}

void sim_ev_take(struct sim_ev *ev, const struct hal_packet *packet)
{
	if (packet->wire == HAL_WIRE_FRAME)
		ev_take_frame(ev, packet);
	if (!ev->world.plugged)
		return;
	if (packet->wire == HAL_WIRE_QUESTION && ev->phase == EV_SEEKING)
		ev_connect(ev, packet->len >= SDP_ANSWER && packet->bytes[26] == 0);
	if (packet->wire == HAL_WIRE_STREAM)
		ev_take_stream(ev, packet);
	if (packet->wire == HAL_WIRE_CLOSED && ev->phase == EV_TALKING)
		ev_finish(ev);
}

/* ---- the talk ---- */

static void ev_send(struct sim_ev *ev, const uint8_t *bytes, size_t len)
{
	const struct v2gtp_head head = {.type = V2GTP_EXI, .len = (uint32_t)len};
	uint8_t packet[V2GTP_HEAD + EV_REQUEST];

	v2gtp_write(&head, packet);
	memcpy(packet + V2GTP_HEAD, bytes, len);
	if (!ev_tunnel(ev)) {
		ev_put_stream(ev, packet, V2GTP_HEAD + len);
		return;
	}
	tunnel_write(ev_tunnel(ev), packet, V2GTP_HEAD + len);
	ev_flush(ev);
}

static void ev_say(struct sim_ev *ev)
{
	struct arena arena;
	struct exi_doc doc = {.arena = &arena};
	uint8_t bytes[EV_REQUEST];
	size_t len = 0;

	ev->said_us = ev->ticks_us;
	ev->waits = true;
	if (ev->trick == EV_GARBAGE && ev->say == EV_SAY_PARAMETERS) {
		ev_send(ev, (const uint8_t *)"\x80\x98\xff\xff\xff\xff\xff", 7);
		return;
	}
	arena_init(&arena, EV_ARENA);
	/* what a script made it say and the schema does not have stays unsaid */
	sim_ev_request(ev, &doc);
	if (exi_write(&doc, bytes, sizeof(bytes), &len) == 0)
		ev_send(ev, bytes, len);
	arena_fini(&arena);
}

static void ev_give_up(struct sim_ev *ev, const char *why)
{
	ev_put(ev, HAL_WIRE_CLOSED);
	snprintf(ev->why, sizeof(ev->why), "%s", why);
	ev_finish(ev);
}

static void ev_talk(struct sim_ev *ev)
{
	if (ev->trick == EV_MUTE && ev->say == EV_SAY_LOOP)
		return;
	if (ev->trick == EV_HANG_UP && ev->say == EV_SAY_LOOP)
		ev_give_up(ev, "");
	else if (ev->say != EV_SAY_LOOP && ev->ticks_us - ev->asks_us >= EV_ONGOING_US)
		ev_give_up(ev, "told to wait too long");
	else if (ev_tunnel(ev) && !tunnel_open(ev_tunnel(ev)))
		return; /* it greets the pile */
	else if (!ev->waits && ev->ticks_us - ev->said_us >= EV_PACE_US)
		ev_say(ev);
	else if (ev->waits && ev->ticks_us - ev->said_us >= EV_LATE_US)
		ev_give_up(ev, "no answer");
}

/* ---- time ---- */

static void ev_shouting(struct sim_ev *ev, int64_t dt_us)
{
	(void)dt_us;
	while (ev->sounds < SLAC_SOUNDS && ev->out_len + 2 <= EV_QUEUE &&
		ev->ticks_us - ev->since_us >= (ev->sounds + 1) * EV_SOUND_US)
		ev_shout(ev);
	if (ev->sounds == SLAC_SOUNDS)
		ev_go(ev, EV_WAITING);
}

static void ev_asking(struct sim_ev *ev)
{
	if (ev->ticks_us - ev->said_us < EV_ASK_US)
		return;
	if (ev->tries < EV_ASKS)
		ev_ask(ev);
	else
		ev_go(ev, EV_ASLEEP);
}

static void ev_phase_step(struct sim_ev *ev, int64_t dt_us)
{
	int64_t in_us = ev->ticks_us - ev->since_us;

	switch (ev->phase) {
	case EV_ASLEEP:
		if (in_us >= EV_WAKE_US)
			ev_begin(ev);
		break;
	case EV_ASKING:
		ev_asking(ev);
		break;
	case EV_SHOUTING:
		ev_shouting(ev, dt_us);
		break;
	case EV_WAITING:
	case EV_MATCHING:
		if (in_us >= EV_WAIT_US)
			ev_go(ev, EV_ASLEEP);
		break;
	case EV_JOINING: /* with another key than the modem's there is no network */
		if (in_us >= EV_JOIN_US && ev->keyed &&
			memcmp(ev->key, ev->network, sizeof(ev->key)) == 0)
			ev_go(ev, ev->outside ? EV_DONE : EV_SEEKING);
		break;
	case EV_SEEKING:
		if (ev->tries < EV_SEEKS && ev->ticks_us - ev->said_us >= EV_SEEK_US)
			ev_seek(ev);
		break;
	case EV_TALKING:
		ev_talk(ev);
		break;
	case EV_DONE:
		break;
	}
}

void sim_ev_step(struct sim_ev *ev, const struct sim_ev_world *world, int64_t dt_us)
{
	bool called = ev->on && world->plugged && world->duty_permille == HAL_DUTY_DIGITAL;

	ev->ticks_us += dt_us;
	ev->world = *world;
	if (!world->plugged && ev->phase == EV_TALKING)
		ev_put(ev, HAL_WIRE_CLOSED);
	if (!called) {
		ev->closed = ev->asks = false;
		ev_go(ev, EV_ASLEEP);
		return;
	}
	ev_phase_step(ev, dt_us);
}
