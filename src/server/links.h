/* links.h - the piles' sockets, seen by the gateway as numbers. Upgrades of /ocpp/{pile} become
 * gateway_hello, frames become gateway_text; what the gateway says goes back to the socket, on
 * whichever loop it lives. */
#pragma once
#include "app/ctx.h"
#include "base/clock.h"
#include "net/net.h"
#include "server/gateway.h"

struct links;
struct links_config {
	struct loop **loops; /* [0] is the gateway's home */
	size_t loops_len;
	struct lanes *lanes;
	const struct clock *clock;
	const struct app_config *app;
	int64_t call_timeout_us;
	struct str trusted; /* proxies (server/forwarded.h) */
	struct inquiry_runner inquiries;
};
struct links *links_new(const struct links_config *config);
/* After the loops have ended. */
void links_free(struct links *links);

/* Is this request addressed to the OCPP door? */
bool links_is_door(struct str path);
/* A request to the door: begins the handshake, or answers what is wrong with it. On the
 * connection's loop. */
void links_request(struct links *links, struct conn *conn, const struct http_head *head);
/* A caller whom net turned away: kept for the installer. From any loop. */
void links_refused(struct links *links, const struct net_refusal *refusal);
/* From net's handler, for connections whose user is links_mark(). */
void *links_mark(void);
void links_message(struct links *links, struct conn *conn, struct str text);
void links_closed(struct links *links, struct conn *conn, int code);
/* COMMAND and DROP effects, from any thread. */
void links_effect(struct links *links, const struct effect *effect);
/* On the home loop, every 100 ms. */
void links_tick(struct links *links);
/* The last rows of the log, when the loops have ended and the lanes have not. */
void links_flush(struct links *links);
void links_stats(const struct links *links, struct gateway_stats *ret_stats);
