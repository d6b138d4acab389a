/* linux_frames.c - a direct current source on a CAN bus. Modules of each maker have frames of their
 * own, so the frames are data of the settings: what is sent ten times a second, where in it stands
 * what is wanted, and in which frames what the module says is found.
 *
 *   send1 = 0x1801F0A5 00 00 00 00 00 00 00 00       identifier of 29 bits, then up to 8 bytes
 *   set_voltage = send1 0 u16 *100                   frame, first byte, type, scale to mV
 *   voltage = 0x1881A5F0 2 u16le *100 if 0=0x11      only where that byte has that value
 *
 * A send without a value in it is a question, or a sign of life. Numbers have their high byte
 * first, with "le" their low one. */
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "pile/hal/linux_parts.h"

#define FRAMES_A_TURN 256 /* of a bus that is flooded */
#define FRAMES_ID_MAX 0x1fffffff

static const struct {
	const char *word;
	enum linux_type type;
	int bytes;
} frame_types[] = {{"u8", TYPE_U8, 1}, {"u16", TYPE_U16, 2}, {"s16", TYPE_S16, 2},
	{"u32", TYPE_U32, 4}, {"s32", TYPE_S32, 4}, {"f32", TYPE_F32, 4}};
#define FRAME_TYPES (int)(sizeof(frame_types) / sizeof(frame_types[0]))

static int frame_bytes(enum linux_type type)
{
	for (int i = 0; i < FRAME_TYPES; i++)
		if (frame_types[i].type == type)
			return frame_types[i].bytes;
	return 0;
}

/* ---- the settings' words ---- */

static struct str frame_word(struct str *rest)
{
	*rest = str_trim(*rest);
	return str_cut(rest, ' ');
}

/* Hexadecimal digits alone. */
static bool frame_hex(struct str text, uint32_t most, uint32_t *ret)
{
	uint64_t value = 0;

	if (text.len == 0 || text.len > 8)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		const char *digits = "0123456789abcdef", *at;
		char low = (char)(text.ptr[i] | 32);
		at = text.ptr[i] ? strchr(digits, low) : NULL;
		if (!at)
			return false;
		value = value << 4 | (uint64_t)(at - digits);
	}
	*ret = (uint32_t)value;
	return value <= most;
}

static bool frame_id(struct str text, uint32_t *ret)
{
	return str_starts(text, STR("0x")) &&
	       frame_hex(str_slice(text, 2, text.len), FRAMES_ID_MAX, ret);
}

bool linux_frame_parse(const char *text, struct hal_can *ret)
{
	struct str rest = str_from(text);
	uint32_t byte;

	memset(ret, 0, sizeof(*ret));
	if (!frame_id(frame_word(&rest), &ret->id))
		return false;
	while ((rest = str_trim(rest)).len > 0) {
		struct str word = frame_word(&rest);
		if (ret->len == sizeof(ret->data) || word.len != 2 || !frame_hex(word, 255, &byte))
			return false;
		ret->data[ret->len++] = (uint8_t)byte;
	}
	return true;
}

static bool frame_type(struct str word, struct linux_field *ret)
{
	ret->little = word.len > 2 && str_is(str_slice(word, word.len - 2, word.len), "le");
	if (ret->little)
		word = str_slice(word, 0, word.len - 2);
	for (int i = 0; i < FRAME_TYPES; i++)
		if (str_is(word, frame_types[i].word))
			ret->type = frame_types[i].type;
	return ret->type != TYPE_NONE;
}

/* "BYTE=0xNN" */
static bool frame_condition(struct str word, struct linux_field *ret)
{
	struct str at = str_cut(&word, '=');
	uint32_t value;
	int64_t number;

	if (!str_to_i64(at, &number) || number < 0 || number > 7 || !str_starts(word, STR("0x")) ||
		!frame_hex(str_slice(word, 2, word.len), 255, &value))
		return false;
	ret->only = true;
	ret->only_byte = (uint8_t)number;
	ret->only_value = (uint8_t)value;
	return true;
}

bool linux_field_parse(const char *text, struct linux_field *ret)
{
	struct str rest = str_from(text), word = frame_word(&rest);
	int64_t number;

	*ret = (struct linux_field){.times = 1, .by = 1};
	if (str_starts(word, STR("send"))) {
		if (!str_to_i64(str_slice(word, 4, word.len), &number) || number < 1 ||
			number > LINUX_FRAMES_MAX)
			return false;
		ret->send = (uint8_t)number;
	} else if (!frame_id(word, &ret->id)) {
		return false;
	}
	if (!str_to_i64(frame_word(&rest), &number) || number < 0 || number > 7 ||
		!frame_type(frame_word(&rest), ret) || number + frame_bytes(ret->type) > 8)
		return false;
	ret->byte = (uint8_t)number;
	word = frame_word(&rest);
	if (word.len > 0 && !str_is(word, "if")) {
		if (!linux_conf_scale(word, &ret->times, &ret->by))
			return false;
		word = frame_word(&rest);
	}
	if (word.len == 0)
		return true;
	return !ret->send && str_is(word, "if") && frame_condition(frame_word(&rest), ret) &&
	       str_trim(rest).len == 0;
}

/* ---- values in frames ---- */

