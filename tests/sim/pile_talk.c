/* pile_talk.c - what a pile of the simulator says and hears: frames of OCPP, one call at a time,
 * again and again until it is answered; and what it does when it is told to. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/fault.h"
#include "faults.h"
#include "sim.h"
#include "wire/json.h"

#define WISH_WAITS_US (50 * US_PER_S)

static void drop_first(struct sim_pile *pile)
{
	mem_free(pile->spool[0].text);
	pile->spool_len--;
	memmove(pile->spool, pile->spool + 1, pile->spool_len * sizeof(pile->spool[0]));
	pile->waiting = false;
}

/* Says the first of the spool: for the first time, or again under the same or another id. */
static bool talk(struct sim *sim, struct sim_pile *pile)
{
	struct buf buf;

	if (!pile->up || pile->spool_len == 0 || (pile->waiting && !sim_chance(sim, 20)))
		return false;
	if (pile->call_id[0] == '\0' || !sim_chance(sim, 50))
		snprintf(
			pile->call_id, sizeof(pile->call_id), "%d-%" PRIu64, pile->at, ++pile->ids);
	buf_init(&buf, &sim->arena, 4096);
	buf_format(&buf, "[2,\"%s\",", pile->call_id);
	words_call(&buf, pile, &pile->spool[0]);
	buf_put_str(&buf, STR("]"));
	ASSERT(!buf.failed);
	pile->waiting = true;
	pile->spool[0].named =
		pile->spool[0].charge && (pile->version != OCPP_16 || pile->spool[0].charge->known);
	pile->deaf = !sim->calm && sim_chance(sim, 2);
	sim->stats.frames++;
	gateway_text(sim->stage.gateway, pile->link, buf_str(&buf));
	return true;
}

bool piles_talk(struct sim *sim, int percent)
{
	bool talked = false;

	for (size_t i = 0; i < sim->piles_len; i++)
		if (sim->piles[i].up && sim->piles[i].spool_len > 0 && sim_chance(sim, percent))
			talked |= talk(sim, &sim->piles[i]);
	if (!talked)
		return false;
	sim_pump(sim);
	for (size_t i = 0; i < sim->piles_len; i++)
		if (sim->piles[i].deaf)
			pile_cut(sim, &sim->piles[i]);
	return true;
}

/* --- hearing --- */

/* In 2.x a pile names its transactions itself; our number for it is in the books. */
static int64_t number_of(
	struct sim *sim, const struct sim_pile *pile, const struct sim_charge *charge)
{
	const int64_t keys[] = {pile->id, charge->name};
	int64_t columns[ASK_COLUMNS] = {0};

	if (!ask_row(sim->ask,
		    "SELECT number FROM pile_transaction WHERE pile_id = $1 AND "
		    "CAST(name AS BIGINT) = $2",
		    keys, 2, columns))
		sim_die(sim, "%s: transaction %" PRId64 " was answered and is not there",
			pile->code, charge->name);
	return columns[0];
}

/* The number of a charge is answered once and for ever. */
static void started(struct sim *sim, struct sim_pile *pile, struct sim_charge *charge,
	const struct ocpp_message *message, bool heard)
{
	struct str status = STR_NULL;
	int64_t number = 0;
	bool old = pile->version == OCPP_16;

	if (!json_get_str(message->payload, old ? "idTagInfo.status" : "idTokenInfo.status",
		    &sim->arena, &status) ||
		(old && !json_get_int(message->payload, "transactionId", &sim->arena, &number)))
		sim_die(sim, "an answer to a start without number or status");
	if (!old)
		number = number_of(sim, pile, charge);
	/* One that moved nothing before it ended may be taken for the next one of a clock that
	 * stands still. */
	if (charge->start_answered && charge->number != number && pile->temper != SIM_CARELESS &&
		audit_moved(sim, charge))
		sim_die(sim, "%s: one start, two numbers: %" PRId64 " and %" PRId64, pile->code,
			charge->number, number);
	if (charge->number != number)
		charge->stop_answered = false;
	audit_started(sim, charge, number);
	charge->start_answered = true;
	if (!heard)
		return;
	charge->known = true;
	/* A pile that does as it is told stops; some go on. */
	if (!str_is(status, "Accepted") && sim_chance(sim, 80)) {
		sim->stats.refused++;
		pile_end(sim, pile, charge->connector, "DeAuthorized");
	}
}

static void answered(
	struct sim *sim, struct sim_pile *pile, const struct ocpp_message *message, bool heard)
{
	struct sim_message *first = &pile->spool[0];
	struct sim_message done = *first;

	sim->stats.answers++;
	/* Lost on the way, or the pile wants to be sure. */
	if (!heard || (!sim->calm && sim_chance(sim, 5))) {
		sim->stats.repeats++;
		pile->waiting = false;
	} else {
		done.text = NULL;
		drop_first(pile);
		pile->call_id[0] = '\0';
	}
	if (done.kind == SIM_START)
		started(sim, pile, done.charge, message, heard);
	else if (done.kind == SIM_STOP && done.named)
		audit_stopped(sim, done.charge);
}

static void refused(struct sim *sim, struct sim_pile *pile, const struct ocpp_message *message)
{
	struct sim_message *first = &pile->spool[0];

	pile->waiting = false;
	if (str_is(message->code, "InternalError")) {
		if (!sim_in_trouble(sim))
			sim_die(sim, "%s got an InternalError for nothing", pile->code);
		return; /* kept, and told again */
	}
	/* A register below zero and the like are no frames of OCPP. */
	if (first->kind != SIM_ODD && pile->temper != SIM_METER)
		sim_die(sim, "%s was refused: %.*s %.*s", pile->code, STR_FMT(message->code),
			STR_FMT(message->text));
	drop_first(pile);
	pile->call_id[0] = '\0';
}

