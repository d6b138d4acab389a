/* linux_source.c - a direct current source over Modbus RTU or TCP, or on a CAN bus: its registers,
 * or the frames (linux_frames.c), are named in the settings, as those of a meter are. A thread
 * tells it what is wanted and asks what is there, ten times a second, every time anew: nothing old
 * survives an interruption on the line. A controller that has not spoken for a second wants nothing
 * any more; a source that does not answer has no values, which opens the contactor (protect.h). */
#include <modbus.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/hal/linux_parts.h"

#define SOURCE_PAUSE_US (100 * US_PER_MS)
#define SOURCE_ANSWER_US (300 * US_PER_MS)
#define SOURCE_FRESH_US US_PER_S

static bool source_want(
	struct linux_source *source, enum linux_source_register which, int64_t value)
{
	const struct linux_reg *reg = &source->conf->source_registers[which];

	return !reg->type || linux_modbus_write(source->modbus, reg, value);
}

/* Off before the voltage, on after it. */
static bool source_tell(struct linux_source *source)
{
	int32_t mv, ma;

	pthread_mutex_lock(&source->lock);
	if (clock_ticks_us(&clock_system) - source->set_us > SOURCE_FRESH_US)
		source->set_mv = source->set_ma = 0;
	mv = source->set_mv;
	ma = source->set_ma;
	pthread_mutex_unlock(&source->lock);
	if (source->conf->source_can)
		return linux_frames_tell(source, mv, ma);
	if (mv <= 0)
		return source_want(source, SOURCE_ENABLE, 0) &&
		       source_want(source, SOURCE_SET_CURRENT, 0) &&
		       source_want(source, SOURCE_SET_VOLTAGE, 0);
	return source_want(source, SOURCE_SET_VOLTAGE, mv) &&
	       source_want(source, SOURCE_SET_CURRENT, ma) && source_want(source, SOURCE_ENABLE, 1);
}

static bool source_ask(struct linux_source *source, int32_t ret[SOURCE_REGISTERS])
{
	if (source->conf->source_can) {
		bool good = linux_frames_hear(source, SOURCE_FRESH_US / 2);
		memcpy(ret, source->heard, sizeof(source->heard));
		return good;
	}
	for (int i = SOURCE_VOLTAGE; i < SOURCE_REGISTERS; i++) {
		const struct linux_reg *reg = &source->conf->source_registers[i];
		int64_t value = 0;
		ret[i] = HAL_ABSENT;
		if (!reg->type)
			continue;
		if (!linux_modbus_read(source->modbus, reg, false, &value) || value > INT32_MAX ||
			value <= HAL_ABSENT)
			return false;
		ret[i] = (int32_t)value;
	}
	return true;
}

static void source_turn(struct linux_source *source)
{
	int32_t values[SOURCE_REGISTERS];
	bool good = source_tell(source) && source_ask(source, values);

	pthread_mutex_lock(&source->lock);
	if (good != source->answers)
		LOG_WARN(
			good ? "source answers" : "source silent", "line=%s", source->conf->source);
	source->answers = good;
	if (good) {
		memcpy(source->values, values, sizeof(values));
		source->read_us = clock_ticks_us(&clock_system);
	}
	pthread_mutex_unlock(&source->lock);
	if (!good && source->modbus) {
		modbus_close(source->modbus);
		(void)modbus_connect(source->modbus);
	}
}

static void *source_thread(void *arg)
{
	const struct timespec pause = {.tv_nsec = SOURCE_PAUSE_US * 1000};
	struct linux_source *source = arg;
	bool end = false;

	if (source->modbus)
		(void)modbus_connect(source->modbus);
	while (!end) {
		source_turn(source);
		nanosleep(&pause, NULL);
		pthread_mutex_lock(&source->lock);
		end = source->end;
		pthread_mutex_unlock(&source->lock);
	}
	source->set_mv = 0;
	(void)source_tell(source); /* the program goes: the source does not stay on */
	return NULL;
}

int linux_source_open(struct linux_source *source, const struct linux_conf *conf)
{
	memset(source, 0, sizeof(*source));
	pthread_mutex_init(&source->lock, NULL);
	source->conf = conf;
	source->answers = true;
	if (conf->source_can) {
		if (linux_can_open(&source->can, conf->source) < 0) /* it is tried again */
			LOG_WARN("source not there", "bus=%s why=\"%s\"", conf->source,
				fault_text());
	} else {
		source->modbus = linux_modbus_new(conf->source);
		if (!source->modbus)
			return FAULT(FAULT_IO, "no Modbus line: %s", conf->source);
		modbus_set_slave(source->modbus, conf->source_unit);
		modbus_set_response_timeout(source->modbus, 0, SOURCE_ANSWER_US);
	}
	if (pthread_create(&source->thread, NULL, source_thread, source) != 0)
		return FAULT(FAULT_IO, "no thread for the source");
	source->threaded = true;
	return 0;
}

void linux_source_close(struct linux_source *source)
{
	if (!source->conf)
		return;
	if (source->threaded) {
		pthread_mutex_lock(&source->lock);
		source->end = true;
		pthread_mutex_unlock(&source->lock);
		pthread_join(source->thread, NULL);
	}
	if (source->modbus) {
		modbus_close(source->modbus);
		modbus_free(source->modbus);
	}
	linux_can_close(&source->can);
	pthread_mutex_destroy(&source->lock);
	source->conf = NULL;
}

int linux_source_set(struct linux_source *source, int32_t mv, int32_t ma)
{
	pthread_mutex_lock(&source->lock);
	source->set_mv = mv;
	source->set_ma = ma;
	source->set_us = clock_ticks_us(&clock_system);
	pthread_mutex_unlock(&source->lock);
	return 0;
}

static int source_value(struct linux_source *source, enum linux_source_register which, int32_t *ret)
{
	bool fresh;

	pthread_mutex_lock(&source->lock);
	fresh = source->answers && source->read_us &&
		clock_ticks_us(&clock_system) - source->read_us <= SOURCE_FRESH_US;
	if (fresh)
		*ret = source->values[which];
	pthread_mutex_unlock(&source->lock);
	return fresh ? 0 : FAULT(FAULT_IO, "the source %s does not answer", source->conf->source);
}

int linux_source_read(struct linux_source *source, struct hal_dc *ret)
{
	struct hal_dc values;

	TRY(source_value(source, SOURCE_VOLTAGE, &values.voltage_mv));
	TRY(source_value(source, SOURCE_CURRENT, &values.current_ma));
	TRY(source_value(source, SOURCE_INLET, &values.inlet_mv));
	*ret = values;
	return 0;
}

int linux_source_insulation(struct linux_source *source, int32_t *ret_kohm)
{
	return source_value(source, SOURCE_INSULATION, ret_kohm);
}
