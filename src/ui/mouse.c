/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The mouse. What can be clicked is a spot (spots.h) or a line of a sheet, which knows where it was drawn. A
 * click selects, and one on what is selected opens it; the wheel moves the cursor.
 */
#include <string.h>

#include "term/key.h"
#include "ui/dashboard.h"
#include "ui/screens_inner.h"

enum { WHEEL_LINES = 3 };

static bool mouse_is_in(struct area area, int row, int col)
{
	return row >= area.row && row < area.row + area.rows && col >= area.col && col < area.col + area.cols;
}

/* The spot drawn last is on top. */
static const struct spot *mouse_spot(const struct screens *d, int row, int col)
{
	for (size_t i = d->nspots; i-- > 0;)
		if (mouse_is_in(d->spots[i].area, row, col))
			return &d->spots[i];
	return NULL;
}

static void mouse_choose(struct screens *d, struct screen *s, const char *name)
{
	if (strcmp(name, place_name(&s->place)) == 0)
		screens_act(d, s->def->flags & SCREEN_TYPES ? UI_ACTION_DO : UI_ACTION_OPEN);
	else
		place_set(&s->place, name);
}

/* Remarks belong to the line above them. */
static void mouse_choose_line(struct screens *d, struct screen *s, int row)
{
	size_t at = s->place.top + (size_t)(row - s->place.drawn.row);

	if (at >= s->sheet.count)
		return;
	while (at > 0 && s->sheet.lines[at].detail)
		at--;
	if (s->sheet.lines[at].name)
		mouse_choose(d, s, s->sheet.lines[at].name);
}

/* Closes the screens above it. */
static void mouse_go_back(struct screens *d, const struct screen *to)
{
	const struct screen *s = d->top;

	while (s && s != to)
		s = s->below;
	while (s && d->top != to)
		screens_close(d);
}

void screens_click(struct screens *d, int row, int col)
{
	struct screen *s = d->top;
	const struct spot *spot = mouse_spot(d, row, col);

	screens_was_pressed(d);
	screens_settle(d);
	screens_hush(d);
	screens_refill(d);
	if (!spot && mouse_is_in(s->place.drawn, row, col))
		mouse_choose_line(d, s, row);
	if (!spot)
		return;
	if (spot->screen)
		mouse_go_back(d, spot->screen);
	else if (spot->freight)
		screens_open(d, &screen_freight, NULL, spot->freight, NULL);
	else if (spot->name)
		mouse_choose(d, s, spot->name);
	else
		screens_act(d, spot->action);
}

void screens_wheel(struct screens *d, bool up)
{
	int lines = d->top->place.drawn.rows ? WHEEL_LINES : 1;

	screens_was_pressed(d);
	screens_settle(d);
	screens_refill(d);
	for (int i = 0; i < lines; i++)
		screens_move(d, up ? PRESS_UP : PRESS_DOWN);
}
