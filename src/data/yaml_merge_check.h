/* SPDX-License-Identifier: Apache-2.0 */
/* What a merged map must read as. Any thread. */
#ifndef GANTRY_DATA_YAML_MERGE_CHECK_H
#define GANTRY_DATA_YAML_MERGE_CHECK_H

#include "base/base.h"

struct arena;
struct map;
struct yaml_node;

/* Where a map's keys are in its items, counted from 1; the first of equal ones. */
struct map yaml_merge_index_of(struct arena *a, const struct yaml_node *node);

/* The place of a key in such an index; SIZE_MAX: nowhere. */
size_t yaml_merge_find_member(const struct map *index, const struct yaml_node *key);

/*
 * Whether new, read from the merged text, is the map to with the map from laid over it: what from
 * does not name is as it was, what it sets holds its text, what it deletes is gone, and there is
 * nothing else. Lists that both have are compared by their kind alone.
 */
bool yaml_merge_reads(struct arena *a, const struct yaml_node *to, const struct yaml_node *from,
		      const struct yaml_node *new);

#endif
