/* enums.h - enumerations of OCPP 1.6 and its security extension. Value 0 (_NONE) is "not set" and
 * never on the wire. */
#pragma once
#include "base/field.h"

/* clang-format off */
#define OCPP16_AUTHORIZATION_STATUS_LIST(E, A, P)                                                  \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, BLOCKED, "Blocked")                                                                   \
	E(P, EXPIRED, "Expired")                                                                   \
	E(P, INVALID, "Invalid")                                                                   \
	E(P, CONCURRENT_TX, "ConcurrentTx")

#define OCPP16_REGISTRATION_STATUS_LIST(E, A, P)                                                   \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, PENDING, "Pending")                                                                   \
	E(P, REJECTED, "Rejected")

#define OCPP16_AVAILABILITY_TYPE_LIST(E, A, P)                                                     \
	E(P, INOPERATIVE, "Inoperative")                                                           \
	E(P, OPERATIVE, "Operative")

#define OCPP16_AVAILABILITY_STATUS_LIST(E, A, P)                                                   \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, SCHEDULED, "Scheduled")

#define OCPP16_CONFIGURATION_STATUS_LIST(E, A, P)                                                  \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, REBOOT_REQUIRED, "RebootRequired")                                                    \
	E(P, NOT_SUPPORTED, "NotSupported")

#define OCPP16_CLEAR_CACHE_STATUS_LIST(E, A, P)                                                    \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")

#define OCPP16_DATA_TRANSFER_STATUS_LIST(E, A, P)                                                  \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, UNKNOWN_MESSAGE_ID, "UnknownMessageId")                                               \
	E(P, UNKNOWN_VENDOR_ID, "UnknownVendorId")

#define OCPP16_REMOTE_START_STOP_STATUS_LIST(E, A, P)                                              \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")

#define OCPP16_RESET_TYPE_LIST(E, A, P)                                                            \
	E(P, HARD, "Hard")                                                                         \
	E(P, SOFT, "Soft")

#define OCPP16_RESET_STATUS_LIST(E, A, P)                                                          \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")

#define OCPP16_UNLOCK_STATUS_LIST(E, A, P)                                                         \
	E(P, UNLOCKED, "Unlocked")                                                                 \
	E(P, UNLOCK_FAILED, "UnlockFailed")                                                        \
	E(P, NOT_SUPPORTED, "NotSupported")

#define OCPP16_MESSAGE_TRIGGER_LIST(E, A, P)                                                       \
	E(P, BOOT_NOTIFICATION, "BootNotification")                                                \
	E(P, DIAGNOSTICS_STATUS_NOTIFICATION, "DiagnosticsStatusNotification")                     \
	E(P, FIRMWARE_STATUS_NOTIFICATION, "FirmwareStatusNotification")                           \
	E(P, HEARTBEAT, "Heartbeat")                                                               \
	E(P, METER_VALUES, "MeterValues")                                                          \
	E(P, STATUS_NOTIFICATION, "StatusNotification")

#define OCPP16_TRIGGER_MESSAGE_STATUS_LIST(E, A, P)                                                \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NOT_IMPLEMENTED, "NotImplemented")

#define OCPP16_CHARGE_POINT_STATUS_LIST(E, A, P)                                                   \
	E(P, AVAILABLE, "Available")                                                               \
	E(P, PREPARING, "Preparing")                                                               \
	E(P, CHARGING, "Charging")                                                                 \
	E(P, SUSPENDED_EVSE, "SuspendedEVSE")                                                      \
	E(P, SUSPENDED_EV, "SuspendedEV")                                                          \
	E(P, FINISHING, "Finishing")                                                               \
	E(P, RESERVED, "Reserved")                                                                 \
	E(P, UNAVAILABLE, "Unavailable")                                                           \
	E(P, FAULTED, "Faulted")

#define OCPP16_CHARGE_POINT_ERROR_CODE_LIST(E, A, P)                                               \
	E(P, CONNECTOR_LOCK_FAILURE, "ConnectorLockFailure")                                       \
	E(P, EV_COMMUNICATION_ERROR, "EVCommunicationError")                                       \
	E(P, GROUND_FAILURE, "GroundFailure")                                                      \
	E(P, HIGH_TEMPERATURE, "HighTemperature")                                                  \
	E(P, INTERNAL_ERROR, "InternalError")                                                      \
	E(P, LOCAL_LIST_CONFLICT, "LocalListConflict")                                             \
	E(P, NO_ERROR, "NoError")                                                                  \
	E(P, OTHER_ERROR, "OtherError")                                                            \
	E(P, OVER_CURRENT_FAILURE, "OverCurrentFailure")                                           \
	E(P, OVER_VOLTAGE, "OverVoltage")                                                          \
	E(P, POWER_METER_FAILURE, "PowerMeterFailure")                                             \
	E(P, POWER_SWITCH_FAILURE, "PowerSwitchFailure")                                           \
	E(P, READER_FAILURE, "ReaderFailure")                                                      \
	E(P, RESET_FAILURE, "ResetFailure")                                                        \
	E(P, UNDER_VOLTAGE, "UnderVoltage")                                                        \
	E(P, WEAK_SIGNAL, "WeakSignal")

