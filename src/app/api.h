/* api.h - the HTTP front desk: pages and JSON, table driven. server/ turns a request into a job, runs api_run in the lane
 * the route names, and sends the response after the commit. */
#pragma once
#include "app/ctx.h"
#include "wire/http.h"

enum api_lane { API_READ = 0, API_WRITE = 1, API_WORK = 2, API_STREAM = 3 /* server-sent events, see topic */ };

struct api_request {
	const struct http_head *head; /* copied into the job's arena */
	struct str path, query, body;
	struct str remote;
	bool tls;
};
struct api_response {
	int status;
	struct str content_type;
	struct str headers; /* whole lines ended by CRLF */
	struct str body;
	struct str topic;   /* API_STREAM: what to listen to ("order:<token>", "tenant:<id>") */
	bool asset;         /* body is static: served without copying */
};
struct api_route;
/* The route for a request; *ret_status is 404 or 405 when there is none. */
const struct api_route *api_find(struct str method, struct str path, int *ret_status);
enum api_lane api_lane(const struct api_route *route);
/* Keeps order among requests about one thing; 0 = any. */
uint64_t api_shard(const struct api_route *route, const struct api_request *request);
/* Runs the handler: always fills *ret_response (problems included); < 0 only for faults. */
int api_run(struct ctx *ctx, const struct api_route *route, const struct api_request *request,
	struct api_response *ret_response);
/* The JSON a stream client gets for an event on its topic (read lane): order view, or a hint for operators. Empty: skip. */
int api_event(struct ctx *ctx, struct str topic, struct str name, struct str payload, struct str *ret_data);
/* Static files and error pages that need no database; true when answered. */
bool api_static(const struct api_request *request, struct api_response *ret_response);
