/* test_voice.c - what is said, in three languages, when, and how loud; and the program that says it
 * on a real pile. */
#include "rig.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "pile/speak.h"
#include "pile/voice.h"
#include "pile/wav.h"
#include "wire/ocpp16/enums.h"

static const char *text_of(
	int language, enum voice_prompt prompt, const struct voice_figures *figures)
{
	static char text[400];

	voice_text(text, sizeof(text), language, prompt, figures);
	return text;
}

/* The names of the recordings in a row, with blanks between. */
static const char *parts_of(
	int language, enum voice_prompt prompt, const struct voice_figures *figures)
{
	static char text[600];
	struct recite recite;

	text[0] = 0;
	if (!voice_parts(&recite, language, prompt, figures))
		return "(failed)";
	for (size_t i = 0; i < recite.len; i++) {
		strcat(text, i ? " " : "");
		strcat(text, recite.parts[i]);
	}
	return text;
}

static const struct voice_figures unknown = {.minutes = -1, .kwh10 = -1, .minor = -1};

static void test_sentences(void **state)
{
	struct voice_figures figures = unknown;
	char text[200];

	(void)state;
	figures.kw10 = 450;
	figures.minutes = 32;
	assert_string_equal(text_of(2, VOICE_PROGRESS, &figures),
		"Current power 45 kilowatts, full in about 32 minutes.");
	assert_string_equal(
		text_of(1, VOICE_PROGRESS, &figures), "当前功率45千瓦，预计32分钟充满。");
	figures.kw10 = 74;
	figures.minutes = -1;
	assert_string_equal(
		text_of(3, VOICE_PROGRESS, &figures), "Aktuelle Leistung 7,4 Kilowatt.");
	figures.kw10 = 456; /* whole ones from ten on */
	assert_string_equal(text_of(2, VOICE_PROGRESS, &figures), "Current power 46 kilowatts.");
	for (int language = 1; language <= 3; language++)
		for (int prompt = 1; prompt < VOICE_PROMPTS; prompt++) {
			assert_true(voice_text(text, sizeof(text), language,
					    (enum voice_prompt)prompt, &unknown) > 5);
			assert_null(strchr(text, '{'));
			assert_null(strchr(
				parts_of(language, (enum voice_prompt)prompt, &unknown), '{'));
		}
	assert_int_equal(voice_text(text, 5, 2, VOICE_STARTED, &unknown), 4);
}

static void test_the_end_with_its_cost(void **state)
{
	struct voice_figures figures = unknown;

	(void)state;
	figures.kwh10 = 123;
	assert_string_equal(text_of(3, VOICE_FINISHED, &figures),
		"Fertig: 12,3 Kilowattstunden. Bitte abstecken und das Kabel zurückhängen.");
	voice_amount(&figures, STR("8.05 EUR"));
	assert_string_equal(text_of(3, VOICE_FINISHED, &figures),
		"Fertig: 12,3 Kilowattstunden für 8,05 Euro. Bitte abstecken und das Kabel "
		"zurückhängen.");
	voice_amount(&figures, STR("18.50 CNY"));
	assert_string_equal(text_of(1, VOICE_FINISHED, &figures),
		"充电结束，共充12.3度，费用18.50元。请拔枪并挂好。");
	assert_string_equal(parts_of(1, VOICE_FINISHED, &figures),
		"finished charged 10 2 point 3 kilowatt-hours cost 10 8 yuan 5 jiao unplug");
	/* what is no amount is not said as one */
	voice_amount(&figures, STR("18.50"));
	assert_int_equal(figures.minor, -1);
	voice_amount(&figures, STR("18.50 XTS"));
	assert_int_equal(figures.minor, -1);
	voice_amount(&figures, STR("-1.00 CNY"));
	assert_int_equal(figures.minor, -1);
	voice_amount(&figures, STR("1.234 CNY"));
	assert_int_equal(figures.minor, -1);
	voice_amount(&figures, STR("99999999999999999999 CNY"));
	assert_int_equal(figures.minor, -1);
}

