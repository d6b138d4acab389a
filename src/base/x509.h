/* x509.h - certificates, signing requests and revocation lists as PEM text: reading, checking,
 * making. Everything that comes in may be hostile: it is bounded, must be exactly what it claims to
 * be, and leaves again re-encoded, so that a stored PEM holds base64, dashes and line ends only. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/crypt.h"
#include "base/sign.h"
#include "base/str.h"

struct arena;

#define X509_PEM_MAX (16 * 1024)  /* a certificate, a chain or a request */
#define X509_CRL_MAX (512 * 1024) /* a revocation list: about ten thousand entries */
#define X509_CHAIN_MAX 8          /* certificates in one chain or list of anchors */
#define X509_NAME_MAX 64          /* characters of a common name or an organisation (RFC 5280) */
#define X509_SERIAL_LEN 16        /* bytes of a serial number that we make */
#define X509_REVOKED_MAX 10000

enum x509_outcome {
	X509_E_FORMAT = 1,    /* not what it should be: broken, empty, too long, rest behind it */
	X509_E_SIGNATURE = 2, /* does not verify */
	X509_E_WEAK = 3,      /* key or digest below today's least: RSA 2048, P-256, SHA-256 */
	X509_E_NAME = 4,      /* another name than expected, or one nobody can check */
	X509_E_EXPIRED = 5,
	X509_E_EARLY = 6,   /* not yet valid */
	X509_E_FOREIGN = 7, /* signed by no authority we know */
	X509_E_REVOKED = 8,
	X509_E_USE = 9,  /* not made for this: an authority as device, a device as authority */
	X509_E_KEY = 10, /* belongs to another private key */
};
/* The stable word of an outcome: "format", "signature", "weak", "name", "expired", "early",
 * "foreign", "revoked", "use", "key"; "ok" for 0. */
const char *x509_word(int outcome);

struct x509_name {
	struct str common_name, organisation; /* the first of each, UTF-8, empty when absent */
	struct str country, domain;           /* of requests that we make; domain: DC of RFC 4519 */
};
struct x509_facts { /* of one certificate */
	struct x509_name subject, issuer;
	struct str pem;         /* re-encoded */
	struct str serial;      /* hex digits, upper case, no leading zero bytes */
	struct str fingerprint; /* SHA-256 of the whole, 64 hex digits */
	struct str key;         /* "P-256", "RSA 2048" */
	struct str key_hash;    /* SHA-256 of the public key's info, 64 hex digits */
	int64_t from_us, until_us;
	bool authority; /* may sign others */
	bool self_signed;
};
struct x509_csr {
	struct x509_name subject;
	struct str pem;      /* re-encoded */
	struct str key;      /* "P-256", "RSA 2048" */
	struct str key_hash; /* as of the certificate made from it */
};
/* How OCPP 2 and OCSP name a certificate: SHA-256, hex digits in lower case. */
struct x509_hash {
	struct str issuer_name, issuer_key, serial; /* serial: hex without leading zeros */
};

/* --- reading and checking (x509.c). Texts are in the arena. --- */
/* The first certificate of a PEM text; anything but certificates in it is X509_E_FORMAT. */
int x509_read(struct arena *arena, struct str pem, struct x509_facts *ret_facts);
/* All of them in order, at most X509_CHAIN_MAX. */
int x509_read_all(
	struct arena *arena, struct str pem, struct x509_facts **ret_facts, size_t *ret_len);
/* A request whose signature proves that its sender has the key. X509_E_FORMAT, _SIGNATURE, _WEAK.
 * The name is not judged here. */
int x509_csr_read(struct arena *arena, struct str pem, struct x509_csr *ret_csr);
/* Is the first certificate of `chain` good for a device today: path to one of `anchors` through the
 * rest of the chain, times, use as TLS client, and not in `crls` (PEM lists of any of the issuers;
 * empty: none)? A list beyond its next update still counts. */
int x509_check(
	struct arena *arena, struct str chain, struct str anchors, struct str crls, int64_t now_us);
/* The same for a maker's certificate that signs files, whatever else it may be used for. */
int x509_check_signer(struct arena *arena, struct str chain, struct str anchors, int64_t now_us);
/* Is this the signature (ECDSA in DER, or RSA PKCS #1 or PSS) of the first certificate's key over a
 * text with this SHA-256? 0, X509_E_SIGNATURE, X509_E_FORMAT, X509_E_WEAK. */
int x509_signed_by(struct arena *arena, struct str chain, const uint8_t digest[SHA256_LEN],
	struct str signature);
/* The first certificate's public key, for sign_check. X509_E_FORMAT; X509_E_WEAK when it is not on
 * the curve P-256. */
int x509_sign_key(struct arena *arena, struct str chain, struct sign_key *ret_key);
/* A P-256 private key (PEM) as sign_with takes it; X509_E_FORMAT when it is none. */
int x509_sign_secret(struct str key, struct sign_secret *ret_secret);
/* A certificate in DER as PEM and back (its bytes in the arena). X509_E_FORMAT when it is none. */
int x509_from_der(struct arena *arena, struct str der, struct str *ret_pem);
int x509_to_der(struct arena *arena, struct str *rest, struct str *ret_der);
/* A text with a private key first and certificates behind it: both. False when it is none. */
bool x509_split(struct str pem, struct str *ret_key, struct str *ret_chain);
/* Does the private key belong to the first certificate? 0, X509_E_KEY, X509_E_FORMAT. */
int x509_key_fits(struct str chain, struct str key);
/* The hash data of the first certificate of `chain`; its issuer is the second, or one of `anchors`,
 * or itself. X509_E_FOREIGN when none of them signed it. */
