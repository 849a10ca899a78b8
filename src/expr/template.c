/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo's order of guesses decides what a rendered text is: a quoted text, Go's
 * float, Go's bool, JSON, else a text. An image tag "1.10" is therefore the number
 * 1.1 unless it is quoted, and an empty "${{}}" ends the search for expressions.
 */
#include "expr/template.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "data/go_text.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/template_functions.h"

enum { LARGEST = 16 << 20, MAX_DEPTH = 1000 };

/* 2^53: below, a double is the whole number that was written. */
static const double EXACT = 9007199254740992.0;

/* The first place of the two characters in text, or NULL. */
static const char *find_pair(struct str text, char first, char second)
{
	const char *end = text.at + text.len;

	for (const char *p = text.at; end - p >= 2; p++) {
		p = memchr(p, first, (size_t)(end - p));
		if (!p || end - p < 2)
			return NULL;
		if (p[1] == second)
			return p;
	}
	return NULL;
}

/* "${{" or "${%", whichever comes first. */
static const char *find_start(struct str text)
{
	const char *end = text.at + text.len;

	for (const char *p = text.at; (p = find_pair((struct str){ p, (size_t)(end - p) }, '$', '{'));
	     p++) {
		if (end - p >= 3 && (p[2] == '{' || p[2] == '%'))
			return p;
	}
	return NULL;
}

/* Whether the text holds the start of an expression; without, it stays as it is. */
static bool template_is(struct str text)
{
	return find_start(text) != NULL;
}

bool template_is_one(struct str text, struct str *expression)
{
	struct str inner;
	const char *stop;

	text = str_trim(text);
	if (text.len < 5 || find_start(text) != text.at)
		return false;
	inner = (struct str){ text.at + 3, text.len - 3 };
	stop = find_pair(inner, text.at[2] == '{' ? '}' : '%', '}');
	if (!stop || stop + 2 != inner.at + inner.len)
		return false;
	*expression = str_trim((struct str){ inner.at, (size_t)(stop - inner.at) });
	return true;
}

static bool append_value(struct arena *a, struct buf *b, const struct expr_value *v, struct err *e)
{
	if (v->kind != EXPR_STRING)
		return template_json(a, b, v, 0, e);
	buf_add(b, v->string.at, v->string.len);
	return true;
}

static bool append_expression(struct arena *a, struct buf *b, struct str text,
			      const struct expr_env *env, struct err *e)
{
	struct expr_value v;

	if (!expr_eval(a, str_text(a, text), env, &v, e) || !append_value(a, b, &v, e)) {
		struct str shown = str_trim(text);

		return err_wrap(e, "${{ %s }}",
				str_clean(a, shown.at, shown.len, 120));
	}
	return true;
}

/* All pieces, joined. */
static bool render_text(struct arena *a, struct buf *b, struct str text, const struct expr_env *env,
			struct err *e)
{
	const char *end = text.at + text.len, *p = text.at;

	for (;;) {
		const char *start = find_start((struct str){ p, (size_t)(end - p) });
		char close = start ? start[2] == '{' ? '}' : '%' : 0;
		struct str inner;
		const char *stop;

		if (!start)
			break;
		buf_add(b, p, (size_t)(start - p));
		inner = (struct str){ start + 3, (size_t)(end - start - 3) };
		stop = find_pair(inner, close, '}');
		if (!stop)
			return err_set(e, ERR_CONFIG, "an expression begins with \"%.3s\" but has no "
				       "end \"%c}\"", start, close);
		p = stop + 2;
		inner.len = (size_t)(stop - inner.at);
		if (!inner.len)
			break;
		if (!append_expression(a, b, inner, env, e))
			return false;
	}
	buf_add(b, p, (size_t)(end - p));
	return buf_ok(b) || err_set(e, ERR_LIMIT, "the text becomes larger than %d MiB",
				    LARGEST >> 20);
}

/* A number as Go's ParseFloat reads it, but with all digits of a whole one; else NULL. */
static struct value *template_number(struct arena *a, struct str text)
{
	struct value *whole;
	double number;

	if (!go_float(text.at, text.len, &number))
		return NULL;
	whole = fabs(number) >= EXACT ? value_whole(a, text) : NULL;
	return whole ? whole : value_float(a, number);
}

static struct value *template_coerce(struct arena *a, const char *text, size_t whole)
{
	size_t len = whole && text[whole - 1] == '\n' ? whole - 1 : whole;
	struct value *v;
	struct err ignored;
	bool truth;

