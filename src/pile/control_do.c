/* control_do.c - the commands of control.h, one row each. */
#include <string.h>

#include "base/crypt.h"
#include "base/field.h"
#include "base/x509.h"
#include "pile/control.h"
#include "pile/fleet.h"
#include "pile/offline_scan.h"
#include "pile/view.h"
#include "wire/record.h"

#define CONTROL_PICTURE (96 * 1024 * 1024) /* a picture, packed and unpacked */

#define CONTROL_COMMAND(F, S) \
	F(STR, REQ, S, verb, "do", 32, "what") \
	F(STR, OPT, S, pile, "pile", LIMIT_PILE_CODE, "which pile; the first if absent") \
	F(INT, OPT, S, outlet, "outlet", (1, LIMIT_CONNECTORS), "which outlet; 1 if absent") \
	F(STR, OPT, S, tag, "tag", HAL_TAG_MAX, "card number") \
	F(STR, OPT, S, fault, "fault", 32, "kind of fault") \
	F(STR, OPT, S, image, "image", 1024, "file with what the camera sees (PNG, PGM)") \
	F(STR, OPT, S, plug, "plug", 32, "kind of plug") \
	F(STR, OPT, S, protocol, "protocol", 16, "what the car speaks") \
	F(STR, OPT, S, evccid, "evccid", 16, "what it calls itself, hex digits") \
	F(STR, OPT, S, trick, "trick", 16, "what it does wrong") \
	F(INT, OPT, S, departs, "departs", (0, 604800), "seconds until the car leaves") \
	F(INT, OPT, S, wants, "wants", (0, 1000000), "Wh that it wants until then") \
	F(STR, OPT, S, mac, "mac", 2 * VEHICLE_MAC, "address of the car, hex") \
	F(STR, OPT, S, other, "other", 2 * VEHICLE_MAC, "the address it says elsewhere") \
	F(STR, OPT, S, vin, "vin", VEHICLE_VIN, "its number") \
	F(INT, OPT, S, after, "after", (0, 600000), "ms until it has said so") \
	F(STR, OPT, S, code, "code", HAL_CODE_MAX, "what the camera sees") \
	F(STR, OPT, S, papers, "papers", 3500, "key and chain of its contract, PEM") \
	F(STR, OPT, S, oem, "oem", 2000, "key and certificate it was built with, PEM") \
	F(STR, OPT, S, roots, "roots", 3000, "whom it believes, PEM") \
	F(BOOL, OPT, S, on, "on", 0, "true if absent") \
	F(INT, OPT, S, value, "value", (-1000000000, 1000000000), "in the command's unit") \
	F(INT, OPT, S, soc, "soc", (0, 100), "percent in the battery") \
	F(INT, OPT, S, kwh, "kwh", (1, 1000), "size of the battery")
FIELD_STRUCT(control_command, CONTROL_COMMAND)
FIELD_ROWS(control_command, CONTROL_COMMAND)

