/* SPDX-License-Identifier: Apache-2.0 */
/* The table of builtins, made from builtins.def. */
#include "expr/builtin.h"

#define BUILTIN(name, check, rules) { #name, CLOSURE_NONE, check, rules, builtin_##name },
#define CLOSURE(name, closure) { #name, closure, CHECK_OVERLOADS, "", NULL },

static const struct builtin builtins[] = {
#include "expr/builtins.def"
};

const struct builtin *builtin_find(struct str name)
{
	for (size_t i = 0; i < COUNTOF(builtins); i++)
		if (name.len && builtins[i].name[0] == name.at[0] && str_is(name, builtins[i].name))
			return &builtins[i];
	return NULL;
}

const struct builtin *builtin_closure(enum closure closure)
{
	const struct builtin *b = builtins;

	while (b->closure != closure)
		b++;
	return b;
}
