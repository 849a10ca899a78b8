/* SPDX-License-Identifier: Apache-2.0 */
/* The bottom of the open screens, and the way from one board to the next. */
#include "ui/home.h"

#include <string.h>

#include "base/str.h"
#include "model/fleet_row.h"
#include "model/fleet_select.h"
#include "model/world.h"
#include "ui/dashboard.h"
#include "ui/line_name.h"
#include "ui/port.h"
#include "ui/projects.h"
#include "ui/screens.h"
#include "ui/screens_inner.h"

static struct screen *home_of(const struct screens *d)
{
	struct screen *s = d->top;

	while (s->below)
		s = s->below;
	return s;
}

void screens_find_home(struct screens *d, const char *only, bool was_loading)
{
	struct screen *home = home_of(d);

	if (!projects_are_many(&d->projects) || home->def == &screen_fleet)
		return;
	home->below = screen_new(&screen_fleet);
	d->nopen++;
	/* It was of the only project, which needed no name. */
	if (!buf_str(&home->project)[0])
		screen_place(home, only);
	/*
	 * The board was opened before anything was known, or when only the first of many projects was: nobody
	 * chose it.
	 */
	if ((was_loading || !d->pressed) && d->top == home)
		screens_close(d);
}

const char *const *screens_contexts(const struct screens *d)
{
	return d->port->contexts ? d->port->contexts(d->port->context) : NULL;
}

void screens_attach(struct screens *d, const char *context)
{
	if (d->port->attach(d->port->context, context))
		screens_notify(d, str_format(d->frame, "reaching %s", context), false);
	else
		screens_notify(d, "too much is asked at once; try again", true);
}

/* Whether each line of some is among those of all. */
static bool home_has_lines(const char *all, const char *some)
{
	for (; *some; some += strcspn(some, "\n") + 1) {
		size_t len = strcspn(some, "\n") + 1;
		const char *at = all;

		while (*at && strncmp(at, some, len) != 0)
			at += strcspn(at, "\n") + 1;
		if (!*at)
			return false;
	}
	return true;
}

/* As on the first day. */
static void home_begin_again(struct screens *d)
{
	struct screen *old;

	while (d->top->below)
		screens_close(d);
	old = d->top;
	d->top = screen_new(projects_are_many(&d->projects) ? &screen_fleet : &screen_board);
	screens_drop(d, old);
}

bool screens_find_contexts(struct screens *d)
{
	const char *now = projects_contexts(&d->projects, d->frame);
	bool gone = *now && !home_has_lines(now, buf_str(&d->contexts));

	if (gone)
		home_begin_again(d);
	if (*now) {
		buf_clear(&d->contexts);
		buf_text(&d->contexts, now);
	}
	return gone;
}

const struct world *screens_header_world(struct screens *d)
{
	const struct screen *s = screens_under(d);

	if (s->def->flags & SCREEN_FLEET && projects_are_many(&d->projects))
		return &d->projects.all;
	return screens_world(d, s);
}

struct neighbour {
	const char *name;               /* NULL: there is none */
	size_t at, count;               /* among those that the fleet shows */
};

/* The project before (step < 0) or after this one among those that the fleet shows. */
static struct neighbour neighbour_of(struct screens *d, const char *project, int step)
{
	const struct screen *home = home_of(d);
	const struct fleet_row **rows;
	size_t count = fleet_select(d->frame, d->projects.table, prompt_text(&home->filter),
				    (enum fleet_sort)home->form, &rows);
	size_t at = 0;

	while (at < count && strcmp(world_name(rows[at]->world), project) != 0)
		at++;
	if (!count || (at < count && ((step < 0 && !at) || (step > 0 && at + 1 == count))))
		return (struct neighbour){ .count = count };
	at = at == count ? 0 : step < 0 ? at - 1 : at + 1;
	return (struct neighbour){ world_name(rows[at]->world), at, count };
}

void screens_neighbour(struct screens *d, int step)
{
	struct screen *home = home_of(d);
	struct neighbour to = neighbour_of(d, world_name(screens_world(d, d->top)), step);

	if (!to.name) {
		screens_notify(d, step < 0 ? "this is the first project of the fleet"
					   : "this is the last project of the fleet", false);
		return;
	}
	screen_place(d->top, to.name);
	if (home->def == &screen_fleet)
		place_set(&home->place, str_format(d->frame, "%s/", line_name_begin(d->frame, to.name)));
	screens_notify(d, str_format(d->frame, "%s, %zu of %zu", to.name, to.at + 1, to.count), false);
}
