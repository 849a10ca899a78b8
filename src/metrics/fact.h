/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One ledger event, as far as it is counted. The events that are read back from the ledger
 * (replay.h) and those that a world brings (follow.h) become the same facts, so that counters
 * come out the same after a restart. Strings are borrowed for the call.
 */
#ifndef GANTRY_METRICS_FACT_H
#define GANTRY_METRICS_FACT_H

#include "base/base.h"
#include "model/event.h"

enum initiator { INITIATOR_PERSON, INITIATOR_AUTO, INITIATOR_ROLLBACK, INITIATORS };

/* A step that came to its end. */
struct fact_step {
	const char *kind;               /* "git-push" */
	const char *status;             /* Kargo's word: Succeeded, Failed, Errored, Aborted */
	int64_t took;                   /* ms; negative: unknown */
	unsigned errors;                /* after which it was tried again, or gave up */
};

struct fact {
	enum event_kind kind;
	int64_t at;                     /* ms */
	const char *stage, *warehouse;  /* NULL when it is not about one */
	enum initiator initiator;       /* of a promotion */
	const char *phase;              /* of the end of a promotion or verification; "" else */
	int64_t requested_at;           /* of a promotion that ended, ms; 0: unknown */
	int64_t started_at;             /* of what ended, ms; 0: unknown, or never */
	int64_t discovered_at;          /* of the freight, ms; 0: unknown */
	const struct fact_step *steps;
	size_t nsteps;
};

#endif
