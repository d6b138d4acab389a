/* world.c - the links of a transcript: what each pile's socket got, and the server on the stage
 * (tests/support/stage.h) under them. */
#include <stdlib.h>
#include "base/fault.h"
#include "flow.h"

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

static void on_close(void *context, uint64_t id, int code)
{
	struct flow *flow = context;
	struct flow_link *link = link_by_id(flow, id);

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

void world_open(struct flow *flow)
{
	flow->stage.ops = (struct stage_ops){on_send, on_close, on_verdict, NULL, flow};
	outside_open(flow);
	if (stage_open(&flow->stage) != 0) {
		fprintf(stderr, "the server does not start: %s\n", fault_text());
		exit(1);
	}
}

void world_close(struct flow *flow)
{
	stage_close(&flow->stage);
}

void world_restart(struct flow *flow)
{
	for (size_t i = 0; i < flow->links_len; i++)
		flow->links[i].open = false;
	world_close(flow);
	world_open(flow);
}

void world_pump(struct flow *flow)
{
	if (stage_pump(&flow->stage) < 0)
		flow_fail(flow, "the lanes stopped: %s", fault_text());
}

int world_act(struct flow *flow, int (*run)(struct ctx *ctx, void *arg), void *arg)
{
	int result = stage_act(&flow->stage, LANE_WRITE, run, arg);

	if (result < 0)
		flow_fail(flow, "fault %s: %s", fault_name(result), fault_text());
	return result;
}

void world_pass(struct flow *flow, int64_t us)
{
	int64_t until = flow->stage.clock.at_us + us;

	while (flow->stage.clock.at_us < until && !flow->failed) {
		int64_t left = until - flow->stage.clock.at_us;
		int64_t step = left > 600 * US_PER_S ? left / 100 : US_PER_S;

		flow->stage.clock.at_us += step < left ? step : left;
		if (stage_tick(&flow->stage) < 0 && !flow->trouble)
			flow_fail(flow, "the timers stopped: %s", fault_text());
	}
	/* what the timers began is finished without time passing */
	gateway_tick(flow->stage.gateway);
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

void world_connect(struct flow *flow, struct str label, const struct gateway_caller *caller)
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
	gateway_hello(flow->stage.gateway, link->id, caller);
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
	gateway_hello(flow->stage.gateway, link->id,
		&(struct gateway_caller){
			.code = code, .protocols = STR("ocpp1.6"), .remote = STR("here")});
}

void world_disconnect(struct flow *flow, struct str label)
{
	struct flow_link *link = world_link(flow, label);

	if (!link)
		return;
	link->open = false;
	gateway_closed(flow->stage.gateway, link->id, 1006);
	world_pump(flow);
}

void world_say(struct flow *flow, struct flow_link *link, struct str text)
{
	gateway_text(flow->stage.gateway, link->id, text);
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
