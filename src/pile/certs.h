/* certs.h - certificates of the pile: authorities it trusts, by what for, and its own, which it
 * asks the server to have signed. All of it in small files (shelf.h); private keys never leave
 * theirs.
 *
 *   wish -> a new key, kept -> SignCertificate -> CertificateSigned: key and chain into the free
 * slot -> access.h puts it to use */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/keyprint.h"
#include "base/x509.h"

struct pile;
struct shelf;

#define CERTS_MAX X509_CHAIN_MAX /* authorities of one use */

enum certs_use { CERTS_CSMS = 0, CERTS_MAKER, CERTS_V2G, CERTS_MO, CERTS_USES };
enum certs_outcome {
	CERTS_E_REJECTED = 1, /* no certificate, or none that can be used for this */
	CERTS_E_FAILED,       /* no room, or it cannot be kept, or is needed */
	CERTS_E_NOT_FOUND,
};

struct certs {
	bool wish;                    /* a request is to be sent */
	bool waiting;                 /* it was taken: the chain comes by itself */
	uint8_t repeats;              /* of that request, after no chain came */
	int64_t again_us;             /* a refused or forgotten request: not before; monotonic */
	int64_t look_us;              /* at the end of our own certificate; monotonic */
	char print[KEYPRINT_LEN + 1]; /* of the key of the request under way, for the display */
};

/* Installs an authority. 0, an outcome, or a fault. */
int certs_install(struct pile *pile, enum certs_use use, struct str pem);
/* Do both name one certificate? */
bool certs_same(const struct x509_hash *a, const struct x509_hash *b);
/* Removes it, whatever it is for. CERTS_E_FAILED: the last one that the server is known by. */
int certs_delete(struct pile *pile, const struct x509_hash *hash);
/* What is installed for a use. 0, CERTS_E_NOT_FOUND when nothing is, or a fault. */
int certs_list(struct pile *pile, enum certs_use use, struct arena *arena,
	struct x509_hash **ret_list, size_t *ret_len);
/* How many are installed, for all uses together. */
size_t certs_count(const struct pile *pile);
/* The authorities of a use as PEM, empty when there are none. 0 or a fault. */
int certs_anchors(struct pile *pile, enum certs_use use, struct arena *arena, struct str *ret_pem);

/* Asks for a new certificate of our own as soon as may be. */
void certs_wish(struct pile *pile);
/* Own certificates that end soon wish for a successor. With each step. */
void certs_step(struct pile *pile);
/* The request to send, for a key that is on the disk. 0 or a fault. */
int certs_request(struct pile *pile, struct arena *arena, struct str *ret_csr);
/* The server's word on the request. */
void certs_requested(struct pile *pile, bool accepted);
/* The chain: ours? Then it is on the disk in the slot that is free, and in use from the next
 * connection. 0, CERTS_E_REJECTED, CERTS_E_FAILED or a fault. */
int certs_signed(struct pile *pile, struct str chain);
/* Makes the key of the first request, unless there is one, in a file or in the TPM, and tells its
 * fingerprint: provisioning, before the pile first runs. 0 or a fault. */
int certs_first_key(
	struct shelf *shelf, struct str name, bool tpm, char ret_print[KEYPRINT_LEN + 1]);
/* Name of a slot's file (1 or 2), with key and chain in it. */
const char *certs_file(int64_t slot);
/* Name of the file with the authorities of the server. */
#define CERTS_CSMS_FILE "roots.csms"
