/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text of the spec stays as it is, comments included, and only gets a head of its own:
 * a document behind the Project's, or the next element of its list.
 */
#include "config/fix_passes.h"

#include <string.h>

#include "base/arena.h"
#include "base/str.h"
#include "config/fix_known.h"
#include "config/fix_node.h"
#include "data/value.h"
#include "data/yaml_splice.h"
#include "data/yaml_tree.h"

static const char version[] = "kargo.akuity.io/v1alpha1";

/* A ProjectConfig's members before its spec, each line beginning with indent blanks but the first. */
static const char *head_lines(struct fix_document *d, const char *name, size_t indent)
{
	const char *nl = yaml_newline(d->text);
	int n = (int)indent;

	return str_format(d->a, "apiVersion: %s%s%*skind: ProjectConfig%s%*smetadata:%s%*s  name: %s%s%*s  "
			  "namespace: %s%s", version, nl, n, "", nl, n, "", nl, n, "", name, nl, n, "", name,
			  nl);
}

static const char *flow_object(struct fix_document *d, const char *name, const struct fix_member *spec)
{
	const struct yaml_node *v = spec->value;
	const char *text = str_copy_n(d->a, d->text.at + v->start, v->end - v->start);

	return str_format(d->a, d->is_json ? "{\"apiVersion\":\"%s\",\"kind\":\"ProjectConfig\","
					     "\"metadata\":{\"name\":\"%s\",\"namespace\":\"%s\"},"
					     "\"spec\":%s}"
					   : "{apiVersion: %s, kind: ProjectConfig, "
					     "metadata: {name: %s, namespace: %s}, spec: %s}",
			  version, name, name, text);
}

/* Block style: the lines of the spec are cut out and put behind. */
static void move_lines(struct fix_document *d, const char *name, const struct fix_member *spec,
		       const struct yaml_node *list)
{
	size_t start = yaml_line_start(d->text, spec->key->start), end = yaml_tail(d->text, spec->value);
	size_t behind = list ? yaml_tail(d->text, spec->map) : d->text.len;
	const char *lines = str_copy_n(d->a, d->text.at + start, end - start);
	const char *nl = yaml_newline(d->text);
	bool is_open = d->text.at[behind - 1] != '\n', lines_open = d->text.at[end - 1] != '\n';
	const char *head;

	if (list)
		head = str_format(d->a, "%*s- %s", (int)list->column, "",
				  head_lines(d, name, spec->key->column));
	else
		head = str_format(d->a, "%s---%s%s", is_open && end != behind ? nl : "", nl,
				  head_lines(d, name, 0));
	head = str_format(d->a, "%s%s%s", head, lines, lines_open ? nl : "");
	if (end == behind) {
		fix_replace(d, start, behind, head);
		return;
	}
	fix_remove(d, spec);
	fix_replace(d, behind, behind, head);
}

/* Flow style, JSON among it. */
static void move_flow(struct fix_document *d, const char *name, const struct fix_member *spec,
		      const struct yaml_node *list)
{
	const char *object = flow_object(d, name, spec), *nl = yaml_newline(d->text);
	const struct yaml_node *project = spec->map;

	fix_remove(d, spec);
	if (list && list->flow) {
		fix_replace(d, project->end, project->end,
			    str_format(d->a, ",%s%s", d->is_json ? "" : " ", object));
	} else if (list) {
		size_t behind = yaml_tail(d->text, project);

		fix_replace(d, behind, behind,
			    str_format(d->a, "%*s- %s%s", (int)list->column, "", object, nl));
	} else if (d->is_json) {
		fix_replace(d, project->start, project->start,
			    "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[");
		fix_replace(d, project->end, project->end, str_format(d->a, ",%s]}", object));
	} else {
		bool is_open = d->text.len && d->text.at[d->text.len - 1] != '\n';

		fix_replace(d, d->text.len, d->text.len,
			    str_format(d->a, "%s---%s%s%s", is_open ? nl : "", nl, object, nl));
	}
}

/* A block map with its spec in flow style: the spec's text goes with a block head. */
static bool is_movable(const struct fix_document *d, const struct fix_member *spec,
		       const struct yaml_node *list)
{
	size_t line = yaml_line_start(d->text, spec->key->start);

	if (spec->map->flow)
		return true;
	if (list && list->flow)
		return false;
	return strspn(d->text.at + line, " ") >= spec->key->start - line && (list || spec->key->column == 0);
}

void fix_project_config(struct fix_document *d, const struct fix_known *known,
			const struct yaml_node *object)
{
	const char *name = fix_text(fix_path(object, "metadata.name"));
	const struct value *policies = fix_known_merged(known, name);
	struct fix_member spec, there;

	fix_policies(d, object);
	if (d->is_changed || !policies || !fix_find(object, "metadata", &there))
		return;
	if (!fix_find(object, "spec", &spec)) {
		struct value *made = value_map(d->a);

		value_set(d->a, made, "promotionPolicies", value_copy(d->a, policies));
		fix_add_tree(d, object, "spec", made);
	} else if (spec.value->kind == YAML_MAP &&
		   !fix_find(spec.value, "promotionPolicies", &there)) {
		fix_add_tree(d, spec.value, "promotionPolicies", policies);
	} else {
		return;
	}
	fix_done(d, there.key, "promotionPolicies of the Project are here now");
}

void fix_project(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object,
		 const struct yaml_node *list)
{
	const char *name = fix_text(fix_path(object, "metadata.name"));
	const struct fix_config *config = fix_known_config(known, name);
	struct fix_member spec, policies;

	if (!*name || !fix_find(object, "spec", &spec) ||
	    !fix_find(spec.value, "promotionPolicies", &policies))
		return;
	if (spec.value->count != 2) {
		fix_leave(d, policies.key,
			  "the spec holds more than policies: move them into a ProjectConfig by hand");
	} else if (!fix_count(policies.value) || (config && config->has_policies)) {
		fix_remove(d, &spec);
		fix_done(d, policies.key, fix_count(policies.value)
			 ? "the ProjectConfig's policies count; the Project's are gone"
			 : "an empty promotionPolicies is gone");
	} else if (fix_known_merged(known, name)) {
		fix_remove(d, &spec);
		fix_done(d, policies.key, str_format(d->a, "they are in the ProjectConfig in %s now",
						     config->file));
	} else if (config) {
		fix_leave(d, policies.key, str_format(d->a, "move them into the ProjectConfig in %s by hand",
						      config->file));
	} else if (!is_movable(d, &spec, list)) {
		fix_leave(d, policies.key, "move them into a ProjectConfig by hand");
	} else {
		fix_policies(d, object);
		if (d->is_changed)
			return;
		if (spec.map->flow)
			move_flow(d, name, &spec, list);
		else
			move_lines(d, name, &spec, list);
		d->is_split = true;
		fix_done(d, policies.key, "promotionPolicies are in a ProjectConfig now");
	}
}
