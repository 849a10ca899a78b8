/* SPDX-License-Identifier: Apache-2.0 */
/* Stages from before Kargo 1.0 mean what they meant, and lint --fix writes that down. */
#include "config/mechanism.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/config.h"
#include "config/fix.h"
#include "config/fix_known.h"
#include "config/gather.h"
#include "config/load.h"
#include "data/json.h"
#include "data/value.h"
#include "model/world.h"
#include "tap.h"

#define KARGO "apiVersion: kargo.akuity.io/v1alpha1\n"
#define WAREHOUSE KARGO "kind: Warehouse\nmetadata: {name: w, namespace: p}\nspec:\n  subscriptions:\n" \
	"  - image: {repoURL: example.com/web}\n" \
	"  - chart: {repoURL: 'oci://example.com/charts/db'}\n"
#define GIT "  - git: {repoURL: 'https://example.com/app.git'}\n"
#define STAGE "---\n" KARGO "kind: Stage\nmetadata: {name: test, namespace: p}\nspec:\n"
#define WATCHES "  subscriptions: {warehouse: w}\n"

/* The spec that the stage's manifest comes to; *complaints is what is said of all. */
static const struct value *loaded_spec(struct arena *a, const char *text, const char *stage,
				       struct list *complaints)
{
	const struct config_file file = { .name = "k.yaml", .text = str_of(text) };
	struct loaded loaded = { 0 };

	*complaints = (struct list){ 0 };
	if (!load_objects(a, &file, 1, &loaded, complaints))
		note("%s", complaints->count ? ((struct complaint *)complaints->items[0])->message : "?");
	for (size_t i = 0; i < loaded.objects.count; i++) {
		const struct gathered *g = loaded.objects.items[i];

		if (strcmp(g->kind, "Stage") == 0 && strcmp(g->name, stage) == 0)
			return g->fault ? NULL : value_get(g->object, "spec");
	}
	return NULL;
}

static const char *spec_text(struct arena *a, const char *text)
{
	struct list complaints;
	const struct value *spec = loaded_spec(a, text, "test", &complaints);

	return spec ? json_text(a, spec, 0) : "unusable";
}

/* As lint --fix leaves it, with what it says. */
static const char *fixed(struct arena *a, const char *text, struct fix_result *result)
{
	struct config_file file = { .name = "k.yaml", .text = str_of(text) };
	struct fix_result again;
	struct fix_known known;
	struct err e;

	fix_learn(a, &file, 1, &known);
	if (!fix_file(a, &file, &known, result, &e))
		return str_copy(a, e.message);
	file.text = result->text;
	fix_learn(a, &file, 1, &known);
	ok(fix_file(a, &file, &known, &again, &e) && again.done.count == 0, "applied twice it changes nothing");
	return str_text(a, result->text);
}

TEST(subscriptions_are_requested_freight)
{
	AUTO(arena) struct arena *a = arena_new();
	struct list said;
	const char *both = WAREHOUSE STAGE WATCHES "---\n" KARGO "kind: Stage\nmetadata: {name: prod, namespace: p}\n"
		"spec:\n  subscriptions:\n    upstreamStages:\n    - name: test\n";
	const struct value *prod;

	is_text(spec_text(a, WAREHOUSE STAGE WATCHES),
		"{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},"
		"\"sources\":{\"direct\":true}}]}", "from the warehouse itself");
	prod = loaded_spec(a, both, "prod", &said);
	is_text(prod ? json_text(a, prod, 0) : "unusable",
		"{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},"
		"\"sources\":{\"stages\":[\"test\"]}}]}", "from a stage, whose warehouse is looked for");
	is_number(said.count, 3, "each is warned of, and the project that has no manifest");
	is_text(spec_text(a, WAREHOUSE STAGE "  subscriptions: {upstreamStages: [{name: uat}]}\n"), "unusable",
		"a stage that is not there leads nowhere");
}

/* Each of 60 stages follows the one before it twice, and the first the last: 2^60 ways lead up. */
TEST(stages_that_meet_again_upstream_are_looked_at_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = WAREHOUSE STAGE "  subscriptions: {warehouse: w, upstreamStages: [{name: s59}]}\n";
	const struct value *spec;
	struct list said;

	for (int i = 0; i < 60; i++) {
		const char *before = i ? str_format(a, "s%d", i - 1) : "test";

		text = str_format(a, "%s---\n" KARGO "kind: Stage\nmetadata: {name: s%d, namespace: p}\nspec:\n"
				  "  subscriptions: {upstreamStages: [{name: %s}, {name: %s}]}\n",
				  text, i, before, before);
	}
	spec = loaded_spec(a, text, "test", &said);
	is_text(spec ? json_text(a, spec, 0) : "unusable",
		"{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},"
		"\"sources\":{\"direct\":true,\"stages\":[\"s59\"]}}]}", "the warehouse is found");
}

