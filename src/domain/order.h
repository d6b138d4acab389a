/* order.h - the order, whatever starts it, as one state machine.
 *
 *   created --> authorised --> starting --> charging <--> suspended
 *      |            |             |            |              |
 *      |            |             |            +--> stopping <+
 *      |            |             |            |       |
 *      v            v             v            v       v
 *  cancelled    cancelled       failed        ended <--+
 *                                               |
 *                                  settled <----+----> unpaid --> settled | written_off
 *
 * created: the wish is stored, money not yet secured. authorised: money secured. starting: the pile
 * was told (or asked). ended: energy is final, the bill can be made. settled: bill posted and
 * everything unused is on its way back. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"

enum order_state {
	ORDER_CREATED = 1,
	ORDER_AUTHORISED = 2,
	ORDER_STARTING = 3,
	ORDER_CHARGING = 4,
	ORDER_SUSPENDED = 5,
	ORDER_STOPPING = 6,
	ORDER_ENDED = 7,
	ORDER_SETTLED = 8,
	ORDER_FAILED = 9,
	ORDER_CANCELLED = 10,
	ORDER_UNPAID = 11,
	ORDER_WRITTEN_OFF = 12,
};
enum order_starter {
	STARTER_WEB = 1,
	STARTER_RFID = 2,
	STARTER_OPERATOR = 3,
	STARTER_OFFLINE = 4, /* a start code carried to a pile without network (domain/offline.h) */
	STARTER_CONTRACT = 5, /* a vehicle's contract (ISO 15118, Plug & Charge) */
	STARTER_VEHICLE = 6,  /* a vehicle known by its address (vid.h, Autocharge) */
};
/* Did it begin at the pile, so that energy may flow when we hear of it? */
bool order_begins_at_pile(enum order_starter starter);
enum order_timing { TIMING_PREPAY = 1, TIMING_HOLD = 2, TIMING_CREDIT = 3 };
enum order_source {
	SOURCE_CHANNEL = 1,
	SOURCE_WALLET = 2,
	SOURCE_HOUSE = 3,
	SOURCE_CARD = 4, /* the balance of the commercial card that began it (id_tag) */
};

struct order {
	int64_t id;
	int64_t tenant_id;
	int64_t site_id;
	int64_t pile_id;
	int64_t connector_no;
	enum order_state state;
	struct str reason; /* why it ended or failed: stable word ("driver", "operator", "limit",
			      "unplugged", "start_timeout", ...) */
	enum order_starter starter;
	enum order_timing timing;
	enum order_source source;
	struct str token; /* unguessable, 22 characters: the public link /o/{token} (view only) */
	struct str owner_key; /* unguessable: held by the paying device; allows stop */
	struct str start_tag; /* idTag of the remote start, at most 20 characters, unique */
	struct str id_tag;    /* RFID tag when one was used */
	int64_t member_id;
	int64_t user_id;    /* operator who started it */
	struct str channel; /* payment channel name for SOURCE_CHANNEL */
	struct str currency;
	struct str language;
	int64_t tariff_id;
	struct str tariff_hash; /* frozen at the start */
	int64_t account_id;     /* the order's own ledger account */
	int64_t hold_id;        /* open hold on a wallet, or channel pre-authorisation; 0 none */
	int64_t limit_minor;    /* money secured: the charge stops before it is passed */
	int64_t limit_dwh;      /* energy asked for, 0 = no limit */
	int64_t limit_s;        /* longest charge, 0 = no limit */
	int64_t limit_soc;      /* state of charge in percent to stop at, 0 = no limit */
	int64_t most_w;         /* power asked for at its start, 0 = no limit; not stored with it */
	int64_t session_id;     /* 0 until the pile reports a transaction */
	int64_t energy_dwh;     /* live, then final */
	int64_t energy_minor, service_minor, idle_minor, total_minor; /* live, then final */
	int64_t paid_minor;   /* captured or posted from the driver */
	int64_t refund_minor; /* given or being given back */
	int64_t credit_minor; /* for energy the car gave back: live, then final; beside the total */
	int64_t created_us, authorised_us, starting_us, started_us, stopped_us, ended_us,
		settled_us;
	int64_t idle_from_us;  /* power stopped with the plug still in; 0 = not idle */
	int64_t idle_until_us; /* unplugged, or money or cap used up; 0 = still running */
	int64_t idle_past_us;  /* idle periods that ended because the car took current again */
	int64_t deadline_us;   /* when the timer must look at it again; 0 never */
	int64_t version;
};
enum order_outcome {
	ORDER_E_STATE = 1, /* that edge is not in the table */
};
/* The table: moves the order and stamps its time, or ORDER_E_STATE and nothing changed. */
int order_move(struct order *order, enum order_state to, struct str reason, int64_t now_us);
bool order_can(enum order_state from, enum order_state to);
bool order_is_final(enum order_state state);
/* Energy may be flowing: charging, suspended or stopping. */
bool order_is_running(enum order_state state);
/* What the order comes to: its total less the credit for what the car gave back, never below zero;
 * and what the credit is worth beyond the total, which is paid out. */
int64_t order_due_minor(const struct order *order);
int64_t order_over_minor(const struct order *order);
/* What is left to pay of an unpaid order, in minor units; 0 in every other state. */
int64_t order_open_minor(const struct order *order);
/* When the time that was asked for is over; 0: no limit of time, or not begun. */
int64_t order_until_us(const struct order *order);
/* Idle time is the sum of its periods: each begins when the car wants no more current, and ends
 * when it takes some again or is unplugged. The tariff's grace time is granted once for the sum, so
 * a car that tops itself up now and then pays like one that does not. */
/* The period that runs is over at `at_us` and is kept; harmless when none runs. */
void order_idle_pause(struct order *order, int64_t at_us);
/* All idle time until `now_us`, or until idle_until_us when it has ended. */
int64_t order_idle_us(const struct order *order, int64_t now_us);
const char *order_state_name(enum order_state state);
bool order_state_parse(struct str name, enum order_state *ret_state);
