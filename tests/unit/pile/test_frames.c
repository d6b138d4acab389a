/* test_frames.c - a direct current source on a CAN bus by frames that the settings name: words and
 * numbers of the settings, and a module at the other end of a local socket which is told, asked,
 * floods, falls silent and goes away. */
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
#include "base/clock.h"
#include "base/fault.h"
#include "base/rng.h"
#include "pile/hal/linux_parts.h"

/* ---- the settings' words ---- */

static void test_frame_words(void **state)
{
	static const char *const bad[] = {"", "0x", "1801F0A5", "0x20000000", "0x123456789",
		"0x1801F0A5 0", "0x1801F0A5 000", "0x1801F0A5 xx",
		"0x1801F0A5 00 01 02 03 04 05 06 07 08", "0x18-1 00"};
	struct hal_can frame;

	(void)state;
	assert_true(linux_frame_parse("0x1801F0a5  00 fF 7a", &frame));
	assert_int_equal(frame.id, 0x1801f0a5);
	assert_int_equal(frame.len, 3);
	assert_memory_equal(frame.data, "\x00\xff\x7a", 3);
	assert_true(linux_frame_parse("0x1fffffff", &frame));
	assert_int_equal(frame.len, 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(linux_frame_parse(bad[i], &frame));
}

static void test_field_words(void **state)
{
	static const char *const bad[] = {"", "send0 0 u16", "send9 0 u16", "send1 0", "send1 8 u8",
		"send1 7 u16", "send1 5 u32", "send1 0 u64", "send1 0 u16lee", "send1 0 u16 100",
		"send1 0 u16 *0", "send1 0 u16 *10 if 0=0x11", "0x18 0 u16 *10 if",
		"0x18 0 u16 if 8=0x1", "0x18 0 u16 if 0=11", "0x18 0 u16 if 0=0x100",
		"0x18 0 u16 if 0=0x11 more", "0x3fffffff 0 u16", "sendx 0 u16", "0x18 -1 u16",
		"0x18 0 le"};
	struct linux_field field;

	(void)state;
	assert_true(linux_field_parse("send2 4 u32 /1000", &field));
	assert_int_equal(field.send, 2);
	assert_int_equal(field.byte, 4);
	assert_int_equal(field.type, TYPE_U32);
	assert_int_equal(field.by, 1000);
	assert_true(linux_field_parse("0x1881A5F0 2 s16le *100 if 0=0x7f", &field));
	assert_int_equal(field.send, 0);
	assert_int_equal(field.id, 0x1881a5f0);
	assert_true(field.little && field.only);
	assert_int_equal(field.only_value, 0x7f);
	assert_true(linux_field_parse("0x1881A5F0 7 u8 if 1=0xA", &field));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (linux_field_parse(bad[i], &field))
			fail_msg("taken: %s", bad[i]);
}

/* ---- numbers ---- */

static struct linux_field field_of(const char *text)
{
	struct linux_field field;

	assert_true(linux_field_parse(text, &field));
	return field;
}

static void test_known_bytes(void **state)
{
	static const struct {
		const char *field;
		int64_t value;
		const char bytes[9];
	} rows[] = {
		{"send1 0 u16 *100", 372000, "\x0e\x88"},
		{"send1 0 u16le *100", 372000, "\x88\x0e"},
		{"send1 2 u32", 400000, "\0\0\x00\x06\x1a\x80"},
		{"send1 0 u8", 1, "\x01"},
		{"send1 0 s16", 32767, "\x7f\xff"},
		/* 500.0 V and 0.1 A as single precision */
		{"send1 0 f32 *1000", 500000, "\x43\xfa\x00\x00"},
		{"send1 4 f32le *1000", 500000, "\0\0\0\0\x00\x00\xfa\x43"},
		{"send1 0 f32 *1000", 100, "\x3d\xcc\xcc\xcc"},
		{"send1 0 f32", 0, "\0\0\0\0"},
		{"send1 0 f32", 1, "\x3f\x80\x00\x00"},
		{"send1 0 f32 /1000", 16777216, "\x50\x7a\x00\x00"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct linux_field field = field_of(rows[i].field);
		struct hal_can frame = {.len = 8};
		assert_true(linux_field_put(&field, rows[i].value, &frame));
		assert_memory_equal(frame.data, rows[i].bytes, 8);
	}
}

static void test_both_ways(void **state)
{
	static const char *const types[] = {"u16", "u16le", "s16", "u32", "s32le", "f32", "f32le"};
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 1);
	for (int i = 0; i < 7000; i++) {
		char send[40], heard[40];
		struct linux_field put, get;
		struct hal_can frame = {.id = 0x18, .len = 8};
		int64_t value = (int64_t)rng_below(&rng, 32768) * 10, back = -1;
		snprintf(send, sizeof(send), "send1 %d %s *10", i % 5, types[i % 7]);
		snprintf(heard, sizeof(heard), "0x18 %d %s *10", i % 5, types[i % 7]);
		put = field_of(send);
		get = field_of(heard);
		assert_true(linux_field_put(&put, value, &frame));
		assert_true(linux_field_get(&get, &frame, &back));
		assert_int_equal(back, value);
		frame.len = 3; /* too short for all but the first */
		if (i % 5 > 1)
			assert_false(linux_field_get(&get, &frame, &back));
	}
}

static void test_no_room(void **state)
{
	struct hal_can frame = {.len = 8}, same = frame;
	struct linux_field field = field_of("send1 0 u16 *100");
	int64_t value;

	(void)state;
	assert_false(linux_field_put(&field, 6553600, &frame));
	assert_true(linux_field_put(&field, 6553500, &frame));
	frame = same;
	assert_false(linux_field_put(&field, -100, &frame));
	field = field_of("send1 0 s16 *100");
	assert_false(linux_field_put(&field, 3276800, &frame));
	frame.len = 1;
	assert_false(linux_field_put(&field, 100, &frame));
	/* another frame, another selector, infinity */
	field = field_of("0x18 2 u16 if 0=0x11");
	frame = (struct hal_can){.id = 0x18, .len = 8, .data = {0x12}};
	assert_false(linux_field_get(&field, &frame, &value));
	frame.data[0] = 0x11;
	assert_true(linux_field_get(&field, &frame, &value));
	frame.id = 0x19;
	assert_false(linux_field_get(&field, &frame, &value));
	field = field_of("0x18 0 f32");
	frame = (struct hal_can){.id = 0x18, .len = 4, .data = {0x7f, 0x80}};
	assert_false(linux_field_get(&field, &frame, &value));
}

/* ---- a module on the bus ---- */

#define ROWS \
	"send1 = 0x1801F0A5 11 00 00 00 00 00 00 00\nsend2 = 0x1802F0A5 22\n" \
	"set_voltage = send1 1 u16 *100\nset_current = send1 3 u16le *100\nenable = send1 7 u8\n" \
	"voltage = 0x1881A5F0 2 u16 *100 if 0=0x01\ncurrent = 0x1881A5F0 4 u16 *100 if 0=0x01\n" \
	"inlet = 0x1881A5F0 2 u16 *100 if 0=0x02\ninsulation = 0x1882A5F0 0 u32le\n"

struct module {
	char dir[32], path[64];
	int listener, peer;
	struct linux_conf conf;
	struct linux_source source;
};

static void nap(int ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

static int load(const char *dir, const char *rows, struct linux_conf *ret)
{
	char path[64];
	FILE *file;
	int result;

	snprintf(path, sizeof(path), "%s/outlet.ini", dir);
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file,
		"[outlet]\nplug = gbt-dc\namps = 200\nphases = 1\n[gpio]\nchip = file:%s\n"
		"contactor = 1\ncontactor_feedback = 2\nemergency = 3\n[pilot]\npwm = %s\nhigh = "
		"%s/high\nlow = %s/low\n[meter]\nmodbus = tcp:127.0.0.1:1\nenergy = 0 u32\n%s",
		dir, dir, dir, dir, rows);
	fclose(file);
	result = linux_conf_load(path, ret);
	unlink(path);
	return result;
}

static void start(struct module *module)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char rows[1000];

	memset(module, 0, sizeof(*module));
	strcpy(module->dir, "/tmp/test_frames.XXXXXX");
	assert_non_null(mkdtemp(module->dir));
	snprintf(module->path, sizeof(module->path), "%s/bus", module->dir);
	memcpy(address.sun_path, module->path, strlen(module->path) + 1);
	module->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(module->listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(module->listener, 4), 0);
	snprintf(rows, sizeof(rows), "[source]\ncan = unix:%s\nvolts = 750\n" ROWS, module->path);
	assert_int_equal(load(module->dir, rows, &module->conf), 0);
	assert_true(module->conf.source_can);
	assert_int_equal(linux_source_open(&module->source, &module->conf), 0);
	module->peer = accept(module->listener, NULL, NULL);
	assert_true(module->peer >= 0);
}

