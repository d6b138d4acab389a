/* test_autocharge.c - the car as the key, at a pile on the bench: recognised, refused, unknown,
 * changed at the plug, lost mid-way, answered late, without network; and whoever holds a card wins.
 */
#include "base/crypt.h"
#include "rig_talk2.h"

#define MAC "020000000001"
#define VID "VID:020000000001"

/* The simulated car that is plugged in says who it is after `after_ms`. */
static void car_comes(struct rig *rig, const char *mac, const char *other, int64_t after_ms)
{
	struct vehicle car;
	uint8_t bytes[VEHICLE_MAC];

	vehicle_init(&car);
	assert_true(hex_read(str_from(mac), bytes, sizeof(bytes)));
	vehicle_set_mac(&car.match, bytes);
	if (other) {
		assert_true(hex_read(str_from(other), bytes, sizeof(bytes)));
		vehicle_set_mac(&car.address, bytes);
	}
	car.battery.known = true;
	car.battery.capacity_dwh = 600000;
	sim_vehicle(&rig->sims[0], &car, after_ms * 1000);
	rig_plug(rig, 1, 30);
}

static void car_goes(struct rig *rig)
{
	sim_unplug(&rig->sims[0]);
	rig_run(rig, 1000);
	answer_all(rig, "StatusNotification", "{}");
}

static void begin(struct rig *rig, const char *enabled)
{
	rig_start(rig);
	rig_online(rig);
	assert_int_equal(pile_set_key(&rig->pile, STR("AutoChargeEnabled"), str_from(enabled)), 1);
	rig_run(rig, 3000);
}

static enum outlet_notice notice(const struct rig *rig)
{
	return rig->pile.outlets[0].notice;
}

/* The next call, past statuses. */
static void next(struct rig *rig, const char *action, char frame[4096])
{
	for (int i = 0; i < 600; i++) {
		if (answer_all(rig, "StatusNotification", "{}") == 0 && rig->frames_len > 0)
			break;
		rig_run(rig, 100);
	}
	rig_expect(rig, action, frame);
}

static void told(struct rig *rig, const char *what)
{
	char frame[4096];

	next(rig, "DataTransfer", frame);
	assert_string_equal(rig_part(frame, "3.vendorId"), "leyden");
	assert_string_equal(rig_part(frame, "3.messageId"), "vehicle");
	if (!strstr(frame, "vid") || !strstr(frame, what))
		fail_msg("%s without %s", frame, what);
	rig_answer(rig, frame, "{\"status\":\"Accepted\"}");
}

static void asked(struct rig *rig, const char *tag, char frame[4096])
{
	next(rig, "Authorize", frame);
	assert_string_equal(rig_part(frame, "3.idTag"), tag);
}

static bool charging(struct rig *rig)
{
	rig_run(rig, 2000);
	return rig->sims[0].contactor_closed;
}

/* A pile where a car has just come and is asked about. */
static void car_in_question(struct rig *rig, char frame[4096])
{
	begin(rig, "true");
	car_comes(rig, MAC, NULL, 500);
	assert_int_equal(notice(rig), NOTICE_RECOGNISING);
	told(rig, "second");
	asked(rig, VID, frame);
}

static void starts(struct rig *rig, const char *tag, char frame[4096])
{
	next(rig, "StartTransaction", frame);
	assert_string_equal(rig_part(frame, "3.idTag"), tag);
}

/* Who was asked about may charge, and does. */
static void let_in(struct rig *rig, char question[4096], const char *tag)
{
	char frame[4096];

	rig_answer(rig, question, accepted);
	starts(rig, tag, frame);
}

static void card_charges(struct rig *rig)
{
	char frame[4096];

	rig_tap(rig, 1, "CARD-1");
	asked(rig, "CARD-1", frame);
	let_in(rig, frame, "CARD-1");
}

static void stops(struct rig *rig, const char *reason)
{
	char frame[4096];

	next(rig, "StopTransaction", frame);
	assert_string_equal(rig_part(frame, "3.reason"), reason);
	rig_answer(rig, frame, "{}");
}

/* From the plug to energy, nobody touching anything. */
static void charge_by_car(struct rig *rig)
{
	char frame[4096];

	car_in_question(rig, frame);
	assert_false(charging(rig));
	rig_answer(rig, frame, accepted);
	starts(rig, VID, frame);
	rig_answer(rig, frame, started);
	assert_true(charging(rig));
	answer_all(rig, "StatusNotification", "{}");
}

/* A car that charged here once, and is gone. */
static void charged_before(struct rig *rig)
{
	charge_by_car(rig);
	car_goes(rig);
	stops(rig, "EVDisconnected");
	rig_run(rig, 1000);
	answer_all(rig, "StatusNotification", "{}");
}

