/* SPDX-License-Identifier: Apache-2.0 */
/* Stage health over objects that a live Argo CD gave. */
#include "argocd/health.h"

#include <string.h>

#include "argocd/decode.h"
#include "argocd/payload.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "data/json.h"
#include "data/value.h"
#include "model/application.h"
#include "tap.h"

static struct application *read_app(struct arena *a, const char *file)
{
	struct application *app = NULL;
	struct err e = { 0 };

	ok(application_read(a, payload_json(a, file), 0, &app, &e), "%s is read", file);
	return app;
}

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e = { 0 };

	ok(json_parse(a, text, strlen(text), &v, &e), "JSON %s", e.message);
	return v;
}

/* The verdict and the first issue. */
static const char *verdict(struct arena *a, const char *file, const char *desired)
{
	struct list issues = { 0 };
	enum health h = application_health(a, read_app(a, file), desired ? json(a, desired) : NULL,
					   &issues, NULL);

	return str_format(a, "%s%s%s", health_name(h), issues.count ? ": " : "",
			  issues.count ? (const char *)issues.items[0] : "");
}

TEST(first_match_wins)
{
	static const struct { const char *file, *desired, *verdict; } cases[] = {
		{ "app-single-source-healthy.json", NULL, "Healthy" },
		{ "app-single-source-healthy.json", "[\"19436ab289dbf664ba4e2e33a7294ea249380163\"]",
		  "Healthy" },
		{ "app-single-source-healthy.json", "[\"aaaaaaaaaaaaaaaa\"]",
		  "Unhealthy: application 'demo-dev' is at revision 19436ab289db and not at "
		  "aaaaaaaaaaaa, which was promoted" },
		{ "app-single-source-healthy.json", "[\"x\",\"\"]",
		  "Unknown: application 'demo-dev' has another number of sources than when it was "
		  "promoted" },
		{ "app-multi-source.json", "[\"\",\"7e721393cbf2c24f6dd1a67409795d3162283b50\"]", "Healthy" },
		{ "app-degraded.json", NULL,
		  "Unhealthy: application 'guestbook-staging' is Degraded: Caused by "
		  "apps/Deployment:guestbook-staging/guestbook-ui" },
		{ "app-progressing-rollout-paused.json", NULL,
		  "Progressing: application 'rollouts-demo-prod' is Progressing: Caused by "
		  "apps/Deployment:rollouts-demo/worker" },
		{ "app-suspended-rollout-paused.json", NULL,
		  "Progressing: application 'web-prod' is Suspended" },
		{ "app-missing.json", NULL, "Unhealthy: application 'shut' is Missing" },
		{ "app-never-reconciled.json", NULL,
		  "Progressing: application 'fresh' is not assessed yet" },
		{ "app-operation-running-waiting-retry.json", "[\"x\"]",
		  "Unknown: application 'bad' was not compared since its newest sync ended" },
	};
	AUTO(arena) struct arena *a = arena_new();

	for (size_t i = 0; i < COUNTOF(cases); i++)
		is_text(verdict(a, cases[i].file, cases[i].desired), cases[i].verdict, "%s",
			cases[i].file);
	ok(has_prefix(verdict(a, "app-unknown-comparison-error.json", NULL),
		      "Unhealthy: application 'demo-staging' has an error: "), "a comparison error");
}

TEST(an_outage_behind_argocd_is_no_verdict_on_what_runs)
{
	static const char text[] = "{\"metadata\":{\"name\":\"web\"},\"status\":{\"conditions\":[{\"type\":"
		"\"ComparisonError\",\"message\":\"Failed to load target state: rpc error: code = Unavailable "
		"desc = connection error\"}]}}";
	AUTO(arena) struct arena *a = arena_new();
	struct application *app = NULL;
	struct list issues = { 0 };
	struct err e;

	ok(application_read(a, json(a, text), 0, &app, &e), "an application whose repository server is down");
	is_number((int64_t)application_health(a, app, NULL, &issues, NULL), HEALTH_UNKNOWN, "is unknown");
	is_text(issues.items[0], "application 'web' can't be compared now: Failed to load target state: rpc "
		"error: code = Unavailable desc = connection error", "in Argo CD's own words");
}

TEST(a_check_is_as_bad_as_its_worst)
{
	AUTO(arena) struct arena *a = arena_new();
	struct application *apps[] = { read_app(a, "app-single-source-healthy.json"),
				       read_app(a, "app-degraded.json") };
	struct application *const *const pages[] = { apps };
	const struct application_list all = { pages, 2 };
	struct list issues = { 0 }, found = { 0 };
	struct value *check = json(a, "{\"apps\":[{\"name\":\"demo-dev\",\"namespace\":\"argocd\"},"
				      "{\"name\":\"guestbook-staging\"}]}");
	struct value *gone = json(a, "{\"apps\":[{\"name\":\"demo-dev\"},{\"name\":\"nobody\"}]}");

	ok(argocd_health(a, check, &all, &issues) == HEALTH_UNHEALTHY, "the worst counts");
	is_number(issues.count, 1, "and is told");
	ok(argocd_health(a, gone, &all, &issues) == HEALTH_UNKNOWN, "a missing one is unknown");
	is_text(issues.items[1], "application 'nobody' is not there", "and named");
	argocd_health_applications(a, check, &all, &found);
	ok(found.count == 2 && found.items[1] == apps[1], "those that a check names");
	ok(argocd_health(a, json(a, "{}"), &all, &issues) == HEALTH_HEALTHY, "nothing is healthy");
}
