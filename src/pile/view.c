/* view.c - what the display shows, as JSON and SVG (see view.h). */
#include "pile/view.h"

#include <string.h>

#include "pile/fleet.h"
#include "pile/web.h"
#include "wire/json.h"
#include "wire/qr_draw.h"

#define VIEW_BYTES_MAX (64 * 1024)
#define VIEW_COST_OLD_US (120 * US_PER_S) /* the server tells it every half minute */

static const char *const view_lights[] = {"off", "red", "yellow", "green"};
static const char *const view_motions[] = {"steady", "breathe", "rotate", "split"};
static const char *const view_notices[] = {"", "asking", "refused", "offline-card", "plug-in",
	"timeout", "other-card", "storage", "plug", "reserved", "paying", "recognising",
	"no-vehicle", "no-credit", "contract", "no-contract"};

struct str view_driver_url(const struct unit *unit, size_t outlet, struct arena *arena)
{
	const char *base = unit->fleet->config.public_url;

	if (!base)
		return STR_NULL;
	if (unit->pile.outlets_len == 1)
		return str_format(arena, "%s/p/%s", base, unit->name);
	return str_format(arena, "%s/p/%s/%zu", base, unit->name, outlet);
}

/* While the pile waits to be let in, its code leads whoever may do that to the place, with the
 * fingerprint of its key. */
static struct str view_approve_url(const struct unit *unit, struct arena *arena)
{
	const char *base = unit->fleet->config.public_url;

	return base ? str_format(arena, "%s/console/approve?pile=%s&key=%s", base, unit->name,
			      unit->pile.certs.print)
		    : STR_NULL;
}

struct str view_code(const struct unit *unit, size_t outlet, struct arena *arena)
{
	struct str code = offline_shown(unit->pile.offline, outlet - 1);

	if (unit->pile.link.pending && unit->pile.certs.print[0])
		return view_approve_url(unit, arena);

	if (!code.ptr)
		code = web_code(&unit->pile, (int64_t)outlet, arena);
	return code.ptr ? code : view_driver_url(unit, outlet, arena);
}

static void view_fault(struct json_out *out, const struct evse *evse)
{
	enum protect_kind kind = protect_first(&evse->protect);

	if (kind == PROTECT_KINDS) {
		json_put_null(out, "fault");
		return;
	}
	json_open_object(out, "fault");
	json_put_str(out, "code", str_from(protect_row(kind)->code));
	json_put_str(out, "word", str_from(protect_row(kind)->word));
	json_put_bool(out, "latched", protect_row(kind)->latched);
	json_close_object(out);
}

static void view_price(struct json_out *out, const struct price *price)
{
	if (price->now[0])
		json_put_str(out, "price", str_from(price->now));
	if (price->steps_len == 0)
		return;
	json_open_object(out, "next");
	json_put_time(out, "at", price->steps[0].at_us);
	json_put_str(out, "price", str_from(price->steps[0].text));
	json_close_object(out);
}

static void view_charge(struct json_out *out, const struct unit *unit, const struct outlet *outlet)
{
	const struct spool_tx *tx = outlet->tx ? spool_tx(&unit->pile.spool, outlet->tx) : NULL;
	int64_t energy_dwh, seconds;

	if (!tx && !outlet->last_charge.valid) {
		json_put_null(out, "charge");
		return;
	}
	energy_dwh = tx ? outlet->evse.meter.register_dwh - tx->start_dwh
			: outlet->last_charge.energy_dwh;
	seconds =
		tx ? (unit->pile.now_us - tx->started_us) / US_PER_S : outlet->last_charge.seconds;
	json_open_object(out, "charge");
	json_put_bool(out, "running", tx != NULL);
	json_put_fixed_text(out, "energy_wh", energy_dwh > 0 ? energy_dwh : 0, 1);
	json_put_int(out, "seconds", seconds > 0 ? seconds : 0);
	if (tx)
		json_put_time(out, "started", tx->started_us);
	if (tx && voice_minutes_left(outlet, unit->pile.ticks_us) >= 0)
		json_put_time(out, "full_at",
			unit->pile.now_us - unit->pile.now_us % US_PER_MIN +
				voice_minutes_left(outlet, unit->pile.ticks_us) * US_PER_MIN);
	if (outlet->cost[0])
		json_put_str(out, "cost", str_from(outlet->cost));
	/* a figure of before the network went says so */
	if (outlet->cost[0] && unit->pile.now_us - outlet->cost_at_us > VIEW_COST_OLD_US)
		json_put_time(out, "cost_at", outlet->cost_at_us);
	view_price(out, &outlet->price);
	json_put_bool(out, "told", tx && tx->confirmed);
	json_close_object(out);
}

/* For whom the outlet is kept: the end of the card's number is enough for its owner. */
static void view_reserved(
	struct json_out *out, const struct pile *pile, const struct outlet *outlet)
{
	const struct reservation *kept = reserve_at(pile, outlet);
	size_t len = kept ? strlen(kept->tag) : 0;

