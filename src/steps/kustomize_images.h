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

/*
 * Reads text's images and lays those of wishes over them, by name, the whole entry; *images
 * are all of them (struct kustomize_image *), sorted by name. A "*" that finds nothing to
 * keep stays in *images but is not written. *out is the text with that list; comments and
 * layout stay. file is for messages.
 */
bool kustomize_images_set(struct arena *a, const char *file, struct str text,
			  const struct list *wishes, struct list *images, struct str *out,
			  struct err *e) MUST_USE;

#endif
