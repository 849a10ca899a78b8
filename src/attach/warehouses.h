/* SPDX-License-Identifier: Apache-2.0 */
/* What Kargo's Warehouses found, and whether their looks succeed. Pure. One thread at a time. */
#ifndef GANTRY_ATTACH_WAREHOUSES_H
#define GANTRY_ATTACH_WAREHOUSES_H

#include "base/base.h"

struct attach_warehouses;
struct part;
struct value;
struct warehouse_view;

struct attach_warehouses *attach_warehouses_new(void);
void attach_warehouses_free(struct attach_warehouses *w);

/* Takes over the status of the Warehouse as the cluster gives it. */
void attach_warehouses_put(struct attach_warehouses *w, const struct value *object);

/* It is gone from the cluster; unknown names are fine. */
void attach_warehouses_remove(struct attach_warehouses *w, const char *name);

/* All of them, in the part, which keeps what they lie in. */
const struct warehouse_view *attach_warehouses_make(struct attach_warehouses *w, struct part *part,
						    size_t *count);

#endif
