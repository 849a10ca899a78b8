/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The set of screens. A screen's sheet is filled only when the world, the size, the filter or
 * what it shows of time has changed, so that moving the cursor costs drawing and no more.
 */
#include "ui/screens_inner.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "model/fleet_table.h"
#include "model/plan.h"
#include "model/project.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/columns.h"
#include "ui/display.h"
#include "ui/operation.h"
#include "ui/frame.h"
#include "ui/port.h"
#include "ui/screen.h"

enum { MAX_NAME = 4096, MAX_REASON = 2000, MAX_OPEN = 24, MAX_COPIED = 16 << 10,
       MAX_MARKS = 1 << 20,
       REST_MS = 80, SEEN_MS = 400 };

static const int64_t for_ever = INT64_MAX / 2;

/* A plan that is not there yet is not wanted any more. */
static void forget_plan(struct screens *d, struct screen *s)
{
	if (s->plan_id && !s->plan)
		d->port->drop_plan(d->port->context, s->plan_id);
	plan_free(s->plan);
	s->plan = NULL;
	s->plan_id = 0;
	s->shown_at = 0;
	s->sheet = (struct sheet){ .a = s->arena };
	s->own = NULL;
	s->filled = false;
}

static void free_screen(struct screens *d, struct screen *s)
{
	forget_plan(d, s);
	buf_release(&s->project);
	buf_release(&s->marks);
	buf_release(&s->stage);
	buf_release(&s->freight);
	buf_release(&s->item);
	place_release(&s->place);
	prompt_release(&s->filter);
	prompt_release(&s->reason);
	prompt_release(&s->name);
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
	free_screen(d, s);
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
	prompt_init(&s->reason, MAX_REASON);
	prompt_init(&s->name, MAX_NAME);
	return s;
}

static void set_name(struct buf *b, const char *name)
{
	buf_clear(b);
	buf_text(b, name ? name : "");
}

/* Nobody goes back through that many; home stays, and what was opened from it. */
static void drop_lowest(struct screens *d)
{
	struct screen *low = d->top, *gone;

	while (low->below->below->below)
		low = low->below;
	gone = low->below;
	low->below = gone->below;
	free_screen(d, gone);
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
		set_name(&s->project, screens_world(d, d->top)->project->name);
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
	buf_init(&d->toast, MAX_NAME);
	buf_init(&d->theme, MAX_NAME);
	set_name(&d->theme, options->theme);
	buf_init(&d->picked, MAX_NAME);
	buf_init(&d->copied, MAX_COPIED);
	canvas_init(&d->last, 1, 1, false);
	projects_begin(&d->projects, port);
	screens_open(d, projects_are_many(&d->projects) ? &screen_fleet : &screen_board, NULL, NULL, NULL);
	return d;
}

void screens_free(struct screens *d)
{
	if (!d)
		return;
	while (d->top->below)
		screens_close(d);
	free_screen(d, d->top);
	projects_end(&d->projects);
	buf_release(&d->toast);
	buf_release(&d->theme);
	buf_release(&d->picked);
	buf_release(&d->copied);
	arena_free(d->frame);
	arena_free(d->replies);
	canvas_release(&d->last);
	free(d);
}

const struct world *screens_world(const struct screens *d, const struct screen *s)
{
	const char *name = buf_str(&s->project);

	if (s->def->flags & SCREEN_FLEET && projects_are_many(&d->projects)) {
		const char *line = place_name(&s->place);

		name = str_copy_n(d->frame, line, strcspn(line, "/"));
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
			      .next_change = for_ever, .rows = d->rows, .cols = d->cols,
			      .ascii = d->ascii };
}

static void screens_fill_line(void *context, struct sheet *sheet, struct line *l, size_t index)
{
	struct view *v = context;

	v->s->def->line(v, sheet, l, index);
}

/* The view of lazy lines lives as long as the sheet: it is put into the sheet's arena. */
static void fill_sheet(struct screens *d, struct view *v)
{
	struct screen *s = v->s;
	struct view *own;
	bool fleet = s->def->flags & SCREEN_FLEET;
	uint64_t serial = fleet ? fleet_table_serial(d->projects.table) : v->w->serial;
	bool same_world = s->def->flags & SCREEN_STANDS ||
			  (s->filled_serial == serial && (fleet || s->filled_of == v->w));
	bool same_size = s->filled_cols == v->cols &&
			 (s->filled_rows == v->rows || s->def->flags & SCREEN_POPUP);

	if (s->filled && same_world && same_size && v->now < s->stale_at) {
		v->next_change = s->stale_at - v->now;
		return;
	}
	arena_reset(s->arena);
	own = arena_copy(s->arena, v, sizeof(*v));
	own->a = s->arena;
	s->sheet = (struct sheet){ .a = s->arena, .fill = screens_fill_line, .context = own };
	own->next_change = for_ever;
	s->def->fill(own, &s->sheet);
	if (s->def->columns)
		columns_sort(own, &s->sheet);
	if (!(s->def->flags & (SCREEN_TYPES | SCREEN_SIFTS)))
		sheet_filter(&s->sheet, prompt_text(&s->filter), v->now);
	s->filled = true;
	s->filled_serial = serial;
	s->filled_of = v->w;
	s->filled_cols = v->cols;
	s->filled_rows = v->rows;
	s->stale_at = v->now + own->next_change;
	v->next_change = own->next_change;
}

