/* terminal.c - what payment terminals at piles took, in the books (see terminal.h). */
#include "app/terminal.h"

#include "app/billing.h"
#include "app/books.h"
#include "app/step.h"
#include "app/tell.h"
#include "base/clock.h"
#include "base/fault.h"
#include "domain/money.h"
#include "store/order.h"
#include "store/payment.h"
#include "store/pile.h"
#include "store/session.h"
#include "store/settlement.h"
#include "store/transaction.h"

#define WAIT_US (10 * US_PER_S)
#define UNKNOWN_US US_PER_HOUR /* its transaction may still wait in the pile */
#define UNKNOWN_WAIT_US US_PER_MIN
#define WAIT_MOST_US (3 * US_PER_DAY) /* no bill by then: people must look */
#define TICK_ROWS 32

static int close_row(struct ctx *ctx, struct settlement *row, const char *state, const char *reason)
{
	row->state = str_from(state);
	row->reason = str_from(reason);
	row->due_us = 0;
	return store_settlement_put(ctx->db, row);
}

static int alarm(struct ctx *ctx, const struct settlement *row, const struct order *order)
{
	struct str detail = str_format(ctx->arena,
		"{\"state\":\"%.*s\",\"reason\":\"%.*s\",\"theirs_e5\":%lld,\"ours_minor\":%lld}",
		STR_FMT(row->state), STR_FMT(row->reason), (long long)row->amount_e5,
		(long long)(order ? order->total_minor : 0));

	if (order)
		TRY(step_event(ctx, order, "warning", "settlement_differs", detail));
	return tell_alarm(ctx, row->tenant_id, "settlement_differs",
		order ? str_format(ctx->arena, "order:%lld", (long long)order->id)
		      : str_format(ctx->arena, "pile:%lld", (long long)row->pile_id),
		detail);
}

static int odd(struct ctx *ctx, struct settlement *row, const struct order *order, const char *why)
{
	TRY(close_row(ctx, row, "odd", why));
	return alarm(ctx, row, order);
}

/* In whole minor units; false when it is not. */
static bool amount_of(const struct settlement *row, struct str currency, int64_t *ret_minor)
{
	int64_t minor_e5 = 1;

	for (int i = currency_digits(currency); i < 5; i++)
		minor_e5 *= 10;
	if (row->amount_e5 <= 0 || row->amount_e5 % minor_e5 != 0 ||
		row->amount_e5 / minor_e5 > MONEY_MAX)
		return false;
	*ret_minor = row->amount_e5 / minor_e5;
	return true;
}

/* The payment that the terminal made, as a success from the start. */
static int add_payment(struct ctx *ctx, const struct settlement *row, const struct order *order,
	int64_t amount_minor, struct payment *ret_payment)
{
	struct payment payment = {.id = CTX_ID(ctx),
		.tenant_id = order->tenant_id,
		.order_id = order->id,
		.kind = PAYMENT_PAY,
		.state = PAYMENT_CREATED,
		.channel = STR(TERMINAL_CHANNEL),
		.key = str_format(ctx->arena, "T%lld", (long long)row->id),
		.amount_minor = amount_minor,
		.currency = order->currency,
		.created_us = ctx->now_us,
		.version = 1};

	if (store_payment_add(ctx->db, &payment) != 0)
		return FAULT(FAULT_CORRUPT, "the payment of settlement %lld was there",
			(long long)row->id);
	payment.state = PAYMENT_SUCCEEDED;
	payment.channel_ref = row->reference;
	payment.done_us = ctx->now_us;
	if (store_payment_put(ctx->db, &payment) != 0)
		return FAULT(FAULT_CORRUPT, "a payment changed under our hands");
	*ret_payment = payment;
	return 0;
}

static int book(struct ctx *ctx, struct settlement *row, struct order *order, int64_t amount_minor)
{
	int64_t open = order_open_minor(order);
	struct payment payment;

	TRY(add_payment(ctx, row, order, amount_minor, &payment));
	row->payment_id = payment.id;
	TRY(step_must(billing_terminal(ctx, order, &payment), "the debt of an unpaid order"));
	TRY(store_order_put(ctx->db, order));
	if (order->state == ORDER_SETTLED)
		TRY(step_event(ctx, order, "state", order_state_name(order->state), STR("")));
	TRY(step_tell(ctx, order));
	if (amount_minor == open)
		return close_row(ctx, row, "booked", "");
	TRY(close_row(ctx, row, amount_minor < open ? "short" : "over", ""));
	return alarm(ctx, row, order);
}

