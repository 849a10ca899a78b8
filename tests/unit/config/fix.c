/* SPDX-License-Identifier: Apache-2.0 */
/* Removed constructs are rewritten, and nothing else is. */
#include "config/fix.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "config/fix_known.h"
#include "model/world.h"
#include "tap.h"

#define KARGO "apiVersion: kargo.akuity.io/v1alpha1\n"

/* The rewritten text; *result says what was done, and what is left. Applied again it changes nothing. */
static const char *fix_named(struct arena *a, const char *name, const char *text, struct fix_result *result)
{
	const struct config_file file = { .name = name, .text = str_of(text) };
	struct fix_known known;
	struct fix_result again;
	struct err e;

	fix_learn(a, &file, 1, &known);
	if (!fix_file(a, &file, &known, result, &e))
		return str_copy(a, e.message);
	const struct config_file after = { .name = name, .text = result->text };
	fix_learn(a, &after, 1, &known);
	if (!ok(fix_file(a, &after, &known, &again, &e), "the result reads"))
		return str_copy(a, e.message);
	is_number(again.done.count, 0, "applied twice it changes nothing");
	return str_text(a, result->text);
}

static const char *fix(struct arena *a, const char *text, size_t *count)
{
	struct fix_result result;
	const char *after = fix_named(a, "k.yaml", text, &result);

	*count = result.done.count;
	return after;
}

TEST(a_constraint_gets_its_new_name)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "kind: Warehouse\nspec:\n  subscriptions:\n  - image: # ours\n"
		    "      semverConstraint:   ^1.2   # pinned, é\n", &count),
		KARGO "kind: Warehouse\nspec:\n  subscriptions:\n  - image: # ours\n"
		"      constraint:   ^1.2   # pinned, é\n", "spaces and comments stay");
	is_number(count, 1, "one thing is told");
}

TEST(policies_move_out_of_the_project)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "kind: Project\nmetadata:\n  name: p\n# policies\nspec:\n  promotionPolicies:\n"
		    "  - stage: 'test' # first\n    autoPromotionEnabled: true\n---\nkind: Stage\n", &count),
		KARGO "kind: Project\nmetadata:\n  name: p\n# policies\n---\n"
		"apiVersion: kargo.akuity.io/v1alpha1\nkind: ProjectConfig\nmetadata:\n  name: p\n"
		"  namespace: p\nspec:\n  promotionPolicies:\n"
		"  - stageSelector: {name: 'test'} # first\n    autoPromotionEnabled: true\n---\nkind: Stage\n",
		"the spec gets a head of its own");
	is_number(count, 2, "two things are told");
	is_text(fix(a, KARGO "kind: Project\nmetadata: {name: p}\nspec: {promotionPolicies: [{stage: a}]}\n---\n"
		    "kind: ProjectConfig\nmetadata: {name: p}\nspec: {promotionPolicies: []}\n", &count),
		KARGO "kind: Project\nmetadata: {name: p}\n---\n"
		"kind: ProjectConfig\nmetadata: {name: p}\nspec: {promotionPolicies: []}\n",
		"where a ProjectConfig has some, those of the Project count for nothing");
	is_number(count, 1, "one thing is told");
}

TEST(messages_of_commits_are_written_out)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "kind: PromotionTask\nspec:\n  steps:\n  - uses: git-commit\n    config:\n"
		    "      path: ./out\n      messageFromSteps:\n      - a\n      - \"b\"\n  - uses: x\n", &count),
		KARGO "kind: PromotionTask\nspec:\n  steps:\n  - uses: git-commit\n    config:\n"
		"      path: ./out\n      message: ${{ task.outputs['a'].commitMessage }}; "
		"${{ task.outputs['b'].commitMessage }}\n  - uses: x\n", "a block list");
	is_text(fix(a, KARGO "kind: Stage\nspec:\n  promotionTemplate:\n    spec:\n      steps:\n"
		    "      - uses: git-commit\n        config:\n          messageFromSteps: [ a ]\n", &count),
		KARGO "kind: Stage\nspec:\n  promotionTemplate:\n    spec:\n      steps:\n"
		"      - uses: git-commit\n        config:\n          message: "
		"${{ outputs['a'].commitMessage }}\n", "a flow list, in a stage");
}

TEST(expressions_get_new_names)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "a: ${{ outputs['open-pr'].prNumber }} # ${{ outputs.x.prNumber }}\n"
		    "b: 'x ${{ secrets.git.token }}'\nc: prNumber secrets.a.b\n"
		    "d: ${{ vars.secrets.a.b }}\n", &count),
		KARGO "a: ${{ outputs['open-pr'].pr.id }} # ${{ outputs.x.prNumber }}\n"
		"b: 'x ${{ secret(\"git\").token }}'\nc: prNumber secrets.a.b\n"
		"d: ${{ vars.secrets.a.b }}\n", "in expressions only, and not in comments");
	is_number(count, 2, "two things are told");
}

