/* offline_tpm.c - another key for the codes where a TPM holds them. The first one is the key of the
 * meter's readings; each that follows is made in the TPM for the codes alone, and its file (of use
 * to that TPM only) lies in the pile's directory under a number. Which number is in use, and which
 * one waits to be believed, are notes of the journal; the present key vouches for the next, and the
 * old file goes when the new key is in use. Making a key holds the controller up as long as the TPM
 * takes, once a renewal; signing never does. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/signer.h"
#include "pile/offline.h"

#define NUMBER_NOTE STR("offline:tpm")
#define NEXT_NOTE STR("offline:tpm:next")
#define PATH_MAX_HERE 512

/* A note is "<number>", of the next key "<number> <its public point, hex>". */
static int64_t tpm_number(const struct offline *offline, struct str note)
{
	struct str kept = spool_note_get(&offline->pile->spool, note);
	int64_t number = 0;

	return str_to_i64(str_cut(&kept, ' '), &number) && number > 0 ? number : 0;
}

static int tpm_note(
	struct offline *offline, struct str note, int64_t number, const struct sign_key *key)
{
	struct buf text;
	int result;

	buf_init(&text, &offline->scratch, 30 + 2 * SIGN_POINT_LEN);
	buf_format(&text, "%lld", (long long)number);
	if (key) {
		buf_put_char(&text, ' ');
		hex_write(&text, key->bytes, key->len);
	}
	result = spool_note(&offline->pile->spool, note, number > 0 ? buf_str(&text) : STR_NULL);
	arena_reset(&offline->scratch);
	return result;
}

static bool tpm_path(const struct offline *offline, int64_t number, char ret[PATH_MAX_HERE])
{
	const char *dir = offline->pile->config.dir;

	return dir && (size_t)snprintf(ret, PATH_MAX_HERE, "%s/offline-%lld.key", dir,
			      (long long)number) < PATH_MAX_HERE;
}

/* The key of that number, which is made when it is `fresh`; NULL when it cannot be had. */
static struct signer *tpm_key(const struct offline *offline, int64_t number, bool fresh)
{
	struct signer *signer = NULL;
	char path[PATH_MAX_HERE];

	if (number == 0 || !tpm_path(offline, number, path))
		return NULL;
	if (fresh)
		(void)unlink(path); /* of a renewal that the power ended: nobody knows that key */
	else if (access(path, F_OK) != 0)
		return NULL;
	if (signer_open_tpm(path, &signer) < 0) {
		LOG_ERROR("a key of the TPM is not there", "pile=%.*s key=%lld why=\"%s\"",
			STR_FMT(offline->pile->config.name), (long long)number, fault_text());
		return NULL;
	}
	return signer;
}

static void tpm_expect(struct offline *offline, const struct sign_key *next)
{
	offline->tpm.renewing = offline->has_next = offline->next_in_tpm = next != NULL;
	offline->tpm.proof_len = 0;
	if (next)
		offline->next = *next;
}

static bool tpm_next_point(const struct offline *offline, struct sign_key *ret)
{
	struct str kept = spool_note_get(&offline->pile->spool, NEXT_NOTE);

	str_cut(&kept, ' ');
	*ret = (struct sign_key){.kind = SIGN_P256, .len = SIGN_POINT_LEN};
	return hex_read(kept, ret->bytes, SIGN_POINT_LEN);
}

struct signer *offline_tpm_open(struct offline *offline)
{
	int64_t number = tpm_number(offline, NUMBER_NOTE);
	struct sign_key next;
	bool waits = tpm_number(offline, NEXT_NOTE) > number && tpm_next_point(offline, &next);

	offline->tpm.own = tpm_key(offline, number, false);
	tpm_expect(offline, waits ? &next : NULL);
	return offline->tpm.own ? offline->tpm.own : offline->pile->config.signer;
}

void offline_tpm_close(struct offline *offline)
{
	signer_free(offline->tpm.own);
	memset(&offline->tpm, 0, sizeof(offline->tpm));
}

/* A small TPM has room for three keys, of which the meter's is one and the parent of all another:
 * ours goes out while the new one is made. */
struct signer *offline_tpm_renew(struct offline *offline)
{
	int64_t number = tpm_number(offline, NUMBER_NOTE);
	struct signer *next;
	struct sign_key key;

	if (!offline->has_next) {
		signer_free(offline->tpm.own);
		next = tpm_key(offline, number + 1, true);
		if (next) {
			key = signer_key(next);
			signer_free(next);
			if (tpm_note(offline, NEXT_NOTE, number + 1, &key) == 0)
				tpm_expect(offline, &key);
		}
		offline->tpm.own = tpm_key(offline, number, false);
	}
	return offline->tpm.own ? offline->tpm.own : offline->pile->config.signer;
}

/* The present key's word for the next one takes the TPM its time; then the server is told. */
void offline_tpm_step(struct offline *offline)
{
	struct str proof;

	if (!offline->tpm.renewing || offline->tpm.proof_len > 0)
		return;
	proof = offline_vouch(offline, &offline->scratch);
	if (proof.ptr && proof.len <= sizeof(offline->tpm.proof)) {
		memcpy(offline->tpm.proof, proof.ptr, proof.len);
		offline->tpm.proof_len = proof.len;
		offline->told = false;
	}
	arena_reset(&offline->scratch);
}

/* The note decides: before it the old key is in use, also after a power cut, and after it the new
 * one. The old file goes last. */
struct signer *offline_tpm_use_next(struct offline *offline)
{
	int64_t number = tpm_number(offline, NUMBER_NOTE), next = tpm_number(offline, NEXT_NOTE);
	char path[PATH_MAX_HERE];

	signer_free(offline->tpm.own);
	offline->tpm.own = tpm_key(offline, next, false);
	if (!offline->tpm.own || tpm_note(offline, NUMBER_NOTE, next, NULL) < 0) {
		signer_free(offline->tpm.own);
		offline->tpm.own = tpm_key(offline, number, false);
		return offline->tpm.own ? offline->tpm.own : offline->pile->config.signer;
	}
	(void)tpm_note(offline, NEXT_NOTE, 0, NULL); /* the same number twice: none */
	tpm_expect(offline, NULL);
	if (number > 0 && tpm_path(offline, number, path))
		(void)unlink(path);
	return offline->tpm.own;
}
