/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits of the first document of a YAML text that keep every byte they are not
 * asked to change: comments, quoting, order, line ends. Changes are collected and
 * made at once; the result is read again, and refused when anything else changed.
 * Any thread; one at a time.
 */
#ifndef GANTRY_DATA_YAML_EDIT_H
#define GANTRY_DATA_YAML_EDIT_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct list;
struct value;
struct yaml_edit;
struct yaml_node;

/* Text must live as long as the edit. ERR_CONFIG says name, line and column. */
bool yaml_edit_open(struct arena *a, const char *name, struct str text, struct yaml_edit **out,
		    struct err *e) MUST_USE;

/* NULL when the text holds no document. */
struct yaml_node *yaml_edit_root(const struct yaml_edit *edit);

/* The text as it was opened. */
struct str yaml_edit_source(const struct yaml_edit *edit);

/*
 * The scalar at parts (struct str *, see key_path.h); key is for messages.
 * ERR_NOT_FOUND when there is none, ERR_CONFIG when it is not a scalar or a key on the way stands
 * twice.
 */
bool yaml_edit_find(const struct yaml_edit *edit, const char *key, const struct list *parts,
		    struct yaml_node **out, struct err *e) MUST_USE;

/*
 * Gives a scalar a new value, which must be one, too, and live as long as the edit. The style
 * that was there stays, and a text that would read as something else in YAML 1.1 or 1.2 is
 * quoted (yaml_rewrite.h).
 */
bool yaml_edit_set(struct yaml_edit *edit, struct yaml_node *scalar, const struct value *v,
		   struct err *e) MUST_USE;

/* Replaces bytes [start, end) of the original. Changes must not overlap. */
void yaml_edit_replace(struct yaml_edit *edit, size_t start, size_t end, struct str with);

/* The text with all changes made; unchecked. */
bool yaml_edit_text(struct yaml_edit *edit, struct str *out, struct err *e) MUST_USE;

/*
 * The same, after reading it: the nodes given to yaml_edit_set hold the values asked for, all
 * others and the other documents are as they were. ERR_CONFIG otherwise.
 */
bool yaml_edit_finish(struct yaml_edit *edit, struct str *out, struct err *e) MUST_USE;

#endif
