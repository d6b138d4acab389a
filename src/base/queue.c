/* queue.c - a mutex, a condition and a list; the consumer takes what has gathered in one step. */
#include "base/queue.h"
#include <time.h>
#include "base/fault.h"

void queue_init(struct queue *queue, size_t max)
{
	pthread_condattr_t attr;

	*queue = (struct queue){.max = max};
	queue->tail = &queue->head;
	/* Waits are intervals: a wall clock that is set must not stretch them. */
	ASSERT(pthread_condattr_init(&attr) == 0);
	ASSERT(pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0);
	ASSERT(pthread_mutex_init(&queue->mutex, NULL) == 0);
	ASSERT(pthread_cond_init(&queue->cond, &attr) == 0);
	pthread_condattr_destroy(&attr);
}

void queue_fini(struct queue *queue)
{
	pthread_cond_destroy(&queue->cond);
	pthread_mutex_destroy(&queue->mutex);
}

bool queue_push(struct queue *queue, struct queue_node *node)
{
	bool taken;

	pthread_mutex_lock(&queue->mutex);
	taken = !queue->closed && queue->count < queue->max;
	if (taken) {
		node->next = NULL;
		*queue->tail = node;
		queue->tail = &node->next;
		queue->count++;
		pthread_cond_signal(&queue->cond);
	}
	pthread_mutex_unlock(&queue->mutex);
	return taken;
}

static struct timespec deadline_in(int64_t wait_us)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	at.tv_sec += (time_t)(wait_us / 1000000);
	at.tv_nsec += (long)(wait_us % 1000000) * 1000;
	if (at.tv_nsec >= 1000000000L) {
		at.tv_nsec -= 1000000000L;
		at.tv_sec++;
	}
	return at;
}

/* Waits, with the mutex held, until something is queued, the queue is closed or the time is over.
 */
static void queue_wait(struct queue *queue, int64_t wait_us)
{
	struct timespec deadline;

	if (wait_us > 0)
		deadline = deadline_in(wait_us);
	while (queue->count == 0 && !queue->closed && wait_us != 0) {
		if (wait_us < 0)
			pthread_cond_wait(&queue->cond, &queue->mutex);
		else if (pthread_cond_timedwait(&queue->cond, &queue->mutex, &deadline) != 0)
			return;
	}
}

/* Unlinks up to `most` nodes from the head, with the mutex held. */
static struct queue_node *queue_unlink(struct queue *queue, size_t most, size_t *ret_count)
{
	struct queue_node *first = queue->head;
	struct queue_node **end = &queue->head;
	size_t count = 0;

	while (*end != NULL && count < most) {
		end = &(*end)->next;
		count++;
	}
	*ret_count = count;
	if (count == 0)
		return NULL;
	queue->head = *end;
	*end = NULL;
	if (queue->head == NULL)
		queue->tail = &queue->head;
	queue->count -= count;
	/* Another consumer may sleep while we leave nodes behind. */
	if (queue->count > 0)
		pthread_cond_signal(&queue->cond);
	return first;
}

struct queue_node *queue_take(struct queue *queue, size_t most, int64_t wait_us, size_t *ret_count)
{
	struct queue_node *first;

	pthread_mutex_lock(&queue->mutex);
	queue_wait(queue, wait_us);
	first = queue_unlink(queue, most, ret_count);
	pthread_mutex_unlock(&queue->mutex);
	return first;
}

void queue_close(struct queue *queue)
{
	pthread_mutex_lock(&queue->mutex);
	queue->closed = true;
	pthread_cond_broadcast(&queue->cond);
	pthread_mutex_unlock(&queue->mutex);
}

size_t queue_count(struct queue *queue)
{
	size_t count;

	pthread_mutex_lock(&queue->mutex);
	count = queue->count;
	pthread_mutex_unlock(&queue->mutex);
	return count;
}
