/* SPDX-License-Identifier: Apache-2.0 */
/* The language itself: what expr-lang 1.17.8 makes of an expression. */
#include "vectors.h"

#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "base/zone.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/print.h"

/* What JSON holds of the result; parsed again, so that malformed text is compared as written. */
static bool evaluate(struct arena *a, const char *text, const struct expr_env *env,
		     const char **json, struct err *e)
{
	struct expr_value out;
	struct value *tree;

	if (!expr_eval(a, text, env, &out, e) || !expr_to_tree(a, &out, &tree, e))
		return false;
	*json = json_text(a, tree, JSON_SORT_KEYS);
	return *json != NULL || err_set(e, ERR_CONFIG, "JSON cannot hold it");
}

/*
 * The reference engine leaves values on its stack, which the operator or list around them then
 * takes for its own: one for each element that findLast and findLastIndex pass, and the
 * arguments of a call that a "?." skips. So here is what the expression says, as JSON.
 */
static const struct {
	const char *expression, *meant;
} engine_bugs[] = {
	{ "array | map(array | findLast(true))", "[5,5,5,5,5]" },
	{ "[str, list | findLastIndex(true)]", "[\"str\",1]" },
	{ "add != $env?.String?.str(foo)", "false" },
	{ "greet != $env?.[foobar?.String($env)]", "false" },
	{ "i != $env?.$env?.list(add, nil)", "true" },
	{ "nil != $env?.foobar?.greet(1.0)", "false" },
	{ "i32 != findLastIndex(array, false)", "false" },
};

static const char *meant_by(const char *text)
{
	for (size_t i = 0; i < COUNTOF(engine_bugs); i++)
		if (same_text(text, engine_bugs[i].expression))
			return engine_bugs[i].meant;
	return NULL;
}

static void one(struct vectors *v, struct arena *a, const struct value *line, void *context)
{
	const char *text = value_text(value_get(line, "expr"), "");
	const struct value *want = value_get(line, "json");
	struct value *got = NULL;
	const char *json = NULL, *meant;
	struct err e = { 0 };

	if (!evaluate(a, text, context, &json, &e)) {
		vectors_case(v, want == NULL, "%s\n\twant %s\n\tgot error %s", text,
			     want ? json_text(a, want, 0) : "", e.message);
		return;
	}
	if (!want) {
		vectors_case(v, false, "%s\n\twant error %s\n\tgot %s", text,
			     value_text(value_get(line, "message"), ""), json);
		return;
	}
	meant = meant_by(text);
	if (meant) {
		if (same_text(json, meant))
			vectors_better(v);
		else
			vectors_case(v, false, "%s\n\tmeant %s\n\tgot %s", text, meant, json);
		return;
	}
	if (!json_parse(a, json, strlen(json), &got, &e))
		got = NULL;
	vectors_case(v, got && value_equal(got, want), "%s\n\twant %s\n\tgot %s", text,
		     json_text(a, want, 0), json);
}

void vectors_expr(struct vectors *v)
{
	AUTO(arena) struct arena *a = arena_new();
	bool hand = strcmp(v->set, "expr/hand") == 0;
	struct expr_env env = {
		.unknown = EXPR_UNKNOWN_NIL,
		.variables = vectors_json(v, a, hand ? "expr/env-hand.json" : "expr/env-corpus.json"),
		.load_zone = zone_load,
		.now_ms = clock_now(),
	};

	vectors_lines(v, str_format(a, "%s.jsonl", v->set), one, &env);
}
