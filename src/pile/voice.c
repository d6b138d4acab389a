/* voice.c - the sentences and when they are said (see voice.h). */
#include "pile/voice.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "pile/pile.h"

#define VOICE_PROGRESS_US (10 * US_PER_MIN)
#define VOICE_NIGHT_FROM 22
#define VOICE_NIGHT_TO 7
#define VOICE_LEAST_SECONDS 60 /* of a charge before its pace says anything */

static const char *const voice_languages[] = {"", "zh", "en", "de"};

/* {p} is the power, {m} the minutes left; the last row is said when the time left is known too. */
static const struct {
	const char *name;
	const char *words[3];
} voice_rows[VOICE_PROMPTS + 1] = {
	[VOICE_PLUGGED] = {"plugged",
		{"枪已插好，请扫码或刷卡。",
			"Plugged in. Please scan the code or hold your card to the reader.",
			"Eingesteckt. Bitte den Code scannen oder die Karte an den Leser halten."}},
	[VOICE_PLUG_IN] = {"plug-in", {"已确认，请插枪。", "All set. Please plug in now.",
					      "Alles bereit. Bitte jetzt einstecken."}},
	[VOICE_STARTED] = {"started",
		{"开始充电。", "Charging has started.", "Das Laden hat begonnen."}},
	[VOICE_PROGRESS] = {"progress", {"当前功率{p}千瓦。", "Current power {p} kilowatts.",
						"Aktuelle Leistung {p} Kilowatt."}},
	[VOICE_FULL] = {"full",
		{"电池已充满，请结束充电。", "The battery is full. Please end the charge.",
			"Die Batterie ist voll. Bitte das Laden beenden."}},
	[VOICE_FINISHED] = {"finished",
		{"充电结束，请拔枪并挂好。", "Finished. Please unplug and hang the cable back.",
			"Fertig. Bitte abstecken und das Kabel zurückhängen."}},
	[VOICE_REFUSED] = {"refused", {"此卡不能在这里充电。", "This card may not charge here.",
					      "Diese Karte darf hier nicht laden."}},
	[VOICE_FAULT] = {"fault",
		{"设备故障，请查看屏幕提示。", "Out of order. Please read the screen.",
			"Störung. Bitte den Bildschirm beachten."}},
	[VOICE_PROMPTS] = {"progress",
		{"当前功率{p}千瓦，预计{m}分钟充满。",
			"Current power {p} kilowatts, full in about {m} minutes.",
			"Aktuelle Leistung {p} Kilowatt, voll in etwa {m} Minuten."}},
};

size_t voice_text(char *ret, size_t size, int language, enum voice_prompt prompt, int64_t kw10,
	int64_t minutes)
{
	int row = prompt == VOICE_PROGRESS && minutes >= 0 ? VOICE_PROMPTS : (int)prompt;
	const char *form = voice_rows[row].words[language - 1];
	char numbers[2][32];
	size_t len = 0;

	/* whole kilowatts from ten on; German has a comma */
	if (kw10 >= 100 || kw10 % 10 == 0)
		snprintf(numbers[0], sizeof(numbers[0]), "%lld", (long long)((kw10 + 5) / 10));
	else
		snprintf(numbers[0], sizeof(numbers[0]), "%lld%c%lld", (long long)(kw10 / 10),
			language == 3 ? ',' : '.', (long long)(kw10 % 10));
	snprintf(numbers[1], sizeof(numbers[1]), "%lld", (long long)minutes);
	for (; *form && len + 1 < size; form++) {
		if (*form != '{') {
			ret[len++] = *form;
			continue;
		}
		for (const char *digit = numbers[form[1] == 'm']; *digit && len + 1 < size; digit++)
			ret[len++] = *digit;
		form += 2;
	}
	ret[len] = 0;
	return len;
}

