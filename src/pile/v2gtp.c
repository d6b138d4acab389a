/* v2gtp.c - heads of V2GTP, question and answer of SDP (v2gtp.h). */
#include "pile/v2gtp.h"

#include <string.h>

#define V2GTP_VERSION 0x01
#define SDP_TLS 0x00
#define SDP_OPEN 0x10
#define SDP_TCP 0x00

bool v2gtp_read(const uint8_t *bytes, struct v2gtp_head *ret)
{
	if (bytes[0] != V2GTP_VERSION || bytes[1] != (uint8_t)~V2GTP_VERSION)
		return false;
	ret->type = (uint16_t)(bytes[2] << 8 | bytes[3]);
	ret->len = (uint32_t)bytes[4] << 24 | (uint32_t)bytes[5] << 16 | (uint32_t)bytes[6] << 8 |
		   bytes[7];
	return true;
}

void v2gtp_write(const struct v2gtp_head *head, uint8_t ret[V2GTP_HEAD])
{
	ret[0] = V2GTP_VERSION;
	ret[1] = (uint8_t)~V2GTP_VERSION;
	ret[2] = (uint8_t)(head->type >> 8);
	ret[3] = (uint8_t)head->type;
	for (int i = 0; i < 4; i++)
		ret[4 + i] = (uint8_t)(head->len >> (24 - 8 * i));
}

bool sdp_read(const uint8_t *bytes, size_t len, bool *ret_tls)
{
	struct v2gtp_head head;

	if (len < V2GTP_HEAD + 2 || !v2gtp_read(bytes, &head) || head.type != V2GTP_SDP_REQ ||
		head.len != 2 || (bytes[8] != SDP_TLS && bytes[8] != SDP_OPEN) ||
		bytes[9] != SDP_TCP)
		return false;
	*ret_tls = bytes[8] == SDP_TLS;
	return true;
}

void sdp_write(const uint8_t address[16], uint16_t port, bool tls, uint8_t ret[SDP_ANSWER])
{
	const struct v2gtp_head head = {.type = V2GTP_SDP_RES, .len = SDP_ANSWER - V2GTP_HEAD};

	v2gtp_write(&head, ret);
	memcpy(ret + 8, address, 16);
	ret[24] = (uint8_t)(port >> 8);
	ret[25] = (uint8_t)port;
	ret[26] = tls ? SDP_TLS : SDP_OPEN;
	ret[27] = SDP_TCP;
}
