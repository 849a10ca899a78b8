/* SPDX-License-Identifier: Apache-2.0 */
/* gantry get: what there is, of one project or several; once, or whenever it changes. */
#include "cmd/command.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/get_kinds.h"
#include "cmd/names.h"
#include "cmd/out.h"
#include "cmd/worlds.h"
#include "data/value.h"
#include "model/promotion.h"
#include "model/stage.h"
#include "model/unconfirmed.h"
#include "model/world.h"

static const struct option_def options[] = {
	{ "stage", 's', OPTION_TEXT, "NAME", "only what concerns this stage" },
	{ "watch", 0, OPTION_FLAG, NULL, "again whenever it changes, until interrupted; JSON a line each" },
	OPTION_ALL_PROJECTS,
	{ 0 },
};

/* Things are listed by project, and in a project in the order that the kind gives, unless it arranges all. */
static bool get_list(const struct command *c, const struct get_kind *kind, const struct worlds *worlds,
		     struct get_look *look, struct err *e)
{
	const char *only = command_option(c, "stage");
	bool known = !only;

	look->rows = value_list(look->arena);
	look->is_of_several = worlds->count > 1 || worlds_may_be_several(c);
	look->names_project = worlds->count > 1 || command_option(c, "project");
	look->filter = "";
	for (size_t i = 1; i < c->nwords; i++)
		look->filter = str_format(look->arena, "%s %s", look->filter, c->words[i]);
	for (size_t i = 0; i < worlds->count; i++) {
		look->w = worlds->items[i];
		look->only = only;
		if (only && !world_stage(look->w, only))
			continue;
		known = true;
		kind->add(look);
	}
	if (!known && worlds->count == 1) {
		const struct stage *unused;

		return find_stage(look->arena, worlds->items[0], only, &unused, e);
	}
	if (kind->arrange)
		look->rows = kind->arrange(look->arena, look->rows);
	return known || err_set(e, ERR_NAME, "no stage \"%s\" in any of %zu projects", only,
				worlds->count);
}

/* Whether a stage takes freight of several warehouses, so that the table must name them. */
static bool get_has_several(const struct value *rows)
{
	for (size_t i = 0; i < value_count(rows); i++)
		if (value_count(value_get(value_at(rows, i), "runs")) > 1)
			return true;
	return false;
}

/*
 * The columns: for people without the project where there is only one, and without warehouses of stages
 * that have one each. CSV has the same ones always.
 */
static const struct out_column *get_columns(const struct get_look *look, const struct get_kind *kind,
					    const struct out_format *format)
{
	bool is_of_stages = kind == get_kind_find("stages");
	struct out_column *out;
	size_t count = 0, used = 0;

	if (!out_is_table(format))
		return kind->columns;
	while (kind->columns[count].title)
		count++;
	out = arena_array(look->arena, count + 1, sizeof(*out));
	for (size_t i = 0; i < count; i++) {
		const struct out_column *column = &kind->columns[i];

		if (strcmp(column->key, "project") == 0 && !look->is_of_several)
			continue;
		if (is_of_stages && strcmp(column->key, "warehouse") == 0 && !get_has_several(look->rows))
			continue;
		out[used++] = *column;
	}
	return out;
}

/* "shop/prod": each of several projects may have a stage "prod". */
static const struct value *get_name_projects(struct arena *a, const struct value *rows)
{
	struct value *all = value_list(a);

	for (size_t i = 0; i < value_count(rows); i++) {
		struct value *row = value_copy(a, value_at(rows, i));
		const char *project = value_get_text(row, "project"), *name = value_get_text(row, "name");

		if (*project && *name)
			value_set(a, row, "name", value_string(a, str_format(a, "%s/%s", project, name)));
		value_append(a, all, row);
	}
	return all;
}

static const struct value *get_shown(const struct get_look *look, const struct get_kind *kind,
				     const struct out_format *format)
{
	if (out_is_table(format) && kind->tabulate)
		return kind->tabulate(look->arena, look->rows);
	if (format->kind == OUT_NAME && look->is_of_several)
		return get_name_projects(look->arena, look->rows);
	return format->kind == OUT_CSV && kind->split ? kind->split(look->arena, look->rows) : look->rows;
}

static bool get_print(struct command *c, const struct get_kind *kind, const struct worlds *worlds,
		      const struct out_format *format, struct err *e)
{
	struct get_look look = { .arena = c->arena };
	const struct value *rows;
	const char *only = command_option(c, "stage");

	if (!get_list(c, kind, worlds, &look, e))
		return false;
	rows = get_shown(&look, kind, format);
	return out_rows(c, rows, get_columns(&look, kind, format),
			only ? str_format(c->arena, "no %s of %s", kind->name, only) : kind->nothing, e);
}

