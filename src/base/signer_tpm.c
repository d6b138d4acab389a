/* signer_tpm.c - a P-256 key inside a TPM 2.0 (tpm.h). The file holds the key wrapped by this TPM
 * ("TSS2 PRIVATE KEY"): useless anywhere else. One thread signs one text at a time. */
#include <openssl/store.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/signer_parts.h"
#include "base/tpm.h"

#define TPM_TEXT_MAX 4096
#define TPM_DER_MAX 80

enum tpm_state { TPM_IDLE = 0, TPM_WANTED, TPM_DONE, TPM_FAILED };

struct signer_tpm {
	OSSL_LIB_CTX *library;
	EVP_PKEY *key;

	pthread_t thread;
	bool threaded;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool end;
	enum tpm_state state;
	char text[TPM_TEXT_MAX]; /* of the job */
	size_t text_len;
	uint8_t signature[SIGN_LEN];
};

static bool tpm_sign_now(struct signer_tpm *tpm, struct str text, uint8_t ret[SIGN_LEN])
{
	uint8_t digest[SHA256_LEN], der[TPM_DER_MAX];
	size_t len = sizeof(der);

	sha256(text.ptr, text.len, digest);
	return tpm_sign_digest(tpm->key, digest, sizeof(digest), der, &len) &&
	       sign_raw(der, len, ret);
}

static void *tpm_thread(void *arg)
{
	struct signer_tpm *tpm = arg;
	uint8_t signature[SIGN_LEN];
	char text[TPM_TEXT_MAX];
	size_t len;
	bool good;

	pthread_mutex_lock(&tpm->lock);
	while (!tpm->end) {
		if (tpm->state != TPM_WANTED) {
			pthread_cond_wait(&tpm->wake, &tpm->lock);
			continue;
		}
		len = tpm->text_len;
		memcpy(text, tpm->text, len);
		pthread_mutex_unlock(&tpm->lock);
		good = tpm_sign_now(tpm, (struct str){text, len}, signature);
		pthread_mutex_lock(&tpm->lock);
		memcpy(tpm->signature, signature, SIGN_LEN);
		tpm->state = good ? TPM_DONE : TPM_FAILED;
	}
	pthread_mutex_unlock(&tpm->lock);
	return NULL;
}

/* An answer is handed over only for the very text that is asked for. */
int signer_tpm_sign(struct signer_tpm *tpm, struct str text, uint8_t ret[SIGN_LEN])
{
	int outcome = SIGNER_E_LATER;
	bool same;

	if (text.len > TPM_TEXT_MAX)
		return SIGNER_E_FAILED;
	pthread_mutex_lock(&tpm->lock);
	same = tpm->text_len == text.len && memcmp(tpm->text, text.ptr, text.len) == 0;
	if (same && tpm->state == TPM_DONE) {
		memcpy(ret, tpm->signature, SIGN_LEN);
		tpm->state = TPM_IDLE;
		outcome = 0;
	} else if (same && tpm->state == TPM_FAILED) {
		tpm->state = TPM_IDLE;
		outcome = SIGNER_E_FAILED;
	} else if (tpm->state != TPM_WANTED) {
		memcpy(tpm->text, text.ptr, text.len);
		tpm->text_len = text.len;
		tpm->state = TPM_WANTED;
		pthread_cond_signal(&tpm->wake);
	}
	pthread_mutex_unlock(&tpm->lock);
	return outcome;
}

void signer_tpm_free(struct signer_tpm *tpm)
{
	if (tpm->threaded) {
		pthread_mutex_lock(&tpm->lock);
		tpm->end = true;
		pthread_cond_signal(&tpm->wake);
		pthread_mutex_unlock(&tpm->lock);
		pthread_join(tpm->thread, NULL);
	}
	pthread_mutex_destroy(&tpm->lock);
	pthread_cond_destroy(&tpm->wake);
	EVP_PKEY_free(tpm->key);
	if (tpm->library)
		tpm_leave();
	mem_free(tpm);
}

static bool tpm_load(struct signer_tpm *tpm, const char *path)
{
	OSSL_STORE_CTX *store = OSSL_STORE_open_ex(
		path, tpm->library, TPM_PROPERTIES, NULL, NULL, NULL, NULL, NULL);

	while (store && !tpm->key && !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);
		if (info && OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			tpm->key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
		if (!info)
			break;
	}
	OSSL_STORE_close(store);
	return tpm->key != NULL;
}

static int tpm_make(struct signer_tpm *tpm, const char *path)
{
	struct arena arena;
	struct str pem;
	int result;

	arena_init(&arena, TPM_TEXT_MAX);
	result = tpm_key_new(&arena, &pem);
	if (result == 0)
		result = signer_write_file(path, pem);
	arena_fini(&arena);
	TRY(result);
	return tpm_load(tpm, path) ? 0 : FAULT(FAULT_IO, "%s: the TPM does not know its key", path);
}

static bool tpm_public(const struct signer_tpm *tpm, struct sign_key *ret)
{
	ret->kind = SIGN_P256;
	ret->len = 0;
	return EVP_PKEY_get_octet_string_param(
		       tpm->key, "pub", ret->bytes, sizeof(ret->bytes), &ret->len) == 1 &&
	       ret->len == SIGN_POINT_LEN && ret->bytes[0] == 4;
}

static int tpm_open(struct signer_tpm *tpm, const char *path, struct sign_key *ret_key)
{
	tpm->library = tpm_enter();
	if (!tpm->library)
		return FAULT(FAULT_IO, "no TPM: OpenSSL's provider tpm2 does not load");
	if (access(path, F_OK) != 0)
		TRY(tpm_make(tpm, path));
	else if (!tpm_load(tpm, path))
		return FAULT(FAULT_IO, "%s holds no key of this TPM", path);
	if (!tpm_public(tpm, ret_key))
		return FAULT(FAULT_IO, "%s holds no P-256 key", path);
	if (pthread_create(&tpm->thread, NULL, tpm_thread, tpm) != 0)
		return FAULT(FAULT_IO, "no thread for the TPM");
	tpm->threaded = true;
	return 0;
}

int signer_open_tpm(const char *path, struct signer **ret_signer)
{
	struct signer *signer = mem_alloc(sizeof(*signer));
	int result;

	signer->tpm = mem_alloc(sizeof(*signer->tpm));
	pthread_mutex_init(&signer->tpm->lock, NULL);
	pthread_cond_init(&signer->tpm->wake, NULL);
	result = tpm_open(signer->tpm, path, &signer->key);
	if (result < 0) {
		signer_free(signer);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_signer = signer;
	return 0;
}
