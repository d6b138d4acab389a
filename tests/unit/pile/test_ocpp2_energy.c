/* test_ocpp2_energy.c - OCPP 2.1: a charge that has priority, schedules that are updated, asked for
 * and given up when nobody updates them, and energy that may flow both ways. */
#include "rig_talk2.h"

#define PROFILE(id, level, purpose, kind, extra, period) \
	"{\"evseId\":1,\"chargingProfile\":{\"id\":" id ",\"stackLevel\":" level \
	",\"chargingProfilePurpose\":\"" purpose "\",\"chargingProfileKind\":\"" kind "\"" extra \
	",\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\"," \
	"\"chargingSchedulePeriod\":[{\"startPeriod\":0," period "}]}]}}"

static void told(struct rig *rig, const char *action, const char *payload, const char *status)
{
	char frame[4096];

	ask(rig, action, payload, frame);
	if (strcmp(rig_part(frame, "2.status"), status) != 0)
		print_error("%s %s: %s\n", action, payload, frame);
	assert_string_equal(rig_part(frame, "2.status"), status);
}

/* A profile that is taken. */
static void given(struct rig *rig, const char *payload)
{
	told(rig, "SetChargingProfile", payload, "Accepted");
}

/* An update that the dynamic profile of this number takes. */
static void updated(struct rig *rig, int profile, const char *values)
{
	char text[256];

	snprintf(text, sizeof(text), "{\"chargingProfileId\":%d,\"scheduleUpdate\":{%s}}", profile,
		values);
	told(rig, "UpdateDynamicSchedule", text, "Accepted");
}

/* What the pile says of the next minute; a part of it in rig_part's words. */
static const char *composite(struct rig *rig, const char *part)
{
	static char frame[4096];

	ask(rig, "GetCompositeSchedule",
		"{\"duration\":60,\"evseId\":1,\"chargingRateUnit\":\"A\"}", frame);
	return rig_part(frame, part);
}

/* A pile in 2.1 with a charge that runs. */
static void charging(struct rig *rig, char ret_name[64])
{
	online(rig, OCPP_21);
	charge(rig, ret_name);
}

/* Statuses and events are answered. */
static void hear(struct rig *rig)
{
	answer_all(rig, "StatusNotification", "{}");
	answer_all(rig, "TransactionEvent", "{}");
}

static void use(struct rig *rig, const char *name, const char *on, const char *status)
{
	char text[256];

	snprintf(text, sizeof(text), "{\"transactionId\":\"%s\",\"activate\":%s}", name, on);
	told(rig, "UsePriorityCharging", text, status);
}

static int32_t profile_ma(struct rig *rig)
{
	return rig->pile.outlets[0].evse.profile_ma;
}

static void test_priority(void **state)
{
	struct rig rig;
	char name[64], frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	use(&rig, "nobody-1", "true", "Rejected");
	charge(&rig, name);
	given(&rig, PROFILE("1", "5", "TxProfile", "Relative", "", "\"limit\":8"));
	use(&rig, name, "true", "NoProfile");
	/* its driver cannot have what is not there, either */
	assert_int_equal(
		profiles_priority(&rig.pile, &rig.pile.outlets[0], true, true), PRIORITY_E_PROFILE);
	given(&rig, PROFILE("2", "0", "PriorityCharging", "Relative", "", "\"limit\":20"));
	assert_int_equal(profile_ma(&rig), 8000);
	use(&rig, name, "true", "Accepted");
	assert_int_equal(profile_ma(&rig), 20000);
	assert_string_equal(composite(&rig, "2.schedule.chargingSchedulePeriod.0.limit"), "20");
	use(&rig, name, "true", "Accepted"); /* twice is once */
	/* the server's own word is not told back to it */
	rig_run(&rig, 2000);
	assert_int_equal(answer_all(&rig, "NotifyPriorityCharging", "{}"), 0);
	use(&rig, name, "false", "Accepted");
	assert_int_equal(profile_ma(&rig), 8000);
	/* the driver, at the pile */
	assert_int_equal(profiles_priority(&rig.pile, &rig.pile.outlets[0], true, true), 0);
	rig_expect(&rig, "NotifyPriorityCharging", frame);
	assert_string_equal(rig_part(frame, "3.transactionId"), name);
	assert_string_equal(rig_part(frame, "3.activated"), "true");
	rig_answer(&rig, frame, "{}");
	assert_int_equal(profile_ma(&rig), 20000);
	rig_end(&rig);
}

