/* hlc.c - the order of the talk with a car (drawing in hlc.h): which request has its place when,
 * what it changes, and with which code it is answered. */
#include "pile/hlc.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/fault.h"
#include "pile/hlc_parts.h"

#define HLC_ARENA (64 * 1024)
#define HLC_LATE_US (60 * US_PER_S)         /* V2G_SECC_Sequence_Timeout */
#define HLC_LOOP_US (2 * US_PER_S)          /* a battery asks several times a second, or is gone */
#define HLC_RAMP_US (1500 * US_PER_MS)      /* for the current to fall before it is answered */
#define HLC_CONTACTOR_US (3500 * US_PER_MS) /* for the contactor */
#define HLC_LET_GO_MA 5000
#define HLC_IN(phase) (1u << (phase))

const char *hlc_word(enum hlc_phase phase)
{
	static const char *const words[] = {"closed", "hello", "setup", "services", "select",
		"contract", "authorise", "parameters", "cable-check", "precharge", "start", "loop",
		"after", "ended", "failed"};

	ASSERT(phase <= HLC_FAILED);
	return words[phase];
}

const char *hlc_protocol(const struct hlc *hlc)
{
	if (!hlc->schema)
		return "";
	return hlc_is_din(hlc) ? "din-70121" : "iso-15118-2";
}

void hlc_init(struct hlc *hlc)
{
	memset(hlc, 0, sizeof(*hlc));
	hlc->car.battery_mc = HAL_ABSENT;
	hlc->soc_percent = -1;
}

void hlc_open(struct hlc *hlc, int64_t ticks_us)
{
	bool pausing = hlc->pausing;
	uint32_t count = hlc->needs.count;
	uint8_t session[HLC_SESSION];

	memcpy(session, hlc->session, sizeof(session));
	hlc_init(hlc);
	hlc->needs.count = count;
	hlc->pausing = pausing;
	if (pausing)
		memcpy(hlc->session, session, sizeof(session));
	hlc->phase = HLC_HELLO;
	hlc->heard_us = ticks_us;
}

static void hlc_fail(struct hlc *hlc, const char *why)
{
	hlc->phase = HLC_FAILED;
	hlc->why = why;
	hlc->closes = false;
	hlc->car = (struct hal_car){.battery_mc = HAL_ABSENT};
}

void hlc_close(struct hlc *hlc)
{
	if (hlc->phase == HLC_AFTER)
		hlc->phase = HLC_ENDED; /* all that matters was said */
	if (hlc->phase != HLC_CLOSED && hlc->phase < HLC_ENDED)
		hlc_fail(hlc, "the connection broke off");
}

bool hlc_late(struct hlc *hlc, int64_t ticks_us)
{
	bool energy = hlc->phase == HLC_LOOP && hlc->direct;
	bool late = hlc->phase != HLC_CLOSED && hlc->phase < HLC_ENDED &&
		    ticks_us - hlc->heard_us > (energy ? HLC_LOOP_US : HLC_LATE_US);

	if (late)
		hlc_fail(hlc, "the car fell silent");
	return late;
}

bool hlc_preparing(const struct hlc *hlc)
{
	return hlc->phase >= HLC_HELLO && hlc->phase <= HLC_START;
}

/* ---- which protocol ---- */

static const struct hlc_offer {
	const char *name;
	const struct exi_schema *schema;
	int64_t major, minor;
	bool direct_only;
} hlc_offers[] = {
	{"urn:din:70121:2012:MsgDef", &exi_din, 2, 0, true},
	{"urn:iso:15118:2:2013:MsgDef", &exi_iso2, 2, 0, false},
};

/* What it offers is part of what it is known by; what does not fit is left out whole. */
static void hlc_note_protocol(struct vehicle *vehicle, const struct exi_node *protocol)
{
	char *list = vehicle->battery.protocols;
	size_t used = strlen(list);
	struct str name = exi_bytes(protocol, "ProtocolNamespace");
	int len = snprintf(list + used, VEHICLE_PROTOCOLS - used, "%.*s %lld.%lld p%lld;",
		STR_FMT(name), (long long)exi_number(protocol, "VersionNumberMajor", 0),
		(long long)exi_number(protocol, "VersionNumberMinor", 0),
		(long long)exi_number(protocol, "Priority", 0));

	if (len < 0 || (size_t)len >= VEHICLE_PROTOCOLS - used)
		list[used] = 0;
}

