/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lint's way through the objects, and the names that one has of another. Names are
 * looked for in the files given: what may well live elsewhere (secrets, maps) is only
 * warned about.
 */
#include "config/lint.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/gather.h"
#include "config/lint_checks.h"
#include "config/lint_scope.h"
#include "config/load.h"
#include "data/value.h"
#include "model/selector.h"
#include "model/stage.h"

enum { DEEPEST = 40 };

static bool stage_fits(const struct gathered *s, const struct value *selector, const char *pattern)
{
	return name_matches(pattern, s->name) &&
	       labels_match(selector, value_path(s->object, "metadata.labels"));
}

/* A name is looked up; only for a pattern every stage is looked at. */
static bool any_stage_fits(const struct lint *l, const struct gathered *g,
			   const struct value *selector, const char *pattern)
{
	if (*pattern && !strchr(pattern, ':')) {
		const struct gathered *s =
			lint_find(l, "Stage", *g->namespace ? g->namespace : NULL, pattern);

		return s && stage_fits(s, selector, pattern);
	}
	for (size_t i = 0; i < l->objects.count; i++) {
		const struct gathered *s = l->objects.items[i];

		if (strcmp(s->kind, "Stage") == 0 &&
		    (!*g->namespace || strcmp(s->namespace, g->namespace) == 0) &&
		    stage_fits(s, selector, pattern))
			return true;
	}
	return false;
}

/* A policy or window that fits no stage does nothing, which nobody notices. */
static void check_selectors(struct lint *l, const struct gathered *g, const char *list)
{
	const struct value *items = value_get(value_get(g->object, "spec"), list);

	for (size_t i = 0; i < value_count(items); i++) {
		const struct value *item = value_at(items, i);
		const struct value *selector = value_get(item, "stageSelector");
		const char *pattern = value_text(value_get(item, "stage"),
						 value_path_text(selector, "name", ""));

		if (!any_stage_fits(l, g, selector, pattern))
			complain_warning(&l->c, g->file, item, "%s: spec.%s[%zu]: fits no stage",
					 lint_subject(l, g), list, i);
	}
}

static void check_secret(struct lint *l, const struct gathered *g, const struct value *name)
{
	bool of_cluster = strcmp(g->kind, "ClusterConfig") == 0;
	const char *namespace = of_cluster ? CLUSTER_SECRETS_NAMESPACE : g->namespace;

	if (name && !lint_find(l, "Secret", namespace, value_text(name, "")) &&
	    lint_misses(l, namespace, "Secret", value_text(name, "")))
		complain_warning(&l->c, g->file, name,
				 "%s: spec.webhookReceivers: there is no secret \"%s\" here",
				 lint_subject(l, g), value_text(name, ""));
}

static void check_receivers(struct lint *l, const struct gathered *g)
{
	const struct value *list = value_path(g->object, "spec.webhookReceivers");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *r = value_at(list, i);

		for (size_t j = 0; value_is(r, VALUE_MAP) && j < r->map.count; j++)
			check_secret(l, g, value_path(r->map.members[j].value, "secretRef.name"));
	}
}

static bool has_argument(const struct value *args, const char *name)
{
	for (size_t i = 0; i < value_count(args); i++)
		if (strcmp(value_text(value_get(value_at(args, i), "name"), ""), name) == 0)
			return true;
	return false;
}

static void lint_check_arguments(struct lint *l, const struct gathered *g,
				 const struct value *place, const struct gathered *template)
{
	const struct value *wanted = value_path(template->object, "spec.args");
	const struct value *given = value_path(g->object, "spec.verification.args");

	for (size_t i = 0; i < value_count(wanted); i++) {
		const struct value *arg = value_at(wanted, i);
		const char *name = value_text(value_get(arg, "name"), "");

		if (!value_get(arg, "value") && !value_get(arg, "valueFrom") && !has_argument(given, name))
			complain_error(&l->c, g->file, place,
				       "%s: spec.verification.args: %s of %s is required", lint_subject(l, g),
				       name, template->name);
	}
}

/* The template that the reference names; NULL: it is not here. */
static const struct gathered *find_template(const struct lint *l, const struct gathered *g,
					    const struct value *ref)
{
	const char *kind = value_text(value_get(ref, "kind"), "AnalysisTemplate");
	bool cluster = strcmp(kind, "ClusterAnalysisTemplate") == 0;

	return lint_find(l, kind, cluster ? NULL : g->namespace, value_text(value_get(ref, "name"), ""));
}