/* Nothing stands above the maxima, the outside's limit and the hardware. */
static void test_priority_has_bounds(void **state)
{
	struct rig rig;
	char name[64];

	(void)state;
	charging(&rig, name);
	given(&rig, PROFILE("2", "0", "PriorityCharging", "Relative", "", "\"limit\":500"));
	use(&rig, name, "true", "Accepted");
	rig_run(&rig, 6000);
	answer_all(&rig, "TransactionEvent", "{}");
	assert_int_equal(
		rig.pile.outlets[0].evse.offer.ma, evse_hard_ma(&rig.pile.outlets[0].evse));
	given(&rig, "{\"evseId\":0,\"chargingProfile\":{\"id\":9,\"stackLevel\":0,"
		    "\"chargingProfilePurpose\":\"ChargingStationMaxProfile\","
		    "\"chargingProfileKind\":\"Absolute\",\"chargingSchedule\":[{\"id\":1,"
		    "\"chargingRateUnit\":\"A\",\"chargingSchedulePeriod\":[{\"startPeriod\":0,"
		    "\"limit\":10}]}]}}");
	assert_int_equal(profile_ma(&rig), 10000);
	/* it ends with the charge, and the next one has none */
	pile_stop(&rig.pile, &rig.pile.outlets[0], STOP_REMOTE, "");
	rig_run(&rig, 2000);
	assert_false(rig.pile.outlets[0].priority);
	rig_end(&rig);
}

static void test_updates(void **state)
{
	static const struct {
		const char *payload, *status;
		int32_t ma;
	} cases[] = {
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":12.5}}", "Accepted",
			12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{}}", "Accepted", 12500},
		{"{\"chargingProfileId\":7,\"scheduleUpdate\":{\"limit\":9}}", "Rejected", 12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":-9}}", "Rejected", 12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":99999999}}", "Rejected",
			12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":9,\"limit_L2\":6}}",
			"Rejected", 12500},
		{"{\"chargingProfileId\":2,\"scheduleUpdate\":{\"limit\":9}}", "Rejected", 12500},
		{"{\"chargingProfileId\":1,\"scheduleUpdate\":{\"limit\":0}}", "Accepted", 0},
	};
	struct rig rig;
	char name[64];

	(void)state;
	charging(&rig, name);
	given(&rig, PROFILE("1", "5", "TxProfile", "Dynamic", "", "\"limit\":16"));
	given(&rig, PROFILE("2", "0", "TxDefaultProfile", "Relative", "", "\"limit\":6"));
	assert_int_equal(profile_ma(&rig), 16000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		told(&rig, "UpdateDynamicSchedule", cases[i].payload, cases[i].status);
		assert_int_equal(profile_ma(&rig), cases[i].ma);
	}
	/* a dynamic profile has one period */
	told(&rig, "SetChargingProfile",
		PROFILE("3", "6", "TxProfile", "Dynamic", "",
			"\"limit\":16},{\"startPeriod\":60,\"limit\":8"),
		"Rejected");
	/* what was updated is there after a restart */
	profiles_free(&rig.pile);
	profiles_load(&rig.pile);
	profiles_step(&rig.pile);
	assert_int_equal(profile_ma(&rig), 0);
	assert_string_equal(composite(&rig, "2.schedule.chargingSchedulePeriod.0.limit"), "0");
	rig_end(&rig);
}

/* Time passes; statuses and readings are answered, anything else stays. */
static bool pulled(struct rig *rig, int seconds, char frame[4096])
{
	for (int i = 0; i < seconds; i++) {
		rig_run(rig, 1000);
		hear(rig);
		if (rig->frames_len > 0) {
			rig_expect(rig, "PullDynamicScheduleUpdate", frame);
			return true;
		}
	}
	return false;
}

