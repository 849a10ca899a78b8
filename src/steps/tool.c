/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Of the environment a child gets PATH, and what leads through a proxy: neither the operator's settings and
 * plugins nor the ssh agent take part, as they would not in Kargo's controller.
 */
#define _GNU_SOURCE
#include "steps/tool.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/confine.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/process.h"
#include "steps/step.h"
#include "steps/workdir.h"

enum { TIMEOUT_MS = 300000, MAX_OUTPUT = 64 << 20, MAX_SAID = 800, PATH_PARTS = 64 };

const struct tool_need tool_helm = { { "helm" }, "https://helm.sh/docs/intro/install/" };
const struct tool_need tool_kustomize = {
	{ "kustomize", "kubectl" }, "https://kubectl.docs.kubernetes.io/installation/kustomize/"
};

bool tool_find(struct arena *a, const struct tool_need *need, const char **name, struct err *e)
{
	for (const char *const *n = need->names; *n; n++)
		if (process_find(a, *n)) {
			*name = *n;
			return true;
		}
	if (need->names[1])
		return err_set(e, ERR_NOT_FOUND, "neither %s nor %s is in PATH; get one from %s",
			       need->names[0], need->names[1], need->from);
	return err_set(e, ERR_NOT_FOUND, "%s is not in PATH; get it from %s", need->names[0],
		       need->from);
}

const char *tool_config_folder(struct tool *t)
{
	return path_join(t->r->arena, t->scratch, "config");
}

bool tool_begin(struct step_run *r, bool may_write, struct tool *out, struct err *e)
{
	static const char *const folders[] = { "home", "tmp", "config", "cache", "data", "out" };
	const char *made, *real;
	char *resolved;

	if (!folder_temporary(r->arena, "gantry-tool-", &made, e))
		return false;
	resolved = realpath(made, NULL);
	real = str_copy(r->arena, resolved ? resolved : made);
	free(resolved);
	*out = (struct tool){ .r = r, .scratch = real, .may_write = may_write };
	for (size_t i = 0; i < COUNTOF(folders); i++)
		if (!folder_make(path_join(r->arena, real, folders[i]), 0700, e)) {
			tool_end(out);
			return false;
		}
	return true;
}

void tool_end(struct tool *t)
{
	struct err e;

	if (t->scratch && !folder_remove(t->scratch, &e))
		step_report(t->r, "%s could not be removed: %s", t->scratch, e.message);
	t->scratch = NULL;
}

void tool_argument(struct tool *t, struct list *argv, const char *option, const char *text)
{
	list_add(t->r->arena, argv, str_format(t->r->arena, "%s%s", option, text));
}

const char *tool_element(struct arena *a, const char *text)
{
	AUTO(buf) struct buf b;

	buf_init(&b, 2 * strlen(text) + 3);
	if (!strpbrk(text, ",\"\n"))
		return text;
	buf_char(&b, '"');
	for (const char *p = text; *p; p++) {
		if (*p == '"')
			buf_char(&b, '"');
		buf_char(&b, *p);
	}
	buf_char(&b, '"');
	return buf_copy(&b, a);
}

static void add_variable(struct tool *t, struct list *env, const char *name, const char *below)
{
	list_add(t->r->arena, env, str_format(t->r->arena, "%s=%s/%s", name, t->scratch, below));
}

static const char *const *tool_environment(struct tool *t)
{
	static const char *const kept[] = { "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY",
					    "http_proxy", "https_proxy", "no_proxy", "all_proxy",
					    "SSL_CERT_FILE", "SSL_CERT_DIR" };
	struct arena *a = t->r->arena;
	struct list env = { 0 };

	add_variable(t, &env, "HOME", "home");
	add_variable(t, &env, "TMPDIR", "tmp");
	add_variable(t, &env, "HELM_CONFIG_HOME", "config");
	add_variable(t, &env, "HELM_CACHE_HOME", "cache");
	add_variable(t, &env, "HELM_DATA_HOME", "data");
	list_add(a, &env, str_format(a, "SSH_AUTH_SOCK="));
	list_add(a, &env, str_format(a, "GIT_TERMINAL_PROMPT=0"));
	for (size_t i = 0; i < COUNTOF(kept); i++)
		if (getenv(kept[i]))
			list_add(a, &env, str_format(a, "%s=%s", kept[i], getenv(kept[i])));
	list_add(a, &env, NULL);
	return (const char *const *)env.items;
}

