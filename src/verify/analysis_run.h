/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The AnalysisRun that Kargo makes for a stage (doc/kargo-rules.md 7.3). In gantry it is
 * never an object of a cluster: it names the run, and says what is measured. Pure. Any thread.
 */
#ifndef GANTRY_VERIFY_ANALYSIS_RUN_H
#define GANTRY_VERIFY_ANALYSIS_RUN_H

#include "verify/arguments.h"

struct analysis_run_request {
	struct verification of;
	int64_t now;                    /* ms */
	bool again;                     /* it was verified before, and somebody wants it again */
	bool by_policy;                 /* that somebody is the control plane: a new promotion */
};

/*
 * {metadata{name, namespace, labels, annotations, ownerReferences}, spec{args, metrics, dryRun,
 * measurementRetention}}. ERR_CONFIG for a stage without verification, a template that is not
 * there, two metrics of one name, and arguments as arguments_build().
 */
bool analysis_run_build(struct arena *a, const struct analysis_run_request *rq, struct value **out,
			struct err *e) MUST_USE;

#endif
