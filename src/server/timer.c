/* timer.c - the beat. The job runs again only when the last one is durable, so a slow disk is not
 * flooded with ticks. */
#include "server/timer.h"
#include "app/billing.h"
#include "app/certificates.h"
#include "app/charging.h"
#include "app/upkeep.h"
#include "app/reports.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include <stdatomic.h>

#define TICK_MS 1000

struct timer {
	struct job job;
	struct loop *loop;
	struct lanes *lanes;
	const struct clock *clock;
	_Atomic bool out;
	_Atomic int64_t last_us;
	int64_t minute; /* of the last look at certificates */
};

static int run(struct job *job, struct ctx *ctx)
{
	struct timer *timer = job->data;

	TRY(charging_tick(ctx));
	TRY(billing_tick(ctx));
	TRY(upkeep_tick(ctx));
	TRY(reports_tick(ctx));
	if (ctx->now_us / US_PER_MIN != timer->minute) {
		TRY(certificates_tick(ctx));
		timer->minute = ctx->now_us / US_PER_MIN;
	}
	return 0;
}

static void done(struct job *job, int result)
{
	struct timer *timer = job->data;

	if (result < 0)
		LOG_ERROR("tick failed", "fault=%s", fault_name(result));
	else
		atomic_store(&timer->last_us, clock_ticks_us(timer->clock));
	arena_fini(&job->arena);
	atomic_store(&timer->out, false);
}

static void beat(void *arg)
{
	struct timer *timer = arg;
	struct job *job = &timer->job;

	if (atomic_load(&timer->out))
		return;
	*job = (struct job){.kind = LANE_WRITE, .run = run, .done = done, .data = timer};
	arena_init(&job->arena, LIMIT_JOB_ARENA);
	effects_init(&job->effects, &job->arena);
	atomic_store(&timer->out, true);
	if (!lanes_submit(timer->lanes, job)) {
		arena_fini(&job->arena);
		atomic_store(&timer->out, false);
	}
}

struct timer *timer_new(struct loop *loop, struct lanes *lanes, const struct clock *clock)
{
	struct timer *timer = mem_alloc(sizeof(*timer));

	timer->loop = loop;
	timer->lanes = lanes;
	timer->clock = clock;
	loop_every(loop, TICK_MS, beat, timer);
	return timer;
}

void timer_free(struct timer *timer)
{
	mem_free(timer);
}

int64_t timer_last_us(const struct timer *timer)
{
	return atomic_load(&timer->last_us);
}
