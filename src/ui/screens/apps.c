/* SPDX-License-Identifier: Apache-2.0 */
/* Argo CD's applications of the project or of one stage, worst first. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "model/application.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/columns.h"
#include "ui/copy.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/screens.h"

enum { APPS_OF_STAGE, APPS_ALL };

struct apps_entry {
	size_t index;
	int badness;
};

static const char *apps_screen_why(const struct application *app)
{
	return *app->operation_message && strcmp(app->operation_phase, "Succeeded") != 0
		       ? app->operation_message : app->health_message;
}

static void apps_screen_line(struct view *v, struct line *l, size_t index)
{
	const struct application *app = application_at(&v->w->applications, index);
	const struct stage *s = display_application_stage(v, app);
	int col = v->cols < 80 ? 18 : 30;

	line_fact(l, NULL, app->name);
	line_fact(l, NULL, app->revision);
	line_fact(l, NULL, app->health_message);
	line_fact(l, NULL, app->operation_message);
	line_fact(l, "health", app->health);
	line_fact(l, "health", app->sync);
	line_fact(l, "stage", s ? s->name : NULL);
	page_name(v, l, cells_at(0, 0, col - 1), ROLE_NAME, app->name);
	display_add(v, l, col, display_application(app));
	if (v->cols < 60)
		return;
	display_add(v, l, col + 15, display_application_sync(app));
	line_at(l, col + 28, ROLE_MUTED,
		str_copy_n(v->a, app->revision, strnlen(app->revision, 7)));
	page_name(v, l, cells_at(0, col + 37, 12), ROLE_ACCENT, s ? s->name : "");
	line_cut(l, col + 50, v->cols - col - 53, ROLE_MUTED,
		 apps_screen_why(app));
}

/* Those of its stage, unless all were asked for. */
static bool apps_screen_shows(const struct view *v, const struct application *app)
{
	const struct stage *s = world_stage(v->w, buf_str(&v->s->stage));

	for (size_t i = 0; s && i < s->napplications; i++)
		if (s->applications[i] == app)
			return true;
	return !s || !s->napplications || v->s->form == APPS_ALL;
}

