/* SPDX-License-Identifier: Apache-2.0 */
/* helm-template: the real helm as a child (kargo-semantics 6.3). */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/process.h"
#include "base/str.h"
#include "data/value.h"
#include "steps/rendered.h"
#include "steps/workdir.h"

enum { TIMEOUT_MS = 300000, MAX_OUTPUT = 64 << 20 };

static const char *const layouts[] = { "helm", "flat", NULL };

static const struct step_param set_params[] = {
	{ .name = "key", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The value's path, as helm --set takes it." },
	{ .name = "value", .kind = PARAM_STRING, .flags = PARAM_REQUIRED, .help = "What to set it to." },
	{ .name = "literal", .kind = PARAM_BOOL, .help = "Take the value as it is (helm --set-literal).",
	  .otherwise = "false" },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The chart's folder." },
	{ .name = "outPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "One file (.yaml, .yml), or a folder." },
	{ .name = "releaseName", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The release's name." },
	{ .name = "namespace", .kind = PARAM_STRING, .help = "The release's namespace.",
	  .otherwise = "the project's name" },
	{ .name = "outLayout", .kind = PARAM_STRING, .choices = layouts, .otherwise = "helm",
	  .help = "How a folder is laid out: as helm does, or flat." },
	{ .name = "useReleaseName", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "With the helm layout, a folder of the release's name on top." },
	{ .name = "valuesFiles", .kind = PARAM_LIST, .help = "Files of values, later ones win." },
	{ .name = "ignoreMissingValueFiles", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Leave out values files that are not there." },
	{ .name = "setValues", .kind = PARAM_LIST, .of = set_params, .help = "Single values, after files." },
	{ .name = "buildDependencies", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Fetch the chart's dependencies first." },
	{ .name = "includeCRDs", .kind = PARAM_BOOL, .otherwise = "false", .help = "Render CRDs, too." },
	{ .name = "disableHooks", .kind = PARAM_BOOL, .otherwise = "false", .help = "Leave out hooks." },
	{ .name = "skipTests", .kind = PARAM_BOOL, .otherwise = "false", .help = "Leave out test hooks." },
	{ .name = "kubeVersion", .kind = PARAM_STRING, .help = "The Kubernetes version that charts see." },
	{ .name = "apiVersions", .kind = PARAM_LIST, .help = "API versions that charts may ask for." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static void push(struct step_run *r, struct list *to, const char *text)
{
	list_add(r->arena, to, arena_copy(r->arena, text, strlen(text) + 1));
}

static void push_pair(struct step_run *r, struct list *to, const char *option, const char *text)
{
	push(r, to, option);
	push(r, to, text);
}

static bool push_values(struct step_run *r, struct list *to, struct err *e)
{
	const struct value *files = value_get(r->config, "valuesFiles");
	const struct value *sets = value_get(r->config, "setValues");
	bool ignore = step_truth(r, "ignoreMissingValueFiles", false);

	for (size_t i = 0; i < value_count(files); i++) {
		const char *absolute, *path = value_text(value_at(files, i), "");

		if (workdir_resolve(r->work, r->arena, path, &absolute, e))
			push_pair(r, to, "--values", absolute);
		else if (e->code != ERR_NOT_FOUND || !ignore)
			return err_wrap(e, "valuesFiles[%zu]", i);
	}
	for (size_t i = 0; i < value_count(sets); i++) {
		const struct value *v = value_at(sets, i);
		bool literal = value_truth(value_get(v, "literal"), false);

		push_pair(r, to, literal ? "--set-literal" : "--set",
			  str_format(r->arena, "%s=%s", value_text(value_get(v, "key"), ""),
				     value_text(value_get(v, "value"), "")));
	}
	return true;
}

static void push_flags(struct step_run *r, struct list *to)
{
	static const char *const flags[][2] = { { "includeCRDs", "--include-crds" },
						{ "disableHooks", "--no-hooks" },
						{ "skipTests", "--skip-tests" },
						{ "useReleaseName", "--release-name" } };
	const struct value *versions = value_get(r->config, "apiVersions");
	const char *kube = step_text(r, "kubeVersion", "");

	for (size_t i = 0; i < COUNTOF(flags); i++)
		if (step_truth(r, flags[i][0], false))
			push(r, to, flags[i][1]);
	if (*kube)
		push_pair(r, to, "--kube-version", kube);
	for (size_t i = 0; i < value_count(versions); i++)
		push_pair(r, to, "--api-versions", value_text(value_at(versions, i), ""));
}

static bool helm(struct step_run *r, const struct list *arguments, struct str *out, struct err *e)
{
	/* Its own home, so that nobody's repositories or plugins take part. */
	const char *home = str_format(r->arena, "HELM_DATA_HOME=%s/.helm", workdir_path(r->work));
	const char *const env[] = { home, NULL };
	struct process p = { .argv = (const char *const *)arguments->items, .env = env,
			     .folder = workdir_path(r->work), .timeout_ms = TIMEOUT_MS,
			     .max_output = MAX_OUTPUT, .cancelled = r->cancelled };
	struct process_result result;

	if (!process_find(r->arena, "helm"))
		return err_set(e, ERR_NOT_FOUND, "helm is not installed; get it from "
			       "https://helm.sh/docs/intro/install/");
	if (!process_run(r->arena, &p, &result, e))
		return false;
	if (result.status)
		return err_set(e, ERR_CONFIG, "helm: %s",
			       str_clean(r->arena, result.error.at, result.error.len, 800));
	*out = result.out;
	return true;
}

static bool build_dependencies(struct step_run *r, const char *chart, struct err *e)
{
	struct list arguments = { 0 };
	struct str unused;

	if (!step_truth(r, "buildDependencies", false))
		return true;
	push_pair(r, &arguments, "helm", "dependency");
	push_pair(r, &arguments, "build", chart);
	list_add(r->arena, &arguments, NULL);
	return helm(r, &arguments, &unused, e);
}

/* [<group, dots as underscores>-]<kind>[-<namespace>]-<name>.yaml */
static const char *flat_name(struct arena *a, const struct value *object, void *context)
{
	const char *version = value_path_text(object, "apiVersion", "");
	const char *namespace = value_path_text(object, "metadata.namespace", "");
	const char *name = value_path_text(object, "metadata.name", ""), *slash = strchr(version, '/');
	char *group = str_format(a, "%.*s", slash ? (int)(slash - version) : 0, version);

	(void)context;
	for (char *p = group; *p; p++)
		if (*p == '.')
			*p = '_';
	if (!*name)
		return "resource-0.yaml";
	return str_format(a, "%s%s%s%s%s-%s.yaml", group, *group ? "-" : "",
			  value_path_text(object, "kind", ""), *namespace ? "-" : "", namespace, name);
}

static bool render(struct step_run *r, const char *chart, struct err *e)
{
	const char *out = step_text(r, "outPath", ""), *absolute;
	bool flat = strcmp(step_text(r, "outLayout", "helm"), "flat") == 0;
	bool to_folder = !rendered_is_file(out) && !flat;
	struct list arguments = { 0 }, documents = { 0 };
	struct str text;

	push_pair(r, &arguments, "helm", "template");
	push_pair(r, &arguments, step_text(r, "releaseName", ""), chart);
	push_pair(r, &arguments, "--namespace", step_text(r, "namespace", r->subject->project));
	if (!push_values(r, &arguments, e))
		return false;
	push_flags(r, &arguments);
	if (to_folder) {
		if (!workdir_make_folder(r->work, out, e) ||
		    !workdir_resolve(r->work, r->arena, out, &absolute, e))
			return false;
		push_pair(r, &arguments, "--output-dir", absolute);
	}
	list_add(r->arena, &arguments, NULL);
	if (!helm(r, &arguments, &text, e))
		return false;
	if (to_folder)
		return true;
	if (rendered_is_file(out))
		return workdir_write(r->work, out, text.at, text.len, e);
	return rendered_split(r->arena, text, &documents, e) &&
	       rendered_write(r->arena, r->work, out, &documents, flat_name, NULL, e);
}

static bool run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *path = step_text(r, "path", ""), *chart;

	(void)result;
	if (workdir_resolve(r->work, r->arena, path, &chart, e) && build_dependencies(r, chart, e) &&
	    render(r, chart, e))
		return true;
	return err_wrap(e, "rendering %s", path);
}

const struct step_def step_helm_template = {
	.kind = "helm-template",
	.summary = "Render a Helm chart to files.",
	.params = params,
	.outputs = outputs,
	.reach = STEP_REACH_READS,
	.run = run,
};
