/* SPDX-License-Identifier: Apache-2.0 */
/* One stage: how it is, what runs there, what could come, what came. */
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/application.h"
#include "model/auto_promotion.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/screens.h"
#include "ui/page.h"
#include "ui/pull_request.h"
#include "ui/display.h"

enum { RECENT = 10, CANDIDATES = 4 };

/* The pull request that its promotion waits for: the first row, so that Enter leads there. */
static void add_pull(struct view *v, struct sheet *sheet, const struct stage *s)
{
	const struct promotion *p = world_promotion_in(v->w, s->name);
	const struct promotion_step *step = p && p->current_step < p->nsteps ? &p->steps[p->current_step]
									     : NULL;
	const int width = v->cols - PAGE_COL - 3;
	const char *text = step ? pull_request_fit(v, step, width) : NULL;
	struct line *l;

	if (!text)
		return;
	l = page_row(v, sheet, str_format(v->a, "pull/%s", p->name), "waits for");
	line_cut(l, PAGE_COL, width, pull_request_role(step), text);
	line_link(l, pull_request_url(step));
}

static void add_state(struct view *v, struct sheet *sheet, const struct stage *s)
{
	struct line *l = page_row(v, sheet, NULL, "state");
	struct display state = display_stage(v, s), remark = display_remark(v, s, 0);

	display_add(v, l, PAGE_COL, state);
	display_add(v, l, PAGE_COL + 16, display_sync(s));
	display_add(v, l, PAGE_COL + 32, remark);
	if (s->production)
		page_text(v, sheet, NULL, ROLE_MUTED, "production: operations here ask for the stage's name");
	add_pull(v, sheet, s);
	for (size_t i = 0; i < s->nissues; i++)
		page_text(v, sheet, i ? NULL : "issues", ROLE_BAD, s->issues[i]);
	for (size_t i = 0; i < s->nholds; i++)
		page_text(v, sheet, i ? NULL : "held", ROLE_WAITING,
			  str_format(v->a, "for %s by %s; c lets auto-promotion go on",
				     display_age(v, s->holds[i].created_at),
				     display_actor(v, s->holds[i].actor)));
}

static void add_running(struct view *v, struct sheet *sheet, const struct stage *s)
{
	const struct collection *now = s->nhistory ? &s->history[0] : NULL;

	if (!now || !now->nitems) {
		page_text(v, sheet, "runs", ROLE_MUTED, "nothing yet");
		return;
	}
	for (size_t i = 0; i < now->nitems; i++) {
		const char *name = now->items[i].freight;
		const struct freight *f = world_freight(v->w, name);
		struct line *l = page_row(v, sheet, str_format(v->a, "freight/%s", name),
					  i ? NULL : "runs");

		line_at(l, PAGE_COL, ROLE_FREIGHT, display_freight(v, name));
		line_at(l, PAGE_COL + 22, ROLE_MUTED, now->nitems > 1
			? str_format(v->a, "of %s", now->items[i].warehouse)
			: str_format(v->a, "since %s", display_full_time(v, now->since)));
		if (f)
			page_changes(v, sheet, NULL, NULL, f);
	}
	if (now->nitems > 1)
		page_text(v, sheet, "since", ROLE_MUTED, display_full_time(v, now->since));
	if (now->verification)
		page_text(v, sheet, "verification",
			  strcmp(now->verification, "Successful") == 0 ? ROLE_OK
			  : strcmp(now->verification, "Failed") == 0	 ? ROLE_BAD : ROLE_TEXT,
			  now->verification);
	if (now->verification && now->verification_message)
		page_text(v, sheet, NULL, ROLE_TEXT, now->verification_message);
}

