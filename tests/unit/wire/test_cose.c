/* test_cose.c - COSE_Sign1: the example of RFC 9052 C.2.1, the working group's EdDSA one, round
 * trips for all kinds of keys, and that no changed bit passes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/crypt.h"
#include "base/rng.h"
#include "wire/cose.h"
#include "wire/offline_code.h"

#define ES256_EXAMPLE \
	"d28443a10126a10442313154546869732069732074686520636f6e74656e742e58408eb33e4ca31d1c465ab0" \
	"5aac" \
	"34cc6b23d58fef5c083106c4d25a91aef0b0117e2af9a291aa32e14ab834dc56ed2a223444547e01f11d3b09" \
	"16e5" \
	"a4c345cacb36"
#define ES256_KEY \
	"04bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff20138bf82dc1b6d562be0f" \
	"a54a" \
	"b7804a3a64b6d72ccfed6b6fb6ed28bbfc117e"
#define EDDSA_EXAMPLE \
	"d28445a201270300a10442313154546869732069732074686520636f6e74656e742e58407142fd2ff96d56db" \
	"85be" \
	"e905a76ba1d0b7321a95c8c4d3607c5781932b7afb8711497dfa751bf40b58b3bcc32300b1487f3db34085ee" \
	"f013" \
	"bf08f4a44d6fef0d"
#define EXTERNAL_EXAMPLE \
	"d28443a10126a10442313154546869732069732074686520636f6e74656e742e5840eae868ecc176883766c5" \
	"dc5b" \
	"a5b8dca25dab3c2e56a551ce5705b793914348e155388b10c4f1b59a6733eab416870a945111a4b2fbdbef33" \
	"a772" \
	"34b1deff2f9b"
#define EXTERNAL_AAD "\x11\xaa\x22\xbb\x33\xcc\x44\xdd\x55\x00\x66\x99"
#define EDDSA_KEY "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

static void example(const char *hex, const char *key_hex, enum sign_kind kind, struct str aad)
{
	uint8_t room[256];
	struct sign_key key = {.kind = kind, .len = strlen(key_hex) / 2};
	struct str bytes = {(const char *)room, strlen(hex) / 2};
	struct cose_sign1 message;
	struct arena arena;

	arena_init(&arena, 1 << 16);
	assert_true(hex_read(str_from(hex), room, bytes.len));
	assert_true(hex_read(str_from(key_hex), key.bytes, key.len));
	assert_int_equal(cose_read(bytes, &message), 0);
	assert_true(str_is(message.kid, "11"));
	assert_true(str_is(message.payload, "This is the content."));
	assert_int_equal(cose_verify(&message, aad, &key, true, &arena), 0);
	/* its key id stands outside the signature, which our codes do not allow */
	assert_int_equal(cose_verify(&message, aad, &key, false, &arena), COSE_E_OPEN);
	assert_int_equal(cose_verify(&message, STR("x"), &key, true, &arena), COSE_E_FORGED);
	key.bytes[5] ^= 1;
	assert_int_equal(cose_verify(&message, aad, &key, true, &arena), COSE_E_FORGED);
	arena_fini(&arena);
}

static void published_examples(void **state)
{
	(void)state;
	example(ES256_EXAMPLE, ES256_KEY, SIGN_P256, STR(""));
	example(EXTERNAL_EXAMPLE, ES256_KEY, SIGN_P256, STR(EXTERNAL_AAD));
	example(EDDSA_EXAMPLE, EDDSA_KEY, SIGN_ED25519, STR(""));
}

static void sign_some(enum sign_kind kind, uint64_t seed, struct arena *arena, struct str *ret,
	struct sign_key *key)
{
	struct sign_secret secret;
	struct rng rng;

	rng_init_seeded(&rng, seed);
	sign_make(kind, &rng, &secret);
	assert_true(sign_key_of(&secret, key));
	assert_int_equal(offline_code_sign(OFFLINE_CODE_SETTLEMENT, &secret, STR("abcd"),
				 STR("\xa1\x01\x02"), arena, ret),
		0);
}

