/* direct.c - one connection, one transaction at a time, on the caller's thread. */
#include "server/direct.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include <unistd.h>

#define DIRECT_NODE 1008 /* beyond every lane of every server (lane.c): its ids meet nobody's */
#define DIRECT_ARENA (16 * 1024 * 1024)
#define DIRECT_TRIES 8
#define DIRECT_PAUSE_US 20000

struct direct {
	struct arena arena, work;
	const struct app_config *app;
	struct db *db;
	struct rng rng;
	struct id_maker ids;
};

static int open_database(struct direct *direct, const struct config *config, enum direct_mode mode)
{
	const char *url = str_dup_z(&direct->arena, config->db_url);

	TRY(db_open(url, DB_MAIN, mode == DIRECT_WRITE ? DB_WRITE : DB_READ, &direct->db));
	if (mode == DIRECT_WRITE)
		TRY(db_migrate(direct->db, clock_now_us(&clock_system)));
	return 0;
}

int direct_open(const struct config *config, const struct app_config *app, enum direct_mode mode,
	struct direct **ret_direct)
{
	struct direct *direct = mem_alloc(sizeof(*direct));
	int result;

	arena_init(&direct->arena, DIRECT_ARENA);
	arena_init(&direct->work, DIRECT_ARENA);
	direct->app = app;
	rng_init_system(&direct->rng);
	id_maker_init(&direct->ids, DIRECT_NODE);
	result = open_database(direct, config, mode);
	if (result < 0) {
		direct_close(direct);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_direct = direct;
	return 0;
}

void direct_close(struct direct *direct)
{
	if (direct == NULL)
		return;
	db_close(direct->db);
	arena_fini(&direct->work);
	arena_fini(&direct->arena);
	mem_free(direct);
}

struct arena *direct_arena(struct direct *direct)
{
	return &direct->arena;
}

static int run_once(struct direct *direct, int (*work)(struct ctx *ctx, void *arg), void *arg)
{
	struct effects effects;
	struct ctx ctx = {.db = direct->db,
		.arena = &direct->work,
		.effects = &effects,
		.rng = &direct->rng,
		.ids = &direct->ids,
		.config = direct->app,
		.now_us = clock_now_us(&clock_system)};
	int result;

	arena_reset(&direct->work);
	effects_init(&effects, &direct->work);
	TRY(db_begin(direct->db));
	result = work(&ctx, arg);
	if (result < 0) {
		db_rollback(direct->db);
		return fault_trace(result, __FILE__, __LINE__);
	}
	TRY(db_commit(direct->db));
	return result;
}

int direct_run(struct direct *direct, int (*work)(struct ctx *ctx, void *arg), void *arg)
{
	for (int tries = 1;; tries++) {
		int result = run_once(direct, work, arg);

		if (result != FAULT_BUSY || tries == DIRECT_TRIES)
			return result;
		usleep(DIRECT_PAUSE_US * (unsigned)tries);
	}
}
