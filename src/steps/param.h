/* SPDX-License-Identifier: Apache-2.0 */
/* A parameter of a step: its kind and rules, read by params.c, lint and help alike. */
#ifndef GANTRY_STEPS_PARAM_H
#define GANTRY_STEPS_PARAM_H

#include "base/base.h"

enum param_kind {
	PARAM_STRING,
	PARAM_BOOL,
	PARAM_INT,
	PARAM_NUMBER,
	PARAM_DURATION,         /* a text such as "5m" */
	PARAM_PATH,             /* relative to the work directory */
	PARAM_LIST,             /* of: each element's table (an object's members), or NULL for texts */
	PARAM_MAP,              /* of: its members' table, or NULL for anything */
	PARAM_ANY,
};

enum param_flags {
	PARAM_REQUIRED = 1 << 0,
	PARAM_NOT_EMPTY = 1 << 1,       /* a text of at least one character, a list of one element */
	PARAM_EXPRESSION = 1 << 2,      /* holds a bare expression: lint checks its syntax */
	PARAM_REMOVED = 1 << 3,         /* newer Kargo has no such field; help says the replacement */
};

struct step_param {
	const char *name;
	enum param_kind kind;
	unsigned flags;
	const char *help;               /* a sentence */
	const struct step_param *of;    /* ends with a NULL name */
	const char *const *choices;     /* NULL-terminated; NULL: any text */
	const char *otherwise;          /* the default, as text for people; NULL when none */
};

#endif
