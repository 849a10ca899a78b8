/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patches of JSON documents: RFC 7396 (merge) and RFC 6902 (add, replace, remove, test), which
 * cJSON_Utils would do if Debian built it. Pure.
 */
#ifndef GANTRY_DEMO_PATCH_H
#define GANTRY_DEMO_PATCH_H

#include "base/base.h"

struct cJSON;
struct err;

/* Merges patch into target, an object that is changed. */
void patch_merge(struct cJSON *target, const struct cJSON *patch);

/* Applies the operations in order to target, which is changed; the first that fails ends it. */
bool patch_apply(struct cJSON *target, const struct cJSON *operations, struct err *e) MUST_USE;

#endif
