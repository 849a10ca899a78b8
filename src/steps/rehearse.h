/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rehearsing a step: the one place that decides what is run for real in a scratch copy and what
 * is only announced. Nothing outside is changed. A worker.
 */
#ifndef GANTRY_STEPS_REHEARSE_H
#define GANTRY_STEPS_REHEARSE_H

#include "base/base.h"

struct err;
struct step_def;
struct step_result;
struct step_run;
struct value;

/* As def->run(), with r->plan set. STEP_RUNNING never comes: a step that would wait is unforeseen. */
bool step_rehearse(const struct step_def *def, struct step_run *r, struct step_result *result,
		   struct err *e) MUST_USE;

/* For def->rehearse(): what run() would do, as a sentence that goes on from "would". */
void step_announce(struct step_run *r, struct step_result *result, const char *format, ...)
	PRINTF(3, 4);

/* "a", "a and b", "a, b and 3 more": for announcing. Texts are members called key of the list. */
const char *step_names(struct step_run *r, const struct value *list, const char *key);

#endif
