/* mode.c - one row a connector; the steps that follow from it (see mode.h). */
#include "pile/mode.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"

#define MODE_SIMPLE_MA 10000
#define MODE_NOMINAL_MV 230000

static const struct mode_row {
	const char *word;
	bool direct;
	uint8_t phases;
	int32_t max_ma; /* of the connector's pins */
	enum mode_charging charging;
} mode_rows[HAL_PLUGS] = {
	[HAL_PLUG_NONE] = {"none", false, 0, 0, MODE_CHARGING_NONE},
	[HAL_PLUG_IEC_TYPE1] = {"iec-type1", false, 1, 80000, MODE_SIGNAL},
	[HAL_PLUG_IEC_TYPE2] = {"iec-type2", false, 3, 80000, MODE_SIGNAL},
	[HAL_PLUG_GBT_AC] = {"gbt-ac", false, 3, 63000, MODE_SIGNAL},
	[HAL_PLUG_SAE_J3400] = {"sae-j3400", false, 1, 80000, MODE_SIGNAL},
	[HAL_PLUG_CCS1] = {"ccs1", true, 0, 500000, MODE_CCS},
	[HAL_PLUG_CCS2] = {"ccs2", true, 0, 500000, MODE_CCS},
	[HAL_PLUG_GBT_DC] = {"gbt-dc", true, 0, 250000, MODE_GBT},
	[HAL_PLUG_CHADEMO] = {"chademo", true, 0, 200000, MODE_CHADEMO},
	[HAL_PLUG_CHAOJI] = {"chaoji", true, 0, 600000, MODE_CHAOJI},
};

static int32_t mode_least(int32_t a, int32_t b)
{
	return a < b ? a : b;
}

static enum mode_current mode_current_of(const struct hal *hal, const struct mode_row *row)
{
	if (row->direct)
		return hal->ops->dc_set ? MODE_DC : MODE_CURRENT_NONE;
	if (row->phases == 0)
		return MODE_CURRENT_NONE;
	return row->phases == 3 && hal->phases == 3 ? MODE_AC_THREE : MODE_AC_ONE;
}

/* CHAdeMO and ChaoJi are seams: known by their plug, refused because nobody here speaks to the car
 * yet. */
static enum mode_charging mode_charging_of(
	const struct hal *hal, const struct mode_row *row, enum mode_current current)
{
	if (current == MODE_CURRENT_NONE)
		return MODE_CHARGING_NONE;
	if (row->charging == MODE_SIGNAL && hal->simple_pilot)
		return MODE_SIMPLE;
	return row->charging;
}

static enum mode_metering mode_metering_of(enum mode_current current)
{
	switch (current) {
	case MODE_AC_ONE:
		return MODE_METER_ONE;
	case MODE_AC_THREE:
		return MODE_METER_SUM;
	case MODE_DC:
		return MODE_METER_DC;
	case MODE_CURRENT_NONE:
		break;
	}
	return MODE_METERING_NONE;
}

struct mode mode_choose(const struct hal *hal, const struct hal_plugged *plugged)
{
	struct mode mode = {.plug = plugged->plug};
	const struct mode_row *row;

	ASSERT(mode.plug < HAL_PLUGS);
	row = &mode_rows[mode.plug];
	mode.current = mode_current_of(hal, row);
	mode.charging = mode_charging_of(hal, row, mode.current);
	mode.metering = mode_metering_of(mode.current);
	if (mode.current == MODE_CURRENT_NONE || mode.charging == MODE_CHADEMO ||
		mode.charging == MODE_CHAOJI)
		return mode;
	mode.max_ma = mode_least(hal->max_ma, row->max_ma);
	if (plugged->cable_ma > 0)
		mode.max_ma = mode_least(mode.max_ma, plugged->cable_ma);
	if (mode.charging == MODE_SIMPLE)
		mode.max_ma = mode_least(mode.max_ma, MODE_SIMPLE_MA);
	mode.nominal_mv = mode.current == MODE_DC ? 0 : MODE_NOMINAL_MV;
	return mode;
}

const char *mode_plug_word(enum hal_plug plug)
{
	ASSERT(plug < HAL_PLUGS);
	return mode_rows[plug].word;
}

enum hal_plug mode_plug_find(const char *word, size_t len)
{
	for (int i = 0; i < HAL_PLUGS; i++)
		if (strlen(mode_rows[i].word) == len && memcmp(mode_rows[i].word, word, len) == 0)
			return (enum hal_plug)i;
	return HAL_PLUG_NONE;
}

bool mode_direct(enum hal_plug plug)
{
	ASSERT(plug < HAL_PLUGS);
	return mode_rows[plug].direct;
}

const char *mode_current_word(enum mode_current current)
{
	static const char *const words[] = {"none", "ac-1", "ac-3", "dc"};

	return words[current];
}

const char *mode_charging_word(enum mode_charging charging)
{
	static const char *const words[] = {
		"none", "signal", "simple", "ccs", "gbt-27930", "chademo", "chaoji"};

	return words[charging];
}

const char *mode_metering_word(enum mode_metering metering)
{
	static const char *const words[] = {"none", "ac-one-phase", "ac-phase-sum", "dc"};

	return words[metering];
}

struct mode_choice mode_chosen(const struct mode *mode)
{
	return (struct mode_choice){(uint8_t)mode->plug, (uint8_t)mode->current,
		(uint8_t)mode->charging, (uint8_t)mode->metering};
}

bool mode_choice_ok(const struct mode_choice *choice)
{
	return choice->plug < HAL_PLUGS && choice->current <= MODE_DC &&
	       choice->charging <= MODE_CHAOJI && choice->metering <= MODE_METER_DC;
}

void mode_choice_text(const struct mode_choice *choice, char ret[MODE_TEXT_MAX + 1])
{
	ret[0] = 0;
	if (choice->plug != HAL_PLUG_NONE)
		snprintf(ret, MODE_TEXT_MAX + 1, "%s > %s > %s > %s",
			mode_plug_word((enum hal_plug)choice->plug),
			mode_current_word((enum mode_current)choice->current),
			mode_charging_word((enum mode_charging)choice->charging),
			mode_metering_word((enum mode_metering)choice->metering));
}

void mode_text(const struct mode *mode, char ret[MODE_TEXT_MAX + 1])
{
	struct mode_choice choice = mode_chosen(mode);

	mode_choice_text(&choice, ret);
}
