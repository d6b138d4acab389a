/* charging_debt.c - after the bill: what is left to pay is paid, or given up. An unpaid order
 * changes nothing but its own money; what else its driver may do is decided elsewhere. */
#include "app/charging.h"

#include "app/billing.h"
#include "app/payments.h"
#include "app/step.h"
#include "base/fault.h"
#include "store/order.h"

#define DEDUCT_MOST 20 /* debts of one card paid in one swipe */

static int find_order(struct ctx *ctx, int64_t order_id, struct order *ret_order)
{
	int found = store_order_get(ctx->db, ctx->arena, order_id, ret_order);

	TRY(found);
	return found == 0 ? 0 : CHARGING_E_UNKNOWN;
}

/* Its end is stored and told; a second look at the order finds nothing open. */
static int ended(struct ctx *ctx, struct order *order)
{
	TRY(step_event(ctx, order, "state", order_state_name(order->state), STR("")));
	TRY(store_order_put(ctx->db, order));
	return step_tell(ctx, order);
}

int charging_pay(struct ctx *ctx, int64_t order_id, struct str channel, struct order *ret_order)
{
	struct payment wish, payment;
	struct order order;
	int result = find_order(ctx, order_id, &order);

	if (result != 0)
		return result;
	*ret_order = order;
	if (order.state == ORDER_SETTLED)
		return 0; /* asked twice, or paid meanwhile */
	if (order.state != ORDER_UNPAID)
		return CHARGING_E_STATE;
	wish = (struct payment){.tenant_id = order.tenant_id,
		.order_id = order.id,
		.kind = PAYMENT_PAY,
		.channel = channel,
		.amount_minor = order_open_minor(&order),
		.currency = order.currency};
	result = payments_begin(ctx, &wish, &payment);
	TRY(result);
	if (result == PAYMENTS_E_OPEN)
		return 0; /* an attempt is under way: it is the one to finish */
	if (result != 0)
		return CHARGING_E_AMOUNT;
	return step_tell(ctx, &order);
}

int charging_pay_wallet(
	struct ctx *ctx, int64_t order_id, int64_t member_id, struct order *ret_order)
{
	struct order order;
	int result = find_order(ctx, order_id, &order);

	if (result != 0)
		return result;
	if (member_id == 0 || order.member_id != member_id)
		return CHARGING_E_FOREIGN;
	*ret_order = order;
	if (order.state == ORDER_SETTLED)
		return 0;
	if (order.state != ORDER_UNPAID)
		return CHARGING_E_STATE;
	result = billing_pay_wallet(ctx, &order);
	TRY(result);
	if (result != 0)
		return CHARGING_E_FUNDS;
	TRY(ended(ctx, &order));
	*ret_order = order;
	return 0;
}

int charging_deduct_card(struct ctx *ctx, const struct token *card)
{
	struct order order;
	int64_t id;
	int result;

	for (int i = 0; i < DEDUCT_MOST; i++) {
		TRY(store_order_card_unpaid(ctx->db, card->tenant_id, card->id_tag, &id));
		if (id == 0)
			return 0;
		TRY(step_must(find_order(ctx, id, &order), "an unpaid order"));
		result = billing_pay_card(ctx, &order);
		TRY(result);
		if (result != 0)
			return 0; /* the oldest first: what is left waits for the next top-up */
		TRY(ended(ctx, &order));
	}
	return 0;
}

int charging_write_off(struct ctx *ctx, int64_t order_id, int64_t user_id)
{
	struct order order;
	int result = find_order(ctx, order_id, &order);

	if (result != 0)
		return result;
	if (order.state != ORDER_UNPAID)
		return CHARGING_E_STATE;
	TRY(step_must(billing_write_off(ctx, &order, user_id), "the debt of an unpaid order"));
	return ended(ctx, &order);
}
