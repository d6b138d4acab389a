/* api_security.c - certificates and security profiles at the operators' desk. */
#include "app/api_bodies.h"
#include "app/api_handlers.h"
#include "app/api_lists.h"
#include "app/certificates.h"
#include "app/security.h"
#include "store/pile.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- certificates --- */

static const struct api_column certificate_columns[] = {
	{"id", SHOW_ID, NULL},
	{"pile_id", SHOW_ID, NULL},
	{"pile", SHOW_TEXT, NULL},
	{"kind", SHOW_TEXT, NULL},
	{"state", SHOW_TEXT, NULL},
	{"common_name", SHOW_TEXT, NULL},
	{"organisation", SHOW_TEXT, NULL},
	{"key", SHOW_TEXT, NULL},
	{"serial", SHOW_TEXT, NULL},
	{"reason", SHOW_TEXT, NULL},
	{"own", SHOW_FLAG, NULL},
	{"from", SHOW_TIME, NULL},
	{"until", SHOW_TIME, NULL},
	{"created", SHOW_TIME, NULL},
	{"changed", SHOW_TIME, NULL},
};

static int certificates_read(
	struct api_call *call, const struct api_page *page, struct list_rows *ret_rows)
{
	struct str state = call_query(call, "state");
	int64_t pile_id = call_query_id(call, "pile");
	struct list_arg args[] = {NUMBER(call->who.tenant_id),
		NUMBER(page->cursor.id ? page->cursor.id : INT64_MAX), NUMBER((int64_t)page->most),
		NUMBER(pile_id)};
	enum sql_id sql = SQL_LIST_CERTIFICATES;

	if (pile_id != 0 && state.len > 0)
		return P_BAD_REQUEST;
	if (pile_id != 0)
		sql = SQL_LIST_CERTIFICATES_PILE;
	if (state.len > 0) {
		sql = SQL_LIST_CERTIFICATES_STATE;
		args[3] = (struct list_arg){0, state};
	}
	return list_query(call, &list_certificates, sql, args, sql == SQL_LIST_CERTIFICATES ? 3 : 4,
		page->most, ret_rows);
}

const struct api_list list_certificates = {
	.name = "certificates",
	.columns = certificate_columns,
	.columns_len = COUNT(certificate_columns),
	.currency_column = -1,
	.cursor_name = -1,
	.read = certificates_read,
};

static int answer_certificate(struct api_call *call, int64_t id)
{
	const struct list_cell *row;
	struct certificate certificate;
	int result = list_one(call, &list_certificates, SQL_LIST_CERTIFICATE_ONE, NUMBER(id), &row);

	if (result != 0)
		return result;
	result = store_certificate_get(call->ctx->db, call->ctx->arena, id, &certificate);
	TRY(result);
	if (result != 0)
		return P_NOT_FOUND;
	reply_begin(call);
	list_row_write(call, &list_certificates, row);
	out_text(&call->out, "csr", certificate.csr);
	out_text(&call->out, "chain", certificate.chain);
	return reply_json(call, 200);
}

int certificate_get(struct api_call *call)
{
	int64_t id;

	return call_id(call, 0, &id) ? answer_certificate(call, id) : P_NOT_FOUND;
}

static int problem_of(struct api_call *call, int outcome)
{
	switch (outcome) {
	case CERTIFICATES_E_UNKNOWN:
		return P_NOT_FOUND;
	case CERTIFICATES_E_FULL:
		return P_QUEUE_FULL;
	case CERTIFICATES_E_FORMAT:
	case CERTIFICATES_E_NAME:
	case CERTIFICATES_E_WEAK:
	case CERTIFICATES_E_CHAIN:
	case CERTIFICATES_E_KEY:
		return call_field(call, "chain", "certificate");
	default:
		return P_STATE;
	}
}

/* After a change: the record, then the certificate as it is now. */
static int changed(struct api_call *call, int outcome, int64_t id, const char *action)
{
	TRY(outcome);
	if (outcome != 0)
		return problem_of(call, outcome);
	TRY(auth_audit(call->ctx, &call->who, action,
		str_format(call->ctx->arena, "certificate:%lld", (long long)id), STR("{}")));
	return answer_certificate(call, id);
}

int certificate_sign(struct api_call *call)
{
	int64_t id;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	return changed(call, certificates_sign(call->ctx, call->who.tenant_id, id), id,
		"certificate.sign");
}