const char control_help[] =
	"Control commands (JSON lines on the control socket or standard input; \"pile\" and "
	"\"outlet\"\n"
	"choose where, default the first pile and outlet 1):\n"
	"  {\"do\":\"plug\",\"soc\":40,\"kwh\":60}        a car comes and plugs in (also "
	"\"plug\":\"ccs2\")\n"
	"  {\"do\":\"plug\",\"mac\":\"020000000001\"}   ... and says who it is (also "
	"\"vin\", \"after\":ms,\n"
	"                                         \"other\": another address at another place)\n"
	"  {\"do\":\"unplug\"}                        ... and leaves\n"
	"  {\"do\":\"tap\",\"tag\":\"04AABBCC\"}          a card is held to the reader\n"
	"  {\"do\":\"ready\",\"on\":false}              the car pauses (true: wants energy again)\n"
	"  {\"do\":\"ventilation\",\"on\":true}         the car asks for ventilation (state D)\n"
	"  {\"do\":\"current\",\"value\":16000}         the car takes at most so many mA\n"
	"  {\"do\":\"gives\",\"value\":16000}           the car gives back at most so many mA\n"
	"  {\"do\":\"voltage\",\"value\":230000}        mains voltage in mV\n"
	"  {\"do\":\"temperature\",\"value\":25000}     ambient in thousandths of a degree "
	"Celsius\n"
	"  {\"do\":\"drift\",\"value\":5000}            the meter counts so many ppm too much\n"
	"  {\"do\":\"frequency\",\"value\":50000}       mains frequency in mHz\n"
	"  {\"do\":\"grid\",\"value\":1000}             what the grid operator allows, permille\n"
	"  {\"do\":\"battery\",\"value\":25000}         the battery's temperature (direct "
	"current)\n"
	"  {\"do\":\"cable\",\"value\":32000}           what the car's cable carries in mA, 0 not "
	"told\n"
	"  {\"do\":\"can\",\"code\":\"1826F456#030101\"} a frame comes on the bus (direct "
	"current)\n"
	"  {\"do\":\"talk\",\"protocol\":\"din\"}        what cars say over the charging cable: "
	"din, iso2 or\n"
	"      din,iso2; \"evccid\":\"...\" another name than their address; \"on\":false they do "
	"not;\n"
	"      \"departs\":7200,\"wants\":20000 when it leaves (s) and what it wants (Wh): it asks "
	"for\n"
	"      a schedule (iso2);\n"
	"      \"trick\": mute, hang-up, sequence, garbage, stranger, contract, forged, altered,\n"
	"      replay, unsigned, \"\" none\n"
	"  {\"do\":\"contract\",\"papers\":\"...\",\"roots\":\"...\"}  the car pays by "
	"contract (PEM; also\n"
	"      \"oem\": gets one by it; without both it has none)\n"
	"  {\"do\":\"asleep\",\"on\":true}              the car waits to be woken\n"
	"  {\"do\":\"show\",\"code\":\"...\"}             a code is held before the camera\n"
	"  {\"do\":\"renew-key\"}                     another key for the offline codes\n"
	"  {\"do\":\"emergency\",\"on\":true}           emergency stop from afar, false releases "
	"it\n"
	"  {\"do\":\"fault\",\"fault\":\"overheat\"}      a part breaks (\"on\":false repairs it): "
	"emergency,\n"
	"      residual, residual-dc, residual-test, insulation, surge, door, water, overcurrent,\n"
	"      overheat, cabinet-heat, welded, contactor-dead, lock, meter-frozen, meter-jump,\n"
	"      meter-backwards, meter-silent, diode, pilot, source, stubborn, sensors,\n"
	"      car-silent\n"
	"  {\"do\":\"show\",\"image\":\"code.png\"}     a phone is held to the camera\n"
	"  {\"do\":\"stop\"}                          the stop button\n"
	"  {\"do\":\"priority\",\"on\":true}            the driver asks for priority\n"
	"  {\"do\":\"reserve\",\"on\":true}             the outlet is kept for somebody\n"
	"  {\"do\":\"power\"}                         the mains go and come back: it begins "
	"anew\n"
	"  {\"do\":\"offline\",\"on\":true}             the network is cut\n"
	"  {\"do\":\"auto\",\"on\":true}                simulated drivers come by themselves\n"
	"  {\"do\":\"state\"}                         tells all about the pile\n"
	"  {\"do\":\"list\"}                          names of all piles\n";

struct control_case {
	struct fleet *fleet;
	struct unit *unit;
	struct sim *sim;
	struct outlet *outlet;
	size_t index;
	const struct control_command *command;
	bool on;
	bool from_page; /* the display's control strip: no files of this machine */
	struct arena *arena;
	struct str answer; /* set by commands that tell something */
};

/* The address as hex digits; an empty one is no address. */
static bool control_mac(struct str text, struct vehicle_mac *ret)
{
	uint8_t bytes[VEHICLE_MAC];

	if (text.len == 0)
		return true;
	if (text.len != 2 * VEHICLE_MAC || !hex_read(text, bytes, sizeof(bytes)))
		return false;
	vehicle_set_mac(ret, bytes);
	return ret->known;
}

