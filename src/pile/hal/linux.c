/* linux.c - the operations of hal.h over lines, files, the meter's thread and serial readers. */
#include "pile/hal/linux.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "pile/hal/linux_parts.h"
#include "pile/speak.h"

#define LINUX_PERIOD_NS 1000000 /* 1 kHz */

struct linux_outlet {
	struct linux_conf conf;
	struct linux_gpio gpio;
	struct linux_meter meter;
	struct linux_serial reader, scanner;
	struct linux_camera camera;
	struct linux_can can;
	struct linux_cable cable;
	struct linux_source source;
	struct hal_ops ops; /* without what this outlet has not got */
	int32_t duty_permille;
	bool locked; /* as wanted */
};

static int linux_pilot_read(void *context, struct hal_pilot *ret)
{
	struct linux_outlet *outlet = context;

	TRY(linux_value_read(&outlet->conf.pilot_high, &ret->high_mv));
	return linux_value_read(&outlet->conf.pilot_low, &ret->low_mv);
}

/* A duty of 100 % is the steady +12 V, 0 % the steady -12 V. */
static int linux_pilot_set(void *context, int32_t duty_permille)
{
	struct linux_outlet *outlet = context;
	char path[LINUX_PATH_MAX + 16];

	if (outlet->duty_permille == duty_permille)
		return 0;
	snprintf(path, sizeof(path), "%s/duty_cycle", outlet->conf.pwm);
	TRY(linux_file_write(path, (int64_t)LINUX_PERIOD_NS * duty_permille / 1000));
	outlet->duty_permille = duty_permille;
	return 0;
}

static int linux_contactor_set(void *context, bool closed)
{
	return linux_gpio_set(&((struct linux_outlet *)context)->gpio, LINE_CONTACTOR, closed);
}

static int linux_contactor_read(void *context, bool *ret_closed)
{
	return linux_gpio_get(
		&((struct linux_outlet *)context)->gpio, LINE_CONTACTOR_FEEDBACK, ret_closed);
}

static int linux_lock_set(void *context, bool locked)
{
	struct linux_outlet *outlet = context;

	outlet->locked = locked;
	return linux_gpio_set(&outlet->gpio, LINE_LOCK, locked);
}

/* A fixed cable has no lock: it is as it is wanted. */
static int linux_lock_read(void *context, bool *ret_locked)
{
	struct linux_outlet *outlet = context;

	if (linux_gpio_has(&outlet->gpio, LINE_LOCK_FEEDBACK))
		return linux_gpio_get(&outlet->gpio, LINE_LOCK_FEEDBACK, ret_locked);
	*ret_locked = outlet->locked;
	return 0;
}

static int linux_meter_op(void *context, struct hal_meter *ret)
{
	return linux_meter_read(&((struct linux_outlet *)context)->meter, ret);
}

static int linux_sensors_read(void *context, struct hal_samples *ret)
{
	struct linux_outlet *outlet = context;
	bool tripped;

	for (int i = 0; i < HAL_CHANNELS; i++)
		TRY(linux_value_read(&outlet->conf.channels[i], &ret->rows[0][i]));
	if (linux_gpio_has(&outlet->gpio, LINE_RESIDUAL_TRIPPED)) {
		/* a device of its own that only says yes or no */
		TRY(linux_gpio_get(&outlet->gpio, LINE_RESIDUAL_TRIPPED, &tripped));
		if (tripped)
			ret->rows[0][HAL_RESIDUAL_AC] = 1000000;
	}
	ret->len = 1;
	return 0;
}

static int linux_contacts_read(void *context, uint32_t *ret_contacts)
{
	static const struct {
		enum linux_line line;
		enum hal_contact contact;
	} rows[] = {{LINE_EMERGENCY, HAL_CONTACT_EMERGENCY}, {LINE_SURGE, HAL_CONTACT_SURGE},
		{LINE_DOOR, HAL_CONTACT_DOOR}, {LINE_WATER, HAL_CONTACT_WATER}};
	struct linux_outlet *outlet = context;
	uint32_t contacts = 0;
	bool on;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!linux_gpio_has(&outlet->gpio, rows[i].line))
			continue;
		TRY(linux_gpio_get(&outlet->gpio, rows[i].line, &on));
		contacts |= on ? (uint32_t)rows[i].contact : 0;
	}
	*ret_contacts = contacts;
	return 0;
}

