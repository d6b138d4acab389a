/* rig_talk2.h - what conversations in OCPP 2.x with a pile on the bench have in common. */
#pragma once
#include "rig_talk.h"

#define RIG_CHOICE "iec-type2 > ac-3 > signal > ac-phase-sum"

static const char authorized[] = "{\"idTokenInfo\":{\"status\":\"Accepted\"}}";

static inline void online(struct rig *rig, enum ocpp_version version)
{
	char frame[4096];

	rig_start_as(rig, version);
	rig_expect(rig, "BootNotification", frame);
	assert_string_equal(rig_part(frame, "3.reason"), "PowerUp");
	assert_string_equal(rig_part(frame, "3.chargingStation.vendorName"), "Leyden");
	rig_answer(rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"86400}");
	for (int i = 0; i < RIG_OUTLETS; i++) {
		rig_expect(rig, "StatusNotification", frame);
		assert_string_equal(rig_part(frame, "3.connectorStatus"), "Available");
		assert_string_equal(rig_part(frame, "3.connectorId"), "1");
		rig_answer(rig, frame, "{}");
	}
}

/* The next TransactionEvent, which must be of this kind; statuses on the way are answered. */
static inline void expect_event(
	struct rig *rig, const char *type, const char *trigger, char frame[4096])
{
	for (int i = 0; i < 600; i++) {
		rig_run(rig, 100);
		if (answer_all(rig, "StatusNotification", "{}") == 0 && rig->frames_len > 0)
			break;
	}
	rig_expect(rig, "TransactionEvent", frame);
	assert_string_equal(rig_part(frame, "3.eventType"), type);
	assert_string_equal(rig_part(frame, "3.triggerReason"), trigger);
}

/* The server asks, the pile answers at once. */
static inline void ask(struct rig *rig, const char *action, const char *payload, char frame[4096])
{
	char text[2048];

	snprintf(text, sizeof(text), "[2,\"q\",\"%s\",%s]", action, payload);
	rig_say(rig, text);
	while (rig_take(rig, frame))
		if (strcmp(rig_part(frame, "1"), "q") == 0)
			return;
	fail_msg("no answer to %s", action);
}

/* From a plugged car to energy, by card; the name of the transaction in `ret_name`. */
static inline void charge(struct rig *rig, char ret_name[64])
{
	char frame[4096];

	rig_plug(rig, 1, 30);
	rig_expect(rig, "StatusNotification", frame);
	assert_string_equal(rig_part(frame, "3.connectorStatus"), "Occupied");
	assert_string_equal(rig_part(frame, "3.customData.leydenChoice"), RIG_CHOICE);
	rig_answer(rig, frame, "{}");
	rig_tap(rig, 1, "CARD-1");
	rig_expect(rig, "Authorize", frame);
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), "CARD-1");
	assert_string_equal(rig_part(frame, "3.idToken.type"), "ISO14443");
	rig_answer(rig, frame, authorized);
	expect_event(rig, "Started", "Authorized", frame);
	snprintf(ret_name, 64, "%s", rig_part(frame, "3.transactionInfo.transactionId"));
	assert_true(strlen(ret_name) > 2 && strlen(ret_name) <= 36);
	assert_string_equal(rig_part(frame, "3.seqNo"), "0");
	assert_string_equal(rig_part(frame, "3.offline"), "");
	assert_string_equal(rig_part(frame, "3.evse.id"), "1");
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), "CARD-1");
	assert_string_equal(rig_part(frame, "3.transactionInfo.chargingState"), "EVConnected");
	assert_string_equal(rig_part(frame, "3.customData.vendorId"), "leyden");
	assert_string_equal(rig_part(frame, "3.customData.leydenChoice"), RIG_CHOICE);
	assert_string_equal(rig_part(frame, "3.meterValue.0.sampledValue.0.value"), "0");
	assert_string_equal(
		rig_part(frame, "3.meterValue.0.sampledValue.0.context"), "Transaction.Begin");
	rig_answer(rig, frame, authorized);
	expect_event(rig, "Updated", "ChargingStateChanged", frame);
	assert_string_equal(rig_part(frame, "3.transactionInfo.chargingState"), "Charging");
	assert_string_equal(rig_part(frame, "3.seqNo"), "1");
	assert_string_equal(rig_part(frame, "3.idToken"), "");
	rig_answer(rig, frame, "{}");
	assert_true(rig->sims[0].contactor_closed);
}
