/* security.h - the security extension of OCPP 1.6. */
#pragma once
#include "wire/ocpp16/types.h"

/* clang-format off */
#define OCPP16_PEM_MAX 5500
#define OCPP16_CHAIN_MAX 10000
#define OCPP16_LOCATION_MAX 512
#define OCPP16_SIGNATURE_MAX 800
#define OCPP16_CERTIFICATES_MAX 256
#define OCPP16_REQUEST_ID (-OCPP16_INT_MAX, OCPP16_INT_MAX)

#define OCPP16_CERTIFICATE_HASH_DATA(F, S)                                                         \
	F(ENUM, REQ, S, hash_algorithm, "hashAlgorithm", ocpp16_hash_algorithm, "of both hashes")  \
	F(STR, REQ, S, issuer_name_hash, "issuerNameHash", 128, "hex")                             \
	F(STR, REQ, S, issuer_key_hash, "issuerKeyHash", 128, "hex")                               \
	F(STR, REQ, S, serial_number, "serialNumber", 40, "hex")
FIELD_STRUCT(ocpp16_certificate_hash_data, OCPP16_CERTIFICATE_HASH_DATA)

#define OCPP16_CERTIFICATE_SIGNED_REQ(F, S)                                                        \
	F(STR, REQ, S, certificate_chain, "certificateChain", OCPP16_CHAIN_MAX, "PEM, leaf first")
FIELD_STRUCT(ocpp16_certificate_signed_req, OCPP16_CERTIFICATE_SIGNED_REQ)

#define OCPP16_CERTIFICATE_SIGNED_CONF(F, S)                                                       \
	F(ENUM, REQ, S, status, "status", ocpp16_certificate_signed_status, "result")
FIELD_STRUCT(ocpp16_certificate_signed_conf, OCPP16_CERTIFICATE_SIGNED_CONF)

#define OCPP16_DELETE_CERTIFICATE_REQ(F, S)                                                        \
	F(OBJ, REQ, S, certificate_hash_data, "certificateHashData",                               \
		ocpp16_certificate_hash_data, "which one")
FIELD_STRUCT(ocpp16_delete_certificate_req, OCPP16_DELETE_CERTIFICATE_REQ)

#define OCPP16_DELETE_CERTIFICATE_CONF(F, S)                                                       \
	F(ENUM, REQ, S, status, "status", ocpp16_delete_certificate_status, "result")
FIELD_STRUCT(ocpp16_delete_certificate_conf, OCPP16_DELETE_CERTIFICATE_CONF)

#define OCPP16_EXTENDED_TRIGGER_MESSAGE_REQ(F, S)                                                  \
	F(ENUM, REQ, S, requested_message, "requestedMessage", ocpp16_extended_trigger,            \
		"message wanted")                                                                  \
	F(INT, OPT, S, connector_id, "connectorId", (1, OCPP16_INT_MAX), "about which outlet")
FIELD_STRUCT(ocpp16_extended_trigger_message_req, OCPP16_EXTENDED_TRIGGER_MESSAGE_REQ)

#define OCPP16_EXTENDED_TRIGGER_MESSAGE_CONF(F, S)                                                 \
	F(ENUM, REQ, S, status, "status", ocpp16_trigger_message_status, "will it")
FIELD_STRUCT(ocpp16_extended_trigger_message_conf, OCPP16_EXTENDED_TRIGGER_MESSAGE_CONF)

#define OCPP16_GET_INSTALLED_CERTIFICATE_IDS_REQ(F, S)                                             \
	F(ENUM, REQ, S, certificate_type, "certificateType", ocpp16_certificate_use, "which kind")
FIELD_STRUCT(ocpp16_get_installed_certificate_ids_req, OCPP16_GET_INSTALLED_CERTIFICATE_IDS_REQ)

#define OCPP16_GET_INSTALLED_CERTIFICATE_IDS_CONF(F, S)                                            \
	F(LIST, OPT, S, certificate_hash_data, "certificateHashData",                              \
		(ocpp16_certificate_hash_data, 1, OCPP16_CERTIFICATES_MAX), "those installed")     \
	F(ENUM, REQ, S, status, "status", ocpp16_installed_certificates_status, "result")
FIELD_STRUCT(ocpp16_get_installed_certificate_ids_conf, OCPP16_GET_INSTALLED_CERTIFICATE_IDS_CONF)

#define OCPP16_LOG_PARAMETERS(F, S)                                                                \
	F(STR, REQ, S, remote_location, "remoteLocation", OCPP16_LOCATION_MAX, "where to put it")  \
	F(TIME, OPT, S, oldest_timestamp, "oldestTimestamp", 0, "oldest entry wanted")             \
	F(TIME, OPT, S, latest_timestamp, "latestTimestamp", 0, "newest entry wanted")
FIELD_STRUCT(ocpp16_log_parameters, OCPP16_LOG_PARAMETERS)

#define OCPP16_GET_LOG_REQ(F, S)                                                                   \
	F(OBJ, REQ, S, log, "log", ocpp16_log_parameters, "what and where to")                     \
	F(ENUM, REQ, S, log_type, "logType", ocpp16_log_type, "which log")                         \
	F(INT, REQ, S, request_id, "requestId", OCPP16_REQUEST_ID, "its number")                   \
	F(INT, OPT, S, retries, "retries", (0, 1000), "attempts; absent: the pile decides")        \
	F(INT, OPT, S, retry_interval, "retryInterval", (0, OCPP16_INT_MAX),                       \
		"seconds between attempts")