static void test_asks_for_updates(void **state)
{
	struct rig rig;
	char name[64], frame[4096];

	(void)state;
	charging(&rig, name);
	given(&rig, PROFILE("1", "5", "TxProfile", "Dynamic", ",\"dynUpdateInterval\":30",
			    "\"limit\":16"));
	assert_false(pulled(&rig, 25, frame));
	assert_true(pulled(&rig, 10, frame));
	assert_string_equal(rig_part(frame, "3.chargingProfileId"), "1");
	rig_answer(&rig, frame, "{\"status\":\"Accepted\",\"scheduleUpdate\":{\"limit\":10}}");
	assert_int_equal(profile_ma(&rig), 10000);
	/* refused, and nonsense: it stays as it is, and asks again when it is time */
	assert_true(pulled(&rig, 40, frame));
	rig_answer(&rig, frame, "{\"status\":\"Rejected\"}");
	assert_false(pulled(&rig, 25, frame));
	assert_true(pulled(&rig, 10, frame));
	rig_answer(&rig, frame, "{\"status\":\"Accepted\",\"scheduleUpdate\":{\"limit\":-1}}");
	assert_int_equal(profile_ma(&rig), 10000);
	rig_end(&rig);
}

/* A schedule that holds so long after its last update ends when none comes; one that holds so long
 * without network, when that is away. */
static void test_updates_stop(void **state)
{
	struct rig rig;
	char name[64], frame[4096];

	(void)state;
	charging(&rig, name);
	given(&rig, PROFILE("2", "0", "TxDefaultProfile", "Relative", "", "\"limit\":6"));
	given(&rig, "{\"evseId\":1,\"chargingProfile\":{\"id\":1,\"stackLevel\":5,"
		    "\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":\"Dynamic\","
		    "\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\",\"duration\":60,"
		    "\"chargingSchedulePeriod\":[{\"startPeriod\":0,\"limit\":16}]}]}}");
	assert_false(pulled(&rig, 50, frame));
	assert_int_equal(profile_ma(&rig), 16000);
	/* the composite schedule knows the end */
	assert_string_equal(composite(&rig, "2.schedule.chargingSchedulePeriod.1.limit"), "6");
	updated(&rig, 1, "\"limit\":14");
	assert_false(pulled(&rig, 50, frame));
	assert_int_equal(profile_ma(&rig), 14000);
	assert_false(pulled(&rig, 15, frame));
	assert_int_equal(profile_ma(&rig), 6000);
	/* without network */
	given(&rig, PROFILE("1", "5", "TxProfile", "Dynamic",
			    ",\"maxOfflineDuration\":20,\"invalidAfterOfflineDuration\":true",
			    "\"limit\":16"));
	assert_int_equal(profile_ma(&rig), 16000);
	client_closed(&rig.pile, 0, STR("cut"));
	rig.pile.link.next_connect_us = INT64_MAX;
	rig_run(&rig, 15000);
	assert_int_equal(profile_ma(&rig), 16000);
	rig_run(&rig, 10000);
	assert_int_equal(profile_ma(&rig), 6000);
	assert_int_equal(rig.pile.profiles.len, 1);
	rig_end(&rig);
}

static void allow(struct rig *rig, const char *name, const char *modes, const char *status)
{
	char text[256];

	snprintf(text, sizeof(text), "{\"transactionId\":\"%s\",\"allowedEnergyTransfer\":[%s]}",
		name, modes);
	told(rig, "NotifyAllowedEnergyTransfer", text, status);
}

#define SETPOINT(level, values) \
	PROFILE("4", level, "TxProfile", "Dynamic", "", \
		"\"operationMode\":\"CentralSetpoint\"," values)

/* Energy flows back only where outlet, car and the server's word let it, and is counted on its own.
 */
