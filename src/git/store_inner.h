/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share. */
#ifndef GANTRY_GIT_STORE_INNER_H
#define GANTRY_GIT_STORE_INNER_H

#include "base/base.h"
#include "base/buf.h"
#include "base/str.h"

struct err;
struct git_odb_backend;
struct git_oid;
struct git_repository;
struct store_login;
struct store_new;

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

/*
 * store_fresh.c: objects of a store that are new: kept in memory until store_save() makes one
 * small pack of them.
 */

/*
 * Keeps a new object of that type (git_object_t) in memory until it is saved. It goes past
 * libgit2's front door, which reads the folder of packs for every object that is new.
 */
bool store_put(struct store *s, int type, struct str data, struct git_oid *id,
	       struct err *e) MUST_USE;

/* Makes a pack that was just written durable; name as git_packbuilder_name() gives it. */
bool store_flush_pack(const struct store *s, const char *name, struct err *e) MUST_USE;

/* store_tree.c: trees of a store's commits. */

/* The tree that the commit's changes make of base (NULL: of nothing); folders left empty go. */
bool store_tree_update(struct store *s, const struct git_oid *base, const struct store_new *n,
		       struct git_oid *out, struct err *e) MUST_USE;

#endif
