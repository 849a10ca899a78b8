/* SPDX-License-Identifier: Apache-2.0 */
/*
 * AnalysisRuns that a Stage's verifications name: which are still to be read, and what they tell, put into
 * the VerificationInfo as gantry's own verification has it (verify/told.h). Pure. Any thread.
 *
 * analysisRun.awaited of a VerificationInfo: it has not been read to its end; how often that failed.
 */
#ifndef GANTRY_ATTACH_RUNS_H
#define GANTRY_ATTACH_RUNS_H

#include "base/base.h"

struct arena;
struct list;
struct value;

/*
 * Notes in what is kept of a Stage (attach_stage_kept()) which AnalysisRuns are to be read, and takes over
 * what was read before (the same Stage until now; NULL: it is new). Older freight's only when they ended
 * badly. kept changes; before does not.
 */
void attach_runs_note(struct arena *a, struct value *kept, const struct value *before);

/*
 * Adds the names, const char *, of the AnalysisRuns to be read. again: also of those that were read and go
 * on, or could not be read.
 */
void attach_runs_wanted(struct arena *a, const struct value *kept, bool again, struct list *names);

/* What came of reading one. */
struct attach_run {
	const struct value *object;     /* NULL: it could not be read */
	bool is_final;                  /* and there is no use in trying again */
};

/*
 * A copy of what is kept, with the results of the AnalysisRun of that name. One that can't be read
 * is not asked for endlessly once its verification is over. NULL: nothing waits for it.
 */
struct value *attach_runs_tell(struct arena *a, const struct value *kept, const char *name,
			       const struct attach_run *run);

#endif
