/* loop.c - one I/O thread: libuv's loop, work posted from other threads, the slots of its
 * connections, and the end of every turn, when all that was said in it is written. */
#include "base/fault.h"
#include "net/conn.h"
#include <string.h>

struct every {
	uv_timer_t timer;
	struct every *next;
	void (*tick)(void *arg);
	void *arg;
};

/* Serial numbers carry the slot, the loop and a generation that never repeats. */
#define SLOT_BITS 20
#define INDEX_BITS 6
#define SLOT_MASK ((UINT64_C(1) << SLOT_BITS) - 1)
#define INDEX_MASK ((UINT64_C(1) << INDEX_BITS) - 1)

static atomic_uint loop_count; /* loops made so far: the next one's index */

int64_t loop_now_ms(struct loop *loop)
{
	return (int64_t)uv_now(&loop->uv);
}

unsigned loop_index(const struct loop *loop)
{
	return loop->index;
}

unsigned conn_serial_loop(uint64_t serial)
{
	return (unsigned)((serial >> SLOT_BITS) & INDEX_MASK);
}

bool loop_slot_take(struct loop *loop, struct conn *conn)
{
	uint32_t slot;

	if (loop->free_len > 0) {
		slot = loop->free_slots[--loop->free_len];
	} else {
		if (loop->slots_len > SLOT_MASK)
			return false;
		if (loop->slots_len == loop->slots_cap) {
			loop->slots_cap = loop->slots_cap == 0 ? 256 : loop->slots_cap * 2;
			loop->slots = mem_grow(loop->slots, loop->slots_cap * sizeof(*loop->slots));
			loop->free_slots = mem_grow(
				loop->free_slots, loop->slots_cap * sizeof(*loop->free_slots));
		}
		slot = (uint32_t)loop->slots_len++;
	}
	loop->slots[slot] = conn;
	loop->conns++;
	loop->generation++;
	conn->serial = (loop->generation << (SLOT_BITS + INDEX_BITS)) |
		       ((uint64_t)loop->index << SLOT_BITS) | slot;
	return true;
}

void loop_slot_give(struct loop *loop, struct conn *conn)
{
	uint32_t slot = (uint32_t)(conn->serial & SLOT_MASK);

	loop->slots[slot] = NULL;
	loop->free_slots[loop->free_len++] = slot;
	loop->conns--;
}

struct conn *loop_conn(struct loop *loop, uint64_t serial)
{
	size_t slot = (size_t)(serial & SLOT_MASK);
	struct conn *conn = slot < loop->slots_len ? loop->slots[slot] : NULL;

	return conn != NULL && conn->serial == serial && conn->state != CONN_CLOSED ? conn : NULL;
}

/* An emptied buffer goes to the spares, or back to the system when it grew large or there are
 * enough. */
void loop_spare_give(struct loop *loop, struct buf *buf)
{
	if (buf->ptr == NULL)
		return;
	buf->len = 0;
	if (buf->cap <= CONN_SPARE_MAX && loop->spares_len < LOOP_SPARES)
		loop->spares[loop->spares_len++] = *buf;
	else
		buf_fini(buf);
	*buf = (struct buf){0};
}

void loop_flush(struct loop *loop)
{
	/* A flush may let a paused connection go on and make others speak: until all is said. A
	 * closed connection must not stay in this list, since it is freed at the end of the turn.
	 */
	while (loop->dirty != NULL) {
		struct conn *conn = loop->dirty;

		loop->dirty = conn->next_dirty;
		conn->next_dirty = NULL;
		conn->dirty = false;
		conn_flush(conn);
	}
}

void loop_stay_awake(uv_idle_t *handle)
{
	(void)handle; /* that it is active is all: the loop does not sleep */
}

static void on_before(uv_prepare_t *handle)
{
	struct loop *loop = handle->data;

	tls_shakes(loop);
	loop_flush(loop);
	loop->fresh = 0;
	if (loop->shakes >= LOOP_SHAKES_LOW)
		return;
	for (struct listener *l = loop->listeners; l != NULL; l = l->next)
		listener_resume(l);
}

