/* offline_keys.c - the keys that sign start codes (see offline_keys.h). */
#include "server/offline_keys.h"

#include <string.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/fault.h"
#include "server/server.h"

#define KEYS_TEXT_MAX 2048
#define KID_LEN 4

/* A key is named by the beginning of its public half's hash. */
static bool fill_key(struct arena *arena, struct app_offline_key *key)
{
	uint8_t digest[SHA256_LEN];

	if (!sign_key_of(&key->secret, &key->public))
		return false;
	sha256(key->public.bytes, key->public.len, digest);
	key->kid = str_dup(arena, (struct str){(const char *)digest, KID_LEN});
	return key->kid.ptr != NULL;
}

static int read_line(struct str line, struct arena *arena, struct app_offline *offline)
{
	struct app_offline_key key = {0};
	struct str kind = str_cut(&line, ' ');

	if (offline->keys_len == APP_OFFLINE_KEYS_MAX || !sign_kind_parse(kind, &key.secret.kind) ||
		!hex_read(str_trim(line), key.secret.bytes, SIGN_KEY_LEN) || !fill_key(arena, &key))
		return FAULT(FAULT_CORRUPT, "offline.keys: a line is no key");
	/* the newest stands last and comes first */
	memmove(offline->keys + 1, offline->keys, offline->keys_len * sizeof(key));
	offline->keys[0] = key;
	offline->keys_len++;
	return 0;
}

static int write_keys(
	const struct config *config, struct arena *arena, const struct app_offline *offline)
{
	struct str path = str_format(arena, "%.*s/offline.keys", STR_FMT(config->data));
	struct str fresh = str_format(arena, "%.*s.new", STR_FMT(path));
	struct buf text;

	buf_init(&text, arena, KEYS_TEXT_MAX);
	for (size_t i = offline->keys_len; i-- > 0;) {
		buf_format(&text, "%s ", sign_kind_name(offline->keys[i].secret.kind));
		hex_write(&text, offline->keys[i].secret.bytes, SIGN_KEY_LEN);
		buf_put_char(&text, '\n');
	}
	if (text.failed)
		return FAULT(FAULT_NOMEM, "too many offline keys");
	return server_write_secret(str_dup_z(arena, path), str_dup_z(arena, fresh), buf_str(&text));
}

int offline_keys_rotate(const struct config *config, struct arena *arena, struct rng *rng,
	struct app_offline *ret_offline)
{
	static const enum sign_kind kinds[] = {SIGN_ED25519, SIGN_P256, SIGN_SM2};
	struct app_offline_key key = {0};

	if (ret_offline->keys_len == APP_OFFLINE_KEYS_MAX)
		ret_offline->keys_len--;
	sign_make(kinds[config->offline_key], rng, &key.secret);
	if (!fill_key(arena, &key))
		return FAULT(FAULT_BUG, "a new key is none");
	memmove(ret_offline->keys + 1, ret_offline->keys, ret_offline->keys_len * sizeof(key));
	ret_offline->keys[0] = key;
	ret_offline->keys_len++;
	return write_keys(config, arena, ret_offline);
}

int offline_keys_revoke(const struct config *config, struct arena *arena, struct str kid,
	struct app_offline *ret_offline, bool *ret_gone)
{
	uint8_t wanted[KID_LEN];
	size_t at = 0;

	*ret_gone = false;
	if (!hex_read(kid, wanted, KID_LEN) || ret_offline->keys_len < 2)
		return 0;
	while (at < ret_offline->keys_len &&
		!str_eq(ret_offline->keys[at].kid, (struct str){(const char *)wanted, KID_LEN}))
		at++;
	if (at == ret_offline->keys_len)
		return 0;
	ret_offline->keys_len--;
	memmove(ret_offline->keys + at, ret_offline->keys + at + 1,
		(ret_offline->keys_len - at) * sizeof(ret_offline->keys[0]));
	*ret_gone = true;
	return write_keys(config, arena, ret_offline);
}

int offline_keys_read(const struct config *config, struct arena *arena, struct rng *rng,
	struct app_offline *ret_offline)
{
	struct str path = str_format(arena, "%.*s/offline.keys", STR_FMT(config->data)), text;

	ret_offline->keys_len = 0;
	if (access(str_dup_z(arena, path), F_OK) != 0)
		return offline_keys_rotate(config, arena, rng, ret_offline);
	TRY(server_read_file(path, arena, &text));
	while (text.len > 0) {
		struct str line = str_trim(str_cut(&text, '\n'));

		if (line.len > 0)
			TRY(read_line(line, arena, ret_offline));
	}
	return 0;
}
