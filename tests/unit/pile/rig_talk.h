/* rig_talk.h - what conversations with a pile on the bench have in common. */
#pragma once
#include "rig.h"

static const char accepted[] = "{\"idTagInfo\":{\"status\":\"Accepted\"}}";
static const char started[] = "{\"idTagInfo\":{\"status\":\"Accepted\"},\"transactionId\":4711}";

/* Answers everything of this action until another one comes, which is left. Returns how many. */
static inline int answer_all(struct rig *rig, const char *action, const char *payload)
{
	char frame[4096];
	int count = 0;

	while (rig->frames_len > 0 && strcmp(rig_part(rig->frames[0], "2"), action) == 0) {
		rig_take(rig, frame);
		rig_answer(rig, frame, payload);
		rig_run(rig, 200);
		count++;
	}
	return count;
}

/* From a plugged car to energy, by card. */
static inline void charge_by_card(struct rig *rig)
{
	char frame[4096];

	rig_plug(rig, 1, 30);
	rig_expect(rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.status"), "Preparing");
	assert_string_equal(rig_part(frame, "3.info"), "iec-type2 > ac-3 > signal > ac-phase-sum");
	rig_answer(rig, frame, "{}");
	rig_tap(rig, 1, "CARD-1");
	rig_expect(rig, "Authorize", frame);
	assert_string_equal(rig_part(frame, "3.idTag"), "CARD-1");
	assert_false(rig->sims[0].contactor_closed);
	rig_answer(rig, frame, accepted);
	rig_expect(rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "3.connectorId"), "1");
	assert_string_equal(rig_part(frame, "3.idTag"), "CARD-1");
	assert_string_equal(rig_part(frame, "3.meterStart"), "0");
	rig_run(rig, 2000);
	assert_true(rig->sims[0].contactor_closed);
	assert_int_equal(
		rig->frames_len, 0); /* one call at a time: Charging waits for the answer */
	rig_answer(rig, frame, started);
	rig_expect(rig, "StatusNotification", frame);
	while (strcmp(rig_part(frame, "3.status"), "Charging") != 0) {
		assert_string_equal(rig_part(frame, "3.status"), "Preparing");
		rig_answer(rig, frame, "{}");
		rig_expect(rig, "StatusNotification", frame);
	}
	rig_answer(rig, frame, "{}");
}