FIELD_STRUCT(ocpp16_get_log_req, OCPP16_GET_LOG_REQ)

#define OCPP16_GET_LOG_CONF(F, S)                                                                  \
	F(ENUM, REQ, S, status, "status", ocpp16_log_answer, "will it")                            \
	F(STR, OPT, S, filename, "filename", 255, "name of the file")
FIELD_STRUCT(ocpp16_get_log_conf, OCPP16_GET_LOG_CONF)

#define OCPP16_INSTALL_CERTIFICATE_REQ(F, S)                                                       \
	F(ENUM, REQ, S, certificate_type, "certificateType", ocpp16_certificate_use, "for what")   \
	F(STR, REQ, S, certificate, "certificate", OCPP16_PEM_MAX, "PEM")
FIELD_STRUCT(ocpp16_install_certificate_req, OCPP16_INSTALL_CERTIFICATE_REQ)

#define OCPP16_INSTALL_CERTIFICATE_CONF(F, S)                                                      \
	F(ENUM, REQ, S, status, "status", ocpp16_install_certificate_status, "result")
FIELD_STRUCT(ocpp16_install_certificate_conf, OCPP16_INSTALL_CERTIFICATE_CONF)

#define OCPP16_LOG_STATUS_NOTIFICATION_REQ(F, S)                                                   \
	F(ENUM, REQ, S, status, "status", ocpp16_log_status, "how far the upload is")              \
	F(INT, OPT, S, request_id, "requestId", OCPP16_REQUEST_ID, "number of the GetLog")
FIELD_STRUCT(ocpp16_log_status_notification_req, OCPP16_LOG_STATUS_NOTIFICATION_REQ)

FIELD_STRUCT_EMPTY(ocpp16_log_status_notification_conf)

#define OCPP16_SECURITY_EVENT_NOTIFICATION_REQ(F, S)                                               \
	F(STR, REQ, S, type, "type", 50, "what happened")                                          \
	F(TIME, REQ, S, timestamp, "timestamp", 0, "when")                                         \
	F(STR, OPT, S, tech_info, "techInfo", 255, "details")
FIELD_STRUCT(ocpp16_security_event_notification_req, OCPP16_SECURITY_EVENT_NOTIFICATION_REQ)

FIELD_STRUCT_EMPTY(ocpp16_security_event_notification_conf)

#define OCPP16_SIGN_CERTIFICATE_REQ(F, S)                                                          \
	F(STR, REQ, S, csr, "csr", OCPP16_PEM_MAX, "PEM of the signing request")
FIELD_STRUCT(ocpp16_sign_certificate_req, OCPP16_SIGN_CERTIFICATE_REQ)

#define OCPP16_SIGN_CERTIFICATE_CONF(F, S)                                                         \
	F(ENUM, REQ, S, status, "status", ocpp16_sign_certificate_status, "will it be signed")
FIELD_STRUCT(ocpp16_sign_certificate_conf, OCPP16_SIGN_CERTIFICATE_CONF)

#define OCPP16_SIGNED_FIRMWARE_STATUS_NOTIFICATION_REQ(F, S)                                       \
	F(ENUM, REQ, S, status, "status", ocpp16_signed_firmware_status, "how far the update is")  \
	F(INT, OPT, S, request_id, "requestId", OCPP16_REQUEST_ID, "number of the update")
FIELD_STRUCT(ocpp16_signed_firmware_status_notification_req,                                       \
		OCPP16_SIGNED_FIRMWARE_STATUS_NOTIFICATION_REQ)

FIELD_STRUCT_EMPTY(ocpp16_signed_firmware_status_notification_conf)

#define OCPP16_SIGNED_FIRMWARE(F, S)                                                               \
	F(STR, REQ, S, location, "location", OCPP16_LOCATION_MAX, "where the file lies")           \
	F(TIME, REQ, S, retrieve_date_time, "retrieveDateTime", 0, "not fetched before")           \
	F(TIME, OPT, S, install_date_time, "installDateTime", 0, "not installed before")           \
	F(STR, REQ, S, signing_certificate, "signingCertificate", OCPP16_PEM_MAX,                  \
		"PEM of the maker")                                                                \
	F(STR, REQ, S, signature, "signature", OCPP16_SIGNATURE_MAX,                               \
		"base64 of the file's signature")
FIELD_STRUCT(ocpp16_signed_firmware, OCPP16_SIGNED_FIRMWARE)

#define OCPP16_SIGNED_UPDATE_FIRMWARE_REQ(F, S)                                                    \
	F(INT, OPT, S, retries, "retries", (0, 1000), "attempts; absent: the pile decides")        \
	F(INT, OPT, S, retry_interval, "retryInterval", (0, OCPP16_INT_MAX),                       \
		"seconds between attempts")                                                        \
	F(INT, REQ, S, request_id, "requestId", OCPP16_REQUEST_ID, "its number")                   \
	F(OBJ, REQ, S, firmware, "firmware", ocpp16_signed_firmware, "what and where from")
FIELD_STRUCT(ocpp16_signed_update_firmware_req, OCPP16_SIGNED_UPDATE_FIRMWARE_REQ)

#define OCPP16_SIGNED_UPDATE_FIRMWARE_CONF(F, S)                                                   \
	F(ENUM, REQ, S, status, "status", ocpp16_signed_update_status, "will it")
FIELD_STRUCT(ocpp16_signed_update_firmware_conf, OCPP16_SIGNED_UPDATE_FIRMWARE_CONF)
/* clang-format on */
