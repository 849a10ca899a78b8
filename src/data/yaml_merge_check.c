/* SPDX-License-Identifier: Apache-2.0 */
/* The merge itself works on bytes; here its result is held against the trees that it was made of. */
#include "data/yaml_merge_check.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "data/yaml_render.h"
#include "data/yaml_tree.h"

struct map yaml_merge_index_of(struct arena *a, const struct yaml_node *node)
{
	struct map index = { 0 };

	for (size_t i = 0; i + 1 < node->count; i += 2) {
		struct str key = node->items[i]->text;

		if (node->items[i]->kind == YAML_SCALAR && !map_get_n(&index, key.at, key.len))
			map_set_n(a, &index, key.at, key.len, (void *)(uintptr_t)(i + 1));
	}
	return index;
}

size_t yaml_merge_find_member(const struct map *index, const struct yaml_node *key)
{
	uintptr_t place = key->kind == YAML_SCALAR
				  ? (uintptr_t)map_get_n(index, key->text.at, key->text.len) : 0;

	return place ? place - 1 : SIZE_MAX;
}

/* What a patch's value leaves: for a scalar its text, for all else its kind. */
static bool reads_like(const struct yaml_node *from, const struct yaml_node *new)
{
	return from->kind == new->kind &&
	       (from->kind != YAML_SCALAR || str_equal(from->text, new->text));
}

static bool yaml_merge_deletes(const struct yaml_node *value)
{
	return yaml_is_null(value) ||
	       (value->kind == YAML_MAP && strcmp(yaml_patch_word(value), "delete") == 0);
}

/* A member of the target; from and new are what the patch and the result have of it, or NULL. */
static bool member_reads(struct arena *a, const struct yaml_node *to, const struct yaml_node *from,
			 const struct yaml_node *new)
{
	if (to->kind == YAML_ALIAS || (from && yaml_merge_deletes(from)))
		return !new;
	if (!from)
		return new ? yaml_node_same(to, new) : yaml_is_null(to);
	if (!new || !reads_like(from, new))
		return false;
	return from->kind != YAML_MAP || to->kind != YAML_MAP || *yaml_patch_word(from) ||
	       yaml_merge_reads(a, to, from, new);
}

static const struct yaml_node *value_of(const struct yaml_node *map, const struct map *index,
					const struct yaml_node *key)
{
	size_t at = yaml_merge_find_member(index, key);

	return at == SIZE_MAX ? NULL : map->items[at + 1];
}

bool yaml_merge_reads(struct arena *a, const struct yaml_node *to, const struct yaml_node *from,
		      const struct yaml_node *new)
{
	const struct map in_to = yaml_merge_index_of(a, to), in_from = yaml_merge_index_of(a, from);
	const struct map in_new = yaml_merge_index_of(a, new);
	size_t seen = 0;

	if (new->kind != YAML_MAP)
		return false;
	for (size_t i = 0; i + 1 < to->count; i += 2) {
		const struct yaml_node *key = to->items[i];
		const struct yaml_node *got = value_of(new, &in_new, key);

		seen += got != NULL;
		if (key->kind != YAML_SCALAR || (key->style == YAML_PLAIN && str_is(key->text, "<<")))
			continue;
		if (!member_reads(a, to->items[i + 1], value_of(from, &in_from, key), got))
			return false;
	}
	for (size_t i = 0; i + 1 < from->count; i += 2) {
		const struct yaml_node *key = from->items[i], *value = from->items[i + 1];
		const struct yaml_node *got = value_of(new, &in_new, key);
		bool stays_out = yaml_is_dropped(key, value) || yaml_merge_deletes(value) ||
				 str_is(key->text, "$patch");

		if (yaml_merge_find_member(&in_to, key) != SIZE_MAX)
			continue;
		seen += got != NULL;
		if (stays_out ? got != NULL : !got || !reads_like(value, got))
			return false;
	}
	return seen == new->count / 2;
}
