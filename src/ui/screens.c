/* SPDX-License-Identifier: Apache-2.0 */
/* The open screens are a stack; each belongs to the set, and with it its arena, sheet and dialog. */
#include "ui/screens.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/str.h"
#include "model/attachment.h"
#include "model/fleet_table.h"
#include "model/world.h"
#include "ui/dialog.h"
#include "ui/line_name.h"
#include "ui/port.h"
#include "ui/screens_inner.h"

enum { MAX_NAME = 4096, MAX_OPEN = 24, MAX_COPIED = 16 << 10, MAX_MARKS = 1 << 20, SEEN_MS = 400,
       TOAST_MS = 6000, KEYS_A_LINE = 3 };

/* Cancels a plan that has not come yet, and frees one that has. */
static void screens_forget_plan(struct screens *d, struct screen *s)
{
	struct dialog *dialog = s->dialog;

	if (dialog->plan_id && !dialog->plan)
		d->port->drop_plan(d->port->context, dialog->plan_id);
	dialog_forget_plan(dialog);
}

void screens_drop(struct screens *d, struct screen *s)
{
	if (s->dialog)
		screens_forget_plan(d, s);
	dialog_free(s->dialog);
	buf_release(&s->project);
	buf_release(&s->marks);
	buf_release(&s->stage);
	buf_release(&s->freight);
	buf_release(&s->item);
	place_release(&s->place);
	prompt_release(&s->filter);
	arena_free(s->arena);
	free(s);
}

void screens_close(struct screens *d)
{
	struct screen *s = d->top;

	if (!s->below)
		return;
	d->top = s->below;
	d->nopen--;
	screens_drop(d, s);
}

struct screen *screen_new(const struct screen_def *def)
{
	struct screen *s = xmalloc(sizeof(*s));

	*s = (struct screen){ .def = def, .arena = arena_new() };
	buf_init(&s->project, MAX_NAME);
	buf_init(&s->marks, MAX_MARKS);
	buf_init(&s->stage, MAX_NAME);
	buf_init(&s->freight, MAX_NAME);
	buf_init(&s->item, MAX_NAME);
	place_init(&s->place);
	prompt_init(&s->filter, MAX_NAME);
	s->dialog = def->flags & SCREEN_ASKS ? dialog_new() : NULL;
	return s;
}

static void set_name(struct buf *b, const char *name)
{
	buf_clear(b);
	buf_text(b, name ? name : "");
}

/* Closes the screen just above home: nobody goes back through that many. */
static void drop_lowest(struct screens *d)
{
	struct screen *low = d->top, *gone;

	while (low->below->below->below)
		low = low->below;
	gone = low->below;
	low->below = gone->below;
	screens_drop(d, gone);
	d->nopen--;
}

struct screen *screens_open(struct screens *d, const struct screen_def *def, const char *stage,
			 const char *freight, const char *item)
{
	struct screen *s = screen_new(def);

	set_name(&s->stage, stage);
	set_name(&s->freight, freight);
	set_name(&s->item, item);
	if (d->top && !(def->flags & SCREEN_FLEET))
		set_name(&s->project, world_name(screens_world(d, d->top)));
	s->below = d->top;
	d->top = s;
	if (++d->nopen > MAX_OPEN)
		drop_lowest(d);
	return s;
}

void screen_place(struct screen *s, const char *project)
{
	set_name(&s->project, project);
	s->filled = false;
}

/* The screen that a popup stands on. */
struct screen *screens_under(struct screens *d)
{
	struct screen *s = d->top;

	while (s->below && s->def->flags & SCREEN_POPUP)
		s = s->below;
	return s;
}

struct screens *screens_new(const struct ui_port *port, const struct screens_options *options)
{
	struct screens *d = xmalloc(sizeof(*d));

	*d = (struct screens){ .port = port, .themes = options->themes, .next_id = 1,
			    .read_only = options->read_only || port->read_only,
			    .ticks = options->ticks ? options->ticks : clock_ticks,
			    .patience = -1, .rows = 20, .cols = 80, .rests = options->rests,
			    .no_clipboard = options->no_clipboard, .coaches = options->coaches,
			    .printed = options->printed };
	d->frame = arena_new();
	d->replies = arena_new();
	d->run_arena = arena_new();
	buf_init(&d->toast, MAX_NAME);
	buf_init(&d->theme, MAX_NAME);
	set_name(&d->theme, options->theme);
	buf_init(&d->copied, MAX_COPIED);
	buf_init(&d->contexts, MAX_COPIED);
	canvas_init(&d->last, 1, 1, false);
	projects_begin(&d->projects, port);
	screens_open(d, projects_are_many(&d->projects) ? &screen_fleet : &screen_board, NULL, NULL, NULL);
	buf_text(&d->contexts, projects_contexts(&d->projects, d->frame));
	return d;
}

