/* api_tables.c - the lists of the operator's console, row by row: columns as their view in
 * sql/migrations/0002 gives them, and how a request chooses its index. */
#include <string.h>
#include "app/api_lists.h"
#include "app/api_view.h"
#include "app/api_words.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define TEXT(value) ((struct list_arg){0, (value)})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Newest first: everything before the cursor's id. */
static int64_t before(const struct api_page *page)
{
	return page->cursor.id ? page->cursor.id : INT64_MAX;
}

static struct str named(const struct api_page *page)
{
	return page->cursor.name.ptr ? page->cursor.name : STR("");
}

/* --- orders --- */

static const struct api_column order_columns[] = {
	{"id", SHOW_ID, NULL},
	{"token", SHOW_TEXT, NULL},
	{"state", SHOW_WORD, word_order_state},
	{"reason", SHOW_TEXT, NULL},
	{"site_id", SHOW_ID, NULL},
	{"site", SHOW_TEXT, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile_code", SHOW_TEXT, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"connector", SHOW_NUMBER, NULL},
	{"starter", SHOW_WORD, word_starter},
	{"timing", SHOW_WORD, word_timing},
	{"source", SHOW_WORD, word_source},
	{"channel", SHOW_TEXT, NULL},
	{"member_id", SHOW_ID, NULL},
	{"member", SHOW_TEXT, NULL},
	{"id_tag", SHOW_TEXT, NULL},
	{"energy_wh", SHOW_ENERGY, NULL},
	{"total", SHOW_MONEY, NULL},
	{"paid", SHOW_MONEY, NULL},
	{"refund", SHOW_MONEY, NULL},
	{"currency", SHOW_HIDDEN_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
	{"started", SHOW_TIME, NULL},
	{"stopped", SHOW_TIME, NULL},
	{"settled", SHOW_TIME, NULL},
};

/* The first id that could have been made at a time: ids carry milliseconds since 2024 above 22
 * other bits. */
static int64_t id_floor(int64_t at_us)
{
	int64_t ms = at_us / US_PER_MS - id_time_us(0) / US_PER_MS;

	return ms <= 0 ? 0 : ms << 22;
}

static int time_query(const struct api_call *call, const char *name, int64_t *ret_us)
{
	struct str text = call_query(call, name);

	*ret_us = 0;
	return text.len == 0 || time_parse(text, ret_us, NULL) ? 0 : P_BAD_REQUEST;
}

/* What a search text can be: an order's number, its link token, a start tag, a pile, a card. */
static int orders_search(struct api_call *call, const struct api_page *page, struct str text,
	struct list_rows *ret_rows)
{
	const struct api_list *list = &list_orders;
	struct list_arg one[] = {NUMBER(call->who.tenant_id), TEXT(text), NUMBER(1)};
	struct list_arg many[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(0), NUMBER(0), NUMBER(0)};
	struct str upper = list_pattern(call->ctx->arena, text, true);
	struct list_rows piles;
	int64_t id;

	if (str_to_i64(text, &id) && id > 0) {
		one[1] = NUMBER(id);
		TRY(list_query(call, list, SQL_LIST_ORDER_ONE, one, 3, 1, ret_rows));
		if (ret_rows->rows_len)
			return 0;
		one[1] = TEXT(text);
	}
	TRY(list_query(call, list, SQL_LIST_ORDER_TOKEN, one, 3, 1, ret_rows));
	if (ret_rows->rows_len == 0)
		TRY(list_query(call, list, SQL_LIST_ORDER_START_TAG, one, 3, 1, ret_rows));
	if (ret_rows->rows_len)
		return 0;
	TRY(store_list(
		call->ctx->db, SQL_LIST_PILE_NAMED, one, 3, "i", 1, call->ctx->arena, &piles));
	if (piles.rows_len) {
		many[4] = NUMBER(list_row(&piles, 0)->number);
		return list_query(call, list, SQL_LIST_ORDERS_PILE, many, 6, page->most, ret_rows);
	}
	many[4] = TEXT(str_slice(
		upper, 1, upper.len - 1)); /* the upper-case spelling, without the signs around */
	return list_query(call, list, SQL_LIST_ORDERS_TAG, many, 5, page->most, ret_rows);
}

static int orders_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str q = call_query(call, "q"), state_text = call_query(call, "state");
	int64_t state = word_number(word_order_state, state_text);
	int64_t from_us, to_us, pile = call_query_id(call, "pile"),
				site = call_query_id(call, "site");
	int64_t member = call_query_id(call, "member");
	int64_t end = before(page);
	struct list_arg args[6];
	enum sql_id sql = SQL_LIST_ORDERS;
	size_t args_len = 4;

	if ((state_text.len && !state) || time_query(call, "from", &from_us) ||
		time_query(call, "to", &to_us))
		return P_BAD_REQUEST;
	if (q.len)
		return page->cursor.id && str_utf8_len(q) < 0
			       ? P_BAD_REQUEST
			       : orders_search(call, page, q, ret_rows);
	if (to_us && id_floor(to_us) < end)
		end = id_floor(to_us);
	args[0] = NUMBER(call->who.tenant_id);
	args[1] = NUMBER(end);
	args[2] = NUMBER((int64_t)page->most);
	args[3] = NUMBER(from_us ? id_floor(from_us) : 0);
	args[5] = NUMBER(state);
	if (pile || site || member) {
		sql = pile   ? SQL_LIST_ORDERS_PILE
		      : site ? SQL_LIST_ORDERS_SITE
			     : SQL_LIST_ORDERS_MEMBER;
		args[4] = NUMBER(pile ? pile : site ? site : member);
		args_len = 6;
	} else if (state) {
		sql = SQL_LIST_ORDERS_STATE;
		args[4] = NUMBER(state);
		args_len = 5;
	}
	return list_query(call, &list_orders, sql, args, args_len, page->most, ret_rows);
}

const struct api_list list_orders = {
	.name = "orders",
	.columns = order_columns,
	.columns_len = COUNT(order_columns),
	.currency_column = 21,
	.cursor_name = -1,
	.read = orders_read,
};

/* --- piles --- */

static const struct api_column pile_columns[] = {
	{"id", SHOW_ID, NULL},
	{"code", SHOW_TEXT, NULL},
	{"name", SHOW_TEXT, NULL},
	{"state", SHOW_WORD, word_pile_state},
	{"site_id", SHOW_ID, NULL},
	{"site", SHOW_TEXT, NULL},
	{"online", SHOW_FLAG, NULL},
	{"last_seen", SHOW_TIME, NULL},
	{"connected", SHOW_TIME, NULL},
	{"vendor", SHOW_TEXT, NULL},
	{"model", SHOW_TEXT, NULL},
	{"serial", SHOW_TEXT, NULL},
	{"firmware", SHOW_TEXT, NULL},
	{"protocol", SHOW_TEXT, NULL},
	{"boot_status", SHOW_TEXT, NULL},
	{"has_password", SHOW_FLAG, NULL},
	{"tariff_series_id", SHOW_ID, NULL},
	{"created", SHOW_TIME, NULL},
	{"version", SHOW_NUMBER, NULL},
};

/* What a pile does, beside what it is (word_pile_state): the $8 of list_piles; 0 for another word.
 */
static int64_t live_state(struct str text)
{
	static const char *const words[] = {"online", "offline", "charging", "faulted"};

	for (size_t i = 0; i < COUNT(words); i++)
		if (str_is(text, words[i]))
			return (int64_t)i + 1;
	return 0;
}

static int piles_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str state_text = call_query(call, "state");
	int64_t state = word_number(word_pile_state, state_text);
	int64_t live = live_state(state_text);
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id),
		NUMBER(page->cursor.id),
		NUMBER((int64_t)page->most),
		TEXT(named(page)),
		NUMBER(state),
		NUMBER(call_query_id(call, "site")),
		TEXT(list_pattern(call->ctx->arena, call_query(call, "q"), false)),
		NUMBER(live),
	};

	if (state_text.len && !state && !live)
		return P_BAD_REQUEST;
	return list_query(
		call, &list_piles, SQL_LIST_PILES, args, COUNT(args), page->most, ret_rows);
}

