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
#define TRUST_NOTE "offline:trust:"

#define OFFLINE_ANSWER_KEY(F, S) \
	F(STR, REQ, S, kid, "kid", 2 * OFFLINE_KID_MAX, "hex") \
	F(STR, REQ, S, kind, "kind", 16, "ed25519, es256, sm2") \
	F(STR, REQ, S, public, "public", 2 * SIGN_POINT_LEN, "hex")
FIELD_STRUCT(offline_answer_key, OFFLINE_ANSWER_KEY)
FIELD_ROWS(offline_answer_key, OFFLINE_ANSWER_KEY)
#define OFFLINE_ANSWER(F, S) \
	F(LIST, REQ, S, keys, "keys", (offline_answer_key, 0, OFFLINE_TRUST_MAX), "newest first")
FIELD_STRUCT(offline_answer, OFFLINE_ANSWER)
FIELD_ROWS(offline_answer, OFFLINE_ANSWER)

/* ---- our key ---- */

static int make_key(struct offline *offline, enum sign_kind kind)
{
	struct buf text;

	sign_make(kind, offline->pile->rng, &offline->secret);
	buf_init(&text, &offline->scratch, 128);
	buf_format(&text, "%s ", sign_kind_name(kind));
	hex_write(&text, offline->secret.bytes, SIGN_KEY_LEN);
	return spool_note(&offline->pile->spool, STR(KEY_NOTE), buf_str(&text));
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
	struct str kept = spool_note_get(&offline->pile->spool, STR(KEY_NOTE));
	struct str name = str_cut(&kept, ' ');

	if (!sign_kind_parse(name, &offline->secret.kind) ||
		!hex_read(kept, offline->secret.bytes, SIGN_KEY_LEN))
		TRY(make_key(offline, kind));
	if (!sign_key_of(&offline->secret, &offline->public))
		return FAULT(FAULT_CORRUPT, "the pile's key is none");
	offline->hand = (struct cose_hand){offline->secret.kind, sign_kept, &offline->secret};
	return 0;
}

/* A pile that made a key before it had a TPM keeps it: the platform believes a pile's first key and
 * takes another one for an alarm. */
int offline_keys_open(struct offline *offline, enum sign_kind kind)
{
	struct signer *signer = offline->pile->config.signer;

	if (signer && signer_is_tpm(signer) &&
		spool_note_get(&offline->pile->spool, STR(KEY_NOTE)).len == 0)
		key_of_tpm(offline, signer);
	else
		TRY(key_of_journal(offline, kind));
	trust_read(offline);
	return 0;
}

/* ---- the exchange ---- */

struct str offline_offer(struct offline *offline, struct arena *arena)
{
	struct buf text;

	buf_init(&text, arena, 512);
	buf_format(&text, "{\"kind\":\"%s\",\"public\":\"", sign_kind_name(offline->public.kind));
	hex_write(&text, offline->public.bytes, offline->public.len);
	buf_put_str(&text, STR("\"}"));
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

bool offline_answered(struct offline *offline, struct str answer, struct arena *arena)
{
	struct offline_answer keys;

	offline->told = true;
	if (record_decode(&offline_answer_record, answer, RECORD_LENIENT, arena, &keys, NULL) !=
			0 ||
		keys.keys_len == 0)
		return false;
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
