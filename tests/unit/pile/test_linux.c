/* test_linux.c - the linux backend against peers: a Modbus meter over TCP and over a serial line (a
 * pseudo-terminal), a card reader and a scanner at pseudo-terminals, lines and converters as files.
 * The lines of a chip, through libgpiod, are test_gpio.c's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <fcntl.h>
#include <modbus.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <netinet/in.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/fault.h"
#include "pile/evse.h"
#include "pile/hal/linux_parts.h"

static char dir[] = "/tmp/test_linux.XXXXXX";

static const char *path_of(const char *name)
{
	static char paths[4][200];
	static int turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static void put(const char *name, const char *text)
{
	FILE *file = fopen(path_of(name), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int64_t get(const char *name)
{
	int64_t value = -1;

	assert_int_equal(linux_file_read(path_of(name), &value), 0);
	return value;
}

static void nap(int ms)
{
	nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

/* ---- a Modbus meter ---- */

struct peer {
	modbus_t *modbus;
	modbus_mapping_t *map;
	pthread_t thread;
	int listener;
	_Atomic bool end, silent;
};

static void peer_fill(struct peer *peer, uint32_t energy)
{
	uint16_t *at = peer->map->tab_registers;
	uint32_t volts = 0x43660000; /* 230.0 as a float */

	at[0] = (uint16_t)(energy >> 16);
	at[1] = (uint16_t)energy;
	at[2] = 0;
	at[3] = 22080; /* W */
	at[4] = (uint16_t)(volts >> 16);
	at[5] = (uint16_t)volts;
	at[6] = (uint16_t)-160; /* 1/10 A, signed */
	at[7] = 5000;           /* 1/100 Hz */
}

static void *peer_run(void *arg)
{
	struct peer *peer = arg;
	uint8_t query[MODBUS_TCP_MAX_ADU_LENGTH];

	if (peer->listener >= 0 && modbus_tcp_accept(peer->modbus, &peer->listener) < 0)
		return NULL;
	while (!peer->end) {
		int got = modbus_receive(peer->modbus, query);
		if (got > 0 && !peer->silent)
			modbus_reply(peer->modbus, query, got, peer->map);
		if (got < 0 && peer->listener >= 0 && !peer->end &&
			modbus_tcp_accept(peer->modbus, &peer->listener) < 0)
			break;
	}
	return NULL;
}

static void peer_start(struct peer *peer)
{
	peer->map = modbus_mapping_new(0, 0, 16, 16);
	assert_non_null(peer->map);
	peer_fill(peer, 123456);
	modbus_set_indication_timeout(peer->modbus, 0, 200000);
	assert_int_equal(pthread_create(&peer->thread, NULL, peer_run, peer), 0);
}

static int peer_tcp(struct peer *peer)
{
	struct sockaddr_in address;
	socklen_t len = sizeof(address);

	memset(peer, 0, sizeof(*peer));
	peer->modbus = modbus_new_tcp("127.0.0.1", 0);
	peer->listener = modbus_tcp_listen(peer->modbus, 1);
	assert_true(peer->listener >= 0);
	assert_int_equal(getsockname(peer->listener, (struct sockaddr *)&address, &len), 0);
	peer_start(peer);
	return ntohs(address.sin_port);
}

static void peer_stop(struct peer *peer)
{
	peer->end = true;
	if (peer->listener > 0)
		shutdown(peer->listener, SHUT_RDWR);
	pthread_join(peer->thread, NULL);
	modbus_close(peer->modbus);
	modbus_free(peer->modbus);
	modbus_mapping_free(peer->map);
	if (peer->listener > 0)
		close(peer->listener);
}

/* ---- pseudo-terminals ---- */

static int terminal(char ret_name[64])
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	assert_true(master >= 0);
	assert_int_equal(grantpt(master), 0);
	assert_int_equal(unlockpt(master), 0);
	assert_int_equal(ptsname_r(master, ret_name, 64), 0);
	return master;
}

static void say(int master, const char *text)
{
	assert_int_equal(write(master, text, strlen(text)), (ssize_t)strlen(text));
}

/* ---- the bench ---- */

