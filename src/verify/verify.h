/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification: AnalysisTemplates' metrics, measured until they say whether freight
 * is good (doc/kargo-rules.md 7, Argo Rollouts' rules). May use base data net model expr.
 *
 * arguments.h   what a stage gives its templates
 * condition.h   is this result good?
 * json_path.h   {$.status} of an answer
 * metric.h      one metric's life: when it is due, what its measurements amount to
 * provider.h    prometheus, web and job
 * verify.h      this table; a stage's verification, look by look
 */
#ifndef GANTRY_VERIFY_VERIFY_H
#define GANTRY_VERIFY_VERIFY_H

#include "base/base.h"

struct arena;
struct err;
struct project;
struct value;

/*
 * One look at a stage's verification of a freight collection: measures what is due.
 * info: the VerificationInfo of the look before, NULL at the first; *out is the new
 * one, which carries all that must be remembered. What can't be verified (a template
 * that is not there, an argument that is missing) ends as phase Error with a message.
 * ERR_CONFIG only when there is no such stage. Blocks: a worker.
 */
bool verify_look(struct arena *a, const struct project *p, const char *stage,
		 const struct value *collection, const struct value *info, int64_t now,
		 const struct value **out, struct err *e) MUST_USE;

#endif
