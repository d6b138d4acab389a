/* test_queue.c - order, bounds, waiting and closing. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include "base/arena.h"
#include "base/clock.h"
#include "base/queue.h"

struct item {
	struct queue_node node;
	int producer, number;
};

static void order_and_bounds(void **state)
{
	struct item items[5] = {0};
	struct queue_node *node;
	struct queue queue;
	size_t count;

	(void)state;
	queue_init(&queue, 4);
	assert_null(queue_take(&queue, 10, 0, &count));
	for (int i = 0; i < 5; i++) {
		items[i].number = i;
		assert_int_equal(queue_push(&queue, &items[i].node), i < 4);
	}
	assert_int_equal(queue_count(&queue), 4);
	node = queue_take(&queue, 3, 0, &count);
	assert_int_equal(count, 3);
	for (int i = 0; i < 3; i++, node = node->next)
		assert_int_equal(((struct item *)node)->number, i);
	assert_null(node);
	assert_true(queue_push(&queue, &items[4].node));
	node = queue_take(&queue, 10, -1, &count);
	assert_int_equal(count, 2);
	assert_int_equal(((struct item *)node)->number, 3);
	assert_int_equal(((struct item *)node->next)->number, 4);
	queue_fini(&queue);
}

static void waiting_ends_in_time(void **state)
{
	int64_t before = clock_ticks_us(&clock_system), waited;
	struct queue queue;
	size_t count = 9;

	(void)state;
	queue_init(&queue, 4);
	assert_null(queue_take(&queue, 1, 30000, &count));
	waited = clock_ticks_us(&clock_system) - before;
	assert_int_equal(count, 0);
	assert_true(waited >= 30000);
	queue_fini(&queue);
}

static void closing(void **state)
{
	struct item first = {0}, late = {0};
	struct queue queue;
	size_t count;

	(void)state;
	queue_init(&queue, 4);
	queue_push(&queue, &first.node);
	queue_close(&queue);
	assert_false(queue_push(&queue, &late.node));
	assert_ptr_equal(queue_take(&queue, 9, -1, &count), &first.node);
	assert_null(queue_take(&queue, 9, -1, &count));
	queue_fini(&queue);
}

#define PRODUCERS 3
#define EACH 20000
struct load {
	struct queue queue;
	struct item *items;
	int producer;
};

static void *produce(void *arg)
{
	struct load *load = arg;
	int producer = __atomic_fetch_add(&load->producer, 1, __ATOMIC_SEQ_CST);

	for (int i = 0; i < EACH; i++) {
		struct item *item = &load->items[producer * EACH + i];

		item->producer = producer;
		item->number = i;
		while (!queue_push(&load->queue, &item->node))
			sched_yield();
	}
	return NULL;
}

static void *consume(void *arg)
{
	struct load *load = arg;
	size_t total = 0, count;

	/* Between two consumers, each sees the items of one producer in rising order. */
	int last[PRODUCERS] = {-1, -1, -1};
	struct queue_node *node;

	while ((node = queue_take(&load->queue, 64, -1, &count)) != NULL) {
		for (; node != NULL; node = node->next) {
			struct item *item = (struct item *)node;

			if (item->number <= last[item->producer])
				return (void *)-1;
			last[item->producer] = item->number;
		}
		total += count;
	}
	return (void *)(uintptr_t)total;
}

static void many_threads(void **state)
{
	pthread_t producers[PRODUCERS], consumers[2];
	struct load load = {.producer = 0};
	void *total[2];

	(void)state;
	queue_init(&load.queue, 100);
	load.items = mem_alloc(sizeof(struct item) * PRODUCERS * EACH);
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&consumers[i], NULL, consume, &load), 0);
	for (int i = 0; i < PRODUCERS; i++)
		assert_int_equal(pthread_create(&producers[i], NULL, produce, &load), 0);
	for (int i = 0; i < PRODUCERS; i++)
		pthread_join(producers[i], NULL);
	queue_close(&load.queue);
	for (int i = 0; i < 2; i++)
		pthread_join(consumers[i], &total[i]);
	assert_int_equal((uintptr_t)total[0] + (uintptr_t)total[1], PRODUCERS * EACH);
	mem_free(load.items);
	queue_fini(&load.queue);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_and_bounds),
		cmocka_unit_test(waiting_ends_in_time),
		cmocka_unit_test(closing),
		cmocka_unit_test(many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
