/* contracts.h - contracts of vehicles (ISO 15118, Plug & Charge): may this chain of certificates
 * charge, and what our own authority says of the certificates it made. Knows no OCPP. */
#pragma once
#include "app/ctx.h"
#include "app/inquiry.h"

enum contracts_outcome {          /* of a contract; 0: good */
	CONTRACTS_E_NO_ROOTS = 1, /* no roots of contracts are installed here */
	CONTRACTS_E_EXPIRED = 2,  /* or not valid yet */
	CONTRACTS_E_REVOKED = 3,
	CONTRACTS_E_SIGNATURE = 4, /* one of the chain does not verify */
	CONTRACTS_E_CHAIN = 5,     /* no path to a root, too weak, or no certificates at all */
	CONTRACTS_E_NAME = 6,      /* the contract is another eMAID's */
	CONTRACTS_E_ASK = 7,       /* not known here: its responder must be asked first */
};
/* The whole chain (PEM, the contract first), validated here: path to one of the installed V2G or MO
 * roots, times, strength, revocation lists, and the eMAID as its common name. */
int contracts_check(struct ctx *ctx, struct str chain, struct str emaid);

/* A certificate as OCSP names it. */
struct contracts_hash {
	struct str algorithm, issuer_name, issuer_key, serial;
};
enum contracts_status {
	CONTRACTS_GOOD = 0,
	CONTRACTS_REVOKED = 1,
	CONTRACTS_UNKNOWN = 2,
	CONTRACTS_FAILED = 3, /* its responder was asked, and said nothing that counts */
};
/* What our own authority says of a certificate of this pile: status, until when that holds, and the
 * signed response (base64 of DER). CONTRACTS_E_CHAIN: another authority's. */
int contracts_status(struct ctx *ctx, int64_t pile_id, const struct contracts_hash *hash,
	enum contracts_status *ret_status, int64_t *ret_until_us, struct str *ret_response);

/* What is known of a certificate, whichever authority made it. */
struct contracts_state {
	enum contracts_status status;
	bool proven;         /* by us, or by an authority below our roots: may be acted on */
	int64_t until_us;    /* asked again then */
	struct str response; /* base64 of DER; FAILED: empty */
};
/* From our own authority, else from what its responder said last. CONTRACTS_E_ASK: *ret_inquiry is
 * the question for `url`; what comes back goes to contracts_told, then this is asked again.
 * CONTRACTS_E_CHAIN: another authority's, and the settings do not let us ask there. */
int contracts_state(struct ctx *ctx, int64_t pile_id, const struct contracts_hash *hash,
	struct str url, struct contracts_state *ret_state, struct inquiry *ret_inquiry);
/* From our own authority, else from the revocation lists that lie here (`contract_crl`), else from
 * those published at `urls`. CONTRACTS_E_ASK: *ret_inquiry fetches one of them; what comes back
 * goes to revocations_told with its address, then this is asked again. CONTRACTS_E_CHAIN: none of
 * them is of its issuer, or of this time. */
int contracts_listed(struct ctx *ctx, int64_t pile_id, const struct contracts_hash *hash,
	const struct str *urls, size_t urls_len, struct contracts_state *ret_state,
	struct inquiry *ret_inquiry);
/* Keeps what a responder answered: until its next update, at most a week; what proves nothing, and
 * that it failed, for a minute. Any bytes. */
int contracts_told(
	struct ctx *ctx, const struct contracts_hash *hash, const struct inquiry_answer *answer);

/* Remembers what was said of a contract at a pile (enum contracts_outcome). */
int contracts_note(struct ctx *ctx, int64_t pile_id, struct str emaid, int verdict);
/* What was said of it there last; *ret_verdict is CONTRACTS_NEVER when nothing was. */
#define CONTRACTS_NEVER (-1)
int contracts_noted(struct ctx *ctx, int64_t pile_id, struct str emaid, int *ret_verdict);
