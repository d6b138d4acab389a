/* voice.c - the sentences and when they are said (see voice.h). */
#include "pile/voice.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "pile/pile.h"

#define VOICE_PROGRESS_US (10 * US_PER_MIN)
#define VOICE_NIGHT_FROM 22
#define VOICE_NIGHT_TO 7
#define VOICE_ARENA 2048
#define VOICE_COST_US (3 * US_PER_S) /* so long the end waits for what it costs */
#define VOICE_LEAST_SECONDS 60       /* of a charge before its pace says anything */

static const char *const voice_languages[] = {"", "zh", "en", "de"};

/* The rows behind the prompts': what is said when more is known. */
enum {
	VOICE_PROGRESS_LEFT = VOICE_PROMPTS,
	VOICE_FINISHED_ENERGY,
	VOICE_FINISHED_COST,
	VOICE_ROWS
};

/* {p} is the power, {m} the minutes left, {e} the energy, {c} the cost. `parts` are the recordings
 * that say the same: names, and the same letters for the figures with their units. */
static const struct voice_row {
	const char *words[3];
	const char *parts[3];
} voice_rows[VOICE_ROWS] = {
	[VOICE_PLUGGED] = {{"枪已插好，请扫码或刷卡。",
				   "Plugged in. Please scan the code or hold your card to the "
				   "reader.",
				   "Eingesteckt. Bitte den Code scannen oder die Karte an den "
				   "Leser halten."},
		{"plugged", "plugged", "plugged"}},
	[VOICE_PLUG_IN] = {{"已确认，请插枪。", "All set. Please plug in now.",
				   "Alles bereit. Bitte jetzt einstecken."},
		{"plug-in", "plug-in", "plug-in"}},
	[VOICE_STARTED] = {{"开始充电。", "Charging has started.", "Das Laden hat begonnen."},
		{"started", "started", "started"}},
	[VOICE_PROGRESS] = {{"当前功率{p}千瓦。", "Current power {p} kilowatts.",
				    "Aktuelle Leistung {p} Kilowatt."},
		{"power-is {p}", "power-is {p}", "power-is {p}"}},
	[VOICE_FULL] = {{"电池已充满，请结束充电。", "The battery is full. Please end the charge.",
				"Die Batterie ist voll. Bitte das Laden beenden."},
		{"full", "full", "full"}},
	[VOICE_FINISHED] = {{"充电结束，请拔枪并挂好。",
				    "Finished. Please unplug and hang the cable back.",
				    "Fertig. Bitte abstecken und das Kabel zurückhängen."},
		{"finished unplug", "finished unplug", "finished unplug"}},
	[VOICE_REFUSED] = {{"此卡不能在这里充电。", "This card may not charge here.",
				   "Diese Karte darf hier nicht laden."},
		{"refused", "refused", "refused"}},
	[VOICE_FAULT] = {{"设备故障，请查看屏幕提示。", "Out of order. Please read the screen.",
				 "Störung. Bitte den Bildschirm beachten."},
		{"fault", "fault", "fault"}},
	[VOICE_RECOGNISING] = {{"正在识别车辆，请稍候。",
				       "One moment, your car is being recognised.",
				       "Einen Moment, Ihr Auto wird erkannt."},
		{"recognising", "recognising", "recognising"}},
	[VOICE_NO_VEHICLE] =
		{{"无法按车辆充电，请扫码或刷卡。",
			 "Not by the car alone. Please scan the code or hold your card "
			 "to the reader.",
			 "Nicht allein mit dem Auto. Bitte den Code scannen oder die "
			 "Karte an den Leser halten."},
			{"no-vehicle", "no-vehicle", "no-vehicle"}},
	[VOICE_PROGRESS_LEFT] = {{"当前功率{p}千瓦，预计{m}分钟充满。",
					 "Current power {p} kilowatts, full in about {m} minutes.",
					 "Aktuelle Leistung {p} Kilowatt, voll in etwa {m} "
					 "Minuten."},
		{"power-is {p} expected {m} until-full", "power-is {p} full-in {m}",
			"power-is {p} full-in {m}"}},
	[VOICE_FINISHED_ENERGY] = {{"充电结束，共充{e}度。请拔枪并挂好。",
					   "Finished: {e} kilowatt-hours. Please unplug and hang "
					   "the cable back.",
					   "Fertig: {e} Kilowattstunden. Bitte abstecken und das "
					   "Kabel zurückhängen."},
		{"finished charged {e} unplug", "finished {e} unplug", "finished {e} unplug"}},
	[VOICE_FINISHED_COST] = {{"充电结束，共充{e}度，费用{c}。请拔枪并挂好。",
					 "Finished: {e} kilowatt-hours for {c}. Please unplug and "
					 "hang the cable back.",
					 "Fertig: {e} Kilowattstunden für {c}. Bitte abstecken und "
					 "das Kabel zurückhängen."},
		{"finished charged {e} cost {c} unplug", "finished {e} for {c} unplug",
			"finished {e} for {c} unplug"}},
};