int32_t voice_volume(int64_t now_us, int64_t offset_min, int64_t day_percent, int64_t night_percent)
{
	int64_t local_us = now_us + offset_min * US_PER_MIN;
	int64_t hour = local_us % US_PER_DAY / US_PER_HOUR;
	bool night = hour >= VOICE_NIGHT_FROM || hour < VOICE_NIGHT_TO;

	return (int32_t)(night ? night_percent : day_percent);
}

/* The battery's own figures: so many percent were gained in so many seconds. */
int64_t voice_minutes_left(const struct outlet *outlet, int64_t ticks_us)
{
	struct hal_meter values = meter_values(&outlet->evse.meter, ticks_us);
	int64_t seconds = (ticks_us - outlet->pace.since_us) / US_PER_S;
	int64_t gained = values.soc_percent - outlet->pace.from_percent;

	if (outlet->evse.state != EVSE_CHARGING || values.soc_percent < 0 ||
		outlet->pace.from_percent < 0 || gained <= 0 || seconds < VOICE_LEAST_SECONDS)
		return -1;
	return ((100 - values.soc_percent) * seconds / gained + 59) / 60;
}

static void voice_say(struct pile *pile, struct outlet *outlet, enum voice_prompt prompt)
{
	const int64_t *keys = pile->keys.values;
	struct hal_meter values = meter_values(&outlet->evse.meter, pile->ticks_us);
	int language = (int)keys[KEY_VOICE_LANGUAGE];
	char text[200];
	struct hal_speech speech = {.language = voice_languages[language],
		.name = voice_rows[prompt].name,
		.text = text,
		.volume = voice_volume(pile->now_us, keys[KEY_UTC_OFFSET], keys[KEY_VOICE_VOLUME],
			keys[KEY_VOICE_NIGHT])};

	voice_text(text, sizeof(text), language, prompt, (values.power_mw + 50000) / 100000,
		voice_minutes_left(outlet, pile->ticks_us));
	(void)outlet->hal.ops->speak(outlet->hal.context, &speech);
}

static enum voice_prompt voice_of_state(const struct outlet *outlet)
{
	switch (outlet->evse.state) {
	case EVSE_PREPARING:
		return outlet->evse.plugged && outlet->claim == CLAIM_NONE ? VOICE_PLUGGED
									   : VOICE_NONE;
	case EVSE_CHARGING:
		return VOICE_STARTED;
	case EVSE_FINISHING:
		return VOICE_FINISHED;
	case EVSE_FAULTED:
		return VOICE_FAULT;
	default:
		return VOICE_NONE;
	}
}

void voice_step(struct pile *pile, struct outlet *outlet)
{
	struct voice *voice = &outlet->voice;
	enum voice_prompt prompt = VOICE_NONE;
	bool full = outlet->evse.state == EVSE_SUSPENDED_EV &&
		    meter_values(&outlet->evse.meter, pile->ticks_us).soc_percent == 100;

	if (!pile->keys.values[KEY_VOICE_LANGUAGE] || !outlet->hal.ops->speak)
		return;
	if (outlet->evse.state != voice->state)
		prompt = voice_of_state(outlet);
	if (outlet->notice != voice->notice && outlet->notice == NOTICE_REFUSED)
		prompt = VOICE_REFUSED;
	if (outlet->notice != voice->notice && outlet->notice == NOTICE_PLUG_IN)
		prompt = VOICE_PLUG_IN;
	if (full && !voice->full)
		prompt = VOICE_FULL;
	if (prompt == VOICE_STARTED)
		voice->progress_us = pile->ticks_us + VOICE_PROGRESS_US / 10;
	if (prompt == VOICE_NONE && outlet->evse.state == EVSE_CHARGING &&
		pile->ticks_us >= voice->progress_us) {
		prompt = VOICE_PROGRESS;
		voice->progress_us = pile->ticks_us + VOICE_PROGRESS_US;
	}
	voice->state = (uint8_t)outlet->evse.state;
	voice->notice = (uint8_t)outlet->notice;
	voice->full = full;
	if (prompt != VOICE_NONE)
		voice_say(pile, outlet, prompt);
}