TEST(a_file_that_does_not_read_is_left_alone)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "kind: [\n", &count), KARGO "kind: [\n", "as it is");
	is_text(fix(a, "on: push\nenv: ${{ secrets.a.b }}\n", &count), "on: push\nenv: ${{ secrets.a.b }}\n",
		"and so is what is not Kargo's");
}

TEST(tags_become_regular_expressions)
{
	AUTO(arena) struct arena *a = arena_new();
	struct fix_result result;

	is_text(fix_named(a, "k.yaml", KARGO "kind: Warehouse\nspec:\n  subscriptions:\n  - image:\n"
			  "      allowTags: ^v[0-9]+$ # ours\n      ignoreTags:\n      - latest # moves\n      - '1.0'\n"
			  "  - git: {allowTags: \"\", repoURL: u}\n"
			  "  - image: {repoURL: x, ignoreTags: [a]}\n", &result),
		KARGO "kind: Warehouse\nspec:\n  subscriptions:\n  - image:\n"
		"      allowTagsRegexes: ['^v[0-9]+$'] # ours\n      ignoreTagsRegexes:\n"
		"      - ^latest$ # moves\n      - ^1\\.0$\n"
		"  - git: {repoURL: u}\n"
		"  - image: {repoURL: x, ignoreTagsRegexes: [^a$]}\n", "in block and flow style");
	is_number(result.done.count, 4, "four things are told");
	is_number(((struct complaint *)result.done.items[2])->line, 10, "each at its old line");
	fix_named(a, "k.yaml", KARGO "kind: Warehouse\nspec:\n  subscriptions:\n  - image:\n"
		  "      allowTags: a\n      allowTagsRegexes: [b]\n", &result);
	is_number(result.done.count, 0, "two lists are not put together");
	is_number(result.left.count, 1, "but told");
}

TEST(strategies_have_their_constraints)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "kind: Warehouse\nspec:\n  subscriptions:\n"
		    "  - image: {imageSelectionStrategy: Digest, semverConstraint: latest, allowTags: ^l}\n"
		    "  - image:\n      semverConstraint: ^1.0.0\n      constraint: ^2.0.0\n", &count),
		KARGO "kind: Warehouse\nspec:\n  subscriptions:\n"
		"  - image: {imageSelectionStrategy: Digest, constraint: latest}\n"
		"  - image:\n      constraint: ^2.0.0\n", "the one that counts stays");
}

TEST(a_project_may_be_written_in_any_way)
{
	AUTO(arena) struct arena *a = arena_new();
	struct fix_result result;
	size_t count;

	is_text(fix(a, KARGO "kind: Project\nspec:\n  # who\n  promotionPolicies:\n  - stage: test  # first\n"
		    "metadata:\n  name: p\n", &count),
		KARGO "kind: Project\nmetadata:\n  name: p\n---\n" KARGO "kind: ProjectConfig\nmetadata:\n"
		"  name: p\n  namespace: p\nspec:\n  # who\n  promotionPolicies:\n"
		"  - stageSelector: {name: test}  # first\n", "the spec first");
	is_text(fix(a, "apiVersion: kargo.akuity.io/v1alpha1\r\nkind: Project\r\nmetadata:\r\n  name: p\r\nspec:\r\n  promotionPolicies:\r\n"
		    "  - stage: test\r\n", &count),
		"apiVersion: kargo.akuity.io/v1alpha1\r\nkind: Project\r\nmetadata:\r\n  name: p\r\n---\r\n"
		"apiVersion: kargo.akuity.io/v1alpha1\r\nkind: ProjectConfig\r\nmetadata:\r\n  name: p\r\n"
		"  namespace: p\r\nspec:\r\n  promotionPolicies:\r\n"
		"  - stageSelector: {name: test}\r\n", "with the lines' ends as they are");
	is_text(fix_named(a, "k.json", "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Project\","
			  "\"metadata\":{\"name\":\"p\"},\"spec\":{\"promotionPolicies\":[{\"stage\":\"test\"}]}}\n", &result),
		"{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{\"apiVersion\":\"kargo.akuity.io/v1alpha1\","
		"\"kind\":\"Project\",\"metadata\":{\"name\":\"p\"}},{\"apiVersion\":\"kargo.akuity.io/v1alpha1\","
		"\"kind\":\"ProjectConfig\",\"metadata\":{\"name\":\"p\",\"namespace\":\"p\"},"
		"\"spec\":{\"promotionPolicies\":[{\"stageSelector\":{\"name\":\"test\"}}]}}]}\n", "JSON");
	is_text(fix(a, "apiVersion: v1\nkind: List\nitems:\n- " KARGO "  kind: Project\n  metadata:\n    name: p\n"
		    "  spec:\n    promotionPolicies:\n    - stage: test\n- " KARGO "  kind: Warehouse\n", &count),
		"apiVersion: v1\nkind: List\nitems:\n- " KARGO "  kind: Project\n  metadata:\n    name: p\n"
		"- " KARGO "  kind: ProjectConfig\n  metadata:\n    name: p\n    namespace: p\n"
		"  spec:\n    promotionPolicies:\n    - stageSelector: {name: test}\n- " KARGO "  kind: Warehouse\n",
		"kind: List");
	is_text(fix(a, KARGO "kind: Project\nmetadata: {name: p}\nspec: {promotionPolicies: [{stage: test}]}\n", &count),
		KARGO "kind: Project\nmetadata: {name: p}\n---\n" KARGO "kind: ProjectConfig\nmetadata:\n  name: p\n"
		"  namespace: p\nspec: {promotionPolicies: [{stageSelector: {name: test}}]}\n", "flow style");
	is_text(fix(a, KARGO "kind: Project\nmetadata:\n  name: p\nspec:\n  promotionPolicies: []\n", &count),
		KARGO "kind: Project\nmetadata:\n  name: p\n", "empty policies are just gone");
}

