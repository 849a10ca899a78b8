/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests become a project, or complaints that name file, line, column and the fix. */
#include "config/config.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/window.h"
#include "model/world.h"
#include "tap.h"

static const char pipeline[] =
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: Project\n"
	"metadata: {name: demo}\n"
	"---\n"
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: Warehouse\n"
	"metadata: {name: w, namespace: demo}\n"
	"spec:\n"
	"  subscriptions:\n"
	"  - image: {repoURL: nginx, constraint: ^1.29.0}\n"
	"---\n"
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: Stage\n"
	"metadata: {name: prod, namespace: demo}\n"
	"spec:\n"
	"  requestedFreight:\n"
	"  - origin: {kind: Warehouse, name: w}\n"
	"    sources: {stages: [test], requiredSoakTime: 30m}\n"
	"---\n"
	"apiVersion: kargo.akuity.io/v1alpha1\n"
	"kind: Stage\n"
	"metadata: {name: test, namespace: demo}\n"
	"spec:\n"
	"  requestedFreight:\n"
	"  - origin: {kind: Warehouse, name: w}\n"
	"    sources: {direct: true}\n"
	"  promotionTemplate: {spec: {steps: [{uses: fail}]}}\n"
	"---\n"
	"apiVersion: v1\n"
	"kind: Secret\n"
	"metadata: {name: s, namespace: demo}\n"
	"data: {password: czNjcmV0LXdvcmQ=}\n";

static bool load(struct arena *a, const char *text, struct config **out, struct list *complaints)
{
	const struct config_file file = { .name = "demo.yaml", .text = str_of(text) };

	return config_load(a, &file, 1, out, complaints);
}

static const char newer_stage[] =
	"{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Stage\","
	"\"metadata\":{\"name\":\"test\",\"namespace\":\"demo\"},"
	"\"spec\":{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},"
	"\"sources\":{\"direct\":true,\"ripeness\":\"Sweet\"}}],\"colour\":\"green\","
	"\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"sing\",\"mood\":3}]}}}}";

TEST(what_a_newer_kargo_has_admitted_is_not_judged_again)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	struct config *config = NULL;
	const struct project *p;
	struct value *object;
	struct err e;

	if (!ok(json_parse(a, newer_stage, strlen(newer_stage), &object, &e), "it is JSON"))
		return;
	const struct config_file file = { .name = "stages/test", .object = object };
	(void)!config_load(a, &file, 1, &config, &complaints);
	p = config_project(config, NULL);
	is_text(p ? p->name : "", "demo", "its namespace is the project");
	is_text(p->stages[0]->fault, NULL, "fields that are not known here do no harm");
	is_number(p->stages[0]->nrequests, 1, "what is known of it is read");
	is_number(p->stages[0]->nsteps, 1, "steps of a kind that is not known count, too");
	for (size_t i = 0; i < complaints.count; i++)
		ok(!strstr(((struct complaint *)complaints.items[i])->message, "no such field"),
		   "nobody is told of fields that this version does not know");
}

TEST(a_pipeline_is_read)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	struct config *config = NULL;
	const struct project *p;

	ok(load(a, pipeline, &config, &complaints), "it loads");
	is_number(complaints.count, 0, "without a complaint");
	p = config_project(config, NULL);
	is_text(p->name, "demo", "the project");
	is_number(p->nwarehouses, 1, "one warehouse");
	is_text(p->warehouses[0]->subscriptions[0].strategy, "SemVer", "with Kargo's defaults");
	is_text(p->stages[0]->name, "test", "upstream comes first");
	ok(p->stages[1]->production && !p->stages[0]->production, "the last stage is production");
	is_number(p->stages[1]->requests[0].soak, INT64_C(1800000000000), "the soak time, in ns");
	is_text(value_path_text(p->secrets, "s.stringData.password", ""), "s3cret-word",
		"secret data is decoded");
}

