/* SPDX-License-Identifier: Apache-2.0 */
/* What can be rewritten is told by the same reading that rewrites it. */
#include "config/fix_known.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/list.h"
#include "base/str.h"
#include "config/config.h"
#include "config/documents.h"
#include "config/fix_node.h"
#include "config/foreign.h"
#include "data/value.h"
#include "data/yaml_edit.h"
#include "data/yaml_tree.h"

struct learning {
	struct arena *a;
	const char *file;
	struct fix_known *out;
};

/* One policy as a ProjectConfig has it; NULL where a person has to decide. */
static struct value *policy_of_today(struct arena *a, const struct value *old)
{
	const struct value *stage = value_get(old, "stage"), *selector = value_get(old, "stageSelector");
	struct value *made = value_map(a), *name = value_map(a);

	if (!value_is(old, VALUE_MAP) || !stage == !selector || (stage && !value_is(stage, VALUE_STRING)))
		return NULL;
	for (size_t i = 0; i < old->map.count; i++)
		if (old->map.members[i].value != stage)
			value_set_n(a, made, old->map.members[i].key, old->map.members[i].value);
		else
			value_set(a, made, "stageSelector", name);
	if (stage)
		value_set(a, name, "name", value_string(a, stage->string.at));
	return made;
}

static void learn_policies(struct learning *l, const char *project, const struct value *object)
{
	const struct value *spec = value_get(object, "spec"), *list = value_get(spec, "promotionPolicies");
	struct value *all = value_list(l->a);

	if (value_count(spec) != 1 || !value_is(list, VALUE_LIST))
		return;
	for (size_t i = 0; i < value_count(list); i++) {
		struct value *made = policy_of_today(l->a, value_at(list, i));

		if (!made)
			return;
		value_append(l->a, all, made);
	}
	if (value_count(all))
		map_set(l->a, &l->out->policies, project, all);
}

static void learn_config(struct learning *l, const char *project, const struct value *object, bool is_open)
{
	struct fix_config *made = arena_alloc(l->a, sizeof(*made));
	const struct value *spec = value_get(object, "spec");

	*made = (struct fix_config){ l->file, value_get(spec, "promotionPolicies") != NULL,
				     is_open && (!spec || value_is(spec, VALUE_MAP)) };
	map_set(l->a, &l->out->configs, project, made);
}

/* is_open: the document can be rewritten. */
static void learn_object(struct learning *l, const struct value *object, bool is_open)
{
	const struct value *items = value_get(object, "items");
	const char *name = value_path_text(object, "metadata.name", "");
	const char *kind = value_text(value_get(object, "kind"), "");

	for (size_t i = 0; value_is(items, VALUE_LIST) && i < value_count(items); i++)
		learn_object(l, value_at(items, i), is_open);
	if (*name && strcmp(kind, "ProjectConfig") == 0)
		learn_config(l, name, object, is_open);
	if (*name && strcmp(kind, "Project") == 0 && is_open)
		learn_policies(l, name, object);
}

/* No anchors: what stands in one place may be meant in another. */
static bool is_plain(const struct yaml_node *node)
{
	for (size_t i = 0; i < node->count; i++)
		if (!is_plain(node->items[i]))
			return false;
	return node->kind != YAML_ALIAS && !node->anchor;
}

static bool can_be_rewritten(struct learning *l, struct str text)
{
	struct yaml_node *root;
	struct err ignored;

	return foreign_is_kargo(l->a, text) && !foreign_is_helm(l->a, text, false) &&
	       yaml_tree_read(l->a, l->file, text, &root, &ignored) && root && is_plain(root);
}

static void learn_file(struct learning *l, struct str text)
{
	while (text.len) {
		unsigned lines = 0;
		struct str piece = document_next(&text, &lines);
		struct list documents = { 0 }, ignored = { 0 };

		documents_read(l->a, l->a, piece, &documents, &ignored);
		for (size_t i = 0; i < documents.count; i++) {
			const struct document *d = documents.items[i];

			if (!d->object)
				continue;
			learn_object(l, d->object, can_be_rewritten(l, piece));
			origins_learn(l->a, d->object, &l->out->origins);
		}
	}
}

void fix_learn(struct arena *a, const struct config_file *files, size_t count,
	       struct fix_known *out)
{
	*out = (struct fix_known){ 0 };
	for (size_t i = 0; i < count; i++)
		learn_file(&(struct learning){ a, files[i].name, out }, files[i].text);
}

const struct fix_config *fix_known_config(const struct fix_known *known, const char *project)
{
	return map_get(&known->configs, project);
}

const struct value *fix_known_merged(const struct fix_known *known, const char *project)
{
	const struct fix_config *config = fix_known_config(known, project);

	return config && config->is_open && !config->has_policies ? map_get(&known->policies, project) : NULL;
}
