/* SPDX-License-Identifier: Apache-2.0 */
/* helm-template: the real helm as a child (doc/kargo-rules.md 6.3). */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "data/yaml_tree.h"
#include "steps/helm_deps.h"
#include "steps/rendered.h"
#include "steps/text_file.h"
#include "steps/tool.h"
#include "steps/workdir.h"

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
	  .help = "The layout of a folder: as helm writes it, or flat." },
	{ .name = "useReleaseName", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "With the helm layout, put everything in a folder with the release's name." },
	{ .name = "valuesFiles", .kind = PARAM_LIST,
	  .help = "Files of values; later ones take precedence." },
	{ .name = "ignoreMissingValueFiles", .kind = PARAM_BOOL, .otherwise = "false",
	  .help = "Skip values files that do not exist." },
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

static bool push_values(struct tool *t, struct list *to, struct err *e)
{
	struct step_run *r = t->r;
	const struct value *files = value_get(r->config, "valuesFiles");
	const struct value *sets = value_get(r->config, "setValues");
	bool ignore = step_truth(r, "ignoreMissingValueFiles", false);

	for (size_t i = 0; i < value_count(files); i++) {
		const char *absolute, *path = value_text(value_at(files, i), "");

		if (workdir_resolve(r->work, r->arena, path, &absolute, e))
			tool_argument(t, to, "--values=", tool_element(r->arena, absolute));
		else if (e->code != ERR_NOT_FOUND || !ignore)
			return err_wrap(e, "valuesFiles[%zu]", i);
	}
	for (size_t i = 0; i < value_count(sets); i++) {
		const struct value *v = value_at(sets, i);
		bool literal = value_truth(value_get(v, "literal"), false);

		tool_argument(t, to, literal ? "--set-literal=" : "--set=",
			      str_format(r->arena, "%s=%s", value_text(value_get(v, "key"), ""),
					 value_text(value_get(v, "value"), "")));
	}
	return true;
}

static void push_flags(struct tool *t, struct list *to)
{
	static const char *const flags[][2] = { { "includeCRDs", "--include-crds" },
						{ "disableHooks", "--no-hooks" },
						{ "skipTests", "--skip-tests" },
						{ "useReleaseName", "--release-name" } };
	const struct value *versions = value_get(t->r->config, "apiVersions");
	const char *kube = step_text(t->r, "kubeVersion", "");

	for (size_t i = 0; i < COUNTOF(flags); i++)
		if (step_truth(t->r, flags[i][0], false))
			tool_argument(t, to, flags[i][1], "");
	if (*kube)
		tool_argument(t, to, "--kube-version=", kube);
	for (size_t i = 0; i < value_count(versions); i++)
		tool_argument(t, to, "--api-versions=",
			      tool_element(t->r->arena, value_text(value_at(versions, i), "")));
}

static bool build_dependencies(struct step_run *r, const char *path, struct err *e)
{
	const char *file = path_join(r->arena, path, "Chart.yaml");
	const struct yaml_node *dependencies;
	struct yaml_node *root;
	struct str text;

	if (!step_truth(r, "buildDependencies", false))
		return true;
	if (!text_file_read(r, file, &text, e) || !yaml_tree_read(r->arena, file, text, &root, e))
		return false;
	dependencies = root ? yaml_node_get(root, str_of("dependencies")) : NULL;
	if (!dependencies || dependencies->kind != YAML_LIST || !dependencies->count)
		return true;
	return helm_deps_fetch(r, "build", path, dependencies, e) ||
	       err_wrap(e, "building dependencies");
}

/* [<group, dots as underscores>-]<kind>[-<namespace>]-<name>.yaml */
static const char *flat_name(struct arena *a, const struct value *object)
{
	const char *version = value_path_text(object, "apiVersion", "");
	const char *namespace = value_path_text(object, "metadata.namespace", "");
	const char *name = value_path_text(object, "metadata.name", ""), *slash = strchr(version, '/');
	char *group = str_format(a, "%.*s", slash ? (int)(slash - version) : 0, version);

	for (char *p = group; *p; p++)
		if (*p == '.')
			*p = '_';
	if (!*name)
		return "resource-0.yaml";
	return str_format(a, "%s%s%s%s%s-%s.yaml", group, *group ? "-" : "",
			  value_path_text(object, "kind", ""), *namespace ? "-" : "", namespace, name);
}

/* Without the white space around it, as Kargo writes each. */
static void trim_all(struct list *documents)
{
	for (size_t i = 0; i < documents->count; i++) {
		struct rendered *d = documents->items[i];

		d->text = str_trim(d->text);
	}
}

/* With the helm layout helm itself makes the files, in its own folder, from which they are brought. */
static bool helm_template_render(struct tool *t, const char *chart, struct err *e)
{
	struct step_run *r = t->r;
	const char *out = step_text(r, "outPath", "");
	bool flat = strcmp(step_text(r, "outLayout", "helm"), "flat") == 0;
	bool to_folder = !rendered_is_file(out) && !flat;
	struct list argv = { 0 }, documents = { 0 };
	struct str text;

	tool_argument(t, &argv, "helm", "");
	tool_argument(t, &argv, "template", "");
	tool_argument(t, &argv, "--namespace=", step_text(r, "namespace", r->subject->project));
	if (!push_values(t, &argv, e))
		return false;
	push_flags(t, &argv);
	if (to_folder)
		tool_argument(t, &argv, "--output-dir=", path_join(r->arena, t->scratch, "out"));
	tool_argument(t, &argv, "--", "");
	tool_argument(t, &argv, step_text(r, "releaseName", ""), "");
	tool_argument(t, &argv, chart, "");
	if (!tool_run(t, &argv, &text, e))
		return false;
	if (to_folder)
		return tool_bring(t, "out", out, e);
	if (rendered_is_file(out))
		return workdir_write(r->work, out, text.at, text.len, e);
	if (!rendered_split(r->arena, text, &documents, e))
		return false;
	trim_all(&documents);
	return rendered_write(r->arena, &(struct rendered_target){ r->work, out, flat_name }, &documents, e);
}

static bool helm_template_with(struct step_run *r, const char *path, struct err *e)
{
	const char *chart, *program;
	struct tool t;
	bool fine;

	if (!tool_find(r->arena, &tool_helm, &program, e) ||
	    !workdir_resolve(r->work, r->arena, path, &chart, e) || !build_dependencies(r, path, e) ||
	    (folder_exists(chart) && !tool_check_links(r, path, e)) || !tool_begin(r, false, &t, e))
		return false;
	fine = helm_template_render(&t, chart, e);
	tool_end(&t);
	return fine;
}

static bool helm_template_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *path = text_file_path(r->arena, step_text(r, "path", ""));

	(void)result;
	if (helm_template_with(r, path, e))
		return true;
	e->again = e->code != ERR_CANCELLED;
	return err_wrap(e, "rendering %s", step_text(r, "path", ""));
}

const struct step_def step_helm_template = {
	.kind = "helm-template",
	.summary = "Render a Helm chart to files.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS | STEP_NEEDS_HTTP,
	.tools = &tool_helm,
	.reach = STEP_REACH_READS,
	.run = helm_template_run,
};
