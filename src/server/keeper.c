/* keeper.c - two beats on the home loop: a look at the files, and a read job that asks whether the
 * revocation list is still true. */
#include "server/keeper.h"

#include <stdatomic.h>
#include "app/certificates.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "server/authority.h"

#define LOOK_MS 1000
#define ASK_MS 2000
#define AFRESH_US US_PER_DAY /* a list lives for a week, and is renewed daily */
#define DROPS_MOST 256

struct keeper {
	struct keeper_config config;
	struct job job;
	_Atomic bool out;
	/* Touched by one job at a time. */
	bool known;
	int64_t count, last_us, written_us;
};

static void look(void *arg)
{
	struct keeper *keeper = arg;

	if (!tls_server_changed(keeper->config.tls))
		return;
	if (tls_server_reload(keeper->config.tls) < 0)
		LOG_ERROR("certificates not reread", "reason=\"%s\"", fault_text());
	else
		LOG_INFO("certificates reread", "why=changed");
}

static int drop_revoked(struct keeper *keeper, struct ctx *ctx)
{
	int64_t *piles;
	size_t len;

	TRY(store_certificate_revoked_online(
		ctx->db, ctx->arena, keeper->last_us, DROPS_MOST, &piles, &len));
	for (size_t i = 0; i < len; i++) {
		struct effect drop = {.kind = EFFECT_DROP, .pile_id = piles[i]};

		keeper->config.drop(keeper->config.context, &drop);
	}
	return 0;
}

static int write_list(struct keeper *keeper, struct ctx *ctx)
{
	struct str pem;
	int outcome = certificates_crl(ctx, &pem);

	TRY(outcome);
	if (outcome != 0)
		return 0;
	TRY(authority_write(ctx->arena, keeper->config.crl_path, pem, false));
	LOG_INFO("revocation list written", "revoked=%lld", (long long)keeper->count);
	return 0;
}

static int run(struct job *job, struct ctx *ctx)
{
	struct keeper *keeper = job->data;
	int64_t count, last_us;
	bool changed;

	TRY(store_certificate_revoked_mark(ctx->db, &count, &last_us));
	changed = !keeper->known || count != keeper->count || last_us != keeper->last_us;
	if (!changed && ctx->now_us < keeper->written_us + AFRESH_US)
		return 0;
	if (changed && keeper->known)
		TRY(drop_revoked(keeper, ctx));
	keeper->count = count;
	TRY(write_list(keeper, ctx));
	keeper->last_us = last_us;
	keeper->known = true;
	keeper->written_us = ctx->now_us;
	return 0;
}

static void done(struct job *job, int result)
{
	struct keeper *keeper = job->data;

	if (result < 0)
		LOG_ERROR("revocation list not written", "fault=%s", fault_name(result));
	arena_fini(&job->arena);
	atomic_store(&keeper->out, false);
}

static void ask(void *arg)
{
	struct keeper *keeper = arg;
	struct job *job = &keeper->job;

	if (atomic_load(&keeper->out))
		return;
	*job = (struct job){.kind = LANE_READ, .run = run, .done = done, .data = keeper};
	arena_init(&job->arena, LIMIT_JOB_ARENA);
	effects_init(&job->effects, &job->arena);
	atomic_store(&keeper->out, true);
	if (!lanes_submit(keeper->config.lanes, job)) {
		arena_fini(&job->arena);
		atomic_store(&keeper->out, false);
	}
}

struct keeper *keeper_new(const struct keeper_config *config)
{
	struct keeper *keeper = mem_alloc(sizeof(*keeper));

	keeper->config = *config;
	if (config->tls != NULL)
		loop_every(config->loop, LOOK_MS, look, keeper);
	if (config->crl_path.len > 0)
		loop_every(config->loop, ASK_MS, ask, keeper);
	return keeper;
}

void keeper_free(struct keeper *keeper)
{
	mem_free(keeper);
}
