/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helm-update-chart: set versions of a chart's dependencies and lock them anew
 * (kargo-semantics 6.3). helm runs in a home of its own, which holds no more than the
 * credentials of this chart's repositories and is gone afterwards. A lock whose versions
 * did not change keeps its bytes, because helm writes the time into each.
 */
#include "steps/step.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "base/process.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_edit.h"
#include "data/yaml_tree.h"
#include "model/credentials.h"
#include "steps/text_file.h"
#include "steps/workdir.h"

enum { TIMEOUT_MS = 300000, MAX_OUTPUT = 4 << 20, LONGEST_MESSAGE = 1 << 20 };

static const struct step_param chart_fields[] = {
	{ .name = "repository", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The dependency's repository, as Chart.yaml has it." },
	{ .name = "name", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The dependency's name." },
	{ .name = "version", .kind = PARAM_STRING, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "Its new version." },
	{ 0 },
};

static const struct step_param params[] = {
	{ .name = "path", .kind = PARAM_PATH, .flags = PARAM_REQUIRED | PARAM_NOT_EMPTY,
	  .help = "The chart's folder." },
	{ .name = "charts", .kind = PARAM_LIST, .flags = PARAM_NOT_EMPTY, .of = chart_fields,
	  .help = "Dependencies to set; without it they are only locked anew." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commitMessage", "Which dependencies changed; absent when none did." },
	{ 0 },
};

struct chart {
	struct step_run *r;
	const char *path;               /* as configured */
	const char *folder;             /* absolute */
	const char *file, *lock;        /* Chart.yaml and Chart.lock, in the work directory */
	const char *home;               /* helm's, for this run */
	struct yaml_edit *edit;
	const struct yaml_node *dependencies;   /* NULL when there are none */
};

static const char *text_at(const struct yaml_node *map, const char *key)
{
	const struct yaml_node *v = yaml_node_get(map, str_of(key));

	return v && v->kind == NODE_SCALAR ? v->text.at : "";
}

static bool set_version(struct chart *c, const struct value *wish, struct err *e)
{
	const char *name = value_text(value_get(wish, "name"), "");
	const char *repository = value_text(value_get(wish, "repository"), "");

	for (size_t i = 0; c->dependencies && i < c->dependencies->count; i++) {
		const struct yaml_node *d = c->dependencies->items[i];
		struct yaml_node *version = yaml_node_get(d, str_of("version"));
		bool partly;

		if (strcmp(text_at(d, "name"), name) != 0 ||
		    strcmp(text_at(d, "repository"), repository) != 0)
			continue;
		if (!version || version->kind != NODE_SCALAR)
			return err_set(e, ERR_CONFIG, "%s:%u: the dependency %s has no version",
				       c->file, d->line, name);
		return yaml_edit_set(c->edit, version, value_get(wish, "version"), &partly, e);
	}
	return err_set(e, ERR_NOT_FOUND, "%s: no dependency is called %s and of %s", c->file, name,
		       repository);
}

/* Chart.yaml with the versions that are wished for. */
static bool set_versions(struct chart *c, struct err *e)
{
	const struct value *wishes = value_get(c->r->config, "charts");
	const struct yaml_node *root;
	struct str text, edited;

	if (!text_file_read(c->r, c->file, &text, e) ||
	    !yaml_edit_open(c->r->arena, c->file, text, &c->edit, e))
		return false;
	root = yaml_edit_root(c->edit);
	c->dependencies = root ? yaml_node_get(root, str_of("dependencies")) : NULL;
	if (c->dependencies && c->dependencies->kind != NODE_LIST)
		c->dependencies = NULL;
	for (size_t i = 0; i < value_count(wishes); i++)
		if (!set_version(c, value_at(wishes, i), e))
			return false;
	if (!value_count(wishes))
		return true;
	return yaml_edit_finish(c->edit, &edited, e) &&
	       text_file_write(c->r, c->file, text, edited, e);
}

static bool helm(struct chart *c, const char *const *argv, const char *input, struct err *e)
{
	struct arena *a = c->r->arena;
	const char *const env[] = {
		str_format(a, "HELM_CONFIG_HOME=%s/config", c->home),
		str_format(a, "HELM_CACHE_HOME=%s/cache", c->home),
		str_format(a, "HELM_DATA_HOME=%s/data", c->home),
		NULL,
	};
	struct process p = { .argv = argv, .env = env, .folder = c->home, .input = str_of(input),
			     .timeout_ms = TIMEOUT_MS, .max_output = MAX_OUTPUT,
			     .cancelled = c->r->cancelled };
	struct process_result result;

	if (!process_find(a, "helm"))
		return err_set(e, ERR_NOT_FOUND, "helm is not installed; get it from "
			       "https://helm.sh/docs/intro/install/");
	if (!process_run(a, &p, &result, e))
		return false;
	if (!result.status)
		return true;
	return err_again(e, ERR_CONFIG, "helm %s: %s", argv[1],
			 str_clean(a, result.error.at, result.error.len, 800));
}

/* What a chart in a folder may name: one beside it, within the work directory. */
static bool check_local(struct chart *c, const char *repository, struct err *e)
{
	const char *to = repository + strlen("file://"), *absolute;

	if (*to == '/')
		return err_set(e, ERR_REFUSED, "%s: a local dependency must be relative",
			       repository);
	if (!workdir_resolve(c->r->work, c->r->arena,
			     text_file_path(c->r->arena, path_join(c->r->arena, c->path, to)),
			     &absolute, e))
		return err_wrap(e, "%s", repository);
	return true;
}

/* Tells helm who we are to a repository, when we are somebody. */
static bool log_in(struct chart *c, const char *repository, size_t number, struct err *e)
{
	const struct step_services *s = c->r->services;
	struct arena *a = c->r->arena;
	struct credentials who = { 0 };
	const char *host = repository + strlen("oci://");

	if (!s->credentials || !s->credentials(s->context, a, "helm", repository, &who) ||
	    !who.username || !who.password)
		return true;
	if (has_prefix(repository, "oci://")) {
		const char *const argv[] = { "helm", "registry", "login",
					     str_copy_n(a, host, strcspn(host, "/")), "--username",
					     who.username, "--password-stdin", NULL };

		return helm(c, argv, who.password, e);
	}
	const char *const argv[] = { "helm", "repo", "add", str_format(a, "repository-%zu", number),
				     repository, "--username", who.username, "--password-stdin",
				     NULL };

	return helm(c, argv, who.password, e);
}

static bool is_first_of(const struct chart *c, size_t at)
{
	const char *repository = text_at(c->dependencies->items[at], "repository");

	for (size_t i = 0; i < at; i++)
		if (strcmp(text_at(c->dependencies->items[i], "repository"), repository) == 0)
			return false;
	return true;
}

static bool update_lock(struct chart *c, struct err *e)
{
	const char *const argv[] = { "helm", "dependency", "update", c->folder, NULL };

	for (size_t i = 0; c->dependencies && i < c->dependencies->count; i++) {
		const char *repository = text_at(c->dependencies->items[i], "repository");

		if (has_prefix(repository, "file://") ? !check_local(c, repository, e)
						      : *repository && is_first_of(c, i) &&
								!log_in(c, repository, i, e))
			return false;
	}
	return helm(c, argv, "", e);
}

/* The lock's versions by name; an empty map when there is no lock. */
static bool read_lock(struct chart *c, struct str *text, struct value **out, struct err *e)
{
	struct arena *a = c->r->arena;
	struct list documents = { 0 };
	const struct value *all;

	*out = value_map(a);
	*text = (struct str){ "", 0 };
	if (!text_file_read(c->r, c->lock, text, e))
		return e->code == ERR_NOT_FOUND;
	if (!yaml_parse(a, c->lock, text->at, text->len, &documents, e))
		return false;
	all = documents.count ? value_get(documents.items[0], "dependencies") : NULL;
	for (size_t i = 0; i < value_count(all); i++)
		value_set(a, *out, value_text(value_get(value_at(all, i), "name"), ""),
			  value_string(a, value_text(value_get(value_at(all, i), "version"), "")));
	return true;
}

static void list_changes(struct buf *b, const struct value *old, const struct value *new)
{
	for (size_t i = 0; i < value_count(new); i++) {
		const struct value_member *m = &new->map.members[i];
		const struct value *before = value_get_n(old, m->key);

		if (!before)
			buf_format(b, "\n- %s: %s", m->key.at, m->value->string.at);
		else if (!value_equal(before, m->value))
			buf_format(b, "\n- %s: %s -> %s", m->key.at, before->string.at,
				   m->value->string.at);
	}
	for (size_t i = 0; i < value_count(old); i++)
		if (!value_get_n(new, old->map.members[i].key))
			buf_format(b, "\n- %s: removed", old->map.members[i].key.at);
}

static bool update(struct chart *c, struct step_result *result, struct err *e)
{
	struct value *old, *new;
	struct str before, after;
	AUTO(buf) struct buf b;

	buf_init(&b, LONGEST_MESSAGE);
	if (!set_versions(c, e) || !read_lock(c, &before, &old, e) || !update_lock(c, e) ||
	    !read_lock(c, &after, &new, e))
		return false;
	list_changes(&b, old, new);
	if (!b.len)
		return !before.len || text_file_write(c->r, c->lock, after, before, e);
	step_output(c->r, result, "commitMessage",
		    value_string(c->r->arena,
				 str_format(c->r->arena, "Updated chart dependencies for %s\n%s",
					    c->path, buf_str(&b))));
	return true;
}

static bool run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct chart c = { .r = r, .path = step_text(r, "path", "") };
	const char *path = text_file_path(r->arena, c.path);
	struct err ignored;
	bool fine;

	c.file = path_join(r->arena, path, "Chart.yaml");
	c.lock = path_join(r->arena, path, "Chart.lock");
	if (!workdir_resolve(r->work, r->arena, path, &c.folder, e) ||
	    !folder_temporary(r->arena, "gantry-helm-", &c.home, e))
		return false;
	fine = update(&c, result, e);
	if (!folder_remove(c.home, &ignored))
		step_say(r, "%s could not be removed: %s", c.home, ignored.message);
	return fine;
}

const struct step_def step_helm_update_chart = {
	.kind = "helm-update-chart",
	.summary = "Set versions of a chart's dependencies and lock them.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS,
	.reach = STEP_REACH_READS,
	.run = run,
};