/* In tenths; whole kilowatts from ten on. */
static int64_t voice_figure(const struct voice_figures *figures, char letter)
{
	if (letter == 'm')
		return figures->minutes * 10;
	if (letter == 'e')
		return figures->kwh10;
	return figures->kw10 >= 100 ? (figures->kw10 + 5) / 10 * 10 : figures->kw10;
}

static const struct voice_row *voice_row(
	enum voice_prompt prompt, const struct voice_figures *figures)
{
	if (prompt == VOICE_PROGRESS && figures->minutes >= 0)
		return &voice_rows[VOICE_PROGRESS_LEFT];
	if (prompt == VOICE_FINISHED && figures->kwh10 >= 0)
		return &voice_rows[figures->minor >= 0 ? VOICE_FINISHED_COST
						       : VOICE_FINISHED_ENERGY];
	return &voice_rows[prompt];
}

/* German has a comma. */
static void voice_put_tenths(struct buf *out, int language, int64_t tenths)
{
	buf_format(out, "%lld", (long long)(tenths / 10));
	if (tenths % 10)
		buf_format(
			out, "%c%lld", language == RECITE_DE ? ',' : '.', (long long)(tenths % 10));
}

static void voice_put_money(struct buf *out, int language, const struct voice_figures *figures)
{
	static const char *const words[3][3] = {{"元", " yuan", " Yuan"},
		{"欧元", " euros", " Euro"}, {"美元", " dollars", " Dollar"}};
	int row = figures->currency[0] == 'C' ? 0 : figures->currency[0] == 'E' ? 1 : 2;

	buf_format(out, "%lld%c%02lld%s", (long long)(figures->minor / 100),
		language == RECITE_DE ? ',' : '.', (long long)(figures->minor % 100),
		words[row][language - 1]);
}

size_t voice_text(char *ret, size_t size, int language, enum voice_prompt prompt,
	const struct voice_figures *figures)
{
	const char *form = voice_row(prompt, figures)->words[language - 1];
	struct arena arena;
	struct buf out;
	size_t len;

	arena_init(&arena, VOICE_ARENA);
	buf_init(&out, &arena, VOICE_ARENA / 2);
	for (; *form; form++) {
		if (*form != '{') {
			buf_put_char(&out, *form);
			continue;
		}
		if (form[1] == 'c')
			voice_put_money(&out, language, figures);
		else
			voice_put_tenths(&out, language, voice_figure(figures, form[1]));
		form += 2;
	}
	len = out.len < size ? out.len : size - 1;
	memcpy(ret, out.ptr, len);
	ret[len] = 0;
	arena_fini(&arena);
	return len;
}

/* The names in a row's form live as long as the program; the recite borrows them from here. */
static const char *voice_name(struct str name)
{
	static const char *const names[] = {"plugged", "plug-in", "started", "power-is", "full",
		"finished", "unplug", "refused", "fault", "expected", "until-full", "full-in",
		"charged", "cost", "for", "recognising", "no-vehicle"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_is(name, names[i]))
			return names[i];
	ASSERT(false);
	return "";
}

bool voice_parts(struct recite *ret, int language, enum voice_prompt prompt,
	const struct voice_figures *figures)
{
	struct str rest = str_from(voice_row(prompt, figures)->parts[language - 1]);

	*ret = (struct recite){.len = 0};
	while (rest.len) {
		struct str part = str_cut(&rest, ' ');
		char letter = part.ptr[0] == '{' ? part.ptr[1] : 0;
		if (!letter)
			recite_part(ret, voice_name(part));
		else if (letter == 'c')
			recite_money(ret, (enum recite_language)language,
				str_from(figures->currency), figures->minor);
		else
			recite_tenths(ret, (enum recite_language)language,
				letter == 'p'   ? RECITE_KILOWATTS
				: letter == 'm' ? RECITE_MINUTES
						: RECITE_KILOWATT_HOURS,
				voice_figure(figures, letter));
	}
	return !ret->failed;
}

