/* test_can.c - CAN frames through the linux backend, against a peer at a local socket in the place
 * of the wire (the kernel here has no CAN), and through the simulated bus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <linux/can.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "pile/hal/linux_parts.h"
#include "pile/hal/sim.h"

struct wire {
	char dir[32], bus[80];
	int listener, peer;
	struct linux_can can;
};

static void listen_at(struct wire *wire)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/bus", wire->dir);
	wire->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(wire->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(wire->listener, 1), 0);
}

static void start(struct wire *wire)
{
	strcpy(wire->dir, "/tmp/test_can.XXXXXX");
	assert_non_null(mkdtemp(wire->dir));
	snprintf(wire->bus, sizeof(wire->bus), "unix:%s/bus", wire->dir);
	listen_at(wire);
	assert_int_equal(linux_can_open(&wire->can, wire->bus), 0);
	wire->peer = accept(wire->listener, NULL, NULL);
	assert_true(wire->peer >= 0);
}

static void unplug(struct wire *wire)
{
	close(wire->peer);
	close(wire->listener);
	unlink(wire->bus + 5);
}

static void end(struct wire *wire)
{
	linux_can_close(&wire->can);
	unplug(wire);
	rmdir(wire->dir);
}

static void put(struct wire *wire, uint32_t id, uint8_t len, const char *data)
{
	struct can_frame frame = {.can_id = id, .can_dlc = len};

	memcpy(frame.data, data, len <= 8 ? len : 8);
	assert_int_equal(send(wire->peer, &frame, sizeof(frame), 0), sizeof(frame));
}

static void test_both_ways(void **state)
{
	const struct hal_can out = {0x1826f456, 3, {1, 1, 0}};
	struct can_frame got;
	struct hal_can in;
	struct wire wire;
	bool any;

	(void)state;
	start(&wire);
	assert_int_equal(linux_can_receive(&wire.can, &in, &any), 0);
	assert_false(any);
	assert_int_equal(linux_can_send(&wire.can, &out), 0);
	assert_int_equal(recv(wire.peer, &got, sizeof(got), 0), sizeof(got));
	assert_int_equal(got.can_id, 0x1826f456 | CAN_EFF_FLAG);
	assert_int_equal(got.can_dlc, 3);
	assert_memory_equal(got.data, "\1\1\0", 3);
	/* in order, and nothing twice */
	put(&wire, 0x1cebf456 | CAN_EFF_FLAG, 8, "\1ABCDEFG");
	put(&wire, 0x1cebf456 | CAN_EFF_FLAG, 0, "");
	assert_int_equal(linux_can_receive(&wire.can, &in, &any), 0);
	assert_true(any);
	assert_int_equal(in.id, 0x1cebf456);
	assert_int_equal(in.len, 8);
	assert_memory_equal(in.data, "\1ABCDEFG", 8);
	assert_int_equal(linux_can_receive(&wire.can, &in, &any), 0);
	assert_true(any);
	assert_int_equal(in.len, 0);
	assert_int_equal(linux_can_receive(&wire.can, &in, &any), 0);
	assert_false(any);
	end(&wire);
}

/* Short identifiers, remote and error frames, lengths that are none, packets that are no frames:
 * none of them reaches the pile, and what comes behind them does. */
static void test_noise_on_the_wire(void **state)
{
	struct hal_can in;
	struct wire wire;
	bool any;

	(void)state;
	start(&wire);
	put(&wire, 0x123, 8, "12345678");
	put(&wire, 0x1826f456 | CAN_EFF_FLAG | CAN_RTR_FLAG, 0, "");
	put(&wire, CAN_EFF_FLAG | CAN_ERR_FLAG | 4, 8, "12345678");
	put(&wire, 0x1826f456 | CAN_EFF_FLAG, 9, "12345678");
	put(&wire, 0x1826f456 | CAN_EFF_FLAG, 255, "12345678");
	assert_int_equal(send(wire.peer, "short", 5, 0), 5);
	assert_int_equal(send(wire.peer, (char[40]){0}, 40, 0), 40);
	put(&wire, 0x1ffffff0 | CAN_EFF_FLAG, 1, "x");
	assert_int_equal(linux_can_receive(&wire.can, &in, &any), 0);
	assert_true(any);
	assert_int_equal(in.id, 0x1ffffff0);
	for (int i = 0; i < 100; i++)
		put(&wire, 0x123, 0, ""); /* a flood: one look ends, the next goes on */
	put(&wire, 0x1ffffff1 | CAN_EFF_FLAG, 1, "x");
	assert_int_equal(linux_can_receive(&wire.can, &in, &any), 0);
	assert_false(any);
	assert_int_equal(linux_can_receive(&wire.can, &in, &any), 0);
	assert_true(any);
	assert_true(linux_can_send(&wire.can, &(struct hal_can){.id = 0x20000000}) < 0);
	assert_true(linux_can_send(&wire.can, &(struct hal_can){.len = 9}) < 0);
	end(&wire);
}

