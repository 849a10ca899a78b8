/* SPDX-License-Identifier: Apache-2.0 */
/* A wrong configuration is named down to the field, with the fix. */
#include "steps/params.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "data/json.h"
#include "data/value.h"
#include "steps/step.h"
#include "tap.h"

static const char *const colours[] = { "red", "green", NULL };

static const struct step_param app[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY },
	{ .name = "colour", .kind = PARAM_STRING, .choices = colours },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED },
	{ .name = "apps", .kind = PARAM_LIST, .of = app },
	{ .name = "timeout", .kind = PARAM_DURATION },
	{ 0 },
};

static const struct step_def def = { .kind = "test", .params = params };

static void complains(const char *config, const char *want)
{
	AUTO(arena) struct arena *a = arena_new();
	struct value *v = NULL;
	struct err e = { 0 };

	ok(json_parse(a, config, strlen(config), &v, &e), "%s is JSON", config);
	e.message[0] = '\0';
	ok(params_check(&def, v, &e) == !*want, "%s is %s", config, *want ? "refused" : "fine");
	is_text(e.message, want, "and says what is wrong");
}

TEST(fields_are_checked)
{
	complains("{\"path\":\"x\",\"timeout\":\"5m\",\"apps\":[{\"name\":\"a\",\"colour\":\"red\"}]}", "");
	complains("{}", "path: is required");
	complains("{\"path\":\"x\",\"appps\":[]}", "appps: no such field; did you mean apps?");
	complains("{\"path\":\"x\",\"apps\":[{\"name\":\"\"}]}", "apps[0].name: must not be empty");
	complains("{\"path\":\"x\",\"apps\":[{\"name\":\"a\",\"colour\":\"blue\"}]}",
		  "apps[0].colour: \"blue\" is not one of red, green");
	complains("{\"path\":\"x\",\"timeout\":\"5 minutes\"}",
		  "timeout: \"5 minutes\" is not a duration such as 90s or 5m");
	complains("{\"path\":1.10}", "path: must be a path, not a number");
	complains("{\"path\":\"x\",\"apps\":\"a\"}", "apps: must be a list, not a string");
}
