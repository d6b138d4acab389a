/* sign_curve.c - keys of three kinds (declared in sign.h): P-256 and SM2 by OpenSSL, Ed25519 by
 * sign.c. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <string.h>

#include "base/fault.h"
#include "base/rng.h"
#include "base/sign.h"

#define SIGN_DER_MAX 80
#define SIGN_SM2_ID "1234567812345678" /* the signer's name GB/T 35276 gives to all without one */

/* What OpenSSL calls things, by kind. */
static const struct {
	const char *name;
	int curve;
	const char *group, *type;
} sign_rows[] = {
	[SIGN_ED25519] = {"ed25519", 0, NULL, NULL},
	[SIGN_P256] = {"es256", NID_X9_62_prime256v1, "prime256v1", "EC"},
	[SIGN_SM2] = {"sm2", NID_sm2, "SM2", "SM2"},
};

const char *sign_kind_name(enum sign_kind kind)
{
	ASSERT(kind >= SIGN_ED25519 && kind <= SIGN_SM2);
	return sign_rows[kind].name;
}

bool sign_kind_parse(struct str name, enum sign_kind *ret_kind)
{
	for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
		if (!str_is(name, sign_rows[kind].name))
			continue;
		*ret_kind = (enum sign_kind)kind;
		return true;
	}
	return false;
}

/* The point of a number on its curve; false for a number out of range. */
static bool curve_point(const struct sign_secret *secret, uint8_t ret[SIGN_POINT_LEN])
{
	EC_GROUP *group = EC_GROUP_new_by_curve_name(sign_rows[secret->kind].curve);
	BIGNUM *number = BN_bin2bn(secret->bytes, SIGN_KEY_LEN, NULL);
	EC_POINT *point = group ? EC_POINT_new(group) : NULL;
	bool good = number && point && !BN_is_zero(number) &&
		    BN_cmp(number, EC_GROUP_get0_order(group)) < 0 &&
		    EC_POINT_mul(group, point, number, NULL, NULL, NULL) == 1 &&
		    EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, ret,
			    SIGN_POINT_LEN, NULL) == SIGN_POINT_LEN;

	EC_POINT_free(point);
	BN_clear_free(number);
	EC_GROUP_free(group);
	return good;
}

/* A key as OpenSSL has it; `secret` NULL for a public one. NULL when it is no point of its curve.
 */
static EVP_PKEY *curve_key(const struct sign_key *key, const struct sign_secret *secret)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, sign_rows[key->kind].type, NULL);
	BIGNUM *number = secret ? BN_bin2bn(secret->bytes, SIGN_KEY_LEN, NULL) : NULL;
	OSSL_PARAM *params = NULL;
	EVP_PKEY *made = NULL;

	if (build && context &&
		OSSL_PARAM_BLD_push_utf8_string(
			build, OSSL_PKEY_PARAM_GROUP_NAME, sign_rows[key->kind].group, 0) == 1 &&
		OSSL_PARAM_BLD_push_octet_string(
			build, OSSL_PKEY_PARAM_PUB_KEY, key->bytes, key->len) == 1 &&
		(!secret || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, number) == 1) &&
		(params = OSSL_PARAM_BLD_to_param(build)) != NULL &&
		EVP_PKEY_fromdata_init(context) == 1 &&
		EVP_PKEY_fromdata(context, &made, secret ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
			params) != 1)
		made = NULL;
	OSSL_PARAM_free(params);
	BN_clear_free(number);
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_BLD_free(build);
	return made;
}

/* A digest context set up for the kind; SM2 hashes its signer's name too. */
static EVP_MD_CTX *curve_digest(EVP_PKEY *key, enum sign_kind kind, EVP_PKEY_CTX **ret_context)
{
	EVP_MD_CTX *digest = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);

	*ret_context = context;
	if (digest && context && kind == SIGN_SM2 &&
		EVP_PKEY_CTX_set1_id(context, SIGN_SM2_ID, strlen(SIGN_SM2_ID)) != 1) {
		EVP_MD_CTX_free(digest);
		return NULL;
	}
	if (digest && context)
		EVP_MD_CTX_set_pkey_ctx(digest, context);
	return context ? digest : NULL;
}

static const EVP_MD *curve_hash(enum sign_kind kind)
{
	return kind == SIGN_SM2 ? EVP_sm3() : EVP_sha256();
}

