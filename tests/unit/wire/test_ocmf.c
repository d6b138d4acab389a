/* test_ocmf.c - signed meter readings: a record made by another program checks, ours check there
 * and here, and nothing that was touched does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/clock.h"
#include "base/crypt.h"
#include "base/rng.h"
#include "wire/json.h"
#include "wire/ocmf.h"

/* Made with another library from the private key of RFC 6979 A.2.5; the payload has fields and
 * spellings ours has not. */
static const char key_text[] =
	"3059301306072A8648CE3D020106082A8648CE3D0301070342000460FED4BA255A9D31C961EB74C6"
	"356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D"
	"7E9F5177A3C294D4462299";
static const char payload[] =
	"{\"FV\":\"1.0\",\"GI\":\"Gateway 1\",\"GS\":\"123456789\",\"GV\":\"1.0\",\"PG\":\"T12345\""
	",\"MV\":\"Maker\",\"MM\":\"Model "
	"9\",\"MS\":\"98765\",\"MF\":\"1.0\",\"IS\":true,\"IL\":\"V"
	"ERIFIED\",\"IF\":[\"RFID_PLAIN\",\"OCPP_RS_TLS\"],\"IT\":\"ISO14443\",\"ID\":\"1F2D3"
	"A4F5506C7\",\"RD\":[{\"TM\":\"2018-07-24T13:22:04,000+0200 S\",\"TX\":\"B\",\"RV\":"
	"2935.6,\"RI\":\"1-b:1.8.0\",\"RU\":\"kWh\",\"EF\":\"\",\"ST\":\"G\"},{\"TM\":\"2018-07-24"
	"T14:22:04,000+0200 S\",\"TX\":\"E\",\"RV\":2950.75,\"RI\":\"1-b:1.8.0\",\"RU\":\"kWh"
	"\",\"EF\":\"\",\"ST\":\"G\"}]}";
static const char signature[] =
	"3046022100a23665b70422e2bc13b4ce084d424203f7c9824e7961a570588b4d7008e73838022100"
	"d31fe17bc04dd20d9ed238c8b5789d00122dfd9b81780bb00ca1138e7a6c7fb2";
static struct arena arena;

static struct str line_of(const char *payload_text, const char *algorithm, const char *digits)
{
	return str_format(&arena, "OCMF|%s|{%s\"SD\":\"%s\"}", payload_text, algorithm, digits);
}

static struct sign_key key_of(const char *text)
{
	struct sign_key key;

	assert_true(ocmf_key_read(str_from(text), &key));
	return key;
}

/* The ways chargers of the trade write a key, and what is none. */
static void test_key_writings(void **state)
{
	struct sign_key plain = key_of(key_text), key;
	uint8_t der[91];
	struct buf inner, outer;
	const char *const heads[] = {"", "oca:base16:asn1:", "oca:base64:asn1:"};

	(void)state;
	assert_true(hex_read(str_from(key_text), der, sizeof(der)));
	for (size_t i = 0; i < 3; i++) {
		buf_init(&inner, &arena, 400);
		buf_init(&outer, &arena, 800);
		buf_put_str(&inner, str_from(heads[i]));
		if (i == 2)
			base64_write(&inner, der, sizeof(der));
		else
			hex_write(&inner, der, sizeof(der));
		assert_true(ocmf_key_read(buf_str(&inner), &key));
		assert_memory_equal(key.bytes, plain.bytes, SIGN_POINT_LEN);
		base64_write(&outer, inner.ptr, inner.len);
		assert_true(ocmf_key_read(buf_str(&outer), &key));
		assert_memory_equal(key.bytes, plain.bytes, SIGN_POINT_LEN);
		assert_false(ocmf_key_read(str_slice(buf_str(&outer), 0, outer.len - 4), &key));
		assert_false(ocmf_key_read(str_slice(buf_str(&inner), 1, inner.len), &key));
	}
	buf_init(&outer, &arena, 800);
	base64_write(&outer, der, sizeof(der));
	assert_true(ocmf_key_read(buf_str(&outer), &key)); /* the structure's own bytes */
	assert_memory_equal(key.bytes, plain.bytes, SIGN_POINT_LEN);
	assert_false(ocmf_key_read(STR(""), &key));
	assert_false(ocmf_key_read(STR("oca:base64:asn1:"), &key));
}

