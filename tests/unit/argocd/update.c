/* SPDX-License-Identifier: Apache-2.0 */
/* What step argocd-update does over time: how often it syncs, what it says meanwhile, what a plan finds. */
#include "argocd/update.h"

#include <string.h>

#include "argocd/describe.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

#define WANTED "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define OTHER "ffffffffffffffffffffffffffffffffffffffff"

static struct value *parse(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e = { 0 };

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s", e.message);
	return v;
}

/* An Argo CD with one application, whose syncs end at once where its branch is. */
struct cluster {
	struct arena *a;
	struct value *app;              /* NULL: none */
	const char *ends;               /* status.operationState after a sync, with %s for the promotion */
	unsigned syncs;
	const char *said, *operation;   /* of the last sync; JSON */
};

static bool cluster_get(void *context, struct arena *a, const struct argocd_id *id, struct value **app,
			struct err *e)
{
	struct cluster *c = context;

	(void)e;
	*app = c->app && strcmp(id->name, "web") == 0 ? value_copy(a, c->app) : NULL;
	return true;
}

static bool cluster_change(void *context, struct arena *a, const struct update_change *change, struct err *e)
{
	struct cluster *c = context;

	(void)a;
	(void)e;
	c->syncs++;
	c->said = str_copy(c->a, change->said);
	c->operation = json_text(c->a, change->operation, 0);
	value_set(c->a, value_get(c->app, "status"), "operationState", parse(c->a, c->ends));
	return true;
}

static struct cluster cluster_of(struct arena *a, const char *ends)
{
	return (struct cluster){
		.a = a, .ends = ends,
		.app = parse(a, "{\"metadata\":{\"name\":\"web\",\"namespace\":\"argocd\",\"annotations\":"
				"{\"kargo.akuity.io/authorized-stage\":\"demo:test\"}},"
				"\"spec\":{\"source\":{\"repoURL\":\"https://g.example/x\"}},"
				"\"status\":{\"health\":{\"status\":\"Progressing\"},\"resources\":[{\"kind\":"
				"\"Deployment\",\"name\":\"web\",\"health\":{\"status\":\"Progressing\","
				"\"message\":\"1 of 3 updated\"}}],\"sync\":{\"status\":\"Synced\",\"revision\":\""
				OTHER "\"}}}"),
	};
}

static struct update_request request_for(struct arena *a, const char *repository)
{
	return (struct update_request){
		.project = "demo", .stage = "test", .promotion = "p", .syncs = value_map(a),
		.config = parse(a, str_format(a, "{\"apps\":[{\"name\":\"web\",\"sources\":[{\"repoURL\":\"%s\","
						 "\"desiredRevision\":\"" WANTED "\"}]}]}", repository)),
	};
}

#define ENDED(phase, message, revision)                                                     \
	"{\"phase\":\"" phase "\",\"message\":\"" message "\",\"operation\":{\"info\":[{\"name\":\"" \
	UPDATE_INFO "\",\"value\":\"p\"}]},\"syncResult\":{\"revision\":\"" revision "\"}}"

TEST(a_sync_that_misses_is_not_repeated_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cluster c = cluster_of(a, ENDED("Succeeded", "done", OTHER));
	struct update_port port = { .context = &c, .get = cluster_get, .change = cluster_change };
	struct update_request rq = request_for(a, "https://g.example/x");
	struct update_result result = { .status = STEP_PENDING };
	struct err e = { 0 };
	bool fine = true;

	for (rq.now = 1000; rq.now <= 41000; rq.now += 2000)
		fine = fine && argocd_update(a, &port, &rq, &result, &e) && result.status == STEP_RUNNING;
	ok(fine, "it waits %s", e.message);
	is_number(c.syncs, 3, "in 40 s of looks every 2 s it syncs at 0, 10 and 30 s");
	is_text(result.waits, "application 'argocd/web': health Progressing (Deployment web: 1 of 3 updated), "
			      "synced to ffffffff, wanted bbbbbbbb", "and says what it waits for");
	for (; rq.now <= 301000; rq.now += 2000)
		fine = fine && argocd_update(a, &port, &rq, &result, &e);
	is_number(c.syncs, 6, "in five minutes six times");
}

