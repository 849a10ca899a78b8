/* SPDX-License-Identifier: Apache-2.0 */
/* Admission asks again whatever is asked here: it knows more, and it is the one that counts. */
#include "attach/act.h"

#include <string.h>

#include "attach/transport.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/available.h"
#include "model/freight.h"
#include "model/next_freight.h"
#include "model/project.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/wording.h"
#include "model/world.h"

/* Kargo's own mark of a Promotion that goes back, which its steps can ask for. */
#define ROLLBACK_MARK "kargo.akuity.io/rollback"

/* An intent on its way to be a deed. */
struct wanted {
	struct arena *a;
	const struct world *w;
	const struct intent *i;
	int64_t now;
	struct attach_deed *deed;
};

const char *attach_right_denied(struct arena *a, const struct attach_right *r)
{
	return str_format(a, "you may not %s %s%s%s%s%s%s%s", r->verb, attach_kind_def(r->kind)->plural,
			  r->subresource ? "/" : "", r->subresource ? r->subresource : "", r->name ? "/" : "",
			  r->name ? r->name : "", r->project ? " in " : "", r->project ? r->project : "");
}

static void act_add_right(struct arena *a, struct list *out, const struct attach_right *r)
{
	list_add(a, out, arena_copy(a, r, sizeof(*r)));
}

void attach_rights_of(struct arena *a, enum intent_kind kind, const char *project, const char *stage,
		      struct list *out)
{
	const struct attach_right promote = { "promote", project, ATTACH_STAGE, NULL, stage };
	const struct attach_right create = { "create", project, ATTACH_PROMOTION, NULL, NULL };
	const struct attach_right abort = { "patch", project, ATTACH_PROMOTION, NULL, NULL };
	const struct attach_right approve = { "patch", project, ATTACH_FREIGHT, "status", NULL };
	const struct attach_right refresh = { "patch", project, ATTACH_WAREHOUSE, NULL, NULL };
	const struct attach_right verify = { "patch", project, ATTACH_STAGE, NULL, stage };

	switch (kind) {
	case INTENT_PROMOTE: case INTENT_ROLLBACK: case INTENT_HOLD: case INTENT_RESUME:
		act_add_right(a, out, &promote);
		act_add_right(a, out, &create);
		break;
	case INTENT_APPROVE:
		act_add_right(a, out, &promote);
		act_add_right(a, out, &approve);
		break;
	case INTENT_ABORT:
		act_add_right(a, out, &promote);
		act_add_right(a, out, &abort);
		break;
	case INTENT_REFRESH:
		act_add_right(a, out, stage ? &verify : &refresh);
		break;
	case INTENT_VERIFY:
		act_add_right(a, out, &verify);
		break;
	default:
		break;
	}
}

const char *attach_lacks(enum intent_kind kind)
{
	switch (kind) {
	case INTENT_MERGE: case INTENT_CLOSE:
		return "Kargo only waits for pull requests: merge or close it at the forge";
	case INTENT_TRAVEL:
		return "Kargo keeps no history: an attached agent records it (gantry agent "
		       "--attach)";
	default:
		return NULL;
	}
}

static struct attach_call *act_add_call(struct wanted *q, enum attach_verb verb)
{
	struct attach_call *c = arena_alloc(q->a, sizeof(*c));

	*c = (struct attach_call){ .verb = verb, .project = q->w->project->name, .now = q->now };
	list_add(q->a, &q->deed->calls, c);
	return c;
}

static const struct stage *act_stage(const struct wanted *q, struct err *e)
{
	const struct stage *s = world_stage(q->w, q->i->stage);

	if (!s || !s->object)
		err_set(e, ERR_NOT_FOUND, "there is no stage \"%s\"", q->i->stage ? q->i->stage : "");
	return s && s->object ? s : NULL;
}

static const struct freight *act_freight(const struct wanted *q, struct err *e)
{
	const struct freight *f = q->i->freight ? world_find_freight(q->w, q->i->freight) : NULL;

	if (!f)
		err_set(e, ERR_NOT_FOUND, "there is no freight \"%s\"", q->i->freight ? q->i->freight : "");
	return f;
}

/* Whether the stage still runs what the user saw. */
static bool act_is_still_so(const struct wanted *q, const struct stage *s, const char *warehouse,
			    struct err *e)
{
	const char *runs = stage_freight(s, warehouse);
	const struct freight *f = world_freight(q->w, runs);

	if (!q->i->seen_freight || same_text(q->i->seen_freight, runs))
		return true;
	return err_set(e, ERR_CONFLICT, "%s runs %s by now: look again", s->name,
		       f ? wording_freight(q->a, f) : runs ? runs : "nothing");
}

/*
 * What Kargo's Promotion has no field for, under annotations of our own: whoever looks with gantry
 * sees it.
 */
