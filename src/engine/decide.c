/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must happen next. It keeps no memory of its earlier answers: the same world gives the same
 * answer.
 */
#include "engine/decide.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/writing.h"
#include "model/admission.h"
#include "model/available.h"
#include "model/freight.h"
#include "model/promotion.h"
#include "model/window.h"
#include "model/world.h"

struct decide {
	struct arena *arena;
	const struct world *w;
	int64_t now;
	struct decision *out;
	struct list open;               /* promotions that are not over, oldest first */
};

static struct action *decide_add(struct decide *d, enum action_kind kind, const struct stage *s)
{
	struct action *act = arena_alloc(d->arena, sizeof(*act));

	act->kind = kind;
	act->stage = s;
	list_add(d->arena, &d->out->actions, act);
	return act;
}

static void decide_note_due(struct decide *d, int64_t at)
{
	if (at > d->now && (d->out->next == 0 || at < d->out->next))
		d->out->next = at;
}

/* A stage's health as 7.5 has it. */
static enum health decide_health(const struct stage *s)
{
	const struct value *last = value_get(s->status, "lastPromotion");

	if (s->current_promotion)
		return HEALTH_UNKNOWN;
	if (!last)
		return HEALTH_NONE;
	if (strcmp(value_path_text(last, "status.phase", ""), "Succeeded") != 0)
		return HEALTH_UNKNOWN;
	if (value_count(value_path(last, "status.healthChecks")) == 0)
		return HEALTH_HEALTHY;
	return s->health;
}

static bool decide_is_terminal(const char *verification)
{
	return verification && strcmp(verification, "Pending") != 0 &&
	       strcmp(verification, "Running") != 0;
}

/* Whether promotion windows let something start now; else looks again when they do. */
static bool is_open(struct decide *d, const struct stage *s)
{
	struct window_state state;

	window_state(d->w->project, s, d->now, &state);
	decide_note_due(d, state.opens_at);
	return !state.closed;
}

static void decide_queue(struct decide *d, const struct stage *s)
{
	const struct promotion *next = stage_next(s, &d->open, decide_health(s));

	for (size_t i = 0; i < d->open.count; i++) {
		const struct promotion *p = d->open.items[i];

		if (p->abort_requested && strcmp(p->stage, s->name) == 0)
			decide_add(d, ACTION_ABORT, s)->promotion = p;
	}
	if (next && same_text(next->name, s->current_promotion))
		decide_add(d, ACTION_RUN, s)->promotion = next;
	/* Without a manifest nothing begins: it waits for one, or for somebody to abort it. */
	else if (next && s->object && (next->rollback || is_open(d, s)))
		decide_add(d, ACTION_START, s)->promotion = next;
}

static void decide_verification(struct decide *d, const struct stage *s)
{
	const char *phase = s->nhistory ? s->history[0].verification : NULL;
	bool asks = value_path(s->object, "spec.verification") != NULL;
	bool is_over = decide_is_terminal(phase);

	if (s->nhistory == 0 || s->current_promotion || (is_over && !s->reverify))
		return;
	if (phase && !is_over)
		decide_add(d, ACTION_VERIFY, s);
	else if (decide_health(s) == HEALTH_HEALTHY)
		decide_add(d, asks ? ACTION_VERIFY : ACTION_VERIFIED, s);
}

/* Control flow: all that may come here is verified here (3.9). */
static void decide_pass_through(struct decide *d, const struct stage *s)
{
	struct value *names = value_list(d->arena);

	for (size_t i = 0; i < d->w->nfreight; i++) {
		const struct freight *f = d->w->freight[i];
		if (!freight_mark(&f->verified_in, s->name) && freight_is_available(s, f, d->now))
			value_append(d->arena, names, value_string(d->arena, f->name));
	}
	if (value_count(names) == 0)
		return;
	struct value *data = value_map(d->arena);
	value_set(d->arena, data, "freight", names);
	decide_add(d, ACTION_PASS, s)->data = data;
}

static void auto_promotion(struct decide *d, const struct stage *s)
{
	struct list promoted = { 0 };

	if (!is_open(d, s))
		return;
	decide_note_due(d, stage_auto_promotes(d->arena, d->w, s, d->now, &promoted));
	for (size_t i = 0; i < promoted.count; i++)
		if (freight_is_available(s, promoted.items[i], d->now))
			decide_add(d, ACTION_PROMOTE, s)->freight = promoted.items[i];
}

/* When freight that lives upstream now will have soaked. */
static void decide_soaking(struct decide *d, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight_request *r = &s->requests[i];
		for (size_t j = 0; r->soak > 0 && !r->direct && j < d->w->nfreight; j++) {
			const struct freight *f = d->w->freight[j];
			for (size_t k = 0; k < r->nstages; k++) {
				const struct freight_mark *m = freight_mark(&f->currently_in, r->stages[k]);
				if (m && strcmp(f->warehouse, r->warehouse) == 0)
					decide_note_due(d, m->at + (r->soak + 999999) / 1000000);
			}
		}
	}
}

static bool has_holds(const struct stage *s)
{
	return value_count(value_get(s->status, "autoPromotionHolds")) > 0;
}

void decide(struct arena *a, const struct world *w, int64_t now, bool prune, struct decision *out)
{
	struct decide d = { .arena = a, .w = w, .now = now, .out = out };

	assert(w && out);
	*out = (struct decision){ .next = 0 };
	for (size_t i = w->npromotions; i-- > 0;)
		if (!promotion_is_over(w->promotions[i]))
			list_add(a, &d.open, w->promotions[i]);
	for (size_t i = 0; i < w->nstages; i++) {
		const struct stage *s = w->stages[i];
		decide_queue(&d, s);
		if (!s->object || s->fault)
			continue;
		if (stage_is_control_flow(s)) {
			decide_pass_through(&d, s);
			decide_soaking(&d, s);
			continue;
		}
		decide_verification(&d, s);
		if (s->auto_promotion) {
			auto_promotion(&d, s);
			decide_soaking(&d, s);
		} else if (has_holds(s)) {
			decide_add(&d, ACTION_RESUME, s);
		}
	}
	const struct value *old = prune ? retention(a, w, now) : NULL;
	if (old)
		decide_add(&d, ACTION_PRUNE, NULL)->data = old;
}
