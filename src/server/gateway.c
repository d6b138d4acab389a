/* gateway.c - the piles' front door. Runs on one thread (the home loop, or a test); only job->run
 * and job->done below run on lane threads.
 *
 * A station is a pile as this process knows it; it has at most one link. In each direction one call
 * is open at a time: what a pile says meanwhile waits in its inbox, what we want to say waits in
 * its outbox. Commands live in the database until they are answered, so the outbox may be lost at
 * any moment: the next handshake brings them again.
 *
 * The newest link wins: it becomes the station's link when its handshake is stored, the old one is
 * closed and forgotten, and nothing that comes from it later is heard. An answer that was computed
 * while the link changed is kept with the station, and given when the pile repeats its question. */
#include "server/gateway.h"

#include <string.h>
#include "app/devices.h"
#include "app/ocpp.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include "server/gateway_parts.h"
#include "wire/json.h"

#define OFFLINE_AFTER_US INT64_C(1000000) /* a link that comes back sooner was never gone */

struct gateway *gateway_new(const struct gateway_config *config)
{
	struct gateway *gateway = mem_alloc(sizeof(*gateway));

	gateway->config = *config;
	if (gateway->config.call_timeout_us <= 0)
		gateway->config.call_timeout_us = LIMIT_CALL_TIMEOUT_US;
	map_init(&gateway->links);
	map_init(&gateway->stations);
	map_init(&gateway->by_pile);
	gateway->stalled_tail = &gateway->stalled;
	return gateway;
}

static void station_free(struct station *station)
{
	station_forget_calls(station);
	station_forget_frames(station);
	while (station->away) {
		struct gateway_job *job = station->away;

		station->away = job->next_frame;
		gateway_job_free(job);
	}
	for (size_t i = 0; i < STATION_ANSWERS; i++)
		mem_free(station->answers[i].text);
	mem_free(station->code);
	mem_free(station);
}

static void free_spares(struct gateway *gateway)
{
	while (gateway->spare) {
		struct gateway_job *job = gateway->spare;

		gateway->spare = job->next_frame;
		arena_fini(&job->job.arena);
		mem_free(job);
	}
}

void gateway_free(struct gateway *gateway)
{
	struct station *station;
	struct link *link;
	size_t at = 0;

	if (!gateway)
		return;
	while ((station = map_next(&gateway->stations, &at)) != NULL)
		station_free(station);
	at = 0;
	while ((link = map_next(&gateway->links, &at)) != NULL)
		mem_free(link);
	while (gateway->stalled) {
		struct gateway_job *job = gateway->stalled;

		gateway->stalled = job->next_stalled;
		gateway_job_free(job);
	}
	gateway_job_free(gateway->light);
	free_spares(gateway);
	map_fini(&gateway->links);
	map_fini(&gateway->stations);
	map_fini(&gateway->by_pile);
	mem_free(gateway);
}

/* --- jobs --- */

static void job_done_here(void *arg)
{
	struct gateway_job *job = arg;

	job->finish(job);
}

static void job_done(struct job *base, int result)
{
	struct gateway_job *job = (struct gateway_job *)base;

	job->job.result = result;
	job->gateway->config.ops.post(job->gateway->config.ops.context, job_done_here, job);
}

struct gateway_job *gateway_job_new(struct gateway *gateway, uint64_t shard,
	int (*run)(struct job *job, struct ctx *ctx), void (*finish)(struct gateway_job *job))
{
	struct gateway_job *job = gateway->spare;
	struct arena arena;

	if (job) {
		gateway->spare = job->next_frame;
		gateway->spare_len--;
		arena = job->job.arena;
		memset(job, 0, sizeof(*job));
		job->job.arena = arena;
	} else {
		job = mem_alloc(sizeof(*job));
		arena_init(&job->job.arena, LIMIT_JOB_ARENA);
	}
	effects_init(&job->job.effects, &job->job.arena);
	job->job.kind = LANE_WRITE;
	job->job.shard = shard;
	job->job.run = run;
	job->job.done = job_done;
	job->gateway = gateway;
	job->finish = finish;
	return job;
}

void gateway_job_free(struct gateway_job *job)
{
	struct gateway *gateway;

	if (!job)
		return;
	gateway = job->gateway;
	if (gateway->spare_len < SPARE_MOST && job->job.arena.used <= SPARE_BYTES) {
		arena_reset(&job->job.arena);
		job->next_frame = gateway->spare;
		gateway->spare = job;
		gateway->spare_len++;
		return;
	}
	arena_fini(&job->job.arena);
	mem_free(job);
}

/* Into the lane; when that is full, into the line before it, and the pile is not read from until it
 * moved on. */
