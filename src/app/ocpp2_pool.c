/* ocpp2_pool.c - contracts for vehicles (ISO 15118: install, update): the request of the vehicle
 * goes to a pool of certificates as it is, and its answer back. A pool is a struct of two
 * operations, so that one with another way of asking is one more row.
 *
 * The pool of the settings is asked with the words of OCPP itself, as JSON:
 *   POST contract_pool_url
 *   {"action":"Install","iso15118SchemaVersion":"...","exiRequest":"...",
 *    "maximumContractCertificateChains":1,"prioritizedEMAIDs":["..."]}
 *   200 {"status":"Accepted","exiResponse":"...","remainingContracts":0} */
#include "app/ocpp2_parts.h"
#include "base/fault.h"
#include "wire/json.h"
#include "wire/ocpp2/certificate.h"

#define EXI_MOST_201 5600
#define EXI_MOST_21 17000

struct pool_answer {
	bool accepted;
	struct str exi, reason;
	bool has_remaining;
	int64_t remaining;
};
struct contract_pool {
	/* The question; texts in the desk's arena. 0 or a fault. */
	int (*ask)(struct desk *desk, const struct ocpp2_get15118_ev_certificate_req *req,
		struct inquiry *ret_inquiry);
	/* What came back, any bytes. False: no answer of a pool. */
	bool (*read)(struct arena *arena, struct str body, struct pool_answer *ret_answer);
};

static int json_ask(struct desk *desk, const struct ocpp2_get15118_ev_certificate_req *req,
	struct inquiry *ret_inquiry)
{
	struct json_out out;
	struct buf buf;

	buf_init(&buf, desk->arena, req->exi_request.len + 8192);
	json_out_init(&out, &buf);
	json_open_object(&out, NULL);
	json_put_str(&out, "action",
		field_enum_name(&ocpp2_certificate_action_enum_21_names, req->action));
	json_put_str(&out, "iso15118SchemaVersion", req->iso15118_schema_version);
	json_put_str(&out, "exiRequest", req->exi_request);
	if (req->has_maximum_contract_certificate_chains)
		json_put_int(&out, "maximumContractCertificateChains",
			req->maximum_contract_certificate_chains);
	if (req->prioritized_emaids_len > 0) {
		json_open_array(&out, "prioritizedEMAIDs");
		for (size_t i = 0; i < req->prioritized_emaids_len; i++)
			json_put_str(&out, NULL, req->prioritized_emaids[i]);
		json_close_array(&out);
	}
	json_close_object(&out);
	if (buf.failed)
		return FAULT(FAULT_NOMEM, "question to the contract pool");
	*ret_inquiry = (struct inquiry){.method = STR("POST"),
		.url = desk->ctx->config->outside.contract_pool_url,
		.headers = STR("Content-Type: application/json\r\nAccept: application/json\r\n"),
		.body = buf_str(&buf)};
	return 0;
}

static bool json_read(struct arena *arena, struct str body, struct pool_answer *ret_answer)
{
	struct str status;

	*ret_answer = (struct pool_answer){.reason = STR("PoolRefused")};
	if (!json_valid(body, arena) || !json_get_str(body, "status", arena, &status))
		return false;
	ret_answer->accepted = str_is(status, "Accepted");
	if (!json_get_str(body, "exiResponse", arena, &ret_answer->exi))
		ret_answer->exi = STR("");
	ret_answer->has_remaining =
		json_get_int(body, "remainingContracts", arena, &ret_answer->remaining) &&
		ret_answer->remaining >= 0 && ret_answer->remaining <= INT32_MAX;
	return !ret_answer->accepted || ret_answer->exi.len > 0;
}

static const struct contract_pool json_pool = {.ask = json_ask, .read = json_read};

static int failed(struct desk *desk, struct str reason)
{
	struct ocpp2_get15118_ev_certificate_conf *conf = desk->conf;

	conf->status = OCPP2_ISO15118_EV_CERTIFICATE_STATUS_FAILED;
	conf->exi_response = STR("");
	conf->has_status_info = true;
	conf->status_info.reason_code = reason;
	return ocpp2_keep_notice(desk, 0);
}

static bool is_base64_text(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (!((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			    c == '+' || c == '/' || c == '='))
			return false;
	}
	return true;
}

static int resume_pool(struct desk *desk, const struct inquiry_answer *answer)
{
	struct ocpp2_get15118_ev_certificate_conf *conf = desk->conf;
	size_t most = desk->version == OCPP_21 ? EXI_MOST_21 : EXI_MOST_201;
	struct pool_answer said;

	if (answer->status == 0)
		return failed(desk, STR("PoolUnreachable"));
	if (answer->status != 200 || !json_pool.read(desk->arena, answer->body, &said))
		return failed(desk, STR("PoolError"));
	if (!said.accepted)
		return failed(desk, said.reason);
	if (said.exi.len > most || !is_base64_text(said.exi))
		return failed(
			desk, said.exi.len > most ? STR("PoolAnswerTooLong") : STR("PoolError"));
	conf->status = OCPP2_ISO15118_EV_CERTIFICATE_STATUS_ACCEPTED;
	conf->exi_response = said.exi;
	conf->has_remaining_contracts = desk->version == OCPP_21 && said.has_remaining;
	conf->remaining_contracts = said.remaining;
	return ocpp2_keep_notice(desk, 0);
}

int ocpp2_on_get15118_ev_certificate(struct desk *desk)
{
	struct inquiry inquiry;

	if (desk->ctx->config->outside.contract_pool_url.len == 0)
		return failed(desk, STR("NoCertificatePool"));
	TRY(json_pool.ask(desk, desk->req, &inquiry));
	return desk_ask(desk, &inquiry, resume_pool);
}