/* What is between two lists. */
static const char *get_between(const struct out_format *format)
{
	return out_is_table(format) ? "\n" : format->kind == OUT_YAML ? "---\n" : "";
}

/* For ever: prints again when the world changes, not when only time has passed. */
static bool get_watch(struct command *c, const struct get_kind *kind, struct worlds *worlds,
		      const struct out_format *format, struct err *e)
{
	struct arena *old = NULL;
	const char *before = NULL;

	for (;;) {
		struct arena *a = arena_new();
		struct get_look look = { .arena = a };
		const struct value *rows;
		const char *text;

		if (!get_list(c, kind, worlds, &look, e)) {
			arena_free(a);
			break;
		}
		rows = get_shown(&look, kind, format);
		text = out_rows_text(c, a, rows, get_columns(&look, kind, format), e);
		if (text && !same_text(text, before))
			printf("%s%s", before ? get_between(format) : "", text);
		fflush(stdout);
		arena_free(old);
		old = a;
		before = text;
		if (!text || ferror(stdout) || !worlds_await(worlds, e))
			break;
	}
	arena_free(old);
	return !ferror(stdout) ? false : err_errno(e, "writing the list");
}

static const char *get_names(struct arena *a)
{
	const char *all = "";

	for (const struct get_kind *k = get_kinds; k->name; k++)
		all = str_format(a, "%s%s%s", all, k == get_kinds ? "" : k[1].name ? ", " : " or ", k->name);
	return all;
}

/* Health that Argo CD has not reported is unknown, not good. */
static void get_note_health(const struct get_kind *kind, const struct worlds *worlds)
{
	for (size_t i = 0; (kind->wish.flags & APP_WATCHES) && i < worlds->count; i++)
		for (size_t j = 0; j < worlds->items[i]->nsources; j++) {
			const struct source *s = &worlds->items[i]->sources[j];

			if (s->kind != SOURCE_ARGOCD || !s->error || !get_depends_on_argocd(worlds->items[i]))
				continue;
			fprintf(stderr, "health is unknown where Argo CD has it: %s\n", s->error);
			return;
		}
}

/* Beside the table: where something else may be deployed than it says. */
static void get_note_unconfirmed(struct command *c, const struct world *w)
{
	const char *only = command_option(c, "stage");

	for (size_t i = 0; i < w->nstages; i++) {
		const struct stage *s = w->stages[i];
		const char *text = promotion_unconfirmed_text(c->arena, s->unconfirmed);

		if (text && (!only || strcmp(s->name, only) == 0))
			fprintf(stderr, "%s: %s %s\n", s->name, s->unconfirmed->name, text);
	}
}

static bool cmd_get_run(struct command *c, struct err *e)
{
	const struct get_kind *kind = c->nwords ? get_kind_find(c->words[0]) : NULL;
	struct out_format format;
	struct worlds worlds;
	bool fine;

	if (!kind)
		return err_set(e, ERR_USAGE, "get what? %s", get_names(c->arena));
	if (c->nwords > 1 && !kind->filters)
		return err_set(e, ERR_USAGE, "get %s takes no \"%s\"", kind->name, c->words[1]);
	if (!out_format(c, &format, e) || !worlds_open(c, &kind->wish, &worlds, e))
		return false;
	if (command_option(c, "watch"))
		fine = get_watch(c, kind, &worlds, &format, e);
	else
		fine = get_print(c, kind, &worlds, &format, e);
	for (size_t i = 0; kind == get_kind_find("stages") && out_is_table(&format) && i < worlds.count; i++)
		get_note_unconfirmed(c, worlds.items[i]);
	get_note_health(kind, &worlds);
	worlds_close(&worlds);
	return fine;
}

const struct command_def command_get = {
	.name = "get",
	.summary = "List stages, freight, promotions, images and more, or what needs you.",
	.usage = "gantry get stages|freight|promotions|warehouses|images|todo|projects|agents|delivery\n"
		 "           [--stage NAME] [-A] [-o FORMAT] [--watch]",
	.help = "With --stage, freight is what may enter it now, and warehouses are those it takes from.\n"
		"Images take a filter: gantry get images nginx not:1.29.5 differs:yes\n"
		"Delivery is how often, how reliably and how fast freight got there in the last 30 days.\n"
		"gantry-json(5) has the members of -o json.",
	.options = options,
	.completes = "stages freight promotions warehouses images todo projects agents delivery",
	.common = COMMON_SHOWS,
	.run = cmd_get_run,
};