static void test_known_car(void **state)
{
	struct rig rig;

	(void)state;
	charge_by_car(&rig);
	/* a link that is lost mid-way changes nothing: the car is still at its plug */
	vehicle_init(&rig.sims[0].vehicle);
	rig_run(&rig, 5000);
	assert_true(rig.sims[0].contactor_closed);
	answer_all(&rig, "StatusNotification", "{}");
	car_goes(&rig);
	stops(&rig, "EVDisconnected");
	assert_string_equal(rig.pile.outlets[0].autocharge.tag, "");
	rig_end(&rig);
}

static void test_off(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, "false");
	car_comes(&rig, MAC, NULL, 500);
	rig_run(&rig, 5000);
	assert_int_equal(answer_all(&rig, "StatusNotification", "{}"), 1);
	rig_run(&rig, 30000);
	assert_int_equal(rig.frames_len, 0);
	assert_int_equal(notice(&rig), NOTICE_NONE);
	rig_end(&rig);
}

static void test_refused(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	car_in_question(&rig, frame);
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Blocked\"}}");
	assert_int_equal(notice(&rig), NOTICE_NO_CREDIT);
	assert_false(charging(&rig));
	/* it is not asked about again and again; a card charges it */
	rig_run(&rig, 60000);
	assert_int_equal(answer_all(&rig, "StatusNotification", "{}"), 0);
	card_charges(&rig);
	rig_end(&rig);
}

/* A car that says nothing: the display asks for a card in time; said late, it still counts. */
static void test_silent_car(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	begin(&rig, "true");
	car_comes(&rig, MAC, NULL, 30000);
	rig_run(&rig, 18000);
	assert_int_equal(notice(&rig), NOTICE_RECOGNISING);
	rig_run(&rig, 2000);
	assert_int_equal(notice(&rig), NOTICE_NO_VEHICLE);
	rig_run(&rig, 9000);
	told(&rig, "vid");
	asked(&rig, VID, frame);
	let_in(&rig, frame, VID);
	rig_end(&rig);
}

static void test_card_wins(void **state)
{
	struct rig rig;
	char car[4096], frame[4096];

	(void)state;
	car_in_question(&rig, car);
	rig_tap(&rig, 1, "CARD-1");
	/* the answer about the car is nobody's now */
	rig_answer(&rig, car, accepted);
	assert_false(charging(&rig));
	asked(&rig, "CARD-1", frame);
	let_in(&rig, frame, "CARD-1");
	rig_end(&rig);
	/* and one that was there first is not asked about the car */
	begin(&rig, "true");
	rig_tap(&rig, 1, "CARD-1");
	asked(&rig, "CARD-1", frame);
	rig_answer(&rig, frame, accepted);
	car_comes(&rig, MAC, NULL, 500);
	starts(&rig, "CARD-1", frame);
	rig_end(&rig);
}

