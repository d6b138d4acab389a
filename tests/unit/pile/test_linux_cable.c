/* test_linux_cable.c - the data line of real hardware: two ends of a virtual cable in a network of
 * their own, the pile's operations at one end, a car with sockets of its own at the other. Skipped
 * where the machine does not let us make such a network. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "../../support/virtual_cable.h"
#include "base/clock.h"
#include "base/fault.h"
#include "pile/evse.h"
#include "pile/hal/linux_parts.h"
#include "pile/hal/sim.h"

static const uint8_t mac[6] = {0x02, 0x7d, 0xfa, 0x01, 0x02, 0x03};

static bool networked; /* the machine lets us */

/* The car's own sockets. */
static struct {
	unsigned index;
	int frames, questions, stream;
} far;

static struct {
	struct sim sim;
	struct evse evse;
	struct rng rng;
	struct linux_cable line;
	int64_t ticks_us;
} bench;

static int line_look(void *context, struct hal_line *ret)
{
	(void)context;
	return linux_cable_look(&bench.line, ret);
}

static int line_send(void *context, const struct hal_packet *packet)
{
	(void)context;
	return linux_cable_send(&bench.line, packet);
}

static int line_receive(void *context, struct hal_packet *ret, bool *ret_got)
{
	(void)context;
	return linux_cable_receive(&bench.line, ret, ret_got);
}

static bool open_far(void)
{
	struct sockaddr_in6 own = {.sin6_family = AF_INET6};

	far.index = if_nametoindex("car0");
	far.frames = virtual_cable_frames("car0");
	far.questions = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	far.stream = -1;
	inet_pton(AF_INET6, "fe80::7d:faff:fe01:203", &own.sin6_addr);
	own.sin6_scope_id = far.index;
	return far.frames >= 0 && far.questions >= 0 &&
	       bind(far.questions, (struct sockaddr *)&own, sizeof(own)) == 0;
}

static void close_far(void)
{
	if (far.stream >= 0)
		close(far.stream);
	far.stream = -1;
}

/* Where SDP said: as a real car, to that address and port. */
static void far_connect(const struct hal_packet *answer)
{
	struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_scope_id = far.index};

	assert_int_equal(answer->len, 28);
	memcpy(&to.sin6_addr, answer->bytes + 8, 16);
	memcpy(&to.sin6_port, answer->bytes + 24, 2);
	assert_true(ntohs(to.sin6_port) >= 49152);
	close_far();
	far.stream = socket(AF_INET6, SOCK_STREAM, 0);
	assert_int_equal(connect(far.stream, (struct sockaddr *)&to, sizeof(to)), 0);
}

static void far_says(const struct hal_packet *packet)
{
	struct sockaddr_in6 all = {
		.sin6_family = AF_INET6, .sin6_port = htons(15118), .sin6_scope_id = far.index};

	switch (packet->wire) {
	case HAL_WIRE_FRAME:
		assert_int_equal(send(far.frames, packet->bytes, packet->len, 0), packet->len);
		break;
	case HAL_WIRE_QUESTION:
		inet_pton(AF_INET6, "ff02::1", &all.sin6_addr);
		assert_int_equal(sendto(far.questions, packet->bytes, packet->len, 0,
					 (struct sockaddr *)&all, sizeof(all)),
			packet->len);
		break;
	case HAL_WIRE_STREAM:
		send(far.stream, packet->bytes, packet->len, MSG_NOSIGNAL);
		break;
	case HAL_WIRE_CLOSED:
		close_far();
		break;
	default: /* it is connected already: by the answer to its question */
		break;
	}
}

static bool far_hears_frame(struct hal_packet *packet)
{
	struct sockaddr_ll from;
	socklen_t len = sizeof(from);
	ssize_t got;

	do {
		got = recvfrom(far.frames, packet->bytes, sizeof(packet->bytes), 0,
			(struct sockaddr *)&from, &len);
	} while (got > 0 && from.sll_pkttype == PACKET_OUTGOING);
	packet->wire = HAL_WIRE_FRAME;
	packet->len = got > 0 ? (uint16_t)got : 0;
	return got > 0;
}

