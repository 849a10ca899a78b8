/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kustomize-build: the real kustomize, or kubectl's, as a child (doc/kargo-rules.md 6.3). Which is
 * used is said to whoever watches; neither being there is an error that says how to get one.
 */
#include "steps/step.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/str.h"
#include "data/value.h"
#include "data/yaml.h"
#include "steps/rendered.h"
#include "steps/text_file.h"
#include "steps/tool.h"
#include "steps/workdir.h"

enum { MAX_FILE = 64 << 20 };

static const char *const formats[] = { "kargo", "kustomize", NULL };

static const struct step_param helm_params[] = {
	{ .name = "apiVersions", .kind = PARAM_LIST, .help = "API versions that charts may ask for." },
	{ .name = "kubeVersion", .kind = PARAM_STRING, .help = "The Kubernetes version that charts see." },
	{ 0 },
};

static const struct step_param plugin_params[] = {
	{ .name = "helm", .kind = PARAM_MAP, .of = helm_params, .help = "For the helm generator." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The folder with kustomization.yaml." },
	{ .name = "outPath", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "One file (.yaml, .yml), or a folder that gets one file for each object." },
	{ .name = "outputFormat", .kind = PARAM_STRING, .choices = formats, .otherwise = "kargo",
	  .help = "How files of a folder are named." },
	{ .name = "plugin", .kind = PARAM_MAP, .of = plugin_params, .help = "Settings of plugins." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

static void add_helm(struct tool *t, struct list *argv)
{
	const struct value *helm = value_path(t->r->config, "plugin.helm");
	const struct value *versions = value_get(helm, "apiVersions");
	const char *kube = value_text(value_get(helm, "kubeVersion"), ""), *program;
	struct err e;

	if (!tool_find(t->r->arena, &tool_helm, &program, &e))
		return;
	tool_argument(t, argv, "--enable-helm", "");
	if (*kube)
		tool_argument(t, argv, "--helm-kube-version=", kube);
	for (size_t i = 0; i < value_count(versions); i++)
		tool_argument(t, argv, "--helm-api-versions=",
			      tool_element(t->r->arena, value_text(value_at(versions, i), "")));
}

/* [<namespace>-]<kind>-<name>.yaml */
static const char *kargo_name(struct arena *a, const struct value *object)
{
	const char *namespace = value_path_text(object, "metadata.namespace", "");

	return str_format(a, "%s%s%s-%s.yaml", namespace, *namespace ? "-" : "",
			  value_path_text(object, "kind", ""), value_path_text(object, "metadata.name", ""));
}

static bool write_files(struct tool *t, const char *out, struct str text, struct err *e)
{
	const struct rendered_target target = { t->r->work, out, kargo_name };
	struct list documents = { 0 };

	if (!rendered_split(t->r->arena, text, &documents, e))
		return false;
	step_report(t->r, "%zu objects", documents.count);
	return rendered_write(t->r->arena, &target, &documents, e);
}

/* kustomize puts "default_" before what has no namespace; Kargo does not. */
static bool rename_files(struct tool *t, struct err *e)
{
	static const char prefix[] = "default_";
	struct arena *a = t->r->arena;
	const char *folder = path_join(a, t->scratch, "out");
	struct list names = { 0 };

	if (!folder_list(a, folder, &names, e))
		return false;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i], *path = path_join(a, folder, name);
		struct list documents = { 0 };
		struct str text;

		if (!has_prefix(name, prefix))
			continue;
		if (!file_read(a, path, MAX_FILE, &text, e) ||
		    !yaml_parse(a, name, text, &documents, e))
			return false;
		if (documents.count && !*value_path_text(documents.items[0], "metadata.namespace", "") &&
		    rename(path, path_join(a, folder, name + strlen(prefix))))
			return err_errno(e, "%s", path);
	}
	return true;
}

/* With its own file names kustomize writes the files, into the scratch folder. */
static bool kustomize_build_render(struct tool *t, const char *program, const char *folder,
				   struct err *e)
{
	const char *out = step_text(t->r, "outPath", "");
	bool by_kustomize = !rendered_is_file(out) &&
			    strcmp(step_text(t->r, "outputFormat", "kargo"), "kustomize") == 0;
	struct list argv = { 0 };
	struct str text;

	tool_argument(t, &argv, program, "");
	tool_argument(t, &argv, strcmp(program, "kubectl") == 0 ? "kustomize" : "build", "");
	add_helm(t, &argv);
	tool_argument(t, &argv, "--load-restrictor=LoadRestrictionsNone", "");
	if (by_kustomize)
		tool_argument(t, &argv, "--output=", path_join(t->r->arena, t->scratch, "out"));
	tool_argument(t, &argv, "--", "");
	tool_argument(t, &argv, folder, "");
	step_report(t->r, "%s %s", program, step_text(t->r, "path", ""));
	if (!tool_run(t, &argv, &text, e))
		return false;
	if (by_kustomize)
		return rename_files(t, e) && tool_bring(t, "out", out, e);
	if (rendered_is_file(out))
		return workdir_write(t->r->work, out, text.at, text.len, e);
	return write_files(t, out, text, e);
}

/* Charts that it inflates are put beside the kustomization, so it may write in the work directory. */
static bool kustomize_build_with(struct step_run *r, const char *path, struct err *e)
{
	const char *folder, *program;
	struct tool t;
	bool fine;

	if (!tool_find(r->arena, &tool_kustomize, &program, e) ||
	    !workdir_resolve(r->work, r->arena, path, &folder, e) || !tool_begin(r, true, &t, e))
		return false;
	fine = (confine_is_possible() || tool_check_links(r, path, e)) &&
	       kustomize_build_render(&t, program, folder, e);
	tool_end(&t);
	return fine;
}

static bool kustomize_build_run(struct step_run *r, struct step_result *result, struct err *e)
{
	const char *path = text_file_path(r->arena, step_text(r, "path", ""));

	(void)result;
	if (kustomize_build_with(r, path, e))
		return true;
	e->again = e->code != ERR_CANCELLED;
	return err_wrap(e, "building %s", step_text(r, "path", ""));
}

const struct step_def step_kustomize_build = {
	.kind = "kustomize-build",
	.summary = "Render a kustomization to files.",
	.params = params,
	.outputs = outputs,
	.tools = &tool_kustomize,
	.reach = STEP_REACH_READS,
	.run = kustomize_build_run,
};
