/* world.c - the whole server in one process: lanes without threads, the gateway without sockets, a
 * clock that stands still, randomness from a seed. */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "app/billing.h"
#include "app/charging.h"
#include "app/devices.h"
#include "base/fault.h"
#include "base/limits.h"
#include "flow.h"

struct posted {
	struct posted *next;
	void (*call)(void *arg);
	void *arg;
};

static void on_post(void *context, void (*call)(void *arg), void *arg)
{
	struct flow *flow = context;
	struct posted *posted = mem_alloc(sizeof(*posted));

	posted->call = call;
	posted->arg = arg;
	*flow->posted_tail = posted;
	flow->posted_tail = &posted->next;
}

static struct flow_link *link_by_id(struct flow *flow, uint64_t id)
{
	for (size_t i = 0; i < flow->links_len; i++) {
		if (flow->links[i].id == id)
			return &flow->links[i];
	}
	return NULL;
}

static void hear(struct flow *flow, uint64_t id, struct str text)
{
	struct flow_link *link = link_by_id(flow, id);
	struct said *said = ARENA_NEW(&flow->arena, struct said);

	ASSERT(link && said);
	said->text = text;
	*link->tail = said;
	link->tail = &said->next;
}

static void on_send(void *context, uint64_t link, struct str text)
{
	struct flow *flow = context;

	hear(flow, link, str_dup(&flow->arena, text));
}

static void on_close(void *context, uint64_t id, int code, struct str reason)
{
	struct flow *flow = context;
	struct flow_link *link = link_by_id(flow, id);

	(void)reason;
	hear(flow, id, str_format(&flow->arena, "closed %d", code));
	link->open = false;
}

static void on_verdict(void *context, uint64_t id, int status, struct str protocol)
{
	struct flow *flow = context;
	struct flow_link *link = link_by_id(flow, id);

	link->open = status == 101;
	if (status != 101 || protocol.len == 0)
		hear(flow, id, str_format(&flow->arena, "verdict %d", status));
}

static void on_pause(void *context, uint64_t link, bool paused)
{
	(void)context;
	(void)link;
	(void)paused;
}

static void on_effect(void *context, const struct effect *effect)
{
	struct flow *flow = context;

	if (flow->gateway)
		gateway_effect(flow->gateway, effect);
}

static int all_offline(struct ctx *ctx, void *arg)
{
	(void)arg;
	return devices_all_offline(ctx);
}

void world_open(struct flow *flow)
{
	struct lanes_config lanes = {.db_url = flow->url,
		.journal_dir = flow->engine == DB_SQLITE ? flow->dir : NULL,
		.clock = &flow->clock.clock,
		.app = &flow->app,
		.seed = 1 + (uint64_t)flow->next_link, /* another one after a restart */
		.readers = 1,
		.workers = 1,
		.writers = 1,
		.effect = on_effect,
		.context = flow};
	struct gateway_config gateway = {.clock = &flow->clock.clock,
		.app = &flow->app,
		.ops = {on_send, on_close, on_verdict, on_pause, on_post, flow}};

	flow->posted_tail = &flow->posted;
	if (lanes_new(&lanes, &flow->lanes) != 0) {
		fprintf(stderr, "the server does not start: %s\n", fault_text());
		exit(1);
	}
	gateway.lanes = flow->lanes;
	flow->gateway = gateway_new(&gateway);
	world_act(flow, all_offline, NULL);
}

static void run_posted(struct flow *flow)
{
	while (flow->posted) {
		struct posted *posted = flow->posted;

		flow->posted = posted->next;
		if (!flow->posted)
			flow->posted_tail = &flow->posted;
		posted->call(posted->arg);
		mem_free(posted);
	}
}

void world_close(struct flow *flow)
{
	world_pump(flow);
	lanes_free(flow->lanes);
	run_posted(flow);
	gateway_free(flow->gateway);
	flow->lanes = NULL;
	flow->gateway = NULL;
}

void world_restart(struct flow *flow)
{
	for (size_t i = 0; i < flow->links_len; i++)
		flow->links[i].open = false;
	world_close(flow);
	flow->next_link++;
	world_open(flow);
}