static void end(struct module *module)
{
	close(module->listener);
	unlink(module->path);
	rmdir(module->dir);
}

static void put(struct module *module, uint32_t id, uint8_t len, const char *data)
{
	struct can_frame frame = {.can_id = id | CAN_EFF_FLAG, .can_dlc = len};

	memcpy(frame.data, data, len <= 8 ? len : 8);
	(void)!send(module->peer, &frame, sizeof(frame), MSG_NOSIGNAL);
}

/* 400.0 V, 12.5 A; 372.0 V at the inlet; 2 megaohms. */
static void speak(struct module *module)
{
	put(module, 0x1881A5F0, 8, "\x01\0\x0f\xa0\x00\x7d\0\0");
	put(module, 0x1881A5F0, 8, "\x02\0\x0e\x88\xff\xff\0\0");
	put(module, 0x1882A5F0, 4, "\xd0\x07\0\0");
}

/* Waits for the next send1 with these eight bytes; send2 comes with each. */
static bool told(struct module *module, const char bytes[9], bool speaking)
{
	bool signs = false;

	for (int i = 0; i < 400; i++) {
		struct can_frame frame;
		ssize_t got;
		if (speaking)
			speak(module);
		got = recv(module->peer, &frame, sizeof(frame), MSG_DONTWAIT);
		if (got == (ssize_t)sizeof(frame) && frame.can_id == (0x1802F0A5 | CAN_EFF_FLAG))
			signs = frame.can_dlc == 1 && frame.data[0] == 0x22;
		if (got == (ssize_t)sizeof(frame) && frame.can_id == (0x1801F0A5 | CAN_EFF_FLAG) &&
			frame.can_dlc == 8 && memcmp(frame.data, bytes, 8) == 0 && signs)
			return true;
		if (got <= 0)
			nap(5);
	}
	return false;
}

