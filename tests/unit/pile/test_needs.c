/* test_needs.c - schedules of a car: what it says it needs, what it is offered, what it will draw,
 * request by request; and what the server is told of it in 2.0.1 and 2.1. */
#include <stdlib.h>

#include "hlc_bench.h"
#include "pile/hal/sim_ev.h"
#include "rig_talk2.h"

/* --- the talk --- */

/* The wishes of a car that leaves in two hours, and takes so many entries. */
static const char *wish(int entries)
{
	struct exi_node *group;

	request("ChargeParameterDiscoveryReq");
	if (entries > 0)
		exi_add_number(&bench.out, bench.request, "MaxEntriesSAScheduleTuple", entries);
	exi_add_word(
		&bench.out, bench.request, "RequestedEnergyTransferMode", "AC_three_phase_core");
	group = exi_add(&bench.out, bench.request, "AC_EVChargeParameter");
	exi_add_number(&bench.out, group, "DepartureTime", 7200);
	value(group, "EAmount", 20, 3, "Wh");
	value(group, "EVMaxVoltage", 400, 0, "V");
	value(group, "EVMaxCurrent", 16, 0, "A");
	value(group, "EVMinCurrent", 6, 0, "A");
	return exi_word(answered("OK"), "EVSEProcessing");
}

static void deliver_as(const char *progress, int64_t first_w, int64_t later_w)
{
	const int64_t watts[] = {first_w, later_w};
	struct exi_node *profile, *entry;

	request("PowerDeliveryReq");
	exi_add_word(&bench.out, bench.request, "ChargeProgress", progress);
	exi_add_number(&bench.out, bench.request, "SAScheduleTupleID", 1);
	if (first_w == 0)
		return;
	profile = exi_add(&bench.out, bench.request, "ChargingProfile");
	for (int i = 0; i < 2; i++) {
		entry = exi_add(&bench.out, profile, "ProfileEntry");
		exi_add_number(&bench.out, entry, "ChargingProfileEntryStart", i * 3600);
		value(entry, "ChargingProfileEntryMaxPower", watts[i], 0, "W");
	}
}

/* Entry `at` of what it was offered: its PMax in watts. */
static int64_t offered_w(int at, int64_t *ret_start_s)
{
	const struct exi_node *node = exi_get(bench.in.root, "Body")->first, *power;

	node = exi_get(exi_get(exi_get(node, "SAScheduleList"), "SAScheduleTuple"), "PMaxSchedule")
		       ->first;
	while (node && at-- > 0)
		node = node->next;
	if (!node)
		return -1;
	*ret_start_s = exi_number(exi_get(node, "RelativeTimeInterval"), "start", -1);
	power = exi_get(node, "PMax");
	return exi_number(power, "Multiplier", 0) > 0 ? exi_number(power, "Value", 0) * 10
						      : exi_number(power, "Value", 0);
}

static struct needs_schedule evening = {
	.steps = {{0, 11000}, {3600, 4000}, {7200, 99000}}, .len = 3};

static void to_wishes(void)
{
	to_authorisation(false);
	bench.input.plans = true;
	bench.input.schedule = &evening;
	grant();
}

/* It waits for what was asked for it, and no longer than that; what it asks meanwhile is the same.
 */
