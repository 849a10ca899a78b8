/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the store share. */
#ifndef GANTRY_GIT_STORE_INNER_H
#define GANTRY_GIT_STORE_INNER_H

#include "base/base.h"
#include "base/buf.h"

struct err;
struct git_oid;
struct git_repository;

struct store {
	struct git_repository *repo;
	char *path;                     /* of the repository, with a final '/' */
	struct buf fresh;               /* ids of objects written and not flushed: 20 bytes each */
	size_t loose;
};

/* Sets *e from libgit2's last error, after a sentence. Returns false. */
bool store_failed(struct err *e, int code, const char *format, ...) PRINTF(3, 4);

/* Hex digits to an id; ERR_CONFIG when they are none. */
bool store_oid(const char *hex, struct git_oid *out, struct err *e) MUST_USE;

#endif
