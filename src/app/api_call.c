/* api_call.c - one request from the lane to the answer: who asks, may they, is the body well
 * formed, was it asked before; then the handler; then the headers every answer has. */
#include "app/api_call.h"
#include <stdio.h>
#include <string.h>
#include "app/pages.h"
#include "base/crypt.h"
#include "base/gzip.h"
#include "store/idempotency.h"
#include "store/pile.h"

#define IDEMPOTENCY_KEEP_US (7 * US_PER_DAY)
#define GZIP_LEAST 1024

/* --- reading the request --- */

bool call_id(const struct api_call *call, size_t index, int64_t *ret_id)
{
	return index < call->params_len && call->params[index].ptr[0] != '+' &&
	       str_to_i64(call->params[index], ret_id) && *ret_id > 0;
}

int call_pile(struct api_call *call, struct pile *ret_pile)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_pile_get(call->ctx->db, call->ctx->arena, id, ret_pile);
	TRY(result);
	return result == 0 && ret_pile->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

struct str call_query(const struct api_call *call, const char *name)
{
	struct str value = str_trim(http_param(call->ctx->arena, call->request->query, name));

	return value.ptr && value.len <= API_PARAM_LEN ? value : STR("");
}

int64_t call_query_id(const struct api_call *call, const char *name)
{
	int64_t id = 0;

	return str_to_i64(call_query(call, name), &id) && id > 0 ? id : 0;
}

int call_field(struct api_call *call, const char *name, const char *word)
{
	if (call->fields_len < API_FIELDS_MAX)
		call->fields[call->fields_len++] = (struct api_field){
			str_dup(call->ctx->arena, str_from(name)), str_from(word)};
	return P_FIELDS;
}

bool call_text_id(struct str text, int64_t *ret_id)
{
	*ret_id = 0;
	return text.len == 0 || (str_to_i64(text, ret_id) && *ret_id > 0);
}

struct str call_owner_key(const struct api_call *call, struct str token)
{
	struct str header = http_header(call->request->head, "Owner-Key");
	char name[80];

	if (header.len)
		return header;
	if (token.len > 64)
		return STR_NULL;
	snprintf(name, sizeof(name), "ok_%.*s", STR_FMT(token));
	return http_cookie(call->request->head, name);
}

bool call_wants_html(const struct api_request *request)
{
	return request && request->head && http_header_has(request->head, "Accept", "text/html") &&
	       !str_starts(request->path, STR("/v1/")) &&
	       !str_starts(request->path, STR("/assets/"));
}

/* --- who asks --- */

/* A browser tells where a request comes from; another site's is refused. Programs send no Origin. A
 * form on a page that sends no referrer (ours do not: tokens stand in their addresses) has the
 * origin "null"; then Sec-Fetch-Site decides, and where even that is missing, the cookies do: they
 * are SameSite. */
static bool origin_ok(const struct api_request *request)
{
	struct str origin = http_header(request->head, "Origin"),
		   host = http_header(request->head, "Host");
	struct str site = http_header(request->head, "Sec-Fetch-Site");

	if (site.len && !str_is(site, "same-origin") && !str_is(site, "none"))
		return false;
	if (!origin.ptr || str_is(origin, "null"))
		return true;
	str_cut(&origin, '/');
	str_cut(&origin, '/');
	return host.len && str_eq_nocase(origin, host);
}

static int call_sign_in(struct api_call *call)
{
	const struct api_route *route = call->route;
	struct str token = http_cookie(call->request->head, AUTH_COOKIE), csrf;
	int result;

	if (route->roles == 0)
		return 0;
	result = auth_session(call->ctx, token, route->lane == API_WRITE, &call->who);
	TRY(result);
	if (result > 0)
		return P_SIGNED_OUT;
	call->role = auth_role(call->who.role);
	if (!(route->roles & call->role))
		return P_FORBIDDEN;
	if (strcmp(route->method, "GET") == 0)
		return 0;
	csrf = http_header(call->request->head, "X-CSRF");
	if (csrf.len != call->who.csrf.len || !crypt_equal(csrf.ptr, call->who.csrf.ptr, csrf.len))
		return P_CSRF;
	return 0;
}

/* --- the body --- */

