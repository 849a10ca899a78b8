/* SPDX-License-Identifier: Apache-2.0 */
/* Registries and repositories as a case describes them, for selection.c. */
#ifndef GANTRY_TESTS_VECTORS_SELECTION_SOURCE_H
#define GANTRY_TESTS_VECTORS_SELECTION_SOURCE_H

#include "discover/source.h"

struct arena;
struct value;

/* images: a list of {tags, id, created, labels, annotations, platforms}. Digests are ids. */
struct image_source selection_images(struct arena *a, const struct value *images);

/* commits: a list of {id, date, message, author, committer, files, merge, branch, tags}. */
struct commit_source selection_commits(struct arena *a, const struct value *commits);

#endif
