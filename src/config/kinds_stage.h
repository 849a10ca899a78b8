/* SPDX-License-Identifier: Apache-2.0 */
/* Tables that several kinds share: steps, variables, selectors. */
#ifndef GANTRY_CONFIG_KINDS_STAGE_H
#define GANTRY_CONFIG_KINDS_STAGE_H

#include "config/field.h"

extern const struct field_def label_expression_fields[];

/* The members of a label selector, to be put into a table. */
#define LABEL_SELECTOR_FIELDS \
	{ .name = "matchLabels", .kind = FIELD_TEXTS, \
	  .help = "Labels and their values, all of which must be there." }, \
	{ .name = "matchExpressions", .kind = FIELD_LIST, \
	  .help = "Conditions, all of which must hold.", \
	  .of = label_expression_fields }

#endif
