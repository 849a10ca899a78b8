/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets scalars that a TOML text has already and keeps every other byte
 * (doc/kargo-rules.md 6.4). Any thread; one at a time.
 */
#ifndef GANTRY_DATA_TOML_EDIT_H
#define GANTRY_DATA_TOML_EDIT_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct list;
struct toml_edit;
struct value;

/* Text must live as long as the edit. ERR_CONFIG says name, line and column. */
bool toml_edit_open(struct arena *a, const char *name, struct str text, struct toml_edit **out,
		    struct err *e) MUST_USE;

/*
 * Gives the scalar at parts (struct str *, see key_path.h) a new value: a text, number
 * or bool. Numbers are always written as floats, as Kargo does. The last of several for
 * one key counts. key is for messages. *rendering is what was written.
 */
bool toml_edit_set(struct toml_edit *edit, const char *key, const struct list *parts,
		   const struct value *v, const char **rendering, struct err *e) MUST_USE;

/* The text with all changes made. */
struct str toml_edit_text(struct toml_edit *edit);

#endif
