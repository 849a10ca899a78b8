/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts get the rows; columns choose what people see of them. */
#include "cmd/get_kinds.h"

#include <string.h>

#include "app/app.h"
#include "base/clock.h"
#include "base/str.h"
#include "cmd/delivery.h"
#include "cmd/describe.h"
#include "cmd/todo.h"
#include "cmd/warehouses.h"
#include "data/value.h"
#include "model/available.h"
#include "model/matrix.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/todo_find.h"
#include "model/world.h"

/* How long to wait for Argo CD, the lease and registries, in ms. */
enum { ARGOCD_MS = 5000, LEASE_MS = 3000, LOOK_MS = 60000 };

/* A promotion that drove Argo CD left checks; without them health does not depend on it. */
bool get_depends_on_argocd(const struct world *w)
{
	for (size_t i = 0; i < w->nstages; i++)
		if (value_count(value_path(w->stages[i]->status, "lastPromotion.status.healthChecks")) > 0)
			return true;
	return false;
}

/* Argo CD has answered, or cannot be asked. */
static bool get_knows_health(void *context, const struct world *w)
{
	(void)context;
	for (size_t i = 0; i < w->nsources; i++)
		if (w->sources[i].kind == SOURCE_ARGOCD)
			return !get_depends_on_argocd(w) || w->sources[i].seen_at ||
			       w->sources[i].failing_since;
	return !get_depends_on_argocd(w);
}

static bool get_knows_executor(void *context, const struct world *w)
{
	(void)context;
	return w->engine != ENGINE_UNKNOWN;
}

static void get_add_stages(const struct get_look *look)
{
	for (size_t i = 0; i < look->w->nstages; i++)
		if (!look->only || strcmp(look->w->stages[i]->name, look->only) == 0)
			value_append(look->arena, look->rows,
				     describe_stage(look->arena, look->w, look->w->stages[i]));
}

/* Tables and CSV have a row for each warehouse of a stage of several. */
static struct value *get_split_stages(struct arena *a, const struct value *rows)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(rows); i++) {
		const struct value *runs = value_get(value_at(rows, i), "runs");

		for (size_t j = 0; j < (value_count(runs) > 1 ? value_count(runs) : 1); j++) {
			struct value *row = value_copy(a, value_at(rows, i));

			for (size_t k = 0; value_at(runs, j) && k < value_at(runs, j)->map.count; k++)
				value_set_n(a, row, value_at(runs, j)->map.members[k].key,
					    value_at(runs, j)->map.members[k].value);
			value_append(a, all, row);
		}
	}
	return all;
}

/* The error of a manifest replaces the health, which is unknown then. */
static struct value *get_tabulate_stages(struct arena *a, const struct value *rows)
{
	struct value *all = get_split_stages(a, rows);

	for (size_t i = 0; i < value_count(all); i++)
		if (*value_get_text(value_at(all, i), "fault"))
			value_set(a, value_at(all, i), "health", value_string(a, "bad manifest"));
	return all;
}

static const struct out_column stage_columns[] = {
	{ "PROJECT", "project" },       { "STAGE", "name" },         { "WAREHOUSE", "warehouse" },
	{ "FREIGHT", "freight" },       { "VERSION", "version" },    { "FOR", "since:age" },
	{ "HEALTH", "health" },         { "PROMOTION", "promotion" }, { "+AUTO", "autoPromotion" },
	{ "+VERIFIED", "verification.phase" }, { "+NAME", "freightName" },
	{ "+UNCONFIRMED", "unconfirmed" },
	{ 0 },
};

static void get_add_freight(const struct get_look *look)
{
	const struct stage *s = world_stage(look->w, look->only);

	for (size_t i = 0; i < look->w->nfreight; i++)
		if (!s || freight_is_available(s, look->w->freight[i], clock_now()))
			value_append(look->arena, look->rows,
				     describe_freight(look->arena, look->w, look->w->freight[i]));
}

static const struct out_column freight_columns[] = {
	{ "PROJECT", "project" },     { "FREIGHT", "alias" },       { "VERSION", "version" },
	{ "WAREHOUSE", "warehouse" }, { "AGE", "discoveredAt:age" }, { "IN", "in:stages" },
	{ "VERIFIED IN", "verified:stages" }, { "+APPROVED FOR", "approved:stages" }, { "NAME", "name" },
	{ 0 },
};

static void get_add_promotions(const struct get_look *look)
{
	for (size_t i = 0; i < look->w->npromotions; i++)
		if (!look->only || strcmp(look->w->promotions[i]->stage, look->only) == 0)
			value_append(look->arena, look->rows,
				     describe_promotion(look->arena, look->w, look->w->promotions[i]));
}

/* People see "auto" for nobody, and what a promotion under way waits for. */
static struct value *get_tabulate_promotions(struct arena *a, const struct value *rows)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(rows); i++) {
		struct value *row = value_copy(a, value_at(rows, i));
		const struct value *steps = value_get(row, "steps");
		bool runs = strcmp(value_get_text(row, "phase"), "Running") == 0;

