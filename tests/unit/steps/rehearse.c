/* SPDX-License-Identifier: Apache-2.0 */
/* Rehearsing: every step says how far it reaches, and what would write is told from what was asked. */
#include "steps/rehearse.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "model/plan.h"
#include "steps/step.h"
#include "tap.h"

TEST(every_step_says_how_far_it_reaches)
{
	const struct step_def *const *all;
	size_t count;

	all = step_table(&count);
	for (size_t i = 0; i < count; i++) {
		const struct step_def *def = all[i];
		bool outside = def->is_effect || def->needs & (STEP_NEEDS_STATE | STEP_NEEDS_ARGOCD);

		ok(def->reach != STEP_REACH_UNSAID, "%s says it", def->kind);
		ok((def->reach == STEP_REACH_WRITES) == outside, "%s says it right", def->kind);
		ok(def->reach != STEP_REACH_WRITES || def->rehearse, "%s can be announced", def->kind);
		ok(def->reach != STEP_REACH_WORK || !def->needs, "%s needs nothing beyond that", def->kind);
	}
}

static unsigned runs;

static bool count_run(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)r;
	(void)e;
	runs++;
	result->status = STEP_RUNNING;
	return true;
}

TEST(what_says_nothing_is_not_run)
{
	AUTO(arena) struct arena *a = arena_new();
	struct plan plan = { .arena = a };
	struct step_run r = { .arena = a, .plan = &plan };
	struct step_result result = { .status = STEP_SUCCEEDED };
	struct step_def def = { .kind = "new", .run = count_run };
	struct err e;

	runs = 0;
	ok(step_rehearse(&def, &r, &result, &e) && runs == 0, "it is not run");
	ok(result.is_announced && result.is_unforeseen, "but announced");
	def.reach = STEP_REACH_WRITES;
	ok(step_rehearse(&def, &r, &result, &e) && runs == 0, "nor is one that writes");
	def.reach = STEP_REACH_READS;
	result = (struct step_result){ .status = STEP_SUCCEEDED };
	ok(step_rehearse(&def, &r, &result, &e) && runs == 1, "one that reads is");
	ok(result.status == STEP_SUCCEEDED && result.is_unforeseen, "and does not wait");
}