static void write_conf(const char *meter, const char *reader, const char *scanner, const char *more)
{
	FILE *file = fopen(path_of("outlet.ini"), "w");

	assert_non_null(file);
	fprintf(file,
		"[outlet]\nplug = iec-type2\namps = 32\nphases = 1\n"
		"[gpio]\nchip = file:%s\ncontactor = 1\ncontactor_feedback = 2\nlock = 3\n"
		"lock_feedback = 4\nemergency = !5\nresidual_test = 6\nresidual_tripped = 7\n"
		"red = 8\nyellow = 9\ngreen = 10\n"
		"[pilot]\npwm = %s\nhigh = %s/high /10 +0\nlow = %s/low *2 -100\n"
		"[sensors]\nconnector = %s/temp *1\n"
		"[parts]\nfan = %s/fan\nfan_full = 200\n"
		"[meter]\nmodbus = %s\nunit = 3\nenergy = 0 u32 *10\npower = 2 u32 *1000\n"
		"voltage1 = 4 f32 *1000\ncurrent1 = 6 s16 *100\nfrequency = 7 u16 *10\n",
		dir, dir, dir, dir, dir, dir, meter);
	if (reader)
		fprintf(file, "[reader]\ndevice = %s\nbaud = 115200\ndistance_mm = 40\n", reader);
	if (scanner)
		fprintf(file, "[scanner]\ndevice = %s\n", scanner);
	fprintf(file, "%s", more);
	fclose(file);
	for (int i = 1; i <= 10; i++) {
		char name[8];
		snprintf(name, sizeof(name), "%d", i);
		put(name, i == 5 ? "1\n" : "0\n");
	}
	put("period", "0");
	put("duty_cycle", "0");
	put("high", "120000");
	put("low", "-5950");
	put("temp", "23500");
	put("fan", "0");
}

static const struct hal *open_outlet(struct linux_outlet **outlet)
{
	if (linux_open(path_of("outlet.ini"), outlet) < 0)
		fail_msg("%s", fault_text());
	return linux_hal(*outlet);
}

static bool meter_says(const struct hal *hal, struct hal_meter *reading, bool good)
{
	for (int i = 0; i < 200; i++) {
		if ((hal->ops->meter_read(hal->context, reading) == 0) == good)
			return true;
		nap(20);
	}
	return false;
}

static void test_lines_files_and_meter(void **state)
{
	struct linux_outlet *outlet;
	struct hal_samples samples;
	struct hal_pilot pilot;
	struct hal_meter reading;
	const struct hal *hal;
	struct peer peer;
	char where[64];
	uint32_t contacts;
	bool on;

	(void)state;
	snprintf(where, sizeof(where), "tcp:127.0.0.1:%d", peer_tcp(&peer));
	write_conf(where, NULL, NULL, "");
	hal = open_outlet(&outlet);
	assert_int_equal(hal->max_ma, 32000);
	assert_null(hal->ops->reader_read);
	assert_null(hal->ops->dc_set);
	assert_int_equal(get("period"), 1000000);
	assert_int_equal(get("duty_cycle"), 1000000);
	assert_int_equal(hal->ops->pilot_set(hal->context, 533), 0);
	assert_int_equal(get("duty_cycle"), 533000);
	assert_int_equal(hal->ops->pilot_read(hal->context, &pilot), 0);
	assert_int_equal(pilot.high_mv, 12000);
	assert_int_equal(pilot.low_mv, -12000);
	assert_int_equal(hal->ops->contactor_set(hal->context, true), 0);
	assert_int_equal(get("1"), 1);
	put("2", "1");
	assert_int_equal(hal->ops->contactor_read(hal->context, &on), 0);
	assert_true(on);
	assert_int_equal(hal->ops->contacts_read(hal->context, &contacts), 0);
	assert_int_equal(contacts, 0);
	put("5", "0"); /* active low: pressed, or the wire is cut */
	assert_int_equal(hal->ops->contacts_read(hal->context, &contacts), 0);
	assert_int_equal(contacts, HAL_CONTACT_EMERGENCY);
	assert_int_equal(hal->ops->sensors_read(hal->context, &samples), 0);
	assert_int_equal(samples.rows[0][HAL_TEMP_CONNECTOR], 23500);
	assert_int_equal(samples.rows[0][HAL_HUMIDITY], HAL_ABSENT);
	put("7", "1");
	assert_int_equal(hal->ops->sensors_read(hal->context, &samples), 0);
	assert_true(samples.rows[0][HAL_RESIDUAL_AC] > 30000);
	assert_int_equal(hal->ops->cool_set(hal->context, 50), 0);
	assert_int_equal(get("fan"), 100);
	assert_true(meter_says(hal, &reading, true));
	assert_int_equal(reading.register_dwh, 1234560);
	assert_int_equal(reading.power_mw, 22080000);
	assert_int_equal(reading.voltage_mv[0], 230000);
	assert_int_equal(reading.current_ma[0], -16000);
	assert_int_equal(reading.frequency_mhz, 50000);
	/* silent: no old values; back: new ones */
	peer.silent = true;
	assert_true(meter_says(hal, &reading, false));
	peer_fill(&peer, 123500);
	peer.silent = false;
	assert_true(meter_says(hal, &reading, true));
	assert_int_equal(reading.register_dwh, 1235000);
	unlink(path_of("high"));
	assert_true(hal->ops->pilot_read(hal->context, &pilot) < 0);
	linux_close(outlet);
	assert_int_equal(get("1"), 0); /* the contactor falls when the program goes */
	peer_stop(&peer);
}

