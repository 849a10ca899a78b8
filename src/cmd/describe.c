/* SPDX-License-Identifier: Apache-2.0 */
/* Every answer has every member, so that a script's path never fails for a missing one. */
#include "cmd/describe.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/next_freight.h"
#include "model/promotion.h"
#include "model/setback.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/world.h"

static const int64_t describe_ns_per_ms = 1000000;

void describe_text(struct arena *a, struct value *map, const char *key, const char *text)
{
	value_set(a, map, key, value_string(a, text ? text : ""));
}

void describe_time(struct arena *a, struct value *map, const char *key, int64_t at)
{
	value_set(a, map, key, at ? value_string(a, clock_rfc3339(a, at)) : value_null(a));
}

static void describe_ms(struct arena *a, struct value *map, const char *key, int64_t ms)
{
	value_set(a, map, key, ms >= 0 ? value_int(a, ms) : value_null(a));
}

static void describe_bool(struct arena *a, struct value *map, const char *key, bool is_so)
{
	value_set(a, map, key, value_bool(a, is_so));
}

static void describe_took(struct arena *a, struct value *map, int64_t from, int64_t to)
{
	describe_time(a, map, "startedAt", from);
	describe_time(a, map, "finishedAt", to);
	describe_ms(a, map, "tookMs", from && to >= from ? to - from : -1);
}

static void describe_item(struct arena *a, struct value *map, const struct world *w,
			  const struct collection_item *item)
{
	const struct freight *f = item ? world_freight(w, item->freight) : NULL;

	describe_text(a, map, "warehouse", item ? item->warehouse : NULL);
	describe_text(a, map, "freight", f ? freight_label(a, f) : item ? str_format(a, "%.7s", item->freight)
									 : NULL);
	describe_text(a, map, "version", f ? freight_version(a, f) : NULL);
	describe_text(a, map, "freightName", item ? item->freight : NULL);
}

struct value *describe_runs(struct arena *a, const struct world *w, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	struct value *all = value_list(a);

	for (size_t i = 0; runs && i < runs->nitems; i++) {
		const struct freight *f = world_freight(w, runs->items[i].freight);
		const struct freight_mark *mark = f ? freight_mark(&f->currently_in, s->name) : NULL;
		struct value *v = value_map(a);

		describe_item(a, v, w, &runs->items[i]);
		describe_time(a, v, "since", mark ? mark->at : runs->since);
		value_append(a, all, v);
	}
	return all;
}

static struct value *describe_texts(struct arena *a, const char *const *texts, size_t count)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < count; i++)
		value_append(a, all, value_string(a, texts[i]));
	return all;
}

static struct value *describe_holds(struct arena *a, const struct stage *s)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < s->nholds; i++) {
		const struct hold *h = &s->holds[i];
		struct value *v = value_map(a);

		describe_text(a, v, "warehouse", h->warehouse);
		describe_text(a, v, "freightName", h->freight);
		describe_text(a, v, "promotion", h->promotion);
		describe_text(a, v, "actor", h->actor);
		describe_text(a, v, "reason", h->reason);
		describe_time(a, v, "at", h->created_at);
		value_append(a, all, v);
	}
	return all;
}

static struct value *describe_requests(struct arena *a, const struct stage *s)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight_request *r = &s->requests[i];
		struct value *v = value_map(a);

		describe_text(a, v, "warehouse", r->warehouse);
		describe_bool(a, v, "direct", r->direct);
		value_set(a, v, "stages", describe_texts(a, r->stages, r->nstages));
		describe_ms(a, v, "soakMs", r->has_soak ? r->soak / describe_ns_per_ms : -1);
		describe_bool(a, v, "all", r->all);
		value_append(a, all, v);
	}
	return all;
}

