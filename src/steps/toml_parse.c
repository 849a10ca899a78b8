/* SPDX-License-Identifier: Apache-2.0 */
/* toml-parse: take values out of a TOML file, whose integers stay ints (6.4). */
#include "steps/step.h"

#include "data/toml.h"
#include "steps/parse.h"

static bool toml_parse_read(struct arena *a, const char *name, struct str text, struct value **out,
			    struct err *e)
{
	return toml_parse(a, name, text, out, e);
}

static bool toml_parse_run(struct step_run *r, struct step_result *result, struct err *e)
{
	static const struct parse_format format = { .read = toml_parse_read, .integers = true };

	return parse_run(r, result, &format, e);
}

const struct step_def step_toml_parse = {
	.kind = "toml-parse",
	.summary = "Take values out of a TOML file.",
	.params = parse_params,
	.outputs = parse_outputs,
	.reach = STEP_REACH_WORK,
	.run = toml_parse_run,
};
