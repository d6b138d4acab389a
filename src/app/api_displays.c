/* api_displays.c - messages on piles' displays, of one pile or a whole site, and firmware that a
 * pile publishes to its neighbours, on the outside face. */
#include "app/api_care.h"
#include "app/api_ocpp2.h"
#include "app/devices.h"
#include "app/displays.h"
#include "app/publications.h"
#include "store/order.h"
#include "store/pile.h"
#include "store/site.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

FIELD_ENUM_DEFINE(api_priority, API_PRIORITY, API_PRIORITIES)
FIELD_ENUM_DEFINE(api_format, API_FORMAT, API_FORMATS)
FIELD_ENUM_DEFINE(api_while, API_WHILE, API_WHILES)
FIELD_ROWS(api_display, API_DISPLAY_FIELDS)
FIELD_ROWS(api_publish, API_PUBLISH_FIELDS)

static int64_t before(const struct api_page *page)
{
	return page->cursor.id ? page->cursor.id : INT64_MAX;
}

/* --- messages --- */

static const struct api_column display_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"online", SHOW_FLAG, NULL},
	{"content", SHOW_TEXT, NULL},
	{"format", SHOW_TEXT, NULL},
	{"language", SHOW_TEXT, NULL},
	{"priority", SHOW_TEXT, NULL},
	{"while", SHOW_TEXT, NULL},
	{"from", SHOW_TIME, NULL},
	{"until", SHOW_TIME, NULL},
	{"state", SHOW_TEXT, NULL},
	{"error", SHOW_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
	{"staff", SHOW_TEXT, NULL},
	{"order_id", SHOW_ID, NULL},
};

static int displays_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(call_query_id(call, "pile")),
		NUMBER(call_query_id(call, "order"))};

	return list_query(
		call, &list_displays, SQL_LIST_DISPLAYS, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_displays = {
	"displays", display_columns, COUNT(display_columns), -1, -1, false, displays_read, NULL};

static int problem_of_display(struct api_call *call, int outcome)
{
	switch (outcome) {
	case DISPLAYS_E_VERSION:
		return P_VERSION;
	case DISPLAYS_E_STATE:
	case DISPLAYS_E_CHARGE:
		return P_STATE;
	case DISPLAYS_E_FULL:
		return P_QUEUE_FULL;
	case DISPLAYS_E_TIME:
		return call_field(call, "until", "past");
	default:
		return P_NOT_FOUND;
	}
}

static struct display_wish wish_of(const struct api_call *call)
{
	const struct api_display *body = call->body;

	return (struct display_wish){.tenant_id = call->who.tenant_id,
		.user_id = call->who.staff_id,
		.content = body->content,
		.format = field_enum_name(
			&api_format_names, body->has_format ? body->format : API_FORMAT_UTF8),
		.language = body->has_language ? str_trim(body->language) : STR(""),
		.priority = field_enum_name(&api_priority_names,
			body->has_priority ? body->priority : API_PRIORITY_CYCLE),
		.shown_while = body->has_shown_while
				       ? field_enum_name(&api_while_names, body->shown_while)
				       : STR(""),
		.from_us = body->has_from ? body->from_us : 0,
		.until_us = body->has_until ? body->until_us : 0};
}

static bool is_blank(const struct api_call *call)
{
	const struct api_display *body = call->body;

	return str_trim(body->content).len == 0;
}

/* Shows it, and notes who wanted it of what (`kind` and `id`). */
static int add(struct api_call *call, const struct display_wish *wish, const char *kind, int64_t id)
{
	struct display display;
	int result;

	if (is_blank(call))
		return call_field(call, "content", "missing");
	result = displays_show(call->ctx, wish, &display);
	TRY(result);
	if (result != 0)
		return problem_of_display(call, result);
	TRY(care_audit(call, "display.add", kind, id, STR("{}")));
	return care_answer(call, &list_displays, SQL_LIST_DISPLAY_ONE, display.id, 201);
}

int display_add(struct api_call *call)
{
	struct display_wish wish = wish_of(call);
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	wish.pile_id = pile.id;
	return add(call, &wish, "pile", pile.id);
}

/* For the driver of one charge, and gone with it: before everything else that is shown, unless it
 * is said otherwise. */
int display_add_order(struct api_call *call)
{
	const struct api_display *body = call->body;
	struct display_wish wish = wish_of(call);
	struct order order;
	struct pile pile;
	int64_t id;
	int result = call_id(call, 0, &id)
			     ? store_order_get(call->ctx->db, call->ctx->arena, id, &order)
			     : STORE_E_MISSING;

	TRY(result);
	if (result != 0 || order.tenant_id != call->who.tenant_id)
		return P_NOT_FOUND;
	result = store_pile_get(call->ctx->db, call->ctx->arena, order.pile_id, &pile);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	if (devices_speaks_16(&pile))
		return P_VERSION;
	wish.pile_id = order.pile_id;
	wish.order_id = order.id;
	if (!body->has_priority)
		wish.priority = STR("InFront");
	return add(call, &wish, "order", order.id);
}

static int load_site(struct api_call *call, int64_t *ret_id)
{
	struct site site;
	int result = STORE_E_MISSING;

	if (call_id(call, 0, ret_id))
		result = store_site_get(call->ctx->db, call->ctx->arena, *ret_id, &site);
	TRY(result);
	return result == 0 && site.tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

/* To every pile of a site that can show messages; the others are counted. */
int display_add_site(struct api_call *call)
{
	struct display_wish wish = wish_of(call);
	struct display display;
	struct list_rows rows;
	int64_t id = 0, sent = 0, left_out = 0;
	int result = load_site(call, &id);
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(id), NUMBER(LIMIT_CAMPAIGN_PILES)};

	if (result != 0)
		return result;
	if (is_blank(call))
		return call_field(call, "content", "missing");
	TRY(store_list(call->ctx->db, SQL_LIST_PILE_IDS, args, COUNT(args), "i",
		LIMIT_CAMPAIGN_PILES, call->ctx->arena, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		wish.pile_id = list_row(&rows, i)[0].number;
		result = displays_show(call->ctx, &wish, &display);
		TRY(result);
		if (result == DISPLAYS_E_TIME)
			return problem_of_display(call, result);
		sent += result == 0;
		left_out += result != 0;
	}
	TRY(care_audit(call, "display.add", "site", id, STR("{}")));
	reply_begin(call);
	out_number(&call->out, "sent", sent);
	out_number(&call->out, "left_out", left_out);
	return reply_json(call, 202);
}

int display_clear(struct api_call *call)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = displays_clear(call->ctx, call->who.tenant_id, id, call->who.staff_id);
	TRY(result);
	if (result != 0)
		return problem_of_display(call, result);
	TRY(care_audit(call, "display.clear", "display", id, STR("{}")));
	return care_answer(call, &list_displays, SQL_LIST_DISPLAY_ONE, id, 202);
}

/* --- published firmware --- */

static const struct api_column publication_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"online", SHOW_FLAG, NULL},
	{"firmware_id", SHOW_ID, NULL},
	{"firmware", SHOW_TEXT, NULL},
	{"version", SHOW_TEXT, NULL},
	{"state", SHOW_TEXT, NULL},
	{"error", SHOW_TEXT, NULL},
	{"place", SHOW_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
};

