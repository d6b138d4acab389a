/* test_hlc.c - the talk with a car, request by request: what has its place when, with which code
 * the rest is answered, and what numbers become on the way. */
#include "hlc_bench.h"

static void test_protocols(void **state)
{
	(void)state;
	open_bench(true);
	hello("urn:tesla:din:2018:MsgDef", 0, 7, 1, false);
	hello(din, 2, 0, 3, false);
	hello(iso2, 2, 0, 2, true);
	chose("OK_SuccessfulNegotiation", 12);
	assert_string_equal(hlc_protocol(&bench.hlc), "iso-15118-2");
	assert_string_equal(bench.vehicle.battery.protocols,
		"urn:tesla:din:2018:MsgDef 0.7 p1;urn:din:70121:2012:MsgDef 2.0 "
		"p3;urn:iso:15118:2:2013:MsgDef 2.0 p2;");
	open_bench(true);
	hello(iso2, 2, 0, 2, false);
	hello(din, 2, 1, 1, true); /* a minor one deviates, and has the better priority */
	chose("OK_SuccessfulNegotiationWithMinorDeviation", 11);
	assert_string_equal(hlc_protocol(&bench.hlc), "din-70121");
	open_bench(true);
	hello(din, 1, 0, 1, true);
	chose("Failed_NoNegotiation", -1);
	assert_int_equal(bench.hlc.phase, HLC_FAILED);
	open_bench(false); /* DIN is direct current */
	hello(din, 2, 0, 1, true);
	chose("Failed_NoNegotiation", -1);
	open_bench(true);
	assert_int_equal(send_bytes((const uint8_t *)"\x80\x98", 2), HLC_SILENT);
	assert_int_equal(bench.hlc.phase, HLC_FAILED);
}

static void status(struct exi_node *parent)
{
	struct exi_node *node = exi_add(&bench.out, parent, "DC_EVStatus");

	exi_add_number(&bench.out, node, "EVReady", 1);
	exi_add_word(&bench.out, node, "EVErrorCode", "NO_ERROR");
	exi_add_number(&bench.out, node, "EVRESSSOC", 55);
}

static void ask_parameters(const char *mode, int64_t volts)
{
	struct exi_node *group;

	request("ChargeParameterDiscoveryReq");
	exi_add_word(&bench.out, bench.request, "RequestedEnergyTransferMode", mode);
	if (mode[0] == 'A') {
		group = exi_add(&bench.out, bench.request, "AC_EVChargeParameter");
		value(group, "EAmount", 20, 3, "Wh");
		value(group, "EVMaxVoltage", 400, 0, "V");
		value(group, "EVMaxCurrent", 32, 0, "A");
		value(group, "EVMinCurrent", 6, 0, "A");
		return;
	}
	group = exi_add(&bench.out, bench.request, "DC_EVChargeParameter");
	status(group);
	value(group, "EVMaximumCurrentLimit", 150, 0, "A");
	value(group, "EVMaximumPowerLimit", 600, 2, "W");
	value(group, "EVMaximumVoltageLimit", volts, 0, "V");
	value(group, "EVEnergyCapacity", 640, 2, "Wh");
}

static void test_services(void **state)
{
	const struct exi_node *answer;

	(void)state;
	open_bench(false);
	hello(iso2, 2, 0, 1, true);
	answer = setup("OK_NewSessionEstablished");
	assert_true(str_is(exi_bytes(answer, "EVSEID"), "ZZ*000*E1"));
	assert_int_equal(exi_number(answer, "EVSETimeStamp", 0), 1800000000);
	assert_true(bench.vehicle.evccid.known);
	request("ServiceDiscoveryReq");
	answer = exi_get(answered("OK"), "ChargeService");
	answer = exi_get(answer, "SupportedEnergyTransferMode");
	assert_string_equal(exi_word(answer, "EnergyTransferMode"), "AC_three_phase_core");
	request("ServiceDetailReq");
	exi_add_number(&bench.out, bench.request, "ServiceID", 1);
	answered("OK");
	select_payment("PaymentServiceSelectionReq", "ExternalPayment", 7);
	failed("FAILED_ServiceSelectionInvalid");
	open_bench(false);
	hello(iso2, 2, 0, 1, true);
	setup("OK_NewSessionEstablished");
	request("ServiceDiscoveryReq");
	answered("OK");
	request("ServiceDetailReq");
	exi_add_number(&bench.out, bench.request, "ServiceID", 2);
	failed("FAILED_ServiceIDInvalid");
}

