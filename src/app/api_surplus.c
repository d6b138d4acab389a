/* api_surplus.c - money of drivers without an account, on the outside face: the list, and giving it
 * back. */
#include "app/api_bodies.h"
#include "app/api_care.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/surplus.h"

static const struct api_column surplus_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"order_id", SHOW_ID, NULL},
	{"code", SHOW_TEXT, NULL},
	{"amount", SHOW_MONEY, NULL},
	{"currency", SHOW_HIDDEN_TEXT, NULL},
	{"id_tag", SHOW_TEXT, NULL},
	{"way", SHOW_TEXT, NULL},
	{"member_id", SHOW_ID, NULL},
	{"member", SHOW_TEXT, NULL},
	{"reference", SHOW_TEXT, NULL},
	{"done", SHOW_TIME, NULL},
	{"kind", SHOW_TEXT, NULL},
};

static int surplus_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {{call->who.tenant_id, STR_NULL},
		{page->cursor.id ? page->cursor.id : INT64_MAX, STR_NULL},
		{(int64_t)page->most, STR_NULL}};
	bool open = str_is(call_query(call, "open"), "1");

	return list_query(call, &list_surplus, open ? SQL_LIST_SURPLUS_OPEN : SQL_LIST_SURPLUS,
		args, 3, page->most, ret_rows);
}

const struct api_list list_surplus = {
	.name = "surplus",
	.columns = surplus_columns,
	.columns_len = sizeof(surplus_columns) / sizeof(surplus_columns[0]),
	.currency_column = 5,
	.cursor_name = -1,
	.read = surplus_read,
};

static int refused(struct api_call *call, int outcome)
{
	switch (outcome) {
	case SURPLUS_E_DONE:
		return P_STATE;
	case SURPLUS_E_WAY:
		return call_field(call, "way", "enum");
	case SURPLUS_E_MEMBER:
		return call_field(call, "member_id", "reference");
	case SURPLUS_E_REFERENCE:
		return call_field(call, "reference", "missing");
	default:
		return P_NOT_FOUND;
	}
}

int surplus_back(struct api_call *call)
{
	const struct api_surplus *body = call->body;
	struct surplus wish = {.tenant_id = call->who.tenant_id,
		.way = body->way,
		.member_id = body->member_id,
		.reference = str_trim(body->reference),
		.staff_id = call->who.staff_id};
	int result;

	if (!call_id(call, 0, &wish.id))
		return P_NOT_FOUND;
	result = surplus_give_back(call->ctx, &wish);
	TRY(result);
	if (result != 0)
		return refused(call, result);
	TRY(care_audit(call, "surplus.back", "surplus", wish.id,
		str_format(call->ctx->arena, "{\"way\":\"%.*s\",\"member\":\"%lld\"}",
			STR_FMT(wish.way), (long long)wish.member_id)));
	return care_answer(call, &list_surplus, SQL_LIST_SURPLUS_ONE, wish.id, 200);
}
