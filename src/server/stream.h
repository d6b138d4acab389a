/* stream.h - live streams: who listens to which topic, and what they are told when something about
 * it changed. Events are coalesced: while one answer about a topic is being read, all that happens
 * meanwhile becomes the next. */
#pragma once
#include "app/ctx.h"
#include "base/clock.h"
#include "net/net.h"
#include "server/lane.h"

struct streams;
struct streams_config {
	struct loop **loops; /* [0] keeps the list */
	size_t loops_len;
	struct lanes *lanes;
	const struct clock *clock;
	size_t max_per_remote; /* streams of one address; 0: 256 */
	size_t max;            /* of all; 0: 20000 */
};
struct streams *streams_new(const struct streams_config *config);
/* After the loops have ended. */
void streams_free(struct streams *streams);
/* Turns a request into a stream of `topic`, and of `log` unless that is empty: sends `data` as the
 * first event (nothing when empty) and then whatever happens. On the connection's loop. False when
 * there are too many: the caller still owes an answer. */
bool streams_open(struct streams *streams, struct conn *conn, struct str topic, struct str log,
	struct str headers, struct str event, struct str data);
/* From net's handler, for connections whose user is a stream. */
void streams_closed(struct streams *streams, struct conn *conn);
/* EVENT effects, from any thread. */
void streams_effect(struct streams *streams, const struct effect *effect);
/* Frames of a pile were written, from any thread: a hint "frame" for those who have its log open,
 * at most one a second however fast it grows. Costs nothing while nobody has a log open. */
void streams_logged(struct streams *streams, int64_t pile_id);
/* On the first loop, every 100 ms: what came too soon after the last reading is read now. */
void streams_tick(struct streams *streams);
size_t streams_count(struct streams *streams);
