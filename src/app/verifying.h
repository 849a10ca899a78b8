/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine is given for verifications. Only this folder includes it. */
#ifndef GANTRY_APP_VERIFYING_H
#define GANTRY_APP_VERIFYING_H

#include "base/base.h"

struct arena;
struct err;
struct value;
struct verification_subject;

/* As engine_options.verify has it. A worker. */
bool verifying_look(void *context, struct arena *a, const struct verification_subject *of,
		    const struct value **info, struct err *e) MUST_USE;

#endif
