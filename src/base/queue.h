/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages between threads: bounded, in order. A message is owned by whoever
 * holds it. Any thread.
 */
#ifndef GANTRY_BASE_QUEUE_H
#define GANTRY_BASE_QUEUE_H

#include "base/base.h"

struct queue;

/* Holds at most so many messages, one at least; takes memory for those that it has held at once. */
struct queue *queue_new(size_t most);

/* Frees the queue; what is still in it is passed to drop (when not NULL). */
void queue_free(struct queue *q, void (*drop)(void *message));

/* Waits while full; false when the queue is closed, and the message stays the caller's. */
bool queue_put(struct queue *q, void *message) MUST_USE;

/* As queue_put, but false at once when full. For the ui thread, which waits on nothing. */
bool queue_try(struct queue *q, void *message) MUST_USE;

/*
 * The oldest message. Waits at most timeout_ms (negative: for ever). NULL when the
 * time is over or the queue is closed and empty.
 */
void *queue_take(struct queue *q, int64_t timeout_ms);

/* No more messages; wakes every waiter. */
void queue_close(struct queue *q);
bool queue_closed(struct queue *q);

#endif
