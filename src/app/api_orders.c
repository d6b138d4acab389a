/* api_orders.c - one order as the operator sees it: everything of the public view and what stands
 * behind it, and one timeline of events, payments, transfers, commands and frames by time. */
#include <stdlib.h>
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/api_view.h"
#include "app/api_words.h"
#include "app/charging.h"
#include "app/priority.h"
#include "app/reads.h"
#include "store/journal.h"
#include "store/order.h"
#include "store/power.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define PART_MOST 200 /* transfers, payments and commands of one order */
#define EVENTS_MOST 1000
#define FRAMES_MOST 200

static int load_order(struct api_call *call, struct order *ret_order)
{
	int64_t id;
	int result;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	result = store_order_get(call->ctx->db, call->ctx->arena, id, ret_order);
	TRY(result);
	return result == 0 && ret_order->tenant_id == call->who.tenant_id ? 0 : P_NOT_FOUND;
}

static void put_session(struct out *out, const struct session *session, struct arena *arena)
{
	if (session->id == 0) {
		out_null(out, "session");
		return;
	}
	out_object(out, "session");
	out_id(out, "id", session->id);
	out_number(out, "transaction_id", session->transaction_id);
	out_text(out, "id_tag", session->id_tag);
	out_time(out, "start", session->start_us);
	out_time(out, "stop", session->stop_us);
	out_energy(out, "meter_start_wh", session->meter_start_dwh);
	out_energy(out, "meter_last_wh", session->meter_last_dwh);
	if (session->meter_stop_dwh >= 0)
		out_energy(out, "meter_stop_wh", session->meter_stop_dwh);
	else
		out_null(out, "meter_stop_wh");
	out_text(out, "stop_reason", session->stop_reason);
	out_text(out, "flags", word_session_flags(arena, session->flags));
	out_flag(out, "open", session->open);
	out_end(out);
}

/* The rows of a list that belong to the order. */
static int put_rows(
	struct api_call *call, const struct api_list *list, enum sql_id sql, int64_t order_id)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(INT64_MAX),
		NUMBER(PART_MOST), NUMBER(order_id)};
	struct list_rows rows;

	TRY(list_query(call, list, sql, args, 4, PART_MOST, &rows));
	out_list(&call->out, list->name);
	for (size_t i = rows.rows_len; i > 0; i--) { /* oldest first */
		out_object(&call->out, NULL);
		list_row_write(call, list, list_row(&rows, i - 1));
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return 0;
}

static int answer_order(struct api_call *call, int64_t order_id)
{
	const struct list_cell *row;
	struct reads_order view;
	struct priority priority;
	struct order order;
	int64_t most_w;
	int result = list_one(call, &list_orders, SQL_LIST_ORDER_ONE, NUMBER(order_id), &row);

	if (result != 0)
		return result;
	TRY(store_order_get(call->ctx->db, call->ctx->arena, order_id, &order));
	TRY(reads_order(call->ctx, &order, &view));
	TRY(priority_of(call->ctx, &order, &priority));
	TRY(store_start_limit_get(call->ctx->db, order_id, &most_w));
	reply_begin(call);
	out_text(&call->out, "language", order.language);
	if (most_w > 0)
		out_number(&call->out, "most_w", most_w);
	else
		out_null(&call->out, "most_w");
	out_object(&call->out, "priority");
	out_flag(&call->out, "on", priority.on);
	out_flag(&call->out, "can", priority.can);
	out_end(&call->out);
	out_object(&call->out, "order");
	list_row_write(call, &list_orders, row);
	out_end(&call->out);
	out_object(&call->out, "view");
	view_order(&call->out, &view, -1);
	out_end(&call->out);
	put_session(&call->out, &view.session, call->ctx->arena);
	TRY(meter_records_put(call, view.session.id));
	TRY(put_rows(call, &list_transfers, SQL_LIST_TRANSFERS_ORDER, order_id));
	TRY(put_rows(call, &list_payments, SQL_LIST_PAYMENTS_ORDER, order_id));
	TRY(put_rows(call, &list_commands, SQL_LIST_COMMANDS_ORDER, order_id));
	return reply_json(call, 200);
}