TEST(a_sync_that_ends_in_an_outage_is_asked_for_anew)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cluster c = cluster_of(a, ENDED("Error", "ComparisonError: rpc error: code = Unavailable desc = x",
					       WANTED));
	struct update_port port = { .context = &c, .get = cluster_get, .change = cluster_change };
	struct update_request rq = request_for(a, "https://g.example/x");
	struct update_result result;
	struct err e = { 0 };

	ok(argocd_update(a, &port, &rq, &result, &e) && argocd_update(a, &port, &rq, &result, &e) &&
	   result.status == STEP_RUNNING, "its repository server is down: the step waits %s", e.message);
	c.ends = ENDED("Succeeded", "done", WANTED);
	rq.now += 10000;
	ok(argocd_update(a, &port, &rq, &result, &e) && argocd_update(a, &port, &rq, &result, &e) &&
	   result.status == STEP_SUCCEEDED, "and succeeds when it is back %s", e.message);
	is_number(c.syncs, 2, "after a second sync");
	c.ends = ENDED("Failed", "one or more objects failed to apply", WANTED);
	value_remove(value_get(c.app, "status"), "operationState");
	rq.now += 100000;
	ok(argocd_update(a, &port, &rq, &result, &e) && !argocd_update(a, &port, &rq, &result, &e) &&
	   strstr(e.message, "ended as Failed: one or more objects"), "what failed by itself failed: %s",
	   e.message);
}

TEST(a_sync_says_what_kargos_own_would)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cluster c = cluster_of(a, ENDED("Succeeded", "done", WANTED));
	struct update_port port = { .context = &c, .get = cluster_get, .change = cluster_change };
	struct update_request rq = request_for(a, "https://g.example/x");
	struct update_result result;
	struct err e = { 0 };

	rq.actor = "email:ada@example.com";
	value_set(a, value_get(c.app, "spec"), "syncPolicy",
		  parse(a, "{\"retry\":{\"limit\":0,\"backoff\":{\"duration\":\"5s\"}}}"));
	ok(argocd_update(a, &port, &rq, &result, &e), "a person's promotion syncs %s", e.message);
	ok(strstr(c.operation, "\"username\":\"email:ada@example.com\""), "the operation is that person's");
	ok(strstr(c.said, "kargo-controller initiated sync"), "the event is the controller's all the same");
	ok(strstr(c.operation, "\"retry\":{\"backoff\":{\"duration\":\"5s\"}}"),
	   "and a limit of no retries is left to Argo CD's default");
}

TEST(a_plan_finds_what_is_in_the_way)
{
	AUTO(arena) struct arena *a = arena_new();
	struct cluster c = cluster_of(a, ENDED("Succeeded", "done", WANTED));
	struct update_port port = { .context = &c, .get = cluster_get, .change = cluster_change };
	struct update_request rq = request_for(a, "https://g.example/x");
	struct list apps = { 0 };
	struct err e = { 0 };

	ok(argocd_update_foresee(a, &port, &rq, &apps, &e) && apps.count == 1, "all is well %s", e.message);
	rq.stage = "prod";
	ok(!argocd_update_foresee(a, &port, &rq, &apps, &e) && strstr(e.message, "does not let stage demo:prod"),
	   "not authorised: %s", e.message);
	rq = request_for(a, "https://g.example/other");
	ok(!argocd_update_foresee(a, &port, &rq, &apps, &e) && strstr(e.message, "none of its 1 sources"),
	   "other sources: %s", e.message);
	c.app = NULL;
	ok(!argocd_update_foresee(a, &port, &rq, &apps, &e) && strstr(e.message, "there is no application 'web'"),
	   "gone: %s", e.message);
	is_number(c.syncs, 0, "and nothing was changed");
}

TEST(states_in_a_sentence)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(application_describe(a, parse(a, "{\"metadata\":{\"name\":\"web\",\"namespace\":\"argocd\"},"
						 "\"operation\":{\"sync\":{}},\"status\":{\"sync\":{\"status\":"
						 "\"OutOfSync\"}}}"), NULL),
		"application 'argocd/web': health not assessed yet, sync OutOfSync, operation asked for",
		"one that was just asked to sync");
	is_text(application_describe(a, parse(a, "{\"metadata\":{\"name\":\"web\",\"namespace\":\"argocd\"},"
						 "\"status\":{\"health\":{\"status\":\"Degraded\",\"message\":"
						 "\"back-off\\u001b[31m\"},\"operationState\":{\"phase\":\"Running\","
						 "\"message\":\"waiting for hooks\"}}}"), NULL),
		"application 'argocd/web': health Degraded (back-off?[31m), operation Running (waiting for hooks)",
		"one that is being synced, cleaned");
}
