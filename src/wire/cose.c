/* cose.c - COSE_Sign1 over cbor_io.c; the signatures are base/sign.h's. */
#include "wire/cose.h"

#include "base/fault.h"
#include "wire/cbor_io.h"

#define COSE_LABEL_ALG 1
#define COSE_LABEL_KID 4
#define COSE_MESSAGE_MAX 4096

static const struct {
	int64_t alg;
	enum sign_kind kind;
} cose_rows[] = {
	{COSE_ES256, SIGN_P256},
	{COSE_EDDSA, SIGN_ED25519},
	{COSE_SM2, SIGN_SM2},
};
#define COSE_ROWS (sizeof(cose_rows) / sizeof(cose_rows[0]))

static bool alg_known(int64_t alg, enum sign_kind *ret_kind)
{
	for (size_t i = 0; i < COSE_ROWS; i++) {
		if (cose_rows[i].alg != alg)
			continue;
		*ret_kind = cose_rows[i].kind;
		return true;
	}
	return false;
}

static int64_t alg_of(enum sign_kind kind)
{
	for (size_t i = 0; i < COSE_ROWS; i++)
		if (cose_rows[i].kind == kind)
			return cose_rows[i].alg;
	return 0;
}

/* A header map: algorithm and key id; other labels are passed over, for they only describe. A
 * "crit" (label 2) would forbid that, so it is refused. */
static bool read_header(struct cbor_in *in, struct cose_sign1 *message, size_t *ret_count)
{
	int64_t key = CBOR_NO_KEY;

	if (!cbor_take_map(in, ret_count))
		return false;
	for (size_t i = 0; i < *ret_count; i++) {
		if (!cbor_take_key(in, &key) || key == 2)
			return false;
		if (key == COSE_LABEL_ALG) {
			if (message->alg != 0 || !cbor_take_int(in, &message->alg))
				return false;
		} else if (key == COSE_LABEL_KID) {
			if (message->kid.len != 0 || !cbor_take_bytes(in, &message->kid) ||
				message->kid.len > COSE_KID_MAX)
				return false;
		} else if (!cbor_skip(in)) {
			return false;
		}
	}
	return true;
}

static bool read_parts(struct cbor_in *in, struct cose_sign1 *message)
{
	struct cbor_in covered;
	size_t count, headers;

	if (!cbor_take_array(in, &count) || count != 4 || !cbor_take_bytes(in, &message->covered))
		return false;
	if (message->covered.len > 0) {
		cbor_open(&covered, message->covered);
		if (!read_header(&covered, message, &headers) || !cbor_end(&covered) ||
			headers == 0)
			return false;
	}
	if (!read_header(in, message, &headers))
		return false;
	message->open = headers > 0;
	return cbor_take_bytes(in, &message->payload) && cbor_take_bytes(in, &message->signature) &&
	       cbor_end(in);
}

int cose_read(struct str bytes, struct cose_sign1 *ret_message)
{
	struct cose_sign1 message = {0};
	enum sign_kind kind;
	struct cbor_in in;
	uint64_t tag;

	if (bytes.len == 0 || bytes.len > COSE_MESSAGE_MAX)
		return COSE_E_FORM;
	cbor_open(&in, bytes);
	if (cbor_peek(&in) == CBOR_TAG && (!cbor_take_tag(&in, &tag) || tag != COSE_TAG_SIGN1))
		return COSE_E_FORM;
	if (!read_parts(&in, &message))
		return COSE_E_FORM;
	if (!alg_known(message.alg, &kind))
		return COSE_E_ALG;
	if (message.signature.len != SIGN_LEN)
		return COSE_E_FORM;
	*ret_message = message;
	return 0;
}

/* What is signed: ["Signature1", protected, aad, payload]. */
static struct str to_be_signed(
	struct str covered, struct str aad, struct str payload, struct arena *arena)
{
	struct buf buf;

	buf_init(&buf, arena, 2 * COSE_MESSAGE_MAX);
	cbor_put_array(&buf, 4);
	cbor_put_text(&buf, STR("Signature1"));
	cbor_put_bytes(&buf, covered);
	cbor_put_bytes(&buf, aad);
	cbor_put_bytes(&buf, payload);
	return buf.failed ? STR_NULL : buf_str(&buf);
}

int cose_verify(const struct cose_sign1 *message, struct str aad, const struct sign_key *key,
	bool open_allowed, struct arena *arena)
{
	enum sign_kind kind;
	struct str text;

	if (message->open && !open_allowed)
		return COSE_E_OPEN;
	if (!alg_known(message->alg, &kind) || kind != key->kind)
		return COSE_E_ALG;
	text = to_be_signed(message->covered, aad, message->payload, arena);
	if (text.ptr == NULL)
		return FAULT(FAULT_NOMEM, "no room to check a signature");
	return sign_check(key, text, (const uint8_t *)message->signature.ptr) ? 0 : COSE_E_FORGED;
}

int cose_sign_by(const struct cose_hand *hand, struct str kid, struct str aad, struct str payload,
	struct arena *arena, struct buf *buf)
{
	uint8_t signature[SIGN_LEN];
	struct buf covered;
	struct str text;
	int result;

	buf_init(&covered, arena, 64 + COSE_KID_MAX);
	cbor_put_map(&covered, kid.len > 0 ? 2 : 1);
	cbor_put_int(&covered, COSE_LABEL_ALG);
	cbor_put_int(&covered, alg_of(hand->kind));
	if (kid.len > 0) {
		cbor_put_int(&covered, COSE_LABEL_KID);
		cbor_put_bytes(&covered, kid);
	}
	text = to_be_signed(buf_str(&covered), aad, payload, arena);
	if (covered.failed || text.ptr == NULL)
		return FAULT(FAULT_NOMEM, "no room to sign");
	result = hand->sign(hand->context, text, signature);
	if (result != 0)
		return result;
	cbor_put_tag(buf, COSE_TAG_SIGN1);
	cbor_put_array(buf, 4);
	cbor_put_bytes(buf, buf_str(&covered));
	cbor_put_map(buf, 0);
	cbor_put_bytes(buf, payload);
	cbor_put_bytes(buf, (struct str){(const char *)signature, SIGN_LEN});
	return buf->failed ? FAULT(FAULT_NOMEM, "no room for a signed message") : 0;
}

static int sign_here(void *context, struct str text, uint8_t ret_signature[SIGN_LEN])
{
	return sign_with(context, text, ret_signature) ? 0 : FAULT(FAULT_BUG, "not a signing key");
}

int cose_sign(const struct sign_secret *secret, struct str kid, struct str aad, struct str payload,
	struct arena *arena, struct buf *buf)
{
	struct sign_secret own = *secret;
	const struct cose_hand hand = {secret->kind, sign_here, &own};

	return cose_sign_by(&hand, kid, aad, payload, arena, buf);
}
