/* hlc_msg.c - what is in the pile's answers to a car, for both protocols: elements are put in by
 * their names, the schema keeps their order (exi.h). */
#include "pile/hlc_parts.h"

#include <string.h>

#include "base/clock.h"

#define HLC_RIPPLE_MA 1000

static const int64_t hlc_tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000};

bool hlc_is_din(const struct hlc *hlc)
{
	return hlc->schema == &exi_din;
}

int32_t hlc_value(const struct exi_node *parent, const char *name, int32_t otherwise)
{
	const struct exi_node *value = exi_get(parent, name);
	int64_t thousandths;

	if (!value)
		return otherwise;
	/* multipliers are -3 to 3, values a short: no overflow */
	thousandths =
		exi_number(value, "Value", 0) * hlc_tens[exi_number(value, "Multiplier", 0) + 3];
	if (thousandths > INT32_MAX)
		return INT32_MAX;
	return thousandths < INT32_MIN ? INT32_MIN : (int32_t)thousandths;
}

int64_t hlc_large(const struct exi_node *parent, const char *name)
{
	const struct exi_node *value = exi_get(parent, name);

	return exi_number(value, "Value", 0) * hlc_tens[exi_number(value, "Multiplier", 0) + 3] /
	       1000;
}

/* As many digits as a short holds. */
void hlc_put(struct hlc_talk *talk, struct exi_node *parent, const char *name, int64_t thousandths,
	const char *unit)
{
	struct exi_node *node = exi_add(&talk->out, parent, name);
	int64_t value = thousandths, by = 1;
	int power = -3;

	for (; power < 3 && (value > INT16_MAX || value < INT16_MIN); power++) {
		by *= 10;
		value = (thousandths + (thousandths < 0 ? -by : by) / 2) / by;
	}
	exi_add_number(&talk->out, node, "Multiplier", power);
	exi_add_word(&talk->out, node, "Unit", unit);
	exi_add_number(&talk->out, node, "Value", value);
}

static int64_t hlc_power_mw(int64_t mv, int64_t ma)
{
	return mv * ma / 1000;
}

/* ---- states ---- */

static bool hlc_stopping(const struct hlc_talk *talk)
{
	return !talk->input->granted && talk->hlc->phase >= HLC_CABLE;
}

static const char *hlc_evse_code(const struct hlc_talk *talk)
{
	const struct hlc_input *input = talk->input;

	if (input->emergency)
		return "EVSE_EmergencyShutdown";
	if (input->fault || input->dc_failed)
		return "EVSE_Malfunction";
	if (hlc_stopping(talk))
		return "EVSE_Shutdown";
	if (input->dc == DC_CHECK)
		return "EVSE_IsolationMonitoringActive";
	return input->granted ? "EVSE_Ready" : "EVSE_NotReady";
}

static void hlc_put_dc_status(struct hlc_talk *talk, struct exi_node *parent)
{
	struct exi_node *status = exi_add(&talk->out, parent, "DC_EVSEStatus");
	bool proven = talk->hlc->phase >= HLC_PRECHARGE && talk->hlc->phase <= HLC_AFTER;

	exi_add_word(&talk->out, status, "EVSEIsolationStatus", proven ? "Valid" : "Invalid");
	exi_add_word(&talk->out, status, "EVSEStatusCode", hlc_evse_code(talk));
	exi_add_number(&talk->out, status, "NotificationMaxDelay", 0);
	exi_add_word(&talk->out, status, "EVSENotification",
		hlc_stopping(talk) ? "StopCharging" : "None");
}

static void hlc_put_ac_status(struct hlc_talk *talk, struct exi_node *parent)
{
	struct exi_node *status = exi_add(&talk->out, parent, "AC_EVSEStatus");

	exi_add_number(&talk->out, status, "NotificationMaxDelay", 0);
	exi_add_word(&talk->out, status, "EVSENotification",
		!talk->input->granted && talk->hlc->phase >= HLC_START ? "StopCharging" : "None");
	exi_add_number(&talk->out, status, "RCD", talk->input->fault);
}

static void hlc_put_meter(struct hlc_talk *talk)
{
	struct exi_node *meter = exi_add(&talk->out, talk->answer, "MeterInfo");

	exi_add_bytes(&talk->out, meter, "MeterID", str_from(talk->input->name));
	exi_add_number(&talk->out, meter, "MeterReading", talk->input->register_dwh / 10);
}

