/* SPDX-License-Identifier: Apache-2.0 */
/* A stage that takes freight of two warehouses: each is promoted and rolled back by itself. */
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

static const char *const stages[] = {
	"{\"metadata\":{\"name\":\"prod\"},\"spec\":{\"requestedFreight\":["
	"{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"front\"},\"sources\":{\"direct\":true}},"
	"{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"back\"},\"sources\":{\"direct\":true}}],"
	"\"promotionTemplate\":{\"spec\":{\"steps\":["
	"{\"uses\":\"compose-output\",\"config\":{\"a\":\"b\"}}]}}}}",
	NULL,
};

/* Names of 40 digits, "f1" repeated: the first letter is the warehouse's. */
static const char *named(struct arena *a, const char *two)
{
	const char *name = "";

	for (int i = 0; i < 20; i++)
		name = str_format(a, "%s%s", name, two);
	return name;
}

static bool known(const struct heard *h, const char *name)
{
	return state_freight(h->state, name) != NULL;
}

static void found(struct engine *en, struct heard *h, struct arena *a, const char *two, int day)
{
	const char *name = named(a, two);

	engine_found(en, json(a, str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"alias\":\"the-%s\","
		"\"origin\":{\"kind\":\"Warehouse\",\"name\":\"%s\"},\"images\":[{\"repoURL\":\"shop/%c\","
		"\"tag\":\"%c\"}],\"discoveredAt\":\"2024-06-0%dT10:00:00Z\"}", name, two,
		*two == 'f' ? "front" : "back", *two, two[1], day)));
	ok(await(h, known, name), "%s is found", two);
}

static bool is_verified(const struct heard *h, const char *name)
{
	return value_get(value_path(state_freight(h->state, name), "status.verifiedIn"), "prod") != NULL;
}

/* "front=name back=name" of what runs in prod. */
static bool runs(const struct heard *h, const char *text)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state_stage *s = state_stage(h->state, "prod");
	const struct value *history = s ? value_path(s->object, "status.freightHistory") : NULL;
	const struct value *items = value_get(value_at(history, 0), "items");
	const char *front = value_text(value_get(value_get(items, "Warehouse/front"), "name"), "-");
	const char *back = value_text(value_get(value_get(items, "Warehouse/back"), "name"), "-");

	return strcmp(str_format(a, "%.2s %.2s", front, back), text) == 0;
}

static void promote(struct engine *en, struct heard *h, struct arena *a, const char *two,
		    const char *seen)
{
	struct intent i = { .kind = INTENT_PROMOTE, .stage = "prod", .freight = named(a, two),
			    .seen_freight = seen ? named(a, seen) : NULL,
			    .actor = "Ada <ada@example.org>" };

	is_number(ask(en, h, &i), ERR_NONE, "%s is promoted: %s", two, h->message);
	ok(await(h, is_verified, named(a, two)), "and verified");
}

TEST(warehouses_are_promoted_and_rolled_back_by_themselves)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *folder = NULL;
	struct heard h;
	struct err e;

	ok(folder_temporary(a, "gantry-engine-", &folder, &e), "a folder");
	struct engine *en = running(&h, folder, project_of(a, stages, NULL), true);
	found(en, &h, a, "f1", 1);
	found(en, &h, a, "b1", 2);
	found(en, &h, a, "f2", 3);
	found(en, &h, a, "b2", 4);
	promote(en, &h, a, "f1", NULL);
	promote(en, &h, a, "b1", NULL);
	ok(await(&h, runs, "f1 b1"), "both run");
	promote(en, &h, a, "b2", "b1");
	ok(await(&h, runs, "f1 b2"), "what was seen is asked of the freight's own warehouse");
	promote(en, &h, a, "f2", "f1");
	ok(await(&h, runs, "f2 b2"), "so that the other can go on");
	struct intent back = { .kind = INTENT_ROLLBACK, .stage = "prod", .warehouse = "back",
			       .actor = "Ada <ada@example.org>" };
	is_number(ask(en, &h, &back), ERR_NONE, "the warehouse that is named is rolled back: %s", h.message);
	ok(await(&h, runs, "f2 b1"), "alone");
	back.warehouse = NULL;
	back.freight = named(a, "f1");
	back.seen_freight = named(a, "b1");
	is_number(ask(en, &h, &back), ERR_CONFLICT, "freight of another is not what was seen: %s", h.message);
	engine_stop(en);
	record_release(h.record);
	ok(folder_remove(folder, &e), "cleared away");
}
