/* command_offline.c - `leyden offline`: the keys that sign start codes. */
#include <stdio.h>

#include "app/ctx.h"
#include "base/crypt.h"
#include "base/fault.h"
#include "server/command.h"
#include "server/offline_keys.h"

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

int command_offline(struct command *command)
{
	bool rotate = command->words_len == 1 && str_is(command->words[0], "rotate");
	struct app_offline offline = {0};
	struct rng rng;
	int result;

	if (!rotate && (command->words_len != 1 || !str_is(command->words[0], "keys"))) {
		fprintf(stderr, "usage: leyden offline keys | rotate\n");
		return EXIT_USAGE;
	}
	rng_init_system(&rng);
	result = offline_keys_read(command->config, command->arena, &rng, &offline);
	if (result == 0 && rotate)
		result = offline_keys_rotate(command->config, command->arena, &rng, &offline);
	if (result < 0) {
		fprintf(stderr, "leyden: %s\n", fault_text());
		return EXIT_FAILED;
	}
	print_keys(&offline, command->arena);
	if (rotate)
		fprintf(stderr, "the new key signs when the server starts again; piles learn it "
				"when they connect\n");
	return EXIT_OK;
}