static const struct value *act_annotations(const struct wanted *q, const struct stage *s,
					   const struct freight *f)
{
	const struct {
		const char *key, *text;
	} notes[] = {
		{ "gantry/reason", q->i->reason },
		{ "gantry/from", q->i->from },
		{ "gantry/from-freight", stage_freight(s, f->warehouse) },
		{ "gantry/plan", q->i->seen_plan },
		{ ROLLBACK_MARK, q->i->kind == INTENT_ROLLBACK ? "true" : NULL },
	};
	struct value *out = value_map(q->a);

	for (size_t n = 0; n < COUNTOF(notes); n++)
		if (notes[n].text && *notes[n].text)
			value_set(q->a, out, notes[n].key, value_string(q->a, notes[n].text));
	return out;
}

static bool act_create(struct wanted *q, const struct stage *s, const struct freight *f, struct err *e)
{
	struct attach_call *c;

	if (stage_is_control_flow(s))
		return err_set(e, ERR_REFUSED, "%s has no steps: freight passes through it by itself",
			       s->name);
	if (!act_is_still_so(q, s, f->warehouse, e))
		return false;
	c = act_add_call(q, ATTACH_CREATE);
	c->stage = s->name;
	c->freight = f->name;
	c->annotations = act_annotations(q, s, f);
	q->deed->done = str_format(q->a, "%s %s to %s",
				   q->i->kind == INTENT_ROLLBACK ? "rolling back" : "promoting", s->name,
				   wording_freight(q->a, f));
	return true;
}

static bool act_promote(struct wanted *q, struct err *e)
{
	const struct stage *s = act_stage(q, e);
	const struct freight *f = s ? act_freight(q, e) : NULL;

	return f && act_create(q, s, f, e);
}

static bool act_rollback(struct wanted *q, struct err *e)
{
	const struct stage *s = act_stage(q, e);
	const struct freight *f;

	if (!s || q->i->freight)
		return s && act_promote(q, e);
	f = world_rollback_target(q->w, s, q->i->warehouse);
	if (!f)
		return err_set(e, ERR_REFUSED, "nothing was verified in %s before what runs there now",
			       s->name);
	return act_create(q, s, f, e);
}

/* Kargo lets whoever may patch Freight approve it for any name at all: it is looked at here. */
static bool act_approve(struct wanted *q, struct err *e)
{
	const struct stage *s = act_stage(q, e);
	const struct freight *f = s ? act_freight(q, e) : NULL;
	struct attach_call *c;

	if (!f)
		return false;
	if (!stage_request(s, f->warehouse))
		return err_set(e, ERR_REFUSED, "%s does not ask for freight of %s", s->name, f->warehouse);
	if (freight_mark(&f->approved_for, s->name))
		return err_set(e, ERR_CONFLICT, "%s is approved for %s already", freight_label(q->a, f),
			       s->name);
	c = act_add_call(q, ATTACH_APPROVE);
	c->stage = s->name;
	c->freight = f->name;
	q->deed->done = str_format(q->a, "approved %s for %s", wording_freight(q->a, f), s->name);
	return true;
}

static bool act_abort(struct wanted *q, struct err *e)
{
	const struct promotion *p = world_promotion(q->w, q->i->promotion);

	if (!p && !q->i->promotion && q->i->stage)
		p = world_promotion_in(q->w, q->i->stage);
	if (!p)
		return err_set(e, ERR_NOT_FOUND, "there is no promotion \"%s\"",
			       q->i->promotion ? q->i->promotion : "");
	if (promotion_is_over(p))
		return err_set(e, ERR_CONFLICT, "%s is over: it %s", p->name, promotion_phase_word(p));
	if (q->i->close_pull_request)
		return err_set(e, ERR_REFUSED, "Kargo closes no pull request: abort without that, and close "
			       "it at the forge");
	act_add_call(q, ATTACH_ABORT)->name = p->name;
	attach_rights_of(q->a, INTENT_ABORT, q->w->project->name, p->stage, &q->deed->rights);
	q->deed->done = str_format(q->a, "aborting %s", p->name);
	return true;
}

static bool act_refresh(struct wanted *q, struct err *e)
{
	const struct stage *s = q->i->stage ? act_stage(q, e) : NULL;

	if (q->i->stage && !s)
		return false;
	if (q->i->warehouse && !world_warehouse(q->w, q->i->warehouse))
		return err_set(e, ERR_NOT_FOUND, "there is no warehouse \"%s\"", q->i->warehouse);
	for (size_t n = 0; !s && n < q->w->nwarehouses; n++) {
		struct attach_call *c;

		if (q->i->warehouse && strcmp(q->w->warehouses[n]->name, q->i->warehouse) != 0)
			continue;
		c = act_add_call(q, ATTACH_REFRESH);
		c->kind = ATTACH_WAREHOUSE;
		c->name = q->w->warehouses[n]->name;
	}
	if (s) {
		struct attach_call *c = act_add_call(q, ATTACH_REFRESH);

		c->kind = ATTACH_STAGE;
		c->name = s->name;
	}
	q->deed->done = "looking again";
	return true;
}

