/* offline_code.c - offline codes as text and as signed bytes (see offline_code.h). */
#include "wire/offline_code.h"

#include "base/crypt.h"
#include "base/fault.h"
#include "wire/cose.h"
#include "wire/qr_text.h"

static const struct {
	struct str aad;    /* signed, never sent */
	const char *place; /* path of an address */
} code_rows[] = {
	[OFFLINE_CODE_IDENT] = {{"leyden ident 1", 14}, "/Q/"},
	[OFFLINE_CODE_START] = {{"leyden start 1", 14}, NULL},
	[OFFLINE_CODE_SETTLEMENT] = {{"leyden settle 1", 15}, "/S/"},
	[OFFLINE_CODE_KEY] = {{"leyden key 1", 12}, NULL},
};
#define START_PREFIX "LY1:"

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
}

/* Capitals as far as no path begins: "https://host:1/base" gives "HTTPS://HOST:1/base". */
static void put_base(struct buf *buf, struct str base)
{
	int slashes = 0;

	for (size_t i = 0; i < base.len; i++) {
		slashes += base.ptr[i] == '/';
		buf_put_char(buf, slashes < 3 ? upper(base.ptr[i]) : base.ptr[i]);
	}
}

void offline_code_text(
	enum offline_code_kind kind, struct str base, struct str bytes, struct buf *buf)
{
	if (kind == OFFLINE_CODE_START) {
		buf_put_str(buf, STR(START_PREFIX));
		base45_write(buf, bytes);
		return;
	}
	put_base(buf, base);
	buf_put_str(buf, str_from(code_rows[kind].place));
	digits_write(buf, bytes);
}

/* Where the address's path says /Q/ or /S/ in either case: position behind it, or 0. */
static size_t behind_place(struct str text, enum offline_code_kind kind)
{
	struct str place = str_from(code_rows[kind].place);

	for (size_t i = 0; i + place.len < text.len && i < 200; i++)
		if (str_eq_nocase(str_slice(text, i, i + place.len), place))
			return i + place.len;
	return 0;
}

int offline_code_kind(struct str text)
{
	if (str_starts(text, STR(START_PREFIX)))
		return OFFLINE_CODE_START;
	if (text.len < 4 || !str_eq_nocase(str_slice(text, 0, 4), STR("http")))
		return 0;
	if (behind_place(text, OFFLINE_CODE_IDENT) != 0)
		return OFFLINE_CODE_IDENT;
	return behind_place(text, OFFLINE_CODE_SETTLEMENT) != 0 ? OFFLINE_CODE_SETTLEMENT : 0;
}

struct str offline_code_bytes(enum offline_code_kind kind, struct str text, struct arena *arena)
{
	uint8_t *bytes = arena_alloc(arena, OFFLINE_CODE_BYTES_MAX);
	size_t len = 0, at;
	bool good;

	if (!bytes || text.len > OFFLINE_CODE_TEXT_MAX)
		return STR_NULL;
	if (kind == OFFLINE_CODE_START) {
		good = str_starts(text, STR(START_PREFIX)) &&
		       base45_read(str_slice(text, sizeof(START_PREFIX) - 1, text.len), bytes,
			       OFFLINE_CODE_BYTES_MAX, &len);
		return good ? (struct str){(const char *)bytes, len} : STR_NULL;
	}
	at = behind_place(text, kind);
	text = str_slice(text, at, text.len);
	good = digits_read(text, bytes, OFFLINE_CODE_BYTES_MAX, &len) ||
	       base64url_read(text, bytes, OFFLINE_CODE_BYTES_MAX, &len);
	return good && len > 0 ? (struct str){(const char *)bytes, len} : STR_NULL;
}

int offline_code_sign(enum offline_code_kind kind, const struct sign_secret *secret, struct str kid,
	struct str payload, struct arena *arena, struct str *ret_bytes)
{
	struct buf buf;

	buf_init(&buf, arena, 2 * OFFLINE_CODE_BYTES_MAX);
	TRY(cose_sign(secret, kid, code_rows[kind].aad, payload, arena, &buf));
	*ret_bytes = buf_str(&buf);
	return 0;
}

int offline_code_sign_by(enum offline_code_kind kind, const struct cose_hand *hand, struct str kid,
	struct str payload, struct arena *arena, struct str *ret_bytes)
{
	struct buf buf;
	int result;

	buf_init(&buf, arena, 2 * OFFLINE_CODE_BYTES_MAX);
	result = cose_sign_by(hand, kid, code_rows[kind].aad, payload, arena, &buf);
	if (result == 0)
		*ret_bytes = buf_str(&buf);
	return result;
}

int offline_code_verify(enum offline_code_kind kind, const struct cose_sign1 *message,
	const struct sign_key *key, struct arena *arena)
{
	return cose_verify(message, code_rows[kind].aad, key, false, arena);
}