static void complains(const char *from, const char *to, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *at = strstr(pipeline, from);
	struct list complaints = { 0 };
	struct config *config = NULL;
	const struct complaint *c;
	char *text = str_format(a, "%.*s%s%s", (int)(at - pipeline), pipeline, to, at + strlen(from));

	load(a, text, &config, &complaints);
	if (!ok(complaints.count > 0, "%s instead of %s is noticed", to, from))
		return;
	c = complaints.items[0];
	is_text(str_format(a, "%s:%u:%u: %s", c->file, c->line, c->column, c->message), want,
		"and said with its place");
}

TEST(what_is_wrong_is_said_with_its_place)
{
	complains("stages: [test]", "stages: [tset]",
		  "demo.yaml:17:3: stage prod: there is no stage \"tset\" upstream");
	complains("requiredSoakTime: 30m", "requiredSoakTime: 30 minutes",
		  "demo.yaml:18:49: stage prod: spec.requestedFreight[0].sources.requiredSoakTime: "
		 "\"30 minutes\" is not a duration; write h, m and s: 90s, 1h30m");
	complains("uses: fail", "task: {name: deploy}",
		  "demo.yaml:27:45: stage test: step 1: there is no PromotionTask \"deploy\"");
	complains("czNjcmV0LXdvcmQ=", "s3cret!",
		  "demo.yaml:32:18: data.password: is not base64; stringData takes plain text");
	complains("kind: Warehouse\n", "kind: [\n", "demo.yaml:8:1: did not find expected ',' or ']'");
	complains("sources: {direct: true}", "sources: {stages: [prod]}",
		  "demo.yaml:12:1: stage prod: is upstream of itself: no freight can ever get there");
}

TEST(all_errors_come_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	struct config *config = NULL;

	ok(!load(a,
		 "apiVersion: kargo.akuity.io/v1alpha1\nkind: Stage\nmetadata: {name: a, namespace: p}\n"
		 "spec: {requestedFreight: [{origin: {name: x}, sources: {direct: true}}]}\n"
		 "---\n"
		 "apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\nmetadata: {name: w, namespace: p}\n"
		 "spec: {interval: often}\n",
		 &config, &complaints),
	   "two errors are errors");
	ok(complaints.count >= 3, "both are told, and the missing project: %zu", complaints.count);
}

/* The pipeline with one text in place of another, loaded. */
static const struct project *changed(struct arena *a, const char *from, const char *to,
				     struct list *complaints)
{
	const char *at = strstr(pipeline, from);
	struct config *config = NULL;
	struct project *p = NULL;
	struct err e;

	load(a, str_format(a, "%.*s%s%s", (int)(at - pipeline), pipeline, to, at + strlen(from)), &config,
	     complaints);
	if (!config_choose(config, NULL, &p, &e)) {
		note("%s", e.message);
		return NULL;
	}
	return p;
}

TEST(a_bad_stage_costs_itself)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p = changed(a, "requiredSoakTime: 30m", "requiredSoakTime: [30]", &complaints);

	if (!ok(p && p->nstages == 2 && p->nwarehouses == 1, "the project is there, and all in it"))
		return;
	ok(!p->stages[0]->fault && !p->warehouses[0]->fault, "the rest has no fault");
	is_text(p->stages[1]->fault, "demo.yaml:18: stage prod: spec.requestedFreight[0].sources."
		"requiredSoakTime: is a list, must be a text: put it in quotes", "the stage says what is wrong");
	is_text(p->stages[1]->requests[0].stages[0], "test", "and still where it stands");
}

TEST(a_bad_warehouse_costs_itself)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p = changed(a, "image: {", "images: {", &complaints);

	if (!ok(p && p->nwarehouses == 1 && p->nstages == 2, "the project is there, and all in it"))
		return;
	ok(p->warehouses[0]->fault != NULL, "the warehouse says why it can't be used");
	ok(!p->stages[0]->fault, "stages can still be promoted with what there is");
}

