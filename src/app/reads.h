/* reads.h - gathering what a person sees of an order or a pile: the aggregates, their surroundings,
 * and what follows from them at this moment (price now, next change, estimates as clock times). No
 * JSON, no HTML. */
#pragma once
#include "app/ctx.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "domain/session.h"
#include "domain/station.h"
#include "domain/tariff.h"
#include "domain/exported.h"
#include "store/surplus.h"

enum reads_outcome {
	READS_E_MISSING = 1,
};
/* A pile and its site. */
struct reads_place {
	int64_t pile_id, tenant_id, site_id;
	struct str code, name;
	bool online;
	enum pile_state state;
	struct str site, address, zone, helpline, currency, timing;
	int64_t default_limit_minor;
	int64_t series_id;
	int64_t reserve_min; /* of the site */
};
/* Prices at a moment. */
struct reads_price {
	bool known;
	int slot; /* of the site's day */
	int64_t energy_e5, service_e5, total_e5;
	int64_t back_e5; /* paid for what a car gives back */
	int64_t next_us; /* when the total changes, 0: never */
	int64_t next_e5;
};
enum reads_refund { REFUND_NONE = 0, REFUND_SENT = 1, REFUND_DONE = 2, REFUND_FAILED = 3 };
struct reads_order {
	struct order order;
	struct reads_place place;
	struct tariff tariff;
	bool has_tariff;
	struct session session; /* id 0: none yet */
	bool live;              /* energy may be flowing: the shown values count */
	int64_t accepted_us;    /* the pile said yes to the remote start */
	int64_t deadline_us;    /* of a start that is under way, else 0 */
	struct reads_price price;
	int64_t full_us, limit_us; /* estimates, 0 unknown */
	struct bill bill;
	bool has_bill;
	struct payment *payments;
	size_t payments_len;
	struct str pay_url;
	int64_t captured_minor;
	enum reads_refund refund;
	int64_t refund_us;
	struct surplus surplus; /* payment_id 0: the terminal took no more than the bill */
	bool has_exported;      /* the pile told what the car gave back */
	struct exported exported;
	struct str priority; /* for its driver: "none" (may not, or it does nothing), "off", "on" */
	struct nearby *nearby; /* it did not charge, and not by the driver's own wish: where else
				  (nearby.h) */
	size_t nearby_len;
};
const char *reads_refund_name(enum reads_refund refund);
int reads_place(struct ctx *ctx, int64_t pile_id, struct reads_place *ret_place);
/* A pile by the code in its URL; READS_E_MISSING also when it is not approved: the public sees no
 * others. */
int reads_place_code(struct ctx *ctx, struct str code, struct reads_place *ret_place);
/* Everything about one order. `order` was read by the caller, who has checked that it may be seen.
 */
int reads_order(struct ctx *ctx, const struct order *order, struct reads_order *ret_view);
/* From when on messages and readings are at hand: on SQLite readers look into this month's and last
 * month's file, on PostgreSQL into all that is kept. 0: from the beginning. */
int64_t reads_journal_from(const struct ctx *ctx);
/* The price at `at_us` in a zone. */
void reads_price(
	const struct tariff *tariff, struct str zone, int64_t at_us, struct reads_price *ret_price);

/* What the public sees of one connector. */
enum reads_plug {
	PLUG_FREE = 1,
	PLUG_PLUGGED = 2,
	PLUG_BUSY = 3,
	PLUG_FINISHING = 4,
	PLUG_FAULT = 5,
	PLUG_UNAVAILABLE = 6,
	PLUG_OFFLINE = 7,
};
struct reads_connector {
	struct connector connector;
	enum reads_plug plug;
	bool ready; /* a start would be tried */
};
struct reads_pile {
	struct reads_place place;
	struct tariff tariff;
	struct reads_price price;
	struct reads_connector *connectors; /* without 0, the pile itself */
	size_t connectors_len;
};
const char *reads_plug_name(enum reads_plug plug);
int reads_pile(struct ctx *ctx, const struct reads_place *place, struct reads_pile *ret_pile);
