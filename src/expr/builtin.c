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

/* The fewest and the most arguments that "ss>s s>s" takes. */
static void measure_overloads(const char *rule, size_t *least, size_t *most)
{
	*least = SIZE_MAX;
	*most = 0;
	while (rule) {
		size_t count = strcspn(rule, ">");

		*least = count < *least ? count : *least;
		*most = count > *most ? count : *most;
		rule = strchr(rule, ' ');
		rule = rule ? rule + 1 : NULL;
	}
}

static void builtin_measure(const struct builtin *b, size_t *least, size_t *most)
{
	*least = 1;
	*most = SIZE_MAX;
	switch (b->check) {
	case CHECK_OVERLOADS:
		measure_overloads(b->rules, least, most);
		break;
	case CHECK_KINDS:
		for (const char *p = b->rules; *p; p++)
			*least += *p == ',';
		*most = *least;
		break;
	case CHECK_NOW:
		*least = 0;
		*most = 1;
		break;
	case CHECK_DATE:
		*most = 4;
		break;
	case CHECK_GET:
		*least = *most = 2;
		break;
	default:
		break;
	}
}

static bool builtin_is_among(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

bool builtin_settle(const struct builtin *b, struct expr_value **args, size_t *count)
{
	static const char *const last[] = {
		"len", "type", "abs", "ceil", "floor", "round", "int", "float", "string",
		"upper", "lower",
	};
	static const char *const lenient[] = {
		"trimPrefix", "trimSuffix", "repeat", "join", "indexOf", "lastIndexOf",
		"hasPrefix", "hasSuffix", "toJSON", "fromJSON", "toBase64", "fromBase64",
		"duration", "timezone", "first", "last", "get",
	};
	size_t least, most;

	builtin_measure(b, &least, &most);
	if (*count < least)
		return false;
	if (*count <= most)
		return true;
	if (builtin_is_among(last, COUNTOF(last), b->name)) {
		*args += *count - 1;
		*count = 1;
		return true;
	}
	*count = most;
	return builtin_is_among(lenient, COUNTOF(lenient), b->name);
}
