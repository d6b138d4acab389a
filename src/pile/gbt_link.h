/* gbt_link.h - whole messages over CAN frames of 8 bytes, for either side of GB/T 27930: a short
 * one is a frame; a long one is announced (RTS), asked for (CTS), sent in numbered packets and
 * acknowledged, as SAE J1939 does it. Pure: frames come in one by one, frames to send are taken out
 * one by one; nothing waits. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pile/gbt_msg.h"
#include "pile/hal/hal.h"

#define GBT_LINK_MOST 600 /* bytes of a long message that is taken; more is not wanted */
#define GBT_LINK_OUT 32

struct gbt_link {
	uint8_t own, peer;
	struct hal_can out[GBT_LINK_OUT]; /* to be sent, oldest first */
	size_t out_len;
	struct {
		bool on;
		uint8_t pf, next, packets; /* the packet that is expected */
		size_t len;
		int64_t at_us;
		uint8_t bytes[GBT_LINK_MOST + 7];
	} in;
	struct {
		bool on;
		uint8_t pf;
		size_t len;
		int64_t at_us;
		uint8_t bytes[GBT_LONG];
	} long_out;
};

/* A message that came whole; borrowed from its last frame, or from the link until the next one. */
struct gbt_message {
	uint8_t pf;
	const uint8_t *bytes;
	size_t len;
};

void gbt_link_init(struct gbt_link *link, uint8_t own, uint8_t peer);
/* Takes a frame; true when a message is whole by it. Frames of others are passed over. */
bool gbt_link_take(struct gbt_link *link, const struct hal_can *frame, int64_t ticks_us,
	struct gbt_message *ret);
/* Sends a message; a long one is dropped while another long one is under way, and comes again with
 * its period. */
void gbt_link_send(
	struct gbt_link *link, enum gbt_kind kind, const union gbt_body *body, int64_t ticks_us);
/* The oldest frame to send; false when there is none. */
bool gbt_link_next(struct gbt_link *link, struct hal_can *ret);
