/* flow.h - what the files of the flow runner share: the whole server in one process under a clock
 * that stands still, and the words in which a transcript speaks to it. The words are listed in
 * run.c. */
#pragma once
#include <stdio.h>
#include "base/arena.h"
#include "domain/order.h"
#include "domain/tariff.h"
#include "stage.h"

#define FLOW_LINKS 1200
#define FLOW_VARS 64
#define FLOW_ORDERS 16

struct said { /* a frame or an event that came out of a link and was not looked at yet */
	struct said *next;
	struct str text;
};
struct flow_link {
	char label[64];
	uint64_t id;
	bool open;
	int64_t ids; /* message ids made for `>>` */
	struct said *head, **tail;
};
struct flow_var {
	char name[32];
	char value[256];
};
/* What the server asks somebody outside, until the transcript answers. */
#define FLOW_INQUIRIES 8
struct flow_inquiry {
	struct str url, body;
	bool guarded;
	void (*done)(void *arg, const struct inquiry_answer *answer);
	void *arg;
};
struct flow {
	const char *file;
	int line;
	bool failed;
	struct arena arena;
	struct stage stage;
	bool trouble; /* the database is troubled: timers may fail */
	uint64_t next_link;
	struct flow_link links[FLOW_LINKS];
	size_t links_len;
	struct flow_link *link; /* the one spoken of last */
	struct flow_inquiry inquiries[FLOW_INQUIRIES];
	size_t inquiries_len;
	/* names */
	struct flow_var vars[FLOW_VARS];
	size_t vars_len;
	char order_names[FLOW_ORDERS][32];
	int64_t order_ids[FLOW_ORDERS];
	size_t orders_len;
	int64_t tenant_id, site_id, series_id;
	struct tariff tariff;
	size_t asked; /* assertions made */
};

/* Says what is wrong at the present line; the flow ends there. */
void flow_fail(struct flow *flow, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* world.c */
void world_open(struct flow *flow);
void world_close(struct flow *flow);
/* As after kill -9: nothing is said goodbye to; then the server starts again. */
void world_restart(struct flow *flow);
/* Runs until nothing is left to do. */
void world_pump(struct flow *flow);
/* Time passes, second by second at first, with the timers of the server running. */
void world_pass(struct flow *flow, int64_t us);
/* Runs `run` in the write lane and commits; returns its result (a fault fails the flow). */
int world_act(struct flow *flow, int (*run)(struct ctx *ctx, void *arg), void *arg);
struct flow_link *world_link(struct flow *flow, struct str label);
void world_connect(struct flow *flow, struct str label, const struct gateway_caller *caller);
/* The handshake is left in the lane. */
void world_connect_later(struct flow *flow, struct str code);
void world_disconnect(struct flow *flow, struct str label);
void world_say(struct flow *flow, struct flow_link *link, struct str text);
/* The next thing the link got, or STR_NULL. */
struct str world_heard(struct flow *flow, struct flow_link *link);

/* words.c */
/* The value of key=... in the words of a line; `otherwise` when absent. Quotes keep blanks. */
struct str words_get(struct flow *flow, struct str words, const char *key, const char *otherwise);
int64_t words_money(struct flow *flow, struct str words, const char *key, const char *otherwise);
bool words_has(struct str words, const char *word);
struct str words_next(struct str *words);
/* Replaces $name by its value and $now by the clock. */
struct str words_fill(struct flow *flow, struct str text);
/* Compares with a pattern in which $_ stands for anything and a new $name takes what it finds. */
bool words_match(struct flow *flow, struct str pattern, struct str text);
void words_set(struct flow *flow, struct str name, struct str value);
int64_t words_order(struct flow *flow, struct str words);

/* act.c, ask.c */
/* act_offline.c: codes carried to and from a pile without network. The id of a new order or 0. */
int64_t act_offline(struct flow *flow, struct str verb, struct str words, struct str expect);
/* act_outside.c: takes what the server asks outside. */
void outside_open(struct flow *flow);
/* `$ outside ...`: the world outside says something, or the settings name it. */
void act_outside(struct flow *flow, struct str words);
/* act_smart.c: a site's limit. Its outcome. */
int act_smart(struct flow *flow, struct str words);
/* act_vehicle.c: what operators and drivers say of vehicles; `expect` is the outcome's word. */
void act_vehicle(struct flow *flow, struct str verb, struct str words, struct str expect);
/* act_api.c: an operator's call over the outside face; `expect` is its status. */
void act_api_line(struct flow *flow, struct str words, struct str expect);
void act(struct flow *flow, struct str words);
void ask(struct flow *flow, struct str words);
/* The first column of the first row of any query, as text; in the journal when `journal`. */
struct str peek(struct flow *flow, const char *sql, bool journal);