static void test_schedule_awaited(void **state)
{
	int64_t start_s;

	(void)state;
	to_wishes();
	assert_string_equal(wish(0), "Ongoing");
	assert_int_equal(bench.hlc.needs.count, 1);
	assert_int_equal(bench.hlc.needs.departs_s, 7200);
	assert_int_equal(bench.hlc.needs.energy_wh, 20000);
	assert_int_equal(bench.hlc.needs.max_ma, 16000);
	assert_true(bench.hlc.needs.three);
	bench.ticks_us += 5 * US_PER_S;
	assert_string_equal(wish(0), "Ongoing");
	assert_int_equal(bench.hlc.needs.count, 1);
	bench.input.planned = 1;
	assert_string_equal(wish(0), "Finished");
	assert_int_equal(bench.hlc.phase, HLC_START);
	assert_int_equal(offered_w(0, &start_s), 11000);
	assert_int_equal(offered_w(1, &start_s), 4000);
	assert_int_equal(start_s, 3600);
	assert_int_equal(offered_w(2, &start_s), 22080); /* no more than the outlet can */
	assert_int_equal(offered_w(3, &start_s), -1);
	/* nobody says anything: what there is */
	to_wishes();
	assert_string_equal(wish(2), "Ongoing");
	bench.ticks_us += 20 * US_PER_S;
	assert_string_equal(wish(2), "Finished");
	assert_int_equal(offered_w(1, &start_s), 4000); /* the third is joined to it */
	assert_int_equal(offered_w(2, &start_s), -1);
	/* nobody can be asked */
	to_wishes();
	bench.input.plans = false;
	assert_string_equal(wish(0), "Finished");
	assert_int_equal(bench.hlc.needs.count, 1);
}

static void test_plan_of_a_car(void **state)
{
	(void)state;
	to_wishes();
	bench.input.planned = 1;
	wish(0);
	bench.input.closed = true;
	deliver_as("Start", 11000, 4000);
	answered("OK");
	assert_int_equal(bench.hlc.phase, HLC_LOOP);
	assert_int_equal(bench.hlc.plan.len, 2);
	assert_int_equal(bench.hlc.plan.count, 1);
	assert_int_equal(bench.hlc.plan.steps[1].w, 4000);
	/* it wants another one: that is a new question */
	deliver_as("Renegotiate", 0, 0);
	answered("OK");
	assert_string_equal(wish(0), "Ongoing");
	assert_int_equal(bench.hlc.needs.count, 2);
	bench.input.planned = 2;
	assert_string_equal(wish(0), "Finished");
	deliver_as("Start", 4000, 4000);
	answered("OK");
	assert_int_equal(bench.hlc.plan.count, 2);
	/* more than it was offered, at first and later */
	to_wishes();
	bench.input.planned = 1;
	wish(0);
	deliver_as("Start", 11001, 4000);
	failed("FAILED_ChargingProfileInvalid");
	to_wishes();
	bench.input.planned = 1;
	wish(0);
	deliver_as("Start", 11000, 4001);
	failed("FAILED_ChargingProfileInvalid");
}

/* --- what the server is told --- */

/* Runs until the pile says this; what else it says is answered as ever. */
static void until(struct rig *rig, const char *action, char frame[4096])
{
	for (int i = 0; i < 600; i++) {
		rig_run(rig, 100);
		while (rig_take(rig, frame)) {
			const char *said = rig_part(frame, "2");

			if (strcmp(said, action) == 0)
				return;
			rig_answer(rig, frame, strcmp(said, "Authorize") == 0 ? authorized : "{}");
		}
	}
	fail_msg("never said: %s", action);
}

/* A car that leaves in two hours is plugged in, and somebody pays for it. */
static void leaves(
	struct rig *rig, enum ocpp_version version, enum hal_plug direct, char frame[4096])
{
	memset(rig, 0, sizeof(*rig));
	rig->line = true;
	rig->direct = direct;
	rig_start_with(rig, version);
	rig_expect(rig, "BootNotification", frame);
	rig_answer(rig, frame,
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"86400}");
	rig->sims[0].ev->speaks = EV_ISO2;
	rig->sims[0].ev->departs_s = 7200;
	rig->sims[0].ev->wants_wh = 20000;
	rig_plug(rig, 1, 30);
	rig_run(rig, 5000);
	rig_tap(rig, 1, "CARD-1");
}

#define EVENING \
	"{\"evseId\":1,\"chargingProfile\":{\"id\":1001,\"stackLevel\":1," \
	"\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Relative\"," \
	"\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"W\",\"chargingSchedulePeriod\":[" \
	"{\"startPeriod\":0,\"limit\":9000},{\"startPeriod\":3600,\"limit\":4500}]}]}}"

