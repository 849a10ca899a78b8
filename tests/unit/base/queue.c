/* SPDX-License-Identifier: Apache-2.0 */
/* Messages arrive once, in order, and a closed queue lets everybody go. */
#include "base/queue.h"

#include "base/err.h"
#include "base/thread.h"
#include "tap.h"

enum { MESSAGES = 1000 };

static int numbers[MESSAGES];

static void send_all(void *queue)
{
	for (int i = 0; i < MESSAGES; i++)
		if (!queue_put(queue, &numbers[i]))
			return;
	queue_close(queue);
}

TEST(messages_arrive_in_order_through_a_small_queue)
{
	struct queue *q = queue_new(4);
	struct thread *t = NULL;
	struct err e;
	int *message, next = 0;
	bool in_order = true;

	ok(thread_start(&t, "sender", send_all, q, &e), "the sender starts");
	while ((message = queue_take(q, 5000)))
		in_order = in_order && message == &numbers[next++];
	thread_join(t);
	ok(in_order, "each message follows the one sent before it");
	is_number(next, MESSAGES, "none is lost");
	ok(!queue_put(q, &numbers[0]), "a closed queue takes no more");
	queue_free(q, NULL);
}

TEST(a_queue_grows_in_order)
{
	struct queue *q = queue_new(MESSAGES);
	int sent = 0, taken = 0;
	bool in_order = true;

	/* Two come for each that goes, so that the oldest is anywhere in the ring when it grows. */
	while (sent - taken < MESSAGES && queue_try(q, &numbers[sent % MESSAGES])) {
		sent++;
		if (sent % 2 == 0)
			in_order = queue_take(q, 0) == &numbers[taken++ % MESSAGES] && in_order;
	}
	is_number(sent - taken, MESSAGES, "it holds as many as it may");
	ok(!queue_try(q, &numbers[0]), "and no more");
	while (taken < sent)
		in_order = queue_take(q, 0) == &numbers[taken++ % MESSAGES] && in_order;
	ok(in_order, "each message follows the one sent before it");
	queue_free(q, NULL);
}

TEST(a_full_queue_refuses_a_try)
{
	struct queue *q = queue_new(1);

	ok(queue_try(q, &numbers[0]), "there is room for one");
	ok(!queue_try(q, &numbers[1]), "not for two");
	ok(queue_take(q, 0) == &numbers[0], "the first comes out");
	ok(!queue_take(q, 1), "and then the time is over");
	queue_free(q, NULL);
}