void gateway_submit(struct gateway *gateway, struct gateway_job *job)
{
	if (!gateway->stalled && lanes_submit(gateway->config.lanes, &job->job))
		return;
	job->next_stalled = NULL;
	*gateway->stalled_tail = job;
	gateway->stalled_tail = &job->next_stalled;
	if (job->station)
		station_pause(gateway, job->station, true);
}

static void submit_stalled(struct gateway *gateway)
{
	while (gateway->stalled) {
		struct gateway_job *job = gateway->stalled;
		struct station *station = job->station;

		if (!lanes_submit(gateway->config.lanes, &job->job))
			return;
		gateway->stalled = job->next_stalled;
		if (!gateway->stalled)
			gateway->stalled_tail = &gateway->stalled;
		if (station && station->inbox_len < STATION_INBOX)
			station_pause(gateway, station, false);
	}
}

/* --- links --- */

void station_pause(struct gateway *gateway, struct station *station, bool paused)
{
	if (station->paused == paused)
		return;
	station->paused = paused;
	if (station->link)
		gateway->config.ops.pause(gateway->config.ops.context, station->link->id, paused);
}

static void close_link(struct gateway *gateway, struct link *link, int code, struct str reason)
{
	gateway->config.ops.close(gateway->config.ops.context, link->id, code, reason);
	map_del_i64(&gateway->links, (int64_t)link->id);
	mem_free(link);
}

/* The station's link is gone: what was open on it is forgotten, the database knows it. */
static void station_unlink(struct gateway *gateway, struct station *station)
{
	if (station->open)
		station_journal_lost(gateway, station);
	station->link = NULL;
	station->paused = false;
	station_forget_calls(station);
	station_forget_frames(station);
}

static int run_offline(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;

	return devices_disconnected(ctx, job->pile_id, 0);
}

static void finish_offline(struct gateway_job *job)
{
	gateway_job_free(job);
}

static void write_offline(struct gateway *gateway, struct station *station)
{
	struct gateway_job *job =
		gateway_job_new(gateway, (uint64_t)station->pile_id, run_offline, finish_offline);

	job->pile_id = station->pile_id;
	station->offline_at_us = 0;
	gateway_submit(gateway, job);
}

/* --- handshake --- */

struct hello {
	uint64_t link;
	struct gateway_caller caller;
	struct str protocol; /* the one we chose, else all it offers */
	struct pile pile;
	int outcome;
};

static const char *const refusal_words[] = {
	[DEVICES_E_UNKNOWN] = "No pile with this identity is registered, and the settings say that "
			      "unknown piles are turned away.",
	[DEVICES_E_REJECTED] = "An operator has rejected or retired this pile.",
	[DEVICES_E_NAME] = "The identity at the end of the address is empty, too long, or has "
			   "characters that no identity has.",
	[DEVICES_E_NO_OPERATOR] = "Unknown piles are taken in, but there is no operator yet whose "
				  "they could be: leyden user add LOGIN makes the first one.",
	[DEVICES_E_CERTIFICATE_NAME] = "The certificate is made out to another name than the "
				       "address says.",
	[DEVICES_E_RATE] = "Too many wrong passwords in the last minute; it may try again in a "
			   "minute.",
};

static struct str words_of(int outcome, struct str words)
{
	if (words.len > 0)
		return words;
	if (outcome > 0 && (size_t)outcome < sizeof(refusal_words) / sizeof(refusal_words[0]) &&
		refusal_words[outcome])
		return str_from(refusal_words[outcome]);
	return STR("The server could not check the pile.");
}

static int run_hello(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;
	struct hello *hello = job->data;
	struct str words = STR_NULL;
	int status;

	hello->outcome = devices_handshake(
		ctx, hello->caller.code, &hello->caller.proof, &hello->pile, &words);
	TRY(hello->outcome);
	if (hello->outcome == 0)
		return devices_connected(ctx, hello->pile.id, hello->protocol);
	return devices_refused(ctx, hello->caller.code, hello->caller.remote,
		devices_refusal(hello->outcome, &status), words_of(hello->outcome, words));
}

static struct station *station_get(struct gateway *gateway, struct str code)
{
	struct station *station = map_get(&gateway->stations, code);

	if (station)
		return station;
	station = mem_alloc(sizeof(*station));
	station->code = mem_alloc(code.len + 1);
	memcpy(station->code, code.ptr, code.len);
	station->code_len = code.len;
	station->inbox_tail = &station->inbox;
	station->outbox_tail = &station->outbox;
	map_put(&gateway->stations, code, station);
	return station;
}

