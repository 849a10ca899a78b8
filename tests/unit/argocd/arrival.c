/* SPDX-License-Identifier: Apache-2.0 */
/* The traps of argocd-api.md 5.1, on live objects and on small ones. */
#include "argocd/arrival.h"

#include <string.h>

#include "argocd/payload.h"
#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "tap.h"

#define AT INT64_C(1763885700000)       /* 2025-11-23T08:15:00Z */
#define REVISION "19436ab289dbf664ba4e2e33a7294ea249380163"

static struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e = { 0 };

	ok(json_parse(a, text, strlen(text), &v, &e), "JSON %s", e.message);
	return v;
}

static const char *words[] = { "waiting", "paused", "failed", "there" };

static const char *judge(struct arena *a, const struct arrival_want *want,
			 struct arrival_memory *m, const struct value *object, int64_t now)
{
	struct arrival_verdict v;

	arrival_judge(a, want, m, object, now, &v);
	return str_format(a, "%s%s: %s", words[v.arrival], v.refresh ? ", refresh" : "", v.reason);
}

TEST(live_objects)
{
	static const struct { const char *file, *verdict; } cases[] = {
		{ "app-single-source-healthy.json", "waiting: healthy; making sure that it stays so" },
		{ "app-multi-source.json",
		  "waiting, refresh: Argo CD has not compared since the sync ended" },
		{ "app-missing.json", "waiting: still out of sync: ConfigMap" },
		{ "app-never-reconciled.json", "waiting: Argo CD has not compared it" },
		{ "app-operation-running-waiting-retry.json", "waiting: one or more objects failed" },
		{ "app-suspended-rollout-paused.json",
		  "waiting, refresh: Argo CD has not compared since the sync ended" },
		{ "app-progressing-rollout-paused.json", "waiting: Progressing: " },
		{ "app-degraded.json", "waiting: Degraded: " },
		{ "app-unknown-comparison-error.json", "waiting: " },
		{ "app-unknown-invalid-spec.json", "waiting: " },
	};
	AUTO(arena) struct arena *a = arena_new();
	struct arrival_want want = { 0 };

	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct arrival_memory m = { 0 };
		const char *got = judge(a, &want, &m, payload_json(a, cases[i].file), AT);
		ok(has_prefix(got, cases[i].verdict), "%s: %s", cases[i].file, got);
	}
}

TEST(healthy_must_last)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *o = payload_json(a, "app-single-source-healthy.json");
	struct arrival_want want = { .revisions = json(a, "[\"" REVISION "\"]") };
	struct arrival_memory m = { 0 };

	ok(has_prefix(judge(a, &want, &m, o, AT), "waiting: healthy"), "at first");
	ok(has_prefix(judge(a, &want, &m, o, AT + 9000), "waiting: healthy"), "nine seconds on");
	is_text(judge(a, &want, &m, o, AT + 10000), "there: healthy", "after ten it is there");
	value_set(a, value_path(o, "status.health"), "status", value_string(a, "Degraded"));
	ok(has_prefix(judge(a, &want, &m, o, AT + 11000), "failed: Degraded"),
	   "degraded after it was better is a failure at once");
}

TEST(old_states_do_not_count)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *o = payload_json(a, "app-single-source-healthy.json");
	struct arrival_want want = { .version = 889 };
	struct arrival_memory m = { 0 };

	is_text(judge(a, &want, &m, o, AT), "waiting: this state is older than the request", "888 < 889");
	want.version = 888;
	ok(has_prefix(judge(a, &want, &m, o, AT), "waiting: healthy"), "888 is new enough");
	want.uid = "another";
	is_text(judge(a, &want, &m, o, AT), "failed: the application was deleted", "made anew");
	is_text(judge(a, &want, &m, NULL, AT), "failed: the application was deleted", "or gone");
}

static bool knows(void *context, const char *newer, const char *older)
{
	const char *pair = context;

	return has_prefix(pair, newer) && has_suffix(pair, older);
}

