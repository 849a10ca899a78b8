/* SPDX-License-Identifier: Apache-2.0 */
/* Patches of JSON documents: RFC 7396 (merge) and RFC 6902 (add, replace, remove, test). Pure. */
#ifndef GANTRY_DEMO_PATCH_H
#define GANTRY_DEMO_PATCH_H

#include "base/base.h"

struct arena;
struct err;
struct value;

/* Merges patch into target, a map that is changed. */
void patch_merge(struct arena *a, struct value *target, const struct value *patch);

/* Applies the operations in order to target, which is changed; the first that fails ends it. */
bool patch_apply(struct arena *a, struct value *target, const struct value *operations,
		 struct err *e) MUST_USE;

#endif
