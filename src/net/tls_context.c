/* tls_context.c - what handshakes are made with: versions, ciphers, our certificates, whom we
 * believe. The server's part is made anew when a file changes; a session ticket belongs to the part
 * that made it, so nobody resumes past a new revocation list. */
#include "base/fault.h"
#include "base/log.h"
#include "base/tpm.h"
#include "net/conn.h"
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATH_BYTES 4096
#define KEY_FILE_BYTES 65536 /* key and chain in one */
#define FILES 6
#define VERIFY_DEPTH 4
#define CRLS_MAX 64

/* What the OCPP security whitepaper and OCPP 2 ask a central system to speak under TLS 1.2; the two
 * without forward secrecy stand last, for old RSA piles only. */
#define CIPHERS \
	"ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:" \
	"ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:" \
	"ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:" \
	"AES128-GCM-SHA256:AES256-GCM-SHA384"

enum tls_file { FILE_CERT, FILE_KEY, FILE_OTHER_CERT, FILE_OTHER_KEY, FILE_CLIENT_CA, FILE_CRL };
struct stamp {
	struct timespec changed;
	off_t size;
	ino_t inode;
};
struct tls_server {
	pthread_mutex_t mutex;
	SSL_CTX *context;
	char files[FILES][PATH_BYTES];
	struct stamp stamps[FILES];
};

static const char *ssl_error(void)
{
	unsigned long code = ERR_get_error();
	const char *text = code != 0 ? ERR_reason_error_string(code) : NULL;

	if (code != 0 && ERR_SYSTEM_ERROR(code))
		text = strerror(ERR_GET_REASON(code));
	ERR_clear_error();
	return text != NULL ? text : "unknown";
}

static void set_common(SSL_CTX *context)
{
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
					  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	SSL_CTX_set_options(context,
		SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_IGNORE_UNEXPECTED_EOF |
			SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set1_groups_list(context, "P-256:X25519:P-384");
	SSL_CTX_set_cipher_list(context, CIPHERS);
}

/* --- judging the certificates of piles --- */

const char *tls_verify_reason(int error)
{
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return "certificate_expired";
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return "certificate_early";
	case X509_V_ERR_CERT_REVOKED:
		return "certificate_revoked";
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_INVALID_CA:
	case X509_V_ERR_PATH_LENGTH_EXCEEDED:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
		return "certificate_use";
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return "certificate_weak";
	case X509_V_ERR_HOSTNAME_MISMATCH:
	case X509_V_ERR_IP_ADDRESS_MISMATCH:
		return "certificate_name";
	default:
		return "certificate_foreign";
	}
}

static void note_failure(struct tls_failure *failure, X509_STORE_CTX *context, int error)
{
	X509 *certificate = X509_STORE_CTX_get0_cert(context);
	int len = certificate != NULL
			  ? X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
				    NID_commonName, failure->name, sizeof(failure->name))
			  : -1;

	if (len < 0)
		failure->name[0] = '\0';
	for (char *c = failure->name; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
			*c = '?';
	failure->reason = tls_verify_reason(error);
	snprintf(failure->detail, sizeof(failure->detail), "%s (certificate %d of the chain)",
		X509_verify_cert_error_string(error), X509_STORE_CTX_get_error_depth(context) + 1);
}

/* A missing or old revocation list keeps nobody out: what the lists say counts, what they do not
 * say is held against nobody. */
static int on_verify(int ok, X509_STORE_CTX *context)
{
	int error = X509_STORE_CTX_get_error(context);
	SSL *ssl = X509_STORE_CTX_get_ex_data(context, SSL_get_ex_data_X509_STORE_CTX_idx());
	struct conn *conn = ssl != NULL ? SSL_get_app_data(ssl) : NULL;

	if (ok == 1)
		return 1;
	if (error == X509_V_ERR_UNABLE_TO_GET_CRL || error == X509_V_ERR_CRL_HAS_EXPIRED) {
		X509_STORE_CTX_set_error(context, X509_V_OK);
		return 1;
	}
	if (conn != NULL)
		note_failure(&conn->loop->failure, context, error);
	return 0;
}

