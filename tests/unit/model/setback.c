/* SPDX-License-Identifier: Apache-2.0 */
/* What speaks against freight: what was backed out, what failed, and what has put that right. */
#include "model/setback.h"

#include "base/arena.h"
#include "model/auto_promotion.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/world.h"
#include "tap.h"

enum { MINUTE = 60 * 1000, NOW = 1000 * MINUTE };

static struct freight bad = { .name = "bad", .alias = "", .warehouse = "w" };
static struct freight good = { .name = "good", .alias = "", .warehouse = "w" };
static struct collection_item item = { "w", "good" };
static struct collection ran = { .items = &item, .nitems = 1 };
static struct freight_request request = { .warehouse = "w", .direct = true };
static struct stage stage = { .name = "prod", .requests = &request, .nrequests = 1, .history = &ran,
			      .nhistory = 1 };

static struct promotion to(struct freight *f, enum promotion_phase phase, int64_t ago)
{
	return (struct promotion){ .name = "p", .stage = "prod", .freight = f->name, .phase = phase,
				   .message = "no luck", .actor = "Lin <lin@example.org>",
				   .finished_at = NOW - ago };
}

/* Newest first. */
static const char *said(struct arena *a, struct promotion *first, struct promotion *second)
{
	struct promotion *all[] = { first, second };
	struct freight *freight[] = { &bad, &good };
	struct world w = { .promotions = all, .npromotions = second ? 2 : 1, .freight = freight,
			   .nfreight = 2 };
	struct setback setback;

	setback_of(&w, &stage, &bad, &setback);
	return setback_sentence(a, &setback, NOW);
}

TEST(setbacks)
{
	AUTO(arena) struct arena *a = arena_new();
	struct promotion failed = to(&bad, PHASE_FAILED, 7 * MINUTE);
	struct promotion back = to(&good, PHASE_SUCCEEDED, 3 * MINUTE);
	struct promotion fine = to(&bad, PHASE_SUCCEEDED, MINUTE), elsewhere = failed;

	back.rollback = true;
	back.from_freight = "bad";
	back.reason = "checkout errors";
	elsewhere.stage = "test";
	is_text(said(a, &failed, NULL), "its promotion failed 7m ago: no luck", "a failure, with its cause");
	is_text(said(a, &failed, &back), "Lin backed it out 3m ago: checkout errors",
		"being backed out weighs more");
	is_text(said(a, &fine, &back), "", "a promotion that went well since puts it right");
	is_text(said(a, &back, &fine), "Lin backed it out 3m ago: checkout errors",
		"one before does not");
	is_text(said(a, &elsewhere, NULL), "", "other stages do not count");
	back.reason = NULL;
	back.actor = "";
	is_text(said(a, &back, NULL), "auto-promotion backed it out 3m ago, without a reason",
		"nobody gave a reason");
}

TEST(auto_promotion_leaves_out_what_was_backed_out)
{
	struct promotion back = to(&good, PHASE_SUCCEEDED, 3 * MINUTE);
	struct promotion again = to(&bad, PHASE_SUCCEEDED, 2 * MINUTE);
	struct promotion other = to(&good, PHASE_SUCCEEDED, MINUTE);
	struct promotion *all[] = { &back }, *later[] = { &other, &again, &back };
	struct freight *freight[] = { &bad, &good };
	struct world w = { .promotions = all, .npromotions = 1, .freight = freight, .nfreight = 2 };
	struct stage s = stage;
	struct auto_outlook outlook;

	s.auto_promotion = true;
	s.last_promotion = "q";
	auto_outlook(&w, &s, &bad, NOW, &outlook);
	is_number(outlook.state, AUTO_NEXT, "freight is taken that runs nowhere yet");
	back.rollback = true;
	back.from_freight = "bad";
	auto_outlook(&w, &s, &bad, NOW, &outlook);
	is_number(outlook.state, AUTO_BACKED_OUT, "what somebody backed out is not, though nothing is held");
	ok(outlook.setback.promotion == &back, "and it is known which promotion took it out");
	w.promotions = later;
	w.npromotions = 3;
	auto_outlook(&w, &s, &bad, NOW, &outlook);
	is_number(outlook.state, AUTO_NEXT, "once a person has brought it back, it is freight like any other");
}

TEST(stage_failures)
{
	struct promotion failed = to(&bad, PHASE_ERRORED, 7 * MINUTE);
	struct promotion fine = to(&good, PHASE_SUCCEEDED, MINUTE);
	struct promotion *all[] = { &failed, &fine };
	struct freight *freight[] = { &bad, &good };
	struct world w = { .promotions = all, .npromotions = 2, .freight = freight, .nfreight = 2 };

	ok(stage_failure(&w, &stage) == &failed, "the newest promotion failed");
	failed.freight = "good";
	ok(!stage_failure(&w, &stage), "but what runs all the same is no failure");
	all[0] = &fine;
	all[1] = &failed;
	failed.freight = "bad";
	ok(!stage_failure(&w, &stage), "nor is what a later promotion put right");
}

TEST(causes)
{
	AUTO(arena) struct arena *a = arena_new();
	struct promotion p = to(&bad, PHASE_ERRORED, 0);

	p.message = "step \"step-6\" met error threshold of 3: git push: rejected: not signed\nhint";
	is_text(promotion_cause(a, &p), "git push: rejected: not signed", "Kargo's wrapping is taken off");
	p.message = "an unrecoverable error occurred: error running step \"deploy\": Argo CD: not signed";
	is_text(promotion_cause(a, &p), "Argo CD: not signed", "each layer of it");
	p.message = "step \"push\" met error threshold of 1: error running step \"push\": rejected";
	is_text(promotion_cause(a, &p), "rejected", "in any order");
	p.message = "step \"x\": ";
	is_text(promotion_cause(a, &p), "step \"x\": ", "where nothing is within, it stays");
	p.message = "step \"x\" is odd";
	is_text(promotion_cause(a, &p), "step \"x\" is odd", "what is not that stays");
}
