/* SPDX-License-Identifier: Apache-2.0 */
/* The index of a classic chart repository. */
#ifndef GANTRY_DISCOVER_CHART_INDEX_H
#define GANTRY_DISCOVER_CHART_INDEX_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct err;
struct value;

struct chart_versions {
	struct list versions;           /* const char * */
	const char *missing;            /* the chart is not there, and these are: a sentence; NULL else */
};

/*
 * What is kept of an index.yaml: a map of each chart's versions, a list of texts; and under
 * CHART_INDEX_OTHERS what charts there are, for people.
 */
#define CHART_INDEX_OTHERS ""
bool chart_index_read(struct arena *a, struct str index, struct value **out, struct err *e) MUST_USE;

/* The versions of one chart, added to *out. all: as above, or only this chart's and CHART_INDEX_OTHERS'. */
void chart_index_choose(struct arena *a, const struct value *all, const char *chart,
			struct chart_versions *out);

#endif
