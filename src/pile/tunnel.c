/* tunnel.c - TLS 1.2 between two pieces of memory (see tunnel.h). */
#include "pile/tunnel.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/x509_parts.h"

#define TUNNEL_CIPHERS "ECDHE-ECDSA-AES128-SHA256"
#define TUNNEL_DEPTH 3 /* two authorities between a certificate and its root */
#define TUNNEL_ARENA (4 * X509_PEM_MAX)

struct tunnel_paper {
	SSL_CTX *context;
	bool pile;
};

struct tunnel {
	SSL *ssl;
	BIO *in, *out; /* the library's; what came, what is to go */
	const char *why;
};

/* ---- what handshakes are made with ---- */

static struct tunnel_paper *tunnel_paper_new(bool pile)
{
	SSL_CTX *context = SSL_CTX_new(pile ? TLS_server_method() : TLS_client_method());
	struct tunnel_paper *paper;

	if (!context)
		return NULL;
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_max_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
					     SSL_OP_NO_TICKET | SSL_OP_IGNORE_UNEXPECTED_EOF);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	if (SSL_CTX_set_cipher_list(context, TUNNEL_CIPHERS) != 1 ||
		SSL_CTX_set1_groups_list(context, "P-256") != 1) {
		SSL_CTX_free(context);
		return NULL;
	}
	paper = mem_alloc(sizeof(*paper));
	*paper = (struct tunnel_paper){.context = context, .pile = pile};
	return paper;
}

void tunnel_paper_free(struct tunnel_paper *paper)
{
	if (!paper)
		return;
	SSL_CTX_free(paper->context);
	mem_free(paper);
}

static X509 *tunnel_certificate(struct str der)
{
	const unsigned char *at = (const unsigned char *)der.ptr;

	return d2i_X509(NULL, &at, (long)der.len);
}

/* The first certificate is the pile's, the others go with it. */
static bool tunnel_use_chain(SSL_CTX *context, struct arena *arena, struct str chain)
{
	struct str der;
	bool first = true, good = true;

	while (good && chain.len > 0) {
		X509 *one = pem_next(arena, &chain, "CERTIFICATE", &der) ? tunnel_certificate(der)
									 : NULL;
		good = one && (first ? SSL_CTX_use_certificate(context, one)
				     : SSL_CTX_add1_chain_cert(context, one)) == 1;
		first = false;
		X509_free(one);
	}
	return good && !first;
}

struct tunnel_paper *tunnel_paper_pile(struct str key_pem, struct str chain)
{
	struct tunnel_paper *paper = tunnel_paper_new(true);
	EVP_PKEY *key = x509_private_key(key_pem);
	struct arena arena;
	bool good;

	arena_init(&arena, TUNNEL_ARENA);
	good = paper && key && tunnel_use_chain(paper->context, &arena, chain) &&
	       SSL_CTX_use_PrivateKey(paper->context, key) == 1;
	arena_fini(&arena);
	EVP_PKEY_free(key);
	x509_forget_errors();
	if (good)
		return paper;
	tunnel_paper_free(paper);
	return NULL;
}

struct tunnel_paper *tunnel_paper_car(struct str roots, int64_t now_us)
{
	struct tunnel_paper *paper = tunnel_paper_new(false);
	bool good = paper && roots.len > 0;
	struct arena arena;
	struct str der;

	arena_init(&arena, TUNNEL_ARENA);
	while (good && roots.len > 0) {
		X509 *one = pem_next(&arena, &roots, "CERTIFICATE", &der) ? tunnel_certificate(der)
									  : NULL;
		good = one && X509_STORE_add_cert(SSL_CTX_get_cert_store(paper->context), one) == 1;
		X509_free(one);
	}
	arena_fini(&arena);
	x509_forget_errors();
	if (!good) {
		tunnel_paper_free(paper);
		return NULL;
	}
	SSL_CTX_set_verify(paper->context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_verify_depth(paper->context, TUNNEL_DEPTH);
	X509_VERIFY_PARAM_set_time(SSL_CTX_get0_param(paper->context), (time_t)(now_us / US_PER_S));
	return paper;
}

/* ---- one connection ---- */

struct tunnel *tunnel_new(const struct tunnel_paper *paper)
{
	SSL *ssl = SSL_new(paper->context);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	struct tunnel *tunnel;

	if (!ssl || !in || !out) {
		SSL_free(ssl);
		BIO_free(in);
		BIO_free(out);
		return NULL;
	}
	SSL_set_bio(ssl, in, out);
	if (paper->pile)
		SSL_set_accept_state(ssl);
	else
		SSL_set_connect_state(ssl);
	tunnel = mem_alloc(sizeof(*tunnel));
	*tunnel = (struct tunnel){.ssl = ssl, .in = in, .out = out, .why = ""};
	return tunnel;
}

void tunnel_free(struct tunnel *tunnel)
{
	if (!tunnel)
		return;
	SSL_free(tunnel->ssl);
	mem_free(tunnel);
}

/* Texts of the library live as long as the program. */
static bool tunnel_judge(struct tunnel *tunnel, int result)
{
	int error = SSL_get_error(tunnel->ssl, result);
	const char *text;

	if (result == 1 || error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		ERR_clear_error();
		return true;
	}
	text = error == SSL_ERROR_ZERO_RETURN ? "closed" : ERR_reason_error_string(ERR_get_error());
	tunnel->why = text ? text : "broken";
	ERR_clear_error();
	return false;
}

static bool tunnel_shake(struct tunnel *tunnel)
{
	if (tunnel->why[0])
		return false;
	ERR_clear_error();
	return tunnel_open(tunnel) || tunnel_judge(tunnel, SSL_do_handshake(tunnel->ssl));
}

bool tunnel_take(struct tunnel *tunnel, const uint8_t *bytes, size_t len)
{
	if (len > 0 && BIO_write(tunnel->in, bytes, (int)len) != (int)len)
		return false;
	return tunnel_shake(tunnel);
}

size_t tunnel_read(struct tunnel *tunnel, uint8_t *ret, size_t cap)
{
	size_t got = 0;
	int result;

	if (!tunnel_open(tunnel) || tunnel->why[0] || cap == 0)
		return 0;
	ERR_clear_error();
	result = SSL_read_ex(tunnel->ssl, ret, cap, &got);
	tunnel_judge(tunnel, result);
	return result == 1 ? got : 0;
}

bool tunnel_write(struct tunnel *tunnel, const uint8_t *bytes, size_t len)
{
	size_t put = 0;

	if (!tunnel_open(tunnel) || tunnel->why[0])
		return false;
	ERR_clear_error();
	return tunnel_judge(tunnel, SSL_write_ex(tunnel->ssl, bytes, len, &put)) && put == len;
}

void tunnel_end(struct tunnel *tunnel)
{
	ERR_clear_error();
	if (tunnel_open(tunnel) && !tunnel->why[0])
		(void)SSL_shutdown(tunnel->ssl);
	ERR_clear_error();
}

size_t tunnel_next(struct tunnel *tunnel, uint8_t *ret, size_t cap)
{
	int got;

	if (!tunnel->why[0] && !tunnel_open(tunnel))
		tunnel_shake(tunnel); /* a car greets first */
	got = BIO_read(tunnel->out, ret, (int)cap);
	return got > 0 ? (size_t)got : 0;
}

bool tunnel_open(const struct tunnel *tunnel)
{
	return SSL_is_init_finished(tunnel->ssl) == 1;
}

const char *tunnel_why(const struct tunnel *tunnel)
{
	return tunnel->why;
}