	if (!kept)
		return;
	json_open_object(out, "reserved");
	json_put_str(out, "card", str_from(kept->tag + (len > 4 ? len - 4 : 0)));
	json_put_time(out, "until", kept->until_us - kept->until_us % US_PER_S);
	json_close_object(out);
}

/* How far the talk with the car is. Who it is stands nowhere here: its address is a key. */
static void view_talk(struct json_out *out, const struct evse *evse)
{
	const struct hlc *hlc = &evse->cable.hlc;

	if (!evse_on_cable(evse) || evse->cable.phase == CABLE_OFF)
		return;
	json_open_object(out, "talk");
	json_put_str(out, "cable", str_from(cable_word(evse->cable.phase)));
	json_put_str(out, "phase", str_from(hlc_word(hlc->phase)));
	json_put_str(out, "protocol", str_from(hlc_protocol(hlc)));
	json_put_str(
		out, "addresses", str_from(vehicle_check_word(vehicle_consistent(&evse->vehicle))));
	if (hlc->phase == HLC_FAILED)
		json_put_str(out, "why", str_from(hlc->why));
	json_close_object(out);
}

/* How the charge goes, in the order it was found (mode.h), and what holds the power back. */
static void view_mode(struct json_out *out, const struct evse *evse)
{
	json_open_object(out, "mode");
	json_put_str(out, "plug", str_from(mode_plug_word(evse->mode.plug)));
	json_put_str(out, "current", str_from(mode_current_word(evse->mode.current)));
	json_put_str(out, "charging", str_from(mode_charging_word(evse->mode.charging)));
	json_put_str(out, "metering", str_from(mode_metering_word(evse->mode.metering)));
	json_put_int(out, "max_ma", evse->mode.max_ma);
	if (evse->mode.current == MODE_DC)
		json_put_str(out, "dc", str_from(dc_word(evse->dc.phase)));
	json_close_object(out);
	json_open_object(out, "offer");
	json_put_int(out, "ma", evse->offer.ma);
	json_put_str(out, "reason", str_from(strategy_word(evse->offer.reason)));
	json_put_int(out, "cool_percent", evse->offer.cool_percent);
	json_close_object(out);
}

static void view_sensors(struct json_out *out, const struct evse *evse)
{
	static const char *const names[HAL_CHANNELS] = {"ct_l1_ma", "ct_l2_ma", "ct_l3_ma",
		"residual_ac_ua", "residual_dc_ua", "connector_mc", "cabinet_mc",
		"humidity_permille"};

	json_open_object(out, "sensors");
	for (int i = 0; i < HAL_CHANNELS; i++)
		if (evse->filter.channels[i].value != HAL_ABSENT)
			json_put_int(out, names[i], evse->filter.channels[i].value);
	json_close_object(out);
}

/* What the screen's QR code is, and its text. The codes change with time; the picture is fetched
 * again when this text changes. */
static void view_offline(
	struct json_out *out, const struct unit *unit, size_t index, struct arena *arena)
{
	struct offline *offline = unit->pile.offline;
	const struct offline_outlet *at = &offline->outlets[index];
	struct str shown = str_from(offline_showing(offline, index));

	if (!shown.len && web_code(&unit->pile, (int64_t)index + 1, arena).len)
		shown = STR("web");
	json_put_str(out, "url", view_code(unit, index + 1, arena));
	json_put_str(out, "code", shown);
	json_put_str(out, "refusal", str_from(at->refusal ? at->refusal : ""));
	json_put_bool(out, "offline_running", at->phase == OFFLINE_RUNNING);
	json_put_bool(out, "key_next", offline->has_next); /* waits to be believed */
}

static void view_outlet(struct json_out *out, const struct unit *unit, size_t index, bool whole,
	struct arena *arena)
{
	const struct outlet *outlet = &unit->pile.outlets[index];
	const struct evse *evse = &outlet->evse;
	const struct sim *sim = &unit->sims[index];
	struct hal_meter values = meter_values(&evse->meter, unit->pile.ticks_us);
	enum hal_light colour;
	enum hal_motion motion;

