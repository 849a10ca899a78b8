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

/*
 * Opens the subscription's repository with the credentials of type ("image", "helm") that
 * the context knows for url. The registry must be freed by the caller.
 */
bool registry_source_open(struct arena *a, const struct discover_context *c, const char *type,
			  const char *url, bool insecure, struct registry **r,
			  struct image_source *out, struct err *e) MUST_USE;

#endif
