/* protect.c - the table of protections and their levels (see protect.h). */
#include "pile/protect.h"

#include "base/clock.h"
#include "base/fault.h"

#define MS US_PER_MS
#define NO 0, 0, 0 /* not measured: seen or not */

static const struct protect_row protect_rows[PROTECT_KINDS] = {
	/* code, word, OCPP error, info; component, variable, severity; side, raise at, clear at;
	 * raise, clear; latched, ends */
	[PROTECT_EMERGENCY] = {"E01", "emergency", "OtherError", "Emergency stop pressed",
		"EmergencyStopSensor", "Tripped", 0, NO, 0, 1000 * MS, false, true},
	[PROTECT_REMOTE_STOP] = {"E13", "remote-stop", "OtherError",
		"Emergency stop by the operator", "EVSE", "Problem", 0, NO, 0, 0, false, true},
	/* uA, alternating: type A, 30 mA */
	[PROTECT_RESIDUAL] = {"E02", "residual", "GroundFailure", "Residual current above limit",
		"RCD", "Tripped", 0, 1, 30000, 15000, 0, 1000 * MS, true, true},
	/* uA, direct: 6 mA */
	[PROTECT_RESIDUAL_DC] = {"E14", "residual-dc", "GroundFailure",
		"Direct residual current above 6 mA", "RCD", "Tripped", 0, 1, 6000, 3000, 0,
		1000 * MS, true, true},
	/* kilo-ohms */
	[PROTECT_INSULATION] = {"E15", "insulation", "GroundFailure", "Insulation below 100 kohm",
		"GroundIsolationProtection", "Problem", 0, -1, 99, 150, 1000 * MS, 3000 * MS, true,
		true},
	[PROTECT_SURGE] = {"E16", "surge", "OtherError", "Surge arrester spent", "ElectricalFeed",
		"Problem", 1, NO, 100 * MS, 5000 * MS, false, true},
	[PROTECT_WATER] = {"E17", "water", "OtherError", "Water in the cabinet, or it is tilted",
		"FloodSensor", "Tripped", 0, NO, 500 * MS, 60000 * MS, false, true},
	[PROTECT_DOOR] = {"E18", "door", "OtherError", "Cabinet door open", "CaseAccessSensor",
		"Tripped", 3, NO, 500 * MS, 2000 * MS, false, true},
	/* permille of the limit */
	[PROTECT_OVERCURRENT] = {"E03", "overcurrent", "OverCurrentFailure",
		"Current 10 % above limit for 7 s", "OverCurrentProtection", "Operated", 3, 1, 1101,
		1050, 7000 * MS, 5000 * MS, true, true},
	/* thousandths of a degree */
	[PROTECT_OVERHEAT] = {"E04", "overheat", "HighTemperature", "Connector too hot",
		"Connector", "Problem", 3, 1, 90000, 75000, 2000 * MS, 5000 * MS, false, false},
	[PROTECT_CABINET_HEAT] = {"E19", "cabinet-heat", "HighTemperature", "Cabinet too hot",
		"EVSE", "Problem", 3, 1, 80000, 65000, 5000 * MS, 10000 * MS, false, false},
	[PROTECT_WELDED] = {"E05", "welded", "PowerSwitchFailure", "Contactor does not open",
		"PowerContactor", "Problem", 0, NO, 500 * MS, 1000 * MS, false, true},
	[PROTECT_CONTACTOR_DEAD] = {"E06", "contactor-dead", "PowerSwitchFailure",
		"Contactor does not close", "PowerContactor", "Problem", 1, NO, 500 * MS, 1000 * MS,
		true, true},
	/* permille of the nominal voltage */
	[PROTECT_OVERVOLTAGE] = {"E07", "overvoltage", "OverVoltage", "Voltage above 110 %",
		"ElectricalFeed", "Problem", 4, 1, 1101, 1080, 400 * MS, 3000 * MS, false, false},
	[PROTECT_UNDERVOLTAGE] = {"E08", "undervoltage", "UnderVoltage", "Voltage below 85 %",
		"ElectricalFeed", "Problem", 4, -1, 849, 870, 400 * MS, 3000 * MS, false, false},
	[PROTECT_METER] = {"E09", "meter", "PowerMeterFailure",
		"Meter silent, frozen, jumping or backwards", "FiscalMetering", "Problem", 1, NO, 0,
		3000 * MS, true, true},
	[PROTECT_LOCK] = {"E10", "lock", "ConnectorLockFailure", "Plug lock does not move",
		"ConnectorPlugRetentionLock", "Problem", 1, NO, 3000 * MS, 1000 * MS, true, true},
	[PROTECT_PILOT] = {"E11", "pilot", "EVCommunicationError",
		"Control pilot in error or no diode in the car", "CPPWMController", "Problem", 4,
		NO, 500 * MS, 1000 * MS, false, false},
	[PROTECT_RESIDUAL_TEST] = {"E20", "residual-test", "GroundFailure",
		"Residual current device failed its test", "RCD", "Problem", 1, NO, 0, 0, true,
		true},
	[PROTECT_SOURCE] = {"E21", "source", "InternalError",
		"Direct current source does not follow", "AcDcConverter", "Problem", 1, NO, 0,
		1000 * MS, true, true},
	[PROTECT_CAR] = {"E22", "car", "EVCommunicationError",
		"The car's battery does not answer or does not fit", "ConnectedEV", "Problem", 4,
		NO, 0, 0, true, true},
	[PROTECT_HARDWARE] = {"E12", "hardware", "InternalError", "A part does not answer",
		"Controller", "Problem", 1, NO, 1000 * MS, 1000 * MS, false, true},
};

