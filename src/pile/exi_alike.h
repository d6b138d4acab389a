/* exi_alike.h - groups of elements that DIN SPEC 70121 and ISO 15118-2 have alike, but of values of
 * their own: it comes behind each file's codes, processing, reading_signature, physical, ev_status,
 * dc_status and ac_status. Only for their exi_*.c. */
#pragma once
#include "pile/exi_values.h"

GROUP(code_only, ONE("ResponseCode", codes));
static const struct exi_type nothing = {.kind = EXI_GROUP};
GROUP(notification, ONE("FaultCode", faults), MAY("FaultMsg", text_64));
GROUP(interval, ONE("start", count), MAY("duration", count));
GROUP(meter_info, ONE("MeterID", text_32), MAY("MeterReading", count),
	MAY("SigMeterReading", reading_signature), MAY("MeterStatus", whole), MAY("TMeter", whole));
GROUP(processing_res, ONE("ResponseCode", codes), ONE("EVSEProcessing", processing));

GROUP(detail_req, ONE("ServiceID", count));
GROUP(selected, ONE("ServiceID", count), MAY("ParameterSetID", whole));
GROUP(dc_delivery, ONE("DC_EVStatus", ev_status), MAY("BulkChargingComplete", yes),
	ONE("ChargingComplete", yes));
GROUP(status_res, ONE("ResponseCode", codes), ONE("AC_EVSEStatus", ac_status),
	OR("DC_EVSEStatus", dc_status), OR_MUTE("EVSEStatus"));
GROUP(cable_req, ONE("DC_EVStatus", ev_status));
GROUP(cable_res, ONE("ResponseCode", codes), ONE("DC_EVSEStatus", dc_status),
	ONE("EVSEProcessing", processing));
GROUP(precharge_req, ONE("DC_EVStatus", ev_status), ONE("EVTargetVoltage", physical),
	ONE("EVTargetCurrent", physical));
GROUP(voltage_res, ONE("ResponseCode", codes), ONE("DC_EVSEStatus", dc_status),
	ONE("EVSEPresentVoltage", physical));
GROUP(demand_req, ONE("DC_EVStatus", ev_status), ONE("EVTargetCurrent", physical),
	MAY("EVMaximumVoltageLimit", physical), MAY("EVMaximumCurrentLimit", physical),
	MAY("EVMaximumPowerLimit", physical), MAY("BulkChargingComplete", yes),
	ONE("ChargingComplete", yes), MAY("RemainingTimeToFullSoC", physical),
	MAY("RemainingTimeToBulkSoC", physical), ONE("EVTargetVoltage", physical));
