/* SPDX-License-Identifier: Apache-2.0 */
/* Promotions and intents while another process appends without a pause. */
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
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"

enum { PAUSE_MS = 10 };

static const char *const three_steps[] = {
	"{\"metadata\":{\"name\":\"test\"},\"spec\":{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\","
	"\"name\":\"w\"},\"sources\":{\"direct\":true}}],\"promotionTemplate\":{\"spec\":{\"steps\":["
	"{\"uses\":\"compose-output\",\"as\":\"a\",\"config\":{\"a\":\"b\"}},"
	"{\"uses\":\"set-metadata\",\"as\":\"m\",\"config\":{\"updates\":[{\"kind\":\"Stage\",\"name\":\"test\","
	"\"values\":{\"x\":\"y\"}}]}},"
	"{\"uses\":\"compose-output\",\"as\":\"c\",\"config\":{\"a\":\"b\"}}]}}}}",
	NULL,
};

/* Somebody who appends a hundred times a second at most, as another process would. */
struct rival {
	const char *path;
	bool quit;
	unsigned recorded;
};

static void rival_append(void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	struct rival *r = context;
	const struct ledger_options o = { .path = r->path, .project = "demo", .host = "there" };
	struct ledger *l;
	struct err e;

	if (!ledger_open(&o, &l, &e))
		return;
	while (!flag_is_set(&r->quit)) {
		const struct event ev = { .kind = EVENT_FREIGHT_APPROVED, .freight = F1, .stage = "elsewhere",
					  .actor = "Bob <bob@example.org>", .at = clock_now(),
					  .subject = "approve 1 for elsewhere" };

		r->recorded += ledger_append(l, &ev, LEDGER_PUSH_NOW, &e);
		clock_sleep(PAUSE_MS);
	}
	ledger_close(l);
}

static bool has_freight(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

static bool rival_is_at_it(const struct heard *h, const char *text)
{
	(void)text;
	return h->events > 4;
}

TEST(races_cost_milliseconds)
{
	AUTO(arena) struct arena *a = arena_new();
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1,
			    .actor = "Ada <ada@example.org>" };
	struct rival rival = { .quit = false };
	struct thread *thread;
	const char *folder;
	struct heard h;
	struct err e;

	if (!ok(folder_temporary(a, "gantry-rival-", &folder, &e), "a folder"))
		return;
	struct engine *en = running(&h, folder, project_of(a, three_steps, NULL), true);
	engine_found(en, json(a, "{\"metadata\":{\"name\":\"" F1 "\"},\"alias\":\"one\",\"origin\":{"
			      "\"kind\":\"Warehouse\",\"name\":\"w\"},\"images\":[{\"repoURL\":\"nginx\","
			      "\"tag\":\"1\"}],\"discoveredAt\":\"2024-06-01T10:00:00Z\"}"));
	ok(await(&h, has_freight, F1), "freight is known");
	rival.path = path_join(a, folder, "ledger");
	if (!ok(thread_start(&thread, "rival", rival_append, &rival, &e), "and somebody appends all the time"))
		return;
	ok(await(&h, rival_is_at_it, ""), "already");
	int64_t begun = clock_ticks();
	is_number(ask(en, &h, &i), ERR_NONE, "an intent is recorded all the same: %s", h.message);
	ok(await(&h, stage_reached, "test=Succeeded"), "and the promotion ends");
	int64_t took = clock_ticks() - begun;
	flag_set(&rival.quit);
	thread_join(thread);
	ok(took < 4000, "soon: within %lld ms beside %u events of others", (long long)took, rival.recorded);
	engine_stop(en);
	record_release(h.record);
	if (!folder_remove(folder, &e))
		note("%s", e.message);
}
