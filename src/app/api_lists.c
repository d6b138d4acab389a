/* api_lists.c - answering lists: a page of JSON with a cursor, or CSV. One row more than asked for
 * is read, so that the end is known without counting. CSV walks page by page until its bounds, then
 * names the next cursor in a Link header. */
#include "app/api_lists.h"
#include "base/crypt.h"
#include "domain/money.h"

#define LIST_DEFAULT 50
#define CSV_ROWS_MAX 5000
#define CSV_BYTES_MAX (1024 * 1024)
#define CSV_SLACK (512 * 1024) /* the rest of the page that reached it */
#define CSV_PAGE_ARENA (2 * 1024 * 1024)
#define CURSOR_MAX 400
#define LINES_PAGES 3 /* pages of a JSON lines export: their rows share one arena */

struct str list_pattern(struct arena *arena, struct str text, bool upper)
{
	struct buf buf;

	if (text.len == 0)
		return STR("");
	buf_init(&buf, arena, 2 * text.len + 3);
	buf_put_char(&buf, '%');
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '%' || c == '_' || c == '\\')
			buf_put_char(&buf, '\\');
		if (!upper && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (upper && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		buf_put_char(&buf, c);
	}
	buf_put_char(&buf, '%');
	return buf_str(&buf);
}

int list_query(struct api_call *call, const struct api_list *list, enum sql_id sql,
	const struct list_arg *args, size_t args_len, size_t most, struct list_rows *ret_rows)
{
	char kinds[64];
	size_t i;

	ASSERT(list->columns_len < sizeof(kinds));
	for (i = 0; i < list->columns_len; i++) {
		enum api_show show = list->columns[i].show;

		kinds[i] = show == SHOW_TEXT || show == SHOW_JSON || show == SHOW_HIDDEN_TEXT ? 's'
											      : 'i';
	}
	kinds[i] = '\0';
	return store_list(
		call->ctx->db, sql, args, args_len, kinds, most, call->ctx->arena, ret_rows);
}

int list_one(struct api_call *call, const struct api_list *list, enum sql_id sql,
	struct list_arg key, const struct list_cell **ret_row)
{
	const struct list_arg args[] = {{call->who.tenant_id, STR_NULL}, key, {1, STR_NULL}};
	struct list_rows rows;

	TRY(list_query(call, list, sql, args, 3, 1, &rows));
	if (rows.rows_len == 0)
		return P_NOT_FOUND;
	*ret_row = list_row(&rows, 0);
	return 0;
}

static struct str row_currency(
	const struct api_call *call, const struct api_list *list, const struct list_cell *row)
{
	struct str own = list->currency_column >= 0 ? row[list->currency_column].text : STR_NULL;

	return own.len ? own : call->who.currency;
}

void list_row_write(struct api_call *call, const struct api_list *list, const struct list_cell *row)
{
	struct out *out = &call->out;

	for (size_t i = 0; i < list->columns_len; i++) {
		const struct api_column *column = &list->columns[i];

		switch (column->show) {
		case SHOW_HIDDEN_TEXT:
		case SHOW_HIDDEN:
			break;
		case SHOW_ID:
			out_id(out, column->name, row[i].number);
			break;
		case SHOW_NUMBER:
			out_number(out, column->name, row[i].number);
			break;
		case SHOW_TEXT:
			out_text(out, column->name, row[i].text);
			break;
		case SHOW_TIME:
			out_time(out, column->name, row[i].number);
			break;
		case SHOW_MONEY:
			out_money(out, column->name, row[i].number, row_currency(call, list, row));
			break;
		case SHOW_ENERGY:
			out_energy(out, column->name, row[i].number);
			break;
		case SHOW_FLAG:
			out_flag(out, column->name, row[i].number != 0);
			break;
		case SHOW_WORD:
			out_word(out, column->name, column->word(row[i].number));
			break;
		case SHOW_JSON:
			out_raw(out, column->name, row[i].text);
			break;
		}
	}
}

/* --- cursors: "id" or "id.base64url(name)"; a broken one is refused, never guessed at --- */

static int cursor_read(struct api_call *call, struct api_cursor *ret_cursor)
{
	struct str text = call_query(call, "cursor"), id;
	struct api_cursor cursor = {0};
	uint8_t name[CURSOR_MAX];
	size_t len;

	if (text.len == 0) {
		*ret_cursor = cursor;
		return 0;
	}
	id = str_cut(&text, '.');
	if (!str_to_i64(id, &cursor.id) || cursor.id <= 0)
		return P_BAD_REQUEST;
	if (text.len) {
		if (!base64url_read(text, name, sizeof(name), &len) ||
			str_utf8_len((struct str){(char *)name, len}) < 0)
			return P_BAD_REQUEST;
		cursor.name = str_dup(call->ctx->arena, (struct str){(char *)name, len});
	}
	*ret_cursor = cursor;
	return 0;
}

static struct api_cursor cursor_of(const struct api_list *list, const struct list_cell *row)
{
	struct api_cursor cursor = {.id = row[0].number};

