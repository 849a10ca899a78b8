/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the compiler knows before anything runs: functions of the host, what they
 * return, literals, variables whose type the host gives. Everything here is read only and
 * may be static. Any thread.
 */
#ifndef GANTRY_EXPR_TYPE_H
#define GANTRY_EXPR_TYPE_H

#include "expr/value.h"

struct err;
struct expr_signature;

/* NULL in place of a type: unknown, settled at run time. */
struct expr_type {
	enum expr_kind kind;
	enum expr_form form;
	bool any;                               /* Go's interface{}; kind says nothing */
	const struct expr_class *class;         /* EXPR_OBJECT */
	const struct expr_type *element;        /* EXPR_LIST, EXPR_MAP: when known */
	const struct expr_signature *signature; /* EXPR_FUNCTION */
};

extern const struct expr_type expr_type_any, expr_type_bool, expr_type_int, expr_type_int64,
	expr_type_float, expr_type_string, expr_type_list, expr_type_map, expr_type_string_list,
	expr_type_string_map, expr_type_time, expr_type_duration;

enum { EXPR_MAX_PARAMS = 6 };

/*
 * func(params…) result. With a rest of 1 the last parameter may be given any number of
 * times; with one of -n the last n parameters may be left out.
 */
struct expr_signature {
	const struct expr_type *result;
	size_t nparams;
	int rest;
	const struct expr_type *params[EXPR_MAX_PARAMS];
};

/* A call: ctx is the environment's, self the object for a method and NULL for a function. */
struct expr_call {
	void *ctx;
	const struct expr_value *self;
	const struct expr_value *args;
	size_t nargs;
};

typedef bool expr_function(struct arena *a, const struct expr_call *call, struct expr_value *out,
			   struct err *e);

/* A function of the host, or a method of a class. Arguments were checked against it. */
struct expr_method {
	const char *name;
	struct expr_signature signature;
	expr_function *call;
};

struct expr_field {
	const char *name;               /* in expressions: "RepoURL" */
	const char *json;               /* as JSON: "repoURL"; NULL: left out */
	bool omit_empty;
	const struct expr_type *type;
};

/* What Go would declare as a struct with methods. */
struct expr_class {
	const char *name;                       /* "Commit", for messages */
	const struct expr_field *fields;
	size_t nfields;
	const struct expr_method *methods;
	size_t nmethods;
	/* Its text, when it is written as a string, not as an object; NULL otherwise. */
	struct str (*text)(struct arena *a, const struct expr_object *o);
};

#endif
