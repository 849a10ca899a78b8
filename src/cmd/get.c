/* SPDX-License-Identifier: Apache-2.0 */
/* gantry get: what the ledger has now, warehouses as they are found, and what needs a person. */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/intents.h"
#include "cmd/out.h"
#include "cmd/todo.h"
#include "cmd/warehouses.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/gate.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/world.h"
#include "ui/port.h"

/* How long Argo CD is waited for, in ms. */
enum { ARGOCD_MS = 5000 };

static const struct option_def options[] = {
	{ "stage", 's', OPTION_TEXT, "NAME", "only what concerns this stage" },
	{ 0 },
};

static void cmd_get_set_text(struct arena *a, struct value *row, const char *key, const char *text)
{
	value_set(a, row, key, value_string(a, text ? text : ""));
}

static void set_age(struct arena *a, struct value *row, const char *key, int64_t at)
{
	cmd_get_set_text(a, row, key, at ? clock_age(a, clock_now() - at) : "");
}

/* One warehouse's freight that runs in a stage. */
static void set_runs(struct arena *a, struct value *row, const struct world *w,
		     const struct collection_item *item)
{
	const struct freight *f = world_freight(w, item->freight);

	cmd_get_set_text(a, row, "warehouse", item->warehouse);
	cmd_get_set_text(a, row, "freight", f ? freight_label(a, f)
					      : str_format(a, "%.7s", item->freight));
	cmd_get_set_text(a, row, "version", f ? freight_version(a, f) : "");
	cmd_get_set_text(a, row, "freightName", item->freight);
}

/*
 * A stage of one warehouse has its freight in the row; one of several has each in "runs", where
 * that of the only one is, too: a script that reads "runs" is right for both.
 */
static struct value *stage_row(struct arena *a, const struct world *w, const struct stage *s)
{
	struct value *row = value_map(a), *all = value_list(a);
	const struct collection *runs = stage_runs(s);
	const struct promotion *p = world_promotion_in(w, s->name);
	static const struct collection_item nothing = { "", "" };

	cmd_get_set_text(a, row, "name", s->name);
	set_runs(a, row, w, runs && runs->nitems == 1 ? &runs->items[0] : &nothing);
	for (size_t i = 0; runs && i < runs->nitems; i++) {
		struct value *v = value_map(a);

		set_runs(a, v, w, &runs->items[i]);
		value_append(a, all, v);
	}
	value_set(a, row, "runs", all);
	set_age(a, row, "age", runs ? runs->since : 0);
	cmd_get_set_text(a, row, "health",
			 s->fault ? "bad manifest" : s->nsteps ? health_name(s->health) : "N/A");
	if (s->fault)
		cmd_get_set_text(a, row, "fault", s->fault);
	cmd_get_set_text(a, row, "promotion", p ? phase_name(p->phase) : "");
	cmd_get_set_text(a, row, "promotionName", p ? p->name : "");
	cmd_get_set_text(a, row, "unconfirmed", promotion_unconfirmed_text(a, s->unconfirmed));
	value_set(a, row, "autoPromotion", value_bool(a, s->auto_promotion));
	return row;
}

static const struct out_column stage_columns[] = {
	{ "STAGE", "name" },   { "FREIGHT", "freight" },     { "VERSION", "version" }, { "FOR", "age" },
	{ "HEALTH", "health" }, { "PROMOTION", "promotion" }, { 0 },
};

static const struct out_column stage_columns_by_warehouse[] = {
	{ "STAGE", "name" },      { "WAREHOUSE", "warehouse" }, { "FREIGHT", "freight" },
	{ "VERSION", "version" }, { "FOR", "age" },             { "HEALTH", "health" },
	{ "PROMOTION", "promotion" }, { 0 },
};

/* The table has a row for each warehouse; true when a stage has several. */
static bool split_rows(struct arena *a, const struct value *rows, struct value *split)
{
	bool any = false;

	for (size_t i = 0; i < value_count(rows); i++) {
		const struct value *row = value_at(rows, i), *runs = value_get(row, "runs");

		any = any || value_count(runs) > 1;
		if (value_count(runs) <= 1)
			value_append(a, split, value_copy(a, row));
		for (size_t j = 0; value_count(runs) > 1 && j < value_count(runs); j++) {
			struct value *v = value_copy(a, row);

			for (size_t k = 0; k < value_at(runs, j)->map.count; k++)
				value_set_n(a, v, value_at(runs, j)->map.members[k].key,
					    value_at(runs, j)->map.members[k].value);
			value_append(a, split, v);
		}
	}
	return any;
}

