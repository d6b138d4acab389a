/* test_signer.c - keys that sign: in files, and in a TPM 2.0 where swtpm plays one on loopback. The
 * TPM's part is skipped where swtpm or OpenSSL's provider is not installed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "../../support/swtpm.h"
#include "base/rng.h"
#include "base/signer.h"

static char dir[] = "/tmp/test_signer.XXXXXX";
static struct rng rng;

static const char *path_of(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	return path;
}

static void test_file(void **state)
{
	static const enum sign_kind kinds[] = {SIGN_P256, SIGN_SM2};
	struct signer *signer, *again;
	uint8_t signature[SIGN_LEN];
	struct sign_key key;
	struct stat about;

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(signer_open_file(path_of(sign_kind_name(kinds[i])), kinds[i], &rng,
					 &signer),
			0);
		assert_int_equal(stat(path_of(sign_kind_name(kinds[i])), &about), 0);
		assert_int_equal(about.st_mode & 0777, 0600);
		key = signer_key(signer);
		assert_int_equal(key.kind, kinds[i]);
		assert_int_equal(signer_sign(signer, STR("text"), signature), 0);
		assert_true(sign_check(&key, STR("text"), signature));
		assert_false(sign_check(&key, STR("texts"), signature));
		/* the next start has the same key, whatever kind is asked for */
		assert_int_equal(signer_open_file(path_of(sign_kind_name(kinds[i])), SIGN_P256,
					 &rng, &again),
			0);
		assert_memory_equal(signer_key(again).bytes, key.bytes, SIGN_POINT_LEN);
		signer_free(again);
		signer_free(signer);
	}
	assert_int_equal(signer_open_file(NULL, SIGN_P256, &rng, &signer), 0);
	assert_false(signer_is_tpm(signer));
	signer_free(signer);
	signer_free(NULL);
}

/* A key file that cannot be read is never replaced. */
static void test_broken_files(void **state)
{
	static const char *const texts[] = {"", "es256", "es256 12", "ed25519 00", "rsa 12 34",
		"es256 0000000000000000000000000000000000000000000000000000000000000000"};
	struct signer *signer = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		FILE *file = fopen(path_of("broken"), "w");
		assert_non_null(file);
		fputs(texts[i], file);
		fclose(file);
		assert_true(signer_open_file(path_of("broken"), SIGN_P256, &rng, &signer) < 0);
	}
	assert_true(signer_open_file("/nonexistent/dir/key", SIGN_P256, &rng, &signer) < 0);
	assert_null(signer);
}

static int sign_waiting(struct signer *signer, struct str text, uint8_t ret[SIGN_LEN])
{
	int outcome = SIGNER_E_LATER;

	for (int i = 0; i < 2000 && outcome == SIGNER_E_LATER; i++) {
		outcome = signer_sign(signer, text, ret);
		if (outcome == SIGNER_E_LATER)
			nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
	}
	return outcome;
}

static void test_tpm(void **state)
{
	struct signer *signer, *again;
	uint8_t signature[SIGN_LEN];
	struct sign_key key;
	char text[2000];
	FILE *file;
	pid_t pid;

	(void)state;
	pid = swtpm_start(dir);
	if (pid == 0)
		skip();
	if (signer_open_tpm(path_of("tpm.key"), &signer) < 0) {
		swtpm_stop(pid);
		skip(); /* no provider here */
	}
	assert_true(signer_is_tpm(signer));
	key = signer_key(signer);
	assert_int_equal(signer_sign(signer, STR("first"), signature), SIGNER_E_LATER);
	assert_int_equal(sign_waiting(signer, STR("first"), signature), 0);
	assert_true(sign_check(&key, STR("first"), signature));
	for (int i = 0; i < 20; i++) {
		char words[32];
		snprintf(words, sizeof(words), "text %d", i);
		assert_int_equal(sign_waiting(signer, str_from(words), signature), 0);
		assert_true(sign_check(&key, str_from(words), signature));
	}
	/* the file holds nothing one could sign with elsewhere */
	file = fopen(path_of("tpm.key"), "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = 0;
	fclose(file);
	assert_non_null(strstr(text, "TSS2 PRIVATE KEY"));
	assert_int_equal(signer_open_tpm(path_of("tpm.key"), &again), 0);
	assert_memory_equal(signer_key(again).bytes, key.bytes, SIGN_POINT_LEN);
	signer_free(again);
	signer_free(signer);
	/* a file's key is none of the TPM's */
	assert_int_equal(signer_open_file(path_of("plain"), SIGN_P256, &rng, &again), 0);
	signer_free(again);
	assert_true(signer_open_tpm(path_of("plain"), &again) < 0);
	swtpm_stop(pid);
}

static int set_up(void **state)
{
	(void)state;
	rng_init_system(&rng);
	return mkdtemp(dir) ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	return system(command);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_broken_files),
		cmocka_unit_test(test_tpm),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