static void stage_screen_add_applications(struct view *v, struct sheet *sheet,
					  const struct stage *s)
{
	/* Of a commit the digits count: 80 columns have no room for more. */
	const char *at = v->cols < 84 ? "" : "at ";

	for (size_t i = 0; i < s->napplications; i++) {
		const struct application *app = s->applications[i];
		struct line *l = page_row(v, sheet, NULL, i ? NULL : "applications");

		page_name(v, l, cells_at(0, PAGE_COL, 28), ROLE_NAME, app->name);
		display_add(v, l, PAGE_COL + 29, display_application(app));
		display_add(v, l, PAGE_COL + 44, display_application_sync(app));
		line_at(l, PAGE_COL + 58, ROLE_MUTED,
			*app->revision ? str_format(v->a, "%s%.7s", at, app->revision) : "");
		if (*app->health_message)
			page_text(v, sheet, NULL, ROLE_MUTED, app->health_message);
	}
}

/* The newest freight of one warehouse that does not run here, with what each waits for. */
static size_t add_candidates_of(struct view *v, struct sheet *sheet, const struct stage *s,
				const char *warehouse, size_t shown)
{
	size_t room = shown + CANDIDATES;

	for (size_t i = 0; i < v->w->nfreight && shown < room; i++) {
		const struct freight *f = v->w->freight[i];
		struct gates gates;
		struct line *l;

		if (strcmp(f->warehouse, warehouse) != 0)
			continue;
		if (same_text(stage_freight(s, warehouse), f->name))
			break;
		gates_of(v->a, &(struct gate_question){ v->w, s, f, v->now }, &gates);
		l = page_row(v, sheet, str_format(v->a, "freight/%s", f->name),
			     shown++ ? NULL : "could come");
		line_cut(l, PAGE_COL, 20, ROLE_FREIGHT, freight_label(v->a, f));
		line_cut(l, PAGE_COL + 22, 12, ROLE_VERSION, freight_version(v->a, f));
		line_at(l, PAGE_COL + 35, gates.open ? ROLE_OK : ROLE_WAITING,
			glyph_text(gates.open ? GLYPH_PASSED : GLYPH_WAITING, v->ascii));
		line_cut(l, PAGE_COL + 37, v->cols - PAGE_COL - 40, ROLE_MUTED, gates.summary);
	}
	return shown;
}

static void add_candidates(struct view *v, struct sheet *sheet, const struct stage *s)
{
	size_t shown = 0;

	for (size_t i = 0; i < s->nrequests; i++)
		shown = add_candidates_of(v, sheet, s, s->requests[i].warehouse, shown);
}

static void stage_screen_add_sources(struct view *v, struct sheet *sheet, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight_request *r = &s->requests[i];
		const char *text = str_format(v->a, "%s", r->warehouse);

		if (r->direct)
			text = str_format(v->a, "%s, straight from it", text);
		for (size_t j = 0; j < r->nstages; j++)
			text = str_format(v->a, "%s%s%s", text, j ? ", " : r->all ? ", after all of "
									       : ", after ", r->stages[j]);
		if (r->soak)
			text = str_format(v->a, "%s, soaked for %s", text, duration_text(v->a, r->soak));
		page_text(v, sheet, i ? NULL : "takes", ROLE_TEXT, text);
	}
	page_text(v, sheet, "promotes", ROLE_TEXT,
		  s->auto_promotion ? "by itself what is newest and may come" : "when somebody says so");
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight *f = freight_candidate(v->w, s, &s->requests[i], v->now);
		struct auto_outlook outlook = { .state = AUTO_OFF };

		if (f)
			auto_outlook(v->w, s, f, v->now, &outlook);
		if (outlook.state == AUTO_FAILED)
			page_text(v, sheet, NULL, ROLE_WAITING,
				  str_format(v->a, "but not %s, which failed %s ago: p tries it again",
					     freight_label(v->a, f),
					     display_age(v, outlook.failed->finished_at)));
		if (outlook.state == AUTO_BACKED_OUT)
			page_text(v, sheet, NULL, ROLE_WAITING,
				  str_format(v->a, "but not %s: %s; p brings it back", freight_label(v->a, f),
					     setback_sentence(v->a, &outlook.setback, v->now)));
		if (outlook.state == AUTO_LATER)
			page_text(v, sheet, NULL, ROLE_WAITING,
				  str_format(v->a, "%s again in %s: it failed for what may pass",
					     freight_label(v->a, f),
					     clock_age(v->a, outlook.again_at - v->now + 999)));
	}
}

