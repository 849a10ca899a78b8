/* SPDX-License-Identifier: Apache-2.0 */
/* Removed fields and kinds of steps, rewritten. One thread. */
#ifndef GANTRY_CONFIG_FIX_STEPS_H
#define GANTRY_CONFIG_FIX_STEPS_H

struct fix_document;
struct fix_known;
struct yaml_node;

/*
 * A Stage from before Kargo 1.0, and steps of a Stage, PromotionTask or ClusterPromotionTask: one
 * change a call.
 */
void fix_steps(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object);

#endif
