/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A whole run: several metrics, measured pass by pass until they say how it ends (Argo Rollouts'
 * AnalysisRun). Pure, except for the measurer that it is given. One thread at a time.
 */
#ifndef GANTRY_VERIFY_ANALYSIS_H
#define GANTRY_VERIFY_ANALYSIS_H

#include "verify/metric.h"

/* How many metrics there are and how they ended. */
struct analysis_summary {
	int64_t count, successful, failed, inconclusive, errors;
};

struct analysis {
	struct metric *metrics;
	size_t nmetrics;
	bool terminate;                 /* somebody ends it */
	int64_t started_at;             /* ms; 0: not yet */
	enum analysis_phase phase;
	const char *message;            /* "" */
	struct analysis_summary summary, dry_summary;
};

/* What is to be done with a measurement. */
enum measure_task { MEASURE_BEGIN, MEASURE_GO_ON, MEASURE_TERMINATE };

/* Takes measurements. Sets all of one but its start, which is set. */
struct measurer {
	void (*measure)(void *context, struct arena *a, const struct metric *m,
			enum measure_task task, struct measurement *one);
	void *context;
};

/*
 * Reads a run: the metrics, dryRun and measurementRetention of spec (arguments put in), and what
 * was measured so far (as analysis_status() made it; NULL: nothing). ERR_CONFIG when the spec is
 * wrong: then it can only end as Error.
 */
bool analysis_init(struct arena *a, struct analysis *out, const struct value *spec,
		   const struct value *status, struct err *e) MUST_USE;

/*
 * Takes the measurements that are due at now (ms) and assesses the run. When metrics end, others
 * may have to be ended: true when another pass at the same moment may change something.
 */
bool analysis_pass(struct arena *a, struct analysis *run, const struct measurer *measurer,
		   int64_t now);

/* When the next measurement is due, ms; INT64_MAX: none will be. */
int64_t analysis_next(const struct analysis *run, int64_t now);

/* What must be remembered, as AnalysisRuns hold it in status. */
struct value *analysis_status(struct arena *a, const struct analysis *run);

#endif