static void on_after(uv_check_t *handle)
{
	loop_flush(handle->data);
}

static void run_posts(struct loop *loop)
{
	struct post_list full;

	pthread_mutex_lock(&loop->mutex);
	full = loop->posts;
	loop->posts = loop->running;
	loop->posts.len = 0;
	pthread_mutex_unlock(&loop->mutex);
	for (size_t i = 0; i < full.len; i++)
		full.items[i].call(full.items[i].arg);
	full.len = 0;
	loop->running = full;
}

static void close_listeners(struct loop *loop)
{
	for (struct listener *l = loop->listeners; l != NULL; l = l->next)
		if (!uv_is_closing((uv_handle_t *)&l->tcp))
			uv_close((uv_handle_t *)&l->tcp, NULL);
}

/* No new connections; those that are open hear a goodbye and have LOOP_STOP_MS to answer it. */
static void begin_stop(struct loop *loop)
{
	loop->stopping = true;
	loop->stop_due_ms = loop_now_ms(loop) + LOOP_STOP_MS;
	close_listeners(loop);
	for (size_t i = 0; i < loop->slots_len; i++)
		if (loop->slots[i] != NULL)
			conn_goodbye(loop->slots[i]);
}

static void go_on_stopping(struct loop *loop)
{
	if (loop->conns > 0 && loop_now_ms(loop) >= loop->stop_due_ms) {
		for (size_t i = 0; i < loop->slots_len; i++)
			if (loop->slots[i] != NULL)
				conn_cut(loop->slots[i]);
	}
	if (loop->conns == 0)
		uv_stop(&loop->uv);
}

static void on_wake(uv_async_t *handle)
{
	struct loop *loop = handle->data;
	bool stop_wanted;

	run_posts(loop);
	pthread_mutex_lock(&loop->mutex);
	stop_wanted = loop->stop_wanted;
	pthread_mutex_unlock(&loop->mutex);
	if (stop_wanted && !loop->stopping)
		begin_stop(loop);
	if (loop->stopping)
		go_on_stopping(loop);
}

/* Looks at a tenth of the connections each time, so that each is looked at once a second, and small
 * houses always. */
static void on_tick(uv_timer_t *handle)
{
	struct loop *loop = handle->data;
	size_t share = loop->slots_len / (1000 / LOOP_TICK_MS) + 1;
	int64_t now_ms = loop_now_ms(loop);

	if (share < 1024)
		share = loop->slots_len < 1024 ? loop->slots_len : 1024;
	for (size_t i = 0; i < share; i++) {
		struct conn *conn;

		if (loop->walk >= loop->slots_len)
			loop->walk = 0;
		conn = loop->slots[loop->walk++];
		if (conn == NULL || conn->state == CONN_CLOSED)
			continue;
		if (conn->writing)
			conn_write_check(conn);
		if (conn->deadline_ms != 0 && now_ms >= conn->deadline_ms)
			conn_expired(conn);
	}
	if (loop->stopping)
		go_on_stopping(loop);
}

struct loop *loop_new(void)
{
	struct loop *loop = mem_alloc(sizeof(*loop));
	int failed = uv_loop_init(&loop->uv);

	ASSERT(failed == 0);
	loop->index = atomic_fetch_add(&loop_count, 1) & INDEX_MASK;
	pthread_mutex_init(&loop->mutex, NULL);
	failed |= uv_async_init(&loop->uv, &loop->wake, on_wake);
	failed |= uv_prepare_init(&loop->uv, &loop->before);
	failed |= uv_check_init(&loop->uv, &loop->after);
	failed |= uv_timer_init(&loop->uv, &loop->tick);
	failed |= uv_idle_init(&loop->uv, &loop->busy);
	loop->shake_tail = &loop->shake_head;
	loop->wake.data = loop->before.data = loop->after.data = loop->tick.data = loop;
	failed |= uv_prepare_start(&loop->before, on_before);
	failed |= uv_check_start(&loop->after, on_after);
	failed |= uv_timer_start(&loop->tick, on_tick, LOOP_TICK_MS, LOOP_TICK_MS);
	ASSERT(failed == 0);
	loop->chunk = mem_alloc(CONN_CHUNK);
	return loop;
}