void screens_free(struct screens *d)
{
	if (!d)
		return;
	while (d->top->below)
		screens_close(d);
	screens_drop(d, d->top);
	projects_end(&d->projects);
	buf_release(&d->toast);
	buf_release(&d->theme);
	buf_release(&d->copied);
	buf_release(&d->contexts);
	arena_free(d->frame);
	arena_free(d->run_arena);
	arena_free(d->replies);
	canvas_release(&d->last);
	free(d);
}

const struct world *screens_world(const struct screens *d, const struct screen *s)
{
	const char *name = buf_str(&s->project);

	if (s->def->flags & SCREEN_FLEET && projects_are_many(&d->projects)) {
		const char *line = place_name(&s->place);

		name = line_name_project(d->frame, line);
	}
	return projects_world(&d->projects, name);
}

struct view screens_view(struct screens *d, struct screen *s)
{
	const struct world *w = screens_world(d, s);

	/* In the past, ages and gates are those of then. */
	return (struct view){ .w = w, .projects = &d->projects, .many = projects_are_many(&d->projects),
			      .screens = d, .s = s, .a = d->frame,
			      .now = w->past_at ? w->past_at : clock_now(),
			      .next_change = SCREENS_FOR_EVER, .rows = d->rows, .cols = d->cols,
			      .ascii = d->ascii };
}

bool screens_keeps_row(const struct screens *d, struct canvas *c, int row)
{
	if (!d->moving || d->last.rows != c->rows || d->last.cols != c->cols || row >= c->rows)
		return false;
	canvas_copy_row(c, &d->last, row);
	return true;
}

void screens_moved(struct screens *d)
{
	d->moving = d->rests;
}

void screens_settle(struct screens *d)
{
	d->moving = false;
}

bool screens_was_seen(const struct screens *d, const struct screen *s)
{
	return s->dialog->shown_at && d->ticks() - s->dialog->shown_at >= SEEN_MS;
}

int64_t screens_patience(const struct screens *d)
{
	return d->patience;
}

const char *screens_send(struct screens *d, struct intent *i)
{
	const struct world *w = i->project ? projects_world(&d->projects, i->project)
					   : screens_world(d, d->top);

	/* For every screen: what the past shows is not what an intent would change. */
	if (w->past_at && i->kind != INTENT_TRAVEL && i->kind != INTENT_REFRESH)
		return "this is the past, where nothing can be done; 0 comes back";
	if (projects_are_many(&d->projects))
		i->project = world_name(w);
	i->id = d->next_id++;
	i->actor = d->port->actor;
	i->from = d->port->from;
	i->seen_head = *w->ledger_head ? w->ledger_head : NULL;
	i->seen_context = w->attachment ? w->attachment->context : NULL;
	return d->port->submit(d->port->context, i) ? NULL
						    : "too much is waiting to be done already; try again";
}

void screens_submit(struct screens *d, struct intent *i)
{
	const char *why = screens_send(d, i);

	if (why)
		screens_notify(d, why, true);
	else if (i->kind != INTENT_TRAVEL && i->kind != INTENT_LOOK)
		screens_notify(d, str_format(d->frame, "%s: sent", intent_verb(i->kind)), false);
}

static void screens_ask_plan(struct screens *d, struct screen *s)
{
	struct dialog *dialog = s->dialog;
	const struct intent i = {
		.kind = dialog->operation, .id = d->next_id, .stage = buf_str(&s->stage),
		.freight = buf_str(&s->freight), .actor = d->port->actor, .from = d->port->from,
		.project = projects_are_many(&d->projects) ? world_name(screens_world(d, s)) : NULL,
		.promotion = dialog->operation == INTENT_MERGE ? buf_str(&s->item) : NULL,
		.step = dialog->operation == INTENT_MERGE ? (size_t)s->form : 0,
	};

	if (!dialog->plans || dialog->plan_id || !d->port->plan || !d->port->plan(d->port->context, &i))
		return;
	dialog->plan_id = d->next_id++;
}

void screens_ask_plans(struct screens *d)
{
	for (struct screen *s = d->top; s; s = s->below)
		if (s->dialog)
			screens_ask_plan(d, s);
}

void screens_want_plan(struct screens *d, struct screen *s)
{
	s->dialog->plans = d->port->plan != NULL;
	screens_ask_plan(d, s);
}

void screens_plan(struct screens *d, struct screen *s)
{
	screens_forget_plan(d, s);
	s->sheet = (struct sheet){ .a = s->arena };
	s->own = NULL;
	s->filled = false;
	screens_want_plan(d, s);
}

