/* test_x509.c - certificates, requests and lists, with the openssl command line as the other side:
 * what it makes we read, what we make it verifies. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/x509.h"

#define NOW (INT64_C(1790000000) * US_PER_S) /* 2026-09-21 */
#define DAYS(n) ((n)*US_PER_DAY)

static struct arena arena;
static char dir[64];

/* Runs a shell line in the test's directory. */
static int tool(const char *line)
{
	char command[4096];

	snprintf(command, sizeof(command), "cd %s && (%s) >tool.out 2>&1", dir, line);
	return system(command);
}

static struct str slurp(const char *name)
{
	char path[256], *bytes = arena_alloc(&arena, 65536);
	FILE *file;
	size_t len;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "r");
	assert_non_null(file);
	len = fread(bytes, 1, 65536, file);
	fclose(file);
	return (struct str){bytes, len};
}

static void spill(const char *name, struct str text)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
	fclose(file);
}

/* A small authority of our own: root, authority for devices, a device. */
struct ours {
	struct str root_key, root, sub_key, sub, key, csr, device;
};

static struct str issue(struct x509_issue what, uint8_t serial)
{
	struct str pem = STR_NULL;

	memset(what.serial, serial, sizeof(what.serial));
	if (what.until_us == 0) {
		what.from_us = NOW - DAYS(1);
		what.until_us = NOW + DAYS(730);
	}
	assert_int_equal(x509_issue(&arena, &what, &pem), 0);
	return pem;
}

static struct str request(struct str key, struct str name)
{
	struct x509_name subject = {.common_name = name, .organisation = STR("Lakeside")};
	struct str csr = STR_NULL;

	assert_int_equal(x509_csr_new(&arena, key, &subject, &csr), 0);
	return csr;
}

static struct ours make_ours(void)
{
	struct ours ours;

	assert_int_equal(x509_key_new(&arena, &ours.root_key), 0);
	assert_int_equal(x509_key_new(&arena, &ours.sub_key), 0);
	assert_int_equal(x509_key_new(&arena, &ours.key), 0);
	ours.root = issue((struct x509_issue){.kind = X509_ROOT,
				  .key = ours.root_key,
				  .subject = {STR("Root"), STR("Lakeside")}},
		1);
	ours.sub = issue((struct x509_issue){.kind = X509_SUB,
				 .csr = request(ours.sub_key, STR("Devices")),
				 .ca = ours.root,
				 .key = ours.root_key,
				 .subject = {STR("Devices"), STR("Lakeside")}},
		2);
	ours.csr = request(ours.key, STR("CP-1"));
	ours.device = issue((struct x509_issue){.kind = X509_DEVICE,
				    .csr = ours.csr,
				    .ca = ours.sub,
				    .key = ours.sub_key,
				    .subject = {STR("CP-1"), STR("Lakeside")}},
		3);
	return ours;
}

static struct str join(struct str a, struct str b)
{
	return str_format(&arena, "%.*s%.*s", STR_FMT(a), STR_FMT(b));
}

static void the_tool_verifies_what_we_make(void **state)
{
	struct ours ours = make_ours();
	struct x509_revoked gone = {STR("43030303030303030303030303030303"), NOW};
	struct x509_crl list = {.ca = ours.sub,
		.key = ours.sub_key,
		.revoked = &gone,
		.revoked_len = 1,
		.number = 7,
		.now_us = NOW,
		.until_us = NOW + DAYS(7)};
	struct str server, crl;

	(void)state;
	spill("root.pem", ours.root);
	spill("sub.pem", ours.sub);
	spill("device.pem", ours.device);
	spill("device.key", ours.key);
	spill("device.csr", ours.csr);
	assert_int_equal(tool("openssl req -in device.csr -verify -noout"), 0);
	assert_int_equal(tool("openssl verify -attime 1790000000 -purpose sslclient -x509_strict "
			      "-CAfile root.pem -untrusted sub.pem device.pem"),
		0);
	assert_int_not_equal(tool("openssl verify -attime 1790000000 -purpose sslserver -CAfile "
				  "root.pem -untrusted sub.pem device.pem"),
		0);
	assert_int_equal(tool("openssl x509 -in device.pem -noout -subject | grep 'O = Lakeside, "
			      "CN = CP-1'"),
		0);
	server = issue((struct x509_issue){.kind = X509_SERVER,
			       .csr = ours.csr,
			       .ca = ours.sub,
			       .key = ours.sub_key,
			       .subject = {STR("localhost"), STR_NULL},
			       .hosts = STR("localhost, 127.0.0.1, ::1")},
		4);
	spill("server.pem", server);
	assert_int_equal(
		tool("openssl verify -attime 1790000000 -purpose sslserver -verify_hostname "
		     "localhost -CAfile root.pem -untrusted sub.pem server.pem"),
		0);
	assert_int_equal(tool("openssl verify -attime 1790000000 -verify_ip 127.0.0.1 -CAfile "
			      "root.pem -untrusted sub.pem server.pem"),
		0);
	assert_int_equal(x509_crl_new(&arena, &list, &crl), 0);
	spill("crl.pem", crl);
	assert_int_equal(
		tool("openssl crl -in crl.pem -CAfile sub.pem -noout 2>&1 | grep 'verify OK'"), 0);
	assert_int_not_equal(tool("openssl verify -attime 1790000100 -crl_check -CRLfile crl.pem "
				  "-CAfile root.pem -untrusted sub.pem device.pem"),
		0);
	assert_int_equal(tool("openssl verify -attime 1790000100 -crl_check -CRLfile crl.pem "
			      "-CAfile root.pem -untrusted sub.pem server.pem"),
		0);
}

