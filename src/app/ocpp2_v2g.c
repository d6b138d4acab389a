/* ocpp2_v2g.c - certificates of vehicles and what piles ask about certificates (ISO 15118). */
#include "app/contracts.h"
#include "app/ocpp2_parts.h"
#include "app/revocations.h"
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
		[CONTRACTS_E_ASK] = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_NO_CERTIFICATE_AVAILABLE,
	};

	return rows[outcome];
}

/* --- what other authorities say --- */

static struct contracts_hash hash_of_ocsp(const struct ocpp2_ocsp_request_data *data)
{
	return (struct contracts_hash){
		.algorithm =
			field_enum_name(&ocpp2_hash_algorithm_enum_21_names, data->hash_algorithm),
		.issuer_name = data->issuer_name_hash,
		.issuer_key = data->issuer_key_hash,
		.serial = data->serial_number};
}

/* What is known of one certificate of the chain; CONTRACTS_E_ASK fills the inquiry. */
static int state_of_ocsp(struct desk *desk, const struct ocpp2_ocsp_request_data *data,
	struct contracts_state *ret_state, struct inquiry *ret_inquiry)
{
	struct contracts_hash hash = hash_of_ocsp(data);

	return contracts_state(
		desk->ctx, desk->pile_id, &hash, data->responder_url, ret_state, ret_inquiry);
}

/* The responder was asked for the first certificate nobody knew of: its answer is kept, and the
 * message handled once more, which goes on to the next one. What is kept is not asked for again, so
 * this ends. */
static int again(
	struct desk *desk, const struct contracts_hash *hash, const struct inquiry_answer *answer)
{
	TRY(contracts_told(desk->ctx, hash, answer));
	return desk->route->handle(desk);
}

/* --- contracts --- */

/* Judges by the hashes that the pile made of the chain: each must be good, and said by one we know.
 * CONTRACTS_E_ASK: an inquiry is under way. */
static int judge_hashes(struct desk *desk)
{
	const struct ocpp2_authorize_req *req = desk->req;

	for (size_t i = 0; i < req->iso15118_certificate_hash_data_len; i++) {
		const struct ocpp2_ocsp_request_data *data =
			&req->iso15118_certificate_hash_data[i];
		struct contracts_state state;
		struct inquiry inquiry;
		int outcome = state_of_ocsp(desk, data, &state, &inquiry);

		TRY(outcome);
		if (outcome != 0 && outcome != CONTRACTS_E_ASK)
			return CONTRACTS_E_NO_ROOTS;
		if (outcome == CONTRACTS_E_ASK) {
			TRY(desk_ask(desk, &inquiry, ocpp2_resume_authorize));
			return CONTRACTS_E_ASK;
		}
		if (state.status == CONTRACTS_REVOKED && state.proven)
			return CONTRACTS_E_REVOKED;
		if (state.status != CONTRACTS_GOOD || !state.proven)
			return CONTRACTS_E_NO_ROOTS;
	}
	return 0;
}

int ocpp2_resume_authorize(struct desk *desk, const struct inquiry_answer *answer)
{
	const struct ocpp2_authorize_req *req = desk->req;

	/* which one was asked: the first that is still not known */
	for (size_t i = 0; i < req->iso15118_certificate_hash_data_len; i++) {
		const struct ocpp2_ocsp_request_data *data =
			&req->iso15118_certificate_hash_data[i];
		struct contracts_state state;
		struct inquiry inquiry;
		int outcome = state_of_ocsp(desk, data, &state, &inquiry);

		TRY(outcome);
		if (outcome == CONTRACTS_E_ASK) {
			struct contracts_hash hash = hash_of_ocsp(data);

			return again(desk, &hash, answer);
		}
	}
	return desk->route->handle(desk);
}

/* A contract that cannot be verified starts nothing, whatever its number says. The chain is
 * verified here; hashes alone are asked for at their responders, and where that proves nothing the
 * pile, which holds the chain, is asked for it by this answer. */
