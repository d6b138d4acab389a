/* api_public.h - what JSON and plain forms share: opening an order for a driver without account,
 * and acting on one. */
#pragma once
#include "app/api_call.h"
#include "app/reads.h"

struct public_wish {
	struct str pile;     /* code */
	int64_t connector;   /* 0: 1 */
	int64_t limit_minor; /* 0: the site's default */
	int64_t limit_dwh;
	int64_t limit_s, limit_soc; /* 0: no limit */
	struct str timing, channel; /* empty: the site's, the first */
	struct str tariff_hash;
	struct str language;
};
/* Opens an order and gives the browser its owner key as a cookie. > 0 enum api_problem. */
int public_open(struct api_call *call, const struct public_wish *wish, struct order *ret_order);
/* The order of the token in the path. P_NOT_FOUND. */
int public_find(struct api_call *call, struct order *ret_order);
/* Gives this browser the order's owner key. */
void public_give_key(struct api_call *call, const struct order *order);
/* The page of the reservation this browser made or looked at last; empty: none. */
#define RESERVATION_COOKIE "reservation"
struct str public_reservation(const struct api_call *call);
/* What this browser got for the code it scanned last (webcodes.h); empty: nothing. */
#define TICKET_COOKIE "scan"
struct str public_ticket(const struct api_call *call);
/* Does this browser hold the order's owner key? */
bool public_owns(const struct api_call *call, const struct order *order);
/* Begins the payment of what is open on an unpaid order. Whoever has the link may pay: it can only
 * do good. P_STATE, P_CHANNEL. */
int public_pay(struct api_call *call, struct order *order);
/* Ends the charge for its owner. P_FORBIDDEN for others. */
int public_stop(struct api_call *call, struct order *order);
/* Priority for its charge, by who owns it. P_FORBIDDEN, P_STATE, P_VERSION. */
int public_priority(struct api_call *call, struct order *order, bool on);
