/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions, read but not run. An expression ends at the first "}}", whatever stands
 * around it: braces and quotes are not looked at (kargo-semantics 5.2).
 */
#include "config/lint_scope.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/gather.h"
#include "config/lint_inner.h"
#include "data/value.h"

enum { DEEPEST = 40 };

struct reader {
	struct lint *l;
	const struct gathered *g;
	const char *subject;
};

/* Every expression that begins must end. */
static void read_template(struct reader *r, const struct value *v)
{
	for (const char *at = v->string.at; (at = strchr(at, '$')) != NULL; at++) {
		const char *end = NULL;

		if (has_prefix(at, "${{"))
			end = strstr(at + 3, "}}");
		else if (has_prefix(at, "${%"))
			end = strstr(at + 3, "%}");
		else
			continue;
		if (!end) {
			complain_error(&r->l->c, r->g->file, v, "%s: an expression begins with %.3s and does "
				       "not end", r->subject, at);
			return;
		}
		at = end;
	}
}

static void read_tree(struct reader *r, const struct value *v, int depth)
{
	if (!v || depth > DEEPEST)
		return;
	if (v->kind == VALUE_STRING)
		read_template(r, v);
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++)
		read_tree(r, v->list.items[i], depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		read_tree(r, v->map.members[i].value, depth + 1);
}

void lint_step_expressions(struct lint *l, const struct gathered *g, const char *subject,
			   const struct value *steps, size_t index)
{
	struct reader r = { .l = l, .g = g, .subject = subject };
	const struct value *step = value_at(steps, index);

	read_tree(&r, value_get(step, "if"), 0);
	read_tree(&r, value_get(step, "vars"), 0);
	read_tree(&r, value_get(step, "config"), 0);
}

void lint_expressions(struct lint *l, const struct gathered *g)
{
	struct reader r = { .l = l, .g = g, .subject = lint_subject(l, g) };

	if (strcmp(g->kind, "Stage") != 0)
		return;
	read_tree(&r, value_path(g->object, "spec.vars"), 0);
	read_tree(&r, value_path(g->object, "spec.promotionTemplate.spec.vars"), 0);
	read_tree(&r, value_path(g->object, "spec.verification.args"), 0);
}
