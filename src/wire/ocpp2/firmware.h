/* firmware.h - OCPP 2.0.1 and 2.1, blocks L and N: firmware and logs. */
#pragma once
#include "wire/ocpp2/types.h"

/* clang-format off */
#define OCPP2_E_FIRMWARE_STATUS(E, B, P)                                                           \
	E(P, DOWNLOADED, "Downloaded")                                                             \
	E(P, DOWNLOAD_FAILED, "DownloadFailed")                                                    \
	E(P, DOWNLOADING, "Downloading")                                                           \
	E(P, DOWNLOAD_SCHEDULED, "DownloadScheduled")                                              \
	E(P, DOWNLOAD_PAUSED, "DownloadPaused")                                                    \
	E(P, IDLE, "Idle")                                                                         \
	E(P, INSTALLATION_FAILED, "InstallationFailed")                                            \
	E(P, INSTALLING, "Installing")                                                             \
	E(P, INSTALLED, "Installed")                                                               \
	E(P, INSTALL_REBOOTING, "InstallRebooting")                                                \
	E(P, INSTALL_SCHEDULED, "InstallScheduled")                                                \
	E(P, INSTALL_VERIFICATION_FAILED, "InstallVerificationFailed")                             \
	E(P, INVALID_SIGNATURE, "InvalidSignature")                                                \
	E(P, SIGNATURE_VERIFIED, "SignatureVerified")
OCPP2_ENUM(ocpp2_firmware_status_enum, FIRMWARE_STATUS)

#define OCPP2_E_LOG(E, B, P)                                                                       \
	E(P, DIAGNOSTICS_LOG, "DiagnosticsLog")                                                    \
	E(P, SECURITY_LOG, "SecurityLog")                                                          \
	B(P, DATA_COLLECTOR_LOG, "DataCollectorLog")
OCPP2_ENUM(ocpp2_log_enum, LOG)

#define OCPP2_E_LOG_STATUS(E, B, P)                                                                \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, ACCEPTED_CANCELED, "AcceptedCanceled")
OCPP2_ENUM(ocpp2_log_status_enum, LOG_STATUS)

#define OCPP2_E_UPLOAD_LOG_STATUS(E, B, P)                                                         \
	E(P, BAD_MESSAGE, "BadMessage")                                                            \
	E(P, IDLE, "Idle")                                                                         \
	E(P, NOT_SUPPORTED_OPERATION, "NotSupportedOperation")                                     \
	E(P, PERMISSION_DENIED, "PermissionDenied")                                                \
	E(P, UPLOADED, "Uploaded")                                                                 \
	E(P, UPLOAD_FAILURE, "UploadFailure")                                                      \
	E(P, UPLOADING, "Uploading")                                                               \
	E(P, ACCEPTED_CANCELED, "AcceptedCanceled")
OCPP2_ENUM(ocpp2_upload_log_status_enum, UPLOAD_LOG_STATUS)

#define OCPP2_E_PUBLISH_FIRMWARE_STATUS(E, B, P)                                                   \
	E(P, IDLE, "Idle")                                                                         \
	E(P, DOWNLOAD_SCHEDULED, "DownloadScheduled")                                              \
	E(P, DOWNLOADING, "Downloading")                                                           \
	E(P, DOWNLOADED, "Downloaded")                                                             \
	E(P, PUBLISHED, "Published")                                                               \
	E(P, DOWNLOAD_FAILED, "DownloadFailed")                                                    \
	E(P, DOWNLOAD_PAUSED, "DownloadPaused")                                                    \
	E(P, INVALID_CHECKSUM, "InvalidChecksum")                                                  \
	E(P, CHECKSUM_VERIFIED, "ChecksumVerified")                                                \
	E(P, PUBLISH_FAILED, "PublishFailed")
OCPP2_ENUM(ocpp2_publish_firmware_status_enum, PUBLISH_FIRMWARE_STATUS)

#define OCPP2_E_UNPUBLISH_FIRMWARE_STATUS(E, B, P)                                                 \
	E(P, DOWNLOAD_ONGOING, "DownloadOngoing")                                                  \
	E(P, NO_FIRMWARE, "NoFirmware")                                                            \
	E(P, UNPUBLISHED, "Unpublished")
OCPP2_ENUM(ocpp2_unpublish_firmware_status_enum, UNPUBLISH_FIRMWARE_STATUS)

#define OCPP2_E_UPDATE_FIRMWARE_STATUS(E, B, P)                                                    \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, ACCEPTED_CANCELED, "AcceptedCanceled")                                                \
	E(P, INVALID_CERTIFICATE, "InvalidCertificate")                                            \
	E(P, REVOKED_CERTIFICATE, "RevokedCertificate")
OCPP2_ENUM(ocpp2_update_firmware_status_enum, UPDATE_FIRMWARE_STATUS)

#define OCPP2_L_FIRMWARE(F, A, B, R, S)                                                            \
	B(STR, REQ, S, location, "location", 2000)                                                 \
	R(STR, REQ, S, location, "location", 512)                                                  \
	F(TIME, REQ, S, retrieve_date_time, "retrieveDateTime", 0)                                 \
	F(TIME, OPT, S, install_date_time, "installDateTime", 0)                                   \
	F(STR, OPT, S, signing_certificate, "signingCertificate", 5500)                            \
	F(STR, OPT, S, signature, "signature", 800)
OCPP2_STRUCT(ocpp2_firmware, OCPP2_L_FIRMWARE)

