/* SPDX-License-Identifier: Apache-2.0 */
/* What is there when the demonstration begins: the bare GitOps repository and Kargo's manifests. */
#ifndef GANTRY_DEMO_SEED_H
#define GANTRY_DEMO_SEED_H

#include "base/base.h"

struct err;

/* The stages, upstream first; NULL-terminated. */
extern const char *const seed_stages[];

#define SEED_PROJECT "kargo-demo"

/*
 * A bare repository at path with base/ on main and a branch stage/NAME for each stage, at an early version
 * of image ("host:port/name"). One that is there is left as it is.
 */
bool seed_repository(const char *path, const char *image, struct err *e) MUST_USE;

/* The project's manifests, for this image and repository URL, written anew into folder. */
bool seed_manifests(const char *folder, const char *image, const char *url,
		    struct err *e) MUST_USE;

#endif
