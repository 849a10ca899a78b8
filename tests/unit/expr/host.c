/* SPDX-License-Identifier: Apache-2.0 */
/* Functions and objects of the host: what is checked before running, and what is seen. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/expr.h"
#include "expr/print.h"
#include "expr/values.h"
#include "tap.h"
#include "triplets.h"

static bool shout(struct arena *a, const struct expr_call *call, struct expr_value *out,
		  struct err *e)
{
	(void)e;
	*out = expr_text(str_format(a, "%.*s!", (int)call->self->object->fields[0].string.len,
				    call->self->object->fields[0].string.at));
	return true;
}

static const struct expr_field image_fields[] = {
	{ "RepoURL", "repoURL", false, &expr_type_string },
	{ "Tag", "tag", true, &expr_type_string },
	{ "Annotations", "annotations", true, &expr_type_string_map },
};

static const struct expr_method image_methods[] = {
	{ "Shout", { &expr_type_string, 0, false, { NULL } }, shout },
};

static const struct expr_class image_class = {
	.name = "Image",
	.fields = image_fields,
	.nfields = COUNTOF(image_fields),
	.methods = image_methods,
	.nmethods = COUNTOF(image_methods),
};

static const struct expr_type image_type = { .kind = EXPR_OBJECT, .class = &image_class };

static bool image_from(struct arena *a, const struct expr_call *call, struct expr_value *out,
		       struct err *e)
{
	struct expr_value *fields = arena_array(a, COUNTOF(image_fields), sizeof(*fields));

	if (str_is(call->args[0].string, "broken"))
		return err_set(e, ERR_NOT_FOUND, "no such image");
	if (str_is(call->args[0].string, "absent")) {
		*out = expr_nil();
		return true;
	}
	*(int *)call->ctx += 1;
	fields[0] = call->args[0];
	fields[1] = expr_text("1.29.5");
	fields[2] = expr_map(expr_map_new(a), EXPR_STRINGS);
	*out = expr_object(a, &image_class, fields, NULL);
	return true;
}

static bool count_args(struct arena *a, const struct expr_call *call, struct expr_value *out,
		       struct err *e)
{
	(void)a, (void)e;
	*out = expr_int((int64_t)call->nargs);
	return true;
}

static const struct expr_method functions[] = {
	{ "imageFrom", { &image_type, 2, true, { &expr_type_string, &expr_type_string } }, image_from },
	{ "len", { &expr_type_int, 1, true, { NULL } }, count_args },
};

static const char *json_of(struct arena *a, const char *text, int *calls, struct err *e)
{
	struct expr_env env = triplets_env(NULL);
	struct expr_value out;
	struct value *tree;

	env.functions = functions;
	env.nfunctions = COUNTOF(functions);
	env.ctx = calls;
	if (!expr_eval(a, text, &env, &out, e) || !expr_to_tree(a, &out, &tree, e))
		return "error";
	return json_text(a, tree, JSON_SORT_KEYS);
}

static void gives(const char *text, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e = { 0 };
	int calls = 0;
	const char *got = json_of(a, text, &calls, &e);

	is_text(got, want, "%s%s%s", text, e.message[0] ? ": " : "", e.message);
}

TEST(objects)
{
	gives("imageFrom('nginx').Tag", "\"1.29.5\"");
	gives("imageFrom('nginx')", "{\"repoURL\":\"nginx\",\"tag\":\"1.29.5\"}");
	gives("imageFrom('nginx').Shout()", "\"nginx!\"");
	gives("imageFrom('nginx').Annotations.nothing", "\"\"");
	gives("imageFrom('nginx').Annotations.nothing ?? 'x'", "\"\"");
	gives("imageFrom('absent')?.Tag", "null");
	gives("imageFrom('absent').Tag", "error");
	gives("imageFrom('absent')?.Tag == 'x'", "error");
	gives("'Tag' in imageFrom('nginx')", "true");
	gives("type(imageFrom('nginx'))", "\"struct\"");
	gives("string(imageFrom('nginx'))", "\"{nginx 1.29.5 map[]}\"");
	gives("imageFrom('nginx') == imageFrom('nginx')", "true");
}

TEST(checked_before_running)
{
	gives("true ? 1 : imageFrom('nginx').tag", "error");
	gives("true ? 1 : imageFrom('nginx').Nope()", "error");
	gives("true ? 1 : imageFrom()", "error");
	gives("true ? 1 : imageFrom(1)", "error");
	gives("true ? 1 : imageFrom('a', 'b', 'c')", "1");
	gives("true ? 1 : imageFrom('a', 2)", "error");
	gives("true ? 1 : nope()", "1");
	gives("imageFrom(unknown)", "{\"repoURL\":\"\",\"tag\":\"1.29.5\"}");
	gives("imageFrom(unknown ?? 1)", "error");
	gives("let imageFrom = 1; 2", "error");
	gives("len(1, 2, 3)", "3");
	gives("::len('abc')", "3");
}

TEST(failures_of_the_host)
{
	AUTO(arena) struct arena *a = arena_new();
	struct err e = { 0 };
	int calls = 0;

	is_text(json_of(a, "imageFrom('broken')", &calls, &e), "error", "a function may fail");
	is_number(e.code, ERR_NOT_FOUND, "its code is kept");
	json_of(a, "imageFrom('a').Tag + imageFrom('b').Tag", &calls, &e);
	is_number(calls, 2, "each call is made once");
}

TEST(unknown_names)
{
	AUTO(arena) struct arena *a = arena_new();
	struct expr_env env = triplets_env(NULL);
	struct expr_value out;
	struct err e;

	ok(expr_eval(a, "nope == nil", &env, &out, &e) && out.boolean, "an unknown name is nil");
	env.unknown = EXPR_UNKNOWN_FAILS;
	ok(!expr_eval(a, "nope == nil", &env, &out, &e), "or fails");
	ok(expr_eval(a, "true or nope", &env, &out, &e), "but only when reached");
	env.whole = value_list(a);
	ok(expr_eval(a, "len($env)", &env, &out, &e) && out.integer == 0, "$env may be a list");
	env.whole = value_null(a);
	ok(!expr_eval(a, "$env.name", &env, &out, &e), "or null, which has no members");
}