/* Lazy lines may have shown ages that change sooner than the rest. */
static void note_lazy(struct view *v)
{
	const struct view *own = v->s->sheet.context;

	if (v->now + own->next_change < v->s->stale_at)
		v->s->stale_at = v->now + own->next_change;
	if (own->next_change < v->next_change)
		v->next_change = own->next_change;
}

static void draw_body(struct screens *d, struct view *v, struct canvas *c, struct area area)
{
	struct area old = canvas_clip(c, area);

	v->rows = area.rows;
	v->cols = area.cols;
	v->s->place.drawn.rows = 0;
	if (v->s->def->fill)
		fill_sheet(d, v);
	if (v->s->def->draw)
		v->s->def->draw(v, c, area);
	else if (v->s->def->fill)
		sheet_draw(&v->s->sheet, &v->s->place, c, area);
	if (v->s->def->fill)
		note_lazy(v);
	canvas_unclip(c, old);
}

static void draw_popup(struct screens *d, struct view *v, struct canvas *c, struct area body)
{
	const struct screen_def *def = v->s->def;
	int cols = def->popup_cols ? def->popup_cols : 84, rows = def->popup_rows;
	int fits = body.cols - 4 < cols ? body.cols - 4 : cols;

	if (def->fill) {
		v->cols = fits + 2;
		fill_sheet(d, v);
		rows = rows ? rows : (int)(v->s->sheet.count < 500 ? v->s->sheet.count : 500);
	}
	/* What it covers, and what is beside it, cannot be clicked. */
	d->nspots = 0;
	d->area = frame_popup(v, c, body, rows, cols);
	draw_body(d, v, c, d->area);
}

static void forget_toast(struct screens *d, struct view *v)
{
	if (d->toast_until && v->now >= d->toast_until) {
		buf_clear(&d->toast);
		d->toast_until = 0;
	}
	if (d->toast_until && d->toast_until - v->now < v->next_change)
		v->next_change = d->toast_until - v->now;
}