void voice_amount(struct voice_figures *figures, struct str cost)
{
	struct str rest = cost, number = str_cut(&rest, ' ');
	int64_t minor;

	figures->minor = -1;
	if (!recite_currency(rest) || !str_to_fixed(number, 2, false, &minor) || minor < 0)
		return;
	figures->minor = minor;
	memcpy(figures->currency, rest.ptr, rest.len);
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

/* A cost of before the end is not what the charge costs. */
static void voice_cost(struct voice_figures *figures, const struct outlet *outlet)
{
	if (outlet->cost_at_us >= outlet->voice.ended_us)
		voice_amount(figures, str_from(outlet->cost));
}

static struct voice_figures voice_know(
	const struct pile *pile, const struct outlet *outlet, enum voice_prompt prompt)
{
	struct hal_meter values = meter_values(&outlet->evse.meter, pile->ticks_us);
	struct voice_figures figures = {.kw10 = (values.power_mw + 50000) / 100000,
		.minutes = voice_minutes_left(outlet, pile->ticks_us),
		.kwh10 = -1,
		.minor = -1};

	if (figures.kw10 < 0)
		figures.kw10 = 0;
	if (prompt == VOICE_FINISHED && outlet->last_charge.valid) {
		figures.kwh10 = (outlet->last_charge.energy_dwh + 500) / 1000;
		voice_cost(&figures, outlet);
	}
	return figures;
}

static void voice_say(struct pile *pile, struct outlet *outlet, enum voice_prompt prompt)
{
	const int64_t *keys = pile->keys.values;
	int language = (int)keys[KEY_VOICE_LANGUAGE];
	struct voice_figures figures = voice_know(pile, outlet, prompt);
	struct recite recite;
	char text[400];
	struct hal_speech speech = {.language = voice_languages[language],
		.text = text,
		.volume = voice_volume(pile->now_us, keys[KEY_UTC_OFFSET], keys[KEY_VOICE_VOLUME],
			keys[KEY_VOICE_NIGHT])};

	voice_text(text, sizeof(text), language, prompt, &figures);
	if (voice_parts(&recite, language, prompt, &figures)) {
		speech.parts = recite.parts;
		speech.parts_len = recite.len;
	}
	(void)outlet->hal.ops->speak(outlet->hal.context, &speech);
}

/* The end is said when its cost is told, or when that does not come. */
static bool voice_finish_due(const struct pile *pile, const struct outlet *outlet)
{
	const struct voice *voice = &outlet->voice;

	return voice->finish_us && !outlet->tx &&
	       (pile->ticks_us >= voice->finish_us ||
		       (outlet->cost[0] && outlet->cost_at_us >= voice->ended_us));
}

static enum voice_prompt voice_of_state(const struct outlet *outlet)
{
	switch (outlet->evse.state) {
	case EVSE_PREPARING:
		if (!outlet->evse.plugged || outlet->claim != CLAIM_NONE)
			return VOICE_NONE;
		return outlet->autocharge.state == AUTOCHARGE_LOOKING ? VOICE_RECOGNISING
								      : VOICE_PLUGGED;
	case EVSE_CHARGING:
		return VOICE_STARTED;
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
	if (outlet->evse.state != voice->state) {
		prompt = voice_of_state(outlet);
		voice->finish_us = 0;
		if (outlet->evse.state == EVSE_FINISHING) {
			voice->finish_us = pile->ticks_us + VOICE_COST_US;
			voice->ended_us = pile->now_us;
		}
	}
	if (voice_finish_due(pile, outlet)) {
		prompt = VOICE_FINISHED;
		voice->finish_us = 0;
	}
	if (outlet->notice != voice->notice && outlet->notice == NOTICE_REFUSED)
		prompt = VOICE_REFUSED;
	if (outlet->notice != voice->notice &&
		(outlet->notice == NOTICE_NO_VEHICLE || outlet->notice == NOTICE_NO_CREDIT ||
			outlet->notice == NOTICE_NO_CONTRACT))
		prompt = VOICE_NO_VEHICLE;
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
