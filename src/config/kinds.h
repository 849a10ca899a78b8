/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of manifests, one table each (kinds.def, kinds_*.c). Any thread. */
#ifndef GANTRY_CONFIG_KINDS_H
#define GANTRY_CONFIG_KINDS_H

#include "config/field.h"

struct kind_def {
	const char *name;               /* "Stage" */
	const char *group;              /* what apiVersion begins with: "kargo.akuity.io/" */
	bool is_cluster;                /* belongs to no project */
	bool is_open;                   /* unknown fields are none of our business */
	const char *help;
	const struct field_def *fields; /* beside apiVersion, kind and metadata */
};

#define KIND(name) extern const struct kind_def kind_##name;
#include "config/kinds.def"
#undef KIND

/* The kind, or NULL. version: the apiVersion; NULL: any. */
const struct kind_def *kind_find(const char *name, const char *version);

/* The kind whose name is nearest, or NULL when none is near. */
const char *kind_nearest(const char *name);

/* All kinds, in the order of kinds.def. */
const struct kind_def *const *kind_table(size_t *count);

/* kinds_stage.c: tables that several kinds share: steps, variables, selectors. */

extern const struct field_def label_expression_fields[];

/* The members of a label selector, to be put into a table. */
#define LABEL_SELECTOR_FIELDS \
	{ .name = "matchLabels", .kind = FIELD_TEXTS, \
	  .help = "Labels and their values, all of which must be there." }, \
	{ .name = "matchExpressions", .kind = FIELD_LIST, \
	  .help = "Conditions, all of which must hold.", \
	  .of = label_expression_fields }

#endif