	if (list->cursor_name >= 0)
		cursor.name = row[list->cursor_name].text;
	return cursor;
}

static struct str cursor_text(const struct api_cursor *cursor, struct arena *arena)
{
	struct buf text;

	buf_init(&text, arena, 2 * CURSOR_MAX);
	buf_put_i64(&text, cursor->id);
	if (cursor->name.len) {
		buf_put_char(&text, '.');
		base64url_write(&text, cursor->name.ptr, cursor->name.len);
	}
	return buf_str(&text);
}

/* --- CSV --- */

/* A cell: quoted when it must be, and with an apostrophe in front when a spreadsheet would run it
 * as a formula. */
static void csv_text(struct buf *csv, struct str text, bool outside)
{
	bool quote = false;
	bool formula = outside && text.len &&
		       (text.ptr[0] == '=' || text.ptr[0] == '+' || text.ptr[0] == '-' ||
			       text.ptr[0] == '@' || text.ptr[0] == '\t' || text.ptr[0] == '\r');

	for (size_t i = 0; i < text.len && !quote; i++) {
		char c = text.ptr[i];

		quote = c == '"' || c == ',' || c == ';' || c == '\n' || c == '\r';
	}
	if (quote)
		buf_put_char(csv, '"');
	if (formula)
		buf_put_char(csv, '\'');
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] == '"')
			buf_put_char(csv, '"');
		buf_put_char(csv, text.ptr[i]);
	}
	if (quote)
		buf_put_char(csv, '"');
}

static void csv_cell(struct buf *csv, const struct api_column *column, const struct list_cell *cell,
	struct str currency, struct arena *arena)
{
	switch (column->show) {
	case SHOW_ID:
		if (cell->number)
			buf_put_i64(csv, cell->number);
		break;
	case SHOW_TIME:
		if (cell->number)
			buf_put_str(csv, time_text(arena, cell->number));
		break;
	case SHOW_MONEY:
		money_write(csv, cell->number, currency);
		break;
	case SHOW_ENERGY:
		buf_put_fixed(csv, cell->number, 1);
		break;
	case SHOW_WORD:
		csv_text(csv, str_from(column->word(cell->number)), false);
		break;
	case SHOW_TEXT:
	case SHOW_JSON:
		csv_text(csv, cell->text, true);
		break;
	case SHOW_HIDDEN:
	case SHOW_HIDDEN_TEXT:
	case SHOW_NUMBER:
	case SHOW_FLAG:
		buf_put_i64(csv, cell->number);
		break;
	}
}

static void csv_head(struct buf *csv, const struct api_list *list)
{
	buf_put_str(csv, STR("\xEF\xBB\xBF"));
	for (size_t i = 0, shown = 0; i < list->columns_len; i++) {
		if (list->columns[i].show <= SHOW_HIDDEN)
			continue;
		if (shown++)
			buf_put_char(csv, ',');
		buf_put_str(csv, str_from(list->columns[i].name));
	}
	buf_put_str(csv, STR(",currency\r\n"));
}

static void csv_row(struct buf *csv, const struct api_call *call, const struct api_list *list,
	const struct list_cell *row, struct arena *arena)
{
	struct str currency = row_currency(call, list, row);

	for (size_t i = 0, shown = 0; i < list->columns_len; i++) {
		if (list->columns[i].show <= SHOW_HIDDEN)
			continue;
		if (shown++)
			buf_put_char(csv, ',');
		csv_cell(csv, &list->columns[i], &row[i], currency, arena);
	}
	buf_put_char(csv, ',');
	csv_text(csv, currency, true);
	buf_put_str(csv, STR("\r\n"));
}

/* Reads and writes pages until the bounds; *ret_next is zero at the end of the list. Rows of a page
 * live in an arena of their own, so that a long export needs no more memory than its text. */
static int csv_pages(struct api_call *call, struct api_cursor cursor, struct buf *csv,
	struct api_cursor *ret_next)
{
	const struct api_list *list = call->route->list;
	struct arena *kept = call->ctx->arena, page_arena;
	struct api_page page = {cursor, LIMIT_LIST_PAGE};
	struct list_rows rows = {.rows_len = LIMIT_LIST_PAGE};
	int result = 0;

	arena_init(&page_arena, CSV_PAGE_ARENA);
	for (size_t written = 0; result == 0 && rows.rows_len == LIMIT_LIST_PAGE &&
				 written < CSV_ROWS_MAX && csv->len < CSV_BYTES_MAX;
		written += rows.rows_len) {
		page.cursor.name = str_dup(kept, page.cursor.name);
		arena_reset(&page_arena);
		call->ctx->arena = &page_arena;
		result = list->read(call, &page, &rows);
		call->ctx->arena = kept;
		for (size_t i = 0; result == 0 && i < rows.rows_len; i++)
			csv_row(csv, call, list, list_row(&rows, i), &page_arena);
		if (result == 0 && rows.rows_len)
			page.cursor = cursor_of(list, list_row(&rows, rows.rows_len - 1));
	}
	page.cursor.name = str_dup(kept, page.cursor.name);
	arena_fini(&page_arena);
	*ret_next = rows.rows_len == LIMIT_LIST_PAGE ? page.cursor : (struct api_cursor){0};
	return result;
}