static int publications_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};

	return list_query(call, &list_publications, SQL_LIST_PUBLICATIONS, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_publications = {"publications", publication_columns,
	COUNT(publication_columns), -1, -1, false, publications_read, NULL};

static int problem_of_publication(struct api_call *call, int outcome)
{
	switch (outcome) {
	case PUBLICATIONS_E_FILE:
		return call_field(call, "firmware_id", "reference");
	case PUBLICATIONS_E_VERSION:
	case PUBLICATIONS_E_STATE:
		return P_STATE;
	case PUBLICATIONS_E_FULL:
		return P_QUEUE_FULL;
	default:
		return P_NOT_FOUND;
	}
}

int publication_add(struct api_call *call)
{
	const struct api_publish *body = call->body;
	struct publication publication;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!pile.online)
		return P_PILE_OFFLINE;
	result = publications_ask(call->ctx, call->who.tenant_id, pile.id, body->firmware_id,
		call->who.staff_id, &publication);
	TRY(result);
	if (result != 0)
		return problem_of_publication(call, result);
	TRY(care_audit(call, "firmware.publish", "pile", pile.id, STR("{}")));
	return care_answer(call, &list_publications, SQL_LIST_PUBLICATION_ONE, publication.id, 202);
}

int publication_withdraw(struct api_call *call)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = publications_withdraw(call->ctx, call->who.tenant_id, id, call->who.staff_id);
	TRY(result);
	if (result != 0)
		return problem_of_publication(call, result);
	TRY(care_audit(call, "firmware.withdraw", "publication", id, STR("{}")));
	return care_answer(call, &list_publications, SQL_LIST_PUBLICATION_ONE, id, 202);
}
