/* action.c - the catalogue of OCPP 1.6 actions. */
#include "wire/ocpp16/action.h"
#include "wire/ocpp16/core.h"
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
	ROW("ChangeAvailability", change_availability, SERVER),
	ROW("ChangeConfiguration", change_configuration, SERVER),
	ROW("ClearCache", clear_cache, SERVER),
	ROW("DataTransfer", data_transfer, BOTH),
	ROW("GetConfiguration", get_configuration, SERVER),
	ROW("Heartbeat", heartbeat, STATION),
	ROW("MeterValues", meter_values, STATION),
	ROW("RemoteStartTransaction", remote_start_transaction, SERVER),
	ROW("RemoteStopTransaction", remote_stop_transaction, SERVER),
	ROW("Reset", reset, SERVER),
	ROW("StartTransaction", start_transaction, STATION),
	ROW("StatusNotification", status_notification, STATION),
	ROW("StopTransaction", stop_transaction, STATION),
	ROW("TriggerMessage", trigger_message, SERVER),
	ROW("UnlockConnector", unlock_connector, SERVER),
};
/* clang-format on */
const size_t ocpp16_actions_len = sizeof(ocpp16_actions) / sizeof(ocpp16_actions[0]);

/* Actions of the profiles that are not spoken here. */
static const char *const elsewhere[] = {
	"CancelReservation",
	"ClearChargingProfile",
	"DiagnosticsStatusNotification",
	"FirmwareStatusNotification",
	"GetCompositeSchedule",
	"GetDiagnostics",
	"GetLocalListVersion",
	"ReserveNow",
	"SendLocalList",
	"SetChargingProfile",
	"UpdateFirmware",
};

const struct ocpp16_action *ocpp16_action_find(struct str name)
{
	for (size_t i = 0; i < ocpp16_actions_len; i++)
		if (str_is(name, ocpp16_actions[i].name))
			return &ocpp16_actions[i];
	return NULL;
}

bool ocpp16_action_known(struct str name)
{
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++)
		if (str_is(name, elsewhere[i]))
			return true;
	return ocpp16_action_find(name) != NULL;
}
