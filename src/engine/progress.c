/* SPDX-License-Identifier: Apache-2.0 */
/* The difference between what a promotion's record says and how far it has come. */
#include "engine/progress.h"

#include "base/arena.h"
#include "base/str.h"
#include "data/value.h"
#include "engine/orchestrate.h"

/* The same aliases in the same states. */
static bool same_course(const struct value *old, const struct value *new)
{
	if (value_count(old) != value_count(new))
		return false;
	for (size_t i = 0; i < value_count(new); i++) {
		const struct value *a = value_at(old, i), *b = value_at(new, i);
		if (!same_text(value_text(value_get(a, "alias"), ""),
			       value_text(value_get(b, "alias"), "")) ||
		    !same_text(value_text(value_get(a, "status"), ""),
			       value_text(value_get(b, "status"), "")))
			return false;
	}
	return true;
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

	if (value_count(outputs) > 0)
		value_set(a, status, "state", outputs);
	if (!same_course(value_get(old, "stepExecutionMetadata"),
			 value_get(new, "stepExecutionMetadata"))) {
		value_set(a, status, "stepExecutionMetadata", value_get(new, "stepExecutionMetadata"));
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
