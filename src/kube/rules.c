/* SPDX-License-Identifier: Apache-2.0 */
/* A rule that does not read allows nothing. */
#include "kube/rules.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"
#include "data/value.h"

static const struct kube_resource selfsubjectrulesreviews = { "authorization.k8s.io", "v1",
							      "selfsubjectrulesreviews" };

bool kube_rules_ask(struct kube_client *c, struct arena *a, const char *namespace, const struct value **out,
		    struct err *e)
{
	const struct kube_id id = { .resource = &selfsubjectrulesreviews };
	struct value *review = value_map(a), *spec = value_map(a), *answer;
	const struct kube_request rq = { .method = "POST", .path = kube_path(a, &id), .body = review };

	value_set(a, review, "apiVersion", value_string(a, "authorization.k8s.io/v1"));
	value_set(a, review, "kind", value_string(a, "SelfSubjectRulesReview"));
	value_set(a, spec, "namespace", value_string(a, namespace));
	value_set(a, review, "spec", spec);
	if (!kube_ask(c, a, &rq, &answer, e))
		return err_wrap(e, "asking what we may do in namespace %s", namespace);
	*out = value_get(answer, "status");
	return value_is(value_get(*out, "resourceRules"), VALUE_LIST) ||
	       err_set(e, ERR_NET, "the cluster does not say what we may do in namespace %s", namespace);
}

static bool rules_list(const struct value *list, const char *word)
{
	for (size_t i = 0; value_is(list, VALUE_LIST) && i < value_count(list); i++)
		if (same_text(value_text(value_at(list, i), NULL), word))
			return true;
	return false;
}

static bool rules_list_or_all(const struct value *list, const char *word)
{
	return rules_list(list, "*") || rules_list(list, word);
}

/* "stages", "freights/status", "*" or "*" with a subresource. */
static bool rules_name_resource(const struct value *list, const struct kube_id *on)
{
	AUTO(arena) struct arena *a = arena_new();

	if (!on->subresource)
		return rules_list_or_all(list, on->resource->plural);
	return rules_list_or_all(list, str_format(a, "%s/%s", on->resource->plural, on->subresource)) ||
	       rules_list(list, str_format(a, "*/%s", on->subresource));
}

static bool rules_rule_allows(const struct value *rule, const struct kube_right *right)
{
	const struct value *names = value_get(rule, "resourceNames");

	return rules_list_or_all(value_get(rule, "verbs"), right->verb) &&
	       rules_list_or_all(value_get(rule, "apiGroups"), right->on.resource->group) &&
	       rules_name_resource(value_get(rule, "resources"), &right->on) &&
	       (!value_count(names) || (right->on.name && rules_list(names, right->on.name)));
}

enum kube_ruling kube_rules_of(const struct value *rules, const struct kube_right *right)
{
	const struct value *all = value_get(rules, "resourceRules");

	for (size_t i = 0; value_is(all, VALUE_LIST) && i < value_count(all); i++)
		if (rules_rule_allows(value_at(all, i), right))
			return KUBE_RULES_ALLOW;
	return value_truth(value_get(rules, "incomplete"), false) ? KUBE_RULES_DO_NOT_SAY : KUBE_RULES_DENY;
}