static bool act_verify(struct wanted *q, struct err *e)
{
	const struct stage *s = act_stage(q, e);
	const struct collection *runs = s ? stage_runs(s) : NULL;
	const struct value *all = runs ? value_get(runs->object, "verificationHistory") : NULL;
	const struct value *newest = value_at(all, 0);
	const char *id = value_text(value_get(newest, "id"), "");
	struct attach_call *c;

	if (!s)
		return false;
	if (!*id)
		return err_set(e, ERR_REFUSED, "nothing was verified in %s yet that could be verified again",
			       s->name);
	if (strcmp(runs->verification, "Pending") == 0 || strcmp(runs->verification, "Running") == 0)
		return err_set(e, ERR_CONFLICT, "%s is being verified", s->name);
	c = act_add_call(q, ATTACH_REVERIFY);
	c->name = s->name;
	c->verification = id;
	q->deed->done = str_format(q->a, "%s will be verified again; the last time: %s", s->name,
				   runs->verification);
	return true;
}

/* The freight that Kargo would promote by itself: the newest of the origin that may enter. */
static const struct freight *act_candidate(const struct wanted *q, const struct stage *s,
					   const char *warehouse)
{
	for (size_t n = 0; n < q->w->nfreight; n++) {
		const struct freight *f = q->w->freight[n];

		if (strcmp(f->warehouse, warehouse) == 0 && freight_is_available(s, f, q->now))
			return f;
	}
	return NULL;
}

/*
 * Kargo holds a stage when somebody promotes other freight than the candidate: what runs there is
 * that.
 */
static bool act_hold(struct wanted *q, struct err *e)
{
	const struct stage *s = act_stage(q, e);

	if (!s)
		return false;
	if (!s->auto_promotion)
		return err_set(e, ERR_REFUSED, "%s has no auto-promotion that could be held", s->name);
	for (size_t n = 0; n < s->nrequests; n++) {
		const char *warehouse = s->requests[n].warehouse;
		const struct freight *runs = world_freight(q->w, stage_freight(s, warehouse));
		const struct freight *next = act_candidate(q, s, warehouse);

		if ((q->i->warehouse && strcmp(q->i->warehouse, warehouse) != 0) || !runs || !next ||
		    runs == next)
			continue;
		if (!act_create(q, s, runs, e))
			return false;
	}
	if (!q->deed->calls.count)
		return err_set(e, ERR_REFUSED, "Kargo holds %s only when other freight than the newest is "
			       "promoted, and it runs the newest: promote older freight instead", s->name);
	q->deed->done = str_format(q->a, "holding auto-promotion of %s, as Kargo does it: what runs there is "
				   "promoted once more", s->name);
	return true;
}

/* Promoting the candidate of a held origin releases the hold. */
static bool act_resume(struct wanted *q, struct err *e)
{
	const struct stage *s = act_stage(q, e);

	if (!s)
		return false;
	for (size_t n = 0; n < s->nholds; n++) {
		struct attach_call *c;

		if (q->i->warehouse && strcmp(q->i->warehouse, s->holds[n].warehouse) != 0)
			continue;
		c = act_add_call(q, ATTACH_CREATE);
		c->stage = s->name;
		c->warehouse = s->holds[n].warehouse;
	}
	if (!q->deed->calls.count)
		return err_set(e, ERR_REFUSED, "auto-promotion of %s is not held", s->name);
	q->deed->done = str_format(q->a, "auto-promotion of %s goes on: the newest freight is promoted",
				   s->name);
	return true;
}

bool attach_deed_of(struct arena *a, const struct attach_wish *wish, struct attach_deed *out,
		    struct err *e)
{
	static bool (*const deeds[])(struct wanted *q, struct err *e) = {
		[INTENT_PROMOTE] = act_promote, [INTENT_ROLLBACK] = act_rollback,
		[INTENT_APPROVE] = act_approve, [INTENT_ABORT] = act_abort,
		[INTENT_REFRESH] = act_refresh, [INTENT_RESUME] = act_resume,
		[INTENT_HOLD] = act_hold,       [INTENT_VERIFY] = act_verify,
	};
	const struct intent *i = wish->intent;
	struct wanted q = { a, wish->world, i, wish->now, out };

	*out = (struct attach_deed){ .done = "" };
	if (!intent_check(i, e))
		return false;
	if (attach_lacks(i->kind))
		return err_set(e, ERR_REFUSED, "%s", attach_lacks(i->kind));
	if ((size_t)i->kind >= COUNTOF(deeds) || !deeds[i->kind])
		return err_set(e, ERR_USAGE, "this version can't do that");
	if (!deeds[i->kind](&q, e))
		return false;
	if (i->kind != INTENT_ABORT)
		attach_rights_of(a, i->kind, wish->world->project->name, i->stage, &out->rights);
	if (i->reason && *i->reason && i->kind != INTENT_PROMOTE && i->kind != INTENT_ROLLBACK &&
	    i->kind != INTENT_HOLD)
		out->done = str_format(a, "%s (the reason is lost: Kargo cannot store it)", out->done);
	return true;
}
