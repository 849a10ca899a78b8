/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Delivery over the last thirty days (model/performance.h), of all projects or of one: first a project's
 * production stages together, then each stage. How often, how many failed; median, percentiles and worst of
 * the lead time or, with v, of the time to restore; each day as bars. Enter opens what made the worst.
 */
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/delivery.h"
#include "model/fleet.h"
#include "model/performance.h"
#include "model/stage.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/line_name.h"
#include "ui/page.h"
#include "ui/projects.h"
#include "ui/screens.h"

enum delivery_form { DELIVERY_LEAD, DELIVERY_RESTORE, DELIVERY_FORMS };

static const int64_t delivery_screen_minute_ms = 60 * 1000;

/* Figures are worked out when a row of the project is looked at. */
struct delivery_project {
	const struct world *world;
	struct performance_project *figures;
};

/* Of production stages together where stage is NULL; the stage is the one of so many that promote. */
struct delivery_row {
	struct delivery_project *project;
	const struct stage *stage;
	size_t index;
};

struct delivery_layout {
	struct delivery_row *rows;
	int deploys, failed, times, freight, trend; /* columns of cells; freight 0: left out */
};

static bool delivery_screen_is_wide(const struct view *v)
{
	return v->cols >= 110;
}

static void delivery_screen_lay_out(struct view *v, struct delivery_layout *d)
{
	bool wide = delivery_screen_is_wide(v);

	d->deploys = v->cols < 60 ? 15 : wide ? 24 : 19;
	d->failed = d->deploys + 6;
	d->times = d->failed + 8;
	d->freight = v->cols >= 150 ? d->times + 36 : 0;
	d->trend = d->freight ? d->freight + 22 : d->times + (wide ? 36 : 27);
}

static void delivery_screen_add(struct view *v, struct sheet *sheet, const struct delivery_row *row,
				size_t at)
{
	struct delivery_layout *d = v->s->own;

	d->rows[at] = *row;
	sheet_lazy(sheet, str_format(v->a, "%s/%s", line_name_begin(v->a, world_name(row->project->world)),
				     row->stage ? row->stage->name : ""), at);
}

static size_t delivery_screen_add_project(struct view *v, struct sheet *sheet, const struct world *w,
					  size_t at)
{
	struct delivery_row row = { .project = arena_alloc(v->a, sizeof(*row.project)) };
	bool has_head = v->many;

	row.project->world = w;
	for (size_t i = 0; i < w->nstages; i++)
		has_head = has_head || (w->stages[i]->production && !stage_is_control_flow(w->stages[i]));
	if (has_head)
		delivery_screen_add(v, sheet, &row, at++);
	for (size_t i = 0; i < w->nstages; i++)
		if (!stage_is_control_flow(w->stages[i])) {
			row.stage = w->stages[i];
			delivery_screen_add(v, sheet, &row, at++);
			row.index++;
		}
	return at;
}

/* Of the project from whose board it was opened; else of all. */
static void delivery_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct fleet *fleet = v->projects->fleet;
	struct delivery_layout *d = arena_alloc(v->a, sizeof(*d));
	const char *only = buf_str(&v->s->item);
	size_t room = 0, at = 0;

	v->next_change = delivery_screen_minute_ms;
	v->s->own = d;
	delivery_screen_lay_out(v, d);
	for (size_t i = 0; i < fleet->nworlds; i++)
		room += fleet->worlds[i]->nstages + 1;
	d->rows = arena_array(v->a, room, sizeof(*d->rows));
	for (size_t i = 0; i < fleet->nworlds; i++)
		if (!*only || strcmp(world_name(fleet->worlds[i]), only) == 0)
			at = delivery_screen_add_project(v, sheet, fleet->worlds[i], at);
	if (!at)
		sheet_text(sheet, 1, ROLE_MUTED, "There is no stage that promotes.");
}

static const struct performance *delivery_screen_figures(struct view *v, const struct delivery_row *row)
{
	struct delivery_project *p = row->project;

	if (!p->figures) {
		p->figures = arena_alloc(v->s->arena, sizeof(*p->figures));
		performance_of(v->s->arena, p->world, v->now, false, p->figures);
	}
	return row->stage ? &p->figures->stages[row->index].figures : &p->figures->production;
}

static const struct performance_times *delivery_screen_times(struct view *v, const struct performance *p)
{
	return v->s->form == DELIVERY_RESTORE ? &p->recoveries : &p->leads;
}

static const char *delivery_screen_took(struct view *v, const struct performance_took *one)
{
	return one ? display_took(v, v->now - one->took, v->now) : "-";
}

