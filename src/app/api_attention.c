/* api_attention.c - what needs attention at the operators' desk: lines of many kinds as one list,
 * and how many of each there are. */
#include "app/api_attention.h"

#include "app/api_lists.h"
#include "app/trust.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define KIND_MOST 50 /* lines of one kind: who has more looks at the page of that kind */
#define STUCK_AFTER_US (15 * US_PER_MIN)
#define OFFLINE_AFTER_US (10 * US_PER_MIN)

/* One kind of line: its statement gives id, subject, a number, a time, and perhaps two more texts.
 */
struct attention {
	const char *kind;
	enum sql_id sql;
	const char *columns; /* NULL: no statement, but the server's own certificates */
	int64_t (*since)(int64_t now_us); /* third parameter, or NULL */
	const char *link;                 /* console path before the id */
	const char *filter;               /* page that shows them all */
	const char *tail;                 /* console path behind the id */
};

static int64_t stuck_since(int64_t now_us)
{
	return now_us - STUCK_AFTER_US;
}

static int64_t offline_since(int64_t now_us)
{
	return now_us - OFFLINE_AFTER_US;
}

/* Refusals of the last day: their ids carry the time. */
static int64_t refused_since(int64_t now_us)
{
	return id_first(now_us - US_PER_DAY);
}

static int64_t ends_until(int64_t now_us)
{
	return now_us + TRUST_SOON_US;
}

static const struct attention attentions[] = {
	{"unpaid", SQL_ATTENTION_UNPAID, "isii", NULL, "/console/orders/",
		"/console/orders?state=unpaid", ""},
	{"stuck", SQL_ATTENTION_STUCK, "isii", stuck_since, "/console/orders/",
		"/console/orders?state=charging", ""},
	{"offline", SQL_ATTENTION_OFFLINE, "isii", offline_since, "/console/piles/",
		"/console/piles?state=offline", ""},
	{"pending", SQL_ATTENTION_PENDING, "isii", NULL, "/console/piles/",
		"/console/piles?state=pending", ""},
	{"refused", SQL_ATTENTION_REFUSALS, "isiis", refused_since, NULL, "/console/refusals", ""},
	{"faulted", SQL_ATTENTION_FAULTED, "isiis", NULL, "/console/piles/",
		"/console/piles?state=faulted", ""},
	{"payment_unknown", SQL_ATTENTION_UNKNOWN_PAYMENT, "isii", NULL, NULL,
		"/console/payments?state=unknown", ""},
	{"trust", SQL_COUNT, NULL, NULL, NULL, "/console/security", ""},
	{"certificate", SQL_ATTENTION_CERTIFICATES, "isii", ends_until, "/console/piles/",
		"/console/security/piles", "/connect"},
	{"alarm", SQL_ATTENTION_ALARMS, "isiiss", NULL, NULL, "/console/alarms", ""},
};

/* --- the list --- */

enum {
	AT_PLACE,
	AT_ID,
	AT_KIND,
	AT_SUBJECT,
	AT_NUMBER,
	AT_TIME,
	AT_WORD,
	AT_DETAIL,
	AT_LINK,
	AT_COLUMNS
};
static const struct api_column columns[AT_COLUMNS] = {
	[AT_PLACE] = {"place", SHOW_HIDDEN, NULL},
	[AT_ID] = {"id", SHOW_ID, NULL},
	[AT_KIND] = {"kind", SHOW_TEXT, NULL},
	[AT_SUBJECT] = {"subject", SHOW_TEXT, NULL},
	[AT_NUMBER] = {"number", SHOW_NUMBER, NULL},
	[AT_TIME] = {"at", SHOW_TIME, NULL},
	[AT_WORD] = {"word", SHOW_TEXT, NULL},
	[AT_DETAIL] = {"detail", SHOW_JSON, NULL},
	[AT_LINK] = {"link", SHOW_TEXT, NULL},
};

/* Lines in the order of their kinds; a page begins behind the place of the last line. */
struct lines {
	struct list_cell *cells;
	size_t len, most;
	int64_t after;
};

static struct list_cell *add_line(struct lines *lines, size_t kind, size_t nth)
{
	int64_t place = (int64_t)(kind * (KIND_MOST + 1) + nth + 1);
	struct list_cell *line;

	if (place <= lines->after || lines->len == lines->most)
		return NULL;
	line = &lines->cells[lines->len++ * AT_COLUMNS];
	for (size_t i = 0; i < AT_COLUMNS; i++)
		line[i] = (struct list_cell){0, STR_NULL};
	line[AT_PLACE].number = place;
	line[AT_KIND].text = str_from(attentions[kind].kind);
	line[AT_WORD].text = STR("");
	line[AT_LINK].text = str_from(attentions[kind].filter);
	return line;
}

