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
struct checkout_note;
struct stat;

/*
 * Moves kept files into c->path, which holds nothing but its .git; NULL when there are
 * none. False only when c->path was lost on the way.
 */
bool checkout_cache_take(struct mirror *m, struct arena *a, const struct checkout *c,
	       const struct checkout_cache **out, struct err *e) MUST_USE;

/* A file of a checkout. */
struct checkout_file {
	int folder;                     /* of which it is, open; -1: that is not written */
	const char *name;               /* in the folder */
	const char *path;               /* from the top */
	unsigned mode;                  /* git's */
	const unsigned char *blob;      /* the content's id, 20 bytes */
};

/* Whether the file is what was written there from the blob; its state in *st. */
bool checkout_cache_has(const struct checkout_cache *k, const struct checkout_file *f, struct stat *st);

/* A note of what is written; it is worth nothing before checkout_note_end(). */
struct checkout_note *checkout_note_begin(struct arena *a);
void checkout_note_file(struct checkout_note *n, const struct checkout_file *f, const struct stat *st);

/* Puts it beside the mirror. Best effort: without a note the files are not kept. */
void checkout_note_end(const struct checkout_note *n, struct mirror *m, const struct checkout *c);

#endif
