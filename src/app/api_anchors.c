/* api_anchors.c - certificates that piles hold to believe others by, as they last told of them, at
 * the operators' desk. */
#include "app/api_bodies.h"
#include "app/api_care.h"
#include "app/api_handlers.h"
#include "app/certificates.h"
#include "app/devices.h"
#include "base/x509.h"
#include "store/pile.h"

#define NUMBER(value) ((struct list_arg){(value), STR_NULL})
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define ANCHORS_SHOWN 200

FIELD_ENUM_DEFINE(api_anchor_kind, API_ANCHOR, API_ANCHOR_KINDS)
FIELD_ROWS(api_anchor_read, API_ANCHOR_READ_FIELDS)
FIELD_ROWS(api_anchor_install, API_ANCHOR_INSTALL_FIELDS)
FIELD_ROWS(api_anchor_delete, API_ANCHOR_DELETE_FIELDS)

/* --- in a pile --- */

/* What our own authority is in a pile's words, so that people see it among the others. */
static bool is_ours(struct api_call *call, struct str serial)
{
	const struct app_security *security = &call->ctx->config->security;
	struct str chain = security->ca_chain.len > 0 ? security->ca_chain : security->anchors;
	struct x509_facts *facts;
	size_t len;

	if (x509_read_all(call->ctx->arena, chain, &facts, &len) != 0)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (str_eq_nocase(facts[i].serial, serial))
			return true;
	}
	return false;
}

int anchors_get(struct api_call *call)
{
	struct list_rows rows;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	const struct list_arg args[] = {NUMBER(pile.id), NUMBER(ANCHORS_SHOWN)};
	TRY(store_list(call->ctx->db, SQL_LIST_ANCHORS, args, COUNT(args), "sssssi", ANCHORS_SHOWN,
		call->ctx->arena, &rows));
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < rows.rows_len; i++) {
		const struct list_cell *row = list_row(&rows, i);

		out_object(&call->out, NULL);
		out_text(&call->out, "kind", row[0].text);
		out_text(&call->out, "algorithm", row[1].text);
		out_text(&call->out, "name_hash", row[2].text);
		out_text(&call->out, "key_hash", row[3].text);
		out_text(&call->out, "serial", row[4].text);
		out_flag(&call->out, "own", is_ours(call, row[4].text));
		out_time(&call->out, "at", row[5].number);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}

static int told(struct api_call *call, const struct pile *pile, int outcome, const char *field,
	const char *action, int64_t command_id)
{
	TRY(outcome);
	switch (outcome) {
	case 0:
		break;
	case CERTIFICATES_E_FULL:
		return P_QUEUE_FULL;
	case CERTIFICATES_E_PROTOCOL:
		return call_field(call, "kind", "enum");
	case CERTIFICATES_E_FORMAT:
	case CERTIFICATES_E_CHAIN:
		return call_field(call, field, "authority");
	default:
		return P_STATE;
	}
	TRY(care_audit(call, action, "pile", pile->id, STR("{}")));
	reply_begin(call);
	out_id(&call->out, "command_id", command_id);
	return reply_json(call, 202);
}

static int load(struct api_call *call, struct pile *ret_pile)
{
	int result = call_pile(call, ret_pile);

	if (result != 0)
		return result;
	return ret_pile->online ? 0 : P_PILE_OFFLINE;
}

int anchors_read(struct api_call *call)
{
	const struct api_anchor_read *body = call->body;
	struct pile pile;
	int64_t command_id = 0;
	int result = load(call, &pile);

	if (result != 0)
		return result;
	return told(call, &pile,
		certificates_query(call->ctx, pile.id,
			field_enum_name(&api_anchor_kind_names, body->kind), call->who.staff_id,
			&command_id),
		"kind", "anchor.read", command_id);
}

int anchor_install(struct api_call *call)
{
	const struct api_anchor_install *body = call->body;
	struct pile pile;
	int64_t command_id = 0;
	int result = load(call, &pile);

	if (result != 0)
		return result;
	return told(call, &pile,
		certificates_install(call->ctx, pile.id,
			field_enum_name(&api_anchor_kind_names, body->kind), body->certificate,
			call->who.staff_id, &command_id),
		"certificate", "anchor.install", command_id);
}

int anchor_delete(struct api_call *call)
{
	const struct api_anchor_delete *body = call->body;
	const struct anchor anchor = {.algorithm = body->algorithm,
		.name_hash = body->name_hash,
		.key_hash = body->key_hash,
		.serial = body->serial};
	struct pile pile;
	int64_t command_id = 0;
	int result = load(call, &pile);

	if (result != 0)
		return result;
	return told(call, &pile,
		certificates_delete(call->ctx, pile.id, &anchor, call->who.staff_id, &command_id),
		"serial", "anchor.delete", command_id);
}
