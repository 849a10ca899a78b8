/* SPDX-License-Identifier: Apache-2.0 */
/* What names mean: in the environment, and as methods of values. Any thread. */
#ifndef GANTRY_EXPR_NAMES_H
#define GANTRY_EXPR_NAMES_H

#include "expr/expr.h"
#include "expr/type.h"

/* environment.c: what an environment gives to names. */

/* The host's function of that name, or NULL. */
const struct expr_method *env_function(const struct expr_env *env, struct str name);

/* The variable of that name. */
bool env_variable(const struct expr_env *env, struct str name, struct expr_value *out);

/* methods.c: what can be called on a value: methods of times, durations and the host's objects. */

/* The method of that name, or NULL. class counts for EXPR_OBJECT only. */
const struct expr_method *method_find(enum expr_kind kind, enum expr_form form,
				      const struct expr_class *class, struct str name);

/* The method of that name of a type, or NULL. */
const struct expr_method *type_method(const struct expr_type *t, struct str name);

#endif
