/* offline_keys.c - the pile's own key for its codes, the platform's keys it trusts, and reading a
 * start code with them. Both are notes of the journal: days without network begin with what was
 * learned before. */
#include <string.h>

#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/signer.h"
#include "domain/token.h"
#include "pile/offline.h"
#include "wire/cbor_record.h"
#include "wire/cose.h"
#include "wire/offline_code.h"
#include "wire/record.h"

#define KEY_NOTE "offline:key"
#define NEXT_NOTE "offline:key:next"
#define TRUST_NOTE "offline:trust:"

#define OFFLINE_ANSWER_KEY(F, S) \
	F(STR, REQ, S, kid, "kid", 2 * OFFLINE_KID_MAX, "hex") \
	F(STR, REQ, S, kind, "kind", 16, "ed25519, es256, sm2") \
	F(STR, REQ, S, public, "public", 2 * SIGN_POINT_LEN, "hex")
FIELD_STRUCT(offline_answer_key, OFFLINE_ANSWER_KEY)
FIELD_ROWS(offline_answer_key, OFFLINE_ANSWER_KEY)
#define OFFLINE_ANSWER(F, S) \
	F(LIST, REQ, S, keys, "keys", (offline_answer_key, 0, OFFLINE_TRUST_MAX), "newest first") \
	F(BOOL, OPT, S, next, "next", 0, "the key after ours is believed")
FIELD_STRUCT(offline_answer, OFFLINE_ANSWER)
FIELD_ROWS(offline_answer, OFFLINE_ANSWER)

/* ---- our key ---- */

static int write_key(struct offline *offline, const char *note, const struct sign_secret *secret)
{
	struct buf text;

	buf_init(&text, &offline->scratch, 128);
	buf_format(&text, "%s ", sign_kind_name(secret->kind));
	hex_write(&text, secret->bytes, SIGN_KEY_LEN);
	return spool_note(&offline->pile->spool, str_from(note), buf_str(&text));
}

static bool read_key(struct offline *offline, const char *note, struct sign_secret *ret_secret)
{
	struct str kept = spool_note_get(&offline->pile->spool, str_from(note));
	struct str name = str_cut(&kept, ' ');

	return sign_kind_parse(name, &ret_secret->kind) &&
	       hex_read(kept, ret_secret->bytes, SIGN_KEY_LEN);
}

static bool trust_add(struct offline *offline, struct str kid_hex, struct str kind, struct str hex)
{
	size_t at = offline->trust_len, kid_len = kid_hex.len / 2;
	struct sign_key key = {.len = hex.len / 2};

	if (at == OFFLINE_TRUST_MAX || kid_len == 0 || kid_len > OFFLINE_KID_MAX ||
		key.len > SIGN_POINT_LEN || !sign_kind_parse(kind, &key.kind) ||
		!hex_read(hex, key.bytes, key.len) ||
		!hex_read(kid_hex, offline->trust[at].kid_bytes, kid_len))
		return false;
	offline->trust[at].key = key;
	offline->trust[at].kid = (struct str){(const char *)offline->trust[at].kid_bytes, kid_len};
	offline->trust_len++;
	return true;
}

static void trust_read(struct offline *offline)
{
	struct str key, value;
	size_t cursor = 0;

	offline->trust_len = 0;
	while (spool_note_next(&offline->pile->spool, &cursor, &key, &value)) {
		if (!str_starts(key, STR(TRUST_NOTE)))
			continue;
		key = str_slice(key, sizeof(TRUST_NOTE) - 1, key.len);
		if (!trust_add(offline, key, str_cut(&value, ' '), value))
			LOG_WARN("a key of the platform is not understood", "pile=%.*s",
				STR_FMT(offline->pile->config.name));
	}
}

static int sign_kept(void *context, struct str text, uint8_t ret_signature[SIGN_LEN])
{
	return sign_with(context, text, ret_signature)
		       ? 0
		       : FAULT(FAULT_CORRUPT, "the pile's key is none");
}

