/* vendor.c - our own server's words (see vendor.h). */
#include "pile/vendor.h"

#include <string.h>

#include "pile/cost.h"
#include "pile/offline.h"
#include "wire/json.h"
#include "wire/ocpp16/core.h"

static int vendor_emergency(struct pile *pile, struct str data, struct arena *arena)
{
	bool on = !str_is(json_get(data, "on", arena), "false");
	int64_t connector = 0;

	(void)json_get_int(data, "connector", arena, &connector);
	return pile_emergency(pile, connector, on) ? OCPP16_DATA_TRANSFER_STATUS_ACCEPTED
						   : OCPP16_DATA_TRANSFER_STATUS_REJECTED;
}

/* What a charge costs so far; a pile that calculates shows what it calculates. */
static void vendor_cost(struct pile *pile, struct outlet *outlet, struct str cost, struct str data,
	struct arena *arena)
{
	struct str amount;

	if (outlet->account && outlet->account->tx == outlet->tx && outlet->tx)
		return;
	memset(outlet->cost, 0, sizeof(outlet->cost));
	memcpy(outlet->cost, cost.ptr, cost.len);
	outlet->cost_at_us = pile->now_us;
	if (json_get_str(data, "amount", arena, &amount))
		(void)str_to_fixed(amount, 5, false, &outlet->cost_e5);
}

/* {"connector":1,"cost":"12.34 CNY","amount":"12.34","price":"1.52 CNY",
 * "steps":[{"at":"...","price":"..."}]} */
static int vendor_display(struct pile *pile, struct str data, struct arena *arena)
{
	struct outlet *outlet;
	int64_t connector = 0;
	struct str cost;

	if (!json_get_int(data, "connector", arena, &connector) ||
		!json_get_str(data, "cost", arena, &cost))
		return OCPP16_DATA_TRANSFER_STATUS_REJECTED;
	outlet = pile_outlet(pile, connector);
	if (!outlet || cost.len >= sizeof(outlet->cost))
		return OCPP16_DATA_TRANSFER_STATUS_REJECTED;
	vendor_cost(pile, outlet, cost, data, arena);
	price_take(&outlet->price, data, arena);
	return OCPP16_DATA_TRANSFER_STATUS_ACCEPTED;
}

/* A new key for the offline codes; it is told at once, with the old one's word for it. */
static int vendor_renew(struct pile *pile)
{
	return pile->offline && offline_renew(pile->offline) ? OCPP16_DATA_TRANSFER_STATUS_ACCEPTED
							     : OCPP16_DATA_TRANSFER_STATUS_REJECTED;
}

int vendor_take(struct pile *pile, struct str vendor, struct str message, struct str data,
	struct arena *arena)
{
	if (!str_is(vendor, "leyden"))
		return OCPP16_DATA_TRANSFER_STATUS_UNKNOWN_VENDOR_ID;
	if (str_is(message, "emergency"))
		return vendor_emergency(pile, data, arena);
	if (str_is(message, "offline-key-renew"))
		return vendor_renew(pile);
	if (str_is(message, "display"))
		return vendor_display(pile, data, arena);
	return OCPP16_DATA_TRANSFER_STATUS_UNKNOWN_MESSAGE_ID;
}
