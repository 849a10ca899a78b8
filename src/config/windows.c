/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Windows from manifests. Time zones are looked up here, once, so that the model can
 * evaluate windows without reading anything.
 */
#include "config/parts.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "base/zone.h"
#include "config/complain.h"
#include "config/gather.h"
#include "data/value.h"
#include "model/project.h"
#include "model/rrule.h"
#include "model/selector.h"
#include "model/window.h"

/* A wall clock's time and its zone's name; both stay as they are where the text is empty. */
struct window_time {
	int64_t at;
	const char *zone;
};

static bool windows_read_time(struct arena *a, const struct value *v, const char *key,
			      struct window_time *out, struct err *e)
{
	const char *text = value_get_text(v, key);

	if (*text && !ical_time_parse(a, text, &out->zone, &out->at, e))
		return err_wrap(e, "%s", key);
	return true;
}

static bool windows_read_zone(struct arena *a, const char *start, const char *end,
			      const struct zone **out, struct err *e)
{
	if (*start && *end && strcmp(start, end) != 0)
		return err_set(e, ERR_CONFIG, "dtstart is in %s and dtend in %s; write both in one zone",
			       start, end);
	if (!zone_load(a, *start ? start : end, out))
		return err_set(e, ERR_CONFIG, "no time zone is called \"%s\" here", *start ? start : end);
	return true;
}

/* What a window may not lack, and the order of its two times. */
static bool window_check(bool repeats, struct window_interval wall, struct err *e)
{
	if (repeats && (wall.start == INT64_MIN || wall.end == INT64_MAX))
		return err_set(e, ERR_CONFIG, "rrule needs dtstart and dtend: when the first one begins and "
			       "ends");
	if (wall.start == INT64_MIN && wall.end == INT64_MAX)
		return err_set(e, ERR_CONFIG, "dtstart or dtend is required, else it never changes");
	if (wall.start != INT64_MIN && wall.end <= wall.start)
		return err_set(e, ERR_CONFIG, "dtend must be after dtstart");
	return true;
}

static bool read_window(struct arena *a, const struct value *v, struct window *w, struct err *e)
{
	const char *text = value_get_text(v, "rrule");
	struct window_time start = { INT64_MIN, "" }, end = { INT64_MAX, "" };
	bool repeats = *text != '\0';
	struct window_interval wall;
	const struct zone *zone;
	struct recurrence rule;

	*w = (struct window){ .name = value_get_text(v, "name"),
			      .denies = strcmp(value_get_text(v, "kind"), "Deny") == 0,
			      .selector = value_get(v, "stageSelector") };
	if (!windows_read_time(a, v, "dtstart", &start, e) || !windows_read_time(a, v, "dtend", &end, e) ||
	    !windows_read_zone(a, start.zone, end.zone, &zone, e))
		return false;
	wall = (struct window_interval){ start.at, end.at };
	if (repeats && !rrule_parse(text, &rule, e))
		return err_wrap(e, "rrule");
	if (!window_check(repeats, wall, e))
		return false;
	window_set_times(w, repeats ? &rule : NULL, zone, wall);
	if (w->schedule.never)
		return err_set(e, ERR_CONFIG, "rrule: \"%s\" never happens", text);
	return true;
}

/* What can't be read may be a freeze: it closes rather than opens. */
static void close_window(const struct value *v, struct window *w)
{
	*w = (struct window){ .name = value_get_text(v, "name"), .denies = true,
			      .selector = value_get(v, "stageSelector") };
	window_set_times(w, NULL, NULL, (struct window_interval){ INT64_MIN, INT64_MAX });
}

void windows_check(const struct gathered *g, struct complaints *c)
{
	const struct value *list = value_path(g->object, "spec.promotionWindows");

	for (size_t i = 0; i < value_count(list); i++) {
		struct window w;
		struct err e;

		if (!read_window(c->a, value_at(list, i), &w, &e))
			complain_error(c, g->file, value_at(list, i), "%s: spec.promotionWindows[%zu]: %s",
				       g->name, i, e.message);
	}
}

static void add_windows(struct complaints *c, const struct value *object, const char *project,
			struct list *out)
{
	const struct value *list = value_path(object, "spec.promotionWindows");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *v = value_at(list, i);
		struct window *w = arena_alloc(c->a, sizeof(*w));
		struct err e;

		if (!name_matches(value_path_text(v, "projectSelector.name", ""), project))
			continue;
		if (!read_window(c->a, v, w, &e))
			close_window(v, w);
		list_add(c->a, out, w);
	}
}

void windows_assemble(struct project *p, const struct list *own, const struct list *shared,
		      struct complaints *c)
{
	struct list found = { 0 };
	struct window *windows;

	for (size_t i = 0; i < own->count; i++) {
		const struct gathered *g = own->items[i];

		if (strcmp(g->kind, "ProjectConfig") == 0)
			add_windows(c, g->object, p->name, &found);
	}
	for (size_t i = 0; i < shared->count; i++) {
		const struct gathered *g = shared->items[i];

		if (strcmp(g->kind, "ClusterConfig") == 0)
			add_windows(c, g->object, p->name, &found);
	}
	windows = arena_array(c->a, found.count, sizeof(*windows));
	for (size_t i = 0; i < found.count; i++)
		windows[i] = *(const struct window *)found.items[i];
	p->windows = windows;
	p->nwindows = found.count;
}