#define OCPP16_REASON_LIST(E, A, P)                                                                \
	E(P, DE_AUTHORIZED, "DeAuthorized")                                                        \
	E(P, EMERGENCY_STOP, "EmergencyStop")                                                      \
	E(P, EV_DISCONNECTED, "EVDisconnected")                                                    \
	E(P, HARD_RESET, "HardReset")                                                              \
	E(P, LOCAL, "Local")                                                                       \
	E(P, OTHER, "Other")                                                                       \
	E(P, POWER_LOSS, "PowerLoss")                                                              \
	E(P, REBOOT, "Reboot")                                                                     \
	E(P, REMOTE, "Remote")                                                                     \
	E(P, SOFT_RESET, "SoftReset")                                                              \
	E(P, UNLOCK_COMMAND, "UnlockCommand")

#define OCPP16_READING_CONTEXT_LIST(E, A, P)                                                       \
	E(P, INTERRUPTION_BEGIN, "Interruption.Begin")                                             \
	E(P, INTERRUPTION_END, "Interruption.End")                                                 \
	E(P, OTHER, "Other")                                                                       \
	E(P, SAMPLE_CLOCK, "Sample.Clock")                                                         \
	E(P, SAMPLE_PERIODIC, "Sample.Periodic")                                                   \
	E(P, TRANSACTION_BEGIN, "Transaction.Begin")                                               \
	E(P, TRANSACTION_END, "Transaction.End")                                                   \
	E(P, TRIGGER, "Trigger")

#define OCPP16_VALUE_FORMAT_LIST(E, A, P)                                                          \
	E(P, RAW, "Raw")                                                                           \
	E(P, SIGNED_DATA, "SignedData")

#define OCPP16_MEASURAND_LIST(E, A, P)                                                             \
	E(P, CURRENT_EXPORT, "Current.Export")                                                     \
	E(P, CURRENT_IMPORT, "Current.Import")                                                     \
	E(P, CURRENT_OFFERED, "Current.Offered")                                                   \
	E(P, ENERGY_ACTIVE_EXPORT_REGISTER, "Energy.Active.Export.Register")                       \
	E(P, ENERGY_ACTIVE_IMPORT_REGISTER, "Energy.Active.Import.Register")                       \
	E(P, ENERGY_REACTIVE_EXPORT_REGISTER, "Energy.Reactive.Export.Register")                   \
	E(P, ENERGY_REACTIVE_IMPORT_REGISTER, "Energy.Reactive.Import.Register")                   \
	E(P, ENERGY_ACTIVE_EXPORT_INTERVAL, "Energy.Active.Export.Interval")                       \
	E(P, ENERGY_ACTIVE_IMPORT_INTERVAL, "Energy.Active.Import.Interval")                       \
	E(P, ENERGY_REACTIVE_EXPORT_INTERVAL, "Energy.Reactive.Export.Interval")                   \
	E(P, ENERGY_REACTIVE_IMPORT_INTERVAL, "Energy.Reactive.Import.Interval")                   \
	E(P, FREQUENCY, "Frequency")                                                               \
	E(P, POWER_ACTIVE_EXPORT, "Power.Active.Export")                                           \
	E(P, POWER_ACTIVE_IMPORT, "Power.Active.Import")                                           \
	E(P, POWER_FACTOR, "Power.Factor")                                                         \
	E(P, POWER_OFFERED, "Power.Offered")                                                       \
	E(P, POWER_REACTIVE_EXPORT, "Power.Reactive.Export")                                       \
	E(P, POWER_REACTIVE_IMPORT, "Power.Reactive.Import")                                       \
	E(P, RPM, "RPM")                                                                           \
	E(P, SOC, "SoC")                                                                           \
	E(P, TEMPERATURE, "Temperature")                                                           \
	E(P, VOLTAGE, "Voltage")

