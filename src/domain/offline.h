/* offline.h - charging at a pile without network: the three codes that a driver's phone carries
 * between pile and platform, as values, and the rules on them.
 *
 *   pile --identification--> phone --wish--> platform --start--> phone --shown--> pile
 *   pile --settlement--> phone --> platform
 *
 * Identification: which pile, its connectors' state, a fresh nonce. Start: an order for exactly
 * that nonce, with its limits and price. Settlement: what was charged. How they are signed and
 * drawn is not known here. Times are whole seconds UTC: a code has little room. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/field.h"
#include "domain/tariff.h"

#define OFFLINE_PILE_MAX 24 /* characters: a pile with a longer code has no room in a QR code */
#define OFFLINE_AMOUNT_MAX \
	INT64_C(100000000) /* minor units of one offline order, whatever is set */
#define OFFLINE_ENERGY_MAX INT64_C(1000000000) /* 1/10 Wh: 100 MWh */
#define OFFLINE_LASTS_MAX_S INT64_C(604800)    /* a week */
#define OFFLINE_VALID_MAX_S INT64_C(3600)
#define OFFLINE_REGISTER_MAX INT64_C(10000000000000)
#define OFFLINE_TIME_MAX INT64_C(4294967295)
#define OFFLINE_RUNS_MAX 64             /* runs of equal price in one charge */
#define OFFLINE_RATES_MAX 48            /* pairs of prices in a tariff */
#define OFFLINE_NONCE_S INT64_C(600)    /* how long a shown nonce is good for */
#define OFFLINE_CLOCK_S INT64_C(300)    /* how far the pile's clock may be from ours */
#define OFFLINE_SLACK_DWH INT64_C(2000) /* 200 Wh over a limit: a contactor takes time to open */

/* The tariff as a code carries it: pairs of prices (energy, service) in units of 10^scale of 1e-5,
 * and for each change of price in a day the half hour and the pair, as pair * 48 + half hour. */
#define OFFLINE_TARIFF(F, S) \
	F(STR, REQ, S, currency, "currency", 3, "ISO 4217") \
	F(INT, REQ, S, offset_min, "offset_min", (-900, 900), "station time less UTC") \
	F(INT, REQ, S, scale, "scale", (0, 9), "of the prices") \
	F(INTS, REQ, S, prices, "prices", (0, 1000000000, 2, 2 * OFFLINE_RATES_MAX), "pairs") \
	F(INTS, REQ, S, runs, "runs", (0, 48 * OFFLINE_RATES_MAX - 1, 1, 48), "where prices change")
FIELD_STRUCT(offline_tariff, OFFLINE_TARIFF)

/* What the pile says of itself. */
#define OFFLINE_IDENT(F, S) \
	F(STR, REQ, S, pile, "pile", OFFLINE_PILE_MAX, "its number") \
	F(INT, REQ, S, connector_no, "connector", (1, 64), "the one this screen belongs to") \
	F(ID, REQ, S, nonce, "nonce", 0, "63 random bits") \
	F(INT, REQ, S, at_s, "at", (0, OFFLINE_TIME_MAX), "by the pile's clock") \
	F(INT, REQ, S, state, "state", (1, 4), "enum offline_state") \
	F(INT, REQ, S, serial, "serial", (0, UINT32_MAX), "of the last offline order here") \
	F(INT, OPT, S, latitude_e5, "latitude", (-9000000, 9000000), "1e-5 degrees") \
	F(INT, OPT, S, longitude_e5, "longitude", (-18000000, 18000000), "1e-5 degrees")
enum offline_state { OFFLINE_FREE = 1, OFFLINE_PLUGGED = 2, OFFLINE_BUSY = 3, OFFLINE_OUT = 4 };

