/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks that fail are repeated with growing pauses, up to the interval that was
 * asked for or five minutes; a stranger's outage is not made worse by us.
 */
#include "observe/watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/part.h"

enum { FIRST_PAUSE = 5000, LONGEST_PAUSE = 300000, MAX_DOUBLINGS = 10 };

void watch_begin(struct folder_watch *w)
{
	w->under_way = true;
	w->wanted_again = false;
}

static void watch_end(struct folder_watch *w, int64_t pause)
{
	w->under_way = false;
	w->is_wish = w->wanted_again;
	w->due = clock_ticks() + (w->wanted_again ? 0 : pause);
	w->wanted_again = false;
}

void watch_done(struct folder_watch *w, int64_t at)
{
	w->looked_at = at;
	w->failing_since = 0;
	w->failures = 0;
	free(w->error);
	w->error = NULL;
	watch_end(w, w->interval);
}

void watch_failed(struct folder_watch *w, int64_t at, const struct err *e)
{
	unsigned doublings = w->failures < MAX_DOUBLINGS ? w->failures : MAX_DOUBLINGS;
	int64_t pause = (int64_t)FIRST_PAUSE << doublings;

	w->failures++;
	if (!w->failing_since)
		w->failing_since = at;
	free(w->error);
	w->error = xstrdup(e->message);
	pause = pause < LONGEST_PAUSE ? pause : LONGEST_PAUSE;
	watch_end(w, pause > e->after_ms ? pause : e->after_ms);
}

void watch_soon(struct folder_watch *w, int64_t ms)
{
	int64_t due = clock_ticks() + ms;

	if (due < w->due)
		w->due = due;
}

void watch_again(struct folder_watch *w)
{
	if (w->under_way) {
		w->wanted_again = true;
		return;
	}
	w->is_wish = true;
	w->due = 0;
}

int64_t watch_wait(const struct folder_watch *w)
{
	int64_t left = w->due - clock_ticks();

	if (w->under_way)
		return -1;
	return left > 0 ? left : 0;
}

void watch_release(struct folder_watch *w)
{
	free(w->name);
	free(w->error);
	part_release(w->part);
}
