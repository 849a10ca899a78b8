/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A path is a row of steps; each takes a list of values to another. A template is a row of texts
 * and paths, of which only the first value is ever wanted, so the walk ends with it.
 */
#include "verify/json_path.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"

enum { VALUES_MAX = 100000, DEEPEST = 200 };

struct walk {
	struct arena *a;
	const char *template;           /* the whole, for messages */
	const struct value *root;
	struct err *e;
	struct buf *text;               /* what the whole template gives; NULL: its first value is wanted */
};

static bool json_path_wrong(const struct walk *w, const char *at)
{
	return err_set(w->e, ERR_CONFIG, "\"%s\" is not a path such as {$.status.ok}, at \"%s\"",
		       w->template, at);
}

static bool json_path_missing(const struct walk *w, const char *what)
{
	return err_set(w->e, ERR_NOT_FOUND, "%s is not found by %s", what, w->template);
}

static bool found_add(struct walk *w, struct list *out, const struct value *v)
{
	if (out->count >= VALUES_MAX)
		return err_set(w->e, ERR_LIMIT, "%s finds more than %d values", w->template, VALUES_MAX);
	list_add(w->a, out, (void *)(uintptr_t)v);
	return true;
}

static const struct value *child_at(const struct value *v, size_t i)
{
	return v->kind == VALUE_LIST ? v->list.items[i] : v->map.members[i].value;
}

/* The members of a map of that name. One that has it is enough. */
static bool step_field(struct walk *w, const struct list *in, const char *name, struct list *out)
{
	for (size_t i = 0; i < in->count; i++) {
		const struct value *v = value_get(in->items[i], name);

		if (v && !found_add(w, out, v))
			return false;
	}
	return out->count || json_path_missing(w, name);
}

static bool step_all(struct walk *w, const struct list *in, struct list *out)
{
	for (size_t i = 0; i < in->count; i++)
		for (size_t j = 0; j < value_count(in->items[i]); j++)
			if (!found_add(w, out, child_at(in->items[i], j)))
				return false;
	return true;
}

static bool add_descendants(struct walk *w, const struct value *v, int depth, struct list *out)
{
	if (depth > DEEPEST || !found_add(w, out, v))
		return depth <= DEEPEST ? false : err_set(w->e, ERR_LIMIT, "the answer is nested too deeply");
	for (size_t i = 0; i < value_count(v); i++)
		if (!add_descendants(w, child_at(v, i), depth + 1, out))
			return false;
	return true;
}

/* ..name: wherever it is below. */
static bool step_below(struct walk *w, const struct list *in, const char *name, struct list *out)
{
	struct list all = { 0 };

	for (size_t i = 0; i < in->count; i++)
		if (!add_descendants(w, in->items[i], 0, &all))
			return false;
	if (!*name || strcmp(name, "*") == 0) {
		*out = all;
		return true;
	}
	for (size_t i = 0; i < all.count; i++) {
		const struct value *v = value_get(all.items[i], name);

		if (v && !found_add(w, out, v))
			return false;
	}
	return true;
}

/* [2], [-1], [1:3], [::2]: text is what stands between the brackets, checked to be of that form. */
static bool step_slice(struct walk *w, const struct list *in, const char *text, struct list *out)
{
	long part[3] = { 0, 0, 1 };
	bool given[3] = { false, false, false };
	int parts = 0;

	for (const char *at = text; ; at++) {
		char *end;
		long n = strtol(at, &end, 10);

		if (end != at) {
			part[parts] = n;
			given[parts] = true;
		}
		at = end;
		if (*at == '\0')
			break;
		if (*at != ':' || parts == 2)
			return json_path_wrong(w, text);
		parts++;
	}
	if ((!parts && !given[0]) || (given[2] && part[2] <= 0))
		return json_path_wrong(w, text);
	for (size_t i = 0; i < in->count; i++) {
		const struct value *v = in->items[i];
		long len = value_is(v, VALUE_LIST) ? (long)v->list.count : 0;
		long from = part[0] < 0 ? part[0] + len : part[0];
		long to = !parts ? from + 1 : !given[1] ? len : part[1] < 0 ? part[1] + len : part[1];

		if (!value_is(v, VALUE_LIST))
			return json_path_missing(w, "a list");
		if (!parts && (from < 0 || from >= len))
			return json_path_missing(w,
						 str_format(w->a, "element %s of %ld", text, len));
		for (long j = from < 0 ? 0 : from; j < to && j < len; j += part[2])
			if (!found_add(w, out, v->list.items[j]))
				return false;
	}
	return true;
}

