/* SPDX-License-Identifier: Apache-2.0 */
/* A repository's root holds more than Kargo's manifests: only they count. */
#include "config/foreign.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/config.h"
#include "config/load.h"
#include "model/project.h"
#include "model/world.h"
#include "tap.h"

#define KARGO "apiVersion: kargo.akuity.io/v1alpha1\n"

static const char project[] =
	KARGO "kind: Project\nmetadata: {name: shop}\n---\n"
	KARGO "kind: Warehouse\nmetadata: {name: shop, namespace: shop}\n"
	"spec: {subscriptions: [{image: {repoURL: registry.example.com/shop}}]}\n";

static const char settings[] = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: b}\n";

/* All complaints, one a line, of the project and one more file. */
static const char *beside(struct arena *a, const char *name, const char *text, struct loaded *out)
{
	const struct config_file files[] = {
		{ .name = "r/kargo.yaml", .text = str_of(project) },
		{ .name = name, .text = str_of(text) },
	};
	struct list complaints = { 0 };
	const char *all = "";

	if (!load_objects(a, files, COUNTOF(files), out, &complaints))
		all = "";
	for (size_t i = 0; i < complaints.count; i++) {
		const struct complaint *c = complaints.items[i];

		all = str_format(a, "%s%s%s:%u: %s: %s", all, i ? "\n" : "", c->file, c->line,
				 c->is_error ? "error" : "warning", c->message);
	}
	return all;
}

static void is_left_out(const char *name, const char *text, const char *what)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, name, text, &loaded), "", "%s: nothing is said", what);
	is_number(loaded.left_out.count, 1, "and it is left out");
}

TEST(files_of_other_tools_are_left_out)
{
	is_left_out("r/c.yaml", settings, "an application's ConfigMap");
	is_left_out("r/p.yaml", "- op: replace\n  path: /spec/replicas\n  value: 2\n", "a patch that is a list");
	is_left_out("r/chart/templates/svc.yaml", "kind: Service\nmetadata:\n  name: {{ .Release.Name }}\n",
		    "a chart's template");
	is_left_out("r/tsconfig.json", "{ \"a\": [1, // no JSON\n] }", "a file that does not read");
	is_left_out("r/app.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n"
		    "  name: a\n  annotations: {kargo.akuity.io/authorized-stage: \"shop:test\"}\n",
		    "an application of Argo CD");
	is_left_out("r/a.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: AnalysisTemplate\n"
		    "metadata: {name: a, namespace: web}\nspec: {}\n", "analysis in another namespace");
}

TEST(secrets_count_where_they_say_so)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: git\n"
		       "  labels: {kargo.akuity.io/cred-type: git}\nstringData: {repoURL: x}\n", &loaded), "",
		"by a label of Kargo's");
	is_number(loaded.left_out.count, 0, "it is not left out");
	is_text(beside(a, "r/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: git, namespace: shop}\n"
		       "stringData: {a: b}\n", &loaded), "", "by a project's namespace");
	is_number(loaded.left_out.count, 0, "it is not left out");
}

TEST(an_object_that_is_not_utf_8_is_not_lost)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/s.yaml", "# f\xfcr alle\r\n" KARGO "kind: Stage\nmetadata:\r\n  name: test\n"
		       "  namespace: shop\nspec: {}\n", &loaded),
		"r/s.yaml:1: error: invalid leading UTF-8 octet", "a byte of Latin-1 in a comment is told");
	ok(loaded.config && config_project(loaded.config, "shop")->nstages == 1, "and the stage is known to be there");
}

TEST(an_expression_in_the_braces_of_a_map_wants_quotes)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/s.yaml", "---\n# first\n---\n" KARGO "kind: Stage\nmetadata: {name: test}\n"
		       "spec: {vars: [{name: a, value: x${{ ctx.stage }}, b: c}]}\n", &loaded),
		"r/s.yaml:7: error: did not find expected ',' or '}'; put what holds ${{ … }} in quotes",
		"and the line says so");
}

TEST(a_chart_with_objects_of_kargo_is_named)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/chart/templates/stage.yaml",
		       KARGO "kind: Stage\nmetadata:\n  name: {{ .Values.name }}\n---\n"
		       KARGO "kind: Stage\nmetadata:\n  name: {{ .Values.other }}\n", &loaded),
		"r/chart/templates/stage.yaml:4: warning: a Helm template: render it first (helm template r/chart) "
		"and name what comes of it", "once a chart");
	is_text(loaded.config->unrendered, "r/chart/templates/stage.yaml is a Helm template", "and kept for who finds no project");
	ok(strstr(beside(a, "r/chart/templates/stage.yaml",
			 KARGO "kind: Stage\nmetadata: {name: \"{{ .Values.name }}\", namespace: shop}\n", &loaded),
		  "a Helm template"), "also where it reads as YAML");
}

