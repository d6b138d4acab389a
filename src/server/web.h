/* web.h - requests of browsers and programs: each becomes a job in the lane its route names, and
 * its answer leaves after the commit. Assets and refusals need no job. */
#pragma once
#include "net/net.h"
#include "server/lane.h"
#include "server/stream.h"
#include "server/vault.h"

struct web;
struct web_config {
	struct loop **loops;
	size_t loops_len;
	struct lanes *lanes;
	struct streams *streams;
	struct vault *vault; /* where answers that are files lie */
	struct str trusted;  /* proxies (server/forwarded.h) */
};
struct web *web_new(const struct web_config *config);
/* After the loops have ended. */
void web_free(struct web *web);
/* On the connection's loop. */
void web_request(struct web *web, struct conn *conn, const struct http_head *head, struct str body);
/* Answers without a job: status 503, 429 ... in the caller's language. */
void web_refuse(struct conn *conn, const struct http_head *head, int status);
struct web_stats {
	uint64_t answers[6]; /* by hundreds of the status */
	int64_t time_us;     /* from request to answer, all together */
};
void web_stats(const struct web *web, struct web_stats *ret_stats);
