/* test_gpio.c - switching and sensing through libgpiod itself, against a chip that is played here:
 * the kernel has none, so this program stands between the library and the kernel. It defines the
 * calls the library makes (open, lstat, stat, access, ioctl), answers for /dev/gpiochip7 and its
 * lines as a kernel does, and hands everything else on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/fault.h"
#include "pile/hal/linux_parts.h"

#define CHIP "/dev/gpiochip7"
#define CHIP_SYS "/sys/bus/gpio/devices/gpiochip7"
#define CHIP_LINES 32
#define AT_HERE (-100) /* AT_FDCWD; fcntl.h would declare open() */
#define AT_LINK 0x100  /* AT_SYMLINK_NOFOLLOW */

/* The chip and its lines. A level is the wire's own: 0 or 1, whatever it means. */
static struct chip {
	bool gone;
	int busy; /* a line the kernel uses itself; -1 none */
	int level[CHIP_LINES];
	int handles[CHIP_LINES]; /* file of the request, 0 none */
	bool output[CHIP_LINES];
	int requests;
} chip;
static int chip_file;

/* ---- the kernel's side ---- */

static int say_no(int why)
{
	errno = why;
	return -1;
}

static int chip_ask_line(struct gpioline_info *info)
{
	if (info->line_offset >= CHIP_LINES)
		return say_no(EINVAL);
	info->flags = 0;
	if ((int)info->line_offset == chip.busy)
		info->flags |= GPIOLINE_FLAG_KERNEL;
	if (chip.output[info->line_offset])
		info->flags |= GPIOLINE_FLAG_IS_OUT;
	return 0;
}

static int chip_take_line(struct gpiohandle_request *request)
{
	uint32_t line = request->lineoffsets[0];

	if (request->lines != 1 || line >= CHIP_LINES)
		return say_no(EINVAL);
	if ((int)line == chip.busy || chip.handles[line])
		return say_no(EBUSY);
	assert_string_equal(request->consumer_label, "leyden-pile");
	request->fd = memfd_create("line", 0);
	assert_true(request->fd > 0);
	chip.handles[line] = request->fd;
	chip.output[line] = request->flags & GPIOHANDLE_REQUEST_OUTPUT;
	if (chip.output[line])
		chip.level[line] = request->default_values[0];
	chip.requests++;
	return 0;
}

static int line_of(int file)
{
	for (int i = 0; i < CHIP_LINES; i++)
		if (file > 0 && chip.handles[i] == file)
			return i;
	return -1;
}

static int chip_control(int file, unsigned long request, void *argument)
{
	struct gpiochip_info *info = argument;
	struct gpiohandle_data *data = argument;
	int line = line_of(file);

	if (chip.gone)
		return say_no(ENODEV);
	if (line >= 0) {
		if (request == GPIOHANDLE_GET_LINE_VALUES_IOCTL) {
			data->values[0] = (uint8_t)chip.level[line];
			return 0;
		}
		if (request != GPIOHANDLE_SET_LINE_VALUES_IOCTL || !chip.output[line])
			return say_no(EPERM);
		chip.level[line] = data->values[0];
		return 0;
	}
	switch (request) {
	case GPIO_GET_CHIPINFO_IOCTL:
		strcpy(info->name, "gpiochip7");
		strcpy(info->label, "played");
		info->lines = CHIP_LINES;
		return 0;
	case GPIO_GET_LINEINFO_IOCTL:
		return chip_ask_line(argument);
	case GPIO_GET_LINEHANDLE_IOCTL:
		return chip_take_line(argument);
	default:
		return say_no(ENOTTY);
	}
}

/* ---- the calls the library makes, by their own names ---- */

int played_ioctl(int file, unsigned long request, void *argument) __asm__("ioctl");
int played_open(const char *path, int flags, mode_t mode) __asm__("open");
int played_access(const char *path, int mode) __asm__("access");
int played_lstat(const char *path, struct stat *ret) __asm__("lstat");
int played_stat(const char *path, struct stat *ret) __asm__("stat");

int played_ioctl(int file, unsigned long request, void *argument)
{
	if ((chip_file > 0 && file == chip_file) || line_of(file) >= 0)
		return chip_control(file, request, argument);
	return (int)syscall(SYS_ioctl, file, request, argument);
}

int played_open(const char *path, int flags, mode_t mode)
{
	int file;

	if (strcmp(path, CHIP) == 0) {
		if (chip.gone)
			return say_no(ENOENT);
		chip_file = memfd_create("chip", 0);
		return chip_file;
	}
	if (strcmp(path, CHIP_SYS "/dev") == 0) {
		file = memfd_create("dev", 0);
		assert_int_equal(write(file, "254:7\n", 6), 6);
		lseek(file, 0, SEEK_SET);
		return file;
	}
	return (int)syscall(SYS_openat, AT_HERE, path, flags, mode);
}

int played_access(const char *path, int mode)
{
	if (strncmp(path, CHIP_SYS, strlen(CHIP_SYS)) == 0)
		return 0;
	return (int)syscall(SYS_faccessat, AT_HERE, path, mode);
}

