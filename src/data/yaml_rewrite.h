/* SPDX-License-Identifier: Apache-2.0 */
/* How a new value is written in the place of a scalar, and whether it reads as that value. Any thread. */
#ifndef GANTRY_DATA_YAML_REWRITE_H
#define GANTRY_DATA_YAML_REWRITE_H

#include "base/base.h"
#include "base/str.h"

struct arena;
struct value;
struct yaml_node;

/*
 * What takes the place of bytes [scalar->start, scalar->end) of source so that the scalar
 * becomes v, which must be a scalar, too. The style that was there stays where it can: quotes,
 * a literal block. A text that would read as something else in YAML 1.1 or 1.2 is quoted. An anchor
 * and a block's comment stay; a tag goes.
 */
struct str yaml_rewrite(struct arena *a, struct str source, const struct yaml_node *scalar,
			const struct value *v);

/* A scalar as Kargo shows it in commit messages: numbers from a million on with an exponent. */
const char *yaml_rendering(struct arena *a, const struct value *v);

#endif