static void test_foreign_record(void **state)
{
	struct sign_key key = key_of(key_text);
	struct ocmf ocmf;

	(void)state;
	assert_int_equal(ocmf_verify(&arena, line_of(payload, "", signature), &key, &ocmf), 0);
	assert_int_equal(ocmf.counter, 12345);
	assert_true(str_is(ocmf.tag, "1F2D3A4F5506C7"));
	assert_true(str_is(ocmf.meter_serial, "98765"));
	assert_int_equal(ocmf.readings_len, 2);
	assert_int_equal(ocmf.readings[0].register_dwh, 29356000);
	assert_int_equal(ocmf.readings[0].why, 'B');
	assert_int_equal(ocmf.readings[1].time_status, 'S');
	assert_int_equal(ocmf_energy_dwh(&ocmf, false), 151500);
	assert_int_equal(ocmf_energy_dwh(&ocmf, true), -1);
	assert_null(ocmf_first(&ocmf, true));
	assert_int_equal(
		ocmf_verify(&arena,
			line_of(payload, "\"SA\":\"ECDSA-secp256r1-SHA256\",\"SE\":\"hex\",",
				signature),
			&key, &ocmf),
		0);
}

/* Every single byte of the payload, changed, and every digit of the signature. */
static void test_each_touched_byte(void **state)
{
	struct sign_key key = key_of(key_text);
	char touched[1024], digits[256];
	struct ocmf ocmf;

	(void)state;
	for (size_t i = 0; i < strlen(payload); i += 3) {
		snprintf(touched, sizeof(touched), "%s", payload);
		touched[i] = touched[i] == '1' ? '2' : '1';
		assert_int_not_equal(
			ocmf_verify(&arena, line_of(touched, "", signature), &key, &ocmf), 0);
		arena_reset(&arena);
	}
	for (size_t i = 0; i < strlen(signature); i++) {
		snprintf(digits, sizeof(digits), "%s", signature);
		digits[i] = digits[i] == '0' ? '1' : '0';
		assert_int_equal(ocmf_verify(&arena, line_of(payload, "", digits), &key, &ocmf),
			OCMF_E_SIGNATURE);
		arena_reset(&arena);
	}
}

/* Two registers of one moment; codes of makers and of the format itself; left out, it is the one
 * before. */
static void test_two_registers(void **state)
{
	static const struct {
		const char *code;
		bool back;
	} rows[] = {{"1-0:1.8.0", false}, {"1-0:2.8.0", true}, {"1-b:2.8.0", true},
		{"01-00:02.08.00*FF", true}, {"01-00:C2.08.00*FF", true},
		{"01-00:B2.08.00*FF", false}, {"2.8.0", true}, {"1-0:22.8.0", false},
		{"1-0:C4.8.0", false}, {"", false}, {":", false}, {"2", true}};
	struct ocmf made = {.readings_len = 4}, read;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(ocmf_read(&arena,
					 str_format(&arena,
						 "OCMF|{\"RD\":[{\"RV\":1,\"RI\":\"%s\"},{"
						 "\"RV\":2}]}|{}",
						 rows[i].code),
					 &read),
			0);
		assert_int_equal(read.readings[0].back, rows[i].back);
		assert_int_equal(read.readings[1].back, rows[i].back);
		assert_int_equal(ocmf_energy_dwh(&read, rows[i].back), 10000);
		assert_int_equal(ocmf_energy_dwh(&read, !rows[i].back), -1);
	}
	for (int i = 0; i < 4; i++)
		made.readings[i] = (struct ocmf_reading){.at_us = 1000000,
			.time_status = 'S',
			.why = i < 2 ? 'B' : 'E',
			.back = i % 2 == 1,
			.register_dwh = 1000 * (i + 1) * (i + 1)};
	assert_int_equal(
		ocmf_read(&arena,
			str_format(&arena, "OCMF|%.*s|{}", STR_FMT(ocmf_payload(&arena, &made))),
			&read),
		0);
	assert_int_equal(ocmf_energy_dwh(&read, false), 8000);
	assert_int_equal(ocmf_energy_dwh(&read, true), 12000);
	assert_int_equal(ocmf_read(&arena, STR("OCMF|{\"RD\":[{\"RV\":1,\"RI\":5}]}|{}"), &read),
		OCMF_E_FORMAT);
	arena_reset(&arena);
}