int order_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_order(call, id) : P_NOT_FOUND;
}

/* --- the timeline: every source gives entries, which are sorted by time, then by where they come
 * from --- */

struct entry {
	int64_t at_us, id;
	const char *kind; /* event kinds, "payment", "transfer", "command", "frame" */
	struct str word;
	struct str detail; /* JSON, may be empty */
	struct str by;     /* who did it */
};
struct timeline {
	struct entry *entries;
	size_t len, cap;
	struct arena *arena;
};

static struct entry *entry_add(struct timeline *timeline)
{
	return timeline->len < timeline->cap ? &timeline->entries[timeline->len++] : NULL;
}

static int add_events(struct api_call *call, int64_t order_id, struct timeline *timeline)
{
	const struct list_arg args[] = {NUMBER(order_id), NUMBER(EVENTS_MOST)};
	struct list_rows rows;

	TRY(store_list(call->ctx->db, SQL_LIST_ORDER_EVENTS, args, 2, "iisssis", EVENTS_MOST,
		timeline->arena, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);
		struct entry *entry = entry_add(timeline);

		if (entry)
			*entry = (struct entry){row[1].number, row[0].number,
				str_dup_z(timeline->arena, row[2].text), row[3].text, row[4].text,
				row[6].text};
	}
	return 0;
}

/* The rows of a list as entries: the whole row is the detail. */
static int add_rows(struct api_call *call, const struct api_list *list, enum sql_id sql,
	int64_t order_id, const char *kind, int at_column, int word_column,
	struct timeline *timeline)
{
	const struct list_arg args[] = {NUMBER(call->who.tenant_id), NUMBER(INT64_MAX),
		NUMBER(PART_MOST), NUMBER(order_id)};
	struct list_rows rows;

	TRY(list_query(call, list, sql, args, 4, PART_MOST, &rows));
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);
		const struct api_column *column = &list->columns[word_column];
		struct entry *entry = entry_add(timeline);

		if (!entry)
			break;
		out_init(&call->out, timeline->arena);
		out_object(&call->out, NULL);
		list_row_write(call, list, row);
		out_end(&call->out);
		*entry = (struct entry){row[at_column].number, row[0].number, kind,
			column->word ? str_from(column->word(row[word_column].number))
				     : row[word_column].text,
			out_str(&call->out), STR_NULL};
	}
	return 0;
}

static int add_frames(struct api_call *call, int64_t order_id, struct timeline *timeline)
{
	const struct frame_filter filter = {
		.tenant_id = call->who.tenant_id,
		.order_id = order_id,
		.limit = FRAMES_MOST,
	};
	struct frame *frames = NULL;
	size_t len = 0;

	TRY(store_frames(call->ctx->journal, &filter, timeline->arena, &frames, &len));
	for (size_t i = 0; i < len; i++) {
		struct entry *entry = entry_add(timeline);

		if (!entry)
			break;
		out_init(&call->out, timeline->arena);
		out_object(&call->out, NULL);
		out_word(&call->out, "direction", frames[i].from_pile ? "in" : "out");
		out_raw(&call->out, "request", frames[i].request);
		out_raw(&call->out, "answer", frames[i].answer);
		out_text(&call->out, "error", frames[i].error);
		out_number(&call->out, "latency_us", frames[i].latency_us);
		out_end(&call->out);
		*entry = (struct entry){frames[i].at_us, frames[i].id, "frame", frames[i].action,
			out_str(&call->out), STR_NULL};
	}
	return 0;
}

static int entry_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->at_us != y->at_us)
		return x->at_us < y->at_us ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

static void put_entry(struct out *out, const struct entry *entry)
{
	out_object(out, NULL);
	out_time(out, "at", entry->at_us);
	out_word(out, "kind", entry->kind);
	out_text(out, "word", entry->word.ptr ? entry->word : STR(""));
	out_raw(out, "detail", entry->detail);
	out_text(out, "by", entry->by);
	out_end(out);
}

