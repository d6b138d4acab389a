/* exi_sign.c - what is signed in a message, and by whom (see exi_sign.h). */
#include "pile/exi_sign.h"

#include <string.h>

#include "base/crypt.h"
#include "base/fault.h"

#define SIGN_CANONICAL "http://www.w3.org/TR/canonical-exi/"
#define SIGN_METHOD "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
#define SIGN_DIGEST "http://www.w3.org/2001/04/xmlenc#sha256"
#define SIGN_ROOM 8192 /* a request for a contract with four certificates above its own */

const char *exi_sign_word(int outcome)
{
	static const char *const words[] = {"well", "it is not signed", "signed in a strange way",
		"changed after it was signed", "signed by somebody else"};

	ASSERT(outcome >= 0 && outcome <= EXI_SIGN_E_WRONG);
	return words[outcome];
}

static bool sign_digest(
	const struct exi_node *element, struct arena *arena, uint8_t ret[SHA256_LEN])
{
	uint8_t *bytes = arena_alloc(arena, SIGN_ROOM);
	size_t len = 0;

	if (!bytes || exi_write_part(&exi_iso2_parts, element, bytes, SIGN_ROOM, &len) != 0)
		return false;
	sha256(bytes, len, ret);
	return true;
}

static bool sign_said(const struct exi_node *info, struct arena *arena, struct str *ret)
{
	uint8_t *bytes = arena_alloc(arena, SIGN_ROOM);
	size_t len = 0;

	if (!bytes || exi_write_part(&exi_signed_info, info, bytes, SIGN_ROOM, &len) != 0)
		return false;
	*ret = (struct str){(const char *)bytes, len};
	return true;
}

/* ---- reading ---- */

static bool sign_method_is(const struct exi_node *parent, const char *name, const char *algorithm)
{
	return str_is(exi_bytes(exi_get(parent, name), "Algorithm"), algorithm);
}

/* One reference, to the element, by the methods of the standard and no others. */
static int sign_reference(
	const struct exi_node *info, const struct exi_node *element, const struct exi_node **ret)
{
	const struct exi_node *reference = exi_get(info, "Reference");
	const struct exi_node *transforms = exi_get(reference, "Transforms");
	struct str id = exi_bytes(element, "Id"), uri = exi_bytes(reference, "URI");

	if (id.len == 0 || uri.len != id.len + 1 || uri.ptr[0] != '#' ||
		!str_eq(str_slice(uri, 1, uri.len), id) || reference->next)
		return EXI_SIGN_E_MISSING;
	if (!sign_method_is(info, "CanonicalizationMethod", SIGN_CANONICAL) ||
		!sign_method_is(info, "SignatureMethod", SIGN_METHOD) ||
		!sign_method_is(reference, "DigestMethod", SIGN_DIGEST) || !transforms ||
		!sign_method_is(transforms, "Transform", SIGN_CANONICAL) || transforms->first->next)
		return EXI_SIGN_E_METHOD;
	*ret = reference;
	return 0;
}

static int sign_judge(const struct exi_node *signature, const struct exi_node *element,
	const struct sign_key *key, struct arena *arena)
{
	const struct exi_node *info = exi_get(signature, "SignedInfo"), *reference = NULL;
	struct str value = exi_bytes(exi_get(signature, "SignatureValue"), "CONTENT");
	uint8_t digest[SHA256_LEN];
	struct str said, text;
	int outcome = info ? sign_reference(info, element, &reference) : EXI_SIGN_E_MISSING;

	if (outcome != 0)
		return outcome;
	said = exi_bytes(reference, "DigestValue");
	if (!sign_digest(element, arena, digest) || said.len != sizeof(digest) ||
		!crypt_equal(said.ptr, digest, sizeof(digest)))
		return EXI_SIGN_E_DIGEST;
	if (value.len != SIGN_LEN || !sign_said(info, arena, &text) ||
		!sign_check(key, text, (const uint8_t *)value.ptr))
		return EXI_SIGN_E_WRONG;
	return 0;
}

int exi_sign_check(
	const struct exi_node *header, const struct exi_node *element, const struct sign_key *key)
{
	struct arena arena;
	int outcome;

	arena_init(&arena, 4 * SIGN_ROOM);
	outcome = sign_judge(exi_get(header, "Signature"), element, key, &arena);
	arena_fini(&arena);
	return outcome;
}

/* ---- writing ---- */

static void sign_method(
	struct exi_doc *doc, struct exi_node *parent, const char *name, const char *algorithm)
{
	struct exi_node *node = exi_add(doc, parent, name);

	exi_add_bytes(doc, node, "Algorithm", str_from(algorithm));
}

static void sign_fill_info(struct exi_doc *doc, struct exi_node *info,
	const struct exi_node *element, const uint8_t digest[SHA256_LEN])
{
	struct exi_node *reference;
	void *kept = arena_copy(doc->arena, digest, SHA256_LEN);

	sign_method(doc, info, "CanonicalizationMethod", SIGN_CANONICAL);
	sign_method(doc, info, "SignatureMethod", SIGN_METHOD);
	reference = exi_add(doc, info, "Reference");
	exi_add_bytes(doc, reference, "URI",
		str_format(doc->arena, "#%.*s", STR_FMT(exi_bytes(element, "Id"))));
	sign_method(doc, exi_add(doc, reference, "Transforms"), "Transform", SIGN_CANONICAL);
	sign_method(doc, reference, "DigestMethod", SIGN_DIGEST);
	exi_add_bytes(doc, reference, "DigestValue", (struct str){kept, kept ? SHA256_LEN : 0});
}

void exi_sign(struct exi_doc *doc, struct exi_node *header, const struct exi_node *element,
	const struct sign_secret *secret)
{
	struct exi_node *signature = exi_add(doc, header, "Signature");
	struct exi_node *info = exi_add(doc, signature, "SignedInfo"), *value;
	uint8_t digest[SHA256_LEN], *made = arena_alloc(doc->arena, SIGN_LEN);
	struct str text;

	if (!made || !element || !sign_digest(element, doc->arena, digest)) {
		doc->bad = true;
		return;
	}
	sign_fill_info(doc, info, element, digest);
	if (doc->bad || !sign_said(info, doc->arena, &text) || !sign_with(secret, text, made)) {
		doc->bad = true;
		return;
	}
	value = exi_add(doc, signature, "SignatureValue");
	exi_add_bytes(doc, value, "CONTENT", (struct str){(const char *)made, SIGN_LEN});
}
