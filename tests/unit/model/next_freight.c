/* SPDX-License-Identifier: Apache-2.0 */
/* Stages that take freight of several warehouses: what runs, what could come, what to go back to. */
#include "model/next_freight.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

#define DIRECT(name) "{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"" name "\"}," \
	"\"sources\":{\"direct\":true}}"
#define AFTER(name, stage) "{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"" name "\"}," \
	"\"sources\":{\"stages\":[\"" stage "\"]}}"
#define STAGE(requests) "{\"metadata\":{\"name\":\"prod\"},\"spec\":{\"requestedFreight\":[" requests "]," \
	"\"promotionTemplate\":{\"spec\":{\"steps\":[{\"uses\":\"compose-output\"}]}}}}"
#define ITEM(warehouse, name) "\"Warehouse/" warehouse "\":{\"name\":\"" name "\"}"

/* The project's clock stands still. */
static const int64_t now = 1767225600000;

static struct value *parsed(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	return v;
}

static struct stage *made(struct arena *a, const char *manifest, const char *status)
{
	struct stage *s = NULL;
	struct err e;

	if (!stage_read(a, parsed(a, manifest), &s, &e))
		note("%s", e.message);
	stage_read_status(a, s, parsed(a, status));
	return s;
}

/* names: newest first, a digit behind the warehouse's letter; upper case: verified in prod and test. */
static struct world of_freight(struct arena *a, const char *const *names)
{
	struct world w = { 0 };
	struct err e;

	w.freight = arena_array(a, 16, sizeof(*w.freight));
	for (; names[w.nfreight]; w.nfreight++) {
		const char *name = names[w.nfreight];
		bool good = strchr(name, '+') != NULL;
		const char *text = str_format(a, "{\"metadata\":{\"name\":\"%.2s\"},\"alias\":\"the-%.2s\","
			"\"discoveredAt\":\"2025-12-%02zuT00:00:00Z\","
			"\"origin\":{\"kind\":\"Warehouse\",\"name\":"
			"\"%c\"},\"status\":{%s}}", name, name, 28 - w.nfreight, name[0], good
			? "\"verifiedIn\":{\"prod\":{\"verifiedAt\":\"2026-01-01T00:00:00Z\"},"
			  "\"test\":{\"verifiedAt\":\"2026-01-01T00:00:00Z\"}}" : "");

		if (!freight_read(a, parsed(a, text), &w.freight[w.nfreight], &e))
			note("%s", e.message);
	}
	return w;
}

static const char *name_of(const struct freight *f)
{
	return f ? f->name : "none";
}

TEST(what_runs_is_listed_by_warehouse)
{
	AUTO(arena) struct arena *a = arena_new();
	struct stage *s = made(a, STAGE(DIRECT("c") "," DIRECT("a")), "{\"freightHistory\":[{\"items\":{"
			       ITEM("a", "a1") "," ITEM("b", "b1") "," ITEM("c", "c1") "}}]}");
	const struct collection *runs = stage_runs(s);

	is_number(runs->nitems, 3, "all of it");
	is_text(runs->items[0].warehouse, "c", "in the order of the requests");
	is_text(runs->items[1].freight, "a1", "each with its freight");
	is_text(runs->items[2].warehouse, "b", "what is no longer asked for is last");
	is_text(stage_freight(s, "a"), "a1", "one is found by its warehouse");
	ok(!stage_freight(s, "d") && !stage_is_empty(s), "of an unknown one nothing runs");
}

TEST(going_back_never_means_what_runs)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char *const names[] = { "c2+", "b2+", "a1+", "b1+", "c1+", NULL };
	struct world w = of_freight(a, names);
	struct stage *s = made(a, STAGE(DIRECT("a") "," DIRECT("b") "," DIRECT("c")), "{\"freightHistory\":["
			       "{\"items\":{" ITEM("a", "a1") "," ITEM("b", "b2") "," ITEM("c", "c2") "}},"
			       "{\"items\":{" ITEM("a", "a1") "," ITEM("b", "b2") "," ITEM("c", "c1") "}},"
			       "{\"items\":{" ITEM("a", "a1") "," ITEM("b", "b1") "," ITEM("c", "c1") "}}]}");

	is_text(name_of(world_rollback_target(&w, s, NULL)), "c1", "the last change is taken back");
	is_text(name_of(world_rollback_target(&w, s, "b")), "b1", "or that of the warehouse that is named");
	is_text(name_of(world_rollback_target(&w, s, "a")), "none",
		"where nothing else ran there is nothing");
}

TEST(next_is_newer_than_what_runs)
{
	AUTO(arena) struct arena *a = arena_new();
	static const char *const names[] = { "a3", "b2", "a2+", "b1+", "a1+", NULL };
	struct world w = of_freight(a, names);
	struct stage *s = made(a, STAGE(AFTER("a", "test") "," AFTER("b", "test")), "{\"freightHistory\":[{"
			       "\"items\":{" ITEM("a", "a1") "," ITEM("b", "b1") "}}]}");
	struct next_freight next;

	next_freight(&w, s, &s->requests[0], now, &next);
	is_text(name_of(next.open), "a2", "the newest that may enter");
	is_text(name_of(next.waiting), "a3", "and one that waits");
	is_number(next.newer, 2, "two are newer");
	next_freight(&w, s, &s->requests[1], now, &next);
	is_text(name_of(next.open), "none", "what runs already is not next");
	is_text(name_of(next.waiting), "b2", "what is not verified upstream waits");
	s = made(a, STAGE(AFTER("a", "test")),
		 "{\"freightHistory\":[{\"items\":{" ITEM("a", "a3") "}}]}");
	next_freight(&w, s, &s->requests[0], now, &next);
	ok(!next.open && !next.waiting && !next.newer, "what is older than what runs is not next either");
	s = made(a, STAGE(AFTER("a", "test")), "{}");
	next_freight(&w, s, &s->requests[0], now, &next);
	is_text(name_of(next.open), "a2", "in an empty stage all is new");
	ok(!next.runs, "and nothing runs");
}
