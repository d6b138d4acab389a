/* ocpp16.h - what a pile says in OCPP 1.6 and what the answers mean: structs of wire/ocpp16 from
 * and to pile.h. */
#pragma once
#include "base/arena.h"
#include "pile/pile.h"

/* What a call is about; which members count depends on its kind. */
struct ocpp16_about {
	uint8_t connector;
	char tag[HAL_TAG_MAX + 1];
	const struct status_note *status;
	const struct spool_entry *entry;
};

/* Appends the whole call frame. 0, RECORD_E_* or a fault. */
int ocpp16_call(struct pile *pile, enum call_kind kind, const struct ocpp16_about *about,
	struct str id, struct arena *scratch, struct buf *frame);

struct ocpp16_answer {
	int boot; /* enum ocpp16_registration_status */
	int64_t interval_s;
	int64_t time_us; /* the server's clock, 0 when not told */
	int tag_status;  /* enum ocpp16_authorization_status, 0 when not told */
};

/* Takes the answer to the outstanding call: checks it, remembers what it says about cards and
 * transactions. False when it is no valid answer, or could not be kept; then nothing changed. */
bool ocpp16_answer(
	struct pile *pile, struct str payload, struct arena *scratch, struct ocpp16_answer *ret);