/* num / den as IEEE 754 single precision, cut towards zero. */
static bool frame_f32(__int128 num, __int128 den, uint32_t *ret)
{
	int shift = 0;

	*ret = 0;
	if (num == 0)
		return true;
	for (; num / den < 1 << 23; shift--)
		num <<= 1;
	for (; num / den >= 1 << 24; shift++)
		den <<= 1;
	*ret = (uint32_t)(23 + shift + 127) << 23 | ((uint32_t)(num / den) & 0x7fffff);
	return true;
}

static bool frame_raw(const struct linux_field *field, int64_t value, uint64_t *ret)
{
	int bits = 8 * frame_bytes(field->type);
	__int128 raw = (__int128)value * field->by / field->times;
	bool is_signed = field->type == TYPE_S16 || field->type == TYPE_S32;
	uint32_t single;

	if (value < 0)
		return false;
	if (field->type == TYPE_F32) {
		bool good = frame_f32((__int128)value * field->by, field->times, &single);
		*ret = single;
		return good;
	}
	*ret = (uint64_t)raw;
	return raw < (__int128)1 << (bits - is_signed);
}

bool linux_field_put(const struct linux_field *field, int64_t value, struct hal_can *frame)
{
	int bytes = frame_bytes(field->type);
	uint64_t raw;

	if (field->byte + bytes > frame->len || !frame_raw(field, value, &raw))
		return false;
	for (int i = 0; i < bytes; i++)
		frame->data[field->byte + (field->little ? i : bytes - 1 - i)] =
			(uint8_t)(raw >> (8 * i));
	return true;
}

bool linux_field_get(const struct linux_field *field, const struct hal_can *frame, int64_t *ret)
{
	int bytes = frame_bytes(field->type);
	uint64_t raw = 0;
	__int128 value;

	if (field->send || frame->id != field->id || field->byte + bytes > frame->len ||
		(field->only && (field->only_byte >= frame->len ||
					frame->data[field->only_byte] != field->only_value)))
		return false;
	for (int i = 0; i < bytes; i++)
		raw |= (uint64_t)frame->data[field->byte + (field->little ? i : bytes - 1 - i)]
		       << (8 * i);
	if (field->type == TYPE_F32)
		return linux_meter_f32((uint32_t)raw, field->times, field->by, ret);
	value = field->type == TYPE_S16   ? (__int128)(int16_t)raw
		: field->type == TYPE_S32 ? (__int128)(int32_t)raw
					  : (__int128)raw;
	value = value * field->times / field->by;
	*ret = (int64_t)value;
	return value <= INT64_MAX && value >= INT64_MIN;
}

/* ---- are the settings whole? ---- */

const char *linux_frames_missing(const struct linux_conf *conf)
{
	uint8_t used[LINUX_FRAMES_MAX + 1] = {0}; /* bytes that carry a value */

	for (int i = 0; i < SOURCE_REGISTERS; i++) {
		const struct linux_field *field = &conf->source_fields[i];
		uint8_t bytes = (uint8_t)(((1u << frame_bytes(field->type)) - 1) << field->byte);
		struct hal_can frame = {.len = 0};
		int64_t most = i == SOURCE_SET_VOLTAGE   ? conf->hal.max_mv
			       : i == SOURCE_SET_CURRENT ? conf->hal.max_ma
							 : 1;
		if (!field->type || (i < SOURCE_VOLTAGE) != (field->send > 0))
			return "[source] set_voltage, set_current, enable in a send; voltage, "
			       "current, inlet, insulation in frames that come";
		if (!field->send)
			continue;
		frame = conf->source_frames[field->send - 1];
		if (used[field->send] & bytes)
			return "[source] places for values that do not overlap";
		used[field->send] |= bytes;
		if (!linux_field_put(field, most, &frame))
			return "[source] sends with room for the highest voltage and current";
	}
	return NULL;
}

/* ---- a turn ---- */

bool linux_frames_tell(struct linux_source *source, int32_t mv, int32_t ma)
{
	const struct linux_conf *conf = source->conf;
	const int64_t wanted[SOURCE_VOLTAGE] = {mv > 0 ? mv : 0, mv > 0 ? ma : 0, mv > 0};
	struct hal_can frames[LINUX_FRAMES_MAX];

	memcpy(frames, conf->source_frames, sizeof(frames));
	for (int i = 0; i < SOURCE_VOLTAGE; i++)
		if (!linux_field_put(&conf->source_fields[i], wanted[i],
			    &frames[conf->source_fields[i].send - 1]))
			return false;
	for (int i = 0; i < LINUX_FRAMES_MAX; i++)
		if (frames[i].id && linux_can_send(&source->can, &frames[i]) != 0)
			return false;
	return true;
}

bool linux_frames_hear(struct linux_source *source, int64_t fresh_us)
{
	int64_t now_us = clock_ticks_us(&clock_system), value;
	struct hal_can frame;
	bool got = true;

	for (int n = 0; n < FRAMES_A_TURN && got; n++) {
		if (linux_can_receive(&source->can, &frame, &got) != 0)
			return false;
		for (int i = SOURCE_VOLTAGE; got && i < SOURCE_REGISTERS; i++)
			if (linux_field_get(&source->conf->source_fields[i], &frame, &value) &&
				value <= INT32_MAX && value > HAL_ABSENT) {
				source->heard[i] = (int32_t)value;
				source->heard_us[i] = now_us;
			}
	}
	for (int i = SOURCE_VOLTAGE; i < SOURCE_REGISTERS; i++)
		if (source->heard_us[i] == 0 || now_us - source->heard_us[i] > fresh_us)
			return false;
	return true;
}