/* An order for one pile, connector and nonce. */
#define OFFLINE_START(F, S) \
	F(ID, REQ, S, order_id, "order", 0, "its number") \
	F(STR, REQ, S, pile, "pile", OFFLINE_PILE_MAX, "where") \
	F(INT, REQ, S, connector_no, "connector", (1, 64), "where") \
	F(ID, REQ, S, nonce, "nonce", 0, "as the pile showed it") \
	F(INT, REQ, S, from_s, "from", (0, OFFLINE_TIME_MAX), "when it was made") \
	F(INT, REQ, S, valid_s, "valid", (1, OFFLINE_VALID_MAX_S), "how long it may start") \
	F(INT, OPT, S, limit_dwh, "energy", (1, OFFLINE_ENERGY_MAX), "most energy") \
	F(INT, OPT, S, limit_minor, "amount", (1, OFFLINE_AMOUNT_MAX), "most money") \
	F(INT, REQ, S, limit_s, "time", (60, OFFLINE_LASTS_MAX_S), "longest") \
	F(ID, REQ, S, tariff_mark, "mark", 0, "first 63 bits of the tariff's hash") \
	F(OBJ, OPT, S, tariff, "tariff", offline_tariff, "prices, when they fit")

/* What was charged. Energy is in runs of equal price, in order; one run when no tariff came. */
#define OFFLINE_SETTLEMENT(F, S) \
	F(STR, REQ, S, pile, "pile", OFFLINE_PILE_MAX, "its number") \
	F(INT, REQ, S, connector_no, "connector", (1, 64), "where") \
	F(ID, REQ, S, order_id, "order", 0, "of the start code") \
	F(INT, REQ, S, serial, "serial", (1, UINT32_MAX), "counts this pile's offline orders") \
	F(INT, REQ, S, begin_s, "begin", (0, OFFLINE_TIME_MAX), "by the pile's clock") \
	F(INT, REQ, S, lasted_s, "lasted", (0, 2 * OFFLINE_LASTS_MAX_S), "begin to end") \
	F(INT, REQ, S, register_dwh, "register", (0, OFFLINE_REGISTER_MAX), "at the begin") \
	F(INTS, REQ, S, runs_dwh, "runs", (0, 2 * OFFLINE_ENERGY_MAX, 1, OFFLINE_RUNS_MAX), \
		"energy") \
	F(INT, OPT, S, amount_minor, "amount", (0, 2 * OFFLINE_AMOUNT_MAX), "as the pile reckons") \
	F(ID, REQ, S, tariff_mark, "mark", 0, "of the start code") \
	F(INT, REQ, S, reason, "reason", (1, 8), "enum offline_end")
/* A pile says, with the key it is believed by, which key comes after it. */
#define OFFLINE_HANDOVER(F, S) \
	F(STR, REQ, S, pile, "pile", OFFLINE_PILE_MAX, "its number") \
	F(STR, REQ, S, key, "key", 64, "SHA-256 of the new key's kind, a blank and its hex digits")
FIELD_STRUCT(offline_handover, OFFLINE_HANDOVER)
FIELD_STRUCT(offline_ident, OFFLINE_IDENT)
FIELD_STRUCT(offline_start, OFFLINE_START)
FIELD_STRUCT(offline_settlement, OFFLINE_SETTLEMENT)

/* Why a charge ended. */
enum offline_end {
	OFFLINE_END_DRIVER = 1, /* by hand: the stop button, or the start code shown again */
	OFFLINE_END_UNPLUGGED = 2,
	OFFLINE_END_ENERGY = 3,
	OFFLINE_END_AMOUNT = 4,
	OFFLINE_END_TIME = 5,
	OFFLINE_END_FULL = 6,
	OFFLINE_END_FAULT = 7,
	OFFLINE_END_UNUSED = 8, /* nobody plugged in: nothing was charged */
};
const char *offline_end_name(enum offline_end end);

enum offline_outcome {
	/* a start code, in this order */
	OFFLINE_E_PILE = 1,      /* for another pile */
	OFFLINE_E_CONNECTOR = 2, /* for another connector */
	OFFLINE_E_USED = 3,      /* this order, or a later one, was started here already */
	OFFLINE_E_NONCE = 4,     /* not what this pile showed lately */
	OFFLINE_E_EARLY = 5,     /* made in the pile's future */
	OFFLINE_E_EXPIRED = 6,
	OFFLINE_E_TARIFF = 7, /* prices that make no day, or another tariff than agreed */
	/* a settlement, beside those */
	OFFLINE_E_ORDER = 8,   /* no such order, or one that no start code was made for */
	OFFLINE_E_LIMIT = 9,   /* more than the order allowed */
	OFFLINE_E_SERIAL = 10, /* another settlement has this number, or this order has another */
	/* any code of a pile: by a key of an earlier time */
	OFFLINE_E_REPLACED = 11,
	OFFLINE_E_REVOKED = 12
};
/* Stable word: "pile", "nonce", "expired" ... */
const char *offline_word(int outcome);