static void facts_are_read(void **state)
{
	struct ours ours = make_ours();
	struct x509_facts facts, *all;
	struct x509_csr csr;
	size_t len;

	(void)state;
	assert_int_equal(x509_read(&arena, ours.device, &facts), 0);
	assert_true(str_is(facts.subject.common_name, "CP-1"));
	assert_true(str_is(facts.subject.organisation, "Lakeside"));
	assert_true(str_is(facts.issuer.common_name, "Devices"));
	assert_true(str_is(facts.serial, "43030303030303030303030303030303"));
	assert_true(str_is(facts.key, "P-256"));
	assert_int_equal(facts.until_us, NOW + DAYS(730));
	assert_int_equal(facts.from_us, NOW - DAYS(1));
	assert_false(facts.authority);
	assert_false(facts.self_signed);
	assert_true(str_eq(facts.pem, ours.device));
	assert_int_equal(x509_csr_read(&arena, ours.csr, &csr), 0);
	assert_true(str_eq(csr.key_hash, facts.key_hash));
	assert_int_equal(x509_read_all(&arena, join(ours.sub, ours.root), &all, &len), 0);
	assert_int_equal(len, 2);
	assert_true(all[0].authority && all[1].authority && all[1].self_signed);
	assert_int_equal(x509_key_fits(ours.device, ours.key), 0);
	assert_int_equal(x509_key_fits(ours.device, ours.sub_key), X509_E_KEY);
	spill("device.pem", ours.device);
	assert_int_equal(tool("openssl x509 -in device.pem -noout -fingerprint -sha256 | sed "
			      "'s/.*=//; s/://g' | tr -d '\\n' | tr A-F a-f > print"),
		0);
	assert_true(str_eq(slurp("print"), facts.fingerprint));
}

static void hash_data_is_that_of_ocsp(void **state)
{
	struct ours ours = make_ours();
	struct x509_hash hash;

	(void)state;
	spill("sub.pem", ours.sub);
	spill("device.pem", ours.device);
	assert_int_equal(x509_hash(&arena, join(ours.device, ours.sub), ours.root, &hash), 0);
	assert_int_equal(tool("openssl ocsp -sha256 -issuer sub.pem -cert device.pem -req_text "
			      "-reqout r.der | tr -d ' ' | tr A-F a-f > ocsp"),
		0);
	assert_int_equal(
		tool(str_dup_z(&arena,
			str_format(&arena,
				"grep -i %.*s ocsp && grep -i %.*s ocsp && grep -i %.*s ocsp",
				STR_FMT(hash.issuer_name), STR_FMT(hash.issuer_key),
				STR_FMT(hash.serial)))),
		0);
	/* A root is its own issuer; without any issuer there is no hash. */
	assert_int_equal(x509_hash(&arena, ours.root, STR_NULL, &hash), 0);
	assert_int_equal(x509_hash(&arena, ours.device, ours.root, &hash), X509_E_FOREIGN);
}