static bool says(struct module *module, bool good, struct hal_dc *ret)
{
	for (int i = 0; i < 200; i++) {
		if (good)
			speak(module);
		if ((linux_source_read(&module->source, ret) == 0) == good)
			return true;
		nap(10);
	}
	return false;
}

#define OFF "\x11\0\0\0\0\0\0\0"
#define ON "\x11\x0e\x88\xdc\x05\0\0\x01" /* 372.0 V, 150.0 A */

static void test_told_and_asked(void **state)
{
	struct hal_dc values;
	struct module module;
	int32_t kohm;

	(void)state;
	start(&module);
	assert_true(linux_source_read(&module.source, &values) < 0); /* nothing was heard yet */
	assert_true(says(&module, true, &values));
	assert_int_equal(values.voltage_mv, 400000);
	assert_int_equal(values.current_ma, 12500);
	assert_int_equal(values.inlet_mv, 372000);
	assert_int_equal(linux_source_insulation(&module.source, &kohm), 0);
	assert_int_equal(kohm, 2000);
	assert_true(told(&module, OFF, true));
	assert_int_equal(linux_source_set(&module.source, 372000, 150000), 0);
	assert_true(told(&module, ON, true));
	/* a controller that stands still for a second wants nothing any more */
	assert_true(told(&module, OFF, true));
	/* one value that is missing is enough to be silent */
	for (int i = 0; i < 100; i++) {
		put(&module, 0x1881A5F0, 8, "\x01\0\x0f\xa0\x00\x7d\0\0");
		put(&module, 0x1882A5F0, 4, "\xd0\x07\0\0");
		nap(20);
	}
	assert_true(linux_source_read(&module.source, &values) < 0);
	assert_true(says(&module, true, &values));
	/* the program goes: the module does not stay on */
	assert_int_equal(linux_source_set(&module.source, 372000, 150000), 0);
	assert_true(told(&module, ON, true));
	linux_source_close(&module.source);
	assert_true(told(&module, OFF, false));
	close(module.peer);
	end(&module);
}

