/* api_reply.c - building answers: JSON, pages, redirects, cookies, problems (RFC 9457). */
#include <stdarg.h>
#include "app/api_call.h"
#include "app/charging.h"
#include "app/pages.h"
#include "app/payments.h"
#include "app/priority.h"

static const struct {
	int status;
	const char *word; /* of the type urn and of the catalogue: error.<word>.title,
			     error.<word>.detail */
} problems[P_COUNT] = {
	[P_BAD_REQUEST] = {400, "bad_request"},
	[P_JSON] = {400, "json"},
	[P_FIELDS] = {422, "fields"},
	[P_SIGNED_OUT] = {401, "signed_out"},
	[P_LOGIN] = {401, "login"},
	[P_LOCKED] = {429, "locked"},
	[P_FORBIDDEN] = {403, "forbidden"},
	[P_CSRF] = {403, "csrf"},
	[P_NOT_FOUND] = {404, "not_found"},
	[P_METHOD] = {405, "method"},
	[P_TOO_LARGE] = {413, "too_large"},
	[P_MEDIA] = {415, "media"},
	[P_IDEMPOTENCY] = {409, "idempotency"},
	[P_CONFLICT] = {409, "conflict"},
	[P_RATE] = {429, "rate"},
	[P_PILE_UNKNOWN] = {404, "pile_unknown"},
	[P_PILE_OFFLINE] = {409, "pile_offline"},
	[P_CONNECTOR] = {409, "connector"},
	[P_BUSY] = {409, "busy"},
	[P_NO_TARIFF] = {409, "no_tariff"},
	[P_PRICE_CHANGED] = {409, "price_changed"},
	[P_TAG] = {404, "tag"},
	[P_BLOCKED] = {409, "blocked"},
	[P_EXPIRED] = {409, "expired"},
	[P_CONCURRENT] = {409, "concurrent"},
	[P_FUNDS] = {402, "funds"},
	[P_AMOUNT] = {422, "amount"},
	[P_STATE] = {409, "state"},
	[P_UNKNOWN] = {404, "unknown"},
	[P_CHANNEL] = {409, "channel"},
	[P_PENDING] = {409, "pending"},
	[P_NAME_TAKEN] = {409, "name_taken"},
	[P_GONE] = {410, "gone"},
	[P_SITE_LIMIT] = {409, "site_limit"},
	[P_SITE_LARGE] = {409, "site_large"},
	[P_SITE_FREE] = {409, "site_free"},
	[P_VERSION] = {409, "version"},
	[P_SCAN] = {403, "scan"},
	[P_QUEUE_FULL] = {409, "queue_full"},
	[P_UNAVAILABLE] = {503, "unavailable"},
	[P_INTERNAL] = {500, "internal"},
};

int problem_status(enum api_problem problem)
{
	return problems[problem].status;
}

const char *problem_word(enum api_problem problem)
{
	return problems[problem].word;
}

enum api_problem problem_of_priority(int outcome)
{
	switch ((enum priority_outcome)outcome) {
	case PRIORITY_E_FORBIDDEN:
		return P_FORBIDDEN;
	case PRIORITY_E_USELESS:
		return P_VERSION;
	case PRIORITY_E_STATE:
		return P_STATE;
	}
	return P_INTERNAL;
}

enum api_problem problem_of_charging(int outcome)
{
	switch ((enum charging_outcome)outcome) {
	case CHARGING_E_PILE:
		return P_PILE_UNKNOWN;
	case CHARGING_E_OFFLINE:
		return P_PILE_OFFLINE;
	case CHARGING_E_CONNECTOR:
		return P_CONNECTOR;
	case CHARGING_E_BUSY:
		return P_BUSY;
	case CHARGING_E_TARIFF:
		return P_NO_TARIFF;
	case CHARGING_E_TOKEN:
		return P_TAG;
	case CHARGING_E_BLOCKED:
	case CHARGING_E_CLONE:
	case CHARGING_E_SECOND:
		return P_BLOCKED;
	case CHARGING_E_EXPIRED:
		return P_EXPIRED;
	case CHARGING_E_CONCURRENT:
	case CHARGING_E_UNSETTLED:
		return P_CONCURRENT;
	case CHARGING_E_FUNDS:
		return P_FUNDS;
	case CHARGING_E_AMOUNT:
	case CHARGING_E_CAP:
		return P_AMOUNT;
	case CHARGING_E_STATE:
		return P_STATE;
	case CHARGING_E_UNKNOWN:
	case CHARGING_E_FOREIGN:
		return P_NOT_FOUND;
	}
	return P_UNAVAILABLE;
}

