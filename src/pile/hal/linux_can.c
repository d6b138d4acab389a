/* linux_can.c - the bus to a car's battery or to rectifiers: whole CAN 2.0B frames with 29-bit
 * identifiers, as GB/T 27930 and rectifier modules speak them. A bus of the kernel is a raw socket
 * (SocketCAN); for benches without one, "unix:PATH" is a local socket which carries the same
 * frames, one a packet, so that a car's side can be a program. Nothing waits: a full queue is a
 * fault of the sender, and a bus that went down is opened again every two seconds. */
#include <errno.h>
#include <linux/can.h>
#include <linux/can/raw.h>
#include <net/if.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/hal/linux_parts.h"

#define CAN_UNIX "unix:"
#define CAN_RETRY_US (2 * US_PER_S)
#define CAN_FRAMES_A_LOOK 64 /* frames passed over in one look for one that counts */

/* Only data frames with long identifiers reach us: what else is on the wire is not for a pile. */
static bool can_filter(int file)
{
	const struct can_filter only = {
		.can_id = CAN_EFF_FLAG, .can_mask = CAN_EFF_FLAG | CAN_RTR_FLAG};
	int off = 0;

	return setsockopt(file, SOL_CAN_RAW, CAN_RAW_FILTER, &only, sizeof(only)) == 0 &&
	       setsockopt(file, SOL_CAN_RAW, CAN_RAW_RECV_OWN_MSGS, &off, sizeof(off)) == 0;
}

static int can_open_bus(struct linux_can *can)
{
	struct sockaddr_can address = {.can_family = AF_CAN};

	can->file = socket(PF_CAN, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, CAN_RAW);
	if (can->file < 0)
		return FAULT(FAULT_IO, "no CAN in this kernel: %m");
	address.can_ifindex = (int)if_nametoindex(can->bus);
	if (address.can_ifindex == 0 || !can_filter(can->file) ||
		bind(can->file, (struct sockaddr *)&address, sizeof(address)) != 0)
		return FAULT(FAULT_IO, "cannot open the bus %s: %m", can->bus);
	return 0;
}

static int can_open_bench(struct linux_can *can)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = can->bus + strlen(CAN_UNIX);

	if (strlen(path) >= sizeof(address.sun_path))
		return FAULT(FAULT_IO, "path too long: %s", path);
	memcpy(address.sun_path, path, strlen(path) + 1);
	can->file = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (can->file < 0 || connect(can->file, (struct sockaddr *)&address, sizeof(address)) != 0)
		return FAULT(FAULT_IO, "cannot open the bus %s: %m", can->bus);
	return 0;
}

void linux_can_close(struct linux_can *can)
{
	if (can->bus && can->file >= 0)
		close(can->file);
	can->file = -1;
}

int linux_can_open(struct linux_can *can, const char *bus)
{
	int result;

	memset(can, 0, sizeof(*can));
	can->bus = bus;
	can->file = -1;
	result = strncmp(bus, CAN_UNIX, strlen(CAN_UNIX)) == 0 ? can_open_bench(can)
							       : can_open_bus(can);
	if (result < 0)
		linux_can_close(can);
	can->retry_us = clock_ticks_us(&clock_system) + CAN_RETRY_US;
	return result;
}

static int can_lost(struct linux_can *can)
{
	LOG_WARN("bus gone", "bus=%s why=\"%m\"", can->bus);
	linux_can_close(can);
	can->retry_us = clock_ticks_us(&clock_system) + CAN_RETRY_US;
	return FAULT(FAULT_IO, "the bus %s does not answer", can->bus);
}

/* The bus is there, or is there again. */
static int can_ready(struct linux_can *can)
{
	const char *bus = can->bus;

	if (can->file >= 0)
		return 0;
	if (clock_ticks_us(&clock_system) < can->retry_us)
		return FAULT(FAULT_IO, "the bus %s is gone", bus);
	return linux_can_open(can, bus);
}

int linux_can_send(struct linux_can *can, const struct hal_can *frame)
{
	struct can_frame out = {.can_id = frame->id | CAN_EFF_FLAG, .can_dlc = frame->len};

	if (frame->id > CAN_EFF_MASK || frame->len > sizeof(frame->data))
		return FAULT(FAULT_BUG, "no CAN frame: id %x, %d bytes", frame->id, frame->len);
	TRY(can_ready(can));
	memcpy(out.data, frame->data, frame->len);
	if (send(can->file, &out, sizeof(out), MSG_NOSIGNAL) == (ssize_t)sizeof(out))
		return 0;
	if (errno == EAGAIN || errno == ENOBUFS)
		return FAULT(FAULT_IO, "the bus %s is full", can->bus);
	return can_lost(can);
}

int linux_can_receive(struct linux_can *can, struct hal_can *ret, bool *ret_got)
{
	struct can_frame in;
	ssize_t got;

	*ret_got = false;
	TRY(can_ready(can));
	for (int i = 0; i < CAN_FRAMES_A_LOOK; i++) {
		got = recv(can->file, &in, sizeof(in), 0);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			return 0;
		if (got <= 0)
			return can_lost(can);
		if (got != (ssize_t)sizeof(in) || in.can_dlc > sizeof(in.data) ||
			!(in.can_id & CAN_EFF_FLAG) || in.can_id & (CAN_RTR_FLAG | CAN_ERR_FLAG))
			continue;
		*ret = (struct hal_can){.id = in.can_id & CAN_EFF_MASK, .len = in.can_dlc};
		memcpy(ret->data, in.data, in.can_dlc);
		*ret_got = true;
		return 0;
	}
	return 0;
}
