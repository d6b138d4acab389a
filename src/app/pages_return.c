/* pages_return.c - where a cashier sends the payer back to: from our payment number to the order or
 * the wallet or card. The link carries a proof, because numbers can be guessed and the links they
 * lead to cannot. */
#include "app/api_handlers.h"
#include "app/pages.h"
#include "app/payments.h"
#include "store/member.h"
#include "store/order.h"
#include "store/payment.h"

int page_return(struct api_call *call)
{
	struct ctx *ctx = call->ctx;
	struct payment payment;
	struct member member;
	struct token card;
	struct order order;
	const char *notice;
	int result;

	if (!payments_return_ok(ctx->config, call->params[0], call_query(call, "proof")))
		return P_NOT_FOUND;
	result = store_payment_by_key(ctx->db, ctx->arena, call->params[0], &payment);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	if (payment.order_id != 0) {
		result = store_order_get(ctx->db, ctx->arena, payment.order_id, &order);
		TRY(result);
		if (result != 0)
			return P_NOT_FOUND;
		return reply_redirect(
			call, str_format(ctx->arena, "/o/%.*s", STR_FMT(order.token)));
	}
	notice = payment.state == PAYMENT_SUCCEEDED ? "paid" : "pending";
	if (payment.tag_id != 0) {
		result = store_member_tag_get(ctx->db, ctx->arena, payment.tag_id, &card);
		TRY(result);
		if (result != 0)
			return P_NOT_FOUND;
		return reply_redirect(call,
			str_format(ctx->arena, "/k/%.*s?notice=%s", STR_FMT(card.link), notice));
	}
	result = store_member_get(ctx->db, ctx->arena, payment.member_id, &member);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	return reply_redirect(call,
		str_format(ctx->arena, "/w/%.*s?notice=%s", STR_FMT(member.wallet_token), notice));
}