/* ---- identification, services, payment ---- */

void hlc_fill_nothing(struct hlc_talk *talk)
{
	(void)talk;
}

void hlc_fill_setup(struct hlc_talk *talk)
{
	const char *time = hlc_is_din(talk->hlc) ? "DateTimeNow" : "EVSETimeStamp";

	exi_add_bytes(&talk->out, talk->answer, "EVSEID", str_from(talk->input->name));
	if (talk->input->now_us > 0)
		exi_add_number(&talk->out, talk->answer, time, talk->input->now_us / US_PER_S);
}

static void hlc_fill_services_din(struct hlc_talk *talk)
{
	struct exi_doc *out = &talk->out;
	struct exi_node *payments = exi_add(out, talk->answer, "PaymentOptions");
	struct exi_node *service = exi_add(out, talk->answer, "ChargeService");
	struct exi_node *tag = exi_add(out, service, "ServiceTag");

	exi_add_word(out, payments, "PaymentOption", "ExternalPayment");
	exi_add_number(out, tag, "ServiceID", HLC_SERVICE_CHARGE);
	exi_add_word(out, tag, "ServiceCategory", "EVCharging");
	exi_add_number(out, service, "FreeService", 0);
	exi_add_word(out, service, "EnergyTransferType", "DC_extended");
}

void hlc_fill_services(struct hlc_talk *talk)
{
	struct exi_doc *out = &talk->out;
	struct exi_node *payments, *service, *modes;

	if (hlc_is_din(talk->hlc)) {
		hlc_fill_services_din(talk);
		return;
	}
	payments = exi_add(out, talk->answer, "PaymentOptionList");
	hlc_contract_services(talk, payments);
	exi_add_word(out, payments, "PaymentOption", "ExternalPayment");
	service = exi_add(out, talk->answer, "ChargeService");
	exi_add_number(out, service, "ServiceID", HLC_SERVICE_CHARGE);
	exi_add_word(out, service, "ServiceCategory", "EVCharging");
	exi_add_number(out, service, "FreeService", 0);
	modes = exi_add(out, service, "SupportedEnergyTransferMode");
	if (talk->hlc->direct) {
		exi_add_word(out, modes, "EnergyTransferMode", "DC_extended");
		return;
	}
	if (talk->input->phases > 1)
		exi_add_word(out, modes, "EnergyTransferMode", "AC_three_phase_core");
	exi_add_word(out, modes, "EnergyTransferMode", "AC_single_phase_core");
}

void hlc_fill_detail(struct hlc_talk *talk)
{
	int64_t service = exi_number(talk->request, "ServiceID", 0);

	exi_add_number(&talk->out, talk->answer, "ServiceID", service);
	if (talk->ok && service == HLC_SERVICE_PAPER)
		hlc_contract_parameters(talk);
}

void hlc_fill_authorise(struct hlc_talk *talk)
{
	bool nobody = hlc_is_din(talk->hlc) || talk->hlc->contract.chosen;
	const char *waiting = nobody ? "Ongoing" : "Ongoing_WaitingForCustomerInteraction";

	exi_add_word(&talk->out, talk->answer, "EVSEProcessing",
		talk->hlc->phase != HLC_AUTHORISE || !talk->ok ? "Finished" : waiting);
}

/* ---- parameters ---- */

static int64_t hlc_most_mw(const struct hlc_talk *talk)
{
	const struct hlc_input *input = talk->input;

	if (talk->hlc->direct)
		return hlc_power_mw(input->max_mv, input->max_ma);
	return hlc_power_mw(input->nominal_mv, input->max_ma) * input->phases;
}

static void hlc_put_dc_parameters(struct hlc_talk *talk)
{
	const struct hlc_input *input = talk->input;
	struct exi_node *dc = exi_add(&talk->out, talk->answer, "DC_EVSEChargeParameter");

	hlc_put_dc_status(talk, dc);
	hlc_put(talk, dc, "EVSEMaximumCurrentLimit", input->max_ma, "A");
	hlc_put(talk, dc, "EVSEMaximumPowerLimit", hlc_most_mw(talk), "W");
	hlc_put(talk, dc, "EVSEMaximumVoltageLimit", input->max_mv, "V");
	hlc_put(talk, dc, "EVSEMinimumCurrentLimit", 0, "A");
	hlc_put(talk, dc, "EVSEMinimumVoltageLimit", input->min_mv, "V");
	hlc_put(talk, dc, "EVSEPeakCurrentRipple", HLC_RIPPLE_MA, "A");
}

