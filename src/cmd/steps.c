/* SPDX-License-Identifier: Apache-2.0 */
/* gantry steps: the kinds of step there are, and what one takes and gives. */
#include "cmd/command.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "cmd/out.h"
#include "cmd/step_inner.h"
#include "config/lint.h"
#include "config/field.h"
#include "data/value.h"
#include "steps/step.h"

enum { TEXT_MAX = 1 << 20 };

static bool cmd_steps_list(struct command *c, struct err *e)
{
	static const struct out_column columns[] = { { "STEP", "kind" }, { "WHAT", "help" }, { 0 } };
	size_t count;
	const struct step_def *const *table = step_table(&count);
	struct value *rows = value_list(c->arena);

	for (size_t i = 0; i < count; i++) {
		struct value *row = value_map(c->arena);

		value_set(c->arena, row, "kind", value_string(c->arena, table[i]->kind));
		value_set(c->arena, row, "help", value_string(c->arena, table[i]->summary));
		value_append(c->arena, rows, row);
	}
	return out_rows(c, rows, columns, "no steps", e);
}

static void cmd_steps_describe(struct buf *b, const struct field_def *fields, unsigned depth)
{
	for (; fields && fields->name; fields++) {
		buf_format(b, "  %*s%-*s%s %s", (int)depth * 2, "", 26 - (int)depth * 2, fields->name,
			   fields->flags & FIELD_REQUIRED ? "*" : " ", fields->help);
		if (fields->otherwise)
			buf_format(b, " Otherwise: %s.", fields->otherwise);
		buf_char(b, '\n');
		cmd_steps_describe(b, fields->of, depth + 1);
	}
}

static struct value *as_list(struct arena *a, const struct field_def *fields)
{
	struct value *rows = value_list(a);

	for (; fields && fields->name; fields++) {
		struct value *v = value_map(a);

		value_set(a, v, "name", value_string(a, fields->name));
		value_set(a, v, "required", value_bool(a, fields->flags & FIELD_REQUIRED));
		value_set(a, v, "help", value_string(a, fields->help));
		if (fields->otherwise)
			value_set(a, v, "default", value_string(a, fields->otherwise));
		if (fields->of)
			value_set(a, v, "fields", as_list(a, fields->of));
		value_append(a, rows, v);
	}
	return rows;
}

static bool cmd_steps_show(struct command *c, const char *name, struct err *e)
{
	const struct lint_steps *steps = step_fields(c->arena);
	const struct field_def *kind = field_find(steps->kinds, name);
	const char *nearest = field_nearest(steps->kinds, name);
	struct value *v = value_map(c->arena);
	AUTO(buf) struct buf b = { 0 };

	if (!kind)
		return err_set(e, ERR_NAME, "there is no step \"%s\"%s%s%s", name,
			       nearest ? "; did you mean " : "", nearest ? nearest : "",
			       nearest ? "?" : "; gantry steps lists them");
	const struct field_def *outputs = field_find(steps->outputs, name)->of;
	buf_init(&b, TEXT_MAX);
	buf_format(&b, "%s\n    %s\n\nconfig (* is required)\n", name, kind->help);
	cmd_steps_describe(&b, kind->of, 0);
	if (outputs && outputs->name) {
		buf_text(&b, "\noutputs\n");
		cmd_steps_describe(&b, outputs, 0);
	}
	value_set(c->arena, v, "kind", value_string(c->arena, name));
	value_set(c->arena, v, "help", value_string(c->arena, kind->help));
	value_set(c->arena, v, "config", as_list(c->arena, kind->of));
	value_set(c->arena, v, "outputs", as_list(c->arena, outputs));
	b.at[--b.len] = '\0';
	return out_value(c, v, buf_copy(&b, c->arena), e);
}

static bool cmd_steps_run(struct command *c, struct err *e)
{
	if (!command_takes(c, 1, e))
		return false;
	return c->nwords ? cmd_steps_show(c, c->words[0], e) : cmd_steps_list(c, e);
}

const struct command_def command_steps = {
	.name = "steps",
	.summary = "The kinds of step, or what one takes and gives.",
	.usage = "gantry steps [NAME] [-o json]",
	.common = COMMON_OUTPUT,
	.run = cmd_steps_run,
};