/* The grid operator's receiver: a number in a file; nonsense is a signal that is not there. */
static void test_grid_signal(void **state)
{
	struct linux_outlet *outlet;
	const struct hal *hal;
	struct peer peer;
	char where[64], more[160];
	int32_t permille = -7;

	(void)state;
	snprintf(where, sizeof(where), "tcp:127.0.0.1:%d", peer_tcp(&peer));
	snprintf(more, sizeof(more), "[parts]\ngrid = %s/grid *10\n", dir);
	put("grid", "60");
	write_conf(where, NULL, NULL, more);
	hal = open_outlet(&outlet);
	assert_int_equal(hal->ops->grid_read(hal->context, &permille), 0);
	assert_int_equal(permille, 600);
	put("grid", "-1");
	assert_true(hal->ops->grid_read(hal->context, &permille) < 0);
	put("grid", "101");
	assert_true(hal->ops->grid_read(hal->context, &permille) < 0);
	put("grid", "x");
	assert_true(hal->ops->grid_read(hal->context, &permille) < 0);
	assert_int_equal(permille, 600); /* untouched on failure */
	linux_close(outlet);
	peer_stop(&peer);
}

static bool source_says(const struct hal *hal, struct hal_dc *values, bool good)
{
	for (int i = 0; i < 200; i++) {
		if ((hal->ops->dc_read(hal->context, values) == 0) == good)
			return true;
		nap(20);
	}
	return false;
}

static bool source_told(const struct peer *peer, int mv100, int ma100, int on)
{
	const volatile uint16_t *at = peer->map->tab_registers;

	for (int i = 0; i < 200; i++) {
		if (at[8] == mv100 && at[9] == ma100 && at[10] == on)
			return true;
		nap(20);
	}
	return false;
}

/* A direct current source at the other end of a line: told, asked, silent, and left alone. */
static void test_source(void **state)
{
	static const char rows[] =
		"set_voltage = 8 u16 *100\nset_current = 9 u16 *100\nenable = 10 "
		"u16\nvoltage = 11 u16 *100\ncurrent = 12 u16 *100\ninlet = "
		"13 u16 *100\ninsulation = 14 u16\n";
	struct linux_outlet *outlet;
	const struct hal *hal;
	struct peer meter, source;
	struct hal_dc values;
	char where[64], more[600];
	int32_t kohm;

	(void)state;
	snprintf(where, sizeof(where), "tcp:127.0.0.1:%d", peer_tcp(&meter));
	snprintf(more, sizeof(more), "[source]\nmodbus = tcp:127.0.0.1:%d\nvolts = 750\n%s",
		peer_tcp(&source), rows);
	write_conf(where, NULL, NULL, more);
	source.map->tab_registers[11] = 4000;
	source.map->tab_registers[13] = 3720;
	source.map->tab_registers[14] = 2000;
	hal = open_outlet(&outlet);
	assert_int_equal(hal->max_mv, 750000);
	assert_true(source_says(hal, &values, true));
	assert_int_equal(values.voltage_mv, 400000);
	assert_int_equal(values.current_ma, 0);
	assert_int_equal(values.inlet_mv, 372000);
	assert_int_equal(hal->ops->insulation_read(hal->context, &kohm), 0);
	assert_int_equal(kohm, 2000);
	assert_true(source_told(&source, 0, 0, 0)); /* nobody wants anything yet */
	assert_int_equal(hal->ops->dc_set(hal->context, 372000, 150000), 0);
	assert_true(source_told(&source, 3720, 1500, 1));
	/* a controller that stands still for a second wants nothing any more */
	assert_true(source_told(&source, 0, 0, 0));
	/* silent: no old values; back: new ones */
	source.silent = true;
	assert_true(source_says(hal, &values, false));
	assert_true(hal->ops->insulation_read(hal->context, &kohm) < 0);
	source.map->tab_registers[11] = 10;
	source.silent = false;
	assert_true(source_says(hal, &values, true));
	assert_int_equal(values.voltage_mv, 1000);
	/* the program goes: the source does not stay on */
	assert_int_equal(hal->ops->dc_set(hal->context, 372000, 150000), 0);
	assert_true(source_told(&source, 3720, 1500, 1));
	linux_close(outlet);
	assert_true(source_told(&source, 0, 0, 0));
	peer_stop(&source);
	peer_stop(&meter);
}

