/* seal.c - writes and checks the three signature headers of the sandbox channel. */
#include "pay/seal.h"

#include "base/clock.h"
#include "base/crypt.h"
#include "base/sign.h"
#include "pay/pay.h"

#define NONCE_BYTES 16
#define NONCE_LEAST 16
#define NONCE_MOST 64
#define HEADERS_MAX 512

static struct str seal_text(
	struct arena *arena, struct str subject, struct str time, struct str nonce, struct str body)
{
	struct buf buf;

	buf_init(&buf, arena, subject.len + time.len + nonce.len + body.len + 4);
	buf_put_str(&buf, subject);
	buf_put_char(&buf, '\n');
	buf_put_str(&buf, time);
	buf_put_char(&buf, '\n');
	buf_put_str(&buf, nonce);
	buf_put_char(&buf, '\n');
	buf_put_str(&buf, body);
	return buf.failed ? STR_NULL : buf_str(&buf);
}

struct str seal_headers(struct str secret_hex, struct str subject, struct str body, int64_t now_us,
	struct rng *rng, struct arena *arena)
{
	struct str time = str_format(arena, "%lld", (long long)(now_us / US_PER_S));
	struct str nonce = rng_token(rng, arena, NONCE_BYTES);
	struct str text = seal_text(arena, subject, time, nonce, body);
	uint8_t secret[SIGN_KEY_LEN], signature[SIGN_LEN];
	struct buf buf;

	if (!hex_read(str_trim(secret_hex), secret, sizeof(secret)) || text.ptr == NULL)
		return STR_NULL;
	sign_text(secret, text, signature);
	buf_init(&buf, arena, HEADERS_MAX);
	buf_format(&buf,
		"Sandbox-Time: %.*s\r\nSandbox-Nonce: %.*s\r\nSandbox-Signature: ", STR_FMT(time),
		STR_FMT(nonce));
	hex_write(&buf, signature, sizeof(signature));
	buf_put_str(&buf, STR("\r\n"));
	return buf.failed ? STR_NULL : buf_str(&buf);
}

/* The value of the only header with this name; false when it is missing or there are two. */
static bool header_one(struct str headers, const char *name, struct str *ret_value)
{
	int found = 0;

	while (headers.len > 0) {
		struct str line = str_cut(&headers, '\n');
		struct str head = str_cut(&line, ':');

		if (!str_eq_nocase(head, str_from(name)))
			continue;
		*ret_value = str_trim(line);
		found++;
	}
	return found == 1;
}

static bool nonce_ok(struct str nonce)
{
	if (nonce.len < NONCE_LEAST || nonce.len > NONCE_MOST)
		return false;
	for (size_t i = 0; i < nonce.len; i++) {
		char c = nonce.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_'))
			return false;
	}
	return true;
}

int seal_check(struct str public_hex, struct str subject, struct str headers, struct str body,
	int64_t now_us, struct arena *arena, struct str *ret_nonce)
{
	struct str time, nonce, hex, text;
	uint8_t key[SIGN_KEY_LEN], signature[SIGN_LEN];
	int64_t at_s, now_s = now_us / US_PER_S;

	if (!header_one(headers, "Sandbox-Time", &time) ||
		!header_one(headers, "Sandbox-Nonce", &nonce) ||
		!header_one(headers, "Sandbox-Signature", &hex))
		return PAY_E_SIGNATURE;
	if (!str_to_i64(time, &at_s) || !nonce_ok(nonce) ||
		!hex_read(hex, signature, sizeof(signature)) ||
		!hex_read(str_trim(public_hex), key, sizeof(key)))
		return PAY_E_SIGNATURE;
	text = seal_text(arena, subject, time, nonce, body);
	if (text.ptr == NULL || !sign_verify(key, text, signature))
		return PAY_E_SIGNATURE;
	/* After the signature: only its owner learns that his clock is wrong. */
	if (at_s > now_s + SEAL_WINDOW_S || at_s < now_s - SEAL_WINDOW_S)
		return PAY_E_STALE;
	if (ret_nonce != NULL)
		*ret_nonce = nonce;
	return 0;
}
