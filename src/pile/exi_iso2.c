/* exi_iso2.c - the messages of ISO 15118-2:2013 as rows, signatures in their header included, and
 * the parts of them that are signed. */
#include "pile/exi_values.h"

/* ---- values ---- */

static const struct exi_type big = {.kind = EXI_BIG};
SMALL(octet, 8, 0, 255);
SMALL(tuple_id, 8, 1, 255);
SMALL(phases, 2, 1, 3);
BYTES(session_id, 8);
BYTES(evcc_id, 6);
BYTES(challenge, 16);
BYTES(key_48, 48);
BYTES(reading_signature, 64);
BYTES(key_65, 65);
BYTES(certificate, 800);
BYTES(digest, 64);
BYTES(signature_bytes, 128);
TEXT(text_15, 15);
TEXT(text_37, 37);

WORDS(codes, EXI_CODES_ALIKE, "FAILED_MeteringSignatureNotValid", "FAILED_NoChargeServiceSelected",
	"FAILED_WrongEnergyTransferMode", "FAILED_ContactorError",
	"FAILED_CertificateNotAllowedAtThisEVSE", "FAILED_CertificateRevoked");
WORDS(processing, "Finished", "Ongoing", "Ongoing_WaitingForCustomerInteraction");
WORDS(isolations, "Invalid", "Valid", "Warning", "Fault", "No_IMD");
WORDS(units, "h", "m", "s", "A", "V", "W", "Wh");
WORDS(progresses, "Start", "Stop", "Renegotiate");
WORDS(sessions, "Terminate", "Pause");
WORDS(cost_kinds, "relativePricePercentage", "RenewableGenerationPercentage",
	"CarbonDioxideEmission");

/* ---- what several messages have ---- */

GROUP(physical, ONE("Multiplier", power_of_ten), ONE("Unit", units), ONE("Value", short_whole));
GROUP(ev_status, ONE("EVReady", yes), ONE("EVErrorCode", ev_errors), ONE("EVRESSSOC", percent));
GROUP(dc_status, ONE("NotificationMaxDelay", count), ONE("EVSENotification", notifications),
	MAY("EVSEIsolationStatus", isolations), ONE("EVSEStatusCode", evse_codes));
GROUP(ac_status, ONE("NotificationMaxDelay", count), ONE("EVSENotification", notifications),
	ONE("RCD", yes));

#include "pile/exi_alike.h"

/* ---- identification, services, payment ---- */

GROUP(setup_req, ONE("EVCCID", evcc_id));
GROUP(setup_res, ONE("ResponseCode", codes), ONE("EVSEID", text_37), MAY("EVSETimeStamp", whole));

GROUP(discovery_req, MAY("ServiceScope", text_64), MAY("ServiceCategory", categories));
GROUP(payment_options, MANY("PaymentOption", payments, 1, 2));
GROUP(modes, MANY("EnergyTransferMode", transfer_modes, 1, 6));
GROUP(charge_service, ONE("ServiceID", count), MAY("ServiceName", text_32),
	ONE("ServiceCategory", categories), MAY("ServiceScope", text_64), ONE("FreeService", yes),
	ONE("SupportedEnergyTransferMode", modes));
GROUP(service, ONE("ServiceID", count), MAY("ServiceName", text_32),
	ONE("ServiceCategory", categories), MAY("ServiceScope", text_64), ONE("FreeService", yes));
GROUP(service_list, MANY("Service", service, 1, 8));
GROUP(discovery_res, ONE("ResponseCode", codes), ONE("PaymentOptionList", payment_options),
	ONE("ChargeService", charge_service), MAY("ServiceList", service_list));

GROUP(parameter, ATTRIBUTE("Name", text_any), ONE("boolValue", yes), OR("byteValue", signed_octet),
	OR("shortValue", whole), OR("intValue", whole), OR("physicalValue", physical),
	OR("stringValue", text_any));
GROUP(parameter_set, ONE("ParameterSetID", whole), MANY("Parameter", parameter, 1, 16));
GROUP(parameter_list, MANY("ParameterSet", parameter_set, 1, 255));
GROUP(detail_res, ONE("ResponseCode", codes), ONE("ServiceID", count),
	MAY("ServiceParameterList", parameter_list));

