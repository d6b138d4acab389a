/* fuzz_x509.c - any bytes as certificate, request and revocation list, and as JSON with a secret in
 * it; what is accepted reads the same again. */
#include "base/arena.h"
#include "base/fault.h"
#include "base/mask.h"
#include "base/x509.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, shown;
	struct x509_crl_facts list;
	struct x509_facts *facts, again;
	struct x509_hash hash;
	struct x509_csr csr, same;
	struct arena arena;
	size_t len;

	arena_init(&arena, 64 << 20);
	if (x509_read_all(&arena, text, &facts, &len) == 0) {
		ASSERT(len >= 1 && x509_read(&arena, facts[0].pem, &again) == 0);
		ASSERT(str_eq(again.fingerprint, facts[0].fingerprint));
		x509_hash(&arena, text, STR_NULL, &hash);
		x509_check(&arena, text, facts[len - 1].pem, STR_NULL, 0);
	}
	if (x509_csr_read(&arena, text, &csr) == 0) {
		ASSERT(x509_csr_read(&arena, csr.pem, &same) == 0);
		ASSERT(str_eq(csr.key_hash, same.key_hash));
	}
	x509_crl_read(&arena, text, STR_NULL, &list);
	if (size > 0 && mask_secrets(&arena, text, &shown))
		ASSERT(shown.len == text.len);
	arena_fini(&arena);
	return 0;
}
