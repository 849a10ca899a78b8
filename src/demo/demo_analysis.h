/* SPDX-License-Identifier: Apache-2.0 */
/* What Argo Rollouts does for the simulated Kargo: AnalysisRuns with one metric. Any thread. */
#ifndef GANTRY_DEMO_DEMO_ANALYSIS_H
#define GANTRY_DEMO_DEMO_ANALYSIS_H

#include "base/base.h"

struct arena;
struct cJSON;
struct demo_cluster;

/* A run begins, which will fail or not: the Stage's verificationHistory with it, the caller's. */
struct cJSON *demo_analysis_begin(struct demo_cluster *c, struct arena *a, const char *id, bool fails);

/* The run of the VerificationInfo measures, once. */
void demo_analysis_measure(struct demo_cluster *c, struct arena *a, const struct cJSON *info);

/* It is over, and the VerificationInfo says so. False: it failed. */
bool demo_analysis_end(struct demo_cluster *c, struct arena *a, struct cJSON *info);

#endif