static bool path_walk(struct walk *w, const char *path, const struct value *here, struct list *out);

/* A side of a comparison: a path, a quoted text, a number, true or false. */
static bool json_path_operand(struct walk *w, struct str text, const struct value *here,
			      const struct value **out)
{
	const char *t = str_text(w->a, str_trim(text));
	size_t len = strlen(t);
	struct list found = { 0 };
	char *end;

	*out = NULL;
	if (*t == '@' || *t == '$') {
		struct err ignored;
		struct walk inner = { .a = w->a, .template = w->template, .root = w->root, .e = &ignored };

		if (!path_walk(&inner, t, here, &found) && ignored.code == ERR_CONFIG)
			return json_path_wrong(w, t);
		*out = found.count ? found.items[0] : NULL;
		return true;
	}
	if (len >= 2 && (*t == '\'' || *t == '"') && t[len - 1] == *t)
		*out = value_string_n(w->a, t + 1, len - 2);
	else if (strcmp(t, "true") == 0 || strcmp(t, "false") == 0)
		*out = value_bool(w->a, *t == 't');
	else if (len) {
		double number = strtod(t, &end);

		if (*end)
			return json_path_wrong(w, t);
		*out = strpbrk(t, ".eE") ? value_float(w->a, number) : value_int(w->a, (int64_t)number);
	}
	return *out != NULL || json_path_wrong(w, t);
}

/* Go's template comparison: kinds must be the same, and a number of JSON is not an integer. */
static bool json_path_compare(struct walk *w, const struct value *l, const char *op,
			      const struct value *r, bool *out)
{
	bool numbers = l->kind != VALUE_STRING && r->kind == VALUE_FLOAT;
	double x = 0, y = 0;
	int order;

	if (l->kind == VALUE_STRING && r->kind == VALUE_STRING)
		order = str_compare(l->string, r->string);
	else if (l->kind == VALUE_BOOL && r->kind == VALUE_BOOL && (op[1] == '=' && *op != '<' && *op != '>'))
		order = (int)l->boolean - (int)r->boolean;
	else if (numbers && value_number(l, &x) && value_number(r, &y))
		order = x < y ? -1 : x > y;
	else
		return err_set(w->e, ERR_CONFIG, "%s compares a %s with a %s (write numbers as 2.0)",
			       w->template, value_kind_name(l->kind), value_kind_name(r->kind));
	*out = strcmp(op, "==") == 0 ? order == 0 : strcmp(op, "!=") == 0 ? order != 0
		: strcmp(op, "<") == 0 ? order < 0 : strcmp(op, "<=") == 0 ? order <= 0
		: strcmp(op, ">") == 0 ? order > 0 : order >= 0;
	return true;
}

/* ?(@.a == 'x'): the elements for which it holds. */
static bool step_filter(struct walk *w, const struct list *in, struct str text, struct list *out)
{
	static const char *const operators[] = { "==", "!=", "<=", ">=", "<", ">" };
	const char *t = str_text(w->a, text), *op = NULL, *at = NULL;

	for (size_t i = 0; i < COUNTOF(operators) && !at; i++) {
		at = strstr(t, operators[i]);
		op = operators[i];
	}
	for (size_t i = 0; i < in->count; i++)
		for (size_t j = 0; j < value_count(in->items[i]); j++) {
			const struct value *item = child_at(in->items[i], j), *l, *r;
			bool holds;

			if (!json_path_operand(w,
					       (struct str){ t, at ? (size_t)(at - t) : strlen(t) },
					       item, &l) ||
			    (at && !json_path_operand(w, str_of(at + strlen(op)), item, &r)))
				return false;
			holds = l != NULL;
			if (at && l && (!r || !json_path_compare(w, l, op, r, &holds)))
				return false;
			if (holds && !found_add(w, out, item))
				return false;
		}
	return true;
}