GROUP(selected_list, MANY("SelectedService", selected, 1, 16));
GROUP(selection_req, ONE("SelectedPaymentOption", payments),
	ONE("SelectedServiceList", selected_list));

GROUP(sub_certificates, MANY("Certificate", certificate, 1, 4));
GROUP(chain, MAY_ATTRIBUTE("Id", text_any), ONE("Certificate", certificate),
	MAY("SubCertificates", sub_certificates));
GROUP(details_req, ONE("eMAID", text_15), ONE("ContractSignatureCertChain", chain));
GROUP(details_res, ONE("ResponseCode", codes), ONE("GenChallenge", challenge),
	ONE("EVSETimeStamp", whole));

GROUP(authorization_req, MAY_ATTRIBUTE("Id", text_any), MAY("GenChallenge", challenge));

/* ---- certificates ---- */

GROUP(root_id, ONE("X509IssuerName", text_any), ONE("X509SerialNumber", big));
GROUP(root_ids, MANY("RootCertificateID", root_id, 1, 20));
/* An element with attributes and a text: the text comes as an attribute does, right after its
 * event. */
GROUP(private_key, ATTRIBUTE("Id", text_any), ATTRIBUTE("CONTENT", key_48));
GROUP(public_key, ATTRIBUTE("Id", text_any), ATTRIBUTE("CONTENT", key_65));
GROUP(account_id, ATTRIBUTE("Id", text_any), ATTRIBUTE("CONTENT", text_15));
GROUP(install_req, ATTRIBUTE("Id", text_any), ONE("OEMProvisioningCert", certificate),
	ONE("ListOfRootCertificateIDs", root_ids));
GROUP(install_res, ONE("ResponseCode", codes), ONE("SAProvisioningCertificateChain", chain),
	ONE("ContractSignatureCertChain", chain),
	ONE("ContractSignatureEncryptedPrivateKey", private_key), ONE("DHpublickey", public_key),
	ONE("eMAID", account_id));
GROUP(update_req, ATTRIBUTE("Id", text_any), ONE("ContractSignatureCertChain", chain),
	ONE("eMAID", text_15), ONE("ListOfRootCertificateIDs", root_ids));
GROUP(update_res, ONE("ResponseCode", codes), ONE("SAProvisioningCertificateChain", chain),
	ONE("ContractSignatureCertChain", chain),
	ONE("ContractSignatureEncryptedPrivateKey", private_key), ONE("DHpublickey", public_key),
	ONE("eMAID", account_id), MAY("RetryCounter", whole));

/* ---- parameters and schedules ---- */

GROUP(ac_ev, MAY("DepartureTime", count), ONE("EAmount", physical), ONE("EVMaxVoltage", physical),
	ONE("EVMaxCurrent", physical), ONE("EVMinCurrent", physical));
GROUP(dc_ev, MAY("DepartureTime", count), ONE("DC_EVStatus", ev_status),
	ONE("EVMaximumCurrentLimit", physical), MAY("EVMaximumPowerLimit", physical),
	ONE("EVMaximumVoltageLimit", physical), MAY("EVEnergyCapacity", physical),
	MAY("EVEnergyRequest", physical), MAY("FullSOC", percent), MAY("BulkSOC", percent));
GROUP(parameters_req, MAY("MaxEntriesSAScheduleTuple", count),
	ONE("RequestedEnergyTransferMode", transfer_modes), ONE("AC_EVChargeParameter", ac_ev),
	OR("DC_EVChargeParameter", dc_ev), OR_MUTE("EVChargeParameter"));

GROUP(power_entry, ONE("RelativeTimeInterval", interval), OR_MUTE("TimeInterval"),
	ONE("PMax", physical));
GROUP(power_schedule, MANY("PMaxScheduleEntry", power_entry, 1, 1024));
GROUP(cost, ONE("costKind", cost_kinds), ONE("amount", count),
	MAY("amountMultiplier", power_of_ten));
GROUP(consumption, ONE("startValue", physical), MANY("Cost", cost, 1, 3));
GROUP(tariff_entry, ONE("RelativeTimeInterval", interval), OR_MUTE("TimeInterval"),
	MAY("EPriceLevel", octet), MANY("ConsumptionCost", consumption, 0, 3));