TEST(a_bad_task_costs_the_stages_that_use_it)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p =
		changed(a, "{uses: fail}]}}\n", "{task: {name: t}}]}}\n---\n"
			"apiVersion: kargo.akuity.io/v1alpha1\nkind: PromotionTask\n"
			"metadata: {name: t, namespace: demo}\nspec: {steps: []}\n", &complaints);

	if (!ok(p && p->nstages == 2, "the project is there"))
		return;
	ok(p->stages[0]->fault && strstr(p->stages[0]->fault, "task t can't be used: demo.yaml:"),
	   "its stage says which task: %s", p->stages[0]->fault);
	ok(!p->stages[1]->fault, "the other stage is fine");
	is_number(complaints.count, 1, "it is told once");
}

TEST(a_document_that_does_not_read_costs_itself)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p = changed(a, "    sources: {stages: [test], requiredSoakTime: 30m}\n",
					  "    sources: {{stage}}\n", &complaints);
	const struct complaint *c = complaints.items[0];

	is_text(str_format(a, "%s:%u:%u: %s", c->file, c->line, c->column, c->message),
		"demo.yaml:18:15: a key must be a text; did you mean ${{ … }}?", "what is wrong with it");
	is_number(complaints.count, 1, "is told, and nothing that follows from it");
	ok(p && p->nstages == 2 && p->stages[0]->fault, "its name is known from its text");
}

TEST(names_that_are_not_found_are_told_once)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p = changed(a, "name: w, namespace: demo}", "name: v, namespace: demo}",
					  &complaints);
	const struct complaint *c = complaints.items[0];

	ok(p && !p->stages[0]->fault, "Kargo admits the stages, and so do we");
	is_number(complaints.count, 1, "two stages ask for it, and one complaint");
	ok(!c->is_error && strstr(c->message, "there is no warehouse \"w\""), "%s", c->message);
}

TEST(two_of_one_name_stop_the_project)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };

	ok(!changed(a, "name: prod, ", "name: test, ", &complaints), "nobody knows which stage counts");
	complaints = (struct list){ 0 };
	ok(changed(a, "---\napiVersion: v1", "---\n"
		   "apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\n"
		   "metadata: {name: w, namespace: demo}\nspec:\n  subscriptions:\n"
		   "  - image: {repoURL: nginx, constraint: ^1.29.0}\n---\napiVersion: v1", &complaints) != NULL,
	   "the same one twice is harmless");
	is_number(complaints.count, 1, "and only warned about");
}

TEST(a_window_that_does_not_read_is_closed)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p = changed(
		a, "---\napiVersion: v1", "---\napiVersion: kargo.akuity.io/v1alpha1\nkind: ProjectConfig\n"
		"metadata: {name: demo, namespace: demo}\nspec:\n"
		"  promotionPolicies: [{stageSelector: {}, autoPromotionEnabled: true}]\n"
		"  promotionWindows: [{name: freeze, kind: Deny, dtstart: whenever}]\n---\napiVersion: v1",
		&complaints);

	if (!ok(p && p->nwindows == 1, "the project is there, with the window"))
		return;
	ok(p->windows[0].denies && p->windows[0].first.start == INT64_MIN, "which may be a freeze");
	ok(!project_auto_promotes(p, p->stages[0]), "and nothing promotes by itself");
}

TEST(what_kargo_would_ignore_is_warned_about)
{
	complains("requiredSoakTime: 30m", "requiredSoaktime: 30m",
		  "demo.yaml:18:31: stage prod: spec.requestedFreight[0].sources.requiredSoaktime: no such "
		  "field, so Kargo ignores it; did you mean requiredSoakTime?");
	complains("constraint: ^1.29.0", "semverConstraint: ^1.29.0",
		  "demo.yaml:10:29: warehouse w: spec.subscriptions[0].image.semverConstraint: removed from "
		  "Kargo; write constraint; Kargo ignores this since 1.9 and takes any version (gantry lint --fix rewrites "
		  "it)");
	complains("constraint: ^1.29.0", "allowTags: ^1",
		  "demo.yaml:10:29: warehouse w: spec.subscriptions[0].image.allowTags: removed from Kargo; "
		  "write allowTagsRegexes, a list; since 1.11 Kargo finds nothing while it is there (gantry lint "
		  "--fix rewrites it)");
}

