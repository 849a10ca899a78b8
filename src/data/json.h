/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text to values and back, as Go's encoding/json writes it. Any thread. */
#ifndef GANTRY_DATA_JSON_H
#define GANTRY_DATA_JSON_H

#include "base/base.h"

struct arena;
struct buf;
struct err;
struct value;

/*
 * Reads one document as Go's encoding/json does; white space may follow, nothing
 * else. Numbers without fraction or exponent that fit become VALUE_INT, others
 * VALUE_FLOAT. Of two equal keys the last wins. Bounded in depth (1,000).
 * ERR_CONFIG says line and column.
 */
bool json_parse(struct arena *a, const char *text, size_t len, struct value **out,
		struct err *e) MUST_USE;

enum json_flags {
	JSON_SORT_KEYS = 1 << 0,    /* byte-wise, as Go does for maps */
	JSON_ESCAPE_HTML = 1 << 1,  /* < > & as \u003c …, as Go's Marshal does */
	JSON_INDENT = 1 << 2,       /* two spaces a level */
};

/* Appends v; false (ERR_CONFIG) for NaN and infinities, which JSON cannot hold. */
bool json_write(struct buf *b, const struct value *v, unsigned flags, struct err *e) MUST_USE;

/* The same, in the arena. NULL only for what JSON cannot hold. */
const char *json_text(struct arena *a, const struct value *v, unsigned flags);

/* Appends the quoted string. */
void json_write_string(struct buf *b, const char *text, size_t len, unsigned flags);

/*
 * The shortest decimal that reads back as number, in Go's JSON format: 1e+21 and
 * 1e-7 but 100000000000000000000 and 0.000001. out has 32 bytes.
 */
void json_number(double number, char out[32]);

#endif