static void test_gives_back(void **state)
{
	struct rig rig;
	char name[64];
	struct evse *evse;

	(void)state;
	online(&rig, OCPP_21);
	rig.pile.outlets[0].hal.back_ma = 16000;
	rig.sims[0].car_back_ma = 12000;
	charge(&rig, name);
	evse = &rig.pile.outlets[0].evse;
	given(&rig, SETPOINT("5", "\"setpoint\":-10"));
	rig_run(&rig, 7000);
	answer_all(&rig, "TransactionEvent", "{}");
	/* nobody allowed it: the car takes nothing, and gives nothing */
	assert_int_equal(evse->give_ma, 0);
	assert_int_equal(evse->offer.ma, 0);
	allow(&rig, "other-1", "\"AC_BPT\"", "Rejected");
	allow(&rig, name, "\"AC_three_phase\"", "Accepted");
	rig_run(&rig, 1000);
	assert_int_equal(evse->give_ma, 0);
	allow(&rig, name, "\"AC_three_phase\",\"AC_BPT\"", "Accepted");
	rig_run(&rig, 20000);
	hear(&rig);
	assert_int_equal(evse->give_ma, 10000);
	assert_int_equal(rig.sims[0].current_ma, 10000);
	assert_true(rig.sims[0].gives && rig.sims[0].contactor_closed);
	/* never more than the limit of what may flow back, nor than the outlet */
	updated(&rig, 4, "\"setpoint\":-500,\"dischargeLimit\":-8");
	rig_run(&rig, 1000);
	assert_int_equal(evse->give_ma, 8000);
	updated(&rig, 4, "\"dischargeLimit\":-400");
	rig_run(&rig, 1000);
	assert_int_equal(evse->give_ma, 16000);
	assert_string_equal(composite(&rig, "2.schedule.chargingSchedulePeriod.0.operationMode"),
		"CentralSetpoint");
	/* above zero the car takes so much; idle takes and gives nothing */
	updated(&rig, 4, "\"setpoint\":9");
	rig_run(&rig, 6000);
	assert_int_equal(evse->give_ma, 0);
	assert_int_equal(evse->offer.ma, 9000);
	given(&rig, PROFILE("5", "6", "TxProfile", "Relative", "", "\"operationMode\":\"Idle\""));
	rig_run(&rig, 1000);
	assert_int_equal(evse->offer.ma, 0);
	rig_end(&rig);
}

/* The permission is the charge's: there after a restart, taken back for good, gone at its end. */
static void test_gives_after_restart(void **state)
{
	struct rig rig;
	struct outlet *outlet;
	char name[64];

	(void)state;
	online(&rig, OCPP_21);
	outlet = &rig.pile.outlets[0];
	charge(&rig, name);
	allow(&rig, name, "\"AC_BPT\"", "Accepted");
	outlet->allows_back = false;
	profiles_free(&rig.pile);
	profiles_load(&rig.pile);
	assert_true(outlet->allows_back);
	assert_false(rig.pile.outlets[1].allows_back);
	allow(&rig, name, "\"AC_three_phase\"", "Accepted");
	profiles_free(&rig.pile);
	profiles_load(&rig.pile);
	assert_false(outlet->allows_back);
	allow(&rig, name, "\"AC_BPT\"", "Accepted");
	pile_stop(&rig.pile, outlet, STOP_REMOTE, "");
	rig_run(&rig, 2000);
	profiles_free(&rig.pile);
	profiles_load(&rig.pile);
	assert_false(outlet->allows_back);
	rig_end(&rig);
}

/* A car that gives back all it can, and may. */
static void giving(struct rig *rig, char ret_name[64])
{
	online(rig, OCPP_21);
	rig->pile.outlets[0].hal.back_ma = rig->sims[0].car_back_ma = 16000;
	charge(rig, ret_name);
	allow(rig, ret_name, "\"AC_BPT\"", "Accepted");
	given(rig, SETPOINT("5", "\"setpoint\":-16"));
}

/* Nothing flows back while something is wrong, nor more than the outlet is set to. */
static void test_gives_within_bounds(void **state)
{
	struct rig rig;
	char name[64];
	struct evse *evse;

	(void)state;
	giving(&rig, name);
	evse = &rig.pile.outlets[0].evse;
	rig_run(&rig, 2000);
	assert_int_equal(evse->give_ma, 16000);
	rig.sims[0].voltage_mv = 290000;
	rig_run(&rig, 2000);
	assert_true(evse->protect.active & 1u << PROTECT_OVERVOLTAGE);
	assert_int_equal(evse->give_ma, 0);
	assert_false(rig.sims[0].gives);
	rig.sims[0].voltage_mv = 230000;
	rig_run(&rig, 10000);
	assert_int_equal(evse->give_ma, 16000);
	evse->limit_ma = 10000;
	rig_run(&rig, 2000);
	assert_int_equal(evse->give_ma, 10000);
	rig_end(&rig);
}

