/* SPDX-License-Identifier: Apache-2.0 */
/* A promotion: freight on its way into a stage (Kargo's Promotion). */
#ifndef GANTRY_MODEL_PROMOTION_H
#define GANTRY_MODEL_PROMOTION_H

#include "base/base.h"

struct arena;
struct err;
struct value;

enum promotion_phase { PHASE_PENDING, PHASE_RUNNING, PHASE_SUCCEEDED, PHASE_FAILED, PHASE_ERRORED,
		       PHASE_ABORTED };

/* Severity grows in Kargo's order: Succeeded 0 … Errored 5. PENDING: not reached yet. */
enum step_status { STEP_PENDING, STEP_SUCCEEDED, STEP_SKIPPED, STEP_RUNNING, STEP_ABORTED,
		   STEP_FAILED, STEP_ERRORED };

/* How a step waits, as the engine knows it between two looks; nothing of it is in the ledger. */
struct step_wait {
	int64_t next_look;              /* ms; 0: it does not wait, or is executed elsewhere */
	int64_t gives_up;               /* ms: its deadline; 0: none */
	unsigned errors, errors_allowed; /* looks that failed; with so many it ends, 0: unknown */
};

/* What a step says while it works. */
struct step_progress {
	const char *promotion, *alias;
	const char *status;             /* Kargo's word; "" or NULL: as before */
	const char *line;               /* "" or NULL: it said nothing */
	struct step_wait wait;          /* all 0: it works */
};

/* Of each stage so many of the newest always stay in the ledger's tree (doc/kargo-rules.md 1.15). */
enum { RETAINED_LEAST = 20 };

struct promotion_step {
	const char *alias, *uses;
	enum step_status status;
	const char *odd_status;         /* one that only a newer Kargo knows, as it calls it; else NULL */
	int64_t started_at, finished_at; /* ms; 0 when not */
	unsigned error_count;
	const char *message;            /* "" when none */
	const struct value *output;     /* NULL when none */
	const char **log;               /* what the step says while it works, newest last */
	size_t nlog;
	struct step_wait wait;
};

/*
 * Annotations of a Promotion: what somebody wants done with its pull request ("merge"; "close"; "abort":
 * close it before the promotion is aborted), when they asked (RFC 3339), who, and why where a reason was
 * given. Of "abort" who and why are those below. Old ledgers lack all but the first.
 */
#define PROMOTION_PULL_REQUEST_WISH "gantry/pull-request"
#define PROMOTION_PULL_REQUEST_ASKED "gantry/pull-request-asked"
#define PROMOTION_PULL_REQUEST_BY "gantry/pull-request-by"
#define PROMOTION_PULL_REQUEST_REASON "gantry/pull-request-reason"

/* Annotations of a Promotion that somebody wants aborted: who, and why where a reason was given. */
#define PROMOTION_ABORTED_BY "gantry/aborted-by"
#define PROMOTION_ABORT_REASON "gantry/abort-reason"

struct promotion {
	const char *name;               /* <stage>.<ulid>.<freight[0:7]> */
	const char *stage, *freight;
	const char *from_freight;       /* what ran there before; NULL when nothing */
	const char *actor;              /* "" for an automatic one */
	const char *from;               /* where the actor sat: "ssh 198.51.100.7 on bastion-2", or NULL */
	const char *reason;             /* may be NULL */
	bool rollback;
	enum promotion_phase phase;
	const char *odd_phase;          /* one that only a newer Kargo knows, as it calls it; else NULL */
	const char *message;            /* why it ended as it did; "" when nothing to say */
	int64_t created_at, started_at, finished_at; /* ms; 0 when not */
	bool abort_requested;
	const char *aborted_by, *abort_reason; /* who asked for that, and why; NULL: unknown, or not asked */
	size_t current_step;
	struct promotion_step *steps;
	size_t nsteps;
	const struct value *object;
};

/*
 * The step that waits for a pull request which is open, as its last look left it; NULL: none does.
 * *number is the pull request's.
 */
const struct promotion_step *promotion_pull_request(const struct promotion *p, int64_t *number);

/* Reads a Kargo Promotion object. */
bool promotion_read(struct arena *a, const struct value *object, struct promotion **out,
		    struct err *e) MUST_USE;

bool promotion_is_over(const struct promotion *p);

/*
 * Whether it ended for what may pass: each step that counts and did not succeed had an error of which
 * trying again may help. gantry's own mark in the step's metadata, "mayPass".
 */
bool promotion_may_pass(const struct promotion *p);

/* One step's end, as the whole's depends on it. */
struct step_end {
	enum step_status status;
	bool continue_on_error;         /* does not count */
	const char *message;
};

/* The phase of a promotion whose steps are done: as bad as the worst (4.5). */
enum promotion_phase promotion_final_phase(const struct step_end *ends, size_t count,
					   const char **message);

/*
 * "<stage>.<ulid>.<first 7 of freight>", in lower case, at most 253 bytes (1.10);
 * "" without stage or freight. ulid: 26 characters.
 */
const char *promotion_make_name(struct arena *a, const char *stage, const char *ulid,
				const char *freight);

/*
 * What it is in, as Kargo says it. One that is not known here counts as running until it has an end, and as
 * an error from then on, but for its word.
 */
const char *promotion_phase_word(const struct promotion *p);
const char *promotion_step_word(const struct promotion_step *s);

/* Kargo's words: "Pending", "Running", …; of steps' states also back (false: not one). */
const char *phase_name(enum promotion_phase phase);
const char *step_status_name(enum step_status status);
bool step_status_parse(const char *word, enum step_status *status);

#endif
