/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in expressions. At run time a name that is not there is nil, silently: a misspelt
 * variable becomes an empty branch or tag. What can come from elsewhere (a task sees the
 * variables of whichever stage uses it) is only complained of when no stage has it.
 */
#include "config/lint_checks.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "config/complain.h"
#include "config/field.h"
#include "config/gather.h"
#include "config/lint_known.h"
#include "config/lint_places.h"
#include "config/lint_scope.h"
#include "data/value.h"
#include "expr/functions.h"
#include "expr/node.h"
#include "expr/names.h"
#include "expr/parse.h"
#include "expr/scope.h"
#include "expr/template_functions.h"

enum { DEEPEST = 500 };

static const struct field_def roots[] = {
	{ .name = "ctx" }, { .name = "vars" }, { .name = "outputs" }, { .name = "task" },
	{ .name = "stepMetas" }, { .name = "target" }, { .name = NULL },
};

static const struct field_def members_of_ctx[] = {
	{ .name = "uiBaseUrl" }, { .name = "project" }, { .name = "stage" }, { .name = "promotion" },
	{ .name = "targetFreight" }, { .name = "meta" }, { .name = NULL },
};

/* Reported once for each object, however often the name is used in it. */
static void lint_names_warn(const struct lint_names *n, const char *what, struct str name,
			    const char *nearest)
{
	const char *text = str_text(n->l->a, name);

	if (!complain_first(&n->l->c, str_format(n->l->a, "%s %s", lint_subject(n->l, n->g), what), text))
		return;
	complain_warning(&n->l->c, n->g->file, n->place, "%s: %s %s%s%s%s", n->subject, what, text,
			 nearest ? "; did you mean " : "", nearest ? nearest : "", nearest ? "?" : "");
}

/* The constant text of the node, copied; at is NULL when it is none. */
static struct str lint_names_text_of(const struct lint_names *n, const struct node *node)
{
	const struct str none = { NULL, 0 };

	if (!node || node->kind != NODE_CONSTANT || node->constant.kind != EXPR_STRING)
		return none;
	return str_of(str_text(n->l->a, node->constant.string));
}

static bool lint_names_is_name(const struct node *n, const char *name)
{
	return n && n->kind == NODE_NAME && str_is(n->name, name);
}

static void lint_check_variable(const struct lint_names *n, struct str name)
{
	const struct field_def *known = places_variables(n);

	if (!field_find(known, name.at))
		lint_names_warn(n, "there is no variable", name, field_nearest(known, name.at));
}

static void check_output(const struct lint_names *n, struct str alias)
{
	const struct field_def *known = places_aliases(n);

	if (!field_find(known, alias.at))
		lint_names_warn(n,
				n->kind == NAMES_STEP ? "no earlier step is called"
						      : "no step is called",
				alias, field_nearest(known, alias.at));
}

/* A task's own steps are in task.outputs: outputs has those of the stage. */
static void check_output_in_task(const struct lint_names *n, struct str alias)
{
	if (field_find(places_aliases(n), alias.at))
		complain_warning(&n->l->c, n->g->file, n->place,
				 "%s: outputs.%s is a step of the stage's; of this task it is "
				 "task.outputs.%s", n->subject, alias.at, alias.at);
}

/* What a step of that alias never gives. */
static void check_output_name(const struct lint_names *n, const struct node *step, struct str name)
{
	struct str alias = lint_names_text_of(n, step->right);
	const struct value *found = alias.at ? places_step(n, alias.at) : NULL;
	const char *uses = value_text(value_get(found, "uses"), "");
	const struct field_def *gives = *uses ? field_find(n->l->steps->outputs, uses) : NULL;

	if (!gives || (gives->flags & FIELD_OPEN) || field_find(gives->of, name.at) ||
	    strcmp(name.at, "links") == 0)
		return;
	lint_names_warn(n, str_format(n->l->a, "step %s (%s) gives no", alias.at, uses), name,
			field_nearest(gives->of, name.at));
}

static void check_context(const struct lint_names *n, const struct node *outer, struct str name)
{
	static const struct field_def freight[] = { { .name = "name" }, { .name = "alias" },
						    { .name = "origin" }, { .name = NULL } };
	static const struct field_def meta[] = { { .name = "promotion" }, { .name = "step" },
						 { .name = NULL } };
	struct str member = outer->kind == NODE_MEMBER ? lint_names_text_of(n, outer->right)
						       : (struct str){ NULL, 0 };

	if (lint_names_is_name(outer, "ctx") && !field_find(members_of_ctx, name.at))
		lint_names_warn(n, "ctx has no", name, field_nearest(members_of_ctx, name.at));
	if (!member.at || !lint_names_is_name(outer->left, "ctx"))
		return;
	if (strcmp(member.at, "targetFreight") == 0 && !field_find(freight, name.at))
		lint_names_warn(n, "ctx.targetFreight has no", name,
				field_nearest(freight, name.at));
	if (strcmp(member.at, "meta") == 0 && !field_find(meta, name.at))
		lint_names_warn(n, "ctx.meta has no", name, field_nearest(meta, name.at));
}

