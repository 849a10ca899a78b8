/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of pointers under one mutex, with a condition for each direction. The ring grows with what is in it:
 * each of a thousand projects has queues that must hold thousands, and that are empty nearly always.
 */
#include "base/queue.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/thread.h"

enum { FIRST_ROOM = 16 };

struct queue {
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	bool closed;
	size_t most;                    /* messages that it may hold */
	size_t room, count, first;      /* of the ring */
	void **ring;
};

struct queue *queue_new(size_t most)
{
	struct queue *q = xmalloc(sizeof(*q));

	assert(most);
	*q = (struct queue){ .most = most, .room = most < FIRST_ROOM ? most : FIRST_ROOM };
	q->ring = xmalloc(q->room * sizeof(*q->ring));
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->filled, NULL);
	pthread_cond_init(&q->emptied, NULL);
	return q;
}

void queue_free(struct queue *q, void (*drop)(void *message))
{
	if (!q)
		return;
	for (size_t i = 0; drop && i < q->count; i++)
		drop(q->ring[(q->first + i) % q->room]);
	pthread_cond_destroy(&q->filled);
	pthread_cond_destroy(&q->emptied);
	pthread_mutex_destroy(&q->lock);
	free(q->ring);
	free(q);
}

/* A ring of twice the size, in which the oldest message comes first. */
static void queue_grow(struct queue *q)
{
	size_t room = q->room * 2 < q->most ? q->room * 2 : q->most;
	void **ring = xmalloc(room * sizeof(*ring));

	for (size_t i = 0; i < q->count; i++)
		ring[i] = q->ring[(q->first + i) % q->room];
	free(q->ring);
	q->ring = ring;
	q->room = room;
	q->first = 0;
}

/* The lock is held, and the queue may hold one more. */
static void queue_push(struct queue *q, void *message)
{
	if (q->count == q->room)
		queue_grow(q);
	q->ring[(q->first + q->count++) % q->room] = message;
	pthread_cond_signal(&q->filled);
}

bool queue_put(struct queue *q, void *message)
{
	bool open;

	pthread_mutex_lock(&q->lock);
	while (!q->closed && q->count == q->most)
		pthread_cond_wait(&q->emptied, &q->lock);
	open = !q->closed;
	if (open)
		queue_push(q, message);
	pthread_mutex_unlock(&q->lock);
	return open;
}

bool queue_try(struct queue *q, void *message)
{
	bool fits;

	pthread_mutex_lock(&q->lock);
	fits = !q->closed && q->count < q->most;
	if (fits)
		queue_push(q, message);
	pthread_mutex_unlock(&q->lock);
	return fits;
}

void *queue_take(struct queue *q, int64_t timeout_ms)
{
	int64_t began = clock_ticks(), left = timeout_ms;
	void *message = NULL;

	pthread_mutex_lock(&q->lock);
	while (!q->count && !q->closed && timeout_ms < 0)
		pthread_cond_wait(&q->filled, &q->lock);
	for (; !q->count && !q->closed && left > 0; left = timeout_ms - (clock_ticks() - began))
		condition_wait(&q->filled, &q->lock, left);
	if (q->count) {
		message = q->ring[q->first];
		q->first = (q->first + 1) % q->room;
		q->count--;
		pthread_cond_signal(&q->emptied);
	}
	pthread_mutex_unlock(&q->lock);
	return message;
}

void queue_close(struct queue *q)
{
	pthread_mutex_lock(&q->lock);
	q->closed = true;
	pthread_cond_broadcast(&q->filled);
	pthread_cond_broadcast(&q->emptied);
	pthread_mutex_unlock(&q->lock);
}

bool queue_closed(struct queue *q)
{
	bool closed;

	pthread_mutex_lock(&q->lock);
	closed = q->closed;
	pthread_mutex_unlock(&q->lock);
	return closed;
}
