/* types.h - the objects inside OCPP 1.6 messages. */
#pragma once
#include "base/field.h"
#include "base/limits.h"
#include "wire/ocpp16/enums.h"

/* Bounds. The standard gives integers none; these keep later arithmetic from overflowing. Its text
 * asks for at least one reading per list, its schemas do not, and a StopTransaction must not be
 * lost over an empty list in it: none is allowed. */
/* clang-format off */
#define OCPP16_INT_MAX INT32_MAX
#define OCPP16_METER_MAX INT64_C(1000000000000000) /* Wh */
#define OCPP16_ID_TAG_MAX 20
#define OCPP16_VALUE_MAX 16384 /* signed readings are long */
#define OCPP16_METER_VALUES_MAX 4096
#define OCPP16_SAMPLES_MAX 256
#define OCPP16_PERIODS_MAX 1024
#define OCPP16_KEYS_MAX 2048

#define OCPP16_ID_TAG_INFO(F, S)                                                                   \
	F(ENUM, REQ, S, status, "status", ocpp16_authorization_status, "may it charge")            \
	F(TIME, OPT, S, expiry_date, "expiryDate", 0, "when to forget it")                         \
	F(STR, OPT, S, parent_id_tag, "parentIdTag", OCPP16_ID_TAG_MAX, "group it belongs to")
FIELD_STRUCT(ocpp16_id_tag_info, OCPP16_ID_TAG_INFO)

#define OCPP16_SAMPLED_VALUE(F, S)                                                                 \
	F(STR, REQ, S, value, "value", OCPP16_VALUE_MAX, "decimal text, or signed data")           \
	F(ENUM, OPT, S, context, "context", ocpp16_reading_context, "Sample.Periodic if absent")   \
	F(ENUM, OPT, S, format, "format", ocpp16_value_format, "Raw if absent")                    \
	F(ENUM, OPT, S, measurand, "measurand", ocpp16_measurand,                                  \
		"Energy.Active.Import.Register if absent")                                         \
	F(ENUM, OPT, S, phase, "phase", ocpp16_phase, "all phases if absent")                      \
	F(ENUM, OPT, S, location, "location", ocpp16_location, "Outlet if absent")                 \
	F(ENUM, OPT, S, unit, "unit", ocpp16_unit_of_measure, "Wh if absent, for energy")
FIELD_STRUCT(ocpp16_sampled_value, OCPP16_SAMPLED_VALUE)

#define OCPP16_METER_VALUE(F, S)                                                                   \
	F(TIME, REQ, S, timestamp, "timestamp", 0, "when it was measured")                         \
	F(LIST, REQ, S, sampled_value, "sampledValue",                                             \
		(ocpp16_sampled_value, 0, OCPP16_SAMPLES_MAX), "readings of that moment")
FIELD_STRUCT(ocpp16_meter_value, OCPP16_METER_VALUE)

#define OCPP16_KEY_VALUE(F, S)                                                                     \
	F(STR, REQ, S, key, "key", 50, "name of the setting")                                      \
	F(BOOL, REQ, S, readonly, "readonly", 0, "cannot be changed")                              \
	F(STR, OPT, S, value, "value", 500, "its value as text")
FIELD_STRUCT(ocpp16_key_value, OCPP16_KEY_VALUE)

#define OCPP16_CHARGING_SCHEDULE_PERIOD(F, S)                                                      \
	F(INT, REQ, S, start_period, "startPeriod", (0, OCPP16_INT_MAX), "seconds from the start") \
	F(DEC, REQ, S, limit_milli, "limit", (3, 0, OCPP16_METER_MAX), "mA or mW at most")         \
	F(INT, OPT, S, number_phases, "numberPhases", (1, 3), "3 if absent")
FIELD_STRUCT(ocpp16_charging_schedule_period, OCPP16_CHARGING_SCHEDULE_PERIOD)

#define OCPP16_CHARGING_SCHEDULE(F, S)                                                             \
	F(INT, OPT, S, duration, "duration", (0, OCPP16_INT_MAX), "seconds; absent: open end")     \
	F(TIME, OPT, S, start_schedule, "startSchedule", 0, "absolute start")                      \
	F(ENUM, REQ, S, charging_rate_unit, "chargingRateUnit", ocpp16_charging_rate_unit,         \
		"unit of the limits")                                                              \
	F(LIST, REQ, S, charging_schedule_period, "chargingSchedulePeriod",                        \
		(ocpp16_charging_schedule_period, 1, OCPP16_PERIODS_MAX), "steps in order")        \
	F(DEC, OPT, S, min_charging_rate_milli, "minChargingRate", (3, 0, OCPP16_METER_MAX),       \
		"below it charging is inefficient")
FIELD_STRUCT(ocpp16_charging_schedule, OCPP16_CHARGING_SCHEDULE)

#define OCPP16_CHARGING_PROFILE(F, S)                                                              \
	F(INT, REQ, S, charging_profile_id, "chargingProfileId",                                   \
		(-OCPP16_INT_MAX, OCPP16_INT_MAX), "its number")                                   \
	F(INT, OPT, S, transaction_id, "transactionId", (-OCPP16_INT_MAX, OCPP16_INT_MAX),         \
		"only for TxProfile")                                                              \
	F(INT, REQ, S, stack_level, "stackLevel", (0, OCPP16_INT_MAX), "higher wins")              \
	F(ENUM, REQ, S, charging_profile_purpose, "chargingProfilePurpose",                        \
		ocpp16_charging_profile_purpose, "what it limits")                                 \
	F(ENUM, REQ, S, charging_profile_kind, "chargingProfileKind",                              \
		ocpp16_charging_profile_kind, "how its start is meant")                            \
	F(ENUM, OPT, S, recurrency_kind, "recurrencyKind", ocpp16_recurrency_kind,                 \
		"only for Recurring")                                                              \
	F(TIME, OPT, S, valid_from, "validFrom", 0, "not before")                                  \
	F(TIME, OPT, S, valid_to, "validTo", 0, "not after")                                       \
	F(OBJ, REQ, S, charging_schedule, "chargingSchedule", ocpp16_charging_schedule,            \
		"limits over time")
FIELD_STRUCT(ocpp16_charging_profile, OCPP16_CHARGING_PROFILE)
/* clang-format on */
