/* gateway.h - the piles' front door without sockets: which link speaks for which pile, one
 * outstanding call per direction, timeouts, order of messages. Links are numbers; bytes go out
 * through ops. Single-threaded (the I/O loop or a test). */
#pragma once
#include "app/ctx.h"
#include "app/inquiry.h"
#include "app/security.h"
#include "base/clock.h"
#include "server/lane.h"

struct gateway;
struct gateway_ops {
	void (*send)(void *context, uint64_t link, struct str text);
	void (*close)(void *context, uint64_t link, int code, struct str reason);
	/* Answer to gateway_hello: status 101 = accepted with `protocol`, else the HTTP status of
	 * the refusal. */
	void (*verdict)(void *context, uint64_t link, int status, struct str protocol);
	/* Back-pressure: stop / go on reading from this link. */
	void (*pause)(void *context, uint64_t link, bool paused);
	/* Runs gateway code on the gateway's thread (called from lane threads). */
	void (*post)(void *context, void (*call)(void *arg), void *arg);
	void *context;
};
struct gateway_config {
	struct lanes *lanes;
	const struct clock *clock;
	const struct app_config *app;
	struct gateway_ops ops;
	int64_t call_timeout_us;         /* LIMIT_CALL_TIMEOUT_US */
	struct inquiry_runner inquiries; /* run NULL: nobody outside is asked */
};
struct gateway *gateway_new(const struct gateway_config *config);
void gateway_free(struct gateway *gateway);
/* Who knocks, with what. Borrowed texts; `protocols` is the client's comma separated offer. */
struct gateway_caller {
	struct str code, protocols, remote;
	struct security_proof proof;
};
/* A handshake. Answered through ops.verdict. The newest link of a pile wins at once: an older one
 * is closed and nothing it does later counts. */
void gateway_hello(struct gateway *gateway, uint64_t link, const struct gateway_caller *caller);
void gateway_text(struct gateway *gateway, uint64_t link, struct str text);
void gateway_closed(struct gateway *gateway, uint64_t link, int code);
/* COMMAND and DROP effects (any thread; posts itself). */
void gateway_effect(struct gateway *gateway, const struct effect *effect);
/* Call timeouts, expired commands. Every 100 ms. */
void gateway_tick(struct gateway *gateway);
/* Hands over the log rows that still wait for company; before the lanes are closed. */
void gateway_flush_light(struct gateway *gateway);
struct gateway_stats {
	uint64_t links, messages_in, messages_out, calls_open, errors_out;
};
void gateway_stats(const struct gateway *gateway, struct gateway_stats *ret_stats);
