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

static const char *regex_of(const char *pattern)
{
	if (has_prefix(pattern, "regex:"))
		return pattern + strlen("regex:");
	return has_prefix(pattern, "regexp:") ? pattern + strlen("regexp:") : NULL;
}

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
		return glob_matches(pattern + strlen("glob:"), name);
	return regex_of(pattern) ? regex_matches(regex_of(pattern), name)
				 : strcmp(pattern, name) == 0;
}

bool name_pattern_is_valid(const char *pattern, struct err *e)
{
	AUTO(arena) struct arena *a = arena_new();
	const char *regex = regex_of(pattern);
	struct pattern *p;

	if (regex)
		return pattern_compile(a, regex, &p, e);
	if (has_prefix(pattern, "glob:") && !glob_is_valid(pattern + strlen("glob:")))
		return err_set(e, ERR_CONFIG, "\"%s\" is not a valid glob pattern", pattern);
	return true;
}

static bool expression_is_valid(const struct value *expression, struct err *e)
{
	const char *word = value_text(value_get(expression, "operator"), "");
	size_t values = value_count(value_get(expression, "values"));
	bool takes_values = strcmp(word, "In") == 0 || strcmp(word, "NotIn") == 0;

	if (!*value_text(value_get(expression, "key"), ""))
		return err_set(e, ERR_CONFIG, "matchExpressions: key is required");
	if (!takes_values && strcmp(word, "Exists") != 0 && strcmp(word, "DoesNotExist") != 0)
		return err_set(e, ERR_CONFIG, "matchExpressions: operator must be In, NotIn, "
			       "Exists or DoesNotExist, not \"%s\"", word);
	if (takes_values && !values)
		return err_set(e, ERR_CONFIG, "matchExpressions: %s needs values", word);
	if (!takes_values && values)
		return err_set(e, ERR_CONFIG, "matchExpressions: %s takes no values", word);
	return true;
}

bool label_selector_is_valid(const struct value *selector, struct err *e)
{
	const struct value *expressions = value_get(selector, "matchExpressions");

	for (size_t i = 0; i < value_count(expressions); i++)
		if (!expression_is_valid(value_at(expressions, i), e))
			return false;
	return true;
}

static bool selector_is_among(const struct value *values, const struct value *label)
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
		return selector_is_among(values, label);
	if (strcmp(word, "NotIn") == 0)
		return !selector_is_among(values, label);
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
