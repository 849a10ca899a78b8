/* SPDX-License-Identifier: Apache-2.0 */
/* A selector that makes no sense matches nothing: lint says why, and nothing promotes by accident. */
#include "model/selector.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/glob.h"
#include "data/pattern.h"
#include "data/value.h"

static bool regex_matches(const char *regex, const char *name)
{
	AUTO(arena) struct arena *a = arena_new();
	struct pattern *p;
	struct err e;

	return pattern_compile(a, regex, &p, &e) && pattern_matches(p, name);
}

bool name_matches(const char *pattern, const char *name)
{
	if (!*pattern)
		return true;
	if (has_prefix(pattern, "glob:"))
		return glob_matches(pattern + 5, name);
	if (has_prefix(pattern, "regex:"))
		return regex_matches(pattern + 6, name);
	if (has_prefix(pattern, "regexp:"))
		return regex_matches(pattern + 7, name);
	return strcmp(pattern, name) == 0;
}

static bool is_among(const struct value *values, const struct value *label)
{
	for (size_t i = 0; label && i < value_count(values); i++)
		if (value_equal(values->list.items[i], label))
			return true;
	return false;
}

static bool expression_matches(const struct value *expression, const struct value *labels)
{
	const char *word = value_text(value_get(expression, "operator"), "");
	const struct value *label = value_get(labels, value_text(value_get(expression, "key"), ""));
	const struct value *values = value_get(expression, "values");

	if (strcmp(word, "In") == 0)
		return is_among(values, label);
	if (strcmp(word, "NotIn") == 0)
		return !is_among(values, label);
	if (strcmp(word, "Exists") == 0)
		return label != NULL;
	return strcmp(word, "DoesNotExist") == 0 && !label;
}

bool labels_match(const struct value *selector, const struct value *labels)
{
	const struct value *exact = value_get(selector, "matchLabels");
	const struct value *expressions = value_get(selector, "matchExpressions");

	for (size_t i = 0; i < value_count(exact); i++)
		if (!value_equal(exact->map.members[i].value,
				 value_get_n(labels, exact->map.members[i].key)))
			return false;
	for (size_t i = 0; i < value_count(expressions); i++)
		if (!expression_matches(expressions->list.items[i], labels))
			return false;
	return true;
}
