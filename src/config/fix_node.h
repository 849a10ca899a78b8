/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One document under lint --fix: changes as a person would make them, in the style that is
 * there (block, flow or JSON). One thread.
 */
#ifndef GANTRY_CONFIG_FIX_NODE_H
#define GANTRY_CONFIG_FIX_NODE_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct value;
struct yaml_edit;
struct yaml_node;

struct fix_document {
	struct arena *a;
	const char *file;
	unsigned before;                /* lines of the file that come before */
	bool is_json;
	struct str text;                /* as it is now */
	struct yaml_edit *edit;         /* of that text */
	struct list shifts;             /* struct fix_shift *: what changes did to its lines */
	size_t old_shifts;              /* how many of them are of earlier passes */
	struct list done, left;         /* struct complaint *, at their places in the file as it was */
	bool is_changed;                /* in this pass: each makes one change */
	bool is_split;                  /* another document was put behind it */
};

/* The member's value; NULL when map is NULL, no map, or has no such key, or when it is an alias. */
struct yaml_node *fix_get(const struct yaml_node *map, const char *key);

/* The same along keys separated by '.'. */
struct yaml_node *fix_path(const struct yaml_node *map, const char *path);

/* The elements of a list; 0 for anything else. */
size_t fix_count(const struct yaml_node *list);

/* A scalar's text; "" for anything else. */
const char *fix_text(const struct yaml_node *node);

/* A key and its value. */
struct fix_member {
	const struct yaml_node *map, *key, *value;
	size_t index;
};

/* True when the map has the key; sets *out. */
bool fix_find(const struct yaml_node *map, const char *key, struct fix_member *out);

/* What was done, or why something is left as it is; the place is the node's. */
void fix_done(struct fix_document *d, const struct yaml_node *node, const char *message);
void fix_leave(struct fix_document *d, const struct yaml_node *node, const char *message);

void fix_replace(struct fix_document *d, size_t start, size_t end, const char *with);
void fix_rename(struct fix_document *d, const struct fix_member *m, const char *name);
void fix_remove(struct fix_document *d, const struct fix_member *m);

/* Gives the member another name and value; value is a text. */
void fix_replace_member(struct fix_document *d, const struct fix_member *m, const char *name,
			const char *value);

/* Adds a member with a text behind this one. */
void fix_add_behind(struct fix_document *d, const struct fix_member *m, const char *name,
		    const char *value);

/* The text as it stands in the file: quoted where it has to be. */
const char *fix_quoted(struct fix_document *d, const char *text, bool in_flow);

/* A member in flow style: {name: x}, or {"name":"x"}; before and after its value. */
const char *fix_open_map(const struct fix_document *d, const char *name);

/* Puts before and after around a scalar, quoted where flow style asks for it. */
void fix_wrap(struct fix_document *d, const struct yaml_node *scalar, const char *before,
	      const char *after);

/* fix_render.c: new members of a manifest, written in the style that is there. */

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
