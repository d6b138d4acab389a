/* token.c - rules on idTags. */
#include "domain/token.h"

static const char base32[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

#define EMAID_LEAST 14 /* without its check digit */

static bool is_capital_or_digit(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* An eMAID with its separators: country, provider, eight or nine characters, and perhaps a check
 * digit. Other cards may have dashes of their own: those are part of them. */
static bool is_emaid(const char *text, size_t len)
{
	char dash = len > 2 ? text[2] : 0;
	size_t parts[4] = {0}, count = 0;

	if (dash != '-' && dash != '*')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == dash && ++count == 4)
			return false;
		if (text[i] != dash && !is_capital_or_digit(text[i]))
			return false;
		parts[count] += text[i] != dash;
	}
	return parts[0] == 2 && parts[1] == 3 && (parts[2] == 8 || parts[2] == 9) &&
	       parts[3] == (count == 3 ? 1 : 0);
}

struct str token_normal(struct arena *arena, struct str id_tag)
{
	struct str trimmed = str_trim(id_tag);
	char *copy = arena_copy(arena, trimmed.ptr, trimmed.len);
	size_t len = 0;

	if (!copy)
		return STR_NULL;
	for (size_t i = 0; i < trimmed.len; i++) {
		if (copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] = (char)(copy[i] - 'a' + 'A');
	}
	if (!is_emaid(copy, trimmed.len))
		return (struct str){copy, trimmed.len};
	for (size_t i = 0; i < trimmed.len; i++) {
		if (is_capital_or_digit(copy[i]))
			copy[len++] = copy[i];
	}
	return (struct str){copy, len};
}

struct str token_emaid(struct arena *arena, struct str text)
{
	struct buf buf;

	buf_init(&buf, arena, text.len + 1);
	for (size_t i = 0; i < text.len; i++) {
		char c = text.ptr[i];

		if (c == '-' || c == '*')
			continue;
		buf_put_char(&buf, c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c);
	}
	return buf.len > 0 ? buf_str(&buf) : STR("");
}

bool token_same_emaid(struct arena *arena, struct str a, struct str b)
{
	a = token_emaid(arena, a);
	b = token_emaid(arena, b);
	if (a.len < EMAID_LEAST || b.len < EMAID_LEAST)
		return str_eq(a, b);
	return str_eq(a, b) ||
	       ((a.len == EMAID_LEAST || b.len == EMAID_LEAST) &&
		       str_eq(str_slice(a, 0, EMAID_LEAST), str_slice(b, 0, EMAID_LEAST)));
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
