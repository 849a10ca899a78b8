/* SPDX-License-Identifier: Apache-2.0 */
/* In the words of the engine's own events, so that one history reads like the other. */
#include "recorder/tell.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "model/collection.h"
#include "model/event.h"
#include "model/freight.h"
#include "model/state.h"
#include "model/wording.h"
#include "recorder/find.h"

#define NOTES "metadata.annotations"

/* The object without that member, sharing the others. */
static struct value *tell_without(struct arena *a, const struct value *object, const char *key)
{
	struct value *out = value_map(a);

	for (size_t i = 0; value_is(object, VALUE_MAP) && i < object->map.count; i++)
		if (!str_is(object->map.members[i].key, key))
			value_set_n(a, out, object->map.members[i].key, object->map.members[i].value);
	return out;
}

/* "soft-squirrel (1.29.5)", or the beginning of a name that is not known. */
static const char *tell_freight(struct arena *a, const struct value *object, const char *name)
{
	struct freight *f;
	struct err ignored;

	if (object && freight_read(a, object, &f, &ignored))
		return wording_freight(a, f);
	return str_copy_n(a, name ? name : "", strnlen(name ? name : "", 7));
}

static struct value *tell_reference(struct arena *a, const struct state *known, const char *freight)
{
	static const char *const kept[] = { "origin", "commits", "images", "charts", "artifacts" };
	const struct value *object = state_freight(known, freight);
	struct value *out = value_map(a);

	value_set(a, out, "name", value_string(a, freight));
	for (size_t i = 0; i < COUNTOF(kept); i++)
		if (value_get(object, kept[i]))
			value_set(a, out, kept[i], value_get(object, kept[i]));
	return out;
}

/* The collection that Kargo says, which names freight, with what the ledger has of that freight. */
static struct value *tell_brought(struct arena *a, const struct state *known, const struct value *brought)
{
	const struct value *items = value_get(brought, "items");
	struct value *out = value_map(a), *references = value_map(a);

	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++) {
		const struct value_member *m = &items->map.members[i];

		value_set_n(a, references, m->key,
			    tell_reference(a, known, value_text(value_get(m->value, "name"), "")));
	}
	value_set(a, out, "id", value_get(brought, "id"));
	value_set(a, out, "items", references);
	return out;
}

/* What the stage runs once the promotion has succeeded: as Kargo says, else what the ledger makes of it. */
static struct value *tell_collection(struct arena *a, const struct state *known,
					   const struct recorder_fact *f)
{
	const struct state_stage *s = state_stage(known, f->stage);
	const struct value *history = value_path(s ? s->object : NULL, "status.freightHistory");
	const struct value *items = value_get(value_at(history, 0), "items");
	struct value *references = value_list(a);

	if (f->brought)
		return tell_brought(a, known, f->brought);
	for (size_t i = 0; value_is(items, VALUE_MAP) && i < items->map.count; i++)
		value_append(a, references, items->map.members[i].value);
	value_append(a, references, tell_reference(a, known, f->freight));
	return collection_make(a, references);
}

static void tell_requested(struct arena *a, struct event *ev, const struct recorder_fact *f,
			   const char *freight)
{
	struct value *object = tell_without(a, f->object, "status");
	struct value *metadata = value_copy(a, value_get(object, "metadata"));

	value_remove(value_get(metadata, "annotations"), "kargo.akuity.io/abort");
	value_set(a, object, "metadata", metadata);
	ev->data = object;
	ev->reason = value_text(value_get(value_path(f->object, NOTES), "gantry/reason"), NULL);
	/* Without steps: it was told of by the stage alone. */
	ev->subject = ev->actor || !value_count(value_path(f->object, "spec.steps"))
		? str_format(a, "promote %s to %s", f->stage, freight)
		: str_format(a, "promote %s to %s, automatically", f->stage, freight);
}

/* Everything that Kargo says of the steps: they are not followed one by one. */
static void tell_finished(struct arena *a, const struct state *known, struct event *ev,
			  const struct recorder_fact *f)
{
	static const char *const kept[] = { "state", "currentStep", "healthChecks" };
	const struct value *status = value_get(f->object, "status");
	struct value *data = value_map(a), *changed = value_map(a);

	for (size_t i = 0; i < COUNTOF(kept); i++)
		if (value_get(status, kept[i]))
			value_set(a, changed, kept[i], value_get(status, kept[i]));
	if (value_get(status, "stepExecutionMetadata"))
		value_set(a, changed, "steps", value_get(status, "stepExecutionMetadata"));
	if (f->brought)
		value_set(a, changed, "freightCollection", tell_collection(a, known, f));
	value_set(a, data, "phase", value_string(a, value_text(value_get(status, "phase"), "")));
	value_set(a, data, "message", value_string(a, value_text(value_get(status, "message"), "")));
	value_set(a, data, "status", changed);
	ev->data = data;
}

static void tell_started(struct arena *a, const struct state *known, struct event *ev,
			 const struct recorder_fact *f)
{
	struct value *data = value_map(a);

	value_set(a, data, "freight", tell_reference(a, known, f->freight));
	value_set(a, data, "freightCollection", tell_collection(a, known, f));
	ev->data = data;
}

