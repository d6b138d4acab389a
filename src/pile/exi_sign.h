/* exi_sign.h - signatures of ISO 15118-2 (Plug & Charge): the header of a message signs an element
 * of its body. Signed is not the message as it is sent but the element by itself, as a fragment:
 * its hash stands in SignedInfo, and the hash of SignedInfo, a fragment too, is what ECDSA on P-256
 * signs. Both sides make the fragments anew from what they read. Pure. */
#pragma once
#include "base/sign.h"
#include "pile/exi.h"

enum exi_sign_outcome {
	EXI_SIGN_E_MISSING = 1, /* no signature, or one of something else */
	EXI_SIGN_E_METHOD,      /* made in a way that the standard does not have */
	EXI_SIGN_E_DIGEST,      /* the element is another one than was signed */
	EXI_SIGN_E_WRONG,       /* it is not this key's */
};

/* Is the header's signature one of this key over `element`, which has an Id, and over nothing else?
 * 0, or an exi_sign_outcome. */
int exi_sign_check(
	const struct exi_node *header, const struct exi_node *element, const struct sign_key *key);
/* Signs `element`, which is complete and has an Id, in the header of the same message. The document
 * is bad when it cannot be. */
void exi_sign(struct exi_doc *doc, struct exi_node *header, const struct exi_node *element,
	const struct sign_secret *secret);
const char *exi_sign_word(int outcome);
