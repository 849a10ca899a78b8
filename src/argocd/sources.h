/* SPDX-License-Identifier: Apache-2.0 */
/* The sources of an application and what a promotion wants of them (doc/kargo-rules.md 6.2). Pure. */
#ifndef GANTRY_ARGOCD_SOURCES_H
#define GANTRY_ARGOCD_SOURCES_H

#include "base/base.h"

struct arena;
struct err;
struct value;

/*
 * The revision wanted of each source, as a list of texts ("": none); NULL when the application has
 * no source. wanted: the step's sources, may be NULL.
 */
struct value *sources_desired(struct arena *a, const struct value *app,
			      const struct value *wanted);

/*
 * A copy of the application's sources (a list) with what is wanted written into it: unknown fields
 * stay. ERR_NOT_FOUND when one that is wanted fits none of them.
 */
bool sources_merge(struct arena *a, const struct value *app, const struct value *wanted,
		   struct value **out, struct err *e) MUST_USE;

#endif
