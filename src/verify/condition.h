/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a measurement is good: successCondition and failureCondition. Pure. Any thread. */
#ifndef GANTRY_VERIFY_CONDITION_H
#define GANTRY_VERIFY_CONDITION_H

#include "expr/type.h"
#include "verify/measurement.h"

struct arena;
struct err;
struct value;

/* What a provider has measured: "result" in the metric's conditions. */
struct metric_result {
	struct expr_value value;
	const struct expr_type *type;   /* what the conditions' compiler knows of it */
	const char *text;               /* for people and the ledger: "[0.95]" */
};

/* A JSON document, as Go decodes it: every number is a float. */
struct metric_result result_of_json(struct arena *a, const struct value *v);

/* Prometheus' scalar, and its vectors. They may hold NaN and infinities. */
struct metric_result result_of_number(struct arena *a, double number);
struct metric_result result_of_numbers(struct arena *a, const double *numbers, size_t count);

/*
 * Judges the result by the conditions of the metric's spec, either of which may be absent: the
 * phase becomes Successful, Failed or, when there are both and neither holds, Inconclusive.
 * ERR_CONFIG names the condition that does not compile, fails, or is neither true nor false.
 */
bool condition_judge(struct arena *a, const struct value *spec, const struct metric_result *result,
		     enum analysis_phase *out, struct err *e) MUST_USE;

#endif