/* Eight heights of bars, the newest days where there is no room for all; a day without any is a dot. */
static const char *delivery_screen_bars(struct view *v, const int64_t days[PERFORMANCE_DAYS], int width)
{
	static const char *const heights[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	const char *all = "";
	int64_t most = 1;

	for (size_t i = 0; i < PERFORMANCE_DAYS; i++)
		most = days[i] > most ? days[i] : most;
	for (int i = width < PERFORMANCE_DAYS ? PERFORMANCE_DAYS - width : 0; i < PERFORMANCE_DAYS; i++) {
		/* 64 bits hold eight times the milliseconds of any month. */
		int64_t height = days[i] > 0 ? (days[i] * 8 - 1) / most : -1;

		if (height < 0)
			all = str_format(v->a, "%s%s", all, v->ascii ? "." : "·");
		else if (v->ascii)
			all = str_format(v->a, "%s%c", all, (char)('1' + height));
		else
			all = str_format(v->a, "%s%s", all, heights[height]);
	}
	return all;
}

/* How wide one trend is; two fit where there is room: deployments, and the median of the times. */
static int delivery_screen_trend_width(struct view *v, bool *both)
{
	const struct delivery_layout *d = v->s->own;
	int room = v->cols - d->trend - 3;

	*both = room >= 46;
	room = *both ? (room - 2) / 2 : room;
	return room > PERFORMANCE_DAYS ? PERFORMANCE_DAYS : room;
}

static void delivery_screen_add_trends(struct view *v, struct line *l, const struct performance *p)
{
	const struct delivery_layout *d = v->s->own;
	int64_t days[PERFORMANCE_DAYS];
	bool both;
	int width = delivery_screen_trend_width(v, &both);

	if (width < 7)
		return;
	for (size_t i = 0; i < PERFORMANCE_DAYS; i++)
		days[i] = p->days[i];
	line_at(l, d->trend, ROLE_DONE, delivery_screen_bars(v, days, width));
	if (!both)
		return;
	performance_trend(delivery_screen_times(v, p), v->now, days);
	line_at(l, d->trend + width + 2, ROLE_VERSION, delivery_screen_bars(v, days, width));
}

static void delivery_screen_add_times(struct view *v, struct line *l, const struct delivery_row *row,
				      const struct performance *p)
{
	static const unsigned narrow[] = { 50, 90, 100 }, wide[] = { 50, 90, 95, 100 };
	const struct delivery_layout *d = v->s->own;
	const struct performance_times *t = delivery_screen_times(v, p);
	const struct performance_took *worst = performance_at(t, 100);
	bool is_wide = delivery_screen_is_wide(v);
	struct view of = *v;

	for (int i = 0; i < (is_wide ? (int)COUNTOF(wide) : (int)COUNTOF(narrow)); i++)
		line_cut(l, d->times + i * 9, 8, ROLE_TEXT,
			 delivery_screen_took(v, performance_at(t, is_wide ? wide[i] : narrow[i])));
	of.w = row->project->world;
	if (d->freight && worst)
		line_cut(l, d->freight, 20, ROLE_NAME, display_freight(&of, worst->promotion->freight));
}

static void delivery_screen_line(struct view *v, struct line *l, size_t index)
{
	const struct delivery_layout *d = v->s->own;
	const struct delivery_row *row = &d->rows[index];
	const struct performance *p = delivery_screen_figures(v, row);
	uint64_t failed = delivery_failed(&p->counts);
	double ratio = performance_fail_ratio(p);
	const char *name = row->stage ? row->stage->name
			   : v->many ? world_name(row->project->world) : "production";
	int indent = row->stage ? 1 : 0, width = d->deploys - 1 - indent;

	page_name(v, l, cells_at(0, indent, width), row->stage ? ROLE_NAME : ROLE_STRONG, name);
	line_at(l, d->deploys, ROLE_TEXT,
		str_format(v->a, "%5llu", (unsigned long long)(p->counts.planned + p->counts.rollbacks)));
	line_at(l, d->failed + 1, failed ? ROLE_BAD : ROLE_MUTED,
		ratio >= 0 ? str_format(v->a, "%4.0f%%", 100 * ratio)
		: failed ? str_format(v->a, "%4llu", (unsigned long long)failed) : "   -");
	if (v->cols >= 60) {
		delivery_screen_add_times(v, l, row, p);
		delivery_screen_add_trends(v, l, p);
	} else {
		line_cut(l, d->times + 1, 9, ROLE_TEXT,
			 delivery_screen_took(v, performance_at(delivery_screen_times(v, p), 50)));
	}
	line_fact(l, "project", world_name(row->project->world));
	line_fact(l, "stage", row->stage ? row->stage->name : NULL);
}

static const char *delivery_screen_word(const struct view *v)
{
	return v->s->form == DELIVERY_RESTORE ? "time to restore" : "lead time";
}

static void delivery_screen_head(struct view *v, struct canvas *c, struct area area)
{
	static const char *const narrow[] = { "median", "90%", "worst" };
	static const char *const wide[] = { "median", "90%", "95%", "worst" };
	const struct delivery_layout *d = v->s->own;
	int col = area.col + 1;
	bool is_wide = delivery_screen_is_wide(v), both;
	int width = delivery_screen_trend_width(v, &both);

	canvas_cut(c, cells_at(area.row, col, d->deploys - 3), ROLE_HEADING, delivery_screen_word(v));
	/* The word is two cells wider than the figures. */
	canvas_text(c, area.row, col + d->deploys - 2, ROLE_HEADING, "deploys");
	canvas_text(c, area.row, col + d->failed, ROLE_HEADING, "failed");
	if (v->cols < 60) {
		canvas_text(c, area.row, col + d->times + 1, ROLE_HEADING, "median");
		return;
	}
	for (int i = 0; i < (is_wide ? (int)COUNTOF(wide) : (int)COUNTOF(narrow)); i++)
		canvas_text(c, area.row, col + d->times + i * 9, ROLE_HEADING, is_wide ? wide[i] : narrow[i]);
	if (d->freight)
		canvas_text(c, area.row, col + d->freight, ROLE_HEADING, "made by");
	if (width < 7)
		return;
	canvas_cut(c, cells_at(area.row, col + d->trend, width), ROLE_HEADING, "each day");
	if (both)
		canvas_cut(c, cells_at(area.row, col + d->trend + width + 2, width), ROLE_HEADING,
			   "median, each day");
}

static void delivery_screen_draw(struct view *v, struct canvas *c, struct area area)
{
	struct area list = { area.row + 1, area.col, area.rows - 1, area.cols };

	delivery_screen_head(v, c, area);
	sheet_draw(&v->s->sheet, &v->s->place, c, list);
}

static const struct delivery_row *delivery_screen_row(struct view *v)
{
	const struct delivery_layout *d = v->s->own;
	const struct line *l = place_line(&v->s->place, &v->s->sheet);

	return d && l && l->name ? &d->rows[l->index] : NULL;
}

/* What made the worst figure of the row under the cursor; NULL: there is none. */
static const struct promotion *delivery_screen_culprit(struct view *v, const struct performance_took **took)
{
	const struct delivery_row *row = delivery_screen_row(v);

	*took = row ? performance_at(delivery_screen_times(v, delivery_screen_figures(v, row)), 100) : NULL;
	return *took ? (*took)->promotion : NULL;
}

static void delivery_screen_subject(struct view *v, struct subject *out)
{
	const struct delivery_row *row = delivery_screen_row(v);
	const struct performance_took *took;

	if (!row || row->project->world != v->w)
		return;
	out->stage = row->stage;
	out->promotion = delivery_screen_culprit(v, &took);
	if (out->promotion && !out->stage)
		out->stage = world_stage(v->w, out->promotion->stage);
}

static const char *delivery_screen_sentence(struct view *v)
{
	const struct delivery_row *row = delivery_screen_row(v);
	const struct performance_took *took;
	const struct promotion *p = delivery_screen_culprit(v, &took);
	const struct performance *figures = row ? delivery_screen_figures(v, row) : NULL;
	const char *of_less = "";
	struct view of = *v;

	if (!row)
		return "";
	if (performance_is_cut(figures, v->now))
		of_less = str_format(v->a, " (of %s)", display_took(v, figures->since, v->now));
	if (!p)
		return v->s->form == DELIVERY_RESTORE ? "nothing was restored in 30 days; v shows lead times"
						      : "nothing new was deployed in 30 days";
	of.w = row->project->world;
	return str_format(v->a, "worst %s: %s, %s in %s, %s ago%s; Enter opens it", delivery_screen_word(v),
			  delivery_screen_took(v, took), display_freight(&of, p->freight), p->stage,
			  display_age(v, p->finished_at), of_less);
}

static const char *delivery_screen_about(struct view *v)
{
	(void)v;
	return "delivery, 30 days";
}

static bool delivery_screen_act(struct view *v, enum ui_action action)
{
	if (action != UI_ACTION_VIEW)
		return false;
	v->s->form = (v->s->form + 1) % DELIVERY_FORMS;
	v->s->filled = false;
	return true;
}

static bool delivery_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	(void)v;
	if (action != UI_ACTION_VIEW)
		return false;
	out->state = OFFER_OPEN;
	return true;
}

static bool delivery_screen_move(struct view *v, uint32_t key)
{
	return place_move(&v->s->place, &v->s->sheet, key, v->rows - 1);
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "what made the worst" },
	{ 'v', UI_ACTION_VIEW, "lead or restore" },
	{ 'H', UI_ACTION_HISTORY, "history" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_delivery = {
	.name = "delivery",
	.flags = SCREEN_FLEET,
	.keys = keys,
	.fill = delivery_screen_fill,
	.line = delivery_screen_line,
	.draw = delivery_screen_draw,
	.subject = delivery_screen_subject,
	.sentence = delivery_screen_sentence,
	.about = delivery_screen_about,
	.act = delivery_screen_act,
	.offer = delivery_screen_offer,
	.move = delivery_screen_move,
};
