/* certificate.h - OCPP 2.0.1 and 2.1, block M: certificates for vehicles. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_DELETE_CERTIFICATE_STATUS(E, B, P)                                                 \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAILED, "Failed")                                                                     \
	E(P, NOT_FOUND, "NotFound")
OCPP2_ENUM(ocpp2_delete_certificate_status_enum, DELETE_CERTIFICATE_STATUS)

#define OCPP2_E_CERTIFICATE_ACTION(E, B, P)                                                        \
	E(P, INSTALL, "Install")                                                                   \
	E(P, UPDATE, "Update")
OCPP2_ENUM(ocpp2_certificate_action_enum, CERTIFICATE_ACTION)

#define OCPP2_E_ISO15118_EV_CERTIFICATE_STATUS(E, B, P)                                            \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAILED, "Failed")
OCPP2_ENUM(ocpp2_iso15118_ev_certificate_status_enum, ISO15118_EV_CERTIFICATE_STATUS)

#define OCPP2_E_GET_CERTIFICATE_STATUS(E, B, P)                                                    \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAILED, "Failed")
OCPP2_ENUM(ocpp2_get_certificate_status_enum, GET_CERTIFICATE_STATUS)

#define OCPP2_E_GET_CERTIFICATE_ID_USE(E, B, P)                                                    \
	E(P, V2_G_ROOT_CERTIFICATE, "V2GRootCertificate")                                          \
	E(P, MO_ROOT_CERTIFICATE, "MORootCertificate")                                             \
	E(P, CSMS_ROOT_CERTIFICATE, "CSMSRootCertificate")                                         \
	E(P, V2_G_CERTIFICATE_CHAIN, "V2GCertificateChain")                                        \
	E(P, MANUFACTURER_ROOT_CERTIFICATE, "ManufacturerRootCertificate")                         \
	B(P, OEM_ROOT_CERTIFICATE, "OEMRootCertificate")
OCPP2_ENUM(ocpp2_get_certificate_id_use_enum, GET_CERTIFICATE_ID_USE)

#define OCPP2_E_GET_INSTALLED_CERTIFICATE_STATUS(E, B, P)                                          \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, NOT_FOUND, "NotFound")
OCPP2_ENUM(ocpp2_get_installed_certificate_status_enum, GET_INSTALLED_CERTIFICATE_STATUS)

#define OCPP2_E_INSTALL_CERTIFICATE_USE(E, B, P)                                                   \
	E(P, V2_G_ROOT_CERTIFICATE, "V2GRootCertificate")                                          \
	E(P, MO_ROOT_CERTIFICATE, "MORootCertificate")                                             \
	E(P, CSMS_ROOT_CERTIFICATE, "CSMSRootCertificate")                                         \
	E(P, MANUFACTURER_ROOT_CERTIFICATE, "ManufacturerRootCertificate")                         \
	B(P, OEM_ROOT_CERTIFICATE, "OEMRootCertificate")
OCPP2_ENUM(ocpp2_install_certificate_use_enum, INSTALL_CERTIFICATE_USE)

#define OCPP2_E_INSTALL_CERTIFICATE_STATUS(E, B, P)                                                \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, FAILED, "Failed")
OCPP2_ENUM(ocpp2_install_certificate_status_enum, INSTALL_CERTIFICATE_STATUS)

#define OCPP2_E_CERTIFICATE_STATUS_SOURCE(E, B, P)                                                 \
	E(P, CRL, "CRL")                                                                           \
	E(P, OCSP, "OCSP")
OCPP2_ENUM(ocpp2_certificate_status_source_enum, CERTIFICATE_STATUS_SOURCE)

#define OCPP2_E_CERTIFICATE_STATUS(E, B, P)                                                        \
	E(P, GOOD, "Good")                                                                         \
	E(P, REVOKED, "Revoked")                                                                   \
	E(P, UNKNOWN, "Unknown")                                                                   \
	E(P, FAILED, "Failed")
OCPP2_ENUM(ocpp2_certificate_status_enum, CERTIFICATE_STATUS)

#define OCPP2_L_INSTALL_CERTIFICATE_REQ(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, certificate_type, "certificateType",                                       \
		ocpp2_install_certificate_use_enum)                                                \
	B(STR, REQ, S, certificate, "certificate", 10000)                                          \
	R(STR, REQ, S, certificate, "certificate", 5500)
OCPP2_STRUCT(ocpp2_install_certificate_req, OCPP2_L_INSTALL_CERTIFICATE_REQ)

#define OCPP2_L_INSTALL_CERTIFICATE_CONF(F, A, B, R, S)                                            \
	F(ENUM, REQ, S, status, "status", ocpp2_install_certificate_status_enum)                   \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_install_certificate_conf, OCPP2_L_INSTALL_CERTIFICATE_CONF)

#define OCPP2_L_DELETE_CERTIFICATE_REQ(F, A, B, R, S)                                              \
	F(OBJ, REQ, S, certificate_hash_data, "certificateHashData",                               \
		ocpp2_certificate_hash_data)
OCPP2_STRUCT(ocpp2_delete_certificate_req, OCPP2_L_DELETE_CERTIFICATE_REQ)

#define OCPP2_L_DELETE_CERTIFICATE_CONF(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, status, "status", ocpp2_delete_certificate_status_enum)                    \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_delete_certificate_conf, OCPP2_L_DELETE_CERTIFICATE_CONF)

#define OCPP2_L_GET_INSTALLED_CERTIFICATE_IDS_REQ(F, A, B, R, S)                                   \
	F(WORDS, OPT, S, certificate_type, "certificateType",                                      \
		(ocpp2_get_certificate_id_use_enum, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_get_installed_certificate_ids_req, OCPP2_L_GET_INSTALLED_CERTIFICATE_IDS_REQ)

#define OCPP2_L_CERTIFICATE_HASH_DATA_CHAIN(F, A, B, R, S)                                         \
	F(OBJ, REQ, S, certificate_hash_data, "certificateHashData",                               \
		ocpp2_certificate_hash_data)                                                       \
	F(ENUM, REQ, S, certificate_type, "certificateType", ocpp2_get_certificate_id_use_enum)    \
	F(LIST, OPT, S, child_certificate_hash_data, "childCertificateHashData",                   \
		(ocpp2_certificate_hash_data, 1, 4))
OCPP2_STRUCT(ocpp2_certificate_hash_data_chain, OCPP2_L_CERTIFICATE_HASH_DATA_CHAIN)

#define OCPP2_L_GET_INSTALLED_CERTIFICATE_IDS_CONF(F, A, B, R, S)                                  \
	F(ENUM, REQ, S, status, "status", ocpp2_get_installed_certificate_status_enum)             \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(LIST, OPT, S, certificate_hash_data_chain, "certificateHashDataChain",                   \
		(ocpp2_certificate_hash_data_chain, 1, OCPP2_ITEMS_MAX))
OCPP2_STRUCT(ocpp2_get_installed_certificate_ids_conf, OCPP2_L_GET_INSTALLED_CERTIFICATE_IDS_CONF)

#define OCPP2_L_GET15118_EV_CERTIFICATE_REQ(F, A, B, R, S)                                         \
	F(STR, REQ, S, iso15118_schema_version, "iso15118SchemaVersion", 50)                       \
	F(ENUM, REQ, S, action, "action", ocpp2_certificate_action_enum)                           \
	B(STR, REQ, S, exi_request, "exiRequest", 11000)                                           \
	R(STR, REQ, S, exi_request, "exiRequest", 5600)                                            \
	B(INT, OPT, S, maximum_contract_certificate_chains, "maximumContractCertificateChains",    \
		(0, OCPP2_INT_MAX))                                                                \
	B(STRS, OPT, S, prioritized_emaids, "prioritizedEMAIDs", (255, 1, 8))
OCPP2_STRUCT(ocpp2_get15118_ev_certificate_req, OCPP2_L_GET15118_EV_CERTIFICATE_REQ)

#define OCPP2_L_GET15118_EV_CERTIFICATE_CONF(F, A, B, R, S)                                        \
	F(ENUM, REQ, S, status, "status", ocpp2_iso15118_ev_certificate_status_enum)               \
	B(STR, REQ, S, exi_response, "exiResponse", 17000)                                         \
	R(STR, REQ, S, exi_response, "exiResponse", 5600)                                          \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	B(INT, OPT, S, remaining_contracts, "remainingContracts", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_get15118_ev_certificate_conf, OCPP2_L_GET15118_EV_CERTIFICATE_CONF)

#define OCPP2_L_GET_CERTIFICATE_STATUS_REQ(F, A, B, R, S)                                          \
	F(OBJ, REQ, S, ocsp_request_data, "ocspRequestData", ocpp2_ocsp_request_data)
OCPP2_STRUCT(ocpp2_get_certificate_status_req, OCPP2_L_GET_CERTIFICATE_STATUS_REQ)

#define OCPP2_L_GET_CERTIFICATE_STATUS_CONF(F, A, B, R, S)                                         \
	F(ENUM, REQ, S, status, "status", ocpp2_get_certificate_status_enum)                       \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	B(STR, OPT, S, ocsp_result, "ocspResult", 18000)                                           \
	R(STR, OPT, S, ocsp_result, "ocspResult", 5500)
OCPP2_STRUCT(ocpp2_get_certificate_status_conf, OCPP2_L_GET_CERTIFICATE_STATUS_CONF)

#define OCPP2_L_CERTIFICATE_STATUS_REQUEST_INFO(F, A, B, R, S)                                     \
	F(OBJ, REQ, S, certificate_hash_data, "certificateHashData",                               \
		ocpp2_certificate_hash_data)                                                       \
	F(ENUM, REQ, S, source, "source", ocpp2_certificate_status_source_enum)                    \
	F(STRS, REQ, S, urls, "urls", (2000, 1, 5))
OCPP2_STRUCT(ocpp2_certificate_status_request_info, OCPP2_L_CERTIFICATE_STATUS_REQUEST_INFO)

#define OCPP2_L_GET_CERTIFICATE_CHAIN_STATUS_REQ(F, A, B, R, S)                                    \
	F(LIST, REQ, S, certificate_status_requests, "certificateStatusRequests",                  \
		(ocpp2_certificate_status_request_info, 1, 4))
OCPP2_STRUCT(ocpp2_get_certificate_chain_status_req, OCPP2_L_GET_CERTIFICATE_CHAIN_STATUS_REQ)

#define OCPP2_L_CERTIFICATE_STATUS(F, A, B, R, S)                                                  \
	F(OBJ, REQ, S, certificate_hash_data, "certificateHashData",                               \
		ocpp2_certificate_hash_data)                                                       \
	F(ENUM, REQ, S, source, "source", ocpp2_certificate_status_source_enum)                    \
	F(ENUM, REQ, S, status, "status", ocpp2_certificate_status_enum)                           \
	F(TIME, REQ, S, next_update, "nextUpdate", 0)
OCPP2_STRUCT(ocpp2_certificate_status, OCPP2_L_CERTIFICATE_STATUS)

#define OCPP2_L_GET_CERTIFICATE_CHAIN_STATUS_CONF(F, A, B, R, S)                                   \
	F(LIST, REQ, S, certificate_status, "certificateStatus",                                   \
		(ocpp2_certificate_status, 1, 4))
OCPP2_STRUCT(ocpp2_get_certificate_chain_status_conf, OCPP2_L_GET_CERTIFICATE_CHAIN_STATUS_CONF)
/* clang-format on */