/* Each request out of its place, and none of them is taken for another. */
static void test_sequence(void **state)
{
	static const char *const empty[] = {
		"AuthorizationReq", "ChargingStatusReq", "ServiceDiscoveryReq"};

	(void)state;
	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++) {
		open_bench(true);
		hello(iso2, 2, 0, 1, true);
		request(empty[i]);
		failed("FAILED_SequenceError");
		open_bench(true);
		hello(iso2, 2, 0, 1, true);
		setup("OK_NewSessionEstablished");
		if (i == 2) {
			request(empty[i]);
			answered("OK");
		}
		request(empty[i]);
		failed("FAILED_SequenceError");
	}
	to_authorisation(true);
	setup("FAILED_SequenceError");
	to_authorisation(true);
	request("PaymentDetailsReq");
	exi_add_bytes(&bench.out, bench.request, "eMAID", STR("ZZ1"));
	exi_add_bytes(&bench.out, exi_add(&bench.out, bench.request, "ContractSignatureCertChain"),
		"Certificate", STR("x"));
	failed("FAILED_SequenceError");
	to_authorisation(true);
	bench.strange = true;
	request("AuthorizationReq");
	failed("FAILED_UnknownSession");
	to_authorisation(true);
	select_payment("PaymentServiceSelectionReq", "Contract", 1);
	failed("FAILED_SequenceError");
	to_authorisation(true); /* an answer is no request */
	request("SessionStopRes");
	exi_add_word(&bench.out, bench.request, "ResponseCode", "OK");
	assert_int_equal(send_request(), HLC_SILENT);
}

static void test_authorisation(void **state)
{
	const struct exi_node *answer;

	(void)state;
	to_authorisation(true);
	request("AuthorizationReq");
	assert_string_equal(exi_word(answered("OK"), "EVSEProcessing"),
		"Ongoing_WaitingForCustomerInteraction");
	grant();
	ask_parameters("DC_extended", 450);
	answer = answered("OK");
	assert_string_equal(exi_word(answer, "EVSEProcessing"), "Finished");
	answer = exi_get(answer, "DC_EVSEChargeParameter");
	answer = exi_get(answer, "EVSEMaximumPowerLimit"); /* 150 kW in a short */
	assert_int_equal(exi_number(answer, "Value", 0), 15000);
	assert_int_equal(exi_number(answer, "Multiplier", 0), 1);
	assert_int_equal(bench.vehicle.battery.max_w, 60000);
	assert_int_equal(bench.vehicle.battery.capacity_dwh, 640000);
	assert_int_equal(bench.vehicle.battery.max_ma, 150000);
	assert_int_equal(bench.hlc.soc_percent, 55);
	assert_int_equal(bench.hlc.phase, HLC_CABLE);
	/* the car is the key: asked about its battery first */
	to_authorisation(true);
	bench.input.look = true;
	request("AuthorizationReq");
	assert_string_equal(exi_word(answered("OK"), "EVSEProcessing"), "Finished");
	ask_parameters("DC_extended", 450);
	assert_string_equal(exi_word(answered("OK"), "EVSEProcessing"), "Ongoing");
	assert_true(bench.vehicle.battery.known);
	bench.input.granted = true;
	ask_parameters("DC_extended", 450);
	assert_string_equal(exi_word(answered("OK"), "EVSEProcessing"), "Finished");
}

static void test_wrong_parameters(void **state)
{
	(void)state;
	to_authorisation(true);
	grant();
	ask_parameters("AC_single_phase_core", 0);
	failed("FAILED_WrongEnergyTransferMode");
	to_authorisation(true);
	grant();
	ask_parameters("DC_extended", 100); /* less than our least */
	failed("FAILED_WrongChargeParameter");
	to_authorisation(false);
	grant();
	bench.input.phases = 1;
	ask_parameters("AC_three_phase_core", 0);
	failed("FAILED_WrongEnergyTransferMode");
	to_authorisation(false);
	grant();
	ask_parameters("DC_extended", 450);
	failed("FAILED_WrongEnergyTransferMode");
}

static void deliver(const char *progress, int64_t tuple)
{
	request("PowerDeliveryReq");
	exi_add_word(&bench.out, bench.request, "ChargeProgress", progress);
	exi_add_number(&bench.out, bench.request, "SAScheduleTupleID", tuple);
}

