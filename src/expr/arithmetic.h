/* SPDX-License-Identifier: Apache-2.0 */
/* Operators on values, with Go's conversions between numbers. Any thread. */
#ifndef GANTRY_EXPR_ARITHMETIC_H
#define GANTRY_EXPR_ARITHMETIC_H

#include "expr/node.h"

/* An int (but no month) or a float. */
bool is_number(const struct expr_value *v);
bool is_integer(const struct expr_value *v);

/* Of a number. */
double to_float(const struct expr_value *v);
int64_t to_int(const struct expr_value *v);

/*
 * + - * / % ** of numbers, times and durations. False for other types, and for a
 * remainder by zero.
 */
bool arithmetic(struct arena *a, enum operator op, const struct expr_value *l,
		const struct expr_value *r, struct expr_value *out) MUST_USE;

/* < > <= >= of numbers, strings, times, durations. False for other types. */
bool order(enum operator op, const struct expr_value *l, const struct expr_value *r,
	   bool *out) MUST_USE;

/*
 * == as the language has it: 1 equals 1.0, also in lists, but not in maps. work is
 * increased by what was looked at.
 */
bool equal(const struct expr_value *l, const struct expr_value *r, size_t *work);

struct str join_text(struct arena *a, struct str l, struct str r);

#endif