static void number_is(int language, enum recite_unit unit, int64_t tenths, const char *parts)
{
	struct recite recite = {.len = 0};
	char text[400] = "";

	recite_tenths(&recite, (enum recite_language)language, unit, tenths);
	assert_false(recite.failed);
	for (size_t i = 0; i < recite.len; i++) {
		strcat(text, i ? " " : "");
		strcat(text, recite.parts[i]);
	}
	assert_string_equal(text, parts);
}

/* Forty-five, 四十五, fünf-und-vierzig: the grammar of each language. */
static void test_numbers(void **state)
{
	(void)state;
	number_is(1, RECITE_KILOWATTS, 450, "4 10 5 kilowatts");
	number_is(1, RECITE_KILOWATTS, 120, "10 2 kilowatts");
	number_is(1, RECITE_MINUTES, 20, "two minutes");
	number_is(1, RECITE_MINUTES, 25, "2 point 5 minutes");
	number_is(1, RECITE_MINUTES, 1050, "1 100 0 5 minutes");
	number_is(1, RECITE_MINUTES, 1100, "1 100 1 10 minutes");
	number_is(1, RECITE_MINUTES, 20220, "two 1000 0 2 10 2 minutes");
	number_is(1, RECITE_YUAN, 200050, "two 10000 0 5 yuan");
	number_is(1, RECITE_YUAN, 100100, "1 10000 0 1 10 yuan");
	number_is(1, RECITE_YUAN, 120000000, "1 1000 2 100 10000 yuan");
	number_is(1, RECITE_YUAN, 0, "0 yuan");
	number_is(2, RECITE_KILOWATTS, 450, "40 5 kilowatts");
	number_is(2, RECITE_KILOWATTS, 10, "1 kilowatt");
	number_is(2, RECITE_KILOWATT_HOURS, 1123, "1 100 12 point 3 kilowatt-hours");
	number_is(2, RECITE_MINUTES, 2000, "2 100 minutes");
	number_is(2, RECITE_EUROS, 12340, "1 1000 2 100 30 4 euros");
	number_is(2, RECITE_EUROS, 200000, "20 1000 euros");
	number_is(3, RECITE_KILOWATTS, 450, "5 and 40 kilowatts");
	number_is(3, RECITE_KILOWATTS, 210, "ein and 20 kilowatts");
	number_is(3, RECITE_KILOWATTS, 300, "30 kilowatts");
	number_is(3, RECITE_KILOWATTS, 10, "ein kilowatt");
	number_is(3, RECITE_MINUTES, 10, "eine minute");
	number_is(3, RECITE_KILOWATTS, 15, "1 point 5 kilowatts");
	number_is(3, RECITE_MINUTES, 1010, "ein 100 1 minutes");
	number_is(3, RECITE_EUROS, 11210, "ein 1000 ein 100 ein and 20 euros");
}

static void test_amounts(void **state)
{
	static const struct {
		int language;
		const char *currency;
		int64_t minor;
		const char *parts;
	} rows[] = {{1, "CNY", 1234, "10 2 yuan 3 jiao 4 fen"},
		{1, "CNY", 1204, "10 2 yuan 0 4 fen"}, {1, "CNY", 50, "5 jiao"},
		{1, "CNY", 2, "two fen"}, {1, "CNY", 200, "two yuan"},
		{1, "EUR", 1234, "10 2 euros 3 10 4 cents"}, {1, "CNY", 0, "0 yuan"},
		{2, "EUR", 1234, "12 euros and 30 4 cents"}, {2, "USD", 101, "1 dollar and 1 cent"},
		{2, "CNY", 99, "90 9 fen"}, {3, "EUR", 2101, "ein and 20 euros and ein cent"},
		{3, "EUR", 100, "ein euro"}, {3, "USD", 5, "5 cents"}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct recite recite = {.len = 0};
		char text[200] = "";
		recite_money(&recite, (enum recite_language)rows[i].language,
			str_from(rows[i].currency), rows[i].minor);
		assert_false(recite.failed);
		for (size_t k = 0; k < recite.len; k++) {
			strcat(text, k ? " " : "");
			strcat(text, recite.parts[k]);
		}
		assert_string_equal(text, rows[i].parts);
	}
}

