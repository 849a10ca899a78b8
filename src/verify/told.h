/* SPDX-License-Identifier: Apache-2.0 */
/* What another controller has measured, told as a verification of gantry's own is. Pure. Any thread. */
#ifndef GANTRY_VERIFY_TOLD_H
#define GANTRY_VERIFY_TOLD_H

#include "base/base.h"

struct arena;
struct value;

/*
 * Puts into a VerificationInfo what the AnalysisRun that it names says, an object of argoproj.io/v1alpha1 of
 * a cluster: "run", the newest measurements of each metric, and as its message which metric, what was
 * measured and by which condition. Kargo's own message stays where the run says nothing or has come to
 * another end, as when the verification was aborted. What does not read is left out. True: the run is over.
 */
bool analysis_told(struct arena *a, const struct value *object, struct value *info);

#endif
