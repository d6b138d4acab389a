/* stream.c - server-sent events by topic. The list of topics is behind one mutex, because effects
 * come from lane threads and listeners from their loops; an event nobody listens to costs one
 * lookup and no memory.
 *
 * event -> topic.pending -> one read job (api_event for each pending entry) -> a shared message
 * posted to every loop that has listeners -> http_stream_send. Every event has a number; a client
 * that reconnects gets a fresh first event. */
#include "server/stream.h"
#include "app/api.h"
#include "base/fault.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/map.h"
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

#define PENDING_MAX 128
#define PENDING_BYTES (64 * 1024)
#define PER_REMOTE 256
#define SPACING_US (100 * US_PER_MS) /* a topic is read at most ten times a second */
#define LOG_SPACING_US US_PER_S      /* a log may grow by a thousand frames a second */
#define ALL_MAX 20000

struct listener {
	struct listener *next, *prev; /* of the topic */
	struct topic *topic;
	struct listener *owner; /* the connection's own: this one, or the one it came with */
	struct listener *log;   /* the same connection listens to a pile's log too, or NULL */
	uint64_t serial;
	struct str remote; /* address without port; bytes follow the struct */
	char bytes[];
};
struct pending {
	struct str name, payload; /* in the topic's arena */
};
struct topic {
	struct str name;
	struct listener *listeners;
	struct pending pending[PENDING_MAX];
	size_t pending_len;
	struct arena arena; /* of pending */
	bool busy;          /* a job about it runs */
	int64_t read_us;    /* when the last one began */
	int64_t spacing_us; /* the next one begins so much later at the earliest */
	char bytes[];
};
struct streams {
	struct streams_config config;
	pthread_mutex_t mutex;
	struct map topics;  /* name -> topic */
	struct map remotes; /* address -> count, as a pointer's value */
	size_t count;
	atomic_size_t logs; /* listeners of logs */
	_Atomic uint64_t number;
};
struct message {
	atomic_uint users;
	struct streams *streams;
	struct arena arena;
	struct str topic;
	struct str *names, *data;
	uint64_t *numbers;
	size_t len;
};
/* One loop's part of a message. */
struct delivery {
	struct message *message;
	struct loop *loop;
};
struct reading {
	struct job job;
	struct streams *streams;
	struct str topic;
	struct pending *pending;
	size_t pending_len;
	struct str *data;
};

static void begin_reading(struct streams *streams, struct topic *topic);

/* --- the list; the mutex is held --- */

static struct topic *topic_get(struct streams *streams, struct str name)
{
	struct topic *topic = map_get(&streams->topics, name);

	if (topic != NULL)
		return topic;
	topic = mem_alloc(sizeof(*topic) + name.len);
	memcpy(topic->bytes, name.ptr, name.len);
	topic->name = (struct str){topic->bytes, name.len};
	topic->spacing_us = str_starts(name, STR("log:")) ? LOG_SPACING_US : SPACING_US;
	arena_init(&topic->arena, PENDING_BYTES);
	map_put(&streams->topics, topic->name, topic);
	return topic;
}

static void topic_drop_if_idle(struct streams *streams, struct topic *topic)
{
	if (topic->listeners != NULL || topic->busy)
		return;
	map_del(&streams->topics, topic->name);
	arena_fini(&topic->arena);
	mem_free(topic);
}

static void remote_add(struct streams *streams, struct str remote, intptr_t more)
{
	intptr_t count = (intptr_t)map_get(&streams->remotes, remote) + more;

	if (count > 0)
		map_put(&streams->remotes, remote, (void *)count);
	else
		map_del(&streams->remotes, remote);
}

static struct str without_port(struct str remote)
{
	for (size_t i = remote.len; i > 0; i--)
		if (remote.ptr[i - 1] == ':')
			return str_slice(remote, 0, i - 1);
	return remote;
}

static bool has_room(struct streams *streams, struct str remote)
{
	size_t per_remote =
		streams->config.max_per_remote ? streams->config.max_per_remote : PER_REMOTE;
	size_t all = streams->config.max ? streams->config.max : ALL_MAX;

	return streams->count < all &&
	       (size_t)(intptr_t)map_get(&streams->remotes, remote) < per_remote;
}

/* Notes an event unless the same one waits already. */
static void note(struct topic *topic, struct str name, struct str payload)
{
	struct pending *pending;

	for (size_t i = 0; i < topic->pending_len; i++)
		if (str_eq(topic->pending[i].name, name) &&
			str_eq(topic->pending[i].payload, payload))
			return;
	if (topic->pending_len == PENDING_MAX)
		return; /* a flood: those who listen will hear of the rest with the next change */
	pending = &topic->pending[topic->pending_len];
	pending->name = str_dup(&topic->arena, name);
	pending->payload = str_dup(&topic->arena, payload);
	if (!topic->arena.failed)
		topic->pending_len++;
}

/* --- reading what is to be said --- */

static int run_reading(struct job *job, struct ctx *ctx)
{
	struct reading *reading = job->data;

	for (size_t i = 0; i < reading->pending_len; i++)
		TRY(api_event(ctx, reading->topic, reading->pending[i].name,
			reading->pending[i].payload, &reading->data[i]));
	return 0;
}

