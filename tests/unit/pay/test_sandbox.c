/* test_sandbox.c - the sandbox channel's messages: what we say is signed and complete, and nothing
 * that was forged, altered, replayed late, signed by somebody else or about something else is
 * believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/sign.h"
#include "pay/pay.h"
#include "pay/sandbox_wire.h"
#include "pay/seal.h"
#include "wire/record.h"

#define NOW_US INT64_C(1800000000000000)

struct wire {
	struct arena arena;
	struct rng rng;
	char merchant_secret[65], merchant_public[65], channel_secret[65], channel_public[65];
	struct pay_channel_config config;
	const struct pay_channel *channel;
	struct payment payment;
};

static void make_pair(struct rng *rng, char *ret_secret, char *ret_public)
{
	uint8_t secret[SIGN_KEY_LEN], public_key[SIGN_KEY_LEN];
	struct buf buf;

	rng->fill(rng, secret, sizeof(secret));
	sign_public(secret, public_key);
	buf_init(&buf, NULL, 64);
	hex_write(&buf, secret, sizeof(secret));
	memcpy(ret_secret, buf.ptr, 64);
	buf_clear(&buf);
	hex_write(&buf, public_key, sizeof(public_key));
	memcpy(ret_public, buf.ptr, 64);
	buf_fini(&buf);
}

static int setup(void **state)
{
	static struct wire w;

	memset(&w, 0, sizeof(w));
	arena_init(&w.arena, 4 * 1024 * 1024);
	rng_init_seeded(&w.rng, 5);
	make_pair(&w.rng, w.merchant_secret, w.merchant_public);
	make_pair(&w.rng, w.channel_secret, w.channel_public);
	w.config = (struct pay_channel_config){.name = STR("sandbox"),
		.endpoint = STR("http://127.0.0.1:9/base/"),
		.merchant = STR("leyden"),
		.key = {w.merchant_secret, 64},
		.peer_key = {w.channel_public, 64},
		.notify_url = STR("http://127.0.0.1:1/notify"),
		.return_url = STR("http://127.0.0.1:1/back")};
	w.channel = pay_channel_find(STR("sandbox"));
	w.payment = (struct payment){.key = STR("P17"),
		.kind = PAYMENT_PAY,
		.channel = STR("sandbox"),
		.amount_minor = 5000,
		.currency = STR("CNY")};
	*state = &w;
	return 0;
}

static int teardown(void **state)
{
	struct wire *w = *state;

	arena_fini(&w->arena);
	return 0;
}

static void test_registry(void **state)
{
	(void)state;
	assert_non_null(pay_channel_find(STR("sandbox")));
	assert_null(pay_channel_find(STR("Sandbox")));
	assert_null(pay_channel_find(STR("")));
	assert_null(pay_channel_find(STR_NULL));
}

static void test_request(void **state)
{
	struct wire *w = *state;
	struct sandbox_request request;
	struct pay_request out;

	assert_int_equal(w->channel->request(&w->config, &w->payment, false, NULL, NOW_US, &w->rng,
				 &w->arena, &out),
		0);
	assert_true(str_is(out.method, "POST"));
	assert_true(str_is(out.url, "http://127.0.0.1:9/base/v1/payments"));
	assert_int_equal(
		seal_check((struct str){w->merchant_public, 64}, STR("POST /base/v1/payments"),
			out.headers, out.body, NOW_US, &w->arena, NULL),
		0);
	assert_int_equal(record_decode(&sandbox_request_record, out.body, RECORD_STRICT, &w->arena,
				 &request, NULL),
		0);
	assert_int_equal(request.kind, SANDBOX_KIND_PAY);
	assert_int_equal(request.amount_minor, 5000);
	assert_true(str_is(request.number, "P17"));
	assert_true(str_is(request.return_url, "http://127.0.0.1:1/back"));
	assert_int_equal(request.expires_s, 900);

	assert_int_equal(w->channel->request(&w->config, &w->payment, true, NULL, NOW_US, &w->rng,
				 &w->arena, &out),
		0);
	assert_true(str_is(out.method, "GET"));
	assert_true(str_is(out.url, "http://127.0.0.1:9/base/v1/payments/P17"));
	assert_int_equal(out.body.len, 0);
	assert_int_equal(
		seal_check((struct str){w->merchant_public, 64}, STR("GET /base/v1/payments/P17"),
			out.headers, STR(""), NOW_US, &w->arena, NULL),
		0);
}

static void test_later_steps_name_their_payment(void **state)
{
	struct payment parent = {.id = 1, .key = STR("P17")}, refund;
	struct wire *w = *state;
	struct sandbox_request request;
	struct pay_request out;

	refund = w->payment;
	refund.kind = PAYMENT_REFUND;
	refund.key = STR("R1");
	assert_int_equal(w->channel->request(&w->config, &refund, false, &parent, NOW_US, &w->rng,
				 &w->arena, &out),
		0);
	assert_int_equal(record_decode(&sandbox_request_record, out.body, RECORD_STRICT, &w->arena,
				 &request, NULL),
		0);
	assert_true(str_is(request.parent, "P17"));
	assert_false(request.has_return_url);
	parent.key = STR("");
	assert_int_equal(w->channel->request(&w->config, &refund, false, &parent, NOW_US, &w->rng,
				 &w->arena, &out),
		FAULT_BUG);
	w->config.key = STR("not a key");
	assert_int_equal(w->channel->request(&w->config, &w->payment, false, NULL, NOW_US, &w->rng,
				 &w->arena, &out),
		FAULT_BUG);
}

static const char good_body[] =
	"{\"merchant\":\"leyden\",\"number\":\"P17\",\"state\":\"succeeded\","
	"\"reference\":\"abc\",\"amount_minor\":5000,\"currency\":\"CNY\"}";

static struct str sealed(struct wire *w, const char *secret, const char *subject, struct str body)
{
	struct str headers = seal_headers(
		(struct str){secret, 64}, str_from(subject), body, NOW_US, &w->rng, &w->arena);

	assert_non_null(headers.ptr);
	return headers;
}

static int notify(struct wire *w, struct str headers, struct str body, int64_t now_us)
{
	struct pay_result result;

	return w->channel->notify(&w->config, headers, body, now_us, &w->arena, &result);
}

static void test_notification(void **state)
{
	struct wire *w = *state;
	struct str body = str_from(good_body);
	struct str headers = sealed(w, w->channel_secret, "notify", body);
	struct pay_result result;

	assert_int_equal(
		w->channel->notify(&w->config, headers, body, NOW_US, &w->arena, &result), 0);
	assert_int_equal(result.state, PAYMENT_SUCCEEDED);
	assert_true(str_is(result.key, "P17"));
	assert_true(str_is(result.channel_ref, "abc"));
	assert_int_equal(result.amount_minor, 5000);
	assert_true(str_is(result.currency, "CNY"));
	assert_true(str_is(w->channel->notify_reply(true), "{\"code\":\"OK\"}"));
	assert_false(str_is(w->channel->notify_reply(false), "{\"code\":\"OK\"}"));
}

/* One altered byte anywhere in body or headers, and it is refused. */
static void test_every_altered_byte(void **state)
{
	struct wire *w = *state;
	struct str body = str_from(good_body);
	struct str headers = sealed(w, w->channel_secret, "notify", body);
	char copy[1024];

	for (size_t i = 0; i < body.len; i++) {
		memcpy(copy, body.ptr, body.len);
		copy[i] = (char)(copy[i] ^ 1);
		assert_int_equal(
			notify(w, headers, (struct str){copy, body.len}, NOW_US), PAY_E_SIGNATURE);
	}
	for (size_t i = 0; i < headers.len; i++) {
		memcpy(copy, headers.ptr, headers.len);
		copy[i] = (char)(copy[i] ^ 1);
		/* A changed blank or line end may leave the same header; a name or value never
		 * does. */
		if (headers.ptr[i] == ' ' || headers.ptr[i] == '\r' || headers.ptr[i] == '\n')
			continue;
		assert_int_not_equal(notify(w, (struct str){copy, headers.len}, body, NOW_US), 0);
	}
}

