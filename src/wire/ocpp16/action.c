/* action.c - the catalogue of OCPP 1.6 actions. */
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"
#include "wire/ocpp16/firmware.h"
#include "wire/ocpp16/locallist.h"
#include "wire/ocpp16/reservation.h"
#include "wire/ocpp16/security.h"
#include "wire/ocpp16/smartcharging.h"
#include "wire/ocpp16/trigger.h"

/* clang-format off */
#define STATION true, false
#define SERVER false, true
#define BOTH true, true
#define ROW(name, tag, from)                                                                       \
	{name, &ocpp16_##tag##_req_record, &ocpp16_##tag##_conf_record, from}

const struct ocpp16_action ocpp16_actions[] = {
	ROW("Authorize", authorize, STATION),
	ROW("BootNotification", boot_notification, STATION),
	ROW("CancelReservation", cancel_reservation, SERVER),
	ROW("CertificateSigned", certificate_signed, SERVER),
	ROW("ChangeAvailability", change_availability, SERVER),
	ROW("ChangeConfiguration", change_configuration, SERVER),
	ROW("ClearCache", clear_cache, SERVER),
	ROW("ClearChargingProfile", clear_charging_profile, SERVER),
	ROW("DataTransfer", data_transfer, BOTH),
	ROW("DeleteCertificate", delete_certificate, SERVER),
	ROW("DiagnosticsStatusNotification", diagnostics_status_notification, STATION),
	ROW("ExtendedTriggerMessage", extended_trigger_message, SERVER),
	ROW("FirmwareStatusNotification", firmware_status_notification, STATION),
	ROW("GetCompositeSchedule", get_composite_schedule, SERVER),
	ROW("GetConfiguration", get_configuration, SERVER),
	ROW("GetDiagnostics", get_diagnostics, SERVER),
	ROW("GetInstalledCertificateIds", get_installed_certificate_ids, SERVER),
	ROW("GetLocalListVersion", get_local_list_version, SERVER),
	ROW("GetLog", get_log, SERVER),
	ROW("Heartbeat", heartbeat, STATION),
	ROW("InstallCertificate", install_certificate, SERVER),
	ROW("LogStatusNotification", log_status_notification, STATION),
	ROW("MeterValues", meter_values, STATION),
	ROW("RemoteStartTransaction", remote_start_transaction, SERVER),
	ROW("RemoteStopTransaction", remote_stop_transaction, SERVER),
	ROW("ReserveNow", reserve_now, SERVER),
	ROW("Reset", reset, SERVER),
	ROW("SecurityEventNotification", security_event_notification, STATION),
	ROW("SendLocalList", send_local_list, SERVER),
	ROW("SetChargingProfile", set_charging_profile, SERVER),
	ROW("SignCertificate", sign_certificate, STATION),
	ROW("SignedFirmwareStatusNotification", signed_firmware_status_notification, STATION),
	ROW("SignedUpdateFirmware", signed_update_firmware, SERVER),
	ROW("StartTransaction", start_transaction, STATION),
	ROW("StatusNotification", status_notification, STATION),
	ROW("StopTransaction", stop_transaction, STATION),
	ROW("TriggerMessage", trigger_message, SERVER),
	ROW("UnlockConnector", unlock_connector, SERVER),
	ROW("UpdateFirmware", update_firmware, SERVER),
};
/* clang-format on */
const size_t ocpp16_actions_len = sizeof(ocpp16_actions) / sizeof(ocpp16_actions[0]);

const struct ocpp16_action *ocpp16_action_find(struct str name)
{
	for (size_t i = 0; i < ocpp16_actions_len; i++)
		if (str_is(name, ocpp16_actions[i].name))
			return &ocpp16_actions[i];
	return NULL;
}