#define OCPP16_PHASE_LIST(E, A, P)                                                                 \
	E(P, L1, "L1")                                                                             \
	E(P, L2, "L2")                                                                             \
	E(P, L3, "L3")                                                                             \
	E(P, N, "N")                                                                               \
	E(P, L1_N, "L1-N")                                                                         \
	E(P, L2_N, "L2-N")                                                                         \
	E(P, L3_N, "L3-N")                                                                         \
	E(P, L1_L2, "L1-L2")                                                                       \
	E(P, L2_L3, "L2-L3")                                                                       \
	E(P, L3_L1, "L3-L1")

#define OCPP16_LOCATION_LIST(E, A, P)                                                              \
	E(P, BODY, "Body")                                                                         \
	E(P, CABLE, "Cable")                                                                       \
	E(P, EV, "EV")                                                                             \
	E(P, INLET, "Inlet")                                                                       \
	E(P, OUTLET, "Outlet")

/* The first edition of the standard misspelled Celsius, and piles follow it to this day. */
#define OCPP16_UNIT_OF_MEASURE_LIST(E, A, P)                                                       \
	E(P, WH, "Wh")                                                                             \
	E(P, KWH, "kWh")                                                                           \
	E(P, VARH, "varh")                                                                         \
	E(P, KVARH, "kvarh")                                                                       \
	E(P, W, "W")                                                                               \
	E(P, KW, "kW")                                                                             \
	E(P, VA, "VA")                                                                             \
	E(P, KVA, "kVA")                                                                           \
	E(P, VAR, "var")                                                                           \
	E(P, KVAR, "kvar")                                                                         \
	E(P, AMPERE, "A")                                                                          \
	E(P, V, "V")                                                                               \
	E(P, CELSIUS, "Celsius")                                                                   \
	E(P, FAHRENHEIT, "Fahrenheit")                                                             \
	E(P, K, "K")                                                                               \
	E(P, PERCENT, "Percent")                                                                   \
	A(P, CELSIUS, "Celcius")

#define OCPP16_CHARGING_PROFILE_PURPOSE_LIST(E, A, P)                                              \
	E(P, CHARGE_POINT_MAX_PROFILE, "ChargePointMaxProfile")                                    \
	E(P, TX_DEFAULT_PROFILE, "TxDefaultProfile")                                               \
	E(P, TX_PROFILE, "TxProfile")

#define OCPP16_CHARGING_PROFILE_KIND_LIST(E, A, P)                                                 \
	E(P, ABSOLUTE, "Absolute")                                                                 \
	E(P, RECURRING, "Recurring")                                                               \
	E(P, RELATIVE, "Relative")

#define OCPP16_RECURRENCY_KIND_LIST(E, A, P)                                                       \
	E(P, DAILY, "Daily")                                                                       \
	E(P, WEEKLY, "Weekly")

#define OCPP16_CHARGING_RATE_UNIT_LIST(E, A, P)                                                    \
	E(P, AMPERE, "A")                                                                          \
	E(P, W, "W")

#define OCPP16_DIAGNOSTICS_STATUS_LIST(E, A, P)                                                    \
	E(P, IDLE, "Idle")                                                                         \
	E(P, UPLOADED, "Uploaded")                                                                 \
	E(P, UPLOAD_FAILED, "UploadFailed")                                                        \
	E(P, UPLOADING, "Uploading")

#define OCPP16_FIRMWARE_STATUS_LIST(E, A, P)                                                       \
	E(P, DOWNLOADED, "Downloaded")                                                             \
	E(P, DOWNLOAD_FAILED, "DownloadFailed")                                                    \
	E(P, DOWNLOADING, "Downloading")                                                           \
	E(P, IDLE, "Idle")                                                                         \
	E(P, INSTALLATION_FAILED, "InstallationFailed")                                            \
	E(P, INSTALLING, "Installing")                                                             \
	E(P, INSTALLED, "Installed")

#define OCPP16_SIGNED_FIRMWARE_STATUS_LIST(E, A, P)                                                \
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

#define OCPP16_SIGNED_UPDATE_STATUS_LIST(E, A, P)                                                  \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, ACCEPTED_CANCELED, "AcceptedCanceled")                                                \
	E(P, INVALID_CERTIFICATE, "InvalidCertificate")                                            \
	E(P, REVOKED_CERTIFICATE, "RevokedCertificate")

#define OCPP16_LOG_TYPE_LIST(E, A, P)                                                              \
	E(P, DIAGNOSTICS_LOG, "DiagnosticsLog")                                                    \
	E(P, SECURITY_LOG, "SecurityLog")

#define OCPP16_LOG_ANSWER_LIST(E, A, P)                                                            \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, ACCEPTED_CANCELED, "AcceptedCanceled")

