/* totp.c - codes of time steps (see totp.h). */
#include "base/totp.h"

#include "base/clock.h"
#include "base/fault.h"

/* Digits, small letters, capitals: the order is the standard's. */
static const char totp_letters[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
#define TOTP_LETTERS (sizeof(totp_letters) - 1)

int64_t totp_step(int64_t now_us, int64_t valid_s)
{
	ASSERT(valid_s > 0);
	return now_us > 0 ? now_us / US_PER_S / valid_s : 0;
}

void totp_hash(struct str secret, int64_t step, uint8_t ret[SHA256_LEN])
{
	char counter[8];

	for (int i = 0; i < 8; i++)
		counter[i] = (char)((uint64_t)step >> (56 - 8 * i) & 0xff);
	hmac_sha256(secret, (struct str){counter, sizeof(counter)}, ret);
}

void totp_write(struct str secret, int64_t step, size_t len, char ret[TOTP_LEN_MAX + 1])
{
	uint8_t hash[SHA256_LEN];
	size_t from;

	ASSERT(len > 0 && len <= TOTP_LEN_MAX);
	totp_hash(secret, step, hash);
	from = hash[SHA256_LEN - 1] & 0x0f;
	for (size_t i = 0; i < len; i++)
		ret[i] = totp_letters[hash[(from + i) % SHA256_LEN] % TOTP_LETTERS];
	ret[len] = 0;
}

bool totp_match(struct str secret, int64_t step, struct str code, int64_t *ret_step)
{
	char right[TOTP_LEN_MAX + 1];
	bool found = false;

	if (code.len == 0 || code.len > TOTP_LEN_MAX)
		return false;
	for (int64_t near = step > 0 ? step - 1 : 0; near <= step + 1; near++) {
		totp_write(secret, near, code.len, right);
		if (!crypt_equal(right, code.ptr, code.len))
			continue;
		*ret_step = near;
		found = true;
	}
	return found;
}
