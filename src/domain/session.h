/* session.h - one physical transaction of a pile: readings of its register turned into energy per
 * half hour.
 *
 * The rules, in one place. A reading is believed when its register did not fall and did not rise by
 * more than the connector can deliver in the time. An odd reading is set aside and flagged, never
 * billed; when the next reading agrees with the one set aside, the register really moved (reset,
 * exchange) and counting goes on from there. At the end the stop register decides when it agrees
 * with the last reading, or with the start. Times are the pile's when credible, else the time of
 * arrival. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "domain/tariff.h"

enum session_flag {            /* what was odd; shown to the operator, never silently billed */
	SESSION_BACKWARDS = 1, /* a reading below an earlier one was set aside */
	SESSION_JUMP = 2,      /* more energy than the connector can deliver in the time */
	SESSION_CLOCK = 4, /* timestamps out of order or far from our clock: arrival time used */
	SESSION_ESTIMATED = 8,      /* energy per half hour interpolated over a gap */
	SESSION_STOP_FIRST = 16,    /* the stop arrived before its start */
	SESSION_RESET = 32,         /* register restarted lower */
	SESSION_NO_ORDER = 64,      /* nobody pays: unknown or blocked tag */
	SESSION_CLOSED_BY_US = 128, /* closed without the pile's stop: by an operator, or a new
				       start took the connector */
};
struct session {
	int64_t id;
	int64_t tenant_id;
	int64_t pile_id;
	int64_t connector_no;
	int64_t order_id;       /* 0 when none */
	int64_t transaction_id; /* OCPP, random positive 31 bits, unique per pile */
	struct str id_tag;
	struct str start_key;      /* pile:connector:tag:start time:start reading - same start, same
				      session */
	int64_t start_us, stop_us; /* by the pile's clock when credible, else arrival */
	int64_t meter_start_dwh, meter_last_dwh, meter_stop_dwh; /* stop -1 while open */
	int64_t last_us;                                         /* time of meter_last */
	int64_t aside_dwh, aside_us; /* the odd reading set aside; -1 none */
	int64_t energy_dwh;          /* believed so far: the sum of its usage */
	int64_t power_w, voltage_mv, current_ma, soc_pct; /* last shown values; -1 unknown */
	struct str stop_reason;
	int flags;
	bool open;
	int64_t version;
};

/* What one moment of a meter said. */
struct reading {
	int64_t at_us;
	int64_t energy_dwh;                               /* register, -1 absent */
	int64_t power_w, voltage_mv, current_ma, soc_pct; /* -1 absent */
	bool has_export;
	int64_t export_dwh; /* register of what flowed back */
};

/* What the rules need to know about the world. */
struct session_world {
	int64_t now_us;
	int64_t online_since_us; /* the pile's connection; an older time is credible only from
				    before it */
	int64_t max_w;           /* what the connector can deliver; 0: SESSION_MAX_W */
	/* The half hour of station time around a moment (zone_half_hour with the station's zone).
	 */
	bool (*half_hour)(void *context, int64_t at_us, int64_t *ret_start_us, int64_t *ret_end_us,
		int *ret_slot);
	void *context;
};
#define SESSION_MAX_W INT64_C(1000000)
#define SESSION_SLACK_DWH INT64_C(10000)           /* 1 kWh: registers that step in whole kWh */
#define SESSION_AHEAD_US (INT64_C(300) * 1000000)  /* a clock may be this far ahead of ours */
#define SESSION_BEHIND_US (INT64_C(600) * 1000000) /* and a message this late while connected */
#define SESSION_OLDEST_US (INT64_C(30) * 86400 * 1000000) /* nothing older is believed */
#define SESSION_GAP_US (INT64_C(900) * 1000000)           /* longer without a reading is a gap */
#define SESSION_REGISTER_MAX INT64_C(10000000000000)      /* 1 TWh: no meter counts further */

/* Energy to add to half hours; a negative one takes back (only at a stop below the last reading).
 */
struct session_change {
	struct usage *usage;
	size_t usage_len;
	size_t usage_cap;
};

/* Adds energy to the half hours of an interval in proportion to time; the parts sum to it exactly,
 * and interpolated edges are marked. */
int session_spread(const struct session_world *world, int64_t from_us, int64_t to_us,
	int64_t energy_dwh, struct arena *arena, struct session_change *change);
/* The time to use for something the pile says happened at `at_us`, not before `floor_us`. *flags
 * gets SESSION_CLOCK when the pile's word was not believed. */
int64_t session_time(
	const struct session_world *world, int64_t at_us, int64_t floor_us, int *flags);
/* Fills times, registers and flags of a new session; the other fields are the caller's. A negative
 * or absurd start register counts as 0 with SESSION_JUMP. */
void session_begin(struct session *session, const struct session_world *world, int64_t at_us,
	int64_t meter_dwh);
/* What a reading says beside its register: how the car charges now. */
void session_show(struct session *session, const struct reading *reading);
/* Takes one reading: moves the session and adds its energy to `change`. Fault only when the arena
 * is full. */
int session_meter(struct session *session, const struct session_world *world,
	const struct reading *reading, struct arena *arena, struct session_change *change);
/* Closes the session with its stop register (-1: the last reading stands). `usage` is all of the
 * session's energy before this call's change, oldest first. */
int session_end(struct session *session, const struct session_world *world, int64_t at_us,
	int64_t meter_dwh, const struct usage *usage, size_t usage_len, struct arena *arena,
	struct session_change *change);
/* Adds `change` to a list of usage (sorted by start) so that a bill can be made without reading it
 * back. */
int session_usage_merge(const struct usage *usage, size_t usage_len,
	const struct session_change *change, struct arena *arena, struct usage **ret_usage,
	size_t *ret_len);
/* The packed form of one reading for the journal, and back. */
#define SESSION_PACKED_MAX 64
size_t session_pack(const struct reading *reading, uint8_t ret[SESSION_PACKED_MAX]);
bool session_unpack(struct str packed, struct reading *ret_reading);
