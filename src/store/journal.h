/* journal.h - what was said and measured: frames (a call with its answer) and packed meter samples.
 * On SQLite they live in a file per month, on PostgreSQL beside the truth; readers are given the
 * one or two journals to look in. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "db/db.h"

struct frame {
	int64_t id; /* time-ordered */
	int64_t tenant_id;
	int64_t pile_id;
	int64_t at_us;
	bool from_pile;
	int64_t connector_no;
	int64_t order_id; /* 0: none */
	struct str action;
	struct str message_id;
	struct str request; /* JSON payload of the call */
	struct str answer;  /* JSON payload of the answer or the error */
	struct str error;   /* empty: it went well */
	int64_t latency_us;
	struct str repeats; /* the same again soon after: [["id",at_us,latency_us],...]; may be
			       empty */
};
struct sample {
	int64_t session_id;
	int64_t at_us;
	int64_t pile_id;
	int64_t connector_no;
	struct str packed; /* one MeterValues message; the domain knows the packing */
};

/* Text that is not UTF-8 (a pile may send anything) is stored with '?' for its bad bytes. Outcome
 * DB_E_UNIQUE when the id exists. */
int store_frame_add(struct db *journal, const struct frame *frame, struct arena *arena);
/* The same session and time again replaces what was there. */
int store_sample_add(struct db *journal, const struct sample *sample);

/* Forgets at most `most` frames and as many samples from before `until_us`, oldest first;
 * *ret_count is how many went. For a journal that holds all months. */
int store_journal_purge(struct db *journal, int64_t until_us, int64_t most, int64_t *ret_count);

struct frame_filter {
	int64_t tenant_id;
	int64_t pile_id;   /* a pile's frames, */
	int64_t order_id;  /* or an order's; with both, those of the order at that pile */
	struct str action; /* empty: any */
	bool errors_only;
	int64_t connector_no; /* 0: any */
	int direction;        /* 0 any, 1 from the pile, 2 to it */
	int64_t before_id;    /* 0: from the newest */
	size_t limit;
};
/* Newest first. journals[0] is this month's (or the only one), journals[1] last month's; either may
 * be NULL. */
int store_frames(struct db *const journals[2], const struct frame_filter *filter,
	struct arena *arena, struct frame **ret_frames, size_t *ret_len);
/* A session's samples with from_us <= at_us < to_us in order of time, at most `limit`. */
int store_samples(struct db *const journals[2], int64_t session_id, int64_t from_us, int64_t to_us,
	size_t limit, struct arena *arena, struct sample **ret_samples, size_t *ret_len);