static void test_ac_in_201(void **state)
{
	struct rig rig;
	char frame[4096], answer[4096];

	(void)state;
	leaves(&rig, OCPP_201, 0, frame);
	until(&rig, "NotifyEVChargingNeeds", frame);
	assert_string_equal(rig_part(frame, "3.evseId"), "1");
	assert_string_equal(
		rig_part(frame, "3.chargingNeeds.requestedEnergyTransfer"), "AC_single_phase");
	assert_string_equal(
		rig_part(frame, "3.chargingNeeds.acChargingParameters.energyAmount"), "20000");
	assert_string_equal(
		rig_part(frame, "3.chargingNeeds.acChargingParameters.evMinCurrent"), "6");
	assert_non_null(strstr(rig_part(frame, "3.chargingNeeds.departureTime"), "T10:0"));
	assert_string_equal(rig_part(frame, "3.chargingNeeds.controlMode"), "");
	assert_int_equal(rig.pile.outlets[0].evse.cable.hlc.phase, HLC_PARAMETERS);
	rig_answer(&rig, frame, "{\"status\":\"Accepted\"}");
	rig_run(&rig, 5000);
	assert_int_equal(rig.pile.outlets[0].evse.cable.hlc.phase, HLC_PARAMETERS);
	ask(&rig, "SetChargingProfile", EVENING, answer);
	assert_string_equal(rig_part(answer, "2.status"), "Accepted");
	until(&rig, "NotifyEVChargingSchedule", frame);
	assert_string_equal(rig_part(frame, "3.evseId"), "1");
	assert_string_equal(rig_part(frame, "3.chargingSchedule.chargingRateUnit"), "W");
	assert_string_equal(
		rig_part(frame, "3.chargingSchedule.chargingSchedulePeriod.0.limit"), "9000");
	assert_string_equal(
		rig_part(frame, "3.chargingSchedule.chargingSchedulePeriod.1.limit"), "4500");
	assert_in_range(
		atoi(rig_part(frame, "3.chargingSchedule.chargingSchedulePeriod.1.startPeriod")),
		3500, 3600);
	rig_answer(&rig, frame, "{\"status\":\"Accepted\"}");
	/* said once, and it charges */
	rig_run(&rig, 10000);
	answer_all(&rig, "TransactionEvent", "{}");
	assert_int_equal(rig.pile.outlets[0].evse.cable.hlc.phase, HLC_LOOP);
	assert_true(rig.sims[0].contactor_closed);
	rig_end(&rig);
}

static void test_dc_in_21(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	leaves(&rig, OCPP_21, HAL_PLUG_CCS2, frame);
	until(&rig, "NotifyEVChargingNeeds", frame);
	assert_string_equal(rig_part(frame, "3.chargingNeeds.requestedEnergyTransfer"), "DC");
	assert_string_equal(
		rig_part(frame, "3.chargingNeeds.dcChargingParameters.stateOfCharge"), "30");
	assert_string_equal(
		rig_part(frame, "3.chargingNeeds.dcChargingParameters.energyAmount"), "20000");
	assert_string_equal(rig_part(frame, "3.chargingNeeds.controlMode"), "ScheduledControl");
	assert_string_equal(rig_part(frame, "3.chargingNeeds.mobilityNeedsMode"), "EVCC");
	assert_non_null(strstr(rig_part(frame, "3.timestamp"), "T08:0"));
	/* the server has nothing to say to it: the car goes by what there is, at once */
	rig_answer(&rig, frame, "{\"status\":\"NoChargingProfile\"}");
	until(&rig, "NotifyEVChargingSchedule", frame);
	rig_answer(&rig, frame, "{\"status\":\"Rejected\"}");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_schedule_awaited),
		cmocka_unit_test(test_plan_of_a_car),
		cmocka_unit_test(test_ac_in_201),
		cmocka_unit_test(test_dc_in_21),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
