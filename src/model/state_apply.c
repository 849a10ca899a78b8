/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each event does to freight and promotions. What follows for the stage is in
 * stage_status.c. Nothing here may look at a clock or at configuration: replaying the
 * same events years later must give the same state.
 */
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/event.h"
#include "model/stage_status.h"
#include "model/promotion.h"
#include "model/state.h"
#include "model/state_put.h"

/* What one event works on: the newest state, and where it may fail. */
struct apply {
	struct arena *arena;
	const struct event *ev;
	const struct state *state;
	struct err *e;
};

static struct value *state_apply_text(struct arena *a, const char *t)
{
	return value_string(a, t);
}

static bool state_apply_refuse(struct apply *p, const char *what, const char *name)
{
	return err_set(p->e, ERR_CONFLICT, "%s: %s \"%s\"", event_word_of(p->ev), what,
		       name ? name : "");
}

/* The object with a member of its status replaced. */
static struct value *with_status(struct arena *a, const struct value *object, const char *key,
				 const struct value *item)
{
	return status_with(a, object, "status",
			   status_with(a, value_get(object, "status"), key, item));
}

/* status.<map>.<key> = item. */
static struct value *with_mark(struct arena *a, const struct value *object, const char *map,
			       const char *key, const struct value *item)
{
	const struct value *old = value_get(value_get(object, "status"), map);

	return with_status(a, object, map, status_with(a, old, key, item));
}

static const struct value *state_apply_freight_of(struct apply *p, const char *name)
{
	const struct value *f = state_freight(p->state, name);

	if (!f)
		state_apply_refuse(p, "there is no freight", name);
	return f;
}

static bool discovered(struct apply *p)
{
	const char *name = value_path_text(p->ev->data, "metadata.name", "");

	if (strlen(name) != 40 || strspn(name, "0123456789abcdef") != 40)
		return state_apply_refuse(p, "this is not the name of a piece of freight:", name);
	if (state_freight(p->state, name))
		return state_apply_refuse(p, "it is known already: freight", name);
	p->state = state_put_freight(p->arena, p->state, name, p->ev->data);
	return true;
}

static bool approved(struct apply *p)
{
	struct arena *a = p->arena;
	const struct value *f = state_apply_freight_of(p, p->ev->freight);
	struct value *mark = value_map(a);

	if (!f)
		return false;
	if (!p->ev->stage || !state_is_name(p->ev->stage))
		return state_apply_refuse(p, "this is not a stage:", p->ev->stage);
	value_set(a, mark, "approvedAt", state_apply_text(a, clock_rfc3339(a, p->ev->at)));
	if (p->ev->actor)
		value_set(a, mark, "actor", state_apply_text(a, p->ev->actor));
	p->state = state_put_freight(a, p->state, p->ev->freight,
				     with_mark(a, f, "approvedFor", p->ev->stage, mark));
	return true;
}

/* An alias names one piece of freight in a project. */
static bool alias_is_free(const struct state *s, const char *alias, const char *name)
{
	for (size_t b = 0; b < COUNTOF(s->freight); b++)
		for (size_t i = 0; s->freight[b] && i < s->freight[b]->count; i++) {
			const struct state_object *o = s->freight[b]->items[i];
			if (strcmp(value_text(value_get(o->object, "alias"), ""), alias) == 0 &&
			    strcmp(o->name, name) != 0)
				return false;
		}
	return true;
}

static bool state_apply_set_alias(struct apply *p, const char *name, const char *alias)
{
	struct arena *a = p->arena;
	const struct value *f = state_apply_freight_of(p, name);

	if (!f)
		return false;
	if (alias[0] && !alias_is_free(p->state, alias, name))
		return state_apply_refuse(p, "another freight is called", alias);
	const struct value *meta = value_get(f, "metadata");
	const struct value *labels =
		status_with(a, value_get(meta, "labels"), "kargo.akuity.io/alias",
			    alias[0] ? state_apply_text(a, alias) : NULL);
	f = status_with(a, f, "alias", alias[0] ? state_apply_text(a, alias) : NULL);
	f = status_with(a, f, "metadata", status_with(a, meta, "labels", labels));
	p->state = state_put_freight(a, p->state, name, f);
	return true;
}

