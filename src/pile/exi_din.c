/* exi_din.c - the messages of DIN SPEC 70121:2012 as rows. It is spoken for direct current with
 * external payment; certificates, signatures and tariffs are named, but not spoken. */
#include "pile/exi_values.h"

/* ---- values ---- */

BYTES(id_8, 8);
BYTES(evse_id, 32);
BYTES(reading_signature, 32);
BYTES(certificate, 1200);
TEXT(text_24, 24);

WORDS(codes, EXI_CODES_ALIKE, "FAILED_EVSEPresentVoltageToLow", "FAILED_MeteringSignatureNotValid",
	"FAILED_WrongEnergyTransferType");
WORDS(processing, "Finished", "Ongoing");
WORDS(transfer_types, "AC_single_phase_core", "AC_three_phase_core", "DC_core", "DC_extended",
	"DC_combo_core", "DC_dual", "AC_core1p_DC_extended", "AC_single_DC_core",
	"AC_single_phase_three_phase_core_DC_extended", "AC_core3p_DC_extended");
WORDS(isolations, "Invalid", "Valid", "Warning", "Fault");
WORDS(units, "h", "m", "s", "A", "Ah", "V", "VA", "W", "W_s", "Wh");
WORDS(value_types, "bool", "byte", "short", "int", "physicalValue", "string");

/* ---- what several messages have ---- */

GROUP(physical, ONE("Multiplier", power_of_ten), MAY("Unit", units), ONE("Value", short_whole));
GROUP(ev_status, ONE("EVReady", yes), MAY("EVCabinConditioning", yes),
	MAY("EVRESSConditioning", yes), ONE("EVErrorCode", ev_errors), ONE("EVRESSSOC", percent));
GROUP(dc_status, MAY("EVSEIsolationStatus", isolations), ONE("EVSEStatusCode", evse_codes),
	ONE("NotificationMaxDelay", count), ONE("EVSENotification", notifications));
GROUP(ac_status, ONE("PowerSwitchClosed", yes), ONE("RCD", yes), ONE("NotificationMaxDelay", count),
	ONE("EVSENotification", notifications));

#include "pile/exi_alike.h"

/* ---- identification, services, payment ---- */

GROUP(setup_req, ONE("EVCCID", id_8));
GROUP(setup_res, ONE("ResponseCode", codes), ONE("EVSEID", evse_id), MAY("DateTimeNow", whole));

GROUP(service_tag, ONE("ServiceID", count), MAY("ServiceName", text_32),
	ONE("ServiceCategory", categories), MAY("ServiceScope", text_32));
GROUP(discovery_req, MAY("ServiceScope", text_32), MAY("ServiceCategory", categories));
GROUP(payment_options, MANY("PaymentOption", payments, 1, EXI_MANY));
GROUP(charge_service, ONE("ServiceTag", service_tag), ONE("FreeService", yes),
	ONE("EnergyTransferType", transfer_types));
GROUP(service, ONE("ServiceTag", service_tag), ONE("FreeService", yes));
GROUP(service_list, MANY("Service", service, 1, EXI_MANY));
GROUP(discovery_res, ONE("ResponseCode", codes), ONE("PaymentOptions", payment_options),
	ONE("ChargeService", charge_service), MAY("ServiceList", service_list));

GROUP(parameter, ATTRIBUTE("Name", text_any), ATTRIBUTE("ValueType", value_types),
	ONE("boolValue", yes), OR("byteValue", signed_octet), OR("shortValue", whole),
	OR("intValue", whole), OR("physicalValue", physical), OR("stringValue", text_any));
GROUP(parameter_set, ONE("ParameterSetID", whole), MANY("Parameter", parameter, 1, EXI_MANY));
GROUP(parameter_list, MANY("ParameterSet", parameter_set, 1, EXI_MANY));
GROUP(detail_res, ONE("ResponseCode", codes), ONE("ServiceID", count),
	MAY("ServiceParameterList", parameter_list));

GROUP(selected_list, MANY("SelectedService", selected, 1, EXI_MANY));
GROUP(selection_req, ONE("SelectedPaymentOption", payments),
	ONE("SelectedServiceList", selected_list));

GROUP(sub_certificates, MANY("Certificate", certificate, 1, EXI_MANY));
GROUP(chain, ONE("Certificate", certificate), MAY("SubCertificates", sub_certificates));
GROUP(details_req, ONE("ContractID", text_24), ONE("ContractSignatureCertChain", chain));
GROUP(details_res, ONE("ResponseCode", codes), ONE("GenChallenge", text_any),
	ONE("DateTimeNow", whole));
GROUP(authentication_req, MAY_ATTRIBUTE("Id", text_any), MAY("GenChallenge", text_any));

/* ---- parameters and schedules ---- */

GROUP(ac_ev, ONE("DepartureTime", count), ONE("EAmount", physical), ONE("EVMaxVoltage", physical),
	ONE("EVMaxCurrent", physical), ONE("EVMinCurrent", physical));
GROUP(dc_ev, ONE("DC_EVStatus", ev_status), ONE("EVMaximumCurrentLimit", physical),
	MAY("EVMaximumPowerLimit", physical), ONE("EVMaximumVoltageLimit", physical),
	MAY("EVEnergyCapacity", physical), MAY("EVEnergyRequest", physical),
	MAY("FullSOC", percent), MAY("BulkSOC", percent));
GROUP(parameters_req, ONE("EVRequestedEnergyTransferType", transfer_modes),
	ONE("AC_EVChargeParameter", ac_ev), OR("DC_EVChargeParameter", dc_ev),
	OR_MUTE("EVChargeParameter"));

