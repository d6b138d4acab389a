/* trust.c - certificates of the server itself, read and put in order. A file that cannot be read is
 * told, never guessed at: the rest is shown all the same. */
#include "app/trust.h"

#include <string.h>
#include "base/fault.h"

const char *trust_word(enum trust_role role)
{
	static const char *const words[] = {"", "shown", "signs", "believed", "contract"};

	return words[role];
}

bool trust_ends(const struct trust_certificate *certificate, int64_t now_us)
{
	return certificate->facts.until_us < now_us + TRUST_SOON_US;
}

/* An authority that signs is believed too: it is told of once, in its first role. What the port
 * shows may be believed besides: that is another thing to look after. */
static bool is_known(const struct trust *trust, enum trust_role role, struct str fingerprint)
{
	for (size_t i = 0; i < trust->len; i++) {
		const struct trust_certificate *one = &trust->certificates[i];

		if ((one->role == TRUST_SHOWN) == (role == TRUST_SHOWN) &&
			str_eq(one->facts.fingerprint, fingerprint))
			return true;
	}
	return false;
}

static int add_all(struct ctx *ctx, struct trust *trust, enum trust_role role, struct str pem)
{
	struct x509_facts *facts;
	size_t len;
	int outcome;

	if (pem.len == 0)
		return 0;
	outcome = x509_read_all(ctx->arena, pem, &facts, &len);
	TRY(outcome);
	if (outcome != 0) {
		trust->unreadable[role] = true;
		return 0;
	}
	for (size_t i = 0; i < len && trust->len < TRUST_MOST; i++)
		if (!is_known(trust, role, facts[i].fingerprint))
			trust->certificates[trust->len++] =
				(struct trust_certificate){role, facts[i]};
	return 0;
}

/* What the port uses now; without the server around us, what the conversations were told. */
static bool read_file(struct ctx *ctx, enum app_trust_file file, struct str *ret_pem)
{
	const struct app_hooks *hooks = &ctx->config->hooks;

	*ret_pem = file == APP_TRUST_BELIEVED ? ctx->config->security.anchors : STR_NULL;
	return hooks->trust_file == NULL ||
	       hooks->trust_file(hooks->trust_context, file, ctx->arena, ret_pem);
}

static int add_file(
	struct ctx *ctx, struct trust *trust, enum trust_role role, enum app_trust_file file)
{
	struct str pem;

	if (read_file(ctx, file, &pem))
		return add_all(ctx, trust, role, pem);
	trust->unreadable[role] = true;
	return 0;
}

int trust_read(struct ctx *ctx, struct trust *ret_trust)
{
	const struct app_security *security = &ctx->config->security;

	*ret_trust = (struct trust){0};
	TRY(add_file(ctx, ret_trust, TRUST_SHOWN, APP_TRUST_SHOWN));
	TRY(add_file(ctx, ret_trust, TRUST_SHOWN, APP_TRUST_SHOWN_OTHER));
	TRY(add_all(ctx, ret_trust, TRUST_SIGNS, security->ca_chain));
	TRY(add_file(ctx, ret_trust, TRUST_BELIEVED, APP_TRUST_BELIEVED));
	return add_all(ctx, ret_trust, TRUST_CONTRACT, security->contract_roots);
}

/* The first list of a file that may hold several. */
static struct str first_list(struct str pem)
{
	static const char end[] = "-----END X509 CRL-----";
	const char *at = memmem(pem.ptr, pem.len, end, sizeof(end) - 1);

	return at == NULL ? pem : str_slice(pem, 0, (size_t)(at - pem.ptr) + sizeof(end) - 1);
}

int trust_read_lists(struct ctx *ctx, struct trust_lists *ret_lists)
{
	struct str pem;

	*ret_lists = (struct trust_lists){0};
	ret_lists->unreadable = !read_file(ctx, APP_TRUST_REVOKED, &pem);
	while (!ret_lists->unreadable && pem.len > 0 && ret_lists->len < TRUST_LISTS_MOST) {
		struct str one = first_list(pem);
		int outcome =
			x509_crl_read(ctx->arena, one, STR_NULL, &ret_lists->lists[ret_lists->len]);

		TRY(outcome);
		if (outcome == 0)
			ret_lists->len++;
		ret_lists->unreadable = outcome != 0;
		pem = str_trim(str_slice(pem, one.len, pem.len));
	}
	return 0;
}
