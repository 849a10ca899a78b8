/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Steps against what their kinds take. Kargo finds these mistakes only when a promotion
 * runs into them.
 */
#include "config/lint_checks.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/field.h"
#include "config/gather.h"
#include "config/lint_known.h"
#include "config/lint_scope.h"
#include "config/schema.h"
#include "data/value.h"

static bool holds_template(const struct value *v)
{
	if (value_is(v, VALUE_STRING))
		return text_has_template(v->string.at);
	for (size_t i = 0; value_is(v, VALUE_LIST) && i < v->list.count; i++)
		if (holds_template(v->list.items[i]))
			return true;
	for (size_t i = 0; value_is(v, VALUE_MAP) && i < v->map.count; i++)
		if (holds_template(v->map.members[i].value))
			return true;
	return false;
}

/*
 * An image without a tag or a digest, which Kargo only finds when the promotion runs: also
 * where expressions keep the rest from being judged.
 */
static void check_set_image(struct lint *l, const struct gathered *g, const char *subject,
			    const struct value *config)
{
	const struct value *images = value_get(config, "images");

	for (size_t i = 0; value_is(images, VALUE_LIST) && i < value_count(images); i++) {
		const struct value *image = value_at(images, i);

		if (value_is(image, VALUE_MAP) && !value_get(image, "tag") && !value_get(image, "digest"))
			complain_error(&l->c, g->file, image, "%s: config: images[%zu]: needs a tag or a "
				       "digest (gantry lint --fix writes one)", subject, i);
	}
}

/* Steps that only Kargo's paid edition has; "x-" stands for all that begin so. */
static bool is_paid(const char *uses)
{
	static const char *const paid[] = { "wait-for-approval", "get-user-input", "record-audit-event",
					    "jira", "jfrog-evidence", "hcl-update", "gh-", "gha-",
					    "snow-", "tf-" };

	for (size_t i = 0; i < COUNTOF(paid); i++)
		if (has_suffix(paid[i], "-") ? has_prefix(uses, paid[i]) : strcmp(paid[i], uses) == 0)
			return true;
	return false;
}

static void complain_of_kind(struct lint *l, const struct gathered *g, const char *subject,
			     const struct value *uses)
{
	const char *kind = value_text(uses, ""), *nearest = field_nearest(l->steps->kinds, kind);

	if (is_paid(kind))
		complain_error(&l->c, g->file, uses, "%s: %s is a step of Kargo's paid edition, which gantry "
			       "does not have", subject, kind);
	else if (strcmp(kind, "helm-update-image") == 0)
		complain_error(&l->c, g->file, uses, "%s: Kargo has no helm-update-image any more; write "
			       "yaml-update with a key and ${{ imageFrom('repository').Tag }}", subject);
	else
		complain_error(&l->c, g->file, uses, "%s: there is no step \"%s\"%s%s%s", subject, kind,
			       nearest ? "; did you mean " : "", nearest ? nearest : "",
			       nearest ? "?" : "; gantry steps lists them, and custom steps do not run here");
}

static void check_config(struct lint *l, const struct gathered *g, const char *subject,
			 const struct value *step)
{
	const char *uses = value_get_text(step, "uses");
	/* Absent or null, it is {}, and stands where the step does. */
	const struct value none = { .kind = VALUE_MAP, .line = step->line, .column = step->column };
	const struct value *written = value_get(step, "config");
	const struct value *config = written && written->kind != VALUE_NULL ? written : &none;
	const struct field_def *kind = field_find(l->steps->kinds, uses);
	size_t before = l->c.errors;
	struct err e;

	if (!kind) {
		complain_of_kind(l, g, subject, value_get(step, "uses"));
		return;
	}
	if (l->steps->has_tools && !l->steps->has_tools(uses, &e) &&
	    complain_first(&l->c, "program", e.message))
		complain_warning(&l->c, g->file, value_get(step, "uses"), "%s: %s", subject, e.message);
	if (strcmp(uses, "kustomize-set-image") == 0)
		check_set_image(l, g, subject, config);
	if (strcmp(uses, "send-message") == 0)
		lint_message_step(l, g, subject, config);
	schema_check_config(kind, g->file, subject, config, &l->c);
	if (l->steps->check && l->c.errors == before && !holds_template(config) &&
	    !l->steps->check(uses, config, &e))
		complain_error(&l->c, g->file, config, "%s: config: %s", subject, e.message);
}

static bool lint_steps_has_variable(const struct value *vars, const char *name)
{
	for (size_t i = 0; i < value_count(vars); i++)
		if (strcmp(value_get_text(value_at(vars, i), "name"), name) == 0)
			return true;
	return false;
}

/* A task's variable without a value must come from the step, the template or the stage. */
static void lint_check_task(struct lint *l, const struct gathered *g, const char *subject,
			    const struct value *step)
{
	const struct value *ref = value_get(step, "task");
	const char *kind = value_text(value_get(ref, "kind"), "PromotionTask");
	bool cluster = strcmp(kind, "ClusterPromotionTask") == 0;
	const struct gathered *task =
		lint_find(l, kind, cluster ? NULL : g->namespace, value_get_text(ref, "name"));
	const struct value *vars = task ? value_path(task->object, "spec.vars") : NULL;
	const struct value *given = value_get(step, "vars");

	for (size_t i = 0; i < value_count(vars); i++) {
		const char *name = value_get_text(value_at(vars, i), "name");

		if (!*value_get_text(value_at(vars, i), "value") &&
		    !lint_steps_has_variable(given, name) &&
		    !lint_steps_has_variable(value_path(g->object, "spec.vars"), name) &&
		    !lint_steps_has_variable(
			    value_path(g->object, "spec.promotionTemplate.spec.vars"), name))
			complain_error(&l->c, g->file, ref, "%s: vars: %s of task %s is required", subject,
				       name, task->name);
	}
	for (size_t i = 0; task && i < value_count(given); i++)
		if (!lint_steps_has_variable(vars, value_get_text(value_at(given, i), "name")))
			complain_warning(&l->c, g->file, value_at(given, i),
					 "%s: vars: task %s has no variable %s", subject,
					 task->name,
					 value_get_text(value_at(given, i), "name"));
}

void lint_step_list(struct lint *l, const struct gathered *g)
{
	bool is_task = strcmp(g->kind, "Stage") != 0;
	const struct value *steps = value_path(
		g->object, is_task ? "spec.steps" : "spec.promotionTemplate.spec.steps");

	lint_variable_numbers(l, g);
	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *step = value_at(steps, i);
		const char *name =
			*value_get_text(step, "as")
				? value_get_text(step, "as")
				: str_format(l->a, "%s-%zu",
					     value_get(step, "task") ? "task" : "step", i + 1);
		const char *subject = str_format(l->a, "%s: step %s", lint_subject(l, g), name);

		if (value_get(step, "uses"))
			check_config(l, g, subject, step);
		if (value_get(step, "task"))
			lint_check_task(l, g, subject, step);
		lint_step_expressions(l, g, subject, steps, i);
		lint_step_numbers(l, g, subject, step);
	}
}
