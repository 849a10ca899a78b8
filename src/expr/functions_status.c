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

bool function_always(struct arena *a, const struct expr_call *call, struct expr_value *out,
		     struct err *e)
{
	(void)a, (void)call, (void)e;
	*out = expr_bool(true);
	return true;
}

bool function_failure(struct arena *a, const struct expr_call *call, struct expr_value *out,
		      struct err *e)
{
	(void)a, (void)e;
	*out = expr_bool(scope_has_failed(((const struct functions *)call->ctx)->scope));
	return true;
}

bool function_success(struct arena *a, const struct expr_call *call, struct expr_value *out,
		      struct err *e)
{
	(void)a, (void)e;
	*out = expr_bool(!scope_has_failed(((const struct functions *)call->ctx)->scope));
	return true;
}

bool function_status(struct arena *a, const struct expr_call *call, struct expr_value *out,
		     struct err *e)
{
	const struct kargo_scope *scope = ((const struct functions *)call->ctx)->scope;
	struct str task = task_of(scope->alias ? scope->alias : "");

	(void)a;
	if (!call->args[0].string.len)
		return err_set(e, ERR_CONFIG, "status() needs the alias of a step");
	*out = expr_text("");
	for (size_t i = 0; i < value_count(scope->step_metas); i++) {
		const struct value *meta = value_at(scope->step_metas, i);
		const char *alias = value_text(value_get(meta, "alias"), "");

		if (str_equal(task_of(alias), task) && str_is(call->args[0].string, own_name(alias)))
			*out = expr_text(value_text(value_get(meta, "status"), ""));
	}
	return true;
}
