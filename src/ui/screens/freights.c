/* SPDX-License-Identifier: Apache-2.0 */
/* All freight, newest first, and where each runs. */
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/columns.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/screen.h"

static const char *where(struct view *v, const struct freight *f)
{
	const char *all = "";

	for (size_t i = 0; i < v->w->nstages; i++)
		if (same_text(stage_freight(v->w->stages[i], f->warehouse), f->name))
			all = str_format(v->a, "%s%s%s", all, *all ? " " : "", v->w->stages[i]->name);
	return all;
}

static void freights_screen_line(struct view *v, struct line *l, size_t index)
{
	const struct freight *f = v->w->freight[index];
	bool narrow = v->cols < 70;

	l->at = f->discovered_at;
	line_fact(l, "freight", freight_label(v->a, f));
	line_fact(l, "freight", f->name);
	line_fact(l, "version", freight_version(v->a, f));
	line_fact(l, "warehouse", f->warehouse);
	line_fact(l, "stage", where(v, f));
	for (size_t i = 0; i < display_artifacts(f); i++)
		line_fact(l, NULL, display_artifact(v, f, i));
	line_cut(l, 0, narrow ? 17 : 21, ROLE_FREIGHT, freight_label(v->a, f));
	line_cut(l, narrow ? 18 : 22, narrow ? 10 : 16, ROLE_VERSION, freight_version(v->a, f));
	line_cut(l, narrow ? 29 : 39, 4, ROLE_MUTED, display_age(v, f->discovered_at));
	if (narrow) {
		line_cut(l, 34, v->cols - 36, ROLE_ACCENT, where(v, f));
		return;
	}
	line_cut(l, 44, 14, ROLE_MUTED, f->warehouse);
	line_cut(l, 59, v->cols - 62, ROLE_ACCENT, where(v, f));
}

static void teach(struct view *v, struct sheet *sheet)
{
	sheet_text(sheet, 1, ROLE_STRONG, "There is no freight yet.");
	if (!v->w->nwarehouses)
		sheet_text(sheet, 1, ROLE_MUTED,
			   "No warehouse is in the manifests, so nothing is being looked for.");
	for (size_t i = 0; i < v->w->nwarehouses; i++)
		sheet_wrap(sheet, 1, v->cols - 4, ROLE_MUTED,
			   str_format(v->a, "%s %s", v->w->warehouses[i]->name,
				      display_warehouse_sentence(v, v->w->warehouses[i])));
}

static void freights_screen_fill(struct view *v, struct sheet *sheet)
{
	static const struct sheet_head heads[2][6] = {
		{ { 0, "freight" }, { 22, "version" }, { 39, "age" }, { 44, "warehouse" },
		  { 59, "runs in" } },
		{ { 0, "freight" }, { 18, "version" }, { 29, "age" }, { 34, "runs in" } },
	};

	if (!v->w->nfreight)
		teach(v, sheet);
	if (v->w->nfreight && v->rows >= PAGE_ROOMY)
		columns_heads(v, sheet, heads[v->cols < 70]);
	for (size_t i = 0; i < v->w->nfreight; i++)
		sheet_lazy(sheet, v->w->freight[i]->name, i);
}

static void freights_screen_subject(struct view *v, struct subject *out)
{
	out->freight = world_freight(v->w, place_chosen(&v->s->place, &v->s->sheet));
}

enum { FREIGHTS_NAME, FREIGHTS_VERSION, FREIGHTS_AGE, FREIGHTS_WAREHOUSE, FREIGHTS_WHERE };

static struct column_key freights_screen_key(struct view *v, size_t index, size_t column)
{
	const struct freight *f = v->w->freight[index];

	switch (column) {
	case FREIGHTS_NAME: return (struct column_key){ 0, freight_label(v->a, f) };
	case FREIGHTS_VERSION: return (struct column_key){ 0, freight_version(v->a, f) };
	case FREIGHTS_AGE: return (struct column_key){ v->now - f->discovered_at, NULL };
	case FREIGHTS_WAREHOUSE: return (struct column_key){ 0, f->warehouse };
	default: return (struct column_key){ 0, where(v, f) };
	}
}

static const struct columns freights_columns = {
	.table = (const struct column[]){
		[FREIGHTS_NAME] = { "freight", false },
		[FREIGHTS_VERSION] = { "version", true },
		[FREIGHTS_AGE] = { "age", false },
		[FREIGHTS_WAREHOUSE] = { "warehouse", false },
		[FREIGHTS_WHERE] = { "runs in", false },
		{ NULL, false },
	},
	.own = FREIGHTS_AGE,
	.key = freights_screen_key,
};

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 'r', UI_ACTION_REFRESH, "refresh" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'S', UI_ACTION_SORT, "sort" },
	{ 'I', UI_ACTION_REVERSE, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_freights = {
	.name = "freight",
	.keys = keys,
	.fill = freights_screen_fill,
	.line = freights_screen_line,
	.columns = &freights_columns,
	.subject = freights_screen_subject,
};