static void chains_are_judged(void **state)
{
	struct ours ours = make_ours(), others = make_ours();
	struct x509_revoked gone = {STR("43030303030303030303030303030303"), NOW};
	struct x509_crl list = {.ca = ours.sub,
		.key = ours.sub_key,
		.revoked = &gone,
		.revoked_len = 1,
		.number = 1,
		.now_us = NOW,
		.until_us = NOW + DAYS(7)};
	struct str chain = join(ours.device, ours.sub), crl, server;

	(void)state;
	assert_int_equal(x509_check(&arena, chain, ours.root, STR_NULL, NOW), 0);
	assert_int_equal(x509_check(&arena, ours.device, ours.sub, STR_NULL, NOW), 0);
	assert_int_equal(x509_check(&arena, ours.device, ours.root, STR_NULL, NOW), X509_E_FOREIGN);
	assert_int_equal(x509_check(&arena, chain, others.root, STR_NULL, NOW), X509_E_FOREIGN);
	assert_int_equal(
		x509_check(&arena, chain, ours.root, STR_NULL, NOW + DAYS(731)), X509_E_EXPIRED);
	assert_int_equal(
		x509_check(&arena, chain, ours.root, STR_NULL, NOW - DAYS(2)), X509_E_EARLY);
	assert_int_equal(x509_check(&arena, ours.sub, ours.root, STR_NULL, NOW), X509_E_USE);
	server = issue((struct x509_issue){.kind = X509_SERVER,
			       .csr = ours.csr,
			       .ca = ours.sub,
			       .key = ours.sub_key,
			       .subject = {STR("localhost"), STR_NULL},
			       .hosts = STR("localhost")},
		4);
	assert_int_equal(
		x509_check(&arena, join(server, ours.sub), ours.root, STR_NULL, NOW), X509_E_USE);
	assert_int_equal(x509_crl_new(&arena, &list, &crl), 0);
	assert_int_equal(x509_check(&arena, chain, ours.root, crl, NOW), X509_E_REVOKED);
	/* An old list still counts, and says nothing about others. */
	assert_int_equal(x509_check(&arena, chain, ours.root, crl, NOW + DAYS(30)), X509_E_REVOKED);
	list.revoked_len = 0;
	assert_int_equal(x509_crl_new(&arena, &list, &crl), 0);
	assert_int_equal(x509_check(&arena, chain, ours.root, crl, NOW + DAYS(30)), 0);
}

static void lists_are_read(void **state)
{
	struct ours ours = make_ours();
	struct x509_revoked gone[3] = {{STR("01"), NOW}, {STR("FF00"), NOW}, {STR("0203"), NOW}};
	struct x509_crl list = {.ca = ours.sub,
		.key = ours.sub_key,
		.revoked = gone,
		.revoked_len = 3,
		.number = 1,
		.now_us = NOW,
		.until_us = NOW + DAYS(7)};
	struct x509_crl_facts facts;
	struct str crl;

	(void)state;
	assert_int_equal(x509_crl_new(&arena, &list, &crl), 0);
	assert_int_equal(x509_crl_read(&arena, crl, ours.sub, &facts), 0);
	assert_int_equal(facts.revoked, 3);
	assert_true(str_is(facts.issuer.common_name, "Devices"));
	assert_int_equal(facts.until_us, NOW + DAYS(7));
	assert_int_equal(x509_crl_read(&arena, crl, ours.root, &facts), X509_E_SIGNATURE);
	assert_int_equal(x509_crl_read(&arena, ours.sub, STR_NULL, &facts), X509_E_FORMAT);
	gone[1].serial = STR("not hex");
	assert_true(x509_crl_new(&arena, &list, &crl) < 0);
	list.key = ours.root_key;
	assert_int_equal(x509_crl_new(&arena, &list, &crl), X509_E_KEY);
}

static void weak_and_foreign_requests(void **state)
{
	struct x509_csr csr;

	(void)state;
	assert_int_equal(
		tool("openssl req -new -newkey rsa:2048 -nodes -keyout r.key -subj "
		     "'/O=Lakeside/CN=CP-2' -out rsa.csr && "
		     "openssl req -new -newkey rsa:1024 -nodes -keyout w.key -subj /CN=CP-2 -out "
		     "weak.csr && "
		     "openssl req -new -sha1 -key r.key -subj /CN=CP-2 -out sha1.csr && "
		     "openssl ecparam -name secp256k1 -genkey -noout -out k.key && openssl req "
		     "-new -key k.key -subj /CN=CP-2 -out curve.csr && "
		     "openssl req -new -newkey ed25519 -nodes -keyout e.key -subj /CN=CP-2 -out "
		     "ed.csr && "
		     "openssl req -new -key r.key -sigopt rsa_padding_mode:pss -subj /CN=CP-2 -out "
		     "pss.csr && "
		     "openssl req -in rsa.csr -outform DER -out d && printf X | dd of=d bs=1 "
		     "seek=40 conv=notrunc && openssl base64 -in d > b && "
		     "(echo '-----BEGIN CERTIFICATE REQUEST-----'; cat b; echo '-----END "
		     "CERTIFICATE REQUEST-----') > changed.csr && "
		     "sed 's/CERTIFICATE REQUEST/NEW CERTIFICATE REQUEST/' rsa.csr > new.csr"),
		0);
	assert_int_equal(x509_csr_read(&arena, slurp("rsa.csr"), &csr), 0);
	assert_true(str_is(csr.key, "RSA 2048"));
	assert_true(str_is(csr.subject.common_name, "CP-2"));
	assert_int_equal(x509_csr_read(&arena, slurp("new.csr"), &csr), 0);
	assert_int_equal(x509_csr_read(&arena, slurp("pss.csr"), &csr), 0);
	assert_int_equal(x509_csr_read(&arena, slurp("weak.csr"), &csr), X509_E_WEAK);
	assert_int_equal(x509_csr_read(&arena, slurp("sha1.csr"), &csr), X509_E_WEAK);
	assert_int_equal(x509_csr_read(&arena, slurp("curve.csr"), &csr), X509_E_WEAK);
	assert_int_equal(x509_csr_read(&arena, slurp("ed.csr"), &csr), X509_E_WEAK);
	assert_int_not_equal(x509_csr_read(&arena, slurp("changed.csr"), &csr), 0);
	assert_int_equal(x509_csr_read(&arena, join(slurp("rsa.csr"), slurp("rsa.csr")), &csr),
		X509_E_FORMAT);
}

