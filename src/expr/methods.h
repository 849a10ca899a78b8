/* SPDX-License-Identifier: Apache-2.0 */
/* What can be called on a value: methods of times, durations and the host's objects. */
#ifndef GANTRY_EXPR_METHODS_H
#define GANTRY_EXPR_METHODS_H

#include "expr/type.h"

/* The method of that name, or NULL. class counts for EXPR_OBJECT only. */
const struct expr_method *method_find(enum expr_kind kind, enum expr_form form,
				      const struct expr_class *class, struct str name);

/* The method of that name of a type, or NULL. */
const struct expr_method *type_method(const struct expr_type *t, struct str name);

#endif
