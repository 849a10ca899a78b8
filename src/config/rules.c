/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules between the fields of one object. A table of kinds, so that a new kind is one
 * function and one line.
 */
#include "config/parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/map.h"
#include "base/str.h"
#include "config/complain.h"
#include "config/field.h"
#include "config/gather.h"
#include "data/url.h"
#include "data/value.h"
#include "model/selector.h"

/* No two elements have the same text at key. */
static void rules_unique(const struct gathered *g, struct complaints *c, const struct value *list,
			 const char *path, const char *key)
{
	struct map seen = { 0 };

	for (size_t i = 0; value_is(list, VALUE_LIST) && i < value_count(list); i++) {
		const char *name = value_get_text(value_at(list, i), key);
		const struct value *first = map_get(&seen, name);

		if (first)
			complain_error(c, g->file, value_get(value_at(list, i), key),
				       "%s: %s[%zu].%s: \"%s\" is there already, in line %u",
				       g->name, path, i, key, name, first->line);
		else if (*name)
			map_set(c->a, &seen, name, value_at(list, i));
	}
}

static void image_rules(const struct gathered *g, struct complaints *c, const struct value *image,
			const char *path)
{
	const char *strategy = value_get_text(image, "imageSelectionStrategy");
	const char *constraint = value_get_text(image, "constraint"), *wrong;

	if (strcmp(strategy, "Digest") == 0) {
		if (!*constraint)
			complain_error(c, g->file, image, "%s: %s.image.constraint: is required with "
				       "Digest: the tag to follow", g->name, path);
		return;
	}
	if (*strategy && strcmp(strategy, "SemVer") != 0) {
		if (*constraint)
			complain_warning(c, g->file, value_get(image, "constraint"),
					 "%s: %s.image.constraint: means nothing with %s", g->name, path,
					 strategy);
		return;
	}
	wrong = format_wrong(c->a, FIELD_SEMVER, constraint);
	if (wrong)
		complain_error(c, g->file, value_get(image, "constraint"), "%s: %s.image.constraint: %s",
			       g->name, path, wrong);
}

static void chart_rules(const struct gathered *g, struct complaints *c, const struct value *chart,
			const char *path)
{
	const char *url = value_get_text(chart, "repoURL"), *name = value_get_text(chart, "name");

	if (has_prefix(url, "oci://") && *name)
		complain_error(c, g->file, value_get(chart, "name"),
			       "%s: %s.chart.name: an oci:// URL names the chart already; leave it out",
			       g->name, path);
	if (*url && !has_prefix(url, "oci://") && !*name)
		complain_error(c, g->file, chart, "%s: %s.chart.name: is required: which chart of %s?",
			       g->name, path, url);
}

static void git_rules(const struct gathered *g, struct complaints *c, const struct value *git,
		      const char *path)
{
	static const struct {
		const char *field, *strategy;
	} only[] = {
		{ "branch", "NewestFromBranch" }, { "since", "NewestFromBranch" },
		{ "semverConstraint", "SemVer" }, { "strictSemvers", "SemVer" },
	};
	const char *strategy = value_get_text(git, "commitSelectionStrategy");

	strategy = *strategy ? strategy : "NewestFromBranch";
	for (size_t i = 0; i < COUNTOF(only); i++)
		if (value_get(git, only[i].field) && strcmp(only[i].strategy, strategy) != 0)
			complain_warning(c, g->file, value_get(git, only[i].field),
					 "%s: %s.git.%s: means nothing with %s",
					 g->name, path, only[i].field, strategy);
}

/* What Kargo takes two subscriptions for one by; NULL when it has no URL. */
static const char *rules_repository(struct arena *a, const struct value *s)
{
	const struct value *git = value_get(s, "git"), *image = value_get(s, "image");
	const struct value *chart = value_get(s, "chart");

	if (*value_get_text(git, "repoURL"))
		return str_format(a, "git %s", url_normal_git(a, value_get_text(git, "repoURL")));
	if (*value_get_text(image, "repoURL"))
		return str_format(a, "image %s",
				  url_normal_image(a, value_get_text(image, "repoURL")));
	if (!*value_get_text(chart, "repoURL"))
		return NULL;
	return str_format(a, "chart %s:%s", url_normal_chart(a, value_get_text(chart, "repoURL")),
			  value_get_text(chart, "name"));
}