static int csv_answer(struct api_call *call, struct api_cursor cursor)
{
	struct api_cursor next;
	struct buf csv;
	int result;

	/* taken at once: an arena keeps every copy of a buffer that grows */
	buf_init(&csv, call->ctx->arena, CSV_BYTES_MAX + CSV_SLACK);
	if (!buf_reserve(&csv, CSV_BYTES_MAX + CSV_SLACK))
		return FAULT(FAULT_NOMEM, "export");
	csv_head(&csv, call->route->list);
	result = csv_pages(call, cursor, &csv, &next);
	if (result != 0)
		return result;
	if (csv.failed)
		return FAULT(FAULT_NOMEM, "export too large");
	call->response->status = 200;
	call->response->content_type = STR("text/csv; charset=utf-8; header=present");
	call->response->body = buf_str(&csv);
	reply_header(call, "Content-Disposition: attachment; filename=\"%s.csv\"",
		call->route->list->name);
	if (next.id)
		reply_header(call, "Link: <?format=csv&cursor=%.*s>; rel=\"next\"",
			STR_FMT(cursor_text(&next, call->ctx->arena)));
	return 0;
}

/* --- JSON lines: one object a line, as many as a CSV would have --- */

static int lines_answer(struct api_call *call, struct api_cursor cursor)
{
	const struct api_list *list = call->route->list;
	struct api_page page = {cursor, LIMIT_LIST_PAGE};
	struct list_rows rows = {.rows_len = LIMIT_LIST_PAGE};
	struct buf lines;

	buf_init(&lines, call->ctx->arena, CSV_BYTES_MAX + CSV_SLACK);
	if (!buf_reserve(&lines, CSV_BYTES_MAX + CSV_SLACK))
		return FAULT(FAULT_NOMEM, "export");
	for (size_t pages = 0; pages < LINES_PAGES && rows.rows_len == LIMIT_LIST_PAGE &&
			       lines.len < CSV_BYTES_MAX;
		pages++) {
		int result = list->read(call, &page, &rows);

		if (result != 0)
			return result;
		for (size_t i = 0; i < rows.rows_len; i++) {
			reply_begin(call);
			list_row_write(call, list, list_row(&rows, i));
			out_end(&call->out);
			buf_put_str(&lines, out_str(&call->out));
			buf_put_char(&lines, '\n');
		}
		if (rows.rows_len)
			page.cursor = cursor_of(list, list_row(&rows, rows.rows_len - 1));
	}
	if (lines.failed || call->ctx->arena->failed)
		return FAULT(FAULT_NOMEM, "export too large");
	call->response->status = 200;
	call->response->content_type = STR("application/jsonl; charset=utf-8");
	call->response->body = buf_str(&lines);
	reply_header(call, "Content-Disposition: attachment; filename=\"%s.jsonl\"", list->name);
	if (rows.rows_len == LIMIT_LIST_PAGE)
		reply_header(call, "Link: <?format=jsonl&cursor=%.*s>; rel=\"next\"",
			STR_FMT(cursor_text(&page.cursor, call->ctx->arena)));
	return 0;
}

/* --- JSON --- */

static int json_answer(struct api_call *call, struct api_cursor cursor, size_t limit)
{
	const struct api_list *list = call->route->list;
	const struct api_page page = {cursor, limit + 1};
	struct list_rows rows;
	size_t count;
	int result = list->read(call, &page, &rows);

	if (result != 0)
		return result;
	count = rows.rows_len > limit ? limit : rows.rows_len;
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < count; i++) {
		out_object(&call->out, NULL);
		list_row_write(call, list, list_row(&rows, i));
		if (list->more)
			TRY(list->more(call, list_row(&rows, i)));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	if (rows.rows_len > limit) {
		struct api_cursor next = cursor_of(list, list_row(&rows, limit - 1));

		out_text(&call->out, "next", cursor_text(&next, call->ctx->arena));
	} else {
		out_null(&call->out, "next");
	}
	return reply_json(call, 200);
}

int list_handle(struct api_call *call)
{
	struct str limit_text = call_query(call, "limit"), format = call_query(call, "format");
	struct api_cursor cursor;
	int64_t limit = LIST_DEFAULT;
	int result = cursor_read(call, &cursor);

	if (result != 0)
		return result;
	if (limit_text.len &&
		(!str_to_i64(limit_text, &limit) || limit < 1 || limit > LIMIT_LIST_PAGE))
		return P_BAD_REQUEST;
	if (format.len && !str_is(format, "csv") && !str_is(format, "json") &&
		!str_is(format, "jsonl"))
		return P_BAD_REQUEST;
	if (str_is(format, "jsonl"))
		return lines_answer(call, cursor);
	if (str_is(format, "csv") ||
		(!format.len && http_header_has(call->request->head, "Accept", "text/csv")))
		return csv_answer(call, cursor);
	return json_answer(call, cursor, (size_t)limit);
}