/* ['a','b'] or [0,2]: each in turn. */
static bool step_union(struct walk *w, const struct list *in, const char *text, struct list *out)
{
	for (const char *at = text; ; ) {
		char quote = *at == '\'' || *at == '"' ? *at : '\0';
		const char *end = quote ? strchr(at + 1, quote) : at + strcspn(at, ",");
		struct list some = { 0 };
		bool fine;

		if (!end)
			return json_path_wrong(w, at);
		fine = quote ? step_field(w, in, str_copy_n(w->a, at + 1, (size_t)(end - at) - 1), &some)
			     : step_slice(w, in, str_copy_n(w->a, at, (size_t)(end - at)), &some);
		for (size_t i = 0; fine && i < some.count; i++)
			fine = found_add(w, out, some.items[i]);
		end += quote != '\0';
		if (!fine || *end == '\0')
			return fine;
		if (*end != ',')
			return json_path_wrong(w, end);
		at = end + 1;
		at += strspn(at, " ");
	}
}

static bool step_bracket(struct walk *w, const struct list *in, struct str text, struct list *out)
{
	const char *t = str_text(w->a, str_trim(text));
	size_t len = strlen(t);

	if (strcmp(t, "*") == 0)
		return step_all(w, in, out);
	if (len > 3 && t[0] == '?' && t[1] == '(' && t[len - 1] == ')')
		return step_filter(w, in, (struct str){ t + 2, len - 3 }, out);
	return step_union(w, in, t, out);
}

/* Where the bracket that at stands behind is closed; NULL: nowhere. */
static const char *bracket_end(const char *at)
{
	int depth = 1;

	for (char quote = '\0'; *at; at++) {
		if (quote) {
			quote = *at == quote ? '\0' : quote;
			continue;
		}
		if (*at == '\'' || *at == '"')
			quote = *at;
		depth += (*at == '[') - (*at == ']');
		if (depth == 0)
			return at;
	}
	return NULL;
}

/* One step of the path at *at, which moves behind it. */
static bool path_step(struct walk *w, const char **at, const struct list *in, struct list *out)
{
	const char *p = *at, *end;
	bool below = p[0] == '.' && p[1] == '.';
	const char *name;

	if (*p == '[') {
		end = bracket_end(p + 1);
		if (!end)
			return json_path_wrong(w, p);
		*at = end + 1;
		return step_bracket(w, in, (struct str){ p + 1, (size_t)(end - p) - 1 }, out);
	}
	if (*p != '.')
		return json_path_wrong(w, p);
	p += 1 + below;
	end = p + strcspn(p, ".[ ");
	name = str_copy_n(w->a, p, (size_t)(end - p));
	*at = end;
	if (below)
		return step_below(w, in, name, out);
	if (!*name)
		return *end == '[' ? path_step(w, at, in, out) : json_path_wrong(w, p);
	return strcmp(name, "*") == 0 ? step_all(w, in, out) : step_field(w, in, name, out);
}

/* All that a path finds, from the root or from here. */
static bool path_walk(struct walk *w, const char *path, const struct value *here, struct list *out)
{
	struct list now = { 0 };

	if (!found_add(w, &now, *path == '$' ? w->root : here))
		return false;
	for (path += *path == '$' || *path == '@'; *path; ) {
		struct list next = { 0 };

		if (!path_step(w, &path, &now, &next))
			return false;
		now = next;
	}
	*out = now;
	return true;
}

/* Where {range …}'s {end} is; NULL: nowhere. */
static const char *range_end(const char *at)
{
	int depth = 1;

	for (; (at = strchr(at, '{')) != NULL; at++) {
		depth += has_prefix(at, "{range ") - has_prefix(at, "{end}");
		if (depth == 0)
			return at;
	}
	return NULL;
}

static bool json_path_is_quoted(const char *inner)
{
	size_t len = strlen(inner);

	return len >= 2 && (*inner == '"' || *inner == '\'') && inner[len - 1] == *inner;
}

