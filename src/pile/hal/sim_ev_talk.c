/* sim_ev_talk.c - what a simulated car says in its talk with the pile, request by request, and what
 * it makes of the answers (sim_ev.h). Names are the standards'; what both have is said once. */
#include "pile/hal/sim_ev.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"

#define EV_MEET_MV 20000

static bool ev_din(const struct sim_ev *ev)
{
	return ev->schema == &exi_din;
}

static void ev_value(struct exi_doc *doc, struct exi_node *parent, const char *name, int64_t value,
	int power, const char *unit)
{
	struct exi_node *node = exi_add(doc, parent, name);

	exi_add_number(doc, node, "Multiplier", power);
	exi_add_word(doc, node, "Unit", unit);
	exi_add_number(doc, node, "Value", value);
}

static void ev_volts(struct exi_doc *doc, struct exi_node *parent, const char *name, int32_t mv)
{
	ev_value(doc, parent, name, mv / 100, -1, "V");
}

static void ev_amps(struct exi_doc *doc, struct exi_node *parent, const char *name, int32_t ma)
{
	ev_value(doc, parent, name, ma / 100, -1, "A");
}

static void ev_status(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *parent)
{
	struct exi_node *status = exi_add(doc, parent, "DC_EVStatus");
	int32_t soc = ev->world.soc_percent;

	exi_add_number(doc, status, "EVReady", ev->asks);
	exi_add_word(doc, status, "EVErrorCode", "NO_ERROR");
	exi_add_number(doc, status, "EVRESSSOC", soc < 0 ? 0 : soc > 100 ? 100 : soc);
}

/* ---- requests ---- */

static void ev_protocol(struct exi_doc *doc, struct exi_node *list, const char *name, int id)
{
	struct exi_node *protocol = exi_add(doc, list, "AppProtocol");

	exi_add_bytes(doc, protocol, "ProtocolNamespace", str_from(name));
	exi_add_number(doc, protocol, "VersionNumberMajor", 2);
	exi_add_number(doc, protocol, "VersionNumberMinor", 0);
	exi_add_number(doc, protocol, "SchemaID", id);
	exi_add_number(doc, protocol, "Priority", id + 1);
}

static void ev_hello(struct sim_ev *ev, struct exi_doc *doc)
{
	struct exi_node *list;
	int id = 0;

	doc->schema = &exi_sap;
	list = exi_begin(doc, "supportedAppProtocolReq");
	if (ev->speaks & EV_ISO2)
		ev_protocol(doc, list, "urn:iso:15118:2:2013:MsgDef", id++);
	if (ev->speaks & EV_DIN)
		ev_protocol(doc, list, "urn:din:70121:2012:MsgDef", id++);
}

static void ev_fill_select(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	struct exi_node *list = exi_add(doc, request, "SelectedServiceList");
	struct exi_node *service = exi_add(doc, list, "SelectedService");

	exi_add_word(doc, request, "SelectedPaymentOption",
		ev->trick == EV_CONTRACT || sim_ev_pays(ev) ? "Contract" : "ExternalPayment");
	exi_add_number(doc, service, "ServiceID", 1);
	if (sim_ev_pays(ev) && sim_ev_contract_first(ev) == EV_SAY_INSTALL) {
		service = exi_add(doc, list, "SelectedService");
		exi_add_number(doc, service, "ServiceID", 2);
		exi_add_number(doc, service, "ParameterSetID", 1);
	}
}

static void ev_fill_parameters(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	const struct sim_ev_world *world = &ev->world;
	bool leaves = !ev_din(ev) && ev->departs_s > 0;
	int64_t amount_wh = ev->wants_wh > 0 ? ev->wants_wh : world->capacity_dwh / 10;
	struct exi_node *group;

	exi_add_word(doc, request,
		ev_din(ev) ? "EVRequestedEnergyTransferType" : "RequestedEnergyTransferMode",
		ev->direct ? "DC_extended" : "AC_single_phase_core");
	if (!ev->direct) {
		group = exi_add(doc, request, "AC_EVChargeParameter");
		if (leaves)
			exi_add_number(doc, group, "DepartureTime", ev->departs_s);
		ev_value(doc, group, "EAmount", amount_wh / 1000, 3, "Wh");
		ev_volts(doc, group, "EVMaxVoltage", 400000);
		ev_amps(doc, group, "EVMaxCurrent", world->max_ma);
		ev_amps(doc, group, "EVMinCurrent", 6000);
		return;
	}
	group = exi_add(doc, request, "DC_EVChargeParameter");
	if (leaves)
		exi_add_number(doc, group, "DepartureTime", ev->departs_s);
	ev_status(ev, doc, group);
	ev_amps(doc, group, "EVMaximumCurrentLimit", world->max_ma);
	ev_value(doc, group, "EVMaximumPowerLimit",
		(int64_t)world->max_mv / 1000 * (world->max_ma / 1000) / 100, 2, "W");
	ev_volts(doc, group, "EVMaximumVoltageLimit", world->max_mv);
	ev_value(doc, group, "EVEnergyCapacity", world->capacity_dwh / 1000, 2, "Wh");
	if (leaves)
		ev_value(doc, group, "EVEnergyRequest", amount_wh / 1000, 3, "Wh");
}

