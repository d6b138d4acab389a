/* contracts.c - contracts of vehicles, judged with what is installed here (see contracts.h). */
#include "app/contracts.h"

#include "app/revocations.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/x509.h"
#include "domain/token.h"
#include "store/certificate.h"
#include "store/outside.h"

#define STATUS_HOLDS_US US_PER_DAY /* a pile asks again then */
#define SAID_LONGEST_US (7 * US_PER_DAY)
#define SAID_SHORT_US US_PER_MIN /* what failed or proves nothing */

static int outcome_of(int x509)
{
	switch (x509) {
	case 0:
		return 0;
	case X509_E_EXPIRED:
	case X509_E_EARLY:
		return CONTRACTS_E_EXPIRED;
	case X509_E_REVOKED:
		return CONTRACTS_E_REVOKED;
	case X509_E_SIGNATURE:
		return CONTRACTS_E_SIGNATURE;
	default:
		return CONTRACTS_E_CHAIN;
	}
}

int contracts_check(struct ctx *ctx, struct str chain, struct str emaid)
{
	const struct app_security *security = &ctx->config->security;
	struct x509_facts facts;
	int outcome;

	if (security->contract_roots.len == 0)
		return CONTRACTS_E_NO_ROOTS;
	outcome = x509_check(
		ctx->arena, chain, security->contract_roots, security->contract_crls, ctx->now_us);
	TRY(outcome);
	if (outcome != 0)
		return outcome_of(outcome);
	outcome = x509_read(ctx->arena, chain, &facts);
	TRY(outcome);
	if (outcome != 0)
		return CONTRACTS_E_CHAIN;
	return token_same_emaid(ctx->arena, facts.subject.common_name, emaid) ? 0
									      : CONTRACTS_E_NAME;
}

/* Serials are stored in capitals with whole bytes; OCSP leaves leading zeros out. */
static struct str stored_serial(struct arena *arena, struct str serial)
{
	struct buf buf;

	buf_init(&buf, arena, serial.len + 2);
	if (serial.len % 2 == 1)
		buf_put_char(&buf, '0');
	for (size_t i = 0; i < serial.len; i++) {
		char c = serial.ptr[i];

		buf_put_char(&buf, c >= 'a' && c <= 'f' ? (char)(c - 'a' + 'A') : c);
	}
	return buf_str(&buf);
}

static enum x509_ocsp_status judge(const struct certificate *certificate)
{
	static const char *const good[] = {"signed", "installed", "active", "replaced"};

	if (str_is(certificate->state, "revoked"))
		return X509_OCSP_REVOKED;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (str_is(certificate->state, good[i]))
			return X509_OCSP_GOOD;
	}
	return X509_OCSP_UNKNOWN;
}

int contracts_status(struct ctx *ctx, int64_t pile_id, const struct contracts_hash *hash,
	enum contracts_status *ret_status, int64_t *ret_until_us, struct str *ret_response)
{
	const struct app_security *security = &ctx->config->security;
	struct x509_ocsp wish = {.ca = security->ca_chain,
		.key = security->ca_key,
		.algorithm = hash->algorithm,
		.issuer_name = hash->issuer_name,
		.issuer_key = hash->issuer_key,
		.serial = hash->serial,
		.status = X509_OCSP_UNKNOWN,
		.now_us = ctx->now_us,
		.until_us = ctx->now_us + STATUS_HOLDS_US};
	struct certificate certificate;
	int found;

	if (wish.ca.len == 0 || wish.key.len == 0)
		return CONTRACTS_E_CHAIN;
	found = store_certificate_by_serial(ctx->db, ctx->arena,
		stored_serial(ctx->arena, hash->serial), pile_id, &certificate);
	TRY(found);
	if (found == 0 && certificate.local) {
		wish.status = judge(&certificate);
		wish.revoked_us = certificate.done_us;
	}
	found = x509_ocsp_answer(ctx->arena, &wish, ret_response);
	TRY(found);
	if (found != 0)
		return CONTRACTS_E_CHAIN;
	*ret_status = (enum contracts_status)wish.status;
	*ret_until_us = wish.until_us;
	return 0;
}

/* --- certificates of other authorities --- */

static const char *const status_words[] = {"good", "revoked", "unknown", "failed"};

static struct x509_ocsp_id id_of(const struct contracts_hash *hash)
{
	return (struct x509_ocsp_id){.algorithm = hash->algorithm,
		.issuer_name = hash->issuer_name,
		.issuer_key = hash->issuer_key,
		.serial = hash->serial};
}

/* One writing for one certificate. */
static struct str key_of(struct arena *arena, const struct contracts_hash *hash)
{
	struct str key = str_format(arena, "%.*s:%.*s:%.*s:%.*s", STR_FMT(hash->algorithm),
		STR_FMT(hash->issuer_name), STR_FMT(hash->issuer_key),
		STR_FMT(stored_serial(arena, hash->serial)));
	struct buf buf;

