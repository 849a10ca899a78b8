/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expressions and templates: the first byte says which of the two the rest is. Bounded in steps and
 * memory, whatever the text is; what comes out can be written as JSON or is refused.
 */
#include "fuzz.h"

#include <string.h>

#include "base/zone.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "expr/template.h"

static const char variables[] =
	"{\"vars\": {\"a\": 1, \"b\": \"text\", \"c\": [1, 2.5, null, true, \"x\"], \"d\": {\"e\": {\"f\": []}}},"
	" \"ctx\": {\"project\": \"demo\", \"stage\": \"uat\"}, \"n\": -3, \"s\": \"\\u00e9\\u65e5\", \"list\": [[1], [2, 3]]}";

static void evaluate(struct arena *a, const char *text, const struct expr_env *env)
{
	struct expr_value out;
	struct value *tree;
	struct err e;

	if (expr_eval(a, text, env, &out, &e) && expr_to_tree(a, &out, &tree, &e))
		json_text(a, tree, JSON_SORT_KEYS);
}

static void render(struct arena *a, struct str text, const struct expr_env *env)
{
	struct value *out;
	struct err e;

	if (template_render(a, text, env, &out, &e))
		json_text(a, out, 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	AUTO(arena) struct arena *a = arena_new();
	struct expr_env env = { .unknown = EXPR_UNKNOWN_NIL, .load_zone = zone_load, .now_ms = 1767225600000 };
	struct value *known;
	struct str text;
	struct err e;

	if (!len || !json_parse(a, variables, sizeof(variables) - 1, &known, &e))
		return 0;
	env.variables = known;
	text = fuzz_rest(a, (struct str){ (const char *)bytes + 1, len - 1 });
	if (bytes[0] == 't')
		render(a, text, &env);
	else if (!memchr(text.at, 0, text.len))
		evaluate(a, text.at, &env);
	return 0;
}
