/* SPDX-License-Identifier: Apache-2.0 */
/* The sentences of events, whoever tells of them: gantry's own ledger, or a Kargo that is attached. Pure. */
#ifndef GANTRY_MODEL_WORDING_H
#define GANTRY_MODEL_WORDING_H

#include "base/base.h"

struct arena;
struct freight;

/* "soft-squirrel (1.29.5)". */
const char *wording_freight(struct arena *a, const struct freight *f);

/* "promote uat to soft-squirrel (1.29.5)"; verb as "promote" or "roll back". */
const char *wording_promote(struct arena *a, const char *verb, const char *stage,
			    const struct freight *f, bool by_itself);

/* "prod runs soft-squirrel (1.29.5)", or why not. */
const char *wording_end(struct arena *a, const char *stage, const char *label, const char *phase,
			const char *message);

#endif
