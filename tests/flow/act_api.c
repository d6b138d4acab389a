/* act_api.c - what operators do over the outside face in a transcript: `$ api` lines go through the
 * route table with a signed-in admin, as the console's calls do. */
#include <string.h>
#include "app/api.h"
#include "base/clock.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "flow.h"
#include "store/login.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/staff.h"
#include "wire/json.h"

#define TOKEN "session-of-the-transcript"
#define CSRF "csrf-of-the-transcript"

struct asked {
	struct flow *flow;
	struct str words;
	char body[400]; /* of the answer, to be said when it was not expected */
};

/* The admin is born with the first line and stays signed in. */
static int sign_in(struct ctx *ctx, struct flow *flow)
{
	struct staff staff = {.id = CTX_ID(ctx),
		.tenant_id = flow->tenant_id,
		.login = STR("admin"),
		.name = STR("Admin"),
		.role = STR("admin"),
		.password_hash = STR("$none"),
		.created_us = ctx->now_us};
	uint8_t digest[SHA256_LEN];
	struct login login;
	struct buf hex;
	int found;

	sha256(TOKEN, strlen(TOKEN), digest);
	buf_init(&hex, ctx->arena, 2 * SHA256_LEN + 1);
	hex_write(&hex, digest, sizeof(digest));
	found = store_login_get(ctx->db, buf_str(&hex), ctx->now_us, ctx->arena, &login);
	TRY(found);
	if (found == 0)
		return 0;
	TRY(store_staff_add(ctx->db, &staff));
	return store_login_add(ctx->db, buf_str(&hex), staff.id, STR(CSRF), ctx->now_us,
		ctx->now_us + 30 * US_PER_DAY);
}

/* {pile}, {site} and {order} in a path are the ids behind pile=..., of the only site, and of the
 * order that runs with the card of card=... */
static int fill_path(struct ctx *ctx, struct asked *asked, struct str path, struct str *ret_path)
{
	struct str code = words_get(asked->flow, asked->words, "pile", "");
	struct str card = words_get(asked->flow, asked->words, "card", "");
	struct pile pile = {0};
	int64_t order_id = 0;
	struct buf out;

	if (code.len > 0)
		TRY(store_pile_by_code(ctx->db, ctx->arena, code, &pile));
	if (card.len > 0)
		TRY(store_order_of_tag(ctx->db, asked->flow->tenant_id, card, &order_id));
	const struct {
		const char *name;
		int64_t id;
	} names[] = {{"{pile}", pile.id}, {"{site}", asked->flow->site_id}, {"{order}", order_id}};

	buf_init(&out, ctx->arena, 1024);
	for (size_t at = 0; at < path.len;) {
		struct str rest = str_slice(path, at, path.len);
		size_t i = 0;

		while (i < 3 && !str_starts(rest, str_from(names[i].name)))
			i++;
		if (i == 3) {
			buf_put_char(&out, path.ptr[at++]);
			continue;
		}
		buf_put_i64(&out, names[i].id);
		at += strlen(names[i].name);
	}
	*ret_path = buf_str(&out);
	return 0;
}

static void put_header(struct http_head *head, const char *name, struct str value)
{
	head->headers[head->headers_len++] = (struct http_header){str_from(name), value};
}

/* take=id:name keeps a text of the answer as $name. */
static void keep(struct asked *asked, struct ctx *ctx, struct str body)
{
	struct str name = words_get(asked->flow, asked->words, "take", ""), value;
	struct str path = str_cut(&name, ':');

	if (path.len == 0)
		return;
	if (!json_get_str(
		    body, str_format(ctx->arena, "%.*s", STR_FMT(path)).ptr, ctx->arena, &value))
		flow_fail(asked->flow, "no %.*s in %.*s", STR_FMT(path), STR_FMT(body));
	else
		words_set(asked->flow, name, value);
}

/* $ api POST /v1/piles/{pile}/displays pile=A-07 body={...} [take=id:name] -> 201 */
static int act_api(struct ctx *ctx, void *arg)
{
	struct asked *asked = arg;
	struct http_head head = {.method = words_next(&asked->words)};
	struct str target = words_next(&asked->words);
	struct api_request request = {
		.head = &head, .body = words_get(asked->flow, asked->words, "body", "")};
	struct api_response response = {0};
	const struct api_route *route;
	int status;

	TRY(sign_in(ctx, asked->flow));
	TRY(fill_path(ctx, asked, words_fill(asked->flow, target), &request.path));
	head.path = head.target = request.path;
	put_header(&head, "Cookie", STR("session=" TOKEN));
	put_header(&head, "X-CSRF", STR(CSRF));
	put_header(&head, "Content-Type", STR("application/json"));
	route = api_find(head.method, head.path, &status);
	if (!route) {
		flow_fail(asked->flow, "no such call: %.*s", STR_FMT(request.path));
		return 0;
	}
	TRY(api_run(ctx, route, &request, &response));
	if (response.again) /* the raw console waits for the pile */
		return 202;
	snprintf(asked->body, sizeof(asked->body), "%.*s", STR_FMT(response.body));
	if (response.status < 400)
		keep(asked, ctx, response.body);
	return response.status;
}

void act_api_line(struct flow *flow, struct str words, struct str expect)
{
	struct asked asked = {.flow = flow, .words = words};
	int64_t wanted;
	int status = world_act(flow, act_api, &asked);

	if (!flow->failed && (!str_to_i64(expect, &wanted) || wanted != status))
		flow_fail(
			flow, "status %d, expected %.*s: %s", status, STR_FMT(expect), asked.body);
}