/* What the pile's transaction of that name charges. *ret_order_id 0: none that is known. */
static int order_named(struct ctx *ctx, int64_t pile_id, struct str name, int64_t *ret_order_id)
{
	struct pile_transaction known;
	struct scene scene;
	int found;

	*ret_order_id = 0;
	if (name.len == 0)
		return 0;
	found = store_transaction_get(ctx->db, ctx->arena, pile_id, name, &known);
	TRY(found);
	if (found != 0 || known.session_id == 0)
		return 0;
	found = store_scene_get(ctx->db, ctx->arena, known.session_id, &scene);
	TRY(found);
	*ret_order_id = found == 0 ? scene.order.id : 0;
	return 0;
}

/* A settlement may overtake the messages of its transaction: those may wait in the pile. */
static int wait_or_foreign(struct ctx *ctx, struct settlement *row)
{
	if (row->name.len == 0 || row->at_us + UNKNOWN_US < ctx->now_us)
		return odd(ctx, row, NULL, "foreign");
	/* each time as long again as it waited: a crowd of such rows must not stand before others
	 */
	row->due_us =
		ctx->now_us + (ctx->now_us - row->at_us > UNKNOWN_WAIT_US ? ctx->now_us - row->at_us
									  : UNKNOWN_WAIT_US);
	return store_settlement_put(ctx->db, row);
}

static int judge(struct ctx *ctx, struct settlement *row)
{
	struct order order = {0};
	int64_t amount_minor;
	int found;

	if (row->order_id == 0)
		TRY(order_named(ctx, row->pile_id, row->name, &row->order_id));
	if (row->order_id == 0)
		return wait_or_foreign(ctx, row);
	found = store_order_get(ctx->db, ctx->arena, row->order_id, &order);
	TRY(step_must(found, "the order of a settlement"));
	if (!str_is(row->status, "Settled")) {
		TRY(close_row(ctx, row, "none", ""));
		return step_event(ctx, &order, "settlement", "not_settled", STR(""));
	}
	if (!str_is(order.channel, TERMINAL_CHANNEL))
		return odd(ctx, row, &order, "other_order");
	if (!amount_of(row, order.currency, &amount_minor))
		return odd(ctx, row, &order, "amount");
	if (order.state == ORDER_UNPAID)
		return book(ctx, row, &order, amount_minor);
	if (order_is_final(order.state))
		return odd(ctx, row, &order, "late");
	if (row->at_us + WAIT_MOST_US < ctx->now_us)
		return odd(ctx, row, &order, "unbilled");
	row->due_us = ctx->now_us + WAIT_US;
	return store_settlement_put(ctx->db, row);
}

/* Told again: the same, or something else under the same reference? What was booked stays. */
static int again(struct ctx *ctx, struct settlement *row, const struct terminal_claim *claim)
{
	struct settlement told = *row;

	if (row->amount_e5 == claim->amount_e5 && str_eq(row->status, claim->status))
		return 0;
	row->reason = told.reason = STR("conflict");
	told.amount_e5 = claim->amount_e5;
	TRY(store_settlement_put(ctx->db, row));
	return alarm(ctx, &told, NULL);
}

int terminal_settled(struct ctx *ctx, const struct terminal_claim *claim, struct order *ret_order)
{
	struct settlement row;
	struct place place;
	int found = store_settlement_get(
		ctx->db, ctx->arena, claim->pile_id, claim->reference, claim->name, &row);

	TRY(found);
	if (found == 0) {
		TRY(again(ctx, &row, claim));
	} else {
		TRY(step_must(store_pile_place(ctx->db, ctx->arena, claim->pile_id, 0, &place),
			"a pile"));
		row = (struct settlement){.id = CTX_ID(ctx),
			.tenant_id = place.tenant_id,
			.pile_id = claim->pile_id,
			.reference = claim->reference,
			.name = claim->name,
			.status = claim->status,
			.amount_e5 = claim->amount_e5,
			.settled_us = claim->settled_us,
			.state = STR("waiting"),
			.at_us = ctx->now_us,
			.body = claim->body};
		TRY(store_settlement_add(ctx->db, &row));
		TRY(judge(ctx, &row));
	}
	*ret_order = (struct order){0};
	if (row.order_id == 0)
		return 0;
	return step_must(store_order_get(ctx->db, ctx->arena, row.order_id, ret_order),
		"the order of a settlement");
}

int terminal_tick(struct ctx *ctx)
{
	struct settlement *rows;
	size_t len;

	TRY(store_settlement_due(ctx->db, ctx->arena, ctx->now_us, TICK_ROWS, &rows, &len));
	for (size_t i = 0; i < len; i++)
		TRY(judge(ctx, &rows[i]));
	return 0;
}
