/* action.c - the catalogue of actions of OCPP 2.0.1 and 2.1. */
#include "wire/ocpp2/action.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/battery.h"
#include "wire/ocpp2/certificate.h"
#include "wire/ocpp2/der.h"
#include "wire/ocpp2/diagnostics.h"
#include "wire/ocpp2/display.h"
#include "wire/ocpp2/firmware.h"
#include "wire/ocpp2/needs.h"
#include "wire/ocpp2/provisioning.h"
#include "wire/ocpp2/remote.h"
#include "wire/ocpp2/security.h"
#include "wire/ocpp2/smart.h"
#include "wire/ocpp2/stream.h"
#include "wire/ocpp2/tariff.h"
#include "wire/ocpp2/transaction.h"

/* clang-format off */
#define STATION true, false
#define SERVER false, true
#define BOTH true, true
#define ROW(name, tag, from)                                                                       \
	{name, &ocpp2_##tag##_req_201_record, &ocpp2_##tag##_conf_201_record,                      \
		&ocpp2_##tag##_req_21_record, &ocpp2_##tag##_conf_21_record, from}
#define ROW21(name, tag, from)                                                                     \
	{name, NULL, NULL, &ocpp2_##tag##_req_21_record, &ocpp2_##tag##_conf_21_record, from}
#define ROW21_SENT(name, tag, from)                                                                \
	{name, NULL, NULL, &ocpp2_##tag##_req_21_record, NULL, from}

const struct ocpp2_action ocpp2_actions[] = {
	ROW21("AFRRSignal", afrr_signal, SERVER),
	ROW21("AdjustPeriodicEventStream", adjust_periodic_event_stream, SERVER),
	ROW("Authorize", authorize, STATION),
	ROW21("BatterySwap", battery_swap, STATION),
	ROW("BootNotification", boot_notification, STATION),
	ROW("CancelReservation", cancel_reservation, SERVER),
	ROW("CertificateSigned", certificate_signed, SERVER),
	ROW("ChangeAvailability", change_availability, SERVER),
	ROW21("ChangeTransactionTariff", change_transaction_tariff, SERVER),
	ROW("ClearCache", clear_cache, SERVER),
	ROW("ClearChargingProfile", clear_charging_profile, SERVER),
	ROW21("ClearDERControl", clear_der_control, SERVER),
	ROW("ClearDisplayMessage", clear_display_message, SERVER),
	ROW21("ClearTariffs", clear_tariffs, SERVER),
	ROW("ClearVariableMonitoring", clear_variable_monitoring, SERVER),
	ROW("ClearedChargingLimit", cleared_charging_limit, STATION),
	ROW21("ClosePeriodicEventStream", close_periodic_event_stream, STATION),
	ROW("CostUpdated", cost_updated, SERVER),
	ROW("CustomerInformation", customer_information, SERVER),
	ROW("DataTransfer", data_transfer, BOTH),
	ROW("DeleteCertificate", delete_certificate, SERVER),
	ROW("FirmwareStatusNotification", firmware_status_notification, STATION),
	ROW("Get15118EVCertificate", get15118_ev_certificate, STATION),
	ROW("GetBaseReport", get_base_report, SERVER),
	ROW21("GetCertificateChainStatus", get_certificate_chain_status, STATION),
	ROW("GetCertificateStatus", get_certificate_status, STATION),
	ROW("GetChargingProfiles", get_charging_profiles, SERVER),
	ROW("GetCompositeSchedule", get_composite_schedule, SERVER),
	ROW21("GetDERControl", get_der_control, SERVER),
	ROW("GetDisplayMessages", get_display_messages, SERVER),
	ROW("GetInstalledCertificateIds", get_installed_certificate_ids, SERVER),
	ROW("GetLocalListVersion", get_local_list_version, SERVER),
	ROW("GetLog", get_log, SERVER),
	ROW("GetMonitoringReport", get_monitoring_report, SERVER),
	ROW21("GetPeriodicEventStream", get_periodic_event_stream, SERVER),
	ROW("GetReport", get_report, SERVER),
	ROW21("GetTariffs", get_tariffs, SERVER),
	ROW("GetTransactionStatus", get_transaction_status, SERVER),
	ROW("GetVariables", get_variables, SERVER),
	ROW("Heartbeat", heartbeat, STATION),
	ROW("InstallCertificate", install_certificate, SERVER),
	ROW("LogStatusNotification", log_status_notification, STATION),
	ROW("MeterValues", meter_values, STATION),
	ROW21("NotifyAllowedEnergyTransfer", notify_allowed_energy_transfer, SERVER),
	ROW("NotifyChargingLimit", notify_charging_limit, STATION),
	ROW("NotifyCustomerInformation", notify_customer_information, STATION),
	ROW21("NotifyDERAlarm", notify_der_alarm, STATION),
	ROW21("NotifyDERStartStop", notify_der_start_stop, STATION),
	ROW("NotifyDisplayMessages", notify_display_messages, STATION),
	ROW("NotifyEVChargingNeeds", notify_ev_charging_needs, STATION),
	ROW("NotifyEVChargingSchedule", notify_ev_charging_schedule, STATION),
	ROW("NotifyEvent", notify_event, STATION),
	ROW("NotifyMonitoringReport", notify_monitoring_report, STATION),
	ROW21_SENT("NotifyPeriodicEventStream", notify_periodic_event_stream, STATION),
	ROW21("NotifyPriorityCharging", notify_priority_charging, STATION),
	ROW("NotifyReport", notify_report, STATION),
	ROW21("NotifySettlement", notify_settlement, STATION),
	ROW21("NotifyWebPaymentStarted", notify_web_payment_started, SERVER),
	ROW21("OpenPeriodicEventStream", open_periodic_event_stream, STATION),
	ROW("PublishFirmware", publish_firmware, SERVER),
	ROW("PublishFirmwareStatusNotification", publish_firmware_status_notification, STATION),
	ROW21("PullDynamicScheduleUpdate", pull_dynamic_schedule_update, STATION),
	ROW("ReportChargingProfiles", report_charging_profiles, STATION),
	ROW21("ReportDERControl", report_der_control, STATION),
	ROW21("RequestBatterySwap", request_battery_swap, SERVER),
	ROW("RequestStartTransaction", request_start_transaction, SERVER),
	ROW("RequestStopTransaction", request_stop_transaction, SERVER),
	ROW("ReservationStatusUpdate", reservation_status_update, STATION),
	ROW("ReserveNow", reserve_now, SERVER),
	ROW("Reset", reset, SERVER),
	ROW("SecurityEventNotification", security_event_notification, STATION),
	ROW("SendLocalList", send_local_list, SERVER),
	ROW("SetChargingProfile", set_charging_profile, SERVER),
	ROW21("SetDERControl", set_der_control, SERVER),
	ROW21("SetDefaultTariff", set_default_tariff, SERVER),
	ROW("SetDisplayMessage", set_display_message, SERVER),
	ROW("SetMonitoringBase", set_monitoring_base, SERVER),
	ROW("SetMonitoringLevel", set_monitoring_level, SERVER),
	ROW("SetNetworkProfile", set_network_profile, SERVER),
	ROW("SetVariableMonitoring", set_variable_monitoring, SERVER),
	ROW("SetVariables", set_variables, SERVER),
	ROW("SignCertificate", sign_certificate, STATION),
	ROW("StatusNotification", status_notification, STATION),
	ROW("TransactionEvent", transaction_event, STATION),
	ROW("TriggerMessage", trigger_message, SERVER),
	ROW("UnlockConnector", unlock_connector, SERVER),
	ROW("UnpublishFirmware", unpublish_firmware, SERVER),
	ROW21("UpdateDynamicSchedule", update_dynamic_schedule, SERVER),
	ROW("UpdateFirmware", update_firmware, SERVER),
	ROW21("UsePriorityCharging", use_priority_charging, SERVER),
	ROW21("VatNumberValidation", vat_number_validation, STATION),
};
/* clang-format on */
const size_t ocpp2_actions_len = sizeof(ocpp2_actions) / sizeof(ocpp2_actions[0]);

const struct ocpp2_action *ocpp2_action_find(enum ocpp_version version, struct str name)
{
	for (size_t i = 0; i < ocpp2_actions_len; i++) {
		const struct ocpp2_action *action = &ocpp2_actions[i];

		if (str_is(name, action->name))
			return ocpp2_action_req(version, action) ? action : NULL;
	}
	return NULL;
}

const struct record *ocpp2_action_req(enum ocpp_version version, const struct ocpp2_action *action)
{
	return version == OCPP_21 ? action->req_21 : action->req_201;
}

const struct record *ocpp2_action_conf(enum ocpp_version version, const struct ocpp2_action *action)
{
	return version == OCPP_21 ? action->conf_21 : action->conf_201;
}