#define OCPP16_LOG_STATUS_LIST(E, A, P)                                                            \
	E(P, BAD_MESSAGE, "BadMessage")                                                            \
	E(P, IDLE, "Idle")                                                                         \
	E(P, NOT_SUPPORTED_OPERATION, "NotSupportedOperation")                                     \
	E(P, PERMISSION_DENIED, "PermissionDenied")                                                \
	E(P, UPLOADED, "Uploaded")                                                                 \
	E(P, UPLOAD_FAILURE, "UploadFailure")                                                      \
	E(P, UPLOADING, "Uploading")

#define OCPP16_UPDATE_TYPE_LIST(E, A, P)                                                           \
	E(P, DIFFERENTIAL, "Differential")                                                         \
	E(P, FULL, "Full")

#define OCPP16_UPDATE_STATUS_LIST(E, A, P)                                                         \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAILED, "Failed")                                                                     \
	E(P, NOT_SUPPORTED, "NotSupported")                                                        \
	E(P, VERSION_MISMATCH, "VersionMismatch")

#define OCPP16_RESERVATION_STATUS_LIST(E, A, P)                                                    \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAULTED, "Faulted")                                                                   \
	E(P, OCCUPIED, "Occupied")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, UNAVAILABLE, "Unavailable")

#define OCPP16_CANCEL_RESERVATION_STATUS_LIST(E, A, P)                                             \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")

#define OCPP16_CHARGING_PROFILE_STATUS_LIST(E, A, P)                                               \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")                                                                 \
	E(P, NOT_SUPPORTED, "NotSupported")

#define OCPP16_CLEAR_PROFILE_STATUS_LIST(E, A, P)                                                  \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, UNKNOWN, "Unknown")

#define OCPP16_COMPOSITE_STATUS_LIST(E, A, P)                                                      \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")

#define OCPP16_CERTIFICATE_USE_LIST(E, A, P)                                                       \
	E(P, CENTRAL_SYSTEM_ROOT_CERTIFICATE, "CentralSystemRootCertificate")                      \
	E(P, MANUFACTURER_ROOT_CERTIFICATE, "ManufacturerRootCertificate")

#define OCPP16_HASH_ALGORITHM_LIST(E, A, P)                                                        \
	E(P, SHA256, "SHA256")                                                                     \
	E(P, SHA384, "SHA384")                                                                     \
	E(P, SHA512, "SHA512")

#define OCPP16_CERTIFICATE_SIGNED_STATUS_LIST(E, A, P)                                             \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")

#define OCPP16_DELETE_CERTIFICATE_STATUS_LIST(E, A, P)                                             \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAILED, "Failed")                                                                     \
	E(P, NOT_FOUND, "NotFound")

#define OCPP16_INSTALLED_CERTIFICATES_STATUS_LIST(E, A, P)                                         \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, NOT_FOUND, "NotFound")

#define OCPP16_INSTALL_CERTIFICATE_STATUS_LIST(E, A, P)                                            \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, FAILED, "Failed")                                                                     \
	E(P, REJECTED, "Rejected")

#define OCPP16_SIGN_CERTIFICATE_STATUS_LIST(E, A, P)                                               \
	E(P, ACCEPTED, "Accepted")                                                                 \
	E(P, REJECTED, "Rejected")

#define OCPP16_EXTENDED_TRIGGER_LIST(E, A, P)                                                      \
	E(P, BOOT_NOTIFICATION, "BootNotification")                                                \
	E(P, LOG_STATUS_NOTIFICATION, "LogStatusNotification")                                     \
	E(P, FIRMWARE_STATUS_NOTIFICATION, "FirmwareStatusNotification")                           \
	E(P, HEARTBEAT, "Heartbeat")                                                               \
	E(P, METER_VALUES, "MeterValues")                                                          \
	E(P, SIGN_CHARGE_POINT_CERTIFICATE, "SignChargePointCertificate")                          \
	E(P, STATUS_NOTIFICATION, "StatusNotification")

