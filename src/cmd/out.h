/* SPDX-License-Identifier: Apache-2.0 */
/* A command's answer: a table for people on stdout, or the whole as JSON or YAML. */
#ifndef GANTRY_CMD_OUT_H
#define GANTRY_CMD_OUT_H

#include "base/base.h"

struct command;
struct err;
struct value;

enum out_format { OUT_TABLE, OUT_JSON, OUT_YAML };

/* What -o asks for; ERR_USAGE for an unknown word. */
bool out_format(const struct command *c, enum out_format *format, struct err *e) MUST_USE;

struct out_column {
	const char *title;      /* "STAGE"; NULL ends the columns */
	const char *key;        /* the member shown, a path as value_path takes */
};

/* A list of maps: a row each, columns padded; or the list itself. "nothing" is said of an empty table. */
bool out_rows(const struct command *c, const struct value *rows, const struct out_column *columns,
	      const char *nothing, struct err *e) MUST_USE;

/* One answer: text for people, or the value. */
bool out_value(const struct command *c, const struct value *v, const char *text,
	       struct err *e) MUST_USE;

#endif
