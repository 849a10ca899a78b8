/* SPDX-License-Identifier: Apache-2.0 */
/* The present follows from events: a promotion's whole life, conflicts, differences. */
#include "model/state.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "model/event.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/world.h"
#include "tap.h"

#define F1 "1111111111111111111111111111111111111111"
#define F2 "2222222222222222222222222222222222222222"

static const int64_t start = 1717236000000; /* 2024-06-01T10:00:00Z */

static const struct value *json(struct arena *a, const char *text)
{
	struct value *v = NULL;
	struct err e;

	if (!json_parse(a, text, strlen(text), &v, &e))
		note("%s: %s", text, e.message);
	return v;
}

static const struct state *after(struct arena *a, const struct state *s, struct event ev,
				 const char *data)
{
	struct err e;

	ev.subject = "test";
	ev.data = data ? json(a, data) : NULL;
	if (!state_apply(a, s, &ev, &s, &e))
		ok(false, "%s: %s", event_word_of(&ev), e.message);
	return s;
}

static const char *refused(struct arena *a, const struct state *s, struct event ev, const char *data)
{
	struct err e;

	ev.subject = "test";
	ev.data = data ? json(a, data) : NULL;
	return state_apply(a, s, &ev, &s, &e) ? NULL : str_copy(a, e.message);
}

static const struct state *with_freight(struct arena *a)
{
	const struct state *s = state_empty(a);

	s = after(a, s, (struct event){ .kind = EVENT_FREIGHT_DISCOVERED },
		  "{\"metadata\":{\"name\":\"" F1 "\"},\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"}}");
	return after(a, s, (struct event){ .kind = EVENT_FREIGHT_DISCOVERED },
		     "{\"metadata\":{\"name\":\"" F2 "\"},\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"}}");
}

static const struct state *request(struct arena *a, const struct state *s, const char *name,
				   const char *freight)
{
	return after(a, s,
		     (struct event){ .kind = EVENT_PROMOTION_REQUESTED, .stage = "test",
				     .promotion = name },
		     str_format(a, "{\"metadata\":{\"name\":\"%s\"},\"spec\":{\"stage\":\"test\","
				"\"freight\":\"%s\"},\"status\":{\"phase\":\"Pending\"}}", name, freight));
}

static const struct state *begin(struct arena *a, const struct state *s, const char *name,
				 const char *freight, int64_t at)
{
	return after(a, s,
		     (struct event){ .kind = EVENT_PROMOTION_STARTED, .stage = "test",
				     .promotion = name, .at = at },
		     str_format(a, "{\"freight\":{\"name\":\"%s\"},\"freightCollection\":{\"id\":"
				"\"c%.1s\",\"items\":{\"Warehouse/w\":{\"name\":\"%s\"}}}}",
				freight, freight, freight));
}

static const struct state *end(struct arena *a, const struct state *s, const char *name,
			       const char *phase, int64_t at)
{
	return after(a, s,
		     (struct event){ .kind = EVENT_PROMOTION_FINISHED, .stage = "test",
				     .promotion = name, .at = at },
		     str_format(a, "{\"phase\":\"%s\",\"message\":\"m\"}", phase));
}

static const struct state *promoted(struct arena *a, const struct state *s, const char *name,
				    const char *freight, int64_t at)
{
	s = request(a, s, name, freight);
	s = begin(a, s, name, freight, at);
	return end(a, s, name, "Succeeded", at + 1000);
}

