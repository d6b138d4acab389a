/* ocpp2_pay.c - what 2.1 piles tell of payment: settlements of their own terminals, VAT numbers
 * that drivers key in. */
#include "app/ocpp2_parts.h"
#include "app/terminal.h"
#include "base/fault.h"
#include "domain/vat.h"
#include "wire/json.h"
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

/* --- VAT numbers --- */

#define VAT_COUNTRY_LEN 2
#define COMPANY_NAME_MOST 50
#define COMPANY_LINE_MOST 100

/* What is known of a number beyond its shape. */
struct vat_said {
	bool known; /* the registry answered */
	bool valid;
	struct str name, address; /* empty: not told */
};

/* A registry of numbers: two operations. */
struct vat_registry {
	int (*ask)(struct desk *desk, struct str number, struct inquiry *ret_inquiry);
	void (*read)(struct arena *arena, const struct inquiry_answer *answer,
		struct vat_said *ret_said);
};

static int vies_ask(struct desk *desk, struct str number, struct inquiry *ret_inquiry)
{
	struct json_out out;
	struct buf buf;

	buf_init(&buf, desk->arena, 256);
	json_out_init(&out, &buf);
	json_open_object(&out, NULL);
	json_put_str(&out, "countryCode", str_slice(number, 0, VAT_COUNTRY_LEN));
	json_put_str(&out, "vatNumber", str_slice(number, VAT_COUNTRY_LEN, number.len));
	json_close_object(&out);
	if (buf.failed)
		return FAULT(FAULT_NOMEM, "question to the VAT registry");
	*ret_inquiry = (struct inquiry){.method = STR("POST"),
		.url = desk->ctx->config->outside.vat_url,
		.headers = STR("Content-Type: application/json\r\nAccept: application/json\r\n"),
		.body = buf_str(&buf)};
	return 0;
}

/* Some countries do not tell who has a number, and write dashes instead. */
static struct str told(struct arena *arena, struct str body, const char *path)
{
	struct str text;

	if (!json_get_str(body, path, arena, &text) || str_is(str_trim(text), "---"))
		return STR("");
	return str_trim(text);
}

static void vies_read(
	struct arena *arena, const struct inquiry_answer *answer, struct vat_said *ret_said)
{
	struct str valid = answer->status == 200 ? json_get(answer->body, "valid", arena) : STR("");

	*ret_said = (struct vat_said){.known = false};
	if (!str_is(valid, "true") && !str_is(valid, "false"))
		return;
	ret_said->known = true;
	ret_said->valid = str_is(valid, "true");
	ret_said->name = told(arena, answer->body, "name");
	ret_said->address = told(arena, answer->body, "address");
}

static const struct vat_registry vies = {.ask = vies_ask, .read = vies_read};

static int vat_answer(struct desk *desk, bool good, struct str reason)
{
	const struct ocpp2_vat_number_validation_req *req = desk->req;
	struct ocpp2_vat_number_validation_conf *conf = desk->conf;

	conf->status = good ? OCPP2_GENERIC_STATUS_ACCEPTED : OCPP2_GENERIC_STATUS_REJECTED;
	conf->has_status_info = reason.len > 0;
	conf->status_info.reason_code = reason;
	conf->vat_number = req->vat_number;
	conf->has_evse_id = req->has_evse_id;
	conf->evse_id = req->evse_id;
	return ocpp2_keep_notice(desk, 0);
}

/* The first line of an address is the street, the last one the town. */
static void put_company(struct desk *desk, const struct vat_said *said, struct str number)
{
	struct ocpp2_vat_number_validation_conf *conf = desk->conf;
	struct str rest = said->address, first = str_trim(str_cut(&rest, '\n')), last = first;

	while (rest.len > 0)
		last = str_trim(str_cut(&rest, '\n'));
	if (said->name.len == 0 || first.len == 0 || last.len == 0)
		return;
	conf->has_company = true;
	conf->company = (struct ocpp2_address){.name = str_utf8_cut(said->name, COMPANY_NAME_MOST),
		.address1 = str_utf8_cut(first, COMPANY_LINE_MOST),
		.city = str_utf8_cut(last, COMPANY_LINE_MOST),
		.country = str_slice(number, 0, VAT_COUNTRY_LEN)};
}

/* When the registry says nothing the check digits stand, and that is said as well. */
static int resume_vat(struct desk *desk, const struct inquiry_answer *answer)
{
	const struct ocpp2_vat_number_validation_req *req = desk->req;
	struct vat_said said;

	vies.read(desk->arena, answer, &said);
	if (!said.known)
		return vat_answer(desk, true, STR("RegistryUnreachable"));
	if (!said.valid)
		return vat_answer(desk, false, STR("NotRegistered"));
	put_company(desk, &said, vat_normal(desk->arena, req->vat_number));
	return vat_answer(desk, true, STR(""));
}

/* Judged by its shape and check digits first: nobody outside is asked about what cannot be one. */
int ocpp2_on_vat_number_validation(struct desk *desk)
{
	const struct ocpp2_vat_number_validation_req *req = desk->req;
	struct str number = vat_normal(desk->arena, req->vat_number);
	struct inquiry inquiry;
	int outcome = vat_check(number);

	if (outcome != 0)
		return vat_answer(desk, false, str_from(vat_word(outcome)));
	if (desk->ctx->config->outside.vat_url.len == 0)
		return vat_answer(desk, true, STR(""));
	TRY(vies.ask(desk, number, &inquiry));
	return desk_ask(desk, &inquiry, resume_vat);
}