static int sign_tpm(void *context, struct str text, uint8_t ret_signature[SIGN_LEN])
{
	return signer_sign(context, text, ret_signature);
}

/* Where a TPM signs the readings it signs the codes too: then no secret lies in the journal. What
 * is signed begins differently (COSE's "Signature1", OCMF's brace), so neither can be taken for the
 * other. */
static void key_of_tpm(struct offline *offline, struct signer *signer)
{
	offline->public = signer_key(signer);
	offline->hand = (struct cose_hand){offline->public.kind, sign_tpm, signer};
}

static int key_of_journal(struct offline *offline, enum sign_kind kind)
{
	if (!read_key(offline, KEY_NOTE, &offline->secret)) {
		sign_make(kind, offline->pile->rng, &offline->secret);
		TRY(write_key(offline, KEY_NOTE, &offline->secret));
	}
	if (!sign_key_of(&offline->secret, &offline->public))
		return FAULT(FAULT_CORRUPT, "the pile's key is none");
	offline->hand = (struct cose_hand){offline->secret.kind, sign_kept, &offline->secret};
	return 0;
}

/* The key after the one in use: a TPM's, where there is one now, or the one a renewal made. */
static void next_of(struct offline *offline, struct signer *tpm)
{
	offline->has_next = offline->next_in_tpm = tpm != NULL;
	if (tpm)
		offline->next = signer_key(tpm);
	else if (read_key(offline, NEXT_NOTE, &offline->next_secret))
		offline->has_next = sign_key_of(&offline->next_secret, &offline->next) &&
				    memcmp(offline->next_secret.bytes, offline->secret.bytes,
					    SIGN_KEY_LEN) != 0;
}

/* A pile that made a key before it had a TPM signs with that one until the platform believes the
 * TPM's, for which the old key vouches; then no secret is left in the journal. */
int offline_keys_open(struct offline *offline, enum sign_kind kind)
{
	struct signer *signer = offline->pile->config.signer;
	struct signer *tpm = signer && signer_is_tpm(signer) ? signer : NULL;

	offline->kind = kind;
	if (tpm && spool_note_get(&offline->pile->spool, STR(KEY_NOTE)).len == 0) {
		key_of_tpm(offline, offline_tpm_open(offline));
	} else {
		TRY(key_of_journal(offline, kind));
		next_of(offline, tpm);
	}
	trust_read(offline);
	return 0;
}

/* ---- another key ---- */

bool offline_renew(struct offline *offline)
{
	struct sign_secret secret;

	if (offline->hand.sign != sign_kept) {
		key_of_tpm(offline, offline_tpm_renew(offline));
		if (offline->tpm.proof_len > 0)
			offline->told = false; /* asked again: offered again */
		return offline->has_next;
	}
	offline->told = false;
	if (offline->has_next)
		return true; /* on its way already */
	sign_make(offline->kind, offline->pile->rng, &secret);
	if (write_key(offline, NEXT_NOTE, &secret) < 0)
		return false;
	next_of(offline, NULL);
	arena_reset(&offline->scratch);
	return offline->has_next;
}

/* The platform believes the next key: from now on it signs. What is shown as an identification is
 * drawn anew; a settlement that is shown stays, the platform takes it by the old key. */
