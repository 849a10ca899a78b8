/* SPDX-License-Identifier: Apache-2.0 */
/* A step's "if" and configuration; those without expressions so far. */
#include "engine/evaluate.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "engine/engine_inner.h"
#include "engine/orchestrate.h"

bool evaluate_condition(struct run *r, const struct orchestration *o,
			const struct value *step, bool *out, struct err *e)
{
	const char *text = value_text(value_get(step, "if"), "");

	(void)r;
	(void)o;
	(void)out;
	return err_set(e, ERR_CONFIG, "the expression \"%s\" can't be evaluated", text);
}

bool evaluate_config(struct run *r, const struct orchestration *o, const struct value *step,
		     struct value **out, struct err *e)
{
	const struct value *config = value_get(step, "config");

	(void)r;
	if (config && strstr(json_text(o->arena, config, 0), "${{"))
		return err_set(e, ERR_CONFIG, "expressions can't be evaluated");
	*out = config ? value_copy(o->arena, config) : value_map(o->arena);
	return true;
}