/* What one subscription of the pipeline's warehouse becomes, as JSON. */
static const char *subscribed(struct arena *a, const char *image, struct list *complaints)
{
	const struct project *p = changed(a, "repoURL: nginx, constraint: ^1.29.0", image, complaints);

	return p && !p->warehouses[0]->fault ? json_text(a, p->warehouses[0]->subscriptions[0].spec, 0) : "";
}

TEST(fields_of_an_older_kargo_mean_what_they_meant)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };

	ok(strstr(subscribed(a, "repoURL: nginx, allowTags: ^v, ignoreTags: [v1.0, 'v2']", &complaints),
		  "\"allowTagsRegexes\":[\"^v\"],\"ignoreTagsRegexes\":[\"^v1\\\\.0$\",\"^v2$\"]"),
	   "a pattern and exact names");
	is_number(complaints.count, 2, "each is warned about");
	ok(!strstr(subscribed(a, "repoURL: nginx, allowTags: \"\", ignoreTags: []", &complaints), "TagsRegexes"),
	   "empty ones mean nothing");
	ok(strstr(subscribed(a, "repoURL: nginx, imageSelectionStrategy: Digest, semverConstraint: latest, "
			     "allowTags: ^latest$", &complaints), "\"constraint\":\"latest\""),
	   "Digest follows the tag that semverConstraint named");
	ok(!*subscribed(a, "repoURL: nginx, allowTags: '('", &complaints), "a pattern that is none is an error");
}

TEST(what_go_takes_for_absent_is_the_default)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const char *spec = subscribed(a, "repoURL: nginx, discoveryLimit: 0, imageSelectionStrategy: '', "
				      "platform: ''", &complaints);

	is_number(complaints.count, 0, "as Kargo admits it");
	ok(strstr(spec, "\"discoveryLimit\":20") && strstr(spec, "\"imageSelectionStrategy\":\"SemVer\""), "%s",
	   spec);
	ok(changed(a, "  subscriptions:", "  freightCreationCriteria: {}\n  subscriptions:", &complaints) &&
	   !complaints.count, "creation criteria without an expression are none");
}

TEST(rules_between_fields_are_kept)
{
	complains("constraint: ^1.29.0}", "imageSelectionStrategy: Digest}",
		  "demo.yaml:10:12: warehouse w: spec.subscriptions[0].image.constraint: is required with Digest: the tag to follow");
	complains("  - image: {repoURL: nginx, ",
		  "  - image: {repoURL: docker.io/library/nginx}\n  - image: {repoURL: nginx, ",
		  "demo.yaml:11:5: warehouse w: spec.subscriptions[1]: image nginx is watched already, in "
		  "line 10");
	complains("{uses: fail}", "{uses: fail, as: step-1}",
		  "demo.yaml:27:55: stage test: spec.promotionTemplate.spec.steps[0].as: step-1 is what steps "
		  "without a name are called");
}

TEST(policies_of_an_old_project_count)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	struct config *config = NULL;
	const char *at = strstr(pipeline, "---");

	ok(load(a, str_format(a, "%.*sspec: {promotionPolicies: [{stage: test, autoPromotionEnabled: true}]}\n%s",
			      (int)(at - pipeline), pipeline, at), &config, &complaints),
	   "it loads");
	ok(config && project_auto_promotes(config->projects[0], config->projects[0]->stages[0]),
	   "the stage promotes by itself");
	is_number(complaints.count, 1, "and the old way is warned about");
}