/* The car's best priority among what we speak; others are passed over. */
static const struct exi_node *hlc_choose(const struct exi_node *request, bool direct,
	struct vehicle *vehicle, const struct hlc_offer **ret_offer)
{
	const struct exi_node *best = NULL;

	vehicle->battery.protocols[0] = 0;
	for (const struct exi_node *at = request->first; at; at = at->next) {
		hlc_note_protocol(vehicle, at);
		for (size_t i = 0; i < sizeof(hlc_offers) / sizeof(hlc_offers[0]); i++) {
			const struct hlc_offer *offer = &hlc_offers[i];
			if (!str_is(exi_bytes(at, "ProtocolNamespace"), offer->name) ||
				exi_number(at, "VersionNumberMajor", 0) != offer->major ||
				(offer->direct_only && !direct) ||
				(best && exi_number(best, "Priority", 0) <=
						 exi_number(at, "Priority", 0)))
				continue;
			best = at;
			*ret_offer = offer;
		}
	}
	return best;
}

static enum hlc_answer hlc_hello(
	struct hlc_talk *talk, const uint8_t *bytes, size_t len, struct arena *arena)
{
	struct exi_doc in = {.schema = &exi_sap, .arena = arena};
	const struct hlc_offer *offer = NULL;
	const struct exi_node *best;

	if (exi_read(&in, bytes, len) != 0 ||
		strcmp(in.root->row->name, "supportedAppProtocolReq") != 0) {
		hlc_fail(talk->hlc, "no list of protocols came first");
		return HLC_SILENT;
	}
	best = hlc_choose(in.root, talk->input->direct, talk->vehicle, &offer);
	talk->out = (struct exi_doc){.schema = &exi_sap, .arena = arena};
	talk->answer = exi_begin(&talk->out, "supportedAppProtocolRes");
	if (!best) {
		exi_add_word(&talk->out, talk->answer, "ResponseCode", "Failed_NoNegotiation");
		hlc_fail(talk->hlc, "no protocol in common");
		return HLC_ANSWERED;
	}
	exi_add_word(&talk->out, talk->answer, "ResponseCode",
		exi_number(best, "VersionNumberMinor", 0) == offer->minor
			? "OK_SuccessfulNegotiation"
			: "OK_SuccessfulNegotiationWithMinorDeviation");
	exi_add_number(&talk->out, talk->answer, "SchemaID", exi_number(best, "SchemaID", 0));
	talk->hlc->schema = offer->schema;
	talk->hlc->direct = talk->input->direct;
	talk->hlc->phase = HLC_SETUP;
	return HLC_ANSWERED;
}

/* ---- what each request changes ---- */

static const char *hlc_on_setup(struct hlc_talk *talk)
{
	struct str id = exi_bytes(talk->request, "EVCCID");

	vehicle_set_evccid(talk->vehicle, (const uint8_t *)id.ptr, id.len);
	talk->hlc->phase = HLC_SERVICES;
	if (talk->hlc->pausing) {
		talk->hlc->pausing = false;
		return "OK_OldSessionJoined";
	}
	return "OK_NewSessionEstablished";
}

static const char *hlc_on_services(struct hlc_talk *talk)
{
	talk->hlc->phase = HLC_SELECT;
	return "OK";
}

static const char *hlc_on_detail(struct hlc_talk *talk)
{
	int64_t service = exi_number(talk->request, "ServiceID", 0);

	return hlc_contract_service(talk->hlc, service) ? "OK" : "FAILED_ServiceIDInvalid";
}

static const char *hlc_on_select(struct hlc_talk *talk)
{
	const struct exi_node *list = exi_get(talk->request, "SelectedServiceList");

	for (const struct exi_node *at = list->first; at; at = at->next)
		if (!hlc_contract_service(talk->hlc, exi_number(at, "ServiceID", 0)))
			return "FAILED_ServiceSelectionInvalid";
	if (strcmp(exi_word(talk->request, "SelectedPaymentOption"), "Contract") == 0)
		return hlc_contract_choose(talk);
	talk->hlc->phase = HLC_AUTHORISE;
	return "OK";
}

