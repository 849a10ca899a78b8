/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One walk over configuration and table together. Objects inside lists and
 * maps have tables of their own, so a complaint can name "checkout[1].branch".
 */
#include "steps/params.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"
#include "steps/step.h"

enum { LONGEST_NAME = 64, WHERE_SIZE = 256 };

/* Edits (insert, delete, replace) that turn a into b. Both at most LONGEST_NAME. */
static size_t params_distance(const char *a, const char *b)
{
	size_t row[LONGEST_NAME + 1], len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 0; a[i]; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 1; j <= len; j++) {
			size_t best = diagonal + (a[i] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[len];
}

/* The known name nearest to this one, or NULL when none is near. */
static const char *params_nearest(const struct step_param *params, const char *name)
{
	size_t best = strlen(name) / 3 + 2;
	const char *nearest = NULL;

	if (strlen(name) > LONGEST_NAME)
		return NULL;
	for (; params->name; params++) {
		size_t d = strlen(params->name) > LONGEST_NAME
				   ? best
				   : params_distance(name, params->name);

		if (d < best) {
			best = d;
			nearest = params->name;
		}
	}
	return nearest;
}

static bool has_kind(const struct step_param *p, const struct value *v)
{
	int64_t integer;
	double number;

	switch (p->kind) {
	case PARAM_BOOL:
		return value_is(v, VALUE_BOOL);
	case PARAM_INT:
		return value_integer(v, &integer);
	case PARAM_NUMBER:
		return value_number(v, &number);
	case PARAM_LIST:
		return value_is(v, VALUE_LIST);
	case PARAM_MAP:
		return value_is(v, VALUE_MAP);
	case PARAM_ANY:
		return true;
	default:
		return value_is(v, VALUE_STRING);
	}
}

static const char *params_kind_word(enum param_kind kind)
{
	static const char *const words[] = {
		[PARAM_STRING] = "a text",       [PARAM_BOOL] = "true or false",
		[PARAM_INT] = "a whole number",  [PARAM_NUMBER] = "a number",
		[PARAM_DURATION] = "a duration", [PARAM_PATH] = "a path",
		[PARAM_LIST] = "a list",         [PARAM_MAP] = "a map",
		[PARAM_ANY] = "a value",
	};

	return words[kind];
}

static bool check_choice(const struct step_param *p, const char *where, const char *text,
			 struct err *e)
{
	char all[WHERE_SIZE] = "";
	size_t used = 0;

	for (const char *const *c = p->choices; *c; c++) {
		int n = snprintf(all + used, sizeof(all) - used, "%s%s", used ? ", " : "", *c);

		if (strcmp(*c, text) == 0)
			return true;
		if (n > 0 && used + (size_t)n < sizeof(all))
			used += (size_t)n;
	}
	return err_set(e, ERR_CONFIG, "%s: \"%s\" is not one of %s", where, text, all);
}

static bool params_check_members(const struct step_param *params, const struct value *map, bool any,
				 const char *where, struct err *e);

static bool check_elements(const struct step_param *p, const struct value *list, const char *where,
			   struct err *e)
{
	char inner[WHERE_SIZE];

	for (size_t i = 0; i < list->list.count; i++) {
		const struct value *v = list->list.items[i];

		snprintf(inner, sizeof(inner), "%.200s[%zu]", where, i);
		if (!p->of && !value_is(v, VALUE_STRING))
			return err_set(e, ERR_CONFIG, "%s: must be a text, not a %s", inner,
				       value_kind_name(v->kind));
		if (p->of && !value_is(v, VALUE_MAP))
			return err_set(e, ERR_CONFIG, "%s: must be a map, not a %s", inner,
				       value_kind_name(v->kind));
		if (p->of && !params_check_members(p->of, v, false, inner, e))
			return false;
	}
	return true;
}

static bool params_is_empty(const struct value *v)
{
	return value_is(v, VALUE_STRING) ? v->string.len == 0 : value_count(v) == 0;
}

static bool check_value(const struct step_param *p, const struct value *v, const char *where,
			struct err *e)
{
	int64_t ns;

	if (!has_kind(p, v))
		return err_set(e, ERR_CONFIG, "%s: must be %s, not a %s%s", where,
			       params_kind_word(p->kind), value_kind_name(v->kind),
			       p->kind == PARAM_STRING ? "; quote() makes a text of an expression"
						       : "");
	if ((p->flags & PARAM_NOT_EMPTY) && params_is_empty(v))
		return err_set(e, ERR_CONFIG, "%s: must not be empty", where);
	if (p->choices && !check_choice(p, where, value_text(v, ""), e))
		return false;
	if (p->kind == PARAM_DURATION && !duration_parse(v->string.at, &ns))
		return err_set(e, ERR_CONFIG, "%s: \"%s\" is not a duration such as 90s or 5m", where,
			       v->string.at);
	if (p->kind == PARAM_LIST)
		return check_elements(p, v, where, e);
	if (p->kind == PARAM_MAP && p->of)
		return params_check_members(p->of, v, false, where, e);
	return true;
}

static const struct step_param *params_find(const struct step_param *params, const char *name)
{
	for (; params->name; params++)
		if (strcmp(params->name, name) == 0)
			return params;
	return NULL;
}

static bool params_unknown(const struct step_param *params, const char *field, struct err *e)
{
	const char *dot = strrchr(field, '.');
	const char *nearest = params_nearest(params, dot ? dot + 1 : field);

	if (nearest)
		return err_set(e, ERR_CONFIG, "%s: no such field; did you mean %s?", field, nearest);
	return err_set(e, ERR_CONFIG, "%s: no such field", field);
}

static bool params_check_members(const struct step_param *params, const struct value *map, bool any,
				 const char *where, struct err *e)
{
	char inner[WHERE_SIZE];

	for (size_t i = 0; i < map->map.count; i++) {
		const struct value_member *m = &map->map.members[i];
		const struct step_param *p = params_find(params, m->key.at);

		snprintf(inner, sizeof(inner), "%.100s%s%.100s", where, *where ? "." : "", m->key.at);
		if (!p && !any)
			return params_unknown(params, inner, e);
		if (p && !check_value(p, m->value, inner, e))
			return false;
	}
	for (const struct step_param *p = params; p->name; p++)
		if ((p->flags & PARAM_REQUIRED) && !value_get(map, p->name))
			return err_set(e, ERR_CONFIG, "%s%s%s: is required", where, *where ? "." : "",
				       p->name);
	return true;
}

bool params_check(const struct step_def *def, const struct value *config, struct err *e)
{
	struct value none = { .kind = VALUE_MAP };

	assert(def && def->kind);
	if (!config)
		config = &none;
	if (!value_is(config, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "the configuration must be a map, not a %s",
			       value_kind_name(config->kind));
	if (!params_check_members(def->params, config, def->any_param, "", e))
		return false;
	return !def->check || def->check(config, e);
}
