/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls whose arguments' types are known by now: of the host's functions by signature, of builtins
 * by the rules in builtins.def.
 */
#include "expr/checker.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "expr/builtin.h"
#include "expr/expr.h"

static const struct expr_type *type_of_letter(char c)
{
	static const struct expr_type float_list = { .kind = EXPR_LIST, .form = EXPR_UINT8 };

	switch (c) {
	case 'b':
		return &expr_type_bool;
	case 'i':
		return &expr_type_int;
	case 'f':
		return &expr_type_float;
	case 's':
		return &expr_type_string;
	case 'l':
		return &expr_type_list;
	case 'S':
		return &expr_type_string_list;
	case 'I':
		return &expr_type_int_list;
	case 'F':
		return &float_list;     /* no expression yields []float64 */
	case 'M':
		return &expr_type_any_map;
	case 'd':
		return &expr_type_duration;
	case 'z':
		return &expr_type_zone;
	default:
		return &expr_type_any;
	}
}

/* Whether an argument of type t may be given for a parameter of type in. */
static bool is_acceptable(const struct expr_type *t, const struct expr_type *in)
{
	if (type_is_unknown(in) || type_is_unknown(t))
		return true;
	if (type_is_integer(t) && (type_is(in, EXPR_FLOAT) || type_is_integer(in)))
		return true;
	if (type_is_nil(t))
		return type_kind(in) == GO_POINTER;
	return type_fits(t, in);
}

static const struct expr_type *check_overload(struct checker *c, struct node *n,
					      const char *rule, struct node **wrong)
{
	size_t i = 0;

	for (; rule[i] != '>'; i++) {
		if (i >= n->count)
			return NULL;
		if (!is_acceptable(n->items[i]->type, type_of_letter(rule[i]))) {
			*wrong = n->items[i];
			return NULL;
		}
	}
	(void)c;
	return i == n->count ? type_of_letter(rule[i + 1]) : NULL;
}

static const struct expr_type *check_overloads(struct checker *c, struct node *n)
{
	const char *rule = n->builtin->rules;
	struct node *wrong = NULL;

	while (rule) {
		const struct expr_type *t = check_overload(c, n, rule, &wrong);

		if (t)
			return t;
		rule = strchr(rule, ' ');
		rule = rule ? rule + 1 : NULL;
	}
	if (wrong)
		return checker_fail(c, wrong, "%s() does not take %s here", n->builtin->name,
				    type_name(wrong->type));
	return checker_fail(c, n, "%s() does not take %zu arguments", n->builtin->name, n->count);
}

static bool is_of_kind(const struct expr_type *t, char letter)
{
	enum go_kind kind = type_is_unknown(t) ? GO_ANY : type_kind(t);

	switch (letter) {
	case 'a':
		return kind == GO_ANY;
	case 'n':
		return kind == GO_INT || kind == GO_INT64 || kind == GO_UINT8 || kind == GO_FLOAT;
	case 'i':
		return kind == GO_INT || kind == GO_INT64;
	case 's':
		return kind == GO_STRING;
	case 'l':
		return kind == GO_SLICE || kind == GO_ARRAY;
	case 'm':
		return kind == GO_MAP;
	default:
		return false;
	}
}

static const struct expr_type *first_result(const struct node *n, char letter)
{
	const struct expr_type *t = n->items[0]->type;

	if (type_is_unknown(t))
		return &expr_type_any;
	t = type_plain(t);
	return letter == 'e' ? type_element(t) : t;
}

/* "al,ai>1" */
static const struct expr_type *check_kinds(struct checker *c, struct node *n)
{
	const char *p = n->builtin->rules;
	size_t i = 0;
	bool fits = false;

	for (; *p != '>'; p++) {
		if (*p == ',') {
			if (!fits)
				break;
			fits = false;
			i++;
		} else if (i < n->count) {
			fits |= is_of_kind(n->items[i]->type, *p);
		}
	}
	if (*p == '>' && n->count != i + 1)
		return checker_fail(c, n, "%s() takes %zu arguments, not %zu", n->builtin->name,
				    i + 1, n->count);
	if (!fits && i < n->count)
		return checker_fail(c, n->items[i], "%s() does not take %s here", n->builtin->name,
				    type_name(n->items[i]->type));
	if (!fits)
		return checker_fail(c, n, "%s() needs more arguments", n->builtin->name);
	return p[1] == '1' || p[1] == 'e' ? first_result(n, p[1]) : type_of_letter(p[1]);
}

