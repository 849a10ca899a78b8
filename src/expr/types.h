/* SPDX-License-Identifier: Apache-2.0 */
/* Types as the checker compares them. Any thread. */
#ifndef GANTRY_EXPR_TYPES_H
#define GANTRY_EXPR_TYPES_H

#include "expr/type.h"

/* Kinds as Go's reflect has them; unknown and nil have none. */
enum go_kind {
	GO_NONE,
	GO_ANY,
	GO_BOOL,
	GO_INT,
	GO_INT64,
	GO_UINT8,
	GO_FLOAT,
	GO_STRING,
	GO_SLICE,
	GO_ARRAY,
	GO_MAP,
	GO_FUNCTION,
	GO_STRUCT,
	GO_POINTER,
};

extern const struct expr_type expr_type_nil, expr_type_bytes, expr_type_uint8, expr_type_month,
	expr_type_weekday, expr_type_zone, expr_type_pair, expr_type_int_list, expr_type_any_map,
	expr_type_groups;

enum go_kind type_kind(const struct expr_type *t);

/* Nothing is known of it before running: unknown, or Go's interface{}. */
bool type_is_unknown(const struct expr_type *t);
bool type_is_nil(const struct expr_type *t);
bool type_is_integer(const struct expr_type *t);        /* but no month, weekday or duration */
bool type_is_number(const struct expr_type *t);
bool type_is_list(const struct expr_type *t);
bool type_is(const struct expr_type *t, enum expr_kind kind);

/* Go's assignability of a value of type from to one of type to. */
bool type_fits(const struct expr_type *from, const struct expr_type *to);

bool type_can_equal(const struct expr_type *a, const struct expr_type *b);

/* Of a list's or map's elements. */
const struct expr_type *type_element(const struct expr_type *t);

/* []any, of whose elements this much is known. */
const struct expr_type *type_list_of(struct arena *a, const struct expr_type *element);

/* Without what is known of elements. */
const struct expr_type *type_plain(const struct expr_type *t);

/* The type of a value, as the compiler sees a variable. */
const struct expr_type *type_of_value(struct arena *a, const struct expr_value *v);

/* For messages. */
const char *type_name(const struct expr_type *t);

/* The field of that name of a type; NULL when it has none. */
const struct expr_type *type_field(const struct expr_type *t, struct str name);

#endif
