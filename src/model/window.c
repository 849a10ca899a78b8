/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows begin by the wall clock: nine in the morning stays nine when summer time begins. From
 * then on they last by the clock on the wrist.
 */
#include "model/window.h"

#include <assert.h>

#include "data/value.h"
#include "model/project.h"
#include "model/selector.h"
#include "model/stage.h"

/* Occurrences looked at for one answer, a fraction of a microsecond each; beyond, it is unknown. */
enum { LOOKS_MAX = 4000 };

/* When does this stage open or close? */
struct window_search {
	const struct project *p;
	const struct stage *s;
	int left;                       /* of LOOKS_MAX */
};

void window_set_times(struct window *w, const struct recurrence *rule, const struct zone *zone,
		      struct window_interval wall)
{
	assert(!rule || (wall.start != INT64_MIN && wall.end != INT64_MAX));
	w->first = wall;
	if (wall.start != INT64_MIN)
		w->first.start = wall_instant(zone, wall.start);
	if (wall.end != INT64_MAX)
		w->first.end = wall_instant(zone, wall.end);
	w->repeats = rule != NULL;
	if (rule)
		schedule_init(&w->schedule, rule, zone, wall.start);
}

size_t window_intervals(const struct window *w, int64_t at, struct window_interval *out, size_t room)
{
	int64_t length, start;
	size_t count = 0;

	if (!w->repeats) {
		if (room && at >= w->first.start && at < w->first.end)
			out[count++] = w->first;
		return count;
	}
	length = w->first.end - w->first.start;
	for (start = at - length; count < room; ) {
		if (!schedule_next(&w->schedule, start, &start) || start > at)
			break;
		out[count++] = (struct window_interval){ start, start + length };
	}
	return count;
}

bool window_next_start(const struct window *w, int64_t after, int64_t *out)
{
	if (w->repeats)
		return schedule_next(&w->schedule, after, out);
	if (w->first.start <= after)
		return false;
	*out = w->first.start;
	return true;
}

/*
 * The end of what is active at an instant, INT64_MAX when it is too far off. Occurrences that reach
 * into each other, or touch, are one.
 */
static int64_t window_end(struct window_search *q, const struct window *w,
			  struct window_interval active)
{
	int64_t length = active.end - active.start, end = active.end, next = active.start;

	while (window_next_start(w, next, &next) && next <= end) {
		end = next + length;
		if (q->left-- <= 0)
			return INT64_MAX;
	}
	return end;
}

/* The next instant at which it begins or ends; INT64_MAX: never, or too far off. */
static int64_t window_next_change(struct window_search *q, const struct window *w, int64_t after)
{
	struct window_interval active;
	int64_t next;

	q->left -= 2;
	if (window_intervals(w, after, &active, 1))
		return window_end(q, w, active);
	return window_next_start(w, after, &next) ? next : INT64_MAX;
}

static bool window_is_meant(const struct window *w, const struct stage *s)
{
	return name_matches(value_path_text(w->selector, "name", ""), s->name) &&
	       labels_match(w->selector, value_path(s->object, "metadata.labels"));
}

static bool stage_is_closed(struct window_search *q, int64_t instant, const struct window **because)
{
	bool allowed = false, any_allows = false;

	*because = NULL;
	for (size_t i = 0; i < q->p->nwindows; i++) {
		const struct window *w = &q->p->windows[i];
		struct window_interval active;

		if (!window_is_meant(w, q->s))
			continue;
		q->left--;
		any_allows = any_allows || !w->denies;
		if (!window_intervals(w, instant, &active, 1))
			continue;
		if (w->denies) {
			*because = w;
			return true;
		}
		allowed = true;
	}
	return any_allows && !allowed;
}

static int64_t stage_next_change(struct window_search *q, int64_t after)
{
	int64_t best = INT64_MAX;

	for (size_t i = 0; i < q->p->nwindows; i++) {
		int64_t at = INT64_MAX;

		if (window_is_meant(&q->p->windows[i], q->s))
			at = window_next_change(q, &q->p->windows[i], after);
		if (at < best)
			best = at;
	}
	return best;
}

void window_state(const struct project *p, const struct stage *s, int64_t now,
		  struct window_state *out)
{
	struct window_search q = { .p = p, .s = s, .left = LOOKS_MAX };
	const struct window *because;
	int64_t at = now / 1000;

	*out = (struct window_state){ 0 };
	if (!p || !p->nwindows)
		return;
	out->closed = stage_is_closed(&q, at, &because);
	out->because = because;
	while (q.left > 0) {
		at = stage_next_change(&q, at);
		if (at == INT64_MAX)
			return;
		if (stage_is_closed(&q, at, &because) == out->closed)
			continue;
		if (out->closed)
			out->opens_at = at * 1000;
		else
			out->closes_at = at * 1000;
		return;
	}
}