static void tell_verification(struct arena *a, struct event *ev, const struct recorder_fact *f)
{
	bool begins = ev->kind == EVENT_STAGE_VERIFYING;
	struct value *info = tell_without(a, f->object, begins ? "finishTime" : "");

	/* Seen only when it was over: it began all the same. */
	if (begins && value_get(f->object, "finishTime")) {
		value_set(a, info, "phase", value_string(a, "Running"));
		value_remove(info, "message");
		value_remove(info, "run");
	}
	if (value_path(info, "analysisRun.awaited"))
		value_set(a, info, "analysisRun", tell_without(a, value_get(info, "analysisRun"), "awaited"));
	value_set(a, info, "collection", value_string(a, f->collection));
	ev->data = info;
	ev->subject = begins ? str_format(a, "begin to verify %s", f->stage)
			     : str_format(a, "verification of %s: %s", f->stage,
					  value_text(value_get(info, "phase"), ""));
	if (!begins && strcmp(value_text(value_get(info, "phase"), ""), "Successful") != 0)
		ev->reason = value_text(value_get(info, "message"), NULL);
}

static void tell_passed(struct arena *a, struct event *ev, const char *freight)
{
	struct value *data = value_map(a), *names = value_list(a);

	value_append(a, names, value_string(a, ev->freight));
	value_set(a, data, "freight", names);
	ev->data = data;
	ev->subject = str_format(a, "%s lets %s pass", ev->stage, freight);
}

static bool tell_is_known(const struct state *known, const struct recorder_fact *f)
{
	const struct state_object *o = state_promotion(known, f->promotion);

	switch (f->kind) {
	case EVENT_FREIGHT_DISCOVERED: return state_freight(known, f->freight) != NULL;
	case EVENT_PROMOTION_REQUESTED: return o != NULL;
	case EVENT_FREIGHT_VERIFIED:
		return value_get(value_path(state_freight(known, f->freight), "status.verifiedIn"), f->stage);
	default: return false;
	}
}

/* Those about a promotion. */
static void tell_promotion(struct arena *a, const struct state *known, struct event *ev,
			   const struct recorder_fact *f)
{
	const char *freight = tell_freight(a, state_freight(known, f->freight), f->freight);
	const struct value *status = value_get(f->object, "status");

	switch (f->kind) {
	case EVENT_PROMOTION_REQUESTED:
		tell_requested(a, ev, f, freight);
		break;
	case EVENT_PROMOTION_STARTED:
		tell_started(a, known, ev, f);
		ev->subject = str_format(a, "begin to promote %s to %s", f->stage, freight);
		break;
	case EVENT_PROMOTION_ABORT_REQUESTED:
		ev->subject = str_format(a, "abort the promotion of %s to %s", f->stage, freight);
		break;
	default:
		tell_finished(a, known, ev, f);
		ev->subject = wording_end(a, f->stage, freight, value_text(value_get(status, "phase"), ""),
					  value_text(value_get(status, "message"), ""));
	}
}

/* Those about freight or a stage. */
static void tell_other(struct arena *a, const struct state *known, struct event *ev,
		       const struct recorder_fact *f)
{
	const struct value *object = f->kind == EVENT_FREIGHT_DISCOVERED ? f->object
									 : state_freight(known, f->freight);
	const char *freight = tell_freight(a, object, f->freight);

	switch (f->kind) {
	case EVENT_FREIGHT_DISCOVERED:
		ev->data = tell_without(a, f->object, "status");
		ev->subject = str_format(a, "find freight %s from %s", freight, f->warehouse);
		break;
	case EVENT_FREIGHT_APPROVED:
		ev->subject = str_format(a, "approve %s for %s", freight, f->stage);
		break;
	case EVENT_FREIGHT_VERIFIED:
		tell_passed(a, ev, freight);
		break;
	case EVENT_STAGE_HELD:
		ev->subject = str_format(a, "hold auto-promotion of %s", f->stage);
		break;
	case EVENT_STAGE_RESUMED:
		ev->subject = str_format(a, "let auto-promotion of %s go on", f->stage);
		break;
	default:
		ev->data = f->object;
		ev->subject = f->freight ? str_format(a, "change what is written on %s", freight)
					 : str_format(a, "change what is written on %s", f->stage);
	}
}

const struct event *recorder_tell(struct arena *a, const struct state *known, const struct recorder_fact *f)
{
	struct event *ev = arena_alloc(a, sizeof(*ev));

	assert(known && f);
	if (tell_is_known(known, f))
		return NULL;
	*ev = (struct event){ .kind = f->kind, .stage = f->stage, .freight = f->freight, .actor = f->actor,
			      .promotion = f->promotion, .warehouse = f->warehouse, .at = f->at };
	if (f->kind == EVENT_STAGE_VERIFYING || f->kind == EVENT_STAGE_VERIFIED)
		tell_verification(a, ev, f);
	else if (f->promotion)
		tell_promotion(a, known, ev, f);
	else
		tell_other(a, known, ev, f);
	if (f->note && ev->reason)
		ev->reason = str_format(a, "%s\n\n%s", ev->reason, f->note);
	else if (f->note)
		ev->reason = f->note;
	return ev;
}
