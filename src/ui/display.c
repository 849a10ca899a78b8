/* SPDX-License-Identifier: Apache-2.0 */
/* States, ages and names in few words. Sentences are in sentence.c. */
#include "ui/display.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/str.h"
#include "model/application.h"
#include "model/freight.h"
#include "model/intent.h"
#include "model/stage.h"
#include "model/todo.h"
#include "model/world.h"
#include "term/canvas.h"
#include "ui/line_name.h"
#include "ui/screen.h"

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, SHORT_CELLS = 24 };

struct display display_stage(struct view *v, const struct stage *s)
{
	const struct promotion *p = world_promotion_in(v->w, s->name);

	if (p && p->phase == PHASE_RUNNING)
		return (struct display){ GLYPH_BUSY, ROLE_BUSY, "Promoting" };
	if (stage_is_control_flow(s))
		return (struct display){ GLYPH_HERE, ROLE_MUTED, "Passes on" };
	if (v->w->loading)
		return (struct display){ GLYPH_WAITING, ROLE_MUTED, "Reading" };
	if (stage_is_empty(s))
		return (struct display){ GLYPH_NONE, ROLE_MUTED, "Empty" };
	if (v->w->past_at)
		return (struct display){ GLYPH_UNKNOWN, ROLE_MUTED, "Not kept" };
	switch (s->health) {
	case HEALTH_HEALTHY: return (struct display){ GLYPH_HEALTHY, ROLE_OK, "Healthy" };
	case HEALTH_PROGRESSING: return (struct display){ GLYPH_BUSY, ROLE_BUSY, "Progressing" };
	case HEALTH_UNHEALTHY: return (struct display){ GLYPH_BAD, ROLE_BAD, "Unhealthy" };
	case HEALTH_UNKNOWN: return (struct display){ GLYPH_UNKNOWN, ROLE_WAITING, "Unknown" };
	case HEALTH_NOT_APPLICABLE:
	case HEALTH_NONE: break;
	}
	return (struct display){ GLYPH_HEALTHY, ROLE_MUTED, "No checks" };
}

struct display display_application(const struct application *app)
{
	static const struct {
		const char *word;
		enum glyph glyph;
		enum role role;
	} known[] = {
		{ "Healthy", GLYPH_HEALTHY, ROLE_OK },     { "Progressing", GLYPH_BUSY, ROLE_BUSY },
		{ "Degraded", GLYPH_BAD, ROLE_BAD },       { "Suspended", GLYPH_SUSPENDED, ROLE_WAITING },
		{ "Missing", GLYPH_NONE, ROLE_BAD },
	};

	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strcmp(app->health, known[i].word) == 0)
			return (struct display){ known[i].glyph, known[i].role, known[i].word };
	return (struct display){ GLYPH_UNKNOWN, ROLE_WAITING, *app->health ? app->health : "Unknown" };
}

struct display display_application_sync(const struct application *app)
{
	if (strcmp(app->sync, "Synced") == 0)
		return (struct display){ GLYPH_PASSED, ROLE_OK, "Synced" };
	if (strcmp(app->sync, "OutOfSync") == 0)
		return (struct display){ GLYPH_DIFFERS, ROLE_WAITING, "OutOfSync" };
	return (struct display){ GLYPH_UNKNOWN, ROLE_WAITING, "Unknown" };
}

const struct stage *display_application_stage(const struct view *v, const struct application *app)
{
	for (size_t i = 0; i < v->w->nstages; i++)
		for (size_t j = 0; j < v->w->stages[i]->napplications; j++)
			if (v->w->stages[i]->applications[j] == app)
				return v->w->stages[i];
	return NULL;
}

struct display display_sync(const struct stage *s)
{
	struct display worst = { GLYPH_PASSED, ROLE_OK, NULL };

	for (size_t i = 0; i < s->napplications; i++) {
		struct display say = display_application_sync(s->applications[i]);

		if (!worst.word || say.role != ROLE_OK)
			worst = say;
	}
	return worst;
}

