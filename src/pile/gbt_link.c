/* gbt_link.c - frames and packets (see gbt_link.h). */
#include "pile/gbt_link.h"

#include <string.h>

#include "base/clock.h"

#define LINK_CONTROL 0xec /* RTS, CTS, end, abort */
#define LINK_DATA 0xeb
#define LINK_PRIO 7
#define LINK_RTS 0x10
#define LINK_CTS 0x11
#define LINK_END 0x13
#define LINK_ABORT 0xff
#define LINK_PACKET 7 /* bytes of a message in a packet */
#define LINK_WAIT_US \
	(1250 * US_PER_MS) /* for the next packet, or the answer to an announcement \
			    */

void gbt_link_init(struct gbt_link *link, uint8_t own, uint8_t peer)
{
	memset(link, 0, sizeof(*link));
	link->own = own;
	link->peer = peer;
}

/* A queue that is full lost its bus: the newest are dropped, as a bus drops them. */
static void link_put(
	struct gbt_link *link, uint8_t prio, uint8_t pf, const uint8_t *bytes, size_t len)
{
	struct hal_can *frame = &link->out[link->out_len];

	if (link->out_len == GBT_LINK_OUT)
		return;
	*frame = (struct hal_can){.id = (uint32_t)prio << 26 | (uint32_t)pf << 16 |
					(uint32_t)link->peer << 8 | link->own,
		.len = (uint8_t)len};
	memcpy(frame->data, bytes, len);
	link->out_len++;
}

bool gbt_link_next(struct gbt_link *link, struct hal_can *ret)
{
	if (link->out_len == 0)
		return false;
	*ret = link->out[0];
	link->out_len--;
	memmove(link->out, link->out + 1, link->out_len * sizeof(link->out[0]));
	return true;
}

static size_t link_packets(size_t len)
{
	return (len + LINK_PACKET - 1) / LINK_PACKET;
}

/* Bytes 2 to 8 of an announcement and of its end are alike. */
static void link_control(struct gbt_link *link, uint8_t what, size_t len, uint8_t pf)
{
	const uint8_t bytes[8] = {what, (uint8_t)len, (uint8_t)(len >> 8),
		(uint8_t)link_packets(len), 0xff, 0, pf, 0};

	link_put(link, LINK_PRIO, LINK_CONTROL, bytes, sizeof(bytes));
}

static void link_ask(struct gbt_link *link)
{
	const uint8_t bytes[8] = {LINK_CTS, (uint8_t)(link->in.packets - link->in.next + 1),
		link->in.next, 0xff, 0xff, 0, link->in.pf, 0};

	link_put(link, LINK_PRIO, LINK_CONTROL, bytes, sizeof(bytes));
}

static void link_abort(struct gbt_link *link, uint8_t pf)
{
	const uint8_t bytes[8] = {LINK_ABORT, 0xff, 0xff, 0xff, 0xff, 0, pf, 0};

	link_put(link, LINK_PRIO, LINK_CONTROL, bytes, sizeof(bytes));
}

/* ---- a long message of ours ---- */

void gbt_link_send(
	struct gbt_link *link, enum gbt_kind kind, const union gbt_body *body, int64_t ticks_us)
{
	const struct gbt_row *row = gbt_row(kind);
	uint8_t bytes[GBT_LONG];

	gbt_write(kind, body, bytes);
	if (row->len <= 8) {
		link_put(link, row->prio, row->pf, bytes, row->len);
		return;
	}
	if (link->long_out.on && ticks_us - link->long_out.at_us < LINK_WAIT_US)
		return;
	link->long_out.on = true;
	link->long_out.pf = row->pf;
	link->long_out.len = row->len;
	link->long_out.at_us = ticks_us;
	memcpy(link->long_out.bytes, bytes, row->len);
	link_control(link, LINK_RTS, row->len, row->pf);
}

static void link_send_packets(struct gbt_link *link, uint8_t count, uint8_t from, int64_t ticks_us)
{
	size_t packets = link_packets(link->long_out.len);

	link->long_out.at_us = ticks_us;
	for (size_t at = from; at >= 1 && at <= packets && at < (size_t)from + count; at++) {
		size_t begin = (at - 1) * LINK_PACKET, len = link->long_out.len - begin;
		uint8_t bytes[8];
		memset(bytes, 0xff, sizeof(bytes));
		bytes[0] = (uint8_t)at;
		memcpy(bytes + 1, link->long_out.bytes + begin,
			len < LINK_PACKET ? len : LINK_PACKET);
		link_put(link, LINK_PRIO, LINK_DATA, bytes, sizeof(bytes));
	}
}

/* ---- a long message of the other side ---- */

/* A new announcement takes the place of one that is under way: its sender began again. */
static void link_announced(struct gbt_link *link, const uint8_t *bytes, int64_t ticks_us)
{
	size_t len = bytes[1] | (size_t)bytes[2] << 8;

	link->in.on = false;
	if (len <= 8 || len > GBT_LINK_MOST || bytes[3] != link_packets(len)) {
		link_abort(link, bytes[6]);
		return;
	}
	link->in.on = true;
	link->in.pf = bytes[6];
	link->in.next = 1;
	link->in.packets = bytes[3];
	link->in.len = len;
	link->in.at_us = ticks_us;
	link_ask(link);
}

static void link_controlled(struct gbt_link *link, const uint8_t *bytes, int64_t ticks_us)
{
	bool ours = link->long_out.on && bytes[6] == link->long_out.pf;

	if (bytes[0] == LINK_RTS)
		link_announced(link, bytes, ticks_us);
	else if (bytes[0] == LINK_CTS && ours)
		link_send_packets(link, bytes[1], bytes[2], ticks_us);
	else if ((bytes[0] == LINK_END || bytes[0] == LINK_ABORT) && ours)
		link->long_out.on = false;
	else if (bytes[0] == LINK_ABORT && link->in.on && bytes[6] == link->in.pf)
		link->in.on = false;
}

/* When one is missing, the last of the row shows it: its sender is asked to go back. */
static bool link_packet(
	struct gbt_link *link, const uint8_t *bytes, int64_t ticks_us, struct gbt_message *ret)
{
	if (!link->in.on)
		return false;
	if (ticks_us - link->in.at_us > LINK_WAIT_US || bytes[0] == 0) {
		link->in.on = false;
		return false;
	}
	if (bytes[0] != link->in.next) {
		if (bytes[0] == link->in.packets)
			link_ask(link);
		return false;
	}
	memcpy(link->in.bytes + (size_t)(link->in.next - 1) * LINK_PACKET, bytes + 1, LINK_PACKET);
	link->in.at_us = ticks_us;
	if (link->in.next++ < link->in.packets)
		return false;
	link->in.on = false;
	link_control(link, LINK_END, link->in.len, link->in.pf);
	*ret = (struct gbt_message){link->in.pf, link->in.bytes, link->in.len};
	return true;
}

bool gbt_link_take(struct gbt_link *link, const struct hal_can *frame, int64_t ticks_us,
	struct gbt_message *ret)
{
	uint8_t pf = (uint8_t)(frame->id >> 16);

	if ((frame->id & 0xffff) != ((uint32_t)link->own << 8 | link->peer) ||
		frame->len > sizeof(frame->data))
		return false;
	if (pf == LINK_CONTROL) {
		if (frame->len == 8)
			link_controlled(link, frame->data, ticks_us);
		return false;
	}
	if (pf == LINK_DATA)
		return frame->len == 8 && link_packet(link, frame->data, ticks_us, ret);
	*ret = (struct gbt_message){pf, frame->data, frame->len};
	return true;
}
