/* test_crypt.c - published vectors, and passwords. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "base/arena.h"
#include "base/crypt.h"

static void check_hex(const uint8_t *bytes, size_t len, const char *wanted)
{
	uint8_t expected[64];

	assert_true(hex_read(str_from(wanted), expected, len));
	assert_memory_equal(bytes, expected, len);
}

static void hashes(void **state)
{
	uint8_t hash[SHA256_LEN];

	(void)state;
	sha256("abc", 3, hash);
	check_hex(hash, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	sha256("", 0, hash);
	check_hex(hash, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	sha1("abc", 3, hash);
	check_hex(hash, 20, "a9993e364706816aba3e25717850c26c9cd0d89d");
}

/* RFC 4231, cases 1, 2 and 6. */
static void hmac(void **state)
{
	char ones[20], twos[131];
	uint8_t mac[SHA256_LEN];

	(void)state;
	memset(ones, 0x0b, sizeof(ones));
	hmac_sha256((struct str){ones, 20}, STR("Hi There"), mac);
	check_hex(mac, 32, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
	hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), mac);
	check_hex(mac, 32, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
	memset(twos, 0xaa, sizeof(twos));
	hmac_sha256((struct str){twos, 131},
		STR("Test Using Larger Than Block-Size Key - Hash Key First"), mac);
	check_hex(mac, 32, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
	hmac_sha256(STR_NULL, STR_NULL, mac);
	check_hex(mac, 32, "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

static void equal(void **state)
{
	(void)state;
	assert_true(crypt_equal("abc", "abc", 3));
	assert_false(crypt_equal("abc", "abd", 3));
	assert_true(crypt_equal("a", "b", 0));
}

static void passwords(void **state)
{
	uint8_t salt[16] = {1, 2, 3}, other[16] = {4};
	struct str encoded, again;
	struct arena arena;

	(void)state;
	arena_init(&arena, 4096);
	assert_int_equal(password_hash(&arena, STR("secret"), salt, &encoded), 0);
	assert_true(str_starts(encoded, STR("$argon2id$v=19$m=19456,t=2,p=1$")));
	assert_true(password_verify(encoded, STR("secret")));
	assert_false(password_verify(encoded, STR("Secret")));
	assert_false(password_verify(encoded, STR("")));
	assert_false(password_verify(STR(""), STR("secret")));
	assert_false(password_verify(STR("$argon2id$v=19$m=8"), STR("secret")));
	assert_false(password_verify(STR("plain"), STR("plain")));
	assert_int_equal(password_hash(&arena, STR("secret"), other, &again), 0);
	assert_false(str_eq(encoded, again));
	arena_fini(&arena);
}

static void full_arena_is_a_fault(void **state)
{
	uint8_t salt[16] = {0};
	struct str encoded;
	struct arena arena;

	(void)state;
	arena_init(&arena, 8);
	assert_true(password_hash(&arena, STR("secret"), salt, &encoded) < 0);
	assert_true(pile_secret_hash(&arena, STR("k"), STR("a"), STR("b")).ptr == NULL);
	arena_fini(&arena);
}

static void pile_secrets(void **state)
{
	struct arena arena;
	struct str hash;

	(void)state;
	arena_init(&arena, 65536);
	hash = pile_secret_hash(&arena, STR("key"), STR("P1"), STR("secret"));
	assert_int_equal(hash.len, 64);
	assert_true(str_eq(hash, pile_secret_hash(&arena, STR("key"), STR("P1"), STR("secret"))));
	assert_false(str_eq(hash, pile_secret_hash(&arena, STR("kez"), STR("P1"), STR("secret"))));
	assert_false(str_eq(hash, pile_secret_hash(&arena, STR("key"), STR("P1s"), STR("ecret"))));
	assert_false(str_eq(hash, pile_secret_hash(&arena, STR("key"), STR("P2"), STR("secret"))));
	arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes),
		cmocka_unit_test(hmac),
		cmocka_unit_test(equal),
		cmocka_unit_test(passwords),
		cmocka_unit_test(full_arena_is_a_fault),
		cmocka_unit_test(pile_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
