/* test_provision.c - the installer's code, and what a new pile's directory holds after it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>
#include "pile/provision.h"
#include "../../support/swtpm.h"

static void test_codes(void **state)
{
	static const struct {
		const char *code;
		bool good;
	} rows[] = {{"LEYDEN1;N=A-07;S=wss://example.org/ocpp", true},
		{"LEYDEN1;S=ws://127.0.0.1:8080/ocpp;K=0123456789abcdef;N=A_7.x\n", true},
		{"LEYDEN1;N=A;S=wss://example.org;E=20270131", true},
		{"LEYDEN1;N=A;S=wss://example.org;E=20271301", false},
		{"LEYDEN1;N=A;S=wss://example.org;E=2027013", false},
		{"LEYDEN1;N=A;S=wss://example.org;E=tomorrow", false},
		{"LEYDEN1;N=A;S=wss://example.org;E=20270131;E=20270201", false}, {"", false},
		{"LEYDEN1", false}, {"LEYDEN1;", false}, {"LEYDEN2;N=A;S=wss://example.org", false},
		{"LEYDEN1;N=A-07", false}, {"LEYDEN1;S=wss://example.org", false},
		{"LEYDEN1;N=A;N=B;S=wss://example.org", false},
		{"LEYDEN1;N=../../etc;S=wss://example.org", false},
		{"LEYDEN1;N=.;S=wss://example.org", false},
		{"LEYDEN1;N=A B;S=wss://example.org", false},
		{"LEYDEN1;N=A;S=http://example.org", false}, {"LEYDEN1;N=A;S=wss://", false},
		{"LEYDEN1;N=A;S=wss://exam ple.org", false},
		{"LEYDEN1;N=A;S=wss://example.org;K=short", false},
		{"LEYDEN1;N=A;S=wss://example.org;X=1", false},
		{"LEYDEN1;N=A;S=wss://example.org;;", false},
		{"LEYDEN1;N=0123456789012345678901234567890123456789012345678;S=wss://example.org",
			false}};
	struct provision provision;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(provision_parse(str_from(rows[i].code), &provision), rows[i].good);
	assert_true(provision_parse(str_from(rows[1].code), &provision));
	assert_string_equal(provision.name, "A_7.x");
	assert_string_equal(provision.key, "0123456789abcdef");
}

/* A code counts to the end of its last day. */
static void test_expiry(void **state)
{
	char words[][48] = {"provision", "--data", "/nonexistent/x", "--code",
		"LEYDEN1;N=A;S=wss://example.org;E=20200131"};
	char *old[] = {words[0], words[1], words[2], words[3], words[4], NULL};
	struct provision provision;

	(void)state;
	assert_true(provision_parse(STR("LEYDEN1;N=A;S=wss://e.org;E=20260302"), &provision));
	assert_int_equal(provision.until_us, INT64_C(1772496000000000)); /* 2026-03-03T00:00:00Z */
	assert_true(provision_parse(STR("LEYDEN1;N=A;S=wss://e.org"), &provision));
	assert_int_equal(provision.until_us, 0);
	assert_int_equal(provision_main(5, old), 2); /* nothing is made with an old one */
	assert_int_not_equal(access("/nonexistent/x", F_OK), 0);
}

/* A code with a key in it need not stand among the words of a command: "-" reads it. */
static void test_code_from_input(void **state)
{
	char words[][48] = {"provision", "--data", "/nonexistent/x", "--code", "-"};
	char *read_it[] = {words[0], words[1], words[2], words[3], words[4], NULL};
	FILE *input = tmpfile();
	int saved = dup(STDIN_FILENO);

	(void)state;
	assert_non_null(input);
	fputs("LEYDEN1;N=A;S=wss://example.org;K=0123456789abcdef\n", input);
	rewind(input);
	assert_true(dup2(fileno(input), STDIN_FILENO) >= 0);
	optind = 1;
	/* understood: it fails at the directory, not at the code */
	assert_int_equal(provision_main(5, read_it), EXIT_FAILURE);
	assert_true(dup2(saved, STDIN_FILENO) >= 0);
	clearerr(stdin);
	close(saved);
	fclose(input);
}