static void message_release(struct message *message)
{
	if (atomic_fetch_sub(&message->users, 1) != 1)
		return;
	arena_fini(&message->arena);
	mem_free(message);
}

static void deliver(void *arg)
{
	struct delivery *delivery = arg;
	struct message *message = delivery->message;
	struct streams *streams = message->streams;
	struct topic *topic;

	pthread_mutex_lock(&streams->mutex);
	topic = map_get(&streams->topics, message->topic);
	for (struct listener *l = topic != NULL ? topic->listeners : NULL; l != NULL; l = l->next) {
		struct conn *conn = loop_conn(delivery->loop, l->serial);

		if (conn == NULL || conn_user(conn) != l->owner)
			continue;
		for (size_t i = 0; i < message->len; i++) {
			char number[24];
			struct buf id = {
				.ptr = number, .cap = sizeof(number), .max = sizeof(number)};

			buf_put_i64(&id, (int64_t)message->numbers[i]);
			http_stream_send(conn, message->names[i], buf_str(&id), message->data[i]);
		}
	}
	pthread_mutex_unlock(&streams->mutex);
	message_release(message);
	mem_free(delivery);
}

/* What was read becomes a message for every loop. The job's arena goes along. */
static void publish(struct reading *reading)
{
	struct streams *streams = reading->streams;
	size_t loops = streams->config.loops_len;
	struct message *message = mem_alloc(sizeof(*message));

	message->streams = streams;
	message->topic = reading->topic;
	message->names = ARENA_ARRAY(&reading->job.arena, struct str, reading->pending_len);
	message->numbers = ARENA_ARRAY(&reading->job.arena, uint64_t, reading->pending_len);
	message->data = reading->data;
	for (size_t i = 0;
		i < reading->pending_len && message->names != NULL && message->numbers != NULL;
		i++) {
		if (reading->data[i].len == 0)
			continue;
		message->names[message->len] = reading->pending[i].name;
		message->data[message->len] = reading->data[i];
		message->numbers[message->len] = atomic_fetch_add(&streams->number, 1);
		message->len++;
	}
	message->arena = reading->job.arena;
	atomic_store(&message->users, (unsigned)loops);
	for (size_t i = 0; i < loops; i++) {
		struct delivery *delivery = mem_alloc(sizeof(*delivery));

		*delivery = (struct delivery){message, streams->config.loops[i]};
		loop_post(delivery->loop, deliver, delivery);
	}
}

static void reading_done(struct job *job, int result)
{
	struct reading *reading = job->data;
	struct streams *streams = reading->streams;
	struct str name = reading->topic;
	struct topic *topic;

	pthread_mutex_lock(&streams->mutex);
	topic = map_get(&streams->topics, name);
	if (topic != NULL) {
		topic->busy = false;
		if (topic->pending_len > 0 && topic->listeners != NULL)
			begin_reading(streams, topic);
		else
			topic_drop_if_idle(streams, topic);
	}
	pthread_mutex_unlock(&streams->mutex);
	if (result == 0)
		publish(reading);
	else
		arena_fini(&reading->job.arena);
	mem_free(reading);
}

/* The mutex is held. */
static void begin_reading(struct streams *streams, struct topic *topic)
{
	struct reading *reading;
	struct arena *arena;
	int64_t now_us = clock_ticks_us(streams->config.clock);

	if (topic->busy || topic->pending_len == 0 || topic->listeners == NULL ||
		(topic->read_us != 0 && now_us - topic->read_us < topic->spacing_us))
		return; /* streams_tick comes back to it */
	reading = mem_alloc(sizeof(*reading));
	arena = &reading->job.arena;
	arena_init(arena, LIMIT_JOB_ARENA);
	effects_init(&reading->job.effects, arena);
	reading->job.kind = LANE_READ;
	reading->job.run = run_reading;
	reading->job.done = reading_done;
	reading->job.data = reading;
	reading->streams = streams;
	reading->topic = str_dup(arena, topic->name);
	reading->pending_len = topic->pending_len;
	reading->pending = ARENA_ARRAY(arena, struct pending, topic->pending_len);
	reading->data = ARENA_ARRAY(arena, struct str, topic->pending_len);
	for (size_t i = 0; i < topic->pending_len; i++) {
		reading->pending[i].name = str_dup(arena, topic->pending[i].name);
		reading->pending[i].payload = str_dup(arena, topic->pending[i].payload);
	}
	if (arena->failed || !lanes_submit(streams->config.lanes, &reading->job)) {
		arena_fini(arena); /* too busy now: the next event about it tries again */
		mem_free(reading);
		return;
	}
	topic->busy = true;
	topic->read_us = now_us;
	topic->pending_len = 0;
	arena_reset(&topic->arena);
}

/* --- listeners --- */

/* The mutex is held. */
static struct listener *listener_add(
	struct streams *streams, struct str name, struct str remote, uint64_t serial)
{
	struct listener *listener = mem_alloc(sizeof(*listener) + remote.len);
	struct topic *topic = topic_get(streams, name);

