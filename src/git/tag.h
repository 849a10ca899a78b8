/* SPDX-License-Identifier: Apache-2.0 */
/* Tag objects: who tagged, when, and what was said. Blocks on the disk. */
#ifndef GANTRY_GIT_TAG_H
#define GANTRY_GIT_TAG_H

#include "base/base.h"
#include "git/repo.h"

struct arena;
struct err;

struct tag_object {
	struct repo_person tagger;      /* name is NULL when the tag names nobody */
	const char *message;            /* "" when there is none; cleaned to UTF-8 */
};

/* The annotated tag with this id; ERR_NOT_FOUND when it is not a tag object. */
bool tag_read(struct repo *r, struct arena *a, const struct oid *id, struct tag_object *out,
	      struct err *e) MUST_USE;

#endif