static struct value *describe_verification(struct arena *a, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	const struct value *info = runs ? value_at(value_get(runs->object, "verificationHistory"), 0) : NULL;
	struct value *v = value_map(a);

	if (!info)
		return value_null(a);
	describe_text(a, v, "id", value_get_text(info, "id"));
	describe_text(a, v, "phase", value_get_text(info, "phase"));
	describe_text(a, v, "message", value_get_text(info, "message"));
	describe_text(a, v, "actor", value_get_text(info, "actor"));
	describe_text(a, v, "startedAt", value_get_text(info, "startTime"));
	describe_text(a, v, "finishedAt", value_get_text(info, "finishTime"));
	return v;
}

struct value *describe_gates(struct arena *a, const struct gates *g)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < g->count; i++) {
		const struct gate *gate = &g->items[i];
		struct value *v = value_map(a);

		describe_text(a, v, "name", gate->word);
		describe_text(a, v, "state", gate_state_word(gate->state));
		describe_bool(a, v, "binding", gate->binding);
		describe_bool(a, v, "needed", gate->needed);
		describe_text(a, v, "sentence", gate->sentence);
		describe_text(a, v, "who", gate->state == GATE_PASSED ? NULL : gate->who);
		describe_text(a, v, "command", gate->state == GATE_PASSED ? NULL : gate->verb);
		describe_time(a, v, "opensAt", gate->opens_at);
		value_append(a, all, v);
	}
	return all;
}

struct value *describe_setback(struct arena *a, const struct setback *setback)
{
	static const char *const kinds[] = { "", "failed", "backed out" };
	const struct promotion *p = setback->promotion;
	struct value *v = value_map(a);

	if (!setback->kind)
		return value_null(a);
	describe_text(a, v, "kind", kinds[setback->kind]);
	describe_text(a, v, "promotion", p->name);
	describe_text(a, v, "actor", p->actor);
	describe_time(a, v, "at", p->finished_at);
	describe_text(a, v, "reason", setback->kind == SETBACK_FAILED ? promotion_cause(a, p) : p->reason);
	return v;
}

/* What each warehouse has for the stage that is newer than what runs, and what it waits for. */
static struct value *describe_next(struct arena *a, const struct world *w, const struct stage *s)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < s->nrequests; i++) {
		const struct freight *f;
		struct next_freight next;
		struct setback setback;
		struct gates gates;
		struct value *v = value_map(a);

		next_freight(w, s, &s->requests[i], clock_now(), &next);
		f = next.open ? next.open : next.waiting;
		if (!f)
			continue;
		gates_of(a, &(struct gate_question){ w, s, f, clock_now() }, &gates);
		setback_of(w, s, f, &setback);
		describe_item(a, v, w, &(struct collection_item){ f->warehouse, f->name });
		describe_bool(a, v, "open", gates.open);
		describe_text(a, v, "reason", gates.open ? NULL : gates.summary);
		describe_time(a, v, "opensAt", gates.opens_at);
		value_set(a, v, "gates", describe_gates(a, &gates));
		value_set(a, v, "setback", describe_setback(a, &setback));
		value_append(a, all, v);
	}
	return all;
}

static struct value *describe_brief(struct arena *a, const struct promotion *p)
{
	struct value *v = value_map(a);

	if (!p)
		return value_null(a);
	describe_text(a, v, "name", p->name);
	describe_text(a, v, "phase", promotion_phase_word(p));
	describe_text(a, v, "freightName", p->freight);
	describe_text(a, v, "message", promotion_outcome(a, p));
	describe_time(a, v, "createdAt", p->created_at);
	describe_took(a, v, p->started_at, p->finished_at);
	return v;
}

/*
 * A stage of one warehouse has its freight in the row; one of several has each in "runs", where that of
 * the only one is, too: a script that reads "runs" is right for both.
 */
struct value *describe_stage(struct arena *a, const struct world *w, const struct stage *s)
{
	const struct collection *runs = stage_runs(s);
	const struct promotion *p = world_promotion_in(w, s->name);
	struct value *v = value_map(a);

