/* smartcharging.h - the OCPP 1.6 SmartCharging profile. */
#pragma once
#include "wire/ocpp16/types.h"

/* clang-format off */
#define OCPP16_SET_CHARGING_PROFILE_REQ(F, S)                                                      \
	F(INT, REQ, S, connector_id, "connectorId", (0, OCPP16_INT_MAX), "0: the whole pile")      \
	F(OBJ, REQ, S, cs_charging_profiles, "csChargingProfiles", ocpp16_charging_profile,        \
		"limits")
FIELD_STRUCT(ocpp16_set_charging_profile_req, OCPP16_SET_CHARGING_PROFILE_REQ)

#define OCPP16_SET_CHARGING_PROFILE_CONF(F, S)                                                     \
	F(ENUM, REQ, S, status, "status", ocpp16_charging_profile_status, "result")
FIELD_STRUCT(ocpp16_set_charging_profile_conf, OCPP16_SET_CHARGING_PROFILE_CONF)

#define OCPP16_CLEAR_CHARGING_PROFILE_REQ(F, S)                                                    \
	F(INT, OPT, S, id, "id", (-OCPP16_INT_MAX, OCPP16_INT_MAX), "one profile")                 \
	F(INT, OPT, S, connector_id, "connectorId", (0, OCPP16_INT_MAX), "of this outlet")         \
	F(ENUM, OPT, S, charging_profile_purpose, "chargingProfilePurpose",                        \
		ocpp16_charging_profile_purpose, "of this purpose")                                \
	F(INT, OPT, S, stack_level, "stackLevel", (0, OCPP16_INT_MAX), "of this level")
FIELD_STRUCT(ocpp16_clear_charging_profile_req, OCPP16_CLEAR_CHARGING_PROFILE_REQ)

#define OCPP16_CLEAR_CHARGING_PROFILE_CONF(F, S)                                                   \
	F(ENUM, REQ, S, status, "status", ocpp16_clear_profile_status, "result")
FIELD_STRUCT(ocpp16_clear_charging_profile_conf, OCPP16_CLEAR_CHARGING_PROFILE_CONF)

#define OCPP16_GET_COMPOSITE_SCHEDULE_REQ(F, S)                                                    \
	F(INT, REQ, S, connector_id, "connectorId", (0, OCPP16_INT_MAX), "0: the whole pile")      \
	F(INT, REQ, S, duration, "duration", (0, OCPP16_INT_MAX), "seconds to look ahead")         \
	F(ENUM, OPT, S, charging_rate_unit, "chargingRateUnit", ocpp16_charging_rate_unit, "A or W")
FIELD_STRUCT(ocpp16_get_composite_schedule_req, OCPP16_GET_COMPOSITE_SCHEDULE_REQ)

#define OCPP16_GET_COMPOSITE_SCHEDULE_CONF(F, S)                                                   \
	F(ENUM, REQ, S, status, "status", ocpp16_composite_status, "result")                       \
	F(INT, OPT, S, connector_id, "connectorId", (0, OCPP16_INT_MAX), "which outlet")           \
	F(TIME, OPT, S, schedule_start, "scheduleStart", 0, "when period 0 begins")                \
	F(OBJ, OPT, S, charging_schedule, "chargingSchedule", ocpp16_charging_schedule,            \
		"limits over time")
FIELD_STRUCT(ocpp16_get_composite_schedule_conf, OCPP16_GET_COMPOSITE_SCHEDULE_CONF)
/* clang-format on */
