/* linux_gpio.c - switching and sensing lines: a chip of the kernel through libgpiod, or, for
 * benches without one, a directory with a file a line. */
#include <gpiod.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "pile/hal/linux_parts.h"

#define GPIO_FILES "file:"

static bool gpio_is_output(enum linux_line line)
{
	switch (line) {
	case LINE_CONTACTOR:
	case LINE_LOCK:
	case LINE_RESIDUAL_TEST:
	case LINE_RED:
	case LINE_YELLOW:
	case LINE_GREEN:
		return true;
	default:
		return false;
	}
}

static void gpio_file(
	const struct linux_gpio *gpio, enum linux_line line, char ret[LINUX_PATH_MAX + 16])
{
	snprintf(ret, LINUX_PATH_MAX + 16, "%s/%d", gpio->conf->chip + strlen(GPIO_FILES),
		gpio->conf->lines[line]);
}

/* An output begins off: nothing is switched on by opening it. */
static int gpio_request(struct linux_gpio *gpio, enum linux_line line)
{
	struct gpiod_line *got = gpiod_chip_get_line(gpio->chip, (unsigned)gpio->conf->lines[line]);
	int off = gpio->conf->low[line];
	int result = -1;

	if (got)
		result = gpio_is_output(line) ? gpiod_line_request_output(got, "leyden-pile", off)
					      : gpiod_line_request_input(got, "leyden-pile");
	if (result != 0)
		return FAULT(
			FAULT_IO, "line %d of %s: %m", gpio->conf->lines[line], gpio->conf->chip);
	gpio->lines[line] = got;
	return 0;
}

int linux_gpio_open(struct linux_gpio *gpio, const struct linux_conf *conf)
{
	memset(gpio, 0, sizeof(*gpio));
	gpio->conf = conf;
	gpio->files = strncmp(conf->chip, GPIO_FILES, strlen(GPIO_FILES)) == 0;
	if (!gpio->files) {
		gpio->chip = gpiod_chip_open_lookup(conf->chip);
		if (!gpio->chip)
			return FAULT(FAULT_IO, "cannot open %s: %m", conf->chip);
	}
	for (int line = 0; line < LINES; line++) {
		if (conf->lines[line] < 0)
			continue;
		if (!gpio->files)
			TRY(gpio_request(gpio, (enum linux_line)line));
		if (gpio_is_output((enum linux_line)line))
			TRY(linux_gpio_set(gpio, (enum linux_line)line, false));
	}
	return 0;
}

void linux_gpio_close(struct linux_gpio *gpio)
{
	if (!gpio->conf)
		return;
	for (int line = 0; line < LINES; line++)
		if (gpio->conf->lines[line] >= 0 && gpio_is_output((enum linux_line)line) &&
			(gpio->files || gpio->lines[line]))
			(void)linux_gpio_set(gpio, (enum linux_line)line, false);
	if (gpio->chip)
		gpiod_chip_close(gpio->chip);
	memset(gpio, 0, sizeof(*gpio));
}

bool linux_gpio_has(const struct linux_gpio *gpio, enum linux_line line)
{
	return gpio->conf->lines[line] >= 0;
}

int linux_gpio_set(struct linux_gpio *gpio, enum linux_line line, bool on)
{
	int level = on != gpio->conf->low[line];
	char path[LINUX_PATH_MAX + 16];

	if (!linux_gpio_has(gpio, line))
		return 0;
	if (gpio->files) {
		gpio_file(gpio, line, path);
		return linux_file_write(path, level);
	}
	if (gpiod_line_set_value(gpio->lines[line], level) != 0)
		return FAULT(FAULT_IO, "line %d does not switch: %m", gpio->conf->lines[line]);
	return 0;
}

int linux_gpio_get(struct linux_gpio *gpio, enum linux_line line, bool *ret_on)
{
	char path[LINUX_PATH_MAX + 16];
	int64_t level;

	if (gpio->files) {
		gpio_file(gpio, line, path);
		TRY(linux_file_read(path, &level));
	} else {
		level = gpiod_line_get_value(gpio->lines[line]);
		if (level < 0)
			return FAULT(
				FAULT_IO, "line %d does not answer: %m", gpio->conf->lines[line]);
	}
	*ret_on = (level != 0) != gpio->conf->low[line];
	return 0;
}
