/* test_faults.c - what goes wrong at an outlet, told to a server of each version: one table of
 * every protection, what causes it, and what status, event and transaction the server hears of,
 * until it is over. Also the warnings of a warm outlet, and what waits while there is no
 * connection. */
#include "pile/told.h"
#include "rig_talk.h"

#define HEARD_EVENTS 64

struct heard_event {
	char component[32], variable[24], value[24], code[8], trigger[16], type[32], severity[4];
	char tx[40], at[32];
	bool cleared, connector;
};

/* All that came since it was emptied. */
struct heard {
	char status[24], error[32], vendor_code[8]; /* the last of outlet 1 */
	char faulted_error[32], faulted_code[8];    /* the first that was Faulted */
	bool faulted;
	char stop_trigger[32], stop_reason[32], stop_offline[8]; /* of the transaction's end */
	char suspend_trigger[32]; /* of the last change to SuspendedEVSE */
	int rates, starts, stops; /* ChargingRateChanged; transactions begun and ended */
	struct heard_event events[HEARD_EVENTS];
	size_t events_len;
};

#define TAKE(room, frame, path) snprintf(room, sizeof(room), "%s", rig_part(frame, path))

static void hear_status(struct heard *heard, const char *frame, bool is_16)
{
	const char *where = rig_part(frame, is_16 ? "3.connectorId" : "3.evseId");

	if (strcmp(where, "1") != 0)
		return;
	TAKE(heard->status, frame, is_16 ? "3.status" : "3.connectorStatus");
	TAKE(heard->error, frame, "3.errorCode");
	TAKE(heard->vendor_code, frame, "3.vendorErrorCode");
	if (strcmp(heard->status, "Faulted") == 0 && !heard->faulted) {
		heard->faulted = true;
		TAKE(heard->faulted_error, frame, "3.errorCode");
		TAKE(heard->faulted_code, frame, "3.vendorErrorCode");
	}
}

static void hear_transaction(struct heard *heard, const char *frame)
{
	const char *type = rig_part(frame, "3.eventType");
	const char *trigger = rig_part(frame, "3.triggerReason");

	if (strcmp(type, "Started") == 0)
		heard->starts++;
	if (strcmp(trigger, "ChargingRateChanged") == 0)
		heard->rates++;
	if (strcmp(type, "Updated") == 0 && strcmp(trigger, "ChargingRateChanged") != 0 &&
		strcmp(trigger, "MeterValuePeriodic") != 0 &&
		strcmp(rig_part(frame, "3.transactionInfo.chargingState"), "SuspendedEVSE") == 0)
		TAKE(heard->suspend_trigger, frame, "3.triggerReason");
	if (strcmp(type, "Ended") == 0) {
		heard->stops++;
		TAKE(heard->stop_trigger, frame, "3.triggerReason");
		TAKE(heard->stop_reason, frame, "3.transactionInfo.stoppedReason");
		TAKE(heard->stop_offline, frame, "3.offline");
	}
}

static void hear_event(struct heard *heard, const char *frame)
{
	struct heard_event *event = &heard->events[heard->events_len];

	assert_true(heard->events_len < HEARD_EVENTS);
	heard->events_len++;
	TAKE(event->component, frame, "3.eventData.0.component.name");
	TAKE(event->variable, frame, "3.eventData.0.variable.name");
	TAKE(event->value, frame, "3.eventData.0.actualValue");
	TAKE(event->code, frame, "3.eventData.0.techCode");
	TAKE(event->trigger, frame, "3.eventData.0.trigger");
	TAKE(event->type, frame, "3.eventData.0.eventNotificationType");
	TAKE(event->severity, frame, "3.eventData.0.severity");
	TAKE(event->tx, frame, "3.eventData.0.transactionId");
	TAKE(event->at, frame, "3.eventData.0.timestamp");
	event->cleared = strcmp(rig_part(frame, "3.eventData.0.cleared"), "true") == 0;
	event->connector = rig_part(frame, "3.eventData.0.component.evse.connectorId")[0] != 0;
	assert_string_equal(rig_part(frame, "3.eventData.0.component.evse.id"), "1");
}

