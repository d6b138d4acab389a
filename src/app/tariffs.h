/* tariffs.h - the conversation that keeps the prices in the piles in step with the house's. A pile
 * that says it handles prices (TariffCostCtrlr) is given the one in force at it: a 2.1 pile as its
 * default tariff, known by the hash of its text, a 2.0.1 pile as the text it falls back to. A pile
 * is asked now and then which prices it has; what is not ours is taken away.
 *
 * The price of an order is frozen when it begins and never changes. ChangeTransactionTariff is only
 * used the other way round: a pile that calculates a charge with another price than the order's is
 * told the order's. */
#pragma once
#include "app/ask.h"
#include "domain/order.h"
#include "domain/tariff.h"

#define TARIFFS_STRANGE_MOST 16 /* other prices of one pile that are dealt with at once */

/* The id of a price at piles: the first 40 digits of its hash. */
struct str tariffs_name(struct str hash);

/* The pile said whether it handles prices. */
int tariffs_wanted(struct ctx *ctx, int64_t pile_id, bool wanted);
/* The pile is back: what it has is looked at soon. */
int tariffs_pile_ready(struct ctx *ctx, int64_t pile_id);
/* A price, or where it holds, was changed by this operator: its piles are looked at now. */
int tariffs_changed(struct ctx *ctx, int64_t tenant_id);
int tariffs_answered(struct ctx *ctx, const struct ask_answer *answer);
int tariffs_tick(struct ctx *ctx);

/* The price that a start by this tag would have now at this pile: the frozen one of an order's own
 * tag. *ret_shown: there is one, and the pile shows prices; *ret_lang the driver's language. */
int tariffs_for(struct ctx *ctx, int64_t pile_id, struct str id_tag, struct tariff *ret_tariff,
	struct str *ret_lang, bool *ret_shown);
/* The pile named a price for a charge that begins. When it is not the order's and the pile handles
 * prices, it is told the order's. `name` is the pile's id of the transaction. */
int tariffs_named(
	struct ctx *ctx, const struct order *order, struct str name, struct str tariff_id);