bool sign_raw(const uint8_t *der, size_t len, uint8_t ret[SIGN_LEN])
{
	const unsigned char *at = der;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &at, (long)len);
	bool good = pair && BN_bn2binpad(ECDSA_SIG_get0_r(pair), ret, SIGN_LEN / 2) > 0 &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(pair), ret + SIGN_LEN / 2, SIGN_LEN / 2) > 0;

	ECDSA_SIG_free(pair);
	return good;
}

static int curve_der(const uint8_t signature[SIGN_LEN], uint8_t ret[SIGN_DER_MAX])
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(signature, SIGN_LEN / 2, NULL);
	BIGNUM *s = BN_bin2bn(signature + SIGN_LEN / 2, SIGN_LEN / 2, NULL);
	unsigned char *at = ret;
	int len = -1;

	if (pair && r && s && ECDSA_SIG_set0(pair, r, s) == 1) {
		len = i2d_ECDSA_SIG(pair, &at);
		r = s = NULL; /* the pair has them now */
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(pair);
	return len;
}

void sign_make(enum sign_kind kind, struct rng *rng, struct sign_secret *ret_secret)
{
	uint8_t point[SIGN_POINT_LEN];

	ret_secret->kind = kind;
	do {
		rng->fill(rng, ret_secret->bytes, SIGN_KEY_LEN);
	} while (kind != SIGN_ED25519 && !curve_point(ret_secret, point));
}

bool sign_key_of(const struct sign_secret *secret, struct sign_key *ret_key)
{
	struct sign_key key = {.kind = secret->kind, .len = SIGN_POINT_LEN};

	if (secret->kind == SIGN_ED25519) {
		key.len = SIGN_KEY_LEN;
		sign_public(secret->bytes, key.bytes);
	} else if ((secret->kind != SIGN_P256 && secret->kind != SIGN_SM2) ||
		   !curve_point(secret, key.bytes)) {
		return false;
	}
	*ret_key = key;
	return true;
}

bool sign_with(const struct sign_secret *secret, struct str text, uint8_t ret[SIGN_LEN])
{
	uint8_t der[SIGN_DER_MAX];
	size_t len = sizeof(der);
	EVP_PKEY_CTX *context = NULL;
	EVP_MD_CTX *digest = NULL;
	EVP_PKEY *pair;
	struct sign_key key;
	bool good;

	if (!sign_key_of(secret, &key))
		return false;
	if (secret->kind == SIGN_ED25519) {
		sign_text(secret->bytes, text, ret);
		return true;
	}
	pair = curve_key(&key, secret);
	if (pair)
		digest = curve_digest(pair, secret->kind, &context);
	good = digest &&
	       EVP_DigestSignInit(digest, NULL, curve_hash(secret->kind), NULL, pair) == 1 &&
	       EVP_DigestSign(digest, der, &len, (const unsigned char *)text.ptr, text.len) == 1 &&
	       sign_raw(der, len, ret);
	EVP_MD_CTX_free(digest);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(pair);
	return good;
}

bool sign_check(const struct sign_key *key, struct str text, const uint8_t signature[SIGN_LEN])
{
	uint8_t der[SIGN_DER_MAX];
	EVP_PKEY_CTX *context = NULL;
	EVP_MD_CTX *digest = NULL;
	EVP_PKEY *public;
	bool good;
	int len;

	if (key->kind == SIGN_ED25519)
		return key->len == SIGN_KEY_LEN && sign_verify(key->bytes, text, signature);
	if ((key->kind != SIGN_P256 && key->kind != SIGN_SM2) || key->len != SIGN_POINT_LEN)
		return false;
	len = curve_der(signature, der);
	public = len > 0 ? curve_key(key, NULL) : NULL;
	if (public)
		digest = curve_digest(public, key->kind, &context);
	good = digest &&
	       EVP_DigestVerifyInit(digest, NULL, curve_hash(key->kind), NULL, public) == 1 &&
	       EVP_DigestVerify(
		       digest, der, (size_t)len, (const unsigned char *)text.ptr, text.len) == 1;
	EVP_MD_CTX_free(digest);
	EVP_PKEY_CTX_free(context);
	EVP_PKEY_free(public);
	return good;
}
