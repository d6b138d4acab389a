/* test_recognise.c - the Recognition module from end to end: a car is plugged in, tells over the
 * charging cable who it is, is authorised by the server, charges, and the transaction is its own;
 * by DIN 70121 and ISO 15118-2, direct and alternating; and the same with a card, and with a copy.
 */
#include "rig_talk2.h"

#define VID "VID:027DFA010203"

static const uint8_t mac[6] = {0x02, 0x7d, 0xfa, 0x01, 0x02, 0x03};

static void begin(struct rig *rig, enum hal_plug plug, unsigned speaks, const char *autocharge)
{
	memset(rig, 0, sizeof(*rig));
	rig->direct = plug;
	rig->line = true;
	rig_start_with(rig, OCPP_16);
	sim_ev_name(rig->sims[0].ev, mac);
	rig->sims[0].ev->speaks = speaks;
	rig->sims[0].car_phases = 1;
	rig_online(rig);
	assert_int_equal(
		pile_set_key(&rig->pile, STR("AutoChargeEnabled"), str_from(autocharge)), 1);
	rig_run(rig, 3000);
}

/* The next call, past statuses and samples. */
static void next(struct rig *rig, const char *action, char frame[4096])
{
	for (int i = 0; i < 600; i++) {
		bool waits = answer_all(rig, "StatusNotification", "{}") == 0 &&
			     answer_all(rig, "MeterValues", "{}") == 0;
		if (waits && rig->frames_len > 0)
			break;
		rig_run(rig, 100);
	}
	rig_expect(rig, action, frame);
}

/* The server is told as soon as something is known, and again when more is. */
static void told(struct rig *rig, const char *what, char frame[4096])
{
	for (int i = 0; i < 3; i++) {
		next(rig, "DataTransfer", frame);
		assert_string_equal(rig_part(frame, "3.messageId"), "vehicle");
		assert_non_null(strstr(frame, VID));
		rig_answer(rig, frame, "{\"status\":\"Accepted\"}");
		if (strstr(frame, what))
			return;
	}
	fail_msg("nothing of %s in %s", what, frame);
}

/* From the plug to the end, nobody touching anything. */
static void charge_by_car(enum hal_plug plug, unsigned speaks, const char *protocol)
{
	struct rig rig;
	struct evse *evse;
	char frame[4096];

	begin(&rig, plug, speaks, "true");
	evse = &rig.pile.outlets[0].evse;
	rig_plug(&rig, 1, 30);
	told(&rig, "battery", frame); /* known before anybody pays */
	assert_null(strstr(frame, "contradicts"));
	next(&rig, "Authorize", frame);
	assert_string_equal(rig_part(frame, "3.idTag"), VID);
	assert_false(rig.sims[0].contactor_closed);
	rig_answer(&rig, frame, accepted);
	next(&rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "3.idTag"), VID);
	rig_answer(&rig, frame, started);
	rig_run(&rig, 15000);
	assert_int_equal(evse->state, EVSE_CHARGING);
	assert_int_equal(evse->cable.hlc.phase, HLC_LOOP);
	assert_string_equal(hlc_protocol(&evse->cable.hlc), protocol);
	assert_true(rig.sims[0].current_ma > 0);
	rig_run(&rig, 60000);
	rig_say(&rig, "[2,\"9\",\"RemoteStopTransaction\",{\"transactionId\":4711}]");
	rig_run(&rig, 5000);
	assert_int_equal(evse->cable.hlc.phase, HLC_ENDED);
	assert_false(rig.sims[0].contactor_closed);
	rig_forget_frames(&rig);
	rig_end(&rig);
}

static void test_din(void **state)
{
	(void)state;
	charge_by_car(HAL_PLUG_CCS2, EV_DIN, "din-70121");
}

static void test_iso2(void **state)
{
	(void)state;
	charge_by_car(HAL_PLUG_CCS2, EV_DIN | EV_ISO2, "iso-15118-2");
}

static void test_alternating(void **state)
{
	(void)state;
	charge_by_car(HAL_PLUG_NONE, EV_ISO2, "iso-15118-2");
}

/* Its address is copied, its EVCCID is not: the server hears so before it is asked. */
static void test_copy(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	begin(&rig, HAL_PLUG_CCS2, EV_ISO2, "true");
	rig.sims[0].ev->evccid[5] ^= 1;
	rig_plug(&rig, 1, 30);
	told(&rig, "contradicts", frame);
	rig_end(&rig);
}

/* Where cars are no keys, a card is; the car waits for it at Authorization. */
static void test_card(void **state)
{
	struct rig rig;
	struct evse *evse;
	char frame[4096];

	(void)state;
	begin(&rig, HAL_PLUG_CCS2, EV_ISO2, "false");
	evse = &rig.pile.outlets[0].evse;
	rig_plug(&rig, 1, 30);
	rig_run(&rig, 20000);
	assert_int_equal(evse->cable.hlc.phase, HLC_AUTHORISE);
	assert_false(evse->vehicle.battery.known);
	rig_tap(&rig, 1, "CARD-1");
	next(&rig, "Authorize", frame);
	rig_answer(&rig, frame, accepted);
	next(&rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "3.idTag"), "CARD-1");
	rig_answer(&rig, frame, started);
	rig_run(&rig, 15000);
	assert_int_equal(evse->state, EVSE_CHARGING);
	assert_true(evse->vehicle.battery.known);
	rig_forget_frames(&rig);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_din),
		cmocka_unit_test(test_iso2),
		cmocka_unit_test(test_alternating),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_card),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
