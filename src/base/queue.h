/* queue.h - intrusive queue between threads: many producers, consumers that take everything at once
 * or wait. */
#pragma once
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct queue_node {
	struct queue_node *next;
};
struct queue {
	pthread_mutex_t mutex;
	pthread_cond_t cond;
	struct queue_node *head, **tail;
	size_t count, max;
	bool closed;
};

void queue_init(struct queue *queue, size_t max);
void queue_fini(struct queue *queue);
/* False when full or closed; the caller keeps the node. */
bool queue_push(struct queue *queue, struct queue_node *node);
/* Takes up to `most` nodes in order, waiting up to `wait_us` for the first (-1: for ever). NULL
 * when none / closed. */
struct queue_node *queue_take(struct queue *queue, size_t most, int64_t wait_us, size_t *ret_count);
/* Wakes all waiters; pushes fail from now on, what is queued can still be taken. */
void queue_close(struct queue *queue);
size_t queue_count(struct queue *queue);
