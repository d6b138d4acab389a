/* virtual_cable.h - a charging cable for tests: a pair of Ethernet interfaces in a network of their
 * own, `plc0` at the pile and `car0` at the car. */
#pragma once
#include <linux/if_packet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CABLE_HOMEPLUG 0x88e1 /* the Ethernet type of frames to and between modems */

/* A network with nothing in it but the two ends; link-local addresses without waiting for whether
 * somebody else has them. False where the machine does not let us. */
static inline bool virtual_cable(void)
{
	static const char *const steps[] = {
		"ip link add plc0 address 02:70:69:6c:65:01 type veth peer name car0",
		"ip link set car0 address 02:7d:fa:01:02:03", "ip link set plc0 addrgenmode none",
		"ip link set car0 addrgenmode none", "ip link set plc0 up", "ip link set car0 up",
		"ip addr add fe80::70:69ff:fe6c:6501/64 dev plc0 nodad",
		"ip addr add fe80::7d:faff:fe01:203/64 dev car0 nodad"};
	char command[256];

	if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return false;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		snprintf(command, sizeof(command), "%s 2>/dev/null", steps[i]);
		if (system(command) != 0)
			return false;
	}
	return true;
}

/* A socket for the frames at one end, or -1. */
static inline int virtual_cable_frames(const char *interface)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_protocol = htons(CABLE_HOMEPLUG)};
	int file =
		socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, htons(CABLE_HOMEPLUG));

	address.sll_ifindex = (int)if_nametoindex(interface);
	if (file >= 0 && bind(file, (struct sockaddr *)&address, sizeof(address)) == 0)
		return file;
	if (file >= 0)
		close(file);
	return -1;
}
