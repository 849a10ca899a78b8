/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parameters of steps as fields of manifests. config/ does not see steps/, and need not:
 * here the one kind of table becomes the other.
 */
#include "cmd/step_inner.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/lint.h"
#include "config/field.h"
#include "data/value.h"
#include "steps/params.h"
#include "steps/step.h"
#include "steps/tool.h"

static enum field_kind cmd_step_fields_kind_of(const struct step_param *p)
{
	static const enum field_kind kinds[] = {
		[PARAM_STRING] = FIELD_TEXT,   [PARAM_BOOL] = FIELD_BOOL,
		[PARAM_INT] = FIELD_INT,       [PARAM_NUMBER] = FIELD_ANY,
		[PARAM_DURATION] = FIELD_GO_DURATION, [PARAM_PATH] = FIELD_TEXT,
		[PARAM_LIST] = FIELD_LIST,     [PARAM_MAP] = FIELD_MAP,
		[PARAM_ANY] = FIELD_ANY,
	};

	return p->flags & PARAM_EXPRESSION ? FIELD_EXPRESSION : kinds[p->kind];
}

static unsigned flags_of(const struct step_param *p)
{
	return (p->flags & PARAM_REQUIRED ? (unsigned)FIELD_REQUIRED : 0) |
	       (p->flags & PARAM_NOT_EMPTY ? (unsigned)FIELD_NOT_EMPTY : 0) |
	       (p->flags & PARAM_REMOVED ? (unsigned)FIELD_REMOVED : 0);
}

/* Fields of steps that a version of Kargo took away (its release notes); gantry goes on taking them. */
static const struct {
	const char *uses, *field;
	unsigned version;               /* 1.… */
} removed_fields[] = {
	{ "git-commit", "author", 12 },
	{ "git-open-pr", "createTargetBranch", 12 },
};

static void mark_removed(const char *uses, struct field_def *fields)
{
	for (size_t i = 0; i < COUNTOF(removed_fields); i++)
		for (struct field_def *f = fields; strcmp(removed_fields[i].uses, uses) == 0 && f->name; f++)
			if (strcmp(f->name, removed_fields[i].field) == 0) {
				f->flags |= FIELD_REMOVED;
				f->removed_in = removed_fields[i].version;
			}
}

static struct field_def *fields_of(struct arena *a, const struct step_param *params)
{
	struct field_def *fields;
	size_t count = 0;

	while (params && params[count].name)
		count++;
	fields = arena_array(a, count + 1, sizeof(*fields));
	for (size_t i = 0; i < count; i++)
		fields[i] = (struct field_def){
			.name = params[i].name,
			.kind = cmd_step_fields_kind_of(&params[i]),
			.flags = flags_of(&params[i]),
			.help = params[i].help,
			.otherwise = params[i].otherwise,
			.choices = params[i].choices,
			.of = params[i].of ? fields_of(a, params[i].of) : NULL,
			.least = INT64_MIN,
			.most = INT64_MAX,
		};
	return fields;
}

static const struct field_def *outputs_of(struct arena *a, const struct step_output *outputs)
{
	struct field_def *fields;
	size_t count = 0;

	while (outputs && outputs[count].name)
		count++;
	fields = arena_array(a, count + 1, sizeof(*fields));
	for (size_t i = 0; i < count; i++)
		fields[i] = (struct field_def){ .name = outputs[i].name, .kind = FIELD_ANY,
						.help = outputs[i].help };
	return fields;
}

static bool cmd_step_fields_check(const char *kind, const struct value *config, struct err *e)
{
	const struct step_def *def = step_find(kind);
	const struct value nothing = { .kind = VALUE_MAP };

	if (!config)
		config = &nothing;
	return params_check(def, config, e) && (!def->check || def->check(config, e));
}

static bool has_tools(const char *kind, struct err *e)
{
	const struct step_def *def = step_find(kind);
	AUTO(arena) struct arena *a = arena_new();
	const char *name;

	return !def || !def->tools || tool_find(a, def->tools, &name, e);
}

/* Whether the step's configuration says what its outputs are called. */
static bool names_outputs(const struct step_def *def)
{
	for (const struct step_param *p = def->params; p && p->name; p++)
		if (strcmp(p->name, "outputs") == 0)
			return true;
	return def->any_param && (!def->outputs || !def->outputs[0].name);
}

struct lint_steps *step_fields(struct arena *a)
{
	size_t count;
	const struct step_def *const *table = step_table(&count);
	struct field_def *kinds = arena_array(a, count + 1, sizeof(*kinds));
	struct field_def *outputs = arena_array(a, count + 1, sizeof(*outputs));
	struct lint_steps *steps = arena_alloc(a, sizeof(*steps));

	for (size_t i = 0; i < count; i++) {
		struct field_def *fields = fields_of(a, table[i]->params);

		mark_removed(table[i]->kind, fields);
		kinds[i] = (struct field_def){ .name = table[i]->kind, .kind = FIELD_MAP,
					       .flags = table[i]->any_param ? FIELD_OPEN : 0,
					       .help = table[i]->summary,
					       .of = fields };
		outputs[i] = (struct field_def){ .name = table[i]->kind, .kind = FIELD_MAP,
						 .flags = names_outputs(table[i]) ? FIELD_OPEN : 0,
						 .help = table[i]->summary,
						 .of = outputs_of(a, table[i]->outputs) };
	}
	*steps = (struct lint_steps){ .kinds = kinds,
				      .outputs = outputs,
				      .check = cmd_step_fields_check,
				      .has_tools = has_tools };
	return steps;
}
