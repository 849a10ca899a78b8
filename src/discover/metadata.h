/* SPDX-License-Identifier: Apache-2.0 */
/* What a manifest or index says of an image (doc/kargo-rules.md 2.2). A worker. */
#ifndef GANTRY_DISCOVER_METADATA_H
#define GANTRY_DISCOVER_METADATA_H

#include "base/base.h"

struct arena;
struct err;
struct image_source;
struct value;

struct metadata {
	const char *digest;             /* of the tagged object: the index when there is one */
	int64_t created_at;             /* ms; 0 when nothing says */
	const struct value *annotations; /* a map of texts; NULL when none */
	bool fits;                      /* has the platform that was asked for */
};

struct metadata_query {
	const struct image_source *source;
	const char *tag;
	const char *platform;           /* "os/arch[/variant]" or "" */
};

/*
 * Whether what failed is the object's own fault: gone, or it makes no sense. An outage, or a refusal of all
 * that is asked, is not.
 */
bool metadata_is_broken(const struct err *e);

/* ERR_NOT_FOUND when there is no such tag. */
bool metadata_read(struct arena *a, const struct metadata_query *q, struct metadata *out,
		   struct err *e) MUST_USE;

#endif
