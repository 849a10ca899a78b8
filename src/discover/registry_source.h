/* SPDX-License-Identifier: Apache-2.0 */
/* An OCI registry as a source of images. A worker. */
#ifndef GANTRY_DISCOVER_REGISTRY_SOURCE_H
#define GANTRY_DISCOVER_REGISTRY_SOURCE_H

#include "base/base.h"
#include "discover/source.h"

struct arena;
struct discover_context;
struct err;
struct registry;

struct registry_access {
	const char *type;               /* of the credentials: "image", "helm" */
	const char *url;
	bool insecure;                  /* the certificate is not checked */
	bool tags_stay;                 /* a tag that was seen is not asked for again */
};

struct registry_source {
	struct registry *registry;
	struct image_source images;
};

/* Opens the repository with the credentials that the context knows for its url. */
bool registry_source_open(struct arena *a, const struct discover_context *c,
			  const struct registry_access *access, struct registry_source *out,
			  struct err *e) MUST_USE;

/* Zeroed is fine. */
void auto_registry_source(struct registry_source *s);

#endif
