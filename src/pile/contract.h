/* contract.h - Plug & Charge at an outlet: the answers that the talk with the car waits for
 * (hlc.h), and what follows from them.
 *
 *   a chain of certificates  is it one below our roots (MORootCertificate, V2GRootCertificate),
 *                            alive, and the eMAID's? Where we have no root for it the server may
 *                            judge, if it may (CentralContractValidationAllowed)
 *   a proven contract        the outlet is claimed for its eMAID, and the server asked as for a
 *                            card; without network our own verdict and what is known of the eMAID
 *                            count, if they may (ContractValidationOffline)
 *   a contract for the car   the car's request goes to the server as it is, and the answer back
 *
 * A contract that was refused is not offered again until the car has left, so that it talks on as
 * any other and a card or the phone pays. OCPP 1.6 has no words for this here: there, a contract is
 * never offered. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "pile/hlc.h"

struct outlet;
struct pile;

struct contract {
	bool refused;            /* here, since the plug */
	bool trusted;            /* its chain ends at a root of ours */
	bool central;            /* the server gets the whole chain, not its hashes */
	bool again;              /* ... and is to be asked once more, because hashes did not do */
	bool asked;              /* who pays: the claim is ours, or was */
	bool sent;               /* the car's request for a contract */
	const char *code;        /* the server's word on the certificates, NULL none */
	char tag[HLC_EMAID + 1]; /* the eMAID as all write it: capitals and digits */
};

/* Once a step, after the evse's. */
void contract_step(struct pile *pile, struct outlet *outlet, uint32_t happened);
/* Is the outlet's claim the contract's? */
bool contract_owns(const struct outlet *outlet);
/* May it charge without the server's word, as far as its certificates go? */
bool contract_offline(const struct pile *pile, const struct outlet *outlet);
/* Is the server to be asked once more, in spite of its answer? */
bool contract_again(struct outlet *outlet);
#define CONTRACT_CHAIN_201 5500 /* characters of it that the message takes */
#define CONTRACT_CHAIN_21 10000
/* The chain of the contract that is asked about, "" without one; and whether the server is to have
 * it as a whole: because only it can judge, or its hashes lead nowhere (`hashed` false). */
struct str contract_papers(const struct outlet *outlet);
bool contract_tells(const struct pile *pile, const struct outlet *outlet, bool hashed);
/* The server's word on the certificates: the talk's code for it, "OK", NULL when it said none.
 * `missing`: it needs the whole chain. False: whatever it says of the eMAID, it may not charge. */
bool contract_judged(struct pile *pile, struct outlet *outlet, const char *code, bool missing);
/* The next outlet whose car waits for a contract that the server has not been asked for. */
struct outlet *contract_owed(struct pile *pile);
/* What came back for it; "" nothing. The bytes are copied. */
void contract_came(struct outlet *outlet, struct str exi);