static void test_remote_start_wins(void **state)
{
	struct rig rig;
	char car[4096], frame[4096];

	(void)state;
	car_in_question(&rig, car);
	ask(&rig, "RemoteStartTransaction", "{\"connectorId\":1,\"idTag\":\"LYQR\"}", frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_answer(&rig, car, "{\"idTagInfo\":{\"status\":\"Invalid\"}}");
	starts(&rig, "LYQR", frame);
	rig_end(&rig);
}

static void keep_place(struct rig *rig, const char *tag)
{
	char frame[4096], payload[256];

	snprintf(payload, sizeof(payload),
		"{\"connectorId\":1,\"expiryDate\":\"2027-01-15T10:00:00Z\",\"idTag\":\"%s\","
		"\"reservationId\":7}",
		tag);
	ask(rig, "ReserveNow", payload, frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	rig_run(rig, 1000);
	answer_all(rig, "StatusNotification", "{}");
}

/* A place that is kept for somebody is not the car's, and nobody is asked; kept for the car it is.
 */
static void test_reserved(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	begin(&rig, "true");
	keep_place(&rig, "CARD-9");
	car_comes(&rig, MAC, NULL, 500);
	told(&rig, "second");
	rig_run(&rig, 2000);
	answer_all(&rig, "StatusNotification", "{}");
	assert_int_equal(rig.frames_len, 0);
	assert_int_equal(notice(&rig), NOTICE_RESERVED);
	assert_false(charging(&rig));
	car_goes(&rig);
	keep_place(&rig, VID);
	car_comes(&rig, MAC, NULL, 500);
	told(&rig, "second");
	asked(&rig, VID, frame);
	let_in(&rig, frame, VID);
	rig_end(&rig);
}

/* The answer comes after the plug was pulled: nothing begins, not for the next car either. */
static void test_late_answer(void **state)
{
	struct rig rig;
	char late[4096], frame[4096];

	(void)state;
	car_in_question(&rig, late);
	car_goes(&rig);
	assert_int_equal(rig.pile.outlets[0].claim, CLAIM_NONE);
	car_comes(&rig, "020000000002", NULL, 200);
	rig_run(&rig, 1000);
	rig_answer(&rig, late, accepted);
	assert_false(charging(&rig));
	told(&rig, "VID:020000000002");
	asked(&rig, "VID:020000000002", frame);
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Invalid\"}}");
	assert_false(charging(&rig));
	rig_end(&rig);
}

/* Pulled and plugged again faster than anybody sees: the car that pays is another one. */
static void test_car_changed(void **state)
{
	struct rig rig;
	char frame[4096];
	uint8_t bytes[VEHICLE_MAC] = {2, 0, 0, 0, 0, 9};

	(void)state;
	charge_by_car(&rig);
	vehicle_set_mac(&rig.sims[0].vehicle.match, bytes);
	told(&rig, "VID:020000000009");
	stops(&rig, "DeAuthorized");
	assert_false(rig.sims[0].contactor_closed);
	rig_end(&rig);
	/* the same while it is asked about: the new one is asked about instead */
	car_in_question(&rig, frame);
	vehicle_set_mac(&rig.sims[0].vehicle.match, bytes);
	rig_run(&rig, 1000);
	rig_answer(&rig, frame, accepted);
	assert_false(charging(&rig));
	told(&rig, "VID:020000000009");
	asked(&rig, "VID:020000000009", frame);
	rig_end(&rig);
}

/* Addresses that differ are told; what the server says of it counts, and offline nothing does. */
static void test_contradiction(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	begin(&rig, "true");
	car_comes(&rig, MAC, "020000000007", 500);
	told(&rig, "contradicts");
	asked(&rig, VID, frame);
	rig_answer(&rig, frame, "{\"idTagInfo\":{\"status\":\"Blocked\"}}");
	assert_false(charging(&rig));
	rig_end(&rig);
}

static void network_gone(struct rig *rig)
{
	rig->refuse = true;
	rig->connected = false;
	client_closed(&rig->pile, 0, STR("gone"));
	rig_forget_frames(rig);
}

/* Without network: only one the server knew, only a little, and never one that contradicts. */
static void test_offline(void **state)
{
	struct rig rig;
	int64_t taken;

	(void)state;
	charged_before(&rig);
	network_gone(&rig);
	car_comes(&rig, "020000000002", NULL, 500);
	rig_run(&rig, 2000);
	assert_int_equal(notice(&rig), NOTICE_NO_VEHICLE);
	assert_false(charging(&rig));
	car_goes(&rig);
	car_comes(&rig, MAC, "020000000007", 500);
	assert_false(charging(&rig));
	car_goes(&rig);
	car_comes(&rig, MAC, NULL, 500);
	assert_true(charging(&rig));
	taken = rig.worlds[0].register_dwh;
	rig_run(&rig, 3600000);
	assert_false(rig.sims[0].contactor_closed);
	/* 5 kWh, and what flows until the contactor is open */
	assert_in_range(rig.worlds[0].register_dwh - taken, 40000, 50200);
	rig_end(&rig);
}

static void test_no_offline(void **state)
{
	struct rig rig;

	(void)state;
	charged_before(&rig);
	assert_int_equal(pile_set_key(&rig.pile, STR("LeydenAutoChargeOfflineWh"), STR("0")), 1);
	assert_int_equal(
		pile_set_key(&rig.pile, STR("AllowOfflineTxForUnknownId"), STR("true")), 1);
	network_gone(&rig);
	car_comes(&rig, MAC, NULL, 500);
	assert_false(charging(&rig));
	rig_end(&rig);
}

/* The server does not answer: the display says so before anybody waits long. */
static void test_server_silent(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	car_in_question(&rig, frame);
	rig_run(&rig, 21000);
	assert_int_equal(notice(&rig), NOTICE_NO_VEHICLE);
	rig_answer(&rig, frame, accepted);
	assert_false(charging(&rig));
	rig_end(&rig);
}

/* A car that was there before the controller began is no news. */
static void test_restart(void **state)
{
	struct rig rig;

	(void)state;
	begin(&rig, "true");
	rig_kill(&rig);
	rig.worlds[0].plugged = 1;
	rig.worlds[0].battery_cap_dwh = 600000;
	rig_open(&rig);
	vehicle_set_mac(&rig.sims[0].vehicle.match, (const uint8_t[]){2, 0, 0, 0, 0, 1});
	rig_online(&rig);
	rig_run(&rig, 10000);
	answer_all(&rig, "StatusNotification", "{}");
	assert_int_equal(rig.frames_len, 0);
	rig_end(&rig);
}

/* At an outlet that is out of order nothing is asked; when it is well again the car still waits. */
static void test_fault_first(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	begin(&rig, "true");
	rig.sims[0].faults |= SIM_FAULT_DOOR;
	rig_run(&rig, 1000);
	car_comes(&rig, MAC, NULL, 500);
	for (int i = 0; i < 6; i++) {
		rig_run(&rig, 2000);
		answer_all(&rig, "StatusNotification", "{}");
	}
	assert_int_equal(rig.frames_len, 0);
	rig.sims[0].faults = 0;
	told(&rig, "vid");
	asked(&rig, VID, frame);
	let_in(&rig, frame, VID);
	rig_end(&rig);
}

/* A car without network is known by its number; other servers hear a name, no address. */
static void test_number_alone(void **state)
{
	struct rig rig;
	char frame[4096];
	struct vehicle car;

	(void)state;
	online(&rig, OCPP_201);
	assert_int_equal(pile_set_key(&rig.pile, STR("AutoChargeEnabled"), STR("true")), 1);
	rig_run(&rig, 3000);
	vehicle_init(&car);
	vehicle_set_vin(&car, "LSVTEST0000000001");
	sim_vehicle(&rig.sims[0], &car, 500000);
	rig_plug(&rig, 1, 30);
	next(&rig, "Authorize", frame);
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), "VIN:E736F7E032D12D37");
	assert_string_equal(rig_part(frame, "3.idToken.type"), "Central");
	assert_string_equal(rig_part(frame, "3.idToken.additionalInfo.0.type"), "leyden-vin");
	rig_answer(&rig, frame, authorized);
	expect_event(&rig, "Started", "Authorized", frame);
	assert_string_equal(rig_part(frame, "3.idToken.type"), "Central");
	rig_end(&rig);
}