/* The device's own contact follows its test coil within a millisecond. */
static int linux_residual_test(void *context, bool *ret_passed)
{
	struct linux_outlet *outlet = context;
	int result;

	TRY(linux_gpio_set(&outlet->gpio, LINE_RESIDUAL_TEST, true));
	result = linux_gpio_get(&outlet->gpio, LINE_RESIDUAL_TRIPPED, ret_passed);
	TRY(linux_gpio_set(&outlet->gpio, LINE_RESIDUAL_TEST, false));
	return result;
}

/* A receiver of the grid operator's that says anything else than 0 to 1000 is broken, not obeyed.
 */
static int linux_grid_read(void *context, int32_t *ret_permille)
{
	const struct linux_conf *conf = &((struct linux_outlet *)context)->conf;
	int32_t permille;

	TRY(linux_value_read(&conf->grid, &permille));
	if (permille < 0 || permille > 1000)
		return FAULT(FAULT_IO, "%s: no grid signal: %d", conf->grid.path, permille);
	*ret_permille = permille;
	return 0;
}

static int linux_cool_set(void *context, int32_t percent)
{
	const struct linux_conf *conf = &((struct linux_outlet *)context)->conf;

	return linux_file_write(conf->fan, conf->fan_full * percent / 100);
}

static int linux_display_set(void *context, int32_t percent)
{
	const struct linux_conf *conf = &((struct linux_outlet *)context)->conf;

	return linux_file_write(conf->backlight, conf->backlight_full * percent / 100);
}

static int linux_light_set(void *context, enum hal_light colour, enum hal_motion motion)
{
	struct linux_gpio *gpio = &((struct linux_outlet *)context)->gpio;
	bool on = motion != HAL_MOTION_BREATHE ||
		  clock_ticks_us(&clock_system) / (US_PER_S / 2) % 2 == 0;

	TRY(linux_gpio_set(gpio, LINE_RED, on && colour == HAL_LIGHT_RED));
	TRY(linux_gpio_set(gpio, LINE_YELLOW, on && colour == HAL_LIGHT_YELLOW));
	return linux_gpio_set(gpio, LINE_GREEN, on && colour == HAL_LIGHT_GREEN);
}

static int linux_reader_read(void *context, char ret_tag[HAL_TAG_MAX + 1])
{
	struct linux_outlet *outlet = context;

	return linux_serial_tag(&outlet->reader, outlet->conf.reader_distance_mm,
		clock_ticks_us(&clock_system), ret_tag);
}

static int linux_camera_op(void *context, char ret_code[HAL_CODE_MAX + 1])
{
	struct linux_outlet *outlet = context;
	int result = 0;

	ret_code[0] = 0;
	if (outlet->conf.camera[0])
		linux_camera_read(&outlet->camera, ret_code);
	if (!ret_code[0] && outlet->conf.scanner[0])
		result = linux_serial_line(&outlet->scanner, ret_code);
	return result;
}

static int linux_can_send_op(void *context, const struct hal_can *frame)
{
	return linux_can_send(&((struct linux_outlet *)context)->can, frame);
}

static int linux_can_receive_op(void *context, struct hal_can *ret, bool *ret_got)
{
	return linux_can_receive(&((struct linux_outlet *)context)->can, ret, ret_got);
}

static int linux_line_look_op(void *context, struct hal_line *ret)
{
	return linux_cable_look(&((struct linux_outlet *)context)->cable, ret);
}

static int linux_line_send_op(void *context, const struct hal_packet *packet)
{
	return linux_cable_send(&((struct linux_outlet *)context)->cable, packet);
}

static int linux_line_receive_op(void *context, struct hal_packet *ret, bool *ret_got)
{
	return linux_cable_receive(&((struct linux_outlet *)context)->cable, ret, ret_got);
}

static int linux_dc_set(void *context, int32_t voltage_mv, int32_t current_ma)
{
	return linux_source_set(&((struct linux_outlet *)context)->source, voltage_mv, current_ma);
}

static int linux_dc_read(void *context, struct hal_dc *ret)
{
	return linux_source_read(&((struct linux_outlet *)context)->source, ret);
}

static int linux_insulation_read(void *context, int32_t *ret_kohm)
{
	return linux_source_insulation(&((struct linux_outlet *)context)->source, ret_kohm);
}

static int linux_speak(void *context, const struct hal_speech *speech)
{
	(void)context;
	return speak_say(speech);
}

