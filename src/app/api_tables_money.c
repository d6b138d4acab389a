/* api_tables_money.c - the lists of money and of the record: accounts, transfers, payments, audit,
 * refusals, alarms, commands. */
#include "app/api_lists.h"
#include "app/api_words.h"
#include "app/reads.h"
#include "base/id.h"
#include "store/journal.h"
#include "store/pile.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define TEXT(value) ((struct list_arg){0, (value)})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static int64_t before(const struct api_page *page)
{
	return page->cursor.id ? page->cursor.id : INT64_MAX;
}

/* --- accounts --- */

static const struct api_column account_columns[] = {
	{"id", SHOW_ID, NULL},
	{"kind", SHOW_WORD, word_account_kind},
	{"name", SHOW_TEXT, NULL},
	{"owner_id", SHOW_ID, NULL},
	{"owner", SHOW_TEXT, NULL},
	{"currency", SHOW_TEXT, NULL},
	{"debits_pending", SHOW_MONEY, NULL},
	{"debits_posted", SHOW_MONEY, NULL},
	{"credits_pending", SHOW_MONEY, NULL},
	{"credits_posted", SHOW_MONEY, NULL},
	{"created", SHOW_TIME, NULL},
};
#define ACCOUNT_DEBITS_POSTED 7
#define ACCOUNT_CREDITS_POSTED 9

static int accounts_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str kind_text = call_query(call, "kind");
	int64_t kind = word_number(word_account_kind, kind_text);
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(page->cursor.id),
		NUMBER((int64_t)page->most), NUMBER(kind)};

	if (kind_text.len && !kind)
		return P_BAD_REQUEST;
	return list_query(call, &list_accounts, kind ? SQL_LIST_ACCOUNTS_KIND : SQL_LIST_ACCOUNTS,
		args, kind ? 4 : 3, page->most, ret_rows);
}

/* Credit is positive: what is in a wallet, what was earned; assets are negative. */
static int accounts_more(struct api_call *call, const struct list_cell *row)
{
	out_money(&call->out, "balance",
		row[ACCOUNT_CREDITS_POSTED].number - row[ACCOUNT_DEBITS_POSTED].number,
		row[list_accounts.currency_column].text);
	return 0;
}

const struct api_list list_accounts = {
	.name = "accounts",
	.columns = account_columns,
	.columns_len = COUNT(account_columns),
	.currency_column = 5,
	.cursor_name = -1,
	.oldest_first = true,
	.read = accounts_read,
	.more = accounts_more,
};

/* --- transfers --- */

static const struct api_column transfer_columns[] = {
	{"id", SHOW_ID, NULL},
	{"key", SHOW_TEXT, NULL},
	{"kind", SHOW_WORD, word_transfer_kind},
	{"code", SHOW_WORD, word_transfer_code},
	{"debit_account_id", SHOW_ID, NULL},
	{"debit_kind", SHOW_WORD, word_account_kind},
	{"debit_name", SHOW_TEXT, NULL},
	{"credit_account_id", SHOW_ID, NULL},
	{"credit_kind", SHOW_WORD, word_account_kind},
	{"credit_name", SHOW_TEXT, NULL},
	{"amount", SHOW_MONEY, NULL},
	{"currency", SHOW_HIDDEN_TEXT, NULL},
	{"pending_id", SHOW_ID, NULL},
	{"order_id", SHOW_ID, NULL},
	{"payment_id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"expires", SHOW_TIME, NULL},
};

/* Both sides of an account, each from its own index, merged newest first. A transfer of an account
 * to itself cannot exist, so no row comes twice. */
static int transfers_account(
	struct api_call *call, const struct list_arg *args, size_t most, struct list_rows *ret_rows)
{
	struct list_rows debits, credits, merged;
	size_t d = 0, c = 0;

	TRY(list_query(call, &list_transfers, SQL_LIST_TRANSFERS_DEBIT, args, 4, most, &debits));
	TRY(list_query(call, &list_transfers, SQL_LIST_TRANSFERS_CREDIT, args, 4, most, &credits));
	merged = (struct list_rows){.columns = debits.columns};
	merged.cells = ARENA_ARRAY(call->ctx->arena, struct list_cell, (most + 1) * merged.columns);
	if (!merged.cells)
		return FAULT(FAULT_NOMEM, "transfers");
	while (merged.rows_len < most && (d < debits.rows_len || c < credits.rows_len)) {
		const struct list_cell *from;

		if (c == credits.rows_len ||
			(d < debits.rows_len &&
				list_row(&debits, d)->number > list_row(&credits, c)->number))
			from = list_row(&debits, d++);
		else
			from = list_row(&credits, c++);
		for (size_t i = 0; i < merged.columns; i++)
			merged.cells[merged.rows_len * merged.columns + i] = from[i];
		merged.rows_len++;
	}
	*ret_rows = merged;
	return 0;
}

static int transfers_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	int64_t account = call_query_id(call, "account"), order = call_query_id(call, "order");
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(account ? account : order)};

	if (account)
		return transfers_account(call, args, page->most, ret_rows);
	return list_query(call, &list_transfers,
		order ? SQL_LIST_TRANSFERS_ORDER : SQL_LIST_TRANSFERS, args, order ? 4 : 3,
		page->most, ret_rows);
}

