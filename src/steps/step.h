/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a promotion step is and what it is given. A step is one file: a parameter table, an output table,
 * run(), and a struct step_def; and one line in steps.def. Parameters are evaluated, checked and
 * defaulted before run(). It is called on a worker and may block on the outside, but never waits: it
 * returns STEP_RUNNING and is called again. After a crash all steps run again: nothing twice.
 */
#ifndef GANTRY_STEPS_STEP_H
#define GANTRY_STEPS_STEP_H

#include "base/base.h"
#include "model/promotion.h"
#include "steps/param.h"
#include "steps/services.h"

struct arena;
struct err;
struct plan;
struct tool_need;
struct value;
struct workdir;

struct step_output { const char *name, *help; };

struct step_run {
	struct arena *arena;            /* of this run */
	const struct value *config;     /* checked; defaults filled in */
	const struct value *before;     /* what this step output at its last run; NULL at the first */
	const struct value *memory;     /* what it noted for itself then; NULL after a restart, too */
	struct workdir *work;
	const struct step_subject *subject;
	const struct step_services *services;
	const bool *cancelled;          /* polled; never NULL */
	/* For step_report(); may be NULL. */
	void (*say)(void *context, const char *line);
	void *say_context;
	struct plan *plan;              /* in a rehearsal: where foreseen pushes are put; NULL else */
};

struct step_result {
	enum step_status status;        /* preset to STEP_SUCCEEDED */
	const char *message;            /* "" when nothing to say */
	struct value *output;           /* a map; NULL when none */
	struct value *health_check;     /* {uses, config}, checked while the freight runs; NULL when none */
	const struct value *memory;     /* for its next run, in this process only; preset to run's */
	int64_t retry_after;            /* with STEP_RUNNING: ms until it is asked again; 0: default */
	/* In a rehearsal: message says what it would do; outputs that are not given are unknown. */
	bool is_announced, is_unforeseen;
};

/* How far a step reaches. */
enum step_reach {
	STEP_REACH_UNSAID,              /* never run in a rehearsal */
	STEP_REACH_WORK,                /* the work directory alone */
	STEP_REACH_READS,               /* asks outside, changes nothing there */
	STEP_REACH_WRITES,              /* changes something outside, or waits for what was changed */
};

struct step_def {
	const char *kind;               /* "git-push" */
	const char *summary;            /* a sentence for `gantry steps` */
	const struct step_param *params;        /* ends with a NULL name */
	const struct step_output *outputs;      /* ends with a NULL name */
	unsigned needs;                 /* enum step_needs */
	unsigned timeout_s;             /* default; 0: none */
	unsigned error_threshold;       /* default; 0 means 1 */
	const struct tool_need *tools;  /* programs that it runs; NULL: none */
	bool any_param;                 /* fields beyond the table are welcome */
	bool is_effect;                 /* touches the outside: announced and reported in the ledger */
	/* Beyond the tables, for oneOf rules and the like; may be NULL. */
	bool (*check)(const struct value *config, struct err *e);
	/*
	 * False: *e says why. e->passes: it waits for the outside to come back; else e->again: trying again
	 * may help, or it is terminal; status may be STEP_FAILED (else STEP_ERRORED). output counts anyway.
	 */
	bool (*run)(struct step_run *r, struct step_result *result, struct err *e);
	enum step_reach reach;
	/*
	 * Instead of run() in a rehearsal (steps/rehearse.h): changes nothing outside, announces what
	 * run() would do, gives the outputs that can be known. NULL: run(), unless the step writes.
	 */
	bool (*rehearse)(struct step_run *r, struct step_result *result, struct err *e);
};

#define STEP(name) extern const struct step_def step_##name;
#include "steps/steps.def"
#undef STEP

/* The step of that kind (NULL: there is none), and all of them by kind. */
const struct step_def *step_find(const char *kind);
const struct step_def *const *step_table(size_t *count);

/* The configured values; the parameter's table says what they can be. */
const char *step_text(const struct step_run *r, const char *name, const char *otherwise);
bool step_truth(const struct step_run *r, const char *name, bool otherwise);

/* Adds one output. */
void step_output(struct step_run *r, struct step_result *result, const char *name, struct value *v);

/* Whether path is free, or allowOverwrite says that it may be replaced; ERR_CONFLICT else. */
bool step_may_write(const struct step_run *r, const char *path, struct err *e) MUST_USE;

/* A line for the promotion screen: what the step is doing. */
void step_report(struct step_run *r, const char *format, ...) PRINTF(2, 3);
#endif
