/* SPDX-License-Identifier: Apache-2.0 */
/* json-parse: take values out of a JSON file (doc/kargo-rules.md 6.4). */
#include "steps/step.h"

#include "base/err.h"
#include "data/json.h"
#include "steps/parse.h"

static bool json_parse_read(struct arena *a, const char *name, struct str text, struct value **out,
			    struct err *e)
{
	return json_parse(a, text.at, text.len, out, e) || err_wrap(e, "%s", name);
}

static bool json_parse_run(struct step_run *r, struct step_result *result, struct err *e)
{
	static const struct parse_format format = { .read = json_parse_read, .integers = false };

	return parse_run(r, result, &format, e);
}

const struct step_def step_json_parse = {
	.kind = "json-parse",
	.summary = "Take values out of a JSON file.",
	.params = parse_params,
	.outputs = parse_outputs,
	.reach = STEP_REACH_WORK,
	.run = json_parse_run,
};
