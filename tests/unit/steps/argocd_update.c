/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a configuration may say, and an Argo CD that misses a sync; what else happens over REST is tested
 * with the demonstration's Argo CD.
 */
#include <string.h>

#include "argocd/client.h"
#include "argocd/play.h"
#include "argocd/update.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "net/server.h"
#include "steps/params.h"
#include "steps/step.h"
#include "tap.h"

static const char *complaint(struct arena *a, const char *text)
{
	struct value *v;
	struct err e = { 0 };

	if (!json_parse(a, text, strlen(text), &v, &e) ||
	    !params_check(&step_argocd_update, v, &e) || !step_argocd_update.check(v, &e))
		return str_copy(a, e.message);
	return "";
}

TEST(rules_beyond_the_table)
{
	AUTO(arena) struct arena *a = arena_new();

	is_text(complaint(a, "{\"apps\":[{\"name\":\"x\"}]}"), "", "a name is enough");
	is_text(complaint(a, "{\"apps\":[{\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}]}"), "",
		"so is a selector");
	is_text(complaint(a, "{\"apps\":[{\"name\":\"x\",\"selector\":{\"matchLabels\":{\"a\":\"b\"}}}]}"),
		"apps[0]: give name or selector, not both", "not both");
	is_text(complaint(a, "{\"apps\":[{\"selector\":{\"matchLabels\":{\"a\":1}}}]}"),
		"apps[0].selector.matchLabels.a: must be a text", "a label is a text");
	is_text(complaint(a, "{\"apps\":[{}]}"), "apps[0]: give name or selector", "not neither");
	ok(strstr(complaint(a, "{\"apps\":[{\"selector\":{}}]}"), "chooses nothing"), "nor an empty one");
	ok(strstr(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\","
			       "\"updateTargetRevision\":true}]}]}"), "needs a desiredRevision"),
	   "a target revision needs a revision");
	ok(strstr(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\",\"kustomize\":"
			       "{\"images\":[{\"repoURL\":\"i\",\"tag\":\"1\",\"digest\":\"d\"}]}}]}]}"),
		  "not both"), "tag or digest");
	is_text(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\","
			     "\"kustomize\":{}}]}]}"), "", "no images are none to set");
	ok(strstr(complaint(a, "{\"apps\":[{\"name\":\"x\",\"sources\":[{\"repoURL\":\"r\","
			       "\"desiredRevision\":\"\"}]}]}"), "desiredRevision"),
	   "an empty revision is none");
}

TEST(selectors_as_the_api_takes_them)
{
	static const char text[] =
		"{\"matchLabels\":{\"a\":\"b\",\"c/d\":\"\"},\"matchExpressions\":["
		"{\"key\":\"e\",\"operator\":\"In\",\"values\":[\"f\",\"g\"]},"
		"{\"key\":\"h\",\"operator\":\"NotIn\",\"values\":[\"i\"]},"
		"{\"key\":\"j\",\"operator\":\"Exists\"},{\"key\":\"k\",\"operator\":\"DoesNotExist\"}]}";
	AUTO(arena) struct arena *a = arena_new();
	struct value *v = NULL;
	struct err e;

	ok(json_parse(a, text, strlen(text), &v, &e), "a selector");
	is_text(argocd_selector_text(a, v), "a=b,c/d=,e in (f,g),h notin (i),j,!k", "as a text");
}

/* An Argo CD that takes up a sync only when it is asked to refresh the application. */
struct deaf_argocd {
	struct argocd_play play;
	const char *config;             /* of the step */
	int status;                     /* what a refresh is answered; 200: it works */
	bool is_asked, is_synced, denies;
	const char *owner;              /* of the operation that it missed: a promotion */
	const struct step_def *step;
	unsigned syncs, refreshes;
};

#define DEAF_OPERATION "{\"info\":[{\"name\":\"" UPDATE_INFO "\",\"value\":\"%s\"}]}"

static void deaf_argocd_answer(void *context, struct arena *a, const struct server_request *rq,
			       struct server_reply *reply)
{
	struct deaf_argocd *t = context;
	const char *name = rq->path + strlen("/api/v1/applications/");

	reply->type = "application/json";
	if (t->denies) {
		reply->status = 403;
		reply->body = str_of("{\"error\":\"permission denied\",\"code\":7,\"message\":\"permission denied\"}");
		return;
	}
	if (strcmp(rq->method, "POST") == 0) {
		t->syncs++;
		t->is_asked = true;
	} else if (same_text(server_parameter(a, rq, "refresh"), "normal")) {
		t->refreshes++;
		reply->status = t->status;
		t->is_synced = t->is_asked && t->status == 200;
	}
	const char *operation = str_format(a, DEAF_OPERATION, t->owner);
	const char *status = t->is_asked ? str_format(a, ",\"operation\":%s", operation) : "";

