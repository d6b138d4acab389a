/* ocpp2_v2g.c - certificates of vehicles and what piles ask about certificates (ISO 15118). */
#include "app/contracts.h"
#include "app/ocpp2_parts.h"
#include "base/fault.h"
#include "wire/ocpp2/authorization.h"
#include "wire/ocpp2/certificate.h"

static int status_of(int outcome)
{
	static const int rows[] = {
		[0] = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_ACCEPTED,
		[CONTRACTS_E_NO_ROOTS] =
			OCPP2_AUTHORIZE_CERTIFICATE_STATUS_NO_CERTIFICATE_AVAILABLE,
		[CONTRACTS_E_EXPIRED] = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CERTIFICATE_EXPIRED,
		[CONTRACTS_E_REVOKED] = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CERTIFICATE_REVOKED,
		[CONTRACTS_E_SIGNATURE] = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_SIGNATURE_ERROR,
		[CONTRACTS_E_CHAIN] = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CERT_CHAIN_ERROR,
		[CONTRACTS_E_NAME] = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CERT_CHAIN_ERROR,
	};

	return rows[outcome];
}

/* A contract that cannot be verified starts nothing, whatever its number says. Hashes alone prove
 * nothing: the pile holds the chain and is asked for it by this answer. */
int ocpp2_judge_contract(struct desk *desk)
{
	const struct ocpp2_authorize_req *req = desk->req;
	struct ocpp2_authorize_conf *conf = desk->conf;
	int outcome;

	if (!req->has_certificate && req->iso15118_certificate_hash_data_len == 0)
		return 0;
	outcome = req->has_certificate
			  ? contracts_check(desk->ctx, req->certificate, req->id_token.id_token)
			  : CONTRACTS_E_NO_ROOTS;
	TRY(outcome);
	conf->has_certificate_status = true;
	conf->certificate_status = status_of(outcome);
	if (outcome != 0)
		conf->id_token_info =
			(struct ocpp2_id_token_info){.status = OCPP2_AUTHORIZATION_STATUS_INVALID};
	else if (conf->id_token_info.status == OCPP2_AUTHORIZATION_STATUS_UNKNOWN ||
		 conf->id_token_info.status == OCPP2_AUTHORIZATION_STATUS_BLOCKED)
		conf->certificate_status = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CONTRACT_CANCELLED;
	return 0;
}

/* Contracts are made and installed by a pool of certificates; none is connected here. */
int ocpp2_on_get15118_ev_certificate(struct desk *desk)
{
	struct ocpp2_get15118_ev_certificate_conf *conf = desk->conf;

	conf->status = OCPP2_ISO15118_EV_CERTIFICATE_STATUS_FAILED;
	conf->exi_response = STR("");
	conf->has_status_info = true;
	conf->status_info.reason_code = STR("NoCertificatePool");
	return ocpp2_keep_notice(desk, 0);
}

/* Of our own authority's certificates; another authority's are asked for at its own responder. */
int ocpp2_on_get_certificate_status(struct desk *desk)
{
	const struct ocpp2_get_certificate_status_req *req = desk->req;
	struct ocpp2_get_certificate_status_conf *conf = desk->conf;
	const struct ocpp2_ocsp_request_data *data = &req->ocsp_request_data;
	const struct contracts_hash hash = {
		.algorithm =
			field_enum_name(&ocpp2_hash_algorithm_enum_21_names, data->hash_algorithm),
		.issuer_name = data->issuer_name_hash,
		.issuer_key = data->issuer_key_hash,
		.serial = data->serial_number};
	enum contracts_status status;
	int64_t until_us;
	int outcome = contracts_status(
		desk->ctx, desk->pile_id, &hash, &status, &until_us, &conf->ocsp_result);

	TRY(outcome);
	conf->status = outcome == 0 ? OCPP2_GET_CERTIFICATE_STATUS_ACCEPTED
				    : OCPP2_GET_CERTIFICATE_STATUS_FAILED;
	conf->has_ocsp_result = outcome == 0;
	conf->has_status_info = outcome != 0;
	conf->status_info.reason_code = STR("OtherIssuer");
	return ocpp2_keep_notice(desk, 0);
}

static int chain_status(struct desk *desk,
	const struct ocpp2_certificate_status_request_info *asked,
	struct ocpp2_certificate_status *answer)
{
	static const int words[] = {
		[CONTRACTS_GOOD] = OCPP2_CERTIFICATE_STATUS_GOOD,
		[CONTRACTS_REVOKED] = OCPP2_CERTIFICATE_STATUS_REVOKED,
		[CONTRACTS_UNKNOWN] = OCPP2_CERTIFICATE_STATUS_UNKNOWN,
	};
	const struct contracts_hash hash = {
		.algorithm = field_enum_name(&ocpp2_hash_algorithm_enum_21_names,
			asked->certificate_hash_data.hash_algorithm),
		.issuer_name = asked->certificate_hash_data.issuer_name_hash,
		.issuer_key = asked->certificate_hash_data.issuer_key_hash,
		.serial = asked->certificate_hash_data.serial_number};
	enum contracts_status status = CONTRACTS_UNKNOWN;
	struct str response;
	int outcome;

	answer->certificate_hash_data = asked->certificate_hash_data;
	answer->source = asked->source;
	answer->next_update_us = desk->now_us;
	outcome = contracts_status(
		desk->ctx, desk->pile_id, &hash, &status, &answer->next_update_us, &response);
	TRY(outcome);
	answer->status = outcome == 0 ? words[status] : OCPP2_CERTIFICATE_STATUS_FAILED;
	return 0;
}

int ocpp2_on_get_certificate_chain_status(struct desk *desk)
{
	const struct ocpp2_get_certificate_chain_status_req *req = desk->req;
	struct ocpp2_get_certificate_chain_status_conf *conf = desk->conf;
	size_t len = req->certificate_status_requests_len;

	conf->certificate_status = ARENA_ARRAY(desk->arena, struct ocpp2_certificate_status, len);
	if (!conf->certificate_status)
		return FAULT(FAULT_NOMEM, "certificate states");
	conf->certificate_status_len = len;
	for (size_t i = 0; i < len; i++)
		TRY(chain_status(
			desk, &req->certificate_status_requests[i], &conf->certificate_status[i]));
	return ocpp2_keep_notice(desk, 0);
}
