/* SPDX-License-Identifier: Apache-2.0 */
/* The JSONPath of a web metric, as far as Kubernetes' has it: fields, indexes, [*]. Any thread. */
#ifndef GANTRY_VERIFY_JSON_PATH_H
#define GANTRY_VERIFY_JSON_PATH_H

#include "base/base.h"

struct arena;
struct err;
struct value;

/*
 * "{$.data.items[0].ok}": the value there; with [*], the list of all. ERR_CONFIG for
 * a path that makes no sense, ERR_NOT_FOUND when nothing is there.
 */
bool json_path(struct arena *a, const char *path, const struct value *v, const struct value **out,
	       struct err *e) MUST_USE;

#endif
