/* SPDX-License-Identifier: Apache-2.0 */
/* Replies on their way to whoever asked, and the pipe that wakes them. */
#include "app/app_inner.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/queue.h"
#include "base/str.h"

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