	memcpy(listener->bytes, remote.ptr, remote.len);
	listener->remote = (struct str){listener->bytes, remote.len};
	listener->serial = serial;
	listener->owner = listener;
	listener->topic = topic;
	listener->next = topic->listeners;
	if (listener->next != NULL)
		listener->next->prev = listener;
	topic->listeners = listener;
	return listener;
}

/* The mutex is held. */
static void listener_remove(struct streams *streams, struct listener *listener)
{
	if (listener->prev != NULL)
		listener->prev->next = listener->next;
	else
		listener->topic->listeners = listener->next;
	if (listener->next != NULL)
		listener->next->prev = listener->prev;
	topic_drop_if_idle(streams, listener->topic);
}

bool streams_open(struct streams *streams, struct conn *conn, struct str name, struct str log,
	struct str headers, struct str event, struct str data)
{
	struct str remote = without_port(conn_remote(conn));
	struct listener *listener;

	pthread_mutex_lock(&streams->mutex);
	if (!has_room(streams, remote)) {
		pthread_mutex_unlock(&streams->mutex);
		return false;
	}
	listener = listener_add(streams, name, remote, conn_serial(conn));
	if (log.len > 0) {
		listener->log = listener_add(streams, log, STR(""), conn_serial(conn));
		listener->log->owner = listener;
		atomic_fetch_add(&streams->logs, 1);
	}
	streams->count++;
	remote_add(streams, remote, 1);
	conn_set_user(conn, listener);
	http_stream(conn, headers);
	if (event.len > 0 && data.len > 0) {
		http_stream_send(conn, event, STR_NULL, data);
		/* It was read before we began to listen: what changed in between is told now. */
		note(listener->topic, event, STR_NULL);
		begin_reading(streams, listener->topic);
	}
	pthread_mutex_unlock(&streams->mutex);
	return true;
}

void streams_closed(struct streams *streams, struct conn *conn)
{
	struct listener *listener = conn_user(conn);

	pthread_mutex_lock(&streams->mutex);
	listener_remove(streams, listener);
	if (listener->log != NULL) {
		listener_remove(streams, listener->log);
		atomic_fetch_sub(&streams->logs, 1);
	}
	streams->count--;
	remote_add(streams, listener->remote, -1);
	pthread_mutex_unlock(&streams->mutex);
	mem_free(listener->log);
	mem_free(listener);
}

void streams_effect(struct streams *streams, const struct effect *effect)
{
	struct topic *topic;

	pthread_mutex_lock(&streams->mutex);
	topic = map_get(&streams->topics, effect->topic);
	if (topic != NULL && topic->listeners != NULL) {
		note(topic, effect->name, effect->payload);
		begin_reading(streams, topic);
	}
	pthread_mutex_unlock(&streams->mutex);
}

void streams_logged(struct streams *streams, int64_t pile_id)
{
	char name[32], payload[40];
	struct topic *topic;
	int len;

	if (atomic_load_explicit(&streams->logs, memory_order_relaxed) == 0)
		return;
	len = snprintf(name, sizeof(name), "log:%lld", (long long)pile_id);
	pthread_mutex_lock(&streams->mutex);
	topic = map_get(&streams->topics, (struct str){name, (size_t)len});
	if (topic != NULL && topic->listeners != NULL) {
		len = snprintf(payload, sizeof(payload), "{\"id\":\"%lld\"}", (long long)pile_id);
		note(topic, STR("frame"), (struct str){payload, (size_t)len});
		begin_reading(streams, topic);
	}
	pthread_mutex_unlock(&streams->mutex);
}

void streams_tick(struct streams *streams)
{
	struct topic *topic;
	size_t cursor = 0;

	pthread_mutex_lock(&streams->mutex);
	while ((topic = map_next(&streams->topics, &cursor)) != NULL)
		begin_reading(streams, topic);
	pthread_mutex_unlock(&streams->mutex);
}

size_t streams_count(struct streams *streams)
{
	size_t count;

	pthread_mutex_lock(&streams->mutex);
	count = streams->count;
	pthread_mutex_unlock(&streams->mutex);
	return count;
}

struct streams *streams_new(const struct streams_config *config)
{
	struct streams *streams = mem_alloc(sizeof(*streams));

	streams->config = *config;
	pthread_mutex_init(&streams->mutex, NULL);
	map_init(&streams->topics);
	map_init(&streams->remotes);
	/* Numbers go on growing over restarts. */
	atomic_store(&streams->number, (uint64_t)(clock_now_us(config->clock) / US_PER_MS));
	return streams;
}

void streams_free(struct streams *streams)
{
	size_t cursor = 0;
	struct topic *topic;

	if (streams == NULL)
		return;
	while ((topic = map_next(&streams->topics, &cursor)) != NULL) {
		arena_fini(&topic->arena);
		mem_free(topic);
	}
	map_fini(&streams->topics);
	map_fini(&streams->remotes);
	pthread_mutex_destroy(&streams->mutex);
	mem_free(streams);
}
