/* SPDX-License-Identifier: Apache-2.0 */
/* What a trip through JSON and YAML makes of a configuration. Any thread. */
#ifndef GANTRY_EXPR_REREAD_H
#define GANTRY_EXPR_REREAD_H

struct arena;
struct value;

/*
 * A copy as Kargo's steps get it: a line separator within a text is folded as YAML
 * does, whole numbers are whole. NULL: YAML would have refused the document for a
 * character, or for a key longer than 1,024 characters.
 */
struct value *reread(struct arena *a, const struct value *v);

#endif
