/* api_lists.h - lists as tables: each column once, from which come the JSON, the CSV and the
 * description. */
#pragma once
#include "app/api_call.h"
#include "store/lists.h"

enum api_show {
	SHOW_HIDDEN_TEXT = 0, /* read for other columns, not shown */
	SHOW_HIDDEN = 1,
	SHOW_ID,
	SHOW_NUMBER,
	SHOW_TEXT,
	SHOW_TIME,
	SHOW_MONEY, /* currency: the list's currency column, else the tenant's */
	SHOW_ENERGY,
	SHOW_FLAG,
	SHOW_WORD, /* by `word` */
	SHOW_JSON,
};
struct api_column {
	const char *name;
	enum api_show show;
	const char *(*word)(int64_t value);
};
struct api_cursor {
	int64_t id;      /* 0: the first page */
	struct str name; /* lists ordered by a name */
};
struct api_page { /* what to read */
	struct api_cursor cursor;
	size_t most;
};
struct api_list {
	const char *name; /* "orders": file name of the CSV, name of the schema */
	const struct api_column *columns;
	size_t columns_len;
	int currency_column; /* -1: tenant's */
	int cursor_name;     /* column that leads the order, -1: the id alone */
	bool oldest_first;
	/* Reads a page: filters from the call, position from `page`. */
	int (*read)(struct api_call *call, const struct api_page *page, struct list_rows *ret_rows);
	/* Further members of a row's object (JSON only), or NULL. */
	int (*more)(struct api_call *call, const struct list_cell *row);
};
/* The handler of every list route. */
int list_handle(struct api_call *call);
/* Writes one row's members into the open object. */
void list_row_write(
	struct api_call *call, const struct api_list *list, const struct list_cell *row);
/* Runs a list's statement with its arguments. */
int list_query(struct api_call *call, const struct api_list *list, enum sql_id sql,
	const struct list_arg *args, size_t args_len, size_t most, struct list_rows *ret_rows);
/* The only row of a statement whose parameters are tenant, id (or text), 1; P_NOT_FOUND. */
int list_one(struct api_call *call, const struct api_list *list, enum sql_id sql,
	struct list_arg key, const struct list_cell **ret_row);
/* '%text%' in lower case with LIKE's signs escaped; empty for empty. */
struct str list_pattern(struct arena *arena, struct str text, bool upper);

extern const struct api_list list_surplus, list_orders, list_piles, list_sites, list_members,
	list_tags, list_tariffs, list_accounts, list_transfers, list_payments, list_audit,
	list_refusals, list_alarms, list_certificates, list_commands, list_frames,
	list_pile_commands, list_attention, list_security_events, list_pile_security,
	list_pile_tariffs, list_cost_reports, list_settlements, list_swaps, list_vehicles;
