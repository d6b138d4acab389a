/* offline_order.h - the conversation about charging at a pile without network: an order for a pile
 * nobody can ask, the start code for it, and what the settlement code brings. Codes come and go as
 * the values of domain/offline.h; that they are signed is api_offline.c's business. Outcomes: enum
 * charging_outcome when opening, enum offline_outcome when settling. */
#pragma once
#include "app/ctx.h"
#include "domain/offline.h"
#include "domain/order.h"
#include "store/offline.h"

/* --- order generation (offline_order.c) --- */

struct offline_wish {
	int64_t pile_id, connector_no;
	int64_t nonce;     /* as the pile's screen shows it */
	struct str driver; /* hash of a secret of the driver's browser */
	enum order_timing timing;
	struct str channel, language, tariff_hash;
	int64_t limit_minor, limit_dwh, limit_s; /* 0: the site's default, none, the longest */
};
/* Opens an order through charging_open, within what may be risked. CHARGING_E_UNSETTLED (then
 * *ret_order has the token of the earlier order), CHARGING_E_AMOUNT, and what charging_open says.
 */
int offline_order_open(struct ctx *ctx, const struct offline_wish *wish, struct order *ret_order);
/* The same order for the nonce the pile shows now, when its start code ran out before it was shown.
 * CHARGING_E_STATE, CHARGING_E_FOREIGN. */
int offline_order_renew(
	struct ctx *ctx, const struct order *order, const struct offline_ident *ident);
/* The values of an order's start code as of now; the price inside when `with_tariff`. *ret_row is
 * what is known of it: when its code still starts, that one is to be shown again.
 * CHARGING_E_STATE: not paid yet, or begun already. */
int offline_order_start(struct ctx *ctx, const struct order *order, bool with_tariff,
	struct offline_start *ret_start, struct offline_row *ret_row);
/* A start code was made: stores it and gives the order the tag the pile will tell of it. */
int offline_order_issued(struct ctx *ctx, struct order *order, const struct offline_start *start,
	struct offline_row *row);
/* The tag both sides make of a start code's bytes. */
struct str offline_order_tag(struct str code_bytes, struct arena *arena);

/* --- second payment logic (offline_settle.c) --- */

/* What a settlement came under. */
struct offline_seal {
	struct str content;  /* hash of the whole code */
	struct pile_key key; /* the pile's, that signed it */
};
/* A settlement whose signature was checked. Ends the order's charge with its registers, posts the
 * bill of the frozen price, and keeps the number so that it counts once; told again, or after the
 * pile's own report, it changes nothing. *ret_order is filled when the outcome is 0. Refusals are
 * alarms. */
int offline_order_settle(struct ctx *ctx, const struct offline_settlement *settlement,
	const struct offline_seal *seal, struct order *ret_order);
/* A code that did not even pass its signature: an alarm at the pile it names, else at the order it
 * names, if there is one. */
int offline_order_refused(
	struct ctx *ctx, const struct offline_settlement *settlement, const char *reason);
