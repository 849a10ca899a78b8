/* SPDX-License-Identifier: Apache-2.0 */
/* What must happen, of worlds made from events. */
#include "engine/decide.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "fixture.h"
#include "model/event.h"
#include "model/promotion.h"
#include "model/state.h"
#include "model/window.h"
#include "model/world.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"
#define T0 1717236000000

#define STAGE(name, sources) "{\"metadata\":{\"name\":\"" name "\"},\"spec\":{\"requestedFreight\":[{" \
	"\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},\"sources\":" sources "}],\"promotionTemplate\":" \
	"{\"spec\":{\"steps\":[{\"uses\":\"compose-output\",\"config\":{\"a\":\"b\"}}]}}}}"

static const char *const stages[] = {
	STAGE("test", "{\"direct\":true}"),
	STAGE("uat", "{\"stages\":[\"test\"],\"requiredSoakTime\":\"10m\"}"),
	"{\"metadata\":{\"name\":\"gate\"},\"spec\":{\"requestedFreight\":[{\"origin\":{\"kind\":\"Warehouse\","
	"\"name\":\"w\"},\"sources\":{\"stages\":[\"test\"]}}]}}", NULL,
};

static const struct state *after(struct arena *a, const struct state *s, struct event ev,
				 const char *data)
{
	struct err e;

	ev.subject = "test";
	ev.data = data ? json(a, data) : NULL;
	if (!state_apply(a, s, &ev, &s, &e))
		ok(false, "%s", e.message);
	return s;
}

static const struct state *found(struct arena *a)
{
	return after(a, state_empty(a), (struct event){ .kind = EVENT_FREIGHT_DISCOVERED },
		     "{\"metadata\":{\"name\":\"" F1 "\"},\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"},"
		     "\"images\":[{\"repoURL\":\"nginx\",\"tag\":\"1\"}],\"discoveredAt\":\"2024-06-01T09:00:00Z\"}");
}

static const struct state *requested(struct arena *a, const struct state *s, const char *name)
{
	return after(a, s, (struct event){ .kind = EVENT_PROMOTION_REQUESTED, .stage = "test", .promotion = name },
		     str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"stage\":\"test\",\"freight\":\"" F1
				"\",\"steps\":[]},\"status\":{\"phase\":\"Pending\"}}", name));
}

static const struct state *promoted(struct arena *a, const struct state *s, const char *name)
{
	struct event ev = { .kind = EVENT_PROMOTION_STARTED, .stage = "test", .promotion = name, .at = T0 };

	s = after(a, requested(a, s, name), ev,
		  "{\"freight\":{\"name\":\"" F1 "\"},\"freightCollection\":{\"id\":\"c1\",\"items\":{"
		  "\"Warehouse/w\":{\"name\":\"" F1 "\",\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"}}}}}");
	ev.kind = EVENT_PROMOTION_FINISHED;
	return after(a, s, ev, "{\"phase\":\"Succeeded\"}");
}

static const struct state *verified(struct arena *a, const struct state *s)
{
	return after(a, s, (struct event){ .kind = EVENT_STAGE_VERIFIED, .stage = "test", .at = T0 },
		     "{\"id\":\"v\",\"collection\":\"c1\",\"phase\":\"Successful\",\"finishTime\":\"2024-06-01T10:00:00Z\"}");
}

/* "kind:stage kind:stage", and when it must be thought of again. */
static const char *decided_in(struct arena *a, const struct state *s, const char *autos,
			      const struct window *window, int64_t now, int64_t *next)
{
	struct project p = *project_of(a, stages, autos);
	static const char *const names[] = { "abort", "start", "run", "pass", "verify", "verified",
					     "promote", "resume", "prune" };
	struct world w = { .built_at = now };
	struct decision d;
	const char *out = "";
	struct err e;

	p.windows = window;
	p.nwindows = window != NULL;
	if (!state_world(a, s, &p, &w, &e))
		note("%s", e.message);
	for (size_t i = 0; i < w.nstages; i++)
		w.stages[i]->health = HEALTH_HEALTHY;
	decide(a, &w, now, false, &d);
	for (size_t i = 0; i < d.actions.count; i++) {
		const struct action *act = d.actions.items[i];
		out = str_format(a, "%s%s%s:%s", out, i ? " " : "", names[act->kind],
				 act->stage ? act->stage->name : "");
	}
	if (next)
		*next = d.next;
	return out;
}

static const char *decided(struct arena *a, const struct state *s, const char *autos, int64_t now,
			   int64_t *next)
{
	return decided_in(a, s, autos, NULL, now, next);
}

