/* SPDX-License-Identifier: Apache-2.0 */
/* Steps against what their kinds take. One thread. */
#ifndef GANTRY_CONFIG_LINT_STEPS_H
#define GANTRY_CONFIG_LINT_STEPS_H

struct gathered;
struct lint;

/* Steps of a Stage, PromotionTask or ClusterPromotionTask. */
void lint_step_list(struct lint *l, const struct gathered *g);

#endif
