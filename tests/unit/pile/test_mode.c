/* test_mode.c - connector, current, charging, metering: each step from the one before, for every
 * plug at every kind of outlet. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "pile/hal/sim.h"
#include "pile/mode.h"

static const struct mode_case {
	enum hal_plug plug;
	bool direct; /* the outlet has a source */
	uint8_t phases;
	enum mode_current current;
	enum mode_charging charging;
	enum mode_metering metering;
	int32_t max_ma;
} mode_cases[] = {
	{HAL_PLUG_IEC_TYPE2, false, 3, MODE_AC_THREE, MODE_SIGNAL, MODE_METER_SUM, 80000},
	{HAL_PLUG_IEC_TYPE2, false, 1, MODE_AC_ONE, MODE_SIGNAL, MODE_METER_ONE, 80000},
	{HAL_PLUG_IEC_TYPE1, false, 3, MODE_AC_ONE, MODE_SIGNAL, MODE_METER_ONE, 80000},
	{HAL_PLUG_GBT_AC, false, 3, MODE_AC_THREE, MODE_SIGNAL, MODE_METER_SUM, 63000},
	{HAL_PLUG_SAE_J3400, false, 3, MODE_AC_ONE, MODE_SIGNAL, MODE_METER_ONE, 80000},
	{HAL_PLUG_CCS2, true, 1, MODE_DC, MODE_CCS, MODE_METER_DC, 300000},
	{HAL_PLUG_CCS1, true, 1, MODE_DC, MODE_CCS, MODE_METER_DC, 300000},
	{HAL_PLUG_GBT_DC, true, 1, MODE_DC, MODE_GBT, MODE_METER_DC, 250000},
	{HAL_PLUG_CHADEMO, true, 1, MODE_DC, MODE_CHADEMO, MODE_METER_DC, 0},
	{HAL_PLUG_CHAOJI, true, 1, MODE_DC, MODE_CHAOJI, MODE_METER_DC, 0},
	{HAL_PLUG_CCS2, false, 3, MODE_CURRENT_NONE, MODE_CHARGING_NONE, MODE_METERING_NONE, 0},
	{HAL_PLUG_NONE, true, 3, MODE_CURRENT_NONE, MODE_CHARGING_NONE, MODE_METERING_NONE, 0},
};

static void test_choice(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(mode_cases) / sizeof(mode_cases[0]); i++) {
		const struct mode_case *want = &mode_cases[i];
		struct sim sim;
		struct mode mode;

		sim_init(&sim, NULL, 300000, want->phases);
		if (want->direct)
			sim_direct(&sim, want->plug, 1000000);
		mode = mode_choose(&sim.hal, &(struct hal_plugged){want->plug, 0});
		assert_int_equal(mode.plug, want->plug);
		assert_int_equal(mode.current, want->current);
		assert_int_equal(mode.charging, want->charging);
		assert_int_equal(mode.metering, want->metering);
		assert_int_equal(mode.max_ma, want->max_ma);
	}
}

static void test_cable_and_words(void **state)
{
	struct sim sim;
	struct mode mode;

	(void)state;
	sim_init(&sim, NULL, 32000, 3);
	mode = mode_choose(&sim.hal, &(struct hal_plugged){HAL_PLUG_IEC_TYPE2, 20000});
	assert_int_equal(mode.max_ma, 20000);
	sim.hal.simple_pilot = true;
	mode = mode_choose(&sim.hal, &(struct hal_plugged){HAL_PLUG_IEC_TYPE2, 20000});
	assert_int_equal(mode.charging, MODE_SIMPLE);
	assert_int_equal(mode.max_ma, 10000);
	for (int i = 1; i < HAL_PLUGS; i++) {
		const char *word = mode_plug_word((enum hal_plug)i);
		assert_int_equal(mode_plug_find(word, strlen(word)), i);
	}
	assert_int_equal(mode_plug_find("schuko", 6), HAL_PLUG_NONE);
	assert_string_equal(mode_charging_word(MODE_GBT), "gbt-27930");
	assert_string_equal(mode_metering_word(MODE_METER_DC), "dc");
	assert_string_equal(mode_current_word(MODE_AC_THREE), "ac-3");
}

/* Every choice there is can be told in the room OCPP has for it. */
static void test_text(void **state)
{
	char text[MODE_TEXT_MAX + 1];

	(void)state;
	for (int plug = 0; plug < HAL_PLUGS; plug++)
		for (int phases = 1; phases <= 3; phases += 2)
			for (int direct = 0; direct < 2; direct++) {
				struct hal_plugged plugged = {(enum hal_plug)plug, 0};
				struct sim sim;
				struct mode mode;

				sim_init(&sim, NULL, 32000, (uint8_t)phases);
				if (direct)
					sim_direct(&sim, (enum hal_plug)plug, 1000000);
				mode = mode_choose(&sim.hal, &plugged);
				mode_text(&mode, text);
				assert_true(strlen(text) < MODE_TEXT_MAX);
				assert_int_equal(text[0] == 0, plug == HAL_PLUG_NONE);
			}
	mode_text(&(struct mode){HAL_PLUG_IEC_TYPE2, MODE_AC_THREE, MODE_SIGNAL, MODE_METER_SUM, 0,
			  0},
		text);
	assert_string_equal(text, "iec-type2 > ac-3 > signal > ac-phase-sum");
}

/* The journal's four numbers say the same, and numbers of no step are none. */
static void test_choice_kept(void **state)
{
	struct mode mode = {HAL_PLUG_CCS2, MODE_DC, MODE_CCS, MODE_METER_DC, 0, 0};
	struct mode_choice choice = mode_chosen(&mode);
	char text[MODE_TEXT_MAX + 1];

	(void)state;
	mode_choice_text(&choice, text);
	assert_string_equal(text, "ccs2 > dc > ccs > dc");
	assert_true(mode_choice_ok(&choice));
	choice.metering = MODE_METER_DC + 1;
	assert_false(mode_choice_ok(&choice));
	choice = (struct mode_choice){.plug = HAL_PLUGS};
	assert_false(mode_choice_ok(&choice));
	choice = (struct mode_choice){.current = MODE_DC + 1};
	assert_false(mode_choice_ok(&choice));
	choice = (struct mode_choice){.charging = MODE_CHAOJI + 1};
	assert_false(mode_choice_ok(&choice));
	choice = (struct mode_choice){0};
	assert_true(mode_choice_ok(&choice));
	mode_choice_text(&choice, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_cable_and_words),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_choice_kept),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
