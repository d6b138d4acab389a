/* forwarded.h - who asks, when a proxy of ours stands between: what counts wrong tries and
 * reservations of an address must not take everybody behind the proxy for one person, and must not
 * believe what anybody else writes into a header. */
#pragma once
#include "base/arena.h"
#include "wire/http.h"

#define FORWARDED_RULES_MAX 16

/* Are these addresses, or networks like 10.0.0.0/8, divided by commas? */
bool forwarded_rules_ok(struct str trusted);
/* "address:port" of who asks: `remote` as the socket tells it, unless that is a trusted proxy; then
 * the last address of X-Forwarded-For that is no trusted one, with port 0. Garbage there ends the
 * search: the proxy before it is who asks. In the arena, or `remote` itself. */
struct str forwarded_remote(
	struct arena *arena, struct str trusted, const struct http_head *head, struct str remote);
