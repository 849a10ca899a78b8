/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The line above the keys, which answers "and now?": one sentence on what the selection waits for and
 * which key takes it on. It uses the functions that the engine decides with, so both always agree.
 */
#include <string.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "model/auto_promotion.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/next_freight.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/warehouse.h"
#include "model/world.h"
#include "ui/screens.h"
#include "ui/display.h"
#include "ui/screen.h"

const struct freight *display_newer(struct view *v, const struct stage *s, size_t *count)
{
	const struct freight *open = NULL, *waiting = NULL;

	*count = 0;
	for (size_t i = 0; i < s->nrequests; i++) {
		struct next_freight next;

		next_freight(v->w, s, &s->requests[i], v->now, &next);
		*count += next.newer;
		open = open ? open : next.open;
		waiting = waiting ? waiting : next.waiting;
	}
	return open ? open : waiting;
}

bool display_is_downstream(const struct stage *s, const char *upstream)
{
	for (size_t i = 0; i < s->nrequests; i++)
		for (size_t j = 0; j < s->requests[i].nstages; j++)
			if (strcmp(s->requests[i].stages[j], upstream) == 0)
				return true;
	return false;
}

static bool sentence_is_verified(const struct stage *s, const char *phase)
{
	return s->nhistory && s->history[0].verification &&
	       strcmp(s->history[0].verification, phase) == 0;
}

/* The gate, if soaking is all that the freight waits for. */
static const struct gate *sentence_soaking(const struct gates *g)
{
	const struct gate *found = NULL;

	for (size_t i = 0; i < g->count; i++) {
		if (!g->items[i].binding || g->items[i].state == GATE_PASSED)
			continue;
		if (g->items[i].kind != GATE_SOAKED)
			return NULL;
		found = &g->items[i];
	}
	return found;
}

/* Freight that runs here and soaks for a stage after it. */
static struct display soak_remark_of(struct view *v, const struct stage *s, const struct freight *f)
{
	for (size_t i = 0; f && i < v->w->nstages; i++) {
		const struct stage *next = v->w->stages[i];
		const struct gate *gate;
		struct gates gates;

		if (!display_is_downstream(next, s->name))
			continue;
		gates_of(v->a, &(struct gate_question){ v->w, next, f, v->now }, &gates);
		gate = sentence_soaking(&gates);
		if (gate && gate->opens_at > v->now) {
			int64_t left = gate->opens_at - v->now;

			v->next_change = left % 60000 + 1 < v->next_change ? left % 60000 + 1
									   : v->next_change;
			return (struct display){ GLYPH_SOAKING, ROLE_WAITING,
					     str_format(v->a, "soaking, %s left",
							clock_age(v->a, left + 999)) };
		}
	}
	return (struct display){ 0, ROLE_TEXT, NULL };
}

static struct display soak_remark(struct view *v, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	struct display found = { 0, ROLE_TEXT, NULL };

	for (size_t i = 0; runs && !found.word && i < runs->nitems; i++)
		found = soak_remark_of(v, s, world_freight(v->w, runs->items[i].freight));
	return found;
}

struct display display_newer_remark(struct view *v, const struct stage *s, const struct freight *newest,
			    size_t count)
{
	const char *what = stage_is_empty(s) ? "to come" : "newer";

	if (freight_is_available(s, newest, v->now))
		return (struct display){ GLYPH_NEWER, ROLE_ACCENT,
				     str_format(v->a, "%zu %s", count, what) };
	return (struct display){ GLYPH_NEWER, ROLE_MUTED,
			     str_format(v->a, "%zu %s, wait%s", count, what, count == 1 ? "s" : "") };
}

/* A warehouse that the stage takes from, and whose manifest can't be used; NULL: none. */
static const struct warehouse *faulty_warehouse(const struct view *v, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct warehouse *w = world_warehouse(v->w, s->requests[i].warehouse);

		if (w && w->fault)
			return w;
	}
	return NULL;
}

/* "1.28.5 not taken 2m: not signed"; in little room "1.28.5: not signed". */
static const char *failure_remark(struct view *v, const struct promotion *p, int width)
{
	const char *version = display_version(v, p->freight), *cause = promotion_cause(v->a, p);
	const char *whole;

	version = *version ? version : display_freight(v, p->freight);
	whole = str_format(v->a, "%s not taken %s%s%s", version, display_age(v, p->finished_at),
			   *cause ? ": " : "", cause);
	if (!*cause || width <= 0 || text_width(whole, v->ascii) <= width)
		return whole;
	return str_format(v->a, "%s: %s", version,
			  display_telling(v, cause, width - 2 - text_width(version, v->ascii)));
}

