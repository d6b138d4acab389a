/* metrics.h - the operators' own port, loopback by default: /metrics (Prometheus text), /livez,
 * /readyz. */
#pragma once
#include "net/net.h"
#include "server/lane.h"
#include "server/links.h"
#include "server/stream.h"
#include "server/timer.h"
#include "server/web.h"

struct metrics_sources {
	struct loop **loops; /* [0] is the one that answers */
	size_t loops_len;
	struct lanes *lanes;
	struct links *links;
	struct streams *streams;
	struct web *web;
	struct timer *timer;
	const char *version;
};
struct metrics;
struct metrics *metrics_new(const struct metrics_sources *sources);
void metrics_free(struct metrics *metrics);
/* The handler to listen with, on the first loop. */
struct net_handler metrics_handler(struct metrics *metrics);
/* Everything in Prometheus text. On the first loop's thread. */
void metrics_write(const struct metrics *metrics, struct buf *out);
