/* caller.h - HTTP requests to others, by libcurl on one thread of its own: many at once, none of
 * them waited for. Only http and https, no redirects, bounded answers, a time limit for each. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/queue.h"
#include "base/str.h"

#define CALLER_ANSWER_MAX (256 * 1024) /* bytes of an answer's body; more counts as no answer */
#define CALLER_HEADERS_MAX (16 * 1024)

/* One request. The caller's owner fills the first part and keeps it alive until `done`. */
struct call {
	struct queue_node node;
	struct str method, url; /* "GET", "POST" ... */
	struct str headers;     /* lines ended by CRLF */
	struct str body;
	int64_t timeout_ms; /* 0: 10 s */
	bool guarded;       /* connects to public addresses only, whatever the name resolves to */
	/* On the caller's thread; the call is the owner's again. The answer below lives until it
	 * returns. */
	void (*done)(struct call *call);
	void *data;
	int status;                /* 0: no answer (refused, timed out, cut, shutting down) */
	struct str answer_headers; /* lines ended by CRLF, of the final answer */
	struct str answer_body;
	const char *error; /* for the log when status is 0 */
};
struct caller_config {
	size_t most; /* requests under way at once; the rest waits */
	/* Called on the caller's thread every tick_ms (first after tick_ms) and soon after
	 * caller_wake. May be NULL. */
	void (*tick)(void *context);
	int64_t tick_ms;
	void *context;
};
/* Is this an address of the public net (not private, local, shared, for tests or for many)? */
struct sockaddr;
bool caller_is_public(const struct sockaddr *address);
struct caller;
int caller_new(const struct caller_config *config, struct caller **ret_caller);
/* From any thread. Always ends in `done`, even when the caller is freed first. */
void caller_submit(struct caller *caller, struct call *call);
/* From any thread: run the tick soon. */
void caller_wake(struct caller *caller);
/* Stops the thread and cuts what is under way: each ends in `done` with status 0, as does what is
 * submitted later. */
void caller_stop(struct caller *caller);
/* caller_stop when that was not called yet; gives the memory back. Accepts NULL. */
void caller_free(struct caller *caller);
