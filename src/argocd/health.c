/* SPDX-License-Identifier: Apache-2.0 */
/*
 * First match wins, in Kargo's order: freshness before conditions before revisions before health.
 * So a sync to a newer commit by anybody else makes the stage unhealthy, on purpose.
 */
#include "argocd/health.h"

#include <string.h>

#include "argocd/decode.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/list.h"
#include "base/outage.h"
#include "base/str.h"
#include "data/value.h"
#include "model/application.h"

/* Adds the sentence and gives back the verdict. */
static enum health because(struct arena *a, enum health verdict, struct list *issues,
			   const struct application *app, const char *why)
{
	list_add(a, issues, str_format(a, "application '%s' %s", app->name, why));
	return verdict;
}

static enum health of_revisions(struct arena *a, const struct application *app,
				const struct value *desired, struct list *issues)
{
	size_t wanted = 0;

	for (size_t i = 0; i < value_count(desired); i++)
		wanted += *value_text(value_at(desired, i), "") != '\0';
	if (!wanted)
		return HEALTH_HEALTHY;
	if (app->is_asked || strcmp(app->operation_phase, "Running") == 0 ||
	    strcmp(app->operation_phase, "Terminating") == 0)
		return because(a, HEALTH_UNKNOWN, issues, app, "is being synced");
	if (app->nsources != value_count(desired))
		return because(a, HEALTH_UNKNOWN, issues, app,
			       "has another number of sources than when it was promoted");
	for (size_t i = 0; i < value_count(desired); i++) {
		const char *want = value_text(value_at(desired, i), "");
		const char *got = app->revisions[i];

		if (*want && strcmp(want, got) != 0)
			return because(a, HEALTH_UNHEALTHY, issues, app,
				       str_format(a, "is at revision %.12s and not at %.12s, "
						     "which was promoted", *got ? got : "none", want));
	}
	return HEALTH_HEALTHY;
}

static enum health of_status(struct arena *a, const struct application *app, struct list *issues)
{
	const char *said = app->health_message;
	const char *why = str_format(a, "is %s%s%s", *app->health ? app->health : "not assessed yet",
				     *said ? ": " : "", said);

	if (strcmp(app->health, "Healthy") == 0)
		return HEALTH_HEALTHY;
	if (!*app->health || strcmp(app->health, "Progressing") == 0 ||
	    strcmp(app->health, "Suspended") == 0)
		return because(a, HEALTH_PROGRESSING, issues, app, why);
	return because(a, HEALTH_UNHEALTHY, issues, app, why);
}

enum health application_health(struct arena *a, const struct application *app,
			       const struct value *desired, struct list *issues, bool *stale)
{
	const char *why = app && app->error ? str_clean(a, app->error, strlen(app->error), 300) : NULL;
	enum health h;

	if (stale)
		*stale = false;
	if (!app) {
		list_add(a, issues, str_format(a, "an application is not there"));
		return HEALTH_UNKNOWN;
	}
	if (app->is_stale) {
		if (stale)
			*stale = true;
		return because(a, HEALTH_UNKNOWN, issues, app,
			       "was not compared since its newest sync ended");
	}
	/* What is down behind Argo CD says nothing of what runs. Kargo calls it unhealthy. */
	if (why && outage_words(app->error))
		return because(a, HEALTH_UNKNOWN, issues, app,
			       str_format(a, "can't be compared now: %s", why));
	if (why)
		return because(a, HEALTH_UNHEALTHY, issues, app,
			       str_format(a, "has an error: %s", why));
	h = of_revisions(a, app, desired, issues);
	return h == HEALTH_HEALTHY ? of_status(a, app, issues) : h;
}

static struct application *known(struct arena *a, const struct value *entry,
				 const struct application_list *apps)
{
	const char *name = value_path_text(entry, "name", "");
	const char *namespace = value_path_text(entry, "namespace", "");

	return *namespace ? application_by_key(apps, str_format(a, "%s/%s", namespace, name))
			  : application_by_name(apps, name);
}

enum health argocd_health(struct arena *a, const struct value *check,
			  const struct application_list *apps, struct list *issues)
{
	const struct value *entries = value_get(check, "apps");
	enum health worst = HEALTH_HEALTHY;

	for (size_t i = 0; i < value_count(entries); i++) {
		const struct value *entry = value_at(entries, i);
		const struct application *app = known(a, entry, apps);
		enum health h;
		if (app) {
			h = application_health(a, app, value_get(entry, "desiredRevisions"), issues, NULL);
		} else {
			h = HEALTH_UNKNOWN;
			list_add(a, issues, str_format(a, "application '%s' is not there",
						       value_path_text(entry, "name", "")));
		}
		worst = health_merge(worst, h);
	}
	return worst;
}

void argocd_health_applications(struct arena *a, const struct value *check,
				const struct application_list *apps, struct list *out)
{
	const struct value *entries = value_get(check, "apps");

	for (size_t i = 0; i < value_count(entries); i++) {
		struct application *app = known(a, value_at(entries, i), apps);
		if (app)
			list_add(a, out, app);
	}
}
