/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws the set of screens. A screen's sheet is filled only when the world, the size, the filter or
 * what it shows of time has changed, so that moving the cursor costs drawing and no more.
 */
#include "base/arena.h"
#include "base/clock.h"
#include "model/fleet_table.h"
#include "model/world.h"
#include "ui/columns.h"
#include "ui/dashboard.h"
#include "ui/dialog.h"
#include "ui/frame.h"
#include "ui/screens_inner.h"

enum { REST_MS = 80 };

static void screens_fill_line(void *context, struct line *l, size_t index)
{
	struct view *v = context;

	v->s->def->line(v, l, index);
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
	own->next_change = SCREENS_FOR_EVER;
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
		return SCREENS_FOR_EVER;
	below = draw_popups(d, c, s->below, body);
	draw_popup(d, &v, c, body);
	return v.next_change < below ? v.next_change : below;
}

/* From when on Enter may confirm what is drawn. */
static void note_shown(struct screens *d, struct dialog *dialog)
{
	if (dialog && !dialog->shown_at && (!dialog->plans || dialog->plan))
		dialog->shown_at = d->ticks();
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
	note_shown(d, d->top->dialog);
	if (d->rests)
		canvas_copy(&d->last, c);
	d->patience = v.next_change >= SCREENS_FOR_EVER ? -1 : v.next_change + 1;
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