/* a.b where a is known. */
static void lint_names_check_member(const struct lint_names *n, const struct node *m)
{
	const struct node *outer = m->left;
	struct str name = lint_names_text_of(n, m->right);
	bool of_task;

	if (!name.at)
		return;
	of_task = outer->kind == NODE_MEMBER && lint_names_is_name(outer->left, "task") && n->in_task;
	if (lint_names_is_name(outer, "vars"))
		lint_check_variable(n, name);
	else if (lint_names_is_name(outer, "outputs") && n->in_task)
		check_output_in_task(n, name);
	else if ((lint_names_is_name(outer, "outputs") && n->kind == NAMES_STEP) || of_task)
		check_output(n, name);
	else if (outer->kind == NODE_MEMBER && lint_names_is_name(outer->left, "outputs") && !n->in_task)
		check_output_name(n, outer, name);
	check_context(n, outer, name);
}

static void lint_names_check_call(const struct lint_names *n, const struct node *call,
				  const struct expr_env *env)
{
	const struct node *f = call->left;
	struct str argument = lint_names_text_of(n, call->count ? call->items[0] : NULL);

	if (f->kind != NODE_NAME)
		return;
	if (!f->slot && !env_function(env, f->name))
		complain_error(&n->l->c, n->g->file, n->place, "%s: there is no function %.*s", n->subject,
			       (int)f->name.len, f->name.at);
	else if (argument.at)
		places_argument(n, f->name, argument.at, call->count);
}

/* A name that is nothing by itself; some are what people try first. */
static void warn_of_root(const struct lint_names *n, struct str name, const char *text)
{
	static const char *const artifacts[] = { "freight", "image", "images", "commit", "commits",
						 "chart", "charts" };
	const char *nearest = field_nearest(roots, text), *what = "there is no variable";

	if (field_find(places_variables(n), text))
		nearest = str_format(n->l->a, "vars.%s", text);
	for (size_t i = 0; i < COUNTOF(artifacts); i++)
		if (same_but_case(artifacts[i], text))
			what = "imageFrom('repository').Tag, commitFrom('url').ID, "
			       "chartFrom('url').Version and ctx.targetFreight.name say what is "
			       "promoted; there is no variable";
	lint_names_warn(n, what, name, nearest);
}

static void lint_names_check_name(const struct lint_names *n, const struct node *name)
{
	const char *text = str_copy_n(n->l->a, name->name.at, name->name.len);

	if (name->slot || node_is_env(name) || n->kind == NAMES_OTHER)
		return;
	if (n->kind == NAMES_CRITERIA)
		complain_error(&n->l->c, n->g->file, n->place, "%s: there is no %s here, only functions",
			       n->subject, text);
	else if (!field_find(roots, text))
		warn_of_root(n, name->name, text);
}

static void lint_names_walk(const struct lint_names *n, const struct node *node,
			    const struct expr_env *env, int depth)
{
	if (!node || depth > DEEPEST)
		return;
	if (node->kind == NODE_NAME)
		lint_names_check_name(n, node);
	if (node->kind == NODE_MEMBER && n->kind != NAMES_OTHER)
		lint_names_check_member(n, node);
	if (node->kind == NODE_CALL && n->kind != NAMES_OTHER)
		lint_names_check_call(n, node, env);
	if (node->kind != NODE_CALL || node->left->kind != NODE_NAME)
		lint_names_walk(n, node->left, env, depth + 1);
	lint_names_walk(n, node->right, env, depth + 1);
	lint_names_walk(n, node->other, env, depth + 1);
	lint_names_walk(n, node->map, env, depth + 1);
	for (size_t i = 0; i < node->count; i++)
		lint_names_walk(n, node->items[i], env, depth + 1);
}

/* What a function of Kargo's returns, or a field of that, as in imageFrom("nginx").Tag; NULL: unknown. */
static const struct expr_type *lint_type_of(const struct node *n, const struct expr_env *env)
{
	const struct expr_type *outer;
	const struct expr_method *f;

	if (n->kind == NODE_CALL && n->left->kind == NODE_NAME && !n->left->slot) {
		f = env_function(env, n->left->name);
		return f ? f->signature.result : NULL;
	}
	if (n->kind != NODE_MEMBER || n->right->kind != NODE_CONSTANT ||
	    n->right->constant.kind != EXPR_STRING)
		return NULL;
	outer = lint_type_of(n->left, env);
	for (size_t i = 0; outer && outer->class && i < outer->class->nfields; i++)
		if (str_is(n->right->constant.string, outer->class->fields[i].name))
			return outer->class->fields[i].type;
	return NULL;
}

