/* command_offline.c - `leyden offline`: the keys that sign start codes. */
#include <stdio.h>

#include "app/ctx.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "server/command.h"
#include "server/offline_keys.h"

#define NO_SUCH_KEY 1

static void print_keys(const struct app_offline *offline, struct arena *arena)
{
	for (size_t i = 0; i < offline->keys_len; i++) {
		const struct app_offline_key *key = &offline->keys[i];
		struct buf line;

		buf_init(&line, arena, 400);
		hex_write(&line, key->kid.ptr, key->kid.len);
		buf_format(&line, " %s ", sign_kind_name(key->public.kind));
		hex_write(&line, key->public.bytes, key->public.len);
		printf("%.*s%s\n", STR_FMT(buf_str(&line)), i == 0 ? " signs" : "");
	}
}

/* Does the deed of the words; *ret_usage when they name none. NO_SUCH_KEY. */
static int act(struct command *command, struct app_offline *offline, struct rng *rng,
	bool *ret_usage, bool *ret_changed)
{
	const struct str *words = command->words;
	bool known =
		command->words_len == 1 && (str_is(words[0], "keys") || str_is(words[0], "rotate"));

	*ret_changed = false;
	*ret_usage = !known && !(command->words_len == 2 && str_is(words[0], "revoke"));
	if (*ret_usage)
		return 0;
	TRY(offline_keys_read(command->config, command->arena, rng, offline));
	if (str_is(words[0], "keys"))
		return 0;
	*ret_changed = true;
	if (str_is(words[0], "rotate"))
		return offline_keys_rotate(command->config, command->arena, rng, offline);
	TRY(offline_keys_revoke(command->config, command->arena, words[1], offline, ret_changed));
	return *ret_changed ? 0 : NO_SUCH_KEY;
}

int command_offline(struct command *command)
{
	struct app_offline offline = {0};
	bool usage, changed;
	struct rng rng;
	int result;

	rng_init_system(&rng);
	result = act(command, &offline, &rng, &usage, &changed);
	if (usage) {
		fprintf(stderr, "usage: leyden offline keys | rotate | revoke KID\n");
		return EXIT_USAGE;
	}
	if (result < 0) {
		fprintf(stderr, "leyden: %s\n", fault_text());
		return EXIT_FAILED;
	}
	if (result == NO_SUCH_KEY) {
		fprintf(stderr, "leyden: no such key, or the only one: rotate first\n");
		return EXIT_FAILED;
	}
	print_keys(&offline, command->arena);
	if (changed)
		fprintf(stderr, "it counts when the server starts again; piles learn it when they "
				"connect\n");
	return EXIT_OK;
}