/* Answers what came, and notes it. */
static void hear(struct rig *rig, struct heard *heard)
{
	static const char boot[] =
		"{\"status\":\"Accepted\",\"currentTime\":\"2027-01-15T08:00:01Z\",\"interval\":"
		"86400}";
	char frame[4096];

	while (rig_take(rig, frame)) {
		char action[40];
		TAKE(action, frame, "2");
		if (strcmp(action, "StatusNotification") == 0)
			hear_status(heard, frame, rig->version == OCPP_16);
		else if (strcmp(action, "TransactionEvent") == 0)
			hear_transaction(heard, frame);
		else if (strcmp(action, "NotifyEvent") == 0)
			hear_event(heard, frame);
		else if (strcmp(action, "StopTransaction") == 0)
			TAKE(heard->stop_reason, frame, "3.reason"), heard->stops++;
		if (strcmp(action, "BootNotification") == 0)
			rig_answer(rig, frame, boot);
		else if (strcmp(action, "StartTransaction") == 0)
			rig_answer(rig, frame, started), heard->starts++;
		else if (strcmp(action, "Authorize") == 0)
			rig_answer(rig, frame,
				rig->version == OCPP_16
					? accepted
					: "{\"idTokenInfo\":{\"status\":\"Accepted\"}}");
		else
			rig_answer(rig, frame, "{}");
	}
}

static void serve(struct rig *rig, struct heard *heard, int64_t ms)
{
	for (int64_t t = 0; t < ms; t += 200) {
		rig_run(rig, 200);
		hear(rig, heard);
	}
}

static const struct heard_event *find(const struct heard *heard, const char *code, bool cleared)
{
	for (size_t i = 0; i < heard->events_len; i++)
		if (strcmp(heard->events[i].code, code) == 0 && heard->events[i].cleared == cleared)
			return &heard->events[i];
	return NULL;
}

/* ---- the table ---- */

enum when {
	CHARGING = 0, /* the cause comes while energy flows */
	BEFORE,       /* ... before the car does */
	AT_THE_END,   /* ... while energy flows, but is seen when the contactor is to open */
};