	if (t->is_synced)
		status = str_format(
			a, ",\"status\":{\"health\":{\"status\":\"Healthy\"},"
			   "\"sync\":{\"status\":\"Synced\"},\"reconciledAt\":\"2026-01-01T00:00:01Z\","
			   "\"operationState\":{\"phase\":\"Succeeded\","
			   "\"finishedAt\":\"2026-01-01T00:00:00Z\",\"operation\":%s,"
			   "\"syncResult\":{\"revision\":\"b\"}}}", operation);

	reply->body = str_of(str_format(
		a, "{\"metadata\":{\"name\":\"%.3s\",\"namespace\":\"argocd\",\"annotations\":"
		   "{\"kargo.akuity.io/authorized-stage\":\"demo:test\"}},\"spec\":{\"source\":{"
		   "\"repoURL\":\"https://g.example/x\"}}%s}", name, status));
}

/* What the step noted, as it is that much later. */
static const struct value *deaf_argocd_later(struct arena *a, const struct value *memory, int64_t ms)
{
	struct value *later = value_copy(a, memory);

	for (size_t i = 0; i < value_count(later); i++) {
		struct value *note = later->map.members[i].value;
		int64_t at = 0;

		if (value_is(note, VALUE_INT)) {        /* argocd-wait's */
			note->integer -= ms;
			continue;
		}
		ok(value_integer(value_get(note, "at"), &at), "the step notes when it asked");
		value_set(a, note, "at", value_int(a, at - ms));
	}
	return later;
}

/* One look of the step; NULL memory: it was resumed. */
static bool deaf_argocd_try(struct deaf_argocd *t, const struct value *memory,
			    struct step_result *result, struct err *e)
{
	static const bool never;
	const struct step_subject subject = { .project = "demo", .stage = "test", .promotion = "p" };
	const struct step_services services = { .argocd = t->play.client };
	struct step_run r = { .arena = t->play.arena, .subject = &subject, .services = &services,
			      .cancelled = &never, .memory = memory };
	struct value *v = NULL;

	*result = (struct step_result){ .status = STEP_SUCCEEDED, .memory = memory };
	ok(json_parse(t->play.arena, t->config, strlen(t->config), &v, e), "a configuration");
	r.config = v;
	return t->step->run(&r, result, e);
}

static struct step_result deaf_argocd_look(struct deaf_argocd *t, const struct value *memory)
{
	struct step_result result;
	struct err e = { 0 };

	ok(deaf_argocd_try(t, memory, &result, &e), "a look %s", e.message);
	return result;
}

static const struct step_def *const steps[] = { &step_argocd_update, &step_argocd_wait };

/* step: which looks. Returns the play's arena. */
static struct arena *deaf_argocd_begin(struct deaf_argocd *t, const struct step_def *step)
{
	*t = (struct deaf_argocd){ .status = 503, .config = "{\"apps\":[{\"name\":\"web\"}]}",
				  .owner = "p", .step = step };
	argocd_play_begin(&t->play, "", deaf_argocd_answer, t);
	return t->play.arena;
}

static void auto_deaf_argocd(struct deaf_argocd *t)
{
	argocd_play_end(&t->play);
}

TEST(a_sync_that_argocd_missed_starts_after_a_refresh)
{
	AUTO(deaf_argocd) struct deaf_argocd t;
	struct arena *a = deaf_argocd_begin(&t, &step_argocd_update);
	struct step_result result;

	result = deaf_argocd_look(&t, NULL);
	result = deaf_argocd_look(&t, result.memory);
	is_number(t.refreshes, 0, "a sync is given time to start");
	(void)deaf_argocd_look(&t, NULL);
	is_number(t.refreshes, 0, "also when the promotion was resumed meanwhile");
	result = deaf_argocd_look(&t, deaf_argocd_later(a, result.memory, 10000));
	is_number(t.refreshes, 1, "10 s later Argo CD is asked to refresh the application");
	is_number(result.status, STEP_RUNNING, "which it refuses, so the step goes on waiting");
	result = deaf_argocd_look(&t, result.memory);
	is_number(t.refreshes, 1, "and does not ask again at once");
	t.status = 200;
	result = deaf_argocd_look(&t, deaf_argocd_later(a, result.memory, 20000));
	is_number(t.refreshes, 2, "but 20 s after that");
	result = deaf_argocd_look(&t, result.memory);
	is_number(result.status, STEP_SUCCEEDED, "and the sync was done");
	is_number(t.syncs, 1, "having been asked for once");
}