/* A full queue is a fault, not a wait; a bus that went down comes back by itself. */
static void test_full_and_gone(void **state)
{
	struct hal_can frame = {0x1826f456, 1, {0}};
	struct wire wire;
	bool any, full = false;

	(void)state;
	start(&wire);
	for (int i = 0; i < 100000 && !full; i++)
		full = linux_can_send(&wire.can, &frame) < 0;
	assert_true(full);
	assert_true(wire.can.file >= 0); /* full is not gone */
	unplug(&wire);
	assert_true(linux_can_receive(&wire.can, &frame, &any) < 0);
	assert_int_equal(wire.can.file, -1);
	assert_true(linux_can_send(&wire.can, &frame) < 0);
	listen_at(&wire);
	assert_true(linux_can_send(&wire.can, &frame) < 0); /* not at once */
	for (int i = 0; i < 400 && wire.can.file < 0; i++) {
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
		(void)linux_can_receive(&wire.can, &frame, &any);
	}
	wire.peer = accept(wire.listener, NULL, NULL);
	assert_int_equal(linux_can_send(&wire.can, &frame), 0);
	end(&wire);
}

static void test_no_such_bus(void **state)
{
	struct linux_can can;
	char long_path[300] = "unix:/";

	(void)state;
	assert_true(linux_can_open(&can, "nosuchcan0") < 0);
	assert_int_equal(can.file, -1);
	assert_true(linux_can_open(&can, "unix:/nonexistent/bus") < 0);
	memset(long_path + 6, 'a', sizeof(long_path) - 7);
	assert_true(linux_can_open(&can, long_path) < 0);
}

static void test_simulated(void **state)
{
	static const char *const bad[] = {"", "#", "1826F456", "826F456#00", "1826F45G#00",
		"2026F456#00", "1826F456#0", "1826F456#000102030405060708", "1826F456#zz"};
	struct hal_can frame;
	char text[SIM_CAN_TEXT];
	struct sim sim;
	bool any;

	(void)state;
	sim_init(&sim, NULL, 200000, 1);
	assert_null(sim.hal.ops->can_send);
	sim_direct(&sim, HAL_PLUG_GBT_DC, 750000);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(sim_can_put(&sim, str_from(bad[i])));
	assert_true(sim_can_put(&sim, STR("1826F456#0301fF")));
	assert_true(sim_can_put(&sim, STR("00000000#")));
	assert_int_equal(sim.hal.ops->can_receive(sim.hal.context, &frame, &any), 0);
	assert_true(any);
	sim_can_text(&frame, text);
	assert_string_equal(text, "1826F456#0301FF");
	assert_int_equal(sim.hal.ops->can_receive(sim.hal.context, &frame, &any), 0);
	assert_true(any);
	assert_int_equal(frame.len, 0);
	assert_int_equal(sim.hal.ops->can_receive(sim.hal.context, &frame, &any), 0);
	assert_false(any);
	for (int i = 0; i < SIM_CAN_IN_MAX; i++)
		assert_true(sim_can_put(&sim, STR("00000001#00")));
	assert_false(sim_can_put(&sim, STR("00000001#00")));
	for (uint8_t i = 0; i < SIM_CAN_MAX + 4; i++) {
		frame = (struct hal_can){0x1fffffff, 8, {i, 1, 2, 3, 4, 5, 6, 7}};
		assert_int_equal(sim.hal.ops->can_send(sim.hal.context, &frame), 0);
	}
	assert_int_equal(sim.bus.out_len, SIM_CAN_MAX);
	sim_can_text(&sim.bus.out[SIM_CAN_MAX - 1], text);
	assert_string_equal(text, "1FFFFFFF#1301020304050607");
	sim_fini(&sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_noise_on_the_wire),
		cmocka_unit_test(test_full_and_gone),
		cmocka_unit_test(test_no_such_bus),
		cmocka_unit_test(test_simulated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
