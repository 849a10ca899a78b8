/* SPDX-License-Identifier: Apache-2.0 */
/* Removed constructs of steps are understood: the object is made to say it today's way. */
#ifndef GANTRY_CONFIG_MODERN_H
#define GANTRY_CONFIG_MODERN_H

struct complaints;
struct gathered;

/* Changes g->object where it uses what Kargo removed, with a warning for each. */
void modernise(struct gathered *g, struct complaints *c);

#endif
