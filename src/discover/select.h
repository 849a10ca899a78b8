/* SPDX-License-Identifier: Apache-2.0 */
/* What one subscription selects: images, charts or commits. Workers. */
#ifndef GANTRY_DISCOVER_SELECT_H
#define GANTRY_DISCOVER_SELECT_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct commit_source;
struct discover_context;
struct err;
struct image_source;
struct list;
struct selection;
struct subscription;
struct value;

/* image.c: images: which of a repository's tags are best (doc/kargo-rules.md 2.2). */

/* The chosen references: {tag, digest, annotations, createdAt}. */
bool image_select(struct arena *a, const struct subscription *s, const struct image_source *source,
		  struct selection *out, struct err *e) MUST_USE;

/* Looks at the registry; *out is an element of discoveredArtifacts.images. */
bool discover_image(struct arena *a, const struct subscription *s,
		    const struct discover_context *c, struct value **out,
		    struct err *e) MUST_USE;

/* chart.c: helm charts, of OCI registries and of classic repositories (doc/kargo-rules.md 2.5). */

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

/* commit.c: git: which commits or tags of a repository are best (doc/kargo-rules.md 2.3). */

/* The chosen commits: {id, tag, branch, subject, author, committer, creatorDate}. */
bool commit_select(struct arena *a, const struct subscription *s, const struct commit_source *source,
		   struct selection *out, struct err *e) MUST_USE;

/* Looks at the remote; *out is an element of discoveredArtifacts.git. */
bool discover_commit(struct arena *a, const struct subscription *s,
		     const struct discover_context *c, struct value **out,
		     struct err *e) MUST_USE;

#endif