static const char *field_word(enum record_outcome outcome)
{
	switch (outcome) {
	case RECORD_E_UNKNOWN:
		return "unknown";
	case RECORD_E_TYPE:
		return "type";
	case RECORD_E_MISSING:
		return "missing";
	case RECORD_E_LENGTH:
		return "length";
	case RECORD_E_ENUM:
		return "enum";
	case RECORD_E_BOUNDS:
		return "bounds";
	case RECORD_E_COUNT:
		return "count";
	case RECORD_E_JSON:
	case RECORD_E_OBJECT:
	case RECORD_E_FORMAT:
		break;
	}
	return "format";
}

/* Is there a field that must be given? */
static bool needs_body(const struct record *record)
{
	for (size_t i = 0; i < record->fields_len; i++) {
		if (record->fields[i].presence == FIELD_REQ)
			return true;
	}
	return false;
}

static int call_body(struct api_call *call)
{
	const struct record *record = call->route->body;
	struct str type = http_header(call->request->head, "Content-Type"), media = type;
	struct str text = call->request->body;
	struct record_error error;
	int result;

	if (!record)
		return 0;
	media = str_trim(str_cut(&type, ';'));
	if (text.len == 0 && !needs_body(record))
		text = STR("{}");
	else if (!str_eq_nocase(media, STR("application/json")))
		return P_MEDIA;
	call->body = arena_alloc(call->ctx->arena, record->size);
	if (!call->body)
		return FAULT(FAULT_NOMEM, "body");
	result = record_decode(record, text, RECORD_STRICT, call->ctx->arena, call->body, &error);
	TRY(result);
	if (result == 0)
		return 0;
	if (error.kind == RECORD_E_JSON || error.kind == RECORD_E_OBJECT)
		return P_JSON;
	return call_field(call, error.path, field_word(error.kind));
}

/* --- asked before? --- */

struct asked { /* an Idempotency-Key with what it was used for */
	struct str key, hash;
};

static bool key_ok(struct str key)
{
	if (key.len < 16 || key.len > 64)
		return false;
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_'))
			return false;
	}
	return true;
}

/* The stored text of an answer is its header lines, a sign that no header can hold, its body. */
#define STORED_SIGN '\x1e'

static void replay(struct api_call *call, const struct idempotency *answer)
{
	struct str text = answer->body;

	call->response->status = (int)answer->status;
	call->response->content_type = STR("application/json");
	call->response->headers = str_cut(&text, STORED_SIGN);
	call->response->body = text;
	reply_header(call, "Idempotency-Replayed: true");
}

/* Looks the key up. 0 with call->response->status set: answered from the table. */
static int asked_before(struct api_call *call, struct asked *ret_asked)
{
	struct str key = http_header(call->request->head, "Idempotency-Key");
	struct arena *arena = call->ctx->arena;
	struct idempotency answer;
	uint8_t digest[SHA256_LEN];
	struct buf text, hex;
	int result;

	*ret_asked = (struct asked){STR_NULL, STR_NULL};
	if (!(call->route->flags & API_MONEY) || !key.ptr)
		return 0;
	if (!key_ok(key))
		return call_field(call, "Idempotency-Key", "format");
	buf_init(&text, arena, LIMIT_HTTP_BODY_BYTES + 4096);
	buf_format(&text, "%s %.*s\n", call->route->method, STR_FMT(call->request->path));
	buf_put_str(&text, call->request->body);
	sha256(text.ptr, text.len, digest);
	buf_init(&hex, arena, 2 * SHA256_LEN + 1);
	hex_write(&hex, digest, sizeof(digest));
	ret_asked->hash = buf_str(&hex);
	ret_asked->key =
		str_format(arena, "%lld:%.*s", (long long)call->who.staff_id, STR_FMT(key));
	result = store_idempotency_get(call->ctx->db, ret_asked->key, arena, &answer);
	TRY(result);
	if (result == IDEMPOTENCY_E_NONE)
		return 0;
	if (!str_eq(answer.request_hash, ret_asked->hash))
		return P_IDEMPOTENCY;
	replay(call, &answer);
	return 0;
}