static void linux_fill_ops(struct linux_outlet *outlet)
{
	const struct linux_conf *conf = &outlet->conf;

	outlet->ops = (struct hal_ops){.pilot_read = linux_pilot_read,
		.pilot_set = linux_pilot_set,
		.contactor_set = linux_contactor_set,
		.contactor_read = linux_contactor_read,
		.lock_set = linux_lock_set,
		.lock_read = linux_lock_read,
		.meter_read = linux_meter_op,
		.sensors_read = linux_sensors_read,
		.contacts_read = linux_contacts_read,
		.light_set = linux_light_set,
		.speak = linux_speak};
	if (conf->lines[LINE_RESIDUAL_TEST] >= 0 && conf->lines[LINE_RESIDUAL_TRIPPED] >= 0)
		outlet->ops.residual_test = linux_residual_test;
	if (conf->grid.path[0])
		outlet->ops.grid_read = linux_grid_read;
	if (conf->fan[0])
		outlet->ops.cool_set = linux_cool_set;
	if (conf->backlight[0])
		outlet->ops.display_set = linux_display_set;
	if (conf->reader[0])
		outlet->ops.reader_read = linux_reader_read;
	if (conf->scanner[0] || conf->camera[0])
		outlet->ops.camera_read = linux_camera_op;
	if (conf->can[0]) {
		outlet->ops.can_send = linux_can_send_op;
		outlet->ops.can_receive = linux_can_receive_op;
	}
	if (conf->cable[0]) {
		outlet->ops.line_look = linux_line_look_op;
		outlet->ops.line_send = linux_line_send_op;
		outlet->ops.line_receive = linux_line_receive_op;
	}
	if (conf->source[0]) {
		outlet->ops.dc_set = linux_dc_set;
		outlet->ops.dc_read = linux_dc_read;
		outlet->ops.insulation_read = linux_insulation_read;
	}
	outlet->conf.hal.ops = &outlet->ops;
	outlet->conf.hal.context = outlet;
}

static int linux_start(struct linux_outlet *outlet, const char *path)
{
	char period[LINUX_PATH_MAX + 16];

	outlet->reader.file = outlet->scanner.file = -1;
	outlet->duty_permille = -1;
	TRY(linux_conf_load(path, &outlet->conf));
	TRY(linux_gpio_open(&outlet->gpio, &outlet->conf));
	snprintf(period, sizeof(period), "%s/period", outlet->conf.pwm);
	TRY(linux_file_write(period, LINUX_PERIOD_NS));
	TRY(linux_pilot_set(outlet, HAL_DUTY_OFF));
	TRY(linux_serial_open(&outlet->reader, outlet->conf.reader, outlet->conf.reader_baud));
	TRY(linux_serial_open(&outlet->scanner, outlet->conf.scanner, outlet->conf.scanner_baud));
	TRY(linux_meter_open(&outlet->meter, &outlet->conf));
	if (outlet->conf.source[0])
		TRY(linux_source_open(&outlet->source, &outlet->conf));
	if (outlet->conf.can[0])
		TRY(linux_can_open(&outlet->can, outlet->conf.can));
	if (outlet->conf.cable[0])
		TRY(linux_cable_open(&outlet->cable, outlet->conf.cable, true));
	if (outlet->conf.camera[0]) {
		linux_camera_init(&outlet->camera, &outlet->conf, NULL);
		TRY(linux_camera_run(&outlet->camera));
	}
	linux_fill_ops(outlet);
	return 0;
}

int linux_open(const char *path, struct linux_outlet **ret_outlet)
{
	struct linux_outlet *outlet = mem_alloc(sizeof(*outlet));
	int result = linux_start(outlet, path);

	if (result < 0) {
		linux_close(outlet);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_outlet = outlet;
	return 0;
}

void linux_close(struct linux_outlet *outlet)
{
	if (!outlet)
		return;
	linux_meter_close(&outlet->meter);
	linux_source_close(&outlet->source);
	linux_camera_fini(&outlet->camera);
	linux_can_close(&outlet->can);
	linux_cable_close(&outlet->cable);
	linux_serial_close(&outlet->reader);
	linux_serial_close(&outlet->scanner);
	linux_gpio_close(&outlet->gpio);
	mem_free(outlet);
}

const struct hal *linux_hal(const struct linux_outlet *outlet)
{
	return &outlet->conf.hal;
}