static const struct fault_case {
	enum protect_kind kind;
	enum when when;
	uint32_t fault;
	int32_t voltage_mv;   /* 0 as it is */
	bool remote;          /* the operator's emergency stop */
	enum hal_plug direct; /* an outlet for direct current */
	int64_t ms;           /* until it is seen */
	const char *error;    /* 1.6: errorCode */
	const char *component, *variable;
	const char *reason; /* 2.x: stoppedReason; NULL goes on; "" there is no charge */
	const char *reason_16;
} cases[] = {
	{PROTECT_EMERGENCY, CHARGING, SIM_FAULT_EMERGENCY, 0, false, HAL_PLUG_NONE, 1000,
		"OtherError", "EmergencyStopSensor", "Tripped", "EmergencyStop", "EmergencyStop"},
	{PROTECT_REMOTE_STOP, CHARGING, 0, 0, true, HAL_PLUG_NONE, 1000, "OtherError", "EVSE",
		"Problem", "EmergencyStop", "EmergencyStop"},
	{PROTECT_RESIDUAL, CHARGING, SIM_FAULT_RESIDUAL, 0, false, HAL_PLUG_NONE, 1000,
		"GroundFailure", "RCD", "Tripped", "GroundFault", "Other"},
	{PROTECT_RESIDUAL_DC, CHARGING, SIM_FAULT_RESIDUAL_DC, 0, false, HAL_PLUG_NONE, 1000,
		"GroundFailure", "RCD", "Tripped", "GroundFault", "Other"},
	{PROTECT_INSULATION, BEFORE, SIM_FAULT_INSULATION, 0, false, HAL_PLUG_CCS2, 8000,
		"GroundFailure", "GroundIsolationProtection", "Problem", "GroundFault", "Other"},
	{PROTECT_SURGE, CHARGING, SIM_FAULT_SURGE, 0, false, HAL_PLUG_NONE, 1000, "OtherError",
		"ElectricalFeed", "Problem", "Other", "Other"},
	{PROTECT_WATER, CHARGING, SIM_FAULT_WATER, 0, false, HAL_PLUG_NONE, 2000, "OtherError",
		"FloodSensor", "Tripped", "Other", "Other"},
	{PROTECT_DOOR, CHARGING, SIM_FAULT_DOOR, 0, false, HAL_PLUG_NONE, 2000, "OtherError",
		"CaseAccessSensor", "Tripped", "Other", "Other"},
	{PROTECT_OVERCURRENT, CHARGING, SIM_FAULT_OVERCURRENT, 0, false, HAL_PLUG_NONE, 9000,
		"OverCurrentFailure", "OverCurrentProtection", "Operated", "OvercurrentFault",
		"Other"},
	{PROTECT_OVERHEAT, CHARGING, SIM_FAULT_OVERHEAT, 0, false, HAL_PLUG_NONE, 200000,
		"HighTemperature", "Connector", "Problem", NULL, NULL},
	{PROTECT_CABINET_HEAT, CHARGING, SIM_FAULT_CABINET, 0, false, HAL_PLUG_NONE, 200000,
		"HighTemperature", "EVSE", "Problem", NULL, NULL},
	{PROTECT_WELDED, AT_THE_END, SIM_FAULT_WELDED, 0, false, HAL_PLUG_NONE, 12000,
		"PowerSwitchFailure", "PowerContactor", "Problem", "Other", "Other"},
	{PROTECT_CONTACTOR_DEAD, CHARGING, SIM_FAULT_CONTACTOR_DEAD, 0, false, HAL_PLUG_NONE, 2000,
		"PowerSwitchFailure", "PowerContactor", "Problem", "Other", "Other"},
	{PROTECT_OVERVOLTAGE, CHARGING, 0, 260000, false, HAL_PLUG_NONE, 2000, "OverVoltage",
		"ElectricalFeed", "Problem", NULL, NULL},
	{PROTECT_UNDERVOLTAGE, CHARGING, 0, 190000, false, HAL_PLUG_NONE, 2000, "UnderVoltage",
		"ElectricalFeed", "Problem", NULL, NULL},
	{PROTECT_METER, CHARGING, SIM_FAULT_METER_FROZEN, 0, false, HAL_PLUG_NONE, 20000,
		"PowerMeterFailure", "FiscalMetering", "Problem", "Other", "Other"},
	{PROTECT_METER, CHARGING, SIM_FAULT_METER_BACK, 0, false, HAL_PLUG_NONE, 6000,
		"PowerMeterFailure", "FiscalMetering", "Problem", "Other", "Other"},
	{PROTECT_METER, CHARGING, SIM_FAULT_METER_JUMP, 0, false, HAL_PLUG_NONE, 2000,
		"PowerMeterFailure", "FiscalMetering", "Problem", "Other", "Other"},
	{PROTECT_METER, CHARGING, SIM_FAULT_METER_SILENT, 0, false, HAL_PLUG_NONE, 6000,
		"PowerMeterFailure", "FiscalMetering", "Problem", "Other", "Other"},
	{PROTECT_LOCK, BEFORE, SIM_FAULT_LOCK, 0, false, HAL_PLUG_NONE, 6000,
		"ConnectorLockFailure", "ConnectorPlugRetentionLock", "Problem", "Other", "Other"},
	{PROTECT_PILOT, CHARGING, SIM_FAULT_DIODE, 0, false, HAL_PLUG_NONE, 1000,
		"EVCommunicationError", "CPPWMController", "Problem", NULL, NULL},
	{PROTECT_RESIDUAL_TEST, BEFORE, SIM_FAULT_RESIDUAL_TEST, 0, false, HAL_PLUG_NONE, 2000,
		"GroundFailure", "RCD", "Problem", "", ""},
	{PROTECT_SOURCE, BEFORE, SIM_FAULT_SOURCE, 0, false, HAL_PLUG_CCS2, 50000, "InternalError",
		"AcDcConverter", "Problem", "Other", "Other"},
	{PROTECT_CAR, CHARGING, SIM_FAULT_CAR_SILENT, 0, false, HAL_PLUG_GBT_DC, 60000,
		"EVCommunicationError", "ConnectedEV", "Problem", "Other", "Other"},
	{PROTECT_HARDWARE, CHARGING, SIM_FAULT_SENSORS, 0, false, HAL_PLUG_NONE, 3000,
		"InternalError", "Controller", "Problem", "Other", "Other"},
};
#define CASES (sizeof(cases) / sizeof(cases[0]))