static void same_repository(const struct gathered *g, struct complaints *c,
			    const struct value *list, size_t index)
{
	const char *ours = rules_repository(c->a, value_at(list, index));

	for (size_t i = 0; ours && i < index; i++) {
		const char *other = rules_repository(c->a, value_at(list, i));

		if (other && strcmp(other, ours) == 0)
			complain_error(c, g->file, value_at(list, index),
				       "%s: spec.subscriptions[%zu]: %s is watched already, in line %u",
				       g->name, index, ours, value_at(list, i)->line);
	}
}

static void warehouse_rules(const struct gathered *g, struct complaints *c)
{
	const struct value *list = value_path(g->object, "spec.subscriptions");

	rules_unique(g, c, list, "spec.subscriptions", "name");
	for (size_t i = 0; i < value_count(list); i++) {
		const char *path = str_format(c->a, "spec.subscriptions[%zu]", i);
		const struct value *s = value_at(list, i);

		image_rules(g, c, value_get(s, "image"), path);
		if (value_get(s, "chart"))
			chart_rules(g, c, value_get(s, "chart"), path);
		git_rules(g, c, value_get(s, "git"), path);
		same_repository(g, c, list, i);
	}
}

static bool is_reserved(const char *alias)
{
	bool fits = has_prefix(alias, "step-") || has_prefix(alias, "task-");
	const char *digits = fits ? alias + strlen("step-") : "";

	return *digits && strspn(digits, "0123456789") == strlen(digits);
}

/* Neither absent, null nor an empty text, which Kargo does not tell apart. */
static bool is_said(const struct value *v)
{
	return v && v->kind != VALUE_NULL && !(v->kind == VALUE_STRING && !v->string.len);
}

static void step_rules(const struct gathered *g, struct complaints *c, const struct value *steps,
		       const char *path)
{
	static const char *const not_with_task[] = { "if", "config", "retry", "continueOnError" };

	rules_unique(g, c, steps, path, "as");
	for (size_t i = 0; i < value_count(steps); i++) {
		const struct value *step = value_at(steps, i);

		if (is_reserved(value_get_text(step, "as")))
			complain_error(c, g->file, value_get(step, "as"),
				       "%s: %s[%zu].as: %s is what steps without a name are called",
				       g->name, path, i, value_get_text(step, "as"));
		for (size_t j = 0; is_said(value_get(step, "task")) && j < COUNTOF(not_with_task); j++)
			if (is_said(value_get(step, not_with_task[j])))
				complain_error(c, g->file, value_get(step, not_with_task[j]),
					       "%s: %s[%zu]: a step that is a task takes no %s", g->name,
					       path, i, not_with_task[j]);
	}
}

static const char *rules_origin_of(const struct value *requests, size_t index)
{
	return value_path_text(value_at(requests, index), "origin.name", "");
}

/* No stage is named twice. */
static void upstream_rules(const struct gathered *g, struct complaints *c, const struct value *stages)
{
	for (size_t i = 0; value_is(stages, VALUE_LIST) && i < value_count(stages); i++)
		for (size_t j = 0; j < i; j++)
			if (*value_text(value_at(stages, i), "") &&
			    value_equal(value_at(stages, i), value_at(stages, j)))
				complain_error(c, g->file, value_at(stages, i),
					       "%s: sources.stages: \"%s\" is there already", g->name,
					       value_text(value_at(stages, i), ""));
}

static void stage_rules(const struct gathered *g, struct complaints *c)
{
	const struct value *requests = value_path(g->object, "spec.requestedFreight");

	for (size_t i = 0; i < value_count(requests); i++)
		for (size_t j = 0; j < i; j++)
			if (*rules_origin_of(requests, i) &&
			    strcmp(rules_origin_of(requests, i), rules_origin_of(requests, j)) == 0)
				complain_error(c, g->file, value_at(requests, i),
					       "%s: spec.requestedFreight[%zu]: warehouse %s is "
					       "asked already",
					       g->name, i, rules_origin_of(requests, i));
	for (size_t i = 0; value_is(requests, VALUE_LIST) && i < value_count(requests); i++)
		upstream_rules(g, c, value_path(value_at(requests, i), "sources.stages"));
	step_rules(g, c, value_path(g->object, "spec.promotionTemplate.spec.steps"),
		   "spec.promotionTemplate.spec.steps");
}