GROUP(sales_tariff, MAY_ATTRIBUTE("Id", text_any), ONE("SalesTariffID", tuple_id),
	MAY("SalesTariffDescription", text_32), MAY("NumEPriceLevels", octet),
	MANY("SalesTariffEntry", tariff_entry, 1, 1024));
GROUP(tuple, ONE("SAScheduleTupleID", tuple_id), ONE("PMaxSchedule", power_schedule),
	MAY("SalesTariff", sales_tariff));
GROUP(schedules, MANY("SAScheduleTuple", tuple, 1, 3));

GROUP(ac_evse, ONE("AC_EVSEStatus", ac_status), ONE("EVSENominalVoltage", physical),
	ONE("EVSEMaxCurrent", physical));
GROUP(dc_evse, ONE("DC_EVSEStatus", dc_status), ONE("EVSEMaximumCurrentLimit", physical),
	ONE("EVSEMaximumPowerLimit", physical), ONE("EVSEMaximumVoltageLimit", physical),
	ONE("EVSEMinimumCurrentLimit", physical), ONE("EVSEMinimumVoltageLimit", physical),
	MAY("EVSECurrentRegulationTolerance", physical), ONE("EVSEPeakCurrentRipple", physical),
	MAY("EVSEEnergyToBeDelivered", physical));
GROUP(parameters_res, ONE("ResponseCode", codes), ONE("EVSEProcessing", processing),
	MAY("SAScheduleList", schedules), OR_MUTE("SASchedules"),
	ONE("AC_EVSEChargeParameter", ac_evse), OR("DC_EVSEChargeParameter", dc_evse),
	OR_MUTE("EVSEChargeParameter"));

/* ---- the charge ---- */

GROUP(profile_entry, ONE("ChargingProfileEntryStart", count),
	ONE("ChargingProfileEntryMaxPower", physical),
	MAY("ChargingProfileEntryMaxNumberOfPhasesInUse", phases));
GROUP(profile, MANY("ProfileEntry", profile_entry, 1, 24));
GROUP(delivery_req, ONE("ChargeProgress", progresses), ONE("SAScheduleTupleID", tuple_id),
	MAY("ChargingProfile", profile), MAY("DC_EVPowerDeliveryParameter", dc_delivery),
	OR_MUTE("EVPowerDeliveryParameter"));
GROUP(charging_res, ONE("ResponseCode", codes), ONE("EVSEID", text_37),
	ONE("SAScheduleTupleID", tuple_id), MAY("EVSEMaxCurrent", physical),
	MAY("MeterInfo", meter_info), MAY("ReceiptRequired", yes), ONE("AC_EVSEStatus", ac_status));
GROUP(demand_res, ONE("ResponseCode", codes), ONE("DC_EVSEStatus", dc_status),
	ONE("EVSEPresentVoltage", physical), ONE("EVSEPresentCurrent", physical),
	ONE("EVSECurrentLimitAchieved", yes), ONE("EVSEVoltageLimitAchieved", yes),
	ONE("EVSEPowerLimitAchieved", yes), MAY("EVSEMaximumVoltageLimit", physical),
	MAY("EVSEMaximumCurrentLimit", physical), MAY("EVSEMaximumPowerLimit", physical),
	ONE("EVSEID", text_37), ONE("SAScheduleTupleID", tuple_id), MAY("MeterInfo", meter_info),
	MAY("ReceiptRequired", yes));
GROUP(receipt_req, MAY_ATTRIBUTE("Id", text_any), ONE("SessionID", session_id),
	MAY("SAScheduleTupleID", tuple_id), ONE("MeterInfo", meter_info));
GROUP(stop_req, ONE("ChargingSession", sessions));

/* ---- signatures (XML Signature) ---- */

/* What anybody may put between these (any element, any text) has its codes, and ends the reading:
 * ISO 15118-2 wants none of it. */
MIXED(canonicalization, ATTRIBUTE("Algorithm", text_any), MANY_MUTE("any"));
MIXED(signature_method, ATTRIBUTE("Algorithm", text_any), MAY("HMACOutputLength", whole),
	MANY_MUTE("any"));
MIXED(transform, ATTRIBUTE("Algorithm", text_any), MANY("XPath", text_any, 0, EXI_MANY),
	OR_MUTE("any"));