static const char *hlc_on_authorise(struct hlc_talk *talk)
{
	if (talk->hlc->contract.chosen)
		return hlc_contract_authorise(talk);
	if (talk->input->granted || talk->input->look)
		talk->hlc->phase = HLC_PARAMETERS;
	return "OK";
}

static void hlc_note_soc(struct hlc_talk *talk, const struct exi_node *parent)
{
	const struct exi_node *status = exi_get(parent, "DC_EVStatus");

	talk->hlc->soc_percent = (int32_t)exi_number(status, "EVRESSSOC", talk->hlc->soc_percent);
	talk->vehicle->soc_percent = talk->hlc->soc_percent;
}

static const char *hlc_on_dc_parameters(struct hlc_talk *talk, const struct exi_node *dc)
{
	struct hlc *hlc = talk->hlc;
	struct vehicle *vehicle = talk->vehicle;

	hlc_note_soc(talk, dc);
	hlc->car.max_mv = hlc_value(dc, "EVMaximumVoltageLimit", 0);
	vehicle->battery.known = true;
	vehicle->battery.max_mv = hlc->car.max_mv;
	vehicle->battery.max_ma = hlc_value(dc, "EVMaximumCurrentLimit", 0);
	vehicle->battery.max_w = hlc_large(dc, "EVMaximumPowerLimit");
	vehicle->battery.capacity_dwh = hlc_large(dc, "EVEnergyCapacity") * 10;
	if (hlc->car.max_mv < talk->input->min_mv || hlc->car.max_mv <= 0)
		return "FAILED_WrongChargeParameter";
	if (talk->input->probe)
		return "FAILED"; /* all that was wanted is known */
	if (!talk->input->granted || hlc_awaits_plan(talk))
		return "OK";
	hlc->needs_us = 0;
	/* who charges already has proven its insulation */
	hlc->phase = hlc->renewing ? HLC_START : HLC_CABLE;
	hlc->renewing = false;
	return "OK";
}

static const char *hlc_on_ac_parameters(struct hlc_talk *talk, const struct exi_node *ac)
{
	struct vehicle *vehicle = talk->vehicle;

	vehicle->battery.known = true;
	vehicle->battery.max_mv = hlc_value(ac, "EVMaxVoltage", 0);
	vehicle->battery.max_ma = hlc_value(ac, "EVMaxCurrent", 0);
	if (!talk->input->granted || hlc_awaits_plan(talk))
		return "OK";
	talk->hlc->needs_us = 0;
	talk->hlc->phase = HLC_START;
	return "OK";
}

static const char *hlc_on_parameters(struct hlc_talk *talk)
{
	bool din = hlc_is_din(talk->hlc), direct = talk->hlc->direct;
	const char *mode = exi_word(talk->request,
		din ? "EVRequestedEnergyTransferType" : "RequestedEnergyTransferMode");
	const struct exi_node *dc = exi_get(talk->request, "DC_EVChargeParameter");
	const struct exi_node *ac = exi_get(talk->request, "AC_EVChargeParameter");
	bool three = strcmp(mode, "AC_three_phase_core") == 0;

	if ((mode[0] == 'D') != direct || (three && talk->input->phases < 3))
		return din ? "FAILED_WrongEnergyTransferType" : "FAILED_WrongEnergyTransferMode";
	if (direct ? !dc : !ac)
		return "FAILED_WrongChargeParameter";
	hlc_note_needs(talk, direct ? dc : ac, three);
	return direct ? hlc_on_dc_parameters(talk, dc) : hlc_on_ac_parameters(talk, ac);
}

static const char *hlc_on_cable(struct hlc_talk *talk)
{
	const struct hlc_input *input = talk->input;

	hlc_note_soc(talk, talk->request);
	if (!input->granted || input->dc_failed)
		return "FAILED";
	talk->hlc->car.present = true;
	if (input->dc == DC_PRECHARGE)
		talk->hlc->phase = HLC_PRECHARGE;
	return "OK";
}

/* The voltage it asks for; the most it bears may fall, but not rise above what it said first. */
static void hlc_aim(struct hlc *hlc, const struct exi_node *request)
{
	int32_t max_mv = hlc_value(request, "EVMaximumVoltageLimit", hlc->car.max_mv);

	hlc->car.target_mv = hlc_value(request, "EVTargetVoltage", 0);
	if (hlc->car.target_mv < 0)
		hlc->car.target_mv = 0;
	if (max_mv > 0 && max_mv < hlc->car.max_mv)
		hlc->car.max_mv = max_mv;
}

