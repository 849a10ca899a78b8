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

/*
 * Text must live as long as the edit. ERR_CONFIG says name, line and column; a key or table that is
 * defined twice is one, too.
 */
bool toml_edit_open(struct arena *a, const char *name, struct str text, struct toml_edit **out,
		    struct err *e) MUST_USE;

/*
 * Gives the scalar at parts (struct str *, see key_path.h) a new value: a text, number
 * or bool. A whole number is written as an integer unless a float was there; quotes stay
 * what they were. key is for messages.
 */
bool toml_edit_set(struct toml_edit *edit, const char *key, const struct list *parts,
		   const struct value *v, struct err *e) MUST_USE;

/*
 * The text with all changes made, and read again: it means what was asked for, and nothing else
 * differs. ERR_CONFIG otherwise.
 */
bool toml_edit_finish(struct toml_edit *edit, struct str *out, struct err *e) MUST_USE;

/* A text, number or bool as Kargo shows it in commit messages: every number as a float. */
const char *toml_rendering(struct arena *a, const struct value *v);

#endif
