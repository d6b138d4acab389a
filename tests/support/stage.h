/* stage.h - the whole server in one process, for transcripts and the simulator: lanes without
 * threads, the gateway without sockets, a clock that stands still, randomness from a seed. What the
 * server sends goes to whoever plays the piles. */
#pragma once
#include "app/ctx.h"
#include "base/clock.h"
#include "db/db.h"
#include "server/gateway.h"
#include "server/lane.h"

/* The piles' side; texts are borrowed. `effect` may be NULL. */
struct stage_ops {
	void (*send)(void *context, uint64_t link, struct str text);
	void (*close)(void *context, uint64_t link, int code);
	/* 101 with an empty protocol: shaken hands without one, and closed right after */
	void (*verdict)(void *context, uint64_t link, int status, struct str protocol);
	void (*effect)(void *context, const struct effect *effect);
	void *context;
};
struct stage_posted;
struct stage {
	struct stage_ops ops;
	char dir[256], url[512]; /* SQLite: the file lies in `dir` */
	enum db_engine engine;
	struct clock_fake clock;
	struct app_config app;
	struct inquiry_runner inquiries; /* who plays the world outside; run NULL: nobody */
	uint64_t seed;                   /* of the next start; another one after each */
	struct lanes *lanes;
	struct gateway *gateway;
	struct stage_posted *posted, **posted_tail;
};
/* Settings every stage begins with, and a fresh database (its own directory, or schema) of the
 * engine. Does not start the server. */
void stage_prepare(struct stage *stage, enum db_engine engine);
/* Removes the directory. */
void stage_remove(struct stage *stage);
/* Starts and ends the server. A fault when it does not start. */
int stage_open(struct stage *stage);
void stage_close(struct stage *stage);
/* Runs until nothing is left to do. A fault when the lanes stopped. */
int stage_pump(struct stage *stage);
/* Runs `run` in the lane, inside a transaction that is committed; its result, or a fault. */
int stage_act(struct stage *stage, enum lane_kind lane, int (*run)(struct ctx *ctx, void *arg),
	void *arg);
/* The timers beat once, without time passing. */
int stage_tick(struct stage *stage);