static const char *cmd_get_names_of(struct arena *a, const struct freight_marks *marks)
{
	const char *all = "";

	for (size_t i = 0; i < marks->count; i++)
		all = str_format(a, "%s%s%s", all, i ? " " : "", marks->items[i].stage);
	return all;
}

static struct value *freight_row(struct arena *a, const struct freight *f)
{
	struct value *row = value_map(a);

	cmd_get_set_text(a, row, "alias", freight_label(a, f));
	cmd_get_set_text(a, row, "version", freight_version(a, f));
	cmd_get_set_text(a, row, "warehouse", f->warehouse);
	set_age(a, row, "age", f->discovered_at);
	cmd_get_set_text(a, row, "in", cmd_get_names_of(a, &f->currently_in));
	cmd_get_set_text(a, row, "verified", cmd_get_names_of(a, &f->verified_in));
	cmd_get_set_text(a, row, "approved", cmd_get_names_of(a, &f->approved_for));
	cmd_get_set_text(a, row, "name", f->name);
	return row;
}

static const struct out_column freight_columns[] = {
	{ "FREIGHT", "alias" }, { "VERSION", "version" },   { "WAREHOUSE", "warehouse" },
	{ "AGE", "age" },       { "IN", "in" },             { "VERIFIED IN", "verified" },
	{ "NAME", "name" },     { 0 },
};

/* Why it ended as it did; while it runs, what it waits for. */
static const char *cmd_get_message(struct arena *a, const struct promotion *p)
{
	if (p->phase != PHASE_RUNNING || p->current_step >= p->nsteps)
		return promotion_outcome(a, p);
	return p->steps[p->current_step].message;
}

static struct value *promotion_row(struct arena *a, const struct world *w,
				   const struct promotion *p)
{
	struct value *row = value_map(a);
	const struct freight *f = world_freight(w, p->freight);
	int64_t end = p->finished_at ? p->finished_at : clock_now();

	cmd_get_set_text(a, row, "stage", p->stage);
	cmd_get_set_text(
		a, row, "freight",
		f ? freight_label(a, f)
		  : str_copy_n(a, p->freight, strlen(p->freight) < 7 ? strlen(p->freight) : 7));
	cmd_get_set_text(a, row, "phase", phase_name(p->phase));
	set_age(a, row, "age", p->created_at);
	cmd_get_set_text(a, row, "took", p->started_at ? clock_age(a, end - p->started_at) : "");
	cmd_get_set_text(a, row, "actor", *p->actor ? p->actor : "auto");
	cmd_get_set_text(a, row, "message", cmd_get_message(a, p));
	cmd_get_set_text(a, row, "name", p->name);
	return row;
}

static const struct out_column promotion_columns[] = {
	{ "STAGE", "stage" }, { "FREIGHT", "freight" }, { "PHASE", "phase" }, { "AGE", "age" },
	{ "TOOK", "took" },   { "BY", "actor" },        { "NAME", "name" },   { "MESSAGE", "message" },
	{ 0 },
};

/* A promotion that drove Argo CD left checks; without them health does not depend on it. */
static bool has_checks(const struct world *w)
{
	for (size_t i = 0; i < w->nstages; i++)
		if (value_count(value_path(w->stages[i]->status, "lastPromotion.status.healthChecks")) > 0)
			return true;
	return false;
}

static const struct source *argocd_of(const struct world *w)
{
	for (size_t i = 0; i < w->nsources; i++)
		if (w->sources[i].kind == SOURCE_ARGOCD)
			return &w->sources[i];
	return NULL;
}

/* Argo CD has answered, or cannot be asked. */
static bool knows_health(void *context, const struct world *w)
{
	const struct source *s = argocd_of(w);

	(void)context;
	return !has_checks(w) || (s && (s->seen_at || s->failing_since));
}

/* Beside the table: where something else may be deployed than the table says. */
static void note_unconfirmed(struct command *c, const struct world *w, const char *only)
{
	for (size_t i = 0; i < w->nstages; i++) {
		const struct stage *s = w->stages[i];
		const char *text = promotion_unconfirmed_text(c->arena, s->unconfirmed);

		if (text && (!only || strcmp(s->name, only) == 0))
			fprintf(stderr, "%s: %s %s\n", s->name, s->unconfirmed->name, text);
	}
}

/* --stage names one that is there; have: something was found of it, though it is no longer there. */
static bool get_knows_stage(const struct world *w, const char *only, bool have, struct err *e)
{
	return !only || have || world_stage(w, only) ||
	       err_set(e, ERR_NOT_FOUND, "no stage \"%s\"; gantry get stages lists them", only);
}