/* What it gave is told at the end beside what it took, and the register outlives a restart. */
static void test_export_is_counted(void **state)
{
	struct rig rig;
	char name[64], frame[4096];
	int64_t given_dwh;

	(void)state;
	giving(&rig, name);
	for (int i = 0; i < 200; i++) {
		rig_run(&rig, 1000);
		hear(&rig);
	}
	given_dwh = rig.pile.outlets[0].evse.meter.export_dwh;
	assert_true(given_dwh > 5000); /* 11 kW for more than two minutes are half a kWh */
	assert_true(rig.pile.outlets[0].evse.meter.register_dwh < 1000);
	assert_int_equal(rig.pile.outlets[0].evse.state, EVSE_CHARGING);
	pile_sample(&rig.pile, &rig.pile.outlets[0], SPOOL_PERIODIC);
	rig_expect(&rig, "TransactionEvent", frame);
	assert_non_null(strstr(frame, "\"measurand\":\"Energy.Active.Export.Register\""));
	assert_non_null(strstr(frame, "\"measurand\":\"Power.Active.Export\""));
	rig_answer(&rig, frame, "{}");
	export_keep(&rig.pile, &rig.pile.outlets[0]);
	rig.pile.outlets[0].evse.meter.export_dwh = 0;
	export_load(&rig.pile, &rig.pile.outlets[0]);
	assert_true(rig.pile.outlets[0].evse.meter.export_dwh >= given_dwh);
	rig_tap(&rig, 1, "CARD-1");
	do {
		rig_expect(&rig, "TransactionEvent", frame);
		rig_answer(&rig, frame, "{}");
	} while (strcmp(rig_part(frame, "3.eventType"), "Ended") != 0);
	assert_non_null(strstr(frame, "\"measurand\":\"Energy.Active.Export.Register\""));
	assert_false(rig.pile.outlets[0].allows_back);
	rig_end(&rig);
}

/* What cannot be followed is refused, not half followed. */
static void test_unsupported_periods(void **state)
{
	static const char *const periods[] = {
		"\"operationMode\":\"CentralSetpoint\",\"limit\":6",
		"\"operationMode\":\"LocalFrequency\",\"limit\":6",
		"\"operationMode\":\"ExternalSetpoint\",\"limit\":6",
		"\"operationMode\":\"CentralSetpoint\",\"setpoint\":-5,\"setpoint_L2\":-6",
		"\"operationMode\":\"CentralSetpoint\",\"setpoint\":-99999999",
		"\"numberPhases\":3",
	};
	struct rig rig;
	char name[64], text[512];

	(void)state;
	charging(&rig, name);
	for (size_t i = 0; i < sizeof(periods) / sizeof(periods[0]); i++) {
		snprintf(text, sizeof(text),
			"{\"evseId\":1,\"chargingProfile\":{\"id\":4,\"stackLevel\":1,"
			"\"chargingProfilePurpose\":\"TxProfile\",\"chargingProfileKind\":"
			"\"Dynamic\","
			"\"chargingSchedule\":[{\"id\":1,\"chargingRateUnit\":\"A\","
			"\"chargingSchedulePeriod\":[{\"startPeriod\":0,%s}]}]}}",
			periods[i]);
		told(&rig, "SetChargingProfile", text, "Rejected");
	}
	rig_end(&rig);
}

#define LIMIT(id, fallback, values) \
	"{\"isDefault\":" fallback ",\"controlId\":\"" id \
	"\",\"controlType\":\"LimitMaxDischarge\"," \
	"\"limitMaxDischarge\":{\"priority\":" values "}}"
#define NINE_WIDE \
	"\xf0\x9f\x94\x8c\xf0\x9f\x94\x8c\xf0\x9f\x94\x8c" \
	"\xf0\x9f\x94\x8c\xf0\x9f\x94\x8c\xf0\x9f\x94\x8c" \
	"\xf0\x9f\x94\x8c\xf0\x9f\x94\x8c\xf0\x9f\x94\x8c"
#define SHARE(percent) "\"pctMaxDischargePower\":" percent

