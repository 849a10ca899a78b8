/* SPDX-License-Identifier: Apache-2.0 */
/* What people wish becomes what Kargo has for it, or a sentence that says why not. */
#include "attach/act.h"

#include <string.h>

#include "attach/transport.h"
#include "base/arena.h"
#include "base/err.h"
#include "cluster.h"
#include "data/value.h"
#include "scene.h"
#include "tap.h"

enum { MOMENT = 1782909000 };

/* A wish of the scene, and what came of it. */
struct wished {
	struct arena *a;
	struct attach_deed deed;
	struct err e;
	bool fine;
};

static struct wished wish(struct arena *a, bool live, const struct intent *i)
{
	struct wished out = { .a = a };
	const struct attach_wish asked = { scene_world(a, live), i, MOMENT * INT64_C(1000) };

	out.fine = attach_deed_of(a, &asked, &out.deed, &out.e);
	return out;
}

static const struct attach_call *only_call(const struct wished *w)
{
	static const struct attach_call none = { .name = "none" };

	ok(w->fine, "it is done: %s", w->fine ? "" : w->e.message);
	return w->fine && w->deed.calls.count == 1 ? w->deed.calls.items[0] : &none;
}

static const char *right(const struct wished *w, size_t index)
{
	return index < w->deed.rights.count ? attach_right_denied(w->a, w->deed.rights.items[index]) : "none";
}

TEST(a_promotion_is_made_of_freight_with_what_kargo_has_no_field_for)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent i = { .kind = INTENT_PROMOTE, .stage = "prod", .freight = "soft-squirrel",
				  .reason = "customer demo", .seen_freight = SCENE_OLD };
	const struct wished w = wish(a, false, &i);
	const struct attach_call *c = only_call(&w);

	is_number(c->verb, ATTACH_CREATE, "a Promotion is made");
	is_text(c->freight, CLUSTER_FREIGHT, "of the freight of that alias");
	is_text(c->stage, "prod", "into the stage");
	is_text(value_get_text(c->annotations, "gantry/reason"), "customer demo", "the reason goes with it");
	is_text(value_get_text(c->annotations, "gantry/from-freight"), SCENE_OLD, "and what ran before");
	is_text(right(&w, 0), "you may not promote stages/prod in shop", "it needs Kargo's own right");
	is_text(right(&w, 1), "you may not create promotions in shop", "and Kubernetes'");
	is_text(w.deed.done, "promoting prod to soft-squirrel (1.29.5)", "and is told so");
}

TEST(what_is_no_longer_as_it_was_seen_is_not_promoted)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent i = { .kind = INTENT_PROMOTE, .stage = "prod", .freight = CLUSTER_FREIGHT,
				  .seen_freight = "another" };
	const struct wished w = wish(a, false, &i);

	ok(!w.fine && w.e.code == ERR_CONFLICT, "refused");
	is_text(w.e.message, "prod runs old-otter (1.29.5) by now: look again", "with what it runs");
}

TEST(freight_is_approved_only_for_stages_that_ask_for_it)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent fine = { .kind = INTENT_APPROVE, .stage = "test", .freight = SCENE_OLD };
	const struct intent twice = { .kind = INTENT_APPROVE, .stage = "prod", .freight = CLUSTER_FREIGHT };
	const struct intent nowhere = { .kind = INTENT_APPROVE, .stage = "paradise", .freight = SCENE_OLD };
	struct wished w = wish(a, false, &fine);

	is_number(only_call(&w)->verb, ATTACH_APPROVE, "one that does");
	is_text(right(&w, 0), "you may not promote stages/test in shop",
		"needs the right to promote, which the cluster does not ask for");
	is_text(right(&w, 1), "you may not patch freights/status in shop", "and to write it down");
	w = wish(a, false, &twice);
	ok(!w.fine && w.e.code == ERR_CONFLICT, "twice: %s", w.e.message);
	w = wish(a, false, &nowhere);
	ok(!w.fine && w.e.code == ERR_NOT_FOUND, "a stage that is not there: %s", w.e.message);
}

TEST(a_promotion_under_way_is_aborted)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent i = { .kind = INTENT_ABORT, .stage = "test" };
	const struct intent closing = { .kind = INTENT_ABORT, .stage = "test", .close_pull_request = true };
	struct wished w = wish(a, true, &i);

	is_text(only_call(&w)->name, CLUSTER_PROMOTION, "the one in the stage");
	is_text(right(&w, 0), "you may not promote stages/test in shop", "with the stage's right");
	w = wish(a, false, &i);
	ok(!w.fine && w.e.code == ERR_NOT_FOUND, "none is under way: %s", w.e.message);
	w = wish(a, true, &closing);
	ok(!w.fine && strstr(w.e.message, "pull request"), "Kargo closes none: %s", w.e.message);
}

TEST(going_back_is_a_promotion_of_older_freight)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent i = { .kind = INTENT_ROLLBACK, .stage = "test", .freight = SCENE_OLD };
	const struct wished w = wish(a, false, &i);
	const struct attach_call *c = only_call(&w);

	is_text(c->freight, SCENE_OLD, "of that");
	is_text(value_get_text(c->annotations, "kargo.akuity.io/rollback"), "true",
		"marked as Kargo marks it");
}

TEST(holding_and_letting_go_on_are_promotions_too)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent hold = { .kind = INTENT_HOLD, .stage = "prod" };
	const struct intent resume = { .kind = INTENT_RESUME, .stage = "prod" };
	const struct intent idle = { .kind = INTENT_HOLD, .stage = "test" };
	struct wished w = wish(a, false, &hold);

	is_text(only_call(&w)->freight, SCENE_OLD, "what runs is promoted again, which holds the stage");
	w = wish(a, false, &resume);
	is_text(only_call(&w)->freight, NULL, "no freight is named");
	is_text(only_call(&w)->warehouse, "web", "but the origin, whose candidate Kargo takes");
	w = wish(a, false, &idle);
	ok(!w.fine, "a stage that does not promote by itself: %s", w.e.message);
}

TEST(what_was_verified_is_verified_again)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent i = { .kind = INTENT_VERIFY, .stage = "test", .reason = "odd graphs" };
	const struct wished w = wish(a, false, &i);

	is_text(only_call(&w)->verification, "v1", "by the id of its last verification");
	ok(strstr(w.deed.done, "the reason is lost") != NULL, "a reason that nobody keeps is told: %s",
	   w.deed.done);
	is_text(right(&w, 0), "you may not patch stages/test in shop", "it needs another right");
}

TEST(kargo_looks_again)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent all = { .kind = INTENT_REFRESH };
	const struct intent stage = { .kind = INTENT_REFRESH, .stage = "prod" };
	struct wished w = wish(a, false, &all);

	is_text(only_call(&w)->name, "web", "at its warehouses");
	w = wish(a, false, &stage);
	is_number(only_call(&w)->kind, ATTACH_STAGE, "or at a stage");
}

TEST(what_kargo_lacks_is_said)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct intent merge = { .kind = INTENT_MERGE };
	const struct wished w = wish(a, false, &merge);

	ok(!w.fine && w.e.code == ERR_REFUSED, "merging: %s", w.e.message);
	ok(attach_lacks(INTENT_TRAVEL) != NULL, "and a past to travel to");
}
