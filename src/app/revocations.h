/* revocations.h - lists of revoked certificates fetched from the address that a question names:
 * only from hosts the settings allow, kept until the list is made anew, and believed only when the
 * certificate's own issuer, one we know, signed them. What cannot be had says nothing. */
#pragma once
#include "app/ctx.h"
#include "app/inquiry.h"
#include "base/x509.h"

#define REVOCATIONS_DER_MAX (128 * 1024) /* about three thousand entries; more says nothing */

enum revocations_outcome {
	REVOCATIONS_E_NONE = 1, /* no list of these addresses says anything now */
	REVOCATIONS_E_ASK = 2,  /* one must be fetched first: *ret_inquiry */
};
/* What the lists of these addresses say of a certificate. After REVOCATIONS_E_ASK what came back
 * goes to revocations_told with the inquiry's address, then this is asked again: that ends, for an
 * address is asked once in a while, whatever came. */
int revocations_say(struct ctx *ctx, const struct x509_ocsp_id *id, const struct str *urls,
	size_t len, bool *ret_revoked, int64_t *ret_until_us, struct inquiry *ret_inquiry);
/* Keeps what an address answered (any bytes, DER or PEM): until its next update, a week at most; a
 * list that is none, is not of this time or signed by nobody we know, for a minute, and the one
 * before stays as long as it holds. */
int revocations_told(struct ctx *ctx, struct str url, const struct inquiry_answer *answer);
