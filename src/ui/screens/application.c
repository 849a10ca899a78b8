/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One application of Argo CD: its health and why, what it runs, its newest operation, and its resources,
 * worst first. Details that are not kept for all applications are fetched while this screen is open.
 */
#include <string.h>

#include "base/str.h"
#include "model/application.h"
#include "model/stage.h"
#include "model/world.h"
#include "term/key.h"
#include "ui/copy.h"
#include "ui/display.h"
#include "ui/page.h"
#include "ui/screens.h"

enum { AGAIN_MS = 3000 };

/* The screen's item is "namespace/name". */
static const struct application *application_screen_shown(const struct view *v)
{
	return application_by_key(&v->w->applications, buf_str(&v->s->item));
}

/* NULL until it was looked at. */
static const struct application_detail *application_screen_detail(const struct view *v,
								  const struct application *app)
{
	const struct application_detail *d = v->w->detail;

	return d && strcmp(d->name, app->name) == 0 && strcmp(d->namespace, app->namespace) == 0 ? d : NULL;
}

/* Once when it opens, and whenever Argo CD has reported a change since the last look. */
static void application_screen_look(struct view *v, const struct application *app)
{
	const struct application_detail *d = application_screen_detail(v, app);
	struct intent look = { .kind = INTENT_LOOK, .application = buf_str(&v->s->item) };

	if (v->w->past_at || (d && d->seen_at >= app->seen_at) || v->now - v->s->asked_at < AGAIN_MS)
		return;
	v->s->asked_at = v->now;
	screens_submit(v->screens, &look);
}

static void application_screen_add_head(struct view *v, struct sheet *sheet, const struct application *app)
{
	struct line *l = page_row(v, sheet, NULL, "state");
	const struct stage *s = display_application_stage(v, app);

	display_add(v, l, PAGE_COL, display_application(app));
	display_add(v, l, PAGE_COL + 15, display_application_sync(app));
	if (app->health_since)
		line_at(l, PAGE_COL + 29, ROLE_MUTED,
			str_format(v->a, "for %s", display_age(v, app->health_since)));
	if (*app->health_message)
		page_text(v, sheet, "why", display_application(app).role, app->health_message);
	if (app->error)
		page_text(v, sheet, "error", ROLE_BAD, app->error);
	if (s)
		line_at(page_row(v, sheet, str_format(v->a, "stage/%s", s->name), "stage"), PAGE_COL,
			ROLE_NAME, s->name);
	for (size_t i = 0; i < app->nsources; i++)
		line_at(page_row(v, sheet, str_format(v->a, "revision/%s", app->revisions[i]),
					i ? NULL : "revision"),
			PAGE_COL, ROLE_VERSION, *app->revisions[i] ? app->revisions[i] : "never synced");
	for (size_t i = 0; i < app->nimages; i++)
		line_at(page_row(v, sheet, str_format(v->a, "image/%s", app->images[i]),
					i ? NULL : "images"), PAGE_COL, ROLE_TEXT, app->images[i]);
}

static void application_screen_add_operation(struct view *v, struct sheet *sheet,
					     const struct application *app,
					     const struct application_detail *d)
{
	const char *phase = app->operation_phase, *when = "", *by = "";
	bool failed = strcmp(phase, "Failed") == 0 || strcmp(phase, "Error") == 0;

	if (!*phase)
		return;
	/* The look may be older than what is under way by now. */
	if (d && d->operation_started && strcmp(phase, "Running") != 0)
		when = str_format(v->a, ", %s, took %s", display_full_time(v, d->operation_started),
				  display_took(v, d->operation_started, d->operation_finished));
	if (d && *d->operation_by)
		by = str_format(v->a, ", by %s", d->operation_by);
	page_gap(sheet);
	page_text(v, sheet, "operation", failed ? ROLE_BAD : ROLE_TEXT,
		  str_format(v->a, "%s%s%s", phase, when, by));
	if (*app->operation_message)
		page_text(v, sheet, NULL, failed ? ROLE_BAD : ROLE_MUTED, app->operation_message);
}

static void application_screen_add_resource(struct view *v, struct sheet *sheet,
					    const struct application_resource *r)
{
	struct line *l = sheet_line(sheet, str_format(v->a, "resource/%s/%s/%s", r->kind, r->namespace,
						      r->name));
	const struct application as = { .health = r->health, .sync = r->sync };
	struct display health = display_application(&as), sync = display_application_sync(&as);
	int width = v->cols < 70 ? 24 : 44;

	if (*r->health)
		line_at(l, 0, health.role, glyph_text(health.glyph, v->ascii));
	line_cut(l, 2, width, ROLE_NAME, str_format(v->a, "%s %s", r->kind, r->name));
	line_cut(l, width + 3, 12, health.role, r->health);
	if (*r->sync && sync.role != ROLE_OK)
		line_at(l, width + 16, sync.role, sync.word);
	line_fact(l, "health", r->health);
	line_fact(l, "health", r->sync);
	line_fact(l, NULL, r->namespace);
	if (*r->message) {
		size_t first = sheet->count;

		sheet_wrap(sheet, 4, v->cols - 8, health.role, r->message);
		for (size_t i = first; i < sheet->count; i++)
			sheet->lines[i].detail = true;
	}
}

