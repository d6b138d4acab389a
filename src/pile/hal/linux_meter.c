/* linux_meter.c - the meter over Modbus RTU or TCP (libmodbus): a thread asks four times a second,
 * the controller takes what came last while it is fresh. A meter that stops answering therefore
 * falls silent here too, instead of repeating itself. */
#include <errno.h>
#include <modbus.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "pile/hal/linux_parts.h"

#define METER_PAUSE_US (250 * US_PER_MS)
#define METER_ANSWER_US (300 * US_PER_MS)
#define METER_FRESH_US US_PER_S

bool linux_meter_f32(uint32_t bits, int64_t times, int64_t by, int64_t *ret)
{
	int exponent = (int)(bits >> 23 & 0xff) - 150;
	__int128 value = bits & 0x7fffff;

	if (exponent == 105)
		return false; /* infinite, or no number */
	if (exponent > -150)
		value |= 0x800000;
	else
		exponent = -149;
	value = value * times;
	if (exponent > 40)
		return false; /* beyond any meter */
	if (exponent < -120)
		value = 0;
	else if (exponent >= 0)
		value <<= exponent;
	else
		value >>= -exponent;
	value /= by;
	if (value > INT64_MAX)
		return false;
	*ret = bits >> 31 ? -(int64_t)value : (int64_t)value;
	return true;
}

/* One whole look; a value that cannot be had makes the whole look a failure. */
static bool meter_look(struct linux_meter *meter, struct hal_meter *ret)
{
	int64_t values[REGISTERS] = {0};

	for (int i = 0; i < REGISTERS; i++)
		if (meter->conf->registers[i].type &&
			!linux_modbus_read(meter->modbus, &meter->conf->registers[i],
				meter->conf->meter_input, &values[i]))
			return false;
	for (int i = REGISTER_VOLTAGE1; i < REGISTERS; i++)
		if (values[i] > INT32_MAX || values[i] < INT32_MIN)
			return false;
	*ret = (struct hal_meter){.register_dwh = values[REGISTER_ENERGY],
		.power_mw = values[REGISTER_POWER],
		.frequency_mhz = (int32_t)values[REGISTER_FREQUENCY],
		.soc_percent = -1};
	for (int i = 0; i < HAL_PHASES; i++) {
		ret->voltage_mv[i] = (int32_t)values[REGISTER_VOLTAGE1 + i];
		ret->current_ma[i] = (int32_t)values[REGISTER_CURRENT1 + i];
	}
	return true;
}

static bool meter_ended(struct linux_meter *meter)
{
	bool end;

	pthread_mutex_lock(&meter->lock);
	end = meter->end;
	pthread_mutex_unlock(&meter->lock);
	return end;
}

static void *meter_thread(void *arg)
{
	const struct timespec pause = {.tv_nsec = METER_PAUSE_US * 1000};
	struct linux_meter *meter = arg;
	struct hal_meter reading;
	bool connected = false;

	while (!meter_ended(meter)) {
		if (!connected)
			connected = modbus_connect(meter->modbus) == 0;
		if (connected && meter_look(meter, &reading)) {
			pthread_mutex_lock(&meter->lock);
			meter->last = reading;
			meter->read_us = clock_ticks_us(&clock_system);
			pthread_mutex_unlock(&meter->lock);
		} else if (connected) {
			modbus_close(meter->modbus); /* begins anew */
			connected = false;
		}
		nanosleep(&pause, NULL);
	}
	if (connected)
		modbus_close(meter->modbus);
	return NULL;
}

int linux_meter_open(struct linux_meter *meter, const struct linux_conf *conf)
{
	memset(meter, 0, sizeof(*meter));
	meter->conf = conf;
	meter->modbus = linux_modbus_new(conf->meter);
	if (!meter->modbus || modbus_set_slave(meter->modbus, conf->meter_unit) != 0)
		return FAULT(FAULT_BUG, "[meter] modbus = %s: not understood", conf->meter);
	modbus_set_response_timeout(meter->modbus, 0, METER_ANSWER_US);
	pthread_mutex_init(&meter->lock, NULL);
	if (pthread_create(&meter->thread, NULL, meter_thread, meter) != 0)
		return FAULT(FAULT_IO, "no thread for the meter");
	meter->threaded = true;
	return 0;
}

void linux_meter_close(struct linux_meter *meter)
{
	if (meter->threaded) {
		pthread_mutex_lock(&meter->lock);
		meter->end = true;
		pthread_mutex_unlock(&meter->lock);
		pthread_join(meter->thread, NULL);
		pthread_mutex_destroy(&meter->lock);
	}
	if (meter->modbus)
		modbus_free(meter->modbus);
	memset(meter, 0, sizeof(*meter));
}

int linux_meter_read(struct linux_meter *meter, struct hal_meter *ret)
{
	bool fresh;

	pthread_mutex_lock(&meter->lock);
	*ret = meter->last;
	fresh = meter->read_us && clock_ticks_us(&clock_system) - meter->read_us < METER_FRESH_US;
	pthread_mutex_unlock(&meter->lock);
	return fresh ? 0 : FAULT(FAULT_IO, "meter does not answer");
}
