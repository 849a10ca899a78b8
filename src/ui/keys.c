/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keys do at the desk: first what is being typed, then the screen's own table, then
 * what is the same everywhere, then moving about.
 */
#include <string.h>

#include "base/str.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/deed.h"
#include "ui/desk.h"
#include "ui/frame.h"

static const char *const words[] = {
	[ACTION_NONE] = "",
#define ACTION(constant, word, help) [ACTION_##constant] = word,
#include "ui/actions.def"
#undef ACTION
};

static const char *const helps[] = {
	[ACTION_NONE] = "",
#define ACTION(constant, word, help) [ACTION_##constant] = help,
#include "ui/actions.def"
#undef ACTION
};

static const struct key_def everywhere[] = {
	{ ':', ACTION_PALETTE, NULL },        { '?', ACTION_HELP, NULL },
	{ PRESS_F1, ACTION_HELP, NULL },      { PRESS_ESC, ACTION_BACK, NULL },
	{ 'q', ACTION_QUIT, NULL },           { PRESS_CTRL('l'), ACTION_REDRAW, NULL },
	{ 'H', ACTION_HISTORY, NULL },        { 'L', ACTION_LOG, NULL },
	{ '!', ACTION_PROBLEMS, NULL },       { '[', ACTION_EARLIER, NULL },
	{ ']', ACTION_LATER, NULL },          { '{', ACTION_HOUR_EARLIER, NULL },
	{ '}', ACTION_HOUR_LATER, NULL },     { '(', ACTION_DAY_EARLIER, NULL },
	{ ')', ACTION_DAY_LATER, NULL },      { '0', ACTION_PRESENT, NULL },
	{ 0, ACTION_NONE, NULL },
};

const char *action_word(enum action action)
{
	return words[action];
}

const char *action_help(enum action action)
{
	return helps[action];
}

static enum action find_action(const struct key_def *keys, uint32_t key)
{
	for (; keys && keys->key; keys++)
		if (keys->key == key)
			return keys->action;
	return ACTION_NONE;
}

/* A filter changed: the sheet is made anew, and its first line is where to be. */
static void refilter(struct screen *s)
{
	s->filled = false;
	s->place.at = 0;
	if (s->def->flags & SCREEN_TYPES)
		place_set(&s->place, "");
}

static void filter_key(struct screen *s, uint32_t key)
{
	if (key == PRESS_ENTER) {
		s->filtering = false;
	} else if (key == PRESS_ESC) {
		s->filtering = false;
		prompt_clear(&s->filter);
		refilter(s);
	} else if (prompt_key(&s->filter, key)) {
		refilter(s);
	}
}

static void go_back(struct desk *d, const struct view *v)
{
	struct screen *s = v->s;

	if (prompt_text(&s->filter)[0] && !(s->def->flags & SCREEN_TYPES)) {
		prompt_clear(&s->filter);
		refilter(s);
		return;
	}
	if (!s->below && v->w->past_at)
		desk_act(d, ACTION_PRESENT);
	desk_close(d);
}

static void common_act(struct desk *d, struct view *v, enum action action)
{
	struct subject subject = { 0 };

	switch (action) {
	case ACTION_BACK: go_back(d, v); return;
	case ACTION_QUIT:
		if (v->s->below)
			desk_close(d);
		else
			desk_quit(d);
		return;
	case ACTION_REDRAW: desk_redraw(d); return;
	case ACTION_FILTER:
		if (v->s->def->fill)
			v->s->filtering = true;
		return;
	default: break;
	}
	if (v->s->def->subject)
		v->s->def->subject(v, &subject);
	deed_do(v, &subject, action);
}

void desk_act(struct desk *d, enum action action)
{
	struct view v = desk_view(d, desk_top(d));
	struct offer offer = frame_offer(&v, action);

	if (offer.state == OFFER_REFUSED)
		desk_say(d, offer.why, true);
	if (offer.state == OFFER_HIDDEN)
		desk_say(d, "that means nothing for what is selected", true);
	if (offer.state != OFFER_OPEN)
		return;
	if (v.s->def->act && v.s->def->act(&v, action))
		return;
	common_act(d, &v, action);
}

/* The prompt that has the keys, NULL when none. */
static struct prompt *typing(struct screen *s)
{
	if (s->filtering || s->def->flags & SCREEN_TYPES)
		return &s->filter;
	return s->field == 1 ? &s->reason : s->field == 2 ? &s->name : NULL;
}

/* True when the key was text, or a move within it. */
static bool type_key(struct desk *d, struct screen *s, uint32_t key)
{
	struct prompt *p = typing(s);
	bool moves = key == PRESS_CTRL('d') || key == PRESS_HOME || key == PRESS_END;

	(void)d;
	if (!p || (s->def->flags & SCREEN_TYPES && moves) || !prompt_key(p, key))
		return false;
	if (p == &s->filter)
		refilter(s);
	return true;
}

static void move(struct desk *d, struct screen *s, uint32_t key)
{
	struct view v = desk_view(d, s);
	struct area area = desk_area(d);

	v.rows = area.rows;
	v.cols = area.cols;
	desk_moved(d);
	if (s->def->move && s->def->move(&v, key))
		return;
	if (s->def->fill)
		place_move(&s->place, &s->sheet, key, area.rows);
}

void desk_key(struct desk *d, uint32_t key, bool pasted)
{
	struct screen *s = desk_top(d);
	enum action action;

	if (pasted) {
		struct prompt *p = typing(s);

		if (p)
			prompt_type(p, key);
		if (p == &s->filter)
			refilter(s);
		return;
	}
	desk_settle(d);
	desk_hush(d);
	desk_refill(d);
	if (key == PRESS_CTRL('c')) {
		desk_quit(d);
		return;
	}
	if (s->filtering && (key == PRESS_ENTER || key == PRESS_ESC)) {
		filter_key(s, key);
		return;
	}
	if (type_key(d, s, key))
		return;
	action = find_action(s->def->keys, key);
	if (!action && !(s->def->flags & SCREEN_TYPES))
		action = find_action(everywhere, key);
	if (!action && key == PRESS_ESC)
		action = ACTION_BACK;
	if (action)
		desk_act(d, action);
	else
		move(d, s, key);
}

/* A click selects the line under it; a click on the selected line opens it. */
void desk_click(struct desk *d, int row, int col)
{
	struct screen *s = desk_top(d);
	struct area area = desk_area(d);
	size_t at = s->place.top + (size_t)(row - area.row);
	const struct line *l;

	desk_refill(d);
	if (!s->def->fill || row < area.row || row >= area.row + area.rows || col < area.col ||
	    at >= s->sheet.count)
		return;
	while (at > 0 && s->sheet.lines[at].detail)
		at--;
	l = &s->sheet.lines[at];
	if (!l->name)
		return;
	if (strcmp(l->name, place_name(&s->place)) == 0)
		desk_act(d, ACTION_OPEN);
	else
		place_set(&s->place, l->name);
}