/* What the pile does with a call of the server; silence is an answer too. */
static const char *remote_start(struct sim *sim, struct sim_pile *pile, struct str payload)
{
	struct str tag = STR_NULL;
	int64_t no = 1;
	struct sim_connector *connector;
	bool old = pile->version == OCPP_16;

	json_get_int(payload, old ? "connectorId" : "evseId", &sim->arena, &no);
	if (!json_get_str(payload, old ? "idTag" : "idToken.idToken", &sim->arena, &tag) ||
		no < 1 || no > SIM_CONNECTORS)
		sim_die(sim, "a remote start without tag or connector");
	connector = &pile->connectors[no - 1];
	if (connector->charge || connector->faulted || sim_chance(sim, sim->calm ? 0 : 8))
		return "{\"status\":\"Rejected\"}";
	if (sim_chance(sim, 5))
		return "{\"status\":\"Accepted\"}"; /* and nothing happens */
	snprintf(connector->wish, sizeof(connector->wish), "%.*s", STR_FMT(tag));
	connector->wish_until_us = sim->stage.clock.at_us + WISH_WAITS_US;
	pile_begin(sim, pile, (int)no - 1, connector->wish);
	return "{\"status\":\"Accepted\"}";
}

static const char *remote_stop(struct sim *sim, struct sim_pile *pile, struct str payload)
{
	bool old = pile->version == OCPP_16;
	struct str name = STR_NULL;
	int64_t number = 0;

	if (old)
		json_get_int(payload, "transactionId", &sim->arena, &number);
	else if (json_get_str(payload, "transactionId", &sim->arena, &name))
		str_to_i64(name, &number);
	for (int no = 0; no < SIM_CONNECTORS; no++) {
		struct sim_charge *charge = pile->connectors[no].charge;

		if (!charge ||
			(old ? !charge->known || charge->number != number : charge->name != number))
			continue;
		if (sim_chance(sim, 10))
			return "{\"status\":\"Rejected\"}";
		if (sim_chance(sim, 90)) {
			pile_end(sim, pile, no, "Remote");
			pile_status(sim, pile, no, "Finishing");
		}
		return "{\"status\":\"Accepted\"}";
	}
	return "{\"status\":\"Rejected\"}";
}

static void asked(struct sim *sim, struct sim_pile *pile, const struct ocpp_message *message)
{
	const char *payload = "{\"status\":\"Accepted\"}";
	struct sim_reply *reply;

	if (str_is(message->action, "RemoteStartTransaction") ||
		str_is(message->action, "RequestStartTransaction"))
		payload = remote_start(sim, pile, message->payload);
	else if (str_is(message->action, "RemoteStopTransaction") ||
		 str_is(message->action, "RequestStopTransaction"))
		payload = remote_stop(sim, pile, message->payload);
	if (pile->replies_len == SIM_REPLIES || sim_chance(sim, 4))
		return;
	reply = &pile->replies[pile->replies_len++];
	snprintf(reply->id, sizeof(reply->id), "%.*s", STR_FMT(message->id));
	reply->payload = payload;
}

bool piles_reply(struct sim *sim)
{
	bool any = false;

	for (size_t i = 0; i < sim->piles_len; i++) {
		struct sim_pile *pile = &sim->piles[i];
		size_t len = pile->replies_len;

		pile->replies_len = 0;
		for (size_t r = 0; r < len && pile->up; r++) {
			struct str text = str_format(&sim->arena, "[3,\"%s\",%s]",
				pile->replies[r].id, pile->replies[r].payload);

			gateway_text(sim->stage.gateway, pile->link, text);
			any = true;
		}
	}
	if (any)
		sim_pump(sim);
	return any;
}

void piles_send(void *context, uint64_t link, struct str text)
{
	struct sim *sim = context;
	struct sim_pile *pile = &sim->piles[link % SIM_LINKS];
	struct ocpp_message message;

	if (faults.dead)
		return; /* the machine stopped before this left it */
	sim_log(sim, "frame", text);
	if (link != pile->link)
		return; /* into a socket nobody holds any more */
	if (ocpp_parse_in(pile->version, str_dup(&sim->arena, text), &sim->arena, &message) != 0)
		sim_die(sim, "no frame: %.*s", STR_FMT(text));
	if (message.kind == OCPP_CALL) {
		if (!pile->deaf)
			asked(sim, pile, &message);
		return;
	}
	/* an answer to something the pile has given up */
	if (!pile->waiting || !str_is(message.id, pile->call_id))
		return;
	if (message.kind == OCPP_RESULT)
		answered(sim, pile, &message, !pile->deaf);
	else
		refused(sim, pile, &message);
}

void piles_close(void *context, uint64_t link, int code)
{
	struct sim *sim = context;
	struct sim_pile *pile = &sim->piles[link % SIM_LINKS];

	(void)code;
	if (pile->old_link == link)
		pile->old_link = 0;
	if (pile->link != link)
		return;
	pile->link = 0;
	pile->up = pile->waiting = pile->deaf = false;
}

void piles_verdict(void *context, uint64_t link, int status, struct str protocol)
{
	struct sim *sim = context;
	struct sim_pile *pile = &sim->piles[link % SIM_LINKS];

	(void)protocol;
	if (pile->link != link || faults.dead)
		return;
	pile->up = status == 101;
	if (status == 101)
		return;
	pile->link = 0;
	if (status != 503 || !sim_in_trouble(sim))
		sim_die(sim, "%s was turned away with %d", pile->code, status);
}
