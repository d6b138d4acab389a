/* signer.c - keys in files (signed with here) and the front of keys in a TPM (signer_tpm.c). */
#include "base/signer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/rng.h"
#include "base/signer_parts.h"

#define SIGNER_FILE_MAX 256

/* "es256 <64 hexadecimal digits>" */
static bool signer_parse(struct str text, struct sign_secret *ret)
{
	struct str rest = str_trim(text), name = str_cut(&rest, ' ');

	return sign_kind_parse(name, &ret->kind) && ret->kind != SIGN_ED25519 &&
	       hex_read(rest, ret->bytes, SIGN_KEY_LEN);
}

static int signer_load(const char *path, struct signer *signer, bool *ret_found)
{
	char text[SIGNER_FILE_MAX];
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	*ret_found = false;
	if (file < 0 && errno == ENOENT)
		return 0;
	if (file < 0)
		return FAULT(FAULT_IO, "cannot open %s: %m", path);
	got = read(file, text, sizeof(text));
	close(file);
	*ret_found = got > 0 && signer_parse((struct str){text, (size_t)got}, &signer->secret) &&
		     sign_key_of(&signer->secret, &signer->key);
	OPENSSL_cleanse(text, sizeof(text));
	/* a key that cannot be read is not replaced: records signed with it may wait for it */
	return *ret_found ? 0 : FAULT(FAULT_CORRUPT, "no key in %s", path);
}

int signer_write_file(const char *path, struct str text)
{
	char whole[512];
	int file;
	bool good;

	if ((size_t)snprintf(whole, sizeof(whole), "%s.new", path) >= sizeof(whole))
		return FAULT(FAULT_IO, "path too long: %s", path);
	file = open(whole, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0)
		return FAULT(FAULT_IO, "cannot create %s: %m", whole);
	good = write(file, text.ptr, text.len) == (ssize_t)text.len && fsync(file) == 0;
	close(file);
	if (!good || rename(whole, path) != 0) {
		unlink(whole);
		return FAULT(FAULT_IO, "cannot write %s", path);
	}
	return 0;
}

static int signer_make(
	const char *path, enum sign_kind kind, struct rng *rng, struct signer *signer)
{
	struct arena arena;
	struct buf text;
	int result = 0;

	sign_make(kind, rng, &signer->secret);
	if (!sign_key_of(&signer->secret, &signer->key))
		return FAULT(FAULT_BUG, "no key of kind %d", kind);
	if (!path)
		return 0;
	arena_init(&arena, 4096);
	buf_init(&text, &arena, SIGNER_FILE_MAX);
	buf_format(&text, "%s ", sign_kind_name(kind));
	hex_write(&text, signer->secret.bytes, SIGN_KEY_LEN);
	buf_put_char(&text, '\n');
	result = signer_write_file(path, buf_str(&text));
	OPENSSL_cleanse(text.ptr, text.len);
	arena_fini(&arena);
	return result;
}

int signer_open_file(
	const char *path, enum sign_kind kind, struct rng *rng, struct signer **ret_signer)
{
	struct signer *signer = mem_alloc(sizeof(*signer));
	bool found = false;
	int result = path ? signer_load(path, signer, &found) : 0;

	if (result == 0 && !found)
		result = signer_make(path, kind, rng, signer);
	if (result < 0) {
		signer_free(signer);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_signer = signer;
	return 0;
}

void signer_free(struct signer *signer)
{
	if (!signer)
		return;
	if (signer->tpm)
		signer_tpm_free(signer->tpm);
	OPENSSL_cleanse(&signer->secret, sizeof(signer->secret));
	mem_free(signer);
}

bool signer_is_tpm(const struct signer *signer)
{
	return signer->tpm != NULL;
}

struct sign_key signer_key(const struct signer *signer)
{
	return signer->key;
}

int signer_sign(struct signer *signer, struct str text, uint8_t ret[SIGN_LEN])
{
	if (signer->tpm)
		return signer_tpm_sign(signer->tpm, text, ret);
	return sign_with(&signer->secret, text, ret) ? 0 : SIGNER_E_FAILED;
}
