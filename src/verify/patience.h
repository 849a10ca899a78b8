/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measuring through an outage (base/outage.h): the measurement waits for a provider that is down, as
 * promotion steps do, instead of using up its metric's consecutiveErrorLimit within a minute. Argo
 * Rollouts has no such waiting: there the first look already counts as an error. Workers.
 */
#ifndef GANTRY_VERIFY_PATIENCE_H
#define GANTRY_VERIFY_PATIENCE_H

#include "verify/analysis.h"

/* How long a measurement waits out one outage, in ms; then it is the error that it was all along. */
#define VERIFY_PATIENCE_MS (10 * 60 * 1000)

/*
 * The measure() of a struct measurer; context is a struct provider_run. As provider_measure(), but a
 * measurement whose provider is down stays Running: "still waiting, because ...", and when to look again.
 * One that was begun before the outage (a Job) is not begun a second time.
 */
void patient_measure(void *context, struct arena *a, const struct metric *m, enum measure_task task,
		     struct measurement *one);

/* "metric rate: still waiting, because ...", of the first metric that waits so; "" for none. */
const char *patience_sentence(struct arena *a, const struct analysis *run);

#endif