static bool state_apply_set_metadata(struct apply *p, const char *kind, const char *name,
				     const struct value *updates)
{
	struct arena *a = p->arena;
	bool is_stage = strcmp(kind, "Stage") == 0;
	const struct value *object;

	if (is_stage && !state_is_name(name))
		return state_apply_refuse(p, "this is not a stage:", name);
	object = is_stage ? stage_object(a, p->state, name) : state_apply_freight_of(p, name);
	if (!object)
		return false;
	const struct value *old = value_path(object, "status.metadata");
	for (size_t i = 0; value_is(updates, VALUE_MAP) && i < updates->map.count; i++) {
		const struct value *v = updates->map.members[i].value;

		old = status_with(a, old, updates->map.members[i].key.at,
				  value_is(v, VALUE_NULL) ? NULL : v);
	}
	if (old)
		object = with_status(a, object, "metadata", old);
	p->state = is_stage ? state_put_stage(a, p->state, name, object)
			    : state_put_freight(a, p->state, name, object);
	return true;
}

static bool changed(struct apply *p)
{
	const struct value *alias = value_get(p->ev->data, "alias");
	const struct value *metadata = value_get(p->ev->data, "metadata");
	bool is_stage = p->ev->kind == EVENT_STAGE_CHANGED;
	const char *name = is_stage ? p->ev->stage : p->ev->freight;

	if (alias && !state_apply_set_alias(p, name, value_text(alias, "")))
		return false;
	return !metadata || state_apply_set_metadata(p, is_stage ? "Stage" : "Freight",
						     name ? name : "", metadata);
}

/* verifiedIn[stage]; the first time counts. */
static bool mark_verified(struct apply *p, const char *name, const char *at)
{
	struct arena *a = p->arena;
	const struct value *f = state_apply_freight_of(p, name);
	struct value *mark = value_map(a);

	if (!f)
		return false;
	if (value_get(value_path(f, "status.verifiedIn"), p->ev->stage))
		return true;
	value_set(a, mark, "verifiedAt", state_apply_text(a, at));
	p->state = state_put_freight(a, p->state, name,
				     with_mark(a, f, "verifiedIn", p->ev->stage, mark));
	return true;
}

static bool passed(struct apply *p)
{
	const struct value *names = value_get(p->ev->data, "freight");
	const char *at = clock_rfc3339(p->arena, p->ev->at);

	if (!p->ev->stage)
		return state_apply_refuse(p, "this is not a stage:", NULL);
	for (size_t i = 0; i < value_count(names); i++)
		if (!mark_verified(p, value_text(value_at(names, i), ""), at))
			return false;
	return true;
}

static bool requested(struct apply *p)
{
	const struct value *object = p->ev->data;
	const char *name = value_path_text(object, "metadata.name", "");
	const char *stage = value_path_text(object, "spec.stage", "");

	if (!same_text(name, p->ev->promotion) || !same_text(stage, p->ev->stage) ||
	    !state_is_name(name) || !state_is_name(stage))
		return state_apply_refuse(p, "its object is not the promotion", p->ev->promotion);
	if (state_promotion(p->state, name))
		return state_apply_refuse(p, "it exists already: promotion", name);
	if (!state_apply_freight_of(p, value_path_text(object, "spec.freight", "")))
		return false;
	p->state = state_put_promotion(p->arena, p->state, stage, name, object);
	return true;
}

/* The promotion of the event, which must not be over. */
static const struct value *promotion_of(struct apply *p)
{
	const struct state_object *o = state_promotion(p->state, p->ev->promotion);

	if (!o || !o->object || !p->ev->stage || !state_stage(p->state, p->ev->stage)) {
		state_apply_refuse(p, "there is no promotion", p->ev->promotion);
		return NULL;
	}
	if (state_promotion_over(o->object)) {
		state_apply_refuse(p, "it is over: promotion", p->ev->promotion);
		return NULL;
	}
	return o->object;
}

static void put_promotion(struct apply *p, const struct value *object)
{
	p->state = state_put_promotion(p->arena, p->state, p->ev->stage, p->ev->promotion, object);
}

static bool started(struct apply *p)
{
	struct arena *a = p->arena;
	const struct value *object = promotion_of(p);
	const char *current = value_path_text(
		object ? state_stage(p->state, p->ev->stage)->object : NULL,
		"status.currentPromotion.name", "");

	if (!object)
		return false;
	if (current[0])
		return state_apply_refuse(p, "the stage is busy with promotion", current);
	object = with_status(a, object, "phase", state_apply_text(a, "Running"));
	object = with_status(a, object, "startedAt",
			     state_apply_text(a, clock_rfc3339(a, p->ev->at)));
	object = with_status(a, object, "freight", value_get(p->ev->data, "freight"));
	object = with_status(a, object, "freightCollection",
			     value_get(p->ev->data, "freightCollection"));
	put_promotion(p, object);
	p->state = stage_started(a, p->state, p->ev, object);
	return true;
}

