/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a measurement is good: successCondition and failureCondition. Any thread. */
#ifndef GANTRY_VERIFY_CONDITION_H
#define GANTRY_VERIFY_CONDITION_H

#include "base/base.h"

struct arena;
struct err;
struct value;

enum outcome { OUTCOME_NONE, OUTCOME_SUCCESSFUL, OUTCOME_FAILED, OUTCOME_INCONCLUSIVE,
	       OUTCOME_ERROR };

/* Kargo's word for it; and back (NONE: not one, or not over). */
const char *outcome_name(enum outcome outcome);
enum outcome outcome_parse(const char *word);

/*
 * Judges the result by the conditions of the metric, either of which may be absent.
 * ERR_CONFIG when one does not compile, fails, or is neither true nor false.
 */
bool condition_judge(struct arena *a, const struct value *metric, const struct value *result,
		     enum outcome *out, struct err *e) MUST_USE;

#endif
