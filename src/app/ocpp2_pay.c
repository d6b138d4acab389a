/* ocpp2_pay.c - what 2.1 piles tell of payment: settlements of their own terminals, VAT numbers
 * that drivers key in. */
#include "app/ocpp2_parts.h"
#include "app/step.h"
#include "base/fault.h"
#include "store/session.h"
#include "store/transaction.h"
#include "wire/ocpp2/tariff.h"

/* What the pile's own terminal took for a charge. The order's money is not touched: it is shown
 * beside it, and people see when it differs. */
int ocpp2_on_notify_settlement(struct desk *desk)
{
	const struct ocpp2_notify_settlement_req *req = desk->req;
	struct pile_transaction known;
	struct scene scene;
	int found;

	TRY(ocpp2_keep_notice(desk, 0));
	if (!req->has_transaction_id)
		return 0;
	found = store_transaction_get(
		desk->ctx->db, desk->arena, desk->pile_id, req->transaction_id, &known);
	TRY(found);
	if (found != 0 || known.session_id == 0) {
		desk->reply->note = STR("foreign");
		return 0;
	}
	TRY(step_must(store_scene_get(desk->ctx->db, desk->arena, known.session_id, &scene),
		"the session of a transaction"));
	desk->reply->order_id = scene.order.id;
	if (scene.order.id == 0)
		return 0;
	return step_event(desk->ctx, &scene.order, "settlement",
		field_enum_name(&ocpp2_payment_status_enum_21_names, req->status).ptr,
		str_format(desk->arena, "{\"amount_e5\":%lld,\"ours_e5\":%lld}",
			(long long)req->settlement_amount_e5,
			(long long)ocpp2_cost_e5(scene.order.currency, scene.order.total_minor)));
}

/* No registry of companies is asked here. */
int ocpp2_on_vat_number_validation(struct desk *desk)
{
	const struct ocpp2_vat_number_validation_req *req = desk->req;
	struct ocpp2_vat_number_validation_conf *conf = desk->conf;

	conf->status = OCPP2_GENERIC_STATUS_REJECTED;
	conf->vat_number = req->vat_number;
	conf->has_evse_id = req->has_evse_id;
	conf->evse_id = req->evse_id;
	return ocpp2_keep_notice(desk, 0);
}