/* The key of the certificate is made once; its fingerprint stays. */
static void test_device_key(void **state)
{
	char dir[] = "/tmp/test_provision.XXXXXX", path[100], command[100];
	char first[KEYPRINT_LEN + 1], second[KEYPRINT_LEN + 1], other[KEYPRINT_LEN + 1];
	struct provision provision;
	struct sign_key meter;
	struct rng rng;

	(void)state;
	rng_init_system(&rng);
	assert_non_null(mkdtemp(dir));
	assert_true(provision_parse(STR("LEYDEN1;N=A-07;S=wss://example.org/ocpp"), &provision));
	assert_int_equal(provision_write(dir, &provision, false, &rng, &meter), 0);
	assert_int_equal(provision_device_key(dir, &provision, false, first), 0);
	assert_int_equal(strlen(first), KEYPRINT_LEN);
	assert_int_equal(provision_device_key(dir, &provision, false, second), 0);
	assert_string_equal(first, second);
	/* another device with the same code has another one */
	snprintf(path, sizeof(path), "%s/2", dir);
	memset(provision.key, 0, sizeof(provision.key));
	assert_int_equal(provision_write(path, &provision, false, &rng, &meter), 0);
	assert_int_equal(provision_device_key(path, &provision, false, other), 0);
	assert_string_not_equal(first, other);
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

static void test_directory(void **state)
{
	char dir[] = "/tmp/test_provision.XXXXXX", path[100], text[200] = "", command[100];
	struct provision provision, loaded;
	struct sign_key first, second;
	struct stat about;
	struct rng rng;
	FILE *file;

	(void)state;
	rng_init_system(&rng);
	assert_non_null(mkdtemp(dir));
	assert_false(provision_load(dir, &loaded));
	assert_true(provision_parse(STR("LEYDEN1;N=A-07;S=wss://example.org/ocpp"), &provision));
	assert_int_equal(provision_write(dir, &provision, false, &rng, &first), 0);
	assert_int_equal(strlen(provision.key), 27);
	assert_true(provision_load(dir, &loaded));
	assert_string_equal(loaded.name, "A-07");
	assert_string_equal(loaded.server, "wss://example.org/ocpp");
	snprintf(path, sizeof(path), "%s/passwords", dir);
	assert_int_equal(stat(path, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = 0;
	fclose(file);
	assert_int_equal(strncmp(text, "A-07:", 5), 0);
	assert_memory_equal(text + 5, provision.key, 27);
	/* once more with a given key: the meter keeps the one it has */
	assert_true(provision_parse(
		STR("LEYDEN1;N=A-07;S=wss://example.org/ocpp;K=0123456789abcdef"), &provision));
	assert_int_equal(provision_write(dir, &provision, false, &rng, &second), 0);
	assert_memory_equal(first.bytes, second.bytes, SIGN_POINT_LEN);
	assert_true(provision_write("/proc/nowhere", &provision, false, &rng, &second) < 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

/* With a TPM both keys are made in it; what lies in the directory is useless elsewhere. */
static void test_keys_in_the_tpm(void **state)
{
	char dir[] = "/tmp/test_provision.XXXXXX", path[100], text[2000] = "", command[100];
	char first[KEYPRINT_LEN + 1], second[KEYPRINT_LEN + 1];
	struct provision provision;
	struct sign_key meter;
	struct rng rng;
	FILE *file;
	pid_t pid;

	(void)state;
	rng_init_system(&rng);
	assert_non_null(mkdtemp(dir));
	pid = swtpm_start(dir);
	assert_true(provision_parse(STR("LEYDEN1;N=A-07;S=wss://example.org/ocpp"), &provision));
	if (pid == 0 || provision_write(dir, &provision, true, &rng, &meter) < 0) {
		if (pid)
			swtpm_stop(pid);
		skip();
	}
	assert_int_equal(provision_device_key(dir, &provision, true, first), 0);
	assert_int_equal(strlen(first), KEYPRINT_LEN);
	assert_int_equal(provision_device_key(dir, &provision, true, second), 0);
	assert_string_equal(first, second);
	snprintf(path, sizeof(path), "%s/A-07/device.key", dir);
	file = fopen(path, "r");
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = 0;
	fclose(file);
	assert_non_null(strstr(text, "BEGIN TSS2 PRIVATE KEY"));
	swtpm_stop(pid);
	/* without its TPM the key is none, and no other one is made in its place */
	assert_true(provision_device_key(dir, &provision, true, second) < 0);
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	assert_int_equal(system(command), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_expiry),
		cmocka_unit_test(test_code_from_input),
		cmocka_unit_test(test_device_key),
		cmocka_unit_test(test_directory),
		cmocka_unit_test(test_keys_in_the_tpm),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