	describe_text(a, v, "project", world_name(w));
	describe_text(a, v, "name", s->name);
	describe_item(a, v, w, runs && runs->nitems == 1 ? &runs->items[0] : NULL);
	describe_time(a, v, "since", runs ? runs->since : 0);
	value_set(a, v, "runs", describe_runs(a, w, s));
	describe_text(a, v, "health", health_name(s->nsteps ? s->health : HEALTH_NOT_APPLICABLE));
	value_set(a, v, "issues", describe_texts(a, s->issues, s->nissues));
	describe_text(a, v, "fault", s->fault);
	describe_text(a, v, "promotion", p ? promotion_phase_word(p) : NULL);
	describe_text(a, v, "promotionName", p ? p->name : NULL);
	value_set(a, v, "lastPromotion", describe_brief(a, world_promotion(w, s->last_promotion)));
	value_set(a, v, "verification", describe_verification(a, s));
	describe_bool(a, v, "autoPromotion", s->auto_promotion);
	value_set(a, v, "holds", describe_holds(a, s));
	describe_text(a, v, "unconfirmed", promotion_unconfirmed_text(a, s->unconfirmed));
	describe_bool(a, v, "controlFlow", stage_is_control_flow(s));
	describe_bool(a, v, "production", s->production);
	value_set(a, v, "requests", describe_requests(a, s));
	value_set(a, v, "next", describe_next(a, w, s));
	return v;
}

/* What a mark says besides its stage and time. */
enum describe_mark { MARK_PLAIN, MARK_SOAK, MARK_BY };

static struct value *describe_mark(struct arena *a, const struct freight_mark *m, enum describe_mark what)
{
	struct value *v = value_map(a);

	describe_text(a, v, "stage", m->stage);
	describe_time(a, v, "at", m->at);
	if (what == MARK_SOAK)
		describe_ms(a, v, "longestSoakMs",
			    m->longest_soak < 0 ? -1 : m->longest_soak / describe_ns_per_ms);
	if (what == MARK_BY)
		describe_text(a, v, "by", m->by);
	return v;
}

/* In the pipeline's order; stages that are gone from the manifests come last. */
static struct value *describe_marks(struct arena *a, const struct world *w, const struct freight_marks *marks,
				    enum describe_mark what)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < w->nstages; i++) {
		const struct freight_mark *m = freight_mark(marks, w->stages[i]->name);

		if (m)
			value_append(a, all, describe_mark(a, m, what));
	}
	for (size_t i = 0; i < marks->count; i++)
		if (!world_stage(w, marks->items[i].stage))
			value_append(a, all, describe_mark(a, &marks->items[i], what));
	return all;
}

static struct value *describe_images(struct arena *a, const struct freight *f)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < f->nimages; i++) {
		struct value *v = value_map(a);

		describe_text(a, v, "repoURL", f->images[i].repo_url);
		describe_text(a, v, "tag", f->images[i].tag);
		describe_text(a, v, "digest", f->images[i].digest);
		value_append(a, all, v);
	}
	return all;
}

static struct value *describe_commits(struct arena *a, const struct freight *f)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < f->ncommits; i++) {
		const struct commit *commit = &f->commits[i];
		struct value *v = value_map(a);

		describe_text(a, v, "repoURL", commit->repo_url);
		describe_text(a, v, "id", commit->id);
		describe_text(a, v, "branch", commit->branch);
		describe_text(a, v, "tag", commit->tag);
		describe_text(a, v, "message", commit->message);
		describe_text(a, v, "author", commit->author);
		describe_text(a, v, "committer", commit->committer);
		value_append(a, all, v);
	}
	return all;
}

static struct value *describe_charts(struct arena *a, const struct freight *f)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < f->ncharts; i++) {
		struct value *v = value_map(a);

		describe_text(a, v, "repoURL", f->charts[i].repo_url);
		describe_text(a, v, "name", f->charts[i].name);
		describe_text(a, v, "version", f->charts[i].version);
		value_append(a, all, v);
	}
	return all;
}

