/* web.c - from a request to its answer. The request is copied into the job's arena, because the
 * connection's buffer is only lent; the answer is made there too and copied into the connection
 * once, after the commit. A connection that is gone by then is found by its serial, and the answer
 * dropped: what was decided stands. */
#include "server/web.h"

#include "server/forwarded.h"
#include "app/api.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include <stdatomic.h>
#include <string.h>

#define REFUSAL_ARENA (256 * 1024)
#define PARKED_MS 50

struct web {
	struct web_config config;
	_Atomic uint64_t answers[6];
	_Atomic int64_t time_us;
	struct errand *parked; /* on the first loop */
};
struct errand {
	struct job job;
	struct web *web;
	struct loop *loop;
	uint64_t serial;
	int64_t began_us;
	const struct api_route *route;
	struct errand *next_parked;
	int64_t again_ticks_us; /* parked until then */
	struct http_head head;
	struct api_request request;
	struct api_response response;
};

/* --- copies --- */

static void copy_head(struct arena *arena, const struct http_head *head, struct http_head *ret)
{
	*ret = *head;
	ret->method = str_dup(arena, head->method);
	ret->target = str_dup(arena, head->target);
	ret->path = str_dup(arena, head->path);
	ret->query = str_dup(arena, head->query);
	for (size_t i = 0; i < head->headers_len; i++) {
		ret->headers[i].name = str_dup(arena, head->headers[i].name);
		ret->headers[i].value = str_dup(arena, head->headers[i].value);
	}
}

static struct api_request lent_request(
	struct conn *conn, const struct http_head *head, struct str body)
{
	return (struct api_request){.head = head,
		.path = head->path,
		.query = head->query,
		.body = body,
		.remote = conn_remote(conn),
		.tls = conn_is_tls(conn)};
}

static struct errand *errand_new(struct web *web, struct conn *conn, const struct api_route *route,
	const struct http_head *head, struct str body)
{
	struct errand *errand = mem_alloc(sizeof(*errand));
	struct arena *arena = &errand->job.arena;

	arena_init(arena, LIMIT_JOB_ARENA);
	effects_init(&errand->job.effects, arena);
	errand->web = web;
	errand->loop = conn_loop(conn);
	errand->serial = conn_serial(conn);
	errand->began_us = clock_ticks_us(&clock_system);
	errand->route = route;
	copy_head(arena, head, &errand->head);
	errand->request = (struct api_request){.head = &errand->head,
		.path = errand->head.path,
		.query = errand->head.query,
		.body = str_dup(arena, body),
		.remote = str_dup(arena,
			forwarded_remote(arena, web->config.trusted, head, conn_remote(conn))),
		.tls = conn_is_tls(conn)};
	errand->job.shard = api_shard(route, &errand->request);
	return errand;
}

static void errand_free(struct errand *errand)
{
	arena_fini(&errand->job.arena);
	mem_free(errand);
}

/* --- answering --- */

static void count(struct web *web, int status, int64_t began_us)
{
	int64_t took_us = clock_ticks_us(&clock_system) - began_us;

	atomic_fetch_add_explicit(
		&web->answers[status / 100 < 6 ? status / 100 : 5], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&web->time_us, took_us, memory_order_relaxed);
}

/* A kept file as the body. False when it is not there. */
static bool reply_file(
	const struct vault *vault, struct conn *conn, const struct api_response *response)
{
	struct http_answer answer = {.status = response->status,
		.content_type = response->content_type,
		.extra_headers = response->headers,
		.has_file = true};

	answer.file = vault_read(vault, response->file, &answer.file_bytes);
	if (answer.file < 0)
		return false;
	http_reply(conn, &answer);
	return true;
}

static void reply(struct conn *conn, const struct api_response *response)
{
	struct http_answer answer = {.status = response->status,
		.content_type = response->content_type,
		.extra_headers = response->headers,
		.body = response->body,
		.close = response->status == 503};

	http_reply(conn, &answer);
}

void web_refuse(struct conn *conn, const struct http_head *head, int status)
{
	struct api_request request = lent_request(conn, head, STR_NULL);
	struct api_response response = {0};
	struct arena arena;

	arena_init(&arena, REFUSAL_ARENA);
	api_fault(&request, status, &arena, &response);
	if (response.status == 0)
		response.status = status;
	reply(conn, &response);
	arena_fini(&arena);
}

static void stream(struct errand *errand, struct conn *conn)
{
	const struct api_response *response = &errand->response;

	if (!streams_open(errand->web->config.streams, conn, response->topic, response->log,
		    response->headers, response->stream_event, response->body))
		web_refuse(conn, &errand->head, 429);
}