static void application_screen_add_detail(struct view *v, struct sheet *sheet,
					  const struct application_detail *d)
{
	page_gap(sheet);
	if (!d) {
		page_text(v, sheet, "resources", ROLE_MUTED,
			  v->w->past_at ? "are not kept" : "asking Argo CD");
		return;
	}
	if (d->error) {
		page_text(v, sheet, "resources", ROLE_BAD, d->error);
		return;
	}
	page_text(v, sheet, "open", ROLE_TEXT, d->page);
	for (size_t i = 0; i < d->nurls; i++)
		page_text(v, sheet, NULL, ROLE_TEXT, d->urls[i]);
	page_gap(sheet);
	sheet_text(sheet, 0, ROLE_HEADING,
		   str_format(v->a, "%zu resource%s, worst first", d->nresources + d->more,
			      d->nresources + d->more == 1 ? "" : "s"));
	for (size_t i = 0; i < d->nresources; i++)
		application_screen_add_resource(v, sheet, &d->resources[i]);
	if (d->more)
		sheet_text(sheet, 2, ROLE_MUTED, str_format(v->a, "and %zu more, none worse", d->more));
}

static void application_screen_fill(struct view *v, struct sheet *sheet)
{
	const struct application *app = application_screen_shown(v);

	if (!app) {
		sheet_text(sheet, 0, ROLE_WARNING, "Argo CD has no such application any more.");
		return;
	}
	application_screen_look(v, app);
	application_screen_add_head(v, sheet, app);
	application_screen_add_operation(v, sheet, app, application_screen_detail(v, app));
	application_screen_add_detail(v, sheet, application_screen_detail(v, app));
}

static void application_screen_subject(struct view *v, struct subject *out)
{
	const struct application *app = application_screen_shown(v);

	out->stage = app ? display_application_stage(v, app) : NULL;
}

/* The line under the cursor, then what the application runs. */
static void application_screen_copies(struct view *v, struct copies *out)
{
	const struct application *app = application_screen_shown(v);
	const char *name = place_chosen(&v->s->place, &v->s->sheet), *slash = strchr(name, '/');
	const struct application_detail *d = app ? application_screen_detail(v, app) : NULL;

	if (slash && has_prefix(name, "resource/"))
		copies_add(out, "resource", str_copy(v->a, strrchr(name, '/') + 1));
	else if (slash)
		copies_add(out, str_copy_n(v->a, name, (size_t)(slash - name)), str_copy(v->a, slash + 1));
	if (!app)
		return;
	copies_add(out, "revision", app->revision);
	for (size_t i = 0; i < app->nimages; i++)
		copies_add(out, "image", app->images[i]);
	copies_add(out, "URL", d ? d->page : NULL);
	for (size_t i = 0; d && i < d->nurls; i++)
		copies_add(out, "URL", d->urls[i]);
	copies_add(out, "why", app->health_message);
	copies_add(out, "application", app->name);
}

static const char *application_screen_about(struct view *v)
{
	const char *slash = strchr(buf_str(&v->s->item), '/');

	return slash ? slash + 1 : buf_str(&v->s->item);
}

static const char *application_screen_sentence(struct view *v)
{
	const struct application *app = application_screen_shown(v);

	if (!app)
		return "";
	if (*app->health_message)
		return app->health_message;
	return str_format(v->a, "%s is %s and %s", app->name, *app->health ? app->health : "Unknown",
			  *app->sync ? app->sync : "Unknown");
}

static bool application_screen_act(struct view *v, enum ui_action action)
{
	if (action != UI_ACTION_REFRESH)
		return false;
	v->s->asked_at = v->now;
	screens_submit(v->screens, &(struct intent){ .kind = INTENT_LOOK,
						     .application = buf_str(&v->s->item) });
	return true;
}

static const struct key_def keys[] = {
	{ PRESS_ENTER, UI_ACTION_OPEN, "open its stage" },
	{ 'y', UI_ACTION_COPY, "copy" },
	{ 'Y', UI_ACTION_COPIES, "copy other" },
	{ 'w', UI_ACTION_WHY, "why" },
	{ 't', UI_ACTION_PROMOTION, "steps" },
	{ 'b', UI_ACTION_ROLLBACK, "back out" },
	{ 'r', UI_ACTION_REFRESH, "look again" },
	{ '/', UI_ACTION_FILTER, "filter" },
	{ 0, UI_ACTION_NONE, NULL },
};

const struct screen_def screen_application = {
	.name = "application",
	.keys = keys,
	.fill = application_screen_fill,
	.subject = application_screen_subject,
	.copies = application_screen_copies,
	.about = application_screen_about,
	.act = application_screen_act,
	.sentence = application_screen_sentence,
};
