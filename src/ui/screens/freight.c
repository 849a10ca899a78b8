/* SPDX-License-Identifier: Apache-2.0 */
/* One piece of freight: what is in it, where it is, where it may go. */
#include <string.h>

#include "base/str.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/screens.h"
#include "ui/page.h"
#include "ui/display.h"

static void add_artifacts(struct view *v, struct sheet *sheet, const struct freight *f)
{
	page_changes(v, sheet, "contains", NULL, f);
	for (size_t i = 0; i < f->nimages; i++)
		page_text(v, sheet, i ? NULL : "images", ROLE_MUTED,
			  str_format(v->a, "%s:%s %s", f->images[i].repo_url, f->images[i].tag,
				     f->images[i].digest));
	for (size_t i = 0; i < f->ncharts; i++)
		page_text(v, sheet, i ? NULL : "charts", ROLE_MUTED,
			  str_format(v->a, "%s %s", f->charts[i].repo_url, f->charts[i].version));
	for (size_t i = 0; i < f->ncommits; i++)
		page_text(v, sheet, i ? NULL : "commits", ROLE_MUTED,
			  str_format(v->a, "%s %s %s", f->commits[i].repo_url, f->commits[i].id,
				     f->commits[i].branch));
}

static struct display freight_screen_place_of(struct view *v, const struct stage *s,
					      const struct freight *f, const char **detail)
{
	const struct freight_mark *verified = freight_mark(&f->verified_in, s->name);
	const struct freight_mark *approved = freight_mark(&f->approved_for, s->name);
	struct gates gates;

	*detail = verified ? str_format(v->a, "verified %s ago", display_age(v, verified->at)) : "";
	if (same_text(stage_freight(s, f->warehouse), f->name))
		return (struct display){ GLYPH_HEALTHY, ROLE_OK, "runs here" };
	gates_of(v->a, &(struct gate_question){ v->w, s, f, v->now }, &gates);
	if (gates.open) {
		if (approved)
			*detail = str_format(v->a, "approved by %s", display_actor(v, approved->by));
		return (struct display){ GLYPH_PASSED, ROLE_ACCENT, "can go" };
	}
	*detail = gates.summary;
	return (struct display){ GLYPH_WAITING, ROLE_WAITING, "waits" };
}

static void freight_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct freight *f = world_freight(v->w, buf_str(&v->s->freight));
	bool first = true;

	if (!f) {
		sheet_text(sheet, 0, ROLE_WARNING, "This freight is no longer kept.");
		return;
	}
	page_text(v, sheet, "freight", ROLE_STRONG,
		  str_format(v->a, "%s  %s", freight_label(v->a, f), freight_version(v->a, f)));
	page_text(v, sheet, NULL, ROLE_MUTED, f->name);
	page_text(v, sheet, "made", ROLE_TEXT,
		  str_format(v->a, "%s by warehouse %s", display_full_time(v, f->discovered_at),
			     f->warehouse));
	page_gap(sheet);
	add_artifacts(v, sheet, f);
	page_gap(sheet);
	for (size_t i = 0; i < v->w->nstages; i++) {
		const struct stage *s = v->w->stages[i];
		const char *detail;
		struct display say;
		struct line *l;

		if (!stage_request(s, f->warehouse))
			continue;
		say = freight_screen_place_of(v, s, f, &detail);
		l = page_row(v, sheet, str_format(v->a, "stage/%s", s->name), first ? "stages" : NULL);
		first = false;
		page_name(v, l, cells_at(0, PAGE_COL, 16), ROLE_NAME, s->name);
		display_add(v, l, PAGE_COL + 17, say);
		line_cut(l, PAGE_COL + 30, v->cols - PAGE_COL - 33, ROLE_MUTED, detail);
	}
}

static void freight_screen_subject(struct view *v, struct subject *out)
{
	const char *name = place_chosen(&v->s->place, &v->s->sheet);

	out->freight = world_freight(v->w, buf_str(&v->s->freight));
	if (has_prefix(name, "stage/"))
		out->stage = world_stage(v->w, name + strlen("stage/"));
}

static bool freight_screen_act(struct view *v, enum ui_action action)
{
	const char *name = place_chosen(&v->s->place, &v->s->sheet);

	if (action != UI_ACTION_OPEN || !has_prefix(name, "stage/"))
		return false;
	screens_open(v->screens, &screen_stage, name + strlen("stage/"), NULL, NULL);
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open stage" },
	{ 'p', UI_ACTION_PROMOTE, "promote there" },
	{ 'a', UI_ACTION_APPROVE, "approve for it" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 'y', UI_ACTION_COPY, "copy" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ '=', UI_ACTION_PLAN, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_freight = {
	.name = "freight",
	.keys = keys,
	.fill = freight_screen_fill,
	.subject = freight_screen_subject,
	.act = freight_screen_act,
};
