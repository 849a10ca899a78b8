/* SPDX-License-Identifier: Apache-2.0 */
/* The table of builtins, made from builtins.def. */
#include "expr/builtin.h"

#include <string.h>

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

/* "ss>s s>s" */
static bool overload_takes(const char *rule, size_t count)
{
	while (rule) {
		if (strcspn(rule, ">") == count)
			return true;
		rule = strchr(rule, ' ');
		rule += rule != NULL;
	}
	return false;
}

bool builtin_takes(const struct builtin *b, size_t count)
{
	size_t commas = 0;

	switch (b->check) {
	case CHECK_OVERLOADS:
		return overload_takes(b->rules, count);
	case CHECK_KINDS:
		for (const char *p = b->rules; *p; p++)
			commas += *p == ',';
		return count == commas + 1;
	case CHECK_NUMBERS:
	case CHECK_LISTS:
		return count >= 1;
	case CHECK_NOW:
		return count <= 1;
	case CHECK_DATE:
		return count >= 1 && count <= 4;
	default:
		return count == 2;
	}
}