/* The handshake is stored: this link speaks for the pile from now on. */
static void welcome(struct gateway *gateway, struct link *link, struct hello *hello,
	const struct effects *effects)
{
	struct station *station = station_get(gateway, hello->caller.code);
	struct link *old = station->link;

	if (old) {
		station_unlink(gateway, station);
		close_link(gateway, old, 1000, STR("a newer connection of this pile"));
	}
	station->pile_id = hello->pile.id;
	station->tenant_id = hello->pile.tenant_id;
	station->link = link;
	station->desk = ocpp_desk(ocpp_version_of(hello->protocol));
	station->held = hello->pile.state != PILE_APPROVED;
	station->offline_at_us = 0;
	link->station = station;
	map_put_i64(&gateway->by_pile, station->pile_id, station);
	gateway->config.ops.verdict(gateway->config.ops.context, link->id, 101, hello->protocol);
	/* Everything the pile has not been told yet; their COMMAND effects came before the link was
	 * ours. */
	station_forget_calls(station);
	for (const struct effect *effect = effects->head; effect; effect = effect->next) {
		if (effect->kind == EFFECT_COMMAND)
			station_add_call(station, effect, gateway_ticks(gateway));
	}
	station_send_next(gateway, station);
}

static void finish_hello(struct gateway_job *job)
{
	struct gateway *gateway = job->gateway;
	struct hello *hello = job->data;
	struct link *link = map_get_i64(&gateway->links, (int64_t)hello->link);
	struct station *station;
	int status = 503;

	if (job->job.result < 0)
		hello->outcome = job->job.result;
	if (hello->outcome == DEVICES_E_CREDENTIALS)
		throttle_failed(&gateway->throttle, hello->caller.code, hello->caller.remote,
			gateway_ticks(gateway));
	if (link && hello->outcome == 0) {
		welcome(gateway, link, hello, &job->job.effects);
	} else if (link) {
		devices_refusal(hello->outcome, &status);
		gateway->config.ops.verdict(
			gateway->config.ops.context, link->id, status, STR_NULL);
		map_del_i64(&gateway->links, (int64_t)link->id);
		mem_free(link);
	} else if (hello->outcome == 0) {
		/* Gone before it was let in, but stored as connected: say so, unless another one is
		 * here. */
		station = station_get(gateway, hello->caller.code);
		station->pile_id = hello->pile.id;
		station->tenant_id = hello->pile.tenant_id;
		map_put_i64(&gateway->by_pile, station->pile_id, station);
		if (!station->link)
			station->offline_at_us = gateway_ticks(gateway) + OFFLINE_AFTER_US;
	}
	gateway_job_free(job);
}

/* The first of the comma separated names that is spoken here: the pile's order of preference
 * counts, as RFC 6455 means it. */
static struct str choose_protocol(struct str offer)
{
	while (offer.len > 0) {
		struct str name = str_trim(str_cut(&offer, ','));
		enum ocpp_version version = ocpp_version_of(name);

		if (version != 0 && ocpp_desk(version))
			return ocpp_protocol(version);
	}
	return STR_NULL;
}

static int run_refused(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;
	struct hello *hello = job->data;

	return devices_refused(ctx, hello->caller.code, hello->caller.remote,
		hello->protocol.len > 0 ? STR("protocol") : STR("protocol_missing"),
		str_format(ctx->arena,
			"The pile offers the subprotocols \"%.*s\"; this server speaks %.*s.",
			STR_FMT(hello->protocol), STR_FMT(ocpp_spoken(ctx->arena))));
}

static void finish_refused(struct gateway_job *job)
{
	gateway_job_free(job);
}

static struct gateway_caller copy_caller(struct arena *arena, const struct gateway_caller *from)
{
	struct gateway_caller copy = *from;
	struct str *const texts[] = {&copy.code, &copy.remote, &copy.protocols, &copy.proof.user,
		&copy.proof.password, &copy.proof.transport, &copy.proof.common_name,
		&copy.proof.organisation, &copy.proof.serial};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		*texts[i] = str_dup(arena, *texts[i]);
	return copy;
}

/* The lane of a known pile's other jobs, so that its absence, stored a moment ago, does not
 * overtake its return. */
static uint64_t hello_shard(struct gateway *gateway, struct str code)
{
	const struct station *station = map_get(&gateway->stations, code);

	return station ? (uint64_t)station->pile_id : str_hash(code);
}

static struct gateway_job *hello_job(struct gateway *gateway, const struct gateway_caller *caller,
	int (*run)(struct job *job, struct ctx *ctx), void (*finish)(struct gateway_job *job))
{
	struct gateway_job *job =
		gateway_job_new(gateway, hello_shard(gateway, caller->code), run, finish);
	struct hello *hello = ARENA_NEW(&job->job.arena, struct hello);

	ASSERT(hello);
	job->data = hello;
	hello->caller = copy_caller(&job->job.arena, caller);
	return job;
}

static int run_slowed(struct job *base, struct ctx *ctx)
{
	struct gateway_job *job = (struct gateway_job *)base;
	struct hello *hello = job->data;
	int status;

	return devices_refused(ctx, hello->caller.code, hello->caller.remote,
		devices_refusal(DEVICES_E_RATE, &status), words_of(DEVICES_E_RATE, STR_NULL));
}

