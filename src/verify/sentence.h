/* SPDX-License-Identifier: Apache-2.0 */
/* What a run has measured, in words. Pure. Any thread. */
#ifndef GANTRY_VERIFY_SENTENCE_H
#define GANTRY_VERIFY_SENTENCE_H

struct analysis;
struct arena;

/*
 * "metric errors is Failed (failed (1) > failureLimit (0)): measured [0.5]; successCondition: result[0] <
 * 0.01", of each metric that ended as badly as the run; while the run goes on, of each that has measured
 * something. Of a run that went well its own message. "" when there is nothing to tell.
 */
const char *analysis_sentence(struct arena *a, const struct analysis *run);

#endif