TEST(there_is_never_a_second_project_config)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *project = KARGO "kind: Project\nmetadata: {name: p}\nspec:\n  promotionPolicies:\n  - stage: t\n";
	const char *config = KARGO "kind: ProjectConfig\nmetadata: {name: p}\nspec: &s {webhookReceivers: []}\n";
	const struct config_file files[] = {
		{ .name = "project.yaml", .text = str_of(project) },
		{ .name = "config.yaml", .text = str_of(config) },
	};
	struct fix_result result;
	struct fix_known known;
	struct err e;

	fix_learn(a, files, 2, &known);
	ok(fix_file(a, &files[0], &known, &result, &e), "it reads");
	is_number(result.done.count, 0, "what must be put together by hand stays whole");
	if (is_number(result.left.count, 1, "and is told"))
		is_text(((struct complaint *)result.left.items[0])->message,
			"move them into the ProjectConfig in config.yaml by hand", "with the place");
}

/* Both files after lint --fix, in one text. */
static const char *fix_pair(struct arena *a, const char *project, const char *config, size_t *count)
{
	const struct config_file files[] = {
		{ .name = "project.yaml", .text = str_of(project) },
		{ .name = "config.yaml", .text = str_of(config) },
	};
	struct fix_result one, two;
	struct fix_known known;
	struct err e;

	fix_learn(a, files, 2, &known);
	if (!fix_file(a, &files[0], &known, &one, &e) || !fix_file(a, &files[1], &known, &two, &e))
		return str_copy(a, e.message);
	*count = one.done.count + two.done.count;
	return str_format(a, "%s%s", str_text(a, one.text), str_text(a, two.text));
}

TEST(policies_go_into_the_project_config_that_has_none)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *project = KARGO "kind: Project\nmetadata: {name: p}\nspec:\n  promotionPolicies:\n"
		"  - stage: t\n    autoPromotionEnabled: true\n";
	size_t count;

	is_text(fix_pair(a, project, KARGO "kind: ProjectConfig\nmetadata: {name: p}\nspec:\n"
			 "  webhookReceivers: [] # none\n", &count),
		KARGO "kind: Project\nmetadata: {name: p}\n"
		KARGO "kind: ProjectConfig\nmetadata: {name: p}\nspec:\n  webhookReceivers: [] # none\n"
		"  promotionPolicies:\n  - stageSelector:\n      name: t\n    autoPromotionEnabled: true\n",
		"behind what is there");
	is_number(count, 2, "told in both files");
	is_text(fix_pair(a, project, KARGO "kind: ProjectConfig\nmetadata:\n  name: p\n", &count),
		KARGO "kind: Project\nmetadata: {name: p}\n"
		KARGO "kind: ProjectConfig\nmetadata:\n  name: p\nspec:\n"
		"  promotionPolicies:\n  - stageSelector:\n      name: t\n    autoPromotionEnabled: true\n",
		"with a spec of its own");
	is_text(fix_pair(a, project, "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"ProjectConfig\","
			 "\"metadata\":{\"name\":\"p\"},\"spec\":{}}\n", &count),
		KARGO "kind: Project\nmetadata: {name: p}\n"
		"{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"ProjectConfig\","
		"\"metadata\":{\"name\":\"p\"},\"spec\":{\"promotionPolicies\":[{\"stageSelector\":{\"name\":\"t\"},"
		"\"autoPromotionEnabled\":true}]}}\n", "in JSON");
}

