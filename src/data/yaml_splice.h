/* SPDX-License-Identifier: Apache-2.0 */
/* Members and elements put into and taken out of a YAML text, by bytes. Any thread. */
#ifndef GANTRY_DATA_YAML_SPLICE_H
#define GANTRY_DATA_YAML_SPLICE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct yaml_edit;
struct yaml_node;

/* The start of the line that the byte at is on. */
size_t yaml_line_start(struct str text, size_t at);

/* Behind the line that the node ends on, and behind blank lines that a literal keeps. */
size_t yaml_tail(struct str text, const struct yaml_node *node);

/* Where the members of a block map, or the dashes of a block list, stand. */
size_t yaml_indent(const struct yaml_node *collection);

/* What comes into a map: flow as "k: v, k: v", block as whole lines at yaml_indent(). */
struct yaml_addition {
	struct str flow, block;
};

/*
 * Makes a map's changes at once: takes out the members whose gone[i] is set (i counts
 * members) and adds at its end whichever of the two forms the map has. Members that stay may
 * be edited as well.
 */
void yaml_splice_map(struct arena *a, struct yaml_edit *edit, const struct yaml_node *map,
		     const bool *gone, struct yaml_addition added);

/* Adds elements at the end of a list that is not empty. */
void yaml_splice_list(struct arena *a, struct yaml_edit *edit, const struct yaml_node *list,
		      struct str flow, struct str block);

/*
 * Puts a block (whole lines, indented) in the place of the value of key, or a text that
 * stands beside it.
 */
void yaml_splice_block(struct arena *a, struct yaml_edit *edit, const struct yaml_node *key,
		       const struct yaml_node *value, struct str block);
void yaml_splice_inline(struct arena *a, struct yaml_edit *edit, const struct yaml_node *key,
			const struct yaml_node *value, struct str text);

#endif