struct display display_phase(const struct promotion *p)
{
	if (p->odd_phase)
		return (struct display){ promotion_is_over(p) ? GLYPH_WARNING : GLYPH_RUNNING, ROLE_WARNING,
					 p->odd_phase };
	switch (p->phase) {
	case PHASE_PENDING: return (struct display){ GLYPH_WAITING, ROLE_WAITING, "waits its turn" };
	case PHASE_RUNNING: return (struct display){ GLYPH_RUNNING, ROLE_BUSY, "running" };
	case PHASE_SUCCEEDED: return (struct display){ GLYPH_PASSED, ROLE_OK, "done" };
	case PHASE_FAILED: return (struct display){ GLYPH_BAD, ROLE_BAD, "failed" };
	case PHASE_ERRORED: return (struct display){ GLYPH_BAD, ROLE_BAD, "errored" };
	case PHASE_ABORTED: break;
	}
	return (struct display){ GLYPH_NONE, ROLE_WAITING, "aborted" };
}

struct display display_step(const struct promotion_step *s)
{
	if (s->odd_status)
		return (struct display){ s->finished_at ? GLYPH_WARNING : GLYPH_RUNNING, ROLE_WARNING,
					 s->odd_status };
	switch (s->status) {
	case STEP_PENDING: return (struct display){ GLYPH_PENDING, ROLE_MUTED, "to come" };
	case STEP_SUCCEEDED: return (struct display){ GLYPH_PASSED, ROLE_OK, "done" };
	case STEP_SKIPPED: return (struct display){ GLYPH_SKIPPED, ROLE_MUTED, "skipped" };
	case STEP_RUNNING: return (struct display){ GLYPH_RUNNING, ROLE_BUSY, "running" };
	case STEP_ABORTED: return (struct display){ GLYPH_NONE, ROLE_WAITING, "aborted" };
	case STEP_FAILED: return (struct display){ GLYPH_BAD, ROLE_BAD, "failed" };
	case STEP_ERRORED: break;
	}
	return (struct display){ GLYPH_BAD, ROLE_BAD, "errored" };
}

struct display display_todo(const struct todo *todo)
{
	const char *word = todo_word(todo->kind);

	switch (todo->kind) {
	case NEED_APPROVE: case NEED_MERGE: return (struct display){ GLYPH_WAITING, ROLE_ACCENT, word };
	case NEED_HELD: return (struct display){ GLYPH_SUSPENDED, ROLE_WAITING, word };
	case NEED_PROMOTE: return (struct display){ GLYPH_NEWER, ROLE_ACCENT, word };
	case NEED_WINDOW: return (struct display){ GLYPH_WAITING, ROLE_WAITING, word };
	case NEED_FAILED: case NEED_UNHEALTHY: case NEED_UNVERIFIED: case NEED_STUCK:
	case NEED_MANIFESTS: case NEED_SOURCE:
	case NEED_KINDS: break;
	}
	return (struct display){ GLYPH_BAD, ROLE_BAD, word };
}

const char *display_todo_name(struct view *v, const struct todo *todo)
{
	const char *project = line_name_begin(v->a, world_name(todo->world));

	if (todo->stage)
		return str_format(v->a, "%s/%s/%s", project, todo->stage->name, todo_word(todo->kind));
	return str_format(v->a, "%s//%s/%s", project, todo_word(todo->kind), todo->text);
}

struct display display_gate(const struct gate *gate)
{
	if (gate->state == GATE_PASSED)
		return (struct display){ GLYPH_PASSED, ROLE_OK, gate->word };
	if (gate->state == GATE_CLOSED)
		return (struct display){ GLYPH_BAD, ROLE_BAD, gate->word };
	return (struct display){ GLYPH_WAITING, gate->binding ? ROLE_WAITING : ROLE_MUTED, gate->word };
}

const char *display_short(struct view *v, const char *error)
{
	static const struct {
		const char *part, *word;
	} known[] = {
		{ "refused", "refused" },            { "Failed to connect", "refused" },
		{ "esolve", "no such host" },        { "no route", "no route" },
		{ "imed out", "no answer" },         { "imeout", "no answer" },
		{ "ertificate", "certificate" },     { "401", "not allowed" },
		{ "403", "not allowed" },            { "429", "too many requests" },
		{ "404", "not found" },              { "No such file", "not found" },
	};
	const char *last = error;

	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strstr(error, known[i].part))
			return known[i].word;
	for (const char *at = strstr(error, ": "); at; at = strstr(at + 2, ": "))
		last = at + 2;
	if (text_width(last, v->ascii) <= SHORT_CELLS)
		return last;
	return str_format(v->a, "%.*s%s", (int)text_fit(last, SHORT_CELLS - 1, v->ascii), last,
			  glyph_text(GLYPH_MORE, v->ascii));
}

