/* smart.h - OCPP 2.0.1 and 2.1, block K: charging profiles and limits. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_CLEAR_CHARGING_PROFILE_STATUS(E, B, P)                                             \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, UNKNOWN, "Unknown")
OCPP2_ENUM(ocpp2_clear_charging_profile_status_enum, CLEAR_CHARGING_PROFILE_STATUS)

#define OCPP2_E_CHARGING_LIMIT_SOURCE(E, B, P)                                                     \
	E(P, EMS, "EMS")                                                                           \
	E(P, OTHER, "Other")                                                                       \
	E(P, SO, "SO")                                                                             \
	E(P, CSO, "CSO")
OCPP2_ENUM(ocpp2_charging_limit_source_enum, CHARGING_LIMIT_SOURCE)

#define OCPP2_E_GET_CHARGING_PROFILE_STATUS(E, B, P)                                               \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, NO_PROFILES, "NoProfiles")
OCPP2_ENUM(ocpp2_get_charging_profile_status_enum, GET_CHARGING_PROFILE_STATUS)

#define OCPP2_E_CHARGING_PROFILE_STATUS(E, B, P)                                                   \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_charging_profile_status_enum, CHARGING_PROFILE_STATUS)

#define OCPP2_E_PRIORITY_CHARGING_STATUS(E, B, P)                                                  \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NO_PROFILE, "NoProfile")
OCPP2_ENUM(ocpp2_priority_charging_status_enum, PRIORITY_CHARGING_STATUS)

#define OCPP2_L_SET_CHARGING_PROFILE_REQ(F, A, B, R, S)                                            \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(OBJ, REQ, S, charging_profile, "chargingProfile", ocpp2_charging_profile)
OCPP2_STRUCT(ocpp2_set_charging_profile_req, OCPP2_L_SET_CHARGING_PROFILE_REQ)

#define OCPP2_L_SET_CHARGING_PROFILE_CONF(F, A, B, R, S)                                           \
	F(ENUM, REQ, S, status, "status", ocpp2_charging_profile_status_enum)                      \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_set_charging_profile_conf, OCPP2_L_SET_CHARGING_PROFILE_CONF)

#define OCPP2_L_CHARGING_PROFILE_CRITERION(F, A, B, R, S)                                          \
	F(ENUM, OPT, S, charging_profile_purpose, "chargingProfilePurpose",                        \
		ocpp2_charging_profile_purpose_enum)                                               \
	F(INT, OPT, S, stack_level, "stackLevel", (0, OCPP2_INT_MAX))                              \
	F(INTS, OPT, S, charging_profile_id, "chargingProfileId",                                  \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX, 1, OCPP2_ITEMS_MAX))                               \
	B(STRS, OPT, S, charging_limit_source, "chargingLimitSource", (20, 1, 4))                  \
	R(WORDS, OPT, S, charging_limit_source, "chargingLimitSource",                             \
		(ocpp2_charging_limit_source_enum, 1, 4))
OCPP2_STRUCT(ocpp2_charging_profile_criterion, OCPP2_L_CHARGING_PROFILE_CRITERION)

#define OCPP2_L_GET_CHARGING_PROFILES_REQ(F, A, B, R, S)                                           \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(OBJ, REQ, S, charging_profile, "chargingProfile", ocpp2_charging_profile_criterion)      \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_get_charging_profiles_req, OCPP2_L_GET_CHARGING_PROFILES_REQ)

#define OCPP2_L_GET_CHARGING_PROFILES_CONF(F, A, B, R, S)                                          \
	F(ENUM, REQ, S, status, "status", ocpp2_get_charging_profile_status_enum)                  \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_get_charging_profiles_conf, OCPP2_L_GET_CHARGING_PROFILES_CONF)

#define OCPP2_L_REPORT_CHARGING_PROFILES_REQ(F, A, B, R, S)                                        \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	B(STR, REQ, S, charging_limit_source, "chargingLimitSource", 20)                           \
	R(WORD, REQ, S, charging_limit_source, "chargingLimitSource",                              \
		ocpp2_charging_limit_source_enum)                                                  \
	F(LIST, REQ, S, charging_profile, "chargingProfile",                                       \
		(ocpp2_charging_profile, 1, OCPP2_ITEMS_MAX))                                      \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(BOOL, OPT, S, tbc, "tbc", 0)
OCPP2_STRUCT(ocpp2_report_charging_profiles_req, OCPP2_L_REPORT_CHARGING_PROFILES_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_report_charging_profiles_conf)

#define OCPP2_L_CLEAR_CHARGING_PROFILE(F, A, B, R, S)                                              \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(ENUM, OPT, S, charging_profile_purpose, "chargingProfilePurpose",                        \
		ocpp2_charging_profile_purpose_enum)                                               \
	F(INT, OPT, S, stack_level, "stackLevel", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_clear_charging_profile, OCPP2_L_CLEAR_CHARGING_PROFILE)

#define OCPP2_L_CLEAR_CHARGING_PROFILE_REQ(F, A, B, R, S)                                          \
	F(INT, OPT, S, charging_profile_id, "chargingProfileId",                                   \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))                                                   \
	F(OBJ, OPT, S, charging_profile_criteria, "chargingProfileCriteria",                       \
		ocpp2_clear_charging_profile)
OCPP2_STRUCT(ocpp2_clear_charging_profile_req, OCPP2_L_CLEAR_CHARGING_PROFILE_REQ)

#define OCPP2_L_CLEAR_CHARGING_PROFILE_CONF(F, A, B, R, S)                                         \
	F(ENUM, REQ, S, status, "status", ocpp2_clear_charging_profile_status_enum)                \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_clear_charging_profile_conf, OCPP2_L_CLEAR_CHARGING_PROFILE_CONF)

#define OCPP2_L_GET_COMPOSITE_SCHEDULE_REQ(F, A, B, R, S)                                          \
	F(INT, REQ, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(ENUM, OPT, S, charging_rate_unit, "chargingRateUnit", ocpp2_charging_rate_unit_enum)
OCPP2_STRUCT(ocpp2_get_composite_schedule_req, OCPP2_L_GET_COMPOSITE_SCHEDULE_REQ)

#define OCPP2_L_COMPOSITE_SCHEDULE(F, A, B, R, S)                                                  \
	F(LIST, REQ, S, charging_schedule_period, "chargingSchedulePeriod",                        \
		(ocpp2_charging_schedule_period, 1, OCPP2_ITEMS_MAX))                              \
	F(INT, REQ, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(INT, REQ, S, duration, "duration", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                      \
	F(TIME, REQ, S, schedule_start, "scheduleStart", 0)                                        \
	F(ENUM, REQ, S, charging_rate_unit, "chargingRateUnit", ocpp2_charging_rate_unit_enum)
OCPP2_STRUCT(ocpp2_composite_schedule, OCPP2_L_COMPOSITE_SCHEDULE)

#define OCPP2_L_GET_COMPOSITE_SCHEDULE_CONF(F, A, B, R, S)                                         \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(OBJ, OPT, S, schedule, "schedule", ocpp2_composite_schedule)
OCPP2_STRUCT(ocpp2_get_composite_schedule_conf, OCPP2_L_GET_COMPOSITE_SCHEDULE_CONF)

#define OCPP2_L_CHARGING_LIMIT(F, A, B, R, S)                                                      \
	B(STR, REQ, S, charging_limit_source, "chargingLimitSource", 20)                           \
	R(WORD, REQ, S, charging_limit_source, "chargingLimitSource",                              \
		ocpp2_charging_limit_source_enum)                                                  \
	F(BOOL, OPT, S, is_grid_critical, "isGridCritical", 0)                                     \
	B(BOOL, OPT, S, is_local_generation, "isLocalGeneration", 0)
OCPP2_STRUCT(ocpp2_charging_limit, OCPP2_L_CHARGING_LIMIT)

#define OCPP2_L_NOTIFY_CHARGING_LIMIT_REQ(F, A, B, R, S)                                           \
	F(OBJ, REQ, S, charging_limit, "chargingLimit", ocpp2_charging_limit)                      \
	F(LIST, OPT, S, charging_schedule, "chargingSchedule",                                     \
		(ocpp2_charging_schedule, 1, OCPP2_ITEMS_MAX))                                     \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_notify_charging_limit_req, OCPP2_L_NOTIFY_CHARGING_LIMIT_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_charging_limit_conf)

#define OCPP2_L_CLEARED_CHARGING_LIMIT_REQ(F, A, B, R, S)                                          \
	B(STR, REQ, S, charging_limit_source, "chargingLimitSource", 20)                           \
	R(WORD, REQ, S, charging_limit_source, "chargingLimitSource",                              \
		ocpp2_charging_limit_source_enum)                                                  \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_cleared_charging_limit_req, OCPP2_L_CLEARED_CHARGING_LIMIT_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_cleared_charging_limit_conf)

#define OCPP2_L_USE_PRIORITY_CHARGING_REQ(F, A, B, R, S)                                           \
	F(STR, REQ, S, transaction_id, "transactionId", 36)                                        \
	F(BOOL, REQ, S, activate, "activate", 0)
OCPP2_STRUCT(ocpp2_use_priority_charging_req, OCPP2_L_USE_PRIORITY_CHARGING_REQ)

#define OCPP2_L_USE_PRIORITY_CHARGING_CONF(F, A, B, R, S)                                          \
	F(ENUM, REQ, S, status, "status", ocpp2_priority_charging_status_enum)                     \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_use_priority_charging_conf, OCPP2_L_USE_PRIORITY_CHARGING_CONF)

#define OCPP2_L_NOTIFY_PRIORITY_CHARGING_REQ(F, A, B, R, S)                                        \
	F(STR, REQ, S, transaction_id, "transactionId", 36)                                        \
	F(BOOL, REQ, S, activated, "activated", 0)
OCPP2_STRUCT(ocpp2_notify_priority_charging_req, OCPP2_L_NOTIFY_PRIORITY_CHARGING_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_notify_priority_charging_conf)

#define OCPP2_L_CHARGING_SCHEDULE_UPDATE(F, A, B, R, S)                                            \
	F(DEC, OPT, S, limit_milli, "limit", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                   \
	F(DEC, OPT, S, limit_l2_milli, "limit_L2", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, OPT, S, limit_l3_milli, "limit_L3", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, OPT, S, discharge_limit_milli, "dischargeLimit", (3, -OCPP2_DEC_MAX, 0))            \
	F(DEC, OPT, S, discharge_limit_l2_milli, "dischargeLimit_L2", (3, -OCPP2_DEC_MAX, 0))      \
	F(DEC, OPT, S, discharge_limit_l3_milli, "dischargeLimit_L3", (3, -OCPP2_DEC_MAX, 0))      \
	F(DEC, OPT, S, setpoint_milli, "setpoint", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))             \
	F(DEC, OPT, S, setpoint_l2_milli, "setpoint_L2", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	F(DEC, OPT, S, setpoint_l3_milli, "setpoint_L3", (3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))       \
	F(DEC, OPT, S, setpoint_reactive_milli, "setpointReactive",                                \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, setpoint_reactive_l2_milli, "setpointReactive_L2",                          \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                                                \
	F(DEC, OPT, S, setpoint_reactive_l3_milli, "setpointReactive_L3",                          \
		(3, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))
OCPP2_STRUCT(ocpp2_charging_schedule_update, OCPP2_L_CHARGING_SCHEDULE_UPDATE)

#define OCPP2_L_UPDATE_DYNAMIC_SCHEDULE_REQ(F, A, B, R, S)                                         \
	F(INT, REQ, S, charging_profile_id, "chargingProfileId",                                   \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))                                                   \
	F(OBJ, REQ, S, schedule_update, "scheduleUpdate", ocpp2_charging_schedule_update)
OCPP2_STRUCT(ocpp2_update_dynamic_schedule_req, OCPP2_L_UPDATE_DYNAMIC_SCHEDULE_REQ)

#define OCPP2_L_UPDATE_DYNAMIC_SCHEDULE_CONF(F, A, B, R, S)                                        \
	F(ENUM, REQ, S, status, "status", ocpp2_charging_profile_status_enum)                      \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_update_dynamic_schedule_conf, OCPP2_L_UPDATE_DYNAMIC_SCHEDULE_CONF)

#define OCPP2_L_PULL_DYNAMIC_SCHEDULE_UPDATE_REQ(F, A, B, R, S)                                    \
	F(INT, REQ, S, charging_profile_id, "chargingProfileId",                                   \
		(-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_pull_dynamic_schedule_update_req, OCPP2_L_PULL_DYNAMIC_SCHEDULE_UPDATE_REQ)

#define OCPP2_L_PULL_DYNAMIC_SCHEDULE_UPDATE_CONF(F, A, B, R, S)                                   \
	F(ENUM, REQ, S, status, "status", ocpp2_charging_profile_status_enum)                      \
	F(OBJ, OPT, S, schedule_update, "scheduleUpdate", ocpp2_charging_schedule_update)          \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_pull_dynamic_schedule_update_conf, OCPP2_L_PULL_DYNAMIC_SCHEDULE_UPDATE_CONF)
/* clang-format on */