void world_pump(struct flow *flow)
{
	struct lanes_stats stats;

	do {
		run_posted(flow);
		if (lanes_drain(flow->lanes) < 0)
			flow_fail(flow, "the lanes stopped: %s", fault_text());
		lanes_stats(flow->lanes, &stats);
	} while (flow->posted || stats.queued > 0);
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

int world_act(struct flow *flow, int (*run)(struct ctx *ctx, void *arg), void *arg)
{
	struct act act = {.run = run, .arg = arg};

	act.job.kind = LANE_WRITE;
	act.job.run = act_run;
	act.job.done = act_done;
	act.job.data = &act;
	arena_init(&act.job.arena, LIMIT_JOB_ARENA);
	effects_init(&act.job.effects, &act.job.arena);
	ASSERT(lanes_submit(flow->lanes, &act.job));
	world_pump(flow);
	ASSERT(act.done);
	if (act.result < 0)
		flow_fail(flow, "fault %s: %s", fault_name(act.result), fault_text());
	return act.result;
}

static int tick(struct ctx *ctx, void *arg)
{
	(void)arg;
	TRY(charging_tick(ctx));
	TRY(billing_tick(ctx));
	return 0;
}

void world_pass(struct flow *flow, int64_t us)
{
	int64_t until = flow->clock.at_us + us;

	while (flow->clock.at_us < until && !flow->failed) {
		int64_t left = until - flow->clock.at_us;
		int64_t step = left > 600 * US_PER_S ? left / 100 : US_PER_S;

		flow->clock.at_us += step < left ? step : left;
		gateway_tick(flow->gateway);
		world_pump(flow);
		world_act(flow, tick, NULL);
	}
	/* what the timers began is finished without time passing */
	gateway_tick(flow->gateway);
	world_pump(flow);
}

struct flow_link *world_link(struct flow *flow, struct str label)
{
	for (size_t i = flow->links_len; i > 0; i--) {
		if (str_is(label, flow->links[i - 1].label))
			return &flow->links[i - 1];
	}
	flow_fail(flow, "no link called %.*s", STR_FMT(label));
	return NULL;
}

void world_connect(struct flow *flow, struct str label, struct str code, struct str user,
	struct str password, struct str protocols)
{
	struct flow_link *link;

	if (flow->links_len == FLOW_LINKS) {
		flow_fail(flow, "too many links");
		return;
	}
	link = &flow->links[flow->links_len++];
	*link = (struct flow_link){.id = ++flow->next_link, .open = true};
	snprintf(link->label, sizeof(link->label), "%.*s", STR_FMT(label));
	link->tail = &link->head;
	flow->link = link;
	gateway_hello(
		flow->gateway, link->id, code, user, password, protocols, STR("127.0.0.1:4711"));
	world_pump(flow);
}

void world_connect_later(struct flow *flow, struct str code)
{
	struct flow_link *link;

	ASSERT(flow->links_len < FLOW_LINKS);
	link = &flow->links[flow->links_len++];
	*link = (struct flow_link){.id = ++flow->next_link, .open = true};
	snprintf(link->label, sizeof(link->label), "%.*s", STR_FMT(code));
	link->tail = &link->head;
	gateway_hello(flow->gateway, link->id, code, STR(""), STR(""), STR("ocpp1.6"), STR("here"));
}

void world_disconnect(struct flow *flow, struct str label)
{
	struct flow_link *link = world_link(flow, label);

	if (!link)
		return;
	link->open = false;
	gateway_closed(flow->gateway, link->id, 1006);
	world_pump(flow);
}

void world_say(struct flow *flow, struct flow_link *link, struct str text)
{
	gateway_text(flow->gateway, link->id, text);
	world_pump(flow);
}

struct str world_heard(struct flow *flow, struct flow_link *link)
{
	struct said *said = link->head;

	(void)flow;
	if (!said)
		return STR_NULL;
	link->head = said->next;
	if (!link->head)
		link->tail = &link->head;
	return said->text;
}
