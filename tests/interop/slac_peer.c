/* slac_peer.c - SLAC with a car nobody here wrote: `pev` of Debian's plc-utils-extra at one end of
 * a virtual cable in a network of its own, the pile's side at the other, and between them what two
 * modems do (keep keys, tell how loud a sound was). Says "matched MAC" and exits 0 when the car has
 * joined with our key; 77 with a reason where the machine has no such network or no such program.
 * usage: slac-peer */
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include "../support/virtual_cable.h"
#include "base/clock.h"
#include "pile/slac.h"

#define PEER_TIME_US (20 * US_PER_S)
#define PEER_SKIPPED 77
#define PEER_FRAME 1600

static const uint8_t own[SLAC_MAC] = {0x02, 0x70, 0x69, 0x6c, 0x65, 0x01};
static const uint8_t car[SLAC_MAC] = {0x02, 0x7d, 0xfa, 0x01, 0x02, 0x03};
static const uint8_t modem[SLAC_MAC] = {0x00, 0xb0, 0x52, 0x00, 0x00, 0x01};

static ssize_t heard(int file, uint8_t frame[PEER_FRAME])
{
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t got;

	do {
		got = recvfrom(file, frame, PEER_FRAME, 0, (struct sockaddr *)&from, &len);
	} while (got > 0 && from.sll_pkttype == PACKET_OUTGOING);
	return got;
}

static void put(int file, const struct slac_frame *frame)
{
	(void)!write(file, frame->bytes, frame->len);
}

static void keyed(int file, const uint8_t to[SLAC_MAC])
{
	struct slac_frame frame;

	slac_frame(&frame, to, modem, SLAC_SET_KEY_CNF, 14);
	frame.bytes[SLAC_PAYLOAD] = 1;
	put(file, &frame);
}

/* What the pile's modem tells its host of a sound; pev's frames are shorter than the standard's. */
static void tell(struct slac *slac, const uint8_t *sound, int64_t now_us)
{
	struct slac_frame frame;

	slac_frame(&frame, own, modem, SLAC_PROFILE_IND, 8 + SLAC_GROUPS);
	memcpy(frame.bytes + SLAC_PAYLOAD, sound + 6, SLAC_MAC);
	frame.bytes[SLAC_PAYLOAD + 6] = SLAC_GROUPS;
	memset(frame.bytes + SLAC_PAYLOAD + 8, 9, SLAC_GROUPS);
	slac_take(slac, frame.bytes, frame.len, now_us);
}

/* One frame of the car; true when it joins our network. It tells its own modem the key with a frame
 * that we see as well: at first its own, after the match the one it has of us. */
static bool take(struct slac *slac, int line, const uint8_t *bytes, size_t len, int64_t now_us)
{
	uint16_t type = slac_type(bytes, len);
	bool joins = type == SLAC_SET_KEY_REQ &&
		     memcmp(bytes + SLAC_PAYLOAD + 22, slac->key, sizeof(slac->key)) == 0;

	if (type == SLAC_SET_KEY_REQ)
		keyed(line, car);
	if (type == SLAC_SOUND_IND)
		tell(slac, bytes, now_us);
	slac_take(slac, bytes, len, now_us);
	return joins;
}

static bool match(struct slac *slac, int line)
{
	int64_t began_us = clock_ticks_us(&clock_system), now_us = began_us;
	uint8_t bytes[PEER_FRAME];
	struct slac_frame frame;
	ssize_t got;
	bool joined = false;

	while (now_us - began_us < PEER_TIME_US && !joined) {
		now_us = clock_ticks_us(&clock_system);
		while (!joined && (got = heard(line, bytes)) > 0)
			joined = take(slac, line, bytes, (size_t)got, now_us);
		slac_step(slac, now_us);
		while (slac_next(slac, &frame))
			put(line, &frame);
		usleep(1000);
	}
	return joined && slac->phase == SLAC_MATCHED;
}

static pid_t start_car(void)
{
	pid_t child = fork();

	if (child == 0) {
		if (!freopen("/dev/null", "r", stdin) || !freopen("/dev/null", "w", stdout) ||
			!freopen("/dev/null", "w", stderr))
			_exit(1);
		execlp("pev", "pev", "-i", "car0", "-p", "/nonexistent", (char *)NULL);
		_exit(1);
	}
	return child;
}

int main(void)
{
	struct slac slac;
	struct rng rng;
	int line, status = 0;
	bool matched;
	pid_t child;

	if (system("command -v pev >/dev/null 2>&1") != 0) {
		printf("skipped: no pev (plc-utils-extra)\n");
		return PEER_SKIPPED;
	}
	if (!virtual_cable() || (line = virtual_cable_frames("plc0")) < 0) {
		printf("skipped: no network of our own on this machine\n");
		return PEER_SKIPPED;
	}
	rng_init_system(&rng);
	slac_begin(&slac, own, &rng, clock_ticks_us(&clock_system));
	child = start_car();
	matched = match(&slac, line);
	kill(child, SIGTERM);
	waitpid(child, &status, 0);
	printf("%s %02x:%02x:%02x:%02x:%02x:%02x %s\n", matched ? "matched" : "not matched",
		slac.match[0], slac.match[1], slac.match[2], slac.match[3], slac.match[4],
		slac.match[5], slac_word(slac.phase));
	return matched ? 0 : 1;
}