static void test_serial_meter(void **state)
{
	struct linux_outlet *outlet;
	struct hal_meter reading;
	const struct hal *hal;
	struct peer peer = {.listener = -1};
	char name[64], where[100], link[100];
	int master = terminal(name);

	(void)state;
	/* libmodbus opens its port by name: it gets the master's side through /proc */
	snprintf(link, sizeof(link), "/proc/self/fd/%d", master);
	peer.modbus = modbus_new_rtu(link, 9600, 'E', 8, 1);
	assert_non_null(peer.modbus);
	modbus_set_slave(peer.modbus, 3);
	modbus_set_socket(peer.modbus, master);
	peer_start(&peer);
	snprintf(where, sizeof(where), "rtu:%s:9600:8E1", name);
	write_conf(where, NULL, NULL, "");
	hal = open_outlet(&outlet);
	assert_true(meter_says(hal, &reading, true));
	assert_int_equal(reading.register_dwh, 1234560);
	assert_int_equal(reading.frequency_mhz, 50000);
	linux_close(outlet);
	peer_stop(&peer);
}

static void wait_tag(const struct hal *hal, char tag[HAL_TAG_MAX + 1])
{
	for (int i = 0; i < 100; i++) {
		assert_int_equal(hal->ops->reader_read(hal->context, tag), 0);
		if (tag[0])
			return;
		nap(10);
	}
}

static void test_reader_and_scanner(void **state)
{
	char reader[64], scanner[64], tag[HAL_TAG_MAX + 1], code[HAL_CODE_MAX + 1];
	int reader_master = terminal(reader), scanner_master = terminal(scanner);
	static const char garbage[] = "\x00\xff\x01garbage\nT \x00 4\nH\nT\nT bad-tag\n"
				      "T 1234567890123456789012345678901234567\n";
	struct linux_outlet *outlet;
	const struct hal *hal;

	(void)state;
	/* no meter there, and no camera: still opens, and the scanner works beside */
	write_conf("tcp:127.0.0.1:1", reader, scanner, "[camera]\ndevice = /nonexistent/video0\n");
	hal = open_outlet(&outlet);
	say(reader_master, "T 04A2B3");
	nap(30);
	assert_int_equal(hal->ops->reader_read(hal->context, tag), 0);
	assert_string_equal(tag, ""); /* half a line is none */
	say(reader_master, "C4D5 nfc 25\r\n");
	wait_tag(hal, tag);
	assert_string_equal(tag, "04A2B3C4D5");
	say(reader_master, "T 04A2B3C4D5 nfc 25\n"); /* still in the field */
	assert_int_equal(write(reader_master, garbage, sizeof(garbage) - 1), sizeof(garbage) - 1);
	say(reader_master, "T FAR nfc 41\nT NEAR nfc 40\n");
	wait_tag(hal, tag);
	assert_string_equal(tag, "NEAR");
	say(scanner_master, "HTTPS://EXAMPLE.COM/Q/123\n");
	code[0] = 0;
	for (int i = 0; i < 100 && !code[0]; i++) {
		nap(10);
		assert_int_equal(hal->ops->camera_read(hal->context, code), 0);
	}
	assert_string_equal(code, "HTTPS://EXAMPLE.COM/Q/123");
	linux_close(outlet);
	close(reader_master);
	close(scanner_master);
}

