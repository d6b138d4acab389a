/* linux_modbus.c - what meter and source share of Modbus: the line by its settings, a register as
 * the integer it stands for, and back. */
#include <modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pile/hal/linux_parts.h"

/* "tcp:HOST:PORT" or "rtu:DEVICE:BAUD:8E1" */
modbus_t *linux_modbus_new(const char *where)
{
	char text[LINUX_PATH_MAX], *first, *second, *form;

	snprintf(text, sizeof(text), "%s", where);
	first = strchr(text, ':');
	second = first ? strchr(first + 1, ':') : NULL;
	if (!second)
		return NULL;
	*second++ = 0;
	first++;
	if (strncmp(text, "tcp:", 4) == 0)
		return modbus_new_tcp(first, atoi(second));
	form = strchr(second, ':');
	if (strncmp(text, "rtu:", 4) != 0 || !form || strlen(form + 1) != 3)
		return NULL;
	*form++ = 0;
	return modbus_new_rtu(first, atoi(second), form[1], form[0] - '0', form[2] - '0');
}

static int modbus_words(enum linux_type type)
{
	return type == TYPE_U64 ? 4 : type == TYPE_U16 || type == TYPE_S16 ? 1 : 2;
}

bool linux_modbus_read(modbus_t *modbus, const struct linux_reg *reg, bool input, int64_t *ret)
{
	uint16_t words[4] = {0};
	int len = modbus_words(reg->type);
	uint64_t raw = 0;
	__int128 value;
	int got = input ? modbus_read_input_registers(modbus, reg->address, len, words)
			: modbus_read_registers(modbus, reg->address, len, words);

	if (got != len)
		return false;
	for (int i = 0; i < len; i++)
		raw = raw << 16 | words[i];
	if (reg->type == TYPE_F32)
		return linux_meter_f32((uint32_t)raw, reg->times, reg->by, ret);
	value = reg->type == TYPE_S16   ? (__int128)(int16_t)raw
		: reg->type == TYPE_S32 ? (__int128)(int32_t)raw
					: (__int128)raw;
	value = value * reg->times / reg->by;
	if (value > INT64_MAX || value < INT64_MIN)
		return false;
	*ret = (int64_t)value;
	return true;
}

bool linux_modbus_write(modbus_t *modbus, const struct linux_reg *reg, int64_t value)
{
	int len = modbus_words(reg->type);
	__int128 raw = (__int128)value * reg->by / reg->times;
	uint16_t words[2];

	if (len > 2 || reg->type == TYPE_F32 || raw < 0 || raw >= (__int128)1 << (16 * len))
		return false;
	words[0] = (uint16_t)(raw >> (16 * (len - 1)));
	words[1] = (uint16_t)raw;
	return modbus_write_registers(modbus, reg->address, len, words) == len;
}
