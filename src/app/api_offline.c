/* api_offline.c - the data module of offline charging (see api_offline.h). */
#include "app/api_offline.h"

#include "app/charging.h"
#include "app/tell.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "domain/station.h"
#include "store/pile.h"
#include "wire/cbor_record.h"
#include "wire/cose.h"
#include "wire/offline_code.h"
#include "wire/record.h"

#define KEYS_OF_PILE 8
#define KEYS_TEXT_MAX 4096

const char *api_offline_word(int outcome)
{
	static const char *const words[] = {"", "form", "pile", "forged"};

	return outcome >= API_OFFLINE_E_FORM && outcome <= API_OFFLINE_E_FORGED ? words[outcome]
										: "form";
}

static bool key_of(const struct pile_key *row, struct sign_key *ret_key)
{
	struct sign_key key = {0};

	key.len = row->public.len / 2;
	if (!sign_kind_parse(row->kind, &key.kind) || key.len > SIGN_POINT_LEN ||
		!hex_read(row->public, key.bytes, key.len))
		return false;
	*ret_key = key;
	return true;
}

/* Signed by one of the pile's keys? */
static int check_pile(struct ctx *ctx, enum offline_code_kind kind,
	const struct cose_sign1 *message, int64_t pile_id)
{
	struct pile_key rows[KEYS_OF_PILE];
	size_t len;

	TRY(store_pile_keys(ctx->db, ctx->arena, pile_id, KEYS_OF_PILE, rows, &len));
	if (len == 0)
		return API_OFFLINE_E_PILE;
	for (size_t i = 0; i < len; i++) {
		struct sign_key key;
		int result = key_of(&rows[i], &key)
				     ? offline_code_verify(kind, message, &key, ctx->arena)
				     : COSE_E_ALG;

		TRY(result);
		if (result == 0)
			return 0;
	}
	return API_OFFLINE_E_FORGED;
}

/* Text to the values of its payload; nothing of it is believed yet. */
static int open_code(struct ctx *ctx, enum offline_code_kind kind, struct str text,
	const struct record *record, void *ret, struct cose_sign1 *ret_message,
	struct str *ret_bytes)
{
	struct str bytes = offline_code_bytes(kind, text, ctx->arena);
	int result;

	if (bytes.ptr == NULL || cose_read(bytes, ret_message) != 0)
		return API_OFFLINE_E_FORM;
	result = cbor_record_read(record, ret_message->payload, ctx->arena, ret);
	TRY(result);
	*ret_bytes = bytes;
	return result == 0 ? 0 : API_OFFLINE_E_FORM;
}

int api_offline_ident(struct ctx *ctx, struct str text, struct offline_ident *ret_ident,
	struct reads_place *ret_place)
{
	struct cose_sign1 message;
	struct str bytes;
	int result = open_code(
		ctx, OFFLINE_CODE_IDENT, text, &offline_ident_record, ret_ident, &message, &bytes);

	TRY(result);
	if (result != 0)
		return result;
	result = reads_place_code(ctx, ret_ident->pile, ret_place);
	TRY(result);
	if (result != 0)
		return API_OFFLINE_E_PILE;
	return check_pile(ctx, OFFLINE_CODE_IDENT, &message, ret_place->pile_id);
}

int api_offline_settlement(struct ctx *ctx, struct str text,
	struct offline_settlement *ret_settlement, struct str *ret_content)
{
	uint8_t digest[SHA256_LEN];
	struct cose_sign1 message;
	struct pile pile;
	struct buf hex;
	struct str bytes;
	int result = open_code(ctx, OFFLINE_CODE_SETTLEMENT, text, &offline_settlement_record,
		ret_settlement, &message, &bytes);

	TRY(result);
	if (result != 0)
		return result;
	result = store_pile_by_code(ctx->db, ctx->arena, ret_settlement->pile, &pile);
	TRY(result);
	if (result != 0)
		return API_OFFLINE_E_PILE;
	result = check_pile(ctx, OFFLINE_CODE_SETTLEMENT, &message, pile.id);
	TRY(result);
	if (result != 0) {
		LOG_WARN("settlement refused", "pile=%.*s reason=%s", STR_FMT(pile.code),
			api_offline_word(result));
		TRY(offline_order_refused(ctx, pile.code, api_offline_word(result)));
		return result;
	}
	/* the payload, not the signature: a pile that signs the same settlement twice says the same
	 */
	sha256(message.payload.ptr, message.payload.len, digest);
	buf_init(&hex, ctx->arena, 2 * SHA256_LEN);
	hex_write(&hex, digest, sizeof(digest));
	*ret_content = buf_str(&hex);
	return 0;
}

/* Signs the order's start code with the newest key; STR_NULL when the text is too long for the QR
 * code. */
static int make_code(struct ctx *ctx, const struct offline_start *start, struct str *ret_bytes,
	struct str *ret_text)
{
	const struct app_offline_key *key = &ctx->config->offline.keys[0];
	struct buf payload, text;