int x509_hash(struct arena *arena, struct str chain, struct str anchors, struct x509_hash *ret);

struct x509_crl_facts {
	struct x509_name issuer;
	int64_t from_us, until_us; /* this and next update; until 0: never said */
	size_t revoked;
};
/* A revocation list. With `authority` (PEM certificate): signed by it? X509_E_FORMAT, _SIGNATURE.
 */
int x509_crl_read(struct arena *arena, struct str pem, struct str authority,
	struct x509_crl_facts *ret_facts);

/* --- making (x509_make.c) --- */
/* A fresh P-256 key (PKCS #8 PEM). Its randomness is the library's own: a secret that no test may
 * predict. */
int x509_key_new(struct arena *arena, struct str *ret_pem);
/* X509_E_FORMAT when the key is none. */
int x509_csr_new(
	struct arena *arena, struct str key, const struct x509_name *subject, struct str *ret_pem);

enum x509_kind {
	X509_ROOT = 1,   /* signs itself, and authorities */
	X509_SUB = 2,    /* an authority that signs devices and servers only */
	X509_DEVICE = 3, /* a pile: TLS client */
	X509_SERVER = 4, /* TLS server */
};
struct x509_issue {
	enum x509_kind kind;
	struct str csr;     /* whose key it is; its names do not count */
	struct str ca, key; /* who signs (PEM); for a root only `key`, its own */
	struct x509_name subject;
	struct str hosts; /* X509_SERVER: names and addresses, comma separated */
	uint8_t serial[X509_SERIAL_LEN];
	int64_t from_us, until_us;
};
/* Signs. X509_E_FORMAT, _KEY (key and authority do not belong together), _NAME (bad host). */
int x509_issue(struct arena *arena, const struct x509_issue *issue, struct str *ret_pem);

struct x509_revoked {
	struct str serial; /* hex */
	int64_t at_us;
};
/* A revocation list of the authority `ca`, valid from now_us to until_us. */
struct x509_crl {
	struct str ca, key;
	const struct x509_revoked *revoked;
	size_t revoked_len;
	int64_t number, now_us, until_us;
};
int x509_crl_new(struct arena *arena, const struct x509_crl *crl, struct str *ret_pem);

/* --- what our authority says (x509_ocsp.c) --- */
enum x509_ocsp_status { /* as RFC 6960 counts them */
	X509_OCSP_GOOD = 0,
	X509_OCSP_REVOKED = 1,
	X509_OCSP_UNKNOWN = 2,
};
struct x509_ocsp {
	struct str ca, key;                         /* who answers (PEM) */
	struct str algorithm;                       /* of the hashes: "SHA256" ... */
	struct str issuer_name, issuer_key, serial; /* hex, as OCSP names a certificate */
	enum x509_ocsp_status status;
	int64_t revoked_us, now_us, until_us;
};
/* A certificate as OCSP names it: hashes and serial in hexadecimal digits. */
struct x509_ocsp_id {
	struct str algorithm, issuer_name, issuer_key, serial;
};
/* What another authority said of a certificate. */
struct x509_ocsp_said {
	enum x509_ocsp_status status;
	int64_t until_us;  /* when it says again at the latest; 0: it did not tell */
	bool proven;       /* signed by an authority below one of the roots given */
	struct str base64; /* the response as it came */
};
/* Where a certificate says that it can be asked about: the first address. X509_E_FORMAT when it
 * says none. */
int x509_responder(struct arena *arena, struct str pem, struct str *ret_url);
/* The question for its responder (DER, in the arena). X509_E_FORMAT: no hashes, no serial. */
int x509_ocsp_ask(struct arena *arena, const struct x509_ocsp_id *id, struct str *ret_der);
/* Reads what a responder answered (any bytes). X509_E_FORMAT: no response, or a refusal.
 * X509_E_FOREIGN: about another certificate. X509_E_EXPIRED, X509_E_EARLY: of another time.
 * X509_E_SIGNATURE: its signer is below our roots, but did not sign this. */
int x509_ocsp_read(struct arena *arena, const struct x509_ocsp_id *id, struct str der,
	struct str roots, int64_t now_us, struct x509_ocsp_said *ret_said);
/* What revocation lists say of a certificate: those of its issuer, which is one of `anchors` (PEM
 * certificates), signed by it and of this time. *ret_until_us: when the list is made anew.
 * X509_E_FOREIGN: no list here counts for it; X509_E_FORMAT: no hashes, no serial. */
int x509_crl_says(struct arena *arena, const struct x509_ocsp_id *id, struct str anchors,
	struct str crls, int64_t now_us, bool *ret_revoked, int64_t *ret_until_us);
/* A list as it is published (DER or PEM, any bytes) as PEM, one list of at most `most` bytes.
 * X509_E_FORMAT. */
int x509_crl_from(struct arena *arena, struct str bytes, size_t most, struct str *ret_pem);
/* Did one of these authorities (PEM certificates) sign it? X509_E_FORMAT, X509_E_FOREIGN. */
int x509_crl_known(struct arena *arena, struct str pem, struct str authorities);
/* A signed response, base64 of its DER. X509_E_FOREIGN: the hashes name another issuer, or are no
 * hashes; X509_E_FORMAT: no certificate, no key. */
int x509_ocsp_answer(struct arena *arena, const struct x509_ocsp *wish, struct str *ret_base64);
