/* api_offline.h - the data module of offline charging: scanned texts to checked values and back,
 * and the exchange of public keys with a pile. Only front desks include this. */
#pragma once
#include "app/api_call.h"
#include "app/offline_order.h"
#include "app/reads.h"

/* Why a code was not even understood; the text is `problem.offline_<word>`. */
enum api_offline_outcome {
	API_OFFLINE_E_FORM = 1,   /* no code of ours */
	API_OFFLINE_E_PILE = 2,   /* of a pile nobody knows, or without a key */
	API_OFFLINE_E_FORGED = 3, /* not signed by that pile */
	/* signed by a key of an earlier time; a settlement is judged further (offline_settle.c) */
	API_OFFLINE_E_REPLACED = 4,
	API_OFFLINE_E_REVOKED = 5,
};
const char *api_offline_word(int outcome);

/* An identification as scanned, or what stands behind /Q/ of its address. */
int api_offline_ident(struct ctx *ctx, struct str text, struct offline_ident *ret_ident,
	struct reads_place *ret_place);
/* A settlement likewise, and what it came under. One that is forged, or of a pile nobody knows, is
 * an alarm. */
int api_offline_settlement(struct ctx *ctx, struct str text,
	struct offline_settlement *ret_settlement, struct offline_seal *ret_seal);
/* The start code of a paid order as the text of its QR code: the one it has while that may still
 * start, else (when none was made yet) a new one. *ret_until_us: until when; 0 when it ran out.
 * CHARGING_E_STATE, API_OFFLINE_E_PILE when there is no key to sign with. */
int api_offline_code(
	struct ctx *ctx, struct order *order, struct str *ret_text, int64_t *ret_until_us);
/* Is this way offered at this pile? */
int api_offline_offered(struct ctx *ctx, const struct reads_place *place, bool *ret_offered);

/* The public key in a row; false when it is none. */
bool api_offline_key(const struct pile_key *row, struct sign_key *ret_key);
/* A pile tells its public key, perhaps the next one with the present one's word for it, and which
 * of ours it has; it gets ours and whether the next one is believed: JSON in, JSON out
 * (docs/offline.md). API_OFFLINE_E_FORM. */
int api_offline_exchange(struct ctx *ctx, int64_t pile_id, struct str data, struct str *ret_answer);
