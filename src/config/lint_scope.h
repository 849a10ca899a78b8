/* SPDX-License-Identifier: Apache-2.0 */
/* All that is linted, and how its objects are found and named. One thread. */
#ifndef GANTRY_CONFIG_LINT_SCOPE_H
#define GANTRY_CONFIG_LINT_SCOPE_H

#include "base/base.h"
#include "base/list.h"
#include "base/map.h"
#include "config/complain.h"

struct config;
struct gathered;
struct lint_steps;
struct stage;
struct value;

/* Names are looked up once for each that uses one: what is in it is found at once. */
struct lint_index {
	struct map named;               /* "kind/namespace/name" to struct gathered; any namespace: "*" */
	struct map stages;              /* "namespace/name" to struct stage */
	struct map watched;             /* "kind url", as it is and normal, to struct lint_watched */
	struct map tasks;               /* names of tasks that stages use */
	struct map arguments;           /* names of arguments that analysis templates declare */
	struct map variables;           /* namespace ("*": any) to struct list of const char * */
	bool has_stages, has_broken_stage;
};

struct lint {
	struct arena *a;
	struct complaints c;
	struct list objects;            /* struct gathered * */
	const struct config *config;
	const struct lint_steps *steps;
	struct lint_index index;
};

/* Fills the index from objects and config. */
void lint_index(struct lint *l);

/* The first such object, or NULL. namespace NULL: of any, or of the cluster. */
const struct gathered *lint_find(const struct lint *l, const char *kind, const char *namespace,
				 const char *name);

/* The stage as it is in its project; NULL: none of that name. */
const struct stage *lint_stage(const struct lint *l, const char *namespace, const char *name);

/*
 * Whether a Warehouse watches it; kind: "git", "image" or "chart". is_normal: in whatever way its
 * URL is spelt, as it always is for git.
 */
bool lint_is_watched(const struct lint *l, const char *kind, const char *url, bool is_normal);

/* Whether each subscription to it that there is takes only versions of three parts, as 1.2.3. */
bool lint_takes_only_versions(const struct lint *l, const char *kind, const char *url);

/*
 * The names of the variables that stages of the namespace have, each once (const char *); namespace ""
 * means any.
 */
const struct list *lint_stage_variables(const struct lint *l, const char *namespace);

/*
 * True for the first use of a name that is not found (what: its kind; scope: within which
 * it is one name), and never while objects are unknown: it may be one of theirs.
 */
bool lint_misses(struct lint *l, const char *scope, const char *what, const char *name);

/* "stage test": how complaints call it. */
const char *lint_subject(const struct lint *l, const struct gathered *g);

#endif
