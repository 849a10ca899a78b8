/* SPDX-License-Identifier: Apache-2.0 */
/* A project's policies: which stages promote by themselves (doc/kargo-rules.md 1.2, 3.3). */
#include "model/project.h"

#include <string.h>

#include "base/err.h"
#include "data/value.h"
#include "model/selector.h"
#include "model/stage.h"
#include "model/warehouse.h"

const struct stage *project_stage(const struct project *p, const char *name)
{
	for (size_t i = 0; name && i < p->nstages; i++)
		if (strcmp(p->stages[i]->name, name) == 0)
			return p->stages[i];
	return NULL;
}

const struct warehouse *project_warehouse(const struct project *p, const char *name)
{
	for (size_t i = 0; name && i < p->nwarehouses; i++)
		if (strcmp(p->warehouses[i]->name, name) == 0)
			return p->warehouses[i];
	return NULL;
}

/* Neither a name nor a selector: every stage is meant. */
static bool policy_matches(const struct value *policy, const struct value *stage, bool *matches,
			   struct err *e)
{
	const struct value *selector = value_get(policy, "stageSelector");
	const char *pattern = value_text(value_get(policy, "stage"), "");

	if (value_is(selector, VALUE_MAP))
		pattern = value_text(value_get(selector, "name"), "");
	if (!name_pattern_is_valid(pattern, e) || !label_selector_is_valid(selector, e))
		return err_wrap(e, "promotionPolicies");
	*matches = name_matches(pattern, value_path_text(stage, "metadata.name", "")) &&
		   labels_match(selector, value_path(stage, "metadata.labels"));
	return true;
}

bool policies_auto_promote(const struct value *config, const struct value *stage, bool *on,
			   struct err *e)
{
	const struct value *policies = value_path(config, "spec.promotionPolicies");

	for (size_t i = 0; i < value_count(policies); i++) {
		const struct value *policy = value_at(policies, i);
		bool matches = false;

		if (!policy_matches(policy, stage, &matches, e))
			return false;
		if (matches) {
			*on = value_truth(value_get(policy, "autoPromotionEnabled"), false);
			return true;
		}
	}
	*on = false;
	return true;
}

bool project_auto_promotes(const struct project *p, const struct stage *s)
{
	bool on = false;
	struct err e;

	return s->object && policies_auto_promote(p->config, s->object, &on, &e) && on;
}
