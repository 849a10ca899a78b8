/* SPDX-License-Identifier: Apache-2.0 */
/* What needs a person, with the command that acts on it. */
#include "cmd/todo.h"

#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/project.h"
#include "model/stage.h"
#include "model/todo_find.h"
#include "model/world.h"

const struct out_column todo_columns[] = {
	{ "PROJECT", "project" }, { "WHAT", "what" }, { "STAGE", "stage" }, { "FOR", "age" },
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
	case TODO_MERGE:
	case TODO_WINDOW:
	case TODO_KINDS:
		break;
	}
	return "";
}

static struct value *todo_row(struct arena *a, const struct todo *todo, int64_t now)
{
	struct value *row = value_map(a);
	int64_t age = now - todo->since;
	const char *text = todo->text;

	describe_text(a, row, "what", todo_word(todo->kind));
	describe_text(a, row, "project", todo->world->project->name);
	describe_text(a, row, "stage", todo->stage ? todo->stage->name : "");
	describe_text(a, row, "freight", todo->freight ? freight_label(a, todo->freight) : "");
	describe_text(a, row, "age",
		 !todo->since ? ""
		 : age >= 0   ? clock_age(a, age)
			      : str_format(a, "in %s", clock_age(a, -age)));
	describe_time(a, row, "since", todo->since);
	describe_text(a, row, "text", str_copy_n(a, text, strcspn(text, "\n")));
	describe_text(a, row, "command", todo_command(a, todo));
	return row;
}

void todo_rows(struct arena *a, const struct world *w, const char *only, struct value *rows)
{
	int64_t now = clock_now();
	struct todos all;

	todo_find(a, w, now, &all);
	for (size_t i = 0; i < all.count; i++)
		if (!only || (all.items[i].stage && strcmp(all.items[i].stage->name, only) == 0))
			value_append(a, rows, todo_row(a, &all.items[i], now));
}