/* Remembers an answer that did something. A refusal changed nothing, so it may be asked again. */
static int remember(struct api_call *call, const struct asked *asked)
{
	struct idempotency answer = {
		.key = asked->key,
		.request_hash = asked->hash,
		.status = call->response->status,
		.at_us = call->ctx->now_us,
	};
	int result;

	if (!asked->key.ptr || call->response->status >= 300)
		return 0;
	answer.body = str_format(call->ctx->arena, "%.*s%c%.*s", STR_FMT(call->response->headers),
		STORED_SIGN, STR_FMT(call->response->body));
	TRY(store_idempotency_prune(call->ctx->db, call->ctx->now_us - IDEMPOTENCY_KEEP_US));
	result = store_idempotency_add(call->ctx->db, &answer);
	TRY(result);
	if (result ==
		IDEMPOTENCY_E_TAKEN) /* a twin got there first: run again and find its answer */
		return FAULT(FAULT_BUSY, "idempotency key taken");
	return 0;
}

/* --- the headers every answer has --- */

static void finish_headers(struct api_call *call)
{
	struct api_response *response = call->response;
	bool html = str_starts(response->content_type, STR("text/html"));

	reply_header(call, "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n"
			   "Referrer-Policy: same-origin\r\nX-Frame-Options: DENY\r\nVary: "
			   "Accept-Language, Cookie");
	if (html)
		reply_header(call,
			"Content-Language: %.*s\r\nContent-Security-Policy: default-src 'none'; "
			"script-src 'self'; style-src 'self' %.*s; img-src 'self' data:; "
			"connect-src 'self'; "
			"font-src 'self'; form-action 'self' https: http:; base-uri 'none'; "
			"frame-ancestors 'none'",
			STR_FMT(call->lang), STR_FMT(pages_style_hash(call->ctx->arena)));
	else if (!str_starts(response->content_type, STR("text/javascript")))
		/* (a worker's script would carry the policy into the worker, which has to fetch) */
		reply_header(call,
			"Content-Security-Policy: default-src 'none'; frame-ancestors 'none'");
}

/* Pages and lists are worth compressing; small answers with secrets in them are left alone. */
static void compress(struct api_call *call)
{
	struct api_response *response = call->response;
	struct str packed;
	bool fit = (call->route && (call->route->flags & (API_PAGE | API_LIST))) ||
		   str_starts(response->content_type, STR("text/html"));

	if (!fit || response->body.len < GZIP_LEAST || response->asset ||
		!http_header_has(call->request->head, "Accept-Encoding", "gzip"))
		return;
	packed = gzip_text(response->body, call->ctx->arena);
	if (!packed.ptr)
		return;
	response->body = packed;
	reply_header(call, "Content-Encoding: gzip");
}

static int call_steps(struct api_call *call, bool second)
{
	struct asked asked = {STR_NULL, STR_NULL};
	int result;

	if (!route_params(call->route, call->request->path, call->ctx->arena, call->params,
		    &call->params_len))
		return P_NOT_FOUND;
	if (strcmp(call->route->method, "GET") != 0 && !(call->route->flags & API_RAW) &&
		!origin_ok(call->request))
		return P_CSRF;
	result = call_sign_in(call);
	if (result != 0)
		return result;
	result = call_body(call);
	if (result != 0)
		return result;
	if (!second) {
		result = asked_before(call, &asked);
		if (result != 0 || call->response->status != 0)
			return result;
	}
	result = call->route->handle(call);
	if (result != 0 || call->response->again)
		return result;
	return remember(call, &asked);
}

int api_run(struct ctx *ctx, const struct api_route *route, const struct api_request *request,
	struct api_response *ret_response)
{
	bool second = ret_response->carry != NULL; /* also when a busy database runs it once more */
	struct api_call *call = ARENA_NEW(ctx->arena, struct api_call);
	int result;

	if (!call)
		return FAULT(FAULT_NOMEM, "request");
	call->ctx = ctx;
	call->route = route;
	call->request = request;
	call->response = ret_response;
	call->lang = text_lang(request->head, request->query, ctx->arena);
	ret_response->again = false;
	ret_response->status = 0;
	ret_response->headers = STR_NULL;
	result = call_steps(call, second);
	TRY(result);
	if (result > 0)
		reply_problem(call, (enum api_problem)result);
	if (ret_response->again)
		return 0;
	finish_headers(call);
	compress(call);
	if (ctx->arena->failed)
		return FAULT(FAULT_NOMEM, "answer");
	return 0;
}
