/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where expressions stand. In a template one ends at the first "}}", whatever stands
 * around it: braces and quotes are not looked at (doc/kargo-rules.md 5.2).
 */
#include "config/lint_checks.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/field.h"
#include "config/gather.h"
#include "config/kinds.h"
#include "config/lint_known.h"
#include "config/lint_places.h"
#include "config/lint_scope.h"
#include "data/value.h"
#include "expr/template.h"

enum { DEEPEST = 40 };

/* Every expression of the text; each that begins must end. An empty one ends the search, as in Kargo. */
static void read_template(struct lint_names *n, const struct value *v)
{
	n->place = v;
	for (const char *at = v->string.at; (at = strchr(at, '$')) != NULL; at++) {
		bool percent = has_prefix(at, "${%");
		const char *end;

		if (!percent && !has_prefix(at, "${{"))
			continue;
		end = strstr(at + 3, percent ? "%}" : "}}");
		if (!end) {
			complain_error(&n->l->c, n->g->file, v,
				       "%s: an expression begins with %.3s and does not end", n->subject, at);
			return;
		}
		struct str inner = str_trim((struct str){ at + 3, (size_t)(end - at - 3) });
		if (!inner.len)
			return;
		names_check(n, str_of(str_text(n->l->a, inner)));
		at = end;
	}
}

/* {{ vars.x }}, ${ vars.x } and $( vars.x ) stay as they are: only ${{ … }} is an expression. */
static void note_bare_braces(struct lint_names *n, const struct value *v)
{
	static const char *const roots[] = { "vars.", "ctx.", "outputs.", "outputs[", "imageFrom(",
					     "commitFrom(", "task.", "secret(" };
	static const char *const begins[] = { "{{", "${", "$(" }, *const ends[] = { "}}", "}", ")" };
	const char *text = v->string.at;

	for (size_t i = 0; i < COUNTOF(begins); i++)
		for (const char *at = text; (at = strstr(at, begins[i])) != NULL; at += 2) {
			const char *name = at + 2 + strspn(at + 2, " ");

			if (*at == '{' && at > text && at[-1] == '$')
				continue;
			for (size_t j = 0; j < COUNTOF(roots); j++)
				if (has_prefix(name, roots[j]) &&
				    complain_first(&n->l->c, lint_subject(n->l, n->g), begins[i]))
					complain_warning(&n->l->c, n->g->file, v, "%s: %s … %s is not an "
							 "expression; did you mean ${{ … }}?", n->subject,
							 begins[i], ends[i]);
		}
}

static void read_tree(struct lint_names *n, const struct value *v, int depth)
{
	if (!v || depth > DEEPEST)
		return;
	if (v->kind == VALUE_STRING) {
		read_template(n, v);
		note_bare_braces(n, v);
	}
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++)
		read_tree(n, v->list.items[i], depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		read_tree(n, v->map.members[i].value, depth + 1);
}

static void read_condition(struct lint_names *n, const struct value *v)
{
	const char *text = value_text(v, "");
	struct str ignored;
	/* Text beside it makes a text of the whole. */
	bool is_one = template_is_one(str_of(text), &ignored);

	if (has_prefix(text, "{{"))
		complain_error(&n->l->c, n->g->file, v, "%s: if: \"%s\" is a text, neither true nor false; "
			       "write $%s", n->subject, text, text);
	else if (*text && !text_has_template(text))
		complain_error(&n->l->c, n->g->file, v, "%s: if: \"%s\" is a text, neither true nor false; "
			       "write ${{ %s }}", n->subject, text, text);
	else if (*text && !is_one && (strstr(text, "}}") || strstr(text, "%}")))
		complain_error(&n->l->c, n->g->file, v, "%s: if: text beside ${{ … }} makes a text of it, "
			       "which is neither true nor false", n->subject);
	n->is_condition = is_one;
	read_tree(n, v, 0);
	n->is_condition = false;
}

/* Bare expressions, which the tables know by their kind. */
static void lint_expressions_read_bare(struct lint_names *n, const struct field_def *f,
				       const struct value *v, int depth)
{
	if (!v || depth > DEEPEST)
		return;
	if (f->kind == FIELD_EXPRESSION && value_is(v, VALUE_STRING)) {
		n->place = v;
		if (v->string.len && !strstr(v->string.at, "${") && !strstr(v->string.at, "{{"))
			names_check(n, v->string);
		return;
	}
	for (size_t i = 0; f->of && v->kind == VALUE_LIST && i < v->list.count; i++)
		for (const struct field_def *m = f->of; m->name; m++)
			lint_expressions_read_bare(n, m, value_get(v->list.items[i], m->name),
						   depth + 1);
	for (const struct field_def *m = f->of; m && v->kind == VALUE_MAP && m->name; m++)
		lint_expressions_read_bare(n, m, value_get(v, m->name), depth + 1);
}

static void lint_expressions_read_router(struct lint_names *n, const struct value *spec)
{
	const struct value *channels = value_get(spec, "channels");

	read_tree(n, value_get(spec, "output"), 0);
	read_tree(n, value_get(spec, "groupingKey"), 0);
	for (size_t i = 0; i < value_count(channels); i++)
		read_tree(n, value_get(value_at(channels, i), "output"), 0);
}

void lint_step_expressions(struct lint *l, const struct gathered *g, const char *subject,
			   const struct value *steps, size_t index)
{
	const struct value *step = value_at(steps, index);
	const struct field_def *kind = field_find(l->steps->kinds,
						  value_text(value_get(step, "uses"), ""));
	struct lint_names n = { .l = l,
				.g = g,
				.subject = subject,
				.kind = NAMES_STEP,
				.steps = steps,
				.index = index,
				.in_task = strcmp(g->kind, "Stage") != 0 };

	read_condition(&n, value_get(step, "if"));
	read_tree(&n, value_get(step, "config"), 0);
	n.kind = NAMES_VARIABLE;
	read_tree(&n, value_get(step, "vars"), 0);
	n.kind = NAMES_OTHER;
	if (kind)
		lint_expressions_read_bare(&n, kind, value_get(step, "config"), 0);
}

void lint_expressions(struct lint *l, const struct gathered *g)
{
	const struct kind_def *kind = kind_find(g->kind, NULL);
	struct lint_names n = {
		.l = l, .g = g, .subject = lint_subject(l, g), .kind = NAMES_VARIABLE
	};
	const struct value *criteria = value_path(g->object, "spec.freightCreationCriteria.expression");

	if (strcmp(g->kind, "Stage") == 0) {
		read_tree(&n, value_path(g->object, "spec.vars"), 0);
		read_tree(&n, value_path(g->object, "spec.promotionTemplate.spec.vars"), 0);
		read_tree(&n, value_path(g->object, "spec.verification.args"), 0);
	}
	if (value_is(criteria, VALUE_STRING) && criteria->string.len) {
		n.place = criteria;
		n.kind = NAMES_CRITERIA;
		if (text_has_template(criteria->string.at))
			complain_error(&l->c, g->file, criteria,
				       "%s: spec.freightCreationCriteria.expression: is an expression "
				       "already: write it without ${{ }}", n.subject);
		else
			names_check(&n, criteria->string);
	}
	n.kind = NAMES_OTHER;
	if (strcmp(g->kind, "EventRouter") == 0)
		lint_expressions_read_router(&n, value_get(g->object, "spec"));
	for (const struct field_def *f = kind ? kind->fields : NULL; f && f->name; f++)
		if (value_get(g->object, f->name))
			lint_expressions_read_bare(&n, f, value_get(g->object, f->name), 0);
}
