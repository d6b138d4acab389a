/* test_voice.c - what is said, in three languages, when, and how loud; and the program that says it
 * on a real pile. */
#include "rig.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "pile/speak.h"
#include "pile/voice.h"
#include "wire/ocpp16/enums.h"

static void test_sentences(void **state)
{
	char text[200];

	(void)state;
	voice_text(text, sizeof(text), 2, VOICE_PROGRESS, 450, 32);
	assert_string_equal(text, "Current power 45 kilowatts, full in about 32 minutes.");
	voice_text(text, sizeof(text), 1, VOICE_PROGRESS, 450, 32);
	assert_string_equal(text, "当前功率45千瓦，预计32分钟充满。");
	voice_text(text, sizeof(text), 3, VOICE_PROGRESS, 74, -1);
	assert_string_equal(text, "Aktuelle Leistung 7,4 Kilowatt.");
	for (int language = 1; language <= 3; language++)
		for (int prompt = 1; prompt < VOICE_PROMPTS; prompt++) {
			assert_true(voice_text(text, sizeof(text), language,
					    (enum voice_prompt)prompt, 1, -1) > 5);
			assert_null(strchr(text, '{'));
		}
	assert_int_equal(voice_text(text, 5, 2, VOICE_STARTED, 0, -1), 4);
}

static void test_volume_by_hour(void **state)
{
	(void)state;
	assert_int_equal(voice_volume(12 * US_PER_HOUR, 0, 70, 20), 70);
	assert_int_equal(voice_volume(23 * US_PER_HOUR, 0, 70, 20), 20);
	assert_int_equal(voice_volume(6 * US_PER_HOUR, 0, 70, 20), 20);
	assert_int_equal(voice_volume(7 * US_PER_HOUR, 0, 70, 20), 70);
	assert_int_equal(voice_volume(16 * US_PER_HOUR, 480, 70, 20), 20); /* midnight there */
}

static void test_what_is_said_in_a_charge(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	rig_start(&rig);
	rig_online(&rig);
	rig_plug(&rig, 1, 20);
	assert_string_equal(rig.sims[0].spoken, ""); /* silent until a language is set */
	assert_int_equal(
		keys_set(&rig.pile.keys, &rig.pile.spool, STR("LeydenVoiceLanguage"), STR("2")),
		OCPP16_CONFIGURATION_STATUS_ACCEPTED);
	assert_int_equal(
		keys_set(&rig.pile.keys, &rig.pile.spool, STR("LeydenVoiceLanguage"), STR("4")),
		OCPP16_CONFIGURATION_STATUS_REJECTED);
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 500);
	rig_plug(&rig, 1, 20);
	assert_non_null(strstr(rig.sims[0].spoken, "en:Plugged in."));
	assert_int_equal(rig.sims[0].spoken_volume, 70);
	rig_forget_frames(&rig);
	rig.pile.outlets[0].claim = CLAIM_GRANTED;
	rig.pile.outlets[0].claim_until_us = rig.pile.ticks_us + US_PER_MIN;
	rig_run(&rig, 2000);
	assert_non_null(strstr(rig.sims[0].spoken, "Charging has started."));
	rig.sims[0].battery_speed = 100;
	rig_run(&rig, 61000);
	rig_forget_frames(&rig);
	assert_non_null(strstr(rig.sims[0].spoken, "Current power 22 kilowatts"));
	(void)frame;
	rig.sims[0].faults = SIM_FAULT_EMERGENCY;
	rig_run(&rig, 1000);
	assert_non_null(strstr(rig.sims[0].spoken, "Out of order"));
	rig_end(&rig);
}

/* A program of our own plays espeak-ng and writes down how it was called. */
static void test_program(void **state)
{
	char dir[] = "/tmp/test_voice.XXXXXX", program[64], heard[64], text[256] = "";
	struct hal_speech speech = {"zh", "started", "-x; rm \"$HOME\"", 40};
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(program, sizeof(program), "%s/say", dir);
	snprintf(heard, sizeof(heard), "%s/heard", dir);
	file = fopen(program, "w");
	assert_non_null(file);
	fprintf(file,
		"#!/bin/sh\nfor word; do printf '%%s|' \"$word\"; done > %s.new\n"
		"mv %s.new %s\n",
		heard, heard, heard);
	fclose(file);
	chmod(program, 0700);
	speak_setup(NULL, program);
	assert_int_equal(speak_say(&speech), 0);
	for (int i = 0; i < 500 && access(heard, R_OK) != 0; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	file = fopen(heard, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = 0;
	fclose(file);
	assert_string_equal(text, "-v|cmn|-a|80|--|-x; rm \"$HOME\"|");
	speech.volume = 0; /* silence starts nothing */
	speak_setup(NULL, "/nonexistent/program");
	assert_int_equal(speak_say(&speech), 0);
	speech.volume = 10;
	/* an emulator's vfork is a fork: there nobody can tell that the program is missing */
	assert_true(speak_say(&speech) < 0 || getenv("EMULATED"));
	speak_setup(NULL, NULL);
	unlink(heard);
	unlink(program);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_volume_by_hour),
		cmocka_unit_test(test_what_is_said_in_a_charge),
		cmocka_unit_test(test_program),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
