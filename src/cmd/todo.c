/* SPDX-License-Identifier: Apache-2.0 */
/* What needs a person, with the command that acts on it. */
#include "cmd/todo.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/str.h"
#include "cmd/describe.h"
#include "cmd/out.h"
#include "data/value.h"
#include "model/freight.h"
#include "model/stage.h"
#include "model/todo_find.h"
#include "model/world.h"

const struct out_column todo_columns[] = {
	{ "PROJECT", "project" }, { "WHAT", "what" }, { "STAGE", "stage" }, { "FOR", "age" },
	{ "WHY", "text" },  { "COMMAND", "command" }, { 0 },
};

/* A row, and which it was. */
struct todo_place {
	struct value *row;
	size_t at;
};

/* What would act on it, without its project; "" where only an editor or patience helps. */
static const char *todo_verb(struct arena *a, const struct todo *todo)
{
	const char *stage = todo->stage ? todo->stage->name : "";
	const char *freight = todo->freight ? freight_label(a, todo->freight) : "";

	switch (todo->kind) {
	case NEED_FAILED:
	case NEED_PROMOTE:
		return str_format(a, "gantry promote %s --freight %s", stage, freight);
	case NEED_APPROVE:
		return str_format(a, "gantry approve %s --freight %s", stage, freight);
	case NEED_UNHEALTHY:
	case NEED_UNVERIFIED:
		return str_format(a, "gantry rollback %s", stage);
	case NEED_STUCK:
		return str_format(a, "gantry abort %s", stage);
	case NEED_HELD:
		return str_format(a, "gantry resume %s", stage);
	case NEED_MANIFESTS:
	case NEED_SOURCE:
	case NEED_MERGE:
	case NEED_WINDOW:
	case NEED_KINDS:
		break;
	}
	return "";
}

static const char *todo_command(struct arena *a, const struct todo *todo, bool names_project)
{
	const char *verb = todo_verb(a, todo);

	/* Files are read whole, whatever project they are of. */
	if (todo->kind == NEED_MANIFESTS)
		return "gantry lint";
	return *verb && names_project
		       ? str_format(a, "%s --project %s", verb, world_name(todo->world)) : verb;
}

static struct value *todo_row(struct arena *a, const struct todo *todo, int64_t now)
{
	struct value *row = value_map(a);
	int64_t age = now - todo->since;
	const char *text = todo->text;

	describe_text(a, row, "what", todo_word(todo->kind));
	describe_text(a, row, "project", world_name(todo->world));
	describe_text(a, row, "stage", todo->stage ? todo->stage->name : "");
	describe_text(a, row, "freight", todo->freight ? freight_label(a, todo->freight) : "");
	describe_text(a, row, "age",
		 !todo->since ? ""
		 : age >= 0   ? clock_age(a, age)
			      : str_format(a, "in %s", clock_age(a, -age)));
	describe_time(a, row, "since", todo->since);
	describe_text(a, row, "text", str_copy_n(a, text, strcspn(text, "\n")));
	return row;
}

/* Of equal ones that of the project that comes first by name, as they were added. */
static int todo_row_compare(const void *a, const void *b)
{
	const struct todo_place *x = a, *y = b;
	int order = strcmp(value_get_text(x->row, "since"), value_get_text(y->row, "since"));

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

struct value *todo_arrange(struct arena *a, const struct value *rows)
{
	size_t count = value_count(rows);
	struct todo_place *places = arena_array(a, count, sizeof(*places));
	struct value *all = value_list(a);

	for (size_t i = 0; i < count; i++)
		places[i] = (struct todo_place){ value_at(rows, i), i };
	qsort(places, count, sizeof(*places), todo_row_compare);
	for (size_t i = 0; i < count; i++)
		value_append(a, all, places[i].row);
	return all;
}

void todo_rows(struct arena *a, const struct world *w, const struct todo_wish *wish, struct value *rows)
{
	int64_t now = clock_now();
	struct todos all;

	todo_find(a, w, now, &all);
	for (size_t i = 0; i < all.count; i++) {
		const struct todo *todo = &all.items[i];
		struct value *row;

		if (wish->only && !(todo->stage && strcmp(todo->stage->name, wish->only) == 0))
			continue;
		row = todo_row(a, todo, now);
		describe_text(a, row, "command", todo_command(a, todo, wish->names_project));
		value_append(a, rows, row);
	}
}