static void rsa_requests_are_signed(void **state)
{
	struct ours ours = make_ours();
	struct x509_csr csr;
	struct str device;

	(void)state;
	assert_int_equal(tool("openssl req -new -newkey rsa:3072 -nodes -keyout r.key -subj "
			      "/CN=CP-2 -out rsa.csr"),
		0);
	assert_int_equal(x509_csr_read(&arena, slurp("rsa.csr"), &csr), 0);
	device = issue((struct x509_issue){.kind = X509_DEVICE,
			       .csr = csr.pem,
			       .ca = ours.sub,
			       .key = ours.sub_key,
			       .subject = {STR("CP-2"), STR("Lakeside")}},
		9);
	assert_int_equal(x509_check(&arena, join(device, ours.sub), ours.root, STR_NULL, NOW), 0);
	assert_int_equal(x509_key_fits(device, slurp("r.key")), 0);
}

static void broken_texts_are_refused(void **state)
{
	struct ours ours = make_ours();
	struct x509_facts facts, *all;
	struct x509_csr csr;
	struct str many = STR_NULL;
	size_t len;

	(void)state;
	assert_int_equal(x509_read(&arena, STR_NULL, &facts), X509_E_FORMAT);
	assert_int_equal(
		x509_read(&arena, STR("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n"),
			&facts),
		X509_E_FORMAT);
	assert_int_equal(
		x509_read(&arena, join(STR("hello\n"), ours.device), &facts), X509_E_FORMAT);
	assert_int_equal(x509_read(&arena, join(ours.device, STR("rest")), &facts), X509_E_FORMAT);
	assert_int_equal(x509_read(&arena, ours.csr, &facts), X509_E_FORMAT);
	assert_int_equal(x509_csr_read(&arena, ours.device, &csr), X509_E_FORMAT);
	for (size_t cut = 0; cut < ours.csr.len - 1; cut += 7)
		assert_int_equal(
			x509_csr_read(&arena, str_slice(ours.csr, 0, cut), &csr), X509_E_FORMAT);
	for (size_t i = 0; i <= X509_CHAIN_MAX; i++)
		many = join(many, ours.device);
	assert_int_equal(x509_read_all(&arena, many, &all, &len), X509_E_FORMAT);
}

/* Whatever single character changes: never a good request, never a crash. */
static void every_change_is_noticed(void **state)
{
	struct ours ours = make_ours();
	char *copy = str_dup_z(&arena, ours.csr);
	struct x509_csr csr;

	(void)state;
	for (size_t i = 36; i < ours.csr.len - 36; i++) {
		char was = copy[i];
		struct arena small;
		int outcome;

		if (was == '\n')
			continue;
		copy[i] = was == 'A' ? 'B' : 'A';
		arena_init(&small, 256 * 1024);
		outcome = x509_csr_read(&small, (struct str){copy, ours.csr.len}, &csr);
		assert_true(outcome > 0);
		arena_fini(&small);
		copy[i] = was;
	}
}

static void names_are_clean(void **state)
{
	struct x509_csr csr;

	(void)state;
	assert_int_equal(tool("openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
			      "-keyout n.key -utf8 -subj \"/O=$(printf "
			      "'Stra\\303\\237e')/CN=$(printf 'CP\\0011')\" -out n.csr && "
			      "openssl req -new -key n.key -subj / -out none.csr"),
		0);
	assert_int_equal(x509_csr_read(&arena, slurp("n.csr"), &csr), 0);
	assert_true(str_is(csr.subject.common_name, "CP?1"));
	assert_true(str_is(csr.subject.organisation, "Stra\303\237e"));
	assert_int_equal(x509_csr_read(&arena, slurp("none.csr"), &csr), 0);
	assert_int_equal(csr.subject.common_name.len, 0);
}

