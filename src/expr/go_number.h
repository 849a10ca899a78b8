/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as Go computes them, and literals. Any thread. */
#ifndef GANTRY_EXPR_GO_NUMBER_H
#define GANTRY_EXPR_GO_NUMBER_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct expr_value;

/* A number literal of the language: 1, 1_000, 0xff, 0b1, 0o7, 1.5e3. */
bool go_literal(struct arena *a, struct str text, struct expr_value *out);

/* strconv.Atoi: an optional sign and decimal digits. */
bool go_parse_int(struct str text, int64_t *out);

/* int(f), as amd64 does it: what does not fit gives the smallest int. */
int64_t go_int(double number);

/* math.Pow, whose last digit is not always the C library's. */
double go_power(double x, double y);

#endif