	evse_light(evse->state, &colour, &motion);
	json_open_object(out, NULL);
	json_put_int(out, "no", outlet->number);
	json_put_str(out, "state", str_from(evse_word(evse->state)));
	json_put_str(out, "status", str_from(evse_status(evse->state)));
	json_put_str(out, "light", str_from(view_lights[colour]));
	json_put_str(out, "motion", str_from(view_motions[motion]));
	json_put_str(out, "notice", str_from(view_notices[outlet->notice]));
	json_put_bool(out, "plugged", evse->plugged);
	json_put_bool(out, "locked", evse->locked);
	json_put_bool(out, "claimed", outlet->claim == CLAIM_GRANTED);
	json_put_bool(out, "stopping", outlet->stop.owed);
	json_put_int(out, "power_w", values.power_mw / 1000);
	json_put_int(out, "limit_ma", evse->limit_ma);
	json_put_int(out, "voltage_mv", values.voltage_mv[0]);
	json_put_int(out, "current_ma", values.current_ma[0]);
	json_put_fixed_text(out, "register_wh", values.register_dwh, 1);
	if (values.soc_percent >= 0)
		json_put_int(out, "soc", values.soc_percent);
	view_mode(out, evse);
	if (whole) {
		view_talk(out, evse);
		view_sensors(out, evse);
	}
	view_fault(out, evse);
	view_reserved(out, &unit->pile, outlet);
	view_charge(out, unit, outlet);
	view_offline(out, unit, index, arena);
	json_put_bool(out, "real", unit->real != NULL);
	json_open_object(out, "sim");
	json_put_bool(out, "ready", sim->wants_energy);
	json_put_bool(out, "auto", unit->visitors[index].on);
	if (sim->bus.out_len > 0) {
		char frame[SIM_CAN_TEXT];
		sim_can_text(&sim->bus.out[sim->bus.out_len - 1], frame);
		json_put_str(out, "can_sent", str_from(frame));
	}
	json_open_array(out, "faults");
	for (uint32_t bit = 1; bit && bit <= sim->faults; bit <<= 1)
		if (sim->faults & bit)
			json_put_str(out, NULL, str_from(sim_fault_word(bit)));
	json_close_array(out);
	json_close_object(out);
	json_close_object(out);
}

static void view_message(
	struct json_out *out, const struct pile *pile, const struct board_message *message)
{
	static const char *const fronts[] = {
		[OCPP2_MESSAGE_PRIORITY_ALWAYS_FRONT] = "always",
		[OCPP2_MESSAGE_PRIORITY_IN_FRONT] = "front",
		[OCPP2_MESSAGE_PRIORITY_NORMAL_CYCLE] = "cycle",
	};
	uint64_t outlets = board_outlets(pile, message);
	const struct ocpp2_message_content *text;
	struct ocpp2_message_info info;
	struct arena arena;

	arena_init(&arena, VIEW_BYTES_MAX);
	if (board_read(message, &arena, &info)) {
		json_open_object(out, NULL);
		json_put_int(out, "id", message->id);
		json_put_str(out, "front", str_from(fronts[message->priority]));
		json_open_array(out, "outlets");
		for (int64_t no = 1; no <= (int64_t)pile->outlets_len; no++)
			if (outlets >> no & 1)
				json_put_int(out, NULL, no);
		json_close_array(out);
		json_open_array(out, "texts");
		for (size_t i = 0; board_text(&info, i, &text); i++) {
			json_open_object(out, NULL);
			json_put_str(out, "lang", text->language);
			json_put_str(out, "text", text->content);
			json_put_bool(out, "code", text->format == OCPP2_MESSAGE_FORMAT_QRCODE);
			json_close_object(out);
		}
		json_close_array(out);
		json_close_object(out);
	}
	arena_fini(&arena);
}

/* What the server put on the display, as far as it is shown now. */
static void view_messages(struct json_out *out, const struct pile *pile)
{
	const struct board_message *list[BOARD_MAX];
	size_t len = board_shown(pile, list);

	json_open_array(out, "messages");
	for (size_t i = 0; i < len; i++)
		view_message(out, pile, list[i]);
	json_close_array(out);
}

struct str view_pile(const struct unit *unit, bool whole, struct arena *arena)
{
	const struct pile *pile = &unit->pile;
	struct json_out out;
	struct buf text;

	buf_init(&text, arena, 8 * VIEW_BYTES_MAX);
	json_out_init(&out, &text);
	json_open_object(&out, NULL);
	json_put_str(&out, "name", str_from(unit->name));
	json_put_time(&out, "at", pile->now_us - pile->now_us % US_PER_S);
	json_put_bool(&out, "online", pile->link.accepted);
	if (pile->link.pending)
		json_put_str(&out, "key", str_from(pile->certs.print));
	json_put_bool(&out, "offline_cut", unit->offline);
	json_put_int(&out, "unsent", (int64_t)pile->spool.count);
	json_put_int(&out, "speed", unit->fleet->config.speed);
	json_put_str(&out, "refusal", str_from(pile->link.refusal));
	view_messages(&out, pile);
	json_open_array(&out, "outlets");
	for (size_t i = 0; i < pile->outlets_len; i++)
		view_outlet(&out, unit, i, whole, arena);
	json_close_array(&out);
	json_close_object(&out);
	return text.failed ? STR_NULL : buf_str(&text);
}

struct str view_names(const struct fleet *fleet, struct arena *arena)
{
	struct json_out out;
	struct buf text;

	buf_init(&text, arena, 4 * VIEW_BYTES_MAX);
	json_out_init(&out, &text);
	json_open_object(&out, NULL);
	json_open_array(&out, "piles");
	for (size_t i = 0; i < fleet->units_len; i++)
		json_put_str(&out, NULL, str_from(fleet->units[i]->name));
	json_close_array(&out);
	json_close_object(&out);
	return text.failed ? STR_NULL : buf_str(&text);
}

struct str view_qr(struct str text, struct arena *arena)
{
	struct buf svg;

	buf_init(&svg, arena, VIEW_BYTES_MAX);
	return qr_draw_svg(text, &svg) ? buf_str(&svg) : STR_NULL;
}
