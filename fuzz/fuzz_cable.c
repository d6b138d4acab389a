/* fuzz_cable.c - anything on the line to a car: pieces of a length each, the first byte of which
 * says whether it is a frame (SLAC), a question (SDP), a stream, a connection, or time that passes.
 * Whatever comes, nothing closes before a charge is wanted, and no car is named that did not match.
 */
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "base/x509.h"
#include "fuzz.h"
#include "pile/cable.h"
#include "pile/tunnel.h"

static struct hal_packet fuzz_in;
static bool fuzz_waits;

static int fuzz_look(void *context, struct hal_line *ret)
{
	(void)context;
	memset(ret, 0, sizeof(*ret));
	ret->mac[0] = 2;
	return 0;
}

static int fuzz_send(void *context, const struct hal_packet *packet)
{
	(void)context;
	ASSERT(packet->len <= HAL_PACKET_MAX);
	return 0;
}

static int fuzz_receive(void *context, struct hal_packet *ret, bool *ret_got)
{
	(void)context;
	*ret_got = fuzz_waits;
	if (fuzz_waits)
		*ret = fuzz_in;
	fuzz_waits = false;
	return 0;
}

/* Short cuts to what chance would not find: a match, and a head before a request. */
static void fuzz_piece(struct cable *cable, uint8_t kind, const uint8_t *bytes, size_t len)
{
	memset(&fuzz_in, 0, sizeof(fuzz_in));
	fuzz_in.wire = (enum hal_wire)(kind % 5);
	fuzz_in.len = (uint16_t)len;
	memcpy(fuzz_in.bytes, bytes, len);
	fuzz_waits = true;
	if (kind & 0x20 && cable->phase == CABLE_MATCH)
		cable->slac.phase = SLAC_MATCHED;
	if (kind & 0x40 && fuzz_in.wire == HAL_WIRE_STREAM && len + 8 <= HAL_PACKET_MAX) {
		const uint8_t head[8] = {1, 0xfe, 0x80, 1, 0, 0, (uint8_t)(len >> 8), (uint8_t)len};
		memcpy(fuzz_in.bytes, head, sizeof(head));
		memcpy(fuzz_in.bytes + 8, bytes, len);
		fuzz_in.len = (uint16_t)(len + 8);
	}
}

/* A certificate towards cars, so that bytes may be TLS. */
static const struct tunnel_paper *fuzz_paper(void)
{
	static struct tunnel_paper *paper;
	struct x509_issue issue = {.kind = X509_ROOT,
		.subject = {.common_name = STR("SECC")},
		.serial = {1},
		.until_us = INT64_C(4000000000) * US_PER_S};
	struct arena arena;
	struct str pem;

	if (paper)
		return paper;
	arena_init(&arena, 1 << 20);
	ASSERT(x509_key_new(&arena, &issue.key) == 0);
	ASSERT(x509_issue(&arena, &issue, &pem) == 0);
	paper = tunnel_paper_pile(issue.key, pem);
	ASSERT(paper);
	arena_fini(&arena);
	return paper;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct hal_ops ops = {
		.line_look = fuzz_look, .line_send = fuzz_send, .line_receive = fuzz_receive};
	const struct hal hal = {.ops = &ops, .max_mv = 750000, .min_mv = 150000};
	struct cable_input input = {.plugged = true, .fit = true};
	struct vehicle vehicle;
	struct cable cable;
	struct rng rng;
	int64_t ticks_us = US_PER_S;

	rng_init_seeded(&rng, 1);
	cable_init(&cable, &rng);
	vehicle_init(&vehicle);
	input.outlet = (struct hlc_input){.max_mv = 750000, .max_ma = 200000, .phases = 1};
	memcpy(input.outlet.name, "ZZ*000*E1", 10);
	while (size >= 3) {
		uint8_t kind = data[0], state = data[1];
		size_t len = data[2] < size - 3 ? data[2] : size - 3;
		fuzz_piece(&cable, kind, data + 3, len);
		input.wanted = input.outlet.granted = state & 1;
		input.outlet.direct = !(state & 2);
		input.outlet.dc = (enum dc_phase)(state >> 2 & 7) % (DC_WELD + 1);
		input.outlet.closed = state & 0x20;
		input.outlet.contract = true;
		input.paper = state & 0x80 ? fuzz_paper() : NULL;
		ticks_us += (state & 0x40 ? 5000 : 10) * US_PER_MS;
		cable_run(&cable, &hal, &input, &vehicle, ticks_us);
		ASSERT(!cable.hlc.closes || (cable.hlc.phase >= HLC_START && !cable.hlc.direct));
		ASSERT(!cable.hlc.car.ready || cable.hlc.phase >= HLC_PARAMETERS);
		ASSERT(cable.hlc.car.target_mv >= 0 && cable.hlc.car.target_ma >= 0);
		data += 3 + len;
		size -= 3 + len;
	}
	cable_fini(&cable);
	return 0;
}