TEST(steps_of_an_older_kargo_mean_the_same)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	struct config *config = NULL;
	const char *at = strstr(pipeline, "{uses: fail}");
	const struct value *steps;

	ok(load(a, str_format(a, "%.*s{uses: git-commit, config: {path: ., messageFromSteps: [x, z]}}, "
			      "{uses: http, config: {url: \"${{ secrets.a.b }}\", n: \"${{ outputs.pr.prNumber }} "
			      "# 1\"}}%s", (int)(at - pipeline), pipeline, at + strlen("{uses: fail}")),
		&config, &complaints), "it loads");
	if (!config)
		return;
	steps = value_path(config->projects[0]->stages[0]->object,
			   "spec.promotionTemplate.spec.steps");
	is_text(value_path_text(value_at(steps, 0), "config.message", ""),
		"${{ outputs['x'].commitMessage }}; ${{ outputs['z'].commitMessage }}", "the message");
	is_text(value_path_text(value_at(steps, 1), "config.url", ""), "${{ secret('a').b }}",
		"a secret");
	is_text(value_path_text(value_at(steps, 1), "config.n", ""), "${{ outputs.pr.pr.id }} # 1",
		"a pull request's number");
	is_number(complaints.count, 3, "each is warned about");
}

TEST(steps_that_named_steps_are_expressions)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	const struct project *p = changed(
		a, "{uses: fail}", "{uses: argocd-update, config: {apps: [{name: x, sources: [{repoURL: u, "
		"desiredCommitFromStep: commit}]}]}}, {uses: helm-update-image, config: {path: v.yaml, images: "
		"[{image: nginx, key: image.tag, value: Tag}]}}", &complaints);
	const struct value *steps = value_path(p->stages[0]->object, "spec.promotionTemplate.spec.steps");

	is_text(value_path_text(value_at(value_path(value_at(value_path(value_at(steps, 0), "config.apps"), 0),
						    "sources"), 0), "desiredRevision", ""),
		"${{ outputs['commit'].commit }}", "desiredCommitFromStep");
	is_text(value_path_text(value_at(steps, 1), "uses", ""), "yaml-update", "helm-update-image");
	is_text(value_path_text(value_at(value_path(value_at(steps, 1), "config.updates"), 0), "value", ""),
		"${{ imageFrom('nginx').Tag }}", "sets the freight's tag");
	is_number(complaints.count, 2, "each is warned about");
}

TEST(other_tools_may_have_a_key_twice)
{
	static const char deployment[] = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d, name: d}\n";
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	struct config *config = NULL;

	ok(load(a, str_format(a, "%s%s", pipeline, deployment), &config, &complaints), "it loads");
	is_number(complaints.count, 0, "nothing is said of what is not Kargo's");
	ok(load(a, str_format(a, "%s---\n%s", deployment, pipeline), &config, &complaints), "the other way round, too");
	is_number(complaints.count, 0, "nothing is said of what is not Kargo's");
}

/* Warnings are bounded; an error behind them is a fault nevertheless. */
TEST(an_error_behind_very_many_warnings_is_told)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list complaints = { 0 };
	struct config *config = NULL;
	const struct complaint *first;
	const char *keys = "";

	for (int i = 0; i < 1100; i++)
		keys = str_format(a, "%s, k%d: x", keys, i);
	ok(!load(a, str_format(a, "apiVersion: kargo.akuity.io/v1alpha1\nkind: Warehouse\n"
			       "metadata: {name: w, namespace: demo}\nspec: {subscriptions: [{image: "
			       "{repoURL: nginx, constraint: \"1\"%s}}], interval: often}\n", keys), &config, &complaints),
	   "it does not load");
	first = complaints.items[0];
	ok(first->is_error && strstr(first->message, "interval"), "the error comes first: %s", first->message);
	ok(config->projects[0]->warehouses[0]->fault != NULL, "the warehouse can't be used");
}
