/* api_offline_keys.c - keys of charging without network: their exchange with a pile, and the
 * operator's list of a pile's keys with what can be done to them. */
#include "app/api_handlers.h"
#include "app/api_offline.h"
#include "app/pile_keys.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/pile.h"
#include "wire/cbor_record.h"
#include "wire/cose.h"
#include "wire/offline_code.h"
#include "wire/record.h"

#define KEYS_TEXT_MAX 4096
#define KIDS_MAX 600

/* --- the exchange --- */

#define PILE_NEXT(F, S) \
	F(STR, REQ, S, kind, "kind", 16, "ed25519, es256, sm2") \
	F(STR, REQ, S, public, "public", 2 * SIGN_POINT_LEN, "hex") \
	F(STR, REQ, S, proof, "proof", 2 * OFFLINE_CODE_BYTES_MAX, "hex of a signed handover")
FIELD_STRUCT(pile_next, PILE_NEXT)
FIELD_ROWS(pile_next, PILE_NEXT)
#define PILE_OFFER(F, S) \
	F(STR, REQ, S, kind, "kind", 16, "ed25519, es256, sm2") \
	F(STR, REQ, S, public, "public", 2 * SIGN_POINT_LEN, "hex") \
	F(STR, OPT, S, trusts, "trusts", KIDS_MAX, "which of our keys it has, blanks between") \
	F(OBJ, OPT, S, next, "next", pile_next, "the key after this one")
FIELD_STRUCT(pile_offer, PILE_OFFER)
FIELD_ROWS(pile_offer, PILE_OFFER)

static bool is_key(const struct pile_key *row, struct sign_key *ret_key)
{
	return api_offline_key(row, ret_key) &&
	       ret_key->len == (ret_key->kind == SIGN_ED25519 ? SIGN_KEY_LEN : SIGN_POINT_LEN);
}

/* Did this key say, of this pile, that the other comes after it? */
static int check_handover(struct ctx *ctx, int64_t pile_id, const struct sign_key *key,
	const struct pile_key *next, struct str proof, bool *ret_good)
{
	struct offline_handover handover;
	struct cose_sign1 message;
	struct pile pile;
	uint8_t *bytes = arena_alloc(ctx->arena, OFFLINE_CODE_BYTES_MAX);
	int result;

	*ret_good = false;
	if (!bytes)
		return FAULT(FAULT_NOMEM, "handover");
	if (!hex_read(proof, bytes, proof.len / 2) ||
		cose_read((struct str){(const char *)bytes, proof.len / 2}, &message) != 0)
		return 0;
	result = offline_code_verify(OFFLINE_CODE_KEY, &message, key, ctx->arena);
	TRY(result);
	if (result != 0)
		return 0;
	result = cbor_record_read(&offline_handover_record, message.payload, ctx->arena, &handover);
	TRY(result);
	if (result != 0)
		return 0;
	TRY(store_pile_get(ctx->db, ctx->arena, pile_id, &pile));
	*ret_good = str_eq(handover.pile, pile.code) &&
		    str_eq(handover.key, pile_keys_hash(ctx->arena, next));
	return 0;
}

static struct str our_keys(struct ctx *ctx, bool next)
{
	const struct app_offline *offline = &ctx->config->offline;
	struct buf text, hex;
	struct json_out out;

	buf_init(&text, ctx->arena, KEYS_TEXT_MAX);
	json_out_init(&out, &text);
	json_open_object(&out, NULL);
	json_open_array(&out, "keys");
	for (size_t i = 0; i < offline->keys_len; i++) {
		const struct sign_key *key = &offline->keys[i].public;

		json_open_object(&out, NULL);
		buf_init(&hex, ctx->arena, 2 * SIGN_POINT_LEN);
		hex_write(&hex, offline->keys[i].kid.ptr, offline->keys[i].kid.len);
		json_put_str(&out, "kid", buf_str(&hex));
		json_put_str(&out, "kind", str_from(sign_kind_name(key->kind)));
		buf_init(&hex, ctx->arena, 2 * SIGN_POINT_LEN);
		hex_write(&hex, key->bytes, key->len);
		json_put_str(&out, "public", buf_str(&hex));
		json_close_object(&out);
	}
	json_close_array(&out);
	if (next)
		json_put_bool(&out, "next", true);
	json_close_object(&out);
	return buf_str(&text);
}

