/* SPDX-License-Identifier: Apache-2.0 */
/* Policies move out of a Project, whose spec Kargo 1.7 took away. One thread. */
#ifndef GANTRY_CONFIG_FIX_PROJECT_H
#define GANTRY_CONFIG_FIX_PROJECT_H

struct fix_document;
struct fix_known;
struct yaml_node;

/* list: the list that the Project is in, for kind: List; NULL: it is the document. */
void fix_project(struct fix_document *d, const struct fix_known *known, const struct yaml_node *object,
		 const struct yaml_node *list);

/* A ProjectConfig's own policies; one without any gets those of its Project: one change a call. */
void fix_project_config(struct fix_document *d, const struct fix_known *known,
			const struct yaml_node *object);

#endif