/* Who the car says it is; its battery tells it apart, too. */
static bool control_vehicle(struct control_case *at, int64_t kwh)
{
	const struct control_command *command = at->command;
	struct vehicle car;

	vehicle_init(&car);
	if (!control_mac(command->mac, &car.match) || !control_mac(command->other, &car.address))
		return false;
	if (command->has_vin)
		vehicle_set_vin(&car, str_dup_z(at->arena, command->vin));
	if (command->has_vin && !car.vin.known)
		return false;
	car.battery.known = car.match.known;
	car.battery.capacity_dwh = kwh * 10000;
	car.battery.max_mv = 400000;
	sim_vehicle(at->sim, &car, command->has_after ? command->after * 1000 : 1000000);
	return true;
}

static const char *do_plug(struct control_case *at)
{
	int64_t kwh = at->command->has_kwh ? at->command->kwh : 60;

	if (at->sim->world->plugged)
		return "a car is plugged in already";
	at->sim->plug = mode_plug_find(at->command->plug.ptr, at->command->plug.len);
	if (at->command->plug.len && !at->sim->plug)
		return "no such plug";
	if (!control_vehicle(at, kwh))
		return "no address, or no number";
	sim_plug(at->sim, kwh * 10000, at->command->has_soc ? (int32_t)at->command->soc : 40);
	return NULL;
}

static const char *do_unplug(struct control_case *at)
{
	if (!at->sim->world->plugged)
		return "no car is plugged in";
	if (at->sim->locked)
		return "the plug is locked";
	sim_unplug(at->sim);
	return NULL;
}

/* With force: the cable is torn out, lock or not. */
static const char *do_tear(struct control_case *at)
{
	sim_unplug(at->sim);
	return NULL;
}

static const char *do_tap(struct control_case *at)
{
	return sim_tap(at->sim, at->command->tag.ptr, at->command->tag.len)
		       ? NULL
		       : "no card number, or a card is being read";
}

static const char *do_ready(struct control_case *at)
{
	at->sim->wants_energy = at->on;
	return NULL;
}

static const char *do_ventilation(struct control_case *at)
{
	at->sim->ventilation = at->on;
	return NULL;
}

static const char *do_current(struct control_case *at)
{
	if (at->command->value < 0 || at->command->value > 500000)
		return "0 to 500000 mA";
	at->sim->car_max_ma = (int32_t)at->command->value;
	return NULL;
}

/* Both ends of the cable: the outlet may let so much flow back, the car gives so much. */
static const char *do_gives(struct control_case *at)
{
	if (at->command->value < 0 || at->command->value > at->outlet->hal.max_ma)
		return "0 to what the outlet carries, in mA";
	at->sim->car_back_ma = (int32_t)at->command->value;
	if (at->outlet->hal.back_ma < at->sim->car_back_ma)
		at->outlet->hal.back_ma = at->sim->car_back_ma;
	return NULL;
}

static const char *do_voltage(struct control_case *at)
{
	if (at->command->value < 0 || at->command->value > 1000000)
		return "0 to 1000000 mV";
	at->sim->voltage_mv = (int32_t)at->command->value;
	return NULL;
}

static const char *do_temperature(struct control_case *at)
{
	if (at->command->value < -60000 || at->command->value > 150000)
		return "-60000 to 150000";
	at->sim->ambient_mc = (int32_t)at->command->value;
	return NULL;
}

static const char *do_drift(struct control_case *at)
{
	if (at->command->value < -1000000 || at->command->value > 1000000)
		return "-1000000 to 1000000 ppm";
	at->sim->drift_ppm = (int32_t)at->command->value;
	return NULL;
}

static const char *do_fault(struct control_case *at)
{
	uint32_t bit = sim_fault_bit(at->command->fault.ptr, at->command->fault.len);

	if (!bit)
		return "no such fault";
	at->sim->faults = at->on ? at->sim->faults | bit : at->sim->faults & ~bit;
	return NULL;
}

static const char *do_frequency(struct control_case *at)
{
	if (at->command->value < 40000 || at->command->value > 70000)
		return "40000 to 70000 mHz";
	at->sim->frequency_mhz = (int32_t)at->command->value;
	return NULL;
}

static const char *do_grid(struct control_case *at)
{
	if (at->command->value < 0 || at->command->value > 1000)
		return "0 to 1000 permille";
	at->sim->grid_permille = (int32_t)at->command->value;
	return NULL;
}

static const char *do_battery(struct control_case *at)
{
	if (at->command->value < -60000 || at->command->value > 100000)
		return "-60000 to 100000";
	at->sim->battery_mc = (int32_t)at->command->value;
	return NULL;
}

