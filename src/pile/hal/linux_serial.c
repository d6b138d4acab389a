/* linux_serial.c - card readers and scanners at serial ports. A scanner sends each code as a line.
 * A card reader speaks the reader line protocol, ASCII, one event a line:
 *
 *   T <number> [<kind> [<distance>]]     a card: 1 to 36 letters and digits; nfc, rfid or ble; mm
 *   H                                    still here
 *
 * Lines end with LF, CR or both. Whatever else comes is noise and is passed over. A card that stays
 * in the field is one tap, until it was away for two seconds. A reader that is pulled out is looked
 * for again every two seconds; half a line of before is forgotten with it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/hal/linux_parts.h"

#define SERIAL_AGAIN_US (2 * US_PER_S)
#define SERIAL_LINES_A_LOOK 8
#define SERIAL_RETRY_US (2 * US_PER_S)

static speed_t serial_speed(int baud)
{
	static const struct {
		int baud;
		speed_t speed;
	} speeds[] = {{1200, B1200}, {2400, B2400}, {4800, B4800}, {9600, B9600}, {19200, B19200},
		{38400, B38400}, {57600, B57600}, {115200, B115200}, {921600, B921600}};

	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++)
		if (speeds[i].baud == baud)
			return speeds[i].speed;
	return B0;
}

static int serial_connect(struct linux_serial *serial)
{
	struct termios form;

	serial->file = open(serial->device, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (serial->file < 0)
		return FAULT(FAULT_IO, "cannot open %s: %m", serial->device);
	if (tcgetattr(serial->file, &form) == 0) {
		cfmakeraw(&form);
		cfsetspeed(&form, serial_speed(serial->baud));
		form.c_cflag |= CLOCAL | CREAD;
		if (tcsetattr(serial->file, TCSANOW, &form) != 0)
			return FAULT(FAULT_IO, "cannot set up %s: %m", serial->device);
	}
	return 0;
}

int linux_serial_open(struct linux_serial *serial, const char *device, int baud)
{
	memset(serial, 0, sizeof(*serial));
	serial->file = -1;
	serial->device = device;
	serial->baud = baud;
	if (!device[0])
		return 0;
	if (serial_speed(baud) == B0)
		return FAULT(FAULT_BUG, "%s: no such speed: %d", device, baud);
	return serial_connect(serial);
}

/* The device is gone: whatever it had begun to say too. */
static int serial_lost(struct linux_serial *serial)
{
	linux_serial_close(serial);
	serial->len = 0;
	serial->skipping = false;
	serial->retry_us = clock_ticks_us(&clock_system) + SERIAL_RETRY_US;
	return FAULT(FAULT_IO, "%s does not answer", serial->device);
}

void linux_serial_close(struct linux_serial *serial)
{
	if (serial->file >= 0)
		close(serial->file);
	serial->file = -1;
}

/* Takes one byte; true when it ends a line that is worth something. */
static bool serial_take(struct linux_serial *serial, char c)
{
	bool ends = c == '\n' || c == '\r', whole;

	if (!ends && serial->len == HAL_CODE_MAX) {
		serial->skipping = true;
		serial->len = 0;
	}
	if (!ends) {
		if (!serial->skipping)
			serial->line[serial->len++] = c;
		return false;
	}
	whole = serial->len > 0 && !serial->skipping;
	serial->line[serial->len] = 0;
	serial->skipping = false;
	if (!whole)
		serial->len = 0;
	return whole;
}

int linux_serial_line(struct linux_serial *serial, char ret[HAL_CODE_MAX + 1])
{
	char c;
	ssize_t got;

	ret[0] = 0;
	if (serial->file < 0 && clock_ticks_us(&clock_system) < serial->retry_us)
		return FAULT(FAULT_IO, "%s is gone", serial->device);
	if (serial->file < 0 && serial_connect(serial) < 0)
		return serial_lost(serial);
	while ((got = read(serial->file, &c, 1)) == 1) {
		if (!serial_take(serial, c))
			continue;
		if (!memchr(serial->line, 0, serial->len))
			memcpy(ret, serial->line, serial->len + 1);
		serial->len = 0;
		return 0;
	}
	/* a port that was pulled out reads as ended */
	if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		LOG_WARN("reader gone", "device=%s", serial->device);
		return serial_lost(serial);
	}
	return 0;
}

static bool serial_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];
		if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')))
			return false;
	}
	return text.len > 0;
}

bool linux_serial_parse(const char *line, int distance_mm, char ret_tag[HAL_TAG_MAX + 1])
{
	struct str rest = str_trim(str_from(line)), tag, kind;
	int64_t away = 0;

	if (!str_is(str_cut(&rest, ' '), "T"))
		return false;
	tag = str_cut(&rest, ' ');
	kind = str_cut(&rest, ' ');
	if (!serial_plain(tag) || tag.len > HAL_TAG_MAX)
		return false;
	if (kind.len && !str_is(kind, "nfc") && !str_is(kind, "rfid") && !str_is(kind, "ble"))
		return false;
	if (rest.len && (!str_to_i64(rest, &away) || away < 0))
		return false;
	if (distance_mm > 0 && away > distance_mm)
		return false;
	memset(ret_tag, 0, HAL_TAG_MAX + 1);
	memcpy(ret_tag, tag.ptr, tag.len);
	return true;
}

int linux_serial_tag(
	struct linux_serial *serial, int distance_mm, int64_t now_us, char ret_tag[HAL_TAG_MAX + 1])
{
	char line[HAL_CODE_MAX + 1], tag[HAL_TAG_MAX + 1];
	bool same;

	ret_tag[0] = 0;
	for (int i = 0; i < SERIAL_LINES_A_LOOK; i++) {
		TRY(linux_serial_line(serial, line));
		if (!line[0])
			return 0;
		if (!linux_serial_parse(line, distance_mm, tag))
			continue;
		same = strcmp(tag, serial->last_tag) == 0 && serial->last_us &&
		       now_us - serial->last_us < SERIAL_AGAIN_US;
		memcpy(serial->last_tag, tag, sizeof(tag));
		serial->last_us = now_us;
		if (same)
			continue;
		memcpy(ret_tag, tag, sizeof(tag));
		return 0;
	}
	return 0;
}
