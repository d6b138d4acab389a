/* gateway_parts.h - what the two halves of the gateway share: gateway.c (links, handshakes,
 * effects) and gateway_calls.c (frames, calls in both directions, their log). Included by nobody
 * else. */
#pragma once
#include "app/ctx.h"
#include "app/ocpp.h"
#include "base/clock.h"
#include "base/map.h"
#include "server/gateway.h"
#include "server/throttle.h"
#include "wire/ocpp.h"

#define STATION_INBOX 16  /* frames of one pile that may wait; then it is not read from */
#define STATION_ANSWERS 4 /* last answers kept for a pile that repeats its question */
#define STATION_ANSWER_MAX 1024
#define LIGHT_MOST 4096                 /* log rows that are written together */
#define LIGHT_REPEATS 48                /* messages of one kind that share a row */
#define LIGHT_WAIT_US (200 * US_PER_MS) /* a row waits for company at most so long */
#define SPARE_MOST 128                  /* jobs that are kept for the next messages, */
#define SPARE_BYTES (8 * 1024)          /* with so much memory each */
#define SEEN_EVERY_US (10 * US_PER_S)   /* between stored signs of life */
#define LOGGED_MOST 4096                /* bytes of a broken frame that are kept */

#define STATION_AWAY 4 /* calls of one pile that wait for somebody outside */

struct station;
struct light; /* gateway_log.c */
struct link {
	uint64_t id;
	struct station *station; /* NULL until the handshake is stored */
};
/* The answer to the last questions: a repeated one (same id, same bytes) gets the same answer and
 * is not run again. */
struct answer {
	char id[OCPP_ID_MAX + 1];
	uint8_t id_len;
	uint64_t frame_hash;
	char *text;
	size_t text_len;
};
/* One call of ours: waiting, or open. */
struct call {
	struct call *next;
	int64_t command_id;
	char *action, *payload; /* NUL terminated, owned */
	int64_t expires_us;
	int64_t sent_ticks_us;
};
struct station {
	char *code;
	size_t code_len;
	int64_t pile_id, tenant_id;
	struct link *link;
	const struct ocpp_desk *desk; /* of the version its link speaks */
	bool paused;
	bool held;           /* its boot was not accepted */
	int64_t seen_us;     /* the last sign of life that was stored */
	struct light *light; /* its newest row that waits, while light_no is the gateway's */
	uint64_t light_no;
	int64_t offline_at_us; /* when its absence is stored; 0: present, or stored already */
	struct gateway_job *inbox, **inbox_tail; /* calls of the pile that wait */
	size_t inbox_len;
	struct gateway_job *running; /* the call in the lane */
	struct gateway_job *away;    /* calls whose inquiries are out */
	struct call *outbox, **outbox_tail;
	struct call *open;
	struct answer answers[STATION_ANSWERS];
	size_t answers_at;
};
/* A job of the gateway's: a call of a pile, an answer to a command, a handshake ... */
struct gateway_job {
	struct job job;
	struct gateway *gateway;
	void (*finish)(struct gateway_job *job); /* on the gateway's thread, owns the job */
	struct gateway_job *next_stalled;
	struct gateway_job *next_frame;
	struct station *station; /* stations live as long as the gateway */
	int64_t pile_id, tenant_id;
	void *data;
};
/* A call of the pile on its way through the house. */
struct frame {
	struct ocpp_message message;
	const struct ocpp_desk *desk;
	const struct ocpp_route *route;
	void *request;
	struct ocpp_reply reply;
	/* What was asked outside for it. */
	int (*resume)(struct desk *desk, const struct inquiry_answer *answer);
	struct inquiry_answer outside;
	uint64_t hash;
	uint64_t link; /* where it was asked, or asked again */
	int64_t arrived_ticks_us;
};
struct gateway {
	struct gateway_config config;
	struct map links;    /* id -> struct link */
	struct map stations; /* code -> struct station */
	struct map by_pile;  /* pile id -> struct station */
	struct gateway_job *stalled, **stalled_tail;
	struct gateway_job *light; /* log rows that wait to be written together, */
	int64_t light_ticks_us;    /* since then, */
	uint64_t light_no;         /* the how manyeth such lot */
	struct gateway_job *spare; /* freed ones of ordinary size, used again */
	size_t spare_len;
	struct gateway_stats stats;
	struct throttle throttle;
};

static inline int64_t gateway_ticks(const struct gateway *gateway)
{
	return clock_ticks_us(gateway->config.clock);
}
struct gateway_job *gateway_job_new(struct gateway *gateway, uint64_t shard,
	int (*run)(struct job *job, struct ctx *ctx), void (*finish)(struct gateway_job *job));
void gateway_job_free(struct gateway_job *job);
void gateway_submit(struct gateway *gateway, struct gateway_job *job);

/* gateway_log.c */
/* Adds a row to those that are written together; texts are copied. `seen`: it is a sign of life. */
void gateway_log(
	struct gateway *gateway, struct station *station, struct journal_row row, bool seen);
void station_pause(struct gateway *gateway, struct station *station, bool paused);

/* gateway_calls.c */
void station_forget_calls(struct station *station);
void station_forget_frames(struct station *station);
/* Queues a stored command, unless it is queued or open already. */
void station_add_call(struct station *station, const struct effect *effect, int64_t now_ticks_us);
void station_send_next(struct gateway *gateway, struct station *station);
/* The link went while a call of ours was open: one log row. */
void station_journal_lost(struct gateway *gateway, struct station *station);
void station_tick(struct gateway *gateway, struct station *station, int64_t now_ticks_us);
