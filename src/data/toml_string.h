/* SPDX-License-Identifier: Apache-2.0 */
/* The words of TOML: strings in their four forms, numbers and times. Any thread. */
#ifndef GANTRY_DATA_TOML_STRING_H
#define GANTRY_DATA_TOML_STRING_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct buf;

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

#endif
