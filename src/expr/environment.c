/* SPDX-License-Identifier: Apache-2.0 */
/* Names of the host come before those of the manifest. */
#include "expr/names.h"

#include <assert.h>

#include "data/value.h"

const struct expr_method *env_function(const struct expr_env *env, struct str name)
{
	assert(env);
	for (size_t i = 0; i < env->nfunctions; i++)
		if (str_is(name, env->functions[i].name))
			return &env->functions[i];
	return NULL;
}

bool env_variable(const struct expr_env *env, struct str name, struct expr_value *out)
{
	const struct value_member *m;

	for (size_t i = 0; i < env->nnamed; i++) {
		if (str_is(name, env->named[i].name)) {
			*out = env->named[i].value;
			return true;
		}
	}
	m = env->variables ? value_member_n(env->variables, name) : NULL;
	if (!m)
		return false;
	*out = expr_tree(m->value);
	return true;
}