/* What no control of this pile can be. */
static void test_grid_controls_refused(void **state)
{
	static const struct {
		const char *payload, *status;
	} cases[] = {
		{LIMIT("a", "true", "1"), "Rejected"}, /* no share */
		{LIMIT("a", "true", "1," SHARE("100.5")), "Rejected"},
		{LIMIT("a", "true", "1," SHARE("-1")), "Rejected"},
		{LIMIT("a", "true", "1," SHARE("50") ",\"duration\":60"), "Rejected"},
		{LIMIT("a", "false", "1," SHARE("50")), "Rejected"}, /* when? */
		{LIMIT("a", "false", "1," SHARE("50") ",\"duration\":0"), "Rejected"},
		{LIMIT("", "true", "1," SHARE("50")), "Rejected"},
		/* 36 characters fit, and are more bytes than a name has room for */
		{LIMIT(NINE_WIDE NINE_WIDE NINE_WIDE NINE_WIDE, "true", "1," SHARE("50")),
			"Rejected"},
		{"{\"isDefault\":true,\"controlId\":\"v\",\"controlType\":\"VoltVar\"}",
			"NotSupported"},
		{"{\"isDefault\":true,\"controlId\":\"v\",\"controlType\":\"LimitMaxDischarge\","
		 "\"gradient\":{\"priority\":1,\"gradient\":2,\"softGradient\":1}}",
			"Rejected"},
	};
	struct rig rig;

	(void)state;
	online(&rig, OCPP_21);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		told(&rig, "SetDERControl", cases[i].payload, cases[i].status);
	told(&rig, "GetDERControl", "{\"requestId\":1}", "NotFound");
	told(&rig, "GetDERControl", "{\"requestId\":1,\"controlType\":\"WattVar\"}",
		"NotSupported");
	told(&rig, "ClearDERControl", "{\"isDefault\":true}", "NotFound");
	told(&rig, "ClearDERControl", "{\"isDefault\":true,\"controlType\":\"WattVar\"}",
		"NotSupported");
	for (int i = 0; i < DER_MOST; i++) {
		char text[256];

		snprintf(text, sizeof(text), LIMIT("c%d", "true", "1," SHARE("1")), i);
		told(&rig, "SetDERControl", text, "Accepted");
	}
	told(&rig, "SetDERControl", LIMIT("more", "true", "1," SHARE("1")), "Rejected");
	rig_end(&rig);
}

/* Time passes until the server is told of a control. */
static void expect_news(struct rig *rig, const char *id, const char *begun)
{
	char frame[4096];

	for (int i = 0; i < 600; i++) {
		rig_run(rig, 100);
		hear(rig);
		if (rig->frames_len > 0)
			break;
	}
	rig_expect(rig, "NotifyDERStartStop", frame);
	assert_string_equal(rig_part(frame, "3.controlId"), id);
	assert_string_equal(rig_part(frame, "3.started"), begun);
	rig_answer(rig, frame, "{}");
}

/* Defaults by rank; a scheduled one stands before them while its time lasts, and is told of. */
static void test_grid_controls(void **state)
{
	struct rig rig;
	char name[64], frame[4096];
	struct evse *evse;

	(void)state;
	giving(&rig, name);
	evse = &rig.pile.outlets[0].evse;
	rig_run(&rig, 2000);
	assert_int_equal(evse->give_ma, 16000);
	told(&rig, "SetDERControl", LIMIT("low", "true", "5," SHARE("75")), "Accepted");
	rig_run(&rig, 1100);
	assert_int_equal(evse->give_ma, 12000);
	ask(&rig, "SetDERControl", LIMIT("high", "true", "1," SHARE("50")), frame);
	assert_string_equal(rig_part(frame, "2.status"), "Accepted");
	assert_string_equal(rig_part(frame, "2.supersededIds.0"), "low");
	rig_run(&rig, 1100);
	assert_int_equal(evse->give_ma, 8000);
	told(&rig, "SetDERControl", LIMIT("now", "false", "0," SHARE("25") ",\"duration\":30"),
		"Accepted");
	expect_news(&rig, "now", "true");
	rig_run(&rig, 1100);
	assert_int_equal(evse->give_ma, 4000);
	expect_news(&rig, "now", "false");
	rig_run(&rig, 1100);
	assert_int_equal(evse->give_ma, 8000);
	told(&rig, "ClearDERControl", "{\"isDefault\":true}", "Accepted");
	rig_run(&rig, 1100);
	assert_int_equal(evse->give_ma, 16000);
	rig_end(&rig);
}

