/* SPDX-License-Identifier: Apache-2.0 */
/* Health checks over applications. An application that nobody sees is unknown, not healthy. */
#include "observe/health.h"

#include <string.h>

#include "argocd/decode.h"
#include "base/arena.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"
#include "model/promotion.h"
#include "model/world.h"

struct verdict {
	enum health health;
	const char *issue;
};

static struct verdict verdict(struct arena *a, enum health health, const char *name,
			      const char *what)
{
	return (struct verdict){ health, what ? str_format(a, "%s: %s", name, what) : NULL };
}

static const struct application *find(struct application *const *applications, size_t count,
				      const char *name, const char *namespace)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(applications[i]->name, name) == 0 &&
		    (!*namespace || strcmp(applications[i]->namespace, namespace) == 0))
			return applications[i];
	return NULL;
}

/* The desired revisions that the promotion recorded, against those that were compared. */
static struct verdict check_revisions(struct arena *a, const struct application *app,
				      const struct value *desired)
{
	const struct value *operation = value_path(app->object, "status.operationState.phase");

	if (value_get(app->object, "operation") || strcmp(value_text(operation, ""), "Running") == 0)
		return verdict(a, HEALTH_UNKNOWN, app->name, "a sync is under way");
	for (size_t i = 0; i < value_count(desired); i++) {
		const char *want = value_text(desired->list.items[i], "");
		const char *have = application_revision(app->object, i);

		if (*want && strcmp(want, have) != 0)
			return verdict(a, HEALTH_UNHEALTHY, app->name,
				       str_format(a, "is at %.7s, not at %.7s", have, want));
	}
	return verdict(a, HEALTH_HEALTHY, app->name, NULL);
}

static struct verdict check_status(struct arena *a, const struct application *app)
{
	const char *health = app->health;

	if (strcmp(health, "Healthy") == 0)
		return verdict(a, HEALTH_HEALTHY, app->name, NULL);
	if (!*health || strcmp(health, "Progressing") == 0 || strcmp(health, "Suspended") == 0)
		return verdict(a, HEALTH_PROGRESSING, app->name, *health ? health : "no health yet");
	return verdict(a, HEALTH_UNHEALTHY, app->name,
		       *app->health_message ? str_format(a, "%s, %s", health, app->health_message)
					    : health);
}

static struct verdict check_application(struct arena *a, const struct value *wanted,
					struct application *const *applications, size_t count)
{
	const char *name = value_text(value_get(wanted, "name"), "");
	const struct application *app =
		find(applications, count, name, value_text(value_get(wanted, "namespace"), ""));
	const struct value *desired = value_get(wanted, "desiredRevisions");
	const char *broken;
	struct verdict v;

	if (!app)
		return verdict(a, HEALTH_UNKNOWN, name, "Argo CD shows no such application");
	broken = application_condition(app->object, "ComparisonError");
	if (!broken)
		broken = application_condition(app->object, "InvalidSpecError");
	if (broken)
		return verdict(a, HEALTH_UNHEALTHY, name, broken);
	v = check_revisions(a, app, desired);
	return v.health == HEALTH_HEALTHY ? check_status(a, app) : v;
}

enum health health_of_checks(struct arena *a, const struct value *checks,
			     struct application *const *applications, size_t count,
			     const char **issue)
{
	struct verdict worst = { HEALTH_HEALTHY, NULL };

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *apps = value_path(checks->list.items[i], "config.apps");

		for (size_t j = 0; j < value_count(apps); j++) {
			struct verdict v = check_application(a, apps->list.items[j], applications, count);

			if (v.health > worst.health)
				worst = v;
		}
	}
	*issue = worst.issue;
	return worst.health;
}

static void add_applications(struct arena *a, const struct world *w, struct stage *s,
			     const struct value *checks)
{
	struct list found = { 0 };

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *apps = value_path(checks->list.items[i], "config.apps");

		for (size_t j = 0; j < value_count(apps); j++) {
			const struct value *v = apps->list.items[j];
			const struct application *app =
				find(w->applications, w->napplications,
				     value_text(value_get(v, "name"), ""),
				     value_text(value_get(v, "namespace"), ""));
			void *item = arena_copy(a, &app, sizeof(app));

			if (app)
				list_add(a, &found, *(void **)item);
		}
	}
	s->applications = (const struct application **)found.items;
	s->napplications = found.count;
}

void health_fill(struct arena *a, const struct world *w, struct stage *s)
{
	const struct promotion *last = world_promotion(w, s->last_promotion);
	const struct value *checks = last ? value_path(last->object, "status.healthChecks") : NULL;
	const char *issue = NULL;

	if (!last || s->current_promotion) {
		s->health = last || s->current_promotion ? HEALTH_UNKNOWN : HEALTH_NONE;
		add_applications(a, w, s, checks);
		return;
	}
	add_applications(a, w, s, checks);
	if (last->phase != PHASE_SUCCEEDED) {
		s->health = HEALTH_UNKNOWN;
		issue = str_format(a, "the last promotion %s", phase_name(last->phase));
	} else {
		s->health = health_of_checks(a, checks, w->applications, w->napplications, &issue);
	}
	if (issue) {
		s->issues = arena_array(a, 1, sizeof(*s->issues));
		s->issues[0] = issue;
		s->nissues = 1;
	}
}
