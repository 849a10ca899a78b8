/* SPDX-License-Identifier: Apache-2.0 */
/* What the engine is given, and what it calls. */
#ifndef GANTRY_ENGINE_OPTIONS_H
#define GANTRY_ENGINE_OPTIONS_H

#include "base/base.h"
#include "ledger/lease.h"
#include "model/stage.h"

struct actors;
struct arena;
struct engine;
struct err;
struct ledger;
struct plan;
struct pool;
struct project;
struct record;
struct reply;
struct source;
struct step_def;
struct step_progress;
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
 * What the engine is given, and its callbacks. They are called on the engine's thread, or on a
 * worker where that is noted; none may call back into the engine, except engine_submit,
 * engine_found and engine_wake.
 */
struct engine_options {
	struct actors *actors;          /* whose threads take its turns; NULL: one of its own */
	struct pool *pool;              /* whose threads do the work; NULL: one of its own */
	struct ledger *ledger;          /* the engine's from now on; closed by engine_stop */
	const char *project;            /* its name, for the log; outlives the engine; NULL: unsaid */
	bool *give_up;                  /* the ledger's "cancelled", which engine_stop sets; or NULL */
	void *context;
	unsigned workers;               /* of its own pool; 0: 4 */
	/*
	 * Without a ledger: the project's newest record, acquired, or NULL while there is none. Such an
	 * engine makes plans and nothing else; ledger is NULL. Any thread.
	 */
	const struct record *(*record)(void *context);
	bool read_only;                 /* every intent is refused, nothing is executed */
	bool execute;                   /* try to hold the lease; false: only record intents */
	const char *ui_base_url;        /* of Kargo's pages, for links in pull requests; NULL: none */
	const char *work;               /* folder of work directories; NULL: below path_cache() */

	/*
	 * Whether engine_ledger_moved() is called for every change of the ledger on this machine,
	 * so that it need not be polled twice a second. NULL: it is not. Any thread.
	 */
	bool (*is_told)(void *context);
	/* There is memory to be given back to the system, soon. NULL: it is given back at once. */
	void (*on_rest)(void *context);

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
	 * The ledger as it is now: once at the start, and whenever it has changed. One record
	 * may cover several events; none is left out. Whoever keeps it acquires it.
	 */
	void (*on_record)(void *context, const struct record *r);
	/*
	 * A shared ledger's remote has answered (seen_at), or does not answer (failing_since,
	 * error), or nothing can be recorded (unwritten as well). Called before the first record,
	 * and whenever that changes; the caller owns it. NULL: a ledger of this machine alone can
	 * be written again.
	 */
	void (*on_remote)(void *context, const struct source *s);
	/* An intent was done, refused or failed. */
	void (*on_reply)(void *context, const struct reply *r);
	/*
	 * A step's message or status changed, or it waits; none of this is in the ledger. The
	 * caller owns it. A worker, or the engine's thread.
	 */
	void (*on_progress)(void *context, const struct step_progress *p);
	/* A plan was made, or could not be: the receiver's from now on. */
	void (*on_plan)(void *context, struct plan *p);
	void (*on_lease)(void *context, const struct lease *lease); /* who executes has changed */
};

#endif
