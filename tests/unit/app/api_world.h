/* api_world.h - two operators with everything they own, and a browser that asks the front desk
 * without a socket: the request goes through the route table and all its lanes, on either engine.
 * Include after cmocka.h. */
#pragma once
#include "app/api.h"
#include "base/id.h"
#include "base/rng.h"
#include "domain/order.h"
#include "domain/payment.h"
#include "engines.h"

#define WORLD_TENANT 1000
#define WORLD_OTHER 2000
#define WORLD_NOW INT64_C(1795089600000000) /* 2026-11-19T12:00:00Z, 20:00 in Shanghai */

struct answer {
	int status;
	struct str type, headers, body, topic, log;
};
struct world {
	struct test_db *test;
	struct db *journal;
	struct arena arena; /* what lives as long as the test */
	struct arena job;   /* of the last question */
	struct effects effects;
	struct rng rng;
	struct id_maker ids;
	struct app_config config;
	struct ctx ctx;
	int64_t site, pile, pile_waiting, series, member, tag, account;
	struct str tariff_hash;
	struct str wallet_token;
	struct {
		const char *role;
		struct str token;
		int64_t id;
	} staff[5];
	struct str other_token; /* an admin of the other operator */
	/* the next question's browser */
	struct str cookie, csrf, accept, accept_language, content_type, idempotency, owner_key,
		remote, origin;
	struct str accept_encoding, fetch_site;
};
void world_open(struct world *world, void **state);
void world_close(struct world *world);
/* Signs the browser in as one of the roles; NULL: nobody; "other": the other operator's admin. */
void world_as(struct world *world, const char *role);
/* Asks. `target` is path and query. The answer lives until the next question. */
struct answer world_ask(
	struct world *world, const char *method, const char *target, const char *body);
struct answer world_get(struct world *world, const char *target);
/* Posts JSON as the signed-in person and expects a status. */
struct answer world_post(struct world *world, const char *target, const char *body, int status);
/* Text at a path of the answer's JSON ("view.state"); asserts that it is there. */
struct str world_text(struct world *world, struct answer answer, const char *path);
int64_t world_int(struct world *world, struct answer answer, const char *path);
bool world_has(struct answer answer, const char *needle);
/* An order of the public page, paid through the channel, charging (or further) at the pile. */
struct order world_order(struct world *world);
void world_pay(struct world *world, int64_t order_id);
void world_start(struct world *world, int64_t order_id);
void world_stop(struct world *world, int64_t order_id, int64_t dwh);
struct order world_load(struct world *world, int64_t order_id);
/* A fresh context at the world's time for calling conversations directly. */
struct ctx *world_ctx(struct world *world);