TEST(the_life_of_a_promotion)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *s = request(a, with_freight(a), "test.1.x", F1);

	s = begin(a, s, "test.1.x", F1, start);
	const struct value *p = state_promotion(s, "test.1.x")->object;
	is_text(value_path_text(p, "status.phase", ""), "Running", "it runs");
	is_text(value_path_text(state_stage(s, "test")->object, "status.currentPromotion.name", ""),
		"test.1.x", "the stage names it");
	s = after(a, s, (struct event){ .kind = EVENT_PROMOTION_STEP, .stage = "test",
					.promotion = "test.1.x" },
		  "{\"status\":{\"currentStep\":2,\"state\":{\"a\":{\"x\":1}}}}");
	s = after(a, s, (struct event){ .kind = EVENT_PROMOTION_STEP, .stage = "test",
					.promotion = "test.1.x" },
		  "{\"status\":{\"state\":{\"b\":{\"y\":2}}},\"set\":[{\"kind\":\"Freight\",\"name\":\""
		  F1 "\",\"metadata\":{\"k\":[1]}},{\"kind\":\"Stage\",\"name\":\"test\","
		  "\"metadata\":{\"s\":true}}]}");
	p = state_promotion(s, "test.1.x")->object;
	ok(value_equal(value_path(p, "status.state"), json(a, "{\"a\":{\"x\":1},\"b\":{\"y\":2}}")),
	   "outputs gather");
	ok(value_equal(value_path(state_freight(s, F1), "status.metadata.k"), json(a, "[1]")),
	   "freight metadata is set");
	s = after(a, s, (struct event){ .kind = EVENT_PROMOTION_STEP, .stage = "test",
					.promotion = "test.1.x" },
		  "{\"status\":{},\"set\":[{\"kind\":\"Freight\",\"name\":\"" F1 "\","
		  "\"metadata\":{\"k\":null,\"l\":1}}]}");
	ok(!value_path(state_freight(s, F1), "status.metadata.k"), "null takes it away");
	s = end(a, s, "test.1.x", "Succeeded", start + 5000);
	const struct value *stage = state_stage(s, "test")->object;
	ok(!value_path(stage, "status.currentPromotion"), "the stage is free");
	is_text(value_path_text(stage, "status.lastPromotion.name", ""), "test.1.x", "it was the last");
	ok(value_truth(value_path(stage, "status.metadata.s"), false), "stage metadata is kept");
	is_text(value_path_text(state_freight(s, F1), "status.currentlyIn.test.since", ""),
		clock_rfc3339(a, start + 5000), "the freight is there");
}

TEST(freight_moves_and_soaks)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *s = promoted(a, with_freight(a), "test.1.x", F1, start);

	s = after(a, s, (struct event){ .kind = EVENT_STAGE_VERIFIED, .stage = "test" },
		  "{\"id\":\"v\",\"collection\":\"c1\",\"phase\":\"Successful\","
		  "\"finishTime\":\"2024-06-01T10:01:00Z\"}");
	is_text(value_path_text(state_freight(s, F1), "status.verifiedIn.test.verifiedAt", ""),
		"2024-06-01T10:01:00Z", "freight is verified in the stage");
	s = promoted(a, s, "test.2.x", F2, start + 3600000);
	ok(!value_path(state_freight(s, F1), "status.currentlyIn.test"), "the old freight left");
	is_text(value_path_text(state_freight(s, F1), "status.verifiedIn.test.longestSoak", ""),
		"1h0m0s", "and its time there counts");
	is_number(value_count(value_path(state_stage(s, "test")->object, "status.freightHistory")), 2,
		  "history has both");
	ok(refused(a, s, (struct event){ .kind = EVENT_STAGE_VERIFIED, .stage = "test" },
		   "{\"id\":\"v\",\"collection\":\"c1\",\"phase\":\"Successful\"}") != NULL,
	   "verifying freight that is gone is refused");
}

