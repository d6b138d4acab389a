/* ocpp2_pay.c - what 2.1 piles tell of payment: settlements of their own terminals, VAT numbers
 * that drivers key in. */
#include "app/ocpp2_parts.h"
#include "app/terminal.h"
#include "base/fault.h"
#include "domain/vat.h"
#include "wire/ocpp2/tariff.h"

/* Answered with the receipt of the order, which anybody who has its address may open. */
int ocpp2_on_notify_settlement(struct desk *desk)
{
	const struct ocpp2_notify_settlement_req *req = desk->req;
	struct ocpp2_notify_settlement_conf *conf = desk->conf;
	struct terminal_claim claim = {.pile_id = desk->pile_id,
		.reference = req->psp_ref,
		.name = req->transaction_id,
		.status = field_enum_name(&ocpp2_payment_status_enum_21_names, req->status),
		.amount_e5 = req->settlement_amount_e5,
		.settled_us = req->settlement_time_us};
	struct order order;

	if (req->psp_ref.len == 0)
		return desk_refuse(desk, OCPP_CODE_PROPERTY, STR("pspRef: must not be empty"));
	TRY(ocpp2_body(desk, &claim.body));
	TRY(terminal_settled(desk->ctx, &claim, &order));
	if (order.id == 0) {
		desk->reply->note = STR("foreign");
		return 0;
	}
	desk->reply->order_id = order.id;
	conf->has_receipt_id = true;
	conf->receipt_id = str_format(desk->arena, "%lld", (long long)order.id);
	conf->has_receipt_url = true;
	conf->receipt_url = str_format(desk->arena, "%.*s/o/%.*s/receipt",
		STR_FMT(desk->ctx->config->public_url), STR_FMT(order.token));
	return 0;
}

/* Judged by its shape and check digits: no registry is asked, so a company is never named. */
int ocpp2_on_vat_number_validation(struct desk *desk)
{
	const struct ocpp2_vat_number_validation_req *req = desk->req;
	struct ocpp2_vat_number_validation_conf *conf = desk->conf;
	int outcome = vat_check(vat_normal(desk->arena, req->vat_number));

	conf->status = outcome == 0 ? OCPP2_GENERIC_STATUS_ACCEPTED : OCPP2_GENERIC_STATUS_REJECTED;
	conf->has_status_info = outcome != 0;
	conf->status_info.reason_code = str_from(vat_word(outcome));
	conf->vat_number = req->vat_number;
	conf->has_evse_id = req->has_evse_id;
	conf->evse_id = req->evse_id;
	return ocpp2_keep_notice(desk, 0);
}
