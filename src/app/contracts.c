/* contracts.c - contracts of vehicles, judged with what is installed here (see contracts.h). */
#include "app/contracts.h"

#include "base/clock.h"
#include "base/fault.h"
#include "base/x509.h"
#include "store/certificate.h"

#define STATUS_HOLDS_US US_PER_DAY /* a pile asks again then */
#define EMAID_LEAST 14             /* without its check digit */

struct str contracts_emaid(struct arena *arena, struct str text)
{
	struct buf buf;

	buf_init(&buf, arena, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '-' || c == '*')
			continue;
		buf_put_char(&buf, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	return buf_str(&buf);
}

/* The check digit at the end may be left out on either side. */
static bool same_emaid(struct arena *arena, struct str a, struct str b)
{
	a = contracts_emaid(arena, a);
	b = contracts_emaid(arena, b);
	if (a.len < EMAID_LEAST || b.len < EMAID_LEAST)
		return str_eq(a, b);
	return str_eq(a, b) ||
	       ((a.len == EMAID_LEAST || b.len == EMAID_LEAST) &&
		       str_eq(str_slice(a, 0, EMAID_LEAST), str_slice(b, 0, EMAID_LEAST)));
}

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
	return same_emaid(ctx->arena, facts.subject.common_name, emaid) ? 0 : CONTRACTS_E_NAME;
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
