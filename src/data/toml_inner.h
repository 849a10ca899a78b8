/* SPDX-License-Identifier: Apache-2.0 */
/* TOML's words, and its lines one by one. This folder only. */
#ifndef GANTRY_DATA_TOML_INNER_H
#define GANTRY_DATA_TOML_INNER_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct buf;
struct err;
struct toml_line;

/* toml_string.c: the words of TOML: strings in their four forms, numbers and times. Any thread. */

/*
 * Decodes the string at *at, whose quote is there, and moves *at past it. Returns NULL,
 * or what is wrong, with *at where. multiline: three quotes may open it.
 */
const char *toml_string(struct arena *a, struct str text, size_t *at, bool multiline,
			struct str *out);

/* Whether the word is an integer or float: also inf, nan, 0x1F, 1_000. */
bool toml_is_number(struct str word);
bool toml_is_integer(struct str word);

/* Whether it is a date, a time or both, with every field in its range. */
bool toml_is_time(struct str word);

/* Appends the text in quotes, in 'single' ones when literal and they can hold it, as pelletier/toml does. */
void toml_write_string(struct buf *b, struct str text, bool literal);

/*
 * toml_scan.c: the syntax of TOML 1.0: a text as headers and key-value lines with their bytes.
 * What they mean together is toml.h's and toml_edit.h's. Any thread.
 */

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