/* Numbers or lists; past the first list nothing is checked. */
static const struct expr_type *check_numbers(struct checker *c, struct node *n)
{
	if (!n->count)
		return checker_fail(c, n, "%s() needs an argument", n->builtin->name);
	for (size_t i = 0; i < n->count; i++) {
		const struct expr_type *t = n->items[i]->type;

		if (is_of_kind(t, 'a') || is_of_kind(t, 'l'))
			return &expr_type_any;
		if (!is_of_kind(t, 'n'))
			return checker_fail(c, n->items[i], "%s() does not take %s",
					    n->builtin->name, type_name(t));
	}
	return n->items[0]->type;
}

static const struct expr_type *check_lists(struct checker *c, struct node *n)
{
	if (!n->count)
		return checker_fail(c, n, "%s() needs an argument", n->builtin->name);
	for (size_t i = 0; i < n->count; i++)
		if (!is_of_kind(n->items[i]->type, 'a') && !is_of_kind(n->items[i]->type, 'l'))
			return checker_fail(c, n->items[i], "%s() does not take %s",
					    n->builtin->name, type_name(n->items[i]->type));
	return &expr_type_list;
}

static const struct expr_type *check_date(struct checker *c, struct node *n)
{
	size_t count = n->count;

	if (count && type_is(n->items[0]->type, EXPR_ZONE) && count > 1)
		count--;
	if (!n->count || count > 3)
		return checker_fail(c, n, "date() takes 1 to 3 arguments");
	return &expr_type_time;
}

static const struct expr_type *check_get(struct checker *c, struct node *n)
{
	const struct expr_type *base, *key;

	if (n->count != 2)
		return checker_fail(c, n, "get() takes 2 arguments, not %zu", n->count);
	base = n->items[0]->type;
	key = n->items[1]->type;
	if (type_is_unknown(base))
		return NULL;
	if (type_is_list(base) && !type_is_integer(key) && !type_is_unknown(key))
		return checker_fail(c, n->items[1], "a list's index is an int, not %s",
				    type_name(key));
	if (type_is(base, EXPR_MAP)) {
		bool any_key = base->form == EXPR_ANY_KEYS || base->form == EXPR_GROUPS;

		if (!type_is_unknown(key) &&
		    !type_fits(key, any_key ? &expr_type_any : &expr_type_string))
			return checker_fail(c, n->items[1], "%s cannot be a key of the map",
					    type_name(key));
	} else if (!type_is_list(base)) {
		return checker_fail(c, n->items[0], "%s has no elements", type_name(base));
	}
	return type_element(base);
}

const struct expr_type *check_rules(struct checker *c, struct node *n)
{
	switch (n->builtin->check) {
	case CHECK_OVERLOADS:
		return check_overloads(c, n);
	case CHECK_KINDS:
		return check_kinds(c, n);
	case CHECK_NUMBERS:
		return check_numbers(c, n);
	case CHECK_LISTS:
		return check_lists(c, n);
	case CHECK_DATE:
		return check_date(c, n);
	case CHECK_GET:
		return check_get(c, n);
	default:
		if (n->count > 1 || (n->count && !type_is(n->items[0]->type, EXPR_ZONE)))
			return checker_fail(c, n, "now() takes no arguments");
		return &expr_type_time;
	}
}

const struct expr_type *check_signature(struct checker *c, struct node *n,
					const struct expr_signature *s, struct str name)
{
	size_t least = s->nparams - (size_t)abs(s->rest);

	if (n->count < least || (s->rest < 1 && n->count > s->nparams))
		return checker_fail(c, n, "%.*s() takes %s%zu arguments, not %zu", (int)name.len,
				    name.at, least < s->nparams ? "at least " : "", least, n->count);
	for (size_t i = 0; i < n->count; i++) {
		const struct expr_type *in = s->params[i < s->nparams ? i : s->nparams - 1];

		if (!c->failed && !is_acceptable(n->items[i]->type, in))
			return checker_fail(c, n->items[i], "%.*s() does not take %s here, but %s",
					    (int)name.len, name.at, type_name(n->items[i]->type),
					    type_name(in));
	}
	return s->result ? s->result : &expr_type_any;
}