int ocpp2_judge_contract(struct desk *desk, bool *ret_asks)
{
	const struct ocpp2_authorize_req *req = desk->req;
	struct ocpp2_authorize_conf *conf = desk->conf;
	int outcome;

	*ret_asks = false;
	if (!req->has_certificate && req->iso15118_certificate_hash_data_len == 0)
		return 0;
	outcome = req->has_certificate
			  ? contracts_check(desk->ctx, req->certificate, req->id_token.id_token)
			  : judge_hashes(desk);
	TRY(outcome);
	*ret_asks = outcome == CONTRACTS_E_ASK;
	if (*ret_asks)
		return 0;
	conf->has_certificate_status = true;
	conf->certificate_status = status_of(outcome);
	return contracts_note(desk->ctx, desk->pile_id, req->id_token.id_token, outcome);
}

/* After the token itself was judged: a good certificate of a contract that does not charge here is
 * one that was cancelled. */
void ocpp2_join_contract(struct desk *desk)
{
	struct ocpp2_authorize_conf *conf = desk->conf;

	if (!conf->has_certificate_status)
		return;
	if (conf->certificate_status != OCPP2_AUTHORIZE_CERTIFICATE_STATUS_ACCEPTED)
		conf->id_token_info =
			(struct ocpp2_id_token_info){.status = OCPP2_AUTHORIZATION_STATUS_INVALID};
	else if (conf->id_token_info.status == OCPP2_AUTHORIZATION_STATUS_UNKNOWN ||
		 conf->id_token_info.status == OCPP2_AUTHORIZATION_STATUS_BLOCKED)
		conf->certificate_status = OCPP2_AUTHORIZE_CERTIFICATE_STATUS_CONTRACT_CANCELLED;
}

/* --- what piles ask about certificates --- */

static int resume_status(struct desk *desk, const struct inquiry_answer *answer)
{
	const struct ocpp2_get_certificate_status_req *req = desk->req;
	struct contracts_hash hash = hash_of_ocsp(&req->ocsp_request_data);

	return again(desk, &hash, answer);
}

/* Our own authority answers for its certificates; for another one's its responder is asked, and
 * what it said handed on: the pile, which has the chain, verifies it. */
int ocpp2_on_get_certificate_status(struct desk *desk)
{
	const struct ocpp2_get_certificate_status_req *req = desk->req;
	struct ocpp2_get_certificate_status_conf *conf = desk->conf;
	size_t most = desk->version == OCPP_21 ? 18000 : 5500;
	struct contracts_state state;
	struct inquiry inquiry;
	bool good;
	int outcome = state_of_ocsp(desk, &req->ocsp_request_data, &state, &inquiry);

	TRY(outcome);
	if (outcome == CONTRACTS_E_ASK)
		return desk_ask(desk, &inquiry, resume_status);
	good = outcome == 0 && state.status != CONTRACTS_FAILED && state.response.len <= most;
	conf->status =
		good ? OCPP2_GET_CERTIFICATE_STATUS_ACCEPTED : OCPP2_GET_CERTIFICATE_STATUS_FAILED;
	conf->has_ocsp_result = good;
	conf->ocsp_result = good ? state.response : STR_NULL;
	conf->has_status_info = !good;
	conf->status_info.reason_code = outcome != 0 ? STR("OtherIssuer") : STR("ResponderFailed");
	return ocpp2_keep_notice(desk, 0);
}

static struct contracts_hash hash_of_chain(const struct ocpp2_certificate_hash_data *data)
{
	return (struct contracts_hash){
		.algorithm =
			field_enum_name(&ocpp2_hash_algorithm_enum_21_names, data->hash_algorithm),
		.issuer_name = data->issuer_name_hash,
		.issuer_key = data->issuer_key_hash,
		.serial = data->serial_number};
}

