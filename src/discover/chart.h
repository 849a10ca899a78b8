/* SPDX-License-Identifier: Apache-2.0 */
/* Helm charts, of OCI registries and of classic repositories (doc/kargo-rules.md 2.5). A worker. */
#ifndef GANTRY_DISCOVER_CHART_H
#define GANTRY_DISCOVER_CHART_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct discover_context;
struct err;
struct list;
struct selection;
struct subscription;
struct value;

/*
 * The chosen ones of versions (const char *), as texts. An OCI registry's are tags, in which
 * "_" stands for "+".
 */
bool chart_select(struct arena *a, const struct subscription *s, const struct list *versions,
		  struct selection *out, struct err *e) MUST_USE;

/* Looks at the repository; *out is an element of discoveredArtifacts.charts. */
bool discover_chart(struct arena *a, const struct subscription *s,
		    const struct discover_context *c, struct value **out,
		    struct err *e) MUST_USE;

#endif
