/* SPDX-License-Identifier: Apache-2.0 */
/* Every event in the ledger, newest first: what anybody wanted and what happened. */
#include <string.h>

#include "base/str.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/desk.h"
#include "ui/say.h"

static enum role role_of(const char *kind)
{
	if (strstr(kind, "abort") || strstr(kind, "held"))
		return ROLE_WAITING;
	return strstr(kind, "requested") || strstr(kind, "approved") ? ROLE_ACCENT : ROLE_MUTED;
}

static void line(struct view *v, struct sheet *sheet, struct line *l, size_t index)
{
	const struct event_line *ev = &v->w->events[index];
	bool narrow = v->cols < 76;
	int col = narrow ? 6 : 14;

	line_cut(sheet, l, 0, col - 1, ROLE_MUTED, narrow ? say_age(v, ev->at) : say_when(v, ev->at));
	if (!narrow) {
		line_cut(sheet, l, col, 10, *ev->actor ? ROLE_TEXT : ROLE_MUTED,
			 *ev->actor ? say_actor(v, ev->actor) : "gantry");
		line_cut(sheet, l, col + 11, 22, role_of(ev->kind), ev->kind);
		col += 34;
	}
	line_cut(sheet, l, col, v->cols - col - 3, ROLE_TEXT, ev->subject);
}

static void fill(struct view *v, struct sheet *sheet)
{
	if (!v->w->nevents) {
		sheet_text(sheet, 1, ROLE_STRONG, "The ledger is empty.");
		sheet_wrap(sheet, 1, v->cols - 4, ROLE_MUTED,
			   "Each thing that anybody wants and each thing that happens becomes a commit, "
			   "which git log can read as well.");
	}
	for (size_t i = 0; i < v->w->nevents; i++)
		sheet_lazy(sheet, v->w->events[i].commit, i);
}

static const char *sentence(struct view *v)
{
	const char *filter = prompt_text(&v->s->filter);

	if (*filter)
		return str_format(v->a, "%zu of %zu events hold \"%s\"; Esc shows all again",
				  sheet_choices(&v->s->sheet), v->w->nevents, filter);
	return str_format(v->a, "The newest %zu events; gantry audit verify replays all of them.",
			  v->w->nevents);
}

static bool act(struct view *v, enum action action)
{
	const char *commit = place_name(&v->s->place);

	if (action != ACTION_OPEN || !*commit)
		return false;
	desk_open(v->desk, &screen_event, NULL, NULL, commit);
	return true;
}

static bool offer(struct view *v, enum action action, struct offer *out)
{
	if (action != ACTION_OPEN)
		return false;
	*out = (struct offer){ *place_name(&v->s->place) ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, ACTION_OPEN, "open" },
	{ 'H', ACTION_HISTORY, "history" },
	{ '/', ACTION_FILTER, "filter" },
	{ 0, ACTION_NONE, NULL },
};

const struct screen_def screen_audit = {
	.name = "audit",
	.keys = keys,
	.fill = fill,
	.line = line,
	.sentence = sentence,
	.act = act,
	.offer = offer,
};