static void test_forged(void **state)
{
	struct wire *w = *state;
	struct str body = str_from(good_body), headers, doubled;

	/* Signed by ourselves, for another place, not at all, in part, or twice. */
	assert_int_equal(notify(w, sealed(w, w->merchant_secret, "notify", body), body, NOW_US),
		PAY_E_SIGNATURE);
	assert_int_equal(notify(w, sealed(w, w->channel_secret, "answer 200", body), body, NOW_US),
		PAY_E_SIGNATURE);
	assert_int_equal(notify(w, STR(""), body, NOW_US), PAY_E_SIGNATURE);
	assert_int_equal(notify(w, STR("Sandbox-Time: 1\r\n"), body, NOW_US), PAY_E_SIGNATURE);
	headers = sealed(w, w->channel_secret, "notify", body);
	assert_int_equal(
		notify(w, str_slice(headers, 0, headers.len - 4), body, NOW_US), PAY_E_SIGNATURE);
	doubled = str_format(&w->arena, "%.*sSandbox-Time: 1800000000\r\n", STR_FMT(headers));
	assert_int_equal(notify(w, doubled, body, NOW_US), PAY_E_SIGNATURE);
	w->config.peer_key = STR("");
	assert_int_equal(notify(w, headers, body, NOW_US), PAY_E_SIGNATURE);
}

