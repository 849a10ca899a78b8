/* SPDX-License-Identifier: Apache-2.0 */
/* What the observer is told becomes a world, whole and soon. */
#include "observe/observe.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/part.h"
#include "base/str.h"
#include "data/json.h"
#include "model/attachment.h"
#include "model/event.h"
#include "model/promotion.h"
#include "model/record.h"
#include "model/state.h"
#include "observe/manifests.h"
#include "observe/snapshot.h"
#include "observe/sources.h"
#include "tap.h"

static void ignore(void *context)
{
	(void)context;
}

static void ignore_freight(void *context, const struct value *freight)
{
	(void)context;
	(void)freight;
}

/* An observer of a project without stages, and the slot of its worlds. */
struct watching {
	struct arena *arena;
	struct slots *slots;
	struct slot *slot;
	struct part *part;
	struct sources *sources;
	struct observer *observer;
};

static bool watching_begin_attached(struct watching *w, const struct attachment *attachment)
{
	struct held_project *held;
	struct err e;

	w->arena = arena_new();
	w->slots = slots_new();
	w->slot = slot_new(w->slots, "demo");
	w->part = part_new();
	held = arena_alloc(part_arena(w->part), sizeof(*held));
	held->project.name = "demo";
	held->part = w->part;
	const struct manifest_project mp = { .name = "demo", .project = &held->project,
					     .part = w->part };
	if (!ok(sources_new(&w->sources, NULL, &e), "threads to look with"))
		return false;
	const struct observer_options o = { .project = "demo", .slot = w->slot, .sources = w->sources,
					    .on_world = ignore,
					    .on_freight = ignore_freight, .on_change = ignore,
					    .attachment = attachment,
					    .manifests = arena_copy(part_arena(w->part), &mp, sizeof(mp)) };
	w->observer = observer_new(&o);
	observer_start(w->observer);
	return true;
}

static bool watching_begin(struct watching *w)
{
	return watching_begin_attached(w, NULL);
}

static void watching_end(struct watching *w)
{
	ok(observer_stop(w->observer) && sources_free(w->sources), "stopped");
	slots_free(w->slots);
	part_release(w->part);
	arena_free(w->arena);
}

/* Polls, at most 10 s; false: it was not to be. */
static bool world_becomes(struct watching *w, bool (*test)(const struct world *w))
{
	int64_t end = clock_ticks() + 10000;
	bool good = false;

	while (!good && clock_ticks() < end) {
		const struct world *now = slots_first(w->slots);

		good = test(now);
		world_give_back(now);
		if (!good)
			clock_sleep(5);
	}
	return good;
}

static bool is_loading(const struct world *w)
{
	return w->loading;
}

static bool is_loaded(const struct world *w)
{
	return !w->loading;
}

static bool has_twenty(const struct world *w)
{
	return w->nevents == 20;
}

TEST(events_told_in_quick_succession_are_all_there)
{
	AUTO(arena) struct arena *a = arena_new();
	struct event_tail tail = { .part = NULL };
	struct part *part = part_new();
	const struct state *empty = state_empty(part_arena(part));
	struct watching w;

	if (!watching_begin(&w))
		return;
	ok(world_becomes(&w, is_loading), "before the ledger is told, the world is loading");
	for (int i = 0; i < 20; i++) {
		const char *commit = str_format(a, "%040d", i);
		const struct event ev = { .kind = EVENT_FREIGHT_APPROVED, .at = clock_now(),
					  .subject = str_format(a, "event %d", i) };

		event_tail_add(&tail, commit, &ev);
		const struct record *r = record_new(empty, part, commit, &tail);
		observer_record(w.observer, r);
		record_release(r);
	}
	ok(world_becomes(&w, has_twenty), "all twenty are in the world");
	ok(world_becomes(&w, is_loaded), "which is no longer loading");
	event_tail_release(&tail);
	part_release(part);
	watching_end(&w);
}

static bool has_source(const struct world *w)
{
	return w->nsources == 1;
}

