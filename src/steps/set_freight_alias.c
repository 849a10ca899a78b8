/* SPDX-License-Identifier: Apache-2.0 */
/* set-freight-alias: what people call a piece of freight (doc/kargo-rules.md 6.7). */
#include "steps/step.h"

#include "base/err.h"
#include "base/str.h"
#include "steps/rehearse.h"

static const struct step_param params[] = {
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The Freight's name." },
	{ .name = "alias", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Its new alias, which no other Freight of the project may have." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static bool set_freight_alias_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *name = step_text(r, "name", ""), *alias = step_text(r, "alias", "");

	if (!r->services->set_alias(r->services->context, name, alias, e)) {
		result->status = STEP_FAILED;
		return false;
	}
	/* Kargo names the new alias twice: it has forgotten the old one by then. */
	result->message = str_format(r->arena, "updated alias of Freight \"%s\" from \"%s\" to \"%s\"",
				     name, alias, alias);
	return true;
}

static bool set_freight_alias_rehearse(struct step_run *r, struct step_result *result,
				       struct err *e)
{
	(void)e;
	step_announce(r, result, "call the Freight %s", step_text(r, "alias", ""));
	return true;
}

const struct step_def step_set_freight_alias = {
	.kind = "set-freight-alias",
	.summary = "Give Freight another alias.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_STATE,
	.reach = STEP_REACH_WRITES,
	.rehearse = set_freight_alias_rehearse,
	.run = set_freight_alias_run,
};