static void test_nonsense(void **state)
{
	static const char *const lines[] = {"", "OCMF", "OCMF|", "OCMF||", "OCMF|{}", "OCMF|{}|{}",
		"OCMF|{}|{\"SD\":\"\"}", "ocmf|{\"RD\":[]}|{\"SD\":\"00\"}", "OCMF|[]|[]",
		"OCMF|{\"RD\":[]}|{\"SD\":5}", "OCMF|x|y", "||||"};
	struct sign_key key = key_of(key_text), other;
	struct ocmf ocmf;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_true(ocmf_verify(&arena, str_from(lines[i]), &key, &ocmf) > 0);
	assert_int_equal(
		ocmf_verify(&arena, line_of(payload, "\"SA\":\"RSA\",", signature), &key, &ocmf),
		OCMF_E_ALGORITHM);
	assert_int_equal(
		ocmf_verify(&arena, line_of(payload, "\"SE\":\"base64\",", signature), &key, &ocmf),
		OCMF_E_ALGORITHM);
	assert_int_equal(ocmf_verify(&arena, line_of(payload, "\"SA\":\"SM2-SM3\",", signature),
				 &key, &ocmf),
		OCMF_E_KEY);
	assert_false(ocmf_key_read(STR("3059"), &other));
	assert_false(ocmf_key_read(STR(""), &other));
	/* right signatures of payloads that are no readings */
	assert_int_equal(
		ocmf_read(&arena, STR("OCMF|{\"RD\":[{\"RV\":\"1\"}]}|{}"), &ocmf), OCMF_E_FORMAT);
	assert_int_equal(
		ocmf_read(&arena, STR("OCMF|{\"RD\":[{\"RU\":\"MJ\"}]}|{}"), &ocmf), OCMF_E_FORMAT);
	assert_int_equal(ocmf_read(&arena, STR("OCMF|{\"PG\":\"12\",\"RD\":[{}]}|{}"), &ocmf),
		OCMF_E_FORMAT);
	assert_int_equal(
		ocmf_read(&arena, STR("OCMF|{\"RD\":[{\"RV\":1234.5,\"RU\":\"Wh\"}]}|{}"), &ocmf),
		0);
	assert_int_equal(ocmf.readings[0].register_dwh, 12345);
}

/* Ours, with both kinds of keys, many times: short and long numbers of the signature come by. */
static void test_round_trip(void **state)
{
	static const enum sign_kind kinds[] = {SIGN_P256, SIGN_SM2};
	struct rng rng;

	(void)state;
	rng_init_seeded(&rng, 11);
	for (int i = 0; i < 200; i++) {
		struct ocmf made = {.gateway = STR("Leyden-Pile"),
			.gateway_serial = STR("A-07"),
			.counter = (uint64_t)i + 1,
			.identified = true,
			.tag = STR("LAKE\"0001"),
			.point = STR("A-07*1"),
			.readings = {{.at_us = INT64_C(1795000000123456),
					     .time_status = 'S',
					     .why = 'B',
					     .register_dwh = 120005},
				{.at_us = INT64_C(1795003600000000),
					.time_status = 'U',
					.why = 'E',
					.register_dwh = 340000 + i}},
			.readings_len = 2};
		struct sign_secret secret;
		struct sign_key key, read_key;
		struct ocmf ocmf;
		struct str text, line;
		uint8_t bytes[SIGN_LEN];

		sign_make(kinds[i % 2], &rng, &secret);
		assert_true(sign_key_of(&secret, &key));
		assert_true(ocmf_key_read(ocmf_key_text(&arena, &key), &read_key));
		text = ocmf_payload(&arena, &made);
		assert_true(text.len > 0);
		assert_true(sign_with(&secret, text, bytes));
		line = ocmf_line(&arena, text, kinds[i % 2], bytes);
		assert_int_equal(ocmf_verify(&arena, line, &read_key, &ocmf), 0);
		assert_int_equal(ocmf_energy_dwh(&ocmf, false), 219995 + i);
		assert_true(str_is(ocmf.tag, "LAKE\"0001"));
		assert_true(str_is(ocmf.readings[0].time, "2026-11-18T11:06:40,123+0000 S"));
		assert_int_equal(ocmf.readings[1].time_status, 'U');
		arena_reset(&arena);
	}
}

