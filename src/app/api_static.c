/* api_static.c - answers that need no database: bundles, and what is sent when no handler can
 * answer. */
#include "app/api_call.h"
#include "app/api_files.h"
#include "app/pages.h"

/* A call outside a lane: enough of a context to render a problem. */
static struct api_call *bare_call(
	const struct api_request *request, struct arena *arena, struct api_response *response)
{
	static const struct http_head no_head;
	static const struct api_request no_request = {.head = &no_head, .path = {"/", 1}};
	struct api_call *call = ARENA_NEW(arena, struct api_call);
	struct ctx *ctx = ARENA_NEW(arena, struct ctx);

	if (!call || !ctx)
		return NULL;
	ctx->arena = arena;
	call->ctx = ctx;
	call->request = request && request->head ? request : &no_request;
	call->response = response;
	call->lang = text_lang(call->request->head, call->request->query, arena);
	return call;
}

static const char common_headers[] =
	"X-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n";

static void finish(struct api_call *call)
{
	reply_header(call,
		"%sCache-Control: no-store\r\nContent-Security-Policy: default-src 'none'; "
		"style-src %.*s; "
		"img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
		common_headers, STR_FMT(pages_style_hash(call->ctx->arena)));
}

/* Files under /assets have their content's hash in the name, so they never change. */
static bool asset(
	const struct api_request *request, struct arena *arena, struct api_response *ret_response)
{
	struct str file = str_slice(request->path, 8, request->path.len), name, plain, packed;
	struct str accept =
		request->head ? http_header(request->head, "Accept-Encoding") : STR_NULL;

	if (!request->head || file.len == 0 || file.len > API_PARAM_LEN || str_find(file, '/') >= 0)
		return false;
	name = str_format(arena, "dist/%.*s", STR_FMT(file));
	plain = name.ptr ? files_get(name, arena) : STR_NULL;
	if (!plain.ptr)
		return false;
	packed = accept.ptr && http_header_has(request->head, "Accept-Encoding", "gzip")
			 ? files_gzip(name)
			 : STR_NULL;
	ret_response->status = 200;
	ret_response->content_type = str_from(files_type(name));
	ret_response->body = packed.ptr ? packed : plain;
	ret_response->asset = !files_live();
	ret_response->headers =
		str_format(arena, "%s%sCache-Control: %s\r\nVary: Accept-Encoding\r\n",
			common_headers, packed.ptr ? "Content-Encoding: gzip\r\n" : "",
			files_live() ? "no-store" : "public, max-age=31536000, immutable");
	return true;
}

bool api_static(
	const struct api_request *request, struct arena *arena, struct api_response *ret_response)
{
	struct api_call *call;
	int status = 0;

	if (str_starts(request->path, STR("/assets/")) &&
		(str_is(request->head->method, "GET") || str_is(request->head->method, "HEAD")) &&
		asset(request, arena, ret_response))
		return true;
	if (api_find(request->head->method, request->path, &status))
		return false;
	call = bare_call(request, arena, ret_response);
	if (!call)
		return false;
	reply_problem(call, status == 405 ? P_METHOD : P_NOT_FOUND);
	if (status == 405)
		reply_header(call, "Allow: %.*s", STR_FMT(route_allow(request->path, arena)));
	finish(call);
	return true;
}

void api_fault(const struct api_request *request, int status, struct arena *arena,
	struct api_response *ret_response)
{
	static const struct {
		int status;
		enum api_problem problem;
	} known[] = {
		{400, P_BAD_REQUEST},
		{404, P_NOT_FOUND},
		{405, P_METHOD},
		{413, P_TOO_LARGE},
		{415, P_MEDIA},
		{429, P_RATE},
		{503, P_UNAVAILABLE},
	};
	enum api_problem problem = P_INTERNAL;
	struct api_call *call;

	*ret_response = (struct api_response){
		.status = status,
		.content_type = STR("text/plain; charset=utf-8"),
		.body = STR("error\n"),
	};
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].status == status)
			problem = known[i].problem;
	}
	call = bare_call(request, arena, ret_response);
	if (!call)
		return;
	reply_problem(call, problem);
	ret_response->status = status;
	finish(call);
}
