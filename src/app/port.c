/* SPDX-License-Identifier: Apache-2.0 */
/* What ui and verbs wait on: the pipe that wakes them, and the replies to their intents. */
#include "app/app_inner.h"

#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/queue.h"
#include "base/str.h"
#include "base/thread.h"

enum { POLL_MS = 200 };

/* A reply with the memory that it lies in. */
struct answer {
	struct arena *arena;
	struct reply reply;
};

void app_answer_free(void *answer)
{
	struct answer *w = answer;

	arena_free(w->arena);
	free(w);
}

/* A full pipe is a wake already. */
void app_wake(void *context)
{
	struct app *app = context;
	ssize_t n = write(app->wake[1], "w", 1);

	(void)n;
}

void app_answer(struct app *app, const struct reply *r)
{
	struct answer *w = xmalloc(sizeof(*w));

	w->arena = arena_new();
	w->reply = *r;
	w->reply.message = str_copy(w->arena, r->message ? r->message : "");
	w->reply.promotion = str_copy(w->arena, r->promotion);
	if (!queue_try(app->replies, w))
		app_answer_free(w);
	app_wake(app);
}

struct intent app_signed(struct app *app, const struct intent *i)
{
	struct intent out = *i;

	thread_join(app->identity);
	app->identity = NULL;
	if (!out.actor)
		out.actor = app->actor;
	return out;
}

bool app_next_reply(void *context, struct arena *a, struct reply *out)
{
	struct app *app = context;
	struct answer *w = queue_take(app->replies, 0);

	if (!w)
		return false;
	*out = w->reply;
	out->message = str_copy(a, w->reply.message);
	out->promotion = str_copy(a, w->reply.promotion);
	app_answer_free(w);
	return true;
}

void app_sleep(struct app *app, int64_t left)
{
	struct pollfd fd = { .fd = app->wake[0], .events = POLLIN };
	char drain[256];

	if (poll(&fd, 1, left < 0 || left > POLL_MS ? POLL_MS : (int)left) > 0)
		while (read(app->wake[0], drain, sizeof(drain)) > 0)
			;
}