static const char *hlc_on_precharge(struct hlc_talk *talk)
{
	struct hlc *hlc = talk->hlc;

	hlc_note_soc(talk, talk->request);
	if (!talk->input->granted || talk->input->dc_failed)
		return "FAILED";
	hlc->car.precharge = true;
	hlc_aim(hlc, talk->request);
	return "OK";
}

static const char *hlc_stop_delivery(struct hlc_talk *talk)
{
	struct hlc *hlc = talk->hlc;
	const struct hlc_input *input = talk->input;
	int64_t most_us = hlc->direct ? HLC_RAMP_US : HLC_CONTACTOR_US;

	hlc->car.ready = hlc->car.present = hlc->car.precharge = false;
	hlc->car.target_ma = 0;
	hlc->closes = false;
	talk->later = (hlc->direct ? input->source.current_ma > HLC_LET_GO_MA : input->closed) &&
		      talk->ticks_us - hlc->held_us < most_us;
	if (!talk->later)
		hlc->phase = HLC_AFTER;
	return "OK";
}

static const char *hlc_start_delivery(struct hlc_talk *talk)
{
	struct hlc *hlc = talk->hlc;
	const struct hlc_input *input = talk->input;

	if (hlc->phase == HLC_LOOP)
		return "FAILED_SequenceError";
	if (!input->granted)
		return "FAILED_PowerDeliveryNotApplied";
	if (hlc->direct) {
		talk->later = !input->closed && talk->ticks_us - hlc->held_us < HLC_RAMP_US;
		if (!input->closed)
			return "FAILED_PowerDeliveryNotApplied";
		hlc->car.ready = true;
		hlc->car.precharge = false;
		hlc->phase = HLC_LOOP;
		return "OK";
	}
	hlc->closes = true;
	talk->later = !input->closed && talk->ticks_us - hlc->held_us < HLC_CONTACTOR_US;
	if (talk->later)
		return "OK";
	if (!input->closed)
		return "FAILED_ContactorError";
	hlc->phase = HLC_LOOP;
	return "OK";
}

static const char *hlc_on_delivery(struct hlc_talk *talk)
{
	bool din = hlc_is_din(talk->hlc);
	const char *progress = exi_word(talk->request, "ChargeProgress");
	bool start = din ? exi_number(talk->request, "ReadyToChargeState", 0) != 0
			 : strcmp(progress, "Start") == 0;

	hlc_note_soc(talk, exi_get(talk->request, "DC_EVPowerDeliveryParameter"));
	if (start && !din && exi_number(talk->request, "SAScheduleTupleID", 1) != 1)
		return "FAILED_TariffSelectionInvalid";
	if (start && !din && !hlc_take_plan(talk))
		return "FAILED_ChargingProfileInvalid";
	if (!din && strcmp(progress, "Renegotiate") == 0) {
		if (talk->hlc->phase != HLC_LOOP)
			return "FAILED_SequenceError";
		talk->hlc->phase = HLC_PARAMETERS;
		talk->hlc->renewing = true;
		return "OK";
	}
	return start ? hlc_start_delivery(talk) : hlc_stop_delivery(talk);
}

static const char *hlc_on_demand(struct hlc_talk *talk)
{
	struct hlc *hlc = talk->hlc;

	if (!hlc->direct)
		return "FAILED_SequenceError";
	hlc_note_soc(talk, talk->request);
	hlc_aim(hlc, talk->request);
	hlc->car.target_ma = hlc_value(talk->request, "EVTargetCurrent", 0);
	if (hlc->car.target_ma < 0)
		hlc->car.target_ma = 0;
	return "OK";
}

static const char *hlc_on_charging(struct hlc_talk *talk)
{
	return talk->hlc->direct ? "FAILED_SequenceError" : "OK";
}

static const char *hlc_on_welding(struct hlc_talk *talk)
{
	return talk->hlc->direct ? "OK" : "FAILED_SequenceError";
}

