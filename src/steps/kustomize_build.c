/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kustomize-build: the real kustomize, or kubectl's, as a child (kargo-semantics 6.3). Which is
 * used is said to whoever watches; neither being there is an error that says how to get one.
 */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/process.h"
#include "base/str.h"
#include "data/value.h"
#include "steps/rendered.h"
#include "steps/workdir.h"

enum { TIMEOUT_MS = 300000, MAX_OUTPUT = 64 << 20, MAX_ARGUMENTS = 64 };

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
	  .help = "One file (.yaml, .yml), or a folder for a file each." },
	{ .name = "outputFormat", .kind = PARAM_STRING, .choices = formats, .otherwise = "kargo",
	  .help = "How files of a folder are named." },
	{ .name = "plugin", .kind = PARAM_MAP, .of = plugin_params, .help = "Settings of plugins." },
	{ 0 },
};

static const struct step_output outputs[] = { { 0 } };

struct arguments {
	const char *items[MAX_ARGUMENTS];
	size_t count;
};

static bool push(struct arguments *to, const char *text, struct err *e)
{
	if (to->count + 1 >= MAX_ARGUMENTS)
		return err_set(e, ERR_LIMIT, "too many apiVersions");
	to->items[to->count++] = text;
	return true;
}

static bool choose_program(struct step_run *r, struct arguments *to, struct err *e)
{
	if (process_find(r->arena, "kustomize"))
		return push(to, "kustomize", e) && push(to, "build", e);
	if (process_find(r->arena, "kubectl"))
		return push(to, "kubectl", e) && push(to, "kustomize", e);
	return err_set(e, ERR_NOT_FOUND, "neither kustomize nor kubectl is installed; get one from "
		       "https://kubectl.docs.kubernetes.io/installation/kustomize/");
}

static bool add_helm(struct step_run *r, struct arguments *to, struct err *e)
{
	const struct value *helm = value_path(r->config, "plugin.helm");
	const struct value *versions = value_get(helm, "apiVersions");
	const char *kube = value_text(value_get(helm, "kubeVersion"), NULL);

	if (process_find(r->arena, "helm") && !push(to, "--enable-helm", e))
		return false;
	if (kube && (!push(to, "--helm-kube-version", e) || !push(to, kube, e)))
		return false;
	for (size_t i = 0; i < value_count(versions); i++)
		if (!push(to, "--helm-api-versions", e) ||
		    !push(to, value_text(value_at(versions, i), ""), e))
			return false;
	return true;
}

static bool build(struct step_run *r, const char *folder, struct str *out, struct err *e)
{
	struct arguments to = { .count = 0 };
	struct process p = { .argv = to.items, .folder = workdir_path(r->work), .timeout_ms = TIMEOUT_MS,
			     .max_output = MAX_OUTPUT, .cancelled = r->cancelled };
	struct process_result result;

	if (!choose_program(r, &to, e) || !add_helm(r, &to, e) ||
	    !push(&to, "--load-restrictor=LoadRestrictionsNone", e) || !push(&to, folder, e))
		return false;
	step_say(r, "%s %s", to.items[0], step_text(r, "path", ""));
	if (!process_run(r->arena, &p, &result, e))
		return false;
	if (result.status)
		return err_set(e, ERR_CONFIG, "%s: %s", to.items[0],
			       str_clean(r->arena, result.error.at, result.error.len, 800));
	*out = result.out;
	return true;
}

/* [<namespace>-]<kind>-<name>.yaml */
static const char *kargo_name(struct arena *a, const struct value *object, void *context)
{
	const char *namespace = value_path_text(object, "metadata.namespace", "");

	(void)context;
	return str_format(a, "%s%s%s-%s.yaml", namespace, *namespace ? "-" : "",
			  value_path_text(object, "kind", ""), value_path_text(object, "metadata.name", ""));
}

/* [<namespace>_]<group_version_kind>_<name>.yaml, the namespace only where there are several. */
static const char *kustomize_name(struct arena *a, const struct value *object, void *several)
{
	const char *namespace = value_path_text(object, "metadata.namespace", "");
	char *version = str_format(a, "%s", value_path_text(object, "apiVersion", ""));

	for (char *p = version; *p; p++)
		if (*p == '/')
			*p = '_';
	return str_format(a, "%s%s%s_%s_%s.yaml", several && *namespace ? namespace : "",
			  several && *namespace ? "_" : "", version, value_path_text(object, "kind", ""),
			  value_path_text(object, "metadata.name", ""));
}

static bool has_several_namespaces(const struct list *documents)
{
	const char *first = NULL;

	for (size_t i = 0; i < documents->count; i++) {
		const struct rendered *d = documents->items[i];
		const char *own = value_path_text(d->object, "metadata.namespace", "");

		if (*own && first && strcmp(own, first) != 0)
			return true;
		first = *own ? own : first;
	}
	return false;
}

static bool run(struct step_run *r, struct step_result *result, struct err *e)
{
	bool kustomize = strcmp(step_text(r, "outputFormat", "kargo"), "kustomize") == 0;
	const char *out = step_text(r, "outPath", ""), *folder;
	struct list documents = { 0 };
	struct str text;

	(void)result;
	if (!workdir_resolve(r->work, r->arena, step_text(r, "path", ""), &folder, e) ||
	    !build(r, folder, &text, e))
		return err_wrap(e, "building %s", step_text(r, "path", ""));
	if (rendered_is_file(out))
		return workdir_write(r->work, out, text.at, text.len, e);
	if (!rendered_split(r->arena, text, &documents, e))
		return false;
	step_say(r, "%zu objects", documents.count);
	return rendered_write(r->arena, r->work, out, &documents,
			      kustomize ? kustomize_name : kargo_name,
			      has_several_namespaces(&documents) ? &documents : NULL, e);
}

const struct step_def step_kustomize_build = {
	.kind = "kustomize-build",
	.summary = "Render a kustomization to files.",
	.params = params,
	.outputs = outputs,
	.reach = STEP_REACH_READS,
	.run = run,
};
