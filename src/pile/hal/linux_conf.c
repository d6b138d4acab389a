/* linux_conf.c - the settings of one outlet: a table a section, unknown names are errors. */
#include <ini.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "pile/hal/linux_parts.h"
#include "pile/mode.h"

struct conf_reading {
	struct linux_conf *conf;
	char problem[160];
};

static const char *const conf_lines[LINES] = {"contactor", "contactor_feedback", "lock",
	"lock_feedback", "emergency", "surge", "door", "water", "residual_test", "residual_tripped",
	"red", "yellow", "green"};
static const char *const conf_registers[REGISTERS] = {"energy", "power", "voltage1", "voltage2",
	"voltage3", "current1", "current2", "current3", "frequency"};
static const char *const conf_source_registers[SOURCE_REGISTERS] = {
	"set_voltage", "set_current", "enable", "voltage", "current", "inlet", "insulation"};
static const char *const conf_channels[HAL_CHANNELS] = {"current1", "current2", "current3",
	"residual_ac", "residual_dc", "connector", "cabinet", "humidity"};

static int conf_find(const char *const *names, int len, const char *name)
{
	for (int i = 0; i < len; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	return -1;
}

static bool conf_int(const char *text, int64_t least, int64_t most, int64_t *ret)
{
	return str_to_i64(str_from(text), ret) && *ret >= least && *ret <= most;
}

static bool conf_path(const char *text, char ret[LINUX_PATH_MAX])
{
	size_t len = strlen(text);

	if (len >= LINUX_PATH_MAX)
		return false;
	memcpy(ret, text, len + 1);
	return true;
}

static bool conf_bool(const char *text, bool *ret)
{
	*ret = strcmp(text, "yes") == 0;
	return *ret || strcmp(text, "no") == 0;
}

/* "*10" or "/100" */
bool linux_conf_scale(struct str text, int64_t *ret_times, int64_t *ret_by)
{
	int64_t number;

	if (text.len < 2 || !str_to_i64(str_slice(text, 1, text.len), &number) || number <= 0 ||
		number > 1000000000 || (text.ptr[0] != '*' && text.ptr[0] != '/'))
		return false;
	*(text.ptr[0] == '*' ? ret_times : ret_by) = number;
	return true;
}

/* "FILE [*N|/N]... [+N|-N]" */
static bool conf_value(const char *text, struct linux_value *ret)
{
	struct str rest = str_from(text), path = str_cut(&rest, ' ');

	*ret = (struct linux_value){.times = 1, .by = 1};
	if (path.len == 0 || path.len >= LINUX_PATH_MAX)
		return false;
	memcpy(ret->path, path.ptr, path.len);
	while ((rest = str_trim(rest)).len > 0) {
		struct str part = str_cut(&rest, ' ');
		if (part.ptr[0] == '+' ? str_to_i64(str_slice(part, 1, part.len), &ret->plus)
				       : part.ptr[0] == '-' && str_to_i64(part, &ret->plus))
			continue;
		if (!linux_conf_scale(part, &ret->times, &ret->by))
			return false;
	}
	return true;
}

/* "ADDRESS TYPE [*N|/N]" */
static bool conf_register(const char *text, struct linux_reg *ret)
{
	static const char *const types[] = {"", "u16", "s16", "u32", "s32", "u64", "f32"};
	struct str rest = str_from(text), address = str_cut(&rest, ' '), type, scale;
	int64_t number;

	*ret = (struct linux_reg){.times = 1, .by = 1};
	rest = str_trim(rest);
	type = str_cut(&rest, ' ');
	for (int i = 1; i < 7; i++)
		if (str_is(type, types[i]))
			ret->type = (enum linux_type)i;
	if (!str_to_i64(address, &number) || number < 0 || number > 65535 || !ret->type)
		return false;
	ret->address = (int)number;
	scale = str_trim(rest);
	return scale.len == 0 || linux_conf_scale(scale, &ret->times, &ret->by);
}

/* "17", or "!17" when the line is active low */
static bool conf_line(struct linux_conf *conf, int line, const char *text)
{
	int64_t number;

	conf->low[line] = text[0] == '!';
	if (!conf_int(text + conf->low[line], 0, 1023, &number))
		return false;
	conf->lines[line] = (int)number;
	return true;
}

static bool conf_outlet(struct linux_conf *conf, const char *name, const char *text)
{
	int64_t number = 0;
	bool yes, good = false;

	if (strcmp(name, "plug") == 0) {
		conf->hal.plug = mode_plug_find(text, strlen(text));
		return conf->hal.plug != HAL_PLUG_NONE;
	}
	if (strcmp(name, "amps") == 0) {
		good = conf_int(text, 6, 600, &number);
		conf->hal.max_ma = (int32_t)number * 1000;
	} else if (strcmp(name, "phases") == 0) {
		good = conf_int(text, 1, 3, &number) && number != 2;
		conf->hal.phases = (uint8_t)number;
	} else if (strcmp(name, "ventilated") == 0) {
		good = conf_bool(text, &yes);
		conf->hal.unventilated = !yes;
	} else if (strcmp(name, "simple_pilot") == 0) {
		good = conf_bool(text, &conf->hal.simple_pilot);
	}
	return good;
}

static bool conf_serial(struct linux_conf *conf, bool reader, const char *name, const char *text)
{
	int64_t number = 0;
	bool good = false;

	if (strcmp(name, "device") == 0)
		return conf_path(text, reader ? conf->reader : conf->scanner);
	if (strcmp(name, "baud") == 0) {
		good = conf_int(text, 1200, 921600, &number);
		*(reader ? &conf->reader_baud : &conf->scanner_baud) = (int)number;
	} else if (reader && strcmp(name, "distance_mm") == 0) {
		good = conf_int(text, 0, 10000, &number);
		conf->reader_distance_mm = (int)number;
	}
	return good;
}

static bool conf_camera(struct linux_conf *conf, const char *name, const char *text)
{
	uint32_t *side = strcmp(name, "width") == 0    ? &conf->camera_width
			 : strcmp(name, "height") == 0 ? &conf->camera_height
						       : NULL;
	int64_t number = 0;

	if (!side)
		return strcmp(name, "device") == 0 && conf_path(text, conf->camera);
	if (!conf_int(text, LINUX_CAMERA_LEAST, LINUX_CAMERA_MOST, &number))
		return false;
	*side = (uint32_t)number;
	return true;
}

static bool conf_meter(struct linux_conf *conf, const char *name, const char *text)
{
	int index = conf_find(conf_registers, REGISTERS, name);
	int64_t number = 0;
	bool good;

	if (index >= 0)
		return conf_register(text, &conf->registers[index]);
	if (strcmp(name, "modbus") == 0)
		return conf_path(text, conf->meter);
	if (strcmp(name, "input") == 0)
		return conf_bool(text, &conf->meter_input);
	good = strcmp(name, "unit") == 0 && conf_int(text, 0, 247, &number);
	conf->meter_unit = (int)number;
	return good;
}

/* "send1".. "send8": a frame of ours. */
static bool conf_frame(struct linux_conf *conf, const char *name, const char *text)
{
	int64_t number;

	return conf_int(name + strlen("send"), 1, LINUX_FRAMES_MAX, &number) &&
	       linux_frame_parse(text, &conf->source_frames[number - 1]) &&
	       conf->source_frames[number - 1].id != 0;
}

/* Of a Modbus register or a frame, which look differently. */
static bool conf_source_value(struct linux_conf *conf, int index, const char *text)
{
	if (strncmp(text, "send", 4) == 0 || strncmp(text, "0x", 2) == 0)
		return linux_field_parse(text, &conf->source_fields[index]);
	return conf_register(text, &conf->source_registers[index]);
}

static bool conf_source(struct linux_conf *conf, const char *name, const char *text)
{
	int index = conf_find(conf_source_registers, SOURCE_REGISTERS, name);
	int32_t *volts = strcmp(name, "volts") == 0         ? &conf->hal.max_mv
			 : strcmp(name, "least_volts") == 0 ? &conf->hal.min_mv
							    : NULL;
	int64_t number = 0;
	bool good;

	if (index >= 0)
		return conf_source_value(conf, index, text);
	if (strncmp(name, "send", 4) == 0)
		return conf_frame(conf, name, text);
	if (strcmp(name, "modbus") == 0 || strcmp(name, "can") == 0) {
		if (conf->source[0])
			return false; /* one of them */
		conf->source_can = name[0] == 'c';
		return conf_path(text, conf->source);
	}
	if (volts) {
		good = conf_int(text, 50, 1500, &number);
		*volts = (int32_t)number * 1000;
		return good;
	}
	good = strcmp(name, "unit") == 0 && conf_int(text, 0, 247, &number);
	conf->source_unit = (int)number;
	return good;
}

static bool conf_parts(struct linux_conf *conf, const char *name, const char *text)
{
	int64_t *full = strcmp(name, "fan_full") == 0         ? &conf->fan_full
			: strcmp(name, "backlight_full") == 0 ? &conf->backlight_full
							      : NULL;

	if (full)
		return conf_int(text, 1, 1000000, full);
	if (strcmp(name, "fan") == 0)
		return conf_path(text, conf->fan);
	if (strcmp(name, "grid") == 0)
		return conf_value(text, &conf->grid);
	return strcmp(name, "backlight") == 0 && conf_path(text, conf->backlight);
}

static bool conf_take(
	struct linux_conf *conf, const char *section, const char *name, const char *text)
{
	int index;

	if (strcmp(section, "outlet") == 0)
		return conf_outlet(conf, name, text);
	if (strcmp(section, "meter") == 0)
		return conf_meter(conf, name, text);
	if (strcmp(section, "source") == 0)
		return conf_source(conf, name, text);
	if (strcmp(section, "reader") == 0 || strcmp(section, "scanner") == 0)
		return conf_serial(conf, section[0] == 'r', name, text);
	if (strcmp(section, "can") == 0)
		return strcmp(name, "bus") == 0 && conf_path(text, conf->can);
	if (strcmp(section, "cable") == 0)
		return strcmp(name, "interface") == 0 && strlen(text) < IF_NAMESIZE &&
		       conf_path(text, conf->cable);
	if (strcmp(section, "camera") == 0)
		return conf_camera(conf, name, text);
	if (strcmp(section, "parts") == 0)
		return conf_parts(conf, name, text);
	if (strcmp(section, "gpio") == 0) {
		if (strcmp(name, "chip") == 0)
			return conf_path(text, conf->chip);
		index = conf_find(conf_lines, LINES, name);
		return index >= 0 && conf_line(conf, index, text);
	}
	if (strcmp(section, "sensors") == 0) {
		index = conf_find(conf_channels, HAL_CHANNELS, name);
		return index >= 0 && conf_value(text, &conf->channels[index]);
	}
	if (strcmp(section, "pilot") != 0)
		return false;
	if (strcmp(name, "pwm") == 0)
		return conf_path(text, conf->pwm);
	if (strcmp(name, "high") == 0)
		return conf_value(text, &conf->pilot_high);
	return strcmp(name, "low") == 0 && conf_value(text, &conf->pilot_low);
}

static int conf_row(void *context, const char *section, const char *name, const char *text)
{
	struct conf_reading *reading = context;

	if (conf_take(reading->conf, section, name, text))
		return 1;
	if (!reading->problem[0])
		snprintf(reading->problem, sizeof(reading->problem), "[%s] %s = %s", section, name,
			text);
	return 0;
}

/* Without these nothing can be charged safely, so without them nothing is opened. */
static const char *conf_missing(const struct linux_conf *conf)
{
	if (!conf->pilot_high.path[0] || !conf->pilot_low.path[0] || !conf->pwm[0])
		return "[pilot] pwm, high, low";
	if (!conf->chip[0] || conf->lines[LINE_CONTACTOR] < 0 ||
		conf->lines[LINE_CONTACTOR_FEEDBACK] < 0 || conf->lines[LINE_EMERGENCY] < 0)
		return "[gpio] chip, contactor, contactor_feedback, emergency";
	if (!conf->meter[0] || !conf->registers[REGISTER_ENERGY].type)
		return "[meter] modbus, energy";
	if (conf->source_can && conf->hal.max_mv <= 0)
		return "[source] volts";
	if (conf->source_can && linux_frames_missing(conf))
		return linux_frames_missing(conf);
	for (int i = 0; i < SOURCE_REGISTERS && conf->source[0] && !conf->source_can; i++)
		if (!conf->source_registers[i].type || conf->hal.max_mv <= 0)
			return "[source] volts, set_voltage, set_current, enable, voltage, "
			       "current, inlet, insulation";
	if (!conf->source[0] && mode_direct(conf->hal.plug))
		return "[source], of a plug for direct current";
	if (!conf->channels[HAL_RESIDUAL_AC].path[0] && !conf->source[0] &&
		conf->lines[LINE_RESIDUAL_TRIPPED] < 0)
		return "[sensors] residual_ac, or [gpio] residual_tripped";
	return NULL;
}

int linux_conf_load(const char *path, struct linux_conf *ret)
{
	struct conf_reading reading = {.conf = ret};
	const char *missing;
	int result;

	memset(ret, 0, sizeof(*ret));
	ret->hal = (struct hal){.max_ma = 16000, .phases = 3, .plug = HAL_PLUG_IEC_TYPE2};
	ret->meter_unit = ret->source_unit = 1;
	ret->reader_baud = ret->scanner_baud = 9600;
	ret->camera_width = 640;
	ret->camera_height = 480;
	ret->fan_full = ret->backlight_full = 255;
	for (int i = 0; i < LINES; i++)
		ret->lines[i] = -1;
	result = ini_parse(path, conf_row, &reading);
	if (result < 0)
		return FAULT(FAULT_IO, "cannot read %s", path);
	if (result > 0)
		return FAULT(FAULT_BUG, "%s line %d: %s", path, result,
			reading.problem[0] ? reading.problem : "not understood");
	missing = conf_missing(ret);
	return missing ? FAULT(FAULT_BUG, "%s: missing %s", path, missing) : 0;
}