static bool read_crls(X509_STORE *store, const char *path)
{
	BIO *bio = BIO_new_file(path, "r");
	X509_CRL *crl = NULL;
	int read = 0;
	bool ok = bio != NULL;

	while (ok && read < CRLS_MAX &&
		(crl = PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL)) != NULL) {
		ok = X509_STORE_add_crl(store, crl) == 1;
		X509_CRL_free(crl);
		read++;
	}
	BIO_free(bio);
	if (ok && read > 0)
		ERR_clear_error(); /* the end of the file */
	return ok && read > 0;
}

/* Browsers use the same port: a certificate is judged when given, not demanded; which pile must
 * give one is the application's to say. */
static bool ask_clients(SSL_CTX *context, const char *ca, const char *crl)
{
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(context);
	STACK_OF(X509_NAME) *names = SSL_load_client_CA_file(ca);

	if (names == NULL || SSL_CTX_load_verify_locations(context, ca, NULL) != 1)
		return false;
	SSL_CTX_set_client_CA_list(context, names);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verify);
	SSL_CTX_set_verify_depth(context, VERIFY_DEPTH);
	X509_VERIFY_PARAM_set_auth_level(param, 2); /* 112 bits: RSA 2048, SHA-256 */
	X509_VERIFY_PARAM_set_flags(param,
		X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL | X509_V_FLAG_PARTIAL_CHAIN);
	return crl[0] == '\0' || read_crls(SSL_CTX_get_cert_store(context), crl);
}

/* --- the server's state --- */

/* A key that a TPM holds is no key to OpenSSL's reader of files. */
static bool use_key(SSL_CTX *context, const char *path)
{
	char text[KEY_FILE_BYTES];
	FILE *file = fopen(path, "re");
	size_t len = file != NULL ? fread(text, 1, sizeof(text), file) : 0;
	EVP_PKEY *key = NULL;
	bool good;

	if (file != NULL)
		fclose(file);
	if (!tpm_key_is((struct str){text, len}))
		return SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) == 1;
	key = tpm_key_read((struct str){text, len});
	good = key != NULL && SSL_CTX_use_PrivateKey(context, key) == 1;
	EVP_PKEY_free(key);
	return good;
}

static bool use_certificate(SSL_CTX *context, const char *cert, const char *key)
{
	return SSL_CTX_use_certificate_chain_file(context, cert) == 1 && use_key(context, key) &&
	       SSL_CTX_check_private_key(context) == 1;
}

static SSL_CTX *make_context(const struct tls_server *tls)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());

	if (context == NULL)
		return NULL;
	set_common(context);
	SSL_CTX_set_num_tickets(context, 1);
	SSL_CTX_set_session_id_context(context, (const unsigned char *)"leyden", 6);
	if (use_certificate(context, tls->files[FILE_CERT], tls->files[FILE_KEY]) &&
		(tls->files[FILE_OTHER_CERT][0] == '\0' ||
			use_certificate(context, tls->files[FILE_OTHER_CERT],
				tls->files[FILE_OTHER_KEY])) &&
		(tls->files[FILE_CLIENT_CA][0] == '\0' ||
			ask_clients(context, tls->files[FILE_CLIENT_CA], tls->files[FILE_CRL])))
		return context;
	SSL_CTX_free(context);
	return NULL;
}

static struct stamp stamp_of(const char *path)
{
	struct stat status;

	if (path[0] == '\0' || stat(path, &status) != 0)
		return (struct stamp){0};
	return (struct stamp){status.st_mtim, status.st_size, status.st_ino};
}

static void take_stamps(struct tls_server *tls)
{
	for (size_t i = 0; i < FILES; i++)
		tls->stamps[i] = stamp_of(tls->files[i]);
}

static bool copy_path(char to[PATH_BYTES], struct str path)
{
	if (path.len >= PATH_BYTES)
		return false;
	if (path.len > 0)
		memcpy(to, path.ptr, path.len);
	to[path.len] = '\0';
	return true;
}

static bool copy_paths(struct tls_server *tls, const struct tls_config *config)
{
	const struct str paths[FILES] = {[FILE_CERT] = config->cert,
		[FILE_KEY] = config->key,
		[FILE_OTHER_CERT] = config->other_cert,
		[FILE_OTHER_KEY] = config->other_key,
		[FILE_CLIENT_CA] = config->client_ca,
		[FILE_CRL] = config->crl};

	for (size_t i = 0; i < FILES; i++)
		if (!copy_path(tls->files[i], paths[i]))
			return false;
	return true;
}

