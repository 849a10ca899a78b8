/* SPDX-License-Identifier: Apache-2.0 */
/* Images: which of a repository's tags are best (doc/kargo-rules.md 2.2). A worker. */
#ifndef GANTRY_DISCOVER_IMAGE_H
#define GANTRY_DISCOVER_IMAGE_H

#include "base/base.h"

struct arena;
struct discover_context;
struct err;
struct image_source;
struct selection;
struct subscription;
struct value;

/* The chosen references: {tag, digest, annotations, createdAt}. */
bool image_select(struct arena *a, const struct subscription *s, const struct image_source *source,
		  struct selection *out, struct err *e) MUST_USE;

/* Looks at the registry; *out is an element of discoveredArtifacts.images. */
bool discover_image(struct arena *a, const struct subscription *s,
		    const struct discover_context *c, struct value **out,
		    struct err *e) MUST_USE;

#endif