static void task_rules(const struct gathered *g, struct complaints *c)
{
	step_rules(g, c, value_path(g->object, "spec.steps"), "spec.steps");
}

/* The stage that a policy names exactly; "" when it names none, or by a pattern. */
static const char *policy_stage(const struct value *policy)
{
	const char *name = value_text(value_get(policy, "stage"),
				      value_path_text(policy, "stageSelector.name", ""));
	const struct value *selector = value_get(policy, "stageSelector");

	return strchr(name, ':') || value_get(selector, "matchLabels") ||
			       value_get(selector, "matchExpressions")
		       ? "" : name;
}

/* seen: stages that have a policy, to that policy. */
static void same_stage(const struct gathered *g, struct complaints *c, const struct value *policy,
		       size_t index, struct map *seen)
{
	const char *name = policy_stage(policy);
	const struct value *first = map_get(seen, name);

	if (first)
		complain_error(c, g->file, policy, "%s: spec.promotionPolicies[%zu]: stage %s has a policy "
			       "already, in line %u", g->name, index, name, first->line);
	else if (*name)
		map_set(c->a, seen, name, policy);
}

/* A number, or a text that is one, as Rollouts has it; false: absent, or an argument says it. */
static bool rules_number(const struct value *metric, const char *key, int64_t *out)
{
	const struct value *v = value_get(metric, key);
	char *end;

	if (value_integer(v, out))
		return true;
	if (!value_is(v, VALUE_STRING) || !*v->string.at)
		return false;
	*out = strtoll(v->string.at, &end, 10);
	return !*end;
}

static void metric_complain(const struct gathered *g, struct complaints *c, const struct value *v,
			    const char *field, const char *what)
{
	complain_error(c, g->file, v, "%s: %s: %s", g->name, field, what);
}

/* What Rollouts finds out when the verification begins. */
static void metric_rules(const struct gathered *g, struct complaints *c, const struct value *metric,
			 size_t index)
{
	static const char *const fields[] = { "failureLimit", "inconclusiveLimit", "consecutiveErrorLimit" };
	bool has_interval = value_get(metric, "interval") != NULL;
	int64_t count = 0, limit;

	if (rules_number(metric, "count", &count) && count > 1 && !has_interval)
		metric_complain(g, c, value_get(metric, "count"),
				str_format(c->a, "spec.metrics[%zu].count", index),
				"more than one needs an interval");
	for (size_t i = 0; i < COUNTOF(fields); i++) {
		const char *path = str_format(c->a, "spec.metrics[%zu].%s", index, fields[i]);
		const struct value *v = value_get(metric, fields[i]);

		if (!rules_number(metric, fields[i], &limit))
			continue;
		if (count > 0 && count < limit && i < 2)
			metric_complain(g, c, v, path, str_format(c->a, "must not be above count, %lld",
								  (long long)count));
		if (limit < 0 && i > 0)
			metric_complain(g, c, v, path, "must not be negative");
	}
}

/* Rollouts refuses two metrics of one name, also of two templates of one stage. */
static void analysis_rules(const struct gathered *g, struct complaints *c)
{
	const struct value *metrics = value_path(g->object, "spec.metrics");

	if (!value_count(metrics) && !value_count(value_path(g->object, "spec.templates")))
		complain_error(c, g->file, metrics ? metrics : value_get(g->object, "spec"),
			       "%s: spec.metrics: needs at least one metric", g->name);
	rules_unique(g, c, metrics, "spec.metrics", "name");
	for (size_t i = 0; value_is(metrics, VALUE_LIST) && i < value_count(metrics); i++)
		metric_rules(g, c, value_at(metrics, i), i);
}

static void policy_rules(const struct gathered *g, struct complaints *c)
{
	const struct value *list = value_path(g->object, "spec.promotionPolicies");
	struct map seen = { 0 };
	struct err e;

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *policy = value_at(list, i);
		const struct value *selector = value_get(policy, "stageSelector");

		same_stage(g, c, policy, i, &seen);
		if (*value_get_text(policy, "stage") && selector)
			complain_error(c, g->file, policy,
				       "%s: spec.promotionPolicies[%zu]: takes stage or stageSelector, "
				       "not both", g->name, i);
		if (!*value_get_text(policy, "stage") && !selector)
			complain_error(c, g->file, policy,
				       "%s: spec.promotionPolicies[%zu]: stageSelector is required; {} "
				       "means every stage", g->name, i);
		if (!label_selector_is_valid(selector, &e))
			complain_error(c, g->file, selector,
				       "%s: spec.promotionPolicies[%zu]: %s", g->name, i, e.message);
	}
}

