/* SPDX-License-Identifier: Apache-2.0 */
/* Argo CD's applications of the project: health, sync, revision, and whose they are. */
#include <string.h>

#include "base/str.h"
#include "model/application.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/display.h"
#include "ui/screen.h"

/* The stage that updates it; NULL when none does. */
static const struct stage *apps_screen_stage_of(const struct view *v, const struct application *app)
{
	for (size_t i = 0; i < v->w->nstages; i++)
		for (size_t j = 0; j < v->w->stages[i]->napplications; j++)
			if (v->w->stages[i]->applications[j] == app)
				return v->w->stages[i];
	return NULL;
}

static void apps_screen_line(struct view *v, struct sheet *sheet, struct line *l, size_t index)
{
	const struct application *app = v->w->applications[index];
	const struct stage *s = apps_screen_stage_of(v, app);
	int col = v->cols < 80 ? 18 : 30;

	line_fact(sheet, l, NULL, app->name);
	line_fact(sheet, l, NULL, app->revision);
	line_fact(sheet, l, NULL, app->health_message);
	line_fact(sheet, l, NULL, app->operation_message);
	line_fact(sheet, l, "health", app->health);
	line_fact(sheet, l, "health", app->sync);
	line_fact(sheet, l, "stage", s ? s->name : NULL);
	line_cut(sheet, l, 0, col - 1, ROLE_NAME, app->name);
	display_add(v, sheet, l, col, display_application(app));
	if (v->cols < 60)
		return;
	display_add(v, sheet, l, col + 15, display_application_sync(app));
	line_at(sheet, l, col + 28, ROLE_MUTED,
		str_copy_n(v->a, app->revision, strnlen(app->revision, 7)));
	line_cut(sheet, l, col + 37, 12, ROLE_ACCENT, s ? s->name : "");
	line_cut(sheet, l, col + 50, v->cols - col - 53, ROLE_MUTED,
		 *app->operation_message && strcmp(app->operation_phase, "Succeeded") != 0
			 ? app->operation_message : app->health_message);
}

static void apps_screen_fill(struct view *v, struct sheet *sheet)
{
	if (!v->w->napplications) {
		sheet_text(sheet, 1, ROLE_STRONG, "No application is known.");
		sheet_wrap(sheet, 1, v->cols - 4, ROLE_MUTED,
			   "Applications that a stage's argocd-update steps name appear here once Argo CD "
			   "answers; ARGOCD_SERVER or the argocd command's configuration say where it is.");
	}
	for (size_t i = 0; i < v->w->napplications; i++)
		sheet_lazy(sheet, str_format(v->a, "%s/%s", v->w->applications[i]->namespace,
					     v->w->applications[i]->name), i);
}

static const struct application *apps_screen_selected(struct view *v)
{
	const char *name = place_chosen(&v->s->place, &v->s->sheet), *slash = strchr(name, '/');

	for (size_t i = 0; slash && i < v->w->napplications; i++) {
		const struct application *app = v->w->applications[i];

		if (strcmp(app->name, slash + 1) == 0 &&
		    strncmp(app->namespace, name, (size_t)(slash - name)) == 0)
			return app;
	}
	return NULL;
}

static void apps_screen_subject(struct view *v, struct subject *out)
{
	const struct application *app = apps_screen_selected(v);

	out->stage = app ? apps_screen_stage_of(v, app) : NULL;
}

static const char *apps_screen_sentence(struct view *v)
{
	const struct application *app = apps_screen_selected(v);
	size_t bad = 0;

	for (size_t i = 0; i < v->w->napplications; i++)
		bad += display_application(v->w->applications[i]).role == ROLE_BAD;
	if (app && *app->health_message)
		return app->health_message;
	return str_format(v->a, "%zu applications, %zu of them not well", v->w->napplications, bad);
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open its stage" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ 'r', UI_ACTION_REFRESH, "refresh" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_apps = {
	.name = "apps",
	.keys = keys,
	.fill = apps_screen_fill,
	.line = apps_screen_line,
	.subject = apps_screen_subject,
	.sentence = apps_screen_sentence,
};
