/* enrol.c - fingerprint, approval and certificate of a new pile (see enrol.h). */
#include "app/enrol.h"

#include "app/certificates.h"
#include "app/security.h"
#include "app/tell.h"
#include "base/fault.h"
#include "base/keyprint.h"
#include "base/x509.h"
#include "domain/station.h"

static int requests_of(
	struct ctx *ctx, int64_t pile_id, struct certificate **ret_list, size_t *ret_len)
{
	return store_certificate_requests(
		ctx->db, ctx->arena, pile_id, ENROL_REQUESTS, ret_list, ret_len);
}

int enrol_booted(struct ctx *ctx, const struct pile *pile)
{
	const struct app_security *config = &ctx->config->security;
	int64_t under_way, id;

	if (config->ca_key.len == 0 || pile->state == PILE_REJECTED ||
		(pile->state == PILE_APPROVED && config->raise_profile < 3))
		return 0;
	TRY(store_certificate_under_way(ctx->db, pile->id, &under_way));
	if (under_way > 0)
		return 0;
	TRY(certificates_renew(ctx, pile->id, STR("pile"), 0, &id));
	return 0; /* a pile whose queue is full is asked at its next boot */
}

int enrol_asked(struct ctx *ctx, const struct pile *pile, const struct certificate *request)
{
	struct certificate *list;
	bool twice = false;
	size_t len;

	TRY(requests_of(ctx, pile->id, &list, &len));
	for (size_t i = 0; i < len; i++)
		twice = twice || !str_eq(list[i].key_hash, request->key_hash);
	if (!twice)
		return 0;
	return tell_alarm(ctx, pile->tenant_id, "pile_twice",
		str_format(ctx->arena, "pile:%lld", (long long)pile->id), STR("{}"));
}

int enrol_match(struct ctx *ctx, int64_t pile_id, struct str print, int64_t *ret_id)
{
	char own[KEYPRINT_LEN + 1];
	struct certificate *list;
	size_t len;

	*ret_id = 0;
	TRY(requests_of(ctx, pile_id, &list, &len));
	if (len == 0)
		return 0;
	if (print.len == 0)
		return ENROL_E_MISSING;
	for (size_t i = len; i > 0; i--)
		if (keyprint_of(list[i - 1].key_hash, own) && keyprint_same(print, own)) {
			*ret_id = list[i - 1].id;
			return 0;
		}
	return ENROL_E_OTHER;
}

/* The root of our own authority, so that the pile knows our server when it turns to TLS. */
static int install_root(struct ctx *ctx, const struct pile *pile)
{
	struct x509_facts *chain;
	int64_t id;
	size_t len;

	if (ctx->config->security.raise_profile < 2 ||
		x509_read_all(ctx->arena, ctx->config->security.ca_chain, &chain, &len) != 0)
		return 0;
	for (size_t i = 0; i < len; i++)
		if (chain[i].self_signed)
			TRY(certificates_install(ctx, pile->id, STR("csms"), chain[i].pem, 0, &id));
	return 0;
}

int enrol_approved(struct ctx *ctx, const struct pile *pile, int64_t id)
{
	struct certificate *list;
	size_t len;

	TRY(requests_of(ctx, pile->id, &list, &len));
	for (size_t i = 0; i < len; i++)
		if (list[i].id != id)
			TRY(certificates_refuse(ctx, pile->tenant_id, list[i].id, STR("other")));
	TRY(install_root(ctx, pile));
	if (id != 0)
		TRY(certificates_sign(ctx, pile->tenant_id, id));
	return 0; /* without an authority of our own the request waits for an outside one */
}

int enrol_installed(struct ctx *ctx, int64_t pile_id)
{
	int64_t wanted = ctx->config->security.raise_profile, id;
	struct pile pile;
	int found = store_pile_get(ctx->db, ctx->arena, pile_id, &pile);

	TRY(found);
	if (found != 0 || wanted == 0)
		return 0;
	TRY(security_upgrade(ctx, pile.tenant_id, pile.id, wanted, 0, &id));
	return 0; /* it is there already, or offline: an operator can order it later */
}
