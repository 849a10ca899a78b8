/* SPDX-License-Identifier: Apache-2.0 */
/* Submodules of a checkout, each from a mirror of its own. Blocks: workers. */
#ifndef GANTRY_GIT_SUBMODULE_H
#define GANTRY_GIT_SUBMODULE_H

#include "base/base.h"

struct arena;
struct err;
struct remote_access;

struct submodules {
	const char *mirrors;            /* folder of mirrors */
	bool insecure;
	/* Who we are to url. */
	void (*access)(void *context, const char *url, struct remote_access *out);
	void *context;
};

/* Checks out what the checkout at path names in .gitmodules, and what those name. */
bool submodules_checkout(struct arena *a, const char *path, const struct submodules *how,
			 struct err *e) MUST_USE;

#endif