	if (len >= 2 && text[0] == '"' && text[len - 1] == '"') {
		char *inner = arena_alloc(a, whole);

		memcpy(inner, text + 1, len - 2);
		if (whole > len)
			inner[len - 2] = '\n';
		return value_string_n(a, inner, whole - 2);
	}
	v = template_number(a, (struct str){ text, len });
	if (v)
		return v;
	if (go_bool(text, len, &truth))
		return value_bool(a, truth);
	if (json_parse(a, text, len, &v, &ignored))
		return v;
	return value_string_n(a, text, whole);
}

/* env knows the template functions already. */
static bool template_render_text(struct arena *a, struct str text, const struct expr_env *env,
				struct value **out, struct err *e)
{
	AUTO(buf) struct buf b;

	buf_init(&b, LARGEST);
	if (!template_is(text)) {
		*out = value_string_n(a, text.at, text.len);
		return true;
	}
	if (!render_text(a, &b, text, env, e))
		return false;
	*out = template_coerce(a, buf_str(&b), b.len);
	return true;
}

bool template_render(struct arena *a, struct str text, const struct expr_env *env,
		     struct value **out, struct err *e)
{
	struct expr_env full = template_env(a, env);

	assert(env);
	return template_render_text(a, text, &full, out, e);
}

/* A configuration that is being rendered. */
struct render_walk {
	struct arena *a;
	const struct expr_env *env;
	size_t depth;
};

static bool render_node(struct render_walk *r, const struct value *v, struct value **out,
			struct err *e);

static bool render_list(struct render_walk *r, const struct value *v, struct value **out,
			struct err *e)
{
	struct value *list = value_list(r->a);

	for (size_t i = 0; i < v->list.count; i++) {
		struct value *item;

		if (!render_node(r, v->list.items[i], &item, e))
			return err_wrap(e, "[%zu]", i);
		value_append(r->a, list, item);
	}
	*out = list;
	return true;
}

static bool render_map(struct render_walk *r, const struct value *v, struct value **out,
		       struct err *e)
{
	struct value *map = value_map(r->a);

	for (size_t i = 0; i < v->map.count; i++) {
		const struct value_member *m = &v->map.members[i];
		struct value *item;

		if (!render_node(r, m->value, &item, e))
			return err_wrap(e, "%s", str_clean(r->a, m->key.at, m->key.len, 120));
		value_set_n(r->a, map, m->key, item);
	}
	*out = map;
	return true;
}

static bool render_string(struct render_walk *r, const struct value *v, struct value **out,
			  struct err *e)
{
	if (!template_render_text(r->a, v->string, r->env, out, e))
		return false;
	(*out)->line = v->line;
	(*out)->column = v->column;
	if ((*out)->kind == VALUE_FLOAT && !isfinite((*out)->number))
		return err_set(e, ERR_CONFIG, "becomes %s, which is not a JSON number; write quote(…) to "
			       "keep it a text", isnan((*out)->number) ? "NaN" : "infinite");
	return true;
}

static bool render_node(struct render_walk *r, const struct value *v, struct value **out,
			struct err *e)
{
	bool ok = true;

	if (r->depth > MAX_DEPTH)
		return err_set(e, ERR_LIMIT, "nested too deeply");
	r->depth++;
	if (v->kind == VALUE_LIST) {
		ok = render_list(r, v, out, e);
	} else if (v->kind == VALUE_MAP) {
		ok = render_map(r, v, out, e);
	} else if (v->kind == VALUE_STRING) {
		ok = render_string(r, v, out, e);
	} else {
		*out = value_copy(r->a, v);
	}
	r->depth--;
	return ok;
}

static bool template_has_variable(const struct expr_env *env, const char *name)
{
	for (size_t i = 0; i < env->nnamed; i++) {
		if (strcmp(env->named[i].name, name) == 0)
			return true;
	}
	return value_get(env->variables, name) != NULL;
}

bool template_render_tree(struct arena *a, const struct value *config, const struct expr_env *env,
			  struct value **out, struct err *e)
{
	static const char *const reserved[] = { "quote", "asYAML", "asJSON" };
	struct expr_env full = template_env(a, env);
	struct render_walk r = { .a = a, .env = &full };

	assert(out);
	if (!value_is(config, VALUE_MAP))
		return err_set(e, ERR_CONFIG, "must be a map");
	for (size_t i = 0; i < COUNTOF(reserved); i++) {
		if (template_has_variable(env, reserved[i]))
			return err_set(e, ERR_CONFIG, "\"%s\" is a function and can be no variable",
				       reserved[i]);
	}
	return render_map(&r, config, out, e);
}
