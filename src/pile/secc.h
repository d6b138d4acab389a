/* secc.h - the pile's certificate towards cars (ISO 15118: of the "SECC"), beside the one towards
 * the server (certs.h): asked for and delivered by the same messages of OCPP 2.x, but of another
 * world, whose roots cars have. With it there is TLS on the cable, without it there is none. One
 * for all outlets. Its key lies in a file, not in a TPM, which would keep every car waiting and all
 * outlets with it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"
#include "base/x509.h"

struct pile;
struct tunnel_paper;

struct secc {
	struct tunnel_paper *paper; /* what cars are greeted with, NULL: without TLS */
	int64_t from_us, until_us;  /* of the certificate */
	bool wish, waiting;         /* a request is to be sent; was taken */
	int64_t again_us, look_us;  /* monotonic, as in certs.h */
};

/* What lies on the disk. A certificate that cannot be used is none. */
void secc_open(struct pile *pile);
void secc_close(struct pile *pile);
/* Wishes for a certificate where there is none, or one that ends soon, if it may. */
void secc_step(struct pile *pile);
/* Asks for a new one as soon as may be. */
void secc_wish(struct pile *pile);
/* The request to send, for a key that is on the disk. 0 or a fault. */
int secc_request(struct pile *pile, struct arena *arena, struct str *ret_csr);
/* The server's word on it. */
void secc_requested(struct pile *pile, bool accepted);
/* The chain: ours? Then it is on the disk, and the next car is greeted with it. 0, an outcome of
 * certs.h or a fault. */
int secc_signed(struct pile *pile, struct str chain);
/* Cars are greeted with TLS now? */
const struct tunnel_paper *secc_paper(const struct pile *pile);
/* The certificate's hashes, then those of its authorities. 0, CERTS_E_NOT_FOUND or a fault. */
int secc_list(struct pile *pile, struct arena *arena, struct x509_hash **ret_list, size_t *ret_len);
/* Forgets it. 0, CERTS_E_NOT_FOUND when it is another one, or a fault. */
int secc_delete(struct pile *pile, const struct x509_hash *hash);