static void add_history(struct view *v, struct sheet *sheet, const struct stage *s)
{
	size_t shown = 0;

	for (size_t i = 0; i < v->w->npromotions && shown < RECENT; i++) {
		const struct promotion *p = v->w->promotions[i];

		if (strcmp(p->stage, s->name) != 0)
			continue;
		if (!shown++)
			sheet_text(sheet, 0, ROLE_HEADING, "promotions");
		page_promotion(v, sheet_line(sheet, str_format(v->a, "promotion/%s", p->name)), p,
			       false);
	}
}

static void stage_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct stage *s = world_stage(v->w, buf_str(&v->s->stage));

	if (!s) {
		sheet_text(sheet, 0, ROLE_WARNING, "This stage is gone from the manifests and the ledger.");
		return;
	}
	add_state(v, sheet, s);
	page_gap(sheet);
	add_running(v, sheet, s);
	if (s->napplications)
		page_gap(sheet);
	stage_screen_add_applications(v, sheet, s);
	page_gap(sheet);
	if (!stage_is_control_flow(s))
		add_candidates(v, sheet, s);
	stage_screen_add_sources(v, sheet, s);
	page_gap(sheet);
	add_history(v, sheet, s);
}

static void stage_screen_subject(struct view *v, struct subject *out)
{
	const char *name = place_chosen(&v->s->place, &v->s->sheet);

	out->stage = world_stage(v->w, buf_str(&v->s->stage));
	if (has_prefix(name, "promotion/"))
		out->promotion = world_promotion(v->w, name + strlen("promotion/"));
	else if (has_prefix(name, "pull/"))
		out->promotion = world_promotion(v->w, name + strlen("pull/"));
	else if (has_prefix(name, "freight/"))
		out->freight = world_freight(v->w, name + strlen("freight/"));
	/* Freight that runs here is no candidate: the stage itself is the subject. */
	if (out->freight && out->stage &&
	    same_text(stage_freight(out->stage, out->freight->warehouse), out->freight->name))
		out->freight = NULL;
}

/* Enter opens the line under the cursor, which may be the freight that runs here or a pull request. */
static bool stage_screen_act(struct view *v, enum ui_action action)
{
	const char *name = place_chosen(&v->s->place, &v->s->sheet);
	const struct promotion *p = has_prefix(name, "pull/") ? world_promotion(v->w, name + strlen("pull/"))
							      : NULL;

	if (action == UI_ACTION_OPEN && p && p->current_step < p->nsteps) {
		step_screen_open(v, p, p->current_step);
		return true;
	}
	if (action != UI_ACTION_OPEN || !has_prefix(name, "freight/"))
		return false;
	screens_open(v->screens, &screen_freight, NULL, name + strlen("freight/"), NULL);
	return true;
}

static const char *stage_screen_sentence(struct view *v)
{
	const struct stage *s = world_stage(v->w, buf_str(&v->s->stage));

	return s ? str_format(v->a, "%s %s", s->name, display_stage_sentence(v, s)) : "";
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'm', UI_ACTION_MERGE, "merge" },
	{ 'p', UI_ACTION_PROMOTE, "promote" },
	{ '>', UI_ACTION_ONWARD, "onward" },
	{ 'a', UI_ACTION_APPROVE, "approve" },
	{ 'b', UI_ACTION_ROLLBACK, "back out" },
	{ 'x', UI_ACTION_ABORT, "abort" },
	{ 'z', UI_ACTION_HOLD, NULL },
	{ 'V', UI_ACTION_VERIFY, NULL },
	{ 'c', UI_ACTION_RESUME, "continue" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ 'r', UI_ACTION_REFRESH, "refresh" },
	{ 'o', UI_ACTION_APPS, "apps" },
	{ 'y', UI_ACTION_COPY, "copy" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ '=', UI_ACTION_PLAN, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_stage = {
	.name = "stage",
	.keys = keys,
	.fill = stage_screen_fill,
	.subject = stage_screen_subject,
	.act = stage_screen_act,
	.sentence = stage_screen_sentence,
};