/* The connectors of a pile, with the order each is busy with. */
static int piles_more(struct api_call *call, const struct list_cell *row)
{
	const struct list_arg arg = NUMBER(row[0].number);
	struct list_rows rows;
	struct out *out = &call->out;

	TRY(store_list(call->ctx->db, SQL_LIST_CONNECTORS, &arg, 1, "isssssiiii", 256,
		call->ctx->arena, &rows));
	out_list(out, "connectors");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *cell = list_row(&rows, i);

		out_object(out, NULL);
		out_number(out, "no", cell[0].number);
		out_text(out, "status", cell[1].text);
		out_text(out, "error_code", cell[2].text);
		out_text(out, "info", cell[3].text);
		out_text(out, "vendor_error", cell[4].text);
		out_text(out, "plug", cell[5].text);
		out_number(out, "max_w", cell[6].number);
		out_time(out, "status_at", cell[7].number);
		out_time(out, "last_good", cell[8].number);
		out_id(out, "order_id", cell[9].number);
		out_end(out);
	}
	out_list_end(out);
	return 0;
}

const struct api_list list_piles = {
	.name = "piles",
	.columns = pile_columns,
	.columns_len = COUNT(pile_columns),
	.currency_column = -1,
	.cursor_name = 2,
	.oldest_first = true,
	.read = piles_read,
	.more = piles_more,
};

