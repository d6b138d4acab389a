/* linux_cable.c - the data line to a car through a HomePlug Green PHY modem, which Linux has as a
 * network interface of its own ("plc0"): raw frames of type 88E1 for modem and SLAC, IPv6 with
 * link-local addresses for the question where to connect (UDP) and for the talk (TCP). One car, one
 * connection: a new one ends the old. Nothing waits; a line that went down is opened again every
 * two seconds. */
#include <arpa/inet.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/hal/linux_parts.h"
#include "pile/v2gtp.h"

#define CABLE_TYPE 0x88e1
#define CABLE_RETRY_US (2 * US_PER_S)
#define CABLE_PORT_FIRST 49152 /* the standards' range */
#define CABLE_PORTS 256        /* tried, beginning at one that differs from line to line */

static void cable_shut(int *file)
{
	if (*file >= 0)
		close(*file);
	*file = -1;
}

void linux_cable_close(struct linux_cable *cable)
{
	if (!cable->interface)
		return;
	cable_shut(&cable->frames);
	cable_shut(&cable->questions);
	cable_shut(&cable->listener);
	cable_shut(&cable->stream);
}

/* ---- opening ---- */

static int cable_open_frames(struct linux_cable *cable)
{
	struct sockaddr_ll address = {.sll_family = AF_PACKET,
		.sll_protocol = htons(CABLE_TYPE),
		.sll_ifindex = (int)cable->index};
	struct ifreq request = {0};

	cable->frames =
		socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(CABLE_TYPE));
	if (cable->frames < 0 ||
		bind(cable->frames, (struct sockaddr *)&address, sizeof(address)) != 0)
		return FAULT(FAULT_IO, "no raw frames on %s: %m", cable->interface);
	memcpy(request.ifr_name, cable->interface, strlen(cable->interface));
	if (ioctl(cable->frames, SIOCGIFHWADDR, &request) != 0)
		return FAULT(FAULT_IO, "%s has no address: %m", cable->interface);
	memcpy(cable->own.mac, request.ifr_hwaddr.sa_data, sizeof(cable->own.mac));
	return 0;
}

static bool cable_find_address(struct linux_cable *cable, struct sockaddr_in6 *ret)
{
	struct ifaddrs *list;
	bool found = false;

	if (getifaddrs(&list) != 0)
		return false;
	for (const struct ifaddrs *at = list; at && !found; at = at->ifa_next) {
		if (!at->ifa_addr || at->ifa_addr->sa_family != AF_INET6 ||
			strcmp(at->ifa_name, cable->interface) != 0)
			continue;
		memcpy(ret, at->ifa_addr, sizeof(*ret));
		found = IN6_IS_ADDR_LINKLOCAL(&ret->sin6_addr);
	}
	freeifaddrs(list);
	return found;
}

static int cable_open_questions(struct linux_cable *cable)
{
	struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons(V2GTP_PORT)};
	struct ipv6_mreq group = {.ipv6mr_interface = cable->index};
	int on = 1, file = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	cable->questions = file;
	group.ipv6mr_multiaddr.s6_addr[0] = 0xff;
	group.ipv6mr_multiaddr.s6_addr[1] = 0x02;
	group.ipv6mr_multiaddr.s6_addr[15] = 1;
	if (file < 0 ||
		setsockopt(file, SOL_SOCKET, SO_BINDTODEVICE, cable->interface,
			(socklen_t)strlen(cable->interface)) != 0 ||
		setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		setsockopt(file, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) != 0 ||
		setsockopt(file, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof(group)) != 0 ||
		bind(file, (struct sockaddr *)&address, sizeof(address)) != 0)
		return FAULT(FAULT_IO, "no questions on %s: %m", cable->interface);
	return 0;
}

static int cable_open_listener(struct linux_cable *cable, const struct sockaddr_in6 *own)
{
	struct sockaddr_in6 address = *own;
	int on = 1, file = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool bound = false;

	cable->listener = file;
	if (file < 0 || setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0)
		return FAULT(FAULT_IO, "no connections on %s: %m", cable->interface);
	for (uint32_t i = 0; i < CABLE_PORTS && !bound; i++) {
		cable->own.port =
			(uint16_t)(CABLE_PORT_FIRST + (cable->index * CABLE_PORTS + i) % 16000);
		address.sin6_port = htons(cable->own.port);
		bound = bind(file, (struct sockaddr *)&address, sizeof(address)) == 0;
	}
	if (!bound || listen(file, 2) != 0)
		return FAULT(FAULT_IO, "no connections on %s: %m", cable->interface);
	memcpy(cable->own.address, &own->sin6_addr, sizeof(cable->own.address));
	return 0;
}

static int cable_open_all(struct linux_cable *cable)
{
	struct sockaddr_in6 own;

	cable->index = if_nametoindex(cable->interface);
	if (cable->index == 0)
		return FAULT(FAULT_IO, "no interface %s: %m", cable->interface);
	if (cable->framed)
		TRY(cable_open_frames(cable));
	if (!cable_find_address(cable, &own))
		return FAULT(FAULT_IO, "%s has no link-local address yet", cable->interface);
	TRY(cable_open_questions(cable));
	return cable_open_listener(cable, &own);
}

int linux_cable_open(struct linux_cable *cable, const char *interface, bool framed)
{
	int result;

	memset(cable, 0, sizeof(*cable));
	cable->interface = interface;
	cable->framed = framed;
	cable->frames = cable->questions = cable->listener = cable->stream = -1;
	result = cable_open_all(cable);
	if (result < 0)
		linux_cable_close(cable);
	cable->retry_us = clock_ticks_us(&clock_system) + CABLE_RETRY_US;
	return result;
}