int tls_server_new(const struct tls_config *config, struct tls_server **ret_tls)
{
	struct tls_server *tls = mem_alloc(sizeof(*tls));

	pthread_mutex_init(&tls->mutex, NULL);
	if (copy_paths(tls, config)) {
		take_stamps(tls);
		tls->context = make_context(tls);
	}
	if (tls->context == NULL) {
		tls_server_free(tls);
		return FAULT(FAULT_IO, "certificate %.*s with key %.*s cannot be used: %s",
			STR_FMT(config->cert), STR_FMT(config->key), ssl_error());
	}
	*ret_tls = tls;
	return 0;
}

bool tls_server_changed(struct tls_server *tls)
{
	struct stamp before[FILES];

	memcpy(before, tls->stamps, sizeof(before));
	take_stamps(tls);
	return memcmp(before, tls->stamps, sizeof(before)) != 0;
}

int tls_server_reload(struct tls_server *tls)
{
	SSL_CTX *fresh = make_context(tls), *old;

	if (fresh == NULL)
		return FAULT(FAULT_IO, "certificate %s with key %s cannot be used: %s",
			tls->files[FILE_CERT], tls->files[FILE_KEY], ssl_error());
	pthread_mutex_lock(&tls->mutex);
	old = tls->context;
	tls->context = fresh;
	pthread_mutex_unlock(&tls->mutex);
	SSL_CTX_free(old); /* open connections hold their own reference */
	return 0;
}

void tls_server_free(struct tls_server *tls)
{
	if (tls == NULL)
		return;
	SSL_CTX_free(tls->context);
	pthread_mutex_destroy(&tls->mutex);
	mem_free(tls);
}

SSL *tls_server_ssl(struct tls_server *tls)
{
	SSL *ssl;

	pthread_mutex_lock(&tls->mutex);
	ssl = SSL_new(tls->context);
	pthread_mutex_unlock(&tls->mutex);
	return ssl;
}

/* --- our own calls --- */

/* Reading authorities costs more than a handshake: a fleet of piles shares what was read last. */
struct tls_trust {
	char path[PATH_BYTES];
	struct stamp stamp;
	X509_STORE *store;
};

void tls_trust_free(struct tls_trust *trust)
{
	if (trust == NULL)
		return;
	X509_STORE_free(trust->store);
	mem_free(trust);
}

static X509_STORE *trust_store(struct loop *loop, struct str ca_file)
{
	struct tls_trust *trust = loop->trust, *fresh = mem_alloc(sizeof(*fresh));
	bool ok = copy_path(fresh->path, ca_file);

	fresh->stamp = stamp_of(fresh->path);
	if (ok && trust != NULL && strcmp(trust->path, fresh->path) == 0 &&
		memcmp(&trust->stamp, &fresh->stamp, sizeof(trust->stamp)) == 0) {
		tls_trust_free(fresh);
		return trust->store;
	}
	fresh->store = X509_STORE_new();
	ok = ok && fresh->store != NULL &&
	     (fresh->path[0] == '\0'
			     ? X509_STORE_set_default_paths(fresh->store) == 1
			     : X509_STORE_load_locations(fresh->store, fresh->path, NULL) == 1);
	if (!ok) {
		tls_trust_free(fresh);
		return NULL;
	}
	tls_trust_free(trust);
	loop->trust = fresh;
	return fresh->store;
}

static bool use_own(SSL_CTX *context, struct str cert_file, struct str key_file)
{
	char cert[PATH_BYTES], key[PATH_BYTES];

	return copy_path(cert, cert_file) && copy_path(key, key_file) &&
	       use_certificate(context, cert, key);
}

SSL_CTX *tls_client_context(
	struct loop *loop, struct str ca_file, struct str cert_file, struct str key_file)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	X509_STORE *store = context != NULL ? trust_store(loop, ca_file) : NULL;

	if (store != NULL) {
		set_common(context);
		SSL_CTX_set_verify(context, SSL_VERIFY_PEER, on_verify);
		SSL_CTX_set1_cert_store(context, store);
		if (cert_file.len == 0 || use_own(context, cert_file, key_file))
			return context;
	}
	SSL_CTX_free(context);
	return NULL;
}