#define OCPP2_L_UPDATE_FIRMWARE_REQ(F, A, B, R, S)                                                 \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(OBJ, REQ, S, firmware, "firmware", ocpp2_firmware)                                       \
	F(INT, OPT, S, retries, "retries", (0, OCPP2_INT_MAX))                                     \
	F(INT, OPT, S, retry_interval, "retryInterval", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_update_firmware_req, OCPP2_L_UPDATE_FIRMWARE_REQ)

#define OCPP2_L_UPDATE_FIRMWARE_CONF(F, A, B, R, S)                                                \
	F(ENUM, REQ, S, status, "status", ocpp2_update_firmware_status_enum)                       \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_update_firmware_conf, OCPP2_L_UPDATE_FIRMWARE_CONF)

#define OCPP2_L_FIRMWARE_STATUS_NOTIFICATION_REQ(F, A, B, R, S)                                    \
	F(ENUM, REQ, S, status, "status", ocpp2_firmware_status_enum)                              \
	F(INT, OPT, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	B(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_firmware_status_notification_req, OCPP2_L_FIRMWARE_STATUS_NOTIFICATION_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_firmware_status_notification_conf)

#define OCPP2_L_PUBLISH_FIRMWARE_REQ(F, A, B, R, S)                                                \
	B(STR, REQ, S, location, "location", 2000)                                                 \
	R(STR, REQ, S, location, "location", 512)                                                  \
	F(STR, REQ, S, checksum, "checksum", 32)                                                   \
	F(INT, REQ, S, request_id, "requestId", (0, OCPP2_INT_MAX))                                \
	F(INT, OPT, S, retries, "retries", (0, OCPP2_INT_MAX))                                     \
	F(INT, OPT, S, retry_interval, "retryInterval", (0, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_publish_firmware_req, OCPP2_L_PUBLISH_FIRMWARE_REQ)

#define OCPP2_L_PUBLISH_FIRMWARE_CONF(F, A, B, R, S)                                               \
	F(ENUM, REQ, S, status, "status", ocpp2_generic_status_enum)                               \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_publish_firmware_conf, OCPP2_L_PUBLISH_FIRMWARE_CONF)

#define OCPP2_L_PUBLISH_FIRMWARE_STATUS_NOTIFICATION_REQ(F, A, B, R, S)                            \
	F(ENUM, REQ, S, status, "status", ocpp2_publish_firmware_status_enum)                      \
	B(STRS, OPT, S, location, "location", (2000, 1, OCPP2_ITEMS_MAX))                          \
	R(STRS, OPT, S, location, "location", (512, 1, OCPP2_ITEMS_MAX))                           \
	F(INT, OPT, S, request_id, "requestId", (0, OCPP2_INT_MAX))                                \
	B(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_publish_firmware_status_notification_req,
	OCPP2_L_PUBLISH_FIRMWARE_STATUS_NOTIFICATION_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_publish_firmware_status_notification_conf)

#define OCPP2_L_UNPUBLISH_FIRMWARE_REQ(F, A, B, R, S)                                              \
	F(STR, REQ, S, checksum, "checksum", 32)
OCPP2_STRUCT(ocpp2_unpublish_firmware_req, OCPP2_L_UNPUBLISH_FIRMWARE_REQ)

#define OCPP2_L_UNPUBLISH_FIRMWARE_CONF(F, A, B, R, S)                                             \
	F(ENUM, REQ, S, status, "status", ocpp2_unpublish_firmware_status_enum)
OCPP2_STRUCT(ocpp2_unpublish_firmware_conf, OCPP2_L_UNPUBLISH_FIRMWARE_CONF)

#define OCPP2_L_LOG_PARAMETERS(F, A, B, R, S)                                                      \
	B(STR, REQ, S, remote_location, "remoteLocation", 2000)                                    \
	R(STR, REQ, S, remote_location, "remoteLocation", 512)                                     \
	F(TIME, OPT, S, oldest_timestamp, "oldestTimestamp", 0)                                    \
	F(TIME, OPT, S, latest_timestamp, "latestTimestamp", 0)
OCPP2_STRUCT(ocpp2_log_parameters, OCPP2_L_LOG_PARAMETERS)

#define OCPP2_L_GET_LOG_REQ(F, A, B, R, S)                                                         \
	F(OBJ, REQ, S, log, "log", ocpp2_log_parameters)                                           \
	F(ENUM, REQ, S, log_type, "logType", ocpp2_log_enum)                                       \
	F(INT, REQ, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	F(INT, OPT, S, retries, "retries", (0, OCPP2_INT_MAX))                                     \
	F(INT, OPT, S, retry_interval, "retryInterval", (-OCPP2_INT_MAX, OCPP2_INT_MAX))
OCPP2_STRUCT(ocpp2_get_log_req, OCPP2_L_GET_LOG_REQ)

#define OCPP2_L_GET_LOG_CONF(F, A, B, R, S)                                                        \
	F(ENUM, REQ, S, status, "status", ocpp2_log_status_enum)                                   \
	F(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)                               \
	F(STR, OPT, S, filename, "filename", 255)
OCPP2_STRUCT(ocpp2_get_log_conf, OCPP2_L_GET_LOG_CONF)

#define OCPP2_L_LOG_STATUS_NOTIFICATION_REQ(F, A, B, R, S)                                         \
	F(ENUM, REQ, S, status, "status", ocpp2_upload_log_status_enum)                            \
	F(INT, OPT, S, request_id, "requestId", (-OCPP2_INT_MAX, OCPP2_INT_MAX))                   \
	B(OBJ, OPT, S, status_info, "statusInfo", ocpp2_status_info)
OCPP2_STRUCT(ocpp2_log_status_notification_req, OCPP2_L_LOG_STATUS_NOTIFICATION_REQ)

OCPP2_STRUCT_EMPTY(ocpp2_log_status_notification_conf)
/* clang-format on */