/* Every number can be said or is refused as a whole; nothing runs over. */
static void test_any_number(void **state)
{
	static const int64_t numbers[] = {-1, INT64_MIN, INT64_MAX, INT64_C(999999999),
		INT64_C(999999990), INT64_C(1000000000)};

	(void)state;
	for (int language = 1; language <= 3; language++) {
		for (int64_t i = 0; i < 30000; i++) {
			struct recite recite = {.len = 0};
			recite_tenths(&recite, (enum recite_language)language, RECITE_MINUTES,
				i * 10 + (i % 7 == 0));
			assert_false(recite.failed);
			assert_true(recite.len >= 2);
		}
		for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
			struct recite recite = {.len = 0};
			recite_tenths(&recite, (enum recite_language)language, RECITE_MINUTES,
				numbers[i]);
			recite_money(
				&recite, (enum recite_language)language, STR("EUR"), numbers[i]);
			assert_int_equal(recite.failed,
				numbers[i] < 0 || numbers[i] > 10 * (int64_t)RECITE_LARGEST + 9);
		}
	}
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
	rig.pile.outlets[0].voice.progress_us = INT64_MAX;
	pile_stop(&rig.pile, &rig.pile.outlets[0], STOP_LOCAL, "");
	rig_run(&rig, 2000);
	assert_null(strstr(rig.sims[0].spoken, "Finished"));
	/* the cost told after the end is waited for */
	strcpy(rig.pile.outlets[0].cost, "3.10 EUR");
	rig.pile.outlets[0].cost_at_us = rig.pile.now_us;
	rig_run(&rig, 300);
	assert_non_null(strstr(rig.sims[0].spoken, "kilowatt-hours for 3.10 euros."));
	rig.sims[0].faults = SIM_FAULT_EMERGENCY;
	rig_run(&rig, 1000);
	assert_non_null(strstr(rig.sims[0].spoken, "Out of order"));
	rig_end(&rig);
}

/* ---- the programs ---- */

struct room {
	char dir[32], say[64], play[64], heard[80], voices[64];
};

static void script(const char *path, const char *body, const char *heard)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file, "#!/bin/sh\n%s > %s.new\nmv %s.new %s\n", body, heard, heard, heard);
	fclose(file);
	chmod(path, 0700);
}

/* Programs of our own in the place of espeak-ng and aplay: one writes down how it was called, the
 * other what it was given to play. */
static void room_open(struct room *room)
{
	snprintf(room->dir, sizeof(room->dir), "/tmp/test_voice.XXXXXX");
	assert_non_null(mkdtemp(room->dir));
	snprintf(room->say, sizeof(room->say), "%s/say", room->dir);
	snprintf(room->play, sizeof(room->play), "%s/play", room->dir);
	snprintf(room->heard, sizeof(room->heard), "%s/heard", room->dir);
	snprintf(room->voices, sizeof(room->voices), "%s/en", room->dir);
	assert_int_equal(mkdir(room->voices, 0700), 0);
	script(room->say, "for word; do printf '%s|' \"$word\"; done", room->heard);
	script(room->play, "cat", room->heard);
	speak_setup(room->dir, room->say, room->play);
}

static void room_close(struct room *room)
{
	char command[100];

	speak_setup(NULL, NULL, NULL);
	snprintf(command, sizeof(command), "rm -r %s", room->dir);
	assert_int_equal(system(command), 0);
}

static size_t room_heard(struct room *room, char *ret, size_t size)
{
	FILE *file;
	size_t len;

	for (int i = 0; i < 500 && access(room->heard, R_OK) != 0; i++)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
	file = fopen(room->heard, "r");
	assert_non_null(file);
	len = fread(ret, 1, size - 1, file);
	fclose(file);
	unlink(room->heard);
	ret[len] = 0;
	return len;
}

/* A recording of `len` samples, all of one value. */
static void room_record(
	struct room *room, const char *name, int16_t value, size_t len, uint32_t rate)
{
	struct wav like = {.channels = 1, .rate = rate};
	uint8_t bytes[WAV_HEAD + 64];
	char path[120];
	FILE *file;