struct display display_remark(struct view *v, const struct stage *s, int width)
{
	size_t count;
	const struct freight *newer = display_newer(v, s, &count);
	const struct warehouse *faulty = faulty_warehouse(v, s);
	const struct promotion *failed = stage_failure(v->w, s);
	struct display soak;

	if (v->w->loading)
		return (struct display){ 0, ROLE_TEXT, NULL };
	if (s->fault)
		return (struct display){ GLYPH_BAD, ROLE_BAD, "bad manifest" };
	if (s->unconfirmed && !s->current_promotion)
		return (struct display){ GLYPH_WARNING, ROLE_WARNING,
					 promotion_unconfirmed_text(v->a, s->unconfirmed) };
	if (failed)
		return (struct display){ GLYPH_BAD, ROLE_BAD, failure_remark(v, failed, width) };
	if (s->nholds)
		return (struct display){ GLYPH_SUSPENDED, ROLE_WAITING, "auto-promotion held" };
	if (sentence_is_verified(s, "Failed") || sentence_is_verified(s, "Error"))
		return (struct display){ GLYPH_BAD, ROLE_BAD, "verification failed" };
	if (sentence_is_verified(s, "Running") || sentence_is_verified(s, "Pending"))
		return (struct display){ GLYPH_BUSY, ROLE_BUSY, "verifying" };
	if (s->nissues && s->health == HEALTH_UNHEALTHY)
		return (struct display){ GLYPH_WARNING, ROLE_BAD, s->issues[0] };
	soak = soak_remark(v, s);
	if (soak.word)
		return soak;
	if (faulty)
		return (struct display){ GLYPH_WARNING, ROLE_WARNING,
					 str_format(v->a, "%s: bad manifest", faulty->name) };
	if (newer && !stage_is_control_flow(s))
		return display_newer_remark(v, s, newer, count);
	if (!stage_is_empty(s) && sentence_is_verified(s, "Successful"))
		return (struct display){ GLYPH_PASSED, ROLE_MUTED, "verified" };
	return (struct display){ 0, ROLE_TEXT, NULL };
}

static const char *names(struct view *v, const char *all, const char *name)
{
	return *all ? str_format(v->a, "%s, %s", all, name) : name;
}

static bool takes(struct view *v, const struct stage *s, const struct freight *f)
{
	return f && !same_text(stage_freight(s, f->warehouse), f->name) &&
	       freight_is_available(s, f, v->now);
}

/* Stages after s that could take something that runs here now, and do not run it. */
static const char *takers(struct view *v, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	const char *all = "";

	for (size_t i = 0; i < v->w->nstages; i++) {
		const struct stage *next = v->w->stages[i];
		bool any = false;

		if (!display_is_downstream(next, s->name) || stage_is_control_flow(next))
			continue;
		for (size_t j = 0; j < runs->nitems; j++)
			any = any || takes(v, next, world_freight(v->w, runs->items[j].freight));
		all = any ? names(v, all, next->name) : all;
	}
	return all;
}

static const char *promoting_sentence(struct view *v, const struct promotion *p)
{
	const char *label = display_freight(v, p->freight);
	int64_t number;

	if (p->phase == PHASE_PENDING)
		return str_format(v->a, "waits its turn to take %s; x takes it back", label);
	if (promotion_pull_request(p, &number))
		return str_format(v->a, "waits for pull request %lld to be merged; m merges it, x aborts",
				  (long long)number);
	if (p->current_step < p->nsteps)
		return str_format(v->a, "is taking %s: %s, %zu of %zu steps done; x aborts it", label,
				  display_step_name(&p->steps[p->current_step]), display_steps_done(p),
				  p->nsteps);
	return str_format(v->a, "is taking %s; x aborts it", label);
}

/* The failure first: it is what people look for. */
static const char *failure_sentence(struct view *v, const struct stage *s, const struct promotion *p)
{
	const struct freight *f = world_freight(v->w, p->freight);
	const char *what = str_format(v->a, "did not take %s %s %s ago: %s", display_freight(v, p->freight),
				      display_version(v, p->freight), display_age(v, p->finished_at),
				      *p->message ? promotion_cause(v->a, p) : "no cause is known");
	struct auto_outlook outlook;
	size_t count;

	auto_outlook(v->w, s, f, v->now, &outlook);
	if (outlook.state == AUTO_LATER) {
		v->next_change = v->next_change < 1000 ? v->next_change : 1000;
		return str_format(v->a, "tries %s again in %s: %s; p does not wait",
				  display_freight(v, p->freight),
				  clock_age(v->a, outlook.again_at - v->now + 999), promotion_cause(v->a, p));
	}
	return str_format(v->a, "%s; %s", what,
			  display_newer(v, s, &count) == f ? "p tries again" : "t shows the steps");
}