static void begin(struct rig *rig, const struct fault_case *one, enum ocpp_version version,
	struct heard *heard)
{
	memset(heard, 0, sizeof(*heard));
	memset(rig, 0, sizeof(*rig));
	rig->direct = one ? one->direct : HAL_PLUG_NONE;
	rig_start_with(rig, version);
	serve(rig, heard, 2000);
	assert_string_equal(heard->status, "Available");
	if (one && one->when == BEFORE)
		rig->sims[0].faults = one->fault;
	rig_plug(rig, 1, 30);
	serve(rig, heard, 1000);
	assert_true(sim_tap(&rig->sims[0], "CARD-1", 6));
}

static void set_cause(struct rig *rig, const struct fault_case *one, bool on)
{
	rig->sims[0].faults = on ? one->fault : 0;
	rig->sims[0].voltage_mv = on && one->voltage_mv ? one->voltage_mv : 230000;
	if (one->remote)
		assert_true(pile_emergency(&rig->pile, 1, on));
}

static void cause(struct rig *rig, const struct fault_case *one, struct heard *heard)
{
	if (one->when != BEFORE) {
		serve(rig, heard, one->direct ? 20000 : 4000);
		assert_string_equal(rig_status(rig, 1), "Charging");
		assert_int_equal(heard->starts, 1);
		assert_false(heard->faulted);
		set_cause(rig, one, true);
	}
	if (one->when == AT_THE_END) {
		serve(rig, heard, 2000);
		assert_string_equal(rig_status(rig, 1), "Charging");
		assert_true(sim_tap(&rig->sims[0], "CARD-1", 6));
	}
	serve(rig, heard, one->ms);
	if (!(rig->pile.outlets[0].evse.protect.active & 1u << one->kind))
		fail_msg("%s is not seen", protect_row(one->kind)->word);
	assert_false(rig->sims[0].contactor_closed && one->kind != PROTECT_WELDED);
}

static void check_16(const struct fault_case *one, const struct heard *heard)
{
	assert_true(heard->faulted);
	assert_string_equal(heard->faulted_error, one->error);
	assert_string_equal(heard->faulted_code, protect_row(one->kind)->code);
	assert_string_equal(heard->status, "Faulted");
	assert_int_equal(heard->stops, one->reason_16 && one->reason_16[0] ? 1 : 0);
	if (one->reason_16)
		assert_string_equal(
			heard->stop_reason, one->when == AT_THE_END ? "Local" : one->reason_16);
	assert_int_equal(heard->events_len, 0);
}

static void check_2(const struct fault_case *one, const struct heard *heard)
{
	const struct heard_event *event = find(heard, protect_row(one->kind)->code, false);
	char severity[4];

	assert_string_equal(heard->status, "Faulted");
	assert_non_null(event);
	assert_string_equal(event->component, one->component);
	assert_string_equal(event->variable, one->variable);
	assert_string_equal(event->value, "true");
	assert_string_equal(event->trigger, "Alerting");
	assert_string_equal(event->type, "HardWiredNotification");
	assert_int_equal(event->connector, strncmp(one->component, "Connector", 9) == 0);
	assert_null(find(heard, protect_row(one->kind)->code, true));
	snprintf(severity, sizeof(severity), "%d", protect_row(one->kind)->severity);
	assert_true(!event->severity[0] || strcmp(event->severity, severity) == 0);
	if (!one->reason) {
		assert_true(event->tx[0]);
		assert_string_equal(heard->suspend_trigger, "AbnormalCondition");
		assert_int_equal(heard->stops, 0);
	} else if (!one->reason[0]) {
		assert_string_equal(event->tx, "");
		assert_int_equal(heard->starts, 0);
	} else if (one->when == AT_THE_END) {
		assert_string_equal(heard->stop_reason, "Local");
		assert_string_equal(heard->stop_trigger, "StopAuthorized");
	} else {
		assert_true(event->tx[0]);
		assert_int_equal(heard->stops, 1);
		assert_string_equal(heard->stop_trigger, "AbnormalCondition");
		assert_string_equal(heard->stop_reason, one->reason);
	}
}

