/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows are wall clock times: nine in the morning stays nine when summer time begins.
 * So occurrences are counted on the wall, and only their ends become instants.
 */
#include "model/window.h"

#include "base/zone.h"
#include "data/value.h"
#include "model/project.h"
#include "model/selector.h"
#include "model/stage.h"

enum { DAY = 86400, LOOK_AHEAD = 800, BOUNDARIES = 1000 };

static int64_t day_of(int64_t seconds)
{
	return seconds >= 0 ? seconds / DAY : -((-seconds + DAY - 1) / DAY);
}

static int64_t wall_of(const struct window *w, int64_t instant)
{
	struct zone_span span;

	if (!w->zone)
		return instant;
	zone_at(w->zone, instant, &span);
	return instant + span.offset;
}

/* The instant at which the wall shows this; in the hour that is skipped, the one after. */
static int64_t instant_of(const struct window *w, int64_t wall)
{
	int64_t guess = wall;

	for (int i = 0; i < 3; i++)
		guess = wall - (wall_of(w, guess) - guess);
	return guess;
}

/* How many occurrences there are before day. */
static int64_t count_before(const struct window *w, int64_t day)
{
	int64_t count = 0;

	for (int64_t d = day_of(w->start); d < day && count < w->rule.count; d++)
		count += recurrence_has(&w->rule, day_of(w->start), d);
	return count;
}

/* Whether an occurrence begins on the day; *start: when, on the wall. */
static bool window_begins(const struct window *w, int64_t day, int64_t *start)
{
	int64_t first = day_of(w->start), at = day * DAY + (w->start - first * DAY);
	int64_t limit = w->rule.until_utc ? instant_of(w, at) : at;

	if (!recurrence_has(&w->rule, first, day) || limit > w->rule.until)
		return false;
	if (w->rule.count && count_before(w, day) >= w->rule.count)
		return false;
	*start = at;
	return true;
}

static int64_t length_of(const struct window *w)
{
	return w->end - w->start;
}

static bool is_active(const struct window *w, int64_t instant)
{
	int64_t wall = wall_of(w, instant), start;

	if (!w->repeats)
		return wall >= w->start && wall < w->end;
	for (int64_t d = day_of(wall - length_of(w)); d <= day_of(wall); d++)
		if (window_begins(w, d, &start) && start <= wall && wall < start + length_of(w))
			return true;
	return false;
}

static void earliest(int64_t at, int64_t after, int64_t *best)
{
	if (at > after && at < *best)
		*best = at;
}

/* The next instant at which it begins or ends; INT64_MAX: never. */
static int64_t next_change(const struct window *w, int64_t after)
{
	int64_t best = INT64_MAX, wall = wall_of(w, after), start;

	if (!w->repeats) {
		if (w->start != INT64_MIN)
			earliest(instant_of(w, w->start), after, &best);
		if (w->end != INT64_MAX)
			earliest(instant_of(w, w->end), after, &best);
		return best;
	}
	for (int64_t d = day_of(wall - length_of(w)); d <= day_of(wall) + LOOK_AHEAD; d++) {
		if (!window_begins(w, d, &start))
			continue;
		earliest(instant_of(w, start), after, &best);
		earliest(instant_of(w, start + length_of(w)), after, &best);
		if (start > wall)
			break;
	}
	return best;
}

static bool window_is_meant(const struct window *w, const struct stage *s)
{
	return name_matches(value_path_text(w->selector, "name", ""), s->name) &&
	       labels_match(w->selector, value_path(s->object, "metadata.labels"));
}

static bool is_closed(const struct project *p, const struct stage *s, int64_t instant,
		      const struct window **because)
{
	bool allowed = false, any_allows = false;

	*because = NULL;
	for (size_t i = 0; i < p->nwindows; i++) {
		const struct window *w = &p->windows[i];
		bool active = window_is_meant(w, s) && is_active(w, instant);

		if (active && w->denies) {
			*because = w;
			return true;
		}
		any_allows = any_allows || (!w->denies && window_is_meant(w, s));
		allowed = allowed || active;
	}
	return any_allows && !allowed;
}

static int64_t next_change_of_all(const struct project *p, const struct stage *s, int64_t after)
{
	int64_t best = INT64_MAX;

	for (size_t i = 0; i < p->nwindows; i++)
		if (window_is_meant(&p->windows[i], s))
			earliest(next_change(&p->windows[i], after), after, &best);
	return best;
}

void window_state(const struct project *p, const struct stage *s, int64_t now,
		  struct window_state *out)
{
	const struct window *because;
	int64_t at = now / 1000;

	*out = (struct window_state){ 0 };
	if (!p || !p->nwindows)
		return;
	*out = (struct window_state){ .closed = is_closed(p, s, at, &because) };
	out->because = because;
	for (int i = 0; i < BOUNDARIES; i++) {
		at = next_change_of_all(p, s, at);
		if (at == INT64_MAX)
			return;
		if (is_closed(p, s, at, &because) == out->closed)
			continue;
		if (out->closed)
			out->opens_at = at * 1000;
		else
			out->closes_at = at * 1000;
		return;
	}
}