static void to_precharge(void)
{
	to_authorisation(true);
	grant();
	ask_parameters("DC_extended", 450);
	answered("OK");
	bench.input.dc = DC_WELD; /* still of the charge before: proves nothing */
	request("CableCheckReq");
	status(bench.request);
	assert_string_equal(exi_word(answered("OK"), "EVSEProcessing"), "Ongoing");
	assert_true(bench.hlc.car.present);
	bench.input.dc = DC_PRECHARGE;
	request("CableCheckReq");
	status(bench.request);
	assert_string_equal(exi_word(answered("OK"), "EVSEProcessing"), "Finished");
}

static const struct exi_node *ask_precharge(void)
{
	request("PreChargeReq");
	status(bench.request);
	value(bench.request, "EVTargetVoltage", 3960, -1, "V");
	value(bench.request, "EVTargetCurrent", 1, 0, "A");
	return exi_get(answered("OK"), "EVSEPresentVoltage");
}

static void demand(int64_t volts, int64_t amps)
{
	request("CurrentDemandReq");
	status(bench.request);
	value(bench.request, "EVTargetCurrent", amps, 0, "A");
	value(bench.request, "EVMaximumVoltageLimit", 500, 0, "V");
	exi_add_number(&bench.out, bench.request, "ChargingComplete", 0);
	value(bench.request, "EVTargetVoltage", volts, 0, "V");
}

static void test_direct(void **state)
{
	const struct exi_node *answer;

	(void)state;
	to_precharge();
	bench.input.source = (struct hal_dc){.voltage_mv = 396000, .inlet_mv = 12000};
	assert_int_equal(exi_number(ask_precharge(), "Value", 0), 12000); /* what it can see */
	assert_true(bench.hlc.car.precharge);
	assert_int_equal(bench.hlc.car.target_mv, 396000);
	/* it asks for energy before our contactor closed: the answer waits, then it is no */
	deliver("Start", 1);
	assert_int_equal(send_request(), HLC_LATER);
	bench.ticks_us += US_PER_S;
	assert_int_equal(send_request(), HLC_LATER);
	bench.input.closed = true;
	answered("OK");
	assert_true(bench.hlc.car.ready);
	demand(400, 100);
	answer = answered("OK");
	assert_int_equal(bench.hlc.car.target_mv, 400000);
	assert_int_equal(bench.hlc.car.target_ma, 100000);
	assert_int_equal(bench.hlc.car.max_mv, 450000); /* it may not rise */
	assert_true(exi_get(answer, "MeterInfo") != NULL);
	demand(-400, -100);
	answered("OK");
	assert_int_equal(bench.hlc.car.target_mv, 0);
	assert_int_equal(bench.hlc.car.target_ma, 0);
	bench.input.granted = false;
	demand(400, 100);
	answer = exi_get(answered("OK"), "DC_EVSEStatus");
	assert_string_equal(exi_word(answer, "EVSENotification"), "StopCharging");
	assert_string_equal(exi_word(answer, "EVSEStatusCode"), "EVSE_Shutdown");
	bench.input.source.current_ma = 90000; /* it still flows */
	deliver("Stop", 1);
	assert_int_equal(send_request(), HLC_LATER);
	assert_false(bench.hlc.car.ready);
	bench.input.source.current_ma = 100;
	answered("OK");
	assert_int_equal(bench.hlc.phase, HLC_AFTER);
	request("SessionStopReq");
	exi_add_word(&bench.out, bench.request, "ChargingSession", "Terminate");
	answered("OK");
	assert_int_equal(bench.hlc.phase, HLC_ENDED);
}

static void test_no_energy(void **state)
{
	(void)state;
	to_precharge();
	deliver("Start", 1);
	assert_int_equal(send_request(), HLC_LATER);
	bench.ticks_us += 2 * US_PER_S;
	failed("FAILED_PowerDeliveryNotApplied");
	to_precharge();
	bench.input.closed = true;
	deliver("Start", 3); /* a schedule nobody offered */
	failed("FAILED_TariffSelectionInvalid");
	to_precharge();
	bench.input.granted = false;
	deliver("Start", 1);
	failed("FAILED_PowerDeliveryNotApplied");
	to_precharge();
	bench.input.dc_failed = true;
	request("PreChargeReq");
	status(bench.request);
	value(bench.request, "EVTargetVoltage", 396, 0, "V");
	value(bench.request, "EVTargetCurrent", 1, 0, "A");
	failed("FAILED");
	assert_false(bench.hlc.car.present);
}

static void to_loop(void)
{
	to_precharge();
	bench.input.closed = true;
	deliver("Start", 1);
	answered("OK");
	demand(400, 100);
	answered("OK");
}