static void bad_orders_are_refused(void **state)
{
	struct ours ours = make_ours();
	struct x509_issue what = {.kind = X509_SERVER,
		.csr = ours.csr,
		.ca = ours.sub,
		.key = ours.sub_key,
		.subject = {STR("localhost"), STR_NULL},
		.from_us = NOW,
		.until_us = NOW + DAYS(1)};
	struct str pem;

	(void)state;
	what.hosts = STR("local host");
	assert_int_equal(x509_issue(&arena, &what, &pem), X509_E_NAME);
	what.hosts = STR("evil.example,DNS:other=1");
	assert_int_equal(x509_issue(&arena, &what, &pem), X509_E_NAME);
	what.hosts = STR("1.2.3.4.5");
	assert_int_equal(x509_issue(&arena, &what, &pem), X509_E_NAME);
	what.hosts = STR("localhost");
	what.key = ours.root_key;
	assert_int_equal(x509_issue(&arena, &what, &pem), X509_E_KEY);
	what.key = STR("no key");
	assert_int_equal(x509_issue(&arena, &what, &pem), X509_E_FORMAT);
	assert_string_equal(x509_word(X509_E_REVOKED), "revoked");
	assert_string_equal(x509_word(99), "fault");
}

/* A key of ours signs as a bare number, and its certificate's key knows it. */
static void keys_sign_texts(void **state)
{
	struct ours ours = make_ours();
	struct sign_secret secret;
	struct sign_key key, of_secret;
	uint8_t signature[SIGN_LEN];

	(void)state;
	assert_int_equal(x509_sign_secret(ours.key, &secret), 0);
	assert_int_equal(x509_sign_key(&arena, ours.device, &key), 0);
	assert_true(sign_key_of(&secret, &of_secret));
	assert_memory_equal(key.bytes, of_secret.bytes, SIGN_POINT_LEN);
	assert_true(sign_with(&secret, STR("text"), signature));
	assert_true(sign_check(&key, STR("text"), signature));
	assert_false(sign_check(&key, STR("Text"), signature));
	assert_int_equal(x509_sign_secret(STR("no key"), &secret), X509_E_FORMAT);
	assert_int_equal(x509_sign_key(&arena, STR("no certificate"), &key), X509_E_FORMAT);
	assert_int_equal(
		tool("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes "
		     "-keyout big.key -subj /CN=big -out big.pem"),
		0);
	assert_int_equal(x509_sign_key(&arena, slurp("big.pem"), &key), X509_E_WEAK);
	assert_int_equal(x509_sign_secret(slurp("big.key"), &secret), X509_E_FORMAT);
}

static void frames_come_and_go(void **state)
{
	struct ours ours = make_ours();
	struct str rest = join(ours.device, ours.sub), first, second, pem;

	(void)state;
	assert_int_equal(x509_to_der(&arena, &rest, &first), 0);
	assert_int_equal(x509_to_der(&arena, &rest, &second), 0);
	assert_int_equal(x509_to_der(&arena, &rest, &second), X509_E_FORMAT);
	assert_int_equal(x509_from_der(&arena, first, &pem), 0);
	assert_true(str_eq(pem, ours.device));
	assert_int_equal(
		x509_from_der(&arena, str_slice(first, 0, first.len - 1), &pem), X509_E_FORMAT);
	assert_int_equal(x509_from_der(&arena, STR(""), &pem), X509_E_FORMAT);
}

static int setup(void **state)
{
	(void)state;
	strcpy(dir, "/tmp/leyden_x509_XXXXXX");
	arena_init(&arena, 64 * 1024 * 1024);
	return mkdtemp(dir) == NULL;
}

static int teardown(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -r %s", dir);
	arena_fini(&arena);
	return system(command);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_tool_verifies_what_we_make),
		TEST(facts_are_read),
		TEST(hash_data_is_that_of_ocsp),
		TEST(chains_are_judged),
		TEST(lists_are_read),
		TEST(weak_and_foreign_requests),
		TEST(rsa_requests_are_signed),
		TEST(broken_texts_are_refused),
		TEST(every_change_is_noticed),
		TEST(names_are_clean),
		TEST(bad_orders_are_refused),
		TEST(keys_sign_texts),
		TEST(frames_come_and_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
