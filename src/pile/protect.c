/* protect.c - the table of protections and their levels (see protect.h). */
#include "pile/protect.h"

#include "base/clock.h"
#include "base/fault.h"

#define MS US_PER_MS

static const struct protect_row protect_rows[PROTECT_KINDS] = {
	/* code, word, OCPP error, info, raise, clear, latched, ends */
	[PROTECT_EMERGENCY] = {"E01", "emergency", "OtherError", "Emergency stop pressed", 0,
		1000 * MS, false, true},
	[PROTECT_RESIDUAL] = {"E02", "residual", "GroundFailure", "Residual current above limit", 0,
		1000 * MS, true, true},
	[PROTECT_OVERCURRENT] = {"E03", "overcurrent", "OverCurrentFailure",
		"Current 10 % above limit for 7 s", 7000 * MS, 5000 * MS, true, true},
	[PROTECT_OVERHEAT] = {"E04", "overheat", "HighTemperature", "Connector too hot", 2000 * MS,
		5000 * MS, false, false},
	[PROTECT_WELDED] = {"E05", "welded", "PowerSwitchFailure", "Contactor does not open",
		500 * MS, 1000 * MS, false, true},
	[PROTECT_CONTACTOR_DEAD] = {"E06", "contactor-dead", "PowerSwitchFailure",
		"Contactor does not close", 500 * MS, 1000 * MS, true, true},
	[PROTECT_OVERVOLTAGE] = {"E07", "overvoltage", "OverVoltage", "Voltage above 110 %",
		400 * MS, 3000 * MS, false, false},
	[PROTECT_UNDERVOLTAGE] = {"E08", "undervoltage", "UnderVoltage", "Voltage below 85 %",
		400 * MS, 3000 * MS, false, false},
	[PROTECT_METER] = {"E09", "meter", "PowerMeterFailure",
		"Meter silent, frozen, jumping or backwards", 0, 3000 * MS, true, true},
	[PROTECT_LOCK] = {"E10", "lock", "ConnectorLockFailure", "Plug lock does not move",
		3000 * MS, 1000 * MS, false, true},
	[PROTECT_PILOT] = {"E11", "pilot", "EVCommunicationError",
		"Control pilot in error or no diode in the car", 500 * MS, 1000 * MS, false, false},
	[PROTECT_HARDWARE] = {"E12", "hardware", "InternalError", "A part does not answer",
		1000 * MS, 1000 * MS, false, true},
};

const struct protect_row *protect_row(enum protect_kind kind)
{
	ASSERT(kind < PROTECT_KINDS);
	return &protect_rows[kind];
}

void protect_update(struct protect *protect, uint32_t causes, bool plugged, int64_t ticks_us)
{
	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++) {
		const struct protect_row *row = &protect_rows[kind];
		uint32_t bit = UINT32_C(1) << kind;
		bool cause = causes & bit;

		if (cause != !!(protect->causes & bit))
			protect->since_us[kind] = ticks_us;
		if (cause && ticks_us - protect->since_us[kind] >= row->raise_us)
			protect->active |= bit;
		if (!cause && ticks_us - protect->since_us[kind] >= row->clear_us &&
			(!row->latched || !plugged))
			protect->active &= ~bit;
	}
	protect->causes = causes;
}

enum protect_kind protect_first(const struct protect *protect)
{
	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++)
		if (protect->active & UINT32_C(1) << kind)
			return (enum protect_kind)kind;
	return PROTECT_KINDS;
}

bool protect_ends(const struct protect *protect)
{
	for (uint32_t kind = 0; kind < PROTECT_KINDS; kind++)
		if (protect->active & UINT32_C(1) << kind && protect_rows[kind].ends)
			return true;
	return false;
}