/* Frames of others, too short ones, values out of this world: passed over, and what is said between
 * them is heard. */
static void test_noise(void **state)
{
	struct hal_dc values;
	struct module module;

	(void)state;
	start(&module);
	for (int i = 0; i < 30; i++) {
		for (int k = 0; k < 20; k++)
			put(&module, 0x18000000 + (uint32_t)k, 8,
				"\x01\xff\xff\xff\xff\xff\xff\xff");
		put(&module, 0x1881A5F0, 3, "\x01\0\x0f");
		put(&module, 0x1881A5F0, 0, "");
		put(&module, 0x1881A5F0, 8, "\x03\0\x0f\xa0\x00\x7d\0\0");
		put(&module, 0x1882A5F0, 4, "\xff\xff\xff\xff");
		speak(&module);
		nap(10);
	}
	assert_true(says(&module, true, &values));
	assert_int_equal(values.voltage_mv, 400000);
	linux_source_close(&module.source);
	close(module.peer);
	end(&module);
}

/* The wire is pulled: no values; and plugged in again: found within some seconds. */
static void test_bus_goes_and_comes(void **state)
{
	struct hal_dc values;
	struct module module;

	(void)state;
	start(&module);
	assert_true(says(&module, true, &values));
	close(module.peer);
	assert_true(says(&module, false, &values));
	module.peer = accept(module.listener, NULL, NULL);
	assert_true(module.peer >= 0);
	assert_true(says(&module, true, &values));
	linux_source_close(&module.source);
	close(module.peer);
	end(&module);
}

static char *replaced(const char *text, const char *from, const char *to, char room[1200])
{
	const char *at = strstr(text, from);

	assert_non_null(at);
	snprintf(room, 1200, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
	return room;
}

/* Settings that leave something open are refused before anything is opened. */
static void test_settings_refused(void **state)
{
	static const char good[] = "[source]\ncan = can1\nvolts = 750\n" ROWS;
	static const char *const bad[][2] = {
		{"volts = 750\n", ""},
		{"inlet = 0x1881A5F0 2 u16 *100 if 0=0x02\n", ""},
		{"enable = send1 7 u8", "enable = send3 7 u8"}, /* there is no send3 */
		{"enable = send1 7 u8", "enable = send2 1 u8"}, /* too short */
		{"enable = send1 7 u8", "enable = send1 4 u8"}, /* over the current */
		{"enable = send1 7 u8", "enable = 0x18 7 u8"},  /* is not told */
		{"voltage = 0x1881A5F0", "voltage = send1"},    /* is not heard */
		{"set_voltage = send1 1 u16 *100", "set_voltage = send1 1 u16 *10"}, /* 75,000 */
		{"set_voltage = send1 1 u16 *100", "set_voltage = 8 u16 *100"},
		{"can = can1", "can = can1\nmodbus = tcp:127.0.0.1:1"},
		{"send2 = 0x1802F0A5 22", "send9 = 0x1802F0A5 22"},
		{"send2 = 0x1802F0A5 22", "send2 = 0x0 22"},
		{"can = can1", "modbus = tcp:127.0.0.1:1"},
	};
	struct linux_conf conf;
	char dir[32] = "/tmp/test_frames.XXXXXX", room[1200];

	(void)state;
	assert_non_null(mkdtemp(dir));
	assert_int_equal(load(dir, good, &conf), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (load(dir, replaced(good, bad[i][0], bad[i][1], room), &conf) == 0)
			fail_msg("taken: %s", room);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frame_words),
		cmocka_unit_test(test_field_words),
		cmocka_unit_test(test_known_bytes),
		cmocka_unit_test(test_both_ways),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_told_and_asked),
		cmocka_unit_test(test_noise),
		cmocka_unit_test(test_bus_goes_and_comes),
		cmocka_unit_test(test_settings_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
