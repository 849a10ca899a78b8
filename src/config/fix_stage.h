/* SPDX-License-Identifier: Apache-2.0 */
/* A Stage's subscriptions and promotionMechanisms, rewritten. One thread. */
#ifndef GANTRY_CONFIG_FIX_STAGE_H
#define GANTRY_CONFIG_FIX_STAGE_H

struct fix_document;
struct fix_known;
struct yaml_node;

/* Both, or neither: one change a call. */
void fix_stage(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object);

#endif