/* By the lists that lie here or at its addresses, or by the first responder that we may ask. */
static int state_of_chain(struct desk *desk,
	const struct ocpp2_certificate_status_request_info *asked,
	struct contracts_state *ret_state, struct inquiry *ret_inquiry)
{
	struct contracts_hash hash = hash_of_chain(&asked->certificate_hash_data);
	int outcome = CONTRACTS_E_CHAIN;

	if (asked->source == OCPP2_CERTIFICATE_STATUS_SOURCE_CRL)
		return contracts_listed(desk->ctx, desk->pile_id, &hash, asked->urls,
			asked->urls_len, ret_state, ret_inquiry);
	for (size_t i = 0; i < asked->urls_len && outcome == CONTRACTS_E_CHAIN; i++)
		outcome = contracts_state(
			desk->ctx, desk->pile_id, &hash, asked->urls[i], ret_state, ret_inquiry);
	return outcome;
}

static int resume_chain(struct desk *desk, const struct inquiry_answer *answer)
{
	const struct ocpp2_get_certificate_chain_status_req *req = desk->req;

	for (size_t i = 0; i < req->certificate_status_requests_len; i++) {
		const struct ocpp2_certificate_status_request_info *asked =
			&req->certificate_status_requests[i];
		struct contracts_hash hash = hash_of_chain(&asked->certificate_hash_data);
		struct contracts_state state;
		struct inquiry inquiry;
		int outcome = state_of_chain(desk, asked, &state, &inquiry);

		TRY(outcome);
		if (outcome == CONTRACTS_E_ASK &&
			asked->source == OCPP2_CERTIFICATE_STATUS_SOURCE_CRL) {
			TRY(revocations_told(desk->ctx, inquiry.url, answer));
			return desk->route->handle(desk);
		}
		if (outcome == CONTRACTS_E_ASK)
			return again(desk, &hash, answer);
	}
	return desk->route->handle(desk);
}

/* Here it is our word that counts, so only what is proven is said. */
static int chain_status(struct desk *desk,
	const struct ocpp2_certificate_status_request_info *asked,
	struct ocpp2_certificate_status *answer)
{
	static const int words[] = {
		[CONTRACTS_GOOD] = OCPP2_CERTIFICATE_STATUS_GOOD,
		[CONTRACTS_REVOKED] = OCPP2_CERTIFICATE_STATUS_REVOKED,
		[CONTRACTS_UNKNOWN] = OCPP2_CERTIFICATE_STATUS_UNKNOWN,
		[CONTRACTS_FAILED] = OCPP2_CERTIFICATE_STATUS_FAILED,
	};
	struct contracts_state state;
	struct inquiry inquiry;
	int outcome = state_of_chain(desk, asked, &state, &inquiry);

	TRY(outcome);
	if (outcome == CONTRACTS_E_ASK) {
		TRY(desk_ask(desk, &inquiry, resume_chain));
		return CONTRACTS_E_ASK;
	}
	answer->certificate_hash_data = asked->certificate_hash_data;
	answer->source = asked->source;
	answer->next_update_us = outcome == 0 ? state.until_us : desk->now_us;
	answer->status = outcome == 0 && state.proven ? words[state.status]
						      : OCPP2_CERTIFICATE_STATUS_FAILED;
	return 0;
}

int ocpp2_on_get_certificate_chain_status(struct desk *desk)
{
	const struct ocpp2_get_certificate_chain_status_req *req = desk->req;
	struct ocpp2_get_certificate_chain_status_conf *conf = desk->conf;
	size_t len = req->certificate_status_requests_len;
	int outcome;

	conf->certificate_status = ARENA_ARRAY(desk->arena, struct ocpp2_certificate_status, len);
	if (!conf->certificate_status)
		return FAULT(FAULT_NOMEM, "certificate states");
	conf->certificate_status_len = len;
	for (size_t i = 0; i < len; i++) {
		outcome = chain_status(
			desk, &req->certificate_status_requests[i], &conf->certificate_status[i]);
		TRY(outcome);
		if (outcome != 0)
			return 0; /* somebody is asked first */
	}
	return ocpp2_keep_notice(desk, 0);
}
