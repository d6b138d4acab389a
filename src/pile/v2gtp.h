/* v2gtp.h - how messages between car and pile are put into bytes on the way (V2GTP of ISO 15118-2,
 * the same in DIN 70121): eight bytes before each say what follows and how long it is; and the one
 * question a car sends to all, where the pile is to be reached (SDP), which needs no more than that
 * head. Pure. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define V2GTP_HEAD 8
#define V2GTP_PORT 15118 /* of SDP, UDP */
#define SDP_ANSWER (V2GTP_HEAD + 20)

enum v2gtp_type { V2GTP_EXI = 0x8001, V2GTP_SDP_REQ = 0x9000, V2GTP_SDP_RES = 0x9001 };

struct v2gtp_head {
	uint16_t type;
	uint32_t len; /* of what follows */
};

/* False when the bytes (at least V2GTP_HEAD) do not begin as a message does. */
bool v2gtp_read(const uint8_t *bytes, struct v2gtp_head *ret);
void v2gtp_write(const struct v2gtp_head *head, uint8_t ret[V2GTP_HEAD]);

/* Is it the question? *ret_tls: the car would like TLS. */
bool sdp_read(const uint8_t *bytes, size_t len, bool *ret_tls);
/* Our answer: this address and TCP port, with TLS or without. */
void sdp_write(const uint8_t address[16], uint16_t port, bool tls, uint8_t ret[SDP_ANSWER]);
