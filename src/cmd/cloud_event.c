/* SPDX-License-Identifier: Apache-2.0 */
/* Kargo's events have Kargo's payload; others say what they are about. */
#include "cmd/formats.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "ledger/history.h"
#include "messages/kargo_event.h"
#include "model/event.h"
#include "model/project.h"

static void cloud_set(struct arena *a, struct value *map, const char *key, const char *text)
{
	if (text && *text)
		value_set(a, map, key, value_string(a, text));
}

/* What Kargo has no event for. */
static struct value *cloud_own(struct arena *a, const char *project, const struct ledger_entry *entry)
{
	const struct event *ev = entry->event;
	struct value *data = value_map(a);

	cloud_set(a, data, "project", project);
	cloud_set(a, data, "actor", ev->actor);
	cloud_set(a, data, "message", ev->subject);
	cloud_set(a, data, "id", entry->commit);
	cloud_set(a, data, "stageName", ev->stage);
	cloud_set(a, data, "promotionName", ev->promotion);
	cloud_set(a, data, "freightName", ev->freight);
	return data;
}

/* Of several pieces of freight that were verified at once, all: Kargo has an event for each. */
static struct value *cloud_kargo(struct arena *a, const struct list *events)
{
	struct value *data = value_copy(a, ((const struct kargo_event *)events->items[0])->payload);
	struct value *names = value_list(a);

	for (size_t i = 0; i < events->count; i++)
		value_append(a, names,
			     value_copy(a, value_get(((const struct kargo_event *)events->items[i])->payload,
						     "name")));
	if (events->count > 1)
		value_set(a, data, "freightNames", names);
	return data;
}

const struct value *cloud_event(struct arena *a, const char *project, const struct ledger_entry *entry,
				const struct state *present)
{
	const struct project nothing = { .name = project };
	const struct kargo_event_source source = { entry->commit, entry->event, present, &nothing };
	const struct list events = kargo_events(a, &source);
	const struct event *ev = entry->event;
	struct value *v = value_map(a), *data;

	assert(project && present);
	data = events.count ? cloud_kargo(a, &events) : cloud_own(a, project, entry);
	cloud_set(a, data, "reason", ev->reason);
	cloud_set(a, v, "specversion", "1.0");
	cloud_set(a, v, "id", entry->commit);
	cloud_set(a, v, "source", str_format(a, "gantry/%s", project));
	cloud_set(a, v, "type",
		  events.count ? ((const struct kargo_event *)events.items[0])->type
			       : str_format(a, "gantry.%s", event_word_of(ev)));
	cloud_set(a, v, "subject", ev->promotion ? ev->promotion : ev->freight ? ev->freight : ev->stage);
	cloud_set(a, v, "time", clock_rfc3339(a, ev->at));
	cloud_set(a, v, "datacontenttype", "application/json");
	value_set(a, v, "data", data);
	return v;
}
