/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One metric of a run: its limits, and what its measurements add up to (Argo Rollouts 1.10,
 * doc/kargo-rules.md 7.4). Pure. Any thread.
 */
#ifndef GANTRY_VERIFY_METRIC_H
#define GANTRY_VERIFY_METRIC_H

#include "base/list.h"
#include "verify/measurement.h"

struct err;

struct metric {
	const char *name;
	const struct value *spec;       /* arguments put in */
	bool dry_run;                   /* it does not count for the run */
	size_t retention;               /* how many measurements are kept */

	/* Of the spec: */
	bool has_interval, has_delay;
	int64_t interval, delay;        /* ms */
	int64_t count;                  /* 0: measured until something ends it */
	int64_t failure_limit;          /* negative: none */
	int64_t inconclusive_limit, error_limit;
	int64_t success_limit;          /* in a row; 0: none */

	/* Its result so far: */
	bool begun;
	enum analysis_phase phase;
	const char *message;            /* "" */
	int64_t measured;               /* that were no errors */
	int64_t successful, failed, inconclusive, errors, errors_in_row, successes_in_row;
	struct list measurements;       /* struct measurement *: the newest ones, oldest first */
};

/*
 * Reads a metric's spec, in which arguments have been put in. ERR_CONFIG for a duration that is
 * not one, for limits that contradict each other, and for not exactly one provider.
 */
bool metric_init(struct metric *out, const struct value *spec, struct err *e) MUST_USE;

/* The same without a check, for what another controller measures; durations stay 0. */
void metric_limits(struct metric *out, const struct value *spec);

/* Goes on from a result as metric_write() made it; NULL: nothing has been measured. */
void metric_resume(struct arena *a, struct metric *m, const struct value *result);

/* The result, as AnalysisRuns hold it in status.metricResults. */
struct value *metric_write(struct arena *a, const struct metric *m);

/* Its newest measurement, or NULL. */
struct measurement *metric_last(const struct metric *m);

/*
 * No more is to be measured: count is reached. Without a count, one measurement is enough if there is
 * no interval; a negative count is reached at once, as in Rollouts.
 */
bool metric_is_counted_out(const struct metric *m);

/* Counts a measurement that has just ended. */
void metric_count(struct metric *m, enum analysis_phase phase);

/* The phase that its measurements amount to. terminating: no more of them will be taken. */
enum analysis_phase metric_assess(const struct metric *m, bool terminating);

/* The limit that it broke: "failed (1) > failureLimit (0)"; "" when it broke none. */
const char *metric_reason(struct arena *a, const struct metric *m);

#endif
