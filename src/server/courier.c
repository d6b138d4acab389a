/* courier.c - a scan finds due payments; each becomes a visit: claim (write lane), call (HTTP
 * thread), apply (write lane). A visit belongs to whichever thread runs its present step. */
#include "server/courier.h"

#include <pthread.h>
#include <stdatomic.h>

#include "app/charging.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/map.h"
#include "net/caller.h"
#include "server/server.h"

#define VISITS_MOST 64
#define TICK_MS 1000
#define VISIT_ARENA (2 * CALLER_ANSWER_MAX)

struct courier {
	struct courier_config config;
	struct caller *caller;
	pthread_mutex_t mutex;
	pthread_cond_t idle;
	struct map visits; /* by payment id: on its way now */
	bool scanning;
	bool again; /* a hint came while scanning */
	atomic_bool stop;
};
struct visit {
	struct courier *courier;
	int64_t payment_id;
	struct job claim, apply;
	struct payment payment, parent;
	bool claimed, query;
	struct arena arena; /* the call and its answer */
	struct call call;
	struct payment_news news;
};
struct scan {
	struct job job;
	struct courier *courier;
	int64_t ids[VISITS_MOST];
	size_t len;
};

static const struct pay_channel_config *channel_config(
	const struct courier_channels *channels, struct str name)
{
	for (size_t i = 0; i < channels->len; i++)
		if (str_eq(channels->list[i].name, name))
			return &channels->list[i];
	return NULL;
}

static void job_prepare(struct job *job, enum lane_kind kind, void *data)
{
	*job = (struct job){.kind = kind, .data = data};
	arena_init(&job->arena, LIMIT_JOB_ARENA);
	effects_init(&job->effects, &job->arena);
}

static void visit_end(struct visit *visit)
{
	struct courier *courier = visit->courier;

	arena_fini(&visit->claim.arena);
	arena_fini(&visit->apply.arena);
	arena_fini(&visit->arena);
	pthread_mutex_lock(&courier->mutex);
	map_del_i64(&courier->visits, visit->payment_id);
	if (courier->visits.count == 0)
		pthread_cond_broadcast(&courier->idle);
	pthread_mutex_unlock(&courier->mutex);
	mem_free(visit);
}

static int apply_run(struct job *job, struct ctx *ctx)
{
	struct visit *visit = job->data;
	struct payment payment;
	bool changed = false;
	int result = payments_apply(ctx, &visit->news, &payment, &changed);

	TRY(result);
	if (result != 0)
		LOG_WARN("channel answer refused", "payment=%lld outcome=%d",
			(long long)visit->payment_id, result);
	if (result == 0 && changed)
		TRY(charging_payment(ctx, &payment));
	return 0;
}

static void apply_done(struct job *job, int result)
{
	struct visit *visit = job->data;

	if (result < 0)
		LOG_ERROR("channel answer not stored", "payment=%lld fault=%s",
			(long long)visit->payment_id, fault_name(result));
	visit_end(visit);
}

static void visit_apply(struct visit *visit)
{
	job_prepare(&visit->apply, LANE_WRITE, visit);
	visit->apply.shard = (uint64_t)visit->payment_id;
	visit->apply.run = apply_run;
	visit->apply.done = apply_done;
	if (!lanes_submit(visit->courier->config.lanes, &visit->apply))
		visit_end(visit);
}

static struct payment_news news_of(const struct pay_result *result)
{
	return (struct payment_news){.key = result->key,
		.state = result->state,
		.channel_ref = result->channel_ref,
		.pay_url = result->pay_url,
		.error = result->error,
		.currency = result->currency,
		.amount_minor = result->amount_minor};
}

/* Reads the channel's answer. One that cannot be believed says nothing: the payment stays unknown.
 */
static void visit_read(struct visit *visit, int status, struct str headers, struct str body)
{
	struct courier *courier = visit->courier;
	const struct pay_channel *channel = pay_channel_find(visit->payment.channel);
	const struct pay_channel_config *config =
		channel_config(&courier->config.channels, visit->payment.channel);
	struct pay_result result;
	int outcome = channel->answer(config, &visit->payment, status, headers, body,
		clock_now_us(courier->config.clock), &visit->arena, &result);

	if (outcome == 0 && str_eq(result.key, visit->payment.key)) {
		visit->news = news_of(&result);
		return;
	}
	LOG_WARN("channel answer not believed", "payment=%lld status=%d outcome=%d",
		(long long)visit->payment_id, status, outcome);
	visit->news = (struct payment_news){.key = visit->payment.key,
		.state = PAYMENT_UNKNOWN,
		.error = outcome == PAY_E_SIGNATURE ? STR("answer_signature") : STR("answer_bad")};
}

