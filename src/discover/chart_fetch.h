/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a classic chart repository for its index. */
#ifndef GANTRY_DISCOVER_CHART_FETCH_H
#define GANTRY_DISCOVER_CHART_FETCH_H

#include "base/base.h"

struct arena;
struct chart_versions;
struct discover_context;
struct err;
struct subscription;

/*
 * The versions of the subscription's chart, added to *out. The repository is asked as its Secret or ~/.netrc
 * says, once for all who ask as the same user, and sends its index only when it has changed. Workers.
 */
bool chart_fetch(struct arena *a, const struct subscription *s, const struct discover_context *c,
		 struct chart_versions *out, struct err *e) MUST_USE;

#endif