int loop_run(struct loop *loop)
{
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	return 0;
}

void loop_stop(struct loop *loop)
{
	pthread_mutex_lock(&loop->mutex);
	loop->stop_wanted = true;
	pthread_mutex_unlock(&loop->mutex);
	uv_async_send(&loop->wake);
}

void loop_post(struct loop *loop, void (*call)(void *arg), void *arg)
{
	bool first;

	pthread_mutex_lock(&loop->mutex);
	if (loop->posts.len == loop->posts.cap) {
		loop->posts.cap = loop->posts.cap == 0 ? 64 : loop->posts.cap * 2;
		loop->posts.items =
			mem_grow(loop->posts.items, loop->posts.cap * sizeof(struct post));
	}
	first = loop->posts.len == 0;
	loop->posts.items[loop->posts.len++] = (struct post){call, arg};
	pthread_mutex_unlock(&loop->mutex);
	if (first)
		uv_async_send(&loop->wake);
}

static void on_every(uv_timer_t *handle)
{
	struct every *every = handle->data;

	every->tick(every->arg);
}

int loop_every(struct loop *loop, uint64_t every_ms, void (*tick)(void *arg), void *arg)
{
	struct every *every = mem_alloc(sizeof(*every));

	every->tick = tick;
	every->arg = arg;
	every->timer.data = every;
	uv_timer_init(&loop->uv, &every->timer);
	uv_timer_start(&every->timer, on_every, every_ms, every_ms);
	every->next = loop->everies;
	loop->everies = every;
	return 0;
}

void loop_drain(struct loop *loop)
{
	run_posts(loop);
}

static void close_handle(uv_handle_t *handle, void *arg)
{
	(void)arg;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void free_lists(struct loop *loop)
{
	while (loop->listeners != NULL) {
		struct listener *listener = loop->listeners;

		loop->listeners = listener->next;
		mem_free(listener);
	}
	while (loop->everies != NULL) {
		struct every *every = loop->everies;

		loop->everies = every->next;
		mem_free(every);
	}
	ws_codecs_fini(loop);
	while (loop->spares_len > 0)
		buf_fini(&loop->spares[--loop->spares_len]);
	mem_free(loop->posts.items);
	mem_free(loop->running.items);
	mem_free(loop->slots);
	mem_free(loop->free_slots);
	mem_free(loop->chunk);
	mem_free(loop->plain);
	tls_trust_free(loop->trust);
}

void loop_free(struct loop *loop)
{
	if (loop == NULL)
		return;
	run_posts(loop); /* late answers find their connection gone, and free what they carry */
	for (size_t i = 0; i < loop->slots_len; i++)
		if (loop->slots[i] != NULL)
			conn_cut(loop->slots[i]);
	uv_run(&loop->uv, UV_RUN_NOWAIT);
	run_posts(loop);
	uv_walk(&loop->uv, close_handle, NULL);
	uv_run(&loop->uv, UV_RUN_DEFAULT);
	ASSERT(uv_loop_close(&loop->uv) == 0);
	pthread_mutex_destroy(&loop->mutex);
	free_lists(loop);
	mem_free(loop);
}

void loop_stats(struct loop *loop, struct net_stats *ret_stats)
{
#define LOAD(counter) .counter = atomic_load_explicit(&loop->counter, memory_order_relaxed)
	*ret_stats = (struct net_stats){LOAD(accepted), LOAD(requests), LOAD(upgrades),
		LOAD(refused), LOAD(evicted), LOAD(messages_in), LOAD(messages_out), LOAD(bytes_in),
		LOAD(bytes_out), LOAD(open), LOAD(half_open), LOAD(websockets), LOAD(streams),
		LOAD(handshakes), LOAD(resumed), LOAD(shaking)};
#undef LOAD
}