	buf_init(&payload, ctx->arena, OFFLINE_CODE_TEXT_MAX);
	buf_init(&text, ctx->arena, 4 * OFFLINE_CODE_TEXT_MAX);
	if (cbor_record_write(&offline_start_record, start, &payload) != 0)
		return FAULT(FAULT_BUG, "a start code out of bounds for order %lld",
			(long long)start->order_id);
	TRY(offline_code_sign(OFFLINE_CODE_START, &key->secret, key->kid, buf_str(&payload),
		ctx->arena, ret_bytes));
	offline_code_text(OFFLINE_CODE_START, STR_NULL, *ret_bytes, &text);
	*ret_text = buf_str(&text).len <= OFFLINE_CODE_START_MAX ? buf_str(&text) : STR_NULL;
	return 0;
}

int api_offline_code(
	struct ctx *ctx, struct order *order, struct str *ret_text, int64_t *ret_until_us)
{
	struct offline_start start;
	struct offline_row row;
	struct str bytes;
	struct buf kid;
	int result;

	if (ctx->config->offline.keys_len == 0)
		return API_OFFLINE_E_PILE;
	result = offline_order_start(ctx, order, true, &start, &row);
	TRY(result);
	if (result != 0)
		return result;
	*ret_until_us = row.valid_us > ctx->now_us ? row.valid_us : 0;
	*ret_text = row.code;
	if (row.code.len > 0)
		return 0;
	TRY(make_code(ctx, &start, &bytes, ret_text));
	if (ret_text->ptr == NULL) {
		TRY(offline_order_start(ctx, order, false, &start, &row));
		TRY(make_code(ctx, &start, &bytes, ret_text));
		if (ret_text->ptr == NULL)
			return FAULT(FAULT_BUG, "a start code without prices is too long");
	}
	row.code = *ret_text;
	buf_init(&kid, ctx->arena, 2 * OFFLINE_CODE_KID_LEN);
	hex_write(&kid, ctx->config->offline.keys[0].kid.ptr, OFFLINE_CODE_KID_LEN);
	row.kid = buf_str(&kid);
	order->start_tag = offline_order_tag(bytes, ctx->arena);
	TRY(offline_order_issued(ctx, order, &start, &row));
	*ret_until_us = row.valid_us;
	return 0;
}

int api_offline_offered(struct ctx *ctx, const struct reads_place *place, bool *ret_offered)
{
	struct pile_key rows[1];
	size_t len;

	*ret_offered = false;
	if (ctx->config->offline.keys_len == 0 || ctx->config->offline.max_minor == 0 ||
		place->code.len > OFFLINE_PILE_MAX)
		return 0;
	TRY(store_pile_keys(ctx->db, ctx->arena, place->pile_id, 1, rows, &len));
	*ret_offered = len > 0;
	return 0;
}

/* --- keys --- */

#define PILE_OFFER(F, S) \
	F(STR, REQ, S, kind, "kind", 16, "ed25519, es256, sm2") \
	F(STR, REQ, S, public, "public", 2 * SIGN_POINT_LEN, "hex")
FIELD_STRUCT(pile_offer, PILE_OFFER)
FIELD_ROWS(pile_offer, PILE_OFFER)

static int keep_key(struct ctx *ctx, int64_t pile_id, const struct pile_key *offered)
{
	struct pile_key rows[KEYS_OF_PILE];
	struct pile pile;
	size_t len;

	TRY(store_pile_keys(ctx->db, ctx->arena, pile_id, KEYS_OF_PILE, rows, &len));
	for (size_t i = 0; i < len; i++)
		if (str_eq(rows[i].kind, offered->kind) && str_eq(rows[i].public, offered->public))
			return 0;
	if (len == 0)
		return store_pile_key_add(ctx->db, pile_id, offered, ctx->now_us);
	TRY(store_pile_get(ctx->db, ctx->arena, pile_id, &pile));
	return tell_alarm(ctx, pile.tenant_id, "pile_key_changed",
		str_format(ctx->arena, "pile:%lld", (long long)pile_id),
		str_format(ctx->arena, "{\"kind\":\"%.*s\",\"public\":\"%.*s\"}",
			STR_FMT(offered->kind), STR_FMT(offered->public)));
}

static struct str our_keys(struct ctx *ctx)
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
	json_close_object(&out);
	return buf_str(&text);
}

int api_offline_exchange(struct ctx *ctx, int64_t pile_id, struct str data, struct str *ret_answer)
{
	struct pile_offer offer;
	struct pile_key row;
	struct sign_key key;

	if (record_decode(&pile_offer_record, data, RECORD_STRICT, ctx->arena, &offer, NULL) != 0)
		return API_OFFLINE_E_FORM;
	row = (struct pile_key){offer.kind, offer.public};
	if (!key_of(&row, &key) ||
		key.len != (key.kind == SIGN_ED25519 ? SIGN_KEY_LEN : SIGN_POINT_LEN))
		return API_OFFLINE_E_FORM;
	TRY(keep_key(ctx, pile_id, &row));
	*ret_answer = our_keys(ctx);
	return 0;
}
