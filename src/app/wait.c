/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting: until the world is as a command needs it, and for the reply to an intent. */
#include "app/app_inner.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "observe/snapshot.h"

enum { REPLY_MS = 60000 };

bool app_wait(struct app *app, const struct app_wait *wait, const struct world **out, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	int64_t end = clock_ticks() + wait->timeout_ms;

	for (;;) {
		const struct world *w = slots_first(app->slots);
		int64_t left = wait->timeout_ms < 0 ? -1 : end - clock_ticks();

		if (w && wait->ready(wait->context, w)) {
			*out = w;
			return true;
		}
		world_give_back(w);
		if (wait->timeout_ms >= 0 && left <= 0)
			return err_set(e, ERR_TIMEOUT, "not within %s",
				       duration_text(a, wait->timeout_ms * 1000000));
		app_sleep(app, left);
	}
}

void app_return_world(struct app *app, const struct world *w)
{
	(void)app;
	world_give_back(w);
}

bool app_wait_fleet(struct app *app, const struct app_fleet_wait *wait, const struct fleet **out,
		    struct err *e)
{
	int64_t end = clock_ticks() + wait->timeout_ms;

	for (;;) {
		const struct fleet *f = slots_borrow(app->slots);
		int64_t left = wait->timeout_ms < 0 ? -1 : end - clock_ticks();

		if (wait->ready(wait->context, f)) {
			*out = f;
			return true;
		}
		slots_give_back(app->slots, f);
		if (wait->cancelled && *wait->cancelled)
			return err_set(e, ERR_CANCELLED, "stopped by a signal");
		if (wait->timeout_ms >= 0 && left <= 0)
			return err_set(e, ERR_TIMEOUT, "not within the time given");
		app_sleep(app, left);
	}
}

bool app_ask(struct app *app, struct arena *a, const struct intent *i, struct reply *reply,
	     struct err *e)
{
	int64_t end = clock_ticks() + REPLY_MS;
	struct intent copy = *i;

	copy.id = app->next_id++;
	if (!app_submit(app, &copy))
		return err_again(e, ERR_LIMIT, "too many intents are under way");
	for (;;) {
		while (app_next_reply(app, a, reply))
			if (reply->id == copy.id) {
				if (reply->done)
					return true;
				return err_set(e, (enum err_code)reply->code, "%s", reply->message);
			}
		if (clock_ticks() > end)
			return err_set(e, ERR_TIMEOUT, "no answer from the engine");
		app_sleep(app, end - clock_ticks());
	}
}