static void far_hears(struct sim_ev *ev)
{
	struct hal_packet packet = {0};
	ssize_t got;

	while (far_hears_frame(&packet))
		sim_ev_take(ev, &packet);
	got = recv(far.questions, packet.bytes, sizeof(packet.bytes), 0);
	if (got > 0) {
		packet.wire = HAL_WIRE_QUESTION;
		packet.len = (uint16_t)got;
		far_connect(&packet);
		sim_ev_take(ev, &packet);
	}
	got = far.stream >= 0 ? recv(far.stream, packet.bytes, sizeof(packet.bytes), MSG_DONTWAIT)
			      : -1;
	if (got >= 0) {
		packet.wire = got > 0 ? HAL_WIRE_STREAM : HAL_WIRE_CLOSED;
		packet.len = (uint16_t)got;
		sim_ev_take(ev, &packet);
		if (got == 0)
			close_far();
	}
}

static void run(int64_t ms)
{
	struct hal_packet packet;

	for (int64_t t = 0; t < ms; t += 50) {
		bench.ticks_us += 50 * US_PER_MS;
		sim_step(&bench.sim, 50 * US_PER_MS);
		while (sim_ev_next(bench.sim.ev, &packet))
			far_says(&packet);
		evse_step(&bench.evse, bench.ticks_us);
		far_hears(bench.sim.ev);
	}
}

static int set_up(void **state)
{
	(void)state;
	if (!networked)
		return 0;
	memset(&bench, 0, sizeof(bench));
	bench.ticks_us = US_PER_S;
	rng_init_seeded(&bench.rng, 3);
	sim_init(&bench.sim, NULL, 200000, 1);
	sim_direct(&bench.sim, HAL_PLUG_CCS2, 750000);
	sim_line(&bench.sim);
	sim_ev_name(bench.sim.ev, mac);
	bench.sim.line_ops.line_look = line_look;
	bench.sim.line_ops.line_send = line_send;
	bench.sim.line_ops.line_receive = line_receive;
	evse_init(&bench.evse, &bench.sim.hal);
	bench.evse.cable.rng = &bench.rng;
	meter_init(&bench.evse.meter, 0, 0, 150000000);
	return linux_cable_open(&bench.line, "plc0", true);
}

static int tear_down(void **state)
{
	(void)state;
	if (!networked)
		return 0;
	linux_cable_close(&bench.line);
	cable_fini(&bench.evse.cable);
	close_far();
	sim_fini(&bench.sim);
	return 0;
}

static void test_charge(void **state)
{
	char tag[VEHICLE_TAG + 1];

	(void)state;
	if (!networked)
		skip();
	run(500);
	sim_plug(&bench.sim, 600000, 20);
	run(5000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_AUTHORISE);
	/* all four say the same, the address by the kernel's word */
	assert_true(bench.evse.vehicle.address.known);
	assert_int_equal(vehicle_consistent(&bench.evse.vehicle), VEHICLE_CONSISTENT);
	assert_true(vehicle_tag(&bench.evse.vehicle, tag));
	assert_string_equal(tag, "VID:027DFA010203");
	evse_claim(&bench.evse, true, bench.ticks_us);
	assert_true(evse_begin(&bench.evse, bench.ticks_us));
	run(10000);
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.sim.current_ma, 200000);
	evse_end(&bench.evse, bench.ticks_us);
	run(4000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_ENDED);
	assert_false(bench.sim.contactor_closed);
	assert_int_equal(bench.line.stream, -1);
}

