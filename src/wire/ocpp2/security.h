/* security.h - OCPP 2.0.1 and 2.1, block A: certificates of the pile and its security events. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_CERTIFICATE_SIGNING_USE(E, B, P)                                                   \
	E(P, CHARGING_STATION_CERTIFICATE, "ChargingStationCertificate")                           \
	E(P, V2_G_CERTIFICATE, "V2GCertificate")                                                   \
	B(P, V2_G20_CERTIFICATE, "V2G20Certificate")
OCPP2_ENUM(ocpp2_certificate_signing_use_enum, CERTIFICATE_SIGNING_USE)

#define OCPP2_E_CERTIFICATE_SIGNED_STATUS(E, B, P)                                                 \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_certificate_signed_status_enum, CERTIFICATE_SIGNED_STATUS)

#define OCPP2_L_CERTIFICATE_SIGNED_REQ(F, A, B, R, S)                                              \
	F(STR, REQ, S, certificate_chain, "certificateChain", 10000)                               \
	F(ENUM, OPT, S, certificate_type, "certificateType",                                       \
		ocpp2_certificate_signing_use_enum)                                                \
	B(INT, OPT, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_certificate_signed_req, OCPP2_L_CERTIFICATE_SIGNED_REQ)

#define OCPP2_L_CERTIFICATE_SIGNED_CONF(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, status, "status", ocpp2_certificate_signed_status_enum)                    \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_certificate_signed_conf, OCPP2_L_CERTIFICATE_SIGNED_CONF)

#define OCPP2_L_SIGN_CERTIFICATE_REQ(F, A, B, R, S)                                                \
	F(STR, REQ, S, csr, "csr", 5500)                                                           \
	F(ENUM, OPT, S, certificate_type, "certificateType",                                       \
		ocpp2_certificate_signing_use_enum)                                                \
	B(OBJ, OPT, S, hash_root_certificate, "hashRootCertificate",                               \
		ocpp2_certificate_hash_data)                                                       \
	B(INT, OPT, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_sign_certificate_req, OCPP2_L_SIGN_CERTIFICATE_REQ)

#define OCPP2_L_SIGN_CERTIFICATE_CONF(F, A, B, R, S)                                               \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_sign_certificate_conf, OCPP2_L_SIGN_CERTIFICATE_CONF)

#define OCPP2_L_SECURITY_EVENT_NOTIFICATION_REQ(F, A, B, R, S)                                     \
	F(STR, REQ, S, type, "type", 50)                                                           \
	F(TIME, REQ, S, timestamp, "timestamp", 0)                                                 \
	F(STR, OPT, S, tech_info, "techInfo", 255)
OCPP2_STRUCT(ocpp2_security_event_notification_req, OCPP2_L_SECURITY_EVENT_NOTIFICATION_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_security_event_notification_conf)
/* clang-format on */
