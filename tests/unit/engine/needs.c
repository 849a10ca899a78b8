/* SPDX-License-Identifier: Apache-2.0 */
/* Which outputs a step's texts take: in doubt, any. */
#include "engine/needs.h"

#include <string.h>

#include "base/arena.h"
#include "data/value.h"
#include "fixture.h"
#include "tap.h"

static bool needs(const char *text)
{
	AUTO(arena) struct arena *a = arena_new();
	struct needs n;

	needs_init(&n, json(a, "[{\"name\":\"far\",\"value\":\"${{ outputs.push.branch }}\"},"
			       "{\"name\":\"near\",\"value\":\"x\"}]"));
	needs_add(&n, a, "push", NULL);
	needs_add(&n, a, "task::inner", NULL);
	return needs_missing(&n, a, value_string(a, text)) != NULL;
}

TEST(outputs_are_found_in_expressions)
{
	ok(needs("${{ outputs.push.commit }}"), "by a dot");
	ok(needs("${{ outputs?.push }}"), "by a dot that minds nil");
	ok(needs("${{ outputs['push'].x }}") && needs("${{ outputs[\"push\"] }}"), "by brackets");
	ok(needs("${{ outputs [ 'push' ] }}"), "with blanks");
	ok(needs("${{ task.outputs.inner.x }}"), "within a task");
	ok(needs("${{ toJSON(outputs) }}"), "all of them");
	ok(needs("${{ outputs[vars.name] }}"), "one that is computed");
	ok(needs("${{ vars.far }}") && needs("${{ vars['far'] }}"), "through a variable");
	ok(!needs("${{ vars.near }}"), "another variable takes none");
	ok(!needs("${{ outputs.commit.commit }}") && !needs("${{ outputs['commit'] }}"),
	   "another step's are known");
	ok(!needs("myoutputs.push, outputs_push") && !needs("push"), "other words are other words");
}

TEST(nothing_is_missing_while_everything_is_known)
{
	AUTO(arena) struct arena *a = arena_new();
	struct needs n;

	needs_init(&n, NULL);
	ok(!needs_missing(&n, a, value_string(a, "${{ outputs.push }}")), "no step is unknown");
	n.metadata = true;
	ok(needs_missing(&n, a, value_string(a, "${{ stageMetadata('test') }}")) != NULL,
	   "metadata that would have been set");
	ok(needs_missing(&n, a, json(a, "{\"a\":[{\"b\":\"freightMetadata('x')\"}]}")) != NULL,
	   "deep in a tree, too");
}

TEST(an_output_that_is_known_is_not_missing)
{
	AUTO(arena) struct arena *a = arena_new();
	struct needs n;
	struct value *known = json(a, "{\"branch\":\"x\"}");

	needs_init(&n, NULL);
	needs_add(&n, a, "t::push", known);
	ok(!needs_missing(&n, a, value_string(a, "${{ task.outputs.push.branch }}")), "that one");
	ok(!needs_missing(&n, a, value_string(a, "${{ outputs['push']['branch'] }}")), "in brackets, too");
	ok(needs_missing(&n, a, value_string(a, "${{ outputs.push.commit }}")) != NULL, "no other");
	ok(needs_missing(&n, a, value_string(a, "${{ outputs.push }}")) != NULL, "nor all of them");
	ok(needs_missing(&n, a, value_string(a, "${{ outputs.push.branch + outputs.push.commit }}")) != NULL,
	   "nor another one behind it");
}