/* The entries of a list of step metadata replaced, or added behind. */
static const struct value *with_metas(struct arena *a, const struct value *object,
				      const struct value *changed)
{
	const struct value *old = value_path(object, "status.stepExecutionMetadata");
	struct value *out = value_list(a);

	for (size_t i = 0; i < value_count(old); i++)
		value_append(a, out, value_at(old, i));
	for (size_t i = 0; i < value_count(changed); i++) {
		const char *alias = value_text(value_get(value_at(changed, i), "alias"), "");
		size_t at = 0;
		while (at < out->list.count &&
		       strcmp(value_text(value_get(out->list.items[at], "alias"), ""), alias) != 0)
			at++;
		if (at < out->list.count)
			out->list.items[at] = value_at(changed, i);
		else
			value_append(a, out, value_at(changed, i));
	}
	return with_status(a, object, "stepExecutionMetadata", out);
}

/* Takes over what changed of the status; steps and outputs one by one. */
static const struct value *with_progress(struct arena *a, const struct value *object,
					 const struct value *status)
{
	for (size_t i = 0; value_is(status, VALUE_MAP) && i < status->map.count; i++) {
		const struct value_member *m = &status->map.members[i];
		if (str_is(m->key, "steps")) {
			object = with_metas(a, object, m->value);
			continue;
		}
		if (!str_is(m->key, "state")) {
			object = with_status(a, object, m->key.at, m->value);
			continue;
		}
		for (size_t j = 0; j < value_count(m->value); j++)
			object = with_mark(a, object, "state", m->value->map.members[j].key.at,
					   m->value->map.members[j].value);
	}
	return object;
}

/* What steps set on freight and stages: [{kind, name, metadata | alias}]. */
static bool apply_sets(struct apply *p)
{
	const struct value *sets = value_get(p->ev->data, "set");

	for (size_t i = 0; i < value_count(sets); i++) {
		const struct value *s = value_at(sets, i);
		const char *name = value_text(value_get(s, "name"), "");
		const struct value *alias = value_get(s, "alias");
		if (alias ? !state_apply_set_alias(p, name, value_text(alias, ""))
			  : !state_apply_set_metadata(p, value_text(value_get(s, "kind"), ""), name,
						      value_get(s, "metadata")))
			return false;
	}
	return true;
}

static bool stepped(struct apply *p)
{
	const struct value *object = promotion_of(p);

	if (!object)
		return false;
	put_promotion(p, with_progress(p->arena, object, value_get(p->ev->data, "status")));
	return apply_sets(p);
}

static bool annotate_promotion(struct apply *p, const char *key, const char *text)
{
	struct arena *a = p->arena;
	const struct value *object = promotion_of(p);

	if (!object)
		return false;
	const struct value *meta = value_get(object, "metadata");
	const struct value *notes = status_with(a, value_get(meta, "annotations"), key,
						state_apply_text(a, text));
	put_promotion(p, status_with(a, object, "metadata",
				     status_with(a, meta, "annotations", notes)));
	return true;
}

static bool abort_requested(struct apply *p)
{
	const char *by = value_text(value_get(p->ev->data, "by"), "");
	const char *reason = value_text(value_get(p->ev->data, "reason"), "");
	const char *wish = value_text(value_get(p->ev->data, "wish"), "");

	/* Only what the data say: trees of older events hold the first of these alone. */
	return annotate_promotion(p, "kargo.akuity.io/abort", "terminate") &&
	       (!*by || annotate_promotion(p, PROMOTION_ABORTED_BY, by)) &&
	       (!*reason || annotate_promotion(p, PROMOTION_ABORT_REASON, reason)) &&
	       (!*wish || annotate_promotion(p, PROMOTION_PULL_REQUEST_WISH, wish));
}

static bool pull_request_wished(struct apply *p)
{
	const char *wish = value_text(value_get(p->ev->data, "wish"), "");
	const char *asked = value_text(value_get(p->ev->data, "asked"), "");
	const char *by = value_text(value_get(p->ev->data, "by"), "");
	const char *reason = value_text(value_get(p->ev->data, "reason"), "");

	return annotate_promotion(p, PROMOTION_PULL_REQUEST_WISH, wish) &&
	       (!*asked || annotate_promotion(p, PROMOTION_PULL_REQUEST_ASKED, asked)) &&
	       (!*by || (annotate_promotion(p, PROMOTION_PULL_REQUEST_BY, by) &&
			 annotate_promotion(p, PROMOTION_PULL_REQUEST_REASON, reason)));
}