/* The cause goes: a charge that was only held up goes on; else the car leaves and all is well. */
static void check_over(struct rig *rig, const struct fault_case *one, struct heard *heard)
{
	const struct heard_event *event;

	memset(heard, 0, sizeof(*heard));
	set_cause(rig, one, false);
	if (!one->reason) {
		serve(rig, heard, 200000);
		assert_string_equal(rig_status(rig, 1), "Charging");
		assert_int_equal(heard->stops, 0);
		assert_string_equal(
			heard->status, rig->version == OCPP_16 ? "Charging" : "Occupied");
	} else {
		sim_unplug(&rig->sims[0]);
		serve(rig, heard, 70000);
		assert_string_equal(heard->status, "Available");
	}
	assert_int_equal(rig->pile.outlets[0].evse.protect.active, 0);
	event = find(heard, protect_row(one->kind)->code, true);
	if (rig->version == OCPP_16) {
		assert_string_equal(heard->error, "NoError");
		assert_string_equal(heard->vendor_code, "");
		return;
	}
	assert_non_null(event);
	assert_string_equal(event->value, "false");
	assert_string_equal(event->component, one->component);
}

static void table_in(enum ocpp_version version)
{
	for (size_t i = 0; i < CASES; i++) {
		const struct fault_case *one = &cases[i];
		struct heard heard;
		struct rig rig;

		begin(&rig, one, version, &heard);
		cause(&rig, one, &heard);
		if (version == OCPP_16)
			check_16(one, &heard);
		else
			check_2(one, &heard);
		check_over(&rig, one, &heard);
		rig_end(&rig);
	}
}

static void test_table_16(void **state)
{
	(void)state;
	table_in(OCPP_16);
}

static void test_table_201(void **state)
{
	(void)state;
	table_in(OCPP_201);
}

static void test_table_21(void **state)
{
	(void)state;
	table_in(OCPP_21);
}

/* No protection is missing in the table above, and the model has the variable of each. */
static void test_table_is_whole(void **state)
{
	struct heard heard;
	struct rig rig;

	(void)state;
	begin(&rig, NULL, OCPP_21, &heard);
	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++) {
		const struct protect_row *row = protect_row((enum protect_kind)kind);
		struct model_name name = {.component = str_from(row->component),
			.variable = str_from(row->variable),
			.evse = 2};
		struct model_variable found;
		bool told = false;
		for (size_t i = 0; i < CASES; i++)
			told = told || cases[i].kind == (enum protect_kind)kind;
		assert_true(told);
		assert_true(row->severity <= MONITOR_SEVERITY_MAX);
		assert_int_equal(model_find(&rig.pile, &name, &found), MODEL_FOUND);
		assert_true(str_is(model_value(&rig.pile, &found, &rig.arena), "false"));
		rig.pile.outlets[1].evse.protect.active = 1u << kind;
		assert_true(str_is(model_value(&rig.pile, &found, &rig.arena), "true"));
		rig.pile.outlets[1].evse.protect.active = 0;
	}
	rig_end(&rig);
}

/* ---- warm, but not too hot ---- */

