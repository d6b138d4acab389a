/* test_tls.c - the door with certificates: who is let in, and what the doctor says of the others.
 * The callers are the openssl command line; the certificates are our own authority's. */
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
#include "base/fault.h"
#include "base/tpm.h"
#include "base/x509.h"
#include "net/conn.h"
#include "net_fixture.h"
#include "../../support/swtpm.h"

#define DAY US_PER_DAY

struct house {
	struct net_fixture net;
	struct arena arena;
	char dir[64];
	int64_t now_us;
	struct str root_key, root, sub_key, sub;
};

static void spill(struct house *house, const char *name, struct str text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", house->dir, name);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text.ptr, 1, text.len, file), text.len);
	fclose(file);
}

static struct str path_of(struct house *house, const char *name)
{
	return str_format(&house->arena, "%s/%s", house->dir, name);
}

static int tool(struct house *house, const char *format, ...) __attribute__((format(printf, 2, 3)));
static int tool(struct house *house, const char *format, ...)
{
	char line[2048], command[4096];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	snprintf(command, sizeof(command), "cd %s && (%s) >>tool.out 2>&1", house->dir, line);
	return system(command);
}

/* Key and certificate of `kind`, in NAME.key and NAME.pem (with the authority behind it). */
static void make(struct house *house, const char *name, enum x509_kind kind,
	const char *common_name, int64_t from_us, int64_t until_us, uint8_t serial)
{
	struct x509_issue issue = {.kind = kind,
		.ca = house->sub,
		.key = house->sub_key,
		.subject = {.common_name = str_from(common_name), .organisation = STR("Lakeside")},
		.hosts = STR("localhost,127.0.0.1"),
		.from_us = from_us,
		.until_us = until_us};
	struct str key, pem;
	char file[64];

	memset(issue.serial, serial, sizeof(issue.serial));
	assert_int_equal(x509_key_new(&house->arena, &key), 0);
	assert_int_equal(x509_csr_new(&house->arena, key, &issue.subject, &issue.csr), 0);
	assert_int_equal(x509_issue(&house->arena, &issue, &pem), 0);
	snprintf(file, sizeof(file), "%s.key", name);
	spill(house, file, key);
	snprintf(file, sizeof(file), "%s.pem", name);
	spill(house, file,
		str_format(&house->arena, "%.*s%.*s", STR_FMT(pem), STR_FMT(house->sub)));
}

static void write_crl(struct house *house, const struct x509_revoked *revoked, size_t len)
{
	struct x509_crl list = {.ca = house->sub,
		.key = house->sub_key,
		.revoked = revoked,
		.revoked_len = len,
		.number = 1,
		.now_us = house->now_us - DAY,
		.until_us = house->now_us + DAY};
	struct str pem;

	assert_int_equal(x509_crl_new(&house->arena, &list, &pem), 0);
	spill(house, "crl.pem", pem);
}

static void make_authority(struct house *house)
{
	struct x509_issue root = {.kind = X509_ROOT,
		.subject = {.common_name = STR("Root"), .organisation = STR("Lakeside")},
		.from_us = house->now_us - DAY,
		.until_us = house->now_us + 100 * DAY};
	struct x509_issue sub = root;

	assert_int_equal(x509_key_new(&house->arena, &house->root_key), 0);
	assert_int_equal(x509_key_new(&house->arena, &house->sub_key), 0);
	root.key = sub.key = house->root_key;
	assert_int_equal(x509_issue(&house->arena, &root, &house->root), 0);
	sub.kind = X509_SUB;
	sub.ca = house->root;
	sub.subject.common_name = STR("Devices");
	assert_int_equal(x509_csr_new(&house->arena, house->sub_key, &sub.subject, &sub.csr), 0);
	assert_int_equal(x509_issue(&house->arena, &sub, &house->sub), 0);
	spill(house, "root.pem", house->root);
	spill(house, "chain.pem",
		str_format(&house->arena, "%.*s%.*s", STR_FMT(house->sub), STR_FMT(house->root)));
}