bool screens_is_loading(const struct screens *d)
{
	return projects_world(&d->projects, "")->loading;
}

bool screens_wants_quit(const struct screens *d)
{
	return d->quit;
}

void screens_quit(struct screens *d)
{
	d->quit = true;
}

const char *screens_close_pull_requests(const struct screens *d)
{
	return d->port->close_pull_requests ? d->port->close_pull_requests : "ask";
}

bool screens_is_read_only(const struct screens *d)
{
	return d->read_only || screens_world(d, d->top)->read_only;
}

/* Keys act where the last draw put the screen. */
struct area screens_area(const struct screens *d)
{
	return d->area;
}

struct screen *screens_top(struct screens *d)
{
	return d->top;
}

void screens_notify(struct screens *d, const char *text, bool bad)
{
	buf_clear(&d->toast);
	buf_text(&d->toast, text);
	d->toast_bad = bad;
	d->toast_until = clock_now() + TOAST_MS;
}

bool screens_wants_bell(struct screens *d)
{
	bool was = d->bell;

	d->bell = false;
	return was;
}

bool screens_wants_redraw(struct screens *d)
{
	bool was = d->redraw;

	d->redraw = false;
	return was;
}

const char *const *screens_themes(const struct screens *d)
{
	return d->themes;
}

const char *screens_theme(const struct screens *d)
{
	return buf_str(&d->theme);
}

void screens_pick_theme(struct screens *d, const char *name)
{
	buf_clear(&d->theme);
	buf_text(&d->theme, name);
	d->has_picked = true;
}

const char *screens_picked_theme(struct screens *d)
{
	if (!d->has_picked)
		return NULL;
	d->has_picked = false;
	return buf_str(&d->theme);
}

void screens_redraw(struct screens *d)
{
	d->redraw = true;
}

void screens_hush(struct screens *d)
{
	/* The toast disappears at once, so the row must not be kept. */
	if (d->toast_until)
		d->last.rows = 0;
	buf_clear(&d->toast);
	d->toast_until = 0;
}

size_t screens_alerts(const struct screens *d)
{
	return fleet_table_alert_count(d->projects.table);
}

size_t screens_todo(const struct screens *d)
{
	return fleet_table_todo_count(d->projects.table);
}

void screens_copy(struct screens *d, const char *what, const char *text)
{
	const char *told = "copied";

	buf_clear(&d->copied);
	buf_text(&d->copied, text);
	d->has_copied = !d->no_clipboard && buf_ok(&d->copied);
	if (d->no_clipboard)
		told = "this terminal has no clipboard:";
	else if (!d->has_copied)
		told = "too long to copy:";
	screens_notify(d, str_format(d->frame, "%s %s %s", told, what, text), !d->has_copied);
}

const char *screens_copied(struct screens *d)
{
	if (!d->has_copied)
		return NULL;
	d->has_copied = false;
	return buf_str(&d->copied);
}

const struct own_command *screens_own_commands(const struct screens *d, size_t *count)
{
	*count = d->port->run_command ? d->port->ncommands : 0;
	return d->port->commands;
}

void screens_run(struct screens *d, const struct own_command *c, const char *const *selected)
{
	struct list all = { 0 };

	arena_reset(d->run_arena);
	for (; *selected; selected++)
		list_add(d->run_arena, &all, str_copy(d->run_arena, *selected));
	list_add(d->run_arena, &all, NULL);
	d->run = c;
	d->run_selected = (const char *const *)all.items;
}

const struct own_command *screens_run_next(struct screens *d, const char *const **selected)
{
	const struct own_command *c = d->run;

	*selected = d->run_selected;
	d->run = NULL;
	return c;
}

static bool screens_binds(const struct screen_def *def, enum ui_action action)
{
	for (const struct key_def *k = def->keys; k && k->key; k++)
		if (k->action == action)
			return true;
	return false;
}

const char *screens_coaching(const struct screens *d)
{
	static const char no_why[] = "New here?  arrows or hjkl move, Enter opens, ? shows every key";
	static const char *const lines[] = {
		"New here?  arrows or hjkl move, Enter opens, w says why, ? shows every key",
		"p promotes: you see the whole plan and its diff before anything is done",
		"b backs out, t shows the steps, H who did what; : goes anywhere by name",
	};
	size_t at = d->pressed / KEYS_A_LINE;

	if (!d->coaches || at >= COUNTOF(lines))
		return NULL;
	return at || screens_binds(d->top->def, UI_ACTION_WHY) ? lines[at] : no_why;
}

void screens_was_pressed(struct screens *d)
{
	d->pressed++;
}

bool screens_is_untouched(const struct screens *d)
{
	return !d->pressed;
}

bool screens_is_printed(const struct screens *d)
{
	return d->printed;
}