/* From a warm day to a heat wave to a cool evening. */
static void warm_in(enum ocpp_version version)
{
	struct heard heard;
	struct rig rig;

	begin(&rig, NULL, version, &heard);
	serve(&rig, &heard, 4000);
	memset(&heard, 0, sizeof(heard));
	rig.sims[0].ambient_mc = 50000; /* and 30 degrees from a full load */
	serve(&rig, &heard, 240000);
	assert_string_equal(rig_status(&rig, 1), "Charging");
	assert_int_equal(outlet_easing(&rig.pile.outlets[0]), EASING_CONNECTOR);
	assert_false(heard.faulted);
	if (version == OCPP_16) {
		assert_string_equal(heard.status, "Charging");
		assert_string_equal(heard.error, "HighTemperature");
		assert_string_equal(heard.vendor_code, "W01");
	} else {
		const struct heard_event *event = find(&heard, "W01", false);
		assert_non_null(event);
		assert_string_equal(event->component, "Connector");
		assert_string_equal(event->variable, "Temperature");
		assert_in_range(strtol(event->value, NULL, 10), 68, 80);
		assert_true(heard.rates > 0);
		assert_null(find(&heard, "W01", true));
	}
	memset(&heard, 0, sizeof(heard));
	rig.sims[0].connector_mc = 89000; /* the cooling step */
	serve(&rig, &heard, 3000);
	assert_int_equal(outlet_easing(&rig.pile.outlets[0]), EASING_COOLING);
	if (version == OCPP_16) {
		assert_string_equal(heard.vendor_code, "W03");
	} else {
		assert_string_equal(find(&heard, "W03", false)->component, "AirCoolingSystem");
		assert_string_equal(find(&heard, "W03", false)->value, "true");
	}
	memset(&heard, 0, sizeof(heard));
	rig.sims[0].ambient_mc = 10000;
	serve(&rig, &heard, 400000);
	assert_int_equal(outlet_easing(&rig.pile.outlets[0]), EASING_NONE);
	if (version == OCPP_16) {
		assert_string_equal(heard.error, "NoError");
		assert_string_equal(heard.status, "Charging");
	} else {
		assert_non_null(find(&heard, "W01", true));
		assert_string_equal(find(&heard, "W03", true)->value, "false");
		assert_true(heard.rates > 0);
	}
	rig_end(&rig);
}

static void test_warm(void **state)
{
	(void)state;
	warm_in(OCPP_16);
	warm_in(OCPP_201);
	warm_in(OCPP_21);
}

/* ---- without connection ---- */

static void go_away(struct rig *rig, struct heard *heard)
{
	rig->refuse = true;
	rig_close(rig, 1000, STR("away"));
	rig_run(rig, 1000);
	memset(heard, 0, sizeof(*heard));
}

static void come_back(struct rig *rig, struct heard *heard)
{
	rig->refuse = false;
	serve(rig, heard, 70000);
}

/* A fault that came and went unseen: its events come later with their own times, in order; the end
 * of the charge is told as one of offline hours; the status is the present one. */
static void test_offline(void **state)
{
	struct heard heard;
	struct rig rig;

	(void)state;
	begin(&rig, NULL, OCPP_201, &heard);
	serve(&rig, &heard, 4000);
	go_away(&rig, &heard);
	rig.sims[0].faults = SIM_FAULT_RESIDUAL;
	rig_run(&rig, 20000);
	rig.sims[0].faults = 0;
	sim_unplug(&rig.sims[0]);
	rig_run(&rig, 60000);
	come_back(&rig, &heard);
	assert_string_equal(heard.status, "Available");
	assert_false(heard.faulted);
	assert_string_equal(heard.stop_reason, "GroundFault");
	assert_string_equal(heard.stop_trigger, "AbnormalCondition");
	assert_string_equal(heard.stop_offline, "true");
	assert_int_equal(heard.events_len, 2);
	assert_string_equal(heard.events[0].code, "E02");
	assert_false(heard.events[0].cleared);
	assert_true(heard.events[1].cleared);
	assert_true(strcmp(heard.events[0].at, heard.events[1].at) < 0);
	rig_end(&rig);
}

