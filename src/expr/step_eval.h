/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a step is given once all its expressions are evaluated. A step is a
 * Promotion's, inflated: {as, uses, if, vars, config}. Any thread.
 */
#ifndef GANTRY_EXPR_STEP_EVAL_H
#define GANTRY_EXPR_STEP_EVAL_H

#include "base/base.h"

struct arena;
struct err;
struct kargo_scope;
struct value;

/*
 * Whether the step runs. Without "if": unless a step before it has failed and was not
 * to be continued after. ERR_CONFIG when it fails or is neither true nor false.
 */
bool step_condition(struct arena *a, const struct kargo_scope *scope, const struct value *step,
		    bool *out, struct err *e) MUST_USE;

/*
 * The step's config with every expression evaluated, an empty map when it has none. NULL
 * in *out: it is not a map, or Kargo would have lost it on the way (characters that YAML
 * refuses, keys beyond 1,024 characters), and the step gets null.
 */
bool step_config(struct arena *a, const struct kargo_scope *scope, const struct value *step,
		 struct value **out, struct err *e) MUST_USE;

/*
 * A verification's argument: sees ctx.project, ctx.stage and the Stage's vars
 * (scope->vars). ERR_CONFIG also when it becomes no text.
 */
bool verification_text(struct arena *a, const struct kargo_scope *scope, const char *text,
		       const char **out, struct err *e) MUST_USE;

#endif