/* All of what it was offered. */
static void ev_fill_plan(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	struct exi_node *profile, *entry;

	if (ev->departs_s == 0 || ev->schedule.len == 0)
		return;
	profile = exi_add(doc, request, "ChargingProfile");
	for (size_t i = 0; i < ev->schedule.len; i++) {
		entry = exi_add(doc, profile, "ProfileEntry");
		exi_add_number(
			doc, entry, "ChargingProfileEntryStart", ev->schedule.steps[i].from_s);
		ev_value(doc, entry, "ChargingProfileEntryMaxPower", ev->schedule.steps[i].w / 10,
			1, "W");
	}
}

static int64_t ev_watts(const struct exi_node *parent, const char *name)
{
	const struct exi_node *node = exi_get(parent, name);
	int64_t value = exi_number(node, "Value", 0), power = exi_number(node, "Multiplier", 0);

	for (; power > 0; power--)
		value *= 10;
	for (; power < 0; power++)
		value /= 10;
	return value;
}

static void ev_read_schedule(struct sim_ev *ev, const struct exi_node *answer)
{
	const struct exi_node *list = exi_get(answer, "SAScheduleList");
	const struct exi_node *tuple = list ? exi_get(list, "SAScheduleTuple") : NULL;
	const struct exi_node *schedule = tuple ? exi_get(tuple, "PMaxSchedule") : NULL;
	struct needs_schedule *to = &ev->schedule;

	to->len = 0;
	for (const struct exi_node *at = schedule ? schedule->first : NULL;
		at && to->len < NEEDS_STEPS && !ev_din(ev); at = at->next)
		to->steps[to->len++] = (struct needs_step){
			exi_number(exi_get(at, "RelativeTimeInterval"), "start", 0),
			ev_watts(at, "PMax")};
}

static void ev_fill_delivery(
	struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request, bool start)
{
	struct exi_node *group;

	if (ev_din(ev))
		exi_add_number(doc, request, "ReadyToChargeState", start);
	else
		exi_add_word(doc, request, "ChargeProgress", start ? "Start" : "Stop");
	if (!ev_din(ev))
		exi_add_number(doc, request, "SAScheduleTupleID", 1);
	if (start && !ev_din(ev))
		ev_fill_plan(ev, doc, request);
	if (!ev->direct)
		return;
	group = exi_add(doc, request, "DC_EVPowerDeliveryParameter");
	ev_status(ev, doc, group);
	exi_add_number(doc, group, "ChargingComplete", !start);
}

static void ev_fill_demand(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	ev_status(ev, doc, request);
	ev_amps(doc, request, "EVTargetCurrent", ev->world.max_ma);
	ev_volts(doc, request, "EVMaximumVoltageLimit", ev->world.max_mv);
	exi_add_number(doc, request, "ChargingComplete", 0);
	ev_volts(doc, request, "EVTargetVoltage", ev->world.now_mv);
}

static const char *ev_request_name(const struct sim_ev *ev)
{
	bool din = ev_din(ev);

	switch (ev->say) {
	case EV_SAY_SETUP:
		return "SessionSetupReq";
	case EV_SAY_SERVICES:
		return "ServiceDiscoveryReq";
	case EV_SAY_SELECT:
		return din ? "ServicePaymentSelectionReq" : "PaymentServiceSelectionReq";
	case EV_SAY_INSTALL:
		return "CertificateInstallationReq";
	case EV_SAY_DETAILS:
		return "PaymentDetailsReq";
	case EV_SAY_RECEIPT:
		return "MeteringReceiptReq";
	case EV_SAY_AUTHORISE:
		return din ? "ContractAuthenticationReq" : "AuthorizationReq";
	case EV_SAY_PARAMETERS:
		return "ChargeParameterDiscoveryReq";
	case EV_SAY_CABLE:
		return "CableCheckReq";
	case EV_SAY_PRECHARGE:
		return "PreChargeReq";
	case EV_SAY_START:
	case EV_SAY_STOP:
		return "PowerDeliveryReq";
	case EV_SAY_LOOP:
		return ev->direct ? "CurrentDemandReq" : "ChargingStatusReq";
	case EV_SAY_WELDING:
		return "WeldingDetectionReq";
	default:
		return "SessionStopReq";
	}
}

