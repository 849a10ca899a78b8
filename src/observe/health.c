/* SPDX-License-Identifier: Apache-2.0 */
/* Health checks over applications. An application that nobody sees is unknown, not healthy. */
#include "observe/health.h"

#include <string.h>

#include "argocd/decode.h"
#include "argocd/health.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/world.h"

/* A check's configuration; those of kinds that we do not know say nothing good. */
static enum health check_health(struct arena *a, const struct value *check,
				const struct application_list *applications, struct list *issues)
{
	if (strcmp(value_text(value_get(check, "uses"), ""), "argocd-update") != 0)
		return HEALTH_UNKNOWN;
	return argocd_health(a, value_get(check, "config"), applications, issues);
}

enum health health_of_checks(struct arena *a, const struct value *checks,
			     const struct application_list *applications, const char **issue)
{
	enum health worst = HEALTH_HEALTHY;

	*issue = NULL;
	for (size_t i = 0; i < value_count(checks); i++) {
		struct list issues = { 0 };
		enum health h = check_health(a, checks->list.items[i], applications, &issues);

		if (health_merge(worst, h) != worst) {
			worst = h;
			*issue = issues.count ? issues.items[0] : NULL;
		}
	}
	return worst;
}

static void health_add_applications(struct arena *a, const struct world *w, struct stage *s,
				    const struct value *checks)
{
	struct list found = { 0 };

	for (size_t i = 0; i < value_count(checks); i++)
		argocd_health_applications(a, value_get(checks->list.items[i], "config"),
					   &w->applications, &found);
	s->applications = arena_array(a, found.count, sizeof(*s->applications));
	s->napplications = found.count;
	for (size_t i = 0; i < found.count; i++)
		s->applications[i] = found.items[i];
}

static bool may_be_changed_by(struct arena *a, const struct world *w, const struct stage *s,
			      const struct application *app)
{
	const char *wanted = str_format(a, "%s:%s", w->project->name, s->name);
	struct list stages = { 0 };
	struct err ignored;

	if (!application_stages(a, app->authorized_stages, &stages, &ignored))
		return false;
	for (size_t i = 0; i < stages.count; i++)
		if (same_text(stages.items[i], wanted))
			return true;
	return false;
}

static bool runs_one_of(const struct application *app, const struct list *commits)
{
	for (size_t i = 0; i < app->nsources; i++)
		for (size_t k = 0; k < commits->count; k++)
			if (same_text(app->revisions[i], commits->items[k]))
				return true;
	return false;
}

/*
 * "pushed 7d21e08, not confirmed: application 'web' runs it, Healthy": what is deployed, though no promotion
 * says so.
 */
static const char *health_of_pushed(struct arena *a, const struct world *w, const struct stage *s)
{
	const char *text = promotion_unconfirmed_text(a, s->unconfirmed), *glue = ": ";
	struct list commits = { 0 };

	promotion_unconfirmed(a, s->unconfirmed, &commits);
	for (size_t i = 0; i < w->applications.count; i++) {
		const struct application *app = application_at(&w->applications, i);

		if (!runs_one_of(app, &commits) || !may_be_changed_by(a, w, s, app))
			continue;
		text = str_format(a, "%s%sapplication '%s' runs it, %s", text, glue, app->name,
				  *app->health ? app->health : "not assessed yet");
		glue = "; ";
	}
	return text;
}

/* What a running Kargo says of the stage counts: its gates go by that. */
static bool health_of_kargo(struct arena *a, struct stage *s)
{
	const struct value *said = value_get(s->status, "health"), *issues = value_get(said, "issues");
	const char *word = value_text(value_get(said, "status"), "");
	size_t count = value_is(issues, VALUE_LIST) ? value_count(issues) : 0;

	if (!*word)
		return false;
	s->health = HEALTH_UNKNOWN;
	for (int h = HEALTH_HEALTHY; h <= HEALTH_UNHEALTHY; h++)
		if (strcmp(word, health_name((enum health)h)) == 0)
			s->health = (enum health)h;
	s->issues = arena_array(a, count + 1, sizeof(*s->issues));
	for (size_t i = 0; i < count; i++)
		s->issues[s->nissues++] = value_text(value_at(issues, i), "");
	return true;
}

void health_fill(struct arena *a, const struct world *w, struct stage *s)
{
	const struct value *last = value_get(s->status, "lastPromotion");
	const struct value *checks = value_path(last, "status.healthChecks");
	const char *phase = value_path_text(last, "status.phase", ""), *issue = NULL;

	health_add_applications(a, w, s, checks);
	if (w->attachment && health_of_kargo(a, s))
		return;
	if (s->current_promotion) {
		s->health = HEALTH_UNKNOWN;
		return;
	}
	if (!last)
		return;
	if (strcmp(phase, phase_name(PHASE_SUCCEEDED)) != 0) {
		s->health = HEALTH_UNKNOWN;
		issue = str_format(a, "the last promotion ended as %s", phase);
	} else {
		s->health = health_of_checks(a, checks, &w->applications, &issue);
	}
	s->issues = arena_array(a, 2, sizeof(*s->issues));
	if (issue)
		s->issues[s->nissues++] = issue;
	if (s->unconfirmed)
		s->issues[s->nissues++] = health_of_pushed(a, w, s);
}