TEST(revisions)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *o = payload_json(a, "app-single-source-healthy.json");
	struct arrival_want want = { .revisions = json(a, "[\"mine\"]") };
	struct arrival_memory m = { 0 };

	ok(has_prefix(judge(a, &want, &m, o, AT), "waiting: it follows 19436ab289db and not mine"),
	   "another revision is suspicious");
	ok(has_prefix(judge(a, &want, &m, o, AT + 60000), "failed: it follows"), "and wrong when it lasts");
	want.is_descendant = knows;
	want.context = str_format(a, "%s mine", REVISION);
	m = (struct arrival_memory){ 0 };
	ok(has_prefix(judge(a, &want, &m, o, AT), "waiting: healthy"), "a newer one with ours in it will do");
	want.context = str_format(a, "mine %s", REVISION);
	is_text(judge(a, &want, &m, o, AT), "waiting, refresh: Argo CD has not seen the commit yet",
		"an older one calls for a look");
	m.refreshed_at = AT - 1000;
	is_text(judge(a, &want, &m, o, AT), "waiting: Argo CD has not seen the commit yet",
		"but not every second");
}

static struct value *own(struct arena *a, const char *owner, const char *phase)
{
	return json(a, str_format(a, "{\"metadata\":{\"name\":\"x\"},\"status\":{\"operationState\":{"
				     "\"phase\":\"%s\",\"message\":\"m\",\"operation\":{\"info\":[{"
				     "\"name\":\"kargo.akuity.io/promotion\",\"value\":\"%s\"}]},\"syncResult\":{"
				     "\"revision\":\"r\",\"resources\":[{\"kind\":\"Job\",\"name\":\"j\","
				     "\"hookPhase\":\"Failed\",\"message\":\"boom\"}]}},\"sync\":{\"status\":"
				     "\"Synced\",\"revision\":\"r\"},\"health\":{\"status\":\"Healthy\"}}}",
				  phase, owner));
}

TEST(operations)
{
	AUTO(arena) struct arena *a = arena_new();
	struct arrival_want want = { .promotion = "p1" };
	struct arrival_memory m = { 0 };

	is_text(judge(a, &want, &m, own(a, "p1", "Failed"), AT), "failed: m; Job j: boom",
		"ours failed: why");
	is_text(judge(a, &want, &m, own(a, "p1", "Running"), AT), "waiting: m", "ours runs");
	want.revisions = json(a, "[\"q\"]");
	is_text(judge(a, &want, &m, own(a, "p1", "Succeeded"), AT), "failed: synced to r instead of q",
		"ours went elsewhere");
	want.revisions = NULL;
	ok(has_prefix(judge(a, &want, &m, own(a, "p2", "Failed"), AT), "waiting: healthy"),
	   "another's failure is not ours");
	ok(m.disowned, "which is remembered");
	m = (struct arrival_memory){ 0 };
	struct value *none = json(a, "{\"metadata\":{},\"status\":{}}");
	ok(has_prefix(judge(a, &want, &m, none, AT), "waiting: the sync was not picked up"), "not yet");
	ok(has_prefix(judge(a, &want, &m, none, AT + 120000), "failed: the sync was not picked up"),
	   "nor after two minutes");
}

TEST(images_say_whether_pods_are_new)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *o = json(a, "{\"metadata\":{},\"status\":{\"sync\":{\"status\":\"Synced\"},\"health\":{"
				  "\"status\":\"Healthy\"},\"summary\":{\"images\":[\"h:5000/x:1\",\"h:5000/x:2\","
				  "\"y@sha256:a\"]}}}");
	struct arrival_want want = { .images = json(a, "[\"h:5000/x:2\"]") };
	struct arrival_memory m = { 0 };

	is_text(judge(a, &want, &m, o, AT), "waiting: pods of another version are still running", "old ones");
	want.images = json(a, "[\"y:1\"]");
	is_text(judge(a, &want, &m, o, AT), "waiting: no pod runs y:1 yet", "none yet");
	want.images = json(a, "[\"y@sha256:a\"]");
	ok(has_prefix(judge(a, &want, &m, o, AT), "waiting: healthy"), "by digest");
}