static const char *do_cable(struct control_case *at)
{
	if (at->command->value < 0 || at->command->value > 600000)
		return "0 to 600000 mA";
	at->sim->cable_ma = (int32_t)at->command->value;
	return NULL;
}

/* All is looked at before anything is changed. */
static const char *do_talk(struct control_case *at)
{
	const struct control_command *command = at->command;
	struct sim_ev *ev = at->sim->ev;
	unsigned speaks = sim_ev_speaks_find(command->protocol);
	enum sim_ev_trick trick = sim_ev_trick_find(command->trick);
	uint8_t evccid[sizeof(ev->evccid)];
	size_t len = command->evccid.len / 2;

	if (!ev)
		return "this outlet has no modem";
	if (command->has_protocol && !speaks)
		return "no such protocol";
	if (command->has_trick && trick == EV_TRICKS)
		return "no such trick";
	if (command->has_evccid &&
		(command->evccid.len % 2 || !hex_read(command->evccid, evccid, len)))
		return "no hex digits";
	if (command->has_evccid) {
		memcpy(ev->evccid, evccid, len);
		ev->evccid_len = len;
	}
	if (command->has_protocol)
		ev->speaks = speaks;
	if (command->has_trick)
		ev->trick = trick;
	if (command->has_departs)
		ev->departs_s = command->departs;
	if (command->has_wants)
		ev->wants_wh = command->wants;
	ev->on = at->on;
	return NULL;
}

static const char *do_contract(struct control_case *at)
{
	const struct control_command *command = at->command;
	struct sim_ev_papers papers = {.roots = command->roots, .now_us = at->unit->pile.now_us};

	if (!at->sim->ev)
		return "this outlet has no modem";
	if (at->sim->ev->phase == EV_TALKING)
		return "it is talking";
	if (command->papers.len > 0 && !x509_split(command->papers, &papers.key, &papers.chain))
		return "no key with certificates";
	if (command->oem.len > 0 && !x509_split(command->oem, &papers.oem_key, &papers.oem))
		return "no key with certificates";
	return sim_ev_give(at->sim->ev, &papers) ? NULL : "papers that cannot be used";
}

static const char *do_asleep(struct control_case *at)
{
	at->sim->asleep = at->on;
	return NULL;
}

static const char *do_can(struct control_case *at)
{
	if (!at->sim->hal.ops->can_receive)
		return "this outlet has no bus";
	return sim_can_put(at->sim, at->command->code) ? NULL : "no frame, or the bus is full";
}

static const char *do_emergency(struct control_case *at)
{
	pile_emergency(&at->unit->pile, 0, at->on);
	return NULL;
}

static const char *do_renew_key(struct control_case *at)
{
	return offline_renew(at->unit->pile.offline) ? NULL
						     : "a TPM has the key, or the disk is full";
}

static const char *do_show(struct control_case *at)
{
	struct arena picture;
	const char *word;

	if (!at->command->has_image)
		return at->sim && sim_show(at->sim, at->command->code)
			       ? NULL
			       : "no code, or one is being read";
	if (at->from_page)
		return "pictures are taken on the control socket only";
	arena_init(&picture, CONTROL_PICTURE);
	word = offline_scan_file(&at->unit->codes, at->command->image, &picture);
	arena_fini(&picture);
	return word;
}

static const char *do_stop(struct control_case *at)
{
	if (!at->outlet->tx)
		return "no charge is running";
	pile_stop(&at->unit->pile, at->outlet, STOP_LOCAL, "");
	return NULL;
}

static const char *do_priority(struct control_case *at)
{
	switch (profiles_priority(&at->unit->pile, at->outlet, at->on, true)) {
	case 0:
		return NULL;
	case PRIORITY_E_PROFILE:
		return "no priority here";
	case PRIORITY_E_CHARGE:
		return "no charge is running";
	default:
		return "not now";
	}
}

static const char *do_reserve(struct control_case *at)
{
	struct pile *pile = &at->unit->pile;
	/* numbers no server gives */
	const struct reservation wish = {.id = INT32_MAX - at->outlet->number,
		.connector = at->outlet->number,
		.tag = "SOMEBODY",
		.until_us = pile->now_us + US_PER_HOUR};
	bool done = at->on ? reserve_now(pile, &wish) == 0 : reserve_cancel(pile, wish.id);

	return done ? NULL : "not now";
}