static void in_version(enum ocpp_version version)
{
	struct rig rig;
	char frame[4096], answer[4096];

	online(&rig, version);
	ask(&rig, "SetVariables",
		"{\"setVariableData\":[{\"attributeValue\":\"true\",\"component\":{\"name\":"
		"\"AutoCharge\"},\"variable\":{\"name\":\"Enabled\"}}]}",
		answer);
	assert_string_equal(rig_part(answer, "2.setVariableResult.0.attributeStatus"), "Accepted");
	rig_run(&rig, 3000);
	car_comes(&rig, MAC, NULL, 500);
	next(&rig, "Authorize", frame);
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), VID);
	assert_string_equal(rig_part(frame, "3.idToken.type"), "MacAddress");
	assert_string_equal(rig_part(frame, "3.idToken.additionalInfo.0.type"), "leyden-battery");
	assert_int_equal(
		strlen(rig_part(frame, "3.idToken.additionalInfo.0.additionalIdToken")), 32);
	rig_answer(&rig, frame, authorized);
	expect_event(&rig, "Started", "Authorized", frame);
	assert_string_equal(rig_part(frame, "3.idToken.idToken"), VID);
	assert_string_equal(rig_part(frame, "3.idToken.type"), "MacAddress");
	rig_answer(&rig, frame, "{\"idTokenInfo\":{\"status\":\"Accepted\"}}");
	/* something new of the car is told after it was asked about */
	vehicle_set_vin(&rig.sims[0].vehicle, "LTESTCAR000000001");
	for (int i = 0; i < 50; i++) {
		answer_all(&rig, "TransactionEvent", "{}");
		answer_all(&rig, "StatusNotification", "{}");
		rig_run(&rig, 100);
	}
	rig_expect(&rig, "DataTransfer", frame);
	assert_non_null(strstr(frame, "vin"));
	rig_end(&rig);
}

static void test_versions(void **state)
{
	(void)state;
	in_version(OCPP_201);
	in_version(OCPP_21);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known_car),
		cmocka_unit_test(test_off),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_silent_car),
		cmocka_unit_test(test_card_wins),
		cmocka_unit_test(test_remote_start_wins),
		cmocka_unit_test(test_reserved),
		cmocka_unit_test(test_late_answer),
		cmocka_unit_test(test_car_changed),
		cmocka_unit_test(test_contradiction),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_no_offline),
		cmocka_unit_test(test_server_silent),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_fault_first),
		cmocka_unit_test(test_number_alone),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
