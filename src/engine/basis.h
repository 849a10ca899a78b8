/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the steps of a running promotion see of the manifests. The promotion goes on even if its
 * stage or warehouses change there or are removed: what is missing is rebuilt from the freight in
 * the ledger's record. Pure.
 */
#ifndef GANTRY_ENGINE_BASIS_H
#define GANTRY_ENGINE_BASIS_H

#include "base/base.h"

struct arena;
struct project;
struct value;

/*
 * A Stage whose spec.requestedFreight names each origin of the promotion's collection; the rest is as
 * in manifest, the Stage of the manifests (NULL: it is gone from them).
 */
const struct value *basis_stage(struct arena *a, const struct value *promotion,
				const struct value *manifest);

/* The Warehouses that the stage of basis_stage() asks for freight of, as a list. */
struct value *basis_warehouses(struct arena *a, const struct value *promotion,
			       const struct value *stage, const struct project *p);

/* The Freight that is promoted, as the promotion's record has it; NULL before it began. */
struct value *basis_freight(struct arena *a, const struct value *promotion);

#endif