/* Known before it runs. */
static bool is_never_bool(const struct node *root, const struct expr_env *env)
{
	const struct expr_type *type = lint_type_of(root, env);

	if (root->kind == NODE_CONSTANT)
		return root->constant.kind != EXPR_BOOL;
	return root->kind == NODE_LIST || root->kind == NODE_MAP ||
	       (type && !type->any && type->kind != EXPR_BOOL);
}

/*
 * Of outputs.my-step.x, which subtracts step.x from outputs.my, and of outputs.step-1.x, which does not
 * even read, "outputs['my-step']"; NULL: of none. known: only names that are there count.
 */
static const char *dashed_name(const struct lint_names *n, struct str text, bool known)
{
	static const char *const maps[] = { "outputs.", "vars." };
	const char *all = str_text(n->l->a, text);

	for (size_t i = 0; i < COUNTOF(maps); i++)
		for (const char *at = all; (at = strstr(at, maps[i])) != NULL; at++) {
			const char *begin = at + strlen(maps[i]), *name;
			size_t len = 0;

			while (is_letter(begin[len]) || is_digit(begin[len]) || begin[len] == '_' ||
			       (len && begin[len] == '-'))
				len++;
			name = str_copy_n(n->l->a, begin, len);
			if (!strchr(name, '-') || (at > all && is_letter(at[-1])))
				continue;
			if (!known || field_find(i ? places_variables(n) : places_aliases(n), name))
				return str_format(n->l->a, "%s['%s']", i ? "vars" : "outputs", name);
		}
	return NULL;
}

/* Of imageFrom "nginx" | .Tag, as a Go template has it, "imageFrom("nginx").Tag"; NULL: of none. */
static const char *called_as_in_templates(struct arena *a, struct str text)
{
	static const char *const functions[] = { "imageFrom", "commitFrom", "chartFrom", "secret", "quote" };
	const char *all = str_text(a, text);

	for (size_t i = 0; i < COUNTOF(functions); i++) {
		size_t len = strlen(functions[i]), blanks, rest;
		const char *argument = all + len, *member;

		if (!has_prefix(all, functions[i]))
			continue;
		blanks = strspn(argument, " ");
		argument += blanks;
		rest = *argument == '"' ? strcspn(argument + 1, "\"") + 2 : strcspn(argument, " |");
		if (!blanks || rest > strlen(argument))
			continue;
		member = argument + rest + strspn(argument + rest, " |");
		return str_format(a, "%s(%.*s)%s", functions[i], (int)rest, argument,
				  *member == '.' ? member : "");
	}
	return NULL;
}

/* Of routers' expressions; one of them is called as a builtin is. */
static const struct expr_variable router_names[] = { { .name = "type" }, { .name = "event" },
						     { .name = "data" }, { .name = "ctx" } };

void names_check(const struct lint_names *n, struct str text)
{
	const struct kargo_scope nothing = { 0 };
	struct expr_env env = functions_env(functions_new(n->l->a, &nothing), n->kind == NAMES_STEP);
	const char *better = NULL;
	struct expr_program tree, *program;
	struct err e;
	bool fine;

	if (n->kind == NAMES_STEP || n->kind == NAMES_VARIABLE)
		env = template_env(n->l->a, &env);
	if (n->kind == NAMES_OTHER)
		env = (struct expr_env){ .unknown = EXPR_UNKNOWN_NIL };
	if (strcmp(n->g->kind, "EventRouter") == 0) {
		env.named = router_names;
		env.nnamed = COUNTOF(router_names);
	}
	fine = parse(n->l->a, text, &env, &tree, &e);
	if (!fine || n->kind == NAMES_STEP)
		better = dashed_name(n, text, fine);
	if (fine && better) {
		complain_warning(&n->l->c, n->g->file, n->place, "%s: expression %.*s: a - subtracts here; "
				 "write %s", n->subject, (int)text.len, text.at, better);
		return;
	}
	if (fine && n->kind != NAMES_CRITERIA)
		fine = expr_compile(n->l->a, text, &env, &program, &e);
	if (!fine && !better)
		better = called_as_in_templates(n->l->a, text);
	if (!fine)
		complain_error(&n->l->c, n->g->file, n->place, "%s: expression %.*s: %s%s%s", n->subject,
			       (int)text.len, text.at, e.message, better ? "; write " : "",
			       better ? better : "");
	else
		lint_names_walk(n, tree.root, &env, 0);
	if (fine && (n->is_condition || n->kind == NAMES_CRITERIA) && is_never_bool(tree.root, &env))
		complain_error(&n->l->c, n->g->file, n->place, "%s: %s: %.*s is neither true nor false",
			       n->subject, n->is_condition ? "if" : "spec.freightCreationCriteria.expression",
			       (int)text.len, text.at);
}