const struct api_list list_transfers = {
	.name = "transfers",
	.columns = transfer_columns,
	.columns_len = COUNT(transfer_columns),
	.currency_column = 11,
	.cursor_name = -1,
	.read = transfers_read,
};

/* --- payments --- */

static const struct api_column payment_columns[] = {
	{"id", SHOW_ID, NULL},
	{"order_id", SHOW_ID, NULL},
	{"member_id", SHOW_ID, NULL},
	{"parent_id", SHOW_ID, NULL},
	{"kind", SHOW_WORD, word_payment_kind},
	{"state", SHOW_WORD, word_payment_state},
	{"channel", SHOW_TEXT, NULL},
	{"key", SHOW_TEXT, NULL},
	{"channel_ref", SHOW_TEXT, NULL},
	{"amount", SHOW_MONEY, NULL},
	{"currency", SHOW_HIDDEN_TEXT, NULL},
	{"error", SHOW_TEXT, NULL},
	{"attempts", SHOW_NUMBER, NULL},
	{"next", SHOW_TIME, NULL},
	{"created", SHOW_TIME, NULL},
	{"done", SHOW_TIME, NULL},
};

static int payments_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str state_text = call_query(call, "state");
	int64_t state = word_number(word_payment_state, state_text);
	int64_t order = call_query_id(call, "order"), member = call_query_id(call, "member");
	enum sql_id sql = order    ? SQL_LIST_PAYMENTS_ORDER
			  : member ? SQL_LIST_PAYMENTS_MEMBER
			  : state  ? SQL_LIST_PAYMENTS_STATE
				   : SQL_LIST_PAYMENTS;
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most),
		NUMBER(order     ? order
			: member ? member
				 : state)};

	if (state_text.len && !state)
		return P_BAD_REQUEST;
	return list_query(call, &list_payments, sql, args, sql == SQL_LIST_PAYMENTS ? 3 : 4,
		page->most, ret_rows);
}

const struct api_list list_payments = {
	.name = "payments",
	.columns = payment_columns,
	.columns_len = COUNT(payment_columns),
	.currency_column = 10,
	.cursor_name = -1,
	.read = payments_read,
};

/* --- the record --- */

static const struct api_column audit_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"staff_id", SHOW_ID, NULL},
	{"staff", SHOW_TEXT, NULL},
	{"action", SHOW_TEXT, NULL},
	{"subject", SHOW_TEXT, NULL},
	{"detail", SHOW_JSON, NULL},
	{"hash", SHOW_TEXT, NULL},
};

static int audit_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};

	return list_query(
		call, &list_audit, SQL_LIST_AUDIT, args, COUNT(args), page->most, ret_rows);
}

const struct api_list list_audit = {
	.name = "audit",
	.columns = audit_columns,
	.columns_len = COUNT(audit_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = audit_read,
};

static const struct api_column refusal_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"code", SHOW_TEXT, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"remote", SHOW_TEXT, NULL},
	{"reason", SHOW_TEXT, NULL},
	{"detail", SHOW_TEXT, NULL},
};

static int refusals_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str code = call_query(call, "code");
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), TEXT(code)};

	return list_query(call, &list_refusals,
		code.len ? SQL_LIST_REFUSALS_PILE : SQL_LIST_REFUSALS, args, code.len ? 4 : 3,
		page->most, ret_rows);
}

const struct api_list list_refusals = {
	.name = "refusals",
	.columns = refusal_columns,
	.columns_len = COUNT(refusal_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = refusals_read,
};

static const struct api_column alarm_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"kind", SHOW_TEXT, NULL},
	{"subject", SHOW_TEXT, NULL},
	{"detail", SHOW_JSON, NULL},
	{"closed", SHOW_TIME, NULL},
	{"closed_by", SHOW_ID, NULL},
	{"closed_name", SHOW_TEXT, NULL},
};

