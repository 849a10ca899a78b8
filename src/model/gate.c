/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sentences that explain the rules of doc/kargo-rules.md 3.1 to 3.4. They come
 * from the same tests as available.c's answers, so a screen cannot say one thing and
 * the engine do another.
 */
#include "model/gate.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "model/auto_promotion.h"
#include "model/available.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/window.h"
#include "model/world.h"

static const int64_t ns_per_ms = 1000000;

/* How many openings are looked at before giving up. */
enum { WINDOWS_MAX = 20 };

static struct gate *gate_add_gate(struct gates *g, enum gate_kind kind, const char *word)
{
	struct gate *gate = &g->items[g->count++];

	*gate = (struct gate){ .kind = kind, .word = word, .binding = kind != GATE_HELD };
	return gate;
}

static const char *join(struct arena *a, const char *const *names, size_t count, const char *last)
{
	const char *all = "";

	for (size_t i = 0; i < count; i++)
		all = str_format(a, "%s%s%s", all, !i ? "" : i + 1 == count ? last : ", ", names[i]);
	return all;
}

static void verified_gate(struct arena *a, struct gates *g, const struct freight_request *r,
			  const struct freight *f, int64_t now)
{
	struct gate *gate = gate_add_gate(g, GATE_VERIFIED, "verified");
	const char **done = arena_array(a, r->nstages, sizeof(*done));
	const char **missing = arena_array(a, r->nstages, sizeof(*missing));
	size_t ndone = 0, nmissing = 0;

	for (size_t i = 0; i < r->nstages; i++)
		if (freight_mark(&f->verified_in, r->stages[i]))
			done[ndone++] = r->stages[i];
		else
			missing[nmissing++] = r->stages[i];
	if (r->all ? !nmissing : ndone > 0) {
		const struct freight_mark *mark = ndone ? freight_mark(&f->verified_in, done[0]) : NULL;

		gate->sentence = mark ? str_format(a, "in %s, %s ago", join(a, done, ndone, " and "),
						   clock_age(a, now - mark->at)) : "nothing is upstream";
		return;
	}
	gate->state = GATE_WAITING;
	gate->sentence = str_format(a, "not yet in %s",
				    join(a, missing, nmissing, r->all ? " and " : " or "));
}

/* When the soak is over: the latest upstream for All, the earliest for OneOf; 0 when unknown. */
static int64_t soak_end(const struct freight_request *r, const struct freight *f, int64_t now)
{
	int64_t end = 0;

	for (size_t i = 0; i < r->nstages; i++) {
		bool lives = freight_mark(&f->currently_in, r->stages[i]) != NULL;
		int64_t left = (r->soak - freight_soaked(f, r->stages[i], now)) / ns_per_ms;
		int64_t at = now + (left > 0 ? left : 0);

		if (!lives && left > 0 && r->all)
			return 0;
		if (!lives && left > 0)
			continue;
		if (!end || (r->all ? at > end : at < end))
			end = at;
	}
	return end;
}

static void soaked_gate(struct arena *a, struct gates *g, const struct freight_request *r,
			const struct freight *f, int64_t now)
{
	struct gate *gate = gate_add_gate(g, GATE_SOAKED, "soaked");
	int64_t longest = 0, end = soak_end(r, f, now);

	for (size_t i = 0; i < r->nstages; i++) {
		int64_t soak = freight_soaked(f, r->stages[i], now);

		longest = soak > longest ? soak : longest;
	}
	gate->sentence = str_format(a, "%s, needs %s", clock_age(a, longest / ns_per_ms),
				    clock_age(a, r->soak / ns_per_ms));
	if (request_passes(r, f, now))
		return;
	gate->state = GATE_WAITING;
	if (end <= now) {
		gate->sentence = str_format(a, "%s; the clock runs once it is upstream and verified",
					    gate->sentence);
		return;
	}
	gate->opens_at = end;
	gate->sentence = str_format(a, "%s: %s left", gate->sentence, clock_age(a, end - now + 999));
}

static void approved_gate(struct arena *a, struct gates *g, const struct stage *s, const struct freight *f)
{
	struct gate *gate = gate_add_gate(g, GATE_APPROVED, "approved");
	const struct freight_mark *mark = freight_mark(&f->approved_for, s->name);

	gate->binding = false;
	if (mark) {
		gate->sentence = str_format(a, "%s%s%s ago", mark->by ? mark->by : "", mark->by ? ", " : "",
					    clock_age(a, g->now - mark->at));
		return;
	}
	gate->state = GATE_WAITING;
	gate->sentence = "not given; stands in for verification and soak time";
	gate->who = "an operator";
	gate->key = "a approves";
	gate->verb = str_format(a, "gantry approve %s --freight %s", s->name, freight_label(a, f));
}