/* An argument that no template declares is dropped without a word. */
static void check_given(struct lint *l, const struct gathered *g)
{
	const struct value *list = value_path(g->object, "spec.verification.analysisTemplates");
	const struct value *given = value_path(g->object, "spec.verification.args");

	for (size_t i = 0; i < value_count(given); i++) {
		const char *name = value_text(value_get(value_at(given, i), "name"), "");
		bool is_declared = false;

		for (size_t j = 0; j < value_count(list) && !is_declared; j++) {
			const struct gathered *t = find_template(l, g, value_at(list, j));

			is_declared = !t || has_argument(value_path(t->object, "spec.args"), name);
		}
		if (!is_declared)
			complain_warning(&l->c, g->file, value_at(given, i),
					 "%s: spec.verification.args: no template takes %s",
					 lint_subject(l, g), name);
	}
}

static void check_verification(struct lint *l, const struct gathered *g)
{
	const struct value *list = value_path(g->object, "spec.verification.analysisTemplates");

	for (size_t i = 0; i < value_count(list); i++) {
		const struct value *ref = value_at(list, i);
		const char *name = value_text(value_get(ref, "name"), "");
		const char *kind = value_text(value_get(ref, "kind"), "AnalysisTemplate");
		bool cluster = strcmp(kind, "ClusterAnalysisTemplate") == 0;
		const struct gathered *t = lint_find(l, kind, cluster ? NULL : g->namespace, name);

		if (t)
			lint_check_arguments(l, g, ref, t);
		else if (*name && lint_misses(l, cluster ? "" : g->namespace, kind, name))
			complain_warning(&l->c, g->file, ref,
					 "%s: spec.verification: there is no %s \"%s\" here",
					 lint_subject(l, g), kind, name);
	}
	check_given(l, g);
}

static void lint_check_source(struct lint *l, const struct gathered *g, const struct value *place,
			      const struct freight_request *r, const struct stage *upstream)
{
	if (upstream->fault && !upstream->nrequests)    /* it does not read: what it asks for is unknown */
		return;
	if (!stage_request(upstream, r->warehouse))
		complain_warning(&l->c, g->file, place,
				 "%s: freight of warehouse %s never comes from stage %s, which does not "
				 "ask for it", lint_subject(l, g), r->warehouse, upstream->name);
	else if (r->soak > 0 && stage_is_control_flow(upstream))
		complain_warning(&l->c, g->file, place,
				 "%s: freight never soaks in stage %s, which has no steps; put "
				 "requiredSoakTime on its own request", lint_subject(l, g), upstream->name);
}

static void check_sources(struct lint *l, const struct gathered *g)
{
	const struct stage *s = lint_stage(l, g->namespace, g->name);
	const struct value *list = value_path(g->object, "spec.requestedFreight");

	for (size_t i = 0; s && i < s->nrequests; i++) {
		const struct freight_request *r = &s->requests[i];

		for (size_t j = 0; j < r->nstages; j++) {
			const struct stage *upstream = lint_stage(l, g->namespace, r->stages[j]);

			if (upstream)
				lint_check_source(l, g, value_at(list, i), r, upstream);
		}
		if (r->direct && r->soak > 0)
			complain_warning(&l->c, g->file, value_at(list, i),
					 "%s: requiredSoakTime means nothing with direct: true",
					 lint_subject(l, g));
	}
}

/*
 * A task that nothing uses is either forgotten or misspelt somewhere. A stage that does not read
 * may use it, and where there are no stages, tasks are there for others.
 */
static bool is_used(const struct lint *l, const struct gathered *task)
{
	return l->c.is_partial || l->index.has_broken_stage || !l->index.has_stages ||
	       map_get(&l->index.tasks, task->name);
}