static void open_door(struct house *house, bool plain_too)
{
	struct tls_config tls = {.cert = path_of(house, "server.pem"),
		.key = path_of(house, "server.key"),
		.other_cert = path_of(house, "rsa.pem"),
		.other_key = path_of(house, "rsa.key"),
		.client_ca = path_of(house, "chain.pem"),
		.crl = path_of(house, "crl.pem")};

	make(house, "server", X509_SERVER, "localhost", house->now_us - DAY, house->now_us + DAY,
		1);
	assert_int_equal(
		tool(house,
			"openssl req -x509 -newkey rsa:2048 -nodes -keyout rsa.key -out rsa.pem "
			"-days 1 -subj /CN=localhost -addext subjectAltName=DNS:localhost"),
		0);
	write_crl(house, NULL, 0);
	assert_int_equal(tls_server_new(&tls, &house->net.tls), 0);
	house->net.config.plain_too = plain_too;
	fixture_start(&house->net);
}

/* One request through openssl s_client; true when the answer came. */
static bool call(struct house *house, const char *options)
{
	return tool(house,
		       "printf 'GET /hello HTTP/1.1\\r\\nHost: x\\r\\nConnection: "
		       "close\\r\\n\\r\\n' | "
		       "timeout 20 openssl s_client -connect 127.0.0.1:%d -servername localhost "
		       "-quiet %s > answer 2>last; grep -q "
		       "'^HTTP/1.1 200' answer",
		       house->net.port, options) == 0;
}

static void doctor_says(struct house *house, const char *reason)
{
	bool said = false;

	for (int i = 0; i < 300 && !said; i++) {
		pthread_mutex_lock(&house->net.lock);
		said = strcmp(house->net.reason, reason) == 0;
		if (said)
			house->net.reason[0] = '\0';
		pthread_mutex_unlock(&house->net.lock);
		if (!said)
			usleep(10000);
	}
	assert_true(said);
}

static void good_callers_are_let_in(void **state)
{
	struct house *house = *state;

	open_door(house, false);
	make(house, "pile", X509_DEVICE, "A-01", house->now_us - DAY, house->now_us + DAY, 2);
	assert_true(call(house, "-CAfile root.pem -verify_return_error"));
	assert_true(call(house, "-CAfile root.pem -verify_return_error -tls1_2"));
	assert_true(
		call(house, "-CAfile root.pem -cert pile.pem -key pile.key -cert_chain pile.pem"));
	assert_true(call(house, "-CAfile root.pem -cert pile.pem -key pile.key -tls1_2"));
	assert_int_equal(house->net.refused, 0);
}

static void ciphers_of_the_whitepaper(void **state)
{
	static const char *const ciphers[] = {"ECDHE-ECDSA-AES128-GCM-SHA256",
		"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256",
		"AES256-GCM-SHA384"};
	struct house *house = *state;
	char options[128];

	open_door(house, false);
	for (size_t i = 0; i < sizeof(ciphers) / sizeof(*ciphers); i++) {
		snprintf(options, sizeof(options), "-tls1_2 -cipher %s", ciphers[i]);
		assert_true(call(house, options));
	}
	/* Each key type is served to whom it suits. */
	assert_true(call(house, "-tls1_3 -sigalgs ECDSA+SHA256"));
	assert_true(call(house, "-tls1_3 -sigalgs RSA-PSS+SHA256"));
	assert_false(call(house, "-tls1_2 -cipher ECDHE-RSA-AES256-SHA384"));
	doctor_says(house, "tls_cipher");
}