const struct protect_row *protect_row(enum protect_kind kind)
{
	ASSERT(kind < PROTECT_KINDS);
	return &protect_rows[kind];
}

struct protect_look protect_look_none(void)
{
	struct protect_look look = {.seen = 0};

	for (int kind = 0; kind < PROTECT_KINDS; kind++)
		look.values[kind] = PROTECT_NO_VALUE;
	return look;
}

/* A value between the two limits leaves the cause as it was. */
static bool protect_cause(const struct protect_row *row, int64_t value, bool before)
{
	int64_t limit = before ? row->clear_at : row->raise_at;

	if (value == PROTECT_NO_VALUE)
		return false;
	if (row->side > 0)
		return before ? value > limit : value >= limit;
	return before ? value < limit : value <= limit;
}

uint32_t protect_update(
	struct protect *protect, const struct protect_look *look, bool plugged, int64_t ticks_us)
{
	uint32_t active = protect->active, causes = look->seen;

	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++) {
		const struct protect_row *row = &protect_rows[kind];
		uint32_t bit = UINT32_C(1) << kind;
		bool before = protect->causes & bit;

		if (row->side && protect_cause(row, look->values[kind], before))
			causes |= bit;
		if (!!(causes & bit) != before)
			protect->since_us[kind] = ticks_us;
		if (causes & bit && ticks_us - protect->since_us[kind] >= row->raise_us)
			protect->active |= bit;
		if (!(causes & bit) && ticks_us - protect->since_us[kind] >= row->clear_us &&
			(!row->latched || !plugged))
			protect->active &= ~bit;
	}
	protect->causes = causes;
	return active ^ protect->active;
}

enum protect_kind protect_first(const struct protect *protect)
{
	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++)
		if (protect->active & UINT32_C(1) << kind)
			return (enum protect_kind)kind;
	return PROTECT_KINDS;
}

enum protect_kind protect_ending(const struct protect *protect)
{
	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++)
		if (protect->active & UINT32_C(1) << kind && protect_rows[kind].ends)
			return (enum protect_kind)kind;
	return PROTECT_KINDS;
}

bool protect_ends(const struct protect *protect)
{
	return protect_ending(protect) < PROTECT_KINDS;
}
