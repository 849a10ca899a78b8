/* SPDX-License-Identifier: Apache-2.0 */
/* What is there when the demonstration begins: the bare GitOps repository and Kargo's manifests. */
#ifndef GANTRY_DEMO_SEED_H
#define GANTRY_DEMO_SEED_H

#include "base/base.h"

struct arena;
struct err;
struct value;

#define SEED_PROJECT "kargo-demo"
#define SEED_WAREHOUSE "web"

/* The stages, upstream first; NULL-terminated. */
extern const char *const seed_stages[];

/* What differs from run to run. */
struct seed_words {
	const char *image;              /* "127.0.0.1:4711/demo/web" */
	const char *repository;         /* url of the GitOps repository; its own content needs none */
	const char *token;              /* of its forge */
	const char *tag;                /* of the image in a Deployment; set by seed_repository() itself */
};

/*
 * A bare repository at path with base/ on main and a branch stage/NAME for each stage, which has a
 * commit of each promotion of the past that succeeded (demo_past.c). now: when the demonstration begins,
 * ms. One that is there is left as it is.
 */
bool seed_repository(const char *path, const struct seed_words *w, int64_t now, struct err *e) MUST_USE;

/* The steps of a promotion into the stage, each with its name, in the arena. */
bool seed_steps(struct arena *a, const char *stage, struct value **out, struct err *e) MUST_USE;

/* The project's manifests, written anew into folder. */
bool seed_manifests(const char *folder, const struct seed_words *w, struct err *e) MUST_USE;

#endif