static const char *hlc_on_stop(struct hlc_talk *talk)
{
	struct hlc *hlc = talk->hlc;

	hlc->pausing = strcmp(exi_word(talk->request, "ChargingSession"), "Pause") == 0;
	hlc->car = (struct hal_car){.battery_mc = HAL_ABSENT};
	hlc->closes = false;
	hlc->phase = HLC_ENDED;
	return "OK";
}

/* ---- requests ---- */

static const struct hlc_row {
	const char *iso2, *din; /* without "Req" and "Res"; NULL: not in it */
	unsigned phases;
	const char *(*hear)(struct hlc_talk *talk); /* the code of the answer */
	void (*fill)(struct hlc_talk *talk);
} hlc_rows[] = {
	{"SessionSetup", "SessionSetup", HLC_IN(HLC_SETUP), hlc_on_setup, hlc_fill_setup},
	{"ServiceDiscovery", "ServiceDiscovery", HLC_IN(HLC_SERVICES), hlc_on_services,
		hlc_fill_services},
	{"ServiceDetail", "ServiceDetail", HLC_IN(HLC_SELECT), hlc_on_detail, hlc_fill_detail},
	{"PaymentServiceSelection", "ServicePaymentSelection", HLC_IN(HLC_SELECT), hlc_on_select,
		hlc_fill_nothing},
	{"PaymentDetails", "PaymentDetails", HLC_IN(HLC_CONTRACT), hlc_on_details,
		hlc_fill_details},
	{"CertificateInstallation", NULL, HLC_IN(HLC_CONTRACT), hlc_on_install, hlc_fill_install},
	{"CertificateUpdate", NULL, HLC_IN(HLC_CONTRACT), hlc_on_install, hlc_fill_install},
	{"Authorization", "ContractAuthentication", HLC_IN(HLC_AUTHORISE), hlc_on_authorise,
		hlc_fill_authorise},
	{"ChargeParameterDiscovery", "ChargeParameterDiscovery", HLC_IN(HLC_PARAMETERS),
		hlc_on_parameters, hlc_fill_parameters},
	{"CableCheck", "CableCheck", HLC_IN(HLC_CABLE), hlc_on_cable, hlc_fill_cable},
	{"PreCharge", "PreCharge", HLC_IN(HLC_PRECHARGE), hlc_on_precharge, hlc_fill_voltage},
	{"PowerDelivery", "PowerDelivery",
		HLC_IN(HLC_PRECHARGE) | HLC_IN(HLC_START) | HLC_IN(HLC_LOOP), hlc_on_delivery,
		hlc_fill_status},
	{"CurrentDemand", "CurrentDemand", HLC_IN(HLC_LOOP), hlc_on_demand, hlc_fill_demand},
	{"ChargingStatus", NULL, HLC_IN(HLC_LOOP), hlc_on_charging, hlc_fill_charging},
	{"MeteringReceipt", NULL, HLC_IN(HLC_LOOP), hlc_on_receipt, hlc_fill_status},
	{"WeldingDetection", "WeldingDetection", HLC_IN(HLC_AFTER), hlc_on_welding,
		hlc_fill_voltage},
	{"SessionStop", "SessionStop", ~(HLC_IN(HLC_HELLO) | HLC_IN(HLC_SETUP) | HLC_IN(HLC_LOOP)),
		hlc_on_stop, hlc_fill_nothing},
};

static const struct hlc_row *hlc_row_of(const struct hlc *hlc, const char *request)
{
	size_t len = strlen(request);

	for (size_t i = 0; len > 3 && i < sizeof(hlc_rows) / sizeof(hlc_rows[0]); i++) {
		const char *name = hlc_is_din(hlc) ? hlc_rows[i].din : hlc_rows[i].iso2;
		if (name && strlen(name) == len - 3 && memcmp(name, request, len - 3) == 0 &&
			strcmp(request + len - 3, "Req") == 0)
			return &hlc_rows[i];
	}
	return NULL;
}

/* The first request brings no session, or the one that was paused; every other brings ours. */
static bool hlc_same_session(struct hlc_talk *talk, const struct exi_node *header, bool setup)
{
	struct hlc *hlc = talk->hlc;
	struct str session = exi_bytes(header, "SessionID");
	bool same =
		session.len == HLC_SESSION && memcmp(session.ptr, hlc->session, HLC_SESSION) == 0;

	if (!setup || hlc->phase != HLC_SETUP)
		return same;
	hlc->pausing = hlc->pausing && same;
	if (!hlc->pausing)
		talk->rng->fill(talk->rng, hlc->session, HLC_SESSION);
	return true;
}

