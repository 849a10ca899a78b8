/* SPDX-License-Identifier: Apache-2.0 */
/* What a look at a warehouse told. */
#include "cmd/warehouses.h"

#include <stdio.h>
#include <string.h>

#include "base/list.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "cmd/out.h"
#include "cmd/stale.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/warehouse.h"
#include "model/world.h"

enum { MAX_LINE = 1000 };

static const char *warehouse_state(const struct warehouse *of, bool has_reasons)
{
	if (of->error)
		return "fails";
	return !of->looked_at ? "not looked at" : has_reasons ? "finds nothing" : "works";
}

static struct value *warehouse_subscriptions(struct arena *a, const struct warehouse *of)
{
	static const char *const kinds[] = { "image", "git", "chart", "other" };
	struct value *all = value_list(a);

	for (size_t i = 0; i < of->nsubscriptions; i++) {
		const struct subscription *s = &of->subscriptions[i];
		struct value *v = value_map(a);

		describe_text(a, v, "kind", kinds[s->kind]);
		describe_text(a, v, "name", s->name);
		describe_text(a, v, "repoURL", s->repo_url);
		describe_text(a, v, "chart", s->chart);
		describe_text(a, v, "constraint", s->constraint);
		describe_text(a, v, "strategy", s->strategy);
		value_append(a, all, v);
	}
	return all;
}

static struct value *warehouse_row(struct arena *a, const struct world *w, const struct warehouse *of)
{
	struct value *row = value_map(a), *all = value_list(a);
	struct list reasons = { 0 };
	int64_t freight = 0;

	for (size_t i = 0; i < w->nfreight; i++)
		freight += strcmp(w->freight[i]->warehouse, of->name) == 0;
	warehouse_reasons(a, of, &reasons);
	for (size_t i = 0; i < reasons.count; i++)
		value_append(a, all, value_string(a, reasons.items[i]));
	describe_text(a, row, "project", world_name(w));
	describe_text(a, row, "name", of->name);
	value_set(a, row, "freight", value_int(a, freight));
	describe_time(a, row, "lookedAt", of->looked_at);
	describe_time(a, row, "failingSince", of->failing_since);
	describe_text(a, row, "state", warehouse_state(of, reasons.count));
	describe_text(a, row, "message", of->error ? of->error : reasons.count ? reasons.items[0] : NULL);
	value_set(a, row, "reasons", all);
	value_set(a, row, "automatic", value_bool(a, of->automatic));
	value_set(a, row, "intervalMs", value_int(a, of->interval / 1000000));
	value_set(a, row, "subscriptions", warehouse_subscriptions(a, of));
	return row;
}

void warehouse_rows(struct arena *a, const struct world *w, const struct stage *s, struct value *rows)
{
	for (size_t i = 0; i < w->nwarehouses; i++)
		if (!s || stage_request(s, w->warehouses[i]->name))
			value_append(a, rows, warehouse_row(a, w, w->warehouses[i]));
}

const struct out_column warehouse_columns[] = {
	{ "PROJECT", "project" },     { "WAREHOUSE", "name" }, { "FREIGHT", "freight" },
	{ "LOOKED", "lookedAt:age" }, { "STATE", "state" },    { "+EVERY", "intervalMs:ms" },
	{ "MESSAGE", "message" },     { 0 },
};

const char *warehouse_trouble(struct arena *a, const struct world *w, const char *name, const char **reason)
{
	const struct warehouse *h = world_warehouse(w, name);
	struct list reasons = { 0 };

	if (h)
		warehouse_reasons(a, h, &reasons);
	*reason = reasons.count ? reasons.items[0] : NULL;
	return h ? h->error : "it is not in the manifests";
}

void warehouses_note(struct arena *a, const struct world *w, const struct stage *s)
{
	for (size_t i = 0; i < s->nrequests; i++) {
		const char *name = s->requests[i].warehouse, *reason;
		const char *error = warehouse_trouble(a, w, name, &reason);
		const struct warehouse *h = world_warehouse(w, name);

		if (error)
			fprintf(stderr, "gantry: warehouse %s could not be looked at: %s\n", name,
				str_line(a, error, MAX_LINE));
		else if (*warehouse_found(h) && !world_freight(w, warehouse_found(h)))
			fprintf(stderr, "gantry: warehouse %s has freight that nobody has recorded yet: "
				"gantry refresh %s does\n", name, name);
		else if (reason)
			fprintf(stderr, "gantry: warehouse %s makes no freight: %s\n", name,
				str_line(a, reason, MAX_LINE));
	}
}

bool warehouse_was_looked_at(const struct world *w, const char *name, int64_t since)
{
	const struct warehouse *h = world_warehouse(w, name);

	return !h || h->error || h->looked_at >= since;
}

const char *warehouse_unrecorded(struct arena *a, const struct world *w, const char *name)
{
	const struct warehouse *h = world_warehouse(w, name);
	const char *found = h ? warehouse_found(h) : "";

	return *found && !world_freight(w, found) ? stale_text(a, w) : NULL;
}

bool warehouse_was_recorded(const struct world *w, const char *name, int64_t since)
{
	const struct warehouse *h = world_warehouse(w, name);
	const char *found = h ? warehouse_found(h) : "";

	return warehouse_was_looked_at(w, name, since) &&
	       (!h || h->error || !*found || world_freight(w, found) || stale_is(w));
}

bool warehouses_were_looked_at(void *context, const struct world *w)
{
	(void)context;
	for (size_t i = 0; i < w->nwarehouses; i++)
		if (!warehouse_was_looked_at(w, w->warehouses[i]->name, 1))
			return false;
	return true;
}
