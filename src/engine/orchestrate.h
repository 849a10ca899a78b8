/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Carries a promotion through its steps, as far as it can go now (doc/kargo-rules.md
 * 4.2 to 4.5). Pure except for what the functions it is given do. A worker.
 */
#ifndef GANTRY_ENGINE_ORCHESTRATE_H
#define GANTRY_ENGINE_ORCHESTRATE_H

#include "base/base.h"
#include "base/err.h"
#include "model/promotion.h"
#include "steps/step.h"

struct arena;
struct value;

/* What is recorded of a step that was visited (Kargo's stepExecutionMetadata). */
struct step_meta {
	const char *alias;
	enum step_status status;        /* STEP_PENDING: none yet */
	int64_t started_at, finished_at; /* ms; 0: not */
	unsigned error_count;
	const char *message;            /* "" when none */
	bool continue_on_error;
	bool may_pass;                  /* its newest error is one of which trying again may help */
};

/* How far a promotion has come. All in one arena; read from and written to its status. */
struct orchestration {
	struct arena *arena;
	const struct value *steps;      /* spec.steps, tasks written out */
	struct step_meta *metas;        /* one for each visited alias; room for all steps */
	size_t nmetas;
	struct value *state;            /* map: alias to output */
	struct value *health_checks;    /* list of {uses, config} */
	size_t current;                 /* index of the step looked at last */
	enum promotion_phase phase;
	const char *message;            /* "" when none */
	/* Why it stopped short of the end; reset by each pass. */
	bool waits;                     /* a step wants to be asked again */
	bool held;                      /* hold() said stop before the current step */
	int64_t retry_after;            /* ms; 0: default */
	bool failing;                   /* it will be retried after an error: back off */
	bool outage;                    /* the outside is down: look again after retry_after */
	int64_t gives_up;               /* wall clock, ms: the deadline of what waits; 0: none */
	unsigned errors_allowed;        /* the step that waits ends with so many; 0: none waits */
	struct err error;               /* that error */
	/* Between passes of one process; not recorded. */
	unsigned outages;               /* looks of the current step in a row that met an outage */
	int64_t outage_since;           /* wall clock, ms: when the first of them was */
	const struct value *memory;     /* what the current step noted for its next run; NULL: nothing */
};

struct step_traits {
	unsigned error_threshold;       /* 0 means 1 */
	unsigned timeout_s;             /* 0: none */
	bool composes;                  /* its output is also its task's */
};

/* A step and its configuration, all expressions evaluated. */
struct step_call {
	const struct value *step, *config;
};

struct orchestrator {
	void *context;
	/* False: the kind does not exist. */
	bool (*traits)(void *context, const char *uses, struct step_traits *out);
	/* The step's if. *e when it can't be evaluated or is not a bool. */
	bool (*condition)(void *context, const struct orchestration *o, const struct value *step,
			  bool *out, struct err *e);
	/* The step's configuration with all expressions evaluated. */
	bool (*config)(void *context, const struct orchestration *o, const struct value *step,
		       struct value **out, struct err *e);
	/*
	 * Runs it. False: *e says why, and result->status counts as well; e->again is false when
	 * another try is pointless.
	 */
	bool (*run)(void *context, const struct orchestration *o, const struct step_call *call,
		    struct step_result *result, struct err *e);
	/* True: stop before this step runs, since it must be announced first. May be NULL. */
	bool (*hold)(void *context, size_t index, const struct value *step);
	/* True: stop before the next step. May be NULL. */
	bool (*stop)(void *context, size_t index);
	int64_t (*now)(void *context);
};

/* Continues from o->current until a step waits, is held, or all are done. */
void orchestrate(const struct orchestrator *r, struct orchestration *o);

/*
 * Reads a Promotion's spec.steps and status. again: the work directory is gone, start
 * at the first step with the state kept (4.8).
 */
void orchestration_read(struct arena *a, const struct value *promotion, bool again,
			struct orchestration *out);

/* A copy in another arena that continues with the steps of promotion. */
void orchestration_copy(struct arena *a, const struct orchestration *from,
			const struct value *promotion, struct orchestration *out);

/* The members of Promotion.status that it stands for, as a map; times in RFC 3339. */
struct value *orchestration_status(struct arena *a, const struct orchestration *o);

/* The entry of this alias, or NULL. */
struct step_meta *orchestration_meta(const struct orchestration *o, const char *alias);

/*
 * What the current step waits for, and until when, as people read it; NULL: it does not wait, or
 * does not say.
 */
const char *orchestration_waiting(const struct orchestration *o, const struct step_meta *current,
				  int64_t now);

/* Ends it as 4.9 has it: the running entry is aborted. */
void orchestration_abort(struct orchestration *o, const char *message, int64_t now);

#endif