static void hlc_begin_answer(struct hlc_talk *talk, const struct hlc_row *row, const char *code)
{
	struct exi_node *root = exi_begin(&talk->out, "V2G_Message");
	struct exi_node *header = exi_add(&talk->out, root, "Header");
	struct exi_node *body = exi_add(&talk->out, root, "Body");
	char name[40];

	snprintf(name, sizeof(name), "%sRes", hlc_is_din(talk->hlc) ? row->din : row->iso2);
	exi_add_bytes(&talk->out, header, "SessionID",
		(struct str){(const char *)talk->hlc->session, HLC_SESSION});
	talk->answer = exi_add(&talk->out, body, name);
	exi_add_word(&talk->out, talk->answer, "ResponseCode", code);
	row->fill(talk);
}

static enum hlc_answer hlc_request(
	struct hlc_talk *talk, const uint8_t *bytes, size_t len, struct arena *arena)
{
	struct hlc *hlc = talk->hlc;
	struct exi_doc in = {.schema = hlc->schema, .arena = arena};
	int outcome = exi_read(&in, bytes, len);
	const struct exi_node *body = outcome == 0 ? exi_get(in.root, "Body") : NULL;
	const struct hlc_row *row;
	const char *code;

	talk->header = exi_get(outcome == 0 ? in.root : NULL, "Header");
	talk->request = body ? body->first : NULL;
	talk->raw = (struct str){(const char *)bytes, len};
	talk->out = (struct exi_doc){.schema = hlc->schema, .arena = arena};
	row = talk->request ? hlc_row_of(hlc, talk->request->row->name) : NULL;
	if (!row) {
		hlc_fail(hlc, outcome != 0 ? exi_outcome_word(outcome) : "no request we know");
		return HLC_SILENT;
	}
	if (!hlc_same_session(talk, talk->header, row == &hlc_rows[0]))
		code = "FAILED_UnknownSession";
	else if (!(row->phases & HLC_IN(hlc->phase)))
		code = "FAILED_SequenceError";
	else
		code = row->hear(talk);
	if (talk->later)
		return HLC_LATER;
	talk->ok = code[0] == 'O';
	if (talk->whole.len == 0)
		hlc_begin_answer(talk, row, code);
	if (!talk->ok)
		hlc_fail(hlc, code);
	return HLC_ANSWERED;
}

static bool hlc_write(const struct hlc_talk *talk, uint8_t *ret, size_t cap, size_t *ret_len)
{
	if (talk->whole.len == 0)
		return exi_write(&talk->out, ret, cap, ret_len) == 0;
	if (talk->whole.len > cap)
		return false;
	memcpy(ret, talk->whole.ptr, talk->whole.len);
	*ret_len = talk->whole.len;
	return true;
}

enum hlc_answer hlc_take(struct hlc *hlc, const struct hlc_input *input, struct vehicle *vehicle,
	struct rng *rng, const uint8_t *bytes, size_t len, uint8_t *ret, size_t cap,
	size_t *ret_len, int64_t ticks_us)
{
	struct hlc_talk talk = {
		.hlc = hlc, .input = input, .vehicle = vehicle, .rng = rng, .ticks_us = ticks_us};
	enum hlc_answer answer;
	struct arena arena;

	if (hlc->phase == HLC_CLOSED || hlc->phase >= HLC_ENDED)
		return HLC_SILENT;
	if (!hlc->held_us)
		hlc->held_us = ticks_us;
	hlc->heard_us = ticks_us;
	arena_init(&arena, HLC_ARENA);
	answer = hlc->phase == HLC_HELLO ? hlc_hello(&talk, bytes, len, &arena)
					 : hlc_request(&talk, bytes, len, &arena);
	if (answer == HLC_ANSWERED && !hlc_write(&talk, ret, cap, ret_len)) {
		hlc_fail(hlc, "the answer cannot be written");
		answer = HLC_SILENT;
	}
	if (answer != HLC_LATER)
		hlc->held_us = 0;
	arena_fini(&arena);
	return answer;
}
