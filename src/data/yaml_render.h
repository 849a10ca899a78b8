/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes of one YAML text written into another: indented or in brackets as the
 * place demands, their scalars as they were written. Comments stay behind. Any thread.
 */
#ifndef GANTRY_DATA_YAML_RENDER_H
#define GANTRY_DATA_YAML_RENDER_H

#include "base/base.h"
#include "base/str.h"

struct buf;
struct yaml_node;

struct yaml_render {
	struct buf *out;
	struct str source;              /* the text that the nodes are of */
	const char *newline;            /* of the text that they go into */
	bool whole;                     /* with nulls, aliases and $patch, as within lists */
};

/* Whether the node is empty or a member that a merge drops: null, an alias. */
bool yaml_is_null(const struct yaml_node *node);
bool yaml_is_dropped(const struct yaml_node *key, const struct yaml_node *value);

/* What "$patch" says in a map: "merge", "replace", "delete"; "" when it says nothing. */
const char *yaml_patch_word(const struct yaml_node *map);

/* On one line, with brackets. */
void yaml_render_flow(const struct yaml_render *r, const struct yaml_node *node);

/* "key: value" on lines of their own, the first at indent. Ends with a newline. */
void yaml_render_member(const struct yaml_render *r, const struct yaml_node *key,
			const struct yaml_node *value, size_t indent);

/* "- item" on lines of their own. */
void yaml_render_item(const struct yaml_render *r, const struct yaml_node *item, size_t indent);

/* "key: value" with brackets. */
void yaml_render_flow_member(const struct yaml_render *r, const struct yaml_node *key,
			     const struct yaml_node *value);

#endif
