/* SPDX-License-Identifier: Apache-2.0 */
/* Events as the ledger holds them: promotions and their steps are put together from several. */
#include "metrics/replay.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/map.h"
#include "base/str.h"
#include "data/value.h"
#include "metrics/counts.h"
#include "metrics/fact.h"

/* A promotion under way. */
struct replay_promotion {
	enum initiator initiator;
	int64_t requested_at, started_at, discovered_at;
	const char **aliases;           /* of its steps */
	struct fact_step *steps;
	size_t nsteps;
};

struct replay {
	struct arena *arena;
	struct map freight;             /* name to int64_t: when it was found */
	struct map promotions;
	struct map words;               /* kinds of steps and their ends, each once */
};

struct replay *replay_new(void)
{
	struct arena *a = arena_new();
	struct replay *r = arena_alloc(a, sizeof(*r));

	r->arena = a;
	return r;
}

void replay_free(struct replay *r)
{
	if (r)
		arena_free(r->arena);
}

static const char *replay_word(struct replay *r, const char *text)
{
	const char *known = map_get(&r->words, text);

	if (known)
		return known;
	known = str_copy(r->arena, text);
	map_set(r->arena, &r->words, text, known);
	return known;
}

static int64_t replay_discovered(const struct replay *r, const char *freight)
{
	const int64_t *at = freight ? map_get(&r->freight, freight) : NULL;

	return at ? *at : 0;
}

/* As the object says, which is what a world has of it. */
static int64_t replay_created(const struct event *ev)
{
	int64_t at;

	if (ev->kind == EVENT_FREIGHT_DISCOVERED &&
	    clock_parse(value_path_text(ev->data, "discoveredAt", ""), &at))
		return at;
	return clock_parse(value_path_text(ev->data, "metadata.creationTimestamp", ""), &at) ? at : ev->at;
}

static enum initiator replay_initiator(const struct event *ev)
{
	const struct value *notes = value_path(ev->data, "metadata.annotations");

	if (strcmp(value_text(value_get(notes, "kargo.akuity.io/rollback"), ""), "true") == 0)
		return INITIATOR_ROLLBACK;
	return ev->actor ? INITIATOR_PERSON : INITIATOR_AUTO;
}

static struct replay_promotion *replay_request(struct replay *r, const struct event *ev)
{
	struct replay_promotion *p = arena_alloc(r->arena, sizeof(*p));
	const struct value *steps = value_path(ev->data, "spec.steps");

	p->initiator = replay_initiator(ev);
	p->requested_at = replay_created(ev);
	p->discovered_at = replay_discovered(r, value_path_text(ev->data, "spec.freight", NULL));
	p->nsteps = value_count(steps);
	p->aliases = arena_array(r->arena, p->nsteps, sizeof(*p->aliases));
	p->steps = arena_array(r->arena, p->nsteps, sizeof(*p->steps));
	for (size_t i = 0; i < p->nsteps; i++) {
		const struct value *v = value_at(steps, i);

		p->aliases[i] = replay_word(r, value_text(value_get(v, "as"), ""));
		p->steps[i].kind = replay_word(r, value_text(value_get(v, "uses"), ""));
		p->steps[i].status = "";
	}
	map_set(r->arena, &r->promotions, ev->promotion, p);
	return p;
}

/* What an event says of steps: entries of Kargo's stepExecutionMetadata, those that changed. */
static void replay_progress(struct replay *r, const struct event *ev, struct replay_promotion *p)
{
	const struct value *changed = value_path(ev->data, "status.steps");

	for (size_t i = 0; i < value_count(changed); i++) {
		const struct value *v = value_at(changed, i);
		const char *alias = value_text(value_get(v, "alias"), "");
		int64_t from, to, errors = 0;
		size_t at = 0;

		while (at < p->nsteps && strcmp(p->aliases[at], alias) != 0)
			at++;
		if (at == p->nsteps)
			continue;
		p->steps[at].status = replay_word(r, value_text(value_get(v, "status"), ""));
		p->steps[at].took = -1;
		if (clock_parse(value_text(value_get(v, "startedAt"), ""), &from) &&
		    clock_parse(value_text(value_get(v, "finishedAt"), ""), &to))
			p->steps[at].took = to - from;
		if (value_integer(value_get(v, "errorCount"), &errors) && errors > 0)
			p->steps[at].errors = (unsigned)errors;
	}
}

/* Fills the fact with what was kept of the promotion. */
static void replay_promotion_event(struct replay *r, const struct event *ev, struct fact *f)
{
	struct replay_promotion *p = map_get(&r->promotions, ev->promotion);

	if (ev->kind == EVENT_PROMOTION_REQUESTED)
		p = replay_request(r, ev);
	if (!p)
		return;
	if (ev->kind == EVENT_PROMOTION_STARTED)
		p->started_at = ev->at;
	replay_progress(r, ev, p);
	f->initiator = p->initiator;
	if (ev->kind != EVENT_PROMOTION_FINISHED)
		return;
	f->requested_at = p->requested_at;
	f->started_at = p->started_at;
	f->discovered_at = p->discovered_at;
	f->steps = p->steps;
	f->nsteps = p->nsteps;
}

void replay_add(struct replay *r, const struct event *ev, struct counts *c)
{
	struct fact f = { .kind = ev->kind, .at = ev->at, .stage = ev->stage, .warehouse = ev->warehouse,
			  .phase = value_text(value_get(ev->data, "phase"), "") };

	assert(r && c);
	if (ev->kind == EVENT_FREIGHT_DISCOVERED && ev->freight) {
		const int64_t found = replay_created(ev);

		map_set(r->arena, &r->freight, ev->freight, arena_copy(r->arena, &found, sizeof(found)));
	}
	if (ev->kind == EVENT_FREIGHT_APPROVED)
		f.discovered_at = replay_discovered(r, ev->freight);
	if (ev->kind == EVENT_STAGE_VERIFIED &&
	    !clock_parse(value_text(value_get(ev->data, "startTime"), ""), &f.started_at))
		f.started_at = 0;
	if (ev->promotion && ev->kind != EVENT_STAGE_VERIFIED)
		replay_promotion_event(r, ev, &f);
	counts_add(c, &f);
}