static const char *do_offline(struct control_case *at)
{
	fleet_offline(at->unit, at->on);
	return NULL;
}

static const char *do_power(struct control_case *at)
{
	at->unit->power_cut = true;
	return NULL;
}

static const char *do_auto(struct control_case *at)
{
	at->unit->visitors[at->index].on = at->on;
	return NULL;
}

static const char *do_state(struct control_case *at)
{
	at->answer = view_pile(at->unit, true, at->arena);
	return NULL;
}

static const char *do_list(struct control_case *at)
{
	at->answer = view_names(at->fleet, at->arena);
	return NULL;
}

static const struct {
	const char *verb;
	const char *(*run)(struct control_case *at);
} control_plain_rows[] =
	{
		/* what needs no simulated car */
		{"emergency", do_emergency},
		{"priority", do_priority},
		{"reserve", do_reserve},
		{"offline", do_offline},
		{"state", do_state},
		{"list", do_list},
		{"renew-key", do_renew_key},
		{"show", do_show},
		{"stop", do_stop},
},
  control_rows[] = {
	  {"plug", do_plug},
	  {"unplug", do_unplug},
	  {"tear", do_tear},
	  {"tap", do_tap},
	  {"ready", do_ready},
	  {"ventilation", do_ventilation},
	  {"current", do_current},
	  {"gives", do_gives},
	  {"voltage", do_voltage},
	  {"temperature", do_temperature},
	  {"drift", do_drift},
	  {"fault", do_fault},
	  {"frequency", do_frequency},
	  {"grid", do_grid},
	  {"battery", do_battery},
	  {"cable", do_cable},
	  {"asleep", do_asleep},
	  {"talk", do_talk},
	  {"contract", do_contract},
	  {"can", do_can},
	  {"auto", do_auto},
	  {"power", do_power},
};

static struct str control_answer(const char *error, struct arena *arena)
{
	struct json_out out;
	struct buf text;

	buf_init(&text, arena, 1024);
	json_out_init(&out, &text);
	json_open_object(&out, NULL);
	json_put_bool(&out, "ok", !error);
	if (error)
		json_put_str(&out, "error", str_from(error));
	json_close_object(&out);
	return buf_str(&text);
}

static const char *control_run(struct control_case *at)
{
	for (size_t i = 0; i < sizeof(control_plain_rows) / sizeof(control_plain_rows[0]); i++)
		if (str_is(at->command->verb, control_plain_rows[i].verb))
			return control_plain_rows[i].run(at);
	if (at->unit->real)
		return "no such command for real hardware";
	for (size_t i = 0; i < sizeof(control_rows) / sizeof(control_rows[0]); i++)
		if (str_is(at->command->verb, control_rows[i].verb))
			return control_rows[i].run(at);
	return "no such command";
}

struct str control_command(
	struct fleet *fleet, struct str pile, struct str line, struct arena *arena)
{
	struct control_command command;
	struct record_error bad;
	struct control_case at = {.fleet = fleet, .command = &command, .arena = arena};
	const char *error;

	if (record_decode(&control_command_record, line, RECORD_STRICT, arena, &command, &bad) != 0)
		return control_answer(str_dup_z(arena, record_error_text(&bad, arena)), arena);
	if (pile.len > 0)
		at.unit = fleet_find(fleet, pile);
	else if (command.has_pile)
		at.unit = fleet_find(fleet, command.pile);
	else
		at.unit = fleet->units_len ? fleet->units[0] : NULL;
	if (!at.unit)
		return control_answer("no such pile", arena);
	at.index = command.has_outlet ? (size_t)command.outlet - 1 : 0;
	at.outlet = pile_outlet(&at.unit->pile, (int64_t)at.index + 1);
	if (!at.outlet)
		return control_answer("no such outlet", arena);
	at.sim = &at.unit->sims[at.index];
	at.on = !command.has_on || command.on;
	at.from_page = pile.len > 0;
	error = control_run(&at);
	return !error && at.answer.len ? at.answer : control_answer(error, arena);
}