TEST(a_git_update_is_clone_edit_commit_push)
{
	AUTO(arena) struct arena *a = arena_new();
	struct fix_result result;

	is_text(fixed(a, WAREHOUSE STAGE WATCHES
		      "  promotionMechanisms:\n    gitRepoUpdates:\n    - repoURL: https://example.com/app.git\n"
		      "      readBranch: main # reviewed\n      writeBranch: main\n      helm:\n        images:\n"
		      "        - image: example.com/web\n          valuesFilePath: test/values.yaml\n"
		      "          key: image.tag\n          value: Tag\n    argoCDAppUpdates:\n    - appName: web-test\n"
		      "      appNamespace: argocd # ours\n  verification: {analysisTemplates: []}\n", &result),
		WAREHOUSE STAGE
		"  requestedFreight:\n  - origin:\n      kind: Warehouse\n      name: w\n    sources:\n"
		"      direct: true\n  # reviewed\n  promotionTemplate:\n    spec:\n      steps:\n"
		"      - uses: git-clone\n        config:\n          repoURL: https://example.com/app.git\n"
		"          checkout:\n          - branch: main\n            create: true\n            path: ./out\n"
		"      - uses: yaml-update\n        as: update\n        config:\n          path: ./out/test/values.yaml\n"
		"          updates:\n          - key: image.tag\n"
		"            value: ${{ quote(imageFrom('example.com/web').Tag) }}\n"
		"      - uses: git-commit\n        config:\n          path: ./out\n"
		"          message: ${{ outputs['update'].commitMessage }}\n"
		"      - uses: git-push\n        as: push\n        config:\n          path: ./out\n"
		"      - uses: argocd-update\n        config:\n          apps:\n          - name: web-test\n"
		"            namespace: argocd # ours\n  verification: {analysisTemplates: []}\n", "in place");
	is_number(result.done.count, 2, "two things are told");
	is_number(result.left.count, 0, "nothing is left");
}

TEST(what_is_read_is_put_into_the_branch_to_write)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = spec_text(a, WAREHOUSE GIT STAGE WATCHES
		"  promotionMechanisms:\n    gitRepoUpdates:\n    - repoURL: https://example.com/App\n"
		"      writeBranch: stage/test\n      kustomize:\n        images:\n"
		"        - {image: example.com/web, path: ./test, useDigest: true}\n");

	ok(strstr(text, "\"checkout\":[{\"commit\":\"${{ commitFrom('https://example.com/app.git').ID }}\","
		  "\"path\":\"./src\"},{\"branch\":\"stage/test\",\"create\":true,\"path\":\"./out\"}]"),
	   "the freight's commit, since the warehouse watches the repository");
	ok(strstr(text, "{\"uses\":\"git-clear\",\"config\":{\"path\":\"./out\"}},"
		  "{\"uses\":\"copy\",\"config\":{\"inPath\":\"./src\",\"outPath\":\"./out\"}}"), "all of it");
	ok(strstr(text, "\"config\":{\"path\":\"./out/test\",\"images\":[{\"image\":\"example.com/web\","
		  "\"digest\":\"${{ imageFrom('example.com/web').Digest }}\"}]}"), "with the image's digest");
}

TEST(a_pull_request_is_opened_and_waited_for)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = spec_text(a, WAREHOUSE STAGE WATCHES
		"  promotionMechanisms:\n    gitRepoUpdates:\n    - repoURL: https://example.com/app\n"
		"      readBranch: main\n      writeBranch: main\n      pullRequest: {github: {}}\n");

	ok(strstr(text, "\"checkout\":[{\"branch\":\"main\",\"path\":\"./out\"}]"), "the branch must be there");
	ok(strstr(text, "\"generateTargetBranch\":true"), "a branch of the promotion's own is pushed");
	ok(strstr(text, "\"provider\":\"github\",\"sourceBranch\":\"${{ outputs['push'].branch }}\","
		  "\"targetBranch\":\"main\""), "and asked for");
	ok(strstr(text, "\"prNumber\":\"${{ outputs['open-pr'].pr.id }}\"},"
		  "\"if\":\"${{ status('open-pr') == 'Succeeded' }}\""), "and waited for, where one was opened");
}

TEST(argo_cd_gets_images_and_revisions)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *text = spec_text(a, WAREHOUSE GIT STAGE WATCHES
		"  promotionMechanisms:\n    origin: {kind: Warehouse, name: w}\n    argoCDAppUpdates:\n"
		"    - appName: web\n      sourceUpdates:\n      - repoURL: https://example.com/app\n"
		"        updateTargetRevision: true\n        kustomize: {images: [{image: example.com/web}]}\n"
		"      - repoURL: example.com/charts\n        chart: db\n        updateTargetRevision: true\n"
		"        helm: {images: [{image: example.com/web, key: image, value: ImageAndTag}]}\n");

	ok(strstr(text, "\"kustomize\":{\"images\":[{\"repoURL\":\"example.com/web\",\"tag\":"
		  "\"${{ quote(imageFrom('example.com/web', warehouse('w')).Tag) }}\"}]}"), "by their origin");
	ok(strstr(text, "\"chart\":\"db\",\"desiredRevision\":"
		  "\"${{ quote(chartFrom('oci://example.com/charts/db', warehouse('w')).Version) }}\","
		  "\"updateTargetRevision\":true"), "a chart's version");
	ok(strstr(text, "{\"key\":\"image\",\"value\":\"example.com/web:"
		  "${{ imageFrom('example.com/web', warehouse('w')).Tag }}\"}"), "a helm parameter");
}

