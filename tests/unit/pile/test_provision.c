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

static void test_codes(void **state)
{
	static const struct {
		const char *code;
		bool good;
	} rows[] = {{"LEYDEN1;N=A-07;S=wss://example.org/ocpp", true},
		{"LEYDEN1;S=ws://127.0.0.1:8080/ocpp;K=0123456789abcdef;N=A_7.x\n", true},
		{"", false}, {"LEYDEN1", false}, {"LEYDEN1;", false},
		{"LEYDEN2;N=A;S=wss://example.org", false}, {"LEYDEN1;N=A-07", false},
		{"LEYDEN1;S=wss://example.org", false},
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_codes),
		cmocka_unit_test(test_directory),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