		for (size_t j = 0; runs && j < value_count(steps); j++)
			if (strcmp(value_get_text(value_at(steps, j), "status"), "Running") == 0)
				value_set(a, row, "message", value_get(value_at(steps, j), "message"));
		if (!*value_get_text(row, "actor"))
			value_set(a, row, "actor", value_string(a, "auto"));
		value_append(a, all, row);
	}
	return all;
}

static const struct out_column promotion_columns[] = {
	{ "PROJECT", "project" }, { "STAGE", "stage" },     { "FREIGHT", "freight" },
	{ "+VERSION", "version" }, { "PHASE", "phase" },     { "AGE", "createdAt:age" },
	{ "TOOK", "tookMs:ms" },  { "BY", "actor" },        { "NAME", "name" },
	{ "+REASON", "reason" },  { "MESSAGE", "message" }, { 0 },
};

static void get_add_warehouses(const struct get_look *look)
{
	warehouse_rows(look->arena, look->w, world_stage(look->w, look->only), look->rows);
}

static void get_add_todo(const struct get_look *look)
{
	const struct todo_wish wish = { look->only, look->names_project };

	todo_rows(look->arena, look->w, &wish, look->rows);
}

/* Which version of an artifact runs where: a row for each stage that runs it. */
static void get_add_images(const struct get_look *look)
{
	struct arena *a = look->arena;
	struct matrix m;

	matrix_make(a, &look->w, 1, look->filter, &m);
	for (size_t i = 0; i < m.count; i++)
		for (size_t j = 0; j < m.rows[i].ncells; j++) {
			const struct matrix_cell *cell = &m.rows[i].cells[j];
			struct value *v = value_map(a);

			if (look->only && strcmp(cell->stage->name, look->only) != 0)
				continue;
			describe_text(a, v, "project", world_name(look->w));
			describe_text(a, v, "kind", artifact_kind_word(m.rows[i].kind));
			describe_text(a, v, "name", m.rows[i].name);
			describe_text(a, v, "repo", m.rows[i].repo);
			describe_text(a, v, "stage", cell->stage->name);
			describe_text(a, v, "version", cell->version);
			describe_time(a, v, "since", cell->since);
			describe_text(a, v, "newest", m.rows[i].newest);
			value_set(a, v, "differs", value_bool(a, cell->differs));
			value_append(a, look->rows, v);
		}
}

/* The newest is named where something else runs. */
static struct value *get_tabulate_images(struct arena *a, const struct value *rows)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(rows); i++) {
		struct value *row = value_copy(a, value_at(rows, i));

		if (!value_truth(value_get(row, "differs"), false))
			describe_text(a, row, "newest", NULL);
		value_append(a, all, row);
	}
	return all;
}

static const struct out_column image_columns[] = {
	{ "PROJECT", "project" },   { "KIND", "kind" },  { "NAME", "name" },     { "STAGE", "stage" },
	{ "VERSION", "version" },   { "FOR", "since:age" }, { "NEWEST", "newest" }, { "+REPOSITORY", "repo" },
	{ 0 },
};

/* Why nothing is shown of it, or not all; NULL: there is nothing to say. */
static const char *get_remark(const struct world *w)
{
	if (w->manifests_fault)
		return w->manifests_fault;
	for (size_t i = 0; !w->nstages && i < w->nsources; i++)
		if (w->sources[i].kind == SOURCE_MANIFESTS && !w->sources[i].seen_at && w->sources[i].error)
			return w->sources[i].error;
	return w->ncomplaints && w->complaints[0].is_error ? w->complaints[0].message : NULL;
}

/* What is there, what is under way, and how much needs a person. */
static void get_add_projects(const struct get_look *look)
{
	const struct world *w = look->w;
	struct arena *a = look->arena;
	struct value *v = value_map(a);
	int64_t open = 0, errors = 0;
	struct todos todo;

	for (size_t i = 0; i < w->npromotions; i++)
		open += !promotion_is_over(w->promotions[i]);
	for (size_t i = 0; i < w->ncomplaints; i++)
		errors += w->complaints[i].is_error;
	todo_find(a, w, clock_now(), &todo);
	describe_text(a, v, "name", world_name(w));
	value_set(a, v, "stages", value_int(a, (int64_t)w->nstages));
	value_set(a, v, "warehouses", value_int(a, (int64_t)w->nwarehouses));
	value_set(a, v, "freight", value_int(a, (int64_t)w->nfreight));
	value_set(a, v, "promoting", value_int(a, open));
	value_set(a, v, "needs", value_int(a, (int64_t)todo.count));
	value_set(a, v, "errors", value_int(a, errors));
	describe_text(a, v, "executor", w->engine == ENGINE_ELSEWHERE ? w->engine_host : NULL);
	describe_text(a, v, "head", w->ledger_head);
	describe_text(a, v, "remark", get_remark(w));
	value_append(a, look->rows, v);
}

