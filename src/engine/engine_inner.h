/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the engine share. All of it belongs to the engine's turn, except jobs. */
#ifndef GANTRY_ENGINE_ENGINE_INNER_H
#define GANTRY_ENGINE_ENGINE_INNER_H

#include "base/base.h"
#include "base/err.h"
#include "base/list.h"
#include "engine/engine.h"
#include "engine/orchestrate.h"
#include "ledger/contact.h"
#include "ledger/ledger.h"
#include "model/event.h"
#include "model/record.h"
#include "steps/turns.h"

struct actor;
struct actors;
struct plan;
struct pool;
struct pool_line;
struct queue;
struct world;

/* A promotion under way in this process. While a worker has it (busy), only cancelled is touched. */
struct promotion_run {
	struct arena *arena;            /* as long as the run */
	const char *project_name, *stage, *promotion, *actor, *label;
	const char *ui_base_url;        /* as engine_options has it */
	const char *work;               /* its work directory */
	bool busy, ended, cancelled, closing;   /* closing: its pull request, before it is aborted */
	bool lost;                      /* the lease was lost meanwhile: it goes when the worker is done */
	int64_t due;                    /* ticks; when a worker should have it again */
	unsigned failures;              /* in a row, for the back-off */
	/* Of the pass: replaced by each. */
	struct arena *pass;
	struct orchestration o;
	size_t announced;               /* index of the step that may touch the outside; SIZE_MAX none */
	size_t touched;                 /* index of the step that did, in this pass; SIZE_MAX none */
	const struct value *object;     /* the Promotion, copied from the ledger */
	const struct value *stage_object; /* see basis.h */
	const struct value *warehouses; /* list: those that it asks for freight of */
	const struct value *stages;     /* map: name to Stage, of those with metadata in the ledger */
	const struct value *target_freight;     /* the Freight */
	const struct value *freight;    /* list: the Freight objects of the collection */
	const struct value *references; /* list: their references, as the collection has them */
	const struct project *project;  /* borrowed */
	struct value *sets;             /* list: metadata and aliases that steps set */
	bool abandoned;                 /* cut short by our own end: nothing of it counts */
	const struct value *record;     /* status as an earlier process left it; NULL: begun here */
	size_t checks_used;             /* of the record's health checks */
	size_t logged;                  /* of o.metas: ends that the log has */
	const char *said, *waiting;     /* last complaint, and the outage last logged; NULL: none */
	const struct engine *engine;    /* for its options only */
	struct plan *plan;              /* a rehearsal: what it finds; NULL: a promotion */
};

/* A stage's verification under way. */
struct verification_look {
	struct arena *arena;
	/*
	 * said: the last reason for waiting that was logged; actor: who asked for it again, or NULL
	 */
	const char *stage, *collection, *said, *actor;
	const struct value *object;     /* the collection */
	const struct project *project;  /* borrowed */
	const struct value *info;       /* the VerificationInfo; NULL at first */
	struct arena *info_arena;       /* that the newest look was made in; NULL: none was */
	bool cancelled, busy, failed, begun;    /* begun: the ledger knows that it runs */
	int64_t due;
	const struct engine *engine;
	struct err error;
};

struct engine {
	struct engine_options options;
	struct ledger *ledger;
	struct queue *inbox;
	struct actor *actor;
	struct pool_line *line;         /* of what workers are to do */
	struct actors *own_actors;      /* where the options give none */
	struct pool *own_pool;
	int64_t told_at;                /* ticks: when it was told to end; of who does. 0: it was not */
	int64_t ends_at;                /* ticks: steps have so long to give up; 0: it does not end */
	bool has_begun;
	struct turns *turns;            /* of promotions that push to one branch */
	struct signing_keys *keys;      /* of checkouts that sign */
	const char *work;
	struct arena *own;              /* as long as the engine */
	struct list runs, checks;
	struct list plans; /* struct promotion_run *: rehearsals, the oldest first */
	bool stop;                      /* a flag of base/thread.h: engine_stop() was called */
	bool leads, dirty;
	struct event_tail tail;         /* the newest events, for records */
	struct ledger_contact contact;  /* as on_remote() was told last, error NULL; if it was */
	bool contact_told;
	bool unpublished;               /* the ledger has changed since the last record */
	int64_t lease_until;            /* moment; what touches the outside must begin before it */
	int64_t lease_life;             /* moment: or while this life lasts (ledger/lease.h); 0: none */
	struct lease lease;
	bool lease_told;                /* on_lease was called once: nobody holding it is news, too */
	int64_t sync_due, remote_due, lease_due, prune_due, rest_due, rest_latest; /* ticks */
	int64_t decide_at;              /* wall clock, ms; 0: not by the clock */
	char trouble[2][160];           /* what syncing and the lease last complained of: said once */
	/* Of one round. */
	struct arena *round;
	const struct project *project;
	struct world *world;
	const struct record *seen;      /* without a ledger: what the round looks at; a reference */
};

/* intents.c: refuses, records, replies. */
void engine_intent(struct engine *en, const struct intent *i);

/* found.c: freight that was found. */
void engine_discovered(struct engine *en, const struct value *freight);

/* act.c: carries out decisions until none is left; only while we lead. */
void engine_act(struct engine *en);

/* runs.c: gives runs and checks that are due to workers, and takes them back. */
void engine_dispatch(struct engine *en);
void engine_ran(struct engine *en, struct promotion_run *run);
void engine_checked(struct engine *en, struct verification_look *check);

/* Promotions: begun, continued, ended. */
bool run_begin(struct engine *en, const char *promotion, bool resumed);
struct promotion_run *run_find(const struct engine *en, const char *promotion);
bool run_finish(struct engine *en, const char *promotion, const char *phase, const char *message);
void run_free(struct engine *en, struct promotion_run *run);
void verification_forget(struct engine *en, struct verification_look *c);

/* Copies what the steps see in addition to run->object: of the ledger, and of the manifests (basis.h). */
void run_collect(struct engine *en, struct promotion_run *run, struct arena *a);

/* pass.c, on a worker: one pass. */
void run_pass(struct promotion_run *run);

/* plan.c: plans requested, cancelled, made. All are dropped when the engine ends. */
void engine_plan_asked(struct engine *en, const struct intent *i);
void engine_plan_dropped(struct engine *en, uint64_t id);
void engine_planned(struct engine *en, struct promotion_run *run);
void engine_plans_free(struct engine *en);

#endif
