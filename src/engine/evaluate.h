/* SPDX-License-Identifier: Apache-2.0 */
/* A step's "if" and configuration, with what its expressions may see (doc/kargo-rules.md 4.6, 5). */
#ifndef GANTRY_ENGINE_EVALUATE_H
#define GANTRY_ENGINE_EVALUATE_H

#include "base/base.h"

struct err;
struct orchestration;
struct promotion_run;
struct value;

bool evaluate_condition(struct promotion_run *r, const struct orchestration *o,
			const struct value *step, bool *out, struct err *e) MUST_USE;
bool evaluate_config(struct promotion_run *r, const struct orchestration *o,
		     const struct value *step, struct value **out, struct err *e) MUST_USE;

#endif
