/* inquiries.c - one libcurl caller for everything piles make us ask (see inquiries.h). */
#include "server/inquiries.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "net/caller.h"

#define INQUIRIES_MOST 32                         /* under way at once; the rest waits */
#define INQUIRY_ARENA (CALLER_ANSWER_MAX + 65536) /* the question and its answer */

struct inquiries {
	struct caller *caller;
	struct loop *home;
};
struct trip {
	struct inquiries *inquiries;
	struct arena arena;
	struct call call;
	struct inquiry_answer answer;
	void (*done)(void *arg, const struct inquiry_answer *answer);
	void *arg;
};

static void trip_home(void *arg)
{
	struct trip *trip = arg;

	trip->done(trip->arg, &trip->answer);
	arena_fini(&trip->arena);
	mem_free(trip);
}

/* On the caller's thread. */
static void trip_done(struct call *call)
{
	struct trip *trip = call->data;

	trip->answer = (struct inquiry_answer){.status = call->status, .why = ""};
	trip->answer.body = str_dup(&trip->arena, call->answer_body);
	if (call->status == 0) {
		LOG_WARN("inquiry without answer", "why=\"%s\"", call->error);
		trip->answer.why = "no answer";
	} else if (!trip->answer.body.ptr && call->answer_body.len > 0) {
		trip->answer = (struct inquiry_answer){.why = "too large"};
	}
	loop_post(trip->inquiries->home, trip_home, trip);
}

static void inquiries_run(void *context, const struct inquiry *inquiry,
	void (*done)(void *arg, const struct inquiry_answer *answer), void *arg)
{
	struct inquiries *inquiries = context;
	struct trip *trip = mem_alloc(sizeof(*trip));

	trip->inquiries = inquiries;
	trip->done = done;
	trip->arg = arg;
	arena_init(&trip->arena, INQUIRY_ARENA);
	trip->call = (struct call){.method = str_dup(&trip->arena, inquiry->method),
		.url = str_dup(&trip->arena, inquiry->url),
		.headers = str_dup(&trip->arena, inquiry->headers),
		.body = str_dup(&trip->arena, inquiry->body),
		.timeout_ms = INQUIRY_TIMEOUT_MS,
		.guarded = inquiry->guarded,
		.done = trip_done,
		.data = trip};
	caller_submit(inquiries->caller, &trip->call);
}

int inquiries_new(struct loop *home, struct inquiries **ret_inquiries)
{
	struct inquiries *inquiries = mem_alloc(sizeof(*inquiries));
	struct caller_config config = {.most = INQUIRIES_MOST};
	int result;

	inquiries->home = home;
	result = caller_new(&config, &inquiries->caller);
	if (result != 0) {
		mem_free(inquiries);
		return fault_trace(result, __FILE__, __LINE__);
	}
	*ret_inquiries = inquiries;
	return 0;
}

struct inquiry_runner inquiries_runner(struct inquiries *inquiries)
{
	return (struct inquiry_runner){.run = inquiries_run, .context = inquiries};
}

void inquiries_stop(struct inquiries *inquiries)
{
	if (inquiries != NULL)
		caller_stop(inquiries->caller);
}

void inquiries_free(struct inquiries *inquiries)
{
	if (inquiries == NULL)
		return;
	caller_free(inquiries->caller);
	mem_free(inquiries);
}