/* --- sites --- */

static const struct api_column site_columns[] = {
	{"id", SHOW_ID, NULL},
	{"name", SHOW_TEXT, NULL},
	{"address", SHOW_TEXT, NULL},
	{"zone", SHOW_TEXT, NULL},
	{"currency", SHOW_TEXT, NULL},
	{"helpline", SHOW_TEXT, NULL},
	{"timing", SHOW_TEXT, NULL},
	{"default_limit", SHOW_MONEY, NULL},
	{"tariff_series_id", SHOW_ID, NULL},
	{"reserve_min", SHOW_NUMBER, NULL},
	{"piles", SHOW_NUMBER, NULL},
	{"created", SHOW_TIME, NULL},
	{"version", SHOW_NUMBER, NULL},
	{"has_position", SHOW_HIDDEN, NULL},
	{"latitude_e7", SHOW_HIDDEN, NULL},
	{"longitude_e7", SHOW_HIDDEN, NULL},
};
enum { SITE_HAS_POSITION = 13, SITE_LATITUDE, SITE_LONGITUDE };

static void put_degrees(struct out *out, const char *name, int64_t e7)
{
	struct buf text;

	buf_init(&text, out->arena, 16);
	buf_put_fixed(&text, e7, 7);
	out_text(out, name, buf_str(&text));
}

/* Where it is, as a map writes it: decimal degrees of WGS 84. */
static int sites_more(struct api_call *call, const struct list_cell *row)
{
	if (row[SITE_HAS_POSITION].number) {
		put_degrees(&call->out, "latitude", row[SITE_LATITUDE].number);
		put_degrees(&call->out, "longitude", row[SITE_LONGITUDE].number);
	} else {
		out_null(&call->out, "latitude");
		out_null(&call->out, "longitude");
	}
	return 0;
}

static int sites_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(page->cursor.id), NUMBER((int64_t)page->most)};

	return list_query(
		call, &list_sites, SQL_LIST_SITES, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_sites = {
	.name = "sites",
	.columns = site_columns,
	.columns_len = COUNT(site_columns),
	.currency_column = 4,
	.cursor_name = -1,
	.oldest_first = true,
	.read = sites_read,
	.more = sites_more,
};

/* --- members and cards --- */

static const struct api_column member_columns[] = {
	{"id", SHOW_ID, NULL},
	{"name", SHOW_TEXT, NULL},
	{"phone", SHOW_TEXT, NULL},
	{"blocked", SHOW_FLAG, NULL},
	{"tags", SHOW_NUMBER, NULL},
	{"account_id", SHOW_ID, NULL},
	{"currency", SHOW_HIDDEN_TEXT, NULL},
	{"balance", SHOW_MONEY, NULL},
	{"available", SHOW_MONEY, NULL},
	{"wallet_token", SHOW_HIDDEN_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
	{"version", SHOW_NUMBER, NULL},
};
#define MEMBER_WALLET_TOKEN 9

static int members_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id),
		NUMBER(page->cursor.id),
		NUMBER((int64_t)page->most),
		TEXT(named(page)),
		TEXT(list_pattern(call->ctx->arena, call_query(call, "q"), false)),
	};

	return list_query(
		call, &list_members, SQL_LIST_MEMBERS, args, COUNT(args), page->most, ret_rows);
}

/* The wallet's link moves money without a sign-in, so who only reads does not get it. */
static int members_more(struct api_call *call, const struct list_cell *row)
{
	if (call->role & (ROLE_ADMIN | ROLE_OPERATOR | ROLE_FINANCE))
		out_text(&call->out, "wallet_url",
			str_format(call->ctx->arena, "%.*s/w/%.*s",
				STR_FMT(call->ctx->config->public_url),
				STR_FMT(row[MEMBER_WALLET_TOKEN].text)));
	else
		out_null(&call->out, "wallet_url");
	return 0;
}

const struct api_list list_members = {
	.name = "members",
	.columns = member_columns,
	.columns_len = COUNT(member_columns),
	.currency_column = 6,
	.cursor_name = 1,
	.oldest_first = true,
	.read = members_read,
	.more = members_more,
};

