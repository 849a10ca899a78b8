/* SPDX-License-Identifier: Apache-2.0 */
/* Aborting promotions while their steps wait. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "data/value.h"
#include "engine/engine.h"
#include "fixture.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "steps/step.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"
#define STAGE(name) "{\"metadata\":{\"name\":\"" name "\"},\"spec\":{\"requestedFreight\":[{" \
	"\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},\"sources\":{\"direct\":true}}]," \
	"\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"test-waits\"}]}}}}"

static const char *const names[] = { "one", "two", "three" };
static const char *const stages[] = { STAGE("one"), STAGE("two"), STAGE("three"), NULL };

static bool waits(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)r;
	(void)e;
	result->status = STEP_RUNNING;
	result->retry_after = 3600000;
	return true;
}

static const struct step_param no_params[] = { { 0 } };
static const struct step_output no_outputs[] = { { 0 } };
static const struct step_def step_waits = { .kind = "test-waits", .params = no_params, .outputs = no_outputs,
					    .run = waits };

static const struct step_def *find_step(const char *kind)
{
	return strcmp(kind, "test-waits") == 0 ? &step_waits : step_find(kind);
}

static bool knows(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

/* What the step was doing is recorded: no worker has it any more. */
static bool is_waiting(const struct heard *h, const char *stage)
{
	const struct state_stage *s = state_stage(h->state, stage);

	return s && s->npromotions &&
	       value_count(value_path(s->promotions[0]->object, "status.stepExecutionMetadata")) > 0;
}

TEST(several_that_wait_are_aborted_in_one_round)
{
	static const struct engine_options own = { .execute = true, .find_step = find_step };
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = NULL;
	struct heard h;
	struct err e;

	ok(folder_temporary(a, "gantry-engine-", &folder, &e), "a folder");
	struct engine *en = running_with(&h, folder, project_of(a, stages, NULL), &own);
	engine_found(en, json(a, "{\"metadata\":{\"name\":\"" F1 "\"},\"alias\":\"soft-squirrel\",\"origin\":{"
		"\"kind\":\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1\"}],"
		"\"discoveredAt\":\"2024-06-01T10:00:00Z\"}"));
	ok(await(&h, knows, F1), "freight is found");
	struct intent i = { .kind = INTENT_PROMOTE, .freight = F1, .actor = "Ada <ada@example.org>" };
	for (size_t k = 0; k < COUNTOF(names); k++) {
		i.stage = names[k];
		is_number(ask(en, &h, &i), ERR_NONE, "%s is promoted: %s", i.stage, h.message);
		ok(await(&h, is_waiting, i.stage), "and its step waits");
	}
	i = (struct intent){ .kind = INTENT_ABORT, .actor = i.actor };
	/* It can't borrow the manifests: all three are in its inbox before it looks at the first. */
	pthread_mutex_lock(&h.lock);
	for (size_t k = 0; k < COUNTOF(names); k++) {
		i.stage = names[k];
		ok(engine_submit(en, &i), "%s is to be aborted", i.stage);
	}
	pthread_mutex_unlock(&h.lock);
	ok(await(&h, stage_reached, "one=Aborted"), "one is");
	ok(await(&h, stage_reached, "two=Aborted"), "so is two");
	ok(await(&h, stage_reached, "three=Aborted"), "and three");
	engine_stop(en);
	record_release(h.record);
	ok(folder_remove(folder, &e), "the folder goes");
}