static bool chip_stat(const char *path, struct stat *ret)
{
	if (strcmp(path, CHIP) != 0 || chip.gone)
		return false;
	memset(ret, 0, sizeof(*ret));
	ret->st_mode = S_IFCHR | 0600;
	ret->st_rdev = makedev(254, 7);
	return true;
}

int played_lstat(const char *path, struct stat *ret)
{
	return chip_stat(path, ret) ? 0 : fstatat(AT_HERE, path, ret, AT_LINK);
}

int played_stat(const char *path, struct stat *ret)
{
	return chip_stat(path, ret) ? 0 : fstatat(AT_HERE, path, ret, 0);
}

/* ---- tests ---- */

static struct linux_conf settings(void)
{
	struct linux_conf conf = {.chip = "gpiochip7"};

	for (int i = 0; i < LINES; i++)
		conf.lines[i] = -1;
	conf.lines[LINE_CONTACTOR] = 17;
	conf.lines[LINE_CONTACTOR_FEEDBACK] = 27;
	conf.lines[LINE_LOCK] = 22;
	conf.low[LINE_LOCK] = true;
	conf.lines[LINE_EMERGENCY] = 24;
	conf.low[LINE_EMERGENCY] = true;
	memset(&chip, 0, sizeof(chip));
	chip.busy = -1;
	for (int i = 0; i < CHIP_LINES; i++)
		chip.level[i] = 1; /* whatever was before */
	return conf;
}

static void test_switch_and_sense(void **state)
{
	struct linux_conf conf = settings();
	struct linux_gpio gpio;
	bool on;

	(void)state;
	if (linux_gpio_open(&gpio, &conf) < 0)
		fail_msg("%s", fault_text());
	assert_int_equal(chip.requests, 4);
	assert_true(chip.output[17] && chip.output[22]);
	assert_false(chip.output[27] || chip.output[24]);
	/* opening switches nothing on: a line that is active low stands high */
	assert_int_equal(chip.level[17], 0);
	assert_int_equal(chip.level[22], 1);
	assert_int_equal(linux_gpio_set(&gpio, LINE_CONTACTOR, true), 0);
	assert_int_equal(linux_gpio_set(&gpio, LINE_LOCK, true), 0);
	assert_int_equal(chip.level[17], 1);
	assert_int_equal(chip.level[22], 0);
	assert_int_equal(linux_gpio_set(&gpio, LINE_RED, true), 0); /* not there: no matter */
	assert_int_equal(linux_gpio_get(&gpio, LINE_CONTACTOR_FEEDBACK, &on), 0);
	assert_true(on);
	chip.level[27] = 0;
	assert_int_equal(linux_gpio_get(&gpio, LINE_CONTACTOR_FEEDBACK, &on), 0);
	assert_false(on);
	assert_int_equal(linux_gpio_get(&gpio, LINE_EMERGENCY, &on), 0);
	assert_false(on);
	chip.level[24] = 0; /* pressed, or the wire is cut */
	assert_int_equal(linux_gpio_get(&gpio, LINE_EMERGENCY, &on), 0);
	assert_true(on);
	assert_false(linux_gpio_has(&gpio, LINE_DOOR));
	/* the end opens the contactor and the lock */
	linux_gpio_close(&gpio);
	assert_int_equal(chip.level[17], 0);
	assert_int_equal(chip.level[22], 1);
}

/* A chip that goes away while it works: every call is a fault, none an old level. */
static void test_chip_goes_away(void **state)
{
	struct linux_conf conf = settings();
	struct linux_gpio gpio;
	bool on = true;

	(void)state;
	assert_int_equal(linux_gpio_open(&gpio, &conf), 0);
	chip.gone = true;
	assert_true(linux_gpio_get(&gpio, LINE_CONTACTOR_FEEDBACK, &on) < 0);
	assert_true(linux_gpio_set(&gpio, LINE_CONTACTOR, true) < 0);
	linux_gpio_close(&gpio);
}

static void test_cannot_be_opened(void **state)
{
	struct linux_conf conf = settings();
	struct linux_gpio gpio;

	(void)state;
	chip.busy = 22; /* somebody else's */
	assert_true(linux_gpio_open(&gpio, &conf) < 0);
	assert_non_null(strstr(fault_text(), "line 22"));
	linux_gpio_close(&gpio);
	assert_int_equal(chip.level[17], 0); /* what was had falls again */
	conf = settings();
	conf.lines[LINE_LOCK] = 40; /* the chip has not so many */
	assert_true(linux_gpio_open(&gpio, &conf) < 0);
	linux_gpio_close(&gpio);
	conf = settings();
	chip.gone = true;
	assert_true(linux_gpio_open(&gpio, &conf) < 0);
	linux_gpio_close(&gpio);
	conf = settings();
	strcpy(conf.chip, "nosuchchip");
	assert_true(linux_gpio_open(&gpio, &conf) < 0);
	linux_gpio_close(&gpio);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_switch_and_sense),
		cmocka_unit_test(test_chip_goes_away),
		cmocka_unit_test(test_cannot_be_opened),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
