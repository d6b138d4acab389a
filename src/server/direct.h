/* direct.h - a conversation without lanes: the command line's own connection to the database,
 * beside a running server or without one. What it leaves to be told (commands to piles) is found by
 * the server in its tables. */
#pragma once
#include "app/ctx.h"
#include "server/config.h"

struct direct;
enum direct_mode {
	DIRECT_READ = 0,  /* as it is */
	DIRECT_WRITE = 1, /* schema brought up to date first */
};
int direct_open(const struct config *config, const struct app_config *app, enum direct_mode mode,
	struct direct **ret_direct);
void direct_close(struct direct *direct);
/* Runs `work` in one transaction: committed when it gives >= 0, undone below. Run again when the
 * database was busy. */
int direct_run(struct direct *direct, int (*work)(struct ctx *ctx, void *arg), void *arg);
/* Memory that lives as long as the connection. */
struct arena *direct_arena(struct direct *direct);
