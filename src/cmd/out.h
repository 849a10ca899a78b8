/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A command's answer on stdout: a table for people, or one of the forms that scripts read
 * (doc/gantry-json.5).
 */
#ifndef GANTRY_CMD_OUT_H
#define GANTRY_CMD_OUT_H

#include "base/base.h"

struct arena;
struct command;
struct err;
struct value;

enum out_kind { OUT_TABLE, OUT_WIDE, OUT_JSON, OUT_YAML, OUT_NAME, OUT_CSV, OUT_JSONPATH };

/* What -o asks for. */
struct out_format {
	enum out_kind kind;
	const char *template;   /* OUT_JSONPATH */
	size_t cols;            /* of the terminal that a table goes to; 0: it goes to none */
};

/* ERR_USAGE for an unknown word. */
bool out_format(const struct command *c, struct out_format *format, struct err *e) MUST_USE;

/* For people: a table, or sentences. */
bool out_is_table(const struct out_format *format);

struct out_column {
	const char *title;      /* "STAGE"; "+DIGEST" is shown with -o wide only; NULL ends the columns */
	/*
	 * The member, a path as value_path takes, and after a colon how a table shows it: "since:age" (of a
	 * time), "tookMs:ms", "in:stages" (of a list of maps, their stages). CSV has it as it is.
	 */
	const char *key;
};

/*
 * A list of maps: a row each, columns padded; or the list itself. "nothing" is said of an empty table, on
 * standard error.
 */
bool out_rows(const struct command *c, const struct value *rows, const struct out_column *columns,
	      const char *nothing, struct err *e) MUST_USE;

/* One answer: text for people, or the value. */
bool out_value(const struct command *c, const struct value *v, const char *text,
	       struct err *e) MUST_USE;

/* The same as text, to be compared with what was printed before; JSON in one line. */
const char *out_rows_text(const struct command *c, struct arena *a, const struct value *rows,
			  const struct out_column *columns, struct err *e);

#endif
