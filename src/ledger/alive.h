/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a process that uses a ledger's folder still lives: it keeps a file there locked, and only
 * when it dies does the kernel drop the lock. Process ids prove nothing, since a container has its
 * own.
 */
#ifndef GANTRY_LEDGER_ALIVE_H
#define GANTRY_LEDGER_ALIVE_H

#include "base/base.h"

struct arena;

/* The kernel that runs this process, whatever container or host name it sees; "" when unknown. */
const char *alive_kernel(struct arena *a);

/* Takes the lock of a token, 32 hex digits; -1: it could not be taken, so others wait longer for us. */
int alive_lock(struct arena *a, const char *ledger, const char *token);
void alive_unlock(struct arena *a, const char *ledger, const char *token, int lock);

struct alive {
	const char *ledger;             /* the repository's folder, as we see it */
	const char *token, *kernel;     /* of the other, as it claims: not to be trusted */
};

/* Only what ran under this kernel with this folder can be known to be dead. */
bool alive_is_dead(struct arena *a, const struct alive *who);

#endif