GROUP(power_entry, ONE("RelativeTimeInterval", interval), OR_MUTE("TimeInterval"),
	ONE("PMax", short_whole));
GROUP(power_schedule, ONE("PMaxScheduleID", whole),
	MANY("PMaxScheduleEntry", power_entry, 1, EXI_MANY));
GROUP(tuple, ONE("SAScheduleTupleID", whole), ONE("PMaxSchedule", power_schedule),
	MAY_MUTE("SalesTariff"));
GROUP(schedules, MANY("SAScheduleTuple", tuple, 1, EXI_MANY));
GROUP(ac_evse, ONE("AC_EVSEStatus", ac_status), ONE("EVSEMaxVoltage", physical),
	ONE("EVSEMaxCurrent", physical), ONE("EVSEMinCurrent", physical));
GROUP(dc_evse, ONE("DC_EVSEStatus", dc_status), ONE("EVSEMaximumCurrentLimit", physical),
	MAY("EVSEMaximumPowerLimit", physical), ONE("EVSEMaximumVoltageLimit", physical),
	ONE("EVSEMinimumCurrentLimit", physical), ONE("EVSEMinimumVoltageLimit", physical),
	MAY("EVSECurrentRegulationTolerance", physical), ONE("EVSEPeakCurrentRipple", physical),
	MAY("EVSEEnergyToBeDelivered", physical));
GROUP(parameters_res, ONE("ResponseCode", codes), ONE("EVSEProcessing", processing),
	ONE("SAScheduleList", schedules), OR_MUTE("SASchedules"),
	ONE("AC_EVSEChargeParameter", ac_evse), OR("DC_EVSEChargeParameter", dc_evse),
	OR_MUTE("EVSEChargeParameter"));

/* ---- the charge ---- */

GROUP(profile_entry, ONE("ChargingProfileEntryStart", count),
	ONE("ChargingProfileEntryMaxPower", whole));
GROUP(profile, ONE("SAScheduleTupleID", whole), MANY("ProfileEntry", profile_entry, 1, EXI_MANY));
GROUP(delivery_req, ONE("ReadyToChargeState", yes), MAY("ChargingProfile", profile),
	MAY("DC_EVPowerDeliveryParameter", dc_delivery), OR_MUTE("EVPowerDeliveryParameter"));
GROUP(charging_res, ONE("ResponseCode", codes), ONE("EVSEID", evse_id),
	ONE("SAScheduleTupleID", whole), MAY("EVSEMaxCurrent", physical),
	MAY("MeterInfo", meter_info), ONE("ReceiptRequired", yes), ONE("AC_EVSEStatus", ac_status));
GROUP(demand_res, ONE("ResponseCode", codes), ONE("DC_EVSEStatus", dc_status),
	ONE("EVSEPresentVoltage", physical), ONE("EVSEPresentCurrent", physical),
	ONE("EVSECurrentLimitAchieved", yes), ONE("EVSEVoltageLimitAchieved", yes),
	ONE("EVSEPowerLimitAchieved", yes), MAY("EVSEMaximumVoltageLimit", physical),
	MAY("EVSEMaximumCurrentLimit", physical), MAY("EVSEMaximumPowerLimit", physical));
GROUP(receipt_req, MAY_ATTRIBUTE("Id", text_any), ONE("SessionID", id_8),
	MAY("SAScheduleTupleID", whole), ONE("MeterInfo", meter_info));
GROUP(receipt_res, ONE("ResponseCode", codes), ONE("AC_EVSEStatus", ac_status));

/* ---- the envelope ---- */

GROUP(header, ONE("SessionID", id_8), MAY("Notification", notification), MAY_MUTE("Signature"));
GROUP(body, MAY_MUTE("BodyElement"), OR("CableCheckReq", cable_req), OR("CableCheckRes", cable_res),
	OR_MUTE("CertificateInstallationReq"), OR_MUTE("CertificateInstallationRes"),
	OR_MUTE("CertificateUpdateReq"), OR_MUTE("CertificateUpdateRes"),
	OR("ChargeParameterDiscoveryReq", parameters_req),
	OR("ChargeParameterDiscoveryRes", parameters_res), OR("ChargingStatusReq", nothing),
	OR("ChargingStatusRes", charging_res), OR("ContractAuthenticationReq", authentication_req),
	OR("ContractAuthenticationRes", processing_res), OR("CurrentDemandReq", demand_req),
	OR("CurrentDemandRes", demand_res), OR("MeteringReceiptReq", receipt_req),
	OR("MeteringReceiptRes", receipt_res), OR("PaymentDetailsReq", details_req),
	OR("PaymentDetailsRes", details_res), OR("PowerDeliveryReq", delivery_req),
	OR("PowerDeliveryRes", status_res), OR("PreChargeReq", precharge_req),
	OR("PreChargeRes", voltage_res), OR("ServiceDetailReq", detail_req),
	OR("ServiceDetailRes", detail_res), OR("ServiceDiscoveryReq", discovery_req),
	OR("ServiceDiscoveryRes", discovery_res), OR("ServicePaymentSelectionReq", selection_req),
	OR("ServicePaymentSelectionRes", code_only), OR("SessionSetupReq", setup_req),
	OR("SessionSetupRes", setup_res), OR("SessionStopReq", nothing),
	OR("SessionStopRes", code_only), OR("WeldingDetectionReq", cable_req),
	OR("WeldingDetectionRes", voltage_res));
GROUP(message, ONE("Header", header), ONE("Body", body));

static const struct exi_root roots[] = {{77, ONE("V2G_Message", message)}};
const struct exi_schema exi_din = {.bits = 7, .roots = roots, .len = EXI_COUNT(roots)};