/* What the platform thinks of a pile's key. OFFERED: somebody who says to be this pile came with
 * it, and no believed key vouches for it; a person decides. REPLACED: its successor is in use; what
 * was begun before still counts. REVOKED: lost or stolen; nothing starts with it any more. */
enum offline_key_state {
	OFFLINE_KEY_OFFERED = 1,
	OFFLINE_KEY_BELIEVED = 2,
	OFFLINE_KEY_REPLACED = 3,
	OFFLINE_KEY_REVOKED = 4
};
const char *offline_key_state_name(int64_t state);
/* May an identification signed by such a key begin an order? OFFLINE_E_REPLACED, _REVOKED. */
int offline_key_begins(int64_t state);
/* May a settlement signed by it be posted? `until_s` is when the key was replaced or revoked. A
 * replaced one settles orders whose start code was made before. A revoked one settles what was over
 * before too, and *ret_doubtful tells that somebody should look at it. */
int offline_key_settles(
	int64_t state, int64_t until_s, int64_t issued_s, int64_t ended_s, bool *ret_doubtful);

/* What a pile knows when a start code is shown to it. */
struct offline_here {
	struct str pile;
	int64_t connector_no;
	int64_t nonces[2];     /* shown within OFFLINE_NONCE_S, 0 none */
	int64_t last_order_id; /* started on this connector; ids grow with time */
	int64_t now_s;         /* 0: the clock cannot be trusted, the nonce alone tells the age */
};
int offline_start_check(const struct offline_start *start, const struct offline_here *here);

/* What the platform knows of an order when its settlement comes. */
struct offline_known {
	struct str pile; /* the order's */
	int64_t connector_no;
	int64_t order_id;        /* 0: no such order, or never issued */
	int64_t tariff_mark;     /* of the frozen tariff */
	int64_t limit_dwh;       /* as issued, 0 none */
	int64_t serial;          /* of its settlement, 0: not settled yet */
	int64_t serial_order_id; /* the order that has this settlement's serial at this pile, 0 none
				  */
};
int offline_settlement_check(
	const struct offline_settlement *settlement, const struct offline_known *known);
int64_t offline_energy(const struct offline_settlement *settlement);

/* First 63 bits of a tariff's hash (hex), never 0. */
int64_t offline_mark(struct str tariff_hash);
/* Packs the energy and service prices for a code. TARIFF_E_OVERFLOW: too many different ones. */
int offline_tariff_pack(const struct tariff *tariff, int64_t offset_min, struct arena *arena,
	struct offline_tariff *ret_tariff);
/* Back into 48 prices each; idle time costs nothing offline. OFFLINE_E_TARIFF. */
int offline_tariff_unpack(const struct offline_tariff *packed, struct tariff *ret_tariff);
/* When the price changes next after `at_s` in station time; 0 never. */
int64_t offline_next_edge(const struct tariff *tariff, int64_t offset_min, int64_t at_s);
/* The half hour (0..47) of station time. */
int offline_slot(int64_t offset_min, int64_t at_s);
/* Times strictly within (begin, end) at which the price changes: a charge has one run more. At most
 * `cap` are written; the count may be larger. */
size_t offline_edges(const struct tariff *tariff, int64_t offset_min, int64_t begin_s,
	int64_t end_s, int64_t *ret_edges_s, size_t cap);
/* The price of runs that began at begin_s: what the pile shows and the platform recomputes.
 * TARIFF_E_*. */
int offline_bill(const struct tariff *tariff, int64_t offset_min, int64_t begin_s,
	const int64_t *runs_dwh, size_t runs_len, struct arena *arena, struct bill *ret_bill);
/* Energy that surely costs no more than `amount_minor`, at the highest price of the day: for a pile
 * that cannot be told the prices. -1 when the tariff costs nothing. */
int64_t offline_energy_for(const struct tariff *tariff, int64_t amount_minor);
