/* stream.h - streams of values that 2.1 piles send, and swaps of batteries <-> rows. */
#pragma once
#include "base/arena.h"
#include "db/db.h"
#include "store/store.h"

/* A stream of one monitored variable's values. */
struct event_stream {
	int64_t pile_id, stream_id, tenant_id;
	int64_t monitor_id;
	int64_t every_s, most_values; /* sent so often, or when there are so many; -1: not told */
	bool open;
	int64_t pending;  /* values the pile still holds, as it said last */
	int64_t received; /* since it was opened */
	int64_t opened_us, at_us;
};
int store_stream_count(struct db *db, int64_t pile_id, int64_t *ret_count);
/* STORE_E_MISSING. */
int store_stream_get(struct db *db, int64_t pile_id, int64_t stream_id, struct event_stream *ret);
int store_stream_put(struct db *db, const struct event_stream *stream);
/* One value of a stream. */
struct event_value {
	int64_t id, pile_id, stream_id, at_us;
	struct str value;
};
int store_stream_value(struct db *db, const struct event_value *value);
/* Keeps the last 200 of a stream. */
int store_stream_trim(struct db *db, int64_t pile_id, int64_t stream_id);

/* A battery that went into a station or came out of it. */
struct battery_swap {
	int64_t id, tenant_id, pile_id, at_us;
	int64_t request_id;
	struct str event, id_tag;
	int64_t evse;
	struct str serial;
	int64_t soc_e6, soh_e6; /* percent */
	struct str info;
};
/* Keeps the last 500 of the station. */
int store_swap_add(struct db *db, const struct battery_swap *swap);
