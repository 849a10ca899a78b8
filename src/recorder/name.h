/* SPDX-License-Identifier: Apache-2.0 */
/* What a project's ledger is called. Pure. Any thread. */
#ifndef GANTRY_RECORDER_NAME_H
#define GANTRY_RECORDER_NAME_H

struct arena;

/*
 * "shop@staging", for the branch gantry/shop@staging: no project of manifests is called so, and projects of
 * one name in two clusters have ledgers of their own. A context that git takes in no name of a branch is
 * spelt with - and the beginning of its SHA-1.
 */
const char *recorder_name(struct arena *a, const char *project, const char *context);

#endif
