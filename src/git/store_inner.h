/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share. */
#ifndef GANTRY_GIT_STORE_INNER_H
#define GANTRY_GIT_STORE_INNER_H

#include "base/base.h"
#include "base/buf.h"

struct err;
struct store_login;
struct git_odb_backend;
struct git_oid;
struct git_repository;

/*
 * New objects stay in memory until they are saved as one small pack: one file instead
 * of the seven that an event would cost. They are kept there for reading until they
 * are packed with many others.
 */
struct store {
	struct git_repository *repo;
	struct git_odb_backend *memory; /* the repository's; freed with it */
	const struct store_login *login; /* to remotes; not ours; NULL: none */
	char *path;                     /* of the repository, with a final '/' */
	struct buf fresh;               /* ids of objects written and not saved: 20 bytes each */
	size_t saved;                   /* small packs since the last store_pack() */
	bool counted;                   /* saved holds those of others, too */
};

/* Opens s->repo again, so that it sees which packs there are. */
bool store_reopen(struct store *s, struct err *e) MUST_USE;

/* Sets *e from libgit2's last error, after a sentence. Returns false. */
bool store_failed(struct err *e, int code, const char *format, ...) PRINTF(3, 4);

/* Hex digits to an id; ERR_CONFIG when they are none. */
bool store_oid(const char *hex, struct git_oid *out, struct err *e) MUST_USE;

#endif
