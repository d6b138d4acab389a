/* test_sign_curve.c - keys of three kinds: SM2 by the example of GM/T 0003.5, P-256 by RFC 6979's
 * key and signature, odd keys, foreign and altered signatures. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/crypt.h"
#include "base/rng.h"
#include "base/sign.h"

static void vector(enum sign_kind kind, const char *secret_hex, const char *public_hex,
	const char *text, const char *signature_hex)
{
	struct sign_secret secret = {.kind = kind};
	struct sign_key key, want = {.kind = kind};
	uint8_t signature[SIGN_LEN];

	assert_true(hex_read(str_from(secret_hex), secret.bytes, SIGN_KEY_LEN));
	assert_true(hex_read(str_from(public_hex), want.bytes, SIGN_POINT_LEN));
	assert_true(hex_read(str_from(signature_hex), signature, SIGN_LEN));
	assert_true(sign_key_of(&secret, &key));
	assert_memory_equal(key.bytes, want.bytes, SIGN_POINT_LEN);
	assert_true(sign_check(&key, str_from(text), signature));
	signature[63] ^= 1;
	assert_false(sign_check(&key, str_from(text), signature));
}

static void published(void **state)
{
	(void)state;
	vector(SIGN_SM2, "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8",
		"0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
		"ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
		"message digest",
		"f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
		"b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa");
	vector(SIGN_P256, "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
		"0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
		"7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
		"sample",
		"efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
		"f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
}

static void round_trips(void **state)
{
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 11);
	for (int kind = SIGN_ED25519; kind <= SIGN_SM2; kind++)
		for (int i = 0; i < 20; i++) {
			struct sign_secret secret, other;
			struct sign_key key, foreign;
			uint8_t signature[SIGN_LEN];
			enum sign_kind parsed;

			sign_make((enum sign_kind)kind, &rng, &secret);
			sign_make((enum sign_kind)kind, &rng, &other);
			assert_true(sign_key_of(&secret, &key) && sign_key_of(&other, &foreign));
			assert_true(sign_with(&secret, STR("text"), signature));
			assert_true(sign_check(&key, STR("text"), signature));
			assert_false(sign_check(&key, STR("texu"), signature));
			assert_false(sign_check(&foreign, STR("text"), signature));
			signature[rng_below(&rng, SIGN_LEN)] ^= (uint8_t)(1 << rng_below(&rng, 8));
			assert_false(sign_check(&key, STR("text"), signature));
			assert_true(sign_kind_parse(
				str_from(sign_kind_name((enum sign_kind)kind)), &parsed));
			assert_int_equal(parsed, kind);
		}
}

static void odd_keys(void **state)
{
	struct sign_secret secret = {.kind = SIGN_P256};
	struct sign_key key = {.kind = SIGN_P256, .len = SIGN_POINT_LEN};
	uint8_t signature[SIGN_LEN] = {0};
	enum sign_kind kind;

	(void)state;
	assert_false(sign_key_of(&secret, &key)); /* zero */
	memset(secret.bytes, 0xff, SIGN_KEY_LEN); /* above the order */
	assert_false(sign_key_of(&secret, &key));
	assert_false(sign_with(&secret, STR("x"), signature));
	key.bytes[0] = 4; /* no point of the curve */
	key.bytes[1] = 1;
	assert_false(sign_check(&key, STR("x"), signature));
	key.len = 3;
	assert_false(sign_check(&key, STR("x"), signature));
	key.kind = (enum sign_kind)9;
	assert_false(sign_check(&key, STR("x"), signature));
	assert_false(sign_kind_parse(STR("rsa"), &kind));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(published),
		cmocka_unit_test(round_trips),
		cmocka_unit_test(odd_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
