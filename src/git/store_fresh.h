/* SPDX-License-Identifier: Apache-2.0 */
/* Objects of a store that are new: kept in memory until store_save() makes one small pack of them. */
#ifndef GANTRY_GIT_STORE_FRESH_H
#define GANTRY_GIT_STORE_FRESH_H

#include "base/base.h"
#include "base/str.h"

struct err;
struct git_oid;
struct store;

/*
 * Keeps a new object of that type (git_object_t) in memory until it is saved. It goes past
 * libgit2's front door, which reads the folder of packs for every object that is new.
 */
bool store_put(struct store *s, int type, struct str data, struct git_oid *id,
	       struct err *e) MUST_USE;

/* Makes a pack that was just written durable; name as git_packbuilder_name() gives it. */
bool store_flush_pack(const struct store *s, const char *name, struct err *e) MUST_USE;

#endif
