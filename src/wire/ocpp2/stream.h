/* stream.h - OCPP 2.0.1 and 2.1, block N of 2.1: periodic event streams. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_L_CONSTANT_STREAM_DATA(F, A, B, R, S)                                                \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(OBJ, REQ, S, params, "params", ocpp2_periodic_event_stream_params)                       \
	F(INT, REQ, S, variable_monitoring_id, "variableMonitoringId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_constant_stream_data, OCPP2_L_CONSTANT_STREAM_DATA)

#define OCPP2_L_OPEN_PERIODIC_EVENT_STREAM_REQ(F, A, B, R, S)                                      \
	F(OBJ, REQ, S, constant_stream_data, "constantStreamData", ocpp2_constant_stream_data)
OCPP2_STRUCT(ocpp2_open_periodic_event_stream_req, OCPP2_L_OPEN_PERIODIC_EVENT_STREAM_REQ)

#define OCPP2_L_OPEN_PERIODIC_EVENT_STREAM_CONF(F, A, B, R, S)                                     \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_open_periodic_event_stream_conf, OCPP2_L_OPEN_PERIODIC_EVENT_STREAM_CONF)

#define OCPP2_L_CLOSE_PERIODIC_EVENT_STREAM_REQ(F, A, B, R, S)                                     \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_close_periodic_event_stream_req, OCPP2_L_CLOSE_PERIODIC_EVENT_STREAM_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_close_periodic_event_stream_conf)

#define OCPP2_L_ADJUST_PERIODIC_EVENT_STREAM_REQ(F, A, B, R, S)                                    \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(OBJ, REQ, S, params, "params", ocpp2_periodic_event_stream_params)
OCPP2_STRUCT(ocpp2_adjust_periodic_event_stream_req, OCPP2_L_ADJUST_PERIODIC_EVENT_STREAM_REQ)

#define OCPP2_L_ADJUST_PERIODIC_EVENT_STREAM_CONF(F, A, B, R, S)                                   \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_adjust_periodic_event_stream_conf, OCPP2_L_ADJUST_PERIODIC_EVENT_STREAM_CONF)

OCPP2_STRUCT_EMPTY(ocpp2_get_periodic_event_stream_req)

#define OCPP2_L_GET_PERIODIC_EVENT_STREAM_CONF(F, A, B, R, S)                                      \
	F(LIST, OPT, S, constant_stream_data, "constantStreamData",                                \
		(ocpp2_constant_stream_data, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_get_periodic_event_stream_conf, OCPP2_L_GET_PERIODIC_EVENT_STREAM_CONF)

#define OCPP2_L_STREAM_DATA_ELEMENT(F, A, B, R, S)                                                 \
	F(DEC, REQ, S, t_e6, "t", (6, -OCPP2_DEC_MAX, OCPP2_DEC_MAX))                              \
	F(STR, REQ, S, v, "v", 2500)
OCPP2_STRUCT(ocpp2_stream_data_element, OCPP2_L_STREAM_DATA_ELEMENT)

#define OCPP2_L_NOTIFY_PERIODIC_EVENT_STREAM_REQ(F, A, B, R, S)                                    \
	F(LIST, REQ, S, data, "data", (ocpp2_stream_data_element, 1, OCPP2_ITEMS_MAX))             \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(INT, REQ, S, pending, "pending", (0, OCPP2_INT_MAX))                                     \
	F(TIME, REQ, S, basetime, "basetime", 0)
OCPP2_STRUCT(ocpp2_notify_periodic_event_stream_req, OCPP2_L_NOTIFY_PERIODIC_EVENT_STREAM_REQ)
/* clang-format on */
