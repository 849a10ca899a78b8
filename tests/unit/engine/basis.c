/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of promotions while the manifests lack what they rest on. */
#include "engine/basis.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "base/thread.h"
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
	"\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"compose-output\",\"as\":\"first\"," \
	"\"config\":{\"a\":\"b\"}},{\"uses\":\"test-waits\"},{\"uses\":\"compose-output\"," \
	"\"config\":{\"tag\":\"${{ imageFrom('nginx').Tag }}\"}}]}}}}"

static const char *const with[] = { STAGE("test"), NULL };
static const char *const without[] = { STAGE("other"), NULL };

/* Set by the test: the step that waits may end. */
static bool may_end;

static bool waits(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)r;
	(void)e;
	result->status = flag_is_set(&may_end) ? STEP_SUCCEEDED : STEP_RUNNING;
	result->retry_after = 1000;
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

static const struct engine_options own_steps = { .execute = true, .find_step = find_step };

static bool known(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

static struct value *freight(struct arena *a)
{
	return json(a, "{\"metadata\":{\"name\":\"" F1 "\"},\"alias\":\"soft-squirrel\","
		"\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1.29.5\"}],"
		"\"discoveredAt\":\"2024-06-01T10:00:00Z\"}");
}

static struct engine *begun(struct arena *a, struct heard *h, const char *folder)
{
	struct engine *en = running_with(h, folder, project_of(a, with, NULL), &own_steps);

	engine_found(en, freight(a));
	ok(await(h, known, F1), "freight is found");
	return en;
}

static void ended(struct engine *en, struct heard *h)
{
	engine_stop(en);
	record_release(h->record);
}

static const struct intent promote = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1,
				       .actor = "Ada <ada@example.org>" };

TEST(a_running_promotion_goes_on_without_its_stage)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = NULL;
	struct heard h;
	struct err e;

	ok(folder_temporary(a, "gantry-engine-", &folder, &e), "a folder");
	may_end = false;
	struct engine *en = begun(a, &h, folder);
	is_number(ask(en, &h, &promote), ERR_NONE, "promoted: %s", h.message);
	ok(await(&h, stage_reached, "test=Running"), "it runs");
	other_manifests(&h, project_of(a, without, NULL));
	engine_wake(en);
	clock_sleep(1500);
	pthread_mutex_lock(&h.lock);
	ok(stage_reached(&h, "test=Running"), "and goes on while the manifests have no such stage");
	pthread_mutex_unlock(&h.lock);
	ended(en, &h);
	en = running_with(&h, folder, project_of(a, without, NULL), &own_steps);
	flag_set(&may_end);
	ok(await(&h, stage_reached, "test=Succeeded"), "another process takes it to its end");
	pthread_mutex_lock(&h.lock);
	const struct value *state = value_path(state_stage(h.state, "test")->promotions[0]->object,
					       "status.state");
	is_text(value_path_text(value_get(state, "step-3"), "tag", "none"), "1.29.5",
		"its expressions know the freight");
	pthread_mutex_unlock(&h.lock);
	ended(en, &h);
	ok(folder_remove(folder, &e), "cleared away");
}

TEST(a_waiting_promotion_waits_for_its_stage)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = NULL;
	struct heard h;
	struct err e;

	ok(folder_temporary(a, "gantry-engine-", &folder, &e), "a folder");
	may_end = true;
	struct engine *en = running(&h, folder, project_of(a, with, NULL), false);
	engine_found(en, freight(a));
	ok(await(&h, known, F1), "freight is found");
	is_number(ask(en, &h, &promote), ERR_NONE, "asked for: %s", h.message);
	ended(en, &h);
	en = running_with(&h, folder, project_of(a, without, NULL), &own_steps);
	clock_sleep(700);
	ok(stage_reached(&h, "test=Pending"), "while its stage is gone it neither begins nor ends");
	other_manifests(&h, project_of(a, with, NULL));
	engine_wake(en);
	ok(await(&h, stage_reached, "test=Succeeded"), "when it is back, the promotion begins");
	ended(en, &h);
	ok(folder_remove(folder, &e), "cleared away");
}