static void bad_certificates_have_their_words(void **state)
{
	struct house *house = *state;
	const int64_t now = house->now_us;
	struct x509_revoked gone = {STR("47070707070707070707070707070707"), now};

	open_door(house, false);
	make(house, "old", X509_DEVICE, "A-01", now - 2 * DAY, now - DAY / 2, 3);
	assert_false(call(house, "-cert old.pem -key old.key"));
	doctor_says(house, "certificate_expired");
	make(house, "young", X509_DEVICE, "A-01", now + DAY / 2, now + DAY, 4);
	assert_false(call(house, "-cert young.pem -key young.key"));
	doctor_says(house, "certificate_early");
	make(house, "wrong", X509_SERVER, "A-01", now - DAY, now + DAY, 5);
	assert_false(call(house, "-cert wrong.pem -key wrong.key"));
	doctor_says(house, "certificate_use");
	assert_int_equal(
		tool(house, "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
			    "-keyout own.key -out own.pem -days 1 -subj /CN=A-01"),
		0);
	assert_false(call(house, "-cert own.pem -key own.key"));
	doctor_says(house, "certificate_foreign");
	assert_false(call(house, "-tls1_2 -cert own.pem -key own.key"));
	doctor_says(house, "certificate_foreign");
	make(house, "pile", X509_DEVICE, "A-01", now - DAY, now + DAY, 7);
	assert_true(call(house, "-cert pile.pem -key pile.key"));
	write_crl(house, &gone, 1);
	assert_true(tls_server_changed(house->net.tls));
	assert_false(tls_server_changed(house->net.tls));
	assert_int_equal(tls_server_reload(house->net.tls), 0);
	assert_false(call(house, "-cert pile.pem -key pile.key"));
	doctor_says(house, "certificate_revoked");
}

static void revocation_ends_resumption(void **state)
{
	struct house *house = *state;
	struct x509_revoked gone = {STR("47070707070707070707070707070707"), house->now_us};

	open_door(house, false);
	make(house, "pile", X509_DEVICE, "A-01", house->now_us - DAY, house->now_us + DAY, 7);
	assert_true(call(house, "-cert pile.pem -key pile.key -sess_out ticket"));
	write_crl(house, &gone, 1);
	assert_int_equal(tls_server_reload(house->net.tls), 0);
	assert_false(call(house, "-cert pile.pem -key pile.key -sess_in ticket"));
	doctor_says(house, "certificate_revoked");
}

