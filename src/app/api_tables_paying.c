/* api_tables_paying.c - the lists of what piles have to do with money: the prices they were told,
 * what they calculated. */
#include "app/api_lists.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int64_t before(const struct api_page *page)
{
	return page->cursor.id ? page->cursor.id : INT64_MAX;
}

/* --- prices in piles --- */

static const struct api_column pile_tariff_columns[] = {
	{"pile_id", SHOW_ID, NULL},
	{"code", SHOW_TEXT, NULL},
	{"state", SHOW_TEXT, NULL},
	{"wanted", SHOW_TEXT, NULL},
	{"told", SHOW_TEXT, NULL},
	{"strange", SHOW_TEXT, NULL},
	{"error", SHOW_TEXT, NULL},
	{"drifts", SHOW_NUMBER, NULL},
	{"failures", SHOW_NUMBER, NULL},
	{"checked", SHOW_TIME, NULL},
	{"synced", SHOW_TIME, NULL},
};

static int pile_tariffs_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(page->cursor.id), NUMBER((int64_t)page->most)};

	return list_query(
		call, &list_pile_tariffs, SQL_LIST_PILETARIFFS, args, 3, page->most, ret_rows);
}

const struct api_list list_pile_tariffs = {
	.name = "pile_tariffs",
	.columns = pile_tariff_columns,
	.columns_len = COUNT(pile_tariff_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.oldest_first = true,
	.read = pile_tariffs_read,
};

/* --- what piles calculated --- */

static const struct api_column cost_report_columns[] = {
	{"order_id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"code", SHOW_TEXT, NULL},
	{"tariff", SHOW_TEXT, NULL},
	{"currency", SHOW_TEXT, NULL},
	{"theirs_e5", SHOW_NUMBER, NULL},
	{"ours", SHOW_MONEY, NULL},
	{"exact_e5", SHOW_NUMBER, NULL},
	{"energy", SHOW_ENERGY, NULL},
	{"charging_s", SHOW_NUMBER, NULL},
	{"idle_s", SHOW_NUMBER, NULL},
	{"verdict", SHOW_TEXT, NULL},
	{"reason", SHOW_TEXT, NULL},
	{"details", SHOW_JSON, NULL},
};

static int cost_reports_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};
	bool odd = str_is(call_query(call, "odd"), "1");

	return list_query(call, &list_cost_reports,
		odd ? SQL_LIST_COST_REPORTS_ODD : SQL_LIST_COST_REPORTS, args, 3, page->most,
		ret_rows);
}

const struct api_list list_cost_reports = {
	.name = "cost_reports",
	.columns = cost_report_columns,
	.columns_len = COUNT(cost_report_columns),
	.currency_column = 5,
	.cursor_name = -1,
	.read = cost_reports_read,
};

/* --- what terminals took --- */

static const struct api_column settlement_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"code", SHOW_TEXT, NULL},
	{"reference", SHOW_TEXT, NULL},
	{"transaction", SHOW_TEXT, NULL},
	{"status", SHOW_TEXT, NULL},
	{"amount_e5", SHOW_NUMBER, NULL},
	{"order_id", SHOW_ID, NULL},
	{"payment_id", SHOW_ID, NULL},
	{"state", SHOW_TEXT, NULL},
	{"reason", SHOW_TEXT, NULL},
	{"settled", SHOW_TIME, NULL},
};

static int settlements_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};

	return list_query(
		call, &list_settlements, SQL_LIST_SETTLEMENTS, args, 3, page->most, ret_rows);
}

const struct api_list list_settlements = {
	.name = "settlements",
	.columns = settlement_columns,
	.columns_len = COUNT(settlement_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = settlements_read,
};

/* --- batteries --- */

static const struct api_column swap_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"code", SHOW_TEXT, NULL},
	{"request_id", SHOW_NUMBER, NULL},
	{"event", SHOW_TEXT, NULL},
	{"card", SHOW_TEXT, NULL},
	{"evse", SHOW_NUMBER, NULL},
	{"serial", SHOW_TEXT, NULL},
	{"soc_e6", SHOW_NUMBER, NULL},
	{"soh_e6", SHOW_NUMBER, NULL},
	{"info", SHOW_TEXT, NULL},
};

static int swaps_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(call_query_id(call, "pile"))};

	return list_query(call, &list_swaps, SQL_LIST_SWAPS, args, 4, page->most, ret_rows);
}

const struct api_list list_swaps = {
	.name = "battery_swaps",
	.columns = swap_columns,
	.columns_len = COUNT(swap_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = swaps_read,
};
