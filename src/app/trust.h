/* trust.h - what this server shows of itself and whom it believes: the certificates of its port,
 * its own authority, those of the settings, and the lists of what was revoked. Read from the files
 * as they lie now, so that a renewed one counts without a restart. */
#pragma once
#include "app/ctx.h"
#include "base/clock.h"
#include "base/x509.h"

#define TRUST_SOON_US (30 * US_PER_DAY) /* an end nearer than this needs attention */
#define TRUST_MOST 48
#define TRUST_LISTS_MOST 16

enum trust_role {
	TRUST_SHOWN = 1,    /* of the port, with those above it */
	TRUST_SIGNS = 2,    /* our own authority, the one that signs first */
	TRUST_BELIEVED = 3, /* whose certificates piles may show */
	TRUST_CONTRACT = 4, /* roots of contracts of vehicles */
};
/* "shown", "signs", "believed", "contract". */
const char *trust_word(enum trust_role role);

struct trust_certificate {
	enum trust_role role;
	struct x509_facts facts;
};
struct trust {
	struct trust_certificate certificates[TRUST_MOST];
	size_t len;
	bool unreadable[TRUST_CONTRACT + 1]; /* by role: the file is no list of certificates */
};
/* All of them in the order of their roles, each once. Texts in the arena. */
int trust_read(struct ctx *ctx, struct trust *ret_trust);
/* Does it end soon, or has it ended? */
bool trust_ends(const struct trust_certificate *certificate, int64_t now_us);

struct trust_lists {
	struct x509_crl_facts lists[TRUST_LISTS_MOST];
	size_t len;
	bool unreadable;
};
/* The revocation lists piles are judged by. */
int trust_read_lists(struct ctx *ctx, struct trust_lists *ret_lists);