TEST(steps_are_rewritten)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "kind: Stage\nspec:\n  promotionTemplate:\n    spec:\n      steps:\n"
		    "      - uses: helm-update-image # old\n        config:\n          path: v.yaml\n          images:\n"
		    "          - image: nginx\n            key: image.tag\n            value: Tag\n"
		    "      - uses: kustomize-set-image\n        config:\n          images:\n"
		    "          - image: ${{ vars.img }} # which\n"
		    "      - uses: argocd-update\n        config: {apps: [{sources: [{desiredCommitFromStep: c}]}]}\n",
		    &count),
		KARGO "kind: Stage\nspec:\n  promotionTemplate:\n    spec:\n      steps:\n"
		"      - uses: yaml-update # old\n        config:\n          path: v.yaml\n          updates:\n"
		"          - key: image.tag\n            value: ${{ imageFrom('nginx').Tag }}\n"
		"      - uses: kustomize-set-image\n        config:\n          images:\n"
		"          - image: ${{ vars.img }} # which\n            tag: ${{ imageFrom(vars.img).Tag }}\n"
		"      - uses: argocd-update\n        config: {apps: [{sources: [{desiredRevision: \"${{ outputs['c'].commit }}\"}]}]}\n",
		"each as its Kargo's documentation says");
	is_number(count, 3, "three things are told");
}

TEST(several_objects_of_json_are_rewritten_one_by_one)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Project\",\"metadata\":{\"name\":\"shop\"},"
		    "\"spec\":{\"promotionPolicies\":[]}}\n"
		    "{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Warehouse\",\"metadata\":{\"name\":\"}{\"},"
		    "\"spec\":{\"subscriptions\":[{\"image\":{\"semverConstraint\":\"^1\"}}]}}\n", &count),
		"{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Project\",\"metadata\":{\"name\":\"shop\"}}\n"
		"{\"apiVersion\":\"kargo.akuity.io/v1alpha1\",\"kind\":\"Warehouse\",\"metadata\":{\"name\":\"}{\"},"
		"\"spec\":{\"subscriptions\":[{\"image\":{\"constraint\":\"^1\"}}]}}\n", "both of them");
	is_number(count, 2, "two things are told");
}

TEST(what_is_left_to_people_is_not_promised)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct config_file file = {
		.name = "k.yaml",
		.text = str_of(KARGO "kind: Warehouse\nspec:\n  subscriptions:\n"
			       "  - image: {allowTags: ^v, allowTagsRegexes: [x]}\n  - git: {allowTags: ^v}\n"),
	};
	struct complaint kept = { .file = "k.yaml", .line = 6, .message = "x (gantry lint --fix rewrites it)" };
	struct complaint cut = { .file = "k.yaml", .line = 5, .message = "x (gantry lint --fix rewrites it); y" };
	struct complaint ended = { .file = "k.yaml", .line = 5, .message = "x (gantry lint --fix rewr" };
	struct list complaints = { 0 };

	list_add(a, &complaints, &kept);
	list_add(a, &complaints, &cut);
	list_add(a, &complaints, &ended);
	fix_correct_hints(a, &file, 1, &complaints);
	is_text(kept.message, "x (gantry lint --fix rewrites it)", "what it rewrites");
	is_text(cut.message, "x; y", "what it leaves, since both fields are there");
	is_text(ended.message, "x", "and of a message that was too long for all of the hint");
}

TEST(the_key_of_metadata_is_no_argument)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, KARGO "kind: PromotionTask\nspec:\n  steps:\n  - uses: fail\n    config:\n      message: "
		    "${{ freightMetadata(ctx.targetFreight.name, 'id') }} ${{ freightMetadata(f(1), vars.k).x }} "
		    "${{ freightMetadata('a')['b'] }}\n", &count),
		KARGO "kind: PromotionTask\nspec:\n  steps:\n  - uses: fail\n    config:\n      message: "
		"${{ freightMetadata(ctx.targetFreight.name)['id'] }} ${{ freightMetadata(f(1))[vars.k].x }} "
		"${{ freightMetadata('a')['b'] }}\n", "it is looked up in the result");
	is_number(count, 2, "two things are told");
}
