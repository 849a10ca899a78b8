/* SPDX-License-Identifier: Apache-2.0 */
/* All that the board shows: what gantry get lists, and where it is from. */
#include "cmd/board.h"

#include "app/app.h"
#include "base/err.h"
#include "cmd/command.h"
#include "cmd/describe.h"
#include "cmd/out.h"
#include "cmd/warehouses.h"
#include "cmd/worlds.h"
#include "data/value.h"
#include "model/world.h"

enum { PATIENCE_MS = 10000 };

bool board_is_whole(void *context, const struct world *w)
{
	(void)context;
	for (size_t i = 0; i < w->nsources; i++)
		if (!w->sources[i].seen_at && !w->sources[i].failing_since)
			return false;
	return !w->loading && (w->engine != ENGINE_UNKNOWN || w->manifests_fault);
}

static struct value *board_sources(struct arena *a, const struct world *w)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < w->nsources; i++) {
		struct value *v = value_map(a);

		describe_text(a, v, "name", w->sources[i].name);
		describe_text(a, v, "address", w->sources[i].address);
		describe_time(a, v, "seenAt", w->sources[i].seen_at);
		describe_time(a, v, "failingSince", w->sources[i].failing_since);
		describe_text(a, v, "error", w->sources[i].error);
		value_append(a, all, v);
	}
	return all;
}

static struct value *board_complaints(struct arena *a, const struct world *w)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < w->ncomplaints; i++) {
		struct value *v = value_map(a);

		describe_text(a, v, "file", w->complaints[i].file);
		value_set(a, v, "line", value_int(a, w->complaints[i].line));
		value_set(a, v, "column", value_int(a, w->complaints[i].column));
		describe_text(a, v, "severity", w->complaints[i].is_error ? "error" : "warning");
		describe_text(a, v, "message", w->complaints[i].message);
		value_append(a, all, v);
	}
	return all;
}

static struct value *board_value(struct arena *a, const struct world *w)
{
	struct value *v = value_map(a), *stages = value_list(a), *freight = value_list(a);
	struct value *promotions = value_list(a), *warehouses = value_list(a);

	for (size_t i = 0; i < w->nstages; i++)
		value_append(a, stages, describe_stage(a, w, w->stages[i]));
	for (size_t i = 0; i < w->nfreight; i++)
		value_append(a, freight, describe_freight(a, w, w->freight[i]));
	for (size_t i = 0; i < w->npromotions; i++)
		value_append(a, promotions, describe_promotion(a, w, w->promotions[i]));
	warehouse_rows(a, w, NULL, warehouses);
	describe_text(a, v, "project", world_name(w));
	describe_text(a, v, "head", w->ledger_head);
	describe_text(a, v, "executor", w->engine == ENGINE_ELSEWHERE ? w->engine_host : NULL);
	value_set(a, v, "stages", stages);
	value_set(a, v, "freight", freight);
	value_set(a, v, "promotions", promotions);
	value_set(a, v, "warehouses", warehouses);
	value_set(a, v, "sources", board_sources(a, w));
	value_set(a, v, "complaints", board_complaints(a, w));
	return v;
}

bool board_print(struct command *c, struct err *e)
{
	static const struct worlds_wish wish = { APP_ALL | APP_OBSERVES, board_is_whole, PATIENCE_MS };
	struct value *all = value_list(c->arena);
	struct worlds worlds;
	bool fine;

	if (!worlds_open(c, &wish, &worlds, e))
		return false;
	for (size_t i = 0; i < worlds.count; i++)
		value_append(c->arena, all, board_value(c->arena, worlds.items[i]));
	fine = out_value(c, worlds.count == 1 ? value_at(all, 0) : all, "", e);
	worlds_close(&worlds);
	return fine;
}
