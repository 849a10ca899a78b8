/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What became of the steps before. A step of a task sees by status() only its task's
 * steps, one at the top only those at the top; success() and failure() see all.
 */
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "expr/function_calls.h"
#include "expr/scope.h"

/* The task's alias with exactly one "::" in the step's, else an empty text. */
static struct str task_of(const char *alias)
{
	const char *colons = strstr(alias, "::");

	if (!colons || strstr(colons + 2, "::"))
		return (struct str){ alias, 0 };
	return (struct str){ alias, (size_t)(colons - alias) };
}

static const char *own_name(const char *alias)
{
	struct str task = task_of(alias);

	return task.len ? alias + task.len + 2 : alias;
}

static bool functions_status_has_failed(const struct functions *f)
{
	const struct value *metas = f->scope->step_metas;

	for (size_t i = 0; i < value_count(metas); i++) {
		const struct value *meta = value_at(metas, i);
		const char *status = value_text(value_get(meta, "status"), "");

		if (!value_truth(value_get(meta, "continueOnError"), false) &&
		    (strcmp(status, "Failed") == 0 || strcmp(status, "Errored") == 0))
			return true;
	}
	return false;
}

bool function_always(void *ctx, struct arena *a, const struct expr_value *self,
		     const struct expr_value *args, size_t nargs, struct expr_value *out,
		     struct err *e)
{
	(void)ctx, (void)a, (void)self, (void)args, (void)nargs, (void)e;
	*out = expr_bool(true);
	return true;
}

bool function_failure(void *ctx, struct arena *a, const struct expr_value *self,
		      const struct expr_value *args, size_t nargs, struct expr_value *out,
		      struct err *e)
{
	(void)a, (void)self, (void)args, (void)nargs, (void)e;
	*out = expr_bool(functions_status_has_failed(ctx));
	return true;
}

bool function_success(void *ctx, struct arena *a, const struct expr_value *self,
		      const struct expr_value *args, size_t nargs, struct expr_value *out,
		      struct err *e)
{
	(void)a, (void)self, (void)args, (void)nargs, (void)e;
	*out = expr_bool(!functions_status_has_failed(ctx));
	return true;
}

bool function_status(void *ctx, struct arena *a, const struct expr_value *self,
		     const struct expr_value *args, size_t nargs, struct expr_value *out,
		     struct err *e)
{
	const struct kargo_scope *scope = ((const struct functions *)ctx)->scope;
	struct str task = task_of(scope->alias ? scope->alias : "");

	(void)a, (void)self, (void)nargs;
	if (!args[0].string.len)
		return err_set(e, ERR_CONFIG, "status() needs the alias of a step");
	*out = expr_text("");
	for (size_t i = 0; i < value_count(scope->step_metas); i++) {
		const struct value *meta = value_at(scope->step_metas, i);
		const char *alias = value_text(value_get(meta, "alias"), "");

		if (str_equal(task_of(alias), task) && str_is(args[0].string, own_name(alias)))
			*out = expr_text(value_text(value_get(meta, "status"), ""));
	}
	return true;
}
