/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kargo's structs as expressions see them: Go field names, each with its zero value
 * when it is absent, and JSON names when they are written. Any thread.
 */
#ifndef GANTRY_EXPR_ARTIFACT_H
#define GANTRY_EXPR_ARTIFACT_H

#include "expr/type.h"

extern const struct expr_type artifact_commit, artifact_image, artifact_chart, artifact_other,
	artifact_origin, artifact_found_commit, artifact_found_image, artifact_step_meta;

/* An object of that type from its JSON form; nil when tree is NULL. */
struct expr_value artifact_value(struct arena *a, const struct expr_type *type,
				 const struct value *tree);

/* The text of an object's field, "" when it has none. */
const char *artifact_text(const struct expr_value *object, const char *field);

#endif