static bool use_next(struct offline *offline)
{
	struct spool *spool = &offline->pile->spool;

	if (offline->tpm.renewing) {
		key_of_tpm(offline, offline_tpm_use_next(offline));
		if (offline->has_next)
			return false;
	} else if (offline->next_in_tpm) {
		if (spool_note(spool, STR(KEY_NOTE), STR_NULL) < 0)
			return false;
		memset(&offline->secret, 0, sizeof(offline->secret));
		key_of_tpm(offline, offline->pile->config.signer);
	} else {
		if (write_key(offline, KEY_NOTE, &offline->next_secret) < 0)
			return false;
		offline->secret = offline->next_secret;
		offline->public = offline->next;
		offline->hand.kind = offline->secret.kind;
		memset(&offline->next_secret, 0, sizeof(offline->next_secret));
		(void)spool_note(spool, STR(NEXT_NOTE), STR_NULL); /* the same key twice: none */
	}
	offline->has_next = false;
	for (size_t i = 0; i < offline->outlets_len; i++)
		offline->outlets[i].ident[0] = '\0';
	LOG_INFO("a new key signs the codes", "pile=%.*s tpm=%d",
		STR_FMT(offline->pile->config.name), offline->next_in_tpm);
	return true;
}

/* ---- the exchange ---- */

static void put_public(struct buf *text, const struct sign_key *key)
{
	buf_format(text, "\"kind\":\"%s\",\"public\":\"", sign_kind_name(key->kind));
	hex_write(text, key->bytes, key->len);
	buf_put_char(text, '"');
}

struct str offline_vouch(struct offline *offline, struct arena *arena)
{
	struct offline_handover value = {.pile = offline->pile->config.name};
	struct buf text, hex, payload;
	uint8_t digest[SHA256_LEN];
	struct str bytes;

	buf_init(&text, arena, 2 * SIGN_POINT_LEN + 20);
	buf_format(&text, "%s ", sign_kind_name(offline->next.kind));
	hex_write(&text, offline->next.bytes, offline->next.len);
	sha256(buf_str(&text).ptr, buf_str(&text).len, digest);
	buf_init(&hex, arena, 2 * SHA256_LEN);
	hex_write(&hex, digest, sizeof(digest));
	value.key = buf_str(&hex);
	buf_init(&payload, arena, OFFLINE_CODE_BYTES_MAX);
	if (cbor_record_write(&offline_handover_record, &value, &payload) != 0 ||
		offline_code_sign_by(OFFLINE_CODE_KEY, &offline->hand, STR(""), buf_str(&payload),
			arena, &bytes) != 0)
		return STR_NULL;
	return bytes;
}

struct str offline_offer(struct offline *offline, struct arena *arena)
{
	struct str proof = STR_NULL;
	struct buf text;

	/* a TPM's word was asked for before (offline_tpm.c) */
	if (offline->tpm.proof_len > 0)
		proof = (struct str){(const char *)offline->tpm.proof, offline->tpm.proof_len};
	else if (offline->has_next && !offline->tpm.renewing)
		proof = offline_vouch(offline, arena);
	buf_init(&text, arena, 2048);
	buf_put_char(&text, '{');
	put_public(&text, &offline->public);
	buf_put_str(&text, STR(",\"trusts\":\""));
	for (size_t i = 0; i < offline->trust_len; i++) {
		if (i > 0)
			buf_put_char(&text, ' ');
		hex_write(&text, offline->trust[i].kid_bytes, offline->trust[i].kid.len);
	}
	buf_put_char(&text, '"');
	if (proof.ptr) {
		buf_put_str(&text, STR(",\"next\":{"));
		put_public(&text, &offline->next);
		buf_put_str(&text, STR(",\"proof\":\""));
		hex_write(&text, (const uint8_t *)proof.ptr, proof.len);
		buf_put_str(&text, STR("\"}"));
	}
	buf_put_char(&text, '}');
	return buf_str(&text);
}

static bool is_listed(const struct offline_answer *answer, struct str kid)
{
	for (size_t i = 0; i < answer->keys_len; i++)
		if (str_eq(answer->keys[i].kid, kid))
			return true;
	return false;
}

/* Keys the server does not list any more are not trusted any more. One at a time: the walk ends
 * with every change. */