static void ev_fill(struct sim_ev *ev, struct exi_doc *doc, struct exi_node *request)
{
	switch (ev->say) {
	case EV_SAY_SETUP:
		exi_add_bytes(doc, request, "EVCCID",
			(struct str){(const char *)ev->evccid, ev->evccid_len});
		break;
	case EV_SAY_SELECT:
		ev_fill_select(ev, doc, request);
		break;
	case EV_SAY_INSTALL:
	case EV_SAY_DETAILS:
	case EV_SAY_AUTHORISE:
	case EV_SAY_RECEIPT:
		if (sim_ev_pays(ev))
			sim_ev_contract_fill(ev, doc, request);
		break;
	case EV_SAY_PARAMETERS:
		ev_fill_parameters(ev, doc, request);
		break;
	case EV_SAY_CABLE:
	case EV_SAY_WELDING:
		ev_status(ev, doc, request);
		break;
	case EV_SAY_PRECHARGE:
		ev_status(ev, doc, request);
		ev_volts(doc, request, "EVTargetVoltage", ev->world.now_mv);
		ev_amps(doc, request, "EVTargetCurrent", 1000);
		break;
	case EV_SAY_START:
	case EV_SAY_STOP:
		ev_fill_delivery(ev, doc, request, ev->say == EV_SAY_START);
		break;
	case EV_SAY_LOOP:
		if (ev->direct)
			ev_fill_demand(ev, doc, request);
		break;
	case EV_SAY_END:
		if (!ev_din(ev))
			exi_add_word(doc, request, "ChargingSession", "Terminate");
		break;
	default:
		break;
	}
}

void sim_ev_request(struct sim_ev *ev, struct exi_doc *doc)
{
	struct exi_node *root, *header, *body, *request;

	if (ev->say == EV_SAY_HELLO) {
		ev_hello(ev, doc);
		return;
	}
	if (ev->trick == EV_SEQUENCE && ev->say == EV_SAY_SERVICES)
		ev->say = EV_SAY_LOOP;
	doc->schema = ev->schema;
	root = exi_begin(doc, "V2G_Message");
	header = exi_add(doc, root, "Header");
	body = exi_add(doc, root, "Body");
	if (ev->trick == EV_STRANGER && ev->say == EV_SAY_SELECT)
		ev->session[0] ^= 0xff;
	exi_add_bytes(doc, header, "SessionID",
		(struct str){(const char *)ev->session, sizeof(ev->session)});
	request = exi_add(doc, body, ev_request_name(ev));
	ev_fill(ev, doc, request);
	if (sim_ev_pays(ev))
		sim_ev_contract_sign(ev, doc, header, request);
}

/* ---- answers ---- */

