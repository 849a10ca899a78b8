/* SPDX-License-Identifier: Apache-2.0 */
/* Types by how things ended, payloads by what they are about. */
#include "messages/kargo_event.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "model/event.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/state.h"

static void event_set(struct arena *a, struct value *map, const char *key, const char *text)
{
	if (text && *text)
		value_set(a, map, key, value_string(a, text));
}

/* Kargo names the event by how it ended. */
static const char *event_end(struct arena *a, const struct event *ev, const char *what)
{
	const char *phase = value_get_text(ev->data, "phase");
	const char *word = strcmp(phase, "Successful") == 0 ? "Succeeded"
			   : strcmp(phase, "Error") == 0   ? "Errored" : phase;

	return str_format(a, "%s%s", what, word);
}

static const char *event_type(struct arena *a, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_PROMOTION_REQUESTED:
		return "PromotionCreated";
	case EVENT_PROMOTION_FINISHED:
		return event_end(a, ev, "Promotion");
	case EVENT_FREIGHT_DISCOVERED:
		return "FreightCreated";
	case EVENT_FREIGHT_APPROVED:
		return "FreightApproved";
	case EVENT_STAGE_VERIFIED:
		return event_end(a, ev, "FreightVerification");
	case EVENT_FREIGHT_VERIFIED:
		return "FreightVerificationSucceeded";
	default:
		return NULL;
	}
}

static const struct value *event_promotion_object(const struct kargo_event_source *s)
{
	const struct state_object *known;

	if (s->event->kind == EVENT_PROMOTION_REQUESTED)
		return s->event->data;
	known = state_promotion(s->present, s->event->promotion);
	return known ? known->object : NULL;
}

/* "email:ada@example.org", or the automatic actor. A promotion's end has its creator's, as in Kargo. */
static const char *event_actor(struct arena *a, const struct kargo_event_source *s)
{
	const struct event *ev = s->event;
	const char *who = ev->actor, *open, *close;

	if (!who && ev->promotion)
		who = value_text(value_get(value_path(event_promotion_object(s), "metadata.annotations"),
					   "kargo.akuity.io/create-actor"), NULL);
	if (!who || !*who)
		return "controller:gantry";
	open = strrchr(who, '<');
	close = open ? strchr(open, '>') : NULL;
	return close ? str_format(a, "email:%.*s", (int)(close - open - 1), open + 1) : who;
}

static const char *event_by(struct arena *a, const struct kargo_event_source *s)
{
	return s->event->actor ? str_format(a, " by \"%s\"", event_actor(a, s)) : "";
}

static const char *event_sentence(struct arena *a, const struct kargo_event_source *s)
{
	const struct event *ev = s->event;
	const char *phase = value_get_text(ev->data, "phase"), *said = value_get_text(ev->data, "message");

	switch (ev->kind) {
	case EVENT_PROMOTION_REQUESTED:
		return str_format(a, "Promotion created for Stage \"%s\"%s", ev->stage ? ev->stage : "",
				  event_by(a, s));
	case EVENT_PROMOTION_FINISHED:
		return str_format(a, "Promotion %s%s%s", phase, *said ? ": " : "", said);
	case EVENT_FREIGHT_DISCOVERED:
		return "Freight created from discovered artifacts";
	case EVENT_FREIGHT_APPROVED:
		return str_format(a, "Freight approved for Stage \"%s\"%s", ev->stage ? ev->stage : "",
				  event_by(a, s));
	default:
		return *said ? said : ev->reason ? ev->reason
		       : str_format(a, "Freight verification %s", strcmp(phase, "Successful") == 0 || !*phase
								  ? "succeeded" : "did not succeed");
	}
}

static const struct value *event_freight_object(const struct kargo_event_source *s, const char *name)
{
	const struct event *ev = s->event;

	if (ev->kind == EVENT_FREIGHT_DISCOVERED)
		return ev->data;
	return name ? state_freight(s->present, name) : NULL;
}

/* What it holds, under the keys that a freight event and a promotion's freight share. */
static void event_put_freight(struct arena *a, struct value *map, const struct kargo_event_source *s,
			      const char *name)
{
	static const char *const lists[] = { "commits", "images", "charts", "artifacts" };
	const struct value *object = event_freight_object(s, name);

	event_set(a, map, "name", name);
	value_set(a, map, "stageName", value_string(a, s->event->stage ? s->event->stage : ""));
	event_set(a, map, "warehouseName", value_path_text(object, "origin.name", NULL));
	event_set(a, map, "createTime", value_path_text(object, "metadata.creationTimestamp", NULL));
	event_set(a, map, "alias", value_get_text(object, "alias"));
	for (size_t i = 0; i < COUNTOF(lists); i++)
		if (value_count(value_get(object, lists[i])))
			value_set(a, map, lists[i], value_copy(a, value_get(object, lists[i])));
}

/* Whether its stage verifies what was promoted, where its manifest is there to tell. */
static void event_put_pending(struct arena *a, struct value *map, const struct kargo_event_source *s)
{
	const struct stage *stage = s->event->stage ? project_stage(s->project, s->event->stage) : NULL;

	if (stage && stage->object)
		value_set(a, map, "verificationPending",
			  value_bool(a, value_is(value_path(stage->object, "spec.verification"), VALUE_MAP)));
}

