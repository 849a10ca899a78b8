/* SPDX-License-Identifier: Apache-2.0 */
/* Removed constructs are rewritten, and nothing else is. */
#include "config/fix.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "tap.h"

static const char *fix(struct arena *a, const char *text, size_t *count)
{
	const struct config_file file = { "k.yaml", str_of(text) };
	struct list done = { 0 };
	struct str out;
	struct err e;

	if (!fix_file(a, &file, &out, &done, &e)) {
		*count = 0;
		return str_copy(a, e.message);
	}
	*count = done.count;
	return str_text(a, out);
}

TEST(a_constraint_gets_its_new_name)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, "kind: Warehouse\nspec:\n  subscriptions:\n  - image: # ours\n"
		    "      semverConstraint:   ^1.2   # pinned, é\n", &count),
		"kind: Warehouse\nspec:\n  subscriptions:\n  - image: # ours\n"
		"      constraint:   ^1.2   # pinned, é\n", "spaces and comments stay");
	is_number(count, 1, "one thing is told");
}

TEST(policies_move_out_of_the_project)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, "kind: Project\nmetadata:\n  name: p\n# policies\nspec:\n  promotionPolicies:\n"
		    "  - stage: 'test' # first\n    autoPromotionEnabled: true\n---\nkind: Stage\n", &count),
		"kind: Project\nmetadata:\n  name: p\n# policies\n---\n"
		"apiVersion: kargo.akuity.io/v1alpha1\nkind: ProjectConfig\nmetadata:\n  name: p\n"
		"  namespace: p\nspec:\n  promotionPolicies:\n"
		"  - stageSelector: {name: 'test'} # first\n    autoPromotionEnabled: true\n---\nkind: Stage\n",
		"the spec gets a head of its own");
	is_number(count, 2, "two things are told");
	is_text(fix(a, "kind: Project\nmetadata: {name: p}\nspec: {promotionPolicies: []}\n---\n"
		    "kind: ProjectConfig\nmetadata: {name: p}\n", &count),
		"kind: Project\nmetadata: {name: p}\nspec: {promotionPolicies: []}\n---\n"
		"kind: ProjectConfig\nmetadata: {name: p}\n", "not when there is one already");
	is_number(count, 0, "and nothing is told");
}

TEST(messages_of_commits_are_written_out)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, "kind: PromotionTask\nspec:\n  steps:\n  - uses: git-commit\n    config:\n"
		    "      path: ./out\n      messageFromSteps:\n      - a\n      - \"b\"\n  - uses: x\n", &count),
		"kind: PromotionTask\nspec:\n  steps:\n  - uses: git-commit\n    config:\n"
		"      path: ./out\n      message: \"${{ task.outputs['a'].commitMessage }}; "
		"${{ task.outputs['b'].commitMessage }}\"\n  - uses: x\n", "a block list");
	is_text(fix(a, "kind: Stage\nspec:\n  promotionTemplate:\n    spec:\n      steps:\n"
		    "      - uses: git-commit\n        config:\n          messageFromSteps: [ a ]\n", &count),
		"kind: Stage\nspec:\n  promotionTemplate:\n    spec:\n      steps:\n"
		"      - uses: git-commit\n        config:\n          message: "
		"\"${{ outputs['a'].commitMessage }}\"\n", "a flow list, in a stage");
}

TEST(expressions_get_new_names)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	is_text(fix(a, "a: ${{ outputs['open-pr'].prNumber }} # ${{ outputs.x.prNumber }}\n"
		    "b: 'x ${{ secrets.git.token }}'\nc: prNumber secrets.a.b\n"
		    "d: ${{ vars.secrets.a.b }}\n", &count),
		"a: ${{ outputs['open-pr'].pr.id }} # ${{ outputs.x.prNumber }}\n"
		"b: 'x ${{ secret(\"git\").token }}'\nc: prNumber secrets.a.b\n"
		"d: ${{ vars.secrets.a.b }}\n", "in expressions only, and not in comments");
	is_number(count, 2, "two things are told");
}

TEST(a_file_that_does_not_read_is_left_alone)
{
	AUTO(arena) struct arena *a = arena_new();
	size_t count;

	ok(strstr(fix(a, "kind: [\n", &count), "k.yaml:2:1") != NULL, "and it is said where");
}