static int32_t ev_told(const struct exi_node *parent, const char *name)
{
	static const int32_t tens[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
	const struct exi_node *value = exi_get(parent, name);

	return (int32_t)exi_number(value, "Value", 0) *
	       tens[exi_number(value, "Multiplier", 0) + 3];
}

static void ev_stop(struct sim_ev *ev, const char *why)
{
	snprintf(ev->why, sizeof(ev->why), "%s", why);
	ev->phase = EV_DONE;
}

static void ev_after_loop(struct sim_ev *ev, const struct exi_node *answer)
{
	const struct exi_node *status = exi_get(answer, "DC_EVSEStatus");

	if (!status)
		status = exi_get(answer, "AC_EVSEStatus");
	if (!ev->direct)
		ev->told_ma = ev_told(answer, "EVSEMaxCurrent");
	ev->stops = strcmp(exi_word(status, "EVSENotification"), "StopCharging") == 0;
	if (exi_number(answer, "ReceiptRequired", 0) && sim_ev_pays(ev)) {
		ev->contract->reading = exi_number(exi_get(answer, "MeterInfo"), "MeterReading", 0);
		ev->say = EV_SAY_RECEIPT;
	}
	if (ev->stops || !ev->world.wants)
		ev->say = EV_SAY_STOP;
}

static void ev_after_precharge(struct sim_ev *ev, const struct exi_node *answer)
{
	int32_t off_mv = ev_told(answer, "EVSEPresentVoltage") - ev->world.now_mv;
	int32_t inlet_mv = ev->world.inlet_mv - ev->world.now_mv;

	/* it believes its own eyes, too */
	if (off_mv < -EV_MEET_MV || off_mv > EV_MEET_MV || inlet_mv < -EV_MEET_MV ||
		inlet_mv > EV_MEET_MV)
		return;
	ev->closed = true;
	ev->say = EV_SAY_START;
}

static bool ev_offered_direct(const struct exi_node *answer)
{
	const struct exi_node *service = exi_get(answer, "ChargeService");
	const struct exi_node *modes = exi_get(service, "SupportedEnergyTransferMode");

	return exi_word(service, "EnergyTransferType")[0] == 'D' ||
	       exi_word(modes, "EnergyTransferMode")[0] == 'D';
}

static void ev_next_say(struct sim_ev *ev, const struct exi_node *answer)
{
	bool finished = strcmp(exi_word(answer, "EVSEProcessing"), "Finished") == 0;

	switch (ev->say) {
	case EV_SAY_SERVICES:
		ev->direct = ev_offered_direct(answer);
		sim_ev_contract_offered(ev, answer);
		ev->say++;
		break;
	case EV_SAY_SELECT:
		ev->say = sim_ev_contract_first(ev);
		break;
	case EV_SAY_INSTALL:
	case EV_SAY_DETAILS:
		ev->say++;
		if (!sim_ev_contract_take(ev, answer))
			ev_stop(ev, "a contract that cannot be used");
		break;
	case EV_SAY_RECEIPT:
		ev->contract->receipts++;
		ev->say = EV_SAY_LOOP;
		break;
	case EV_SAY_SETUP:
	case EV_SAY_WELDING:
		ev->say++;
		break;
	case EV_SAY_AUTHORISE:
		ev->say += finished;
		break;
	case EV_SAY_PARAMETERS:
		ev_read_schedule(ev, answer);
		if (finished)
			ev->say = ev->direct ? EV_SAY_CABLE : EV_SAY_START;
		ev->asks = finished;
		break;
	case EV_SAY_CABLE:
		ev->say += finished;
		break;
	case EV_SAY_PRECHARGE:
		ev_after_precharge(ev, answer);
		break;
	case EV_SAY_START:
		ev->say = EV_SAY_LOOP;
		break;
	case EV_SAY_LOOP:
		ev_after_loop(ev, answer);
		break;
	case EV_SAY_STOP:
		ev->asks = ev->closed = false;
		ev->say = ev->direct ? EV_SAY_WELDING : EV_SAY_END;
		break;
	default:
		ev->phase = EV_DONE;
		break;
	}
}

static void ev_after_hello(struct sim_ev *ev, const struct exi_node *answer)
{
	bool iso2_first = ev->speaks & EV_ISO2;

	if (strncmp(exi_word(answer, "ResponseCode"), "OK", 2) != 0) {
		ev_stop(ev, exi_word(answer, "ResponseCode"));
		return;
	}
	ev->schema = exi_number(answer, "SchemaID", 0) == 0 && iso2_first ? &exi_iso2 : &exi_din;
	ev->say = EV_SAY_SETUP;
}

void sim_ev_answer(struct sim_ev *ev, const uint8_t *bytes, size_t len)
{
	struct arena arena;
	struct exi_doc doc = {.arena = &arena, .schema = ev->schema ? ev->schema : &exi_sap};
	const struct exi_node *answer;
	struct str session;

	arena_init(&arena, 64 * 1024);
	if (exi_read(&doc, bytes, len) != 0) {
		ev_stop(ev, "an answer that cannot be read");
	} else if (!ev->schema) {
		ev_after_hello(ev, doc.root);
	} else {
		session = exi_bytes(exi_get(doc.root, "Header"), "SessionID");
		if (session.len == sizeof(ev->session))
			memcpy(ev->session, session.ptr, session.len);
		answer = exi_get(doc.root, "Body")->first;
		if (!answer || strncmp(exi_word(answer, "ResponseCode"), "OK", 2) != 0)
			ev_stop(ev, exi_word(answer, "ResponseCode"));
		else
			ev_next_say(ev, answer);
	}
	arena_fini(&arena);
}