/* A second connection ends the first; one that comes before a match is sent away. */
static void test_one_connection(void **state)
{
	struct hal_packet question = {.len = 28};
	struct hal_line line;
	int first;
	char byte;

	(void)state;
	if (!networked)
		skip();
	run(500);
	assert_int_equal(linux_cable_look(&bench.line, &line), 0);
	memcpy(question.bytes + 8, line.address, 16);
	question.bytes[24] = (uint8_t)(line.port >> 8);
	question.bytes[25] = (uint8_t)line.port;
	sim_plug(&bench.sim, 600000, 20);
	run(100);
	far_connect(&question);
	bench.sim.ev->on = false; /* what comes now is a stranger's */
	run(200);
	assert_int_equal(recv(far.stream, &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(bench.line.stream, -1);
	bench.sim.ev->on = true;
	run(5000);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_AUTHORISE);
	bench.sim.ev->on = false;
	first = far.stream;
	far.stream = -1;
	far_connect(&question);
	run(50);
	assert_int_equal(recv(first, &byte, 1, MSG_DONTWAIT), 0);
	close(first);
	assert_int_equal(bench.evse.cable.hlc.phase, HLC_HELLO);
}

static void test_down(void **state)
{
	struct linux_cable line;

	(void)state;
	if (!networked)
		skip();
	assert_true(linux_cable_open(&line, "plc9", true) < 0);
	run(500);
	sim_plug(&bench.sim, 600000, 20);
	run(1000);
	assert_int_equal(system("ip link set plc0 down"), 0);
	run(1000);
	assert_true(bench.evse.cable.lost);
	assert_int_equal(system("ip link set plc0 up && ip addr add "
				"fe80::70:69ff:fe6c:6501/64 dev plc0 nodad"),
		0);
}

/* A simulated outlet whose car stands outside: found without a frame, then all real. */
static void charge_outside(bool direct, int32_t want_ma)
{
	struct sim_ev_world world = {.duty_permille = HAL_DUTY_DIGITAL,
		.plugged = true,
		.wants = true,
		.direct = direct,
		.now_mv = 372000,
		.max_mv = 450000,
		.max_ma = 150000,
		.soc_percent = 20,
		.capacity_dwh = 600000};
	struct sim far_car;
	struct hal_packet packet;

	linux_cable_close(&bench.line);
	sim_fini(&bench.sim);
	sim_init(&bench.sim, NULL, direct ? 200000 : 32000, direct ? 1 : 3);
	if (direct)
		sim_direct(&bench.sim, HAL_PLUG_CCS2, 750000);
	else
		bench.sim.hal.plug = HAL_PLUG_IEC_TYPE2;
	assert_int_equal(sim_outside(&bench.sim, "plc0"), 0);
	evse_init(&bench.evse, &bench.sim.hal);
	bench.evse.cable.rng = &bench.rng;
	meter_init(&bench.evse.meter, 0, 0, 150000000);
	sim_init(&far_car, NULL, 200000, 1);
	sim_line(&far_car);
	sim_ev_name(far_car.ev, mac);
	for (int i = 0; i < 400; i++) {
		bench.ticks_us += 50 * US_PER_MS;
		sim_step(&bench.sim, 50 * US_PER_MS);
		if (i == 10)
			sim_plug(&bench.sim, 600000, 20);
		if (i == 80) /* no match of its own: the modem did that */
			far_car.ev->phase = EV_SEEKING;
		if (i >= 80) {
			world.inlet_mv = bench.sim.contactor_closed ? bench.sim.dc_mv : 0;
			sim_ev_step(far_car.ev, &world, 50 * US_PER_MS);
		}
		while (sim_ev_next(far_car.ev, &packet))
			far_says(&packet);
		evse_step(&bench.evse, bench.ticks_us);
		far_hears(far_car.ev);
		if (bench.evse.cable.hlc.phase == HLC_AUTHORISE && !bench.evse.running) {
			evse_claim(&bench.evse, true, bench.ticks_us);
			assert_true(evse_begin(&bench.evse, bench.ticks_us));
		}
	}
	assert_int_equal(bench.evse.state, EVSE_CHARGING);
	assert_int_equal(bench.sim.current_ma, want_ma);
	close_far();
	for (int i = 0; i < 100; i++) { /* it broke off: no energy without a talk */
		bench.ticks_us += 50 * US_PER_MS;
		sim_step(&bench.sim, 50 * US_PER_MS);
		evse_step(&bench.evse, bench.ticks_us);
	}
	assert_int_equal(bench.sim.current_ma, 0);
	assert_false(bench.sim.contactor_closed);
	sim_fini(&far_car);
}

static void test_outside(void **state)
{
	(void)state;
	if (!networked)
		skip();
	charge_outside(true, 150000);
}

static void test_outside_alternating(void **state)
{
	(void)state;
	if (!networked)
		skip();
	charge_outside(false, 6000);
}

/* An interface that is not there is said so before anything begins. */
static void test_outside_missing(void **state)
{
	struct sim sim;

	(void)state;
	sim_init(&sim, NULL, 32000, 3);
	assert_true(sim_outside(&sim, "plc9") < 0);
	assert_non_null(strstr(fault_text(), "plc9"));
	assert_null(sim.outside);
	sim_fini(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_outside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_outside_alternating, set_up, tear_down),
		cmocka_unit_test(test_outside_missing),
		cmocka_unit_test_setup_teardown(test_charge, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_one_connection, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_down, set_up, tear_down),
	};
	int failed;

	/* an emulator does not know raw frames */
	networked = !getenv("EMULATED") && virtual_cable() && open_far();
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (networked) {
		close(far.frames);
		close(far.questions);
	}
	return failed;
}
