/* voice.h - what an outlet says aloud: at the moments that matter, once each, and the power and the
 * time left now and then while it charges. Language and volume are configuration keys; at night it
 * speaks low. Pure but for the one call of the hardware's speaker. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "pile/recite.h"

struct outlet;
struct pile;

enum voice_prompt {
	VOICE_NONE = 0,
	VOICE_PLUGGED, /* scan or tap */
	VOICE_PLUG_IN, /* all set, the cable is missing */
	VOICE_STARTED,
	VOICE_PROGRESS, /* power, and minutes left when they are known */
	VOICE_FULL,
	VOICE_FINISHED, /* energy and, when it is known by then, what it costs */
	VOICE_REFUSED,
	VOICE_FAULT,
	VOICE_RECOGNISING, /* the car is asked who it is */
	VOICE_NO_VEHICLE,  /* it did not say, or may not: scan or tap */
	VOICE_PROMPTS,
};

struct voice {
	uint8_t state, notice; /* as spoken of last */
	bool full;
	int64_t progress_us; /* monotonic: the next one is due */
	int64_t finish_us;   /* monotonic: the end is told at the latest, 0 not owed */
	int64_t ended_us;    /* wall clock, of that end */
};

/* What a sentence may tell; -1 when it is not known. */
struct voice_figures {
	int64_t kw10; /* tenths of a kilowatt */
	int64_t minutes;
	int64_t kwh10; /* tenths of a kilowatt-hour */
	int64_t minor; /* hundredths of the currency */
	char currency[4];
};

/* Says what has changed. */
void voice_step(struct pile *pile, struct outlet *outlet);
/* The sentence of a prompt in a language (1 Chinese, 2 English, 3 German). Returns its length. */
size_t voice_text(char *ret, size_t size, int language, enum voice_prompt prompt,
	const struct voice_figures *figures);
/* The same as names of recordings; false when it cannot be said by them. */
bool voice_parts(struct recite *ret, int language, enum voice_prompt prompt,
	const struct voice_figures *figures);
/* "12.30 CNY"; leaves the figures without an amount when the text is anything else. */
void voice_amount(struct voice_figures *figures, struct str cost);
/* Percent at a wall clock time. */
int32_t voice_volume(
	int64_t now_us, int64_t offset_min, int64_t day_percent, int64_t night_percent);
/* Minutes until the battery is full at the power of now, from what it held and takes; -1 when that
 * cannot be known. */
int64_t voice_minutes_left(const struct outlet *outlet, int64_t ticks_us);