static void window_rules(const struct gathered *g, struct complaints *c)
{
	rules_unique(g, c, value_path(g->object, "spec.promotionWindows"), "spec.promotionWindows",
		     "name");
	windows_check(g, c);
}

/* A criterion that says nothing beyond the kind would fit everything. */
static void criterion_rules(const struct gathered *g, struct complaints *c, const struct value *criterion,
			    const char *path)
{
	static const char *const any[] = { "name", "labelSelector.matchLabels",
					   "labelSelector.matchExpressions", "indexSelector.matchIndices" };
	bool says = false;

	for (size_t i = 0; i < COUNTOF(any); i++) {
		const struct value *v = value_path(criterion, any[i]);

		says = says || (is_said(v) && (v->kind == VALUE_STRING || value_count(v)));
	}
	if (!says)
		complain_error(c, g->file, criterion, "%s: %s: needs name, labelSelector or indexSelector",
			       g->name, path);
}

/* Names are unique, and a generic receiver says what it is for. */
static void receiver_rules(const struct gathered *g, struct complaints *c)
{
	const struct value *list = value_path(g->object, "spec.webhookReceivers");
	const char *path;

	rules_unique(g, c, list, "spec.webhookReceivers", "name");
	for (size_t i = 0; value_is(list, VALUE_LIST) && i < value_count(list); i++) {
		const struct value *actions = value_path(value_at(list, i), "generic.actions");

		for (size_t j = 0; value_is(actions, VALUE_LIST) && j < value_count(actions); j++) {
			const struct value *all = value_get(value_at(actions, j), "targetSelectionCriteria");

			for (size_t k = 0; value_is(all, VALUE_LIST) && k < value_count(all); k++) {
				path = str_format(c->a, "spec.webhookReceivers[%zu].generic.actions[%zu]."
						  "targetSelectionCriteria[%zu]", i, j, k);
				criterion_rules(g, c, value_at(all, k), path);
			}
		}
	}
}

static void project_config_rules(const struct gathered *g, struct complaints *c)
{
	policy_rules(g, c);
	window_rules(g, c);
	receiver_rules(g, c);
}

static void cluster_config_rules(const struct gathered *g, struct complaints *c)
{
	const struct value *name = value_path(g->object, "metadata.name");

	if (strcmp(value_text(name, ""), "cluster") != 0)
		complain_error(c, g->file, name, "%s: must be called cluster", g->name);
	window_rules(g, c);
	receiver_rules(g, c);
}

static void freight_rules(const struct gathered *g, struct complaints *c)
{
	static const char *const lists[] = { "commits", "images", "charts", "artifacts" };
	size_t held = 0;

	for (size_t i = 0; i < COUNTOF(lists); i++)
		held += value_count(value_get(g->object, lists[i]));
	if (!held)
		complain_error(c, g->file, g->object, "%s: holds nothing: needs commits, images, "
			       "charts or artifacts", g->name);
}

static const struct {
	const char *kind;
	void (*check)(const struct gathered *g, struct complaints *c);
} rules[] = {
	{ "AnalysisTemplate", analysis_rules },
	{ "ClusterAnalysisTemplate", analysis_rules },
	{ "ClusterConfig", cluster_config_rules },
	{ "ClusterPromotionTask", task_rules },
	{ "Freight", freight_rules },
	{ "Project", policy_rules },
	{ "ProjectConfig", project_config_rules },
	{ "PromotionTask", task_rules },
	{ "Stage", stage_rules },
	{ "Warehouse", warehouse_rules },
};

void rules_check(const struct gathered *g, struct complaints *c)
{
	struct gathered named = *g;

	named.name = str_format(c->a, "%c%s %s",
	       letter_lower(g->kind[0]), g->kind + 1, g->name);
	for (size_t i = 0; i < COUNTOF(rules); i++)
		if (strcmp(rules[i].kind, g->kind) == 0)
			rules[i].check(&named, c);
}