/* The server says how serious an event must be to wait for it. */
static void test_offline_severity(void **state)
{
	struct heard heard;
	struct rig rig;
	char frame[4096];

	(void)state;
	begin(&rig, NULL, OCPP_21, &heard);
	serve(&rig, &heard, 4000);
	rig_say(&rig, "[2,\"q\",\"SetVariables\",{\"setVariableData\":[{\"attributeValue\":\"2\","
		      "\"component\":{\"name\":\"MonitoringCtrlr\"},\"variable\":{\"name\":"
		      "\"OfflineQueuingSeverity\"}}]}]");
	assert_true(rig_take(&rig, frame));
	assert_string_equal(rig_part(frame, "2.setVariableResult.0.attributeStatus"), "Accepted");
	go_away(&rig, &heard);
	rig.sims[0].voltage_mv = 260000; /* 4: does not wait */
	rig_run(&rig, 5000);
	rig.sims[0].voltage_mv = 230000;
	rig_run(&rig, 10000);
	rig.sims[0].faults = SIM_FAULT_EMERGENCY; /* 0 does */
	rig_run(&rig, 5000);
	come_back(&rig, &heard);
	assert_int_equal(heard.events_len, 1);
	assert_string_equal(heard.events[0].code, "E01");
	rig_end(&rig);
}

/* A voltage that comes and goes for hours does not push out what is dangerous. */
static void test_offline_flood(void **state)
{
	struct heard heard;
	struct rig rig;

	(void)state;
	begin(&rig, NULL, OCPP_21, &heard);
	serve(&rig, &heard, 4000);
	go_away(&rig, &heard);
	rig.sims[0].faults = SIM_FAULT_WATER;
	rig_run(&rig, 2000);
	rig.sims[0].faults = 0;
	for (int i = 0; i < 40; i++) {
		rig.sims[0].voltage_mv = i % 2 ? 230000 : 260000;
		rig_run(&rig, 5000);
	}
	assert_int_equal(rig.pile.alerts_len, PILE_ALERTS);
	come_back(&rig, &heard);
	assert_int_equal(heard.events_len, PILE_ALERTS);
	assert_string_equal(heard.events[0].code, "E17");
	assert_string_equal(heard.events[heard.events_len - 1].code, "E07");
	rig_end(&rig);
}

/* How often an event comes to a server that answers it so. */
static int times_told(const char *code, bool nonsense)
{
	struct heard heard;
	struct rig rig;
	char frame[4096];
	int times = 0;

	begin(&rig, NULL, OCPP_201, &heard);
	serve(&rig, &heard, 4000);
	rig.sims[0].voltage_mv = 260000;
	for (int i = 0; i < 3000; i++) {
		rig_run(&rig, 100);
		while (rig_take(&rig, frame)) {
			bool event = strcmp(rig_part(frame, "2"), "NotifyEvent") == 0;
			times += event;
			if (event && !nonsense)
				rig_refuse(&rig, frame, code);
			else
				rig_answer(&rig, frame, event ? "[]" : "{}");
		}
	}
	assert_int_equal(rig.pile.alerts_len, 0);
	rig_end(&rig);
	return times;
}

static void test_refused_events(void **state)
{
	(void)state;
	assert_int_equal(times_told("NotImplemented", false), 1);
	assert_int_equal(times_told("InternalError", false), 5);
	assert_int_equal(times_told("", true), 5);
}

/* A report the server refuses is not repeated for ever. */
static void test_refused_report(void **state)
{
	struct heard heard;
	struct rig rig;
	char frame[4096];
	int times = 0;

	(void)state;
	begin(&rig, NULL, OCPP_201, &heard);
	serve(&rig, &heard, 4000);
	rig_say(&rig, "[2,\"q\",\"GetReport\",{\"requestId\":7,\"componentVariable\":[{"
		      "\"component\":{\"name\":\"RCD\"}}]}]");
	assert_true(rig_take(&rig, frame));
	for (int i = 0; i < 100; i++) {
		rig_run(&rig, 100);
		while (rig_take(&rig, frame)) {
			times += strcmp(rig_part(frame, "2"), "NotifyReport") == 0;
			rig_refuse(&rig, frame, "InternalError");
		}
	}
	assert_int_equal(times, 1);
	assert_int_equal(rig.pile.reports_len, 0);
	rig_end(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table_16),
		cmocka_unit_test(test_table_201),
		cmocka_unit_test(test_table_21),
		cmocka_unit_test(test_table_is_whole),
		cmocka_unit_test(test_warm),
		cmocka_unit_test(test_offline),
		cmocka_unit_test(test_offline_severity),
		cmocka_unit_test(test_offline_flood),
		cmocka_unit_test(test_refused_events),
		cmocka_unit_test(test_refused_report),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