/* On the connection's loop. */
static void answer(void *arg)
{
	struct errand *errand = arg;
	struct conn *conn = loop_conn(errand->loop, errand->serial);
	struct api_response *response = &errand->response;

	if (errand->job.result < 0) {
		*response = (struct api_response){0};
		api_fault(&errand->request, errand->job.result == FAULT_BUSY ? 503 : 500,
			&errand->job.arena, response);
		if (response->status == 0)
			response->status = 500;
	}
	count(errand->web, response->status, errand->began_us);
	if (conn != NULL && api_lane(errand->route) == API_STREAM && response->status == 200 &&
		response->topic.len > 0)
		stream(errand, conn);
	else if (conn != NULL && response->file.len > 0 && response->status == 200) {
		if (!reply_file(errand->web->config.vault, conn, response))
			web_refuse(conn, &errand->head, 404);
	} else if (conn != NULL)
		reply(conn, response);
	errand_free(errand);
}

/* --- the job --- */

static int run(struct job *job, struct ctx *ctx)
{
	struct errand *errand = job->data;

	return api_run(ctx, errand->route, &errand->request, &errand->response);
}

static enum lane_kind kind_of(enum api_lane lane)
{
	if (lane == API_WRITE)
		return LANE_WRITE;
	return lane == API_WORK ? LANE_WORK : LANE_READ;
}

/* The next step of a handler that needs more than one. */
static bool step_again(struct errand *errand)
{
	struct job *job = &errand->job;

	effects_init(&job->effects, &job->arena);
	job->kind = kind_of(errand->response.again_lane);
	errand->response.again = false;
	errand->response.again_us = 0;
	return lanes_submit(errand->web->config.lanes, job);
}

/* First loop: waits for its time. */
static void park(void *arg)
{
	struct errand *errand = arg;

	errand->next_parked = errand->web->parked;
	errand->web->parked = errand;
}

/* First loop: those whose time has come go on; what finds the lane full waits on. */
static void look_at_parked(void *arg)
{
	struct web *web = arg;
	struct errand **at = &web->parked;
	int64_t now_us = clock_ticks_us(&clock_system);

	while (*at != NULL) {
		struct errand *errand = *at;

		if (errand->again_ticks_us <= now_us) {
			*at = errand->next_parked;
			if (step_again(errand))
				continue;
			errand->response.again = true;
			errand->next_parked = *at;
			*at = errand;
		}
		at = &errand->next_parked;
	}
}

/* Lane thread. A handler of two steps goes on in the lane it asked for. */
static void done(struct job *job, int result)
{
	struct errand *errand = job->data;

	job->result = result;
	if (result >= 0 && errand->response.again && errand->response.again_us > 0) {
		errand->again_ticks_us = clock_ticks_us(&clock_system) + errand->response.again_us;
		loop_post(errand->web->config.loops[0], park, errand);
		return;
	}
	if (result >= 0 && errand->response.again) {
		if (step_again(errand))
			return;
		job->result = FAULT_BUSY;
	}
	loop_post(errand->loop, answer, errand);
}

static void serve_static(struct web *web, struct conn *conn, const struct http_head *head,
	struct str body, int status)
{
	struct api_request request = lent_request(conn, head, body);
	struct api_response response = {0};
	int64_t began_us = clock_ticks_us(&clock_system);
	struct arena arena;

	arena_init(&arena, LIMIT_JOB_ARENA);
	if (!api_static(&request, &arena, &response) || response.status == 0) {
		response = (struct api_response){0};
		api_fault(&request, status, &arena, &response);
	}
	if (response.status == 0)
		response.status = status;
	count(web, response.status, began_us);
	reply(conn, &response);
	arena_fini(&arena);
}

void web_request(struct web *web, struct conn *conn, const struct http_head *head, struct str body)
{
	struct str method = str_is(head->method, "HEAD") ? STR("GET") : head->method;
	int status = 404;
	const struct api_route *route = api_find(method, head->path, &status);
	struct errand *errand;

	if (route == NULL) {
		serve_static(web, conn, head, body, status);
		return;
	}
	errand = errand_new(web, conn, route, head, body);
	errand->job.kind = kind_of(api_lane(route));
	errand->job.run = run;
	errand->job.done = done;
	errand->job.data = errand;
	if (!errand->job.arena.failed && lanes_submit(web->config.lanes, &errand->job))
		return;
	errand_free(errand);
	count(web, 503, clock_ticks_us(&clock_system));
	web_refuse(conn, head, 503);
}

struct web *web_new(const struct web_config *config)
{
	struct web *web = mem_alloc(sizeof(*web));

	web->config = *config;
	if (config->loops_len > 0)
		loop_every(config->loops[0], PARKED_MS, look_at_parked, web);
	return web;
}

void web_free(struct web *web)
{
	while (web != NULL && web->parked != NULL) {
		struct errand *errand = web->parked;

		web->parked = errand->next_parked;
		errand_free(errand);
	}
	mem_free(web);
}

void web_stats(const struct web *web, struct web_stats *ret_stats)
{
	for (size_t i = 0; i < 6; i++)
		ret_stats->answers[i] =
			atomic_load_explicit(&web->answers[i], memory_order_relaxed);
	ret_stats->time_us = atomic_load_explicit(&web->time_us, memory_order_relaxed);
}
