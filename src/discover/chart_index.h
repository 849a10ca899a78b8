/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a classic chart repository. */
#ifndef GANTRY_DISCOVER_CHART_INDEX_H
#define GANTRY_DISCOVER_CHART_INDEX_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct discover_context;
struct err;
struct list;
struct subscription;

/*
 * The versions of one chart in a repository's index.yaml: const char *. *reason, when the
 * chart is missing there, names those that it has; NULL else.
 */
bool chart_index(struct arena *a, struct str index, const char *chart, struct list *versions,
		 const char **reason, struct err *e) MUST_USE;

/* Asks the repository for it, as its Secret or ~/.netrc says, and reads it as above. Workers. */
bool chart_index_fetch(struct arena *a, const struct subscription *s,
		       const struct discover_context *c, bool insecure, struct list *versions,
		       const char **reason, struct err *e) MUST_USE;

#endif