const char *display_telling(struct view *v, const char *error, int width)
{
	const char *rest = error;

	while (width > 0 && text_width(rest, v->ascii) > width && strstr(rest, ": ") && strstr(rest, ": ")[2])
		rest = strstr(rest, ": ") + 2;
	return rest;
}

struct display display_source(struct view *v, const struct source *s)
{
	if (s->failing_since)
		return (struct display){ GLYPH_BAD, ROLE_BAD,
				     str_format(v->a, "%s %s", display_age(v, s->failing_since),
						s->error ? display_short(v, s->error) : "failing") };
	if (!s->seen_at)
		return (struct display){ GLYPH_WAITING, ROLE_MUTED, "" };
	if (v->now - s->seen_at < MINUTE) {
		int64_t left = s->seen_at + MINUTE - v->now;

		v->next_change = left < v->next_change ? left : v->next_change;
		return (struct display){ GLYPH_HEALTHY, ROLE_OK, "" };
	}
	return (struct display){ GLYPH_HEALTHY, ROLE_OK, display_age(v, s->seen_at) };
}

static void note_change(struct view *v, int64_t age)
{
	int64_t unit = age < MINUTE ? SECOND : age < 2 * HOUR ? MINUTE : HOUR;
	int64_t left = unit - age % unit;

	if (left < v->next_change)
		v->next_change = left;
}

const char *display_age(struct view *v, int64_t at)
{
	int64_t age = v->now - at;

	if (!at)
		return "";
	if (age < 0)
		age = 0;
	note_change(v, age);
	return clock_age(v->a, age);
}

const char *display_seen(struct view *v, int64_t at)
{
	int64_t left = at + MINUTE - v->now;

	if (!at || left <= 0)
		return display_age(v, at);
	v->next_change = left < v->next_change ? left : v->next_change;
	return "now";
}

const char *display_took(struct view *v, int64_t start, int64_t end)
{
	int64_t ms = (end ? end : v->now) - start;

	if (!start)
		return "";
	if (ms < 0)
		ms = 0;
	if (!end)
		note_change(v, ms);
	if (end && ms < 10 * SECOND)
		return str_format(v->a, "%lld.%llds", (long long)(ms / SECOND),
				  (long long)(ms % SECOND / 100));
	if (ms < MINUTE)
		return str_format(v->a, "%llds", (long long)(ms / SECOND));
	if (ms < HOUR)
		return str_format(v->a, "%lldm%02llds", (long long)(ms / MINUTE),
				  (long long)(ms % MINUTE / SECOND));
	if (ms >= 48 * HOUR)
		return str_format(v->a, "%lldd%02lldh", (long long)(ms / (24 * HOUR)),
				  (long long)(ms % (24 * HOUR) / HOUR));
	return str_format(v->a, "%lldh%02lldm", (long long)(ms / HOUR),
			  (long long)(ms % HOUR / MINUTE));
}

enum time_form { TIME_CLOCK, TIME_DAY, TIME_DATE, TIME_FULL };

static bool local(int64_t at, struct tm *tm)
{
	time_t seconds = (time_t)(at / SECOND);

	return localtime_r(&seconds, tm) != NULL;
}

static const char *local_time(struct view *v, int64_t at, enum time_form form)
{
	struct tm tm;
	char text[64] = "";
	size_t len = 0;

	if (!local(at, &tm))
		return "";
	switch (form) {
	case TIME_CLOCK: len = strftime(text, sizeof(text), "%H:%M:%S", &tm); break;
	case TIME_DAY: len = strftime(text, sizeof(text), "%d %b %H:%M", &tm); break;
	case TIME_DATE: len = strftime(text, sizeof(text), "%d %b %Y", &tm); break;
	case TIME_FULL: len = strftime(text, sizeof(text), "%a %d %b %Y, %H:%M:%S %Z", &tm); break;
	}
	return str_copy_n(v->a, text, len);
}

const char *display_when(struct view *v, int64_t at)
{
	struct tm then, now;

	if (!at || !local(at, &then) || !local(v->now, &now))
		return "";
	if (then.tm_year != now.tm_year)
		return local_time(v, at, TIME_DATE);
	return local_time(v, at, then.tm_yday == now.tm_yday ? TIME_CLOCK : TIME_DAY);
}