/* New parameters in the middle: no second insulation test, the same session. */
static void test_renegotiation(void **state)
{
	(void)state;
	to_loop();
	deliver("Renegotiate", 1);
	answered("OK");
	ask_parameters("DC_extended", 450);
	answered("OK");
	assert_int_equal(bench.hlc.phase, HLC_START);
	deliver("Start", 1);
	answered("OK");
	demand(400, 50);
	answered("OK");
	deliver("Start", 1); /* it is started already */
	failed("FAILED_SequenceError");
}

static void test_stop_in_the_loop(void **state)
{
	(void)state;
	to_loop();
	request("SessionStopReq");
	exi_add_word(&bench.out, bench.request, "ChargingSession", "Terminate");
	failed("FAILED_SequenceError");
	to_authorisation(true); /* anywhere else it may */
	request("SessionStopReq");
	exi_add_word(&bench.out, bench.request, "ChargingSession", "Terminate");
	answered("OK");
	assert_int_equal(bench.hlc.phase, HLC_ENDED);
}

static void pause(void)
{
	to_loop();
	deliver("Stop", 1);
	answered("OK");
	request("SessionStopReq");
	exi_add_word(&bench.out, bench.request, "ChargingSession", "Pause");
	answered("OK");
	assert_true(bench.hlc.pausing);
	hlc_open(&bench.hlc, bench.ticks_us);
	bench.out = (struct exi_doc){0};
	hello(iso2, 2, 0, 1, true);
}

static void test_pause(void **state)
{
	uint8_t session[8];

	(void)state;
	pause();
	memcpy(session, bench.session, sizeof(session));
	setup("OK_OldSessionJoined");
	assert_memory_equal(session, bench.session, sizeof(session));
	pause();
	memcpy(session, bench.session, sizeof(session));
	bench.session[3] ^= 1; /* somebody else's */
	setup("OK_NewSessionEstablished");
	assert_memory_not_equal(session, bench.session, sizeof(session));
}

static void test_alternating(void **state)
{
	const struct exi_node *answer;

	(void)state;
	to_authorisation(false);
	grant();
	ask_parameters("AC_three_phase_core", 0);
	answered("OK");
	deliver("Start", 1);
	assert_int_equal(send_request(), HLC_LATER);
	assert_true(bench.hlc.closes);
	bench.ticks_us += 4 * US_PER_S;
	failed("FAILED_ContactorError");
	assert_false(bench.hlc.closes);
	to_authorisation(false);
	grant();
	ask_parameters("AC_three_phase_core", 0);
	answered("OK");
	bench.input.closed = true;
	deliver("Start", 1);
	answered("OK");
	request("ChargingStatusReq");
	answer = exi_get(answered("OK"), "EVSEMaxCurrent");
	assert_int_equal(exi_number(answer, "Value", 0), 32000);
	assert_int_equal(exi_number(answer, "Multiplier", 0), -3);
	request("MeteringReceiptReq"); /* nobody asked for one */
	exi_add_bytes(&bench.out, bench.request, "SessionID", STR("12345678"));
	exi_add_bytes(
		&bench.out, exi_add(&bench.out, bench.request, "MeterInfo"), "MeterID", STR("1"));
	failed("FAILED_SequenceError");
}

static void test_silence(void **state)
{
	(void)state;
	to_authorisation(true);
	assert_false(hlc_late(&bench.hlc, bench.ticks_us + 59 * US_PER_S));
	assert_true(hlc_late(&bench.hlc, bench.ticks_us + 61 * US_PER_S));
	assert_int_equal(bench.hlc.phase, HLC_FAILED);
	assert_false(hlc_late(&bench.hlc, bench.ticks_us + 99 * US_PER_S));
	to_loop(); /* a battery asks several times a second */
	assert_true(hlc_late(&bench.hlc, bench.ticks_us + 3 * US_PER_S));
	assert_false(bench.hlc.car.ready);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_services),
		cmocka_unit_test(test_sequence),
		cmocka_unit_test(test_authorisation),
		cmocka_unit_test(test_wrong_parameters),
		cmocka_unit_test(test_direct),
		cmocka_unit_test(test_no_energy),
		cmocka_unit_test(test_renegotiation),
		cmocka_unit_test(test_stop_in_the_loop),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_alternating),
		cmocka_unit_test(test_silence),
	};
	int result = cmocka_run_group_tests(tests, NULL, NULL);

	arena_fini(&bench.arena);
	return result;
}
