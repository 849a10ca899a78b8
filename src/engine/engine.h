/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides what must happen, runs it, records it. The only writer of the ledger.
 * May use base data model expr ledger steps verify.
 *
 * basis.h         what a running promotion sees of the manifests
 * decide.h        what must happen next, a pure function
 * engine.h        this table, and how the rest speaks with it
 * engine_inner.h  what the files of the engine share
 * evaluate.h      a step's expressions
 * needs.h         which outputs a step's expressions take
 * orchestrate.h   one pass over a promotion's steps
 * pass.h          what a pass and a rehearsal do alike
 * past.h          the ledger as it stood at another moment
 * progress.h      what of it is worth an event
 * rehearse.h      a promotion's steps on a scratch copy
 * request.h       making Promotion objects
 * retention.h     what may leave the tree
 * round.h         what every part of the engine does with the ledger
 * task_steps.h    a template's steps with its tasks written out
 * wording.h       the sentences of the ledger
 * worker.h        what workers do
 */
#ifndef GANTRY_ENGINE_ENGINE_H
#define GANTRY_ENGINE_ENGINE_H

#include "base/base.h"
#include "ledger/lease.h"
#include "model/stage.h"

struct arena;
struct engine;
struct err;
struct intent;
struct ledger;
struct plan;
struct project;
struct record;
struct reply;
struct source;
struct step_def;
struct step_services;
struct value;

/* What observation knows of a stage: the merge of its health checks (doc/kargo-rules.md 7.5). */
struct engine_health {
	enum health health;
	const char *issue;              /* NULL when there is none */
};

/* What a verification looks at. */
struct verification_subject {
	const struct project *project;
	const char *stage;
	const struct value *collection; /* of freight */
	const struct value *info;       /* the VerificationInfo so far; NULL at the first look */
	const bool *cancelled;          /* polled */
};

/*
 * What the engine is given and whom it tells. Functions are called on the
 * engine's thread, those marked so on a worker; none may call back into the engine but
 * engine_submit, engine_found and engine_wake.
 */
struct engine_options {
	struct ledger *ledger;          /* the engine's from now on; closed by engine_stop */
	bool *give_up;                  /* the ledger's "cancelled", which engine_stop sets; or NULL */
	const char *project;            /* its name, for the log; outlives the engine; NULL: unsaid */
	void *context;
	unsigned workers;               /* 0: 4 */
	bool read_only;                 /* every intent is refused, nothing is executed */
	bool execute;                   /* try to hold the lease; false: only record intents */
	const char *work;               /* folder of work directories; NULL: below path_cache() */
	/* The newest good configuration; stays valid until given back. */
	const struct project *(*borrow)(void *context);
	void (*give_back)(void *context, const struct project *p);

	/*
	 * Health of a stage by its last promotion's checks, a list of {uses, config}.
	 * NULL: every stage is healthy once its promotion succeeded.
	 */
	struct engine_health (*health)(void *context, struct arena *a, const char *stage,
				       const struct value *checks);

	/* Worker: the kind of step. NULL: those of steps/steps.def. */
	const struct step_def *(*find_step)(const char *kind);

	/* Worker: fills what the step needs. NULL: steps get nothing of the outside. */
	bool (*services)(void *context, struct arena *a, unsigned needs, struct step_services *out,
			 struct err *e);

	/*
	 * Worker: one look at a stage's verification; *info is the new VerificationInfo. NULL: stages
	 * that ask for one wait.
	 */
	bool (*verify)(void *context, struct arena *a, const struct verification_subject *of,
		       const struct value **info, struct err *e);

	/*
	 * The ledger as it is now: once at the start, and whenever it has changed. Several events
	 * may come with one record, none is left out. Whoever keeps it acquires it.
	 */
	void (*on_record)(void *context, const struct record *r);
	/*
	 * A shared ledger's remote has answered (seen_at), or does not (failing_since, error). Told before
	 * the first record, and whenever that changes; belongs to the caller.
	 */
	void (*on_remote)(void *context, const struct source *s);
	/* An intent was done, refused or failed. */
	void (*on_reply)(void *context, const struct reply *r);
	/* Worker: a step said something, or its status changed; nothing of it is in the ledger. */
	void (*on_progress)(void *context, const char *promotion, const char *alias,
			    const char *status, const char *line);
	/* A plan was made, or could not be: the receiver's from now on. */
	void (*on_plan)(void *context, struct plan *p);
	void (*on_lease)(void *context, const struct lease *lease); /* who executes has changed */
};

bool engine_start(const struct engine_options *o, struct engine **out, struct err *e) MUST_USE;

/* Begins to stop it without waiting, so that many stop together. NULL is fine. */
void engine_end(struct engine *en);

/*
 * Finishes what is being recorded, tells steps to give up, joins all threads; at most 1.7 s,
 * whatever outside is silent. False: a thread is stuck where nothing can be told (a name being
 * looked up), so nothing was freed and the process must end soon. NULL is fine.
 */
bool engine_stop(struct engine *en);

/* Sends a copy of the intent; false when its queue is full. Any thread; never waits. */
bool engine_submit(struct engine *en, const struct intent *i);

/*
 * Asks for the plan of an INTENT_PROMOTE or INTENT_ROLLBACK: on_plan() gets it with the
 * intent's id. Nothing is recorded and no gate is asked; read-only engines and those that
 * do not execute plan as well. False: the queue is full. Any thread; never waits.
 */
bool engine_plan(struct engine *en, const struct intent *i);

/* Nobody wants that plan any more: it is cancelled, and on_plan() does not get it. Any thread. */
void engine_unplan(struct engine *en, uint64_t id);

/* Freight was found: a Kargo Freight object, recorded unless it is known. Any thread. */
bool engine_found(struct engine *en, const struct value *freight);

/* Configuration or health has changed: decide again. Any thread; never waits. */
void engine_wake(struct engine *en);

#endif
