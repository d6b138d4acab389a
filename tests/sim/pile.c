/* pile.c - the piles of the simulator. Each keeps what it has to say in a spool and says it in
 * order, one call at a time, until it is answered; links break before, during and after. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "sim.h"

#define WATT_US_PER_DWH INT64_C(360000000)

static int64_t now(const struct sim *sim)
{
	return sim->stage.clock.at_us;
}

static int64_t pile_time(const struct sim *sim, const struct sim_pile *pile)
{
	return now(sim) + pile->clock_off_us;
}

/* --- the spool --- */

/* A full spool loses readings first, then what a pile that has no room loses. */
static struct sim_message *push(struct sim *sim, struct sim_pile *pile, enum sim_message_kind kind)
{
	struct sim_message *message;

	ASSERT(pile->spool_len < SIM_SPOOL);
	message = &pile->spool[pile->spool_len++];
	*message = (struct sim_message){.kind = kind, .at_us = pile_time(sim, pile)};
	return message;
}

static bool roomy(const struct sim_pile *pile)
{
	return pile->spool_len < SIM_SPOOL - 8;
}

void pile_status(struct sim *sim, struct sim_pile *pile, int connector, const char *status)
{
	struct sim_message *message;

	if (!roomy(pile))
		return;
	message = push(sim, pile, SIM_STATUS);
	message->connector = connector;
	snprintf(message->word, sizeof(message->word), "%s", status);
}

/* --- what happens at a connector --- */

/* The register as this pile tells it. */
static int64_t told_wh(struct sim *sim, const struct sim_pile *pile, int64_t dwh)
{
	int64_t wh = dwh / 10;

	if (pile->temper != SIM_METER || !sim_chance(sim, 30))
		return wh;
	switch (sim_below(sim, 5)) {
	case 0:
		return wh / 2;
	case 1:
		return wh + sim_below(sim, 1000000);
	case 2:
		return 0;
	case 3:
		return -sim_below(sim, 5000);
	default:
		return INT64_C(2147483647);
	}
}

bool pile_begin(struct sim *sim, struct sim_pile *pile, int no, const char *tag)
{
	struct sim_connector *connector = &pile->connectors[no];
	struct sim_charge *charge;
	int64_t second = now(sim) / US_PER_S;

	if (!connector->plugged || connector->faulted || connector->charge ||
		connector->begun_s == second || !roomy(pile))
		return false;
	charge = ARENA_NEW(&sim->life, struct sim_charge);
	ASSERT(charge);
	*charge = (struct sim_charge){.pile = pile->at,
		.connector = no,
		.name = ++pile->names * SIM_LINKS + pile->at,
		.start_us = pile_time(sim, pile),
		.start_wh = told_wh(sim, pile, connector->dwh)};
	snprintf(charge->tag, sizeof(charge->tag), "%s", tag);
	connector->charge = charge;
	connector->begun_s = second;
	connector->watt = 3000 + sim_below(sim, 19000);
	connector->wish[0] = '\0';
	pile->charges++;
	push(sim, pile, SIM_START)->charge = charge;
	pile_status(sim, pile, no, "Charging");
	return true;
}

void pile_end(struct sim *sim, struct sim_pile *pile, int no, const char *reason)
{
	struct sim_connector *connector = &pile->connectors[no];
	struct sim_charge *charge = connector->charge;

	if (!charge || pile->spool_len >= SIM_SPOOL - 2)
		return;
	charge->stop_us = pile_time(sim, pile);
	charge->stop_seq = ++charge->seq;
	charge->stop_wh = told_wh(sim, pile, connector->dwh);
	snprintf(charge->reason, sizeof(charge->reason), "%s", reason);
	connector->charge = NULL;
	connector->last = charge;
	connector->watt = 0;
	push(sim, pile, SIM_STOP)->charge = charge;
}

static void reading(struct sim *sim, struct sim_pile *pile, int no)
{
	struct sim_connector *connector = &pile->connectors[no];
	struct sim_message *message;

	if (!connector->charge || !roomy(pile))
		return;
	message = push(sim, pile, SIM_READING);
	message->charge = connector->charge;
	message->seq = ++connector->charge->seq;
	message->connector = no;
	message->wh = told_wh(sim, pile, connector->dwh);
	message->watt = connector->watt;
}