static int apps_by_badness(const void *a, const void *b)
{
	const struct apps_entry *x = a, *y = b;
	int order = y->badness - x->badness;

	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static void apps_screen_fill(struct view *v, struct sheet *sheet)
{
	struct apps_entry *order = arena_array(v->a, v->w->applications.count, sizeof(*order));
	size_t count = 0;
	int col = v->cols < 80 ? 18 : 30;

	if (!v->w->applications.count) {
		sheet_text(sheet, 1, ROLE_STRONG, "No application is known.");
		sheet_wrap(sheet, 1, v->cols - 4, ROLE_MUTED,
			   "Applications that a stage's argocd-update steps name appear here once Argo CD "
			   "answers; ARGOCD_SERVER or the argocd command's configuration say where it is.");
	}
	for (size_t i = 0; i < v->w->applications.count; i++) {
		const struct application *app = application_at(&v->w->applications, i);
		int badness = application_badness(app->health, app->sync);

		if (apps_screen_shows(v, app))
			order[count++] = (struct apps_entry){ i, badness };
	}
	qsort(order, count, sizeof(*order), apps_by_badness);
	if (count && v->rows >= PAGE_ROOMY && v->cols >= 60)
		columns_heads(v, sheet, (const struct sheet_head[]){ { 0, "application" }, { col, "health" },
			{ col + 15, "sync" }, { col + 28, "commit" }, { col + 37, "stage" },
			{ v->cols >= 90 ? col + 50 : -1, "why" }, { 0, NULL } });
	for (size_t i = 0; i < count; i++) {
		const struct application *app = application_at(&v->w->applications, order[i].index);

		sheet_lazy(sheet, str_format(v->a, "%s/%s", app->namespace, app->name), order[i].index);
	}
}

static const struct application *apps_screen_selected(struct view *v)
{
	return application_by_key(&v->w->applications, place_chosen(&v->s->place, &v->s->sheet));
}

static void apps_screen_subject(struct view *v, struct subject *out)
{
	const struct application *app = apps_screen_selected(v);

	out->stage = app ? display_application_stage(v, app) : NULL;
}

static const char *apps_screen_sentence(struct view *v)
{
	const struct application *app = apps_screen_selected(v);
	const struct application_list *all = &v->w->applications;
	size_t bad = 0;

	for (size_t i = 0; i < all->count; i++)
		bad += display_application(application_at(all, i)).role == ROLE_BAD;
	if (app && *app->health_message)
		return app->health_message;
	return str_format(v->a, "%zu application%s, %zu not well", all->count,
			  all->count == 1 ? "" : "s", bad);
}

static bool apps_screen_act(struct view *v, enum ui_action action)
{
	const char *name = place_chosen(&v->s->place, &v->s->sheet);

	if (action == UI_ACTION_VIEW) {
		v->s->form = v->s->form == APPS_ALL ? APPS_OF_STAGE : APPS_ALL;
		v->s->filled = false;
		return true;
	}
	if (action != UI_ACTION_OPEN || !*name)
		return false;
	screens_open(v->screens, &screen_application, NULL, NULL, name);
	return true;
}

static bool apps_screen_offer(struct view *v, enum ui_action action, struct offer *out)
{
	if (action == UI_ACTION_OPEN)
		*out = (struct offer){ apps_screen_selected(v) ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	else if (action == UI_ACTION_VIEW)
		*out = (struct offer){ buf_str(&v->s->stage)[0] ? OFFER_OPEN : OFFER_HIDDEN, NULL };
	return action == UI_ACTION_OPEN || action == UI_ACTION_VIEW;
}

static void apps_screen_copies(struct view *v, struct copies *out)
{
	const struct application *app = apps_screen_selected(v);

	if (!app)
		return;
	copies_add(out, "revision", app->revision);
	for (size_t i = 0; i < app->nimages; i++)
		copies_add(out, "image", app->images[i]);
	copies_add(out, "why", app->health_message);
	copies_add(out, "application", app->name);
}

static const char *apps_screen_about(struct view *v)
{
	return buf_str(&v->s->stage)[0] && v->s->form != APPS_ALL
		       ? str_format(v->a, "apps of %s", buf_str(&v->s->stage)) : "apps";
}

enum { APPS_NAME, APPS_HEALTH, APPS_SYNC, APPS_COMMIT, APPS_STAGE, APPS_WHY };

static struct column_key apps_screen_key(struct view *v, size_t index, size_t column)
{
	const struct application *app = application_at(&v->w->applications, index);
	const struct stage *s = display_application_stage(v, app);

	switch (column) {
	case APPS_NAME: return (struct column_key){ 0, app->name };
	case APPS_HEALTH: return (struct column_key){ application_badness(app->health, app->sync), NULL };
	case APPS_SYNC: return (struct column_key){ 0, app->sync };
	case APPS_COMMIT: return (struct column_key){ 0, app->revision };
	case APPS_STAGE: return (struct column_key){ 0, s ? s->name : "" };
	default: return (struct column_key){ 0, apps_screen_why(app) };
	}
}

static const struct columns apps_columns = {
	.table = (const struct column[]){
		[APPS_NAME] = { "application", false },
		[APPS_HEALTH] = { "health", true },
		[APPS_SYNC] = { "sync", false },
		[APPS_COMMIT] = { "commit", false },
		[APPS_STAGE] = { "stage", false },
		[APPS_WHY] = { "why", false },
		{ NULL, false },
	},
	.own = APPS_HEALTH,
	.key = apps_screen_key,
};

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open" },
	{ 'v', UI_ACTION_VIEW, "all or the stage's" },
	{ 'y', UI_ACTION_COPY, "copy" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ 'r', UI_ACTION_REFRESH, "refresh" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 'S', UI_ACTION_SORT, "sort" },
	{ 'I', UI_ACTION_REVERSE, NULL },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_apps = {
	.name = "apps",
	.keys = keys,
	.fill = apps_screen_fill,
	.line = apps_screen_line,
	.columns = &apps_columns,
	.subject = apps_screen_subject,
	.sentence = apps_screen_sentence,
	.about = apps_screen_about,
	.act = apps_screen_act,
	.offer = apps_screen_offer,
	.copies = apps_screen_copies,
};
