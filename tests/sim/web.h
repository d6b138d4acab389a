/* web.h - a browser without a socket: the request goes through the route table into its lane on the
 * stage. */
#pragma once
#include "sim.h"

struct web_answer {
	int status; /* 0: no answer came, nobody knows whether it was done */
	struct str body;
};
/* `key` (Idempotency-Key) and `owner` (Owner-Key) may be NULL. The answer lives until the step is
 * over. */
struct web_answer web_ask(struct sim *sim, const char *method, struct str target, struct str body,
	const char *key, const char *owner);