static void test_stale(void **state)
{
	struct wire *w = *state;
	struct str body = str_from(good_body);
	struct str headers = sealed(w, w->channel_secret, "notify", body);

	assert_int_equal(notify(w, headers, body, NOW_US + 300 * US_PER_S), 0);
	assert_int_equal(notify(w, headers, body, NOW_US + 301 * US_PER_S), PAY_E_STALE);
	assert_int_equal(notify(w, headers, body, NOW_US - 300 * US_PER_S), 0);
	assert_int_equal(notify(w, headers, body, NOW_US - 301 * US_PER_S), PAY_E_STALE);
}

/* Well signed, but not what was agreed. */
static void test_bad_content(void **state)
{
	static const char *const bodies[] = {
		"",
		"[]",
		"{}",
		"{\"merchant\":\"other\",\"number\":\"P17\",\"state\":\"succeeded\",\"reference\":"
		"\"a\","
		"\"amount_minor\":5000,\"currency\":\"CNY\"}",
		"{\"merchant\":\"leyden\",\"number\":\"P17\",\"state\":\"paid\",\"reference\":"
		"\"a\","
		"\"amount_minor\":5000,\"currency\":\"CNY\"}",
		"{\"merchant\":\"leyden\",\"number\":\"P17\",\"state\":\"succeeded\",\"reference\":"
		"\"a\","
		"\"amount_minor\":50.5,\"currency\":\"CNY\"}",
		"{\"merchant\":\"leyden\",\"number\":\"P17\",\"state\":\"succeeded\",\"reference\":"
		"\"a\","
		"\"amount_minor\":-1,\"currency\":\"CNY\"}",
		"{\"merchant\":\"leyden\",\"number\":\"P17\",\"number\":\"P18\",\"state\":"
		"\"succeeded\","
		"\"reference\":\"a\",\"amount_minor\":5000,\"currency\":\"CNY\"}",
	};
	struct wire *w = *state;

	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct str body = str_from(bodies[i]);

		assert_int_equal(
			notify(w, sealed(w, w->channel_secret, "notify", body), body, NOW_US),
			PAY_E_FORMAT);
	}
}

static int answer(struct wire *w, int status, struct str headers, const char *body,
	struct pay_result *ret_result)
{
	return w->channel->answer(&w->config, &w->payment, status, headers, str_from(body), NOW_US,
		&w->arena, ret_result);
}

