/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an expression works with at run time: the value tree of data/value.h and
 * what a tree cannot hold (times, durations, functions, objects with Go field
 * names), each with the Go type it would have, since the language lets that show
 * (1 / 2 is a float, toPairs() gives arrays that take() refuses). Values are small
 * and copied; what they point to lives in an arena and is not changed. Any thread.
 */
#ifndef GANTRY_EXPR_VALUE_H
#define GANTRY_EXPR_VALUE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct value;
struct zone;

enum expr_kind {
	EXPR_NIL,
	EXPR_BOOL,
	EXPR_INT,
	EXPR_FLOAT,
	EXPR_STRING,
	EXPR_BYTES,
	EXPR_LIST,
	EXPR_MAP,
	EXPR_TIME,
	EXPR_DURATION,
	EXPR_ZONE,
	EXPR_FUNCTION,
	EXPR_OBJECT,
};

/* Which of Go's types of that kind. */
enum expr_form {
	EXPR_PLAIN,     /* int, []any, map[string]any */
	EXPR_TREE,      /* a list or map of data/value.h, read in place; its numbers are floats */
	EXPR_INT64,
	EXPR_UINT8,
	EXPR_MONTH,
	EXPR_WEEKDAY,
	EXPR_RANGE,     /* []int, from first on */
	EXPR_STRINGS,   /* []string; map[string]string, in which an absent key is "" */
	EXPR_PAIRS,     /* [][2]any */
	EXPR_PAIR,      /* [2]any */
	EXPR_ANY_KEYS,  /* map[any]any, which JSON cannot hold */
	EXPR_GROUPS,    /* map[any][]any */
};

struct expr_class;
struct expr_list;
struct expr_map;
struct expr_method;
struct expr_object;

struct expr_time {
	int64_t seconds;                /* since 1970, UTC */
	int32_t nanoseconds;            /* 0 to 999999999 */
	const struct zone *zone;        /* NULL: UTC */
};

struct expr_value {
	enum expr_kind kind;
	enum expr_form form;
	union {
		bool boolean;
		int64_t integer;                /* also durations, in nanoseconds */
		double number;
		struct str string;              /* also bytes; any bytes, as in Go */
		const struct value *tree;       /* EXPR_TREE */
		struct {
			int64_t first;
			size_t count;
		} range;                        /* EXPR_RANGE */
		const struct expr_list *list;   /* NULL: Go's nil slice */
		const struct expr_map *map;     /* NULL: Go's nil map */
		const struct expr_time *time;
		const struct zone *zone;
		const struct expr_object *object;
		struct {
			const struct expr_method *method;
			const struct expr_value *self;
		} function;
	};
};

struct expr_list {
	size_t count;
	struct expr_value *items;
};

struct expr_member {
	struct expr_value key, value;
};

struct expr_map {
	size_t count, room;
	struct expr_member *members;    /* in the order they were added; keys are unique */
	uint32_t *slots;                /* a hash index once there are many */
	size_t nslots;
};

struct expr_object {
	const struct expr_class *class;
	const struct expr_value *fields;        /* as many as the class has, in its order */
	void *data;                             /* the class's own */
};

/* Builders. Text is not copied. */
struct expr_value expr_nil(void);
struct expr_value expr_bool(bool boolean);
struct expr_value expr_int(int64_t integer);
struct expr_value expr_float(double number);
struct expr_value expr_text(const char *text);          /* NULL gives nil */
struct expr_value expr_string(const char *at, size_t len);

/* A tree as Go decodes JSON: every number is a float64. NULL gives nil. No copy. */
struct expr_value expr_tree(const struct value *v);

/* A list of count values, which are copied. */
struct expr_value expr_list(struct arena *a, const struct expr_value *items, size_t count);

/* A list of items, which become part of it. */
struct expr_value expr_own_list(struct arena *a, struct expr_value *items, size_t count,
				enum expr_form form);

/* A map (see values.h) of that form: EXPR_PLAIN, EXPR_STRINGS, … */
struct expr_value expr_map(const struct expr_map *m, enum expr_form form);

/* An object; fields must stay as they are for as long as the arena. */
struct expr_value expr_object(struct arena *a, const struct expr_class *class,
			      const struct expr_value *fields, void *data);

/* Nil as Go's == nil sees it: nil itself, a nil slice, a nil map. */
bool expr_is_nil(const struct expr_value *v);

/* Elements of a list, members of a map; 0 for others. */
size_t expr_count(const struct expr_value *v);

/* The element; index must be below expr_count. */
struct expr_value expr_at(const struct expr_value *list, size_t index);

/* Its type, for messages: "float64", "[]any", "time.Time". */
const char *expr_type_name(const struct expr_value *v);

#endif