static void call_done(struct call *call)
{
	struct visit *visit = call->data;
	struct str headers, body;

	/* Cut by our own end: nobody knows what became of it, and the next start asks. */
	if (atomic_load(&visit->courier->stop)) {
		visit_end(visit);
		return;
	}
	headers = str_dup(&visit->arena, call->answer_headers);
	body = str_dup(&visit->arena, call->answer_body);
	if (call->status == 0)
		LOG_WARN("channel did not answer", "payment=%lld why=\"%s\"",
			(long long)visit->payment_id, call->error);
	visit_read(visit, call->status, headers, body);
	visit_apply(visit);
}

static int visit_call(struct visit *visit)
{
	struct courier *courier = visit->courier;
	const struct pay_channel *channel = pay_channel_find(visit->payment.channel);
	const struct pay_channel_config *config =
		channel_config(&courier->config.channels, visit->payment.channel);
	struct pay_channel_config with_return;
	struct pay_request request;
	struct rng rng;

	if (channel == NULL || config == NULL)
		return FAULT(FAULT_BUG, "payment %lld: channel is not configured",
			(long long)visit->payment_id);
	rng_init_system(&rng);
	with_return = *config;
	with_return.return_url =
		payments_return_url(courier->config.app, visit->payment.key, &visit->arena);
	TRY(channel->request(&with_return, &visit->payment, visit->query, &visit->parent,
		clock_now_us(courier->config.clock), &rng, &visit->arena, &request));
	visit->call = (struct call){.method = request.method,
		.url = request.url,
		.headers = request.headers,
		.body = request.body,
		.timeout_ms = courier->config.timeout_ms,
		.done = call_done,
		.data = visit};
	caller_submit(courier->caller, &visit->call);
	return 0;
}

static int claim_run(struct job *job, struct ctx *ctx)
{
	struct visit *visit = job->data;
	int result = payments_claim(
		ctx, visit->payment_id, &visit->payment, &visit->parent, &visit->query);

	TRY(result);
	visit->claimed = result == 0;
	return 0;
}

static void claim_done(struct job *job, int result)
{
	struct visit *visit = job->data;

	if (result < 0 || !visit->claimed || atomic_load(&visit->courier->stop)) {
		visit_end(visit);
		return;
	}
	if (visit_call(visit) < 0) {
		LOG_ERROR("payment cannot be sent", "%s", fault_text());
		visit_end(visit);
	}
}

/* Starts a visit unless this payment is on its way already. */
static void visit_start(struct courier *courier, int64_t payment_id)
{
	struct visit *visit = mem_alloc(sizeof(*visit));
	bool fresh;

	pthread_mutex_lock(&courier->mutex);
	fresh = !atomic_load(&courier->stop) && courier->visits.count < VISITS_MOST &&
		map_get_i64(&courier->visits, payment_id) == NULL;
	if (fresh)
		map_put_i64(&courier->visits, payment_id, visit);
	pthread_mutex_unlock(&courier->mutex);
	if (!fresh) {
		mem_free(visit);
		return;
	}
	visit->courier = courier;
	visit->payment_id = payment_id;
	arena_init(&visit->arena, VISIT_ARENA);
	job_prepare(&visit->claim, LANE_WRITE, visit);
	visit->claim.shard = (uint64_t)payment_id;
	visit->claim.run = claim_run;
	visit->claim.done = claim_done;
	if (!lanes_submit(courier->config.lanes, &visit->claim))
		visit_end(visit);
}

static int scan_run(struct job *job, struct ctx *ctx)
{
	struct scan *scan = job->data;
	struct payment *due;
	size_t count;

	TRY(payments_due(ctx, VISITS_MOST, &due, &count));
	for (size_t i = 0; i < count; i++)
		scan->ids[i] = due[i].id;
	scan->len = count;
	return 0;
}

/* The scan is over; a hint that came meanwhile makes another one. After this the courier may be
 * gone. */
static void scan_end(struct courier *courier)
{
	pthread_mutex_lock(&courier->mutex);
	if (courier->again && !atomic_load(&courier->stop))
		caller_wake(courier->caller);
	courier->again = false;
	courier->scanning = false;
	pthread_cond_broadcast(&courier->idle);
	pthread_mutex_unlock(&courier->mutex);
}