TEST(patches_of_kustomizations_are_left_out)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *patch = KARGO "kind: Warehouse\nmetadata: {name: shop, namespace: shop}\nspec: {interval: 1h}\n";
	const struct config_file files[] = {
		{ .name = "r/base/kargo.yaml", .text = str_of(project) },
		{ .name = "r/prod/change.yaml", .text = str_of(patch) },
		{ .name = "r/prod/kustomization.yaml",
		  .text = str_of("resources: [../base]\npatches:\n- path: ./change.yaml\n") },
	};
	struct list complaints = { 0 };
	struct loaded loaded = { 0 };

	ok(load_objects(a, files, COUNTOF(files), &loaded, &complaints) && !complaints.count,
	   "a patch is no second warehouse");
	is_number(loaded.left_out.count, 2, "the patch and the kustomization are left out");
}

TEST(kinds_that_kargo_has_not_are_refused)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/s.yaml", KARGO "kind: Stages\nmetadata: {name: s}\n", &loaded),
		"r/s.yaml:2: error: Kargo has no kind \"Stages\"; did you mean Stage?", "with the nearest");
	is_text(beside(a, "r/s.yaml", KARGO "kind: AnalysisTemplate\nmetadata: {name: s}\n", &loaded),
		"r/s.yaml:1: error: apiVersion: \"kargo.akuity.io/v1alpha1\" has no kind AnalysisTemplate; "
		"write argoproj.io/v1alpha1", "of one of Argo's, whose it is");
	is_text(beside(a, "r/s.yaml", KARGO "kind: Secret\nmetadata: {name: s}\n", &loaded),
		"r/s.yaml:1: error: apiVersion: \"kargo.akuity.io/v1alpha1\" has no kind Secret; write v1",
		"and of one of Kubernetes'");
}

TEST(a_folder_without_a_project_says_so)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct config_file file = { .name = "c.yaml", .text = str_of(settings) };
	struct list complaints = { 0 };
	struct config *config = NULL;
	struct project *p;
	struct err e;

	ok(config_load(a, &file, 1, &config, &complaints), "that is no mistake in a file");
	ok(!config_choose(config, NULL, &p, &e), "but there is nothing to run");
	is_text(e.message, "no Kargo project: neither a Project nor a Stage or Warehouse with a namespace", "why");
}

TEST(a_template_of_envsubst_is_named_once)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/s.yaml", KARGO "kind: Stage\nmetadata: {name: \"${APP}-test\", namespace: shop}\n---\n"
		       KARGO "kind: Stage\nmetadata: {name: \"${APP}-prod\", namespace: shop}\nspec: {x: \"${Y}\"}\n",
		       &loaded),
		"r/s.yaml:3: warning: a template: fill in ${APP} first (envsubst) and name what comes of it",
		"what is in it is not judged");
}

TEST(a_placeholder_is_looked_for_within_the_text)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	char *two = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), *text;

	if (!ok(two != MAP_FAILED && mprotect(two + page, page, PROT_NONE) == 0, "a page with none behind it"))
		return;
	text = two + page - sizeof("us$");
	memcpy(text, "us$", sizeof("us$"));
	is_text(foreign_placeholder(a, text), NULL, "a $ at the end begins none, and nothing behind it is read");
	munmap(two, 2 * page);
	is_text(foreign_placeholder(a, "a$b-${PROJECT}"), "${PROJECT}", "one of envsubst");
	is_text(foreign_placeholder(a, "ghcr.io/<user>/shop"), "<user>", "one for people");
	is_text(foreign_placeholder(a, "v${{ vars.x }}"), NULL, "an expression is none");
}

TEST(lists_and_several_objects_of_json_are_read)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/s.yaml", "apiVersion: kargo.akuity.io/v1alpha1\nkind: PromotionTaskList\nitems:\n"
		       "- {metadata: {name: t, namespace: shop}, spec: {}}\n", &loaded),
		"r/s.yaml:4: error: promotionTask t: spec.steps: is required: what it does, in order",
		"what a list of tasks holds are tasks");
	is_text(beside(a, "r/s.json", "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"data\": {\"a\": \"}{\\\"\"}}\n"
		       "{\"apiVersion\": \"kargo.akuity.io/v1alpha1\", \"kind\": \"PromotionTask\",\n"
		       " \"metadata\": {\"name\": \"t\", \"namespace\": \"shop\"},\n \"spec\": {}}\n", &loaded),
		"r/s.json:4: error: promotionTask t: spec.steps: is required: what it does, in order",
		"one object of JSON after another");
}

TEST(tabs_are_named)
{
	AUTO(arena) struct arena *a = arena_new();
	struct loaded loaded = { 0 };

	is_text(beside(a, "r/s.yaml", KARGO "kind: Stage\nmetadata: {name: test}\nspec:\n\tvars: []\n", &loaded),
		"r/s.yaml:5: error: found character that cannot start any token; indent with blanks, not tabs",
		"where they indent");
}
