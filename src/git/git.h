/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Repositories: mirrors, checkouts, commits, pushes.
 * May use base data. Library: libgit2 (ssh goes through the system's ssh).
 *
 * git.h      this table
 * signing.h  signatures on commits
 * store.h    a bare repository as a store of small files with a history
 */
#ifndef GANTRY_GIT_GIT_H
#define GANTRY_GIT_GIT_H
#endif