/* What is kept is told back one by one, lasts over a restart, and goes by name or by kind. */
static void test_grid_controls_are_kept(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_21);
	told(&rig, "SetDERControl", LIMIT("a", "true", "5," SHARE("75")), "Accepted");
	told(&rig, "SetDERControl", LIMIT("b", "true", "4," SHARE("60")), "Accepted");
	told(&rig, "SetDERControl",
		LIMIT("later", "false",
			"2," SHARE(
				"20") ",\"startTime\":\"2031-01-01T00:00:00Z\",\"duration\":3600"),
		"Accepted");
	told(&rig, "SetDERControl", LIMIT("b", "true", "4," SHARE("40")), "Accepted");
	der_free(&rig.pile);
	der_load(&rig.pile);
	assert_int_equal(rig.pile.der.len, 3);
	told(&rig, "GetDERControl", "{\"requestId\":7,\"controlId\":\"a\"}", "Accepted");
	rig_expect(&rig, "ReportDERControl", frame);
	assert_string_equal(rig_part(frame, "3.requestId"), "7");
	assert_string_equal(rig_part(frame, "3.limitMaxDischarge.0.id"), "a");
	assert_string_equal(rig_part(frame, "3.limitMaxDischarge.0.isSuperseded"), "true");
	assert_string_equal(rig_part(frame, "3.tbc"), "false");
	rig_answer(&rig, frame, "{}");
	told(&rig, "GetDERControl", "{\"requestId\":8,\"isDefault\":true}", "Accepted");
	rig_expect(&rig, "ReportDERControl", frame);
	assert_string_equal(rig_part(frame, "3.tbc"), "true");
	rig_answer(&rig, frame, "{}");
	rig_expect(&rig, "ReportDERControl", frame);
	assert_string_equal(rig_part(frame, "3.tbc"), "false");
	rig_answer(&rig, frame, "{}");
	told(&rig, "ClearDERControl", "{\"isDefault\":true,\"controlId\":\"later\"}", "NotFound");
	told(&rig, "ClearDERControl", "{\"isDefault\":false,\"controlId\":\"later\"}", "Accepted");
	told(&rig, "ClearDERControl", "{\"isDefault\":true}", "Accepted");
	assert_int_equal(rig.pile.der.len, 0);
	der_load(&rig.pile);
	assert_int_equal(rig.pile.der.len, 0);
	rig_end(&rig);
}

/* Where energy may flow back, the grid's voltage out of its bounds is an alarm, and its end. */
static void test_grid_alarm(void **state)
{
	struct rig rig;
	char frame[4096];
	bool began = false, ended = false;

	(void)state;
	online(&rig, OCPP_21);
	rig.pile.outlets[0].hal.back_ma = 16000;
	rig.sims[0].voltage_mv = 290000;
	for (int i = 0; i < 600 && !ended; i++) {
		rig_run(&rig, 100);
		while (rig_take(&rig, frame)) {
			if (strcmp(rig_part(frame, "2"), "NotifyDERAlarm") == 0) {
				assert_string_equal(
					rig_part(frame, "3.gridEventFault"), "OverVoltage");
				ended = strcmp(rig_part(frame, "3.alarmEnded"), "true") == 0;
				began = began || !ended;
				rig.sims[0].voltage_mv = 230000;
			}
			rig_answer(&rig, frame, "{}");
		}
	}
	assert_true(began && ended);
	rig_end(&rig);
}

/* 2.0.1 knows none of it. */
static void test_older_version(void **state)
{
	struct rig rig;
	char frame[4096];

	(void)state;
	online(&rig, OCPP_201);
	ask(&rig, "UsePriorityCharging", "{\"transactionId\":\"x\",\"activate\":true}", frame);
	assert_string_equal(rig_part(frame, "0"), "4");
	ask(&rig, "SetChargingProfile",
		PROFILE("2", "0", "PriorityCharging", "Relative", "", "\"limit\":6"), frame);
	assert_string_equal(rig_part(frame, "0"), "4");
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_priority_has_bounds),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_asks_for_updates),
		cmocka_unit_test(test_updates_stop),
		cmocka_unit_test(test_gives_back),
		cmocka_unit_test(test_gives_after_restart),
		cmocka_unit_test(test_gives_within_bounds),
		cmocka_unit_test(test_export_is_counted),
		cmocka_unit_test(test_unsupported_periods),
		cmocka_unit_test(test_grid_controls_refused),
		cmocka_unit_test(test_grid_controls),
		cmocka_unit_test(test_grid_controls_are_kept),
		cmocka_unit_test(test_grid_alarm),
		cmocka_unit_test(test_older_version),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
