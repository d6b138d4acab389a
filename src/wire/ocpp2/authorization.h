/* authorization.h - OCPP 2.0.1 and 2.1, blocks C, D and H: tokens, local lists, reservations. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_AUTHORIZE_CERTIFICATE_STATUS(E, B, P)                                              \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, SIGNATURE_ERROR, "SignatureError")                                                    \
	E(P, CERTIFICATE_EXPIRED, "CertificateExpired")                                            \
	E(P, CERTIFICATE_REVOKED, "CertificateRevoked")                                            \
	E(P, NO_CERTIFICATE_AVAILABLE, "NoCertificateAvailable")                                   \
	E(P, CERT_CHAIN_ERROR, "CertChainError")                                                   \
	E(P, CONTRACT_CANCELLED, "ContractCancelled")
OCPP2_ENUM(ocpp2_authorize_certificate_status_enum, AUTHORIZE_CERTIFICATE_STATUS)

#define OCPP2_E_CANCEL_RESERVATION_STATUS(E, B, P)                                                 \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_cancel_reservation_status_enum, CANCEL_RESERVATION_STATUS)

#define OCPP2_E_CLEAR_CACHE_STATUS(E, B, P)                                                        \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")
OCPP2_ENUM(ocpp2_clear_cache_status_enum, CLEAR_CACHE_STATUS)

#define OCPP2_E_RESERVATION_UPDATE_STATUS(E, B, P)                                                 \
	E(P, EXPIRED, "Expired")                                                                   \
	E(P, REMOVED, "Removed")                                                                   \
	B(P, NO_TRANSACTION, "NoTransaction")
OCPP2_ENUM(ocpp2_reservation_update_status_enum, RESERVATION_UPDATE_STATUS)

#define OCPP2_E_CONNECTOR(E, B, P)                                                                 \
	E(P, C_CCS1, "cCCS1")                                                                      \
	E(P, C_CCS2, "cCCS2")                                                                      \
	E(P, C_G105, "cG105")                                                                      \
	E(P, C_TESLA, "cTesla")                                                                    \
	E(P, C_TYPE1, "cType1")                                                                    \
	E(P, C_TYPE2, "cType2")                                                                    \
	E(P, S309_1_P_16_A, "s309-1P-16A")                                                         \
	E(P, S309_1_P_32_A, "s309-1P-32A")                                                         \
	E(P, S309_3_P_16_A, "s309-3P-16A")                                                         \
	E(P, S309_3_P_32_A, "s309-3P-32A")                                                         \
	E(P, S_BS1361, "sBS1361")                                                                  \
	E(P, S_CEE_7_7, "sCEE-7-7")                                                                \
	E(P, S_TYPE2, "sType2")                                                                    \
	E(P, S_TYPE3, "sType3")                                                                    \
	E(P, OTHER1_PH_MAX16_A, "Other1PhMax16A")                                                  \
	E(P, OTHER1_PH_OVER16_A, "Other1PhOver16A")                                                \
	E(P, OTHER3_PH, "Other3Ph")                                                                \
	E(P, PAN, "Pan")                                                                           \
	E(P, W_INDUCTIVE, "wInductive")                                                            \
	E(P, W_RESONANT, "wResonant")                                                              \
	E(P, UNDETERMINED, "Undetermined")                                                         \
	E(P, UNKNOWN, "Unknown")
OCPP2_ENUM(ocpp2_connector_enum, CONNECTOR)

#define OCPP2_E_RESERVE_NOW_STATUS(E, B, P)                                                        \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAULTED, "Faulted")                                                                   \
	E(P, OCCUPIED, "Occupied")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, UNAVAILABLE, "Unavailable")
OCPP2_ENUM(ocpp2_reserve_now_status_enum, RESERVE_NOW_STATUS)

#define OCPP2_E_UPDATE(E, B, P)                                                                    \
	E(P, DIFFERENTIAL, "Differential")                                                         \
	E(P, FULL, "Full")
OCPP2_ENUM(ocpp2_update_enum, UPDATE)

#define OCPP2_E_SEND_LOCAL_LIST_STATUS(E, B, P)                                                    \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAILED, "Failed")                                                                     \
	E(P, VERSION_MISMATCH, "VersionMismatch")
OCPP2_ENUM(ocpp2_send_local_list_status_enum, SEND_LOCAL_LIST_STATUS)

#define OCPP2_L_AUTHORIZE_REQ(F, A, B, R, S)                                                       \
	F(OBJ, REQ, S, id_token, "idToken", ocpp2_id_token)                                        \
	B(STR, OPT, S, certificate, "certificate", 10000)                                          \
	R(STR, OPT, S, certificate, "certificate", 5500)                                           \
	F(LIST, OPT, S, iso15118_certificate_hash_data, "iso15118CertificateHashData",             \
		(ocpp2_ocsp_request_data, 1, 4))
OCPP2_STRUCT(ocpp2_authorize_req, OCPP2_L_AUTHORIZE_REQ)

#define OCPP2_L_AUTHORIZE_CONF(F, A, B, R, S)                                                      \
	F(OBJ, REQ, S, id_token_info, "idTokenInfo", ocpp2_id_token_info)                          \
	F(ENUM, OPT, S, certificate_status, "certificateStatus",                                   \
		ocpp2_authorize_certificate_status_enum)                                           \
	B(WORDS, OPT, S, allowed_energy_transfer, "allowedEnergyTransfer",                         \
		(ocpp2_energy_transfer_mode_enum, 1, OCPP2_ITEMS_MAX))                             \
	B(OBJ, OPT, S, tariff, "tariff", ocpp2_tariff)
OCPP2_STRUCT(ocpp2_authorize_conf, OCPP2_L_AUTHORIZE_CONF)

OCPP2_STRUCT_EMPTY(ocpp2_clear_cache_req)

#define OCPP2_L_CLEAR_CACHE_CONF(F, A, B, R, S)                                                    \
	F(ENUM, REQ, S, status, "status", ocpp2_clear_cache_status_enum)                           \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_clear_cache_conf, OCPP2_L_CLEAR_CACHE_CONF)

OCPP2_STRUCT_EMPTY(ocpp2_get_local_list_version_req)

#define OCPP2_L_GET_LOCAL_LIST_VERSION_CONF(F, A, B, R, S)                                         \
	F(INT, REQ, S, version_number, "versionNumber", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_get_local_list_version_conf, OCPP2_L_GET_LOCAL_LIST_VERSION_CONF)

#define OCPP2_L_AUTHORIZATION_DATA(F, A, B, R, S)                                                  \
	F(OBJ, REQ, S, id_token, "idToken", ocpp2_id_token)                                        \
	F(OBJ, OPT, S, id_token_info, "idTokenInfo", ocpp2_id_token_info)
OCPP2_STRUCT(ocpp2_authorization_data, OCPP2_L_AUTHORIZATION_DATA)

#define OCPP2_L_SEND_LOCAL_LIST_REQ(F, A, B, R, S)                                                 \
	F(INT, REQ, S, version_number, "versionNumber", (-OCPP2_INT_MAX, OCPP2_INT_MAX))           \
	F(ENUM, REQ, S, update_type, "updateType", ocpp2_update_enum)                              \
	F(LIST, OPT, S, local_authorization_list, "localAuthorizationList",                        \
		(ocpp2_authorization_data, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_send_local_list_req, OCPP2_L_SEND_LOCAL_LIST_REQ)

#define OCPP2_L_SEND_LOCAL_LIST_CONF(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_send_local_list_status_enum)                       \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_send_local_list_conf, OCPP2_L_SEND_LOCAL_LIST_CONF)

#define OCPP2_L_RESERVE_NOW_REQ(F, A, B, R, S)                                                     \
	F(INT, REQ, S, id, "id", (0, OCPP2_INT_MAX))                                               \
	F(TIME, REQ, S, expiry_date_time, "expiryDateTime", 0)                                     \
	F(OBJ, REQ, S, id_token, "idToken", ocpp2_id_token)                                        \
	B(STR, OPT, S, connector_type, "connectorType", 20)                                        \
	R(WORD, OPT, S, connector_type, "connectorType", ocpp2_connector_enum)                     \
	F(INT, OPT, S, evse_id, "evseId", (0, OCPP2_INT_MAX))                                      \
	F(OBJ, OPT, S, group_id_token, "groupIdToken", ocpp2_id_token)
OCPP2_STRUCT(ocpp2_reserve_now_req, OCPP2_L_RESERVE_NOW_REQ)

#define OCPP2_L_RESERVE_NOW_CONF(F, A, B, R, S)                                                    \
	F(ENUM, REQ, S, status, "status", ocpp2_reserve_now_status_enum)                           \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_reserve_now_conf, OCPP2_L_RESERVE_NOW_CONF)

#define OCPP2_L_CANCEL_RESERVATION_REQ(F, A, B, R, S)                                              \
	F(INT, REQ, S, reservation_id, "reservationId", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_cancel_reservation_req, OCPP2_L_CANCEL_RESERVATION_REQ)

#define OCPP2_L_CANCEL_RESERVATION_CONF(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, status, "status", ocpp2_cancel_reservation_status_enum)                    \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_cancel_reservation_conf, OCPP2_L_CANCEL_RESERVATION_CONF)

#define OCPP2_L_RESERVATION_STATUS_UPDATE_REQ(F, A, B, R, S)                                       \
	F(INT, REQ, S, reservation_id, "reservationId", (0, OCPP2_INT_MAX))                        \
	F(ENUM, REQ, S, reservation_update_status, "reservationUpdateStatus",                      \
		ocpp2_reservation_update_status_enum)
OCPP2_STRUCT(ocpp2_reservation_status_update_req, OCPP2_L_RESERVATION_STATUS_UPDATE_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_reservation_status_update_conf)
/* clang-format on */
