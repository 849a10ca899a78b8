/* SPDX-License-Identifier: Apache-2.0 */
/* yaml-parse: take values out of a YAML file. It is YAML 1.1, read by way of JSON (6.4). */
#include "steps/step.h"

#include "data/utf16.h"
#include "data/yaml_json.h"
#include "steps/parse.h"

static bool yaml_parse_read(struct arena *a, const char *name, struct str text, struct value **out,
			    struct err *e)
{
	return utf16_read(a, name, text, &text, e) && yaml_json_parse(a, name, text, out, e);
}

static bool yaml_parse_run(struct step_run *r, struct step_result *result, struct err *e)
{
	static const struct parse_format format = { .read = yaml_parse_read, .integers = false };

	return parse_run(r, result, &format, e);
}

const struct step_def step_yaml_parse = {
	.kind = "yaml-parse",
	.summary = "Take values out of a YAML file.",
	.params = parse_params,
	.outputs = parse_outputs,
	.reach = STEP_REACH_WORK,
	.run = yaml_parse_run,
};
