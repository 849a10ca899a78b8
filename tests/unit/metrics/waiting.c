/* SPDX-License-Identifier: Apache-2.0 */
/* What a stage waits for, and since when. */
#include "metrics/metrics_inner.h"

#include "base/arena.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

static const int64_t now = 1700000000000;

struct scene {
	struct project project;
	struct world w;
	struct stage s;
	struct freight_request r;
	struct freight f;
	struct freight_mark verified;
	const struct freight *items[1];
	const char *upstream[1];
	struct promotion p;
	struct promotion_step step;
	int64_t soak;                   /* ns */
};

static struct waiting look(struct scene *t, const struct promotion *active)
{
	t->upstream[0] = "uat";
	t->r = (struct freight_request){ .warehouse = "w", .stages = t->upstream, .nstages = 1,
					.soak = t->soak };
	t->s.name = "prod";
	t->s.nsteps = 1;
	t->s.requests = &t->r;
	t->s.nrequests = 1;
	t->f.name = "f1";
	t->f.warehouse = "w";
	t->f.discovered_at = now - 9000;
	t->items[0] = &t->f;
	t->w.project = &t->project;
	const struct newer newer = { t->items, 1 };

	return waiting_of(&t->w, &t->s, &newer, active, now);
}

static void verify(struct scene *t)
{
	t->verified = (struct freight_mark){ "uat", now - 5000, -1, NULL };
	t->f.verified_in = (struct freight_marks){ &t->verified, 1 };
}

TEST(freight_that_is_not_verified_upstream_waits_for_nobody)
{
	struct scene t = { 0 };

	is_text(look(&t, NULL).reason, NULL, "it may not go there yet");
}

TEST(a_stage_without_auto_promotion_waits_for_a_person)
{
	struct scene t = { 0 };

	verify(&t);
	is_text(look(&t, NULL).reason, "person", "somebody must promote it");
	is_number(look(&t, NULL).since, now - 5000, "since it was verified upstream");
	t.s.auto_promotion = true;
	is_text(look(&t, NULL).reason, NULL, "with auto-promotion it goes by itself");
}

TEST(what_soaks_is_not_waited_for_yet)
{
	struct scene t = { .soak = 2000000000 };

	verify(&t);
	t.verified.longest_soak = 4000000000;
	is_text(look(&t, NULL).reason, "person", "it has soaked for long enough");
	is_number(look(&t, NULL).since, now - 3000, "and nobody was asked before that");
}

TEST(a_hold_is_told)
{
	struct hold hold = { .warehouse = "w", .created_at = now - 100 };
	struct scene t = { .s = { .auto_promotion = true, .holds = &hold, .nholds = 1 } };

	verify(&t);
	is_text(look(&t, NULL).reason, "hold", "auto-promotion is held");
	is_number(look(&t, NULL).since, now - 100, "since then");
}

TEST(a_promotion_waits_for_its_pull_request)
{
	struct scene t = { 0 };

	t.step = (struct promotion_step){ .uses = "git-wait-for-pr", .started_at = now - 700 };
	t.p = (struct promotion){ .phase = PHASE_RUNNING, .steps = &t.step, .nsteps = 1, .started_at = now - 900 };
	is_text(look(&t, &t.p).reason, "pull_request", "somebody must merge it");
	is_number(look(&t, &t.p).since, now - 700, "since the step began");
	t.step.uses = "git-push";
	is_text(look(&t, &t.p).reason, NULL, "any other step is at work");
}
