/* api_offline.c - the data module of offline charging (see api_offline.h). */
#include "app/api_offline.h"

#include "app/pile_keys.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "base/log.h"
#include "store/pile.h"
#include "wire/cbor_record.h"
#include "wire/cose.h"
#include "wire/offline_code.h"

const char *api_offline_word(int outcome)
{
	static const char *const words[] = {"", "form", "pile", "forged", "replaced", "revoked"};

	return outcome >= API_OFFLINE_E_FORM && outcome <= API_OFFLINE_E_REVOKED ? words[outcome]
										 : "form";
}

bool api_offline_key(const struct pile_key *row, struct sign_key *ret_key)
{
	struct sign_key key = {0};

	key.len = row->public.len / 2;
	if (!sign_kind_parse(row->kind, &key.kind) || key.len > SIGN_POINT_LEN ||
		!hex_read(row->public, key.bytes, key.len))
		return false;
	*ret_key = key;
	return true;
}

/* Which of the pile's keys signed it? One that was only offered counts as none. */
static int check_pile(struct ctx *ctx, enum offline_code_kind kind,
	const struct cose_sign1 *message, int64_t pile_id, struct pile_key *ret_row)
{
	struct pile_key rows[PILE_KEYS_MOST];
	size_t len;

	TRY(store_pile_keys(ctx->db, ctx->arena, pile_id, PILE_KEYS_MOST, rows, &len));
	if (len == 0)
		return API_OFFLINE_E_PILE;
	for (size_t i = 0; i < len; i++) {
		struct sign_key key;
		int result;

		if (rows[i].state == OFFLINE_KEY_OFFERED || !api_offline_key(&rows[i], &key))
			continue;
		result = offline_code_verify(kind, message, &key, ctx->arena);
		TRY(result);
		if (result != 0)
			continue;
		*ret_row = rows[i];
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
	struct pile_key key;
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
	result = check_pile(ctx, OFFLINE_CODE_IDENT, &message, ret_place->pile_id, &key);
	TRY(result);
	if (result != 0)
		return result;
	switch (offline_key_begins(key.state)) {
	case 0:
		return 0;
	case OFFLINE_E_REPLACED:
		return API_OFFLINE_E_REPLACED;
	default:
		return API_OFFLINE_E_REVOKED;
	}
}

/* A code nobody can believe: logged, an alarm, and its own outcome. */
static int refuse(struct ctx *ctx, const struct offline_settlement *settlement, int outcome)
{
	LOG_WARN("settlement refused", "pile=%.*s reason=%s", STR_FMT(settlement->pile),
		api_offline_word(outcome));
	TRY(offline_order_refused(ctx, settlement, api_offline_word(outcome)));
	return outcome;
}

int api_offline_settlement(struct ctx *ctx, struct str text,
	struct offline_settlement *ret_settlement, struct offline_seal *ret_seal)
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
		return refuse(ctx, ret_settlement, API_OFFLINE_E_PILE);
	result = check_pile(ctx, OFFLINE_CODE_SETTLEMENT, &message, pile.id, &ret_seal->key);
	TRY(result);
	if (result != 0)
		return refuse(ctx, ret_settlement, result);
	/* the payload, not the signature: a pile that signs the same settlement twice says the same
	 */
	sha256(message.payload.ptr, message.payload.len, digest);
	buf_init(&hex, ctx->arena, 2 * SHA256_LEN);
	hex_write(&hex, digest, sizeof(digest));
	ret_seal->content = buf_str(&hex);
	return 0;
}

static struct str kid_text(struct ctx *ctx, const struct app_offline_key *key)
{
	struct buf hex;

	buf_init(&hex, ctx->arena, 2 * COSE_KID_MAX);
	hex_write(&hex, key->kid.ptr, key->kid.len);
	return buf_str(&hex);
}

static bool is_among(struct str words, struct str wanted)
{
	while (words.len > 0)
		if (str_eq(str_cut(&words, ' '), wanted))
			return true;
	return false;
}

