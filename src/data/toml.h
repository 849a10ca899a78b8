/* SPDX-License-Identifier: Apache-2.0 */
/* TOML text to values, with the results Go's pelletier/toml v2 has. Any thread. */
#ifndef GANTRY_DATA_TOML_H
#define GANTRY_DATA_TOML_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct err;
struct value;

/*
 * Reads a document into a map. Dates and times become texts in RFC 3339's form.
 * A key or table defined twice is an error. ERR_CONFIG: "name:line: what".
 */
bool toml_parse(struct arena *a, const char *name, struct str text, struct value **out,
		struct err *e) MUST_USE;

#endif
