/* SPDX-License-Identifier: Apache-2.0 */
/* What may leave the ledger's tree, never its history (doc/kargo-rules.md 1.15). Pure. */
#ifndef GANTRY_ENGINE_RETENTION_H
#define GANTRY_ENGINE_RETENTION_H

#include "base/base.h"

struct arena;
struct world;

/* The data of a ledger.pruned event; NULL when all is worth keeping. */
const struct value *retention(struct arena *a, const struct world *w, int64_t now);

#endif