static int cable_lost(struct linux_cable *cable)
{
	LOG_WARN("line gone", "interface=%s why=\"%m\"", cable->interface);
	linux_cable_close(cable);
	cable->retry_us = clock_ticks_us(&clock_system) + CABLE_RETRY_US;
	return FAULT(FAULT_IO, "the line %s does not answer", cable->interface);
}

static int cable_ready(struct linux_cable *cable)
{
	if (cable->listener >= 0)
		return 0;
	if (clock_ticks_us(&clock_system) < cable->retry_us)
		return FAULT(FAULT_IO, "the line %s is gone", cable->interface);
	return linux_cable_open(cable, cable->interface, cable->framed);
}

int linux_cable_look(struct linux_cable *cable, struct hal_line *ret)
{
	TRY(cable_ready(cable));
	*ret = cable->own;
	return 0;
}

/* ---- sending ---- */

static bool cable_would_wait(void)
{
	return errno == EAGAIN || errno == ENOBUFS || errno == EINTR;
}

static int cable_answer(struct linux_cable *cable, const struct hal_packet *packet)
{
	struct sockaddr_in6 to = {.sin6_family = AF_INET6,
		.sin6_port = htons(packet->port),
		.sin6_scope_id = cable->index};

	memcpy(&to.sin6_addr, packet->address, sizeof(packet->address));
	/* who asked may be gone: no reason to doubt the line */
	if (sendto(cable->questions, packet->bytes, packet->len, 0, (struct sockaddr *)&to,
		    sizeof(to)) < 0)
		LOG_WARN("an answer did not leave", "interface=%s why=\"%m\"", cable->interface);
	return 0;
}

int linux_cable_send(struct linux_cable *cable, const struct hal_packet *packet)
{
	TRY(cable_ready(cable));
	switch (packet->wire) {
	case HAL_WIRE_FRAME:
		if (send(cable->frames, packet->bytes, packet->len, 0) == (ssize_t)packet->len)
			return 0;
		return cable_would_wait() ? FAULT(FAULT_IO, "%s is full", cable->interface)
					  : cable_lost(cable);
	case HAL_WIRE_QUESTION:
		return cable_answer(cable, packet);
	case HAL_WIRE_STREAM:
		/* an answer that does not fit whole is none: the car does not listen any more */
		if (cable->stream >= 0 && send(cable->stream, packet->bytes, packet->len,
						  MSG_NOSIGNAL) != (ssize_t)packet->len)
			cable->broken = true;
		return 0;
	default:
		cable_shut(&cable->stream);
		cable->broken = false;
		return 0;
	}
}

/* ---- receiving ---- */

/* Frames we sent ourselves come back to a raw socket; they are passed over. */
static bool cable_take_frame(struct linux_cable *cable, struct hal_packet *ret, int *ret_result)
{
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t got;

	if (!cable->framed)
		return false;
	do {
		got = recvfrom(cable->frames, ret->bytes, sizeof(ret->bytes), 0,
			(struct sockaddr *)&from, &len);
	} while (got >= 0 && from.sll_pkttype == PACKET_OUTGOING);
	if (got < 0 && !cable_would_wait())
		*ret_result = cable_lost(cable);
	ret->wire = HAL_WIRE_FRAME;
	ret->len = got > 0 ? (uint16_t)got : 0;
	return got > 0;
}

static bool cable_take_question(struct linux_cable *cable, struct hal_packet *ret)
{
	struct sockaddr_in6 from;
	socklen_t len = sizeof(from);
	ssize_t got = recvfrom(cable->questions, ret->bytes, sizeof(ret->bytes), 0,
		(struct sockaddr *)&from, &len);

	if (got <= 0 || from.sin6_family != AF_INET6)
		return false;
	ret->wire = HAL_WIRE_QUESTION;
	memcpy(ret->address, &from.sin6_addr, sizeof(ret->address));
	ret->port = ntohs(from.sin6_port);
	ret->len = (uint16_t)got;
	return true;
}

static bool cable_take_caller(struct linux_cable *cable, struct hal_packet *ret)
{
	struct sockaddr_in6 from;
	socklen_t len = sizeof(from);
	int on = 1, file = accept4(cable->listener, (struct sockaddr *)&from, &len,
			    SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (file < 0)
		return false;
	cable_shut(&cable->stream);
	cable->stream = file;
	cable->broken = false;
	/* without it answers may wait for each other; it is no reason to hang up */
	(void)setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	ret->wire = HAL_WIRE_OPENED;
	memcpy(ret->address, &from.sin6_addr, sizeof(ret->address));
	ret->port = ntohs(from.sin6_port);
	ret->len = 0;
	return true;
}

static bool cable_take_stream(struct linux_cable *cable, struct hal_packet *ret)
{
	ssize_t got;

	if (cable->stream < 0)
		return false;
	got = cable->broken ? 0 : recv(cable->stream, ret->bytes, sizeof(ret->bytes), 0);
	if (got < 0 && cable_would_wait())
		return false;
	ret->len = got > 0 ? (uint16_t)got : 0;
	ret->wire = got > 0 ? HAL_WIRE_STREAM : HAL_WIRE_CLOSED;
	if (got <= 0)
		cable_shut(&cable->stream);
	cable->broken = false;
	return true;
}

int linux_cable_receive(struct linux_cable *cable, struct hal_packet *ret, bool *ret_got)
{
	int result = 0;

	*ret_got = false;
	TRY(cable_ready(cable));
	*ret_got = cable_take_frame(cable, ret, &result);
	if (result < 0)
		return result;
	*ret_got = *ret_got || cable_take_question(cable, ret) || cable_take_caller(cable, ret) ||
		   cable_take_stream(cable, ret);
	return 0;
}