/* Popups from the lowest up, each over what is there. */
static int64_t draw_popups(struct screens *d, struct canvas *c, struct screen *s, struct area body)
{
	struct view v = screens_view(d, s);
	int64_t below;

	if (!(s->def->flags & SCREEN_POPUP))
		return for_ever;
	below = draw_popups(d, c, s->below, body);
	draw_popup(d, &v, c, body);
	return v.next_change < below ? v.next_change : below;
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

void screens_draw(struct screens *d, struct canvas *c)
{
	struct view v, under;
	struct toast toast;
	struct area body;
	int64_t popups;

	arena_reset(d->frame);
	d->ascii = c->ascii;
	canvas_reset(c, c->rows, c->cols);
	d->patience = -1;
	d->nspots = 0;
	if (c->rows < FRAME_MIN_ROWS || c->cols < FRAME_MIN_COLS) {
		frame_too_small(c);
		return;
	}
	projects_tick(&d->projects, clock_now());
	v = screens_view(d, d->top);
	forget_toast(d, &v);
	toast = (struct toast){ d->toast.len ? buf_str(&d->toast) : NULL, d->toast_bad };
	under = screens_view(d, screens_under(d));
	/* The body first: it may move a cursor whose line is gone, which the frame speaks of. */
	body = (struct area){ c->rows >= 16 ? 2 : 1, 0, c->rows - (c->rows >= 16 ? 5 : 3), c->cols };
	d->rows = body.rows;
	d->cols = body.cols;
	d->area = body;
	draw_body(d, &under, c, body);
	popups = draw_popups(d, c, d->top, body);
	v.w = screens_world(d, d->top);
	v.rows = body.rows;
	v.cols = body.cols;
	frame_draw(&v, c, &toast);
	if (fleet_table_until(d->projects.table) - clock_now() < v.next_change)
		v.next_change = fleet_table_until(d->projects.table) - clock_now();
	if (under.next_change < v.next_change)
		v.next_change = under.next_change;
	if (popups < v.next_change)
		v.next_change = popups;
	if (d->moving && v.next_change > REST_MS)
		v.next_change = REST_MS;
	if (!d->top->shown_at && (!d->top->plans || d->top->plan))
		d->top->shown_at = d->ticks();
	if (d->rests)
		canvas_copy(&d->last, c);
	d->patience = v.next_change >= for_ever ? -1 : v.next_change + 1;
}

bool screens_was_seen(const struct screens *d, const struct screen *s)
{
	return s->shown_at && d->ticks() - s->shown_at >= SEEN_MS;
}

int64_t screens_patience(const struct screens *d)
{
	return d->patience;
}

bool screens_send(struct screens *d, struct intent *i)
{
	const struct world *w = i->project ? projects_world(&d->projects, i->project)
					   : screens_world(d, d->top);

	/* Whatever screen it comes from: what was seen is not what is. */
	if (w->past_at && i->kind != INTENT_TRAVEL && i->kind != INTENT_REFRESH) {
		screens_notify(d, "this is the past, where nothing can be done; 0 comes back", true);
		return false;
	}
	if (projects_are_many(&d->projects))
		i->project = w->project->name;
	i->id = d->next_id++;
	i->actor = d->port->actor;
	i->from = d->port->from;
	i->seen_head = *w->ledger_head ? w->ledger_head : NULL;
	if (d->port->submit(d->port->context, i))
		return true;
	screens_notify(d, "too much is waiting to be done already; try again", true);
	return false;
}

void screens_submit(struct screens *d, struct intent *i)
{
	if (screens_send(d, i) && i->kind != INTENT_TRAVEL && i->kind != INTENT_LOOK)
		screens_notify(d, str_format(d->frame, "%s: sent", intent_verb(i->kind)), false);
}

static void ask_plan(struct screens *d, struct screen *s)
{
	const struct intent i = {
		.kind = s->operation, .id = d->next_id, .stage = buf_str(&s->stage),
		.freight = buf_str(&s->freight), .actor = d->port->actor, .from = d->port->from,
		.project = projects_are_many(&d->projects) ? screens_world(d, s)->project->name : NULL,
	};

	if (!s->plans || s->plan_id || !d->port->plan || !d->port->plan(d->port->context, &i))
		return;
	s->plan_id = d->next_id++;
}

void screens_plan(struct screens *d, struct screen *s)
{
	s->plans = d->port->plan != NULL;
	forget_plan(d, s);
	ask_plan(d, s);
}

/* Each goes to the screen that asked; whoever could not be asked before is asked again. */
static bool take_plans(struct screens *d)
{
	struct plan *p;
	bool any = false;

	while (d->port->next_plan && (p = d->port->next_plan(d->port->context))) {
		struct screen *s = d->top;

		while (s && (s->plan_id != p->id || s->plan))
			s = s->below;
		if (!s) {
			plan_free(p);
			continue;
		}
		s->plan = p;
		s->filled = false;
		any = true;
	}
	for (struct screen *s = d->top; s; s = s->below)
		ask_plan(d, s);
	return any;
}

static bool take_replies(struct screens *d)
{
	struct reply reply;
	bool any = false;

	arena_reset(d->replies);
	while (d->port->next_reply(d->port->context, d->replies, &reply)) {
		any = true;
		if (reply.done && reply.message && !*reply.message)
			continue;
		if (reply.done) {
			screens_notify(d, reply.message ? reply.message : "done", false);
			continue;
		}
		d->bell = true;
		screens_notify(d, "nothing was done", true);
		screens_open(d, &screen_notice, NULL, NULL, reply.message ? reply.message : "refused");
	}
	return any;
}

/* Once: should more be in it than fits, the loop is woken again, and a pipe that blocks never does. */
static void screens_drain(int fd)
{
	struct pollfd ready = { fd, POLLIN, 0 };
	char bytes[4096];

	if (fd >= 0 && poll(&ready, 1, 0) == 1 && read(fd, bytes, sizeof(bytes)) < 0)
		return;
}

/* What was made of a world that is gone points into it, and must not be looked at again. */
static void forget_sheets(struct screens *d)
{
	for (struct screen *s = d->top; s; s = s->below) {
		const struct world *w = screens_world(d, s);
		bool same = !(s->def->flags & SCREEN_FLEET) && s->filled_of == w &&
			    s->filled_serial == w->serial;

		if (same || s->def->flags & SCREEN_STANDS)
			continue;
		s->sheet = (struct sheet){ .a = s->arena };
		s->own = NULL;
		s->filled = false;
	}
}

void screens_refill(struct screens *d)
{
	struct screen *s = d->top;
	struct view v = screens_view(d, s);

	if (s->filled || !s->def->fill || !s->filled_cols)
		return;
	v.rows = s->filled_rows;
	v.cols = s->filled_cols;
	fill_sheet(d, &v);
}

bool screens_wake(struct screens *d)
{
	bool was_loading = screens_is_loading(d), newer;

	screens_drain(d->port->wake_fd);
	newer = projects_renew(&d->projects, &d->bell);
	d->moving = d->moving && !newer;
	if (newer) {
		screens_find_home(d, was_loading);
		forget_sheets(d);
	}
	newer = take_plans(d) || newer;
	return take_replies(d) || newer;
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

/* Where the last draw put the screen is where keys act. */
struct area screens_area(const struct screens *d)
{
	return d->area;
}

struct screen *screens_top(struct screens *d)
{
	return d->top;
}

