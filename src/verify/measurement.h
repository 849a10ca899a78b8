/* SPDX-License-Identifier: Apache-2.0 */
/* One measurement of a metric, and the phases that measurements, metrics and runs have. Any thread. */
#ifndef GANTRY_VERIFY_MEASUREMENT_H
#define GANTRY_VERIFY_MEASUREMENT_H

#include "base/base.h"

struct arena;
struct value;

/* Argo Rollouts' AnalysisPhase; those that end something from best to worst. */
enum analysis_phase {
	ANALYSIS_NONE,                  /* nothing is known yet */
	ANALYSIS_PENDING,
	ANALYSIS_RUNNING,
	ANALYSIS_SUCCESSFUL,
	ANALYSIS_INCONCLUSIVE,
	ANALYSIS_ERROR,
	ANALYSIS_FAILED,
};

/* "Successful"; "" for none. */
const char *analysis_phase_name(enum analysis_phase phase);

/* ANALYSIS_NONE for a word that is not a phase. */
enum analysis_phase analysis_phase_parse(const char *word);

/* Nothing comes after it. */
bool analysis_phase_is_over(enum analysis_phase phase);

struct measurement {
	enum analysis_phase phase;
	int64_t started_at, finished_at; /* ms; finished_at 0: it is not over */
	int64_t resume_at;              /* ms: when to look at it again; 0: at the next pass */
	const char *value;              /* what was measured, as text; "" */
	const char *message;            /* why it went badly; "" */
	bool passes;                    /* an error that passes by itself (base/outage.h); not written */
	int64_t after_ms;               /* and how long the provider asks to stay away; not written */
	struct value *metadata;         /* map of texts; NULL: none */
};

/* As AnalysisRuns hold it: {phase, startedAt, finishedAt, resumeAt, value, message, metadata}. */
struct measurement *measurement_read(struct arena *a, const struct value *v);
struct value *measurement_write(struct arena *a, const struct measurement *m);

/* Adds a note, which the next look finds again. */
void measurement_note(struct arena *a, struct measurement *m, const char *key, const char *text);

/* Takes a note away, if it is there. */
void measurement_forget(struct measurement *m, const char *key);

#endif