void hlc_fill_parameters(struct hlc_talk *talk)
{
	struct exi_node *ac;

	exi_add_word(&talk->out, talk->answer, "EVSEProcessing",
		talk->ok && talk->hlc->phase == HLC_PARAMETERS ? "Ongoing" : "Finished");
	if (talk->ok || hlc_is_din(talk->hlc)) /* DIN must have it even so */
		hlc_put_schedule(talk, hlc_most_mw(talk));
	if (talk->hlc->direct) {
		hlc_put_dc_parameters(talk);
		return;
	}
	ac = exi_add(&talk->out, talk->answer, "AC_EVSEChargeParameter");
	hlc_put_ac_status(talk, ac);
	hlc_put(talk, ac, "EVSENominalVoltage", talk->input->nominal_mv, "V");
	hlc_put(talk, ac, "EVSEMaxCurrent", talk->input->limit_ma, "A");
}

/* ---- the charge ---- */

void hlc_fill_cable(struct hlc_talk *talk)
{
	bool proven = talk->hlc->phase == HLC_PRECHARGE;

	hlc_put_dc_status(talk, talk->answer);
	exi_add_word(&talk->out, talk->answer, "EVSEProcessing",
		proven || !talk->ok ? "Finished" : "Ongoing");
}

void hlc_fill_voltage(struct hlc_talk *talk)
{
	const struct hlc_input *input = talk->input;

	hlc_put_dc_status(talk, talk->answer);
	/* what the car can see of it: before our contactor closed, and after it opened, nothing */
	hlc_put(talk, talk->answer, "EVSEPresentVoltage",
		input->closed ? input->source.voltage_mv : input->source.inlet_mv, "V");
}

void hlc_fill_status(struct hlc_talk *talk)
{
	if (talk->hlc->direct)
		hlc_put_dc_status(talk, talk->answer);
	else
		hlc_put_ac_status(talk, talk->answer);
}

void hlc_fill_demand(struct hlc_talk *talk)
{
	const struct hlc_input *input = talk->input;
	const struct hal_car *car = &talk->hlc->car;
	struct exi_doc *out = &talk->out;
	int32_t limit_ma = input->granted ? input->limit_ma : 0;

	hlc_put_dc_status(talk, talk->answer);
	hlc_put(talk, talk->answer, "EVSEPresentVoltage", input->source.voltage_mv, "V");
	hlc_put(talk, talk->answer, "EVSEPresentCurrent", input->source.current_ma, "A");
	exi_add_number(out, talk->answer, "EVSECurrentLimitAchieved", car->target_ma >= limit_ma);
	exi_add_number(
		out, talk->answer, "EVSEVoltageLimitAchieved", car->target_mv >= input->max_mv);
	exi_add_number(out, talk->answer, "EVSEPowerLimitAchieved", 0);
	hlc_put(talk, talk->answer, "EVSEMaximumVoltageLimit", input->max_mv, "V");
	hlc_put(talk, talk->answer, "EVSEMaximumCurrentLimit", limit_ma, "A");
	hlc_put(talk, talk->answer, "EVSEMaximumPowerLimit", hlc_most_mw(talk), "W");
	if (hlc_is_din(talk->hlc))
		return;
	exi_add_bytes(out, talk->answer, "EVSEID", str_from(input->name));
	exi_add_number(out, talk->answer, "SAScheduleTupleID", 1);
	hlc_put_meter(talk);
	exi_add_number(out, talk->answer, "ReceiptRequired", hlc_contract_receipt(talk));
}

void hlc_fill_charging(struct hlc_talk *talk)
{
	const struct hlc_input *input = talk->input;
	struct exi_doc *out = &talk->out;

	exi_add_bytes(out, talk->answer, "EVSEID", str_from(input->name));
	exi_add_number(out, talk->answer, "SAScheduleTupleID", 1);
	hlc_put(talk, talk->answer, "EVSEMaxCurrent", input->granted ? input->limit_ma : 0, "A");
	hlc_put_meter(talk);
	exi_add_number(out, talk->answer, "ReceiptRequired", hlc_contract_receipt(talk));
	hlc_put_ac_status(talk, talk->answer);
}
