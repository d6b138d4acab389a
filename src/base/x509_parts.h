/* x509_parts.h - what x509.c and x509_make.c share; the only header here that shows OpenSSL's
 * types. Included beside them by net/tls.c, pile/tunnel.c and pile/hal/sim_ev_contract.c alone. */
#pragma once
#include <openssl/x509.h>
#include "base/arena.h"
#include "base/x509.h"

/* Reads one object of `kind` ("CERTIFICATE" ...) from the PEM text at *rest and moves it behind.
 * Bytes in the arena; false when there is none, or something else comes first. */
bool pem_next(struct arena *arena, struct str *rest, const char *kind, struct str *ret_der);
/* The same object as PEM text. */
struct str pem_write(struct arena *arena, const char *kind, struct str der);

/* What a certificate says; 0 or X509_E_FORMAT. */
int x509_facts_of(struct arena *arena, X509 *from, struct x509_facts *ret);
X509 *x509_first(struct arena *arena, struct str pem);
EVP_PKEY *x509_private_key(struct str pem);
/* RSA 2048..8192 or one of the NIST curves P-256, P-384, P-521, and not the text form of another.
 */
bool x509_key_strong(EVP_PKEY *key);
/* Forgets what the library noted about a failure that is an outcome for us. */
void x509_forget_errors(void);
