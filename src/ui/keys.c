/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What keys do: first they go to what is being typed, then to the screen's own table, then to the keys
 * that work everywhere, then they move the cursor.
 */
#include <string.h>

#include "base/str.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/columns.h"
#include "ui/copy.h"
#include "ui/operation.h"
#include "ui/dashboard.h"
#include "ui/dialog.h"
#include "ui/frame.h"
#include "ui/own_commands.h"

static const char *const words[] = {
	[UI_ACTION_NONE] = "",
#define UI_ACTION(constant, word, help) [UI_ACTION_##constant] = word,
#include "ui/actions.def"
#undef UI_ACTION
};

static const char *const helps[] = {
	[UI_ACTION_NONE] = "",
#define UI_ACTION(constant, word, help) [UI_ACTION_##constant] = help,
#include "ui/actions.def"
#undef UI_ACTION
};

static const struct key_def everywhere[] = {
	{ ':', UI_ACTION_PALETTE, NULL },        { '?', UI_ACTION_HELP, NULL },
	{ PRESS_F1, UI_ACTION_HELP, NULL },      { PRESS_ESC, UI_ACTION_BACK, NULL },
	{ 'q', UI_ACTION_QUIT, NULL },           { PRESS_CTRL('l'), UI_ACTION_REDRAW, NULL },
	{ 'y', UI_ACTION_COPY, NULL },           { 'Y', UI_ACTION_COPIES, NULL },
	{ 'H', UI_ACTION_HISTORY, NULL },        { 'L', UI_ACTION_LOG, NULL },
	{ '!', UI_ACTION_PROBLEMS, NULL },       { 'n', UI_ACTION_PROBLEMS, NULL },
	{ PRESS_CTRL('p'), UI_ACTION_PALETTE, NULL }, { '[', UI_ACTION_EARLIER, NULL },
	{ ']', UI_ACTION_LATER, NULL },          { '{', UI_ACTION_HOUR_EARLIER, NULL },
	{ '}', UI_ACTION_HOUR_LATER, NULL },     { '(', UI_ACTION_DAY_EARLIER, NULL },
	{ ')', UI_ACTION_DAY_LATER, NULL },      { '0', UI_ACTION_PRESENT, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

/* Where a key is looked for that means nothing on the screen that is open; the most usual first. */
static const struct screen_def *const places[] = {
	&screen_board, &screen_stage, &screen_promotion, &screen_plan, &screen_fleet, &screen_history,
};

const char *action_word(enum ui_action action)
{
	return words[action];
}

const char *action_help(enum ui_action action)
{
	return helps[action];
}

static enum ui_action find_action(const struct key_def *keys, uint32_t key)
{
	for (; keys && keys->key; keys++)
		if (keys->key == key)
			return keys->action;
	return UI_ACTION_NONE;
}

const char *key_meaning(const struct screen_def *def, uint32_t key)
{
	static const uint32_t moves[] = { 'h', 'j', 'k', 'l', 'g', 'G', ' ', '\t', PRESS_CTRL('u'),
					  PRESS_CTRL('d') };
	static const uint32_t leaving[] = { PRESS_CTRL('c'), PRESS_CTRL('z'), PRESS_CTRL('i'),
					    PRESS_CTRL('j'), PRESS_CTRL('m') };
	enum ui_action action = find_action(def->keys, key);

	action = action ? action : find_action(everywhere, key);
	if (action)
		return action_word(action);
	for (size_t i = 0; i < COUNTOF(moves); i++)
		if (moves[i] == key)
			return "it moves the cursor";
	for (size_t i = 0; i < COUNTOF(leaving); i++)
		if (leaving[i] == key)
			return "the terminal needs it";
	return NULL;
}

/* The filter changed: refills the sheet, and puts the cursor on its first line. */
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

static void go_back(struct screens *d, const struct view *v)
{
	struct screen *s = v->s;

	if (prompt_text(&s->filter)[0] && !(s->def->flags & SCREEN_TYPES)) {
		prompt_clear(&s->filter);
		refilter(s);
		return;
	}
	if (!s->below && v->w->past_at)
		screens_act(d, UI_ACTION_PRESENT);
	screens_close(d);
}

static void common_act(struct screens *d, struct view *v, enum ui_action action)
{
	struct subject subject = { 0 };

	switch (action) {
	case UI_ACTION_BACK: go_back(d, v); return;
	case UI_ACTION_QUIT:
		if (v->s->below)
			screens_close(d);
		else
			screens_quit(d);
		return;
	case UI_ACTION_REDRAW: screens_redraw(d); return;
	case UI_ACTION_COPY: copy_first(v); return;
	case UI_ACTION_FILTER:
		if (v->s->def->fill)
			v->s->filtering = true;
		return;
	default: break;
	}
	if (v->s->def->subject)
		v->s->def->subject(v, &subject);
	operation_do(v, &subject, action);
}

void screens_act(struct screens *d, enum ui_action action)
{
	struct view v = screens_view(d, screens_top(d));
	struct offer offer = frame_offer(&v, action);

	if (offer.state != OFFER_OPEN) {
		const char *why = offer.why;

		if (!why)
			why = str_format(v.a, "there is nothing here to %s", action_word(action));
		screens_notify(d, why, true);
		return;
	}
	if (columns_act(&v, action) || (v.s->def->act && v.s->def->act(&v, action)))
		return;
	common_act(d, &v, action);
}

/* The prompt that has the keys, NULL when none. */
static struct prompt *typing(struct screen *s)
{
	if (s->filtering || s->def->flags & SCREEN_TYPES)
		return &s->filter;
	return s->dialog ? dialog_prompt(s->dialog) : NULL;
}

/* True when the key was text, or a move within it. */
static bool type_key(struct screens *d, struct screen *s, uint32_t key)
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

void screens_move(struct screens *d, uint32_t key)
{
	struct screen *s = screens_top(d);
	struct view v = screens_view(d, s);
	struct area area = screens_area(d);

	v.rows = area.rows;
	v.cols = area.cols;
	screens_moved(d);
	if (s->def->move && s->def->move(&v, key))
		return;
	if (s->def->fill)
		place_move(&s->place, &s->sheet, key, area.rows);
}

/* What it does on another screen is what somebody wanted of it here. */
static void screens_say_strange(struct screens *d, const struct screen *s, uint32_t key)
{
	struct view v = screens_view(d, screens_top(d));
	const char *means = NULL, *there = "";

	for (size_t i = 0; i < COUNTOF(places) && !means; i++) {
		enum ui_action action = find_action(places[i]->keys, key);

		means = action ? action_word(action) : NULL;
		there = places[i]->name;
	}
	screens_notify(d, means ? str_format(v.a, "%c means nothing on the %s screen (on %s: %s); ? shows "
					     "its keys", (char)key, s->def->name, there, means)
				: str_format(v.a, "%c means nothing on the %s screen; ? shows its keys",
					     (char)key, s->def->name), true);
}

void screens_key(struct screens *d, uint32_t key, bool pasted)
{
	struct screen *s = screens_top(d);
	enum ui_action action;
	struct view v;
	const struct own_command *own;

	if (pasted) {
		struct prompt *p = typing(s);

		if (p)
			prompt_type(p, key);
		if (p == &s->filter)
			refilter(s);
		return;
	}
	screens_was_pressed(d);
	screens_settle(d);
	screens_hush(d);
	screens_refill(d);
	if (key == PRESS_CTRL('c')) {
		screens_quit(d);
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
		action = UI_ACTION_BACK;
	v = screens_view(d, s);
	own = action ? NULL : own_command_at(&v, key);
	if (action)
		screens_act(d, action);
	else if (own)
		own_command_run(&v, own);
	else if (key > ' ' && key < 0x7f && !key_meaning(s->def, key))
		screens_say_strange(d, s, key);
	else
		screens_move(d, key);
}
