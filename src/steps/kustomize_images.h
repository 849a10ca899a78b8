/* SPDX-License-Identifier: Apache-2.0 */
/* The "images" list of a Kustomization, read and written (doc/kargo-rules.md 6.3). A worker. */
#ifndef GANTRY_STEPS_KUSTOMIZE_IMAGES_H
#define GANTRY_STEPS_KUSTOMIZE_IMAGES_H

#include "base/base.h"
#include "base/list.h"
#include "base/str.h"

struct arena;
struct err;

/* Members are "" when they are not there, "*" in a wish: keep what the file has. */
struct kustomize_image {
	const char *name, *new_name, *tag_suffix, *new_tag, *digest;
};

struct kustomize_file {
	const char *name;               /* for messages */
	struct str text;
};

struct kustomize_edited {
	struct str text;                /* with its new list; comments and layout stay */
	struct list images;             /* struct kustomize_image *: all of them, sorted by name */
};

/*
 * Reads the file's images and lays the wishes (struct kustomize_image *) over them, by name, the
 * whole entry. A "*" that finds nothing to keep stays in the images but is not written.
 */
bool kustomize_images_set(struct arena *a, const struct kustomize_file *f, const struct list *wishes,
			  struct kustomize_edited *out, struct err *e) MUST_USE;

#endif