/* Freight newer than the best that may enter, if it is known when or why it waits. */
static const char *and_newer(struct view *v, const struct stage *s, const struct freight *best)
{
	const struct freight_request *r = stage_request(s, best->warehouse);
	struct next_freight next;
	struct gates gates;
	const char *version;

	if (!r)
		return "";
	next_freight(v->w, s, r, v->now, &next);
	if (next.open != best || !next.waiting)
		return "";
	version = freight_version(v->a, next.waiting);
	version = *version ? version : freight_label(v->a, next.waiting);
	gates_of(v->a, &(struct gate_question){ v->w, s, next.waiting, v->now }, &gates);
	if (gates.opens_at <= v->now)
		return str_format(v->a, "; %s waits", version);
	v->next_change = v->next_change < 1000 ? v->next_change : 1000;
	return str_format(v->a, "; %s in %s", version, clock_age(v->a, gates.opens_at - v->now + 999));
}

/* Freight that may enter now: by itself, or by a key. */
static const char *auto_sentence(struct view *v, const struct stage *s, const struct freight *f,
				 const char *label)
{
	struct auto_outlook outlook;

	auto_outlook(v->w, s, f, v->now, &outlook);
	if (outlook.state == AUTO_BACKED_OUT)
		return str_format(v->a, "does not take %s by itself: %s; p asks twice", label,
				  setback_sentence(v->a, &outlook.setback, v->now));
	if (outlook.state == AUTO_FAILED)
		return str_format(v->a, "does not try %s again by itself: it failed; p does", label);
	if (outlook.state == AUTO_LATER) {
		v->next_change = v->next_change < 1000 ? v->next_change : 1000;
		return str_format(v->a, "tries %s again in %s: it failed; p does not wait", label,
				  clock_age(v->a, outlook.again_at - v->now + 999));
	}
	if (outlook.state == AUTO_NEXT && v->w->engine == ENGINE_NONE)
		return str_format(v->a, "takes %s by itself once a gantry executes; p asks now",
				  label);
	if (outlook.state == AUTO_NEXT)
		return str_format(v->a, "takes %s by itself; p does not wait for that", label);
	return str_format(v->a, "can take %s now%s; p promotes it", label, and_newer(v, s, f));
}

static const char *newer_sentence(struct view *v, const struct stage *s, const struct freight *f)
{
	struct gates gates;
	const char *label = freight_label(v->a, f), *version = freight_version(v->a, f);

	gates_of(v->a, &(struct gate_question){ v->w, s, f, v->now }, &gates);
	if (!gates.open)
		return str_format(v->a, "could take %s %s, but %s; w says why", label, version,
				  gates.summary);
	return auto_sentence(v, s, f, str_format(v->a, "%s%s%s", label, *version ? " " : "", version));
}

/* Why it makes no freight although it works; NULL when there is nothing to explain. */
const char *display_warehouse_reason(struct view *v, const struct warehouse *w)
{
	struct list reasons = { 0 };

	warehouse_reasons(v->a, w, &reasons);
	return reasons.count ? reasons.items[0] : NULL;
}

static const char *empty_sentence(struct view *v, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const struct warehouse *w = world_warehouse(v->w, s->requests[i].warehouse);
		const char *reason = w ? display_warehouse_reason(v, w) : NULL;

		if (reason && s->requests[i].direct)
			return str_format(v->a, "runs nothing: %s makes no freight: %s", w->name, reason);
	}
	if (!v->w->nfreight)
		return "runs nothing: no freight has been found yet; Enter on a warehouse says more";
	for (size_t i = 0; i < s->nrequests; i++)
		if (s->requests[i].nstages)
			return str_format(v->a, "runs nothing: freight comes here once it is verified in %s",
					  s->requests[i].stages[0]);
	return "runs nothing: no freight of what it asks for has been found yet";
}

/* NULL: nothing newer was backed out here. */
static const char *backed_out_sentence(struct view *v, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		struct next_freight next;
		struct setback setback;

		next_freight(v->w, s, &s->requests[i], v->now, &next);
		if (!next.backed_out)
			continue;
		setback_of(v->w, s, next.backed_out, &setback);
		display_age(v, setback.promotion->finished_at);
		return str_format(v->a, "could take %s %s, but %s; p asks twice",
				  freight_label(v->a, next.backed_out),
				  freight_version(v->a, next.backed_out),
				  setback_sentence(v->a, &setback, v->now));
	}
	return NULL;
}

