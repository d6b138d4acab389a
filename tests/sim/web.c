/* web.c - requests to the HTTP front desk. */
#include "web.h"
#include "app/api.h"
#include "base/fault.h"
#include "faults.h"

struct visit {
	struct sim *sim;
	struct str method, target, body;
	const char *key, *owner;
	const struct api_route *route;
	struct web_answer answer;
};

static void put_header(struct http_head *head, const char *name, struct str value)
{
	head->headers[head->headers_len++] = (struct http_header){str_from(name), value};
}

static int run(struct ctx *ctx, void *arg)
{
	struct visit *visit = arg;
	struct http_head *head = ARENA_NEW(ctx->arena, struct http_head);
	struct api_request request = {
		.head = head, .body = visit->body, .remote = STR("127.0.0.1:4711")};
	struct api_response response = {0};

	if (!head)
		return FAULT(FAULT_NOMEM, "a request");
	head->method = visit->method;
	head->target = head->path = request.path = visit->target;
	put_header(head, "Host", STR("localhost:8080"));
	put_header(head, "Accept", STR("application/json"));
	put_header(head, "Content-Type", STR("application/json"));
	if (visit->key)
		put_header(head, "Idempotency-Key", str_from(visit->key));
	if (visit->owner)
		put_header(head, "Owner-Key", str_from(visit->owner));
	TRY(api_run(ctx, visit->route, &request, &response));
	/* the lane may run this again: the last run counts */
	visit->answer.status = response.status;
	visit->answer.body = str_dup(&visit->sim->arena, response.body);
	return 0;
}

struct web_answer web_ask(struct sim *sim, const char *method, struct str target, struct str body,
	const char *key, const char *owner)
{
	struct visit visit = {.sim = sim,
		.method = str_from(method),
		.target = target,
		.body = body,
		.key = key,
		.owner = owner};
	int status = 0, result;

	visit.route = api_find(visit.method, target, &status);
	ASSERT(visit.route);
	sim->stats.requests++;
	result = stage_act(&sim->stage, api_lane(visit.route) == API_WRITE ? LANE_WRITE : LANE_READ,
		run, &visit);
	if (faults.dead)
		return (struct web_answer){0};
	if (result < 0 && !sim_in_trouble(sim))
		sim_die(sim, "%s %.*s ended in a fault: %s", method, STR_FMT(target), fault_text());
	if (result < 0)
		return (struct web_answer){0};
	sim_log(sim, method, target);
	sim_log(sim, "answer", visit.answer.body);
	return visit.answer;
}