/* A text in quotes, with its escapes. */
static void json_path_put_quoted(struct buf *out, const char *inner)
{
	for (const char *at = inner + 1, *end = inner + strlen(inner) - 1; at < end; at++) {
		if (*at == '\\' && at + 1 < end)
			at++, buf_char(out, *at == 'n' ? '\n' : *at == 't' ? '\t' : *at);
		else
			buf_char(out, *at);
	}
}

/* One pair of braces of a template that is printed whole. */
static bool json_path_put(struct walk *w, const char *inner, const struct value *here)
{
	struct list found = { 0 };

	if (json_path_is_quoted(inner)) {
		json_path_put_quoted(w->text, inner);
		return true;
	}
	if (!path_walk(w, *inner ? inner : "$", here, &found) && w->e->code != ERR_NOT_FOUND)
		return false;
	for (size_t i = 0; i < found.count; i++) {
		const struct value *v = found.items[i];

		if (i)
			buf_char(w->text, ' ');
		if (!value_is(v, VALUE_NULL))
			buf_text(w->text, value_is(v, VALUE_STRING) ? v->string.at : json_text(w->a, v, 0));
	}
	return true;
}

/* The first value that the template finds; NULL in *out: none, or it is printed. */
static bool template_walk(struct walk *w, const char *at, const struct value *here, int depth,
			  const struct value **out)
{
	if (depth > DEEPEST)
		return err_set(w->e, ERR_LIMIT, "ranges are nested too deeply");
	for (*out = NULL; *at && !*out; ) {
		const char *open = strchr(at, '{'), *close, *inner, *end;
		struct list found = { 0 };

		if (open != at && w->text) {
			buf_add(w->text, at, open ? (size_t)(open - at) : strlen(at));
			at = open ? open : at + strlen(at);
			continue;
		}
		if (open != at) {
			*out = value_string_n(w->a, at, open ? (size_t)(open - at) : strlen(at));
			return true;
		}
		close = strchr(open, '}');
		if (!close)
			return json_path_wrong(w, open);
		inner = str_text(w->a, str_trim((struct str){ open + 1, (size_t)(close - open) - 1 }));
		at = close + 1;
		if (w->text && !has_prefix(inner, "range ")) {
			if (!json_path_put(w, inner, here))
				return false;
			continue;
		}
		if (!has_prefix(inner, "range ")) {
			if (!path_walk(w, *inner ? inner : "$", here, &found))
				return false;
			*out = found.count ? found.items[0] : NULL;
			continue;
		}
		end = range_end(at);
		if (!end)
			return json_path_wrong(w, inner);
		if (!path_walk(w, inner + strlen("range ") + strspn(inner + strlen("range "), " "), here,
			       &found) && !(w->text && w->e->code == ERR_NOT_FOUND))
			return false;
		for (size_t i = 0; i < found.count && !*out; i++)
			if (!template_walk(w, str_copy_n(w->a, at, (size_t)(end - at)), found.items[i],
					   depth + 1, out))
				return false;
		at = end + strlen("{end}");
	}
	return true;
}

bool json_path_check(const char *template, struct err *e)
{
	const char *at = template;

	while ((at = strchr(at, '{')) != NULL) {
		const char *close = strchr(at, '}'), *open = strchr(at + 1, '{');

		if (!close || (open && open < close))
			return err_set(e, ERR_CONFIG, "\"%s\" has a { without its }", template);
		at = close;
	}
	return true;
}

bool json_path(struct arena *a, const char *template, const struct value *v,
	       const struct value **out, struct err *e)
{
	struct walk w = { .a = a, .template = template, .root = v, .e = e };
	const struct value *found;

	if (!json_path_check(template, e) || !template_walk(&w, template, v, 0, &found))
		return false;
	if (!found)
		return json_path_missing(&w, "anything");
	*out = found;
	return true;
}

bool json_path_text(struct arena *a, const char *template, const struct value *v, struct buf *out,
		    struct err *e)
{
	struct walk w = { .a = a, .template = template, .root = v, .e = e, .text = out };
	const struct value *unused;

	return json_path_check(template, e) && template_walk(&w, template, v, 0, &unused);
}
