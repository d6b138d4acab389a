/* stage.c - the server in one process. */
#include "stage.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "app/billing.h"
#include "app/charging.h"
#include "app/upkeep.h"
#include "app/devices.h"
#include "app/reports.h"
#include "base/fault.h"
#include "base/limits.h"
#include "pg.h"

struct stage_posted {
	struct stage_posted *next;
	void (*call)(void *arg);
	void *arg;
};

void stage_prepare(struct stage *stage, enum db_engine engine)
{
	const char *base = getenv("TMPDIR");

	stage->engine = engine;
	stage->seed = 1;
	clock_fake_init(&stage->clock, INT64_C(1772442000) * US_PER_S); /* 2026-03-02T09:00:00Z */
	stage->app = (struct app_config){.public_url = STR("http://localhost:8080"),
		.server_key = STR("a key of the flows"),
		.start_timeout_us = 60 * US_PER_S,
		.heartbeat_s = 300,
		.tariff_required = true,
		.default_currency = STR("CNY"),
		.channels = {STR("sandbox")},
		.channels_len = 1};
	snprintf(stage->dir, sizeof(stage->dir), "%s/leyden-stage-XXXXXX", base ? base : "/tmp");
	if (!mkdtemp(stage->dir)) {
		fprintf(stderr, "no temporary directory\n");
		exit(1);
	}
	if (engine == DB_SQLITE)
		snprintf(stage->url, sizeof(stage->url), "sqlite:%s/leyden.db", stage->dir);
	else
		pg_url_fresh(stage->url, sizeof(stage->url));
}

void stage_remove(struct stage *stage)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", stage->dir, NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
}

/* --- what the gateway and the lanes are given --- */

static void on_send(void *context, uint64_t link, struct str text)
{
	struct stage *stage = context;

	stage->ops.send(stage->ops.context, link, text);
}

static void on_close(void *context, uint64_t link, int code, struct str reason)
{
	struct stage *stage = context;

	(void)reason;
	stage->ops.close(stage->ops.context, link, code);
}

static void on_verdict(void *context, uint64_t link, int status, struct str protocol)
{
	struct stage *stage = context;

	stage->ops.verdict(stage->ops.context, link, status, protocol);
}

static void on_pause(void *context, uint64_t link, bool paused)
{
	(void)context;
	(void)link;
	(void)paused;
}

static void on_post(void *context, void (*call)(void *arg), void *arg)
{
	struct stage *stage = context;
	struct stage_posted *posted = mem_alloc(sizeof(*posted));

	posted->call = call;
	posted->arg = arg;
	*stage->posted_tail = posted;
	stage->posted_tail = &posted->next;
}

static void on_effect(void *context, const struct effect *effect)
{
	struct stage *stage = context;

	if (stage->gateway)
		gateway_effect(stage->gateway, effect);
	if (stage->ops.effect)
		stage->ops.effect(stage->ops.context, effect);
}

/* --- life --- */

static int all_offline(struct ctx *ctx, void *arg)
{
	(void)arg;
	return devices_all_offline(ctx);
}

int stage_open(struct stage *stage)
{
	struct lanes_config lanes = {.db_url = stage->url,
		.journal_dir = stage->engine == DB_SQLITE ? stage->dir : NULL,
		.clock = &stage->clock.clock,
		.app = &stage->app,
		.seed = stage->seed++,
		.readers = 1,
		.workers = 1,
		.writers = 1,
		.effect = on_effect,
		.context = stage};
	struct gateway_config gateway = {.clock = &stage->clock.clock,
		.app = &stage->app,
		.ops = {on_send, on_close, on_verdict, on_pause, on_post, stage},
		.inquiries = stage->inquiries};

	stage->posted = NULL;
	stage->posted_tail = &stage->posted;
	TRY(lanes_new(&lanes, &stage->lanes));
	gateway.lanes = stage->lanes;
	stage->gateway = gateway_new(&gateway);
	return stage_act(stage, LANE_WRITE, all_offline, NULL);
}

static void run_posted(struct stage *stage)
{
	while (stage->posted) {
		struct stage_posted *posted = stage->posted;

		stage->posted = posted->next;
		if (!stage->posted)
			stage->posted_tail = &stage->posted;
		posted->call(posted->arg);
		mem_free(posted);
	}
}

void stage_close(struct stage *stage)
{
	stage_pump(stage);
	lanes_free(stage->lanes);
	run_posted(stage);
	gateway_free(stage->gateway);
	stage->lanes = NULL;
	stage->gateway = NULL;
}

int stage_pump(struct stage *stage)
{
	struct lanes_stats stats;

	do {
		run_posted(stage);
		TRY(lanes_drain(stage->lanes));
		lanes_stats(stage->lanes, &stats);
	} while (stage->posted || stats.queued > 0);
	return 0;
}

struct act {
	struct job job;
	int (*run)(struct ctx *ctx, void *arg);
	void *arg;
	bool done;
	int result;
};

static int act_run(struct job *job, struct ctx *ctx)
{
	struct act *act = job->data;

	return act->run(ctx, act->arg);
}

static void act_done(struct job *job, int result)
{
	struct act *act = job->data;

	act->done = true;
	act->result = result;
	arena_fini(&job->arena);
}

int stage_act(
	struct stage *stage, enum lane_kind lane, int (*run)(struct ctx *ctx, void *arg), void *arg)
{
	struct act act = {.run = run, .arg = arg};

	act.job.kind = lane;
	act.job.run = act_run;
	act.job.done = act_done;
	act.job.data = &act;
	arena_init(&act.job.arena, LIMIT_JOB_ARENA);
	effects_init(&act.job.effects, &act.job.arena);
	ASSERT(lanes_submit(stage->lanes, &act.job));
	TRY(stage_pump(stage));
	ASSERT(act.done);
	return act.result;
}

static int tick(struct ctx *ctx, void *arg)
{
	(void)arg;
	TRY(charging_tick(ctx));
	TRY(billing_tick(ctx));
	TRY(upkeep_tick(ctx));
	TRY(reports_tick(ctx));
	return 0;
}

int stage_tick(struct stage *stage)
{
	gateway_tick(stage->gateway);
	TRY(stage_pump(stage));
	return stage_act(stage, LANE_WRITE, tick, NULL);
}