int api_offline_exchange(struct ctx *ctx, int64_t pile_id, struct str data, struct str *ret_answer)
{
	struct pile_key now, next;
	struct pile_offer offer;
	struct sign_key key, unused;
	bool vouched = false, believed;

	if (record_decode(&pile_offer_record, data, RECORD_STRICT, ctx->arena, &offer, NULL) != 0)
		return API_OFFLINE_E_FORM;
	now = (struct pile_key){.kind = offer.kind, .public = offer.public};
	if (!is_key(&now, &key))
		return API_OFFLINE_E_FORM;
	if (offer.has_next) {
		next = (struct pile_key){.kind = offer.next.kind, .public = offer.next.public};
		if (!is_key(&next, &unused))
			return API_OFFLINE_E_FORM;
		TRY(check_handover(ctx, pile_id, &key, &next, offer.next.proof, &vouched));
		if (!vouched)
			LOG_WARN("handover of a key refused", "pile=%lld", (long long)pile_id);
	}
	TRY(pile_keys_said(ctx, pile_id, &now, vouched ? &next : NULL, &believed));
	if (offer.has_trusts)
		TRY(store_pile_trust_put(ctx->db, pile_id, offer.trusts, ctx->now_us));
	*ret_answer = our_keys(ctx, believed);
	return 0;
}

/* --- at the operator's desk --- */

static int answer_keys(struct api_call *call, int64_t pile_id)
{
	struct pile_key rows[PILE_KEYS_MOST];
	struct ctx *ctx = call->ctx;
	size_t len;

	TRY(store_pile_keys(ctx->db, ctx->arena, pile_id, PILE_KEYS_MOST, rows, &len));
	reply_begin(call);
	out_list(&call->out, "items");
	for (size_t i = 0; i < len; i++) {
		out_object(&call->out, NULL);
		out_text(&call->out, "key", pile_keys_print(ctx->arena, &rows[i]));
		out_text(&call->out, "kind", rows[i].kind);
		out_text(&call->out, "state", str_from(offline_key_state_name(rows[i].state)));
		out_time(&call->out, "since", rows[i].at_us);
		out_time(&call->out, "until", rows[i].until_us);
		out_end(&call->out);
	}
	out_list_end(&call->out);
	return reply_json(call, 200);
}

int offline_keys_get(struct api_call *call)
{
	struct pile pile;
	int result = call_pile(call, &pile);

	return result != 0 ? result : answer_keys(call, pile.id);
}

static int change(struct api_call *call, const char *deed,
	int (*act)(struct ctx *ctx, int64_t pile_id, struct str print))
{
	struct ctx *ctx = call->ctx;
	struct pile pile;
	int result = call_pile(call, &pile);

	if (result != 0)
		return result;
	result = act(ctx, pile.id, call->params[1]);
	TRY(result);
	if (result != 0)
		return result == PILE_KEYS_E_MISSING ? P_NOT_FOUND : P_STATE;
	TRY(auth_audit(ctx, &call->who, deed,
		str_format(ctx->arena, "pile:%lld", (long long)pile.id),
		str_format(ctx->arena, "{\"key\":\"%.*s\"}", STR_FMT(call->params[1]))));
	return answer_keys(call, pile.id);
}

int offline_key_accept(struct api_call *call)
{
	return change(call, "pile.offline_key_accept", pile_keys_accept);
}

int offline_key_revoke(struct api_call *call)
{
	return change(call, "pile.offline_key_revoke", pile_keys_revoke);
}