static void window_gate(struct arena *a, struct gates *g, const struct world *w,
			const struct stage *s, int64_t now)
{
	struct window_state state;
	struct gate *gate;

	if (!w->project || !w->project->nwindows)
		return;
	window_state(w->project, s, now, &state);
	gate = gate_add_gate(g, GATE_WINDOW, "window");
	if (!state.closed) {
		gate->sentence = state.closes_at
			? str_format(a, "open for another %s", clock_age(a, state.closes_at - now))
			: "open";
		return;
	}
	gate->state = GATE_CLOSED;
	gate->opens_at = state.opens_at;
	gate->sentence = str_format(a, "%s%s%s", state.because ? "closed by " : "outside every window",
				    state.because ? state.because->name : "",
				    state.opens_at ? str_format(a, ", opens in %s",
								clock_age(a, state.opens_at - now))
						   : ", for an unknown time");
}

static void free_gate(struct arena *a, struct gates *g, const struct world *w,
		      const struct stage *s)
{
	struct gate *gate = gate_add_gate(g, GATE_FREE, "free");
	const struct promotion *p = world_promotion_in(w, s->name);

	gate->binding = false;
	gate->sentence = str_format(a, "nothing is promoting in %s", s->name);
	if (!p)
		return;
	gate->state = GATE_WAITING;
	gate->sentence = str_format(a, "%s is %s; the next one queues", p->name,
				    p->phase == PHASE_RUNNING ? "running" : "pending");
}

static void gate_hold(struct arena *a, struct gate *gate, const struct stage *s, const struct hold *hold,
		      int64_t now)
{
	gate->state = GATE_WAITING;
	gate->word = "held";
	gate->sentence = str_format(a, "auto-promotion is held for %s, %s%s%s",
				    clock_age(a, now - hold->created_at),
				    *hold->actor ? hold->actor : "by gantry", *hold->reason ? ": " : "",
				    hold->reason);
	gate->who = "an operator";
	gate->key = "c lets it go on, as promoting the newest freight does";
	gate->verb = str_format(a, "gantry resume %s", s->name);
}

/* Its newest promotion did not succeed: what auto-promotion makes of that. */
static void gate_failed(struct arena *a, struct gate *gate, const struct auto_outlook *outlook,
			int64_t now)
{
	const char *age = clock_age(a, now - outlook->failed->finished_at);

	gate->state = GATE_WAITING;
	gate->word = "failed";
	gate->who = "an operator";
	gate->key = "promoting it tries it again";
	gate->verb = str_format(a, "gantry retry %s", outlook->failed->name);
	gate->sentence = str_format(a, "its promotion %s %s ago; auto-promotion does not try it again",
				    outlook->failed->phase == PHASE_ABORTED ? "was aborted" : "failed", age);
	if (outlook->state != AUTO_LATER)
		return;
	gate->opens_at = outlook->again_at;
	gate->sentence = str_format(a, "its promotion failed %s ago for what may pass; tried again in %s",
				    age, clock_age(a, outlook->again_at - now + 999));
}

/* Kargo would take it again as soon as no hold is left. */
static void gate_backed_out(struct arena *a, struct gate *gate, const struct setback *setback, int64_t now)
{
	const struct promotion *p = setback->promotion;

	gate->state = GATE_WAITING;
	gate->word = "backed out";
	gate->who = "an operator";
	gate->key = "promoting it brings it back";
	gate->verb = str_format(a, "gantry promote %s --freight %s", p->stage, p->from_freight);
	gate->sentence = str_format(a, "%s; auto-promotion does not take it again",
				    setback_sentence(a, setback, now));
}

/* What auto-promotion makes of it; does not bind a person. */
static void held_gate(struct arena *a, struct gates *g, const struct world *w, const struct stage *s,
		      const struct freight *f)
{
	struct gate *gate = gate_add_gate(g, GATE_HELD, "not held");
	struct auto_outlook outlook;

	gate->sentence = s->auto_promotion ? "auto-promotion is on, no hold" : "auto-promotion is off";
	auto_outlook(w, s, f, g->now, &outlook);
	for (size_t i = 0; i < s->nholds; i++)
		if (strcmp(s->holds[i].warehouse, f->warehouse) == 0)
			gate_hold(a, gate, s, &s->holds[i], g->now);
	if (outlook.state == AUTO_FAILED || outlook.state == AUTO_LATER)
		gate_failed(a, gate, &outlook, g->now);
	if (outlook.state == AUTO_BACKED_OUT)
		gate_backed_out(a, gate, &outlook.setback, g->now);
}

/* At that moment a window may be closed again; 0: unknown. */
static int64_t window_after(const struct world *w, const struct stage *s, int64_t at)
{
	struct window_state state;

	for (int i = 0; i < WINDOWS_MAX && w->project && w->project->nwindows; i++) {
		window_state(w->project, s, at, &state);
		if (!state.closed)
			return at;
		if (state.opens_at <= at)
			return 0;
		at = state.opens_at;
	}
	return at;
}