static void plug(struct sim *sim, struct sim_pile *pile, int no)
{
	struct sim_connector *connector = &pile->connectors[no];

	if (connector->plugged || connector->faulted)
		return;
	connector->plugged = true;
	pile_status(sim, pile, no, "Preparing");
	if (connector->wish[0] && now(sim) < connector->wish_until_us)
		pile_begin(sim, pile, no, connector->wish);
}

static void unplug(struct sim *sim, struct sim_pile *pile, int no)
{
	struct sim_connector *connector = &pile->connectors[no];

	if (!connector->plugged)
		return;
	pile_end(sim, pile, no, "EVDisconnected");
	if (connector->charge)
		return;
	connector->plugged = false;
	pile_status(sim, pile, no, "Available");
}

static void local_stop(struct sim *sim, struct sim_pile *pile, int no)
{
	static const char *const reasons[] = {
		"Local", "EmergencyStop", "EVDisconnected", "Other", "PowerLoss", "DeAuthorized"};

	if (!pile->connectors[no].charge)
		return;
	pile_end(sim, pile, no, reasons[sim_below(sim, 6)]);
	pile_status(sim, pile, no, "Finishing");
}

/* The car pauses, or the pile does, and later goes on. */
static void pause(struct sim *sim, struct sim_pile *pile, int no)
{
	struct sim_connector *connector = &pile->connectors[no];

	if (!connector->charge)
		return;
	if (connector->watt > 0) {
		connector->watt = 0;
		pile_status(sim, pile, no, sim_chance(sim, 70) ? "SuspendedEV" : "SuspendedEVSE");
	} else {
		connector->watt = 3000 + sim_below(sim, 19000);
		pile_status(sim, pile, no, "Charging");
	}
}

static void fault(struct sim *sim, struct sim_pile *pile, int no)
{
	struct sim_connector *connector = &pile->connectors[no];

	connector->faulted = !connector->faulted;
	if (connector->faulted)
		pile_end(sim, pile, no, "Other");
	pile_status(sim, pile, no,
		connector->faulted   ? "Faulted"
		: connector->plugged ? "Preparing"
				     : "Available");
}

void piles_turn(struct sim *sim, int64_t us)
{
	for (size_t i = 0; i < sim->piles_len; i++)
		for (int no = 0; no < SIM_CONNECTORS; no++) {
			struct sim_connector *connector = &sim->piles[i].connectors[no];

			connector->rest += connector->watt * us;
			connector->dwh += connector->rest / WATT_US_PER_DWH;
			connector->rest %= WATT_US_PER_DWH;
		}
}

/* --- links --- */

static void connect_pile(struct sim *sim, struct sim_pile *pile)
{
	/* The old socket may be half open: the server hears of its end later, or never. */
	if (pile->link && sim_chance(sim, 50)) {
		pile->old_link = pile->link;
	} else if (pile->link) {
		gateway_closed(sim->stage.gateway, pile->link, 1006);
	}
	pile->link = ++sim->links * SIM_LINKS + (uint64_t)pile->at;
	pile->up = pile->waiting = pile->deaf = false;
	pile->replies_len = 0;
	gateway_hello(sim->stage.gateway, pile->link,
		&(struct gateway_caller){.code = str_from(pile->code),
			.protocols = ocpp_protocol(pile->version),
			.remote = STR("sim")});
}

void pile_cut(struct sim *sim, struct sim_pile *pile)
{
	if (pile->link)
		gateway_closed(sim->stage.gateway, pile->link, 1006);
	pile->link = 0;
	pile->up = pile->waiting = pile->deaf = false;
	pile->replies_len = 0;
}

static void close_old(struct sim *sim, struct sim_pile *pile)
{
	if (pile->old_link)
		gateway_closed(sim->stage.gateway, pile->old_link, 1006);
	pile->old_link = 0;
}