	wav_head(&like, len * 2, bytes);
	for (size_t i = 0; i < len; i++) {
		bytes[WAV_HEAD + 2 * i] = (uint8_t)value;
		bytes[WAV_HEAD + 2 * i + 1] = (uint8_t)((uint16_t)value >> 8);
	}
	snprintf(path, sizeof(path), "%s/%s.wav", room->voices, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fwrite(bytes, 1, WAV_HEAD + len * 2, file);
	fclose(file);
}

static void test_program(void **state)
{
	struct hal_speech speech = {"zh", "-x; rm \"$HOME\"", NULL, 0, 40};
	struct room room;
	char text[256];

	(void)state;
	room_open(&room);
	assert_int_equal(speak_say(&speech), 0);
	room_heard(&room, text, sizeof(text));
	assert_string_equal(text, "-v|cmn|-a|80|--|-x; rm \"$HOME\"|");
	speech.volume = 0; /* silence starts nothing */
	speak_setup(NULL, "/nonexistent/program", NULL);
	assert_int_equal(speak_say(&speech), 0);
	speech.volume = 10;
	/* an emulator's vfork is a fork: there nobody can tell that the program is missing */
	assert_true(speak_say(&speech) < 0 || getenv("EMULATED"));
	room_close(&room);
}

/* Recordings one after another, as loud as the hour allows; one that is missing, broken or of
 * another kind, and the whole sentence is spoken instead. */
static void test_recordings(void **state)
{
	static const char *const parts[] = {"power-is", "40", "5", "kilowatts"};
	struct hal_speech speech = {"en", "Current power 45 kilowatts.", parts, 4, 50};
	struct room room;
	struct wav wav;
	char heard[256];
	size_t len;

	(void)state;
	room_open(&room);
	room_record(&room, "power-is", 1000, 3, 16000);
	room_record(&room, "40", -2000, 2, 16000);
	room_record(&room, "5", 32767, 1, 16000);
	assert_int_equal(speak_say(&speech), 0);
	room_heard(&room, heard, sizeof(heard)); /* "kilowatts" is missing */
	assert_string_equal(heard, "-v|en|-a|100|--|Current power 45 kilowatts.|");
	room_record(&room, "kilowatts", -32768, 1, 16000);
	assert_int_equal(speak_say(&speech), 0);
	len = room_heard(&room, heard, sizeof(heard));
	assert_int_equal(len, WAV_HEAD + 14);
	assert_true(wav_read((const uint8_t *)heard, len, &wav));
	assert_int_equal(wav.rate, 16000);
	assert_int_equal(wav.len, 14);
	assert_memory_equal(
		wav.samples, "\xf4\x01\xf4\x01\xf4\x01\x18\xfc\x18\xfc\xff\x3f\x00\xc0", 14);
	room_record(&room, "5", 1, 1, 22050);
	assert_int_equal(speak_say(&speech), 0);
	room_heard(&room, heard, sizeof(heard));
	assert_memory_equal(heard, "-v|en", 5);
	room_close(&room);
}

/* Whatever bytes a recording has, it is read inside its bounds or refused. */
static void test_broken_recordings(void **state)
{
	struct wav like = {.channels = 2, .rate = 44100}, wav;
	uint8_t good[WAV_HEAD + 20] = {0}, bad[WAV_HEAD + 20];
	struct rng rng;

	(void)state;
	wav_head(&like, 20, good);
	assert_true(wav_read(good, sizeof(good), &wav));
	assert_int_equal(wav.len, 20);
	for (size_t len = 0; len <= sizeof(good); len++) {
		uint8_t *cut = malloc(len ? len : 1);
		memcpy(cut, good, len);
		assert_int_equal(wav_read(cut, len, &wav), len >= WAV_HEAD + 4);
		free(cut);
	}
	rng_init_seeded(&rng, 3);
	for (int i = 0; i < 100000; i++) {
		memcpy(bad, good, sizeof(bad));
		for (int k = 0; k < 3; k++)
			bad[rng_below(&rng, sizeof(bad))] = (uint8_t)rng_below(&rng, 256);
		if (wav_read(bad, sizeof(bad), &wav)) {
			assert_true(wav.samples >= bad);
			assert_true(wav.samples + wav.len <= bad + sizeof(bad));
			assert_int_equal(wav.len % (wav.channels * 2u), 0);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_the_end_with_its_cost),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_amounts),
		cmocka_unit_test(test_any_number),
		cmocka_unit_test(test_volume_by_hour),
		cmocka_unit_test(test_what_is_said_in_a_charge),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_recordings),
		cmocka_unit_test(test_broken_recordings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
