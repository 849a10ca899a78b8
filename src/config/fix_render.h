/* SPDX-License-Identifier: Apache-2.0 */
/* New members of a manifest, written in the style that is there. One thread. */
#ifndef GANTRY_CONFIG_FIX_RENDER_H
#define GANTRY_CONFIG_FIX_RENDER_H

#include "base/base.h"

struct fix_document;
struct fix_member;
struct value;
struct yaml_node;

/*
 * The node as a value; NULL when an anchor or alias is in it, which only a person can take apart.
 */
struct value *fix_value(struct fix_document *d, const struct yaml_node *node);

/* Puts another member in this one's place. Comments within the old one stand before the new one. */
void fix_replace_tree(struct fix_document *d, const struct fix_member *m, const char *name,
		      const struct value *v);

/* Adds a member at the end of a map. */
void fix_add_tree(struct fix_document *d, const struct yaml_node *map, const char *name,
		  const struct value *v);

#endif
