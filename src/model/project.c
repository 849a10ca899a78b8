/* SPDX-License-Identifier: Apache-2.0 */
/* A project's policies: which stages promote by themselves (kargo-semantics 1.2, 3.3). */
#include "model/project.h"

#include <string.h>

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

static bool policy_matches(const struct value *policy, const struct value *stage)
{
	const char *exact = value_text(value_get(policy, "stage"), ""), *name;
	const struct value *selector = value_get(policy, "stageSelector");

	name = value_path_text(stage, "metadata.name", "");
	if (*exact)
		return strcmp(exact, name) == 0;
	if (!value_is(selector, VALUE_MAP))
		return false;
	return name_matches(value_text(value_get(selector, "name"), ""), name) &&
	       labels_match(selector, value_path(stage, "metadata.labels"));
}

bool policies_auto_promote(const struct value *config, const struct value *stage)
{
	const struct value *policies = value_path(config, "spec.promotionPolicies");

	for (size_t i = 0; i < value_count(policies); i++)
		if (policy_matches(policies->list.items[i], stage))
			return value_truth(value_get(policies->list.items[i], "autoPromotionEnabled"), false);
	return false;
}

bool project_auto_promotes(const struct project *p, const struct stage *s)
{
	return s->object && policies_auto_promote(p->config, s->object);
}
