/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a checkout that is over, kept for the next one of the same branch: most
 * of them are the same, and making a file costs far more than looking at one. A file
 * counts as untouched when inode, size, mode and both times are those noted when it was
 * written; the note lies where no step can reach it. This folder only. Workers.
 */
#ifndef GANTRY_GIT_CHECKOUT_CACHE_H
#define GANTRY_GIT_CHECKOUT_CACHE_H

#include "base/base.h"

struct arena;
struct checkout;
struct err;
struct checkout_cache;
struct mirror;
struct note;
struct stat;

/*
 * Moves kept files into c->path, which holds nothing but its .git; NULL when there are
 * none. False only when c->path was lost on the way.
 */
bool checkout_cache_take(struct mirror *m, struct arena *a, const struct checkout *c,
	       const struct checkout_cache **out, struct err *e) MUST_USE;

/* Whether the file is what was written there from the blob (20 bytes); its state in *st. */
bool checkout_cache_has(const struct checkout_cache *k, int folder, const char *name,
			const char *path, unsigned mode, const unsigned char *blob,
			struct stat *st);

/* A note of what is written; it is worth nothing before note_end(). */
struct note *note_begin(struct arena *a);
void note_file(struct note *n, const char *path, unsigned mode, const unsigned char *blob,
	       const struct stat *st);

/* Puts it beside the mirror. Best effort: without a note the files are not kept. */
void note_end(const struct note *n, struct mirror *m, const struct checkout *c);

#endif