static const char *settled_sentence(struct view *v, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	const char *next;

	for (size_t i = 0; i < runs->nitems; i++)
		if (!world_freight(v->w, runs->items[i].freight))
			return "runs freight that is no longer kept";
	if (sentence_is_verified(s, "Failed") || sentence_is_verified(s, "Error"))
		return "was not verified: nothing goes on from here; b backs out";
	if (s->health == HEALTH_UNHEALTHY && s->nissues)
		return str_format(v->a, "is not healthy: %s; b backs out", s->issues[0]);
	next = backed_out_sentence(v, s);
	if (next)
		return next;
	next = takers(v, s);
	if (*next)
		return str_format(v->a, "runs the newest freight; > takes it on to %s", next);
	return "runs the newest freight; nothing to do";
}

const char *display_stage_sentence(struct view *v, const struct stage *s)
{
	const struct promotion *p = world_promotion_in(v->w, s->name);
	const struct warehouse *faulty = faulty_warehouse(v, s);
	const struct promotion *failed = stage_failure(v->w, s);
	size_t count;
	const struct freight *newer;

	if (!s->object)
		return "is gone from the manifests; the ledger remembers it";
	if (p)
		return promoting_sentence(v, p);
	if (s->fault)
		return str_format(v->a, "can't be promoted, for its manifest can't be used: %s", s->fault);
	if (stage_is_control_flow(s))
		return "has no steps: verified freight passes through it by itself";
	if (failed)
		return failure_sentence(v, s, failed);
	newer = display_newer(v, s, &count);
	if (s->nholds)
		return str_format(v->a, "is held for %s by %s: no auto-promotion until c lets it go on",
				  display_age(v, s->holds[0].created_at),
				  display_actor(v, s->holds[0].actor));
	if (newer)
		return newer_sentence(v, s, newer);
	if (faulty)
		return str_format(v->a, "gets nothing new from %s, whose manifest can't be used: %s",
				  faulty->name, faulty->fault);
	if (stage_is_empty(s))
		return empty_sentence(v, s);
	return settled_sentence(v, s);
}

const char *display_freight_sentence(struct view *v, const struct freight *f)
{
	const char *open = "", *in = "";

	for (size_t i = 0; i < v->w->nstages; i++) {
		const struct stage *s = v->w->stages[i];

		if (same_text(stage_freight(s, f->warehouse), f->name))
			in = names(v, in, s->name);
		else if (!stage_is_control_flow(s) && freight_is_available(s, f, v->now))
			open = names(v, open, s->name);
	}
	if (*open)
		return str_format(v->a, "can go to %s; p chooses", open);
	if (*in)
		return str_format(v->a, "runs in %s; nothing else can take it now", in);
	return "cannot go anywhere now; w says why";
}

const char *display_outcome(struct view *v, const struct promotion *p)
{
	const char *pushed = promotion_unconfirmed_text(v->a, p), *cause = promotion_cause(v->a, p);

	if (p->phase == PHASE_ABORTED && p->aborted_by)
		cause = str_format(v->a, "aborted by %s%s%s", display_actor(v, p->aborted_by),
				   p->abort_reason ? ": " : ", without a reason",
				   p->abort_reason ? p->abort_reason : "");
	return pushed ? str_format(v->a, "%s%s%s", cause, *cause ? "; " : "", pushed) : cause;
}

const char *display_promotion_sentence(struct view *v, const struct promotion *p)
{
	if (!promotion_is_over(p) && p->abort_requested && p->aborted_by)
		return str_format(v->a, "is being aborted by %s", display_actor(v, p->aborted_by));
	if (!promotion_is_over(p))
		return p->abort_requested ? "is being aborted"
		       : v->w->engine == ENGINE_NONE
			       ? "nobody executes now: it goes on when a gantry that executes is started"
			       : "goes on when you leave this screen, and after a crash";
	if (*display_outcome(v, p))
		return display_outcome(v, p);
	return p->phase == PHASE_SUCCEEDED ? "is done" : "is over";
}

const char *display_warehouse_sentence(struct view *v, const struct warehouse *w)
{
	if (w->fault)
		return str_format(v->a, "can't be used: %s", w->fault);
	if (w->error)
		return str_format(v->a, "could not look for %s: %s", display_age(v, w->failing_since),
				  w->error);
	if (!w->looked_at)
		return "has not been looked at yet; r looks now";
	const char *reason = display_warehouse_reason(v, w);
	if (reason && w->automatic)
		return str_format(v->a, "makes no freight: %s", reason);
	for (size_t i = 0; i < v->w->nfreight; i++)
		if (strcmp(v->w->freight[i]->warehouse, w->name) == 0)
			return w->automatic ? "makes freight of what is new by itself; r looks now"
					    : "does not make freight by itself; r looks now";
	return "found nothing that satisfies its subscriptions; Enter shows what it saw";
}
