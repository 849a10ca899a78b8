/* SPDX-License-Identifier: Apache-2.0 */
/* What may leave the tree of an attached project's ledger, never its history. Pure. */
#ifndef GANTRY_RECORDER_PRUNE_H
#define GANTRY_RECORDER_PRUNE_H

struct arena;
struct state;

/*
 * Of each stage, promotions that are over, that Kargo has dropped and that are not among its newest
 * (RECORDER_KEPT); freight that Kargo has dropped and that no promotion or stage of the ledger names. As the
 * data of a ledger.pruned; NULL: not enough for a commit.
 */
const struct value *recorder_prune(struct arena *a, const struct state *known, const struct state *seen);

#endif