void piles_cut(struct sim *sim)
{
	for (size_t i = 0; i < sim->piles_len; i++) {
		struct sim_pile *pile = &sim->piles[i];

		pile->link = pile->old_link = 0;
		pile->up = pile->waiting = pile->deaf = false;
		pile->replies_len = 0;
	}
}

static void forget_all(struct sim_pile *pile)
{
	for (size_t i = 0; i < pile->spool_len; i++) {
		if (pile->spool[i].charge)
			pile->spool[i].charge->forgotten = true;
		mem_free(pile->spool[i].text);
	}
	pile->spool_len = 0;
	pile->waiting = false;
}

/* Power comes back: what ran has ended; a careless pile knows nothing of it. */
static void reboot(struct sim *sim, struct sim_pile *pile)
{
	pile_cut(sim, pile);
	if (pile->temper == SIM_CARELESS && sim_chance(sim, 60))
		forget_all(pile);
	for (int no = 0; no < SIM_CONNECTORS; no++) {
		struct sim_connector *connector = &pile->connectors[no];

		if (connector->charge && pile->temper == SIM_CARELESS && sim_chance(sim, 60)) {
			connector->charge->forgotten = true;
			connector->charge = NULL;
			connector->watt = 0;
		}
		pile_end(sim, pile, no, "PowerLoss");
		connector->wish[0] = '\0';
	}
	if (!roomy(pile))
		return;
	push(sim, pile, SIM_BOOT);
	for (int no = 0; no < SIM_CONNECTORS; no++)
		pile_status(sim, pile, no,
			pile->connectors[no].faulted   ? "Faulted"
			: pile->connectors[no].plugged ? "Preparing"
						       : "Available");
	connect_pile(sim, pile);
}

void piles_boot(struct sim *sim)
{
	for (size_t i = 0; i < sim->piles_len; i++)
		reboot(sim, &sim->piles[i]);
	sim_pump(sim);
}

/* --- what no honest pile says --- */

static void odd(struct sim *sim, struct sim_pile *pile, const char *action, const char *payload)
{
	struct sim_message *message;
	size_t size = strlen(action) + strlen(payload) + 8;

	if (!roomy(pile))
		return;
	message = push(sim, pile, SIM_ODD);
	message->text = mem_alloc(size);
	snprintf(message->text, size, "\"%s\",%s", action, payload);
}

/* Speaks of a charge that runs at another pile, perhaps another operator's. */
static void meddle(struct sim *sim, struct sim_pile *pile)
{
	const struct sim_pile *other = &sim->piles[sim_below(sim, (int64_t)sim->piles_len)];
	const struct sim_charge *charge = other->connectors[sim_below(sim, SIM_CONNECTORS)].charge;
	char text[200], time[32];
	struct buf buf = {.ptr = time, .cap = sizeof(time), .max = sizeof(time)};

	/* in 2.x each pile has names of its own, and another's is just a new one */
	if (!charge || charge->number == 0 || other == pile || pile->version != OCPP_16)
		return;
	time_write(&buf, now(sim), false);
	snprintf(text, sizeof(text),
		"{\"transactionId\":%" PRId64 ",\"meterStop\":99999999,\"timestamp\":\"%.*s\"}",
		charge->number, (int)buf.len, time);
	odd(sim, pile, "StopTransaction", text);
}

static void babble(struct sim *sim, struct sim_pile *pile)
{
	static const struct {
		const char *action, *payload;
	} texts[] = {{"StartTransaction", "{\"connectorId\":-1}"}, {"Nonsense", "{}"},
		{"MeterValues", "{\"connectorId\":1,\"meterValue\":[]}"},
		{"StatusNotification", "{\"connectorId\":99999,\"errorCode\":\"NoError\","
				       "\"status\":\"Available\"}"},
		{"Heartbeat", "{\"x\":1}"}, {"StopTransaction", "{\"transactionId\":\"7\"}"},
		{"MeterValues",
			"{\"connectorId\":0,\"transactionId\":-1,\"meterValue\":[{\"timestamp\":"
			"\"2026-03-02T09:00:00Z\",\"sampledValue\":[{\"value\":\"1e9\"}]}]}"},
		{"DataTransfer", "{\"vendorId\":\"'; DROP TABLE orders--\"}"}, {"Heartbeat", "{}"}};
	int64_t at = sim_below(sim, sizeof(texts) / sizeof(texts[0]) + 1);

	if (at < (int64_t)(sizeof(texts) / sizeof(texts[0]))) {
		odd(sim, pile, texts[at].action, texts[at].payload);
		return;
	}
	/* not even a frame */
	if (pile->up)
		gateway_text(sim->stage.gateway, pile->link, STR("[2,\"x\",{\"\\ud800\":"));
}