static void put_file(const char *dir, const char *name, const void *bytes, size_t len)
{
	char path[100];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, len, file), len);
	fclose(file);
}

static void put_hex(const char *dir, const char *name, struct str digits)
{
	uint8_t bytes[200];

	assert_true(digits.len / 2 <= sizeof(bytes));
	assert_true(hex_read(digits, bytes, digits.len / 2));
	put_file(dir, name, bytes, digits.len / 2);
}

/* What the openssl program says of the files key, text and signature: 0 verified. */
static int openssl_says(const char *dir, enum sign_kind kind)
{
	char command[600];

	/* an EC key on the curve SM2 is taken for an SM2 key; the digest begins with the signer's
	 * name, which for want of another is the standard's */
	snprintf(command, sizeof(command),
		kind == SIGN_SM2
			? "cd %s && openssl pkeyutl -verify -pubin -inkey key -keyform DER "
			  "-in text -rawin -digest sm3 -sigfile signature "
			  "-pkeyopt distid:1234567812345678 >out 2>&1"
			: "cd %s && openssl dgst -sha256 -verify key -keyform DER "
			  "-signature signature text >out 2>&1",
		dir);
	return system(command);
}

/* The judge is a program that knows nothing of us: what stands in the line, cut at its bars and
 * turned into bytes, is enough for it. */
static void test_outside_verifier(void **state)
{
	static const enum sign_kind kinds[] = {SIGN_P256, SIGN_SM2};
	char dir[] = "/tmp/test_ocmf.XXXXXX", command[64];
	struct rng rng;

	(void)state;
	if (system("openssl version >/dev/null 2>&1") != 0)
		skip();
	assert_non_null(mkdtemp(dir));
	rng_init_seeded(&rng, 12);
	for (int i = 0; i < 6; i++) {
		struct ocmf made = {.gateway = STR("Leyden-Pile"),
			.counter = (uint64_t)i + 1,
			.readings = {{.at_us = INT64_C(1795000000123456),
				.time_status = 'S',
				.why = 'B',
				.register_dwh = 120005 + i}},
			.readings_len = 1};
		enum sign_kind kind = kinds[i % 2];
		struct sign_secret secret;
		struct str text, rest, digits;
		struct sign_key key;
		uint8_t bytes[SIGN_LEN];

		sign_make(kind, &rng, &secret);
		assert_true(sign_key_of(&secret, &key));
		text = ocmf_payload(&arena, &made);
		assert_true(sign_with(&secret, text, bytes));
		rest = ocmf_line(&arena, text, kind, bytes);
		assert_true(str_is(str_cut(&rest, '|'), "OCMF"));
		text = str_cut(&rest, '|');
		assert_true(json_get_str(rest, "SD", &arena, &digits));
		put_file(dir, "text", text.ptr, text.len);
		put_hex(dir, "signature", digits);
		put_hex(dir, "key", ocmf_key_text(&arena, &key));
		assert_int_equal(openssl_says(dir, kind), 0);
		put_file(dir, "text", text.ptr, text.len - 1);
		assert_int_not_equal(openssl_says(dir, kind), 0);
		arena_reset(&arena);
	}
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	assert_int_equal(system(command), 0);
}

static void test_bar_in_a_text(void **state)
{
	struct ocmf made = {.gateway = STR("a|b"), .readings_len = 0};

	(void)state;
	assert_int_equal(ocmf_payload(&arena, &made).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_key_writings),
		cmocka_unit_test(test_foreign_record),
		cmocka_unit_test(test_each_touched_byte),
		cmocka_unit_test(test_two_registers),
		cmocka_unit_test(test_nonsense),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_outside_verifier),
		cmocka_unit_test(test_bar_in_a_text),
	};
	int failed;

	arena_init(&arena, 1 << 20);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_fini(&arena);
	return failed;
}