TEST(what_steps_cannot_say_stops_the_stage)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *render = WAREHOUSE STAGE WATCHES "  promotionMechanisms:\n    gitRepoUpdates:\n"
		"    - {repoURL: 'https://example.com/app', writeBranch: stage/test, render: {}}\n";
	struct fix_result result;

	is_text(spec_text(a, render), "unusable", "rather than letting freight through");
	is_text(fixed(a, render, &result), render, "not half of it is rewritten");
	if (is_number(result.left.count, 1, "and it is told"))
		is_text(((struct complaint *)result.left.items[0])->message,
			"promotionMechanisms: render ran Kargo Render, for which there is no step: write "
			"promotionTemplate by hand, with kustomize-build or helm-template", "what to do");
	is_text(spec_text(a, WAREHOUSE STAGE "  subscriptions: &s {warehouse: w}\n"),
		"{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},"
		"\"sources\":{\"direct\":true}}]}", "an anchor is no hindrance to reading");
	fixed(a, WAREHOUSE STAGE "  subscriptions: &s {warehouse: w}\n", &result);
	is_number(result.left.count, 1, "but one to rewriting");
}

TEST(an_image_that_nobody_watches_is_told)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char *const updates[] = {
		"    gitRepoUpdates:\n    - repoURL: https://example.com/app\n      writeBranch: x\n"
		"      kustomize: {images: [{image: web, path: .}]}\n",
		"    argoCDAppUpdates:\n    - appName: web\n      sourceUpdates:\n"
		"      - repoURL: https://example.com/app\n        kustomize: {images: [{image: web}]}\n",
		"    argoCDAppUpdates:\n    - appName: web\n      sourceUpdates:\n"
		"      - repoURL: https://example.com/app\n"
		"        helm: {images: [{image: web, key: tag, value: Tag}]}\n",
	};

	for (size_t i = 0; i < COUNTOF(updates); i++) {
		bool is_told = false;
		struct list said;

		loaded_spec(a, str_format(a, "%s  promotionMechanisms:\n%s", WAREHOUSE STAGE WATCHES, updates[i]),
			    "test", &said);
		for (size_t j = 0; j < said.count; j++)
			is_told = is_told || strstr(((struct complaint *)said.items[j])->message,
						    "watches image web: Kargo passed it over");
		ok(is_told, "as Kargo never said, of update %zu", i + 1);
	}
}

/* Block and flow style, JSON, lists of objects, other line ends: it means the same before and after. */
TEST(the_rewritten_stage_means_the_same)
{
	static const char mechanisms[] = "  promotionMechanisms:\n    gitRepoUpdates:\n"
		"    - repoURL: https://example.com/app\n      writeBranch: stage/test\n      helm:\n        charts:\n"
		"        - {repository: 'oci://example.com/charts', name: db, chartPath: charts/web}\n"
		"    argoCDAppUpdates:\n    - {appName: web}\n";
	static const char json[] = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":"
		"\"kargo.akuity.io/v1alpha1\",\"kind\":\"Warehouse\",\"metadata\":{\"name\":\"w\",\"namespace\":\"p\"},"
		"\"spec\":{\"subscriptions\":[{\"image\":{\"repoURL\":\"example.com/web\"}}]}},{\"apiVersion\":"
		"\"kargo.akuity.io/v1alpha1\",\"kind\":\"Stage\",\"metadata\":{\"name\":\"test\",\"namespace\":\"p\"},"
		"\"spec\":{\"subscriptions\":{\"warehouse\":\"w\"},\"promotionMechanisms\":"
		"{\"argoCDAppUpdates\":[{\"appName\":\"web\"}]}}}]}\n";
	AUTO(arena) struct arena *a = arena_new();
	const char *texts[] = {
		str_format(a, "%s%s", WAREHOUSE STAGE WATCHES, mechanisms),
		str_format(a, "%s%s", WAREHOUSE GIT STAGE WATCHES, mechanisms),
		WAREHOUSE STAGE "  {subscriptions: {warehouse: w}, promotionMechanisms: {argoCDAppUpdates: [{appName: web}]}}\n",
		WAREHOUSE STAGE WATCHES "  promotionMechanisms: {}\n",
		json,
	};

	for (size_t i = 0; i < COUNTOF(texts); i++) {
		const char *before = spec_text(a, texts[i]), *after;
		struct fix_result result;

		after = fixed(a, texts[i], &result);
		ok(!strstr(after, "promotionMechanisms") && !strstr(after, "subscriptions: {w"), "it is rewritten");
		is_text(spec_text(a, after), before, "and means the same");
	}
}