TEST(what_can_not_follow)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *s = promoted(a, with_freight(a), "test.1.x", F1, start);
	struct event ev = { .kind = EVENT_PROMOTION_STARTED, .stage = "test", .promotion = "test.1.x" };

	ok(refused(a, s, ev, "{}") != NULL, "starting what is over");
	ev.promotion = "test.9.x";
	ok(refused(a, s, ev, "{}") != NULL, "starting what is not there");
	ev.kind = EVENT_PROMOTION_ABORT_REQUESTED;
	ev.promotion = "test.1.x";
	ok(refused(a, s, ev, NULL) != NULL, "aborting what is over");
	s = begin(a, request(a, s, "test.2.x", F2), "test.2.x", F2, start);
	s = request(a, s, "test.3.x", F1);
	ev.kind = EVENT_PROMOTION_STARTED;
	ev.promotion = "test.3.x";
	ok(refused(a, s, ev, "{}") != NULL, "starting in a busy stage");
	ev.kind = EVENT_PROMOTION_REQUESTED;
	ok(refused(a, s, ev, "{\"metadata\":{\"name\":\"test.3.x\"},\"spec\":{\"stage\":\"test\","
		   "\"freight\":\"" F1 "\"}}") != NULL, "requesting it twice");
	ev.promotion = "../x";
	ok(refused(a, s, ev, "{\"metadata\":{\"name\":\"../x\"},\"spec\":{\"stage\":\"test\","
		   "\"freight\":\"" F1 "\"}}") != NULL, "a name that leaves its folder");
	ev.kind = EVENT_FREIGHT_APPROVED;
	ev.freight = "3333333333333333333333333333333333333333";
	ok(refused(a, s, ev, NULL) != NULL, "approving unknown freight");
	ev.kind = EVENT_FREIGHT_DISCOVERED;
	ok(refused(a, s, ev, "{\"metadata\":{\"name\":\"" F1 "\"}}") != NULL, "finding it twice");
}

TEST(aborting_what_waits_leaves_the_stage_alone)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *s = promoted(a, with_freight(a), "test.1.x", F1, start);

	s = end(a, request(a, s, "test.2.x", F2), "test.2.x", "Aborted", start);
	is_text(value_path_text(state_stage(s, "test")->object, "status.lastPromotion.name", ""),
		"test.1.x", "the last promotion is the one that ran");
}

TEST(who_aborted_and_why_is_kept)
{
	AUTO(arena) struct arena *a = arena_new();
	struct event ev = { .kind = EVENT_PROMOTION_ABORT_REQUESTED, .stage = "test", .promotion = "test.1.x",
			    .at = start };
	const struct state *s = request(a, with_freight(a), "test.1.x", F1), *old, *new;
	static const char path[] = "metadata.annotations";
	const struct value *notes;

	old = after(a, s, ev, NULL);
	notes = value_path(state_promotion(old, "test.1.x")->object, path);
	is_text(value_text(value_get(notes, "kargo.akuity.io/abort"), ""), "terminate", "it is Kargo's mark");
	ok(!value_get(notes, PROMOTION_ABORTED_BY), "an event of an older ledger says no more");
	new = after(a, s, ev, "{\"by\":\"Lin <lin@example.org>\",\"reason\":\"the wrong one\"}");
	notes = value_path(state_promotion(new, "test.1.x")->object, path);
	is_text(value_text(value_get(notes, PROMOTION_ABORTED_BY), ""), "Lin <lin@example.org>", "who");
	is_text(value_text(value_get(notes, PROMOTION_ABORT_REASON), ""), "the wrong one", "and why");
}

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct state_change *)a)->path, ((const struct state_change *)b)->path);
}

TEST(differences_are_the_files)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *one = with_freight(a);
	const struct state *two = promoted(a, one, "test.1.x", F1, start);
	struct list changes = { 0 };
	const struct state *rebuilt = NULL;
	struct list whole = { 0 };
	struct state_change *files;
	struct err e;

	state_changes(a, one, two, &changes);
	is_number(changes.count, 3, "freight, stage and promotion changed");
	state_changes(a, state_empty(a), two, &whole);
	files = arena_array(a, whole.count, sizeof(*files));
	for (size_t i = 0; i < whole.count; i++)
		files[i] = *(struct state_change *)whole.items[i];
	qsort(files, whole.count, sizeof(*files), by_path);
	if (!ok(state_read(a, files, whole.count, &rebuilt, &e), "the files are read %s", e.message))
		return;
	ok(value_equal(state_freight(rebuilt, F1), state_freight(two, F1)) &&
	   value_equal(state_stage(rebuilt, "test")->object, state_stage(two, "test")->object) &&
	   value_equal(state_promotion(rebuilt, "test.1.x")->object,
		       state_promotion(two, "test.1.x")->object), "the files make the state");
	changes.count = 0;
	state_changes(a, two, two, &changes);
	is_number(changes.count, 0, "no difference to itself");
	two = after(a, two, (struct event){ .kind = EVENT_LEDGER_PRUNED },
		    "{\"promotions\":{\"test\":[\"test.1.x\"]},\"freight\":[\"" F2 "\"]}");
	changes.count = 0;
	state_changes(a, rebuilt, two, &changes);
	ok(!state_promotion(two, "test.1.x") && !state_freight(two, F2), "pruned files are gone");
	static const char *const others[] = { "stages/../x.json", "freight/11/2222.json", "x", "stages/X.json" };
	for (size_t i = 0; i < COUNTOF(others); i++)
		ok(!state_read(a, &(struct state_change){ .path = others[i] }, 1, &rebuilt, &e) &&
		   e.code == ERR_CONFIG, "%s is refused: %s", others[i], e.message);
}

