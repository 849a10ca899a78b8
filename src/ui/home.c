/* SPDX-License-Identifier: Apache-2.0 */
/* The bottom of the open screens, and the way from one board to the next. */
#include "ui/home.h"

#include <string.h>

#include "base/str.h"
#include "model/fleet_row.h"
#include "model/fleet_select.h"
#include "model/project.h"
#include "ui/screens.h"
#include "ui/screens_inner.h"

static struct screen *home_of(const struct screens *d)
{
	struct screen *s = d->top;

	while (s->below)
		s = s->below;
	return s;
}

void screens_find_home(struct screens *d, bool was_loading)
{
	struct screen *home = home_of(d);

	if (!projects_are_many(&d->projects) || home->def == &screen_fleet)
		return;
	home->below = screen_new(&screen_fleet);
	d->nopen++;
	/* The board was opened before anything was known: nobody chose it. */
	if (was_loading && d->top == home)
		screens_close(d);
}

const struct world *screens_header_world(struct screens *d)
{
	const struct screen *s = screens_under(d);

	if (s->def->flags & SCREEN_FLEET && projects_are_many(&d->projects))
		return &d->projects.all;
	return screens_world(d, s);
}

/* The project before (step < 0) or after this one among those that the fleet shows; NULL: none. */
static const char *neighbour_of(struct screens *d, const char *project, int step)
{
	const struct screen *home = home_of(d);
	const struct fleet_row **rows;
	size_t count = fleet_select(d->frame, d->projects.table, prompt_text(&home->filter),
				    (enum fleet_sort)home->form, &rows);
	size_t at = 0;

	while (at < count && strcmp(rows[at]->world->project->name, project) != 0)
		at++;
	if (at == count)
		return count ? rows[0]->world->project->name : NULL;
	if ((step < 0 && !at) || (step > 0 && at + 1 == count))
		return NULL;
	return rows[step < 0 ? at - 1 : at + 1]->world->project->name;
}

void screens_neighbour(struct screens *d, int step)
{
	struct screen *home = home_of(d);
	const char *name = neighbour_of(d, screens_world(d, d->top)->project->name, step);

	if (!name) {
		screens_notify(d, step < 0 ? "this is the first project of the fleet"
					   : "this is the last project of the fleet", false);
		return;
	}
	screen_place(d->top, name);
	if (home->def == &screen_fleet)
		place_set(&home->place, str_format(d->frame, "%s/", name));
	screens_notify(d, name, false);
}