static const struct api_column tag_columns[] = {
	{"id", SHOW_ID, NULL},
	{"id_tag", SHOW_TEXT, NULL},
	{"state", SHOW_TEXT, NULL},
	{"parent", SHOW_TEXT, NULL},
	{"expires", SHOW_TIME, NULL},
	{"member_id", SHOW_ID, NULL},
	{"member", SHOW_TEXT, NULL},
	{"created", SHOW_TIME, NULL},
	{"kind", SHOW_WORD, word_card_kind},
	{"currency", SHOW_HIDDEN_TEXT, NULL},
	{"balance", SHOW_HIDDEN, NULL},
	{"available", SHOW_HIDDEN, NULL},
	{"account_id", SHOW_ID, NULL},
	{"link", SHOW_HIDDEN_TEXT, NULL},
};
enum { TAG_CURRENCY = 9, TAG_BALANCE, TAG_AVAILABLE, TAG_ACCOUNT, TAG_LINK };

/* A commercial card's own money; its page moves money without a sign-in, so who only reads does not
 * get the link. */
static int tags_more(struct api_call *call, const struct list_cell *row)
{
	bool has_money = row[TAG_ACCOUNT].number != 0;

	if (!has_money) {
		out_null(&call->out, "balance");
		out_null(&call->out, "available");
	} else {
		out_money(&call->out, "balance", row[TAG_BALANCE].number, row[TAG_CURRENCY].text);
		out_money(
			&call->out, "available", row[TAG_AVAILABLE].number, row[TAG_CURRENCY].text);
	}
	if (has_money && call->role & (ROLE_ADMIN | ROLE_OPERATOR | ROLE_FINANCE))
		out_text(&call->out, "page_url",
			str_format(call->ctx->arena, "%.*s/k/%.*s",
				STR_FMT(call->ctx->config->public_url),
				STR_FMT(row[TAG_LINK].text)));
	else
		out_null(&call->out, "page_url");
	return 0;
}

static int tags_read(struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str q = call_query(call, "q");
	int64_t member = call_query_id(call, "member");
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id),
		NUMBER(member),
		NUMBER((int64_t)page->most),
		TEXT(named(page)),
		TEXT(list_pattern(call->ctx->arena, q, true)),
		TEXT(list_pattern(call->ctx->arena, q, false)),
	};

	if (member)
		return list_query(
			call, &list_tags, SQL_LIST_TAGS_MEMBER, args, 3, page->most, ret_rows);
	return list_query(call, &list_tags, SQL_LIST_TAGS, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_tags = {
	.name = "tags",
	.columns = tag_columns,
	.columns_len = COUNT(tag_columns),
	.currency_column = -1,
	.cursor_name = 1,
	.oldest_first = true,
	.read = tags_read,
	.more = tags_more,
};

/* --- tariffs: the version in force of each series --- */

static const struct api_column tariff_columns[] = {
	{"id", SHOW_ID, NULL},
	{"series_id", SHOW_ID, NULL},
	{"version", SHOW_NUMBER, NULL},
	{"name", SHOW_TEXT, NULL},
	{"currency", SHOW_TEXT, NULL},
	{"hash", SHOW_TEXT, NULL},
	{"valid_from", SHOW_TIME, NULL},
	{"created", SHOW_TIME, NULL},
	{"staff_id", SHOW_ID, NULL},
	{"staff", SHOW_TEXT, NULL},
	{"live_orders", SHOW_NUMBER, NULL},
	{"text", SHOW_HIDDEN_TEXT, NULL},
	{"tenant_id", SHOW_HIDDEN, NULL},
	{"piles", SHOW_NUMBER, NULL},
};

static int tariffs_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(page->cursor.id),
		NUMBER((int64_t)page->most), NUMBER(call->ctx->now_us)};

	return list_query(
		call, &list_tariffs, SQL_LIST_TARIFFS, args, COUNT(args), page->most, ret_rows);
}

#define TARIFF_TEXT 11

/* The prices themselves, read from the text that is hashed. */
static int tariffs_more(struct api_call *call, const struct list_cell *row)
{
	struct tariff tariff;
	int result = tariff_read(row[TARIFF_TEXT].text, call->ctx->arena, &tariff);

	TRY(result);
	if (result > 0)
		return FAULT(FAULT_CORRUPT, "tariff %lld does not read", (long long)row[0].number);
	view_terms(&call->out, &tariff);
	return 0;
}

const struct api_list list_tariffs = {
	.name = "tariffs",
	.columns = tariff_columns,
	.columns_len = COUNT(tariff_columns),
	.currency_column = 4,
	.cursor_name = -1,
	.oldest_first = true,
	.read = tariffs_read,
	.more = tariffs_more,
};
