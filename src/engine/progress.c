/* SPDX-License-Identifier: Apache-2.0 */
/* The difference between what a promotion's record says and how far it has come. */
#include "engine/writing.h"

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/orchestrate.h"

static const struct value *progress_entry(const struct value *metas, const char *alias)
{
	for (size_t i = 0; i < value_count(metas); i++)
		if (same_text(value_text(value_get(value_at(metas, i), "alias"), ""), alias))
			return value_at(metas, i);
	return NULL;
}

/* Entries of steps that came to another state. */
static struct value *new_metas(struct arena *a, const struct value *old, const struct value *new)
{
	struct value *out = value_list(a);

	for (size_t i = 0; i < value_count(new); i++) {
		const struct value *was =
			progress_entry(old, value_text(value_get(value_at(new, i), "alias"), ""));
		if (!was || !same_text(value_text(value_get(was, "status"), ""),
				       value_text(value_get(value_at(new, i), "status"), "")))
			value_append(a, out, value_at(new, i));
	}
	return out;
}

/* Outputs that are new or other than before. */
static struct value *new_outputs(struct arena *a, const struct value *old, const struct value *new)
{
	struct value *out = value_map(a);

	for (size_t i = 0; i < value_count(new); i++) {
		const struct value_member *m = &new->map.members[i];
		const struct value *was = value_get_n(old, m->key);
		if (!was || !value_equal(was, m->value))
			value_set_n(a, out, m->key, m->value);
	}
	return out;
}

struct value *progress_data(struct arena *a, const struct value *object,
			    const struct orchestration *o, const struct value *sets)
{
	const struct value *old = value_get(object, "status");
	struct value *new = orchestration_status(a, o);
	struct value *data = value_map(a), *status = value_map(a);
	struct value *outputs = new_outputs(a, value_get(old, "state"), o->state);
	struct value *steps = new_metas(a, value_get(old, "stepExecutionMetadata"),
					value_get(new, "stepExecutionMetadata"));

	if (value_count(outputs) > 0)
		value_set(a, status, "state", outputs);
	if (value_count(steps) > 0) {
		value_set(a, status, "steps", steps);
		value_set(a, status, "currentStep", value_get(new, "currentStep"));
	}
	if (value_count(o->health_checks) > 0 &&
	    !value_equal(value_get(old, "healthChecks"), o->health_checks))
		value_set(a, status, "healthChecks", o->health_checks);
	if (value_count(status) > 0)
		value_set(a, data, "status", status);
	if (value_count(sets) > 0)
		value_set(a, data, "set", value_copy(a, sets));
	return data;
}