static void summarise(struct arena *a, struct gates *g, const struct world *w,
		      const struct stage *s)
{
	bool is_known = true;

	for (size_t i = 0; i < g->count; i++)
		g->items[i].needed = true;
	g->open = true;
	g->summary = "nothing is in the way";
	for (size_t i = g->count; i-- > 0;) {
		const struct gate *gate = &g->items[i];

		if (!gate->binding || gate->state == GATE_PASSED)
			continue;
		g->open = false;
		g->summary = str_format(a, "%s: %s", gate->word, gate->sentence);
		is_known &= gate->opens_at > 0;
		if (gate->opens_at > g->not_before)
			g->not_before = gate->opens_at;
	}
	/* It stands in for the others: where those have passed, nobody misses it. */
	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].kind == GATE_APPROVED)
			g->items[i].needed = !g->open || g->items[i].state == GATE_PASSED;
	if (g->open || !g->not_before)
		return;
	int64_t at = window_after(w, s, g->not_before);
	g->not_before = at ? at : g->not_before;
	g->opens_at = is_known ? at : 0;
}

/* An approval opens what waits for verification and soak time. */
static void approve_all(struct gates *g)
{
	for (size_t i = 0; i < g->count; i++)
		if (g->items[i].kind == GATE_VERIFIED || g->items[i].kind == GATE_SOAKED)
			g->items[i].binding = false;
}

/* It runs upstream, and its verification there went badly: what was measured is why it waits. */
static void note_failed_verification(struct arena *a, struct gates *g, const struct world *w,
				     const struct freight_request *r, const struct freight *f)
{
	struct gate *gate = &g->items[g->count - 1];

	for (size_t i = 0; gate->state == GATE_WAITING && i < r->nstages; i++) {
		const struct stage *s = world_stage(w, r->stages[i]);
		const struct collection *runs = s && s->nhistory ? &s->history[0] : NULL;

		if (!runs || !runs->verification_message || !freight_mark(&f->currently_in, s->name) ||
		    freight_mark(&f->verified_in, s->name))
			continue;
		gate->sentence = str_format(a, "%s; verification of %s: %s", gate->sentence, s->name,
					    runs->verification_message);
		return;
	}
}

const char *gate_state_word(enum gate_state state)
{
	static const char *const words[] = { [GATE_PASSED] = "passed", [GATE_WAITING] = "waiting",
					     [GATE_CLOSED] = "closed" };

	return words[state];
}

const char *gate_opener(const struct gate *gate)
{
	return gate->state == GATE_PASSED ? NULL : gate->verb ? gate->verb : gate->who;
}

void gates_of(struct arena *a, const struct gate_question *q, struct gates *out)
{
	const struct world *w = q->w;
	const struct stage *s = q->s;
	const struct freight *f = q->f;
	int64_t now = q->now;
	const struct freight_request *r = stage_request(s, f->warehouse);
	const struct freight_mark *approval = freight_mark(&f->approved_for, s->name);
	struct gate *origin;

	assert(q->w && q->s && q->f);
	*out = (struct gates){ .now = now, .items = arena_array(a, 8, sizeof(*out->items)) };
	origin = gate_add_gate(out, GATE_ORIGIN, "made");
	origin->sentence = str_format(a, "%s ago by warehouse %s", clock_age(a, now - f->discovered_at),
				      f->warehouse);
	if (!r) {
		origin->state = GATE_CLOSED;
		origin->sentence = str_format(a, "%s does not ask for freight of %s", s->name,
					      f->warehouse);
		summarise(a, out, w, s);
		return;
	}
	if (s->fault) {
		struct gate *manifest = gate_add_gate(out, GATE_MANIFEST, "manifest");

		manifest->state = GATE_CLOSED;
		manifest->sentence = s->fault;
		manifest->who = "who writes the manifests: gantry lint shows all of it";
	}
	if (stage_is_control_flow(s)) {
		origin->state = GATE_CLOSED;
		origin->sentence = str_format(a, "%s has no steps: freight passes through by itself",
					      s->name);
	}
	if (!r->direct) {
		verified_gate(a, out, r, f, now);
		note_failed_verification(a, out, w, r, f);
		if (r->soak > 0)
			soaked_gate(a, out, r, f, now);
		approved_gate(a, out, s, f);
		if (approval)
			approve_all(out);
	}
	window_gate(a, out, w, s, now);
	free_gate(a, out, w, s);
	held_gate(a, out, w, s, f);
	summarise(a, out, w, s);
}

const char *gates_refusal(struct arena *a, const struct gates *g, bool rollback)
{
	for (size_t i = 0; i < g->count; i++) {
		const struct gate *gate = &g->items[i];

		if (gate->binding && gate->state != GATE_PASSED &&
		    !(rollback && gate->kind == GATE_WINDOW))
			return str_format(a, "%s: %s", gate->word, gate->sentence);
	}
	return NULL;
}
