/* SPDX-License-Identifier: Apache-2.0 */
/* Removed fields of Warehouses and policies, rewritten. One thread. */
#ifndef GANTRY_CONFIG_FIX_WAREHOUSE_H
#define GANTRY_CONFIG_FIX_WAREHOUSE_H

struct fix_document;
struct yaml_node;

/* allowTags, ignoreTags and semverConstraint of each subscription: one change a call. */
void fix_warehouse(struct fix_document *d, const struct yaml_node *object);

/* stage: x of promotion policies becomes stageSelector: {name: x}: one change a call. */
void fix_policies(struct fix_document *d, const struct yaml_node *object);

#endif
