/* SPDX-License-Identifier: Apache-2.0 */
/* What needs a person, with the command that acts on it. */
#include "cmd/todo.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "cmd/command.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/todo_find.h"
#include "model/world.h"

static const struct out_column todo_columns[] = {
	{ "WHAT", "what" }, { "STAGE", "stage" },     { "FOR", "age" },
	{ "WHY", "text" },  { "COMMAND", "command" }, { 0 },
};

/* What would act on it; "" where only an editor or patience helps. */
static const char *todo_command(struct arena *a, const struct todo *todo)
{
	const char *stage = todo->stage ? todo->stage->name : "";
	const char *freight = todo->freight ? freight_label(a, todo->freight) : "";

	switch (todo->kind) {
	case TODO_FAILED:
	case TODO_PROMOTE:
		return str_format(a, "gantry promote %s --freight %s", stage, freight);
	case TODO_APPROVE:
		return str_format(a, "gantry approve %s --freight %s", stage, freight);
	case TODO_UNHEALTHY:
	case TODO_UNVERIFIED:
		return str_format(a, "gantry rollback %s", stage);
	case TODO_HELD:
		return str_format(a, "gantry resume %s", stage);
	case TODO_MANIFESTS:
		return "gantry lint";
	case TODO_SOURCE:
	case TODO_WINDOW:
	case TODO_KINDS:
		break;
	}
	return "";
}

static void todo_set(struct command *c, struct value *row, const char *key, const char *text)
{
	value_set(c->arena, row, key, value_string(c->arena, text));
}

static struct value *todo_row(struct command *c, const struct todo *todo, int64_t now)
{
	struct value *row = value_map(c->arena);
	int64_t age = now - todo->since;
	const char *text = todo->text;

	todo_set(c, row, "what", todo_word(todo->kind));
	todo_set(c, row, "project", todo->world->project->name);
	todo_set(c, row, "stage", todo->stage ? todo->stage->name : "");
	todo_set(c, row, "freight", todo->freight ? freight_label(c->arena, todo->freight) : "");
	todo_set(c, row, "age",
		 !todo->since ? ""
		 : age >= 0   ? clock_age(c->arena, age)
			      : str_format(c->arena, "in %s", clock_age(c->arena, -age)));
	todo_set(c, row, "since", todo->since ? clock_rfc3339(c->arena, todo->since) : "");
	todo_set(c, row, "text", str_copy_n(c->arena, text, strcspn(text, "\n")));
	todo_set(c, row, "command", todo_command(c->arena, todo));
	return row;
}

bool get_todo(struct command *c, const struct world *w, const char *only, struct err *e)
{
	struct value *rows = value_list(c->arena);
	int64_t now = clock_now();
	struct todos all;

	todo_find(c->arena, w, now, &all);
	for (size_t i = 0; i < all.count; i++)
		if (!only || (all.items[i].stage && strcmp(all.items[i].stage->name, only) == 0))
			value_append(c->arena, rows, todo_row(c, &all.items[i], now));
	return out_rows(c, rows, todo_columns, "nothing needs you", e);
}
