/* SPDX-License-Identifier: Apache-2.0 */
/* What may enter a stage, and what is said about what may not. */
#include "model/available.h"
#include "model/gate.h"

#include <string.h>

#include "base/arena.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/window.h"
#include "model/world.h"
#include "tap.h"

static const int64_t now = 1000000000000;
static const int64_t minute = 60000;

static const char *upstream[] = { "test", "qa" };

static struct freight_request request(void)
{
	return (struct freight_request){ .warehouse = "w", .stages = upstream, .nstages = 1 };
}

struct scene {
	struct arena *a;
	struct world w;
	struct stage s;
	struct freight_request r;
	struct freight f;
	struct freight_mark verified, current, approved;
	struct gates g;
};

static void look(struct scene *t)
{
	t->s.name = "prod";
	t->s.nsteps = 1;
	t->s.requests = &t->r;
	t->s.nrequests = 1;
	t->f.name = "f1";
	t->f.alias = "soft-squirrel";
	t->f.warehouse = "w";
	t->f.discovered_at = now - 3 * 24 * 60 * minute;
	gates_of(t->a, &(struct gate_question){ &t->w, &t->s, &t->f, now }, &t->g);
}

static const struct gate *gate(const struct scene *t, enum gate_kind kind)
{
	for (size_t i = 0; i < t->g.count; i++)
		if (t->g.items[i].kind == kind)
			return &t->g.items[i];
	return NULL;
}

TEST(unverified_freight_waits)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .r = request() };

	look(&t);
	ok(!t.g.open && !freight_is_available(&t.s, &t.f, now), "it may not enter");
	is_text(t.g.summary, "verified: not yet in test", "and this is why");
	is_text(gate(&t, GATE_ORIGIN)->sentence, "3d ago by warehouse w", "where it is from");
}

TEST(a_failed_verification_upstream_is_told)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .r = request() };
	struct collection runs = { .id = "c", .verification = "Failed",
				   .verification_message = "metric rate is Failed: measured [NaN]" };
	struct stage test = { .name = "test", .history = &runs, .nhistory = 1 };
	struct stage *stages[] = { &test };

	t.w.stages = stages;
	t.w.nstages = 1;
	t.current = (struct freight_mark){ "test", now - 26 * minute, -1, NULL };
	t.f.currently_in = (struct freight_marks){ &t.current, 1 };
	look(&t);
	is_text(t.g.summary,
		"verified: not yet in test; verification of test: metric rate is Failed: measured [NaN]",
		"why says what was measured");
}

TEST(soaking_says_how_long)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .r = request() };

	t.r.soak = INT64_C(1800000000000);
	t.verified = (struct freight_mark){ "test", now - 26 * minute, -1, NULL };
	t.current = (struct freight_mark){ "test", now - 26 * minute, -1, NULL };
	t.f.verified_in = (struct freight_marks){ &t.verified, 1 };
	t.f.currently_in = (struct freight_marks){ &t.current, 1 };
	look(&t);
	ok(!t.g.open, "it may not enter yet");
	is_text(gate(&t, GATE_SOAKED)->sentence, "26m, needs 30m: 4m left", "four minutes are left");
	is_number(t.g.opens_at, now + 4 * minute, "and then the gate opens");
	ok(freight_is_available(&t.s, &t.f, now + 4 * minute), "as it does");
}

TEST(an_approval_stands_in)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .r = request() };

	t.r.soak = INT64_C(1800000000000);
	t.approved = (struct freight_mark){ "prod", now - minute, -1, "Ada" };
	t.f.approved_for = (struct freight_marks){ &t.approved, 1 };
	look(&t);
	ok(t.g.open && freight_is_available(&t.s, &t.f, now), "approved freight may enter");
	is_text(gate(&t, GATE_APPROVED)->sentence, "Ada, 1m ago", "by whom is said");
	t.r.warehouse = "other";
	look(&t);
	ok(!t.g.open && !freight_is_available(&t.s, &t.f, now), "but never from a foreign warehouse");
}

TEST(an_approval_is_needed_only_where_something_waits)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .r = request() };

	look(&t);
	ok(gate(&t, GATE_APPROVED)->needed, "unverified freight needs one");
	is_text(gate(&t, GATE_APPROVED)->verb, "gantry approve prod --freight soft-squirrel", "and this gives it");
	t.verified = (struct freight_mark){ "test", now - minute, -1, NULL };
	t.f.verified_in = (struct freight_marks){ &t.verified, 1 };
	look(&t);
	ok(!gate(&t, GATE_APPROVED)->needed, "verified freight does not");
	ok(gate(&t, GATE_VERIFIED)->needed, "what has passed is no less needed");
}

TEST(all_means_all)
{
	AUTO(arena) struct arena *a = arena_new();
	struct scene t = { .a = a, .r = request() };

	t.r.nstages = 2;
	t.verified = (struct freight_mark){ "test", now - minute, -1, NULL };
	t.f.verified_in = (struct freight_marks){ &t.verified, 1 };
	look(&t);
	ok(t.g.open, "one of two is enough by default");
	t.r.all = true;
	look(&t);
	ok(!t.g.open, "but not when all must have verified it");
	is_text(t.g.summary, "verified: not yet in qa", "qa is missing");
}

TEST(a_freeze_is_a_gate)
{
	AUTO(arena) struct arena *a = arena_new();
	struct window freeze = { .name = "freeze", .denies = true, .first = { now / 1000 - 60,
					    now / 1000 + 7200 } };
	struct project p = { .name = "demo", .windows = &freeze, .nwindows = 1 };
	struct scene t = { .a = a, .r = request() };

	t.w.project = &p;
	t.r.direct = true;
	look(&t);
	const struct gate *g = gate(&t, GATE_WINDOW);
	if (!ok(g != NULL, "windows are a gate where there are some"))
		return;
	ok(g->state == GATE_CLOSED && !t.g.open, "it is closed");
	is_text(g->sentence, "closed by freeze, opens in 2h", "by what, and until when");
	is_number(t.g.opens_at, now + 7200000, "all opens with it");
}

TEST(the_soonest_moment_counts_windows_to_come)
{
	AUTO(arena) struct arena *a = arena_new();
	struct window freeze = { .name = "freeze", .denies = true, .first = { now / 1000 + 180,
					    now / 1000 + 7200 } };
	struct project p = { .name = "demo", .windows = &freeze, .nwindows = 1 };
	struct scene t = { .a = a, .r = request() };

	t.w.project = &p;
	t.r.soak = INT64_C(1800000000000);
	t.verified = (struct freight_mark){ "test", now - 26 * minute, -1, NULL };
	t.current = (struct freight_mark){ "test", now - 26 * minute, -1, NULL };
	t.f.verified_in = (struct freight_marks){ &t.verified, 1 };
	t.f.currently_in = (struct freight_marks){ &t.current, 1 };
	look(&t);
	ok(gate(&t, GATE_WINDOW)->state == GATE_PASSED, "the window is open now");
	is_number(t.g.opens_at, now + 7200000, "but closed when it has soaked");
	freeze.first.end = INT64_MAX;
	look(&t);
	is_number(t.g.opens_at, 0, "a freeze without end: nobody can say");
	is_number(t.g.not_before, now + 4 * minute, "but not before it has soaked");
	t.f.verified_in.count = 0;
	freeze.first.start = now / 1000 - 60;
	freeze.first.end = now / 1000 + 7200;
	look(&t);
	is_number(t.g.opens_at, 0, "nobody can say when it will be verified");
	is_number(t.g.not_before, now + 7200000, "but not before the freeze ends");
}