static int add_found(struct api_call *call, size_t kind, struct lines *lines)
{
	const struct attention *attention = &attentions[kind];
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(KIND_MOST),
		NUMBER(attention->since ? attention->since(call->ctx->now_us) : 0)};
	struct list_rows rows;
	size_t texts = 0;

	TRY(store_list(call->ctx->db, attention->sql, args, attention->since ? 3 : 2,
		attention->columns, KIND_MOST, call->ctx->arena, &rows));
	for (const char *column = attention->columns; *column; column++)
		texts += *column == 's';
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);
		struct list_cell *line = add_line(lines, kind, i);

		if (!line)
			continue;
		line[AT_ID] = row[0];
		line[AT_SUBJECT] = row[1];
		line[AT_NUMBER] = row[2];
		line[AT_TIME] = row[3];
		if (texts > 1)
			line[AT_WORD] = row[4];
		if (texts > 2)
			line[AT_DETAIL] = row[5];
		if (attention->link)
			line[AT_LINK].text = str_format(call->ctx->arena, "%s%lld%s",
				attention->link, (long long)row[0].number, attention->tail);
	}
	return 0;
}

/* Of the server itself: what its port shows, and the authorities, where the end is near. */
static int read_ending(struct api_call *call, struct trust **ret_trust)
{
	struct trust *trust = ARENA_NEW(call->ctx->arena, struct trust);
	size_t kept = 0;

	if (!trust)
		return FAULT(FAULT_NOMEM, "certificates");
	TRY(trust_read(call->ctx, trust));
	for (size_t i = 0; i < trust->len; i++)
		if (trust_ends(&trust->certificates[i], call->ctx->now_us))
			trust->certificates[kept++] = trust->certificates[i];
	trust->len = kept;
	*ret_trust = trust;
	return 0;
}

static int add_ending(struct api_call *call, size_t kind, struct lines *lines)
{
	struct trust *trust;

	TRY(read_ending(call, &trust));
	for (size_t i = 0; i < trust->len; i++) {
		const struct trust_certificate *one = &trust->certificates[i];
		struct list_cell *line = add_line(lines, kind, i);

		if (!line)
			continue;
		line[AT_SUBJECT].text = one->facts.subject.common_name;
		line[AT_TIME].number = one->facts.until_us;
		line[AT_WORD].text = str_from(trust_word(one->role));
	}
	return 0;
}

static int attention_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct lines lines = {.most = page->most, .after = page->cursor.id};
	struct str wanted = call_query(call, "kind");
	bool known = wanted.len == 0;

	lines.cells = ARENA_ARRAY(call->ctx->arena, struct list_cell, page->most * AT_COLUMNS);
	if (!lines.cells)
		return FAULT(FAULT_NOMEM, "list too large");
	for (size_t i = 0; i < COUNT(attentions); i++) {
		if (wanted.len && !str_is(wanted, attentions[i].kind))
			continue;
		known = true;
		TRY(attentions[i].columns ? add_found(call, i, &lines)
					  : add_ending(call, i, &lines));
	}
	*ret_rows = (struct list_rows){lines.cells, AT_COLUMNS, lines.len};
	return known ? 0 : P_BAD_REQUEST;
}

const struct api_list list_attention = {
	.name = "attention",
	.columns = columns,
	.columns_len = AT_COLUMNS,
	.currency_column = -1,
	.cursor_name = -1,
	.oldest_first = true,
	.read = attention_read,
};

/* --- the numbers --- */

static int64_t count_of(const struct list_rows *rows, const char *kind)
{
	for (size_t i = 0; i < rows->rows_len; i++)
		if (str_is(list_row(rows, i)[0].text, kind))
			return list_row(rows, i)[1].number;
	return 0;
}

int attention_put_counts(struct api_call *call)
{
	int64_t now_us = call->ctx->now_us;
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(stuck_since(now_us)),
		NUMBER(offline_since(now_us)), NUMBER(refused_since(now_us)),
		NUMBER(ends_until(now_us))};
	struct list_rows rows;
	struct trust *trust;

	TRY(store_list(call->ctx->db, SQL_ATTENTION_COUNTS, args, COUNT(args), "si",
		COUNT(attentions), call->ctx->arena, &rows));
	TRY(read_ending(call, &trust));
	out_list(&call->out, "attention");
	for (size_t i = 0; i < COUNT(attentions); i++) {
		const struct attention *one = &attentions[i];
		int64_t count = one->columns ? count_of(&rows, one->kind) : (int64_t)trust->len;

		if (count == 0)
			continue;
		out_object(&call->out, NULL);
		out_word(&call->out, "kind", one->kind);
		out_number(&call->out, "count", count);
		out_word(&call->out, "link", one->filter);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

int counts_get(struct api_call *call)
{
	static const char *const names[] = {
		"online", "offline", "charging", "faulted", "pending", "all"};
	const struct list_arg tenant = NUMBER(call->who.tenant_id);
	struct list_rows rows;

	TRY(store_list(
		call->ctx->db, SQL_COUNT_PILES, &tenant, 1, "iiiiii", 1, call->ctx->arena, &rows));
	reply_begin(call);
	TRY(attention_put_counts(call));
	out_object(&call->out, "piles");
	for (size_t i = 0; i < COUNT(names); i++)
		out_number(&call->out, names[i], list_row(&rows, 0)[i].number);
	out_end(&call->out);
	return reply_json(call, 200);
}