TEST(refreshes_that_fail_are_tried_one_at_a_look)
{
	AUTO(deaf_argocd) struct deaf_argocd t;
	struct arena *a = deaf_argocd_begin(&t, &step_argocd_update);
	struct step_result result;

	t.config = "{\"apps\":[{\"name\":\"web\"},{\"name\":\"api\"}]}";
	t.is_asked = true;
	result = deaf_argocd_look(&t, NULL);
	result = deaf_argocd_look(&t, deaf_argocd_later(a, result.memory, 10000));
	is_number(t.refreshes, 1, "the first application is asked for, and that fails");
	result = deaf_argocd_look(&t, result.memory);
	is_number(t.refreshes, 2, "the second one waits for the next look");
	result = deaf_argocd_look(&t, result.memory);
	is_number(t.refreshes, 2, "then neither for a while");
	is_number(t.syncs, 0, "and nothing is asked for twice");
}

TEST(a_sync_of_somebody_else_that_argocd_missed_is_not_waited_for_in_vain)
{
	for (size_t i = 0; i < COUNTOF(steps); i++) {
		AUTO(deaf_argocd) struct deaf_argocd t;
		struct arena *a = deaf_argocd_begin(&t, steps[i]);
		struct step_result result;

		t.owner = "somebody-else";
		t.is_asked = true;
		t.status = 200;
		result = deaf_argocd_look(&t, NULL);
		result = deaf_argocd_look(&t, result.memory);
		is_number(t.refreshes, 0, "%s gives it time to start", steps[i]->kind);
		is_number(t.syncs, 0, "and asks for none beside it");
		result = deaf_argocd_look(&t, deaf_argocd_later(a, result.memory, 10000));
		is_number(t.refreshes, 1, "10 s later Argo CD is asked to refresh the application");
		t.owner = i ? t.owner : "p";
		t.is_asked = false;
		t.is_synced = i > 0;
		result = deaf_argocd_look(&t, result.memory);
		is_number(t.syncs, i ? 0 : 1, i ? "and it is done" : "then ours follows at once");
		is_number(result.status, i ? STEP_SUCCEEDED : STEP_RUNNING, "as each step waits");
	}
}

TEST(each_sync_is_given_time_to_start)
{
	AUTO(deaf_argocd) struct deaf_argocd t;
	struct arena *a = deaf_argocd_begin(&t, &step_argocd_update);
	struct step_result result;

	t.owner = "somebody-else";
	t.is_asked = true;
	result = deaf_argocd_look(&t, NULL);
	t.owner = "p";
	t.is_asked = false;
	result = deaf_argocd_look(&t, deaf_argocd_later(a, result.memory, 60000));
	is_number(t.syncs, 1, "a sync follows that of somebody else");
	result = deaf_argocd_look(&t, result.memory);
	is_number(t.refreshes, 0, "it is not refreshed at once, though the other was seen long ago");
	result = deaf_argocd_look(&t, deaf_argocd_later(a, result.memory, 10000));
	is_number(t.refreshes, 1, "but 10 s later");
}

/* As Argo CD refuses for a moment after its start, and for good what is not there. */
TEST(a_refusal_is_final_only_when_it_lasts)
{
	for (size_t i = 0; i < COUNTOF(steps); i++) {
		AUTO(deaf_argocd) struct deaf_argocd t;
		struct arena *a = deaf_argocd_begin(&t, steps[i]);
		struct step_result result;
		struct err e = { 0 };

		t.denies = true;
		ok(!deaf_argocd_try(&t, NULL, &result, &e) && e.passes, "%s waits: %s", steps[i]->kind, e.message);
		t.denies = false;
		result = deaf_argocd_look(&t, deaf_argocd_later(a, result.memory, 50000));
		is_number(result.status, STEP_RUNNING, "it is seen, and the step goes on");
		t.denies = true;
		e = (struct err){ 0 };
		ok(!deaf_argocd_try(&t, deaf_argocd_later(a, result.memory, 50000), &result, &e) && e.passes,
		   "the next refusal counts anew: %s", e.message);
		e = (struct err){ 0 };
		ok(!deaf_argocd_try(&t, deaf_argocd_later(a, result.memory, 60000), &result, &e) && !e.passes,
		   "a minute later it is final: %s", e.message);
	}
}
