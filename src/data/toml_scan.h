/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The syntax of TOML 1.0: a text as headers and key-value lines with their bytes.
 * What they mean together is toml.h's and toml_edit.h's. Any thread.
 */
#ifndef GANTRY_DATA_TOML_SCAN_H
#define GANTRY_DATA_TOML_SCAN_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct err;

enum toml_kind { TOML_STRING, TOML_NUMBER, TOML_BOOL, TOML_TIME, TOML_ARRAY, TOML_INLINE };

struct toml_value {
	enum toml_kind kind;
	size_t start, end;              /* bytes */
	struct str text;                /* a string decoded; otherwise as written */
	struct list items;              /* of an array: struct toml_value */
	struct list members;            /* of an inline table: struct toml_line */
};

enum toml_line_kind { TOML_TABLE, TOML_TABLE_ARRAY, TOML_KEY_VALUE };

struct toml_line {
	enum toml_line_kind kind;
	unsigned line;                  /* from 1 */
	struct list key;                /* struct str, at least one */
	struct toml_value *value;       /* of TOML_KEY_VALUE */
};

/*
 * All lines in order, as struct toml_line. Bounded in size and depth. ERR_CONFIG:
 * "name:line:column: what".
 */
bool toml_scan(struct arena *a, const char *name, struct str text, struct list *lines,
	       struct err *e) MUST_USE;

#endif
