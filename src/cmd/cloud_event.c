/* SPDX-License-Identifier: Apache-2.0 */
/* Which of Kargo's events a ledger event is, and its payload. */
#include "cmd/cloud_event.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "data/value.h"
#include "ledger/history.h"
#include "model/event.h"
#include "model/state.h"

static void cloud_set(struct arena *a, struct value *map, const char *key, const char *text)
{
	if (text && *text)
		value_set(a, map, key, value_string(a, text));
}

static void cloud_copy(struct arena *a, struct value *map, const char *key, const struct value *v)
{
	if (value_count(v))
		value_set(a, map, key, value_copy(a, v));
}

/* Kargo names the event by how it ended. */
static const char *cloud_end(struct arena *a, const struct event *ev, const char *what)
{
	const char *phase = value_get_text(ev->data, "phase");
	const char *word = strcmp(phase, "Successful") == 0 ? "Succeeded"
			   : strcmp(phase, "Error") == 0   ? "Errored" : phase;

	return str_format(a, "%s%s", what, word);
}

static const char *cloud_type(struct arena *a, const struct event *ev)
{
	switch (ev->kind) {
	case EVENT_PROMOTION_REQUESTED:
		return "PromotionCreated";
	case EVENT_PROMOTION_FINISHED:
		return cloud_end(a, ev, "Promotion");
	case EVENT_FREIGHT_DISCOVERED:
		return "FreightCreated";
	case EVENT_FREIGHT_APPROVED:
		return "FreightApproved";
	case EVENT_STAGE_VERIFIED:
		return cloud_end(a, ev, "FreightVerification");
	case EVENT_FREIGHT_VERIFIED:
		return "FreightVerificationSucceeded";
	default:
		return str_format(a, "gantry.%s", event_word_of(ev));
	}
}

static struct value *cloud_freight(struct arena *a, const struct event *ev, const char *name,
				   const struct state *present)
{
	const struct value *object = ev->kind == EVENT_FREIGHT_DISCOVERED ? ev->data
							: name ? state_freight(present, name) : NULL;
	struct value *v = value_map(a);

	cloud_set(a, v, "name", name);
	cloud_set(a, v, "stageName", ev->stage);
	cloud_set(a, v, "warehouseName", value_path_text(object, "origin.name", NULL));
	cloud_set(a, v, "createTime", value_path_text(object, "metadata.creationTimestamp", NULL));
	cloud_set(a, v, "alias", value_get_text(object, "alias"));
	cloud_copy(a, v, "commits", value_get(object, "commits"));
	cloud_copy(a, v, "images", value_get(object, "images"));
	cloud_copy(a, v, "charts", value_get(object, "charts"));
	return v;
}

static struct value *cloud_promotion(struct arena *a, const struct event *ev, const struct state *present)
{
	const struct state_object *known = state_promotion(present, ev->promotion);
	const struct value *object = ev->kind == EVENT_PROMOTION_REQUESTED ? ev->data
				     : known ? known->object : NULL;
	const char *freight = ev->freight ? ev->freight : value_path_text(object, "spec.freight", NULL);
	const struct value *notes = value_path(object, "metadata.annotations");
	struct value *v = value_map(a);

	cloud_set(a, v, "name", ev->promotion);
	cloud_set(a, v, "stageName", ev->stage);
	cloud_set(a, v, "createTime", value_path_text(object, "metadata.creationTimestamp", NULL));
	if (freight)
		value_set(a, v, "freight", cloud_freight(a, ev, freight, present));
	if (strcmp(value_get_text(notes, "kargo.akuity.io/rollback"), "true") == 0)
		value_set(a, v, "rollback", value_bool(a, true));
	return v;
}

static struct value *cloud_verification(struct arena *a, const struct event *ev)
{
	struct value *v = value_map(a);

	cloud_set(a, v, "verificationStartTime", value_get_text(ev->data, "startTime"));
	cloud_set(a, v, "verificationFinishTime", value_get_text(ev->data, "finishTime"));
	return v;
}

static struct value *cloud_data(struct arena *a, const char *project, const struct ledger_entry *entry,
				const struct state *present)
{
	const struct event *ev = entry->event;
	struct value *data = value_map(a);

	cloud_set(a, data, "id", entry->commit);
	cloud_set(a, data, "project", project);
	cloud_set(a, data, "actor", ev->actor);
	cloud_set(a, data, "message", ev->subject);
	cloud_set(a, data, "reason", ev->reason);
	if (ev->promotion)
		value_set(a, data, "promotion", cloud_promotion(a, ev, present));
	else if (ev->freight || ev->kind == EVENT_STAGE_VERIFIED)
		value_set(a, data, "freight", cloud_freight(a, ev, ev->freight, present));
	else
		cloud_set(a, data, "stageName", ev->stage);
	if (ev->kind == EVENT_STAGE_VERIFIED)
		value_set(a, data, "verification", cloud_verification(a, ev));
	return data;
}

const struct value *cloud_event(struct arena *a, const char *project, const struct ledger_entry *entry,
				const struct state *present)
{
	const struct event *ev = entry->event;
	struct value *v = value_map(a);

	assert(project && present);
	cloud_set(a, v, "specversion", "1.0");
	cloud_set(a, v, "id", entry->commit);
	cloud_set(a, v, "source", str_format(a, "gantry/%s", project));
	cloud_set(a, v, "type", cloud_type(a, ev));
	cloud_set(a, v, "subject", ev->promotion ? ev->promotion : ev->freight ? ev->freight : ev->stage);
	cloud_set(a, v, "time", clock_rfc3339(a, ev->at));
	cloud_set(a, v, "datacontenttype", "application/json");
	value_set(a, v, "data", cloud_data(a, project, entry, present));
	return v;
}