GROUP(transforms, MANY("Transform", transform, 1, EXI_MANY));
MIXED(digest_method, ATTRIBUTE("Algorithm", text_any), MANY_MUTE("any"));
GROUP(reference, MAY_ATTRIBUTE("Id", text_any), MAY_ATTRIBUTE("Type", text_any),
	MAY_ATTRIBUTE("URI", text_any), MAY("Transforms", transforms),
	ONE("DigestMethod", digest_method), ONE("DigestValue", digest));
GROUP(signed_info, MAY_ATTRIBUTE("Id", text_any), ONE("CanonicalizationMethod", canonicalization),
	ONE("SignatureMethod", signature_method), MANY("Reference", reference, 1, EXI_MANY));
GROUP(signature_value, MAY_ATTRIBUTE("Id", text_any), ATTRIBUTE("CONTENT", signature_bytes));
GROUP(signature, MAY_ATTRIBUTE("Id", text_any), ONE("SignedInfo", signed_info),
	ONE("SignatureValue", signature_value), MAY_MUTE("KeyInfo"), MANY_MUTE("Object"));

/* ---- the envelope ---- */

GROUP(header, ONE("SessionID", session_id), MAY("Notification", notification),
	MAY("Signature", signature));
GROUP(body, MAY("AuthorizationReq", authorization_req), OR("AuthorizationRes", processing_res),
	OR_MUTE("BodyElement"), OR("CableCheckReq", cable_req), OR("CableCheckRes", cable_res),
	OR("CertificateInstallationReq", install_req),
	OR("CertificateInstallationRes", install_res), OR("CertificateUpdateReq", update_req),
	OR("CertificateUpdateRes", update_res), OR("ChargeParameterDiscoveryReq", parameters_req),
	OR("ChargeParameterDiscoveryRes", parameters_res), OR("ChargingStatusReq", nothing),
	OR("ChargingStatusRes", charging_res), OR("CurrentDemandReq", demand_req),
	OR("CurrentDemandRes", demand_res), OR("MeteringReceiptReq", receipt_req),
	OR("MeteringReceiptRes", status_res), OR("PaymentDetailsReq", details_req),
	OR("PaymentDetailsRes", details_res), OR("PaymentServiceSelectionReq", selection_req),
	OR("PaymentServiceSelectionRes", code_only), OR("PowerDeliveryReq", delivery_req),
	OR("PowerDeliveryRes", status_res), OR("PreChargeReq", precharge_req),
	OR("PreChargeRes", voltage_res), OR("ServiceDetailReq", detail_req),
	OR("ServiceDetailRes", detail_res), OR("ServiceDiscoveryReq", discovery_req),
	OR("ServiceDiscoveryRes", discovery_res), OR("SessionSetupReq", setup_req),
	OR("SessionSetupRes", setup_res), OR("SessionStopReq", stop_req),
	OR("SessionStopRes", code_only), OR("WeldingDetectionReq", cable_req),
	OR("WeldingDetectionRes", voltage_res));
GROUP(message, ONE("Header", header), ONE("Body", body));

static const struct exi_root roots[] = {{76, ONE("V2G_Message", message)}};
const struct exi_schema exi_iso2 = {.bits = 7, .roots = roots, .len = EXI_COUNT(roots)};

static const struct exi_root parts[] = {
	{4, ONE("AuthorizationReq", authorization_req)},
	{15, ONE("CertificateInstallationReq", install_req)},
	{17, ONE("CertificateUpdateReq", update_req)},
	{33, ONE("ContractSignatureCertChain", chain)},
	{34, ONE("ContractSignatureEncryptedPrivateKey", private_key)},
	{45, ONE("DHpublickey", public_key)},
	{121, ONE("MeteringReceiptReq", receipt_req)},
};
const struct exi_schema exi_iso2_parts = {
	.bits = 8, .end = 244, .roots = parts, .len = EXI_COUNT(parts)};

static const struct exi_root signed_infos[] = {{32, ONE("SignedInfo", signed_info)}};
const struct exi_schema exi_signed_info = {
	.bits = 6, .end = 46, .roots = signed_infos, .len = EXI_COUNT(signed_infos)};