TEST(holds_come_true_at_the_end)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *s = after(a, with_freight(a),
		(struct event){ .kind = EVENT_PROMOTION_REQUESTED, .stage = "test", .promotion = "test.1.x" },
		"{\"metadata\":{\"name\":\"test.1.x\",\"annotations\":{"
		"\"kargo.akuity.io/auto-promotion-hold\":\"Warehouse/w\"}},"
		"\"spec\":{\"stage\":\"test\",\"freight\":\"" F1 "\"}}");

	s = end(a, begin(a, s, "test.1.x", F1, start), "test.1.x", "Failed", start);
	const struct value *holds = value_path(state_stage(s, "test")->object, "status.autoPromotionHolds");
	is_text(value_path_text(value_get(holds, "Warehouse/w"), "freightName", ""), F1,
		"a failed promotion still holds");
	s = after(a, s, (struct event){ .kind = EVENT_STAGE_RESUMED, .stage = "test" }, NULL);
	ok(!value_path(state_stage(s, "test")->object, "status.autoPromotionHolds"), "resuming drops it");
}

TEST(a_copy_stands_alone)
{
	struct arena *a = arena_new();
	AUTO(arena) struct arena *b = arena_new();
	const struct state *s = state_copy(b, promoted(a, with_freight(a), "test.1.x", F1, start));

	arena_free(a);
	is_number(s->nfreight, 2, "freight is counted");
	is_text(value_path_text(state_promotion(s, "test.1.x")->object, "status.phase", ""), "Succeeded",
		"what was copied can be read");
}

static const struct freight *freight_in(const struct state *s, const char *name)
{
	const struct project none = { .name = "demo" };
	AUTO(arena) struct arena *a = arena_new();
	struct world w = { .nfreight = 0 };
	struct err e;

	if (!state_world(a, s, &none, &w, &e))
		note("%s", e.message);
	return world_freight(&w, name);
}

TEST(what_did_not_change_is_read_once)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct state *before = with_freight(a), *next;
	const struct freight *one, *two;
	struct err e;

	ok(state_parse(a, before, &e), "a state is read");
	one = freight_in(before, F1);
	two = freight_in(before, F2);
	ok(one && one == freight_in(before, F1), "worlds share what was read");
	next = after(a, before, (struct event){ .kind = EVENT_FREIGHT_APPROVED, .freight = F1, .stage = "test" },
		     NULL);
	ok(state_parse(a, next, &e), "and the next one");
	ok(freight_in(next, F2) == two, "in which what did not change is not read again");
	ok(freight_in(next, F1) != one && freight_mark(&freight_in(next, F1)->approved_for, "test"),
	   "but what did is");
	ok(freight_in(before, F1) == one && !freight_mark(&one->approved_for, "test"), "the old one is as it was");
	const struct state *copy = state_copy(a, next);
	ok(state_parse(a, copy, &e), "a copy");
	ok(freight_in(copy, F2) && freight_in(copy, F2)->object != two->object, "has its own");
}