struct value *describe_freight(struct arena *a, const struct world *w, const struct freight *f)
{
	struct value *v = value_map(a);

	describe_text(a, v, "project", world_name(w));
	describe_text(a, v, "name", f->name);
	describe_text(a, v, "alias", freight_label(a, f));
	describe_text(a, v, "version", freight_version(a, f));
	describe_text(a, v, "warehouse", f->warehouse);
	describe_time(a, v, "discoveredAt", f->discovered_at);
	value_set(a, v, "in", describe_marks(a, w, &f->currently_in, MARK_PLAIN));
	value_set(a, v, "verified", describe_marks(a, w, &f->verified_in, MARK_SOAK));
	value_set(a, v, "approved", describe_marks(a, w, &f->approved_for, MARK_BY));
	value_set(a, v, "images", describe_images(a, f));
	value_set(a, v, "commits", describe_commits(a, f));
	value_set(a, v, "charts", describe_charts(a, f));
	return v;
}

static struct value *describe_steps(struct arena *a, const struct promotion *p)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < p->nsteps; i++) {
		const struct promotion_step *s = &p->steps[i];
		struct value *v = value_map(a);

		describe_text(a, v, "alias", s->alias);
		describe_text(a, v, "uses", s->uses);
		describe_text(a, v, "status", promotion_step_word(s));
		describe_text(a, v, "message", s->message);
		describe_took(a, v, s->started_at, s->finished_at);
		value_set(a, v, "errors", value_int(a, s->error_count));
		value_append(a, all, v);
	}
	return all;
}

struct value *describe_promotion(struct arena *a, const struct world *w, const struct promotion *p)
{
	const struct freight *f = world_freight(w, p->freight);
	struct value *v = value_map(a);

	describe_text(a, v, "project", world_name(w));
	describe_text(a, v, "name", p->name);
	describe_text(a, v, "stage", p->stage);
	describe_text(a, v, "freight", f ? freight_label(a, f) : str_format(a, "%.7s", p->freight));
	describe_text(a, v, "version", f ? freight_version(a, f) : NULL);
	describe_text(a, v, "freightName", p->freight);
	describe_text(a, v, "fromFreightName", p->from_freight);
	describe_bool(a, v, "rollback", p->rollback);
	describe_text(a, v, "phase", promotion_phase_word(p));
	describe_text(a, v, "message", promotion_outcome(a, p));
	describe_text(a, v, "cause", p->phase == PHASE_SUCCEEDED ? NULL : promotion_cause(a, p));
	describe_text(a, v, "actor", p->actor);
	describe_text(a, v, "from", p->from);
	describe_text(a, v, "reason", p->reason);
	describe_bool(a, v, "abortRequested", p->abort_requested);
	describe_time(a, v, "createdAt", p->created_at);
	describe_took(a, v, p->started_at, p->finished_at);
	value_set(a, v, "steps", describe_steps(a, p));
	return v;
}

const char *describe_freight_name(struct arena *a, const struct world *w, const char *name)
{
	const struct freight *f = world_freight(w, name);
	const char *label = f ? freight_label(a, f) : NULL, *version = f ? freight_version(a, f) : "";

	if (!f)
		return name && *name ? str_format(a, "%.7s", name) : "nothing";
	return *version && strcmp(version, label) != 0 ? str_format(a, "%s (%s)", label, version) : label;
}

const char *describe_what_runs(struct arena *a, const struct world *w, const char *stage, bool still)
{
	const struct stage *s = world_stage(w, stage);
	const struct collection *runs = s ? stage_runs(s) : NULL;
	const char *all = "";

	for (size_t i = 0; runs && i < runs->nitems; i++)
		all = str_format(a, "%s%s%s", all, i ? " and " : "",
				 describe_freight_name(a, w, runs->items[i].freight));
	return str_format(a, "%s %sruns %s", stage, still && *all ? "still " : "", *all ? all : "nothing");
}
