/* ocpp2_tariff.h - prices in the words of OCPP 2.x, and what the conversations about them ask of a
 * pile (the asks that the words of the house have no call for). */
#pragma once
#include "app/ask.h"
#include "wire/ocpp2/types.h"

struct tariff;
struct command;
struct command_wish;

/* A price of the house as a 2.1 Tariff: one element per run of equal half hours, energy and service
 * fee in one price per kWh, the idle fee from its grace time on and until its cap, to the second.
 * Every number is exact. Taxes are inside the prices and not named, since a price without them has
 * no end in decimals. Lists and texts are in the arena. */
int ocpp2_tariff_of(
	struct arena *arena, const struct tariff *tariff, struct ocpp2_tariff *ret_tariff);

/* Fills action and payload of the kinds ASK_TARIFF_*; ASK_E_UNSUPPORTED for others, and for a
 * protocol that has no such message. */
int ocpp2_tariff_ask(struct ctx *ctx, const struct ask *ask, struct command_wish *wish);
/* The decoded answer of such a command (NULL when `error` tells why there is none). */
int ocpp2_tariff_answered(
	struct ctx *ctx, const struct command *command, const void *answer, struct str error);
