/* revocations.c - fetched lists of revoked certificates (see revocations.h). */
#include "app/revocations.h"

#include "base/clock.h"
#include "base/fault.h"
#include "store/outside.h"

#define AGAIN_US US_PER_MIN /* after what says nothing */
#define LONGEST_US (7 * US_PER_DAY)

/* Whoever may have made a list that we believe. */
static struct str authorities(struct ctx *ctx)
{
	const struct app_security *security = &ctx->config->security;

	return str_format(ctx->arena, "%.*s\n%.*s", STR_FMT(security->contract_roots),
		STR_FMT(security->anchors));
}

static int ask(struct ctx *ctx, struct str url, struct inquiry *ret_inquiry)
{
	*ret_inquiry = (struct inquiry){.method = STR("GET"),
		.url = url,
		.headers = STR("Accept: application/pkix-crl\r\n")};
	return inquiry_allowed(ctx->config->outside.crl_hosts, url, &ret_inquiry->guarded)
		       ? REVOCATIONS_E_ASK
		       : REVOCATIONS_E_NONE;
}

static int one_says(struct ctx *ctx, const struct x509_ocsp_id *id, struct str url,
	bool *ret_revoked, int64_t *ret_until_us, struct inquiry *ret_inquiry)
{
	struct fetched_list row;
	int outcome = store_list_get(ctx->db, ctx->arena, url, &row);

	TRY(outcome);
	if (outcome != 0)
		return ask(ctx, url, ret_inquiry);
	if (row.pem.len > 0) {
		outcome = x509_crl_says(ctx->arena, id, authorities(ctx), row.pem, ctx->now_us,
			ret_revoked, ret_until_us);
		if (outcome <= 0)
			return outcome;
	}
	return ctx->now_us >= row.ask_us ? ask(ctx, url, ret_inquiry) : REVOCATIONS_E_NONE;
}

int revocations_say(struct ctx *ctx, const struct x509_ocsp_id *id, const struct str *urls,
	size_t len, bool *ret_revoked, int64_t *ret_until_us, struct inquiry *ret_inquiry)
{
	int outcome = REVOCATIONS_E_NONE;

	for (size_t i = 0; i < len && outcome == REVOCATIONS_E_NONE; i++) {
		outcome = one_says(ctx, id, urls[i], ret_revoked, ret_until_us, ret_inquiry);
		TRY(outcome);
	}
	return outcome;
}

/* Signed by one of those we know, and of this time? The stable word for people. */
static int judge(struct ctx *ctx, struct str body, struct fetched_list *row, const char **ret_word)
{
	struct x509_crl_facts facts;
	struct str pem;
	int outcome = body.len > REVOCATIONS_DER_MAX * 3 / 2
			      ? X509_E_FORMAT
			      : x509_crl_from(ctx->arena, body, REVOCATIONS_DER_MAX, &pem);

	TRY(outcome);
	*ret_word = "no_list";
	if (outcome == 0)
		outcome = x509_crl_read(ctx->arena, pem, STR_NULL, &facts);
	TRY(outcome);
	if (outcome != 0)
		return 0;
	*ret_word = "foreign";
	outcome = x509_crl_known(ctx->arena, pem, authorities(ctx));
	TRY(outcome);
	if (outcome != 0)
		return 0;
	*ret_word = "stale";
	if (facts.from_us > ctx->now_us || facts.until_us <= ctx->now_us)
		return 0;
	*ret_word = "good";
	row->pem = pem;
	row->issuer = facts.issuer.common_name;
	row->revoked = (int64_t)facts.revoked;
	row->from_us = facts.from_us;
	row->until_us = facts.until_us;
	row->read_us = ctx->now_us;
	return 0;
}

int revocations_told(struct ctx *ctx, struct str url, const struct inquiry_answer *answer)
{
	struct fetched_list row;
	const char *word = "unreachable";
	int found = store_list_get(ctx->db, ctx->arena, url, &row);

	TRY(found);
	if (found != 0)
		row = (struct fetched_list){.url = url, .pem = STR(""), .issuer = STR("")};
	if (answer->status == 200)
		TRY(judge(ctx, answer->body, &row, &word));
	row.state = str_from(word);
	row.at_us = ctx->now_us;
	row.ask_us = ctx->now_us + AGAIN_US;
	if (row.read_us == ctx->now_us && row.until_us > row.ask_us)
		row.ask_us = row.until_us < ctx->now_us + LONGEST_US ? row.until_us
								     : ctx->now_us + LONGEST_US;
	return store_list_put(ctx->db, &row);
}