/* The newest of our keys that this pile has: days without network may lie between a new key and the
 * pile's hearing of it. NULL when it has none of them. */
static int key_for(struct ctx *ctx, int64_t pile_id, const struct app_offline_key **ret_key)
{
	const struct app_offline *offline = &ctx->config->offline;
	struct str kids;

	*ret_key = NULL;
	TRY(store_pile_trust(ctx->db, ctx->arena, pile_id, &kids));
	for (size_t i = 0; i < offline->keys_len && !*ret_key; i++)
		if (is_among(kids, kid_text(ctx, &offline->keys[i])))
			*ret_key = &offline->keys[i];
	/* a pile that never said what it has learned all of them at its last connection */
	if (kids.len == 0 && offline->keys_len > 0)
		*ret_key = &offline->keys[0];
	return 0;
}

static bool is_listed(struct ctx *ctx, struct str kid)
{
	const struct app_offline *offline = &ctx->config->offline;

	for (size_t i = 0; i < offline->keys_len; i++)
		if (str_eq(kid_text(ctx, &offline->keys[i]), kid))
			return true;
	return false;
}

/* A pile none of whose keys is believed shows nothing that counts. */
static int has_believed(struct ctx *ctx, int64_t pile_id, bool *ret_believed)
{
	struct pile_key rows[PILE_KEYS_MOST];
	size_t len;

	*ret_believed = false;
	TRY(store_pile_keys(ctx->db, ctx->arena, pile_id, PILE_KEYS_MOST, rows, &len));
	for (size_t i = 0; i < len; i++)
		*ret_believed = *ret_believed || rows[i].state == OFFLINE_KEY_BELIEVED;
	return 0;
}

/* Signs the order's start code; STR_NULL when the text is too long for the QR code. */
static int make_code(struct ctx *ctx, const struct app_offline_key *key,
	const struct offline_start *start, struct str *ret_bytes, struct str *ret_text)
{
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

static int new_code(struct ctx *ctx, const struct app_offline_key *key, struct order *order,
	struct offline_start *start, struct offline_row *row)
{
	struct str bytes;

	TRY(make_code(ctx, key, start, &bytes, &row->code));
	if (row->code.ptr == NULL) {
		TRY(offline_order_start(ctx, order, false, start, row));
		TRY(make_code(ctx, key, start, &bytes, &row->code));
		if (row->code.ptr == NULL)
			return FAULT(FAULT_BUG, "a start code without prices is too long");
	}
	row->kid = kid_text(ctx, key);
	order->start_tag = offline_order_tag(bytes, ctx->arena);
	return offline_order_issued(ctx, order, start, row);
}

int api_offline_code(
	struct ctx *ctx, struct order *order, struct str *ret_text, int64_t *ret_until_us)
{
	const struct app_offline_key *key;
	struct offline_start start;
	struct offline_row row;
	bool believed;
	int result;

	TRY(key_for(ctx, order->pile_id, &key));
	TRY(has_believed(ctx, order->pile_id, &believed));
	if (!key || !believed)
		return API_OFFLINE_E_PILE;
	result = offline_order_start(ctx, order, true, &start, &row);
	TRY(result);
	if (result != 0)
		return result;
	/* one by a key we gave up would not start, so it is made anew */
	if (row.code.len == 0 || !is_listed(ctx, row.kid))
		TRY(new_code(ctx, key, order, &start, &row));
	*ret_until_us = row.valid_us > ctx->now_us ? row.valid_us : 0;
	*ret_text = row.code;
	return 0;
}

int api_offline_offered(struct ctx *ctx, const struct reads_place *place, bool *ret_offered)
{
	*ret_offered = false;
	if (ctx->config->offline.keys_len == 0 || ctx->config->offline.max_minor == 0 ||
		place->code.len > OFFLINE_PILE_MAX)
		return 0;
	return has_believed(ctx, place->pile_id, ret_offered);
}
