/* autocharge.c - from a car that said who it is to a claim on its outlet (see autocharge.h). */
#include "pile/autocharge.h"

#include <stdio.h>
#include <string.h>

#include "base/fault.h"
#include "base/log.h"
#include "pile/pile.h"
#include "wire/json.h"

/* From its name, heard first of all, to its battery's figures a car takes some seconds. */
#define AUTOCHARGE_SECOND_US (8 * US_PER_S)
#define AUTOCHARGE_VIN_DIGITS 16

bool autocharge_filter(const struct evse *evse, char ret_tag[AUTOCHARGE_TAG + 1])
{
	const struct vehicle *vehicle = &evse->vehicle;
	const struct mode *mode = &evse->mode;
	char print[VEHICLE_PRINT + 1];

	ret_tag[0] = 0;
	if (!vehicle_tag(vehicle, ret_tag)) {
		/* a car without network (GB/T) is its number */
		if (!vehicle->vin.known || !vehicle_fingerprint(vehicle, print))
			return false;
		snprintf(ret_tag, AUTOCHARGE_TAG + 1, "VIN:%.*s", AUTOCHARGE_VIN_DIGITS, print);
		for (char *at = ret_tag + 4; *at; at++)
			*at = (char)(*at >= 'a' && *at <= 'f' ? *at - 'a' + 'A' : *at);
	}
	return mode->plug != HAL_PLUG_NONE && mode->current != MODE_CURRENT_NONE &&
	       mode->charging != MODE_CHARGING_NONE && mode->max_ma > 0;
}

bool autocharge_owns(const struct outlet *outlet)
{
	return outlet->claim != CLAIM_NONE && outlet->autocharge.state == AUTOCHARGE_ASKING &&
	       strcmp(outlet->claim_tag, outlet->autocharge.tag) == 0;
}

static void autocharge_drop(struct pile *pile, struct outlet *outlet)
{
	if (!autocharge_owns(outlet))
		return;
	outlet->claim = CLAIM_NONE;
	outlet->notice = NOTICE_NONE;
	evse_claim(&outlet->evse, false, pile->ticks_us);
	pile_report(pile, outlet->number);
}

void autocharge_yield(struct pile *pile, struct outlet *outlet)
{
	autocharge_drop(pile, outlet);
	if (outlet->autocharge.state != AUTOCHARGE_OVER)
		outlet->autocharge.state = AUTOCHARGE_OVER;
}

bool autocharge_offline(const struct pile *pile, const struct outlet *outlet)
{
	return pile->keys.values[KEY_AUTOCHARGE_OFFLINE] > 0 && !outlet->autocharge.contradicts;
}

const char *autocharge_kind(const struct outlet *outlet)
{
	return outlet->evse.vehicle.vin.known ? "vin" : "battery";
}

/* ---- what the server is told ---- */

struct outlet *autocharge_owed(struct pile *pile, bool asking)
{
	for (size_t i = 0; i < pile->outlets_len; i++) {
		struct outlet *outlet = &pile->outlets[i];
		const struct autocharge *car = &outlet->autocharge;
		if (car->tag[0] && !car->told && car->state != AUTOCHARGE_LOOKING &&
			(asking || !(autocharge_owns(outlet) && outlet->claim == CLAIM_ASKING)))
			return outlet;
	}
	return NULL;
}

struct str autocharge_data(struct outlet *outlet, struct arena *arena)
{
	struct autocharge *car = &outlet->autocharge;
	struct json_out out;
	struct buf text;

	buf_init(&text, arena, 512);
	json_out_init(&out, &text);
	json_open_object(&out, NULL);
	json_put_int(&out, "connectorId", outlet->number);
	json_put_str(&out, "vid", str_from(car->tag));
	if (car->second[0]) {
		json_put_str(&out, "second", str_from(car->second));
		json_put_str(&out, "kind", str_from(autocharge_kind(outlet)));
	}
	if (car->contradicts)
		json_put_bool(&out, "contradicts", true);
	json_close_object(&out);
	car->told = true;
	return buf_str(&text);
}

/* ---- what happens at the outlet ---- */

/* Reads the charging signal anew. */
static void autocharge_read(struct outlet *outlet, const char *tag)
{
	const struct vehicle *vehicle = &outlet->evse.vehicle;
	struct autocharge *car = &outlet->autocharge;
	bool contradicts = vehicle_consistent(vehicle) == VEHICLE_CONTRADICTS;
	char second[VEHICLE_PRINT + 1] = "";

	(void)vehicle_fingerprint(vehicle, second);
	if (strcmp(tag, car->tag) == 0 && strcmp(second, car->second) == 0 &&
		contradicts == car->contradicts)
		return;
	snprintf(car->tag, sizeof(car->tag), "%s", tag);
	memcpy(car->second, second, sizeof(car->second));
	car->contradicts = contradicts;
	car->told = false;
}

static void autocharge_came(struct pile *pile, struct outlet *outlet)
{
	struct autocharge *car = &outlet->autocharge;

	car->state = AUTOCHARGE_OVER;
	if (!pile->keys.values[KEY_AUTOCHARGE] || outlet->tx || outlet->claim != CLAIM_NONE ||
		!car->empty)
		return;
	car->state = AUTOCHARGE_LOOKING;
	car->late = false;
	car->named_us = 0;
	car->until_us = pile->ticks_us + pile->keys.values[KEY_AUTOCHARGE_TIMEOUT] * US_PER_S;
	pile_notice(pile, outlet, NOTICE_RECOGNISING);
	outlet->notice_until_us = car->until_us;
}

