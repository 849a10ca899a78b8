/* SPDX-License-Identifier: Apache-2.0 */
/* The language, as the reference engine has it: every triplet in tests/expr. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "tap.h"
#include "triplets.h"

/* The result as JSON text, or "error". */
static const char *result_of(struct arena *a, const struct triplet *t, struct err *e)
{
	struct expr_value out;
	struct value *variables, *tree;
	struct expr_env env;

	if (!json_parse(a, t->variables, strlen(t->variables), &variables, e))
		return "variables that are not JSON";
	env = triplets_env(variables);
	if (!expr_eval(a, t->expression, &env, &out, e) || !expr_to_tree(a, &out, &tree, e))
		return "error";
	return json_text(a, tree, JSON_SORT_KEYS | JSON_ESCAPE_HTML);
}

static void one(const struct triplet *t, void *context)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e = { 0 };
	const char *got = result_of(a, t, &e);

	(void)context;
	is_text(got, t->result, "%s", t->expression);
	if (same_text(got, "error"))
		ok(e.message[0] != '\0', "the error says what is wrong: %s", e.message);
}

TEST(triplets)
{
	triplets_each(one, NULL);
}

/* What the operator reads: the place and the matter. */
TEST(messages)
{
	static const struct {
		const char *expression, *message;
	} cases[] = {
		{ "1 + \"a\"", "column 3: \"+\" does not take int and string" },
		{ "foo.bar.baz", "column 9: nil has no \"baz\"" },
		{ "len(1)", "column 5: len() does not take int here" },
		{ "1 +", "column 4: the expression ends too early" },
		{ "a ) b", "column 3: \")\" is not expected here" },
		{ "\n nope()", "line 2, column 2: nil cannot be called" },
	};
	struct expr_variable foo = { .name = "foo", .value = { .kind = EXPR_MAP } };
	struct expr_env env = triplets_env(NULL);

	env.named = &foo;
	env.nnamed = 1;
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		AUTO(arena) struct arena *a = arena_new();
		struct err e = { 0 };
		struct expr_value out;

		ok(!expr_eval(a, cases[i].expression, &env, &out, &e), "an error is one");
		is_text(e.message, cases[i].message, "and says where and why");
	}
}