static int alarms_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str state = call_query(call, "state");
	const struct list_arg args[] = {
		NUMBER(call->who.tenant_id), NUMBER(before(page)), NUMBER((int64_t)page->most)};

	if (state.len && !str_is(state, "open") && !str_is(state, "all"))
		return P_BAD_REQUEST;
	return list_query(call, &list_alarms,
		str_is(state, "all") ? SQL_LIST_ALARMS : SQL_LIST_ALARMS_OPEN, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_alarms = {
	.name = "alarms",
	.columns = alarm_columns,
	.columns_len = COUNT(alarm_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = alarms_read,
};

static const struct api_column command_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"order_id", SHOW_ID, NULL},
	{"staff_id", SHOW_ID, NULL},
	{"staff", SHOW_TEXT, NULL},
	{"action", SHOW_TEXT, NULL},
	{"payload", SHOW_JSON, NULL},
	{"state", SHOW_TEXT, NULL},
	{"answer", SHOW_JSON, NULL},
	{"error", SHOW_TEXT, NULL},
	{"latency_us", SHOW_NUMBER, NULL},
	{"created", SHOW_TIME, NULL},
	{"expires", SHOW_TIME, NULL},
	{"done", SHOW_TIME, NULL},
};

static int commands_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(call_query_id(call, "order"))};

	return list_query(call, &list_commands, SQL_LIST_COMMANDS_ORDER, args, COUNT(args),
		page->most, ret_rows);
}

const struct api_list list_commands = {
	.name = "commands",
	.columns = command_columns,
	.columns_len = COUNT(command_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = commands_read,
};

static int pile_commands_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct pile pile;
	int result = call_pile(call, &pile);
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(before(page)),
		NUMBER((int64_t)page->most), NUMBER(result == 0 ? pile.id : 0)};

	return result != 0 ? result
			   : list_query(call, &list_pile_commands, SQL_LIST_COMMANDS_PILE, args,
				     COUNT(args), page->most, ret_rows);
}

const struct api_list list_pile_commands = {
	.name = "commands",
	.columns = command_columns,
	.columns_len = COUNT(command_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = pile_commands_read,
};

/* --- frames: from the journal, not from a statement, but a list like the others --- */

static const struct api_column frame_columns[] = {
	{"id", SHOW_ID, NULL},
	{"at", SHOW_TIME, NULL},
	{"direction", SHOW_TEXT, NULL},
	{"action", SHOW_TEXT, NULL},
	{"message_id", SHOW_TEXT, NULL},
	{"request", SHOW_JSON, NULL},
	{"answer", SHOW_JSON, NULL},
	{"error", SHOW_TEXT, NULL},
	{"latency_us", SHOW_NUMBER, NULL},
	{"connector", SHOW_NUMBER, NULL},
	{"order_id", SHOW_ID, NULL},
	{"repeats", SHOW_JSON, NULL},
};

static void frame_cells(const struct frame *frame, struct list_cell *cells)
{
	cells[0].number = frame->id;
	cells[1].number = frame->at_us;
	cells[2].text = frame->from_pile ? STR("in") : STR("out");
	cells[3].text = frame->action;
	cells[4].text = frame->message_id;
	cells[5].text = frame->request;
	cells[6].text = frame->answer;
	cells[7].text = frame->error;
	cells[8].number = frame->latency_us;
	cells[9].number = frame->connector_no;
	cells[10].number = frame->order_id;
	cells[11].text = frame->repeats.len > 0 ? frame->repeats : STR("[]");
}

static int frames_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str error = call_query(call, "error"), direction = call_query(call, "direction");
	struct str connector = call_query(call, "connector");
	struct frame_filter filter = {
		.tenant_id = call->who.tenant_id,
		.action = call_query(call, "action"),
		.errors_only = str_is(error, "1") || str_is(error, "true"),
		.before_id = page->cursor.id ? page->cursor.id : call_query_id(call, "before"),
		.order_id = call_query_id(call, "order"),
		.direction = str_is(direction, "in")    ? 1
			     : str_is(direction, "out") ? 2
							: 0,
		.limit = page->most,
	};
	struct list_rows rows = {.columns = COUNT(frame_columns)};
	struct frame *frames = NULL;
	struct pile pile;
	int result;

	result = call_pile(call, &pile);
	if (result != 0)
		return result;
	if (connector.len && !str_to_i64(connector, &filter.connector_no))
		return P_BAD_REQUEST;
	filter.pile_id = pile.id;
	/* a link to a message, or a cursor, from before what is at hand: empty would look like none
	 */
	if (filter.before_id && filter.before_id < INT64_MAX &&
		id_time_us(filter.before_id) < reads_journal_from(call->ctx))
		return P_GONE;
	TRY(store_frames(call->ctx->journal, &filter, call->ctx->arena, &frames, &rows.rows_len));
	rows.cells =
		ARENA_ARRAY(call->ctx->arena, struct list_cell, (rows.rows_len + 1) * rows.columns);
	if (!rows.cells)
		return FAULT(FAULT_NOMEM, "frames");
	for (size_t i = 0; i < rows.rows_len; i++)
		frame_cells(&frames[i], &rows.cells[i * rows.columns]);
	*ret_rows = rows;
	return 0;
}

const struct api_list list_frames = {
	.name = "frames",
	.columns = frame_columns,
	.columns_len = COUNT(frame_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = frames_read,
};
