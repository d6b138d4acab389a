/* token.c - rules on idTags. */
#include "domain/token.h"

static const char base32[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

struct str token_normal(struct arena *arena, struct str id_tag)
{
	struct str trimmed = str_trim(id_tag);
	char *copy = arena_copy(arena, trimmed.ptr, trimmed.len);

	if (!copy)
		return STR_NULL;
	for (size_t i = 0; i < trimmed.len; i++) {
		if (copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] = (char)(copy[i] - 'a' + 'A');
	}
	return (struct str){copy, trimmed.len};
}

int64_t token_account(const struct token *token)
{
	return token->kind == CARD_COMMERCIAL ? token->account_id : token->wallet_account_id;
}

const char *card_kind_name(enum card_kind kind)
{
	return kind == CARD_COMMERCIAL ? "commercial" : "personal";
}

bool card_kind_parse(struct str word, enum card_kind *ret_kind)
{
	*ret_kind = str_is(word, "commercial") ? CARD_COMMERCIAL : CARD_PERSONAL;
	return str_is(word, card_kind_name(*ret_kind));
}

int token_check(const struct token *token, int64_t now_us)
{
	if (!str_is(token->state, "active") || token->member_blocked)
		return TOKEN_E_BLOCKED;
	if (token->expires_us != 0 && token->expires_us <= now_us)
		return TOKEN_E_EXPIRED;
	return 0;
}

struct str token_start(struct arena *arena, const uint8_t bytes[18])
{
	char *text = arena_alloc(arena, TOKEN_START_LEN);

	if (!text)
		return STR_NULL;
	text[0] = 'L';
	text[1] = 'Y';
	for (size_t i = 0; i < 18; i++)
		text[2 + i] = base32[bytes[i] & 31];
	return (struct str){text, TOKEN_START_LEN};
}

bool token_is_start(struct str id_tag)
{
	if (id_tag.len != TOKEN_START_LEN || id_tag.ptr[0] != 'L' || id_tag.ptr[1] != 'Y')
		return false;
	for (size_t i = 2; i < id_tag.len; i++) {
		char c = id_tag.ptr[i];

		if (!((c >= 'A' && c <= 'Z' && c != 'I' && c != 'O') || (c >= '2' && c <= '9')))
			return false;
	}
	return true;
}
