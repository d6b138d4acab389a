/* sandbox.c - our end of the sandbox channel: payments to signed requests, verified answers and
 * notifications back. */
#include "pay/sandbox.h"

#include "base/fault.h"
#include "pay/sandbox_wire.h"
#include "pay/seal.h"
#include "wire/record.h"

#define BODY_MAX 8192
#define CASHIER_OPEN_S 900
#define PATH_PAYMENTS "/v1/payments"

/* The path part of the endpoint, without a slash at the end: it is signed together with ours. */
static struct str endpoint_path(struct str endpoint)
{
	size_t at = 0;

	while (at + 2 < endpoint.len && !(endpoint.ptr[at] == ':' && endpoint.ptr[at + 1] == '/' &&
						endpoint.ptr[at + 2] == '/'))
		at++;
	at = at + 2 < endpoint.len ? at + 3 : 0;
	while (at < endpoint.len && endpoint.ptr[at] != '/')
		at++;
	return str_slice(endpoint, at, endpoint.len);
}

static struct str without_slash(struct str url)
{
	while (url.len > 0 && url.ptr[url.len - 1] == '/')
		url.len--;
	return url;
}

static int write_body(const struct pay_channel_config *config, const struct payment *payment,
	const struct payment *parent, struct arena *arena, struct str *ret_body)
{
	bool first = payment->kind == PAYMENT_PAY || payment->kind == PAYMENT_PREAUTH;
	struct sandbox_request request = {.merchant = config->merchant,
		.number = payment->key,
		.kind = (int)payment->kind, /* both enumerations count pay, preauth, capture ...
					       from 1 */
		.amount_minor = payment->amount_minor,
		.currency = payment->currency,
		.has_notify_url = config->notify_url.len > 0,
		.notify_url = config->notify_url,
		.has_return_url = first && config->return_url.len > 0,
		.return_url = config->return_url,
		.has_expires_s = first,
		.expires_s = CASHIER_OPEN_S};
	struct buf buf;

	if (!first && (parent == NULL || parent->key.len == 0))
		return FAULT(
			FAULT_BUG, "a %s without its payment", payment_kind_name(payment->kind));
	request.has_parent = !first;
	if (!first)
		request.parent = parent->key;
	buf_init(&buf, arena, BODY_MAX);
	if (record_encode(&sandbox_request_record, &request, &buf, NULL) != 0)
		return FAULT(FAULT_BUG, "a payment the sandbox channel cannot express");
	*ret_body = buf_str(&buf);
	return 0;
}

static int sandbox_request(const struct pay_channel_config *config, const struct payment *payment,
	bool query, const struct payment *parent, int64_t now_us, struct rng *rng,
	struct arena *arena, struct pay_request *ret_request)
{
	struct str endpoint = without_slash(config->endpoint), path, subject, seal;
	struct pay_request request = {.method = query ? STR("GET") : STR("POST"), .body = STR("")};

	path = query ? str_format(arena, PATH_PAYMENTS "/%.*s", STR_FMT(payment->key))
		     : STR(PATH_PAYMENTS);
	if (!query)
		TRY(write_body(config, payment, parent, arena, &request.body));
	request.url = str_format(arena, "%.*s%.*s", STR_FMT(endpoint), STR_FMT(path));
	subject = str_format(arena, "%.*s %.*s%.*s", STR_FMT(request.method),
		STR_FMT(endpoint_path(endpoint)), STR_FMT(path));
	seal = seal_headers(config->key, subject, request.body, now_us, rng, arena);
	if (seal.ptr == NULL)
		return FAULT(FAULT_BUG, "the key of the sandbox channel is not 64 hex digits");
	request.headers = str_format(
		arena, "%s%.*s", query ? "" : "Content-Type: application/json\r\n", STR_FMT(seal));
	*ret_request = request;
	return 0;
}

static enum payment_state state_of(int status)
{
	static const enum payment_state states[] = {
		[SANDBOX_WAITING] = PAYMENT_WAITING,
		[SANDBOX_SUCCEEDED] = PAYMENT_SUCCEEDED,
		[SANDBOX_FAILED] = PAYMENT_FAILED,
		[SANDBOX_CLOSED] = PAYMENT_CLOSED,
	};

	return states[status];
}

/* A verified state message of our merchant. */
static int read_state(const struct pay_channel_config *config, struct str body, struct arena *arena,
	struct pay_result *ret_result)
{
	struct sandbox_state state;
	int result =
		record_decode(&sandbox_state_record, body, RECORD_LENIENT, arena, &state, NULL);

	TRY(result);
	if (result != 0 || !str_eq(state.merchant, config->merchant))
		return PAY_E_FORMAT;
	*ret_result = (struct pay_result){.state = state_of(state.state),
		.key = state.number,
		.channel_ref = state.reference,
		.pay_url = state.has_pay_url ? state.pay_url : STR(""),
		.amount_minor = state.amount_minor,
		.currency = state.currency,
		.error = state.has_error ? state.error : STR("")};
	return 0;
}

/* A verified refusal. Only "not found" and a plain no are certain; anything else stays unknown. */
static int read_error(const struct payment *payment, int status, struct str body,
	struct arena *arena, struct pay_result *ret_result)
{
	struct sandbox_error error;
	int result =
		record_decode(&sandbox_error_record, body, RECORD_LENIENT, arena, &error, NULL);

	TRY(result);
	if (result != 0 || !str_eq(error.number, payment->key))
		return PAY_E_FORMAT;
	*ret_result = (struct pay_result){
		.state = status == 422 ? PAYMENT_FAILED : PAYMENT_UNKNOWN,
		.key = payment->key,
		.error = error.error,
	};
	return 0;
}

static int sandbox_answer(const struct pay_channel_config *config, const struct payment *payment,
	int status, struct str headers, struct str body, int64_t now_us, struct arena *arena,
	struct pay_result *ret_result)
{
	struct pay_result unknown = {.state = PAYMENT_UNKNOWN, .key = payment->key};
	int result;

	if (status == 0 || status >= 500) {
		unknown.error = status == 0 ? STR("no_answer") : STR("channel_down");
		*ret_result = unknown;
		return 0;
	}
	result = seal_check(config->peer_key, str_format(arena, "answer %d", status), headers, body,
		now_us, arena, NULL);
	if (result != 0)
		return result;
	if (status != 200)
		return read_error(payment, status, body, arena, ret_result);
	result = read_state(config, body, arena, ret_result);
	if (result == 0 && !str_eq(ret_result->key, payment->key))
		return PAY_E_FORMAT;
	return result;
}

static int sandbox_notify(const struct pay_channel_config *config, struct str headers,
	struct str body, int64_t now_us, struct arena *arena, struct pay_result *ret_result)
{
	int result =
		seal_check(config->peer_key, STR("notify"), headers, body, now_us, arena, NULL);

	if (result != 0)
		return result;
	return read_state(config, body, arena, ret_result);
}

static struct str sandbox_notify_reply(bool accepted)
{
	return accepted ? STR("{\"code\":\"OK\"}") : STR("{\"code\":\"REFUSED\"}");
}

const struct pay_channel pay_sandbox = {
	.name = "sandbox",
	.request = sandbox_request,
	.answer = sandbox_answer,
	.notify = sandbox_notify,
	.notify_reply = sandbox_notify_reply,
};
