/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A version with three parts is not a number, so that a subscription by strict versions, which is what
 * Kargo takes when nothing is said, is left in peace. A variable is looked through: its own template makes
 * the first number, and where the variable is all of another template, that makes it again, quoted or not.
 */
#include "config/lint_checks.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/gather.h"
#include "config/lint_scope.h"
#include "data/value.h"
#include "expr/builtin.h"
#include "expr/functions.h"
#include "expr/node.h"
#include "expr/parse.h"
#include "expr/scope.h"
#include "expr/template.h"
#include "expr/template_functions.h"

enum { DEEPEST = 40 };

#define OF_TAG "1.10 becomes 1.1"
#define OF_COMMIT "0123456 becomes 123456"

/* Where a template stands. */
struct numbers_place {
	struct lint *l;
	const struct gathered *g;
	const char *subject;            /* for complaints */
	const struct value *step;       /* NULL: none, it is a variable of the whole */
};

static const struct node *numbers_parse(const struct numbers_place *p, struct str text)
{
	const struct kargo_scope nothing = { 0 };
	struct expr_env env = functions_env(functions_new(p->l->a, &nothing), true);
	struct expr_program tree;
	struct err ignored;

	env = template_env(p->l->a, &env);
	return parse(p->l->a, text, &env, &tree, &ignored) ? tree.root : NULL;
}

static bool is_text_node(const struct node *n, const char *text)
{
	return n && n->kind == NODE_CONSTANT && n->constant.kind == EXPR_STRING &&
	       (!text || str_is(n->constant.string, text));
}

/* Whether it is function("constant", ...); *repo is the constant. */
static bool is_call(struct arena *a, const struct node *n, const char *function, const char **repo)
{
	if (!n || n->kind != NODE_CALL || n->left->kind != NODE_NAME || !str_is(n->left->name, function) ||
	    !n->count || !is_text_node(n->items[0], NULL))
		return false;
	*repo = str_text(a, n->items[0]->constant.string);
	return true;
}

static const char *number_in(const struct numbers_place *p, const struct node *n, int depth);

/* A variable's value: its step's, the template's, the stage's or task's. NULL: it has none there. */
static const struct value *numbers_variable(const struct numbers_place *p, struct str name)
{
	const struct value *lists[] = {
		value_get(p->step, "vars"), value_path(p->g->object, "spec.promotionTemplate.spec.vars"),
		value_path(p->g->object, "spec.vars"),
	};

	for (size_t i = 0; i < COUNTOF(lists); i++)
		for (size_t j = 0; j < value_count(lists[i]); j++)
			if (str_is(name, value_get_text(value_at(lists[i], j), "name")))
				return value_get(value_at(lists[i], j), "value");
	return NULL;
}

/* Of vars.name. */
static const char *number_in_variable(const struct numbers_place *p, const struct node *n, int depth)
{
	const struct value *v = numbers_variable(p, n->right->constant.string);
	const struct node *root;
	struct str s;

	if (!v || v->kind != VALUE_STRING || !template_is_one(v->string, &s))
		return NULL;
	root = numbers_parse(p, s);
	if (root && root->kind == NODE_CALL && root->left->kind == NODE_NAME && root->count &&
	    str_is(root->left->name, "quote"))
		root = root->items[0];
	return number_in(p, root, depth + 1);
}

static const char *number_in_member(const struct numbers_place *p, const struct node *n, int depth)
{
	const char *repo;

	if (is_text_node(n->right, NULL) && n->left->kind == NODE_NAME && str_is(n->left->name, "vars"))
		return number_in_variable(p, n, depth);
	if (!is_text_node(n->right, "Tag"))
		return NULL;
	if (is_call(p->l->a, n->left, "imageFrom", &repo))
		return lint_takes_only_versions(p->l, "image", repo) ? NULL : OF_TAG;
	if (is_call(p->l->a, n->left, "commitFrom", &repo))
		return lint_takes_only_versions(p->l, "git", repo) ? NULL : OF_TAG;
	return NULL;
}

/* An example of what becomes a number when the node's value is all of a text; NULL: nothing does. */
static const char *number_in(const struct numbers_place *p, const struct node *n, int depth)
{
	static const char *const keepers[] = { "lower", "replace", "trim", "trimPrefix", "trimSuffix",
					       "upper" };
	const char *repo, *first;

	if (!n || depth > DEEPEST)
		return NULL;
	switch (n->kind) {
	case NODE_MEMBER:
		return number_in_member(p, n, depth);
	case NODE_SLICE:
		return n->left->kind == NODE_MEMBER && is_text_node(n->left->right, "ID") &&
		       is_call(p->l->a, n->left->left, "commitFrom", &repo) ? OF_COMMIT : NULL;
	case NODE_CHAIN:
		return number_in(p, n->left, depth + 1);
	case NODE_CONDITION:
		first = number_in(p, n->right, depth + 1);
		return first ? first : number_in(p, n->other, depth + 1);
	case NODE_BINARY:
		first = n->op == OP_COALESCE ? number_in(p, n->left, depth + 1) : NULL;
		return first || n->op != OP_COALESCE ? first : number_in(p, n->right, depth + 1);
	case NODE_BUILTIN:
		for (size_t i = 0; i < COUNTOF(keepers); i++)
			if (n->count && strcmp(n->builtin->name, keepers[i]) == 0)
				return number_in(p, n->items[0], depth + 1);
		return NULL;
	default:
		return NULL;
	}
}

static void check_text(const struct numbers_place *p, const struct value *v)
{
	const char *example;
	struct str s;

	if (!template_is_one(v->string, &s))
		return;
	example = number_in(p, numbers_parse(p, s), 0);
	if (example)
		complain_warning(&p->l->c, p->g->file, v,
				 "%s: what looks like a number becomes one here (%s): "
				 "write ${{ quote(%.*s) }}", p->subject, example, (int)s.len, s.at);
}

static void check_tree(const struct numbers_place *p, const struct value *v, int depth)
{
	if (!v || depth > DEEPEST)
		return;
	if (v->kind == VALUE_STRING)
		check_text(p, v);
	for (size_t i = 0; v->kind == VALUE_LIST && i < v->list.count; i++)
		check_tree(p, v->list.items[i], depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && i < v->map.count; i++)
		check_tree(p, v->map.members[i].value, depth + 1);
}

void lint_step_numbers(struct lint *l, const struct gathered *g, const char *subject,
		       const struct value *step)
{
	const struct numbers_place place = { l, g, subject, step };

	check_tree(&place, value_get(step, "config"), 0);
	check_tree(&place, value_get(step, "vars"), 0);
}

void lint_variable_numbers(struct lint *l, const struct gathered *g)
{
	const struct numbers_place place = { l, g, str_format(l->a, "%s: vars", lint_subject(l, g)), NULL };

	check_tree(&place, value_path(g->object, "spec.vars"), 0);
	check_tree(&place, value_path(g->object, "spec.promotionTemplate.spec.vars"), 0);
}
