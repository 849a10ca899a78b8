/* SPDX-License-Identifier: Apache-2.0 */
/* Which projects of a running Kargo a ledger has a history of. Any thread; reads the repository's refs. */
#ifndef GANTRY_RECORDER_KNOWN_H
#define GANTRY_RECORDER_KNOWN_H

#include "base/base.h"

struct arena;
struct err;
struct list;

/*
 * Adds their names, const char *, by name, in the arena. path: of the ledger's repository; ERR_NOT_FOUND when
 * there is none. context: what the cluster is called.
 */
bool recorder_projects(struct arena *a, const char *path, const char *context, struct list *out,
		       struct err *e) MUST_USE;

#endif