TEST(closed_windows_hold_promotions_back)
{
	AUTO(arena) struct arena *a = arena_new();
	struct window freeze = { .name = "freeze", .denies = true, .first = { T0 / 1000 - 60,
					    T0 / 1000 + 60 } };
	const struct state *s = found(a);
	int64_t next;

	is_text(decided_in(a, s, "glob:*", &freeze, T0, &next), "", "nothing is promoted by itself");
	is_number(next, T0 + 60000, "until the freeze ends");
	is_text(decided_in(a, s, "glob:*", &freeze, T0 + 60000, NULL), "promote:test", "then it is");
	s = requested(a, s, "test.1.x");
	is_text(decided_in(a, s, NULL, &freeze, T0, NULL), "", "what waits goes on waiting");
	is_text(decided_in(a, s, NULL, &freeze, T0 + 60000, NULL), "start:test", "and begins then");
}

TEST(from_found_to_soaked)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *s = found(a);
	int64_t next;

	is_text(decided(a, s, NULL, T0, NULL), "", "without policy nothing happens by itself");
	is_text(decided(a, s, "glob:*", T0, NULL), "promote:test", "with one the first stage gets it");
	s = requested(a, s, "test.1.x");
	is_text(decided(a, s, "glob:*", T0, NULL), "start:test", "asked for, it is admitted");
	s = promoted(a, found(a), "test.1.x");
	is_text(decided(a, s, "glob:*", T0, NULL), "verified:test", "promoted, it is verified");
	is_text(decided(a, requested(a, s, "test.2.x"), "glob:*", T0, NULL), "verified:test",
		"verification comes before the next in the queue");
	s = verified(a, s);
	is_text(decided(a, s, "glob:*", T0, &next), "pass:gate", "control flow lets it pass at once");
	is_number(next, T0 + 600000, "and it is known when it will have soaked");
	is_text(decided(a, s, "glob:*", T0 + 599999, NULL), "pass:gate", "not a moment early");
	is_text(decided(a, s, "glob:*", T0 + 600000, NULL), "promote:uat pass:gate", "then it goes on");
}

TEST(nothing_is_promoted_by_itself_from_a_warehouse_that_is_gone)
{
	AUTO(arena) struct arena *a = arena_new();
	struct project p = *project_of(a, stages, "glob:*");
	struct world w = { .built_at = T0 };
	struct decision d;
	struct err e;

	p.nwarehouses = 0;
	ok(state_world(a, found(a), &p, &w, &e), "a world with freight, and without its warehouse");
	decide(a, &w, T0, false, &d);
	is_number(d.actions.count, 0, "nothing is to be done");
}

TEST(aborts_and_queues)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *s = requested(a, requested(a, found(a), "test.1.x"), "test.2.x");
	struct event ev = { .kind = EVENT_PROMOTION_ABORT_REQUESTED, .stage = "test", .promotion = "test.1.x" };

	is_text(decided(a, s, NULL, T0, NULL), "start:test", "one at a time");
	s = after(a, s, ev, NULL);
	is_text(decided(a, s, NULL, T0, NULL), "abort:test start:test", "an abort lets the next come");
}

/* Of gantry's own promotion of F1 to test: it ended in error at the time. */
static const struct state *failed(struct arena *a, const struct state *s, const char *name, int64_t at,
				  bool may_pass)
{
	struct event ev = { .kind = EVENT_PROMOTION_STARTED, .stage = "test", .promotion = name, .at = at };

	s = after(a, requested(a, s, name), ev, "{\"freight\":{\"name\":\"" F1 "\"},\"freightCollection\":{}}");
	ev.kind = EVENT_PROMOTION_FINISHED;
	return after(a, s, ev, str_format(a, "{\"phase\":\"Errored\",\"status\":{\"steps\":[{\"alias\":"
		"\"push\",\"status\":\"Errored\"%s}]}}", may_pass ? ",\"mayPass\":true" : ""));
}

TEST(what_failed_is_not_tried_again_unless_it_may_pass)
{
	AUTO(arena) struct arena *a = arena_new();
	static const int64_t pauses[] = { 60000, 300000, 900000, 3600000 };
	const struct state *s = failed(a, found(a), "test.1.x", T0, false);
	int64_t next, at = T0;

	is_text(decided(a, s, "glob:*", T0 + 24 * 3600000, &next), "", "what failed is a person's to try again");
	is_number(next, 0, "and is not waited for");
	s = found(a);
	for (size_t i = 0; i < COUNTOF(pauses); i++) {
		s = failed(a, s, str_format(a, "test.%zu.x", i + 1), at, true);
		is_text(decided(a, s, "glob:*", at + pauses[i] - 1, &next), "", "after an outage it waits");
		is_number(next, at + pauses[i], "for so long");
		at += pauses[i];
		is_text(decided(a, s, "glob:*", at, NULL), "promote:test", "and is tried again");
	}
	s = failed(a, s, "test.5.x", at, true);
	is_text(decided(a, s, "glob:*", at + 24 * 3600000, &next), "", "but not for ever");
}
