/* SPDX-License-Identifier: Apache-2.0 */
/*
 * set-metadata: keep values with Freight or a Stage, for later promotions to read
 * (doc/kargo-rules.md 6.7).
 */
#include "steps/step.h"

#include "base/arena.h"
#include "base/err.h"
#include "data/value.h"
#include "steps/rehearse.h"

static const char *const kinds[] = { "Stage", "Freight", NULL };

static const struct step_param update_params[] = {
	{ .name = "kind", .kind = PARAM_STRING, .flags = PARAM_REQUIRED, .choices = kinds,
	  .help = "Where to store them: Freight or Stage." },
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Its name." },
	{ .name = "values", .kind = PARAM_MAP, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Keys and values; null removes a key, other keys stay." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "updates", .kind = PARAM_LIST, .of = update_params,
	  .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY, .help = "What to set." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

/* Kargo writes metadata as a merge patch, in which a null in a map is not a member of it. */
static struct value *without_nulls(struct arena *a, const struct value *v)
{
	struct value *out;

	if (!value_is(v, VALUE_MAP))
		return value_copy(a, v);
	out = value_map(a);
	for (size_t i = 0; i < v->map.count; i++)
		if (!value_is(v->map.members[i].value, VALUE_NULL))
			value_set_n(a, out, v->map.members[i].key,
				    without_nulls(a, v->map.members[i].value));
	return out;
}

/* What to set; null at the top takes the key away. */
static struct value *set_metadata_changes(struct arena *a, const struct value *values)
{
	struct value *out = value_map(a);

	for (size_t i = 0; i < value_count(values); i++)
		value_set_n(a, out, values->map.members[i].key,
			    without_nulls(a, values->map.members[i].value));
	return out;
}

static bool set_metadata_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const struct value *updates = value_get(r->config, "updates");

	(void)result;
	for (size_t i = 0; i < value_count(updates); i++) {
		const struct value *u = value_at(updates, i);
		const char *kind = value_text(value_get(u, "kind"), "");
		const char *name = value_text(value_get(u, "name"), "");

		if (value_get(value_get(u, "values"), ""))
			return err_again(e, ERR_CONFIG, "updates[%zu]: a key must not be empty", i);
		if (!r->services->set_metadata(
			    r->services->context, kind, name,
			    set_metadata_changes(r->arena, value_get(u, "values")), e)) {
			e->again = true;
			return err_wrap(e, "updates[%zu]", i);
		}
	}
	return true;
}

static bool set_metadata_rehearse(struct step_run *r, struct step_result *result, struct err *e)
{
	(void)e;
	step_announce(r, result, "keep values with %s", step_names(r, value_get(r->config, "updates"),
								    "name"));
	return true;
}

const struct step_def step_set_metadata = {
	.kind = "set-metadata",
	.summary = "Store values with Freight or a Stage.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_STATE,
	.reach = STEP_REACH_WRITES,
	.rehearse = set_metadata_rehearse,
	.run = set_metadata_run,
};
