/* session.h - one physical transaction of a pile: readings of its register turned into energy per half hour. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "domain/tariff.h"

enum session_flag { /* what was odd; shown to the operator, never silently billed */
	SESSION_BACKWARDS = 1,     /* a reading below an earlier one was set aside */
	SESSION_JUMP = 2,          /* more energy than the connector can deliver in the time */
	SESSION_CLOCK = 4,         /* timestamps out of order or far from our clock: arrival time used */
	SESSION_ESTIMATED = 8,     /* energy per half hour interpolated over a gap */
	SESSION_STOP_FIRST = 16,   /* the stop arrived before its start */
	SESSION_RESET = 32,        /* register restarted at zero */
	SESSION_NO_ORDER = 64,     /* nobody pays: unknown or blocked tag */
};
struct session {
	int64_t id;
	int64_t tenant_id;
	int64_t pile_id;
	int64_t connector_no;
	int64_t order_id;       /* 0 when none */
	int64_t transaction_id; /* OCPP, random positive 31 bits, unique per pile */
	struct str id_tag;
	struct str start_key;   /* pile:connector:tag:start time:start reading - same start, same session */
	int64_t start_us, stop_us; /* by the pile's clock when credible, else arrival */
	int64_t meter_start_dwh, meter_last_dwh, meter_stop_dwh; /* stop -1 while open */
	int64_t last_us;        /* time of meter_last */
	int64_t power_w, voltage_mv, current_ma, soc_pct; /* last shown values; -1 unknown */
	struct str stop_reason;
	int flags;
	bool open;
	int64_t version;
};