	buf_init(&buf, arena, key.len + 1);
	for (size_t i = 0; i < key.len; i++) {
		char c = key.ptr[i];

		buf_put_char(&buf, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	return buf_str(&buf);
}

static int remembered(
	struct ctx *ctx, const struct contracts_hash *hash, struct contracts_state *ret_state)
{
	struct ocsp_answer row;
	int found =
		store_ocsp_get(ctx->db, ctx->arena, key_of(ctx->arena, hash), ctx->now_us, &row);

	TRY(found);
	if (found != 0)
		return found;
	*ret_state = (struct contracts_state){.status = CONTRACTS_FAILED,
		.proven = row.proven,
		.until_us = row.until_us,
		.response = row.body};
	for (int i = CONTRACTS_GOOD; i < CONTRACTS_FAILED; i++)
		if (str_is(row.status, status_words[i]))
			ret_state->status = (enum contracts_status)i;
	return 0;
}

int contracts_state(struct ctx *ctx, int64_t pile_id, const struct contracts_hash *hash,
	struct str url, struct contracts_state *ret_state, struct inquiry *ret_inquiry)
{
	struct x509_ocsp_id id = id_of(hash);
	int outcome;

	*ret_state = (struct contracts_state){.proven = true};
	outcome = contracts_status(
		ctx, pile_id, hash, &ret_state->status, &ret_state->until_us, &ret_state->response);
	if (outcome <= 0)
		return outcome;
	outcome = remembered(ctx, hash, ret_state);
	if (outcome <= 0)
		return outcome;
	*ret_inquiry = (struct inquiry){.method = STR("POST"),
		.url = url,
		.headers = STR("Content-Type: application/ocsp-request\r\n"
			       "Accept: application/ocsp-response\r\n")};
	if (!inquiry_allowed(ctx->config->outside.ocsp_hosts, url, &ret_inquiry->guarded))
		return CONTRACTS_E_CHAIN;
	outcome = x509_ocsp_ask(ctx->arena, &id, &ret_inquiry->body);
	TRY(outcome);
	return outcome == 0 ? CONTRACTS_E_ASK : CONTRACTS_E_CHAIN;
}

int contracts_listed(struct ctx *ctx, int64_t pile_id, const struct contracts_hash *hash,
	const struct str *urls, size_t urls_len, struct contracts_state *ret_state,
	struct inquiry *ret_inquiry)
{
	const struct app_security *security = &ctx->config->security;
	struct x509_ocsp_id id = id_of(hash);
	bool revoked = false;
	int outcome;

	*ret_state = (struct contracts_state){.proven = true};
	outcome = contracts_status(
		ctx, pile_id, hash, &ret_state->status, &ret_state->until_us, &ret_state->response);
	if (outcome <= 0)
		return outcome;
	outcome = x509_crl_says(ctx->arena, &id, security->contract_roots, security->contract_crls,
		ctx->now_us, &revoked, &ret_state->until_us);
	TRY(outcome);
	if (outcome != 0)
		outcome = revocations_say(
			ctx, &id, urls, urls_len, &revoked, &ret_state->until_us, ret_inquiry);
	TRY(outcome);
	if (outcome == REVOCATIONS_E_ASK)
		return CONTRACTS_E_ASK;
	ret_state->status = revoked ? CONTRACTS_REVOKED : CONTRACTS_GOOD;
	return outcome == 0 ? 0 : CONTRACTS_E_CHAIN;
}

int contracts_told(
	struct ctx *ctx, const struct contracts_hash *hash, const struct inquiry_answer *answer)
{
	const struct app_security *security = &ctx->config->security;
	struct x509_ocsp_id id = id_of(hash);
	struct x509_ocsp_said said = {.status = X509_OCSP_UNKNOWN};
	struct ocsp_answer row = {.key = key_of(ctx->arena, hash),
		.status = STR("failed"),
		.until_us = ctx->now_us + SAID_SHORT_US,
		.at_us = ctx->now_us};
	int outcome = X509_E_FORMAT;

	if (answer->status == 200)
		outcome = x509_ocsp_read(ctx->arena, &id, answer->body,
			str_format(ctx->arena, "%.*s\n%.*s", STR_FMT(security->contract_roots),
				STR_FMT(security->anchors)),
			ctx->now_us, &said);
	TRY(outcome);
	if (outcome == 0) {
		row.status = str_from(status_words[said.status]);
		row.proven = said.proven;
		row.body = said.base64;
		if (said.proven && said.until_us > row.until_us)
			row.until_us = said.until_us < ctx->now_us + SAID_LONGEST_US
					       ? said.until_us
					       : ctx->now_us + SAID_LONGEST_US;
	}
	return store_ocsp_put(ctx->db, &row);
}

int contracts_note(struct ctx *ctx, int64_t pile_id, struct str emaid, int verdict)
{
	return store_verdict_put(
		ctx->db, pile_id, token_emaid(ctx->arena, emaid), verdict, ctx->now_us);
}

int contracts_noted(struct ctx *ctx, int64_t pile_id, struct str emaid, int *ret_verdict)
{
	int found =
		store_verdict_get(ctx->db, pile_id, token_emaid(ctx->arena, emaid), ret_verdict);

	TRY(found);
	if (found != 0)
		*ret_verdict = CONTRACTS_NEVER;
	return 0;
}