int order_timeline(struct api_call *call)
{
	struct timeline timeline = {
		.cap = EVENTS_MOST + 3 * PART_MOST + FRAMES_MOST, .arena = call->ctx->arena};
	struct order order;
	int result = load_order(call, &order);

	if (result != 0)
		return result;
	timeline.entries = ARENA_ARRAY(timeline.arena, struct entry, timeline.cap);
	if (!timeline.entries)
		return FAULT(FAULT_NOMEM, "timeline");
	TRY(add_events(call, order.id, &timeline));
	TRY(add_rows(call, &list_payments, SQL_LIST_PAYMENTS_ORDER, order.id, "payment", 14, 4,
		&timeline));
	TRY(add_rows(call, &list_transfers, SQL_LIST_TRANSFERS_ORDER, order.id, "transfer", 15, 3,
		&timeline));
	TRY(add_rows(call, &list_commands, SQL_LIST_COMMANDS_ORDER, order.id, "command", 12, 6,
		&timeline));
	TRY(add_frames(call, order.id, &timeline));
	qsort(timeline.entries, timeline.len, sizeof(*timeline.entries), entry_order);
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < timeline.len; i++)
		put_entry(&call->out, &timeline.entries[i]);
	out_list_end(&call->out);
	/* set when messages of this order are too old to be at hand */
	out_time(&call->out, "messages_from",
		order.created_us < reads_journal_from(call->ctx) ? reads_journal_from(call->ctx)
								 : 0);
	out_null(&call->out, "next");
	return reply_json(call, 200);
}

/* --- what an operator may do with an order --- */

static int audit_order(
	struct api_call *call, const char *action, int64_t order_id, struct str reason)
{
	struct out detail;

	out_init(&detail, call->ctx->arena);
	out_object(&detail, NULL);
	if (reason.len)
		out_text(&detail, "reason", reason);
	out_end(&detail);
	return auth_audit(call->ctx, &call->who, action,
		str_format(call->ctx->arena, "order:%lld", (long long)order_id), out_str(&detail));
}

static int end_order(struct api_call *call, bool force, const char *action, struct str note)
{
	struct close_cmd cmd = {
		.reason = STR("operator"), .user_id = call->who.staff_id, .force = force};
	struct order order;
	int result = load_order(call, &order);

	if (result != 0)
		return result;
	if (order_is_final(order.state) || order.state == ORDER_UNPAID)
		return P_STATE;
	cmd.order_id = order.id;
	result = charging_close(call->ctx, &cmd, &order);
	TRY(result);
	if (result > 0)
		return (int)problem_of_charging(result);
	TRY(audit_order(call, action, order.id, note));
	return answer_order(call, order.id);
}

int order_stop(struct api_call *call)
{
	return end_order(call, false, "order.stop", STR(""));
}

int order_priority(struct api_call *call)
{
	const struct api_hurry *body = call->body;
	struct order order;
	int result = load_order(call, &order);

	if (result != 0)
		return result;
	result = priority_set(call->ctx, &order, body->on, false);
	TRY(result);
	if (result != 0)
		return (int)problem_of_priority(result);
	TRY(audit_order(
		call, body->on ? "order.priority" : "order.no_priority", order.id, STR("")));
	return answer_order(call, order.id);
}

/* The pile will not tell the end any more: the last reading is the end. Needs a reason in words. */
int order_close(struct api_call *call)
{
	const struct api_reason *body = call->body;
	struct str note = str_trim(body->reason);

	if (note.len == 0)
		return call_field(call, "reason", "missing");
	return end_order(call, true, "order.close", note);
}

int order_write_off(struct api_call *call)
{
	const struct api_reason *body = call->body;
	struct order order;
	int result = load_order(call, &order);

	if (result != 0)
		return result;
	result = charging_write_off(call->ctx, order.id, call->who.staff_id);
	TRY(result);
	if (result > 0)
		return (int)problem_of_charging(result);
	TRY(audit_order(call, "order.write_off", order.id, str_trim(body->reason)));
	return answer_order(call, order.id);
}