/* Every enumeration: tag, prefix. */
#define OCPP16_ENUMS(X)                                                                            \
	X(ocpp16_authorization_status, OCPP16_AUTHORIZATION_STATUS)                                \
	X(ocpp16_registration_status, OCPP16_REGISTRATION_STATUS)                                  \
	X(ocpp16_availability_type, OCPP16_AVAILABILITY_TYPE)                                      \
	X(ocpp16_availability_status, OCPP16_AVAILABILITY_STATUS)                                  \
	X(ocpp16_configuration_status, OCPP16_CONFIGURATION_STATUS)                                \
	X(ocpp16_clear_cache_status, OCPP16_CLEAR_CACHE_STATUS)                                    \
	X(ocpp16_data_transfer_status, OCPP16_DATA_TRANSFER_STATUS)                                \
	X(ocpp16_remote_start_stop_status, OCPP16_REMOTE_START_STOP_STATUS)                        \
	X(ocpp16_reset_type, OCPP16_RESET_TYPE)                                                    \
	X(ocpp16_reset_status, OCPP16_RESET_STATUS)                                                \
	X(ocpp16_unlock_status, OCPP16_UNLOCK_STATUS)                                              \
	X(ocpp16_message_trigger, OCPP16_MESSAGE_TRIGGER)                                          \
	X(ocpp16_trigger_message_status, OCPP16_TRIGGER_MESSAGE_STATUS)                            \
	X(ocpp16_charge_point_status, OCPP16_CHARGE_POINT_STATUS)                                  \
	X(ocpp16_charge_point_error_code, OCPP16_CHARGE_POINT_ERROR_CODE)                          \
	X(ocpp16_reason, OCPP16_REASON)                                                            \
	X(ocpp16_reading_context, OCPP16_READING_CONTEXT)                                          \
	X(ocpp16_value_format, OCPP16_VALUE_FORMAT)                                                \
	X(ocpp16_measurand, OCPP16_MEASURAND)                                                      \
	X(ocpp16_phase, OCPP16_PHASE)                                                              \
	X(ocpp16_location, OCPP16_LOCATION)                                                        \
	X(ocpp16_unit_of_measure, OCPP16_UNIT_OF_MEASURE)                                          \
	X(ocpp16_charging_profile_purpose, OCPP16_CHARGING_PROFILE_PURPOSE)                        \
	X(ocpp16_charging_profile_kind, OCPP16_CHARGING_PROFILE_KIND)                              \
	X(ocpp16_recurrency_kind, OCPP16_RECURRENCY_KIND)                                          \
	X(ocpp16_charging_rate_unit, OCPP16_CHARGING_RATE_UNIT)                                    \
	X(ocpp16_diagnostics_status, OCPP16_DIAGNOSTICS_STATUS)                                    \
	X(ocpp16_firmware_status, OCPP16_FIRMWARE_STATUS)                                          \
	X(ocpp16_signed_firmware_status, OCPP16_SIGNED_FIRMWARE_STATUS)                            \
	X(ocpp16_signed_update_status, OCPP16_SIGNED_UPDATE_STATUS)                                \
	X(ocpp16_log_type, OCPP16_LOG_TYPE)                                                        \
	X(ocpp16_log_answer, OCPP16_LOG_ANSWER)                                                    \
	X(ocpp16_log_status, OCPP16_LOG_STATUS)                                                    \
	X(ocpp16_update_type, OCPP16_UPDATE_TYPE)                                                  \
	X(ocpp16_update_status, OCPP16_UPDATE_STATUS)                                              \
	X(ocpp16_reservation_status, OCPP16_RESERVATION_STATUS)                                    \
	X(ocpp16_cancel_reservation_status, OCPP16_CANCEL_RESERVATION_STATUS)                      \
	X(ocpp16_charging_profile_status, OCPP16_CHARGING_PROFILE_STATUS)                          \
	X(ocpp16_clear_profile_status, OCPP16_CLEAR_PROFILE_STATUS)                                \
	X(ocpp16_composite_status, OCPP16_COMPOSITE_STATUS)                                        \
	X(ocpp16_certificate_use, OCPP16_CERTIFICATE_USE)                                          \
	X(ocpp16_hash_algorithm, OCPP16_HASH_ALGORITHM)                                            \
	X(ocpp16_certificate_signed_status, OCPP16_CERTIFICATE_SIGNED_STATUS)                      \
	X(ocpp16_delete_certificate_status, OCPP16_DELETE_CERTIFICATE_STATUS)                      \
	X(ocpp16_installed_certificates_status, OCPP16_INSTALLED_CERTIFICATES_STATUS)              \
	X(ocpp16_install_certificate_status, OCPP16_INSTALL_CERTIFICATE_STATUS)                    \
	X(ocpp16_sign_certificate_status, OCPP16_SIGN_CERTIFICATE_STATUS)                          \
	X(ocpp16_extended_trigger, OCPP16_EXTENDED_TRIGGER)

#define OCPP16_ENUM_DECLARE(tag, prefix) FIELD_ENUM_DECLARE(tag, prefix, prefix##_LIST)
OCPP16_ENUMS(OCPP16_ENUM_DECLARE)
/* clang-format on */
