/* SPDX-License-Identifier: Apache-2.0 */
/* What a step sees: variables in order, outputs, Freight, Secrets, and its own condition. */
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/json.h"
#include "data/value.h"
#include "expr/criteria.h"
#include "expr/scope.h"
#include "expr/step_eval.h"
#include "tap.h"

static struct value *parse(struct arena *a, const char *json)
{
	struct value *v;
	struct err e;

	return json_parse(a, json, strlen(json), &v, &e) ? v : NULL;
}

/* One Warehouse "w" with an image, one Secret "s". */
static bool find(void *context, struct arena *a, const struct kargo_wanted *wanted,
		 const struct value **out, struct err *e)
{
	(void)context, (void)e;
	*out = NULL;
	if (strcmp(wanted->kind, "Warehouse") == 0 && strcmp(wanted->name, "w") == 0)
		*out = parse(a, "{\"spec\":{\"subscriptions\":[{\"image\":{\"repoURL\":\"r/app\"}}]}}");
	if (strcmp(wanted->kind, "Secret") == 0 && !wanted->shared && strcmp(wanted->name, "s") == 0)
		*out = parse(a, "{\"data\":{\"p\":\"cHc=\"}}");
	if (strcmp(wanted->kind, "Credentials") == 0 && strcmp(wanted->name, "https://g/a") == 0 &&
	    strcmp(wanted->type, "git") == 0)
		*out = parse(a, "{\"username\":\"ada\",\"password\":\"word-of-ada\"}");
	return true;
}

static struct kargo_scope scope_of(struct arena *a)
{
	return (struct kargo_scope){
		.project = "demo",
		.stage = "prod",
		.alias = "t::deploy",
		.actor = "email:ada@example.org",
		.freight_requests = parse(a, "[{\"origin\":{\"kind\":\"Warehouse\",\"name\":\"w\"}}]"),
		.freight = parse(a, "[{\"name\":\"f\",\"origin\":{\"name\":\"w\"},\"images\":"
				    "[{\"repoURL\":\"r/app\",\"tag\":\"1.10\"}]}]"),
		.vars = parse(a, "[{\"name\":\"a\",\"value\":\"x\"},"
				 "{\"name\":\"b\",\"value\":\"${{ vars.a }}y\"}]"),
		.state = parse(a, "{\"t::build\":{\"id\":7}}"),
		.step_metas = parse(a, "[{\"alias\":\"t::build\",\"status\":\"Failed\"}]"),
		.find = find,
	};
}

static void is_config(const char *expression, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kargo_scope scope = scope_of(a);
	struct value *step = value_map(a), *config = value_map(a), *out = NULL;
	struct err e = { 0 };
	bool fine;

	value_set(a, config, "v", value_string(a, expression));
	value_set(a, step, "config", config);
	fine = step_config(a, &scope, step, &out, &e);
	is_text(fine && out ? json_text(a, value_get(out, "v"), 0) : "error", want, "%s %s", expression,
		e.message);
}

TEST(step_sees_its_scope)
{
	is_config("${{ ctx.stage }} ${{ ctx.meta.promotion.actor }}", "\"prod ada@example.org\"");
	is_config("${{ vars.b }}", "\"xy\"");
	is_config("${{ task.outputs.build.id }}", "7");
	is_config("${{ outputs['t::build'].id + 1 }}", "8");
	is_config("${{ status('build') }}", "\"Failed\"");
	is_config("${{ quote(imageFrom('r/app').Tag) }}", "\"1.10\"");
	is_config("${{ imageFrom('r/app', warehouse('other')) }}", "null");
	is_config("${{ imageFrom('r/app').tag }}", "error");
	is_config("${{ true ? 1 : imageFrom('a', warehouse('w'), warehouse('w')) }}", "error");
	is_config("${{ chartFrom('a', 'b', 'c') }}", "error");
	is_config("${{ secret('s').p }}", "\"pw\"");
	is_config("${{ secret('absent') }}", "{}");
	is_config("${{ repoCredentials('https://g/a', 'git').username }}", "\"ada\"");
	is_config("${{ quote(repoCredentials('https://g/a', 'git').sshPrivateKey) }}", "\"\"");
	is_config("${{ repoCredentials('https://g/b', 'git') }}", "null");
	is_config("${{ semverDiff('1.2.3', '1.3.0') }}", "\"Minor\"");
	is_config("${{ semverParse('v1.2.3').IncMinor() }}", "\"1.3.0\"");
}

TEST(a_step_without_outputs_has_none)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kargo_scope scope = scope_of(a);
	struct value *step = parse(a, "{\"if\":\"${{ outputs.quiet.x == nil }}\"}"), *state;
	struct err e = { 0 };
	bool runs = false;

	scope.state = state = value_map(a);
	value_set(a, state, "quiet", value_nil_map(a));
	ok(step_condition(a, &scope, step, &runs, &e) && runs, "in the same pass");
	is_text(json_text(a, scope.state, 0), "{\"quiet\":null}", "it is kept as null");
	value_set(a, state, "quiet", value_null(a));
	ok(!step_condition(a, &scope, step, &runs, &e), "null has no members");
}

static void is_condition(const char *expression, int want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kargo_scope scope = scope_of(a);
	struct value *step = value_map(a);
	struct err e = { 0 };
	bool runs = false;
	int got;

	value_set(a, step, "if", value_string(a, expression));
	got = step_condition(a, &scope, step, &runs, &e) ? runs : -1;
	is_number(got, want, "if: %s %s", expression, e.message);
}

TEST(step_condition_is_a_bool)
{
	is_condition("${{ failure() }}", 1);
	is_condition("${{ success() }}", 0);
	is_condition("", 0);
	is_condition("${{ always() }}", 1);
	is_condition("always()", -1);
	is_condition("${{ 1 }}", -1);
}

TEST(step_config_goes_through_yaml)
{
	AUTO(arena) struct arena *a = arena_new();
	struct kargo_scope scope = scope_of(a);
	struct value *step = parse(a, "{\"config\":{\"a\":\"x \\u0085 y\",\"n\":1.0}}");
	struct value *out = NULL;
	struct err e = { 0 };

	ok(step_config(a, &scope, step, &out, &e) && out, "a line separator is legal");
	is_text(json_text(a, out, 0), "{\"a\":\"x y\",\"n\":1}", "it is folded, and 1.0 is whole");
	step = parse(a, "{\"config\":{\"a\":\"\\u0080\"}}");
	ok(step_config(a, &scope, step, &out, &e) && !out, "what YAML refuses leaves null");
}

TEST(criteria_see_the_newest)
{
	AUTO(arena) struct arena *a = arena_new();
	const struct value *found = parse(a, "{\"images\":[{\"repoURL\":\"r/app\",\"references\":"
					     "[{\"tag\":\"2\"},{\"tag\":\"1\"}]}]}");
	struct err e = { 0 };
	bool holds = false;

	ok(criteria_hold(a, &(struct criteria){ "imageFrom('r/app').Tag == '2'", found, 0, NULL }, &holds, &e) && holds,
	   "the newest is seen: %s", e.message);
	ok(criteria_hold(a, &(struct criteria){ "imageFrom('R/APP').Tag == '1'", found, 0, NULL }, &holds, &e) && !holds,
	   "an older one is not");
	ok(!criteria_hold(a, &(struct criteria){ "vars.x", found, 0, NULL }, &holds, &e), "there are no variables");
	ok(!criteria_hold(a, &(struct criteria){ "'maybe'", found, 0, NULL }, &holds, &e), "it must be a bool");
}