/* The same question without TLS. */
static bool plain(struct house *house, const char *wanted)
{
	int fd = raw_connect(&house->net);
	char answer[1024];
	bool got;

	raw_text(fd, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n");
	got = raw_until(fd, answer, sizeof(answer), wanted);
	close(fd);
	return got;
}

static void wrong_doors(void **state)
{
	struct house *house = *state;

	open_door(house, false);
	assert_false(call(house, "-tls1_1 -cipher ALL:@SECLEVEL=0"));
	doctor_says(house, "tls_version");
	assert_true(plain(house, "HTTP/1.1 400"));
	doctor_says(house, "tls_plain");
	assert_false(call(house, "-CAfile rsa.pem -verify_return_error"));
	doctor_says(house, "server_certificate");
}

static void tls_at_a_plain_door(void **state)
{
	struct house *house = *state;

	fixture_start(&house->net);
	assert_false(call(house, ""));
	doctor_says(house, "tls_on_plain");
}

static void both_at_one_door(void **state)
{
	struct house *house = *state;

	open_door(house, true);
	assert_true(call(house, ""));
	assert_true(plain(house, "HTTP/1.1 200"));
	assert_int_equal(house->net.refused, 0);
}

static void a_broken_file_changes_nothing(void **state)
{
	struct house *house = *state;

	open_door(house, false);
	spill(house, "server.pem", STR("nothing"));
	assert_true(tls_server_changed(house->net.tls));
	assert_true(tls_server_reload(house->net.tls) < 0);
	fault_clear();
	assert_true(call(house, "-CAfile root.pem -verify_return_error"));
	spill(house, "crl.pem", STR(""));
	assert_true(tls_server_reload(house->net.tls) < 0);
	fault_clear();
	make(house, "server", X509_SERVER, "localhost", house->now_us - DAY, house->now_us + DAY,
		9);
	write_crl(house, NULL, 0);
	assert_int_equal(tls_server_reload(house->net.tls), 0);
	assert_true(call(house, "-CAfile root.pem -verify_return_error"));
}

/* One request from our own client's state, over a plain socket. */
static bool call_with(struct house *house, SSL_CTX *context, int version)
{
	static const char request[] = "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n";
	int fd = raw_connect(&house->net), got = -1;
	char answer[256] = "";
	SSL *ssl = SSL_new(context);

	SSL_set_fd(ssl, fd);
	SSL_set_max_proto_version(ssl, version);
	SSL_set_min_proto_version(ssl, version);
	if (SSL_connect(ssl) == 1 && SSL_write(ssl, request, sizeof(request) - 1) > 0)
		got = SSL_read(ssl, answer, sizeof(answer) - 1);
	SSL_free(ssl);
	close(fd);
	return got > 0 && strncmp(answer, "HTTP/1.1 200", 12) == 0;
}

/* A pile whose key never left its TPM proves itself as any other; the file alone is of no use. */
static void a_key_in_the_tpm(void **state)
{
	struct house *house = *state;
	struct x509_issue issue = {.kind = X509_DEVICE,
		.ca = house->sub,
		.key = house->sub_key,
		.subject = {.common_name = STR("A-01"), .organisation = STR("Lakeside")},
		.from_us = house->now_us - DAY,
		.until_us = house->now_us + DAY};
	struct loop *loop = loop_new();
	struct str key = {0}, other, pem, both, root;
	SSL_CTX *context;
	pid_t pid = swtpm_start(house->dir);

	if (pid == 0 || tpm_key_new(&house->arena, &key) < 0) {
		fault_clear();
		if (pid)
			swtpm_stop(pid);
		loop_free(loop);
		skip();
	}
	memset(issue.serial, 8, sizeof(issue.serial));
	assert_true(tpm_key_is(key));
	assert_int_equal(x509_csr_new(&house->arena, key, &issue.subject, &issue.csr), 0);
	assert_int_equal(x509_issue(&house->arena, &issue, &pem), 0);
	assert_int_equal(x509_key_fits(pem, key), 0);
	assert_int_equal(x509_key_new(&house->arena, &other), 0);
	assert_int_equal(x509_key_fits(pem, other), X509_E_KEY);
	spill(house, "device.pem",
		str_format(&house->arena, "%.*s%.*s%.*s", STR_FMT(key), STR_FMT(pem),
			STR_FMT(house->sub)));
	open_door(house, false);
	both = path_of(house, "device.pem");
	root = path_of(house, "root.pem");
	context = tls_client_context(loop, root, both, both);
	assert_non_null(context);
	for (int i = 0; i < 3; i++) {
		assert_true(call_with(house, context, TLS1_3_VERSION));
		assert_true(call_with(house, context, TLS1_2_VERSION));
	}
	/* the door knew whom it let in, and the same state fails once the TPM is gone */
	assert_int_equal(house->net.refused, 0);
	swtpm_stop(pid);
	assert_false(call_with(house, context, TLS1_3_VERSION));
	SSL_CTX_free(context);
	assert_null(tls_client_context(loop, root, both, both));
	loop_free(loop);
	fault_clear();
}

static int setup(void **state)
{
	struct house *house = calloc(1, sizeof(*house));

	fixture_init(&house->net);
	arena_init(&house->arena, 16 * 1024 * 1024);
	house->now_us = (int64_t)time(NULL) * US_PER_S;
	strcpy(house->dir, "/tmp/leyden-tls-XXXXXX");
	*state = house;
	if (mkdtemp(house->dir) == NULL)
		return -1;
	make_authority(house);
	return 0;
}

static int teardown(void **state)
{
	struct house *house = *state;
	char command[128];

	snprintf(command, sizeof(command), "rm -r %s", house->dir);
	fixture_stop(&house->net);
	arena_fini(&house->arena);
	free(house);
	return system(command);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(good_callers_are_let_in),
		TEST(ciphers_of_the_whitepaper), TEST(bad_certificates_have_their_words),
		TEST(revocation_ends_resumption), TEST(wrong_doors), TEST(tls_at_a_plain_door),
		TEST(both_at_one_door), TEST(a_broken_file_changes_nothing),
		TEST(a_key_in_the_tpm)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