TEST(a_world_outlives_the_cluster_that_it_was_made_of)
{
	char context[] = "staging", server[] = "https://staging.example.org", name[] = "staging";
	const struct attachment standing = { .context = context, .server = server };
	const struct source heard = { .kind = SOURCE_LEDGER, .name = name, .seen_at = 5 };
	const struct world *held;
	struct watching w;

	if (!watching_begin_attached(&w, &standing))
		return;
	observer_remote(w.observer, &heard);
	ok(world_becomes(&w, has_source), "a world says what it is attached to");
	held = slots_first(w.slots);
	ok(observer_stop(w.observer), "the cluster is left");
	w.observer = NULL;
	context[0] = server[0] = name[0] = 'X';
	is_text(held->attachment->context, "staging", "what a screen still holds has its name");
	is_text(held->attachment->server, "https://staging.example.org", "its address");
	is_text(held->sources[0].name, "staging", "and that of the source");
	world_give_back(held);
	watching_end(&w);
}

static bool says_refused(const struct world *w)
{
	return !w->loading && w->nsources == 1 && w->sources[0].kind == SOURCE_LEDGER &&
	       w->sources[0].failing_since == 5 && same_text(w->sources[0].error, "refused");
}

static bool says_nothing(const struct world *w)
{
	return w->nsources == 0;
}

/* A ledger with a promotion that runs its one step. */
static const struct record *running_record(struct part *part, struct event_tail *tail)
{
	struct arena *a = part_arena(part);
	struct state_object *o = arena_alloc(a, sizeof(*o));
	struct state_stage *stage = arena_alloc(a, sizeof(*stage));
	struct state *s = arena_copy(a, state_empty(a), sizeof(*s));
	struct err e;
	struct value *object;
	static const char text[] =
		"{\"metadata\":{\"name\":\"p1\",\"namespace\":\"demo\"},\"spec\":{\"stage\":\"test\",\"freight\":"
		"\"f1\",\"steps\":[{\"uses\":\"http\",\"as\":\"wait\"}]},\"status\":{\"phase\":\"Running\","
		"\"stepExecutionMetadata\":[{\"alias\":\"wait\",\"status\":\"Running\"}]}}";

	o->name = "p1";
	if (!json_parse(a, text, sizeof(text) - 1, &object, &e))
		ok(false, "%s", e.message);
	o->object = object;
	stage->name = "test";
	stage->promotions = arena_copy(a, &o, sizeof(o));
	stage->npromotions = 1;
	s->stages = arena_copy(a, &stage, sizeof(stage));
	s->nstages = 1;
	return record_new(s, part, "1111111111111111111111111111111111111111", tail);
}

static bool waits_again(const struct world *w)
{
	const struct promotion *p = world_promotion(w, "p1");

	return p && p->nsteps == 1 && p->steps[0].wait.next_look == 9000;
}

TEST(what_a_waiting_step_found_last_and_its_next_look_are_in_the_world)
{
	struct event_tail tail = { .part = NULL };
	struct part *part = part_new();
	struct step_progress p = { .promotion = "p1", .alias = "wait", .status = "Running" };
	struct watching w;

	if (!watching_begin(&w))
		return;
	const struct record *r = running_record(part, &tail);
	observer_record(w.observer, r);
	record_release(r);
	for (int i = 0; i < 1000; i++) {
		p.line = "";
		p.wait = (struct step_wait){ 0 };
		observer_progress(w.observer, &p);
		p.line = i < 500 ? "503 from web" : "web is Progressing";
		p.wait = (struct step_wait){ .next_look = 8001 + i, .gives_up = 20000, .errors = 2,
					     .errors_allowed = 5 };
		observer_progress(w.observer, &p);
	}
	ok(world_becomes(&w, waits_again), "the newest look counts");
	const struct world *now = slots_first(w.slots);
	const struct promotion *seen = world_promotion(now, "p1");
	if (seen && seen->nsteps == 1) {
		is_text(seen->steps[0].message, "web is Progressing", "with what it found");
		is_number(seen->steps[0].nlog, 2, "what was found a thousand times is one line each");
		is_number(seen->steps[0].wait.gives_up, 20000, "the deadline is there");
		is_number(seen->steps[0].error_count, 2, "and how often it failed");
	}
	world_give_back(now);
	part_release(part);
	watching_end(&w);
}

TEST(a_ledger_that_cannot_be_read_is_said)
{
	struct watching w;

	if (!watching_begin(&w))
		return;
	observer_unreadable(w.observer, 5, "refused");
	ok(world_becomes(&w, says_refused), "why, and since when; and nothing is waited for any more");
	observer_unreadable(w.observer, 0, NULL);
	ok(world_becomes(&w, says_nothing), "until it is well again");
	watching_end(&w);
}