static const struct out_column project_columns[] = {
	{ "PROJECT", "name" },    { "STAGES", "stages" },       { "+WAREHOUSES", "warehouses" },
	{ "FREIGHT", "freight" }, { "PROMOTING", "promoting" }, { "NEEDS YOU", "needs" },
	{ "ERRORS", "errors" },   { "EXECUTED BY", "executor" }, { "+HEAD", "head" },
	{ "REMARK", "remark" },   { 0 },
};

/* The row of who executes this project: one that is there, or a new one. */
static void get_add_agents(const struct get_look *look)
{
	const char *host = look->w->engine == ENGINE_ELSEWHERE && look->w->engine_host ? look->w->engine_host
			   : "";
	struct arena *a = look->arena;
	struct value *v = NULL;

	for (size_t i = 0; i < value_count(look->rows); i++)
		if (strcmp(value_get_text(value_at(look->rows, i), "name"), host) == 0)
			v = value_at(look->rows, i);
	if (!v) {
		v = value_map(a);
		describe_text(a, v, "name", host);
		value_set(a, v, "executes", value_bool(a, *host));
		value_set(a, v, "projects", value_list(a));
		value_append(a, look->rows, v);
	}
	value_append(a, value_get(v, "projects"), value_string(a, world_name(look->w)));
}

static struct value *get_tabulate_agents(struct arena *a, const struct value *rows)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(rows); i++) {
		struct value *row = value_copy(a, value_at(rows, i));
		const struct value *projects = value_get(row, "projects");
		const char *names = "";

		for (size_t j = 0; j < value_count(projects); j++)
			names = str_format(a, "%s%s%s", names, j ? " " : "",
					   value_text(value_at(projects, j), ""));
		value_set(a, row, "projects", value_string(a, names));
		if (!*value_get_text(row, "name"))
			value_set(a, row, "name", value_string(a, "nobody"));
		value_append(a, all, row);
	}
	return all;
}

static void get_add_delivery(const struct get_look *look)
{
	delivery_rows(look->arena, look->w, look->only, look->rows);
}

static const struct out_column agent_columns[] = {
	{ "AGENT", "name" }, { "PROJECTS", "projects" }, { 0 },
};

const struct get_kind get_kinds[] = {
	{ .name = "stages", .singular = "stage", .wish = { APP_WATCHES, get_knows_health, ARGOCD_MS },
	  .add = get_add_stages, .columns = stage_columns, .split = get_split_stages,
	  .tabulate = get_tabulate_stages,
	  .nothing = "no stages: the manifests hold none" },
	{ .name = "freight", .singular = "freight", .add = get_add_freight, .columns = freight_columns,
	  .nothing = "no freight: gantry refresh looks for it once, gantry agent keeps looking" },
	{ .name = "promotions", .singular = "promotion", .add = get_add_promotions,
	  .columns = promotion_columns, .tabulate = get_tabulate_promotions,
	  .nothing = "nothing has been promoted yet" },
	{ .name = "warehouses", .singular = "warehouse",
	  .wish = { APP_OBSERVES, warehouses_were_looked_at, LOOK_MS },
	  .add = get_add_warehouses, .columns = warehouse_columns,
	  .nothing = "no warehouses: the manifests hold none" },
	{ .name = "images", .singular = "image", .filters = true, .wish = { APP_ALL, NULL, 0 },
	  .add = get_add_images,
	  .columns = image_columns, .tabulate = get_tabulate_images,
	  .nothing = "no stage runs anything, or anything that the filter means" },
	{ .name = "todo", .singular = "todo", .wish = { APP_ALL | APP_WATCHES, get_knows_health, ARGOCD_MS },
	  .add = get_add_todo, .arrange = todo_arrange, .columns = todo_columns,
	  .nothing = "nothing needs you" },
	{ .name = "projects", .singular = "project",
	  .wish = { APP_ALL | APP_WATCHES, get_knows_executor, LEASE_MS },
	  .add = get_add_projects, .columns = project_columns, .nothing = "no projects" },
	{ .name = "agents", .singular = "agent", .wish = { APP_ALL, get_knows_executor, LEASE_MS },
	  .add = get_add_agents, .columns = agent_columns, .tabulate = get_tabulate_agents,
	  .nothing = "no projects" },
	{ .name = "delivery", .singular = "delivery", .add = get_add_delivery, .columns = delivery_columns,
	  .tabulate = delivery_tabulate, .nothing = "no stages: the manifests hold none" },
	{ 0 },
};

const struct get_kind *get_kind_find(const char *name)
{
	for (const struct get_kind *k = get_kinds; k->name; k++)
		if (strcmp(k->name, name) == 0 || strcmp(k->singular, name) == 0)
			return k;
	return NULL;
}