static void test_answers(void **state)
{
	static const char not_found[] = "{\"number\":\"P17\",\"error\":\"not_found\"}";
	static const char no[] = "{\"number\":\"P17\",\"error\":\"more_than_left\"}";
	static const char other[] = "{\"number\":\"P18\",\"error\":\"not_found\"}";
	struct wire *w = *state;
	struct pay_result result;
	struct str seal;

	seal = sealed(w, w->channel_secret, "answer 200", str_from(good_body));
	assert_int_equal(answer(w, 200, seal, good_body, &result), 0);
	assert_int_equal(result.state, PAYMENT_SUCCEEDED);
	/* The answer of another status, of another payment, or to another one's number. */
	assert_int_equal(answer(w, 201, seal, good_body, &result), PAY_E_SIGNATURE);
	w->payment.key = STR("P99");
	assert_int_equal(answer(w, 200, seal, good_body, &result), PAY_E_FORMAT);
	w->payment.key = STR("P17");

	assert_int_equal(answer(w, 0, STR(""), "", &result), 0);
	assert_int_equal(result.state, PAYMENT_UNKNOWN);
	assert_true(str_is(result.error, "no_answer"));
	assert_int_equal(answer(w, 502, STR(""), "<html>", &result), 0);
	assert_int_equal(result.state, PAYMENT_UNKNOWN);

	seal = sealed(w, w->channel_secret, "answer 404", str_from(not_found));
	assert_int_equal(answer(w, 404, seal, not_found, &result), 0);
	assert_int_equal(result.state, PAYMENT_UNKNOWN);
	assert_true(str_is(result.error, PAYMENT_NOT_FOUND));
	assert_int_equal(answer(w, 404, STR(""), not_found, &result), PAY_E_SIGNATURE);
	seal = sealed(w, w->channel_secret, "answer 404", str_from(other));
	assert_int_equal(answer(w, 404, seal, other, &result), PAY_E_FORMAT);
	seal = sealed(w, w->channel_secret, "answer 422", str_from(no));
	assert_int_equal(answer(w, 422, seal, no, &result), 0);
	assert_int_equal(result.state, PAYMENT_FAILED);
	seal = sealed(w, w->channel_secret, "answer 409", str_from(no));
	assert_int_equal(answer(w, 409, seal, no, &result), 0);
	assert_int_equal(result.state, PAYMENT_UNKNOWN);
}

/* RFC 8032, section 7.1, TEST 2. */
static void test_ed25519_vector(void **state)
{
	uint8_t secret[SIGN_KEY_LEN], want_public[SIGN_KEY_LEN], want[SIGN_LEN];
	uint8_t public_key[SIGN_KEY_LEN], got[SIGN_LEN];

	(void)state;
	assert_true(
		hex_read(STR("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
			secret, sizeof(secret)));
	assert_true(
		hex_read(STR("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
			want_public, sizeof(want_public)));
	assert_true(
		hex_read(STR("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
			     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"),
			want, sizeof(want)));
	sign_public(secret, public_key);
	assert_memory_equal(public_key, want_public, sizeof(public_key));
	sign_text(secret, (struct str){"\x72", 1}, got);
	assert_memory_equal(got, want, sizeof(got));
	assert_true(sign_verify(public_key, (struct str){"\x72", 1}, got));
	assert_false(sign_verify(public_key, (struct str){"\x73", 1}, got));
	got[63] ^= 1;
	assert_false(sign_verify(public_key, (struct str){"\x72", 1}, got));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_registry, setup, teardown),
		cmocka_unit_test_setup_teardown(test_request, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_later_steps_name_their_payment, setup, teardown),
		cmocka_unit_test_setup_teardown(test_notification, setup, teardown),
		cmocka_unit_test_setup_teardown(test_every_altered_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(test_forged, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stale, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_content, setup, teardown),
		cmocka_unit_test_setup_teardown(test_answers, setup, teardown),
		cmocka_unit_test(test_ed25519_vector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
