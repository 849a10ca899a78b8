/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification: AnalysisTemplates' metrics, measured until they say whether freight is good
 * (doc/kargo-rules.md 7). May use base data net model expr.
 *
 * analysis.h      a whole run, pass by pass
 * analysis_run.h  the AnalysisRun that Kargo makes for a stage
 * arguments.h     what a stage gives its templates
 * condition.h     is this result good?
 * json_path.h     {$.status} of an answer
 * measurement.h   one measurement; phases
 * metric.h        one metric: its limits, what its measurements amount to
 * patience.h      measuring through an outage
 * provider.h      prometheus, web and job
 * sentence.h      what a run has measured, in words
 * told.h          what another controller measured
 * verify.h        this table; a stage's verification, look by look
 */
#ifndef GANTRY_VERIFY_VERIFY_H
#define GANTRY_VERIFY_VERIFY_H

#include "verify/arguments.h"

struct traffic;

/* One look at a verification. */
struct verify_request {
	struct verification of;
	const struct value *info;       /* the VerificationInfo of the look before; NULL: the first */
	int64_t now;                    /* ms */
	const bool *cancelled;          /* polled; may be NULL */
	struct traffic *traffic;        /* where it is counted; NULL: nowhere */
};

/*
 * Measures what is due and says what it amounts to: the new VerificationInfo, which carries all
 * that must be remembered. It ends as Successful, Failed, Inconclusive or Error; a bad end has a
 * message that names the metric, its condition and what was measured. What cannot be verified (a
 * template that is not there, an argument without a value) ends as Error. Only the result is made
 * in a; what else a look needs is freed. Blocks: a worker.
 */
struct value *verify_look(struct arena *a, const struct verify_request *rq);

#endif
