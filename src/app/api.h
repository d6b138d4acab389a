/* api.h - the HTTP front desk: pages and JSON, table driven. server/ turns a request into a job,
 * runs api_run in the lane the route names, and sends the response after the commit. */
#pragma once
#include "app/ctx.h"
#include "wire/http.h"

enum api_lane {
	API_READ = 0,
	API_WRITE = 1,
	API_WORK = 2,
	API_STREAM = 3 /* server-sent events, see topic */
};

struct api_request {
	const struct http_head *head; /* copied into the job's arena */
	struct str path, query, body;
	struct str remote; /* "203.0.113.7:4711" */
	bool tls;
};
/* A handler may need two lanes (login: the password costs 50 ms of worker time on a read
 * connection, the new session is a write). It then leaves `again` set: nothing is sent; run the
 * same request with the same response in `again_lane`. `carry` is the handler's and lives in the
 * job's arena. The server's loop is: lane = api_lane(route); response = (struct api_response){0};
 *     do { run api_run in `lane`; lane = response.again_lane; } while (response.again); send. */
struct api_response {
	int status;
	struct str content_type;
	struct str headers; /* whole lines ended by CRLF */
	struct str body;
	struct str file;         /* token of a kept file that is the body */
	struct str topic;        /* API_STREAM with status 200: what to listen to ("order:<token>",
				    "tenant:<id>") */
	struct str log;          /* ... and this pile's log too ("log:<pile>"), unless empty */
	struct str stream_event; /* API_STREAM: name of the first event, its data is `body`; empty:
				    nothing to send yet */
	bool asset;              /* body is static: served without copying, lives for ever */
	bool again;
	enum api_lane again_lane;
	int64_t again_us; /* not before so much later */
	void *carry;
};
struct api_route;
/* The route for a request; *ret_status is 404 or 405 when there is none. */
const struct api_route *api_find(struct str method, struct str path, int *ret_status);
enum api_lane api_lane(const struct api_route *route);
/* Keeps order among requests about one thing; 0 = any. */
uint64_t api_shard(const struct api_route *route, const struct api_request *request);
/* Runs the handler: always fills *ret_response (problems included); < 0 only for faults, for which
 * the server sends api_fault. *ret_response is zeroed by the caller before the first run.
 * Everything in it lives in ctx->arena. */
int api_run(struct ctx *ctx, const struct api_route *route, const struct api_request *request,
	struct api_response *ret_response);
/* The JSON a stream client gets for an event on its topic (read lane): order view, or a hint for
 * operators. Empty: skip. */
int api_event(struct ctx *ctx, struct str topic, struct str name, struct str payload,
	struct str *ret_data);
/* Answers what needs no database: files under /assets, and every request api_find has no route for
 * (404 and 405 with Allow; a page for browsers, a problem for programs). True when answered. Memory
 * from `arena`. */
bool api_static(
	const struct api_request *request, struct arena *arena, struct api_response *ret_response);
/* The answer when the server itself cannot: status 500 (fault), 503 (queue full), 413, 400 and so
 * on, in the caller's language, as page or problem. `request` may be NULL. */
void api_fault(const struct api_request *request, int status, struct arena *arena,
	struct api_response *ret_response);
