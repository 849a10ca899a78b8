/* SPDX-License-Identifier: Apache-2.0 */
/* Templates: where expressions end, and what their result is taken for. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/template.h"
#include "tap.h"

/* The result as JSON; "error" when it fails. */
static void is_rendered(const char *text, const char *want)
{
	static const char variables[] = "{\"vars\":{\"tag\":\"1.10\",\"sha\":\"12345678\",\"m\":"
					"{\"k\":\"<v>\"}}}";
	AUTO(arena) struct arena *a = arena_new();
	struct value *names, *out;
	struct err e = { 0 };
	struct expr_env env = { .unknown = EXPR_UNKNOWN_NIL };
	bool fine = json_parse(a, variables, strlen(variables), &names, &e);

	env.variables = fine ? names : NULL;
	fine = fine && template_render(a, str_of(text), &env, &out, &e);
	is_text(fine ? json_text(a, out, JSON_SORT_KEYS) : "error", want, "%s %s", text, e.message);
}

TEST(template_leaves_other_text_alone)
{
	is_rendered("1.10", "\"1.10\"");
	is_rendered("{{ 1 }} ${1} ${ {", "\"{{ 1 }} ${1} ${ {\"");
	is_rendered("", "\"\"");
}

TEST(template_guesses_types)
{
	is_rendered("${{ vars.tag }}", "1.1");
	is_rendered("${{ quote(vars.tag) }}", "\"1.10\"");
	is_rendered("v${{ vars.tag }}", "\"v1.10\"");
	is_rendered("${{ vars.sha }}\n", "12345678");
	is_rendered("${{ 9007199254740993 }}", "9007199254740993");
	is_rendered("-${{ '00123456789012345678901234567890' }}", "-123456789012345678901234567890");
	is_rendered("[${{ '12345678901234567' }}]", "[12345678901234567]");
	is_rendered("12345678901234567.5${{ '' }}", "12345678901234568");
	is_rendered("${{ \"t\" }}", "true");
	is_rendered("${{ vars.m }}", "{\"k\":\"<v>\"}");
	is_rendered("${{ nil }}", "null");
	is_rendered("x: ${{ asYAML(vars.m) }}", "\"x: \\\"k: <v>\\n\\\"\"");
}

TEST(template_ends_at_the_first_braces)
{
	is_rendered("${% {'a': {'b': 1}} %}", "{\"a\":{\"b\":1}}");
	is_rendered("${{ {'a': {'b': 1}} }}", "error");
	is_rendered("${{ 1", "error");
	is_rendered("${{}} and ${{ 1 }}", "\" and ${{ 1 }}\"");
	is_rendered("${{ 1 }}.${% 5 %}", "1.5");
}

TEST(template_trees_keep_their_keys)
{
	static const char text[] = "{\"${{ 1 }}\":[\"${{ 2 }}\",3.0,\"x\"]}";
	AUTO(arena) struct arena *a = arena_new();
	struct expr_env env = { .unknown = EXPR_UNKNOWN_NIL };
	struct value *config, *out;
	struct err e = { 0 };

	ok(json_parse(a, text, strlen(text), &config, &e) &&
		   template_render_tree(a, config, &env, &out, &e), "it renders: %s", e.message);
	is_text(json_text(a, out, 0), "{\"${{ 1 }}\":[2,3,\"x\"]}", "keys are no templates");
	value_set(a, config, "i", value_string(a, "${{ \"inf\" }}"));
	ok(!template_render_tree(a, config, &env, &out, &e) && strstr(e.message, "quote("),
	   "infinity is refused with advice: %s", e.message);
	ok(!template_render_tree(a, value_list(a), &env, &out, &e), "only a map is a configuration");
}

TEST(template_knows_one_expression_alone)
{
	struct str found;

	ok(template_is_one(str_of(" ${{ vars.tag }}\n"), &found) && str_is(found, "vars.tag"), "blanks aside");
	ok(template_is_one(str_of("${% {'a': {}} %}"), &found) && str_is(found, "{'a': {}}"), "of either kind");
	ok(!template_is_one(str_of("${{ 1 }}.${{ 2 }}"), &found), "two are not one");
	ok(!template_is_one(str_of("v${{ 1 }}"), &found) && !template_is_one(str_of("${{ 1 }}v"), &found),
	   "nor is one with text beside it");
	ok(!template_is_one(str_of("${{ 1"), &found) && !template_is_one(str_of("${{}"), &found), "nor what has no end");
	is_rendered(" ${{ true }} ", "true");
}
