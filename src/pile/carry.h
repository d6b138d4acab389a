/* carry.h - one file from or to a web server, by libcurl on a thread of its own: the pile goes on
 * charging whatever the other end does. Only http and https, no redirects; the size and the time
 * are bounded, and a transfer that stands still is given up. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/crypt.h"
#include "base/str.h"

#define CARRY_MOST (INT64_C(512) * 1024 * 1024)

struct carry_wish {
	struct str url;
	const char *path;   /* a file to be written, and synced; NULL: `body` is sent instead */
	struct str body;    /* copied */
	struct str ca_file; /* trust anchors; empty: the system's */
	int64_t most;       /* bytes of a file that comes; 0: CARRY_MOST */
	int64_t still_s;    /* given up after so long without a byte a second; 0: 30 */
};
struct carry_end {
	bool good;
	int status; /* of HTTP, 0 none */
	int64_t bytes;
	uint8_t sha256[SHA256_LEN]; /* of a file that came */
	const char *error;          /* for the log */
};

struct carry;
/* Begins; NULL when there is no thread for it. */
struct carry *carry_start(const struct carry_wish *wish);
/* Has it ended? */
bool carry_ended(const struct carry *carry, struct carry_end *ret);
/* Gives it up if it has not ended: within about a second. Accepts NULL. */
void carry_free(struct carry *carry);
