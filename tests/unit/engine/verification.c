/* SPDX-License-Identifier: Apache-2.0 */
/* A verification of many looks: what it must remember stays, what it looked at goes. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/engine.h"
#include "fixture.h"
#include "model/intent.h"
#include "model/record.h"
#include "model/state.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"

enum { ANSWER = 1 << 20, LOOKS = 3 };

static const char *const stages[] = {
	"{\"metadata\":{\"name\":\"test\"},\"spec\":{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\","
	"\"name\":\"w\"},\"sources\":{\"direct\":true}}],\"verification\":{\"analysisTemplates\":[]},"
	"\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"compose-output\",\"config\":{\"a\":\"b\"}}]}}}}",
	NULL,
};

struct looks {
	struct heard heard;             /* first: it is the engine's context */
	int made;
	size_t used;                    /* bytes that were in the arena when a look began, at most */
	bool remembers;
};

/* Like the real one: info carries what must be remembered, the arena gets a large answer. */
static bool look(void *context, struct arena *a, const struct verification_subject *of,
		 const struct value **info, struct err *e)
{
	struct looks *l = context;
	size_t used = arena_used(a);
	struct value *v = of->info ? value_copy(a, of->info) : value_map(a);
	int64_t count = 0;

	(void)e;
	l->used = used > l->used ? used : l->used;
	memset(arena_alloc(a, ANSWER), 'x', ANSWER);
	value_integer(value_get(v, "count"), &count);
	l->remembers = l->remembers && count == l->made;
	l->made++;
	value_set(a, v, "count", value_int(a, l->made));
	value_set(a, v, "id", value_string(a, "v1"));
	value_set(a, v, "phase", value_string(a, l->made < LOOKS ? "Running" : "Successful"));
	value_set(a, v, "finishTime", value_string(a, "2026-01-01T00:00:00Z"));
	*info = v;
	return true;
}

static bool known(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

static bool is_verified(const struct heard *h, const char *stage)
{
	return value_get(value_path(state_freight(h->state, F1), "status.verifiedIn"), stage) != NULL;
}

TEST(each_look_has_memory_of_its_own)
{
	AUTO(arena) struct arena *a = arena_new();
	struct looks l = { .remembers = true };
	const char *folder = NULL;
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "test", .freight = F1,
			    .actor = "Ada <ada@example.org>" };
	struct err e;

	ok(folder_temporary(a, "gantry-engine-", &folder, &e), "a folder");
	const struct engine_options own = { .execute = true, .verify = look };
	struct engine *en = running_with(&l.heard, folder, project_of(a, stages, NULL), &own);
	engine_found(en, json(a, "{\"metadata\":{\"name\":\"" F1 "\"},\"alias\":\"soft-squirrel\","
		"\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},"
		"\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1\"}]}"));
	ok(await(&l.heard, known, F1), "freight is found");
	is_number(ask(en, &l.heard, &i), ERR_NONE, "promoted: %s", l.heard.message);
	ok(await(&l.heard, is_verified, "test") || await(&l.heard, is_verified, "test"), "and verified");
	engine_stop(en);
	is_number(l.made, LOOKS, "by several looks");
	ok(l.remembers, "each knows what the one before had found");
	is_number(l.used, 0, "and none keeps what the one before had been answered");
	record_release(l.heard.record);
	ok(folder_remove(folder, &e), "cleared away");
}