/* A program may be a link to another place, where its libraries are, too. */
static void add_program(struct tool *t, struct list *paths, const char *name)
{
	const char *found = process_find(t->r->arena, name);
	char *real = found ? realpath(found, NULL) : NULL;

	if (real)
		list_add(t->r->arena, paths, str_format(t->r->arena, "%s", real));
	free(real);
}

static void add_path(struct tool *t, struct list *paths)
{
	const char *path = getenv("PATH");

	for (int i = 0; path && *path && i < PATH_PARTS; i++) {
		size_t len = strcspn(path, ":");

		if (len && *path == '/')
			list_add(t->r->arena, paths, str_format(t->r->arena, "%.*s", (int)len, path));
		path += len + (path[len] == ':');
	}
}

static const char *const *tool_readable(struct tool *t, const char *program)
{
	static const char *const certificates[] = { "SSL_CERT_FILE", "SSL_CERT_DIR" };
	struct arena *a = t->r->arena;
	struct list paths = { 0 };

	list_add(a, &paths, str_format(a, "%s", workdir_path(t->r->work)));
	add_path(t, &paths);
	add_program(t, &paths, program);
	add_program(t, &paths, "helm");
	add_program(t, &paths, "git");
	for (size_t i = 0; i < COUNTOF(certificates); i++)
		if (getenv(certificates[i]))
			list_add(a, &paths, str_format(a, "%s", getenv(certificates[i])));
	list_add(a, &paths, NULL);
	return (const char *const *)paths.items;
}

/* What it said, with paths as the manifest has them, on one line. */
static const char *tool_said(struct tool *t, struct str error)
{
	const char *work = str_format(t->r->arena, "%s/", workdir_path(t->r->work));
	const char *text = str_clean(t->r->arena, error.at, error.len, 8 * MAX_SAID);
	AUTO(buf) struct buf b;

	buf_init(&b, MAX_OUTPUT);
	for (const char *p = text; *p && b.len < MAX_SAID; p++) {
		if (has_prefix(p, work))
			p += strlen(work) - 1;
		else
			buf_char(&b, *p == '\n' || *p == '\t' ? ' ' : *p);
	}
	text = buf_copy(&b, t->r->arena);
	return str_clean(t->r->arena, text, strlen(text), MAX_SAID);
}

bool tool_run(struct tool *t, struct list *argv, struct str *out, struct err *e)
{
	const char *program = argv->items[0];
	const char *const writable[] = { t->scratch, t->may_write ? workdir_path(t->r->work) : NULL, NULL };
	const struct confine confine = { .readable = tool_readable(t, program),
					 .writable = writable };
	struct process p = { .env = tool_environment(t),
			     .folder = t->scratch,
			     .timeout_ms = TIMEOUT_MS,
			     .max_output = MAX_OUTPUT,
			     .cancelled = t->r->cancelled };
	struct process_result result;

	list_add(t->r->arena, argv, NULL);
	argv->count--;
	p.argv = (const char *const *)argv->items;
	if (confine_is_possible())
		p.confine = &confine;
	else
		step_report(t->r, "this kernel has no Landlock: %s is not kept from files outside", program);
	if (!process_run(t->r->arena, &p, &result, e))
		return false;
	if (result.status)
		return err_set(e, ERR_CONFIG, "%s: %s", program, tool_said(t, result.error));
	*out = result.out;
	return true;
}