static void every_bit(void **state)
{
	struct sign_key key;
	struct arena arena;
	struct str bytes;

	(void)state;
	arena_init(&arena, 64 << 20);
	for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++) {
		struct cose_sign1 message;
		char *copy;

		sign_some((enum sign_kind)kind, 7, &arena, &bytes, &key);
		assert_int_equal(cose_read(bytes, &message), 0);
		assert_int_equal(
			offline_code_verify(OFFLINE_CODE_SETTLEMENT, &message, &key, &arena), 0);
		assert_true(str_is(message.kid, "abcd"));
		/* the same bytes as another kind of code */
		assert_int_equal(offline_code_verify(OFFLINE_CODE_IDENT, &message, &key, &arena),
			COSE_E_FORGED);
		copy = str_dup_z(&arena, bytes);
		for (size_t bit = 0; bit < 8 * bytes.len; bit++) {
			struct str altered = {copy, bytes.len};

			copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
			if (cose_read(altered, &message) == 0)
				assert_int_not_equal(offline_code_verify(OFFLINE_CODE_SETTLEMENT,
							     &message, &key, &arena),
					0);
			copy[bit / 8] = (char)(copy[bit / 8] ^ 1 << bit % 8);
		}
		for (size_t len = 0; len < bytes.len; len++)
			assert_int_not_equal(cose_read((struct str){copy, len}, &message), 0);
	}
	arena_fini(&arena);
}

static void wrong_kind_of_key(void **state)
{
	struct sign_key keys[SIGN_KINDS + 1];
	struct str bytes[SIGN_KINDS + 1];
	struct arena arena;

	(void)state;
	arena_init(&arena, 1 << 20);
	for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++)
		sign_some((enum sign_kind)kind, 3, &arena, &bytes[kind], &keys[kind]);
	for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++)
		for (int other = SIGN_ED25519; other <= SIGN_SM2; other++) {
			struct cose_sign1 message;

			assert_int_equal(cose_read(bytes[kind], &message), 0);
			assert_int_equal(offline_code_verify(OFFLINE_CODE_SETTLEMENT, &message,
						 &keys[other], &arena),
				kind == other ? 0 : COSE_E_ALG);
		}
	arena_fini(&arena);
}

static void refused_forms(void **state)
{
	static const char *const bad[] = {
		"", "80", "83400000", "d1844040404140", "844040a0", "d28443a10126a0f640",
		"d28443a10126a05840", "84a0a04040", /* protected must be bytes */
		"8441a0a04040",                     /* an empty map in it must be no bytes */
		"8443a10100a04040",                 /* unknown algorithm */
		"8446a101260102a04040",             /* label twice */
		"8446a201260280a04040",             /* critical labels */
	};
	uint8_t room[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct cose_sign1 message;

		assert_true(hex_read(str_from(bad[i]), room, strlen(bad[i]) / 2));
		assert_int_not_equal(
			cose_read((struct str){(const char *)room, strlen(bad[i]) / 2}, &message),
			0);
	}
}

static void texts(void **state)
{
	static const char *const bases[] = {
		"https://charge.example.com", "http://127.0.0.1:18080", "https://host/Path"};
	struct sign_key key;
	struct arena arena;
	struct str bytes;

	(void)state;
	arena_init(&arena, 1 << 20);
	sign_some(SIGN_P256, 1, &arena, &bytes, &key);
	for (int kind = OFFLINE_CODE_IDENT; kind <= OFFLINE_CODE_SETTLEMENT; kind++)
		for (size_t i = 0; i < 3; i++) {
			struct str back;
			struct buf buf;

			buf_init(&buf, &arena, 1000);
			offline_code_text(
				(enum offline_code_kind)kind, str_from(bases[i]), bytes, &buf);
			assert_int_equal(offline_code_kind(buf_str(&buf)), kind);
			back = offline_code_bytes(
				(enum offline_code_kind)kind, buf_str(&buf), &arena);
			assert_true(str_eq(back, bytes));
		}
	assert_int_equal(offline_code_kind(STR("https://example.com/p/A-01")), 0);
	assert_int_equal(offline_code_kind(STR("WIFI:S:x;;")), 0);
	assert_null(offline_code_bytes(OFFLINE_CODE_IDENT, STR("12x"), &arena).ptr);
	assert_null(offline_code_bytes(OFFLINE_CODE_START, STR("LY1:???"), &arena).ptr);
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published_examples),
		cmocka_unit_test(every_bit),
		cmocka_unit_test(wrong_kind_of_key),
		cmocka_unit_test(refused_forms),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
