/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helm-update-chart: set versions of a chart's dependencies and lock them again
 * (doc/kargo-rules.md 6.3). A lock whose versions did not change keeps its bytes, because helm writes
 * the time into each.
 */
#include "steps/step.h"

#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"
#include "base/list.h"
#include "data/value.h"
#include "data/yaml.h"
#include "data/yaml_edit.h"
#include "data/yaml_tree.h"
#include "steps/helm_deps.h"
#include "steps/text_file.h"
#include "steps/tool.h"
#include "steps/workdir.h"

enum { LONGEST_MESSAGE = 1 << 20 };

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
	  .help = "Dependencies to set; without this they are only locked again." },
	{ 0 },
};

static const struct step_output outputs[] = {
	{ "commitMessage", "Which dependencies changed; absent when none did." },
	{ 0 },
};

struct helm_update_chart_state {
	struct step_run *r;
	const char *path, *clean;       /* as configured, and without . and .. */
	const char *file, *lock;        /* Chart.yaml and Chart.lock, in the work directory */
	struct yaml_edit *edit;
	const struct yaml_node *dependencies;   /* NULL when there are none */
};

static bool set_version(struct helm_update_chart_state *c, const struct value *wish, struct err *e)
{
	const char *name = value_text(value_get(wish, "name"), "");
	const char *repository = value_text(value_get(wish, "repository"), "");

	for (size_t i = 0; c->dependencies && i < c->dependencies->count; i++) {
		const struct yaml_node *d = c->dependencies->items[i];
		struct yaml_node *version = yaml_node_get(d, str_of("version"));

		if (strcmp(helm_deps_text(d, "name"), name) != 0 ||
		    strcmp(helm_deps_text(d, "repository"), repository) != 0)
			continue;
		if (!version || version->kind != YAML_SCALAR)
			return err_set(e, ERR_CONFIG, "%s:%u: the dependency %s has no version",
				       c->file, d->line, name);
		return yaml_edit_set(c->edit, version, value_get(wish, "version"), e);
	}
	return err_set(e, ERR_NOT_FOUND, "%s: no dependency is called %s and of %s", c->file, name,
		       repository);
}

/* Chart.yaml with the versions that are wished for. */
static bool set_versions(struct helm_update_chart_state *c, struct err *e)
{
	const struct value *wishes = value_get(c->r->config, "charts");
	const struct yaml_node *root;
	struct str text, edited;

	if (!text_file_read(c->r, c->file, &text, e) ||
	    !yaml_edit_open(c->r->arena, c->file, text, &c->edit, e))
		return false;
	root = yaml_edit_root(c->edit);
	c->dependencies = root ? yaml_node_get(root, str_of("dependencies")) : NULL;
	if (c->dependencies && c->dependencies->kind != YAML_LIST)
		c->dependencies = NULL;
	for (size_t i = 0; i < value_count(wishes); i++)
		if (!set_version(c, value_at(wishes, i), e))
			return false;
	if (!value_count(wishes))
		return true;
	return yaml_edit_finish(c->edit, &edited, e) &&
	       text_file_write(c->r, c->file, text, edited, e);
}

/* The lock's versions by name; an empty map when there is no lock. */
static bool read_lock(struct helm_update_chart_state *c, struct str *text, struct value **out,
		      struct err *e)
{
	struct arena *a = c->r->arena;
	struct list documents = { 0 };
	const struct value *all;

	*out = value_map(a);
	*text = (struct str){ "", 0 };
	if (!text_file_read(c->r, c->lock, text, e))
		return e->code == ERR_NOT_FOUND;
	if (!yaml_parse(a, c->lock, *text, &documents, e))
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

static bool helm_update_chart_update(struct helm_update_chart_state *c, struct step_result *result,
				     struct err *e)
{
	struct value *old, *new;
	struct str before, after;
	AUTO(buf) struct buf b;

	buf_init(&b, LONGEST_MESSAGE);
	if (!set_versions(c, e) || !read_lock(c, &before, &old, e) ||
	    !helm_deps_fetch(c->r, "update", c->clean, c->dependencies, e) ||
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

static bool helm_update_chart_run(struct step_run *r, struct step_result *result, struct err *e)
{
	struct helm_update_chart_state c = { .r = r, .path = step_text(r, "path", "") };
	const char *program;

	c.clean = text_file_path(r->arena, c.path);
	c.file = path_join(r->arena, c.clean, "Chart.yaml");
	c.lock = path_join(r->arena, c.clean, "Chart.lock");
	if (tool_find(r->arena, &tool_helm, &program, e) && helm_update_chart_update(&c, result, e))
		return true;
	e->again = e->code != ERR_CANCELLED;
	return err_wrap(e, "updating dependencies of %s", c.path);
}

const struct step_def step_helm_update_chart = {
	.kind = "helm-update-chart",
	.summary = "Set versions of a chart's dependencies and lock them.",
	.params = params,
	.outputs = outputs,
	.needs = STEP_NEEDS_CREDENTIALS | STEP_NEEDS_HTTP,
	.tools = &tool_helm,
	.reach = STEP_REACH_READS,
	.run = helm_update_chart_run,
};