/* --- one thing happens --- */

static void flap(struct sim *sim, struct sim_pile *pile)
{
	for (int i = 0; i < 3; i++) {
		pile_cut(sim, pile);
		connect_pile(sim, pile);
	}
}

static void mislay(struct sim *sim, struct sim_pile *pile)
{
	size_t at;
	struct sim_message swap;

	if (pile->temper != SIM_CARELESS || pile->waiting || pile->spool_len < 2)
		return;
	at = (size_t)sim_below(sim, (int64_t)pile->spool_len - 1);
	swap = pile->spool[at];
	pile->spool[at] = pile->spool[at + 1];
	pile->spool[at + 1] = swap;
}

/* A pile that lost its acknowledgements tells an old charge once more, all of it. */
static void recount(struct sim *sim, struct sim_pile *pile, int no)
{
	struct sim_charge *last = pile->connectors[no].last;

	if (!last || !last->stop_answered || pile->connectors[no].charge || !roomy(pile))
		return;
	push(sim, pile, SIM_START)->charge = last;
	push(sim, pile, SIM_STOP)->charge = last;
}

static void card(struct sim *sim, struct sim_pile *pile, int no)
{
	const struct sim_charge *last = pile->connectors[no].last;
	char tag[24];
	struct sim_message *message;

	/* who has just charged shows the card once more: a commercial one pays so */
	if (last && strncmp(last->tag, "CARD", 4) == 0 && sim_chance(sim, 30))
		snprintf(tag, sizeof(tag), "%s", last->tag);
	else
		snprintf(tag, sizeof(tag), "CARD%" PRId64, sim_below(sim, SIM_MEMBERS + 4));
	if (sim_chance(sim, 40) && roomy(pile)) {
		message = push(sim, pile, SIM_AUTHORIZE);
		snprintf(message->word, sizeof(message->word), "%s", tag);
	}
	pile_begin(sim, pile, no, tag);
}

void piles_act(struct sim *sim)
{
	struct sim_pile *pile = &sim->piles[sim_below(sim, (int64_t)sim->piles_len)];
	int no = (int)sim_below(sim, SIM_CONNECTORS);
	int64_t what = sim_below(sim, 100);

	if (what < 18)
		plug(sim, pile, no);
	else if (what < 27)
		card(sim, pile, no);
	else if (what < 58)
		reading(sim, pile, no);
	else if (what < 62)
		local_stop(sim, pile, no);
	else if (what < 67)
		unplug(sim, pile, no);
	else if (what < 72)
		pause(sim, pile, no);
	else if (what < 73)
		fault(sim, pile, no);
	else if (what < 76)
		pile_cut(sim, pile);
	else if (what < 88)
		connect_pile(sim, pile);
	else if (what < 90)
		reboot(sim, pile);
	else if (what < 91)
		flap(sim, pile);
	else if (what < 93)
		close_old(sim, pile);
	else if (what < 95)
		meddle(sim, pile);
	else if (what < 96)
		babble(sim, pile);
	else if (what < 98)
		recount(sim, pile, no);
	else
		mislay(sim, pile);
}

/* --- the end --- */

void piles_calm(struct sim *sim)
{
	for (size_t i = 0; i < sim->piles_len; i++) {
		struct sim_pile *pile = &sim->piles[i];

		for (int no = 0; no < SIM_CONNECTORS; no++) {
			if (pile->connectors[no].faulted && roomy(pile))
				fault(sim, pile, no);
			if (roomy(pile))
				unplug(sim, pile, no);
		}
		if (!pile->up)
			connect_pile(sim, pile);
	}
	sim_pump(sim);
}