/* The applications that its steps gave over to health checks. */
static void event_put_applications(struct arena *a, struct value *map, const struct value *promotion)
{
	const struct value *checks = value_path(promotion, "status.healthChecks");
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(checks); i++) {
		const struct value *apps = value_path(value_at(checks, i), "config.apps");

		for (size_t j = 0; j < value_count(apps); j++) {
			struct value *app = value_map(a);

			event_set(a, app, "namespace", value_get_text(value_at(apps, j), "namespace"));
			event_set(a, app, "name", value_get_text(value_at(apps, j), "name"));
			value_append(a, all, app);
		}
	}
	if (value_count(all))
		value_set(a, map, "applications", all);
}

static void event_put_promotion(struct arena *a, struct value *map, const struct kargo_event_source *s,
				const char *type)
{
	const struct event *ev = s->event;
	const struct value *object = event_promotion_object(s);
	const char *freight = ev->freight ? ev->freight : value_path_text(object, "spec.freight", NULL);
	const struct value *notes = value_path(object, "metadata.annotations");

	event_set(a, map, "name", ev->promotion);
	event_set(a, map, "stageName", ev->stage);
	event_set(a, map, "createTime", value_path_text(object, "metadata.creationTimestamp", NULL));
	if (freight) {
		struct value *v = value_map(a);

		event_put_freight(a, v, s, freight);
		value_set(a, map, "freight", v);
	}
	event_put_applications(a, map, object);
	if (strcmp(value_get_text(notes, "kargo.akuity.io/rollback"), "true") == 0)
		value_set(a, map, "rollback", value_bool(a, true));
	if (strcmp(type, "PromotionSucceeded") == 0)
		event_put_pending(a, map, s);
}

static void event_put_verification(struct arena *a, struct value *map, const struct event *ev)
{
	event_set(a, map, "verificationStartTime", value_get_text(ev->data, "startTime"));
	event_set(a, map, "verificationFinishTime", value_get_text(ev->data, "finishTime"));
}

static struct kargo_event *event_make(struct arena *a, const struct kargo_event_source *s, const char *type,
				      const char *freight)
{
	const struct event *ev = s->event;
	bool is_promotion = has_prefix(type, "Promotion");
	struct value *payload = value_map(a);
	struct kargo_event *out = arena_alloc(a, sizeof(*out));

	*out = (struct kargo_event){
		.type = type, .message = event_sentence(a, s), .stage = ev->stage ? ev->stage : "",
		.promotion = is_promotion ? ev->promotion : NULL, .commit = s->commit, .at = ev->at,
		.payload = payload,
		.object = is_promotion ? event_promotion_object(s) : event_freight_object(s, freight),
	};
	event_set(a, payload, "project", s->project->name);
	event_set(a, payload, "actor", event_actor(a, s));
	event_set(a, payload, "message", out->message);
	event_set(a, payload, "id", s->commit);
	if (is_promotion)
		event_put_promotion(a, payload, s, type);
	else
		event_put_freight(a, payload, s, freight);
	if (has_prefix(type, "FreightVerification"))
		event_put_verification(a, payload, ev);
	return out;
}

/* The freight of the collection that was verified; the one that is named, where the stage is gone. */
static struct list event_verified(struct arena *a, const struct kargo_event_source *s)
{
	const struct event *ev = s->event;
	const struct state_stage *stage = ev->stage ? state_stage(s->present, ev->stage) : NULL;
	const struct value *history = stage ? value_path(stage->object, "status.freightHistory") : NULL;
	struct list names = { 0 };

	for (size_t i = 0; i < value_count(history); i++) {
		const struct value *items = value_get(value_at(history, i), "items");

		if (strcmp(value_get_text(value_at(history, i), "id"),
			   value_get_text(ev->data, "collection")) != 0)
			continue;
		for (size_t j = 0; value_is(items, VALUE_MAP) && j < items->map.count; j++)
			list_add(a, &names, value_get_text(items->map.members[j].value, "name"));
	}
	if (!names.count && ev->freight)
		list_add(a, &names, ev->freight);
	return names;
}

/* Freight that a control-flow stage passes on. */
static struct list event_passed(struct arena *a, const struct event *ev)
{
	const struct value *freight = value_get(ev->data, "freight");
	struct list names = { 0 };

	for (size_t i = 0; i < value_count(freight); i++)
		list_add(a, &names, value_text(value_at(freight, i), ""));
	if (!names.count && ev->freight)
		list_add(a, &names, ev->freight);
	return names;
}

struct list kargo_events(struct arena *a, const struct kargo_event_source *source)
{
	const struct event *ev = source->event;
	const char *type = event_type(a, ev);
	struct list names = { 0 }, out = { 0 };

	assert(source->commit && source->present && source->project);
	if (!type)
		return out;
	if (ev->kind == EVENT_STAGE_VERIFIED)
		names = event_verified(a, source);
	else if (ev->kind == EVENT_FREIGHT_VERIFIED)
		names = event_passed(a, ev);
	else
		list_add(a, &names, ev->freight);
	for (size_t i = 0; i < names.count; i++)
		list_add(a, &out, event_make(a, source, type, names.items[i]));
	return out;
}

struct kargo_event *kargo_event_copy(struct arena *a, const struct kargo_event *ev)
{
	struct kargo_event *out = arena_copy(a, ev, sizeof(*ev));

	out->type = str_copy(a, ev->type);
	out->message = str_copy(a, ev->message);
	out->stage = str_copy(a, ev->stage);
	out->promotion = str_copy(a, ev->promotion);
	out->commit = str_copy(a, ev->commit);
	out->payload = value_copy(a, ev->payload);
	out->object = value_copy(a, ev->object);
	return out;
}

bool kargo_event_is_bad(const struct kargo_event *ev)
{
	return has_suffix(ev->type, "Failed") || has_suffix(ev->type, "Errored") ||
	       has_suffix(ev->type, "Inconclusive");
}