enum api_problem problem_of_payments(int outcome)
{
	switch ((enum payments_outcome)outcome) {
	case PAYMENTS_E_CHANNEL:
		return P_CHANNEL;
	case PAYMENTS_E_OPEN:
		return P_PENDING;
	case PAYMENTS_E_AMOUNT:
		return P_AMOUNT;
	case PAYMENTS_E_UNKNOWN:
		return P_NOT_FOUND;
	case PAYMENTS_E_MISMATCH:
		return P_CONFLICT;
	}
	return P_UNAVAILABLE;
}

/* Appends one header line. Nothing that came from outside unchecked is ever passed here. */
void reply_header(struct api_call *call, const char *format, ...)
{
	struct arena *arena = call->ctx->arena;
	struct buf lines;
	va_list args;

	buf_init(&lines, arena, 8192);
	buf_put_str(&lines, call->response->headers);
	va_start(args, format);
	buf_vformat(&lines, format, args);
	va_end(args);
	buf_put_str(&lines, STR("\r\n"));
	if (!lines.failed)
		call->response->headers = buf_str(&lines);
}

void reply_cookie(struct api_call *call, struct str name, struct str value, int64_t age_s)
{
	reply_header(call, "Set-Cookie: %.*s=%.*s; Path=/; Max-Age=%lld; HttpOnly; SameSite=Lax%s",
		STR_FMT(name), STR_FMT(value), (long long)age_s,
		call->request->tls ? "; Secure" : "");
}

void reply_begin(struct api_call *call)
{
	out_init(&call->out, call->ctx->arena);
	out_object(&call->out, NULL);
}

int reply_json(struct api_call *call, int status)
{
	out_end(&call->out);
	if (out_failed(&call->out))
		return FAULT(FAULT_NOMEM, "answer too large");
	call->response->status = status;
	call->response->content_type = STR("application/json");
	call->response->body = out_str(&call->out);
	return 0;
}

int reply_empty(struct api_call *call, int status)
{
	call->response->status = status;
	call->response->content_type = STR("application/json");
	call->response->body = STR("{}");
	return 0;
}

int reply_redirect(struct api_call *call, struct str location)
{
	/* a location is a path of ours or a cashier's URL; a line end in it would be a header of
	 * its own */
	for (size_t i = 0; i < location.len; i++) {
		if ((unsigned char)location.ptr[i] <= ' ')
			return FAULT(FAULT_BUG, "bad location");
	}
	reply_header(call, "Location: %.*s", STR_FMT(location));
	call->response->status = 303;
	call->response->content_type = STR("text/plain; charset=utf-8");
	call->response->body = STR("");
	return 0;
}

int reply_html(struct api_call *call, int status, struct str html)
{
	call->response->status = status;
	call->response->content_type = STR("text/html; charset=utf-8");
	call->response->body = html;
	return 0;
}

static void put_fields(struct api_call *call)
{
	struct arena *arena = call->ctx->arena;

	out_object(&call->out, "fields");
	for (size_t i = 0; i < call->fields_len; i++) {
		struct str text = text_join(
			call->lang, arena, "field.", call->fields[i].word, "", "field.format");

		out_named(&call->out, call->fields[i].name, text.ptr ? text : call->fields[i].word);
	}
	out_end(&call->out);
}

static void problem_json(struct api_call *call, enum api_problem problem)
{
	struct str word = str_from(problem_word(problem));
	struct arena *arena = call->ctx->arena;

	reply_begin(call);
	out_text(&call->out, "type", str_format(arena, "urn:leyden:error:%.*s", STR_FMT(word)));
	out_text(&call->out, "title",
		text_join(call->lang, arena, "error.", word, ".title", "error.internal.title"));
	out_number(&call->out, "status", problem_status(problem));
	out_text(&call->out, "detail",
		text_join(call->lang, arena, "error.", word, ".detail", "error.internal.detail"));
	if (call->fields_len)
		put_fields(call);
	out_end(&call->out);
	call->response->content_type = STR("application/problem+json");
	call->response->body = out_failed(&call->out) ? STR("{}") : out_str(&call->out);
}

void reply_problem(struct api_call *call, enum api_problem problem)
{
	struct str html;

	call->response->status = problem_status(problem);
	call->response->headers = STR_NULL;
	call->response->topic = STR_NULL;
	if (problem == P_RATE || problem == P_LOCKED)
		reply_header(call, "Retry-After: 60");
	if (problem == P_SIGNED_OUT)
		reply_header(call, "WWW-Authenticate: Cookie realm=\"leyden\"");
	html = call_wants_html(call->request)
		       ? pages_error(call, problem_status(problem), problem_word(problem))
		       : STR_NULL;
	if (html.ptr) {
		call->response->content_type = STR("text/html; charset=utf-8");
		call->response->body = html;
		return;
	}
	problem_json(call, problem);
}
