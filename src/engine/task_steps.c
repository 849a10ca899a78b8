/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tasks are written out once, when a promotion is made: editing a task later does
 * not change promotions under way. A variable of the promotion beats a task's
 * default; the referring step's beats both. (Kargo calls this inflating; zlib has that name.)
 */
#include "engine/task_steps.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"

static bool has_value(const struct value *vars, const char *name)
{
	for (size_t i = 0; i < value_count(vars); i++) {
		const struct value *v = value_at(vars, i);
		if (strcmp(value_text(value_get(v, "name"), ""), name) == 0 &&
		    value_text(value_get(v, "value"), "")[0])
			return true;
	}
	return false;
}

static void task_steps_append_all(struct arena *a, struct value *list, const struct value *more)
{
	for (size_t i = 0; i < value_count(more); i++)
		value_append(a, list, value_at(more, i));
}

static const char *task_steps_alias_of(struct arena *a, const struct value *step, const char *kind,
				       size_t index)
{
	const char *as = value_text(value_get(step, "as"), "");

	return as[0] ? as : str_format(a, "%s-%zu", kind, index + 1);
}

/* The step with another alias and other variables. */
static struct value *written_out(struct arena *a, const struct value *step, const char *alias,
				 struct value *vars)
{
	struct value *out = value_map(a);

	value_set(a, out, "uses", value_string(a, value_text(value_get(step, "uses"), "")));
	value_set(a, out, "as", value_string(a, alias));
	for (size_t i = 0; i < value_count(step); i++) {
		const struct value_member *m = &step->map.members[i];
		if (!str_is(m->key, "as") && !str_is(m->key, "uses") && !str_is(m->key, "vars"))
			value_set_n(a, out, m->key, m->value);
	}
	if (value_count(vars) > 0)
		value_set(a, out, "vars", vars);
	return out;
}

/* What each step of the task sees before its own variables; NULL: *e says why not. */
static struct value *task_vars(struct arena *a, const struct task_input *in,
			       const struct value *task, const struct value *given, struct err *e)
{
	const struct value *declared = value_path(task, "spec.vars");
	struct value *vars = value_list(a);

	for (size_t i = 0; i < value_count(declared); i++) {
		const struct value *v = value_at(declared, i);
		const char *name = value_text(value_get(v, "name"), "");
		if (has_value(in->vars, name))
			continue;
		if (value_text(value_get(v, "value"), "")[0])
			value_append(a, vars, value_at(declared, i));
		else if (!has_value(given, name)) {
			err_set(e, ERR_CONFIG,
				"missing value for variable \"%s\": set it in the step's vars", name);
			return NULL;
		}
	}
	task_steps_append_all(a, vars, given);
	return vars;
}

/* The task that a step names; NULL: *e says why not. */
static const struct value *task_named(const struct task_input *in, const struct value *step,
				      struct err *e)
{
	const char *name = value_path_text(step, "task.name", "");
	const char *kind = value_path_text(step, "task.kind", "PromotionTask");
	bool cluster = strcmp(kind, "ClusterPromotionTask") == 0;
	const struct value *task = value_get(cluster ? in->cluster_tasks : in->tasks, name);

	if (*kind && !cluster && strcmp(kind, "PromotionTask") != 0) {
		err_set(e, ERR_CONFIG, "task \"%s\": kind must be PromotionTask or "
			"ClusterPromotionTask, not \"%s\"", name, kind);
		return NULL;
	}
	if (!task)
		err_set(e, ERR_CONFIG, "there is no %s \"%s\"", kind, name);
	return task;
}

/* The steps of the task that a step names, as a list; NULL: *e says why not. */
static struct value *write_out_task(struct arena *a, const struct task_input *in,
				    const struct value *step, const char *alias, struct err *e)
{
	const struct value *task = task_named(in, step, e);
	struct value *common = task ? task_vars(a, in, task, value_get(step, "vars"), e) : NULL;
	struct value *out = value_list(a);

	if (!common)
		return NULL;
	const struct value *steps = value_path(task, "spec.steps");
	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *inner = value_at(steps, i);
		struct value *vars = value_list(a);
		task_steps_append_all(a, vars, common);
		task_steps_append_all(a, vars, value_get(inner, "vars"));
		value_append(a, out,
			     written_out(a, inner,
					 str_format(a, "%s::%s", alias,
						    task_steps_alias_of(a, inner, "step", i)),
					 vars));
	}
	return out;
}

bool task_steps(struct arena *a, const struct task_input *in, struct value **steps, struct err *e)
{
	struct value *out = value_list(a);

	assert(in && steps);
	for (size_t i = 0; i < value_count(in->steps); i++) {
		const struct value *step = value_at(in->steps, i);
		if (!value_get(step, "task")) {
			struct value *vars = value_list(a);
			task_steps_append_all(a, vars, value_get(step, "vars"));
			value_append(a, out,
				     written_out(a, step, task_steps_alias_of(a, step, "step", i),
						 vars));
			continue;
		}
		const char *alias = task_steps_alias_of(a, step, "task", i);
		const struct value *inner = write_out_task(a, in, step, alias, e);
		if (!inner)
			return err_wrap(e, "step \"%s\"", alias);
		task_steps_append_all(a, out, inner);
	}
	*steps = out;
	return true;
}
