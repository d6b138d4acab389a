/* desk.h - the sandbox channel on the network: verifies requests, answers them signed, shows the
 * cashier, tells merchants the outcome until they confirm, and misbehaves when asked to.
 *
 *     POST /v1/payments, GET /v1/payments/<number>   the channel (pay/sandbox_wire.h)
 *     GET, POST /cashier/<reference>                 the payer's page; form field action = pay |
 * decline POST /admin/faults                             JSON with fields of struct faults;
 * loopback only POST /admin/pay {"number","action"}            as the button, for tests; loopback
 * only GET /admin/payments/<number>                   the state, unsigned; loopback only */
#pragma once
#include "net/net.h"
#include "sandbox/book.h"

struct desk_config {
	struct loop *loop;
	struct str merchant_key;   /* public key of the merchant, hex */
	struct str channel_secret; /* our private key, hex */
	int64_t retry_ms;          /* first pause between notifications */
	bool automatic;
	uint64_t seed; /* 0: system randomness */
};
struct desk;
int desk_new(const struct desk_config *config, struct desk **ret_desk);
/* The base of cashier links, without a slash at the end; copied. Before the first request. */
void desk_set_public_url(struct desk *desk, struct str url);
/* After the loop has stopped: nothing is sent any more. Then the loop is freed (it may still hold
 * answers for the desk), and the desk last. Both accept NULL. */
void desk_stop(struct desk *desk);
void desk_free(struct desk *desk);
/* For listen_config.handler. */
struct net_handler desk_handler(struct desk *desk);