static bool forget_one(struct offline *offline, const struct offline_answer *answer)
{
	struct str key, value;
	size_t cursor = 0;

	while (spool_note_next(&offline->pile->spool, &cursor, &key, &value)) {
		if (str_starts(key, STR(TRUST_NOTE)) &&
			!is_listed(answer, str_slice(key, sizeof(TRUST_NOTE) - 1, key.len)))
			return spool_note(&offline->pile->spool, str_dup(&offline->scratch, key),
				       STR_NULL) == 0;
	}
	return false;
}

/* Do we trust exactly what the server lists? Then the exchange is over. */
static bool is_same(struct offline *offline, const struct offline_answer *answer)
{
	size_t found = 0;

	for (size_t i = 0; i < offline->trust_len; i++) {
		struct buf text;

		buf_init(&text, &offline->scratch, 2 * OFFLINE_KID_MAX);
		hex_write(&text, offline->trust[i].kid_bytes, offline->trust[i].kid.len);
		found += is_listed(answer, buf_str(&text));
	}
	return found == answer->keys_len && found == offline->trust_len;
}

/* The server hears that it is in use. A TPM may have no room for it at the moment: later once more.
 */
static void take_next(struct offline *offline)
{
	offline->told = !use_next(offline);
	offline->again_us = offline->told ? offline->pile->ticks_us + OFFLINE_AGAIN_US : 0;
}

bool offline_answered(struct offline *offline, struct str answer, struct arena *arena)
{
	struct offline_answer keys;
	bool same;

	offline->told = true;
	if (record_decode(&offline_answer_record, answer, RECORD_LENIENT, arena, &keys, NULL) !=
			0 ||
		keys.keys_len == 0)
		return false;
	same = is_same(offline, &keys);
	for (size_t i = 0; i < keys.keys_len; i++) {
		struct str name = str_format(arena, TRUST_NOTE "%.*s", STR_FMT(keys.keys[i].kid));
		struct str value = str_format(arena, "%.*s %.*s", STR_FMT(keys.keys[i].kind),
			STR_FMT(keys.keys[i].public));

		if (spool_note(&offline->pile->spool, name, value) < 0)
			return false;
	}
	while (forget_one(offline, &keys))
		;
	trust_read(offline);
	if (keys.has_next && keys.next && offline->has_next)
		take_next(offline);
	if (!same && is_same(offline, &keys))
		offline->told = false; /* once more, so that the server knows */
	arena_reset(&offline->scratch);
	return offline->trust_len > 0;
}

/* ---- reading a start code ---- */

static int verify_start(struct offline *offline, const struct cose_sign1 *message)
{
	for (size_t i = 0; i < offline->trust_len; i++)
		if (str_eq(offline->trust[i].kid, message->kid))
			return offline_code_verify(OFFLINE_CODE_START, message,
				&offline->trust[i].key, &offline->scratch);
	return -1;
}

const char *offline_read(struct offline *offline, struct str text, struct offline_start *ret_start,
	char ret_tag[HAL_TAG_MAX + 1])
{
	struct str bytes =
		offline_code_kind(text) == OFFLINE_CODE_START && text.len < OFFLINE_CODE_ROOM
			? offline_code_bytes(OFFLINE_CODE_START, text, &offline->scratch)
			: STR_NULL;
	struct cose_sign1 message;
	uint8_t digest[SHA256_LEN];
	struct str tag;
	int result;

	if (bytes.ptr == NULL || cose_read(bytes, &message) != 0)
		return "form";
	result = verify_start(offline, &message);
	if (result != 0)
		return result < 0 ? "key" : "forged";
	if (cbor_record_read(
		    &offline_start_record, message.payload, &offline->scratch, ret_start) != 0)
		return "form";
	/* the tag both sides make of the code, under which the transaction is told later */
	sha256(bytes.ptr, bytes.len, digest);
	tag = token_start(&offline->scratch, digest);
	memset(ret_tag, 0, HAL_TAG_MAX + 1);
	memcpy(ret_tag, tag.ptr, tag.len < HAL_TAG_MAX ? tag.len : HAL_TAG_MAX);
	return NULL;
}
