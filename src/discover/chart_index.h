/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a classic chart repository. */
#ifndef GANTRY_DISCOVER_CHART_INDEX_H
#define GANTRY_DISCOVER_CHART_INDEX_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct discover_context;
struct err;
struct subscription;

struct chart_versions {
	struct list versions;           /* const char * */
	const char *missing;            /* the chart is not there, and these are: a sentence; NULL else */
};

/* The versions of one chart in a repository's index.yaml, added to *out. */
bool chart_index(struct arena *a, struct str index, const char *chart, struct chart_versions *out,
		 struct err *e) MUST_USE;

/* Asks the repository for it, as its Secret or ~/.netrc says, and reads it as above. Workers. */
bool chart_index_fetch(struct arena *a, const struct subscription *s,
		       const struct discover_context *c, struct chart_versions *out,
		       struct err *e) MUST_USE;

#endif