static bool finished(struct apply *p)
{
	struct arena *a = p->arena;
	const struct value *object = promotion_of(p);
	const char *phase = value_text(value_get(p->ev->data, "phase"), "");
	const char *message = value_text(value_get(p->ev->data, "message"), "");

	if (!object)
		return false;
	object = with_progress(a, object, value_get(p->ev->data, "status"));
	object = with_status(a, object, "phase", state_apply_text(a, phase));
	if (message[0])
		object = with_status(a, object, "message", state_apply_text(a, message));
	object = with_status(a, object, "finishedAt",
			     state_apply_text(a, clock_rfc3339(a, p->ev->at)));
	if (!state_promotion_over(object))
		return state_apply_refuse(p, "this is not an end:", phase);
	put_promotion(p, object);
	p->state = stage_finished(a, p->state, p->ev, object);
	return apply_sets(p);
}

static bool state_apply_verification(struct apply *p)
{
	struct stage_verified done;

	if (!stage_verification(p->arena, p->state, p->ev, &done, p->e))
		return false;
	p->state = done.after;
	const char *at = value_text(value_get(p->ev->data, "finishTime"), "");
	for (size_t i = 0; i < value_count(done.freight); i++)
		if (!mark_verified(p, value_text(value_at(done.freight, i), ""), at))
			return false;
	return true;
}

static bool reverify_requested(struct apply *p)
{
	return stage_reverify(p->arena, p->state, p->ev, &p->state, p->e);
}

static bool held(struct apply *p)
{
	if (!p->ev->stage || !state_is_name(p->ev->stage))
		return state_apply_refuse(p, "this is not a stage:", p->ev->stage);
	p->state = stage_held(p->arena, p->state, p->ev);
	return true;
}

static bool pruned(struct apply *p)
{
	const struct value *stages = value_get(p->ev->data, "promotions");
	const struct value *freight = value_get(p->ev->data, "freight");

	for (size_t i = 0; value_is(stages, VALUE_MAP) && i < stages->map.count; i++) {
		const struct value_member *m = &stages->map.members[i];
		for (size_t j = 0; j < value_count(m->value); j++)
			p->state = state_drop_promotion(p->arena, p->state, m->key.at,
							value_text(value_at(m->value, j), ""));
	}
	for (size_t i = 0; i < value_count(freight); i++) {
		const char *name = value_text(value_at(freight, i), "");
		if (!state_apply_freight_of(p, name))
			return false;
		p->state = state_put_freight(p->arena, p->state, name, NULL);
	}
	return true;
}

bool state_apply(struct arena *a, const struct state *before, const struct event *ev,
		 const struct state **after, struct err *e)
{
	static bool (*const rules[EVENT_KINDS])(struct apply * p) = {
		[EVENT_FREIGHT_DISCOVERED] = discovered,
		[EVENT_FREIGHT_APPROVED] = approved,
		[EVENT_FREIGHT_CHANGED] = changed,
		[EVENT_FREIGHT_VERIFIED] = passed,
		[EVENT_PROMOTION_REQUESTED] = requested,
		[EVENT_PROMOTION_STARTED] = started,
		[EVENT_PROMOTION_STEP] = stepped,
		[EVENT_PROMOTION_ABORT_REQUESTED] = abort_requested,
		[EVENT_PROMOTION_PULL_REQUEST] = pull_request_wished,
		[EVENT_PROMOTION_FINISHED] = finished,
		[EVENT_STAGE_CHANGED] = changed,
		[EVENT_STAGE_HELD] = held,
		[EVENT_STAGE_RESUMED] = held,
		[EVENT_STAGE_VERIFY_REQUESTED] = reverify_requested,
		[EVENT_STAGE_VERIFYING] = state_apply_verification,
		[EVENT_STAGE_VERIFIED] = state_apply_verification,
		[EVENT_LEDGER_PRUNED] = pruned,
	};
	struct apply p = { .arena = a, .ev = ev, .state = before, .e = e };

	/* What it does is not known here; its commit's tree has it (ledger/ledger_load.c). */
	if (ev->kind != EVENT_UNKNOWN && !rules[ev->kind](&p))
		return false;
	*after = p.state;
	return true;
}
