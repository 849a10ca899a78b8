/* SPDX-License-Identifier: Apache-2.0 */
/* What an environment gives to names. Any thread. */
#ifndef GANTRY_EXPR_ENVIRONMENT_H
#define GANTRY_EXPR_ENVIRONMENT_H

#include "expr/expr.h"

/* The host's function of that name, or NULL. */
const struct expr_method *env_function(const struct expr_env *env, struct str name);

/* The variable of that name. */
bool env_variable(const struct expr_env *env, struct str name, struct expr_value *out);

#endif
