/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which outputs expressions take. Names are found behind the word: outputs.x, outputs?.x,
 * outputs["x"]; where something else follows, it could be any of them.
 */
#include "engine/needs.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"

enum { DEEP = 64 };

struct unknown_outputs {
	const char *alias;
	const struct value *known;      /* of them, by name; NULL: none */
};

void needs_init(struct needs *n, const struct value *vars)
{
	*n = (struct needs){ .vars = vars };
}

void needs_add(struct needs *n, struct arena *a, const char *alias, const struct value *known)
{
	struct unknown_outputs *one = arena_alloc(a, sizeof(*one));

	*one = (struct unknown_outputs){ str_copy(a, alias), known };
	list_add(a, &n->unknown, one);
}

static bool needs_is_name(char c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '$';
}

static const char *needs_skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/*
 * The name taken at this place, just behind the word; "" when it is computed or all are taken. *place
 * comes to stand behind it.
 */
static const char *name_at(struct arena *a, const char **place)
{
	const char *at = needs_skip_blanks(*place);
	size_t len = 0;

	if (at[0] == '?' && at[1] == '.')
		at++;
	if (*at == '.') {
		at = needs_skip_blanks(at + 1);
		while (needs_is_name(at[len]))
			len++;
		*place = at + len;
		return str_copy_n(a, at, len);
	}
	if (*at != '[')
		return "";
	at = needs_skip_blanks(at + 1);
	if (*at != '"' && *at != '\'' && *at != '`')
		return "";
	len = strcspn(at + 1, (char[]){ *at, '\\', '\0' });
	if (at[1 + len] != *at || *needs_skip_blanks(at + 2 + len) != ']')
		return "";
	*place = needs_skip_blanks(at + 2 + len) + 1;
	return str_copy_n(a, at + 1, len);
}

/* The next place where the text takes something from word: just behind it; NULL: none. */
static const char *next_use(const char *start, const char *at, const char *word)
{
	while ((at = strstr(at, word))) {
		const char *end = at + strlen(word);

		if ((at == start || !needs_is_name(at[-1])) && !needs_is_name(*end))
			return end;
		at = end;
	}
	return NULL;
}

/* "t::push" is push within its task. */
static bool is_alias(const char *alias, const char *name)
{
	const char *inner = strstr(alias, "::");

	return strcmp(alias, name) == 0 || (inner && strcmp(inner + 2, name) == 0);
}

static const char *missing_output(const struct needs *n, struct arena *a, const char *text)
{
	const char *at = text;

	while ((at = next_use(text, at, "outputs"))) {
		const char *after = at, *name = name_at(a, &after);
		const char *output = *name ? name_at(a, &after) : "";

		for (size_t i = 0; i < n->unknown.count; i++) {
			const struct unknown_outputs *u = n->unknown.items[i];

			if (!*name || (is_alias(u->alias, name) &&
				       !(*output && value_get(u->known, output))))
				return u->alias;
		}
	}
	return NULL;
}

static bool takes_var(struct arena *a, const char *text, const char *var)
{
	const char *at = text;

	while ((at = next_use(text, at, "vars"))) {
		const char *after = at, *name = name_at(a, &after);

		if (!*name || strcmp(name, var) == 0)
			return true;
	}
	return false;
}

static const char *missing_in_tree(const struct needs *n, struct arena *a, const struct value *v,
				   int depth);

static const char *missing_var(const struct needs *n, struct arena *a, const char *text, int depth)
{
	for (size_t i = 0; i < value_count(n->vars); i++) {
		const struct value *var = value_at(n->vars, i);
		const char *found;

		if (!takes_var(a, text, value_text(value_get(var, "name"), "")))
			continue;
		found = missing_in_tree(n, a, value_get(var, "value"), depth + 1);
		if (found)
			return found;
	}
	return NULL;
}

static const char *missing_in_text(const struct needs *n, struct arena *a, const char *text, int depth)
{
	const char *alias = missing_output(n, a, text);

	if (alias)
		return str_format(a, "needs what %s puts out, which only the real promotion knows", alias);
	if (n->metadata && strstr(text, "Metadata("))
		return "needs metadata that an earlier step would set";
	return missing_var(n, a, text, depth);
}

static const char *missing_in_tree(const struct needs *n, struct arena *a, const struct value *v,
				   int depth)
{
	const char *found = NULL;

	if (depth > DEEP)
		return "is nested too deeply to check";
	if (value_is(v, VALUE_STRING))
		return missing_in_text(n, a, str_text(a, v->string), depth);
	for (size_t i = 0; !found && value_is(v, VALUE_MAP) && i < v->map.count; i++)
		found = missing_in_tree(n, a, v->map.members[i].value, depth + 1);
	for (size_t i = 0; !found && value_is(v, VALUE_LIST) && i < v->list.count; i++)
		found = missing_in_tree(n, a, value_at(v, i), depth + 1);
	return found;
}

const char *needs_missing(const struct needs *n, struct arena *a, const struct value *v)
{
	if (!n->unknown.count && !n->metadata)
		return NULL;
	return missing_in_tree(n, a, v, 0);
}
