/* api_members.c - members, their wallets' links, and the cards that stand for them. */
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/cards.h"
#include "app/locallists.h"
#include "domain/token.h"
#include "domain/vid.h"
#include "store/member.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define WALLET_TOKEN_BYTES 16

static int audit_member(struct api_call *call, const char *action, const char *kind, int64_t id)
{
	return auth_audit(call->ctx, &call->who, action,
		str_format(call->ctx->arena, "%s:%lld", kind, (long long)id), STR("{}"));
}

static int load_member(struct api_call *call, struct member *ret_member)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_member_get(call->ctx->db, call->ctx->arena, id, ret_member);
	TRY(result);
	return result == 0 && ret_member->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

static int put_tags(struct api_call *call, int64_t member_id)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(member_id), NUMBER(LIMIT_LIST_PAGE)};
	struct list_rows rows;

	TRY(list_query(call, &list_tags, SQL_LIST_TAGS_MEMBER, args, 3, LIMIT_LIST_PAGE, &rows));
	out_list(&call->out, "cards");
	for (size_t i = 0; i < rows.rows_len; i++) {
		out_object(&call->out, NULL);
		list_row_write(call, &list_tags, list_row(&rows, i));
		TRY(list_tags.more(call, list_row(&rows, i)));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

static int answer_member(struct api_call *call, int64_t id, int status)
{
	const struct list_cell *row;
	struct member member;
	int result = list_one(call, &list_members, SQL_LIST_MEMBER_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	if (store_member_get(call->ctx->db, call->ctx->arena, id, &member) != 0)
		return FAULT(FAULT_CORRUPT, "a member that is listed is not there");
	reply_begin(call);
	list_row_write(call, &list_members, row);
	TRY(list_members.more(call, row));
	out_flag(&call->out, "priority", member.priority);
	TRY(put_tags(call, id));
	return reply_json(call, status);
}

int member_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_member(call, id, 200) : P_NOT_FOUND;
}

int member_add(struct api_call *call)
{
	const struct api_member *body = call->body;
	struct ctx *ctx = call->ctx;
	struct member member = {
		.id = CTX_ID(ctx),
		.tenant_id = call->who.tenant_id,
		.name = str_trim(body->name),
		.phone = body->has_phone ? str_trim(body->phone) : STR(""),
		.wallet_token = rng_token(ctx->rng, ctx->arena, WALLET_TOKEN_BYTES),
		.created_us = ctx->now_us,
		.version = 1,
	};

	if (member.name.len == 0)
		return call_field(call, "name", "missing");
	if (!member.wallet_token.ptr)
		return FAULT(FAULT_NOMEM, "wallet token");
	TRY(store_member_add(ctx->db, call->who.currency, CTX_ID(ctx), &member));
	TRY(audit_member(call, "member.add", "member", member.id));
	return answer_member(call, member.id, 201);
}

int member_patch(struct api_call *call)
{
	const struct api_member_patch *body = call->body;
	struct member member;
	int result = load_member(call, &member);

	if (result != 0)
		return result;
	member.priority = body->priority;
	result = store_member_put(call->ctx->db, &member);
	TRY(result);
	if (result != 0)
		return P_CONFLICT;
	TRY(auth_audit(call->ctx, &call->who, "member.change",
		str_format(call->ctx->arena, "member:%lld", (long long)member.id),
		body->priority ? STR("{\"priority\":true}") : STR("{\"priority\":false}")));
	return answer_member(call, member.id, 200);
}

/* What a card's number may hold: visible ASCII, as piles send it. */
static bool tag_ok(struct str id_tag)
{
	for (size_t i = 0; i < id_tag.len; i++) {
		if (id_tag.ptr[i] <= ' ' || id_tag.ptr[i] > '~')
			return false;
	}
	return id_tag.len > 0;
}

static int answer_tag(struct api_call *call, int64_t id, int status)
{
	const struct list_cell *row;
	int result = list_one(call, &list_tags, SQL_LIST_TAG_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	reply_begin(call);
	list_row_write(call, &list_tags, row);
	TRY(list_tags.more(call, row));
	return reply_json(call, status);
}

int member_tag_add(struct api_call *call)
{
	const struct api_tag *body = call->body;
	struct ctx *ctx = call->ctx;
	struct token token = {
		.id = CTX_ID(ctx),
		.tenant_id = call->who.tenant_id,
		.state = STR("active"),
		.parent = body->has_parent ? str_trim(body->parent) : STR(""),
		.expires_us = body->expires_us,
		.created_us = ctx->now_us,
	};
	struct member member;
	int result = load_member(call, &member);

	if (result != 0)
		return result;
	token.member_id = member.id;
	token.id_tag = token_normal(ctx->arena, str_trim(body->id_tag));
	/* one that looks like a remote start's tag, or a car's, would never be found among the
	 * cards
	 */
	if (!tag_ok(token.id_tag) || token_is_start(token.id_tag) || vid_is(token.id_tag))
		return call_field(call, "id_tag", "format");
	if (body->has_kind && !card_kind_parse(body->kind, &token.kind))
		return call_field(call, "kind", "format");
	result = cards_add(ctx, call->who.currency, &token);
	TRY(result);
	if (result > 0)
		return P_NAME_TAKEN;
	TRY(audit_member(call, "tag.add", "tag", token.id));
	return answer_tag(call, token.id, 201);
}

static int load_tag(struct api_call *call, struct token *ret_token)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_member_tag_get(call->ctx->db, call->ctx->arena, id, ret_token);
	TRY(result);
	return result == 0 && ret_token->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

int tag_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_tag(call, id, 200) : P_NOT_FOUND;
}

int tag_topup(struct api_call *call)
{
	const struct api_fill *body = call->body;
	struct ctx *ctx = call->ctx;
	struct token token;
	int result = load_tag(call, &token);

	if (result != 0)
		return result;
	if (body->amount.has_currency && !str_eq(body->amount.currency, call->who.currency))
		return call_field(call, "amount.currency", "currency");
	result = cards_fill(ctx, &token, body->amount.minor);
	TRY(result);
	if (result > 0)
		return result == CARDS_E_KIND ? P_STATE : P_AMOUNT;
	TRY(auth_audit(ctx, &call->who, "tag.topup",
		str_format(ctx->arena, "tag:%lld", (long long)token.id),
		str_format(ctx->arena, "{\"minor\":%lld}", (long long)body->amount.minor)));
	return answer_tag(call, token.id, 200);
}

static int set_tag(struct api_call *call, struct str state, const char *action)
{
	struct token token;
	int result = load_tag(call, &token);

	if (result != 0)
		return result;
	token.state = state;
	result = store_member_tag_put(call->ctx->db, &token);
	TRY(result);
	if (result > 0)
		return P_NOT_FOUND;
	TRY(locallists_cards_changed(call->ctx, token.tenant_id));
	TRY(audit_member(call, action, "tag", token.id));
	return answer_tag(call, token.id, 200);
}

int tag_block(struct api_call *call)
{
	return set_tag(call, STR("blocked"), "tag.block");
}

int tag_unblock(struct api_call *call)
{
	return set_tag(call, STR("active"), "tag.unblock");
}
