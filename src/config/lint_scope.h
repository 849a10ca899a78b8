/* SPDX-License-Identifier: Apache-2.0 */
/* All that is linted, and how its objects are found and named. One thread. */
#ifndef GANTRY_CONFIG_LINT_SCOPE_H
#define GANTRY_CONFIG_LINT_SCOPE_H

#include "base/base.h"
#include "base/list.h"
#include "config/complain.h"

struct config;
struct gathered;
struct lint_steps;
struct value;

struct lint {
	struct arena *a;
	struct complaints c;
	struct list objects;            /* struct gathered * */
	const struct config *config;
	const struct lint_steps *steps;
};

/* The object, or NULL. namespace NULL: one of the cluster. */
const struct gathered *lint_find(const struct lint *l, const char *kind, const char *namespace,
				 const char *name);

/*
 * True for the first use of a name that is not found (what: its kind; scope: within which
 * it is one name), and never while objects are unknown: it may be one of theirs.
 */
bool lint_misses(struct lint *l, const char *scope, const char *what, const char *name);

/* "stage test": how complaints call it. */
const char *lint_subject(const struct lint *l, const struct gathered *g);

#endif
