/* SPDX-License-Identifier: Apache-2.0 */
/* The passes of lint --fix, each in the file of its name. A call makes one change. One thread. */
#ifndef GANTRY_CONFIG_FIX_PASSES_H
#define GANTRY_CONFIG_FIX_PASSES_H

struct fix_document;
struct fix_known;
struct yaml_node;

/* fix_project.c: policies move out of a Project, whose spec Kargo 1.7 took away */

/* list: the list that the Project is in, for kind: List; NULL: it is the document. */
void fix_project(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object,
		 const struct yaml_node *list);

/* A ProjectConfig's own policies; one without any gets those of its Project. */
void fix_project_config(struct fix_document *d, const struct fix_known *known,
			const struct yaml_node *object);

/* fix_stage.c: a Stage's subscriptions and promotionMechanisms */

/* Both, or neither. */
void fix_stage(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object);

/* fix_steps.c: removed fields and kinds of steps */

/* A Stage from before Kargo 1.0, and steps of a Stage, PromotionTask or ClusterPromotionTask. */
void fix_steps(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object);

/* fix_warehouse.c: removed fields of Warehouses and policies */

/* allowTags, ignoreTags and semverConstraint of each subscription. */
void fix_warehouse(struct fix_document *d, const struct yaml_node *object);

/* stage: x of promotion policies becomes stageSelector: {name: x}. */
void fix_policies(struct fix_document *d, const struct yaml_node *object);

#endif