/* The reader is pulled out in the middle of a line: a fault, not an old card. Another one put in is
 * found without a restart, and the rest of the line is not taken for a card. */
static void test_reader_pulled_out(void **state)
{
	char name[64], tag[HAL_TAG_MAX + 1];
	int master = terminal(name);
	struct linux_outlet *outlet;
	const struct hal *hal;
	bool lost = false;

	(void)state;
	assert_int_equal(symlink(name, path_of("reader")), 0);
	write_conf("tcp:127.0.0.1:1", path_of("reader"), NULL, "");
	hal = open_outlet(&outlet);
	say(master, "T 04A2");
	nap(30);
	assert_int_equal(hal->ops->reader_read(hal->context, tag), 0);
	close(master);
	unlink(path_of("reader"));
	for (int i = 0; i < 100 && !lost; i++, nap(10))
		lost = hal->ops->reader_read(hal->context, tag) < 0;
	assert_true(lost);
	assert_string_equal(tag, "");
	master = terminal(name);
	assert_int_equal(symlink(name, path_of("reader")), 0);
	for (int i = 0; i < 500 && lost; i++, nap(10))
		lost = hal->ops->reader_read(hal->context, tag) < 0;
	assert_false(lost);
	say(master, "B3C4\nT 05\n");
	wait_tag(hal, tag);
	assert_string_equal(tag, "05");
	linux_close(outlet);
	close(master);
}

static void test_protocol_lines(void **state)
{
	static const struct {
		const char *line, *tag;
	} rows[] = {{"T A1", "A1"}, {"T A1 nfc", "A1"}, {"T A1 ble 40", "A1"},
		{" T A1 rfid 0 ", "A1"}, {"T A1 ble 41", NULL}, {"T A1 uhf 1", NULL},
		{"T A1 nfc -1", NULL}, {"T A1 nfc x", NULL}, {"T", NULL}, {"T ", NULL}, {"H", NULL},
		{"", NULL}, {"t A1", NULL}, {"T A_1", NULL},
		{"T 12345678901234567890", "12345678901234567890"},
		{"T 123456789012345678901", "123456789012345678901"}};
	char tag[HAL_TAG_MAX + 1], line[HAL_TAG_MAX + 4] = "T ";

	(void)state;
	memset(line + 2, '7', HAL_TAG_MAX);
	assert_true(linux_serial_parse(line, 40, tag));
	assert_string_equal(tag, line + 2);
	line[HAL_TAG_MAX + 2] = '7'; /* one too many */
	line[HAL_TAG_MAX + 3] = 0;
	assert_false(linux_serial_parse(line, 40, tag));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool good = linux_serial_parse(rows[i].line, 40, tag);
		assert_int_equal(good, rows[i].tag != NULL);
		if (good)
			assert_string_equal(tag, rows[i].tag);
	}
	assert_true(linux_serial_parse("T A1 ble 9999", 0, tag));
}

static void test_float_registers(void **state)
{
	static const struct {
		uint32_t bits;
		int64_t times, by, want;
	} rows[] = {{0x43660000, 1000, 1, 230000}, {0, 1000, 1, 0}, {0x3f800000, 1, 1, 1},
		{0xbf800000, 10, 1, -10}, {0x42c80000, 1, 100, 1}, {0x4b7fffff, 10, 1, 167772150},
		{0x3dcccccd, 1000, 1, 100}, {0x00000001, 1000000, 1, 0}};
	int64_t value;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(linux_meter_f32(rows[i].bits, rows[i].times, rows[i].by, &value));
		assert_int_equal(value, rows[i].want);
	}
	assert_false(linux_meter_f32(0x7f800000, 1, 1, &value)); /* infinite */
	assert_false(linux_meter_f32(0x7fc00000, 1, 1, &value)); /* no number */
	assert_false(linux_meter_f32(0x7f000000, 1000, 1, &value));
}