static void scan_done(struct job *job, int result)
{
	struct scan *scan = job->data;
	struct courier *courier = scan->courier;

	for (size_t i = 0; result >= 0 && i < scan->len; i++)
		visit_start(courier, scan->ids[i]);
	arena_fini(&job->arena);
	mem_free(scan);
	scan_end(courier);
}

/* On the HTTP thread, every second and after a hint. */
static void on_tick(void *context)
{
	struct courier *courier = context;
	struct scan *scan;
	bool busy;

	pthread_mutex_lock(&courier->mutex);
	busy = courier->scanning || atomic_load(&courier->stop);
	if (busy)
		courier->again = true;
	else
		courier->scanning = true;
	pthread_mutex_unlock(&courier->mutex);
	if (busy)
		return;
	scan = mem_alloc(sizeof(*scan));
	scan->courier = courier;
	job_prepare(&scan->job, LANE_READ, scan);
	scan->job.run = scan_run;
	scan->job.done = scan_done;
	if (!lanes_submit(courier->config.lanes, &scan->job)) {
		arena_fini(&scan->job.arena);
		mem_free(scan);
		scan_end(courier);
	}
}

int courier_new(const struct courier_config *config, struct courier **ret_courier)
{
	struct courier *courier = mem_alloc(sizeof(*courier));
	struct caller_config config_http = {
		.most = VISITS_MOST, .tick = on_tick, .tick_ms = TICK_MS, .context = courier};
	struct caller *caller = NULL;
	int result;

	courier->config = *config;
	pthread_mutex_init(&courier->mutex, NULL);
	pthread_cond_init(&courier->idle, NULL);
	map_init(&courier->visits);
	result = caller_new(&config_http, &caller);
	if (result != 0) {
		map_fini(&courier->visits);
		mem_free(courier);
		return fault_trace(result, __FILE__, __LINE__);
	}
	/* The thread runs already; its first tick comes later than this. */
	pthread_mutex_lock(&courier->mutex);
	courier->caller = caller;
	pthread_mutex_unlock(&courier->mutex);
	*ret_courier = courier;
	return 0;
}

void courier_hint(struct courier *courier)
{
	caller_wake(courier->caller);
}

void courier_stop(struct courier *courier)
{
	if (courier == NULL)
		return;
	atomic_store(&courier->stop, true);
	caller_stop(courier->caller);
	pthread_mutex_lock(&courier->mutex);
	while (courier->scanning || courier->visits.count > 0)
		pthread_cond_wait(&courier->idle, &courier->mutex);
	pthread_mutex_unlock(&courier->mutex);
}

void courier_free(struct courier *courier)
{
	if (courier == NULL)
		return;
	courier_stop(courier);
	caller_free(courier->caller);
	map_fini(&courier->visits);
	pthread_cond_destroy(&courier->idle);
	pthread_mutex_destroy(&courier->mutex);
	mem_free(courier);
}

int courier_notify(void *context, struct str name, struct str headers, struct str body,
	int64_t now_us, struct arena *arena, struct payment_news *ret_news,
	struct str *ret_accepted, struct str *ret_refused)
{
	const struct courier_channels *channels = context;
	const struct pay_channel_config *config = channel_config(channels, name);
	const struct pay_channel *channel = pay_channel_find(name);
	struct pay_result result;
	int outcome;

	if (config == NULL || channel == NULL)
		return PAY_E_FORMAT;
	*ret_accepted = channel->notify_reply(true);
	*ret_refused = channel->notify_reply(false);
	outcome = channel->notify(config, headers, body, now_us, arena, &result);
	if (outcome != 0)
		return outcome;
	*ret_news = news_of(&result);
	return 0;
}

int courier_channels_read(const struct config *config, struct str public_url, struct arena *arena,
	struct courier_channels *ret_channels)
{
	struct pay_channel_config *sandbox;

	*ret_channels = (struct courier_channels){.list = NULL};
	if (config->sandbox_url.len == 0)
		return 0;
	sandbox = ARENA_NEW(arena, struct pay_channel_config);
	if (sandbox == NULL)
		return FAULT(FAULT_NOMEM, "no room for a payment channel");
	*sandbox = (struct pay_channel_config){.name = STR("sandbox"),
		.endpoint = config->sandbox_url,
		.merchant = config->sandbox_merchant,
		.notify_url =
			str_format(arena, "%.*s/v1/channels/sandbox/notify", STR_FMT(public_url))};
	TRY(server_read_file(config->sandbox_key_file, arena, &sandbox->key));
	TRY(server_read_file(config->sandbox_peer_key_file, arena, &sandbox->peer_key));
	*ret_channels = (struct courier_channels){.list = sandbox, .len = 1};
	return 0;
}