/* What was known of it goes with it, and an answer that still comes is nobody's. */
static void autocharge_went(struct pile *pile, struct outlet *outlet)
{
	autocharge_yield(pile, outlet);
	outlet->autocharge.tag[0] = outlet->autocharge.second[0] = 0;
	outlet->autocharge.contradicts = outlet->autocharge.told = false;
	if (outlet->notice == NOTICE_RECOGNISING || outlet->notice == NOTICE_NO_VEHICLE)
		outlet->notice = NOTICE_NONE;
}

static void autocharge_late(struct pile *pile, struct outlet *outlet)
{
	struct autocharge *car = &outlet->autocharge;

	if (car->late || pile->ticks_us < car->until_us)
		return;
	car->late = true;
	pile_notice(pile, outlet, NOTICE_NO_VEHICLE);
	LOG_INFO("car not recognised", "pile=%.*s connector=%d", STR_FMT(pile->config.name),
		outlet->number);
}

static void autocharge_look(struct pile *pile, struct outlet *outlet)
{
	struct autocharge *car = &outlet->autocharge;
	char tag[AUTOCHARGE_TAG + 1];

	/* a contract is better than a name */
	if (outlet->tx || outlet->claim != CLAIM_NONE || outlet->evse.cable.hlc.contract.chosen) {
		car->state = AUTOCHARGE_OVER;
		return;
	}
	if (!autocharge_filter(&outlet->evse, tag)) {
		autocharge_late(pile, outlet);
		return;
	}
	autocharge_read(outlet, tag);
	if (!car->named_us)
		car->named_us = pile->ticks_us;
	if (!car->second[0] && pile->ticks_us - car->named_us < AUTOCHARGE_SECOND_US)
		return;
	if (!outlet->evse.operative || outlet->evse.protect.active)
		return; /* it is asked about when something could come of it */
	LOG_INFO("car recognised", "pile=%.*s connector=%d tail=%s check=%s second=%s",
		STR_FMT(pile->config.name), outlet->number, tag + strlen(tag) - 4,
		vehicle_check_word(vehicle_consistent(&outlet->evse.vehicle)),
		car->second[0] ? autocharge_kind(outlet) : "none");
	car->state = AUTOCHARGE_ASKING;
	car->until_us = pile->ticks_us + pile->keys.values[KEY_AUTOCHARGE_TIMEOUT] * US_PER_S;
	pile_vehicle(pile, outlet, car->tag);
	if (outlet->claim == CLAIM_NONE)
		car->state = AUTOCHARGE_OVER;
}

/* Another car than the one that is asked about, or that pays: it gets nothing on its name. */
static void autocharge_changed(struct pile *pile, struct outlet *outlet)
{
	const struct spool_tx *tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;
	struct autocharge *car = &outlet->autocharge;
	bool asked = autocharge_owns(outlet), pays = tx && tx->token == TOKEN_MAC;
	char tag[AUTOCHARGE_TAG + 1], before[AUTOCHARGE_TAG + 1];

	if (!autocharge_filter(&outlet->evse, tag) || !car->tag[0])
		return; /* a car that says nothing any more is still at its plug */
	memcpy(before, car->tag, sizeof(before));
	autocharge_read(outlet, tag);
	if (strcmp(before, tag) == 0 && !(car->contradicts && pays))
		return;
	LOG_WARN("the car is another one", "pile=%.*s connector=%d tail=%s",
		STR_FMT(pile->config.name), outlet->number, tag + strlen(tag) - 4);
	if (asked) {
		outlet->claim = CLAIM_NONE;
		evse_claim(&outlet->evse, false, pile->ticks_us);
		autocharge_came(pile, outlet);
	} else if (pays) {
		pile_stop(pile, outlet, STOP_DEAUTHORIZED, "");
	}
}

/* What a car gets before the server has taken its charge. */
static void autocharge_limit(struct pile *pile, struct outlet *outlet)
{
	const struct spool_tx *tx = outlet->tx ? spool_tx(&pile->spool, outlet->tx) : NULL;
	int64_t most_dwh = pile->keys.values[KEY_AUTOCHARGE_OFFLINE] * 10;

	if (tx && tx->token == TOKEN_MAC && !tx->confirmed && !outlet->stop.owed &&
		outlet->evse.meter.register_dwh - tx->start_dwh >= most_dwh)
		pile_stop(pile, outlet, STOP_ENERGY_LIMIT, "");
}

void autocharge_step(struct pile *pile, struct outlet *outlet, uint32_t happened)
{
	struct autocharge *car = &outlet->autocharge;

	if (outlet->evse.pilot == 'A')
		car->empty = true;
	if (happened & EVSE_H_UNPLUGGED)
		autocharge_went(pile, outlet);
	if (happened & EVSE_H_PLUGGED)
		autocharge_came(pile, outlet);
	if (happened & EVSE_H_VEHICLE)
		autocharge_changed(pile, outlet);
	if (car->state == AUTOCHARGE_LOOKING)
		autocharge_look(pile, outlet);
	else if (car->state == AUTOCHARGE_ASKING && outlet->claim == CLAIM_NONE)
		car->state = AUTOCHARGE_OVER;
	/* a server that does not answer: a card is quicker, and its answer comes too late */
	if (autocharge_owns(outlet) && outlet->claim == CLAIM_ASKING &&
		pile->ticks_us >= car->until_us) {
		autocharge_yield(pile, outlet);
		pile_notice(pile, outlet, NOTICE_NO_VEHICLE);
	}
	autocharge_limit(pile, outlet);
}