/* Turned away without a look at the database: guessing must not cost us more than the guesser. */
static void slow_down(struct gateway *gateway, uint64_t id, const struct gateway_caller *caller)
{
	int status;

	devices_refusal(DEVICES_E_RATE, &status);
	gateway->config.ops.verdict(gateway->config.ops.context, id, status, STR_NULL);
	if (throttle_first(
		    &gateway->throttle, caller->code, caller->remote, gateway_ticks(gateway)))
		gateway_submit(gateway, hello_job(gateway, caller, run_slowed, finish_refused));
}

void gateway_hello(struct gateway *gateway, uint64_t id, const struct gateway_caller *caller)
{
	struct str protocol = choose_protocol(caller->protocols);
	struct gateway_job *job;
	struct hello *hello;
	struct link *link;

	if (throttle_waits(
		    &gateway->throttle, caller->code, caller->remote, gateway_ticks(gateway))) {
		slow_down(gateway, id, caller);
		return;
	}
	job = hello_job(gateway, caller, protocol.len > 0 ? run_hello : run_refused,
		protocol.len > 0 ? finish_hello : finish_refused);
	hello = job->data;
	hello->link = id;
	hello->protocol = protocol.len > 0 ? protocol : hello->caller.protocols;
	if (protocol.len == 0) {
		/* OCPP-J 1.6, 3.1.2: shake hands without a subprotocol, then close. */
		gateway->config.ops.verdict(gateway->config.ops.context, id, 101, STR_NULL);
		gateway->config.ops.close(
			gateway->config.ops.context, id, 1002, STR("no common subprotocol"));
	} else {
		link = mem_alloc(sizeof(*link));
		link->id = id;
		map_put_i64(&gateway->links, (int64_t)id, link);
	}
	gateway_submit(gateway, job);
}

void gateway_closed(struct gateway *gateway, uint64_t id, int code)
{
	struct link *link = map_del_i64(&gateway->links, (int64_t)id);
	struct station *station = link ? link->station : NULL;

	(void)code;
	if (!link)
		return; /* replaced before: its late close changes nothing */
	if (station && station->link == link) {
		station_unlink(gateway, station);
		station->offline_at_us = gateway_ticks(gateway) + OFFLINE_AFTER_US;
	}
	mem_free(link);
}

/* --- effects --- */

struct errand {
	struct gateway *gateway;
	struct arena arena;
	struct effect effect;
};

static void effect_here(void *arg)
{
	struct errand *errand = arg;
	struct gateway *gateway = errand->gateway;
	struct station *station = map_get_i64(&gateway->by_pile, errand->effect.pile_id);

	if (station && station->link && errand->effect.kind == EFFECT_COMMAND) {
		station_add_call(station, &errand->effect, gateway_ticks(gateway));
		station_send_next(gateway, station);
	} else if (station && station->link && errand->effect.kind == EFFECT_DROP) {
		struct link *link = station->link;

		station_unlink(gateway, station);
		station->offline_at_us = gateway_ticks(gateway);
		close_link(gateway, link, 1008, STR("rejected by the operator"));
	}
	arena_fini(&errand->arena);
	mem_free(errand);
}

void gateway_effect(struct gateway *gateway, const struct effect *effect)
{
	struct errand *errand;

	if (effect->kind != EFFECT_COMMAND && effect->kind != EFFECT_DROP)
		return;
	errand = mem_alloc(sizeof(*errand));
	errand->gateway = gateway;
	arena_init(&errand->arena, LIMIT_JOB_ARENA);
	errand->effect = *effect;
	errand->effect.next = NULL;
	errand->effect.topic = str_dup(&errand->arena, effect->topic);
	errand->effect.name = str_dup(&errand->arena, effect->name);
	errand->effect.payload = str_dup(&errand->arena, effect->payload);
	gateway->config.ops.post(gateway->config.ops.context, effect_here, errand);
}

void gateway_tick(struct gateway *gateway)
{
	int64_t now = gateway_ticks(gateway);
	struct station *station;
	size_t at = 0;

	submit_stalled(gateway);
	while ((station = map_next(&gateway->stations, &at)) != NULL) {
		if (station->link)
			station_tick(gateway, station, now);
		else if (station->offline_at_us != 0 && station->offline_at_us <= now)
			write_offline(gateway, station);
	}
	if (gateway->light && now >= gateway->light_ticks_us + LIGHT_WAIT_US)
		gateway_flush_light(gateway);
}

void gateway_stats(const struct gateway *gateway, struct gateway_stats *ret_stats)
{
	*ret_stats = gateway->stats;
	ret_stats->links = gateway->links.count;
}