static void test_bad_settings(void **state)
{
	static const char *const more[] = {"[outlet]\namps = 5\n", "[outlet]\nplug = schuko\n",
		"[gpio]\ncontactor = x\n", "[gpio]\nsprinkler = 4\n",
		"[meter]\nenergy = 0 u32 %2\n", "[meter]\nenergy = 70000 u32\n",
		"[meter]\nenergy = 1 u128\n", "[nonsense]\na = b\n", "[meter]\nmodbus = usb:1\n",
		"[reader]\nbaud = 9601\ndevice = /dev/null\n", "[reader]\ndevice = /nonexistent\n",
		"[sensors]\nconnector = \n", "[camera]\nwidth = 63\n", "[camera]\nzoom = 2\n",
		"[cable]\ninterface = nonexistent\n",
		"[cable]\ninterface = longer-than-names-are\n", "[cable]\nbaud = 1\n", "garbage\n"};
	struct linux_outlet *outlet = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		write_conf("tcp:127.0.0.1:1", NULL, NULL, more[i]);
		assert_true(linux_open(path_of("outlet.ini"), &outlet) < 0);
	}
	put("outlet.ini", "[outlet]\namps = 16\n");
	assert_true(linux_open(path_of("outlet.ini"), &outlet) < 0); /* nothing to stop it by */
	assert_true(linux_open(path_of("missing.ini"), &outlet) < 0);
	assert_null(outlet);
}

/* The whole outlet over this backend: plug, lock, signal, contactor, and the emergency stop. */
static void test_a_charge(void **state)
{
	struct linux_outlet *outlet;
	struct evse evse;
	struct hal_meter reading;
	struct peer peer;
	char where[64];
	int64_t ticks_us = US_PER_S;

	(void)state;
	snprintf(where, sizeof(where), "tcp:127.0.0.1:%d", peer_tcp(&peer));
	write_conf(where, NULL, NULL, "");
	evse_init(&evse, open_outlet(&outlet));
	meter_init(&evse.meter, 0, 0, 8000000);
	assert_true(meter_says(evse.hal, &reading, true));
	/* the device's contact follows its test coil: one file plays both */
	unlink(path_of("7"));
	assert_int_equal(symlink("6", path_of("7")), 0);
	put("high", "90000"); /* a car */
	for (int i = 0; i < 3; i++)
		evse_step(&evse, ticks_us += 100 * US_PER_MS);
	assert_true(evse.plugged);
	assert_false(evse.test_failed);
	evse_claim(&evse, true, ticks_us);
	for (int i = 0; i < 20 && !evse_begin(&evse, ticks_us); i++)
		evse_step(&evse, ticks_us += 100 * US_PER_MS);
	evse_step(&evse, ticks_us += 100 * US_PER_MS);
	assert_int_equal(get("3"), 1); /* locks */
	put("4", "1");
	evse_step(&evse, ticks_us += 100 * US_PER_MS);
	assert_int_equal(get("duty_cycle"), 533000); /* 32 A */
	put("high", "60000");                        /* the car asks */
	for (int i = 0; i < 3; i++)
		evse_step(&evse, ticks_us += 100 * US_PER_MS);
	assert_int_equal(get("1"), 1); /* energy */
	put("2", "1");
	evse_step(&evse, ticks_us += 100 * US_PER_MS);
	assert_int_equal(evse.state, EVSE_CHARGING);
	assert_int_equal(get("10"), 1); /* green */
	put("5", "0");                  /* emergency stop */
	evse_step(&evse, ticks_us += 100 * US_PER_MS);
	assert_int_equal(get("1"), 0);
	assert_int_equal(protect_first(&evse.protect), PROTECT_EMERGENCY);
	linux_close(outlet);
	peer_stop(&peer);
}

static int set_up(void **state)
{
	(void)state;
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines_files_and_meter),
		cmocka_unit_test(test_grid_signal),
		cmocka_unit_test(test_source),
		cmocka_unit_test(test_serial_meter),
		cmocka_unit_test(test_reader_and_scanner),
		cmocka_unit_test(test_reader_pulled_out),
		cmocka_unit_test(test_protocol_lines),
		cmocka_unit_test(test_float_registers),
		cmocka_unit_test(test_bad_settings),
		cmocka_unit_test(test_a_charge),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