static bool get_stages_of(struct command *c, const struct world *w, struct err *e)
{
	const char *only = command_option(c, "stage");
	struct value *rows = value_list(c->arena), *split = value_list(c->arena);
	enum out_format format;

	for (size_t i = 0; i < w->nstages; i++)
		if (!only || strcmp(w->stages[i]->name, only) == 0)
			value_append(c->arena, rows, stage_row(c->arena, w, w->stages[i]));
	if (!get_knows_stage(w, only, false, e) || !out_format(c, &format, e))
		return false;
	if (format == OUT_TABLE)
		note_unconfirmed(c, w, only);
	if (format == OUT_TABLE && split_rows(c->arena, rows, split))
		return out_rows(c, split, stage_columns_by_warehouse, "", e);
	return out_rows(c, rows, stage_columns, "no stages: the manifests hold none", e);
}

static bool get_todo_of(struct command *c, const struct world *w, struct err *e)
{
	const char *only = command_option(c, "stage");

	return get_knows_stage(w, only, false, e) && get_todo(c, w, only, e);
}

/* The health that the board shows: of the applications, as Argo CD has them now. */
static bool get_with_health(struct command *c, struct app *app, const struct world *w,
			    bool (*print)(struct command *c, const struct world *w, struct err *e),
			    struct err *e)
{
	const struct world *later;
	const struct source *s;
	struct err ignored;
	bool fine;

	if (!app_wait(app, knows_health, NULL, ARGOCD_MS, NULL, &later, &ignored))
		return print(c, w, e);
	fine = print(c, later, e);
	s = argocd_of(later);
	if (fine && has_checks(later) && s && s->error)
		fprintf(stderr, "health is unknown where Argo CD has it: %s\n", s->error);
	app_port(app)->give_back(app_port(app)->context, later);
	return fine;
}

static bool get_freight(struct command *c, const struct world *w, const char *only, struct err *e)
{
	struct value *rows = value_list(c->arena);
	const struct stage *s = world_stage(w, only);

	if (!get_knows_stage(w, only, false, e))
		return false;
	for (size_t i = 0; i < w->nfreight; i++)
		if (!s || freight_is_available(s, w->freight[i], clock_now()))
			value_append(c->arena, rows, freight_row(c->arena, w->freight[i]));
	return out_rows(c, rows, freight_columns, "no freight yet", e);
}

static bool get_promotions(struct command *c, const struct world *w, const char *only,
			   struct err *e)
{
	struct value *rows = value_list(c->arena);

	for (size_t i = 0; i < w->npromotions; i++)
		if (!only || strcmp(w->promotions[i]->stage, only) == 0)
			value_append(c->arena, rows, promotion_row(c->arena, w, w->promotions[i]));
	return get_knows_stage(w, only, value_count(rows) > 0, e) &&
	       out_rows(c, rows, promotion_columns, "no promotions yet", e);
}

static bool is_about_warehouses(const struct command *c)
{
	return c->nwords == 1 && (strcmp(c->words[0], "warehouses") == 0 ||
				  strcmp(c->words[0], "warehouse") == 0);
}

static bool cmd_get(struct command *c, struct app *app, const struct world *w, struct err *e)
{
	const char *what = c->nwords == 1 ? c->words[0] : "", *only = command_option(c, "stage");

	if (is_about_warehouses(c))
		return get_warehouses(c, app, e);
	if (strcmp(what, "stages") == 0 || strcmp(what, "stage") == 0)
		return get_with_health(c, app, w, get_stages_of, e);
	if (strcmp(what, "freight") == 0)
		return get_freight(c, w, only, e);
	if (strcmp(what, "promotions") == 0 || strcmp(what, "promotion") == 0)
		return get_promotions(c, w, only, e);
	if (strcmp(what, "todo") == 0)
		return get_with_health(c, app, w, get_todo_of, e);
	return err_set(e, ERR_USAGE, "get what? stages, freight, promotions, warehouses or todo");
}

static bool cmd_get_run(struct command *c, struct err *e)
{
	unsigned flags = is_about_warehouses(c) ? APP_OBSERVES
			 : c->nwords == 1 && (has_prefix(c->words[0], "stage") ||
					strcmp(c->words[0], "todo") == 0) ? APP_WATCHES : 0;

	return with_world(c, APP_READS | flags, cmd_get, e);
}

const struct command_def command_get = {
	.name = "get",
	.summary = "List stages, freight, promotions, warehouses, or what needs you.",
	.usage = "gantry get stages|freight|promotions|warehouses|todo [--stage NAME] [-o json]",
	.options = options,
	.common = COMMON_READS,
	.run = cmd_get_run,
};