/* Providers that only Argo Rollouts has: the verification would end in an error. */
static void check_providers(struct lint *l, const struct gathered *g)
{
	static const char *const known[] = { "prometheus", "web", "job" };
	const struct value *metrics = value_path(g->object, "spec.metrics");

	for (size_t i = 0; i < value_count(metrics); i++) {
		const struct value *provider = value_get(value_at(metrics, i), "provider");
		bool is_known = !value_is(provider, VALUE_MAP) || provider->map.count == 0;

		for (size_t j = 0; j < COUNTOF(known); j++)
			is_known = is_known || value_get(provider, known[j]);
		if (!is_known)
			complain_warning(&l->c, g->file, provider,
					 "%s: spec.metrics[%zu]: gantry does not measure with %s; it "
					 "does with prometheus, web and job", lint_subject(l, g), i,
					 provider->map.members[0].key.at);
	}
}

/*
 * {{args.name}} of an argument that no template declares ends the verification with an error. It may be
 * declared by another template of the same stage.
 */
static void check_used_arguments(struct lint *l, const struct gathered *g, const struct value *v, int depth)
{
	for (size_t i = 0; v->kind == VALUE_LIST && depth < DEEPEST && i < v->list.count; i++)
		check_used_arguments(l, g, v->list.items[i], depth + 1);
	for (size_t i = 0; v->kind == VALUE_MAP && depth < DEEPEST && i < v->map.count; i++)
		check_used_arguments(l, g, v->map.members[i].value, depth + 1);
	if (v->kind != VALUE_STRING)
		return;
	for (const char *at = v->string.at; (at = strstr(at, "{{")) != NULL; at += 2) {
		const char *name = at + 2 + strspn(at + 2, " ");
		const char *text;

		if (!has_prefix(name, "args."))
			continue;
		name += strlen("args.");
		text = str_copy_n(l->a, name, strcspn(name, " }"));
		if (!map_get(&l->index.arguments, text) && complain_first(&l->c, lint_subject(l, g), text))
			complain_warning(&l->c, g->file, v,
					 "%s: spec.args: does not declare %s, which is used here",
					 lint_subject(l, g), text);
	}
}

static void lint_check_object(struct lint *l, const struct gathered *g)
{
	if (strcmp(g->kind, "Stage") == 0) {
		check_sources(l, g);
		check_verification(l, g);
		lint_step_list(l, g);
	}
	if (strcmp(g->kind, "PromotionTask") == 0 && !is_used(l, g))
		complain_warning(&l->c, g->file, g->object, "%s: no stage uses it", lint_subject(l, g));
	if (has_suffix(g->kind, "PromotionTask"))
		lint_step_list(l, g);
	if (strcmp(g->kind, "ProjectConfig") == 0 || strcmp(g->kind, "ClusterConfig") == 0 ||
	    strcmp(g->kind, "Project") == 0) {
		check_selectors(l, g, "promotionPolicies");
		check_selectors(l, g, "promotionWindows");
		check_receivers(l, g);
	}
	if (has_suffix(g->kind, "AnalysisTemplate")) {
		check_providers(l, g);
		if (value_path(g->object, "spec.metrics"))
			check_used_arguments(l, g, value_path(g->object, "spec.metrics"), 0);
	}
	if (has_suffix(g->kind, "MessageChannel"))
		lint_channel(l, g);
	if (strcmp(g->kind, "EventRouter") == 0)
		lint_router(l, g);
	lint_expressions(l, g);
	lint_secrets(l, g);
}

bool lint_files(struct arena *a, const struct config_file *files, size_t count,
		const struct lint_steps *steps, struct lint_report *out)
{
	struct lint l = { .a = a, .c = { .a = a, .list = &out->complaints, .kargo = steps->kargo },
			  .steps = steps };
	struct loaded loaded = { .kargo = steps->kargo };
	bool fine;

	assert((files || !count) && steps->kinds && steps->outputs);
	*out = (struct lint_report){ 0 };
	fine = load_objects(a, files, count, &loaded, &out->complaints);
	l.config = loaded.config;
	l.objects = loaded.objects;
	l.c.is_partial = loaded.is_partial;
	lint_index(&l);
	for (size_t i = 0; i < l.objects.count; i++) {
		size_t before = out->complaints.count;

		lint_check_object(&l, l.objects.items[i]);
		complaints_set_project(&l.c, before, load_project_of(l.objects.items[i]));
	}
	complaints_sort(&out->complaints);
	out->left_out = loaded.left_out;
	out->nobjects = loaded.objects.count;
	return fine && l.c.errors == 0;
}
