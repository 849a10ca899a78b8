/* SPDX-License-Identifier: Apache-2.0 */
/* Removed fields and kinds of steps, rewritten. One thread. */
#ifndef GANTRY_CONFIG_FIX_STEPS_H
#define GANTRY_CONFIG_FIX_STEPS_H

struct fix_document;
struct yaml_node;

/* Steps of a Stage, PromotionTask or ClusterPromotionTask: one change a call. */
void fix_steps(struct fix_document *d, const struct yaml_node *object);

#endif