const char *display_full_time(struct view *v, int64_t at)
{
	return at ? local_time(v, at, TIME_FULL) : "";
}

const char *display_freight(struct view *v, const char *name)
{
	const struct freight *f = world_freight(v->w, name);

	if (!name || !*name)
		return "nothing";
	return f ? freight_label(v->a, f) : str_copy_n(v->a, name, strnlen(name, 7));
}

const char *display_version(struct view *v, const char *name)
{
	const struct freight *f = world_freight(v->w, name);

	return f ? freight_version(v->a, f) : "";
}

size_t display_artifacts(const struct freight *f)
{
	return f->nimages + f->ncharts + f->ncommits;
}

/* "nginx" of "public.ecr.aws/nginx/nginx", "gitops" of "https://x/acme/gitops.git". */
static const char *repository_name(struct view *v, const char *url)
{
	size_t len = strlen(url);
	const char *name;

	while (len && url[len - 1] == '/')
		len--;
	name = str_copy_n(v->a, url, len);
	if (strrchr(name, '/'))
		name = strrchr(name, '/') + 1;
	len = strlen(name);
	return has_suffix(name, ".git") ? str_copy_n(v->a, name, len - 4) : name;
}

void display_artifact_parts(struct view *v, const struct freight *f, size_t index, const char **name,
			const char **version)
{
	if (index < f->nimages) {
		const struct image *m = &f->images[index];

		*name = repository_name(v, m->repo_url);
		*version = *m->tag ? m->tag : str_copy_n(v->a, m->digest, strnlen(m->digest, 14));
	} else if (index < f->nimages + f->ncharts) {
		const struct chart *c = &f->charts[index - f->nimages];

		*name = *c->name ? c->name : repository_name(v, c->repo_url);
		*version = c->version;
	} else {
		const struct commit *c = &f->commits[index - f->nimages - f->ncharts];

		*name = repository_name(v, c->repo_url);
		*version = *c->tag ? c->tag : str_copy_n(v->a, c->id, strnlen(c->id, 7));
	}
}

const char *display_artifact(struct view *v, const struct freight *f, size_t index)
{
	const char *name, *version;

	display_artifact_parts(v, f, index, &name, &version);
	return str_format(v->a, "%s %s", name, version);
}

const char *display_actor(struct view *v, const char *actor)
{
	const char *name = actor_name(v->a, actor);

	return *name ? name : "auto";
}

const char *display_engine(struct arena *a, const struct world *w)
{
	if (w->attachment)
		return "Kargo";
	if (w->engine == ENGINE_HERE)
		return "engine here";
	if (w->engine == ENGINE_ELSEWHERE)
		return str_format(a, "engine on %s", w->engine_host ? w->engine_host
									  : "another host");
	return w->engine == ENGINE_NONE ? "nobody executes" : "engine not seen yet";
}

const char *display_event_actor(struct view *v, const struct event_line *ev)
{
	if (*ev->actor)
		return display_actor(v, ev->actor);
	return v->w->attachment ? "Kargo" : "gantry";
}

size_t display_steps_done(const struct promotion *p)
{
	size_t done = 0;

	for (size_t i = 0; i < p->nsteps; i++)
		done += p->steps[i].status != STEP_PENDING && p->steps[i].status != STEP_RUNNING;
	return done;
}

const char *display_step_name(const struct promotion_step *step)
{
	const char *alias = step->alias ? step->alias : "", *within = alias;

	/* Of a task's step, "deploy::commit", the last part; a step without a name is called by its kind. */
	for (const char *at = strstr(alias, "::"); at; at = strstr(at + 2, "::"))
		within = at + 2;
	return *within && !has_prefix(within, "step-") ? within : step->uses;
}

void display_add(struct view *v, struct line *l, int col, struct display say)
{
	if (!say.word)
		return;
	line_at(l, col, say.role, glyph_text(say.glyph, v->ascii));
	line_at(l, col + 2, say.role, say.word);
}

bool display_failed_since(const struct world *w, int64_t since)
{
	for (size_t i = 0; i < w->npromotions; i++) {
		const struct promotion *p = w->promotions[i];

		if ((p->phase == PHASE_FAILED || p->phase == PHASE_ERRORED) && p->finished_at > since)
			return true;
	}
	return false;
}
