/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How Go's strconv and fmt read and write scalars: Kargo decides by them what a
 * text "looks like" and what a commit message says. Any thread.
 */
#ifndef GANTRY_DATA_GO_TEXT_H
#define GANTRY_DATA_GO_TEXT_H

#include "base/base.h"

struct buf;

/*
 * strconv.ParseFloat: decimal and hexadecimal floats, underscores between digits,
 * inf, infinity and nan in any case. False also when it is out of range.
 */
bool go_float(const char *text, size_t len, double *out);

/* strconv.ParseBool: 1 t T TRUE true True 0 f F FALSE false False. */
bool go_bool(const char *text, size_t len, bool *out);

/* Appends the text as %q does: in double quotes, with Go's escapes. */
void go_quote(struct buf *b, const char *text, size_t len);

/* The number as %v does: 1e+06 from a million on, 1e-05, +Inf, NaN. */
void go_number(double number, char out[32]);

/* FormatFloat's 'f': the shortest digits, and never an exponent. Finite numbers only. */
void go_number_plain(struct buf *b, double number);

#endif