int certificate_import(struct api_call *call)
{
	const struct api_chain *body = call->body;
	int64_t id;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	return changed(call, certificates_import(call->ctx, call->who.tenant_id, id, body->chain),
		id, "certificate.import");
}

int certificate_refuse(struct api_call *call)
{
	const struct api_reason *body = call->body;
	int64_t id;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	return changed(call,
		certificates_refuse(call->ctx, call->who.tenant_id, id,
			body->has_reason ? body->reason : STR("")),
		id, "certificate.refuse");
}

int certificate_revoke(struct api_call *call)
{
	const struct api_reason *body = call->body;
	int64_t id;

	if (!call_id(call, 0, &id))
		return P_NOT_FOUND;
	return changed(call,
		certificates_revoke(call->ctx, call->who.tenant_id, id,
			body->has_reason ? body->reason : STR("")),
		id, "certificate.revoke");
}

/* What a pile must believe, and whether we can sign. */
int authority_get(struct api_call *call)
{
	const struct app_security *security = &call->ctx->config->security;

	reply_begin(call);
	out_flag(&call->out, "own", security->ca_key.len > 0);
	out_flag(&call->out, "tls", security->tls);
	out_flag(&call->out, "by_hand", security->sign_by_hand);
	out_number(&call->out, "least_profile", security->least_profile);
	out_text(&call->out, "organisation", security->organisation);
	out_text(&call->out, "chain",
		security->ca_chain.len > 0 ? security->ca_chain : security->anchors);
	return reply_json(call, 200);
}

/* --- one pile --- */

static int answer_security(struct api_call *call, const struct pile *pile, int status)
{
	struct security security;

	TRY(store_security_get(call->ctx->db, call->ctx->arena, pile->id, &security));
	reply_begin(call);
	out_number(&call->out, "profile", security.seen);
	out_number(&call->out, "least", security.least);
	out_number(&call->out, "wanted", security.wanted);
	out_text(&call->out, "step", security.wanted_state);
	out_time(&call->out, "step_at", security.wanted_us);
	out_flag(&call->out, "password_on_its_way", security.next_hash.len > 0);
	out_time(&call->out, "password_changed", security.rotated_us);
	out_text(&call->out, "transport", security.transport);
	out_text(&call->out, "serial", security.serial);
	out_time(&call->out, "until", security.until_us);
	out_time(&call->out, "seen", security.seen_us);
	return reply_json(call, status);
}

int security_get(struct api_call *call)
{
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : answer_security(call, &pile, 200);
}

static int secured(struct api_call *call, const struct pile *pile, int outcome, const char *action,
	int64_t profile)
{
	TRY(outcome);
	if (outcome == SECURITY_E_FULL)
		return P_QUEUE_FULL;
	if (outcome != 0)
		return pile->online ? P_STATE : P_PILE_OFFLINE;
	TRY(auth_audit(call->ctx, &call->who, action,
		str_format(call->ctx->arena, "pile:%lld", (long long)pile->id),
		str_format(call->ctx->arena, "{\"profile\":%lld}", (long long)profile)));
	return answer_security(call, pile, 202);
}

int pile_security_upgrade(struct api_call *call)
{
	const struct api_profile *body = call->body;
	struct pile pile;
	int64_t command_id;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	return secured(call, &pile,
		security_upgrade(call->ctx, call->who.tenant_id, pile.id, body->profile,
			call->who.staff_id, &command_id),
		"pile.profile", body->profile);
}

int pile_security_lower(struct api_call *call)
{
	const struct api_profile *body = call->body;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = security_lower(call->ctx, call->who.tenant_id, pile.id, body->profile);
	TRY(result);
	if (result != 0)
		return P_STATE;
	return secured(call, &pile, 0, "pile.profile_lowered", body->profile);
}

int pile_security_rotate(struct api_call *call)
{
	struct pile pile;
	int64_t command_id;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	return secured(call, &pile,
		security_rotate(
			call->ctx, call->who.tenant_id, pile.id, call->who.staff_id, &command_id),
		"pile.rotate", 0);
}

int pile_security_renew(struct api_call *call)
{
	struct pile pile;
	int64_t command_id;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	if (!pile.online)
		return P_PILE_OFFLINE;
	result = certificates_renew(
		call->ctx, pile.id, STR("pile"), call->who.staff_id, &command_id);
	TRY(result);
	if (result != 0)
		return problem_of(call, result);
	return secured(call, &pile, 0, "certificate.renew", 3);
}
