/* keeper.h - what keeps TLS in order while the server runs: certificates, authorities and
 * revocation lists are read again when their files change, and the list of our own authority is
 * written anew when a certificate was revoked, here or from the command line. */
#pragma once
#include "app/ctx.h"
#include "base/clock.h"
#include "net/net.h"
#include "server/lane.h"

struct keeper;
struct keeper_config {
	struct loop *loop;
	struct lanes *lanes;
	struct tls_server *tls; /* may be NULL */
	struct str crl_path;    /* of our own authority; empty: there is none */
	/* A connected pile whose certificate was revoked. */
	void (*drop)(void *context, const struct effect *effect);
	void *context;
};
struct keeper *keeper_new(const struct keeper_config *config);
/* After the loops have ended. */
void keeper_free(struct keeper *keeper);
